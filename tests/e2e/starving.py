"""A service as a program whose first life stops consuming after its first record, though it stays alive.

Arguments: the group, the topic, and a file that the first life leaves behind; its settings come from the environment.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.kit.events import Event
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.messages import Received
from services.kit.kafka.outcome import Role
from services.kit.kafka.runner import Runner
from services.kit.run import Process, main
from services.kit.settings import KafkaSettings, ProcessSettings


class Settings(ProcessSettings, KafkaSettings):
    """What a consumer needs."""


@dataclass(frozen=True, kw_only=True)
class Handled(Event):
    """A test record was handled."""

    action: ClassVar[str] = "test.handled"
    value: str


def first_time(mark: Path) -> bool:
    """Tell whether there is no mark yet, and leave one."""
    first = not mark.exists()
    mark.touch()
    return first


async def serve(settings: Settings, process: Process) -> None:
    """Consume; in the first life, lose the library's fetching task after the first record."""
    group, topic, mark = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    consumer = KafkaConsumer(settings, group, [topic])

    async def handle(received: Received) -> Event:
        if first_time(mark):
            fetcher = consumer._client._fetcher
            fetcher._fetch_task.cancel()
            for fetching in fetcher._pending_tasks:
                fetching.cancel()
        return Handled(value=(received.value or b"").decode())

    async with KafkaProducer.connect(settings, process.outages) as producer:
        await Runner(
            consumer,
            producer,
            handle,
            process=process,
            role=Role("test", group, "unused"),
            concurrency=4,
            stuck_s=settings.kafka_stuck_s,
        ).run()


if __name__ == "__main__":
    main("starving", Settings, serve)
