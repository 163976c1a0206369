"""The store service: from `tagged` and `failures` to PostgreSQL."""

from schemas.topics import FAILURES, TAGGED
from schemas.v1 import TaggedArticle
from services.kit.clock import Clock, utc_now
from services.kit.db import Database, migrate
from services.kit.events import Event
from services.kit.kafka.client import KafkaConsumer, KafkaProducer
from services.kit.kafka.messages import Received, decode
from services.kit.kafka.outcome import Role
from services.kit.kafka.runner import Runner
from services.kit.run import Process
from services.store.events import ArticleStored, FailureStored
from services.store.settings import StoreSettings
from services.store.sink import MIGRATIONS, Sink, failure_of


class Storing:
    """The work for one record of either topic."""

    def __init__(self, sink: Sink, *, failures_topic: str, clock: Clock = utc_now) -> None:
        self._sink = sink
        self._failures_topic = failures_topic
        self._clock = clock

    async def handle(self, received: Received) -> Event:
        """Write a tagged article or a failure."""
        if received.partition.topic == self._failures_topic:
            failure = failure_of(received, self._clock())
            await self._sink.failure(failure)
            return FailureStored(stage=failure.stage, code=failure.code)
        tagged = decode(received, TaggedArticle)
        await self._sink.article(tagged)
        seen_at = tagged.feed_seen_at
        age_s = round((self._clock() - seen_at).total_seconds(), 3) if seen_at else None
        return ArticleStored(article_id=tagged.article_id, revision=tagged.revision, age_s=age_s)


async def serve(settings: StoreSettings, process: Process) -> None:
    """Run until the process stops."""
    prefix = settings.kafka_topic_prefix
    group = f"{settings.kafka_group_prefix}.store"
    failures_topic = FAILURES.name(prefix)
    async with Database.connect(settings) as database, KafkaProducer.connect(settings, process.outages) as producer:
        await process.outages.ride_out(lambda: migrate(database, schema="store", folder=MIGRATIONS))
        await Runner(
            KafkaConsumer(settings, group, [TAGGED.name(prefix), failures_topic]),
            producer,
            Storing(Sink(database), failures_topic=failures_topic).handle,
            process=process,
            role=Role("store", group, failures_topic),
            concurrency=settings.store_concurrency,
            stuck_s=settings.kafka_stuck_s,
        ).run()
