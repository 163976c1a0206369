"""One bad record among a thousand: one failure, and after the fix a replay that may be done twice. And the trace."""

import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from schemas.topics import FAILURES, TAGGED
from schemas.v1 import TaggedArticle
from services.kit.db import Database, migrate
from services.kit.errors import Undecodable
from services.kit.events import Event
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.messages import Received, outgoing
from services.kit.kafka.outcome import Role
from services.kit.kafka.runner import Runner
from services.kit.settings import DatabaseSettings, KafkaSettings
from services.local.newsroom import Newsroom
from services.local.stack import SERVICES
from services.store.app import Storing
from services.store.sink import MIGRATIONS, Sink
from tests.fakes.articles import SEEN, tagged, trace
from tests.fakes.process import process
from tests.fakes.rig import Rig, broker_settings, rig, until
from tests.fakes.servers import EmbeddedServers

ROOT = Path(__file__).parents[2]
COUNT = 1000
BAD = 613


async def send_all(settings: KafkaSettings) -> None:
    """Publish a thousand tagged articles."""
    async with KafkaProducer.connect(settings, process().outages) as producer:
        messages = [
            outgoing(
                TAGGED,
                settings.kafka_topic_prefix,
                key=f"a{n}",
                record=tagged(n),
                event_id=f"a{n}",
                source="test",
                trace_id=trace(n),
                now=SEEN,
            )
            for n in range(1, COUNT + 1)
        ]
        await asyncio.gather(*(producer.send(message) for message in messages))


async def run_store(settings: KafkaSettings, database: Database, *, mended: bool, outcomes: int, stored: int) -> None:
    """Run the store until so many traces have an outcome and so many articles are stored.

    Before it is mended, it cannot read one of the records.
    """
    prefix = settings.kafka_topic_prefix
    failures = FAILURES.name(prefix)
    storing = Storing(Sink(database), failures_topic=failures)

    async def handle(received: Received) -> Event:
        if not mended and received.partition.topic != failures and received.trace_id == trace(BAD):
            raise Undecodable("record.invalid", "a field that this code cannot read")
        return await storing.handle(received)

    life = process()
    group = f"{settings.kafka_group_prefix}.store"
    async with KafkaProducer.connect(settings, life.outages) as producer:
        consumer = KafkaConsumer(settings, group, [TAGGED.name(prefix), failures])
        role = Role("store", group, failures)
        runner = Runner(consumer, producer, handle, process=life, role=role, concurrency=16)
        task = asyncio.create_task(runner.run())
        try:
            await until(partial(settled, database, outcomes, stored), timeout_s=90)
        finally:
            life.stopping.set()
            await task


async def settled(database: Database, outcomes: int, stored: int) -> bool:
    """Tell whether so many traces have an outcome and so many articles are stored."""
    counts = "SELECT (SELECT count(*) FROM store.outcomes), (SELECT count(*) FROM store.articles)"
    row = await database.fetchrow(counts)
    return row is not None and tuple(row) == (outcomes, stored)


def dateline(environ: dict[str, str], *arguments: str) -> str:
    """Run a command against the deployment, and return what it prints."""
    command = [sys.executable, "-m", "services.cli", *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("broker", ["embedded", "apache"])
async def test_one_bad_record_costs_one_failure_and_a_replay_brings_it_back(
    servers: EmbeddedServers, broker: str
) -> None:
    """Among a thousand records one cannot be read: one failure; after the fix, replaying it, twice even, stores it."""
    environ = {
        "DATELINE_DATABASE_URL": servers.fresh_database(),
        "DATELINE_KAFKA_TOPIC_PREFIX": f"t{os.urandom(4).hex()}",
        "DATELINE_KAFKA_GROUP_PREFIX": f"g{os.urandom(4).hex()}",
        **broker_settings(servers, broker),
    }
    settings = KafkaSettings.load(environ)
    await create_topics(settings, [TAGGED, FAILURES], replication=1)
    async with Database.connect(DatabaseSettings.load(environ)) as database:
        await migrate(database, schema="store", folder=MIGRATIONS)
        await send_all(settings)
        await run_store(settings, database, mended=False, outcomes=COUNT, stored=COUNT - 1)
        assert await database.fetchval("SELECT count(*) FROM store.failures") == 1
        listed = await asyncio.to_thread(dateline, environ, "failures", "list")
        assert "record.invalid" in listed
        assert "1 sent again" in await asyncio.to_thread(dateline, environ, "failures", "replay")
        assert "1 sent again" in await asyncio.to_thread(dateline, environ, "failures", "replay", "--all")
        assert "0 sent again" in await asyncio.to_thread(dateline, environ, "failures", "replay")
        await run_store(settings, database, mended=True, outcomes=COUNT, stored=COUNT)
        assert await database.fetchval("SELECT count(*) FROM store.failures") == 1
        row = await database.fetchrow("SELECT record FROM store.articles WHERE article_id = $1", f"a{BAD}")
        assert row is not None
        assert TaggedArticle.model_validate_json(row["record"]) == tagged(BAD)
        failure_id = str(await database.fetchval("SELECT failure_id::text FROM store.failures"))
        shown = await asyncio.to_thread(dateline, environ, "failures", "show", failure_id)
        assert trace(BAD) in shown
        assert "Ferries sail again" in shown


@pytest.mark.slow
@pytest.mark.parametrize("broker", ["embedded", "apache"])
async def test_trace_follows_an_article_with_times(servers: EmbeddedServers, tmp_path: Path, broker: str) -> None:
    """From its entry to the store, each step of an article is listed in order, with its time."""
    async with (
        Newsroom(first=6, every_s=600) as newsroom,
        rig(servers, tmp_path, newsroom.feeds, broker=broker) as running,
    ):
        await until(lambda: holds(running, 6), timeout_s=90)
        row = await running.database.fetchrow("SELECT article_id, record ->> 'trace_id' AS trace FROM store.articles")
        assert row is not None
        logs = [f"--logs={running.stack.log(service)}" for service in SERVICES]
        by_article = await asyncio.to_thread(dateline, running.environ, "trace", row["article_id"], *logs)
        by_trace = await asyncio.to_thread(dateline, running.environ, "trace", row["trace"], *logs)
    steps = ["entry.published", "dateline.article.v1", "article.published", "article.tagged", "article.stored"]
    for shown in (by_article, by_trace):
        places = [shown.index(step) for step in ("dateline.entry.v1", "dateline.article.v1", "dateline.tagged.v1")]
        assert places == sorted(places)
        assert all(step in shown for step in steps)
        assert "+0.000 s" in shown


async def holds(running: Rig, count: int) -> bool:
    """Tell whether so many articles are stored."""
    return await running.stored() >= count
