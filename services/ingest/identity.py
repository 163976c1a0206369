"""Which item is which: keys that survive edited titles, tracking parameters, a move to https and unstable ids. Pure.

An item's key is its own id if that is usable, else its link. An id is usable unless other items of the same document
carry it too and link elsewhere. An id that is an address counts as a link, so that both spellings meet. Next to it
stands the link as second key, by which an item is found again whose id has changed; it is left out where several items
of the document share it. Two items with one link and no ids are one item: there is one page to fetch.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from services.ingest.items import Item
from services.kit.errors import FetchRefused
from services.kit.urls import normalise

KEY_MAX_CHARS: Final = 400
"""Longer keys are hashed: a database index has its limits."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of one item."""

    item_key: str
    link_key: str | None


def identify(items: Sequence[Item]) -> tuple[Identity | None, ...]:
    """Return the identity of each item of one document; None for an item that says nothing of itself."""
    links = [_link(item.url) for item in items]
    guids = [_guid(item.guid) for item in items]
    shared = _ambiguous(zip(guids, links, strict=True))
    # counted by id, so that an item listed twice does not spoil its own link
    holders = Counter(link for link, _ in set(zip(links, guids, strict=True)))
    alone = {link for link, count in holders.items() if count == 1}
    return tuple(
        _identity(item, None if guid in shared else guid, link, alone=link in alone)
        for item, guid, link in zip(items, guids, links, strict=True)
    )


def link_key(url: str) -> str:
    """Return the key of an address: the same for http and https, with and without tracking parameters."""
    return _bounded("url:" + normalise(url).partition("://")[2])


def _identity(item: Item, guid: str | None, link: str | None, *, alone: bool) -> Identity | None:
    key = guid or link
    if key is None:
        said = "\n".join(part or "" for part in (item.title, item.published_raw, item.summary, item.content))
        return Identity(f"text:{sha256(said.encode()).hexdigest()}", None) if said.strip() else None
    return Identity(key, link if alone else None)


def _ambiguous(pairs: Iterable[tuple[str | None, str | None]]) -> set[str | None]:
    """Ids that stand on items with different links."""
    links: dict[str | None, set[str | None]] = defaultdict(set)
    for guid, link in pairs:
        links[guid].add(link)
    return {guid for guid, under in links.items() if len(under) > 1}


def _guid(guid: str | None) -> str | None:
    words = " ".join((guid or "").split())
    if not words:
        return None
    return (_link(words) if "://" in words else None) or _bounded(f"guid:{words}")


def _link(url: str | None) -> str | None:
    try:
        return link_key(url) if url else None
    except FetchRefused:
        return None


def _bounded(key: str) -> str:
    return key if len(key) <= KEY_MAX_CHARS else f"{key[:60]}#{sha256(key.encode()).hexdigest()}"
