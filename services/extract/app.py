"""The extract service: from `entries` to `articles`."""

import asyncio
import time
from dataclasses import dataclass
from functools import partial

from schemas.topics import ARTICLES, ENTRIES, EXTRACT_RETRIES, FAILURES
from schemas.v1 import Article, Entry, Http
from services.extract import state
from services.extract.events import ArticlePublished, PageRetried
from services.extract.page import read_page, warm
from services.extract.record import article_from
from services.extract.settings import ExtractSettings
from services.kit.clock import Clock, utc_now
from services.kit.db import Database, migrate
from services.kit.errors import FetchFailed
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
from services.kit.urls import host_of, redacted

GONE = (404, 410)
PASSING = (408, 425, 429, 500, 502, 503, 504)
RETRY_FIRST_S = 1.0
RETRY_LONGEST_S = 10.0


@dataclass(frozen=True, slots=True)
class Tools:
    """What extraction needs of the world."""

    fetcher: Fetcher
    pool: WorkerPool
    database: Database
    producer: Producer
    outages: Outages
    pace: Pace
    clock: Clock = utc_now


class Extraction:
    """The work for one entry."""

    def __init__(self, tools: Tools, settings: ExtractSettings) -> None:
        self._tools = tools
        self._settings = settings

    async def handle(self, received: Received) -> Event:
        """Fetch the entry's page, read it, remember the article, publish it."""
        started = time.monotonic()
        entry = decode(received, Entry)
        fetched = await self._fetch(entry.url)
        fetched_at = self._tools.clock()
        reading = partial(read_page, url=fetched.url, content_type=fetched.content_type, charset=fetched.charset)
        content = await self._tools.pool.run(reading, fetched.body)
        article = article_from(
            content,
            requested_url=entry.url,
            final_url=fetched.url,
            trace_id=entry.trace_id,
            entry=entry,
            http=_http(fetched),
            fetched_at=fetched_at,
            extracted_at=self._tools.clock(),
        )
        save = partial(state.save, self._tools.database, article, article.discovered_via[0], now=fetched_at)
        settled = await self._tools.outages.ride_out(save)  # here, so that an outage of ours is not a site's load
        await self._publish(settled.applied_to(article))
        return ArticlePublished(
            article_id=article.article_id,
            revision=settled.revision,
            change=settled.change,
            url=redacted(article.url.canonical),
            method=content.method,
            words=article.word_count,
            fetch_ms=fetched.elapsed_ms,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    async def _fetch(self, url: str) -> Fetched:
        """Ask for the page, again while its trouble may pass."""
        wait_s = RETRY_FIRST_S
        for attempt in range(1, self._settings.extract_attempts + 1):
            try:
                await self._tools.pace.turn(host_of(url))
                return _usable(await self._tools.fetcher.get(url, body_max_bytes=self._settings.extract_body_max_bytes))
            except FetchFailed as error:
                if not error.retryable or attempt == self._settings.extract_attempts:
                    raise
                emit(PageRetried(url=redacted(url), error_code=error.code, attempt=attempt, wait_s=wait_s))
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 3, RETRY_LONGEST_S)
        raise AssertionError("the last attempt returns or raises")

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
        Fetcher(settings) as fetcher,
        KafkaProducer.connect(settings, process.outages) as producer,
    ):
        await process.outages.ride_out(lambda: migrate(database, schema="extract", folder=state.MIGRATIONS))
        tools = Tools(fetcher, pool, database, producer, process.outages, Pace(settings.extract_host_gap_s))
        await Runner(
            KafkaConsumer(settings, group, [ENTRIES.name(prefix), *(delay.topic for delay in delays)]),
            producer,
            Extraction(tools, settings).handle,
            process=process,
            role=Role("extract", group, FAILURES.name(prefix), delays),
            concurrency=settings.extract_concurrency,
            stuck_s=settings.kafka_stuck_s,
        ).run()
