"""The ingest service: claims feeds that are due and polls them, many at once."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from services.ingest import state
from services.ingest.feeds import warm
from services.ingest.memory import Feed
from services.ingest.poll import Tools, poll, republish
from services.ingest.settings import IngestSettings
from services.kit.clock import utc_now
from services.kit.db import Database, migrate
from services.kit.errors import DependencyDown
from services.kit.events import Event
from services.kit.http.fetch import Fetcher
from services.kit.kafka.client import KafkaProducer
from services.kit.log import emit
from services.kit.pool import WorkerPool
from services.kit.run import Process

TICK_S: Final = 0.5
"""How often to look for feeds that are due while nothing else happens."""
RENEWED_EVERY_S: Final = 3.0

Polls = dict["asyncio.Task[Event]", Feed]


async def serve(settings: IngestSettings, process: Process) -> None:
    """Run until the process stops."""
    async with (
        Database.connect(settings) as database,
        KafkaProducer.connect(settings, process.outages) as producer,
        Fetcher(settings) as fetcher,
        WorkerPool(
            workers=settings.ingest_parse_workers,
            deadline_s=settings.ingest_parse_deadline_s,
            warm=warm,
            name="feeds",
            emit=emit,
        ) as pool,
    ):
        await process.outages.ride_out(lambda: migrate(database, schema="ingest", folder=state.MIGRATIONS))
        process.ready()
        await ingest(
            Tools(
                fetcher=fetcher,
                pool=pool,
                producer=producer,
                database=database,
                outages=process.outages,
                settings=settings,
                clock=utc_now,
                counts=process.counts,
            ),
            process,
        )


async def ingest(tools: Tools, process: Process) -> None:
    """Publish again what may be lost, if so set, then poll until the process stops; polls under way are finished."""
    if tools.settings.ingest_reemit:
        await reemit(tools, process)
    running: Polls = {}
    stop = asyncio.create_task(process.stopping.wait())
    renewing = asyncio.create_task(_renewing(running, tools))
    try:
        while not process.stopping.is_set():
            process.beat()
            for feed in await _claimed(tools, running):
                running[asyncio.create_task(poll(feed, tools))] = feed
            process.gauges["feeds.polling"] = len(running)
            await _one_done(running, stop)
        await _finished(running)
    finally:
        stop.cancel()
        renewing.cancel()
        await _abandoned(running, tools)


async def reemit(tools: Tools, process: Process) -> None:
    """Publish again, once, each remembered entry that has no outcome."""
    async for entry in state.entries_to_reemit(tools.database, tools.outages):
        if process.stopping.is_set():
            return
        process.beat()
        await republish(entry, tools)


async def _claimed(tools: Tools, running: Polls) -> list[Feed]:
    """Claim feeds for the free places. During an outage none: what cannot be published need not be asked for."""
    settings = tools.settings
    free = settings.ingest_concurrency - len(running)
    if free <= 0 or tools.outages.any:
        return []
    claim = partial(
        state.due_feeds,
        tools.database,
        owner=tools.owner,
        limit=free,
        now=tools.clock(),
        host_gap=timedelta(seconds=settings.ingest_host_gap_s),
        busy=[feed.feed_id for feed in running.values()],
    )
    return await tools.outages.ride_out(claim)


async def _renewing(running: Polls, tools: Tools) -> None:
    """Keep the claims of the polls under way, also while the loop waits or the service drains."""
    while True:
        await asyncio.sleep(RENEWED_EVERY_S)
        if running:
            with suppress(DependencyDown):  # nobody can take them over either
                busy = [feed.feed_id for feed in running.values()]
                await state.renew(tools.database, tools.owner, busy, now=tools.clock())


async def _one_done(running: Polls, stop: "asyncio.Task[bool]") -> None:
    """Wait until a poll is done or a stop is asked for, a tick at most, and drop what is done.

    Polls log and remember how they ended; what they raise ends the service.
    """
    await asyncio.wait({*running, stop}, timeout=TICK_S, return_when=asyncio.FIRST_COMPLETED)
    if stop.done():
        return
    for task in [task for task in running if task.done()]:
        del running[task]
        task.result()


async def _finished(running: Polls) -> None:
    """Wait for all polls, then raise what the first of them raised."""
    results = await asyncio.gather(*running, return_exceptions=True)
    running.clear()
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _abandoned(running: Polls, tools: Tools) -> None:
    """End polls in the middle: nothing of them is remembered. Their claims are given back if that can be done."""
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    if running:
        with suppress(DependencyDown):
            await state.release(tools.database, tools.owner)
