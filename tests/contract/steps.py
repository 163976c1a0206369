"""What tests of the contract do again and again: send, read, run a runner, wait for what others bring about."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from services.kit.clock import Clock, utc_now
from services.kit.events import Event
from services.kit.kafka.delays import Delay
from services.kit.kafka.messages import Outgoing, Partition, Received
from services.kit.kafka.outcome import Handle, Role
from services.kit.kafka.ports import Consumer
from services.kit.kafka.runner import Runner
from services.kit.run import Process
from tests.fakes.brokers import Broker
from tests.fakes.process import process


@dataclass(frozen=True, kw_only=True)
class Done(Event):
    """A test record was handled."""

    action: ClassVar[str] = "test.done"


@dataclass(frozen=True, slots=True)
class Running:
    """A runner in the background."""

    life: Process
    ended: asyncio.Task[None]

    async def stop(self) -> None:
        """Ask it to stop, as a signal would, and wait until it has; raises what ended it."""
        self.life.stopping.set()
        await self.ended


async def nothing(_: Collection[Partition]) -> None:
    """Do nothing when partitions change hands."""


async def send(broker: Broker, topic: str, *records: tuple[str, str]) -> None:
    """Send pairs of key and value, one after the other."""
    async with broker.producer() as producer:
        for key, value in records:
            await producer.send(Outgoing(topic, key.encode(), value.encode()))


async def read(consumer: Consumer, count: int, *, timeout_s: float = 20) -> list[Received]:
    """Poll until so many records came."""
    found: list[Received] = []
    async with asyncio.timeout(timeout_s):
        while len(found) < count:
            found.extend(await consumer.poll(timeout_s=0.1, limit=100))
    return found


async def taken(records: AsyncIterator[Received], count: int, *, timeout_s: float = 20) -> list[Received]:
    """Take so many records from a reader."""
    async with asyncio.timeout(timeout_s):
        return [await anext(records) for _ in range(count)]


async def on_topic(broker: Broker, topic: str, count: int) -> list[Received]:
    """Read so many records of a topic from its beginning, waiting for them."""
    async with broker.reader(topic, datetime.fromtimestamp(0, UTC)) as records:
        return await taken(records, count)


@asynccontextmanager
async def joined(broker: Broker, topic: str, group: str | None = None) -> AsyncIterator[Consumer]:
    """Give a consumer that has joined a group, by default the topic's own."""
    consumer = broker.consumer(group or topic, topic)
    await consumer.start(assigned=nothing, revoked=nothing)
    try:
        yield consumer
    finally:
        await consumer.stop()


@asynccontextmanager
async def running(
    broker: Broker,
    topic: str,
    handle: Handle,
    *,
    failures: str = "unused",
    delays: tuple[Delay, ...] = (),
    life: Process | None = None,
    consumer: Consumer | None = None,
    clock: Clock = utc_now,
    stuck_s: float = 300.0,
    failures_max_bytes: int | None = None,
) -> AsyncIterator[Running]:
    """Run a runner in the background on a topic and its delay topics, and stop it as a signal would."""
    life = life or process()
    async with broker.producer(max_bytes=failures_max_bytes) as producer:
        runner = Runner(
            consumer or broker.consumer(topic, topic, *(delay.topic for delay in delays)),
            producer,
            handle,
            process=life,
            role=Role("test", topic, failures, delays),
            concurrency=8,
            stuck_s=stuck_s,
            clock=clock,
        )
        started = Running(life, asyncio.create_task(runner.run()))
        try:
            yield started
        finally:
            await started.stop()


def seen_by(consumer: Consumer, topic: str) -> list[Received]:
    """Return a list that grows by each record of this topic that the consumer is given."""
    seen: list[Received] = []
    poll = consumer.poll

    async def noted(*, timeout_s: float, limit: int) -> Sequence[Received]:
        received = await poll(timeout_s=timeout_s, limit=limit)
        seen.extend(record for record in received if record.partition.topic == topic)
        return received

    vars(consumer)["poll"] = noted
    return seen


async def until(condition: Callable[[], bool], *, timeout_s: float = 30) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a broker, which sets no event
            await asyncio.sleep(0.01)


def text(record: Received) -> str:
    """Return a record's value."""
    return (record.value or b"").decode()
