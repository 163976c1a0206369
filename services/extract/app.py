"""The extract service: from `entries` to `articles`."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from schemas.topics import ARTICLES, ENTRIES, EXTRACT_RETRIES, FAILURES
from schemas.v1 import Article, Entry, Http
from services.extract import state, tdm
from services.extract.events import ArticlePublished
from services.extract.feed_item import read_item
from services.extract.page import PageContent, read_page, warm
from services.extract.politeness import PASSING, RETRY_FIRST_S, Politeness
from services.extract.record import article_from
from services.extract.settings import ExtractSettings
from services.extract.sites import Site, Sites
from services.extract.tdm import Stated
from services.kit.clock import Clock, utc_now
from services.kit.db import Database, migrate
from services.kit.errors import FetchFailed, FetchRefused, Rejected
from services.kit.events import Event
from services.kit.http import Fetched, Fetcher
from services.kit.http.pace import Pace
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.delays import delays_of
from services.kit.kafka.messages import Received, decode, outgoing
from services.kit.kafka.outcome import Role
from services.kit.kafka.ports import Producer
from services.kit.kafka.runner import Runner
from services.kit.log import emit
from services.kit.outage import Outages
from services.kit.pool import WorkerPool
from services.kit.run import Process
from services.kit.urls import redacted

GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True)
class Tools:
    """What extraction needs of the world."""

    politeness: Politeness
    sites: Sites
    pool: WorkerPool
    database: Database
    producer: Producer
    outages: Outages
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class _Page:
    """What was learnt of an entry's page. Without `fetched`, it is what the feed itself says."""

    content: PageContent
    url: str
    robots: str | None
    stated: tuple[Stated, ...] = ()
    fetched: Fetched | None = None
    fetched_at: datetime | None = None


class Extraction:
    """The work for one entry."""

    def __init__(self, tools: Tools, settings: ExtractSettings) -> None:
        self._tools = tools
        self._settings = settings

    async def handle(self, received: Received) -> Event:
        """Fetch the entry's page, read it, remember the article, publish it."""
        started = time.monotonic()
        entry = decode(received, Entry)
        page = await self._page(entry)
        article = article_from(
            page.content,
            requested_url=entry.url,
            final_url=page.url,
            trace_id=entry.trace_id,
            entry=entry,
            http=_http(page.fetched) if page.fetched else None,
            robots=page.robots,
            stated=page.stated,
            fetched_at=page.fetched_at,
            extracted_at=self._tools.clock(),
        )
        now = page.fetched_at or self._tools.clock()
        save = partial(state.save, self._tools.database, article, article.discovered_via[0], now=now)
        settled = await self._tools.outages.ride_out(save)  # here, so that an outage of ours is not a site's load
        await self._publish(settled.applied_to(article))
        return ArticlePublished(
            article_id=article.article_id,
            revision=settled.revision,
            change=settled.change,
            url=redacted(article.url.canonical),
            method=page.content.method,
            words=article.word_count,
            fetch_ms=page.fetched.elapsed_ms if page.fetched else 0,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    async def _page(self, entry: Entry) -> _Page:
        """Fetch and read the page, if its site lets us.

        Raises:
            UnitFailed: there is no page, or nothing to read on it.

        """
        site = await self._tools.sites.of(entry.url)
        if not await site.allows(entry.url):
            return await self._from_feed(entry, site)
        fetched = _usable(
            await self._tools.politeness.get(
                entry.url, body_max_bytes=self._settings.extract_body_max_bytes, gap_s=site.delay_s
            )
        )
        fetched_at = self._tools.clock()
        if fetched.redirects:
            site = await self._tools.sites.of(fetched.url)
            if not await site.allows(fetched.url):
                return await self._from_feed(entry, site)
        by_header, by_robots = tdm.from_headers(fetched.headers, url=fetched.url)
        reading = partial(read_page, url=fetched.url, content_type=fetched.content_type, charset=fetched.charset)
        content = await self._tools.pool.run(reading, fetched.body)
        stated = (by_header, site.stated(fetched.url), by_robots)
        robots = "allowed" if self._settings.extract_robots else None
        return _Page(content, fetched.url, robots, stated, fetched, fetched_at)

    async def _from_feed(self, entry: Entry, site: Site) -> _Page:
        """Read what the feed says of a page that we may not ask for.

        Raises:
            FetchRefused: `page.robots_disallowed`: it says nothing.

        """
        try:
            content = await self._tools.pool.run(read_item, entry)
        except Rejected:
            message = f"by robots.txt of {site.origin}, and the feed has no text"
            raise FetchRefused("page.robots_disallowed", message) from None
        return _Page(content, entry.url, "disallowed", (site.stated(entry.url),))

    async def _publish(self, article: Article) -> None:
        message = outgoing(
            ARTICLES,
            self._settings.kafka_topic_prefix,
            key=article.article_id,
            record=article,
            event_id=f"{article.article_id}.{article.revision}.{len(article.discovered_via)}",
            source="extract",
            trace_id=article.trace_id,
            now=self._tools.clock(),
        )
        await self._tools.outages.ride_out(lambda: self._tools.producer.send(message))


def _http(fetched: Fetched) -> Http:
    return Http(status=fetched.status, etag=fetched.etag, last_modified=fetched.last_modified, bytes=len(fetched.body))


def _usable(fetched: Fetched) -> Fetched:
    """Let only an answer with a page through."""
    if fetched.status == 200:  # noqa: PLR2004 - the HTTP status
        return fetched
    code = "page.gone" if fetched.status in GONE else "page.refused"
    raise FetchFailed(code, f"HTTP status {fetched.status}", retryable=fetched.status in PASSING)


def tools_of(
    settings: ExtractSettings,
    pool: WorkerPool,
    database: Database,
    producer: Producer,
    outages: Outages,
    *,
    retry_first_s: float = RETRY_FIRST_S,
    clock: Clock = utc_now,
) -> Tools:
    """Return the tools of one process. Hosts are paced within it."""
    pace = Pace(settings.extract_host_gap_s)
    politeness = Politeness(
        Fetcher(settings),
        pace,
        timeout_s=settings.http_timeout_s,
        attempts=settings.extract_attempts,
        retry_first_s=retry_first_s,
        clock=clock,
    )
    return Tools(
        politeness, Sites(politeness, robots=settings.extract_robots), pool, database, producer, outages, clock
    )


async def serve(settings: ExtractSettings, process: Process) -> None:
    """Run until the process stops."""
    prefix = settings.kafka_topic_prefix
    group = f"{settings.kafka_group_prefix}.extract"
    delays = delays_of(EXTRACT_RETRIES, prefix)
    async with (
        Database.connect(settings) as database,
        WorkerPool(
            workers=settings.extract_workers, deadline_s=settings.extract_deadline_s, warm=warm, name="page", emit=emit
        ) as pool,
        KafkaProducer.connect(settings, process.outages) as producer,
    ):
        await process.outages.ride_out(lambda: migrate(database, schema="extract", folder=state.MIGRATIONS))
        tools = tools_of(settings, pool, database, producer, process.outages)
        await Runner(
            KafkaConsumer(settings, group, [ENTRIES.name(prefix), *(delay.topic for delay in delays)]),
            producer,
            Extraction(tools, settings).handle,
            process=process,
            role=Role("extract", group, FAILURES.name(prefix), delays),
            concurrency=settings.extract_concurrency,
            stuck_s=settings.kafka_stuck_s,
        ).run()
