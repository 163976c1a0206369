"""Several ingesters on one list of feeds, while they join, leave, die and fall asleep."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.topics import TOPICS
from services.ingest.subscriptions import add_feed, list_feeds
from services.kit.clock import utc_now
from services.kit.db import Database
from services.kit.kafka.admin import create_topics
from services.kit.settings import DatabaseSettings, KafkaSettings
from services.local.subscriptions import prepare
from tests.fakes.feeds import rss, stories
from tests.fakes.rig import broker_settings
from tests.fakes.servers import EmbeddedServers
from tests.fakes.site import Site

HOSTS = 16
FEEDS_OF_A_HOST = 3
INTERVAL_S = 4.0
LEASE_S = 2.0
GAP_S = 0.3
SLACK_S = 0.5
"""What a machine with more to do than cores may add between the beginning of a poll and its request."""
TAKEOVER_SLACK_S = 5.0
GAP_SLACK_S = 0.05
DISTURBANCES = 10


@dataclass
class Ingester:
    """A process, with the name that it gives to sites."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    slept: list[tuple[float, float]] = field(default_factory=list)
    """From when to when it was stopped, monotonic."""


class Fleet:
    """Ingesters on one database."""

    def __init__(self, environ: Mapping[str, str], folder: Path, seed: int) -> None:
        self._environ = environ
        self._folder = folder
        self.chance = random.Random(seed)
        self.all: list[Ingester] = []
        self.done: list[str] = []

    @property
    def alive(self) -> list[Ingester]:
        """Those that run."""
        return [one for one in self.all if one.process.poll() is None]

    def join(self) -> None:
        """Start one more."""
        name = f"https://ingester-{len(self.all)}.example"
        log = self._folder / f"ingester-{len(self.all)}.jsonl"
        environ = {**os.environ, **self._environ, "DATELINE_HTTP_CONTACT": name}
        with log.open("wb") as output:
            process = subprocess.Popen([sys.executable, "-m", "services.ingest"], stdout=output, env=environ)
        self.all.append(Ingester(name, process, log))
        self.done.append("join")

    async def leave(self) -> None:
        """Have one end in order."""
        leaving = self.chance.choice(self.alive)
        leaving.process.terminate()
        self.done.append("leave")
        assert await asyncio.to_thread(leaving.process.wait, 20) == 0

    async def kill(self) -> None:
        """Kill one."""
        killed = self.chance.choice(self.alive)
        killed.process.kill()
        await asyncio.to_thread(killed.process.wait, 20)
        self.done.append("kill")

    async def sleep(self) -> None:
        """Stop one for longer than its lease, in the middle of whatever it does, and let it go on."""
        sleeper = self.chance.choice(self.alive)
        sleeper.process.send_signal(signal.SIGSTOP)
        slept = time.monotonic()
        await asyncio.sleep(2.5 * LEASE_S)
        sleeper.slept.append((slept, time.monotonic()))
        sleeper.process.send_signal(signal.SIGCONT)
        self.done.append("sleep")

    async def disturb(self) -> None:
        """Do one of these; one, two or three run at any time."""
        await asyncio.sleep(self.chance.uniform(0.5, 1.5))
        ways = ["sleep"] if len(self.alive) == 1 else ["leave", "kill", "sleep"]
        way = "join" if len(self.alive) < 3 and self.chance.random() < 0.6 else self.chance.choice(ways)
        if way == "join":
            self.join()
            return
        await {"leave": self.leave, "kill": self.kill, "sleep": self.sleep}[way]()

    def end(self) -> None:
        """End those that still run."""
        for one in self.alive:
            with suppress(ProcessLookupError):
                one.process.send_signal(signal.SIGCONT)
            one.process.kill()
            one.process.wait(20)


@pytest.fixture
def fleet(servers: EmbeddedServers, tmp_path: Path) -> Iterator[Fleet]:
    """Give a fleet without members, with a database and topics of its own."""
    environ = {
        "DATELINE_DATABASE_URL": servers.fresh_database(),
        **broker_settings(servers, "embedded"),
        "DATELINE_KAFKA_TOPIC_PREFIX": f"t{os.urandom(4).hex()}",
        "DATELINE_HTTP_ALLOWED_NETWORKS": "127.0.0.0/8",
        "DATELINE_INGEST_INTERVAL_S": str(INTERVAL_S),
        "DATELINE_INGEST_INTERVAL_LEAST_S": str(INTERVAL_S),
        "DATELINE_INGEST_INTERVAL_MOST_S": str(INTERVAL_S),
        "DATELINE_INGEST_JITTER": "0",
        "DATELINE_INGEST_HOST_GAP_S": str(GAP_S),
        "DATELINE_INGEST_LEASE_S": str(LEASE_S),
        "DATELINE_HEALTH_PORT": "0",
    }
    made = Fleet(environ, tmp_path, seed=11)
    try:
        yield made
    finally:
        made.end()


