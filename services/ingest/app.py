"""The ingest service: polls the feeds whose hosts it holds when they are due, many at once."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress
from functools import partial
from typing import Final

from services.ingest import state
from services.ingest.events import ShardsChanged
from services.ingest.feeds import warm
from services.ingest.leases import Change, LeaseLost
from services.ingest.memory import Feed
from services.ingest.patience import weight
from services.ingest.poll import Polled, poll, republish
from services.ingest.repeats import entries_to_reemit
from services.ingest.rhythm import Rhythm
from services.ingest.settings import IngestSettings
from services.ingest.state import Due
from services.ingest.timetable import Place
from services.ingest.tools import Tools
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
_UNKNOWN: Final = weight(Rhythm.initial())
"""What a feed weighs in the budget before its first poll."""
EDITS_S: Final = 1.0
"""How often to look for subscriptions that have changed."""


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
    """Polls under way, and what leads to them: shards held, feeds in the timetable, those due begun."""

    def __init__(self, tools: Tools, process: Process) -> None:
        self._tools = tools
        self._process = process
        self._running: dict[asyncio.Task[Polled], Feed] = {}
        self._finished: list[asyncio.Task[Polled]] = []
        self._wake = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._edit = 0
        self._edits_at = 0.0

    async def run(self) -> None:
        """Poll until the process stops, then finish what is under way."""
        self._edit = await self._tools.outages.ride_out(lambda: state.last_edit(self._tools.database))
        self._keeping = asyncio.create_task(self._keep())
        stop = asyncio.create_task(self._process.stopping.wait())
        stop.add_done_callback(lambda _: self._wake.set())
        try:
            while not self._process.stopping.is_set():
                self._process.beat()
                self._settle()
                await self._notice_edits()
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

    async def _keep(self) -> None:
        """Hold the leases, also while the loop waits or the service drains."""
        leases = self._tools.leases
        while True:
            try:
                async with asyncio.timeout(leases.beat_s):  # what hangs must not hide that the leases run out
                    change = await leases.beat()
                await self._follow(change)
                await self._leave()
            except (DependencyDown, TimeoutError):
                self._stop_polls_without_lease()
            await asyncio.sleep(leases.beat_s)

    async def _follow(self, change: Change) -> None:
        """Take up the feeds of shards that came, and drop those of shards that went."""
        timetable = self._tools.timetable
        for shard in change.lost:
            self._drop(timetable.drop_shard(shard))
        self._stop_polls_without_lease(change.lost)
        if change.gained:
            await self._load(change.gained)
        if change.gained or change.lost:
            held = len(self._tools.leases.tokens)
            emit(ShardsChanged(gained=len(change.gained), lost=len(change.lost), shards=held, feeds=len(timetable)))
            self._wake.set()

    async def _leave(self) -> None:
        """Begin nothing more in shards beyond this process's share, and give them back when they are idle."""
        leases = self._tools.leases
        for shard in leases.leaving:
            self._drop(self._tools.timetable.drop_shard(shard))
        busy = {feed.shard for feed in self._running.values()}
        if idle := leases.leaving - busy:
            await leases.give_back(idle)
            held = len(leases.tokens)
            emit(ShardsChanged(gained=0, lost=len(idle), shards=held, feeds=len(self._tools.timetable)))

    def _stop_polls_without_lease(self, lost: Collection[int] = ()) -> None:
        """End polls whose lease is gone, also where the shard came back at once: under a new token they cannot save."""
        for task, feed in self._running.items():
            if feed.shard in lost or not self._tools.leases.holds(feed.shard):
                task.cancel(LeaseLost.__name__)

    async def _load(self, shards: Collection[int]) -> None:
        """Take up the feeds of shards. Those that are long due are spread, so that a restart is no stampede."""
        tools, now = self._tools, self._tools.clock()
        for domain, until in (await state.blocked_domains(tools.database, now)).items():
            tools.timetable.block(domain, until.timestamp())
        feeds = await state.feeds_of(tools.database, shards)
        self._put(feeds)
        overdue = [due for due in feeds if due.polled and due.next_poll_at < now]
        apart_s = tools.settings.limits.mean_s / (2 * max(len(feeds), 1))
        for place, due in enumerate(overdue[tools.settings.ingest_concurrency :]):
            tools.timetable.put(due.feed_id, _place(due), now.timestamp() + place * apart_s)

    def _put(self, feeds: Iterable[Due]) -> None:
        timetable, gap_s = self._tools.timetable, self._tools.settings.ingest_host_gap_s
        for due in feeds:
            timetable.put(due.feed_id, _place(due), due.next_poll_at.timestamp())
            if due.asked_at:
                timetable.rest(due.host, due.asked_at.timestamp() + gap_s)
            self._tools.budget.put(due.feed_id, due.rate or _UNKNOWN)

    def _drop(self, feed_ids: Iterable[str]) -> None:
        for feed_id in feed_ids:
            self._tools.timetable.drop(feed_id)
            self._tools.budget.drop(feed_id)

    async def _notice_edits(self) -> None:
        """Take up feeds that were added, and drop those that ended or moved to another's shard."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._edits_at or self._tools.outages.any:
            return
        self._edits_at = loop.time() + EDITS_S
        edits = partial(state.edited_since, self._tools.database, self._edit)
        leases = self._tools.leases
        for due in await self._tools.outages.ride_out(edits):
            self._edit = max(self._edit, due.edited)
            if due.active and due.shard in leases.tokens and due.shard not in leases.leaving:
                self._put([due])
            else:
                self._drop([due.feed_id])

    async def _begin_due(self) -> None:
        """Begin polls for the free places. During an outage none: what cannot be published need not be asked for."""
        tools = self._tools
        free = tools.settings.ingest_concurrency - len(self._running)
        if free <= 0 or tools.outages.any or not tools.leases.current:
            return
        now = tools.clock()
        due = tools.timetable.take(now.timestamp(), free)
        if not due:
            return
        begin = partial(
            state.begin, tools.database, due, tools.leases.tokens, now=now, interval_s=tools.settings.limits.mean_s
        )
        begun = await tools.outages.ride_out(begin)
        tools.budget.spent(now.timestamp(), len(begun))
        for feed in begun:
            task = asyncio.create_task(poll(feed, tools))
            self._running[task] = feed
            task.add_done_callback(self._done)
        for feed_id in set(due) - {feed.feed_id for feed in begun}:
            tools.timetable.skip(feed_id, now.timestamp())
            tools.budget.drop(feed_id)

    def _done(self, task: "asyncio.Task[Polled]") -> None:
        self._finished.append(task)
        self._wake.set()

    def _settle(self) -> None:
        """Put the feeds whose polls have ended back into the timetable. What a poll raises ends the service."""
        tools = self._tools
        finished, self._finished = self._finished, []
        for task in finished:
            feed = self._running.pop(task)
            tools.timetable.done(feed.feed_id, feed.host, tools.clock().timestamp())
            result = task.result().result
            after = result.after if result else feed  # where nothing was remembered, the row is as when the poll began
            if not after.active or after.url != feed.url:
                self._drop([feed.feed_id])
            elif feed.feed_id in tools.timetable:  # else its shard has gone
                place = Place(feed.host, feed.domain, feed.shard)
                tools.timetable.put(feed.feed_id, place, after.next_poll_at.timestamp())
                tools.budget.put(feed.feed_id, after.rate or _UNKNOWN)
            if result and result.blocked:
                tools.timetable.block(result.blocked.domain, result.blocked.until.timestamp())

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
        if next_at is None or tools.outages.any or len(self._running) >= tools.settings.ingest_concurrency:
            return TICK_S
        return min(max(next_at - tools.clock().timestamp(), 0.0), TICK_S)

    async def _finish(self) -> None:
        """Wait for all polls, then raise what the first of them raised."""
        results = await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()
        for result in results:
            if isinstance(result, BaseException):
                raise result


def _place(due: Due) -> Place:
    return Place(due.host, due.domain, due.shard)
