"""The consumer loop that services share.

Records are handled concurrently, those of equal key one after the other. Each ends in one outcome (`outcome`). Offsets
are committed only up to the first unfinished record (`lane`). Polling never waits for a handler, so that the group
stays together while a record takes long; nothing in the loop waits without a limit, so that it can always be stopped.
"""

import asyncio
import math
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from services.kit.clock import Clock, utc_now
from services.kit.errors import DatelineError, DependencyDown, ServiceFailed, Stuck
from services.kit.events import ConsumerStuck, Event, PartitionsAssigned, PartitionsRevoked
from services.kit.kafka.delays import wait_s
from services.kit.kafka.lane import Lane
from services.kit.kafka.messages import Partition, Received
from services.kit.kafka.outcome import OURS, Handle, Outcomes, Role
from services.kit.kafka.ports import Consumer, Producer
from services.kit.log import emit, unit
from services.kit.run import Process

POLL_S: Final = 0.2
POLL_LIMIT: Final = 100
COMMIT_EVERY_S: Final = 0.5
PROBE_EVERY_S: Final = 5.0
PAUSE_ABOVE: Final = 64
RESUME_BELOW: Final = 16
REVOKE_WAIT_S: Final = 10.0
OUTAGE_WAIT_S: Final = 5.0


@dataclass(slots=True)
class _Assigned:
    """A partition that we hold: its bookkeeping, its tasks, and the last task of each key."""

    lane: Lane = field(default_factory=Lane)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    working: set[asyncio.Task[None]] = field(default_factory=set)
    """Those of the tasks whose handler has begun; the others wait for their time, their key or a place."""
    tails: dict[bytes, asyncio.Task[None]] = field(default_factory=dict)
    paused: bool = False


