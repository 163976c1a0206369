"""A consumer that is alive and does not consume: it ends itself with its exit code, and comes back."""

import asyncio
import os
import sys
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.topics import ENTRIES
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaProducer
from services.kit.kafka.messages import Outgoing
from services.kit.settings import KafkaSettings
from services.local.process import Child, Program
from tests.fakes.process import process
from tests.fakes.rig import broker_settings
from tests.fakes.servers import EmbeddedServers

ROOT = Path(__file__).parents[2]
STUCK = 3


@pytest.mark.slow
async def test_a_consumer_that_stops_consuming_ends_itself_and_comes_back(
    servers: EmbeddedServers, tmp_path: Path
) -> None:
    """It exits with 3 while records wait; started again, as its supervisor does, it handles them and stops with 0."""
    environ = {**broker_settings(servers, "apache"), "DATELINE_KAFKA_STUCK_S": "3"}
    settings = KafkaSettings.load(environ)
    topic = replace(ENTRIES, suffix=uuid.uuid4().hex, partitions=1)
    name = topic.name(settings.kafka_topic_prefix)
    await create_topics(settings, [topic], replication=1)
    async with KafkaProducer.connect(settings, process().outages) as producer:
        await producer.send(Outgoing(name, b"k", b"first"))
        service = start(tmp_path, environ, name)
        try:
            await until_log(tmp_path, "first", service)
            await producer.send(Outgoing(name, b"k", b"second"))
            async with asyncio.timeout(60):
                while service.alive:  # noqa: ASYNC110 - another process sets no event of ours
                    await asyncio.sleep(0.1)
            assert service.exit_code == STUCK
            service = start(tmp_path, environ, name)
            await until_log(tmp_path, "second", service)
        finally:
            await asyncio.to_thread(service.stop)
    assert service.exit_code == 0


def start(folder: Path, environ: dict[str, str], topic: str) -> Child:
    """Start the service."""
    program = Program(
        name="starving",
        argv=(sys.executable, str(ROOT / "tests" / "e2e" / "starving.py"), "starving", topic, str(folder / "mark")),
        log=folder / "log.jsonl",
        folder=ROOT,
        environ={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        appends=True,
    )
    return Child.start(program)


async def until_log(folder: Path, value: str, service: Child) -> None:
    """Wait until the service has handled a value."""
    async with asyncio.timeout(60):
        while f'"value": "{value}"' not in (folder / "log.jsonl").read_text(encoding="utf-8"):
            assert service.alive
            await asyncio.sleep(0.1)
