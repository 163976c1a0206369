"""A desk: extract's work with real HTTP, a real PostgreSQL and real worker processes; the broker is in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from schemas.v1 import Article, Entry
from services.extract import state
from services.extract.app import Extraction, tools_of
from services.extract.settings import ExtractSettings
from services.kit.archive.writer import Archive
from services.kit.clock import Clock
from services.kit.db import Database, migrate
from services.kit.kafka.memory import MemoryBroker
from services.kit.kafka.messages import Outgoing, Received, decode, outgoing
from services.kit.outage import Outages
from services.kit.pool import WorkerPool
from tests.fakes.articles import SEEN
from tests.fakes.runs import PREFIX, consuming, records
from tests.fakes.site import Site

LOOPBACK = "127.0.0.1/32"


@dataclass
class Desk:
    """What the tests use: the broker, the site, and the service's parts."""

    site: Site
    pool: WorkerPool
    database: Database
    environ: dict[str, str]
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    outages: Outages = field(default_factory=lambda: Outages(asyncio.Event()))
    clock: Clock = lambda: SEEN

    def extraction(
        self, *, pool: WorkerPool | None = None, database: Database | None = None, archive: Archive | None = None
    ) -> Extraction:
        """Return the service's work, as one process would do it."""
        settings = ExtractSettings.load(self.environ)
        tools = tools_of(
            settings,
            pool or self.pool,
            database or self.database,
            self.broker.producer(),
            self.outages,
            retry_first_s=0.05,
            clock=self.clock,
            archive=archive,
        )
        return Extraction(tools, settings)

    async def send(self, *entries: Entry, key: str | None = None) -> None:
        """Put entries on their topic, each with a key of its own unless one is given."""
        for number, one in enumerate(entries):
            await self.broker.producer().send(message(one, key or f"k{number}"))

    async def articles(self, count: int = 1) -> list[Article]:
        """Run the service until there are so many articles."""
        async with consuming(self.broker, [ENTRIES], self.extraction().handle):
            return [decode(one, Article) for one in await records(self.broker, ARTICLES, count)]

    async def failure(self) -> Received:
        """Run the service until one entry has failed."""
        async with consuming(self.broker, [ENTRIES], self.extraction().handle):
            (one,) = await records(self.broker, FAILURES, 1)
        assert not self.broker.records(ARTICLES.name(PREFIX))
        return one


@asynccontextmanager
async def opened(site: Site, pool: WorkerPool, database: str, **settings: str) -> AsyncIterator[Desk]:
    """Give a desk with an empty memory, which asks no host to wait and gives up at the second trouble."""
    environ = {
        "DATELINE_DATABASE_URL": database,
        "DATELINE_HTTP_ALLOWED_NETWORKS": LOOPBACK,
        "DATELINE_EXTRACT_HOST_GAP_S": "0",
        "DATELINE_EXTRACT_ATTEMPTS": "2",
        **{f"DATELINE_{name}": value for name, value in settings.items()},
    }
    async with Database.connect(ExtractSettings.load(environ)) as connected:
        await migrate(connected, schema="extract", folder=state.MIGRATIONS)
        yield Desk(site, pool, connected, environ)


def message(one: Entry, key: str) -> Outgoing:
    """Return an entry as ingest sends it."""
    return outgoing(
        ENTRIES,
        PREFIX,
        key=key,
        record=one,
        event_id=one.entry_id,
        source="test",
        trace_id=one.trace_id,
        now=SEEN,
    )


def page(title: str = "Ferries sail again", *, said: str = "next week", canonical: str | None = None) -> str:
    """Return a page with an article."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(
        f"<p>Paragraph {number}: the ferries from the old harbour will sail again {said}, said the port's spokeswoman, "
        "and all tickets that were sold before the strike stay good until the end of the season.</p>"
        for number in range(5)
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{link}</head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )
