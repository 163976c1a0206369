"""A rig for whole-way tests: the real services as processes, on a real broker and a real database."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemas.topics import FAILURES, TAGGED, TOPICS
from schemas.v1 import TaggedArticle
from services.kit.db import Database
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import reader
from services.kit.kafka.messages import Received
from services.kit.settings import DatabaseSettings, KafkaSettings
from services.local import stream, subscriptions
from services.local.stack import SERVICES, Stack
from tests.fakes.servers import EmbeddedServers

STOP_S = 10.0
PARTITIONS = 3


class Rig:
    """Services that run, with what a test asks of them."""

    def __init__(self, stack: Stack, database: Database, environ: dict[str, str], said: list[str]) -> None:
        self.stack = stack
        self.database = database
        self.environ = environ
        self.settings = KafkaSettings.load(environ)
        self.said = said
        """What the stack told its user, such as that a service ended."""

    def kill(self, service: str) -> bool:
        """Kill a service with SIGKILL; false if it does not run at this moment, or just ended."""
        pid = self.stack.pid(service)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def log(self, service: str) -> list[dict[str, Any]]:
        """Return the lines of a service's log; a line cut off by a kill is left out."""
        lines = self.stack.log(service).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    async def stored(self) -> int:
        """Count the articles in the store."""
        if await self.database.fetchval("SELECT to_regclass('store.articles')") is None:
            return 0
        count = await self.database.fetchval("SELECT count(DISTINCT article_id) FROM store.articles")
        assert isinstance(count, int)
        return count

    async def under_way(self) -> int:
        """Count the entries without an outcome."""
        return await stream.under_way(self.database)

    async def tagged(self, count: int, *, timeout_s: float = 60) -> list[TaggedArticle]:
        """Read so many records from the topic `tagged`."""
        received = await self.received(TAGGED.name(self.settings.kafka_topic_prefix), count, timeout_s=timeout_s)
        return [TaggedArticle.model_validate_json(one.value or b"") for one in received]

    async def failures(self, count: int, *, timeout_s: float = 60) -> list[Received]:
        """Read so many records from the topic `failures`."""
        return await self.received(FAILURES.name(self.settings.kafka_topic_prefix), count, timeout_s=timeout_s)

    async def received(self, topic: str, count: int, *, timeout_s: float = 60) -> list[Received]:
        """Read so many records from a topic's beginning."""
        found: list[Received] = []
        async with asyncio.timeout(timeout_s), reader(self.settings, topic, from_beginning=True) as records:
            async for one in records:
                found.append(one)
                if len(found) == count:
                    return found
        raise AssertionError("a topic has no end")


def broker_settings(servers: EmbeddedServers, broker: str) -> dict[str, str]:
    """Return what services are told to use a broker: `embedded` or `apache`."""
    if broker == "embedded":
        own = {"DATELINE_KAFKA_BOOTSTRAP": servers.broker.bootstrap, "DATELINE_KAFKA_IDEMPOTENCE": "false"}
    else:
        own = {"DATELINE_KAFKA_BOOTSTRAP": servers.apache.bootstrap}
    return {**own, "DATELINE_KAFKA_SESSION_TIMEOUT_S": "6"}


@asynccontextmanager
async def rig(
    servers: EmbeddedServers,
    folder: Path,
    feeds: Iterable[str],
    *,
    broker: str | Mapping[str, str] = "embedded",
    health_ports: Mapping[str, int] | None = None,
    networks: str = "127.0.0.0/8",
    **settings: str,
) -> AsyncIterator[Rig]:
    """Run all services on an empty database and topics of their own, polling these feeds every second.

    `broker` is `embedded`, `apache`, or the settings that a broker of the test's own needs.
    """
    environ = {
        "DATELINE_DATABASE_URL": servers.fresh_database(),
        **(broker_settings(servers, broker) if isinstance(broker, str) else broker),
        "DATELINE_KAFKA_TOPIC_PREFIX": f"t{os.urandom(4).hex()}",
        "DATELINE_KAFKA_GROUP_PREFIX": f"g{os.urandom(4).hex()}",
        "DATELINE_HTTP_ALLOWED_NETWORKS": networks,
        "DATELINE_INGEST_INTERVAL_S": "1",
        "DATELINE_INGEST_INTERVAL_MOST_S": "1",
        "DATELINE_INGEST_LEASE_S": "2",
        "DATELINE_INGEST_HOST_GAP_S": "0",
        "DATELINE_EXTRACT_HOST_GAP_S": "0",
        **{f"DATELINE_{name}": value for name, value in settings.items()},
    }
    kafka = KafkaSettings.load(environ)
    await create_topics(kafka, [replace(topic, partitions=PARTITIONS) for topic in TOPICS], replication=1)
    said: list[str] = []
    async with Database.connect(DatabaseSettings.load(environ)) as database:
        await subscriptions.prepare(database)
        await subscriptions.add_all(database, feeds)
        stack = Stack(folder, environ, said.append, health_ports=health_ports)
        await stack.start()
        try:
            yield Rig(stack, database, environ, said)
        finally:
            await stack.stop(SERVICES, deadline_s=STOP_S)


async def until(condition: Callable[[], Awaitable[bool]], *, timeout_s: float) -> None:
    """Wait for something that other processes bring about."""
    async with asyncio.timeout(timeout_s):
        while not await condition():  # noqa: ASYNC110 - other processes set no event of ours
            await asyncio.sleep(0.1)
