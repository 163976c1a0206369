"""The Kafka adapter where the library leaves something behind."""

import asyncio
import uuid

import pytest
from aiokafka import TopicPartition

from schemas.topics import ENTRIES
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.messages import Outgoing
from services.kit.settings import KafkaSettings
from tests.fakes.process import process
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


@pytest.mark.slow
@pytest.mark.xdist_group("contract")  # where Apache Kafka runs already
async def test_a_producer_that_has_lost_count_is_put_new(servers: EmbeddedServers) -> None:
    """A batch that the library gave up after counting it makes the broker refuse all that follow: we begin anew."""
    settings = KafkaSettings.load(broker_settings(servers, "apache"))
    await create_topics(settings, [ENTRIES], replication=1)
    life = process()
    topic = ENTRIES.name(settings.kafka_topic_prefix)
    async with KafkaProducer.connect(settings, life.outages) as producer:
        await producer.send(Outgoing(topic, b"key", b"first"))
        dead = producer._client
        for partition in range(ENTRIES.partitions):
            dead._txn_manager.increment_sequence_number(TopicPartition(topic, partition), 7)
        await life.outages.ride_out(lambda: producer.send(Outgoing(topic, b"key", b"second")))
        assert producer._client is not dead
