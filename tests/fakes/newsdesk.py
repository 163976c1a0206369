"""An ingester that polls when told: real HTTP on loopback, a real PostgreSQL, the broker in memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from schemas.topics import ENTRIES
from schemas.v1 import Entry
from services.ingest import state
from services.ingest.app import ingest
from services.ingest.feeds import warm
from services.ingest.memory import Feed
from services.ingest.reach import Reach
from services.ingest.settings import IngestSettings
from services.ingest.subscriptions import add_feed, list_feeds
from services.ingest.tools import Fetches, Tools
from services.kit.archive.writer import Archive
from services.kit.clock import Clock
from services.kit.db import Database, migrate
from services.kit.http.fetch import Fetcher
from services.kit.kafka.memory import MemoryBroker
from services.kit.kafka.messages import decode
from services.kit.pool import WorkerPool
from services.kit.run import Process
from tests.fakes.feeds import NOW
from tests.fakes.process import process
from tests.fakes.site import Site

TOPIC = ENTRIES.name("news")
INTERVAL = timedelta(seconds=300)
Line = MutableMapping[str, Any]


@dataclass
class Newsdesk:
    """An ingester that polls when told, at a time that the test sets."""

    database: Database
    broker: MemoryBroker
    site: Site
    fetcher: Fetches
    pool: WorkerPool
    environ: dict[str, str]
    now: datetime = NOW
    reach: Reach | None = None
    """What the last process knew of the network."""
    clock: Clock | None = None
    """The clock of the poller instead of `now`."""
    counts: Counter[str] = field(default_factory=Counter)
    archive: Archive | None = None

    def tools(self, life: Process) -> Tools:
        """Return what polls work with; each call is another process as far as claims go."""
        return Tools(
            fetcher=self.fetcher,
            pool=self.pool,
            producer=self.broker.producer(),
            database=self.database,
            outages=life.outages,
            settings=IngestSettings.load(self.environ),
            clock=self.clock or (lambda: self.now),
            counts=self.counts,
            archive=self.archive,
        )

    async def add(self, path: str, body: bytes = b"", **serving: Any) -> str:
        """Serve a feed and subscribe to it."""
        url = self.serve(path, body, **serving)
        await add_feed(self.database, url, now=self.now)
        return url

    def serve(self, path: str, body: bytes, **serving: Any) -> str:
        """Serve a feed."""
        return self.site.serve(path, body, **{"content_type": "application/rss+xml", **serving})

    async def feed(self) -> Feed:
        """Return the only subscription."""
        (feed,) = await list_feeds(self.database)
        return feed

    async def polled(self, *, times: int = 1) -> list[Line]:
        """Have each feed polled once, so many times an interval apart; return what was logged."""
        lines: list[Line] = []
        for _ in range(times):
            feeds = [feed for feed in await list_feeds(self.database) if feed.active]
            self.now = max(self.now + timedelta(seconds=1), *(feed.next_poll_at for feed in feeds))
            with capture_logs() as captured:
                await self.run(until=lambda: self._all_polled(self.now))
            lines += captured
        return lines

    async def polled_by_one(self, *, times: int = 1) -> None:
        """Have each feed polled so many times, all by one process: what it knows of the past is kept."""
        life = process()
        running = asyncio.create_task(ingest(self._kept(life), life))
        try:
            for _ in range(times):
                feeds = await list_feeds(self.database)
                self.now = max(self.now + timedelta(seconds=1), *(feed.next_poll_at for feed in feeds))
                async with asyncio.timeout(20):
                    while not await self._all_polled(self.now):  # noqa: ASYNC110 - what is waited for has no event
                        await asyncio.sleep(0.01)
        finally:
            life.stopping.set()
            await running

    def _kept(self, life: Process) -> Tools:
        """Return tools that go on with what the last ones knew of the network."""
        tools = self.tools(life)
        self.reach = tools.reach if self.reach is None else self.reach
        return replace(tools, reach=self.reach)

    async def run(self, until: Callable[[], Awaitable[bool]]) -> None:
        """Run the service until something is the case."""
        life = process()
        running = asyncio.create_task(ingest(self.tools(life), life))
        try:
            async with asyncio.timeout(20):
                while not running.done() and not await until():  # noqa: ASYNC110 - what is waited for has no event
                    await asyncio.sleep(0.01)
        finally:
            life.stopping.set()
            await running

    async def told(self, lines: list[Line], count: int) -> bool:
        """Tell whether so many polls have ended."""
        return len(polls(lines)) >= count

    async def rested(self) -> bool:
        """Wait until the service has looked at what is due, some times over."""
        await asyncio.sleep(0.3)
        return True

    async def _all_polled(self, since: datetime) -> bool:
        feeds = [feed for feed in await list_feeds(self.database) if feed.active or feed.gone]
        return all(feed.last_polled_at and feed.last_polled_at >= since for feed in feeds)

    def entries(self) -> list[Entry]:
        """Return everything on the topic."""
        return [decode(one, Entry) for one in self.broker.records(TOPIC)]


@asynccontextmanager
async def opened(database: str, **settings: str) -> AsyncIterator[Newsdesk]:
    """Open a newsdesk on a database of its own."""
    environ = {
        "DATELINE_DATABASE_URL": database,
        "DATELINE_HTTP_ALLOWED_NETWORKS": "127.0.0.0/8",
        "DATELINE_INGEST_HOST_GAP_S": "0",
        "DATELINE_INGEST_JITTER": "0",
        "DATELINE_INGEST_INTERVAL_LEAST_S": "300",
        "DATELINE_INGEST_INTERVAL_MOST_S": "300",
        **{f"DATELINE_{name}": value for name, value in settings.items()},
    }
    loaded = IngestSettings.load(environ)
    pool = WorkerPool(workers=1, deadline_s=loaded.ingest_parse_deadline_s, warm=warm, name="feeds")
    async with Database.connect(loaded) as connected, Site() as site, Fetcher(loaded) as fetcher, pool:
        await migrate(connected, schema="ingest", folder=state.MIGRATIONS)
        yield Newsdesk(connected, MemoryBroker(), site, fetcher, pool, environ)


def named(lines: list[Line], action: str) -> list[Line]:
    """Return the lines of one kind of event."""
    return [line for line in lines if line["event"] == action]


def polls(lines: list[Line]) -> list[str]:
    """Return the terminal events of polls."""
    return [line["event"] for line in lines if line.get("terminal") and line["event"].startswith("feed.")]
