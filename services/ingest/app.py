"""The ingest service: polls the feeds whose hosts it holds when they are due, many at once."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Final

from services.ingest import state
from services.ingest.feeds import warm
from services.ingest.holdings import Holdings
from services.ingest.poll import Poll, Polled, republish
from services.ingest.repeats import entries_to_reemit
from services.ingest.settings import IngestSettings
from services.ingest.state import Begun
from services.ingest.timetable import Place, Turn
from services.ingest.tools import Tools
from services.kit.archive.writer import opened
from services.kit.clock import utc_now
from services.kit.db import Database, migrate
from services.kit.errors import DependencyDown
from services.kit.http.fetch import Fetcher
from services.kit.kafka.client import KafkaProducer
from services.kit.log import emit
from services.kit.pool import WorkerPool
from services.kit.run import Process

TICK_S: Final = 0.5
"""How often to look around while nothing happens."""


async def serve(settings: IngestSettings, process: Process) -> None:
    """Run until the process stops."""
    async with (
        Database.connect(settings) as database,
        KafkaProducer.connect(settings, process.outages) as producer,
        Fetcher(settings) as fetcher,
        opened(settings, "ingest") as archive,
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
                archive=archive,
            ),
            process,
        )


async def ingest(tools: Tools, process: Process) -> None:
    """Publish again what may be lost, if so set, then poll until the process stops; polls under way are finished."""
    await process.outages.ride_out(lambda: state.shard_strays(tools.database))
    if tools.settings.ingest_reemit:
        await reemit(tools, process)
    poller = _Poller(tools, process)
    try:
        await poller.run()
    finally:
        await poller.end()


async def reemit(tools: Tools, process: Process) -> None:
    """Publish again, once, each remembered entry that has no outcome."""
    async for entry in entries_to_reemit(tools.database, tools.outages):
        if process.stopping.is_set():
            return
        process.beat()
        await republish(entry, tools)


class _Poller:
    """Polls under way, and what leads to them: feeds held, those due begun, those done due again."""

    def __init__(self, tools: Tools, process: Process) -> None:
        self._tools = tools
        self._process = process
        self._running: dict[asyncio.Task[Polled], Poll] = {}
        self._beginning: set[int] = set()
        self._finished: list[asyncio.Task[Polled]] = []
        self._wake = asyncio.Event()
        self._holdings = Holdings(tools, under_way=self._shards, revoke=self._revoke, wake=self._wake.set)
        self._keeping: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Poll until the process stops, then finish what is under way."""
        await self._holdings.begin()
        self._keeping = asyncio.create_task(self._holdings.keep())
        stop = asyncio.create_task(self._process.stopping.wait())
        stop.add_done_callback(lambda _: self._wake.set())
        try:
            while not self._process.stopping.is_set():
                self._process.beat()
                await self._settle()
                await self._holdings.notice_edits()
                await self._begin_due()
                self._process.gauges["feeds.polling"] = len(self._running)
                self._process.gauges["feeds.held"] = len(self._tools.timetable)
                await self._pause()
            await self._finish()
        finally:
            stop.cancel()

    async def end(self) -> None:
        """End polls in the middle, if there are still any, of which nothing is remembered, and leave the shards."""
        running = [*self._running, *([self._keeping] if self._keeping else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        with suppress(DependencyDown):  # nobody can take them over either
            await self._tools.leases.leave()

    def _shards(self) -> set[int]:
        return self._beginning | {one.feed.shard for one in self._running.values()}

    def _revoke(self, lost: Collection[int]) -> None:
        """End polls whose lease is gone, also where the shard came back at once: under a new token they cannot save."""
        for task, one in self._running.items():
            if one.feed.shard in lost or not self._tools.leases.holds(one.feed.shard):
                one.revoke()
                task.cancel()

    async def _begin_due(self) -> None:
        """Begin polls for the free places. During an outage none: what cannot be published need not be asked for."""
        tools = self._tools
        free = tools.settings.ingest_concurrency - len(self._running)
        if free <= 0 or tools.outages.any or not tools.leases.current:
            return
        now = tools.clock()
        turns = tools.timetable.take(now.timestamp(), free)
        if not turns:
            return
        self._beginning = set(tools.leases.tokens)  # until it is known which
        begun = await tools.outages.ride_out(lambda: self._begun([turn.feed_id for turn in turns], now))
        self._beginning = set()
        tools.budget.spent(now.timestamp(), len(begun))
        for feed, token in begun:
            one = Poll(feed, token, tools)
            task = asyncio.create_task(one.run())
            self._running[task] = one
            task.add_done_callback(self._done)
        await self._take_back([turn for turn in turns if turn.feed_id not in {feed.feed_id for feed, _ in begun}])

    async def _begun(self, feed_ids: Collection[str], now: datetime) -> list[Begun]:
        tools = self._tools
        mean_s = tools.settings.limits.mean_s
        return await state.begin(tools.database, feed_ids, tools.leases.tokens, now=now, interval_s=mean_s)

    async def _take_back(self, turns: Collection[Turn]) -> None:
        """Free the hosts of feeds that were not begun, and look what has become of these."""
        for turn in turns:
            self._tools.timetable.done(turn.feed_id, turn.host, self._tools.clock().timestamp())
        await self._holdings.refresh([turn.feed_id for turn in turns])

    def _done(self, task: "asyncio.Task[Polled]") -> None:
        self._finished.append(task)
        self._wake.set()

    async def _settle(self) -> None:
        """Put the feeds whose polls have ended back into the timetable. What a poll raises ends the service."""
        tools = self._tools
        finished, self._finished = self._finished, []
        unsure: list[str] = []
        for task in finished:
            feed = self._running.pop(task).feed
            tools.timetable.done(feed.feed_id, feed.host, tools.clock().timestamp())
            result = task.result().result
            if result is None or not result.after.active or result.after.url != feed.url:
                unsure.append(feed.feed_id)
                continue
            if feed.feed_id in tools.timetable:  # else it was removed, or its shard has gone
                place, after = Place(feed.host, feed.domain, feed.shard), result.after
                self._holdings.put(feed.feed_id, place, after.next_poll_at.timestamp(), after.rate)
        await self._holdings.refresh(unsure)

    async def _pause(self) -> None:
        """Wait until a poll has ended, a feed is due or a stop is asked for, a tick at most."""
        if self._keeping and self._keeping.done():
            self._keeping.result()  # without leases there is no polling: what ended them ends the service
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._idle_s())
        self._wake.clear()

    def _idle_s(self) -> float:
        """Return how long there is nothing to do unless a poll ends."""
        tools = self._tools
        next_at = tools.timetable.next_at()
        full = len(self._running) >= tools.settings.ingest_concurrency
        if next_at is None or full or tools.outages.any or not tools.leases.current:
            return TICK_S
        return min(max(next_at - tools.clock().timestamp(), 0.0), TICK_S)

    async def _finish(self) -> None:
        """Wait for all polls, then raise what the first of them raised."""
        results = await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()
        for result in results:
            if isinstance(result, BaseException):
                raise result
