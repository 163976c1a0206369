"""The poller's memory in PostgreSQL: subscriptions, claims on them, and the items they have shown."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from schemas.v1 import Entry
from services.ingest.identity import Identity
from services.ingest.memory import Feed, KnownItem, Remembered
from services.kit.db import Connection, Database
from services.kit.outage import Outages
from services.kit.urls import host_of, normalise

MIGRATIONS: Final = Path(__file__).parent / "migrations"
CLAIM: Final = timedelta(seconds=10)
"""How long a claim outlives its last renewal: the time for which a killed poller's feeds rest."""
KEPT: Final = timedelta(days=60)
"""An item that its feed has not listed for this long is forgotten."""
_TOUCH: Final = timedelta(days=1)
_PAGE: Final = 200
_CLAIM_LOCK: Final = 0x636C_6169  # one number for all claims, so that two processes see each other's
_COLUMNS: Final = ", ".join(field.name for field in fields(Feed))


def feed_id_of(url: str) -> str:
    """Return the id of the subscription to this address.

    Raises:
        FetchRefused: no http(s) address.

    """
    return sha256(normalise(url).encode()).hexdigest()[:16]


async def add_feed(database: Database, url: str, *, title: str | None = None, now: datetime) -> bool:
    """Subscribe to a feed, or take up a subscription again that was ended; it is due at once. False if it was known.

    Raises:
        FetchRefused: no http(s) address.

    """
    inserted = await database.fetchval(
        """
        INSERT INTO ingest.feeds (feed_id, url, host, title, added_at, next_poll_at) VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (feed_id) DO UPDATE SET
            title = coalesce(excluded.title, feeds.title), active = true, off_reason = NULL,
            gone = CASE WHEN feeds.active THEN feeds.gone ELSE 0 END,
            next_poll_at = CASE WHEN feeds.active THEN feeds.next_poll_at ELSE excluded.next_poll_at END
        RETURNING xmax = 0
        """,
        feed_id_of(url),
        url.strip(),
        host_of(url),
        title,
        now,
    )
    return bool(inserted)  # an updated row bears the mark of the transaction that replaced it


async def remove_feed(database: Database, feed_id: str) -> bool:
    """End a subscription; what its items were is kept, so that a later return repeats nothing. False if unknown."""
    status = await database.execute(
        "UPDATE ingest.feeds SET active = false, off_reason = 'removed' WHERE feed_id = $1 AND active", feed_id
    )
    return status != "UPDATE 0"


async def list_feeds(database: Database) -> list[Feed]:
    """Return all subscriptions, ended ones too, in the order of their addresses."""
    return [Feed(**row) for row in await database.fetch(f"SELECT {_COLUMNS} FROM ingest.feeds ORDER BY url")]  # noqa: S608 - names of our own


async def due_feeds(
    database: Database,
    *,
    owner: str,
    limit: int,
    now: datetime,
    host_gap: timedelta,
    busy: Collection[str] = (),
) -> list[Feed]:
    """Claim for `owner` the feeds that have been due for longest, at most one of each host.

    A host is passed over while one of its feeds is claimed, by any process, or was polled less than `host_gap` ago. A
    claim ends when its poll is saved, else `CLAIM` after it was last renewed, so that feeds survive their poller.
    Feeds in `busy` are left out: they are still with the caller, whose claim may have lapsed during an outage.
    """
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _CLAIM_LOCK)
        rows = await connection.fetch(
            f"""
            WITH first_of_host AS (
                SELECT DISTINCT ON (due.host) due.feed_id, due.next_poll_at FROM ingest.feeds AS due
                WHERE due.active AND due.next_poll_at <= $1 AND due.feed_id <> ALL($5) AND NOT EXISTS (
                    SELECT FROM ingest.feeds AS other
                    WHERE other.host = due.host AND (other.claimed_until > $1 OR other.last_polled_at > $2)
                )
                ORDER BY due.host, due.next_poll_at
            ), locked AS (
                SELECT feeds.feed_id FROM ingest.feeds JOIN first_of_host USING (feed_id)
                ORDER BY first_of_host.next_poll_at LIMIT $3 FOR UPDATE OF feeds SKIP LOCKED
            )
            UPDATE ingest.feeds SET claimed_until = $4, claimed_by = $6 WHERE feed_id IN (SELECT feed_id FROM locked)
            RETURNING {_COLUMNS}
            """,  # noqa: S608 - names of our own
            now,
            now - host_gap,
            limit,
            now + CLAIM,
            list(busy),
            owner,
        )
    return sorted((Feed(**row) for row in rows), key=lambda feed: feed.next_poll_at)


async def known_items(
    database: Database, feed_id: str, identities: Collection[Identity | None]
) -> dict[str, KnownItem]:
    """Return what is remembered of the items that share a key with these, by item key."""
    rows = await database.fetch(
        """
        SELECT item_key, link_key, content_hash, changes, entry IS NOT NULL AS published, title, published_raw
        FROM ingest.items WHERE feed_id = $1 AND (item_key = ANY($2) OR link_key = ANY($3))
        """,
        feed_id,
        [identity.item_key for identity in identities if identity],
        [identity.link_key for identity in identities if identity and identity.link_key],
    )
    return {row["item_key"]: KnownItem(**row) for row in rows}


