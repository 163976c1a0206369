"""Reading whole topics once, for commands that look for something in them."""

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.topics import Topic
from services.kit.kafka.admin import existing_topics
from services.kit.kafka.client import mapped, received, started, stopped
from services.kit.kafka.messages import Received
from services.kit.settings import KafkaSettings

SILENCE_S: Final = 10.0


async def scan(settings: KafkaSettings, topics: Collection[Topic]) -> AsyncIterator[Received]:
    """Yield all that the topics hold now, without joining a group. Topics that do not exist are passed over.

    Raises:
        DependencyDown: no broker answers, or it falls silent.

    """
    existing = await existing_topics(settings, topics)
    partitions = [TopicPartition(name, number) for name, one in existing.items() for number in range(one.partitions)]
    client = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=None, enable_auto_commit=False)
    await started(client)
    try:
        with mapped():
            begins, ends = await client.beginning_offsets(partitions), await client.end_offsets(partitions)
            left = {one: (begins[one], ends[one]) for one in partitions if begins[one] < ends[one]}
            client.assign(list(left))
            for partition, (begin, _) in left.items():
                client.seek(partition, begin)
            while left:
                async with asyncio.timeout(SILENCE_S):
                    batches = await client.getmany(*left, timeout_ms=1000)
                for records in batches.values():
                    for record in records:
                        yield received(record)
                for partition in [one for one, (_, end) in left.items() if await client.position(one) >= end]:
                    del left[partition]
    finally:
        await stopped(client)
