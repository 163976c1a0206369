"""The extract service: from `entries` to `articles`."""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from schemas.topics import ARTICLES, ENTRIES, EXTRACT_RETRIES, FAILURES
from schemas.v1 import Archived, Article, Entry
from services.extract import outlets, state, tdm
from services.extract.blocked import Blocked
from services.extract.circumstances import Circumstances, Outcome, http_of, published
from services.extract.events import ArticlePublished, PageBlocked
from services.extract.feed_item import read_item
from services.extract.page import PageContent, warm
from services.extract.politeness import RETRY_FIRST_S, Politeness
from services.extract.reading import Reader
from services.extract.record import article_from
from services.extract.settings import ExtractSettings
from services.extract.sites import Site, Sites
from services.extract.tally import Tally
from services.extract.tdm import Stated
from services.kit.archive.writer import Archive, opened
from services.kit.clock import Clock, utc_now
from services.kit.db import Database, migrate
from services.kit.errors import FetchRefused, Rejected, UnitFailed
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
    archive: Archive | None = None
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class _Page:
    """What was learnt of an entry's page. Without `fetched`, it is what the feed itself says."""

    content: PageContent
    url: str
    robots: str | None
    stated: tuple[Stated, ...] = ()
    fetched: Fetched | None = None
    fetched_at: datetime | None = None
    circumstances: Circumstances | None = None
    """What is kept beside the page in the archive."""
    blocked: Blocked | None = None
    """Why the feed had to do, where the site does not show us the page."""