@pytest.mark.slow
@pytest.mark.alone
async def test_ingesters_come_and_go_and_no_feed_is_asked_too_often_or_forgotten(fleet: Fleet) -> None:
    """Through ten joins, leaves, kills and sleeps no feed is polled twice within its interval, and none rests long."""
    async with Site("0.0.0.0") as site, Database.connect(DatabaseSettings.load(fleet._environ)) as database:
        await _prepared(fleet, site, database)
        fleet.join()
        for _ in range(DISTURBANCES):
            await fleet.disturb()
        await asyncio.sleep(2 * LEASE_S + INTERVAL_S)
        for one in fleet.alive:
            one.process.terminate()
        for one in fleet.alive:
            assert await asyncio.to_thread(one.process.wait, 20) == 0, fleet.done
        polled = {feed.url: feed.polls for feed in await list_feeds(database)}
    asked: dict[tuple[str, str], list[float]] = defaultdict(list)
    for request in site.requests:
        asked[request.headers["host"], request.path].append(request.at)
    assert len(asked) == HOSTS * FEEDS_OF_A_HOST
    _check_intervals(asked, fleet)
    _check_hosts(asked)
    _check_sleepers(site, fleet)
    assert all(count <= len(asked[_place(url)]) for url, count in polled.items()), "more polls remembered than made"


async def _prepared(fleet: Fleet, site: Site, database: Database) -> None:
    kafka = KafkaSettings.load(fleet._environ)
    await create_topics(kafka, TOPICS, replication=1)
    await prepare(database)
    port = site.url.rpartition(":")[2]
    for number in range(FEEDS_OF_A_HOST):
        site.serve(f"/{number}", rss(stories(3)), content_type="application/rss+xml", etag=f'"{number}"', delay_s=0.02)
    for host in range(HOSTS):
        for number in range(FEEDS_OF_A_HOST):
            await add_feed(database, f"http://127.0.8.{host + 1}:{port}/{number}", now=utc_now())


def _check_intervals(asked: Mapping[tuple[str, str], list[float]], fleet: Fleet) -> None:
    """No feed is asked twice within its interval, nor left alone for longer than two leases more."""
    for feed, times in asked.items():
        waits = [after - before for before, after in pairwise(times)]
        assert min(waits) >= INTERVAL_S - SLACK_S, (feed, waits, fleet.done)
        assert max(waits) <= INTERVAL_S + 2 * LEASE_S + TAKEOVER_SLACK_S, (feed, waits, fleet.done)


def _check_hosts(asked: Mapping[tuple[str, str], list[float]]) -> None:
    """No host is asked twice within the gap, whoever asks."""
    hosts: dict[str, list[float]] = defaultdict(list)
    for (host, _), times in asked.items():
        hosts[host].extend(times)
    for host, times in hosts.items():
        waits = [after - before for before, after in pairwise(sorted(times))]
        assert min(waits) >= GAP_S - GAP_SLACK_S, (host, min(waits))


def _check_sleepers(site: Site, fleet: Fleet) -> None:
    """Who has slept through its lease asks nobody before it holds shards again."""
    for one in fleet.all:
        gained = [at for at, event in _events(one) if event["event.action"] == "shards.changed" and event["gained"]]
        for slept, woke in one.slept:
            again = min((at for at in gained if at > woke), default=float("inf"))
            asked = [r.at for r in site.requests if one.name in r.headers["user-agent"] and slept + 0.05 < r.at < again]
            assert asked == [], (one.name, slept, woke, again, asked, fleet.done)


def _events(one: Ingester) -> list[tuple[float, dict[str, object]]]:
    """Return what a process logged, with the monotonic time of each line."""
    ahead = time.time() - time.monotonic()
    lines = [json.loads(line) for line in one.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [(_moment(line) - ahead, line) for line in lines]


def _moment(line: Mapping[str, object]) -> float:
    return datetime.fromisoformat(str(line["@timestamp"])).timestamp()


def _place(url: str) -> tuple[str, str]:
    host, _, path = url.removeprefix("http://").partition("/")
    return host, f"/{path}"
