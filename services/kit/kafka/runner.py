"""The consumer loop that services share.

Records are handled concurrently, those of equal key one after the other. Each ends in one outcome: the event that the
handler returns, or a failure record. Offsets are committed only up to the first unfinished record. Polling never waits
for a handler, so that the group stays together while a record takes long.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import Final

from services.kit.clock import Clock, utc_now
from services.kit.errors import BrakePulled, DatelineError, DependencyDown, ServiceFailed, Stuck, UnitFailed
from services.kit.events import (
    BrakeEngaged,
    ConsumerStuck,
    Event,
    PartitionsAssigned,
    PartitionsRevoked,
    RecordFailed,
    RecordPostponed,
)
from services.kit.kafka.brake import Brake
from services.kit.kafka.delays import Delay, attempts, next_delay, postponed, wait_s
from services.kit.kafka.failures import failure
from services.kit.kafka.lane import Lane
from services.kit.kafka.messages import Partition, Received
from services.kit.kafka.ports import Consumer, Producer
from services.kit.log import emit, unit
from services.kit.run import Process

Handle = Callable[[Received], Awaitable[Event]]
"""Does the work for one record and returns its terminal event. Raises `UnitFailed` when it cannot be done."""

POLL_S: Final = 0.2
POLL_LIMIT: Final = 100
COMMIT_EVERY_S: Final = 0.5
PAUSE_ABOVE: Final = 64
RESUME_BELOW: Final = 16
REVOKE_WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Role:
    """What the runner is for, as failure records and the log name it."""

    stage: str
    group: str
    failures_topic: str
    delays: tuple[Delay, ...] = ()
    """Where a record waits whose trouble may pass, shortest first; without any it fails at once."""


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
        self._producer = producer
        self._handle = handle
        self._process = process
        self._role = role
        self._slots = asyncio.Semaphore(concurrency)
        self._stuck_s = stuck_s
        self._clock = clock
        self._held: dict[Partition, _Assigned] = {}
        self._brake = Brake()
        self._broken: DatelineError | None = None
        self._committed_at = 0.0
        self._moved_at = time.monotonic()

    async def run(self) -> None:
        """Consume until the process stops, then finish what is in flight and commit it.

        Raises:
            ServiceFailed: the brake engaged, or nothing moves although records wait.

        """
        await self._process.outages.ride_out(
            lambda: self._consumer.start(assigned=self._on_assigned, revoked=self._on_revoked)
        )
        self._process.ready()
        try:
            while not self._process.stopping.is_set():
                await self._turn()
            await self._finish(self._held)
        finally:
            self._abandon(self._held)
            await self._consumer.stop()

    async def _turn(self) -> None:
        self._process.beat()
        if self._broken is not None:
            raise self._broken
        self._check_stuck()
        try:
            received = await self._consumer.poll(timeout_s=POLL_S, limit=POLL_LIMIT)
        except DependencyDown:
            await asyncio.sleep(POLL_S)
            return
        for record in received:
            self._take(record)
        self._balance()
        if time.monotonic() - self._committed_at >= COMMIT_EVERY_S:
            await self._commit(self._held)

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
                try:
                    event = await self._outcome(record)
                except (DependencyDown, ServiceFailed) as error:
                    if isinstance(error, ServiceFailed):
                        self._broken = error
                    raise asyncio.CancelledError from error  # uncommitted, so it comes again
                emit(event)
        self._moved_at = time.monotonic()
        held.lane.finish(record.offset)

    async def _outcome(self, record: Received) -> Event:
        """Handle a record to its end. A dependency that is down is waited for here: the record moves nowhere."""
        started = time.monotonic()
        try:
            event = await self._process.outages.ride_out(lambda: self._handle(record))
        except (DependencyDown, ServiceFailed):
            raise
        except DatelineError as error:
            return await self._failed(record, error, started)
        except Exception as error:  # noqa: BLE001 - the boundary of a unit of work: whatever happens is its outcome
            unexpected = UnitFailed("unexpected", f"{type(error).__name__}: {error}"[:200])
            unexpected.suspicious = True
            return await self._failed(record, unexpected, started)
        self._brake.note(suspicious=False)
        return event

    async def _failed(self, record: Received, error: DatelineError, started: float) -> Event:
        self._brake.note(suspicious=error.suspicious)
        delay = next_delay(record, self._role.delays) if error.retryable else None
        if delay is not None:
            return await self._postponed(record, error, delay)
        message = failure(
            record,
            error,
            topic=self._role.failures_topic,
            stage=self._role.stage,
            group=self._role.group,
            attempts=attempts(record) + 1,
            version=version("dateline"),
            now=self._clock(),
        )
        await self._process.outages.ride_out(lambda: self._producer.send(message))
        if self._brake.engaged and self._broken is None:
            self._broken = BrakePulled("brake.engaged", f"last: {error}")
            emit(BrakeEngaged(consecutive=self._brake.consecutive, share=round(self._brake.share, 2)))
        return RecordFailed(
            topic=record.partition.topic,
            partition=record.partition.number,
            offset=record.offset,
            error_code=error.code,
            error_message=error.message[:200],
            error_stage=error.stage,
            retryable=error.retryable,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    async def _postponed(self, record: Received, error: DatelineError, delay: Delay) -> Event:
        message = postponed(record, delay, code=error.code, now=self._clock())
        await self._process.outages.ride_out(lambda: self._producer.send(message))
        return RecordPostponed(
            topic=record.partition.topic,
            partition=record.partition.number,
            offset=record.offset,
            error_code=error.code,
            error_message=error.message[:200],
            attempt=attempts(record) + 1,
            delay_topic=delay.topic,
            wait_s=delay.wait.total_seconds(),
        )

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

    def _check_stuck(self) -> None:
        idle_s = time.monotonic() - self._moved_at
        if idle_s < self._stuck_s or self._process.outages.any:
            return
        lag = self._consumer.lag()
        if lag == 0 and not any(held.working for held in self._held.values()):
            self._moved_at = time.monotonic()
            return
        emit(ConsumerStuck(idle_s=round(idle_s, 1), lag=lag))
        raise Stuck("consumer.stuck", f"nothing moved for {idle_s:.0f} s")

    async def _commit(self, held: Collection[Partition]) -> None:
        """Commit what is finished without a gap before it. What is refused was given away and is read again there."""
        due = {partition: offset for partition in held if (offset := self._held[partition].lane.due()) is not None}
        self._committed_at = time.monotonic()
        if not due:
            return
        try:
            await self._consumer.commit(due)
        except DependencyDown:
            return
        for partition, offset in due.items():
            if partition in self._held:
                self._held[partition].lane.committed(offset)

    async def _finish(self, partitions: Collection[Partition], within_s: float | None = None) -> None:
        """Let the handlers that have begun end, and commit them. What only waits is left: it comes again."""
        held = [partition for partition in partitions if partition in self._held]
        tasks = {task for partition in held for task in self._held[partition].working}
        for waiting in {task for partition in held for task in self._held[partition].tasks} - tasks:
            waiting.cancel()
        while tasks and within_s is None:
            self._process.beat()
            _, tasks = await asyncio.wait(tasks, timeout=1)
        if tasks:
            await asyncio.wait(tasks, timeout=within_s)
        with suppress(KeyError):
            await self._commit(held)

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
