"""Runs one handler over records of a fake broker, as its service would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from schemas.topics import FAILURES, Topic
from services.kit.events import Event
from services.kit.kafka.memory import MemoryBroker
from services.kit.kafka.messages import Received
from services.kit.kafka.outcome import Role
from services.kit.kafka.runner import Runner
from services.kit.run import Process
from tests.fakes.process import process

PREFIX = "news"


@asynccontextmanager
async def consuming(
    broker: MemoryBroker, topics: list[Topic], handle: Callable[[Received], Awaitable[Event]]
) -> AsyncIterator[Process]:
    """Run a handler in the background until the block ends."""
    life = process()
    runner = Runner(
        broker.consumer("test", [topic.name(PREFIX) for topic in topics]),
        broker.producer(),
        handle,
        process=life,
        role=Role("test", "test", FAILURES.name(PREFIX)),
        concurrency=8,
    )
    task = asyncio.create_task(runner.run())
    try:
        yield life
    finally:
        life.stopping.set()
        await task


async def records(broker: MemoryBroker, topic: Topic, count: int, *, timeout_s: float = 20) -> list[Received]:
    """Wait until a topic holds so many records, and return them."""
    async with asyncio.timeout(timeout_s):
        while len(found := broker.records(topic.name(PREFIX))) < count:
            await broker.arrival(0.05)
    return found
