"""The poller's memory in PostgreSQL: what is due, polls as they begin and end, and the items that feeds have shown.

Every write of a poll names the token of its shard's lease and is refused if another process has taken the shard.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from services.ingest.identity import Identity
from services.ingest.leases import shard_of
from services.ingest.memory import Feed, KnownItem, PollResult, Remembered
from services.ingest.subscriptions import COLUMNS, lock_edits
from services.kit.db import Connection, Database
from services.kit.errors import FetchRefused
from services.kit.urls import registrable_domain

MIGRATIONS: Final = Path(__file__).parent / "migrations"
KEPT: Final = timedelta(days=60)
"""An item that its feed has not listed for this long is forgotten."""
TOUCH: Final = timedelta(days=1)
_ITEMS_MAX: Final = 2_000
_KNOWN: Final = "item_key, link_key, content_hash, changes, entry IS NOT NULL AS published, title, published_raw"

_FENCE: Final = """
    SELECT shard, token FROM ingest.shards
    WHERE (shard, token) IN (SELECT * FROM unnest($1::integer[], $2::bigint[])) FOR KEY SHARE
"""


class Due(NamedTuple):
    """A feed as the timetable needs it."""

    feed_id: str
    host: str
    domain: str
    shard: int
    active: bool
    next_poll_at: datetime
    asked_at: datetime | None
    polled: bool
    rate: float
    edited: int


class Begun(NamedTuple):
    """A feed whose poll has begun, and the token of its shard's lease at that time."""

    feed: Feed
    token: int


async def shard_strays(database: Database) -> None:
    """Give each feed that has none yet, from before there were shards, its shard."""
    rows = await database.fetch("SELECT feed_id, url FROM ingest.feeds WHERE shard IS NULL")
    domains = [(row["feed_id"], _domain_of(row["url"])) for row in rows]
    await database.executemany(
        "UPDATE ingest.feeds SET domain = $2, shard = $3 WHERE feed_id = $1",
        [(feed_id, domain, shard_of(domain)) for feed_id, domain in domains],
    )


def _domain_of(url: str) -> str:
    try:
        return registrable_domain(url)
    except FetchRefused:
        return ""  # refused at each poll, with its code


async def last_edit(database: Database) -> int:
    """Return the number of the last edit of a subscription."""
    return int(str(await database.fetchval("SELECT coalesce(max(edited), 0) FROM ingest.feeds")))


async def feeds_of(database: Database, shards: Collection[int]) -> list[Due]:
    """Return the active feeds of these shards, those due for longest first."""
    return await _due(database, "active AND shard = ANY($1) ORDER BY next_poll_at", list(shards))


async def edited_since(database: Database, edit: int) -> list[Due]:
    """Return the feeds, also those that ended, that operators or moves have changed since an edit."""
    return await _due(database, "edited > $1 AND shard IS NOT NULL ORDER BY next_poll_at", edit)


async def these(database: Database, feed_ids: Collection[str]) -> list[Due]:
    """Return feeds as they stand now, also those that ended."""
    return await _due(database, "feed_id = ANY($1) AND shard IS NOT NULL", list(feed_ids))


async def _due(database: Database, which: str, *args: object) -> list[Due]:
    rows = await database.fetch(
        f"""
        SELECT feed_id, host, domain, shard, active, next_poll_at, asked_at, polls > 0 AS polled, rate, edited
        FROM ingest.feeds WHERE {which}
        """,  # noqa: S608 - words of our own
        *args,
    )
    return [Due(*row) for row in rows]


async def blocked_domains(database: Database, now: datetime) -> dict[str, datetime]:
    """Return the domains that are to be left alone, and until when; forget those whose time is over."""
    await database.execute("DELETE FROM ingest.blocked_domains WHERE until <= $1", now)
    return {
        row["domain"]: row["until"] for row in await database.fetch("SELECT domain, until FROM ingest.blocked_domains")
    }


