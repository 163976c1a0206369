"""Apache Kafka as processes: it keeps what it acknowledged over restarts and kills, and bears the loss of a node."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.topics import ENTRIES
from services.kit.errors import SettingsError
from services.kit.kafka.admin import create_topics
from services.kit.kafka.client import KafkaConsumer, KafkaProducer, reader
from services.kit.kafka.messages import Outgoing
from services.kit.kafka.ports import Consumer
from services.kit.settings import KafkaSettings
from services.local.apache import ApacheKafka, claim, free_ports, known_nodes
from services.local.cluster import keep, new_cluster
from tests.fakes.kafka_jars import jars
from tests.fakes.process import process

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "kafka" / "kafka"
TOPIC = replace(ENTRIES, partitions=3)
NAME = TOPIC.name("news")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def libs() -> Path:
    """Give the folder of the jars; without them nothing here can be tested."""
    return jars()


@pytest.fixture
def cluster(tmp_path: Path, libs: Path) -> Iterator[Callable[[int], ApacheKafka]]:
    """Give a way to start clusters that stop with the test."""
    started: list[ApacheKafka] = []

    def start(nodes: int) -> ApacheKafka:
        kafka = ApacheKafka(tmp_path / "kafka", nodes=nodes, libs=libs)
        started.append(kafka)
        kafka.start()
        return kafka

    yield start
    for kafka in started:
        kafka.stop()


def settings(kafka: ApacheKafka) -> KafkaSettings:
    """Return the settings of a client."""
    return KafkaSettings.load(
        {"DATELINE_KAFKA_BOOTSTRAP": kafka.bootstrap, "DATELINE_KAFKA_SESSION_TIMEOUT_S": "6"},
    )


async def send(producer: KafkaProducer, numbers: range, acknowledged: list[str]) -> None:
    """Send numbers one after the other, and note which were acknowledged."""
    for n in numbers:
        await producer.send(Outgoing(NAME, f"k{n % 7}".encode(), str(n).encode()))
        acknowledged.append(str(n))


async def on_topic(kafka: ApacheKafka, count: int) -> set[str]:
    """Read the topic from its beginning until so many different values came."""
    found: set[str] = set()
    async with asyncio.timeout(60), reader(settings(kafka), NAME, from_beginning=True) as records:
        while len(found) < count:
            found.add((await anext(records)).value.decode())  # type: ignore[union-attr] # these have a value
    return found


async def read(consumer: Consumer, count: int) -> list[str]:
    """Read exactly so many records as a group, and commit behind the last of each partition."""

    async def nothing(_: object) -> None:
        """Let partitions change hands."""

    await consumer.start(assigned=nothing, revoked=nothing)
    values: list[str] = []
    async with asyncio.timeout(30):
        while len(values) < count:
            for record in await consumer.poll(timeout_s=0.2, limit=count - len(values)):
                values.append((record.value or b"").decode())
                await consumer.commit({record.partition: record.offset + 1})
    await consumer.stop()
    return values


async def until(condition: Callable[[], bool], *, timeout_s: float = 60) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a broker, which sets no event
            await asyncio.sleep(0.01)


async def test_a_restart_keeps_topics_records_offsets_and_addresses(tmp_path: Path, libs: Path) -> None:
    """A second start on the same folder has the address, the topic, its records and the group's place of the first."""
    async with ApacheKafka(tmp_path, libs=libs) as kafka:
        assert kafka.alive
        assert await create_topics(settings(kafka), [TOPIC], replication=1) == [NAME]
        async with KafkaProducer.connect(settings(kafka), process().outages) as producer:
            await send(producer, range(20), [])
        first = await read(KafkaConsumer(settings(kafka), "group", [NAME]), 8)
        address = kafka.bootstrap
    assert not kafka.alive
    assert known_nodes(int(address.rpartition(":")[2])) == 0
    async with ApacheKafka(tmp_path, libs=libs) as kafka:
        assert kafka.bootstrap == address
        assert await create_topics(settings(kafka), [TOPIC], replication=1) == []
        rest = await read(KafkaConsumer(settings(kafka), "group", [NAME]), 12)
        assert sorted(map(int, first + rest)) == list(range(20))
        assert len(await on_topic(kafka, 20)) == 20


