"""What polling costs: memory and time for each feed of a large timetable, and whole polls a second over loopback."""
# ruff: noqa: T201 - what a bench prints is its result

import asyncio
import gc
import multiprocessing
import random
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from services.ingest.app import ingest
from services.ingest.budget import Budget
from services.ingest.leases import shard_of
from services.ingest.observation import observed
from services.ingest.patience import wait_s, weight
from services.ingest.rhythm import Rhythm
from services.ingest.state import MIGRATIONS
from services.ingest.timetable import Place, Timetable, Turn
from services.kit.clock import utc_now
from services.kit.db import Database, migrate
from services.kit.log import configured
from tests.fakes.newsdesk import opened
from tests.fakes.process import process
from tests.fakes.servers import EmbeddedServers

FEEDS = 200_000
HOSTS = 100_000
MEMORY_MAX_BYTES = 2_000
OPERATION_MAX_US = 20.0
POLLS_LEAST = 500.0

POLLED = 3_000
SECONDS = 15.0
NEWS = (
    b'HTTP/1.1 200 -\r\nETag: "e"\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n'
    b"<rss version='2.0'><channel><title>f</title><item><title>i</title><link>https://a.example/1</link></item>"
    b"</channel></rss>"
)
NO_NEWS = b'HTTP/1.1 304 -\r\nETag: "e"\r\nConnection: close\r\n\r\n'


def test_a_timetable_of_200_000_feeds() -> None:
    """Memory and time of each operation on the feeds of a large deployment, against the limits."""
    chance = random.Random(1)
    now = 1_800_000_000.0
    gc.collect()
    tracemalloc.start()
    timetable, budget = Timetable(host_gap_s=1.0), Budget(300.0, least_s=60.0, most_s=3600.0)
    names: list[str] = []
    for number in range(FEEDS):
        names.append(name := f"{number:016x}")
        host = f"host-{number % HOSTS}.example"
        timetable.put(name, Place(host, host, shard_of(host)), now + chance.uniform(0, 300))
        budget.put(name, chance.expovariate(5000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"\npoll-scale: {FEEDS} feeds on {HOSTS} hosts, {held / FEEDS:.0f} bytes a feed (limit {MEMORY_MAX_BYTES})")

    rounds = 20_000
    taken: list[Turn] = []
    packed = Rhythm.initial(None).packed()

    def take() -> None:
        taken.extend(timetable.take(now + 300, 1))

    def ended() -> None:
        feed_id, host = taken.pop()
        timetable.done(feed_id, host, now)
        timetable.put(feed_id, Place(host, host, shard_of(host)), now + 400)

    def priced() -> None:
        budget.put(chance.choice(names), chance.expovariate(5000))
        budget.price(now)

    def planned() -> None:
        learned = observed(Rhythm.unpacked(packed), (), since=now - 300, until=now)
        wait_s(learned, now, 100.0, least_s=60.0, most_s=3600.0)
        weight(learned)
        learned.packed()

    operations: dict[str, Callable[[], None]] = {
        "take a due feed": take,
        "end a poll": ended,
        "budget and price": priced,
        "learn, plan, pack": planned,
    }
    worst = 0.0
    for name, operation in operations.items():
        started = time.process_time()
        for _ in range(rounds):
            operation()
        spent_us = (time.process_time() - started) / rounds * 1e6
        worst = max(worst, spent_us / (4 if name == "learn, plan, pack" else 1))
        print(f"  {name:20} {spent_us:6.1f} us")
    assert held / FEEDS < MEMORY_MAX_BYTES
    assert worst < OPERATION_MAX_US


async def test_polls_a_second_over_loopback(servers: EmbeddedServers) -> None:
    """Feeds that all answer 304, with real sockets and a real database: polls for each second of one core's time."""
    with _responder() as port:
        async with opened(
            servers.fresh_database(),
            INGEST_INTERVAL_S="2",
            INGEST_INTERVAL_LEAST_S="2",
            INGEST_INTERVAL_MOST_S="2",
            INGEST_CONCURRENCY="100",
        ) as desk:
            await _subscribed(desk.database, port)
            life = process()
            desk.clock = utc_now
            with configured("bench", "error"):
                running = asyncio.create_task(ingest(desk.tools(life), life))
                while sum(desk.counts.values()) < POLLED * 2.2:  # noqa: ASYNC110 - counts are no event
                    await asyncio.sleep(0.2)
                before, started, clock = desk.counts["feed.unchanged"], time.process_time(), time.perf_counter()
                await asyncio.sleep(SECONDS)
                polls = desk.counts["feed.unchanged"] - before
                spent, passed = time.process_time() - started, time.perf_counter() - clock
                life.stopping.set()
                await running
    print(f"\npoll-scale: {polls / passed:.0f} polls/s by the clock, {polls / spent:.0f} a second of one core's time")
    assert polls / spent >= POLLS_LEAST


async def _subscribed(database: Database, port: int) -> None:
    await migrate(database, schema="ingest", folder=MIGRATIONS)
    now = utc_now() - timedelta(seconds=1)
    rows: list[tuple[object, ...]] = []
    for number in range(POLLED):
        host = f"127.9.{number // 250}.{number % 250 + 1}"
        rows.append((f"{number:016x}", f"http://{host}:{port}/feed", host, host, shard_of(host), now))
    await database.executemany(
        "INSERT INTO ingest.feeds (feed_id, url, host, domain, shard, added_at, next_poll_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $6)",
        rows,
    )


@contextmanager
def _responder() -> Iterator[int]:
    """Run a site that has no news in a process of its own; gives its port."""
    listening = socket.create_server(("0.0.0.0", 0), backlog=1024)
    site = multiprocessing.get_context("fork").Process(target=_respond, args=(listening,), daemon=True)
    site.start()
    try:
        yield listening.getsockname()[1]
    finally:
        site.kill()
        site.join()
        listening.close()


def _respond(listening: socket.socket) -> None:
    class Conversation(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.write(NO_NEWS if b"If-None-Match" in data else NEWS)
            self.transport.close()

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Conversation, sock=listening)
        await server.serve_forever()

    asyncio.run(serve())
