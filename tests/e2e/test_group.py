"""Two and more extract processes in one group: they join, leave and are killed while articles come at a steady pace."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from schemas.topics import ARTICLES, ENTRIES
from schemas.v1 import Article
from services.kit.clock import utc_now
from services.kit.kafka.client import KafkaProducer
from services.kit.kafka.messages import Received, outgoing
from services.local.process import Child, Program
from tests.fakes.articles import entry
from tests.fakes.process import process
from tests.fakes.rig import Rig, rig
from tests.fakes.servers import EmbeddedServers
from tests.fakes.site import Site

HOSTS = ("127.0.9.1", "127.0.9.2", "127.0.9.3", "127.0.9.4", "127.0.9.5", "127.0.9.6")
PER_SECOND = 20
DISTURBANCES = 10
EVERY_S = 4.0
UNCOMMITTED_S = 3.0
"""What was published this long before a disturbance may not have been committed yet, under load."""
PAGE = "<html><head><title>Story {n}</title></head><body><article><h1>Story {n}</h1>{text}</article></body></html>"
TEXT = "<p>The harbour office counted the ships of day {n} twice and found the same number both times, it said.</p>" * 4
SEED = 7


class Group:
    """Extract processes beside the one that the rig keeps running."""

    def __init__(self, running: Rig, folder: Path) -> None:
        self._environ = {"PATH": os.environ["PATH"], **running.environ}
        self._folder = folder
        self._members: list[Child] = []
        self._joined = [(time.time(), running.stack.log("extract"))]
        self._left: list[tuple[float, float]] = []

    def disturb(self, what: str) -> None:
        """Let a member join, leave in order, or be killed."""
        begun = time.time()
        if what == "join" or not self._members:
            log = self._folder / f"extract-{len(self._joined)}.jsonl"
            self._joined.append((begun, log))
            self._members.append(
                Child.start(
                    Program(
                        name="extract",
                        argv=(sys.executable, "-m", "services.extract"),
                        log=log,
                        folder=self._folder,
                        environ=self._environ,
                    )
                )
            )
            return
        if what == "leave":
            self._members.pop(0).stop(deadline_s=15)
        else:
            os.kill(self._members.pop(0).pid, signal.SIGKILL)
        self._left.append((begun, time.time()))

    def disturbances(self) -> list[tuple[float, float]]:
        """Return from when to when members came and went: who comes has come when it was given partitions."""
        return [*((begun, max(begun, in_group_at(log))) for begun, log in self._joined), *self._left]

    def end(self) -> None:
        """End all members."""
        for member in self._members:
            member.stop(deadline_s=15)


def in_group_at(log: Path) -> float:
    """Return when a member had partitions for the first time; where it never had, when it said its last."""
    at = 0.0
    for line in log.read_text(encoding="utf-8").splitlines():
        if line.startswith("{") and line.endswith("}"):
            said = json.loads(line)
            at = datetime.fromisoformat(said["@timestamp"]).timestamp()
            if said["event.action"] == "kafka.assigned":
                break
    return at


@asynccontextmanager
async def sites(count: int) -> AsyncIterator[list[str]]:
    """Serve so many pages, spread over the hosts; gives their addresses in the order of their numbers."""
    async with AsyncExitStack() as stack:
        served = [await stack.enter_async_context(Site(host)) for host in HOSTS]
        yield [served[n % len(served)].serve(f"/{n}", PAGE.format(n=n, text=TEXT.format(n=n))) for n in range(count)]


async def send(running: Rig, urls: list[str]) -> None:
    """Publish an entry for each address, at a steady pace."""
    async with KafkaProducer.connect(running.settings, process().outages) as producer:
        begun = time.monotonic()
        for n, url in enumerate(urls):
            await asyncio.sleep(max(0.0, begun + n / PER_SECOND - time.monotonic()))
            await producer.send(
                outgoing(
                    ENTRIES,
                    running.settings.kafka_topic_prefix,
                    key=HOSTS[n % len(HOSTS)],
                    record=entry(url, n + 1),
                    event_id=f"e{n}",
                    source="test",
                    trace_id=f"{n + 1:032x}",
                    now=utc_now(),
                )
            )


async def published(running: Rig, count: int) -> list[Received]:
    """Wait until so many different articles are published, then return all records, repeats among them."""
    topic = ARTICLES.name(running.settings.kafka_topic_prefix)
    wanted = count
    async with asyncio.timeout(120):
        while True:
            records = await running.received(topic, wanted, timeout_s=120)
            missing = count - len({record.trace_id for record in records})
            if not missing:
                return records
            wanted = len(records) + missing


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("broker", ["apache"])
async def test_joins_leaves_and_kills_lose_nothing(servers: EmbeddedServers, tmp_path: Path, broker: str) -> None:
    """Ten joins, leaves and kills at 20 articles a second: none lost, repeats of what was in flight, order per key."""
    chance = random.Random(SEED)
    count = round(PER_SECOND * EVERY_S * (DISTURBANCES + 2))
    async with sites(count) as urls, rig(servers, tmp_path, [], broker=broker) as running:
        group = Group(running, tmp_path)
        try:
            sending = asyncio.create_task(send(running, urls))
            await asyncio.to_thread(group.disturb, "join")
            for what in [*chance.choices(["join", "leave", "kill"], k=DISTURBANCES - 3), "join", "kill", "leave"]:
                await asyncio.sleep(EVERY_S)
                await asyncio.to_thread(group.disturb, what)
            await sending
            records = await published(running, count)
        finally:
            await asyncio.to_thread(group.end)
    check(records, group.disturbances())


def check(records: list[Received], disturbances: list[tuple[float, float]]) -> None:
    """Check that repeats were in flight when somebody came or went, and that the order of each key was kept."""
    articles: dict[str, list[Article]] = defaultdict(list)
    for record in sorted(records, key=lambda one: one.timestamp_ms):
        article = Article.model_validate_json(record.value or b"")
        articles[article.trace_id].append(article)
    for repeats in articles.values():
        assert len({(one.article_id, one.revision, one.content_hash) for one in repeats}) == 1
        if len(repeats) > 1:
            first = repeats[0].extracted_at
            assert first is not None
            at = first.timestamp()
            assert any(begun - UNCOMMITTED_S <= at <= ended + 1 for begun, ended in disturbances), repeats[0].url
    by_host: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for trace_id, repeats in articles.items():
        first = repeats[0].extracted_at
        assert first is not None
        number = int(trace_id, 16)
        by_host[number % len(HOSTS)].append((first.timestamp(), number))
    for seen in by_host.values():
        numbers = [number for _, number in sorted(seen)]
        assert numbers == sorted(numbers)
