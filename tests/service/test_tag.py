"""Tag as a service: the real taggers in a worker process, the broker in memory."""

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, FAILURES, TAGGED
from schemas.v1 import Article, Byline, TaggedArticle
from schemas.v1.article import Publisher
from schemas.v1.base import Span
from services.kit.kafka.memory import MemoryBroker
from services.kit.kafka.messages import Outgoing, Received, outgoing
from services.kit.pool import WorkerPool
from services.tag.app import Tagging
from services.tag.tagger import VERSIONS
from services.tag.work import warm
from tests.fakes.articles import SEEN, article, trace
from tests.fakes.runs import PREFIX, consuming, records

pytestmark = pytest.mark.asyncio(loop_scope="module")  # loading the taggers takes a second: one pool for all
TEXT = (
    "HELSINKI (Reuters) - Ferries from Tallinn will sail again on Friday, the port's spokeswoman Liis Tamm said.\n"
    "“We have waited for this for a week,” Tamm told Reuters.\n"
    "According to the Estonian Transport Administration, the strike cost two million euros."
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    """Give one worker with the taggers loaded."""
    async with WorkerPool(workers=1, deadline_s=20, warm=partial(warm, "model"), name="tag") as started:
        yield started


def told(**said: Any) -> Article:
    """Return an article with something to tag."""
    fields: dict[str, Any] = {
        "text": TEXT,
        "title": "Ferries to sail again after strike",
        "summary": "The strike is over.",
        "authors": ["Kaisa Rand"],
        "keywords": ["ferries"],
        "language": "en",
        "published_at": SEEN,
        "published_precision": "second",
        "published_origin": "page",
        "publisher": Publisher(name="Baltic Ledger", domain="outlet.example"),
        "byline": Byline(text="By Reuters", origin="page"),
    }
    return article(1, **{**fields, **said})


async def send(broker: MemoryBroker, one: Article, **fields: Any) -> None:
    """Put an article on its topic, with fields that the model does not know."""
    value = json.dumps({**one.model_dump(mode="json"), **fields}).encode()
    sent = outgoing(
        ARTICLES,
        PREFIX,
        key=one.article_id,
        record=one,
        event_id=f"{one.article_id}.{one.revision}",
        source="test",
        trace_id=one.trace_id,
        now=SEEN,
    )
    await broker.producer().send(Outgoing(sent.topic, sent.key, value, sent.headers))


async def tagged(pool: WorkerPool, broker: MemoryBroker, count: int = 1) -> list[Received]:
    """Run the service until so many records are tagged."""
    tagging = Tagging(producer=broker.producer(), pool=pool, prefix=PREFIX, clock=lambda: SEEN)
    async with consuming(broker, [ARTICLES], tagging.handle):
        return await records(broker, TAGGED, count)


async def failed(pool: WorkerPool, broker: MemoryBroker) -> Received:
    """Run the service until one record has failed."""
    tagging = Tagging(producer=broker.producer(), pool=pool, prefix=PREFIX, clock=lambda: SEEN)
    async with consuming(broker, [ARTICLES], tagging.handle):
        (one,) = await records(broker, FAILURES, 1)
    return one


def spans(value: object) -> list[Span]:
    """Return every span that stands anywhere in a record."""
    if isinstance(value, Span):
        return [value]
    if isinstance(value, list):
        return [one for inner in value for one in spans(inner)]
    if hasattr(value, "__pydantic_fields__"):
        return [one for name in type(value).__pydantic_fields__ for one in spans(getattr(value, name))]
    return []


async def test_a_tagged_article_is_complete_in_itself(pool: WorkerPool) -> None:
    """Whoever reads the tags needs no other topic: every field of the article is there, unchanged."""
    broker = MemoryBroker()
    await send(broker, told())
    (received,) = await tagged(pool, broker)
    record = TaggedArticle.model_validate_json(received.value or b"")
    assert Article.model_validate(record.model_dump()) == told()
    assert record.tagged_at == SEEN


async def test_tags_are_found_and_every_span_quotes_the_text(pool: WorkerPool) -> None:
    """Each of the four taggers found something, and what it says of the text stands there."""
    broker = MemoryBroker()
    await send(broker, told())
    (received,) = await tagged(pool, broker)
    record = TaggedArticle.model_validate_json(received.value or b"")
    tags = record.tags
    assert tags.outlet is not None
    assert tags.outlet.origin is not None
    assert tags.outlet.origin.name == "Reuters"
    assert tags.date is not None
    assert tags.date.published_at == SEEN
    assert tags.regions is not None
    assert {"FI", "EE"} <= {one.code for one in tags.regions.countries}
    assert tags.sources is not None
    assert "Liis Tamm" in {one.name for one in tags.sources.sources}
    found = spans(tags)
    assert len(found) >= 5
    assert all(TEXT[one.start : one.end] == one.text for one in found)
    assert all(TEXT[one.start : one.end] == one.text for one in tags.outlet.evidence if one.start is not None)


async def test_versions_trace_and_id_say_where_the_tags_come_from(pool: WorkerPool) -> None:
    """Each tagger's version stands in the record; key, trace and event id follow from the article."""
    broker = MemoryBroker()
    await send(broker, told(revision=3))
    with capture_logs() as lines:
        (received,) = await tagged(pool, broker)
    record = TaggedArticle.model_validate_json(received.value or b"")
    assert record.tags.taggers == VERSIONS
    assert (received.key, received.trace_id) == (b"a1", trace(1))
    assert received.header("ce_id") == "a1.3.1.tagged"
    assert received.header("ce_type") == "dateline.tagged.v1"
    (line,) = [line for line in lines if line.get("terminal")]
    assert (line["event"], line["article_id"], line["revision"]) == ("article.tagged", "a1", 3)


async def test_the_same_article_gives_the_same_tags(pool: WorkerPool) -> None:
    """A repeat is the same record again, and the order of the stream is kept for one article."""
    broker = MemoryBroker()
    for revision in (1, 1, 2):
        await send(broker, told(revision=revision))
    found = await tagged(pool, broker, 3)
    assert found[0].value == found[1].value
    assert [TaggedArticle.model_validate_json(one.value or b"").revision for one in found] == [1, 1, 2]


async def test_an_article_about_which_little_is_known_is_tagged(pool: WorkerPool) -> None:
    """A text is enough; what is not known is null or empty, and nothing is invented."""
    broker = MemoryBroker()
    await send(broker, article(1, text="Nothing.", title=None, discovered_via=[], feed_seen_at=None))
    (received,) = await tagged(pool, broker)
    tags = TaggedArticle.model_validate_json(received.value or b"").tags
    assert tags.date is not None
    assert tags.date.published_at is None
    assert tags.regions is not None
    assert tags.regions.places == []
    assert tags.sources is not None
    assert (tags.sources.sources, tags.sources.chain) == ([], [])


async def test_unknown_fields_are_ignored(pool: WorkerPool) -> None:
    """A newer producer breaks no tagger, and what this one does not know it does not pass on."""
    broker = MemoryBroker()
    await send(broker, told(), schema_version="1.7", mood={"calm": 0.9})
    (received,) = await tagged(pool, broker)
    record = json.loads(received.value or b"")
    assert record["schema_version"] == "1.7"
    assert "mood" not in record


@pytest.mark.parametrize(
    ("value", "code"),
    [(b"{not json", "record.invalid"), (b'{"article_id": "a1"}', "record.invalid"), (None, "record.empty")],
    ids=["no JSON", "no article", "empty"],
)
async def test_what_is_no_article_fails_and_the_next_one_is_tagged(
    pool: WorkerPool, value: bytes | None, code: str
) -> None:
    """Poison costs one failure, with the original bytes; the stream goes on."""
    broker = MemoryBroker()
    await broker.producer().send(Outgoing(ARTICLES.name(PREFIX), b"a1", value))
    await send(broker, told())
    await tagged(pool, broker)
    (one,) = broker.records(FAILURES.name(PREFIX))
    assert (one.key, one.value, one.header("dlq-code")) == (b"a1", value, code)


async def test_an_unknown_major_version_fails(pool: WorkerPool) -> None:
    """A record of a version to come is kept for code that knows it."""
    broker = MemoryBroker()
    await send(broker, told(), schema_version="2.0")
    one = await failed(pool, broker)
    assert one.header("dlq-code") == "record.unknown_version"
    assert json.loads(one.value or b"")["schema_version"] == "2.0"
    assert not broker.records(TAGGED.name(PREFIX))
