"""Topics of a broker: what there is, what the topic table wants, and creating what is missing."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from schemas.topics import Topic
from services.kit.errors import DependencyDown
from services.kit.kafka.client import mapped
from services.kit.kafka.messages import HEADROOM_BYTES
from services.kit.settings import KafkaSettings


@dataclass(frozen=True, slots=True)
class Existing:
    """A topic as the broker has it."""

    partitions: int
    replication: int
    config: Mapping[str, str]
    """Those of its settings that the topic table has a say in; empty where the broker does not tell."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do about a topic of the table."""

    name: str
    topic: Topic
    missing: bool
    differences: tuple[str, ...] = ()
    """What the broker has otherwise than the table: told, and never changed behind an operator's back."""


def wanted(topic: Topic, settings: KafkaSettings) -> dict[str, str]:
    """Return the settings that the topic table asks for."""
    return {
        "retention.ms": str(round(topic.kept.total_seconds() * 1000)),
        "max.message.bytes": str(settings.kafka_max_bytes + HEADROOM_BYTES),
    }


def plan(
    topics: Collection[Topic], existing: Mapping[str, Existing], settings: KafkaSettings, *, replication: int
) -> list[Step]:
    """Compare the topic table with what there is. Pure."""
    steps = []
    for topic in topics:
        name = topic.name(settings.kafka_topic_prefix)
        found = existing.get(name)
        differences = () if found is None else tuple(_differences(topic, found, settings, replication))
        steps.append(Step(name, topic, missing=found is None, differences=differences))
    return steps


def _differences(topic: Topic, found: Existing, settings: KafkaSettings, replication: int) -> list[str]:
    told = []
    if found.partitions != topic.partitions:
        # more partitions would send a key to another one than before, so this needs a person and a new topic
        told.append(f"{found.partitions} partitions, the table says {topic.partitions}")
    if found.replication != replication:
        told.append(f"replication {found.replication}, asked for is {replication}")
    for name, value in wanted(topic, settings).items():
        if name in found.config and found.config[name] != value:
            told.append(f"{name} is {found.config[name]}, the table says {value}")
    return told


async def existing_topics(settings: KafkaSettings, topics: Collection[Topic]) -> dict[str, Existing]:
    """Return those topics of the table that the broker has, by name.

    Raises:
        DependencyDown: no broker answers.

    """
    async with _admin(settings) as admin:
        there = set(await admin.list_topics())
        names = [name for topic in topics if (name := topic.name(settings.kafka_topic_prefix)) in there]
        if not names:
            return {}
        described = await admin.describe_topics(names)
        configs = await _configs(admin, names)
    return {
        one["topic"]: Existing(
            partitions=len(one["partitions"]),
            replication=len(one["partitions"][0]["replicas"]),
            config=configs.get(one["topic"], {}),
        )
        for one in described
    }


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    configs: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(resources):
        for _code, _message, _kind, name, entries in answer.resources:
            configs[name] = {entry[0]: entry[1] for entry in entries if entry[1] is not None}
    return configs


async def create_topics(settings: KafkaSettings, topics: Collection[Topic], *, replication: int) -> list[str]:
    """Create the topics that are not there yet, with the partitions and retention of the topic table.

    Returns the names of those created.

    Raises:
        DependencyDown: no broker answers, or it refuses a topic (`kafka.topic_refused`).

    """
    fresh = [
        NewTopic(
            topic.name(settings.kafka_topic_prefix),
            num_partitions=topic.partitions,
            replication_factor=replication,
            topic_configs=wanted(topic, settings),
        )
        for topic in topics
    ]
    async with _admin(settings) as admin:
        answer = await admin.create_topics(fresh)
    created = []
    for name, code, *_ in answer.topic_errors:
        kind = for_code(code)
        if code == 0:
            created.append(name)
        elif kind is not TopicAlreadyExistsError:
            raise DependencyDown("kafka.topic_refused", f"{name}: {kind.__name__}")
    return created


@asynccontextmanager
async def _admin(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    with mapped():
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()
