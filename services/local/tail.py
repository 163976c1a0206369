"""Tagged records as they come, from the topic to the terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from schemas.topics import TAGGED
from schemas.v1 import TaggedArticle
from services.kit.errors import Undecodable
from services.kit.kafka.client import reader
from services.kit.kafka.messages import decode
from services.kit.settings import KafkaSettings
from services.local.show import line


@asynccontextmanager
async def tagged_records(
    settings: KafkaSettings, *, from_beginning: bool
) -> AsyncIterator[AsyncIterator[TaggedArticle]]:
    """Give the records of the topic `tagged` as they come.

    Raises:
        DependencyDown: no broker answers.

    """
    topic = TAGGED.name(settings.kafka_topic_prefix)
    async with reader(settings, topic, from_beginning=from_beginning) as received:

        async def records() -> AsyncIterator[TaggedArticle]:
            async for one in received:
                try:
                    yield decode(one, TaggedArticle)
                except Undecodable:
                    continue  # the store has made a failure of it

        yield records()


async def follow(settings: KafkaSettings, console: Console, *, from_beginning: bool, as_json: bool) -> None:
    """Print records until cancelled: a line for people, or JSON for machines."""
    async with tagged_records(settings, from_beginning=from_beginning) as records:
        async for tagged in records:
            if as_json:
                console.file.write(tagged.model_dump_json() + "\n")
                console.file.flush()
            else:
                console.print(line(tagged))
