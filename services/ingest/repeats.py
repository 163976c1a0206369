"""Entries to publish again after the broker may have forgotten them, from the poller's memory."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Final, NamedTuple

from schemas.v1 import Entry
from services.kit.db import Database
from services.kit.outage import Outages

_PAGE: Final = 200


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
