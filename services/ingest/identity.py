"""Which item is which: keys that survive edited titles, tracking parameters, moved sites and unstable ids. Pure.

An item's key is its own id if that is usable, else its link. An id is usable unless other items of the same document
carry it too and link elsewhere. An id that is an address counts as a link, so that both spellings meet.

Next to it stands a second key, by which an item is found again whose id or address has changed: the number that its
address ends on, else its path, both without the site. It finds candidates only; `matching` says whether one of them is
the same item. It is left out where several items of the document, each with an id of its own, share it.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from services.ingest.items import Item
from services.kit.errors import FetchRefused
from services.kit.urls import normalise

KEY_MAX_CHARS: Final = 400
"""Longer keys are hashed: a database index has its limits."""
_CAROUSEL_MIN: Final = 3
"""So many titles on one page, and it is no article but a place where stories come and go."""
ROOT: Final = "page:/"
"""The second key of a site's front page."""

_TARGETS: Final = frozenset({"url", "u", "to", "target", "dest", "destination", "goto", "link", "redirect"})
"""Parameters in which a redirector carries where it leads."""
_VARIANTS: Final = frozenset({"amp", "amp=1", "amp=true", "outputtype=amp", "mobile=1", "m=1", "view=mobile"})
_AMP: Final = re.compile(r"^/amp(?=/)|[/.]amp$")
_MEDIA: Final = re.compile(r"\.(?:mp3|m4a|mp4|ogg|jpe?g|png|webp|pdf)$")
# The last long number of the last segment, unless it is a day: sites change the words around it.
_NUMBER: Final = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))(\d{5,})(?=[^/\d]*$)")
_REVISION: Final = re.compile(r"\d{1,2}|(?:utm|xtor|ref|at_|ns_|comments?$|respond$).*|", re.IGNORECASE)
"""Fragments that name no part of a page: counters of revisions, tracking, the comments below."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of one item."""

    item_key: str
    link_key: str | None
    address: str | None = None
    """Key of the item's link, whatever its id."""
    loose: bool = False
    """The page stands for more than one item, so that it alone proves nothing."""


class _Link(NamedTuple):
    """What identity needs of a link."""

    address: str
    page: str
    number: str | None
    fragment: str


def identify(items: Sequence[Item]) -> tuple[Identity | None, ...]:
    """Return the identity of each item of one document; None for an item that says nothing of itself.

    Items that are the same one listed twice get equal item keys.
    """
    links = [_link(item.url) for item in items]
    guids = [_guid(item.guid) for item in items]
    shared = _ambiguous(zip(guids, map(_place, items, links), strict=True))
    usable = [None if guid in shared else guid for guid in guids]
    carousels = _carousels(items, links, usable)
    second = _second_keys(links, usable)
    found: list[Identity | None] = []
    seen: dict[tuple[object, ...], str] = {}
    for item, guid, link, page in zip(items, usable, links, second, strict=True):
        identity = _identity(item, guid, link, page, carousel=bool(link and link.address in carousels))
        if identity and item.url and (item.title or item.summary):
            # listed twice under two ids: all else is the same
            said = (identity.address, item.title, item.published_raw, item.summary, item.content)
            first = seen.setdefault(said, identity.item_key)
            identity = Identity(first, identity.link_key, identity.address, identity.loose)
        found.append(identity)
    return tuple(found)


def link_key(url: str) -> str:
    """Return the key of an address: the same for http and https, with and without `www.` and tracking parameters.

    Raises:
        FetchRefused: no http(s) address.

    """
    host, path, query = _parts(url)
    return _bounded(f"url:{host}{path}{query}")


def page_key(url: str) -> str:
    """Return the key of a page wherever its site stands: path and query, without the signs of a mobile edition.

    Raises:
        FetchRefused: no http(s) address.

    """
    _, path, query = _parts(url)
    target = next((value for name, value in parse_qsl(query[1:]) if name.lower() in _TARGETS and "://" in value), None)
    if target:
        with suppress(FetchRefused):  # then the parameter is something else
            _, path, query = _parts(target)
    path = _AMP.sub("", path.casefold())
    kept = "&".join(part for part in query[1:].split("&") if part and part.lower() not in _VARIANTS)
    if _MEDIA.search(path):
        kept = ""  # what is asked of a file is a signature
    return _bounded(f"page:{path or '/'}" + (f"?{kept}" if kept else ""))


