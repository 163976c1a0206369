"""Extract as a service: real HTTP on loopback, a real PostgreSQL, real worker processes, the broker in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from schemas.v1 import Article, Entry, FeedInfo
from services.extract import state
from services.extract.page import warm
from services.extract.settings import ExtractSettings
from services.kit.db import Database, migrate
from services.kit.errors import SettingsError
from services.kit.kafka.messages import Partition, Received, decode
from services.kit.pool import WorkerPool
from services.local.postgres import EmbeddedPostgres
from services.local.process import free_port
from tests.fakes.articles import SEEN, entry, trace
from tests.fakes.connections import Connections
from tests.fakes.desk import Desk, message, opened, page
from tests.fakes.runs import PREFIX, consuming, records
from tests.fakes.servers import fresh_database
from tests.fakes.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the page reader loads for a second: one pool for all

OTHER_FEED = FeedInfo(feed_id="f2", url="https://feeds.example/two.xml", title="Example Two")
Line = MutableMapping[str, Any]


@pytest_asyncio.fixture(loop_scope="module")
async def desk(site: Site, pool: WorkerPool, database: str) -> AsyncIterator[Desk]:
    """Give a service with an empty memory."""
    async with opened(site, pool, database) as started:
        yield started


async def until(condition: Callable[[], object], *, timeout_s: float = 20) -> None:
    """Wait for something that no event tells of."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def test_an_entry_becomes_an_article(desk: Desk) -> None:
    """The page's words, the entry's way, and the first revision stand in one record."""
    one = entry(desk.site.serve("/2026/ferries", page(), etag='"v1"'))
    await desk.send(one)
    with capture_logs() as lines:
        (article,) = await desk.articles()
    assert (article.revision, article.event, article.title) == (1, "new", "Ferries sail again")
    assert len(article.article_id) == 32
    assert "sail again next week" in article.text
    assert [(via.feed_id, via.guid, via.seen_at) for via in article.discovered_via] == [("f1", "guid-1", SEEN)]
    assert (article.trace_id, article.feed_seen_at, article.fetched_at) == (trace(1), SEEN, SEEN)
    assert article.http is not None
    assert (article.http.status, article.http.etag) == (200, '"v1"')
    (line,) = [line for line in lines if line.get("terminal")]
    assert (line["event"], line["change"], line["article_id"]) == ("article.published", "new", article.article_id)


async def test_the_record_goes_out_under_the_article_s_id(desk: Desk) -> None:
    """Key, event id and trace follow from article and entry, so that a repeat can be told."""
    await desk.send(entry(desk.site.serve("/a", page())))
    (article,) = await desk.articles()
    (sent,) = desk.broker.records(ARTICLES.name(PREFIX))
    assert sent.key == article.article_id.encode()
    assert sent.header("ce_id") == f"{article.article_id}.1.1"
    assert sent.trace_id == trace(1)


async def test_a_repeated_entry_gives_the_same_record(desk: Desk) -> None:
    """The same entry twice gives the same id, revision and hash, whatever happened in between."""
    one = entry(desk.site.serve("/a", page()))
    await desk.send(one, one, key="k")
    with capture_logs() as lines:
        first, second = await desk.articles(2)
    assert first == second
    assert [line["change"] for line in lines if line.get("terminal")] == ["new", "unchanged"]


async def test_a_changed_text_is_the_next_revision(desk: Desk) -> None:
    """Other words at the same address are an update with the next number; the first words again are a third."""
    url = desk.site.serve("/a", page())
    seen = []
    for number, said in enumerate(("next week", "tomorrow", "next week"), 1):
        desk.site.serve("/a", page(said=said))
        await desk.send(entry(url, number))
        seen.append((await desk.articles(number))[-1])
    assert [(one.revision, one.event) for one in seen] == [(1, "new"), (2, "update"), (3, "update")]
    assert len({one.article_id for one in seen}) == 1
    assert seen[0].content_hash == seen[2].content_hash != seen[1].content_hash


