"""Pages that their sites do not show us: what becomes of the entry, what is logged, what the feed is good for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from schemas.v1 import Article
from services.extract.page import warm
from services.kit.kafka.messages import decode
from services.kit.pool import WorkerPool
from tests.fakes.articles import entry
from tests.fakes.desk import Desk, opened, page
from tests.fakes.runs import PREFIX, consuming, records
from tests.fakes.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the page reader loads for a second: one pool for all

CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Enable cookies to continue</body></html>"
WALL = "<html><head><title>Ferries</title></head><body><p>Subscribe to continue reading.</p></body></html>"
LOST = "<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Sorry.</p></body></html>"
TOLD = "<p>The ferries from the old harbour will sail again next week, said the port's spokeswoman.</p>" * 3


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    """Give a worker that reads pages."""
    async with WorkerPool(workers=1, deadline_s=20, warm=warm, name="page") as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def desk(pool: WorkerPool, database: str) -> AsyncIterator[Desk]:
    """Give a service with an empty memory, and its site."""
    async with Site() as site, opened(site, pool, database) as started:
        yield started


@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "block"),
    [
        (200, {}, CHALLENGE, "page.blocked", "bot_challenge"),
        (403, {}, CHALLENGE, "page.blocked", "bot_challenge"),
        (403, {"cf-mitigated": "challenge"}, "", "page.blocked", "bot_challenge"),
        (202, {"x-amzn-waf-action": "challenge"}, "", "page.blocked", "bot_challenge"),
        (401, {}, "who are you", "page.blocked", "login"),
        (451, {}, "", "page.blocked", "geo"),
        (402, {}, "", "page.paywalled", "paywall"),
        (200, {}, WALL, "page.paywalled", "paywall"),
    ],
)
async def test_a_block_is_a_failure_that_says_what_for(  # noqa: PLR0917 - a row of the table
    desk: Desk, status: int, headers: dict[str, str], body: str, code: str, block: str
) -> None:
    """One request, one event with kind and evidence, one failure that is not retried."""
    await desk.send(entry(desk.site.serve("/a", body, status=status, headers=headers)))
    with capture_logs() as lines:
        failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == (code, "false")
    assert (failure.header("dlq-message") or "").startswith(f"{block}: ")
    (told,) = [line for line in lines if line["event"] == "page.blocked"]
    assert (told["block"], told["status"], told["error_code"]) == (block, status, code)
    assert told["evidence"]
    assert len([line for line in lines if line.get("terminal")]) == 1
    assert len(desk.site.asked("/a")) == 1


async def test_too_many_requests_is_for_later(desk: Desk) -> None:
    """A page that says that we ask too often, with whatever status, can be had later."""
    await desk.send(entry(desk.site.serve("/a", "<title>Too Many Requests</title><p>Later</p>", status=403)))
    failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == ("page.rate_limited", "true")


async def test_a_bare_refusal_is_not_interpreted(desk: Desk) -> None:
    """A status 403 without any more words stays what it is."""
    await desk.send(entry(desk.site.serve("/a", "<title>Forbidden</title>", status=403)))
    failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == ("page.refused", "false")


@pytest.mark.parametrize(("body", "flag"), [(CHALLENGE, "blocked"), (WALL, "paywall")])
async def test_the_feed_s_words_stand_in(desk: Desk, body: str, flag: str) -> None:
    """An article whose feed tells it is published from there, and a flag says why; a repeat is the same record."""
    one = entry(desk.site.serve("/a", body), title="Ferries sail again", content=TOLD)
    await desk.send(one, one, key="k")
    with capture_logs() as lines:
        first, second = await desk.articles(2)
    assert first == second
    assert first.text.startswith("The ferries from the old harbour")
    assert {"feed_text", flag} <= set(first.quality.flags)
    assert first.extractor is not None
    assert (first.access.robots, first.http, first.extractor.method) == ("allowed", None, "feed")
    assert len([line for line in lines if line.get("terminal")]) == 2
    assert not desk.broker.records(FAILURES.name(PREFIX))


async def test_a_known_article_keeps_its_words(desk: Desk) -> None:
    """Who had the whole page yesterday is not given the feed's few words as an update today."""
    url = desk.site.serve("/a", page())
    await desk.send(entry(url, 1, content=TOLD))
    (whole,) = await desk.articles()
    desk.site.serve("/a", CHALLENGE)
    await desk.send(entry(url, 2, content=TOLD))
    async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
        (failure,) = await records(desk.broker, FAILURES, 1)
    assert failure.header("dlq-code") == "page.blocked"
    assert {decode(one, Article).content_hash for one in desk.broker.records(ARTICLES.name(PREFIX))} == {
        whole.content_hash
    }


async def test_a_missing_page_is_not_brought_back_from_the_feed(desk: Desk) -> None:
    """What its publisher took away stays away, with status 200 as with 404."""
    gone = entry(desk.site.serve("/gone", LOST, status=404), 1, content=TOLD)
    soft = entry(desk.site.serve("/local/the-ferries-sail-again", LOST), 2, content=TOLD)
    desk.site.serve("/", page("Courier"))
    moved = entry(desk.site.redirect("/local/the-ferries-are-back-12345", desk.site.url + "/"), 3, content=TOLD)
    await desk.send(gone, soft, moved)
    async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
        failures = await records(desk.broker, FAILURES, 3)
    assert sorted(one.header("dlq-code") or "" for one in failures) == ["page.gone", "page.soft_404", "page.soft_404"]
    assert not desk.broker.records(ARTICLES.name(PREFIX))