async def begin(
    database: Database, feed_ids: Collection[str], tokens: Mapping[int, int], *, now: datetime, interval_s: float
) -> list[Begun]:
    """Note that these feeds are asked now, and return them. Left out are those that ended or are another process's.

    Their next polls are set an interval ahead, so that a feed whose poller dies is not asked again within it;
    `interval_s` is that of feeds which have none yet.
    """
    rows = await database.fetch(
        f"""
        WITH mine AS ({_FENCE})
        UPDATE ingest.feeds
        SET asked_at = $4, next_poll_at = $4::timestamptz + coalesce(interval_s, $5) * interval '1 second'
        FROM mine WHERE feed_id = ANY($3) AND active AND feeds.shard = mine.shard
        RETURNING mine.token, {", ".join(f"feeds.{name}" for name in COLUMNS.split(", "))}
        """,  # noqa: S608 - names of our own
        list(tokens),
        list(tokens.values()),
        list(feed_ids),
        now,
        interval_s,
    )
    return [
        Begun(Feed(**{name: value for name, value in row.items() if name != "token"}), row["token"]) for row in rows
    ]


async def known_items(
    database: Database, feed_id: str, identities: Collection[Identity | None]
) -> dict[str, KnownItem]:
    """Return what is remembered of the items that share a key with these, by item key."""
    rows = await database.fetch(
        f"SELECT {_KNOWN} FROM ingest.items WHERE feed_id = $1 AND (item_key = ANY($2) OR link_key = ANY($3))",  # noqa: S608 - words of our own
        feed_id,
        [identity.item_key for identity in identities if identity],
        [identity.link_key for identity in identities if identity and identity.link_key],
    )
    return {row["item_key"]: KnownItem(**row) for row in rows}


async def all_items(database: Database, feed_id: str) -> dict[str, KnownItem]:
    """Return what is remembered of all items of a feed, by item key; of very many, the latest."""
    rows = await database.fetch(
        f"SELECT {_KNOWN} FROM ingest.items WHERE feed_id = $1 ORDER BY first_seen_at DESC LIMIT {_ITEMS_MAX}",  # noqa: S608 - words of our own
        feed_id,
    )
    return {row["item_key"]: KnownItem(**row) for row in rows}


async def holder(database: Database, url: str) -> bool | None:
    """Tell whether the subscription with this address is active; None if there is none."""
    active = await database.fetchval("SELECT active FROM ingest.feeds WHERE url = $1", url)
    return None if active is None else bool(active)


async def save(database: Database, results: Sequence[PollResult], *, now: datetime) -> list[bool]:
    """Remember polls, all in one transaction.

    False for each that was refused, because its shard has been taken over or its feed has been asked again since.
    """
    async with database.transaction() as connection:
        if any(one.after.url != one.before.url or one.pardoned for one in results):
            await lock_edits(connection)
        fence = {(one.before.shard, one.token) for one in results}
        rows = await connection.fetch(_FENCE, [shard for shard, _ in fence], [token for _, token in fence])
        mine = {(row["shard"], row["token"]) for row in rows}
        last = await connection.fetch(_LAST_ASKED, [one.before.feed_id for one in results])
        asked = {row["feed_id"]: row["asked_at"] for row in last}
        held = [
            (one.before.shard, one.token) in mine and asked.get(one.before.feed_id) == one.before.asked_at
            for one in results
        ]
        await _save(connection, [one for one, ours in zip(results, held, strict=True) if ours], mine, now)
    return held


async def _save(
    connection: Connection, results: Sequence[PollResult], mine: Collection[tuple[int, int]], now: datetime
) -> None:
    await connection.executemany(_UPDATE_FEED, [_feed_row(one.after) for one in results])
    if items := [_item_row(one.before.feed_id, item, now) for one in results for item in one.items]:
        await connection.executemany(_UPSERT_ITEM, items)
    if seen := [(one.before.feed_id, list(one.seen), now, now - TOUCH) for one in results if one.seen]:
        await connection.executemany(_SEEN, seen)
    if whole := [(one.before.feed_id, now - KEPT) for one in results if one.whole]:
        await connection.executemany(_FORGET, whole)
    if blocked := sorted((block.domain, block.until) for one in results for block in one.blocked):
        await connection.executemany(_BLOCK, blocked)
    if moved := [_move_row(one.after) for one in results if one.after.url != one.before.url]:
        await connection.executemany(_MOVE, moved)
    if pardoned := Counter(feed_id for one in results for feed_id in one.pardoned):
        shards = sorted({shard for shard, _ in mine})
        soon = [now + timedelta(seconds=one.after.interval_s or 0) for one in results if one.pardoned]
        await connection.executemany(_PARDON, [(*one, shards, min(soon)) for one in sorted(pardoned.items())])