async def test_a_second_feed_is_added_to_those_that_found_it(desk: Desk) -> None:
    """Discoverers stand in the order in which they came, and the earliest sight by any feed counts."""
    url = desk.site.serve("/a", page())
    early = SEEN - timedelta(hours=1)
    await desk.send(entry(url, 1), entry(url, 2, feed=OTHER_FEED, seen_at=early), key="k")
    with capture_logs() as lines:
        _, article = await desk.articles(2)
    assert [via.feed_id for via in article.discovered_via] == ["f1", "f2"]
    assert (article.revision, article.event, article.feed_seen_at) == (1, "new", early)
    assert [line["change"] for line in lines if line.get("terminal")] == ["new", "discovered"]


async def test_all_addresses_of_an_article_meet_in_one(desk: Desk) -> None:
    """A tracking parameter, a redirect and a canonical link lead to one article with three discoverers."""
    canonical = desk.site.url + "/story"
    desk.site.serve("/story?utm_source=feed", page(canonical=canonical))
    desk.site.serve("/amp/story", page(canonical=canonical))
    desk.site.serve("/story", page())
    desk.site.redirect("/short", canonical)
    links = ("/story?utm_source=feed", "/amp/story", "/short")
    await desk.send(*(entry(desk.site.url + link, number) for number, link in enumerate(links, 1)), key="k")
    articles = await desk.articles(3)
    assert {one.url.canonical for one in articles} == {canonical}
    assert len({one.article_id for one in articles}) == 1
    assert [one.revision for one in articles] == [1, 1, 1]
    assert [via.guid for via in articles[-1].discovered_via] == ["guid-1", "guid-2", "guid-3"]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_is_not_asked_for_again(desk: Desk, status: int) -> None:
    """A page that is not there costs one request and is a failure that names the status."""
    await desk.send(entry(desk.site.serve("/a", "gone", status=status)))
    failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == ("page.gone", "false")
    assert str(status) in (failure.header("dlq-message") or "")
    assert len(desk.site.asked("/a")) == 1


async def test_a_page_in_trouble_is_asked_for_again_and_then_given_up(desk: Desk) -> None:
    """A server that stays overloaded is asked as often as the settings say; then the entry can be replayed."""
    await desk.send(entry(desk.site.serve("/a", "busy", status=503)))
    with capture_logs() as lines:
        failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == ("page.refused", "true")
    assert len(desk.site.asked("/a")) == 2
    assert [line["error_code"] for line in lines if line["event"] == "page.retried"] == ["page.refused"]


async def test_trouble_that_passes_costs_nothing(desk: Desk) -> None:
    """A page that comes at the second try is an article, and no failure."""
    url = desk.site.serve("/a", "busy", status=503)
    await desk.send(entry(url))
    async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
        await until(lambda: desk.site.asked("/a"))
        desk.site.serve("/a", page())
        await records(desk.broker, ARTICLES, 1)
    assert not desk.broker.records(FAILURES.name(PREFIX))


async def test_addresses_of_our_own_network_are_never_asked(desk: Desk) -> None:
    """Neither an entry's link nor a page's redirect reaches a server inside, and neither is tried again."""
    async with Site("127.0.0.2") as canary:
        secret = canary.serve("/secret", page())
        desk.site.redirect("/innocent", secret)
        await desk.send(entry(secret, 1), entry(desk.site.url + "/innocent", 2))
        async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
            failures = await records(desk.broker, FAILURES, 2)
        assert [one.header("dlq-code") for one in failures] == ["fetch.address_refused"] * 2
        assert not canary.requests
    assert len(desk.site.asked("/innocent")) == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "http://", "http://a b/", "/relative"])
async def test_a_link_that_is_no_address_is_a_failure(desk: Desk, url: str) -> None:
    """Whatever a feed calls a link, it costs one failure that does not count for the brake."""
    await desk.send(entry(url))
    assert (await desk.failure()).header("dlq-code") == "fetch.url_refused"


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf", "page.not_html"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "text/html", "page.not_html"),
        (b'{"title": "no page"}', "application/json", "page.not_html"),
        (b"<!DOCTYPE html><html><head><title>Empty</title></head><body></body></html>", "text/html", "page.no_text"),
        (b"", "text/html", "page.no_text"),
    ],
    ids=["PDF", "PDF in disguise", "JSON", "no text", "nothing"],
)
async def test_what_is_no_article_is_a_failure(desk: Desk, body: bytes, content_type: str, code: str) -> None:
    """A document that holds no article ends as a failure that says what it is instead."""
    await desk.send(entry(desk.site.serve("/a", body, content_type=content_type)))
    failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == (code, "false")


