"""From a document that was read to what follows from it: which items are new, and which were missed before."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from services.ingest import offset, state, window
from services.ingest.decide import Decision, decide, unrecognised
from services.ingest.discovery import sitemaps_in
from services.ingest.documents import Documents
from services.ingest.identity import identify
from services.ingest.items import PIECE_BYTES, Item, ParsedFeed, Reading
from services.ingest.memory import Feed, KnownItem
from services.ingest.window import Window
from services.kit.errors import DatelineError, DependencyDown
from services.kit.urls import join

ROBOTS_MAX_BYTES: Final = 512 * 1024
_VAGUE: Final = frozenset({"published_day_only", "published_foreign"})
"""Marks of items whose times are not known to the minute."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What was found of items that a feed listed between two polls."""

    pages: int
    recovered: int
    closed: bool
    """Whether older pages reached back to items that were known."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a document comes to."""

    reading: Reading
    decision: Decision
    overlap: bool | None
    """Whether it listed items that were known; None where there was nothing to compare."""
    published: tuple[datetime | None, ...]
    """When the items were published that are new."""
    sightings: tuple[datetime, ...]
    """Their times as the feed gives them, where these are exact."""
    gap: Gap | None = None
    unfinished: bool = False
    """Whether it is an index of sitemaps of which some are still to be read, now or always."""


async def taken_in(feed: Feed, reading: Reading, documents: Documents, now: datetime) -> Intake:
    """Decide what a document brings; if items were probably missed, look for them first.

    Raises:
        DependencyDown: the process is to stop during an outage.
        LeaseLost: the feed is another process's.

    """
    children = reading.parsed.children
    if children:
        reading = await documents.with_children(reading, feed.pieces, now)
    decision = await _decided(feed, reading.parsed, reading.unchanged, documents, now)
    seen = _window(feed, reading, decision)
    overlap = bool(seen.overlap) if seen.remembered and seen.listed else None
    if children:
        left = any(child.lastmod is None for child in children) or len(reading.pieces) < PIECE_BYTES * len(children)
        return replace(_intake(feed, reading, decision, overlap), unfinished=left)
    if not window.suspected(seen):
        return _intake(feed, reading, decision, overlap)
    gap, missed = await _filled(feed, reading.parsed, documents, now)
    if missed:
        parsed = replace(reading.parsed, items=(*reading.parsed.items, *missed))
        decision = await _decided(feed, parsed, reading.unchanged, documents, now)
    return replace(_intake(feed, reading, decision, overlap), gap=gap)


def _intake(feed: Feed, reading: Reading, decision: Decision, overlap: bool | None) -> Intake:  # noqa: FBT001 - a fact of three values
    """Put together what a document comes to. At first sight all its items tell of the feed's past."""
    entries = [one.entry for one in decision.publish if one.entry and one.entry.event == "new"]
    new = {(entry.guid, entry.url) for entry in entries}
    published = [one.published_at for one in (entries if feed.items else reading.parsed.items)]
    found = (item for item in reading.parsed.items if (item.guid, item.url) in new)
    # a time without zone is what a constant error mostly comes from, so that it does count here
    sightings = tuple(one.published_at for one in found if one.published_at and not _VAGUE & set(one.flags))
    return Intake(reading, decision, overlap, tuple(published), sightings)


async def _decided(feed: Feed, parsed: ParsedFeed, unchanged: int, documents: Documents, now: datetime) -> Decision:
    tools = documents.tools
    identities = identify(parsed.items)
    decided = partial(
        decide,
        parsed=parsed,
        identities=identities,
        feed=feed,
        backlog=tools.settings.ingest_backlog,
        now=now,
        time_offset_s=offset.correction_s(feed.time_offset),
    )
    known = await tools.outages.ride_out(partial(state.known_items, tools.database, feed.feed_id, identities))
    decision = decided(known)
    if unrecognised(decision, feed, unchanged=unchanged):
        known = await tools.outages.ride_out(partial(state.all_items, tools.database, feed.feed_id))
        decision = decided(known)
    return decision


def _window(feed: Feed, reading: Reading, decision: Decision) -> Window:
    published = [item.published_at if _known_to_the_minute(item) else None for item in reading.parsed.items]
    return Window(
        remembered=bool(feed.items),
        listed=len(decision.seen) + reading.unchanged,
        overlap=decision.overlap + reading.unchanged,
        listed_before=len(feed.pieces) // PIECE_BYTES or None,
        before_last_poll=window.dated_before(published, feed.last_success_at),
        dated=sum(when is not None for when in published),
        in_a_row=feed.strangers,
    )


async def _filled(feed: Feed, parsed: ParsedFeed, documents: Documents, now: datetime) -> tuple[Gap, list[Item]]:
    """Look for missed items on the pages that the feed continues on, then in the site's news sitemaps."""
    found: list[Item] = []
    older, pages = parsed.older, 0
    for page in range(1, window.PAGES_MAX + 1):
        reading = await _first(window.older_pages(feed.url, older, parsed.generator, page), documents, now)
        if reading is None:
            break
        pages += 1
        older = reading.parsed.older
        missed, overlap = await _missed(feed, reading, documents)
        found.extend(missed)
        if window.filled(page=page, overlap=overlap, new=len(missed)):
            return Gap(pages, len(found), closed=overlap > 0), found
    for url in await _sitemaps(feed, documents):
        if reading := await documents.page(url, now):
            pages += 1
            found.extend((await _missed(feed, reading, documents))[0])
    return Gap(pages, len(found), closed=False), found


async def _first(urls: list[str], documents: Documents, now: datetime) -> Reading | None:
    for url in urls:
        if reading := await documents.page(url, now):
            return reading
    return None


async def _missed(feed: Feed, reading: Reading, documents: Documents) -> tuple[list[Item], int]:
    """Return the items of an older page that belong into the gap, and how many of its items are known."""
    tools, items = documents.tools, reading.parsed.items
    identities = identify(items)
    known = await tools.outages.ride_out(partial(state.known_items, tools.database, feed.feed_id, identities))
    keys = _keys(known)
    is_known = [identity is not None and bool({identity.item_key, identity.link_key} & keys) for identity in identities]
    rows = [(item.published_at, met) for item, met in zip(items, is_known, strict=True)]
    places = window.missed(rows, feed.last_success_at or feed.added_at)
    return [items[place] for place in places], sum(is_known)


def _known_to_the_minute(item: Item) -> bool:
    return not (_VAGUE | {"published_no_zone"}) & set(item.flags)


def _keys(known: dict[str, KnownItem]) -> set[str | None]:
    return {*known, *(item.link_key for item in known.values())} - {None}


async def _sitemaps(feed: Feed, documents: Documents) -> list[str]:
    """Return the news sitemaps that the site's robots.txt names."""
    try:
        robots = await documents.fetched(join(feed.url, "/robots.txt"), {}, max_bytes=ROBOTS_MAX_BYTES)
    except DependencyDown:
        raise
    except DatelineError:
        return []
    return window.news_sitemaps(feed.url, sitemaps_in(robots.body.decode("utf-8", "replace"))) if robots.ok else []