# Whether a feed is wanted is the operator's to say and stays as it stands by now.
_MUTABLE: Final = (
    "site_url", "next_poll_at", "interval_s", "reason", "rate", "rhythm", "etag", "last_modified",
    "body_hash", "pieces", "parsed_at", "unconditional_at", "unchanged", "unchanged_at", "on_trial", "distrusted",
    "distrusted_at", "failures", "gone", "last_error", "error_logged_at", "errors_unlogged", "proposed",
    "last_polled_at", "last_success_at", "last_item_at", "silent_since", "moved_to", "moved_since", "moved_polls",
    "moved_overlap", "strangers", "time_offset", "polls", "entries", "items",
)  # fmt: skip
_UPDATE_FEED: Final = f"""
    UPDATE ingest.feeds SET {", ".join(f"{name} = ${place}" for place, name in enumerate(_MUTABLE, start=5))},
        title = coalesce(title, $4), active = active AND $2, off_reason = CASE WHEN active THEN $3 ELSE off_reason END
    WHERE feed_id = $1
"""  # noqa: S608 - names of our own
_LAST_ASKED: Final = """
    SELECT feed_id, asked_at FROM ingest.feeds WHERE feed_id = ANY($1) ORDER BY feed_id FOR NO KEY UPDATE
"""
_MOVE: Final = """
    UPDATE ingest.feeds SET url = $2, host = $3, domain = $4, shard = $5, edited = nextval('ingest.edits')
    WHERE feed_id = $1
"""
_BLOCK: Final = """
    INSERT INTO ingest.blocked_domains (domain, until) VALUES ($1, $2)
    ON CONFLICT (domain) DO UPDATE SET until = greatest(blocked_domains.until, excluded.until)
"""
_PARDON: Final = """
    UPDATE ingest.feeds SET
        failures = greatest(failures - $2, 0), next_poll_at = least(next_poll_at, $4), edited = nextval('ingest.edits'),
        last_error = CASE WHEN failures > $2 THEN last_error END,
        error_logged_at = CASE WHEN failures > $2 THEN error_logged_at END
    WHERE feed_id = $1 AND shard = ANY($3)
"""
_SEEN: Final = "UPDATE ingest.items SET seen_at = $3 WHERE feed_id = $1 AND item_key = ANY($2) AND seen_at < $4"
_FORGET: Final = "DELETE FROM ingest.items WHERE feed_id = $1 AND seen_at < $2"
_UPSERT_ITEM: Final = """
    INSERT INTO ingest.items (feed_id, item_key, link_key, content_hash, changes, title, published_raw,
                              entry_id, trace_id, entry, entry_at, first_seen_at, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
    ON CONFLICT (feed_id, item_key) DO UPDATE SET
        link_key = excluded.link_key, content_hash = excluded.content_hash, changes = excluded.changes,
        title = excluded.title, published_raw = excluded.published_raw,
        entry_id = coalesce(excluded.entry_id, items.entry_id),
        trace_id = coalesce(excluded.trace_id, items.trace_id),
        entry = coalesce(excluded.entry, items.entry),
        entry_at = coalesce(excluded.entry_at, items.entry_at),
        seen_at = excluded.seen_at
"""


def _feed_row(after: Feed) -> tuple[object, ...]:
    return (after.feed_id, after.active, after.off_reason, after.title, *(getattr(after, name) for name in _MUTABLE))


def _move_row(after: Feed) -> tuple[object, ...]:
    return (after.feed_id, after.url, after.host, after.domain, after.shard)


def _item_row(feed_id: str, remembered: Remembered, now: datetime) -> tuple[object, ...]:
    item, entry = remembered.item, remembered.entry
    published = (entry.entry_id, entry.trace_id, entry.model_dump_json(), now) if entry else (None,) * 4
    said = (item.link_key, item.content_hash, item.changes, item.title, item.published_raw)
    return (feed_id, item.item_key, *said, *published, now)