class Runner:
    """Feeds records from a consumer to a handler until the process stops."""

    def __init__(
        self,
        consumer: Consumer,
        producer: Producer,
        handle: Handle,
        *,
        process: Process,
        role: Role,
        concurrency: int,
        stuck_s: float = 300.0,
        clock: Clock = utc_now,
    ) -> None:
        self._consumer = consumer
        self._outcomes = Outcomes(handle, producer, role, process.outages, clock=clock)
        self._process = process
        self._slots = asyncio.Semaphore(concurrency)
        self._stuck_s = stuck_s
        self._clock = clock
        self._held: dict[Partition, _Assigned] = {}
        self._broken: DatelineError | None = None
        self._committed_at = 0.0
        self._heard_at = self._moved_at = time.monotonic()

    async def run(self) -> None:
        """Consume until the process stops, then finish what is in flight and commit it.

        Raises:
            ServiceFailed: the brake engaged, or nothing moves although records wait.
            SettingsError: a dependency refuses our settings.

        """
        try:
            await self._start()
            while not self._process.stopping.is_set():
                await self._turn()
            await self._finish(self._held)
            self._check()
        except DatelineError:
            await self._commit(self._held)  # what has its outcome need not come again
            raise
        finally:
            self._abandon(self._held)
            await self._consumer.stop()

    async def _start(self) -> None:
        """Join the group. That can take as long as others need to let go, and can be stopped at any time."""
        outages, join = self._process.outages, partial(self._consumer.start, assigned=self._on_assigned)
        starting = asyncio.create_task(outages.ride_out(lambda: join(revoked=self._on_revoked)))
        stop = asyncio.create_task(self._process.stopping.wait())
        try:
            while not starting.done() and not stop.done():
                self._process.beat()
                await asyncio.wait({starting, stop}, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                self._process.ready()
        finally:
            starting.cancel()
            stop.cancel()
            await asyncio.gather(starting, stop, return_exceptions=True)

    async def _turn(self) -> None:
        self._process.beat()
        self._check()
        try:
            received = await self._consumer.poll(timeout_s=POLL_S, limit=POLL_LIMIT)
            await self._listen(silent=not received)
        except DependencyDown as down:
            self._process.outages.lost(down, self)
            await asyncio.sleep(POLL_S)
            return
        for record in received:
            self._take(record)
        self._balance()
        if time.monotonic() - self._committed_at >= COMMIT_EVERY_S:
            await self._commit(self._held)

    async def _listen(self, *, silent: bool) -> None:
        """Tell silence from an outage, and an idle consumer from one that is stuck."""
        now = time.monotonic()
        if silent and now - self._heard_at < PROBE_EVERY_S:
            return
        if silent:
            await self._consumer.probe()
        self._heard_at = time.monotonic()
        self._process.outages.answered(self)
        if now - self._moved_at >= self._stuck_s and not self._process.outages.any:
            await self._check_stuck(now - self._moved_at)

    def _take(self, record: Received) -> None:
        held = self._held.get(record.partition)
        if held is None:
            return  # it was taken from us between fetch and now; its new owner gets it
        self._moved_at = time.monotonic()
        held.lane.begin(record.offset)
        before = held.tails.get(record.key) if record.key is not None else None
        task = asyncio.create_task(self._work(held, record, before))
        held.tasks.add(task)
        task.add_done_callback(held.tasks.discard)
        task.add_done_callback(held.working.discard)
        if record.key is not None:
            held.tails[record.key] = task
            task.add_done_callback(partial(_forget, held.tails, record.key))

    async def _work(self, held: _Assigned, record: Received, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
            if before.cancelled():
                raise asyncio.CancelledError  # its record comes again, and this one must not overtake it
        await asyncio.sleep(wait_s(record, self._clock()))
        async with self._slots:
            held.working.add(asyncio.current_task())  # type: ignore[arg-type] # there is one: this is it
            with unit(record.trace_id):
                emit(await self._ended(record))
        self._moved_at = time.monotonic()
        held.lane.finish(record.offset)

    async def _ended(self, record: Received) -> Event:
        """Bring a record to its end. What is not about the record leaves it uncommitted, so that it comes again."""
        try:
            return await self._outcomes.of(record)
        except OURS as error:
            if not isinstance(error, DependencyDown):
                self._broken = error
            raise asyncio.CancelledError from error
        except Exception as error:
            # a record that cannot even fail would hold its partition for ever, unseen
            self._broken = ServiceFailed("record.unfinished", f"{record.partition} @{record.offset}: {error!r}"[:300])
            raise asyncio.CancelledError from error

    def _check(self) -> None:
        if self._broken is not None:
            raise self._broken
        self._outcomes.check()

    def _balance(self) -> None:
        """Pause partitions with much unfinished work, resume them when it has drained."""
        for partition, held in self._held.items():
            if not held.paused and held.lane.unfinished > PAUSE_ABOVE:
                held.paused = True
                self._consumer.pause([partition])
            elif held.paused and held.lane.unfinished < RESUME_BELOW:
                held.paused = False
                self._consumer.resume([partition])
        self._process.gauges["in_flight"] = sum(len(held.working) for held in self._held.values())

    async def _check_stuck(self, idle_s: float) -> None:
        working = any(held.working for held in self._held.values())
        lag = await self._consumer.lag([partition for partition, held in self._held.items() if not held.paused])
        if lag == 0 and not working:
            self._moved_at = time.monotonic()
            return
        emit(ConsumerStuck(idle_s=round(idle_s, 1), lag=lag))
        raise Stuck("consumer.stuck", f"nothing moved for {idle_s:.0f} s, {lag} records wait")

    async def _commit(self, partitions: Collection[Partition]) -> None:
        """Commit what is finished without a gap before it. What is refused was given away and is read again there."""
        held = {partition: self._held[partition].lane for partition in partitions if partition in self._held}
        due = {partition: offset for partition, lane in held.items() if (offset := lane.due()) is not None}
        self._committed_at = time.monotonic()
        if not due:
            return
        try:
            await self._consumer.commit(due)
        except DependencyDown as down:
            if down.code != "kafka.commit_refused":
                self._process.outages.lost(down, self)
            return
        for partition, offset in due.items():
            held[partition].committed(offset)

    async def _finish(self, partitions: Collection[Partition], within_s: float | None = None) -> None:
        """Let the handlers that have begun end, and commit them. What only waits is left: it comes again."""
        held = [self._held[partition] for partition in partitions if partition in self._held]
        working = {task for one in held for task in one.working}
        for waiting in {task for one in held for task in one.tasks} - working:
            waiting.cancel()
        begun = time.monotonic()
        while working and time.monotonic() - begun < (within_s or self._patience_s()):
            self._process.beat()
            _, working = await asyncio.wait(working, timeout=1)
            await self._hear()
        await self._commit(partitions)

    def _patience_s(self) -> float:
        """Return how long a stop waits for handlers: not for those that wait for a dependency that is down."""
        return OUTAGE_WAIT_S if self._process.outages.any else math.inf

    async def _hear(self) -> None:
        """Notice an outage while nothing is polled."""
        try:
            await self._listen(silent=True)
        except DependencyDown as down:
            self._process.outages.lost(down, self)

    def _abandon(self, partitions: Collection[Partition]) -> int:
        """Drop partitions with what is unfinished in them; returns how many records come again elsewhere."""
        abandoned = 0
        for partition in list(partitions):
            held = self._held.pop(partition, None)
            if held is not None:
                abandoned += held.lane.unfinished
                for task in held.tasks:
                    task.cancel()
        return abandoned

    async def _on_assigned(self, partitions: Collection[Partition]) -> None:
        for partition in partitions:
            self._held[partition] = _Assigned()
        emit(PartitionsAssigned(partitions=[str(partition) for partition in partitions]))

    async def _on_revoked(self, partitions: Collection[Partition]) -> None:
        if not partitions:
            return
        self._consumer.pause(partitions)
        await self._finish(partitions, within_s=REVOKE_WAIT_S)
        abandoned = self._abandon(partitions)
        emit(PartitionsRevoked(partitions=[str(partition) for partition in partitions], abandoned=abandoned))


def _forget(tails: dict[bytes, asyncio.Task[None]], key: bytes, done: asyncio.Task[None]) -> None:
    if tails.get(key) is done:
        del tails[key]
