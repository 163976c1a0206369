"""Store: rows that can be written again, failures with their bytes, outcomes of traces. On a real PostgreSQL."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from schemas.topics import FAILURES, TAGGED
from schemas.v1 import Source, SourcesTag, TaggedArticle, Tags
from services.kit.db import Database, migrate
from services.kit.errors import Rejected, SettingsError
from services.kit.kafka.failures import failure
from services.kit.kafka.memory import MemoryBroker
from services.kit.kafka.messages import Outgoing, Partition, Received, outgoing
from services.kit.settings import DatabaseSettings
from services.store.app import Storing
from services.store.sink import MIGRATIONS, Sink
from tests.fakes.articles import SEEN, tagged, trace
from tests.fakes.runs import PREFIX, consuming

FAILURES_TOPIC = FAILURES.name(PREFIX)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Database]:
    """Give a database with the store's tables."""
    async with Database.connect(DatabaseSettings.load({"DATELINE_DATABASE_URL": database})) as connected:
        await migrate(connected, schema="store", folder=MIGRATIONS)
        yield connected


def storing(store: Database) -> Storing:
    """Return the store's work."""
    return Storing(Sink(store), failures_topic=FAILURES_TOPIC, clock=lambda: SEEN)


async def send(broker: MemoryBroker, *articles: TaggedArticle) -> None:
    """Put tagged articles on their topic."""
    for one in articles:
        await broker.producer().send(
            outgoing(
                TAGGED,
                PREFIX,
                key=one.article_id,
                record=one,
                event_id=one.article_id,
                source="test",
                trace_id=one.trace_id,
                now=SEEN,
            )
        )


async def settle(store: Database, broker: MemoryBroker, outcomes: int) -> None:
    """Run the store until so many traces have an outcome."""
    async with consuming(broker, [TAGGED, FAILURES], storing(store).handle):
        while await store.fetchval("SELECT count(*) FROM store.outcomes") != outcomes:
            await broker.arrival(0.02)


def source(number: int, name: str | None) -> Source:
    """Return a source."""
    return Source(id=f"s{number}", name=name, mention=name or "an official", kind="person", anonymous=name is None)


async def test_an_article_is_stored_with_its_sources_and_its_outcome(store: Database) -> None:
    """A tagged article becomes a row that holds the whole record, its sources become rows, its trace is `stored`."""
    broker = MemoryBroker()
    tags = Tags(sources=SourcesTag(sources=[source(1, "Liis Tamm"), source(2, None)]))
    await send(broker, tagged(1, tags))
    await settle(store, broker, 1)
    row = await store.fetchrow("SELECT record, title FROM store.articles")
    assert row is not None
    assert TaggedArticle.model_validate_json(row["record"]) == tagged(1, tags)
    names = await store.fetch("SELECT name, mention FROM store.sources ORDER BY source_id")
    assert [tuple(one) for one in names] == [("Liis Tamm", "Liis Tamm"), (None, "an official")]
    assert await store.fetchval("SELECT outcome FROM store.outcomes WHERE trace_id = $1", trace(1)) == "stored"


async def test_a_repeat_changes_nothing_and_a_revision_adds_a_row(store: Database) -> None:
    """The same record twice is one row; another revision is another row, and the view shows the newest."""
    broker = MemoryBroker()
    await send(broker, tagged(1), tagged(1), tagged(1, revision=2, title="Ferries stop again", trace_id=trace(2)))
    await settle(store, broker, 2)
    assert await store.fetchval("SELECT count(*) FROM store.articles") == 2
    assert await store.fetchval("SELECT title FROM store.latest") == "Ferries stop again"


async def test_older_tags_do_not_replace_newer_ones(store: Database) -> None:
    """When a repeat arrives late, the row with the newer tags stays."""
    sink = Sink(store)
    await sink.article(tagged(1, title="newer", tagged_at=SEEN + timedelta(hours=1)))
    await sink.article(tagged(1, title="older", tagged_at=SEEN))
    assert await store.fetchval("SELECT title FROM store.articles") == "newer"


