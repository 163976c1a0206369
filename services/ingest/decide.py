"""What a poll means: which items are new, which have changed, what to publish and what to remember. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from schemas.v1 import Entry, FeedInfo
from services.ingest.identity import Identity, link_key
from services.ingest.items import Item, ParsedFeed
from services.ingest.memory import Feed, KnownItem, Remembered

CHANGES_MAX: Final = 24
"""An item that has changed this often is not published again: its feed probably prints the time into it."""


@dataclass(slots=True)
class Decision:
    """What follows from a poll."""

    publish: list[Remembered] = field(default_factory=list)
    """To publish, oldest first, and to remember once that is acknowledged. Each has an entry."""
    remember: list[Remembered] = field(default_factory=list)
    """To remember without publishing."""
    seen: list[str] = field(default_factory=list)
    """Keys of all items in the document, so that they are not forgotten."""
    new: int = 0
    changed: int = 0
    without_link: int = 0
    """Items met for the first time that link nowhere: there is no article to fetch."""
    truncated: int = 0
    """Items left out because the feed is seen for the first time and has too many."""
    muted: list[str] = field(default_factory=list)
    """Keys of the items that have just reached `CHANGES_MAX`."""


def decide(
    known: Mapping[str, KnownItem],
    parsed: ParsedFeed,
    identities: Sequence[Identity | None],
    feed: Feed,
    *,
    backlog: int,
    now: datetime,
) -> Decision:
    """Compare a document with what is remembered.

    `known` holds the remembered items of this feed by `item_key`, at least all that share a key with the document;
    `identities` belongs to `parsed.items`, one for each. An item that the document lists twice counts once, at its
    first place. `backlog` is how many items to publish of a feed that has none remembered.
    """
    decision = Decision()
    by_link = {item.link_key: item for item in known.values() if item.link_key}
    fresh: list[tuple[Item, Remembered]] = []
    met: set[str] = set()
    for item, identity in zip(parsed.items, identities, strict=True):
        if identity is None:
            continue
        before = known.get(identity.item_key) or _same(item, by_link.get(identity.link_key or ""))
        key = before.item_key if before else identity.item_key
        if key in met:
            continue
        met.add(key)
        remembered = _remembered(item, Identity(key, identity.link_key), before, parsed=parsed, feed=feed, now=now)
        if before is None or before.content_hash != remembered.item.content_hash:
            fresh.append((item, remembered))
    decision.seen = sorted(met)
    _sort_out(decision, fresh, known, left_out=_backlog(fresh, backlog) if not feed.items else set())
    decision.publish.reverse()
    return decision


def content_hash(item: Item) -> str:
    """SHA-256 over what the feed says of an item, as far as it can mean something.

    Left out are the id (unstable ones would make every poll a change), tracking parameters, queries of enclosures
    (signatures with a time), and dates that could not be read ("5 minutes ago").
    """
    said = [
        item.title,
        link_key(item.url) if item.url else None,
        " ".join((item.summary or "").split()),
        " ".join((item.content or "").split()),
        sorted(item.authors),
        sorted(item.categories),
        sorted(enclosure.url.partition("?")[0] for enclosure in item.enclosures),
        item.published_at.isoformat() if item.published_at else None,
        item.updated_at.isoformat() if item.updated_at else None,
    ]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def ids(feed_id: str, item_key: str, hashed: str) -> tuple[str, str]:
    """Return entry id and trace id: the same feed, item and content give the same, in every process, for ever."""
    digest = sha256(f"{feed_id}\n{item_key}\n{hashed}".encode()).hexdigest()
    return digest[32:], digest[:32]


def _same(item: Item, by_link: KnownItem | None) -> KnownItem | None:
    """Take an item with a known link and an unknown id for the known one, if it is also called or dated the same.

    Without that, a page that shows one short story after the other would count as one item that keeps changing.
    """
    if by_link is None:
        return None
    called = item.title is not None and item.title == by_link.title
    dated = item.published_raw is not None and item.published_raw == by_link.published_raw
    return by_link if called or dated else None


def _remembered(
    item: Item, identity: Identity, before: KnownItem | None, *, parsed: ParsedFeed, feed: Feed, now: datetime
) -> Remembered:
    hashed = content_hash(item)
    event = "changed" if before and before.published else "new"
    return Remembered(
        KnownItem(
            item_key=identity.item_key,
            link_key=identity.link_key,
            content_hash=hashed,
            changes=before.changes + 1 if before else 0,
            published=True,
            title=item.title,
            published_raw=item.published_raw,
        ),
        _entry(item, identity.item_key, hashed, parsed, feed, event=event, now=now) if item.url else None,
    )


def _entry(
    item: Item, item_key: str, hashed: str, parsed: ParsedFeed, feed: Feed, *, event: str, now: datetime
) -> Entry:
    entry_id, trace_id = ids(feed.feed_id, item_key, hashed)
    return Entry(
        entry_id=entry_id,
        trace_id=trace_id,
        event=event,
        feed=FeedInfo(
            feed_id=feed.feed_id,
            url=feed.url,
            title=parsed.title,
            site_url=parsed.site_url,
            language=parsed.language,
        ),
        channel=parsed.channel,
        guid=item.guid,
        url=item.url or "",
        title=item.title,
        summary=item.summary,
        content=item.content,
        authors=list(item.authors),
        categories=list(item.categories),
        enclosures=list(item.enclosures),
        language=item.language,
        published_at=item.published_at,
        published_raw=item.published_raw,
        updated_at=item.updated_at,
        updated_raw=item.updated_raw,
        content_hash=hashed,
        seen_at=now,
    )


def _backlog(fresh: Sequence[tuple[Item, Remembered]], most: int) -> set[str]:
    """Return the keys of what to leave out at first sight: all but the newest; without dates, all but the first."""
    candidates = [(item, remembered) for item, remembered in fresh if remembered.entry]
    dates = [item.published_at for item, _ in candidates if item.published_at]
    order = list(range(len(candidates)))
    if len(dates) == len(candidates):
        order.sort(key=lambda place: dates[place], reverse=True)
    return {candidates[place][1].item.item_key for place in order[most:]}


def _sort_out(
    decision: Decision,
    fresh: Sequence[tuple[Item, Remembered]],
    known: Mapping[str, KnownItem],
    *,
    left_out: set[str],
) -> None:
    """Say of each new or changed item what becomes of it."""
    for _, remembered in fresh:
        item, entry = remembered.item, remembered.entry
        unpublished = Remembered(replace(item, published=False), None)
        if entry is None:
            decision.without_link += item.item_key not in known
            decision.remember.append(unpublished)
        elif item.changes > CHANGES_MAX:
            if item.changes == CHANGES_MAX + 1:
                decision.muted.append(item.item_key)
            decision.remember.append(unpublished)
        elif item.item_key in left_out:
            decision.truncated += 1
            decision.remember.append(unpublished)
        else:
            decision.new += entry.event == "new"
            decision.changed += entry.event == "changed"
            decision.publish.append(remembered)
