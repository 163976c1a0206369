"""Brokers for the contract suite: each gives producers and consumers of its own kind."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiokafka.errors import KafkaConnectionError

from schemas.topics import ENTRIES, Topic
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaConsumer, KafkaProducer, reader
from services.kit.kafka.memory import MemoryBroker, MemoryConsumer
from services.kit.kafka.messages import Received
from services.kit.kafka.ports import Consumer, Producer
from services.kit.settings import KafkaSettings
from tests.fakes.process import process

ROOT = Path(__file__).parents[2]
PARTITIONS = 3
SESSION_TIMEOUT_S = 6
"""The shortest that Apache Kafka takes unless told otherwise."""


class Server(Protocol):
    """A broker's process, which a test may stop and start."""

    bootstrap: str

    def start(self) -> None:
        """Start it. Blocks."""

    def stop(self) -> None:
        """Stop it. Blocks."""


class Doomed(Protocol):
    """A member of a group that finishes nothing of what it takes, and ends without leaving the group."""

    async def takes(self) -> None:
        """Wait until it has taken a record."""

    async def crash(self) -> None:
        """End it."""


class Broker(Protocol):
    """What the contract suite asks of a broker."""

    kind: str
    max_bytes: int

    async def topic(self) -> str:
        """Create a fresh topic with three partitions and return its name."""

    def producer(
        self, *, max_bytes: int | None = None, idempotent: bool | None = None
    ) -> AbstractAsyncContextManager[Producer]:
        """Connect a producer, by default with the limit and the idempotence that suit the broker."""

    def consumer(self, group: str, *topics: str) -> Consumer:
        """Return a consumer that has not joined yet."""

    def reader(self, topic: str, since: datetime) -> AbstractAsyncContextManager[AsyncIterator[Received]]:
        """Read a topic from a time on, without a group."""

    def lose_acknowledgement(self, producer: Producer) -> None:
        """Let the next acknowledgement for this producer get lost, after its record was taken."""

    def starve(self, consumer: Consumer) -> None:
        """Let no more records come to a consumer, without its knowing."""

    def doomed(self, group: str, topic: str) -> AbstractAsyncContextManager[Doomed]:
        """Let a member join that will crash."""

    async def stop(self) -> None:
        """Stop the broker, where it is the test's own."""

    async def start(self) -> None:
        """Start it again."""


class InMemory:
    """The fake."""

    kind = "memory"

    def __init__(self) -> None:
        self.max_bytes = 64 * 1024
        self._broker = MemoryBroker(partitions=PARTITIONS, max_bytes=self.max_bytes)

    async def topic(self) -> str:
        """Name a topic: the fake makes it at the first record."""
        return f"test.{uuid.uuid4().hex}"

    @asynccontextmanager
    async def producer(
        self, *, max_bytes: int | None = None, idempotent: bool | None = None
    ) -> AsyncIterator[Producer]:
        """Connect a producer."""
        yield self._broker.producer(max_bytes=max_bytes, idempotent=idempotent is not False)

    def consumer(self, group: str, *topics: str) -> Consumer:
        """Return a consumer."""
        return self._broker.consumer(group, topics)

    @asynccontextmanager
    async def reader(self, topic: str, since: datetime) -> AsyncIterator[AsyncIterator[Received]]:
        """Read from a time on."""
        yield self._broker.reader(topic, since=since)

    def lose_acknowledgement(self, producer: Producer) -> None:  # noqa: ARG002 - the fake loses the next one of all
        """Lose the next one."""
        self._broker.losing = 1

    def starve(self, consumer: Consumer) -> None:
        """Pause all it has."""
        assert isinstance(consumer, MemoryConsumer)
        consumer.pause(list(consumer.positions))

    @asynccontextmanager
    async def doomed(self, group: str, topic: str) -> AsyncIterator[Doomed]:
        """Join in this process."""
        member = _DoomedTask(self._broker.consumer(group, [topic]))
        await member.start()
        yield member

    async def stop(self) -> None:
        """Answer no more."""
        self._broker.down = True

    async def start(self) -> None:
        """Answer again."""
        self._broker.down = False


