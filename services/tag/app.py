"""The tag service: from `articles` to `tagged`."""

import time
from functools import partial

from schemas.topics import ARTICLES, FAILURES, TAGGED
from schemas.v1 import Article, TaggedArticle, Tags
from services.kit.clock import Clock, utc_now
from services.kit.events import Event
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.messages import Received, decode, outgoing
from services.kit.kafka.outcome import Role
from services.kit.kafka.ports import Producer
from services.kit.kafka.runner import Runner
from services.kit.log import emit
from services.kit.pool import WorkerPool
from services.kit.run import Process
from services.tag.events import ArticleTagged
from services.tag.settings import TagSettings
from services.tag.story import Story
from services.tag.tagger import SourcesBy
from services.tag.work import tags_of, warm


class Tagging:
    """The work for one article."""

    def __init__(
        self,
        *,
        producer: Producer,
        pool: WorkerPool,
        prefix: str,
        sources_by: SourcesBy = "model",
        clock: Clock = utc_now,
    ) -> None:
        self._producer = producer
        self._pool = pool
        self._prefix = prefix
        self._sources_by = sources_by
        self._clock = clock

    async def handle(self, received: Received) -> Event:
        """Tag an article and publish it."""
        started = time.monotonic()
        article = decode(received, Article)
        tags = await self._pool.run(tags_of, Story.of(article), self._sources_by)
        await self._publish(article, tags)
        return ArticleTagged(
            article_id=article.article_id,
            revision=article.revision,
            host=tags.outlet.host.name if tags.outlet and tags.outlet.host else None,
            origin=tags.outlet.origin.name if tags.outlet and tags.outlet.origin else None,
            countries=[country.code for country in tags.regions.countries[:5]] if tags.regions else [],
            sources=len(tags.sources.sources) if tags.sources else 0,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    async def _publish(self, article: Article, tags: Tags) -> None:
        now = self._clock()
        tagged = TaggedArticle(**article.model_dump(), tags=tags, tagged_at=now)
        await self._producer.send(
            outgoing(
                TAGGED,
                self._prefix,
                key=article.article_id,
                record=tagged,
                event_id=f"{article.article_id}.{article.revision}.{len(article.discovered_via)}.tagged",
                source="tag",
                trace_id=article.trace_id,
                now=now,
            )
        )


async def serve(settings: TagSettings, process: Process) -> None:
    """Run until the process stops."""
    prefix = settings.kafka_topic_prefix
    group = f"{settings.kafka_group_prefix}.tag"
    async with (
        WorkerPool(
            workers=settings.tag_workers,
            deadline_s=settings.tag_deadline_s,
            warm=partial(warm, settings.tag_sources),
            name="tag",
            emit=emit,
        ) as pool,
        KafkaProducer.connect(settings, process.outages) as producer,
    ):
        tagging = Tagging(producer=producer, pool=pool, prefix=prefix, sources_by=settings.tag_sources)
        await Runner(
            KafkaConsumer(settings, group, [ARTICLES.name(prefix)]),
            producer,
            tagging.handle,
            process=process,
            role=Role("tag", group, FAILURES.name(prefix)),
            concurrency=settings.tag_concurrency,
            stuck_s=settings.kafka_stuck_s,
        ).run()