async def save_poll(
    database: Database,
    before: Feed,
    after: Feed,
    *,
    items: Sequence[Remembered] = (),
    seen: Sequence[str] = (),
    now: datetime,
) -> bool:
    """Remember a poll: the feed's new state and its new and changed items, in one transaction, and end the claim.

    Returns False, and remembers nothing, if the claim that `before` carries was lost to another process.
    """
    async with database.transaction() as connection:
        if not await _save_feed(connection, before, after):
            return False
        await connection.executemany(_UPSERT_ITEM, [_item_row(before.feed_id, one, now) for one in items])
        if seen:
            await connection.execute(
                "UPDATE ingest.items SET seen_at = $3 WHERE feed_id = $1 AND item_key = ANY($2) AND seen_at < $4",
                before.feed_id,
                list(seen),
                now,
                now - _TOUCH,
            )
            await connection.execute(
                "DELETE FROM ingest.items WHERE feed_id = $1 AND seen_at < $2", before.feed_id, now - KEPT
            )
    return True


async def renew(database: Database, owner: str, feed_ids: Collection[str], *, now: datetime) -> None:
    """Keep the claims that are still this owner's."""
    await database.execute(
        "UPDATE ingest.feeds SET claimed_until = $3 WHERE feed_id = ANY($1) AND claimed_by = $2",
        list(feed_ids),
        owner,
        now + CLAIM,
    )


async def release(database: Database, owner: str) -> None:
    """Give all claims of this owner back."""
    await database.execute(
        "UPDATE ingest.feeds SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1", owner
    )


async def entries_to_reemit(database: Database, outages: Outages) -> AsyncIterator[Entry]:
    """Give the last entry of each remembered item that has no outcome in the store, oldest first.

    Without a store in this database nothing has an outcome, so that all are given.
    """
    after = _Place(datetime(1, 1, 1, tzinfo=UTC), "", "")
    while True:
        page = await outages.ride_out(partial(_page_to_reemit, database, after))
        for after, entry in page:  # noqa: B007 - the last place is where the next page begins
            yield Entry.model_validate_json(entry)
        if len(page) < _PAGE:
            return


class _Place(NamedTuple):
    """Where a remembered entry stands in the order of their publication."""

    entry_at: datetime
    feed_id: str
    item_key: str


async def _page_to_reemit(database: Database, after: _Place) -> list[tuple[_Place, str]]:
    stored = await database.fetchval("SELECT to_regclass('store.outcomes') IS NOT NULL")
    missing = "NOT EXISTS (SELECT FROM store.outcomes WHERE outcomes.trace_id = items.trace_id)" if stored else "true"
    rows = await database.fetch(
        f"""
        SELECT entry_at, feed_id, item_key, entry FROM ingest.items
        WHERE entry IS NOT NULL AND (entry_at, feed_id, item_key) > ($1, $2, $3) AND {missing}
        ORDER BY entry_at, feed_id, item_key LIMIT {_PAGE}
        """,  # noqa: S608 - words of our own
        *after,
    )
    return [(_Place(row["entry_at"], row["feed_id"], row["item_key"]), row["entry"]) for row in rows]


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


def _item_row(feed_id: str, remembered: Remembered, now: datetime) -> tuple[object, ...]:
    item, entry = remembered.item, remembered.entry
    published = (entry.entry_id, entry.trace_id, entry.model_dump_json(), now) if entry else (None,) * 4
    said = (item.link_key, item.content_hash, item.changes, item.title, item.published_raw)
    return (feed_id, item.item_key, *said, *published, now)


async def _save_feed(connection: Connection, before: Feed, after: Feed) -> bool:
    """Write what a poll changes. Whether the feed is wanted is the operator's to say and stays as it stands by now."""
    status = await connection.execute(
        """
        UPDATE ingest.feeds SET
            claimed_by = NULL, claimed_until = NULL, title = coalesce(title, $3), next_poll_at = $4,
            etag = $5, last_modified = $6, body_hash = $7, failures = $8, gone = $9, last_error = $10,
            error_logged_at = $11, errors_unlogged = $12, last_polled_at = $13, last_success_at = $14,
            polls = $15, entries = $16, items = $17,
            active = active AND $18, off_reason = CASE WHEN active THEN $19 ELSE off_reason END
        WHERE feed_id = $1 AND claimed_by = $2
        """,
        before.feed_id,
        before.claimed_by,
        after.title,
        after.next_poll_at,
        after.etag,
        after.last_modified,
        after.body_hash,
        after.failures,
        after.gone,
        after.last_error,
        after.error_logged_at,
        after.errors_unlogged,
        after.last_polled_at,
        after.last_success_at,
        after.polls,
        after.entries,
        after.items,
        after.active,
        after.off_reason,
    )
    return status != "UPDATE 0"
