"""What tests of the contract do again and again: send, read, run a runner, wait for what others bring about."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
) -> AsyncIterator[Process]:
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
        task = asyncio.create_task(runner.run())
        try:
            yield life
        finally:
            life.stopping.set()
            await task


async def until(condition: Callable[[], bool], *, timeout_s: float = 30) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a broker, which sets no event
            await asyncio.sleep(0.01)


def text(record: Received) -> str:
    """Return a record's value."""
    return (record.value or b"").decode()
