"""Brokers for the contract suite: each gives producers and consumers of its own kind."""

import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from schemas.topics import ENTRIES, Topic
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.memory import MemoryBroker
from services.kit.kafka.ports import Consumer, Producer
from services.kit.settings import KafkaSettings
from tests.fakes.process import process

PARTITIONS = 3


class Broker(Protocol):
    """What the contract suite asks of a broker."""

    kind: str
    max_bytes: int

    async def topic(self) -> str:
        """Create a fresh topic with three partitions and return its name."""

    def producer(self) -> AbstractAsyncContextManager[Producer]:
        """Connect a producer."""

    def consumer(self, group: str, topic: str) -> Consumer:
        """Return a consumer that has not joined yet."""


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
    async def producer(self) -> AsyncIterator[Producer]:
        """Connect a producer."""
        yield self._broker.producer()

    def consumer(self, group: str, topic: str) -> Consumer:
        """Return a consumer."""
        return self._broker.consumer(group, [topic])


class Real:
    """A broker that speaks the Kafka protocol."""

    def __init__(self, kind: str, bootstrap: str, *, idempotence: bool) -> None:
        self.kind = kind
        self.max_bytes = 64 * 1024
        self._settings = KafkaSettings.load(
            {
                "DATELINE_KAFKA_BOOTSTRAP": bootstrap,
                "DATELINE_KAFKA_IDEMPOTENCE": str(idempotence),
                "DATELINE_KAFKA_MAX_BYTES": str(self.max_bytes),
                "DATELINE_KAFKA_SESSION_TIMEOUT_S": "6",
                "DATELINE_KAFKA_SEND_TIMEOUT_S": "10",
            }
        )

    async def topic(self) -> str:
        """Create a topic."""
        fresh: Topic = replace(ENTRIES, suffix=uuid.uuid4().hex, partitions=PARTITIONS, kept=timedelta(days=1))
        await create_topics(self._settings, [fresh], replication=1)
        return fresh.name(self._settings.kafka_topic_prefix)

    def producer(self) -> AbstractAsyncContextManager[Producer]:
        """Connect a producer."""
        return KafkaProducer.connect(self._settings, process().outages)

    def consumer(self, group: str, topic: str) -> Consumer:
        """Return a consumer."""
        return KafkaConsumer(self._settings, group, [topic])