async def test_a_failure_keeps_the_original_bytes(store: Database) -> None:
    """A record of the failures topic is stored with its bytes, its reason and its trace, once."""
    broker = MemoryBroker()
    traceparent = f"00-{trace(7)}-{'1' * 16}-01".encode()
    original = Received(Partition("news.entries", 1), 5, b"k", b"\x00\xff", (("traceparent", traceparent),))
    message = failure(
        original,
        Rejected("page.no_text", "nothing\x00there"),
        topic=FAILURES_TOPIC,
        stage="extract",
        group="g",
        version="1",
        now=SEEN,
    )
    await broker.producer().send(message)
    await broker.producer().send(message)
    await settle(store, broker, 1)
    (row,) = await store.fetch("SELECT * FROM store.failures")
    assert (row["value"], row["key"], row["code"], row["stage"]) == (b"\x00\xff", b"k", "page.no_text", "extract")
    assert dict(json.loads(row["headers"]))["dlq-original-offset"] == "5"
    outcome = await store.fetchrow("SELECT outcome, code FROM store.outcomes WHERE trace_id = $1", trace(7))
    assert outcome is not None
    assert tuple(outcome) == ("failed", "page.no_text")


async def test_a_failure_record_without_headers_is_stored_all_the_same(store: Database) -> None:
    """Whatever somebody puts on the failures topic ends as a row, never as a loop."""
    broker = MemoryBroker()
    await broker.producer().send(Outgoing(FAILURES_TOPIC, None, None))
    await settle(store, broker, 1)
    assert await store.fetchval("SELECT code FROM store.failures") == "unknown"


async def test_a_success_stands_against_a_later_failure(store: Database) -> None:
    """A repeat that fails does not turn a stored trace into a failed one; a success does replace a failure."""
    broker = MemoryBroker()
    sink = Sink(store)
    await sink.article(tagged(1))
    lost = Received(Partition("t", 0), 1, b"k", b"v", (("traceparent", f"00-{trace(1)}-{'1' * 16}-01".encode()),))
    await broker.producer().send(
        failure(lost, Rejected("x.y"), topic=FAILURES_TOPIC, stage="s", group="g", version="1", now=SEEN)
    )
    async with consuming(broker, [FAILURES], storing(store).handle):
        while not await store.fetchval("SELECT count(*) FROM store.failures"):
            await broker.arrival(0.02)
    assert await store.fetchval("SELECT outcome FROM store.outcomes") == "stored"


async def test_text_that_postgresql_cannot_hold_is_stored_readably(store: Database) -> None:
    """NUL characters in any text become replacement characters; a backslash before `u0000` stays what it is."""
    await Sink(store).article(tagged(1, title="a\x00b", text="literal \\u0000 and \x00"))
    row = await store.fetchrow("SELECT title, record ->> 'text' AS text FROM store.articles")
    assert row is not None
    assert tuple(row) == ("a\N{REPLACEMENT CHARACTER}b", "literal \\u0000 and \N{REPLACEMENT CHARACTER}")


async def test_an_undecodable_record_is_a_failure_and_the_next_one_is_stored(store: Database) -> None:
    """Poison on the topic costs one failure; the stream goes on."""
    broker = MemoryBroker()
    await broker.producer().send(Outgoing(TAGGED.name(PREFIX), b"a1", b"{not json"))
    await send(broker, tagged(1))
    await settle(store, broker, 2)
    assert await store.fetchval("SELECT code FROM store.failures") == "record.invalid"
    assert await store.fetchval("SELECT count(*) FROM store.articles") == 1


async def test_migrations_run_once_and_a_newer_database_is_refused(store: Database) -> None:
    """A second start changes nothing; code that is older than the database refuses to start."""
    await migrate(store, schema="store", folder=MIGRATIONS)
    steps = len(list(MIGRATIONS.glob("*.sql")))
    assert await store.fetchval("SELECT count(*) FROM store.migrations") == steps
    await store.execute("INSERT INTO store.migrations (version, name) VALUES (9999, 'from_the_future')")
    with pytest.raises(SettingsError, match="9999"):
        await migrate(store, schema="store", folder=MIGRATIONS)
