"""What is under way in the stream, as the database can tell."""

from services.kit.db import Database


async def under_way(database: Database) -> int:
    """Count the entries that were published and whose outcome the store does not have yet."""
    if await database.fetchval("SELECT to_regclass('store.outcomes')") is None:
        missing = "true"
    else:
        missing = "NOT EXISTS (SELECT FROM store.outcomes WHERE outcomes.trace_id = items.trace_id)"
    count = await database.fetchval(f"SELECT count(*) FROM ingest.items WHERE entry IS NOT NULL AND {missing}")  # noqa: S608 - words of our own
    return count if isinstance(count, int) else 0
