"""What a poll means: which items are new, which have changed, what to publish and what to remember. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from schemas.v1 import Entry, FeedInfo
from services.ingest.identity import Identity, page_key
from services.ingest.items import Item, ParsedFeed
from services.ingest.matching import Match, match
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
    overlap: int = 0
    """Items of the document that were known already."""


def decide(
    known: Mapping[str, KnownItem],
    parsed: ParsedFeed,
    identities: Sequence[Identity | None],
    feed: Feed,
    *,
    backlog: int,
    now: datetime,
    time_offset_s: int | None = None,
) -> Decision:
    """Compare a document with what is remembered.

    `known` holds remembered items of this feed by `item_key`, at least all that share a key with the document;
    `identities` belongs to `parsed.items`, one for each. The document may be a part of what the feed served, as long as
    all that is new or changed is in it, and it is whole where new items share an id or a link with others. An item that
    the document lists twice counts once, at its first place. `backlog` is how many items to publish of a feed that has
    none remembered. `time_offset_s` is by how much the feed's times are wrong (see `offset`); entries get right ones.
    """
    decision = Decision()
    fresh: list[tuple[Item, Remembered]] = []
    met: set[str] = set()
    matches = match(parsed.items, identities, known, now=now)
    held = {found.known.item_key for found in matches if found}
    source = _Source(parsed, feed, now, timedelta(seconds=time_offset_s or 0))
    for item, identity, found in zip(parsed.items, identities, matches, strict=True):
        if identity is None:
            continue
        key = found.known.item_key if found else _free_key(item, identity, known, held)
        if key in met:
            continue
        met.add(key)
        decision.overlap += found is not None
        now_known = _known(item, key, identity.link_key, found)
        if found and (found.known.content_hash == now_known.content_hash or found.moved):
            if found.moved and _moved_on(found.known, now_known):
                decision.remember.append(Remembered(replace(now_known, published=found.known.published), None))
            continue
        event = "changed" if found and found.known.published else "new"
        fresh.append((item, Remembered(now_known, _entry(item, now_known, source, event=event) if item.url else None)))
    decision.seen = sorted(met)
    _sort_out(decision, fresh, left_out=_backlog(fresh, backlog) if not feed.items else set())
    decision.publish.reverse()
    return decision


def unrecognised(decision: Decision, feed: Feed, *, unchanged: int = 0) -> bool:
    """Tell whether nothing of a document was known, so that it is worth to decide again over all that is remembered.

    A site that was rebuilt shows its items under other ids and addresses; these are found by title and time, which no
    key leads to. `unchanged` counts the items of the document that were not handed to `decide`.
    """
    return bool(feed.items and decision.seen and not decision.overlap and not unchanged)


def content_hash(item: Item) -> str:
    """SHA-256 over what the feed says of an item, as far as it can mean something.

    Left out are the id (unstable ones would make every poll a change), the site of the link (it moves as a whole),
    tracking parameters, queries of enclosures (signatures with a time), and dates that could not be read ("5 minutes
    ago"). Times count as the feed gives them, so that learning its offset is no change.
    """
    said = [
        item.title,
        page_key(item.url) if item.url else None,
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


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a document came from and when."""

    parsed: ParsedFeed
    feed: Feed
    now: datetime
    ahead: timedelta
    """By how much the feed's times are too late."""


def _free_key(item: Item, identity: Identity, known: Mapping[str, KnownItem], held: set[str]) -> str:
    """Return the key under which to remember an item that is not known: another's only if that one is gone."""
    if identity.item_key not in known:
        return identity.item_key
    if identity.address and not identity.loose and identity.address not in known:
        return identity.address
    if identity.item_key not in held:
        return identity.item_key
    said = f"{item.title}\n{item.published_raw}"
    return f"{identity.item_key[:300]}#{sha256(said.encode()).hexdigest()}"


def _known(item: Item, item_key: str, link_key: str | None, found: Match | None) -> KnownItem:
    return KnownItem(
        item_key=item_key,
        link_key=link_key,
        content_hash=content_hash(item),
        changes=_changes(found),
        published=True,
        title=item.title,
        published_raw=item.published_raw,
    )


def _moved_on(before: KnownItem, after: KnownItem) -> bool:
    return (before.link_key, before.content_hash) != (after.link_key, after.content_hash)


def _changes(found: Match | None) -> int:
    """Count a change; not one to another story on the same page, which must never be muted."""
    if found is None:
        return 0
    return max(1, found.known.changes) if found.retold else found.known.changes + 1


def _entry(item: Item, known: KnownItem, source: _Source, *, event: str) -> Entry:
    feed, parsed = source.feed, source.parsed
    entry_id, trace_id = ids(feed.feed_id, known.item_key, known.content_hash)
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
        published_at=item.published_at - source.ahead if item.published_at else None,
        published_raw=item.published_raw,
        updated_at=item.updated_at - source.ahead if item.updated_at else None,
        updated_raw=item.updated_raw,
        published_precision=item.published_precision,
        flags=[*item.flags, *(["offset_corrected"] if source.ahead else [])],
        content_hash=known.content_hash,
        seen_at=source.now,
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
    *,
    left_out: set[str],
) -> None:
    """Say of each new or changed item what becomes of it."""
    for _, remembered in fresh:
        item, entry = remembered.item, remembered.entry
        unpublished = Remembered(replace(item, published=False), None)
        if entry is None:
            decision.without_link += item.changes == 0
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
