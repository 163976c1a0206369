"""Subscriptions in PostgreSQL, as operators change them. The poller that holds a feed's shard notices each change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from typing import Final

from services.ingest.leases import shard_of
from services.ingest.memory import Feed
from services.kit.db import Connection, Database
from services.kit.urls import host_of, normalise, registrable_domain

COLUMNS: Final = ", ".join(field.name for field in fields(Feed))
_EDIT_LOCK: Final = 0x6564_6974  # one number for all edits, so that their numbers are in the order of their commits


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
    feed_id, domain = feed_id_of(url), registrable_domain(url)
    async with editing(database) as connection:
        # a feed that has moved is known by its new address too
        moved = await connection.fetchval("SELECT feed_id FROM ingest.feeds WHERE url = $1", url.strip())
        inserted = await connection.fetchval(
            """
            INSERT INTO ingest.feeds (feed_id, url, host, domain, shard, title, added_at, next_poll_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
            ON CONFLICT (feed_id) DO UPDATE SET
                title = coalesce(excluded.title, feeds.title), active = true, off_reason = NULL,
                gone = CASE WHEN feeds.active THEN feeds.gone ELSE 0 END, edited = nextval('ingest.edits'),
                next_poll_at = CASE WHEN feeds.active THEN feeds.next_poll_at ELSE excluded.next_poll_at END
            RETURNING xmax = 0
            """,
            moved or feed_id,
            url.strip(),
            host_of(url),
            domain,
            shard_of(domain),
            title,
            now,
        )
    return bool(inserted)  # an updated row bears the mark of the transaction that replaced it


async def remove_feed(database: Database, url: str) -> bool:
    """End a subscription; what its items were is kept, so that a later return repeats nothing. False if unknown.

    Raises:
        FetchRefused: no http(s) address.

    """
    async with editing(database) as connection:
        status = await connection.execute(
            """
            UPDATE ingest.feeds SET active = false, off_reason = 'removed', edited = nextval('ingest.edits')
            WHERE (feed_id = $1 OR url = $2) AND active
            """,
            feed_id_of(url),
            url.strip(),
        )
    return status != "UPDATE 0"


async def list_feeds(database: Database) -> list[Feed]:
    """Return all subscriptions, ended ones too, in the order of their addresses."""
    return [Feed(**row) for row in await database.fetch(f"SELECT {COLUMNS} FROM ingest.feeds ORDER BY url")]  # noqa: S608 - names of our own


async def find_feed(database: Database, wanted: str) -> Feed | None:
    """Return the subscription with this id or address; None if there is none."""
    row = await database.fetchrow(
        f"SELECT {COLUMNS} FROM ingest.feeds WHERE feed_id = $1 OR url = $1",  # noqa: S608 - names of our own
        wanted.strip(),
    )
    return Feed(**row) if row else None


@asynccontextmanager
async def editing(database: Database) -> AsyncIterator[Connection]:
    """Give a transaction in which feeds may be given numbers of edits: one process at a time."""
    async with database.transaction() as connection:
        await lock_edits(connection)
        yield connection


async def lock_edits(connection: Connection) -> None:
    """Hold other edits up until this transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _EDIT_LOCK)