async def test_a_kill_loses_nothing_acknowledged(cluster: Callable[[int], ApacheKafka]) -> None:
    """A producer goes on over kill -9 and restart of the only node, and all it was told is on the topic."""
    kafka = await asyncio.to_thread(cluster, 1)
    await create_topics(settings(kafka), [TOPIC], replication=1)
    acknowledged: list[str] = []
    async with KafkaProducer.connect(settings(kafka), process().outages) as producer:
        sending = asyncio.create_task(send(producer, range(400), acknowledged))
        await until(lambda: len(acknowledged) > 50)
        await asyncio.to_thread(kafka.kill, 1)
        assert not kafka.alive
        assert len(acknowledged) < 400, "it was killed in between"
        await asyncio.to_thread(kafka.start_node, 1)
        await sending
    assert await on_topic(kafka, 400) == set(acknowledged)


async def test_three_nodes_acknowledge_while_any_one_is_away(cluster: Callable[[int], ApacheKafka]) -> None:
    """With one node killed records are acknowledged by the other two; back again, it stands in for the next that is."""
    kafka = await asyncio.to_thread(cluster, 3)
    await create_topics(settings(kafka), [TOPIC], replication=3)
    acknowledged: list[str] = []
    async with KafkaProducer.connect(settings(kafka), process().outages) as producer:
        await send(producer, range(50), acknowledged)
        await asyncio.to_thread(kafka.kill, 2)
        await send(producer, range(50, 100), acknowledged)
        await asyncio.to_thread(kafka.start_node, 2)
        assert kafka.alive
        await asyncio.to_thread(kafka.kill, 1)
        # Two copies must be written, and only node 3 has been there all the time.
        await send(producer, range(100, 150), acknowledged)
    assert await on_topic(kafka, 150) == set(acknowledged)


def test_a_folder_in_use_and_one_of_another_shape_are_refused(tmp_path: Path, libs: Path) -> None:
    """A folder that another process runs is refused, and so is another number of nodes than it holds."""
    with claim(tmp_path), pytest.raises(SettingsError, match=r"local\.in_use"):
        ApacheKafka(tmp_path, libs=libs).start()
    keep(tmp_path, new_cluster(3, free_ports(6)))
    with pytest.raises(SettingsError, match=r"local\.other_shape"):
        ApacheKafka(tmp_path, libs=libs).start()


def script(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line tool."""
    environ = dict(os.environ) if path is None else {"PATH": path}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environ, check=False, timeout=120)


def test_by_hand_nodes_outlive_the_command_and_come_back_after_a_kill(tmp_path: Path, libs: Path) -> None:
    """`start`, `wait`, `kill`, `start` and `stop` do what they say; nobody else may have the folder meanwhile."""
    base, where = f"--libs={libs}", f"--dir={tmp_path}"
    port = free_ports(1)[0]
    try:
        assert script(base, "start", where, f"--port={port}").stdout == f"127.0.0.1:{port}\n"
        assert script(base, "wait", where).returncode == 0
        with pytest.raises(SettingsError, match=r"local\.in_use"):
            ApacheKafka(tmp_path, libs=libs).start()
        assert known_nodes(port) == 1
        assert script(base, "kill", where, "1").returncode == 0
        assert known_nodes(port) == 0
        assert "local.ended" in script(base, "wait", where).stderr
        assert script(base, "start", where).returncode == 0
        assert script(base, "wait", where).returncode == 0
    finally:
        assert script(base, "stop", where).returncode == 0
    assert known_nodes(port) == 0


def test_fetch_does_nothing_where_all_is_there_and_sees_a_damaged_jar(tmp_path: Path, libs: Path) -> None:
    """Complete jars need no Maven; one that is not what was pinned does."""
    copy = tmp_path / "libs"
    copy.mkdir()
    jars = sorted(libs.iterdir())
    for jar in jars:
        (copy / jar.name).symlink_to(jar)
    assert "is complete" in script(f"--libs={copy}", "fetch", path=str(tmp_path)).stdout
    (copy / jars[0].name).unlink()
    (copy / jars[0].name).write_bytes(b"PK")
    assert "local.no_maven" in script(f"--libs={copy}", "fetch", path=str(tmp_path)).stderr