async def test_a_page_that_is_too_large_is_a_failure(desk: Desk) -> None:
    """The limit of the settings counts, whatever the server promised."""
    desk.environ["DATELINE_EXTRACT_BODY_MAX_BYTES"] = "500"
    await desk.send(entry(desk.site.serve("/a", page())))
    assert (await desk.failure()).header("dlq-code") == "fetch.too_large"


async def test_a_page_that_takes_too_long_to_read_fails_alone(desk: Desk) -> None:
    """A page that keeps its worker busy past the deadline is one failure; the pages behind it are read."""
    heavy = desk.site.serve("/heavy", page() + "<p>a <a href='/x'>b</a> c</p>" * 90_000)
    await desk.send(entry(heavy, 1), *(entry(desk.site.serve(f"/{n}", page(f"Page {n}")), n) for n in range(2, 6)))
    async with (
        WorkerPool(workers=1, deadline_s=0.6, warm=warm, name="page") as hasty,
        consuming(desk.broker, [ENTRIES], desk.extraction(pool=hasty).handle),
    ):
        found = await records(desk.broker, ARTICLES, 4)
        (failure,) = await records(desk.broker, FAILURES, 1)
    assert {decode(one, Article).title for one in found} == {f"Page {n}" for n in range(2, 6)}
    assert (failure.header("dlq-code"), failure.trace_id) == ("page.parse_deadline", trace(1))


async def test_requests_to_one_host_keep_the_gap(desk: Desk) -> None:
    """However many entries wait for a host, it is asked one gap apart."""
    gap_s = 0.15
    desk.environ["DATELINE_EXTRACT_HOST_GAP_S"] = str(gap_s)
    await desk.send(*(entry(desk.site.serve(f"/{n}", page(f"Page {n}")), n) for n in range(1, 6)))
    await desk.articles(5)
    asked = [request.at for request in desk.site.requests]
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert len(gaps) == 6, "five pages and two files of the site"
    assert min(gaps) > gap_s * 0.6, "the way to the server varies by some milliseconds"
    assert asked[-1] - asked[0] > 6 * gap_s * 0.9


async def test_extractions_of_one_article_at_once_give_one_revision(desk: Desk, database: str) -> None:
    """Two processes that read the same article at the same time settle on one revision and forget nobody."""
    canonical = desk.site.url + "/story"
    entries = [
        entry(desk.site.serve(f"/story?from={number}", page(canonical=canonical)), number) for number in range(1, 13)
    ]
    async with Database.connect(ExtractSettings.load(desk.environ)) as other:
        processes = (desk.extraction(), desk.extraction(database=other))
        await asyncio.gather(*(processes[one.offset % 2].handle(one) for one in taken(entries)))
    articles = [decode(one, Article) for one in desk.broker.records(ARTICLES.name(PREFIX))]
    assert {(one.article_id, one.revision, one.event) for one in articles} == {(articles[0].article_id, 1, "new")}
    (row,) = await desk.database.fetch("SELECT revision, jsonb_array_length(discovered_via) AS n FROM extract.articles")
    assert tuple(row) == (1, 12)


def taken(entries: list[Entry]) -> list[Received]:
    """Return entries as they come from a broker."""
    sent = [message(one, "k") for one in entries]
    return [
        Received(Partition(one.topic, 0), offset, one.key, one.value, one.headers) for offset, one in enumerate(sent)
    ]