class Real:
    """A broker that speaks the Kafka protocol."""

    def __init__(self, kind: str, bootstrap: str, *, idempotence: bool, server: Server | None = None) -> None:
        self.kind = kind
        self.max_bytes = 64 * 1024
        self._server = server
        self._environ = {
            "DATELINE_KAFKA_BOOTSTRAP": bootstrap,
            "DATELINE_KAFKA_IDEMPOTENCE": str(idempotence),
            "DATELINE_KAFKA_MAX_BYTES": str(self.max_bytes),
            "DATELINE_KAFKA_SESSION_TIMEOUT_S": str(SESSION_TIMEOUT_S),
            "DATELINE_KAFKA_SEND_TIMEOUT_S": "10",
        }
        self._settings = KafkaSettings.load(self._environ)

    async def topic(self) -> str:
        """Create a topic."""
        fresh: Topic = replace(ENTRIES, suffix=uuid.uuid4().hex, partitions=PARTITIONS, kept=timedelta(days=1))
        await create_topics(self._settings, [fresh], replication=1)
        return fresh.name(self._settings.kafka_topic_prefix)

    def producer(
        self, *, max_bytes: int | None = None, idempotent: bool | None = None
    ) -> AbstractAsyncContextManager[Producer]:
        """Connect a producer."""
        changed = {
            "DATELINE_KAFKA_MAX_BYTES": None if max_bytes is None else str(max_bytes),
            "DATELINE_KAFKA_IDEMPOTENCE": None if idempotent is None else str(idempotent),
        }
        given = {name: value for name, value in changed.items() if value is not None}
        impatient = process()
        impatient.stopping.set()  # the broker is there: to wait for it would only hide that it refuses us
        return KafkaProducer.connect(KafkaSettings.load({**self._environ, **given}), impatient.outages)

    def consumer(self, group: str, *topics: str) -> Consumer:
        """Return a consumer."""
        return KafkaConsumer(self._settings, group, topics)

    def reader(self, topic: str, since: datetime) -> AbstractAsyncContextManager[AsyncIterator[Received]]:
        """Read from a time on."""
        return reader(self._settings, topic, from_beginning=False, since=since)

    def lose_acknowledgement(self, producer: Producer) -> None:
        """Let the library believe that its connection broke when the broker had already answered."""
        assert isinstance(producer, KafkaProducer)
        client = producer._client.client
        send = client.send

        async def lost(node: int, request: Any, **options: Any) -> Any:
            answer = await send(node, request, **options)
            if type(request).__name__.startswith("Produce"):
                client.send = send
                raise KafkaConnectionError("the test lost the acknowledgement")
            return answer

        client.send = lost

    def starve(self, consumer: Consumer) -> None:
        """End the library's task that fetches; nobody is told, and the others go on."""
        assert isinstance(consumer, KafkaConsumer)
        consumer._client._fetcher._fetch_task.cancel()
        for fetching in consumer._client._fetcher._pending_tasks:
            fetching.cancel()

    @asynccontextmanager
    async def doomed(self, group: str, topic: str) -> AsyncIterator[Doomed]:
        """Join in a process of its own, so that it can be killed."""
        member = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "tests" / "contract" / "member.py"),
            group,
            topic,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self._environ},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield _DoomedProcess(member)
        finally:
            if member.returncode is None:
                member.kill()
            await member.communicate()

    async def stop(self) -> None:
        """Stop its process."""
        assert self._server is not None, "it is shared with other tests"
        await asyncio.to_thread(self._server.stop)

    async def start(self) -> None:
        """Start its process."""
        assert self._server is not None, "it is shared with other tests"
        await asyncio.to_thread(self._server.start)


class _DoomedTask:
    """Lives in this process; its partitions are noticed as lost when the fake's session is over."""

    def __init__(self, consumer: MemoryConsumer) -> None:
        self._consumer = consumer

    async def start(self) -> None:
        async def unheard(_: object) -> None:
            """Be told nothing."""

        await self._consumer.start(assigned=unheard, revoked=unheard)

    async def takes(self) -> None:
        while not await self._consumer.poll(timeout_s=0.1, limit=10):
            pass

    async def crash(self) -> None:
        await self._consumer.crash()


class _DoomedProcess:
    """Lives in a process of its own, which says a line for each record that it takes."""

    def __init__(self, member: asyncio.subprocess.Process) -> None:
        self._member = member

    async def takes(self) -> None:
        assert self._member.stdout is not None
        assert await self._member.stdout.readline(), "it ended"

    async def crash(self) -> None:
        self._member.kill()
        await self._member.wait()
