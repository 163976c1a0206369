"""The Kafka adapter where the library leaves something behind."""

import asyncio
import uuid

import pytest

from schemas.topics import ENTRIES
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaConsumer
from services.kit.settings import KafkaSettings
from tests.fakes.rig import broker_settings
from tests.fakes.servers import EmbeddedServers


async def nothing(_: object) -> None:
    """Let partitions change hands."""


@pytest.mark.slow
async def test_a_stop_that_is_cut_short_leaves_no_connection_open(servers: EmbeddedServers) -> None:
    """When the library's stop ends half-way, because a fetch is cancelled before it began, connections are closed."""
    settings = KafkaSettings.load(broker_settings(servers, "embedded"))
    await create_topics(settings, [ENTRIES], replication=1)
    consumer = KafkaConsumer(settings, uuid.uuid4().hex, [ENTRIES.name(settings.kafka_topic_prefix)])
    await consumer.start(assigned=nothing, revoked=nothing)
    client = consumer._client
    connections = list(client._client._conns.values())
    assert connections
    client._fetcher._pending_tasks.add(asyncio.create_task(asyncio.sleep(60)))
    await consumer.stop()
    assert not [one for one in connections if one.connected()]