class Extraction:
    """The work for one entry."""

    def __init__(self, tools: Tools, settings: ExtractSettings) -> None:
        self._tools = tools
        self._settings = settings
        self._reader = Reader(tools.pool)

    async def handle(self, received: Received) -> Event:
        """Fetch the entry's page, read it, remember the article, publish it."""
        try:
            end = await self._handled(received)
        except UnitFailed as error:
            self._tools.tally.ended(error)
            raise
        self._tools.tally.ended(end)
        return end

    async def _handled(self, received: Received) -> Event:
        started = time.monotonic()
        entry = decode(received, Entry)
        page = await self._page(entry)
        article = article_from(
            page.content,
            requested_url=entry.url,
            final_url=page.url,
            trace_id=entry.trace_id,
            entry=entry,
            http=http_of(page.fetched) if page.fetched else None,
            robots=page.robots,
            stated=page.stated,
            fetched_at=page.fetched_at,
            extracted_at=self._tools.clock(),
        )
        if page.blocked:
            await self._check_unknown(article, page.blocked)
        now = page.fetched_at or self._tools.clock()
        save = partial(state.save, self._tools.database, article, article.discovered_via[0], now=now)
        settled = await self._tools.outages.ride_out(save)  # here, so that an outage of ours is not a site's load
        article = settled.applied_to(article)
        if page.fetched and page.circumstances:
            kept = await self._keep(page.fetched, page.circumstances, published(settled, article.extracted_at))
            article = article.model_copy(update={"archive": kept})
        await self._publish(article)
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
        fetched = await self._tools.politeness.get(
            entry.url, body_max_bytes=self._settings.extract_body_max_bytes, gap_s=site.delay_s
        )
        fetched_at = self._tools.clock()
        if fetched.redirects and fetched.ok:
            site = await self._tools.sites.of(fetched.url)
            if not await site.allows(fetched.url):
                return await self._from_feed(entry, site)
        by_header, by_robots = tdm.from_headers(fetched.headers, url=fetched.url)
        stated = (by_header, site.stated(fetched.url), by_robots)
        robots = "allowed" if self._settings.extract_robots else None
        circumstances = Circumstances.of(entry, fetched, robots=robots, site_stated=stated[1], fetched_at=fetched_at)
        try:
            content = await self._reader.page(fetched)
        except UnitFailed as problem:
            if fetched.ok and not problem.retryable:  # worth another reading when ours has become better
                await self._keep(fetched, circumstances, Outcome(failure=problem.code))
                _told(self._tools.tally.unread(fetched.url))
            if isinstance(problem, Blocked):
                return await self._despite(problem, entry, site, fetched)
            raise
        _told(self._tools.tally.read(fetched.url, content))
        return _Page(content, fetched.url, robots, stated, fetched, fetched_at, circumstances)

    async def _from_feed(self, entry: Entry, site: Site) -> _Page:
        """Read what the feed says of a page that we may not ask for.

        Raises:
            FetchRefused: `page.robots_disallowed`: it says nothing.

        """
        try:
            content = await self._reader.run(entry.url, read_item, entry)
        except Rejected:
            message = f"by robots.txt of {site.origin}, and the feed has no text"
            raise FetchRefused("page.robots_disallowed", message) from None
        return _Page(content, entry.url, "disallowed", (site.stated(entry.url),))

    async def _despite(self, blocked: Blocked, entry: Entry, site: Site, fetched: Fetched) -> _Page:
        """Read what the feed says of a page that its site does not show us.

        Raises:
            Blocked: it says nothing, or the page may be shown later.

        """
        block = blocked.block
        emit(
            PageBlocked(
                url=redacted(fetched.url),
                status=fetched.status,
                error_code=blocked.code,
                block=block.kind,
                evidence=block.evidence,
            )
        )
        if blocked.retryable:
            raise blocked
        try:
            content = await self._reader.run(entry.url, read_item, entry)
        except Rejected:
            raise blocked from None
        flag = "paywall" if block.kind == "paywall" else "blocked"
        content = replace(content, flags=[*content.flags, flag])
        robots = "allowed" if self._settings.extract_robots else None
        return _Page(content, entry.url, robots, (site.stated(entry.url),), blocked=blocked)

    async def _check_unknown(self, article: Article, blocked: Blocked) -> None:
        """Keep what is known of an article: it is better than what its feed says.

        Raises:
            Blocked: the article is known with other words.

        """
        differs = partial(state.differs, self._tools.database, article)
        if await self._tools.outages.ride_out(differs):
            raise blocked

    async def _keep(self, fetched: Fetched, circumstances: Circumstances, outcome: Outcome) -> Archived | None:
        """Keep a page in the archive, if there is one."""
        archive = self._tools.archive
        if archive is None:
            return None
        capture = circumstances.capture(fetched.body, outcome)
        return await self._tools.outages.ride_out(lambda: archive.keep(capture))

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


def _told(event: Event | None) -> None:
    if event is not None:
        emit(event)


def tools_of(
    settings: ExtractSettings,
    pool: WorkerPool,
    database: Database,
    producer: Producer,
    outages: Outages,
    *,
    retry_first_s: float = RETRY_FIRST_S,
    clock: Clock = utc_now,
    archive: Archive | None = None,
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
    sites = Sites(politeness, robots=settings.extract_robots)
    return Tools(politeness, sites, pool, database, producer, outages, clock, archive)


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
        opened(settings, "extract") as archive,
        KafkaProducer.connect(settings, process.outages) as producer,
    ):
        await process.outages.ride_out(lambda: migrate(database, schema="extract", folder=state.MIGRATIONS))
        tools = tools_of(settings, pool, database, producer, process.outages, archive=archive)
        await process.outages.ride_out(lambda: outlets.load(database, tools.tally))
        runner = Runner(
            KafkaConsumer(settings, group, [ENTRIES.name(prefix), *(delay.topic for delay in delays)]),
            producer,
            Extraction(tools, settings).handle,
            process=process,
            role=Role("extract", group, FAILURES.name(prefix), delays),
            concurrency=settings.extract_concurrency,
            stuck_s=settings.kafka_stuck_s,
        )
        async with outlets.watched(database, tools.tally, window_s=settings.summary_s):
            await runner.run()