def _parts(url: str) -> tuple[str, str, str]:
    """Host, path and query (with its `?`) as keys spell them."""
    # escaped twice by its feed; no page has a parameter of this name
    target = urlsplit(normalise(url.replace("&amp;", "&").replace("&#38;", "&")))
    path = target.path.rstrip("/") or "/"
    query = "&".join(sorted(target.query.split("&")))
    return target.netloc.removeprefix("www."), path, f"?{query}" if query else ""


def _identity(item: Item, guid: str | None, link: _Link | None, page: str | None, *, carousel: bool) -> Identity | None:
    if link is None:
        said = "\n".join(part or "" for part in (item.title, item.published_raw, item.summary, item.content))
        if guid is None and not said.strip():
            return None
        return Identity(guid or f"text:{_digest(said)}", None)
    loose = carousel or link.page == ROOT
    if guid is None and carousel:
        return Identity(f"{link.address[:300]}#{_digest(link.fragment + (item.title or ''))}", page, None, loose)
    return Identity(guid or link.address, page, link.address, loose)


def _carousels(items: Sequence[Item], links: Sequence[_Link | None], guids: Sequence[str | None]) -> set[str]:
    """Addresses under which several stories without ids stand: sites' roots, pages cut by anchors, crowded ones."""
    under: dict[_Link, set[str | None]] = defaultdict(set)
    for item, link, guid in zip(items, links, guids, strict=True):
        if link and guid is None:
            under[link].add(item.title)
    titles: dict[str, set[str | None]] = defaultdict(set)
    anchors: Counter[str] = Counter()
    for link, told in under.items():
        titles[link.address] |= told
        anchors[link.address] += 1
    roots = {link.address for link in under if link.page == ROOT}
    return {
        address
        for address, told in titles.items()
        if len(told) > 1 and (len(told) >= _CAROUSEL_MIN or anchors[address] > 1 or address in roots)
    }


def _second_keys(links: Sequence[_Link | None], guids: Sequence[str | None]) -> list[str | None]:
    """Return for each item the number or else the page, if no other item of the document has the same."""
    # counted by id, so that an item listed twice does not spoil its own key
    held = {(link, guid) for link, guid in zip(links, guids, strict=True) if link}
    numbers = Counter(link.number for link, _ in held)
    pages = Counter(link.page for link, _ in held)

    def one(link: _Link | None, guid: str | None) -> str | None:
        if link is None:
            return None
        if link.number and numbers[link.number] == 1:
            return link.number
        # without an id of its own an item has nothing else to be found by
        return link.page if pages[link.page] == 1 or guid is None else None

    return [one(link, guid) for link, guid in zip(links, guids, strict=True)]


def _place(item: Item, link: _Link | None) -> str | None:
    """Where an item stands: its link, and its title too where that leads to a front page."""
    return f"{link.address} {item.title}" if link and link.page == ROOT else link.address if link else None


def _ambiguous(pairs: Iterable[tuple[str | None, str | None]]) -> set[str | None]:
    """Ids that stand in different places."""
    links: dict[str | None, set[str | None]] = defaultdict(set)
    for guid, link in pairs:
        links[guid].add(link)
    return {guid for guid, under in links.items() if len(under) > 1}


def _guid(guid: str | None) -> str | None:
    words = html.unescape(" ".join((guid or "").split()))
    if not words:
        return None
    link = _link(words) if "://" in words else None
    if link is None:
        return _bounded(f"guid:{words}")
    return _bounded(f"{link.address}#{link.fragment}") if link.fragment else link.address


def _link(url: str | None) -> _Link | None:
    try:
        if not url:
            return None
        page = page_key(url)
        number = _NUMBER.search(page.removeprefix("page:")) if "?" not in page else None
        fragment = urlsplit(url).fragment
        named = "" if _REVISION.fullmatch(fragment) else fragment
        return _Link(link_key(url), page, f"number:{number[1]}" if number else None, named)
    except FetchRefused:
        return None


def _bounded(key: str) -> str:
    return key if len(key) <= KEY_MAX_CHARS else f"{key[:60]}#{_digest(key)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