class Relay:
    """Stands at a fixed port before a database that comes back at another one; closed while that is down."""

    def __init__(self) -> None:
        self.port = free_port()
        self._target = 0
        self._open = AsyncExitStack()

    def address(self, url: str) -> str:
        """Return a database's address with this port in it."""
        parts = urlsplit(url)
        return f"postgresql://{parts.username}:{parts.password}@127.0.0.1:{self.port}{parts.path}"

    async def open(self, url: str) -> None:
        """Let clients through to the server of an address."""
        self._target = urlsplit(url).port or 0
        await self._open.enter_async_context(Connections(self._relay, port=self.port))

    async def close(self) -> None:
        """Cut all connections and refuse new ones."""
        await self._open.aclose()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            pumps = [asyncio.create_task(_pump(reader, ahead)), asyncio.create_task(_pump(behind, writer))]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            ahead.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()


def said(lines: list[Line]) -> list[str]:
    """Return which events about dependencies were logged."""
    return [line["event"] for line in lines if line["event"].startswith("dependency")]


@asynccontextmanager
async def own_server(folder: Path, relay: Relay) -> AsyncIterator[tuple[EmbeddedPostgres, str]]:
    """Start a PostgreSQL of a test's own behind a relay; gives it and the address of a database on it."""
    async with EmbeddedPostgres(folder / "postgres") as server:
        url = await asyncio.to_thread(fresh_database, server)
        await relay.open(url)
        try:
            yield server, relay.address(url)
        finally:
            await relay.close()


async def test_a_database_that_goes_down_in_the_middle_loses_nothing(desk: Desk, tmp_path: Path) -> None:
    """While it is down entries wait in place, which is said once; when it is back they become articles."""
    relay = Relay()
    paths = [f"/{number}" for number in range(1, 7)]
    urls = [desk.site.serve(path, page(f"Page {path[1:]}")) for path in paths]
    async with own_server(tmp_path, relay) as (server, url):
        desk.environ["DATELINE_DATABASE_URL"] = url
        async with Database.connect(ExtractSettings.load(desk.environ)) as mortal:
            await migrate(mortal, schema="extract", folder=state.MIGRATIONS)
            with capture_logs() as lines:
                async with consuming(desk.broker, [ENTRIES], desk.extraction(database=mortal).handle):
                    await desk.send(entry(urls[0], 1))
                    await records(desk.broker, ARTICLES, 1)
                    await relay.close()
                    await asyncio.to_thread(server.stop)
                    await desk.send(*(entry(one, number) for number, one in enumerate(urls[1:], 2)))
                    await until(lambda: desk.outages.any and all(map(desk.site.asked, paths)))
                    await asyncio.to_thread(server.start)
                    await relay.open(server.url)
                    found = await records(desk.broker, ARTICLES, 6)
            revisions = await mortal.fetch("SELECT revision FROM extract.articles")
    assert {decode(one, Article).title for one in found} == {f"Page {number}" for number in range(1, 7)}
    assert [row["revision"] for row in revisions] == [1] * 6
    assert said(lines) == ["dependency.lost", "dependency.restored"]
    assert not desk.broker.records(FAILURES.name(PREFIX))


async def test_an_outage_of_ours_costs_a_site_no_further_requests(desk: Desk, database: str) -> None:
    """A page that was fetched already is not fetched again each time that the database is tried."""
    relay = Relay()
    desk.environ["DATELINE_DATABASE_URL"] = relay.address(database)
    await desk.send(entry(desk.site.serve("/a", page())))
    async with Database.connect(ExtractSettings.load(desk.environ)) as absent:
        async with consuming(desk.broker, [ENTRIES], desk.extraction(database=absent).handle):
            await until(lambda: desk.outages.any)
            await relay.open(database)
            await records(desk.broker, ARTICLES, 1)
        await relay.close()
    assert len(desk.site.asked("/a")) == 1


async def test_a_login_that_is_refused_in_mid_run_diverts_nothing(desk: Desk, database: str) -> None:
    """When the password was changed under a running service, entries stay where they are: they are not at fault."""
    desk.environ["DATELINE_DATABASE_URL"] = database.replace("@", "x@")
    await desk.send(entry(desk.site.serve("/a", page())))
    with suppress(SettingsError):
        async with (
            Database.connect(ExtractSettings.load(desk.environ)) as refused,
            consuming(desk.broker, [ENTRIES], desk.extraction(database=refused).handle),
        ):
            await until(lambda: desk.site.asked("/a"))
    assert not desk.broker.records(FAILURES.name(PREFIX))
