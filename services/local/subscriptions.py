"""The list of feeds that the poller works through, as commands see it, and how much is under way."""

from collections.abc import Iterable

from services.ingest import state
from services.kit.clock import utc_now
from services.kit.db import Database, migrate


async def prepare(database: Database) -> None:
    """Bring the poller's tables into being, so that feeds can be added before it ever ran."""
    await migrate(database, schema="ingest", folder=state.MIGRATIONS)


async def add_all(database: Database, urls: Iterable[str]) -> int:
    """Subscribe to feeds; returns how many are new."""
    added = 0
    for url in urls:
        added += await state.add_feed(database, url, now=utc_now())
    return added


async def under_way(database: Database) -> int:
    """Count the entries that were published and whose outcome the store does not have yet."""
    if await database.fetchval("SELECT to_regclass('store.outcomes')") is None:
        return 0
    count = await database.fetchval(
        "SELECT count(*) FROM ingest.items LEFT JOIN store.outcomes USING (trace_id) WHERE outcomes.trace_id IS NULL"
    )
    return count if isinstance(count, int) else 0
