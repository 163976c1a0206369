"""Outlets: what was learnt of them outlives the process, in extract's database. Lost, it costs a relearning."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from services.extract.baseline import OUTLETS_MAX
from services.extract.tally import Tally
from services.kit.db import Database
from services.kit.errors import DependencyDown
from services.kit.log import emit


async def load(database: Database, tally: Tally) -> None:
    """Remember the outlets that were met last.

    Raises:
        DependencyDown: the database does not answer.

    """
    rows = await database.fetch("SELECT domain, learnt FROM extract.outlets ORDER BY met_at DESC LIMIT $1", OUTLETS_MAX)
    for row in reversed(rows):
        tally.remember(row["domain"], json.loads(row["learnt"]))


async def save(database: Database, tally: Tally) -> None:
    """Save what was learnt since the last time, in one statement; a database that is down is not waited for."""
    learnt = tally.unsaved()
    if not learnt:
        return
    with suppress(DependencyDown):
        await database.execute(
            """
            INSERT INTO extract.outlets (domain, learnt, met_at)
            SELECT domain, learnt, now() FROM unnest($1::text[], $2::jsonb[]) AS met (domain, learnt)
            ON CONFLICT (domain) DO UPDATE SET learnt = excluded.learnt, met_at = excluded.met_at
            """,
            list(learnt),
            [json.dumps(one) for one in learnt.values()],
        )


@asynccontextmanager
async def watched(database: Database, tally: Tally, *, window_s: float) -> AsyncIterator[None]:
    """Within, write the summary of each window that had work, and save what was learnt; once more at the end."""
    watcher = asyncio.create_task(_watch(database, tally, window_s))
    try:
        yield
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        _tell(tally, window_s)
        await save(database, tally)


async def _watch(database: Database, tally: Tally, window_s: float) -> None:
    while True:
        await asyncio.sleep(window_s)
        _tell(tally, window_s)
        await save(database, tally)


def _tell(tally: Tally, window_s: float) -> None:
    summary = tally.summary(window_s)
    if summary:
        emit(summary)
