"""The poller's memory in PostgreSQL: what is due, polls as they begin and end, and the items that feeds have shown.

Every write of a poll names the token of its shard's lease and is refused if another process has taken the shard.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from services.ingest.identity import Identity
from services.ingest.leases import shard_of
from services.ingest.memory import Feed, KnownItem, PollResult, Remembered
from services.ingest.subscriptions import COLUMNS, lock_edits
from services.kit.db import Connection, Database
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


async def shard_strays(database: Database) -> None:
    """Give each feed that has none yet, from before there were shards, its shard."""
    rows = await database.fetch("SELECT feed_id, url FROM ingest.feeds WHERE shard IS NULL")
    domains = [(row["feed_id"], registrable_domain(row["url"])) for row in rows]
    await database.executemany(
        "UPDATE ingest.feeds SET domain = $2, shard = $3 WHERE feed_id = $1",
        [(feed_id, domain, shard_of(domain)) for feed_id, domain in domains],
    )


async def last_edit(database: Database) -> int:
    """Return the number of the last edit of a subscription."""
    return int(str(await database.fetchval("SELECT coalesce(max(edited), 0) FROM ingest.feeds")))


async def feeds_of(database: Database, shards: Collection[int]) -> list[Due]:
    """Return the active feeds of these shards, those due for longest first."""
    return await _due(database, "active AND shard = ANY($1) ORDER BY next_poll_at", list(shards))


async def edited_since(database: Database, edit: int) -> list[Due]:
    """Return the feeds, also those that ended, that operators or moves have changed since an edit."""
    return await _due(database, "edited > $1 AND shard IS NOT NULL ORDER BY next_poll_at", edit)


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
) -> list[Feed]:
    """Note that these feeds are asked now, and return them. Left out are those that ended or are another process's.

    Their next polls are set an interval ahead, so that a feed whose poller dies is not asked again within it;
    `interval_s` is that of feeds which have none yet.
    """
    rows = await database.fetch(
        f"""
        WITH mine AS ({_FENCE})
        UPDATE ingest.feeds
        SET asked_at = $4, next_poll_at = $4::timestamptz + coalesce(interval_s, $5) * interval '1 second'
        WHERE feed_id = ANY($3) AND active AND shard IN (SELECT shard FROM mine) RETURNING {COLUMNS}
        """,  # noqa: S608 - names of our own
        list(tokens),
        list(tokens.values()),
        list(feed_ids),
        now,
        interval_s,
    )
    return [Feed(**row) for row in rows]


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


async def subscribed(database: Database, url: str) -> bool:
    """Tell whether there is a subscription with this address."""
    return bool(await database.fetchval("SELECT EXISTS (SELECT FROM ingest.feeds WHERE url = $1)", url))


async def save(database: Database, results: Sequence[PollResult], *, now: datetime) -> list[bool]:
    """Remember polls, all in one transaction. False for each that was refused because its shard has been taken over."""
    fence = {(result.before.shard, result.token) for result in results}
    async with database.transaction() as connection:
        if any(result.after.url != result.before.url for result in results):
            await lock_edits(connection)
        rows = await connection.fetch(_FENCE, [shard for shard, _ in fence], [token for _, token in fence])
        mine = {(row["shard"], row["token"]) for row in rows}
        held = [(result.before.shard, result.token) in mine for result in results]
        kept = [result for result, ours in zip(results, held, strict=True) if ours]
        await _save(connection, kept, now)
    return held


async def _save(connection: Connection, results: Sequence[PollResult], now: datetime) -> None:
    await connection.executemany(_UPDATE_FEED, [_feed_row(result.after) for result in results])
    if items := [_item_row(result.before.feed_id, one, now) for result in results for one in result.items]:
        await connection.executemany(_UPSERT_ITEM, items)
    if seen := [(result.before.feed_id, list(result.seen), now, now - TOUCH) for result in results if result.seen]:
        await connection.executemany(_SEEN, seen)
        await connection.executemany(_FORGET, [(feed_id, now - KEPT) for feed_id, *_ in seen])
    if blocked := [(one.blocked.domain, one.blocked.until) for one in results if one.blocked]:
        await connection.executemany(_BLOCK, blocked)
    if moved := [_move_row(result.after) for result in results if result.after.url != result.before.url]:
        await connection.executemany(_MOVE, moved)
    if pardoned := [feed_id for result in results for feed_id in result.pardoned]:
        await connection.execute(_PARDON, pardoned)


# Whether a feed is wanted is the operator's to say and stays as it stands by now.
_MUTABLE: Final = (
    "title", "site_url", "next_poll_at", "interval_s", "reason", "rate", "rhythm", "etag", "last_modified",
    "body_hash", "pieces", "parsed_at", "unconditional_at", "unchanged", "unchanged_at", "on_trial", "distrusted",
    "distrusted_at", "failures", "gone", "last_error", "error_logged_at", "errors_unlogged", "proposed",
    "last_polled_at", "last_success_at", "last_item_at", "silent_since", "moved_to", "moved_since", "moved_polls",
    "moved_overlap", "strangers", "time_offset", "polls", "entries", "items",
)  # fmt: skip
_UPDATE_FEED: Final = f"""
    UPDATE ingest.feeds SET {", ".join(f"{name} = ${place}" for place, name in enumerate(_MUTABLE, start=4))},
        active = active AND $2, off_reason = CASE WHEN active THEN $3 ELSE off_reason END
    WHERE feed_id = $1
"""  # noqa: S608 - names of our own
_MOVE: Final = """
    UPDATE ingest.feeds SET url = $2, host = $3, domain = $4, shard = $5, edited = nextval('ingest.edits')
    WHERE feed_id = $1
"""
_BLOCK: Final = """
    INSERT INTO ingest.blocked_domains (domain, until) VALUES ($1, $2)
    ON CONFLICT (domain) DO UPDATE SET until = greatest(blocked_domains.until, excluded.until)
"""
_PARDON: Final = """
    UPDATE ingest.feeds SET failures = greatest(failures - 1, 0), last_error = NULL, error_logged_at = NULL
    WHERE feed_id = ANY($1)
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
    return (after.feed_id, after.active, after.off_reason, *(getattr(after, name) for name in _MUTABLE))


def _move_row(after: Feed) -> tuple[object, ...]:
    return (after.feed_id, after.url, after.host, after.domain, after.shard)


def _item_row(feed_id: str, remembered: Remembered, now: datetime) -> tuple[object, ...]:
    item, entry = remembered.item, remembered.entry
    published = (entry.entry_id, entry.trace_id, entry.model_dump_json(), now) if entry else (None,) * 4
    said = (item.link_key, item.content_hash, item.changes, item.title, item.published_raw)
    return (feed_id, item.item_key, *said, *published, now)
