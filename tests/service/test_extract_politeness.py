"""Extract and the sites it asks: robots.txt, tdmrep.json and Retry-After over real HTTP."""

import asyncio
import os
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from schemas.v1 import Article
from services.kit.kafka.messages import decode
from services.kit.pool import WorkerPool
from tests.fakes.articles import SEEN, entry
from tests.fakes.desk import Desk, opened, page
from tests.fakes.hostile_server import HostileServer
from tests.fakes.runs import PREFIX, consuming, records
from tests.fakes.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the page reader loads for a second: one pool for all

ROBOTS = "/robots.txt"
TDMREP = "/.well-known/tdmrep.json"
NOBODY = "User-agent: *\nDisallow: /"
SUMMARY = "<p>The ferries from the old harbour sail again next week, said the port's spokeswoman on Friday.</p>"


@pytest_asyncio.fixture(loop_scope="module")
async def desk(site: Site, pool: WorkerPool, database: str) -> AsyncIterator[Desk]:
    """Give a service that may ask two addresses of this machine."""
    networks = "127.0.0.1/32,127.0.0.3/32"
    async with opened(site, pool, database, HTTP_ALLOWED_NETWORKS=networks, HTTP_TIMEOUT_S="5") as started:
        yield started


def paths(site: Site) -> list[str]:
    """Return what the site was asked for, in order."""
    return [request.path for request in site.requests]


async def test_a_site_s_files_come_before_its_pages_and_once(desk: Desk) -> None:
    """robots.txt and tdmrep.json are asked for ahead of the first page, by our name, and not again for the second."""
    desk.site.serve(ROBOTS, "User-agent: *\nDisallow: /private/", content_type="text/plain")
    await desk.send(*(entry(desk.site.serve(f"/{number}", page(f"Page {number}")), number) for number in (1, 2)))
    articles = await desk.articles(2)
    assert paths(desk.site)[:2] == [ROBOTS, TDMREP]
    assert sorted(paths(desk.site)[2:]) == ["/1", "/2"]
    assert all(request.headers["user-agent"].startswith("Dateline/") for request in desk.site.requests)
    assert {(one.access.robots, one.access.tdm_reservation) for one in articles} == {("allowed", None)}


async def test_a_page_that_robots_txt_forbids_is_published_from_its_feed(desk: Desk) -> None:
    """The page is not asked for; what the feed says of it is an article that says so."""
    desk.site.serve(ROBOTS, NOBODY)
    url = desk.site.serve("/a", page())
    await desk.send(entry(url, title="Ferries sail again", summary=SUMMARY, published_at=SEEN))
    with capture_logs() as lines:
        (article,) = await desk.articles()
    assert paths(desk.site) == [ROBOTS]
    assert (article.title, article.text) == ("Ferries sail again", SUMMARY[3:-4])
    assert (article.access.robots, article.http, article.fetched_at) == ("disallowed", None, None)
    assert (article.published_at, article.published_origin, article.url.canonical) == (SEEN, "feed", url)
    assert {"feed_text", "short", "feed_title", "feed_date"} <= set(article.quality.flags)
    (line,) = [line for line in lines if line.get("terminal")]
    assert (line["event"], line["method"], line["fetch_ms"]) == ("article.published", "feed", 0)


async def test_a_forbidden_page_without_words_in_its_feed_is_a_failure(desk: Desk) -> None:
    """There is nothing to publish, and the failure says why."""
    desk.site.serve(ROBOTS, "User-agent: Dateline\nDisallow: /a")
    await desk.send(entry(desk.site.serve("/a", page()), title="Ferries sail again"))
    failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == ("page.robots_disallowed", "false")
    assert not desk.site.asked("/a")


async def test_a_redirect_does_not_lead_past_robots_txt(desk: Desk) -> None:
    """What the rules of the site at the end of a redirect forbid is not used."""
    async with Site("127.0.0.3") as other:
        other.serve(ROBOTS, NOBODY)
        desk.site.redirect("/a", other.serve("/b", page()))
        await desk.send(entry(desk.site.url + "/a", summary=SUMMARY))
        (article,) = await desk.articles()
    assert (article.access.robots, article.url.final) == ("disallowed", desk.site.url + "/a")
    assert article.text == SUMMARY[3:-4]


async def test_without_the_setting_robots_txt_is_not_asked(desk: Desk) -> None:
    """Who switches it off gets every page, and a record that says that nobody asked."""
    desk.environ["DATELINE_EXTRACT_ROBOTS"] = "false"
    desk.site.serve(ROBOTS, NOBODY)
    await desk.send(entry(desk.site.serve("/a", page())))
    (article,) = await desk.articles()
    assert article.access.robots is None
    assert not desk.site.asked(ROBOTS)


async def test_a_robots_txt_that_comes_at_the_second_try_costs_nothing(desk: Desk) -> None:
    """A server's passing trouble with robots.txt delays the page, and the page is not asked for before."""
    desk.site.serve(ROBOTS, "busy", status=500, delay_s=0.05)
    await desk.send(entry(desk.site.serve("/a", page())))
    async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
        async with asyncio.timeout(10):
            while not desk.site.asked(ROBOTS):  # noqa: ASYNC110 - a request sets no event
                await asyncio.sleep(0.005)
        desk.site.serve(ROBOTS, "")
        await records(desk.broker, ARTICLES, 1)
    assert paths(desk.site) == [ROBOTS, ROBOTS, TDMREP, "/a"]


async def test_a_site_whose_rules_cannot_be_had_is_left_alone(desk: Desk) -> None:
    """While robots.txt is a server's trouble, its pages wait; the entry can be replayed."""
    desk.site.serve(ROBOTS, "busy", status=500)
    await desk.send(entry(desk.site.serve("/a", page()), summary=SUMMARY))
    failure = await desk.failure()
    assert (failure.header("dlq-code"), failure.header("dlq-retryable")) == ("page.robots_unreachable", "true")
    assert paths(desk.site) == [ROBOTS, ROBOTS]


@pytest.mark.parametrize(
    "body",
    [
        os.urandom(200_000),
        b"<!DOCTYPE html>" + b"<p>This page does not exist, but it is long.</p>" * 20_000,
        b"User-agent: *\nDisallow: /private/\n" + b"# and so on\n" * 100_000,
        b"User-agent: otherbot\nDisallow: /\n" * 14_000,
    ],
    ids=["binary", "a page", "long", "of others"],
)
async def test_an_odd_robots_txt_forbids_nothing(desk: Desk, body: bytes) -> None:
    """What is no rule for us keeps us from nothing, however long it is."""
    desk.site.serve(ROBOTS, body)
    await desk.send(entry(desk.site.serve("/a", page())))
    (article,) = await desk.articles()
    assert article.access.robots == "allowed"


@pytest.mark.parametrize(
    ("path", "code"),
    [("/endless/body", "fetch.too_large"), ("/gzip/bomb", "fetch.too_large"), ("/silence", "fetch.protocol")],
)
async def test_a_hostile_robots_txt_costs_one_entry_its_page(desk: Desk, path: str, code: str) -> None:
    """A body without end, or none, is given up, and the failure says of which file."""
    async with HostileServer() as hostile:
        desk.site.redirect(ROBOTS, hostile.url + path)
        await desk.send(entry(desk.site.serve("/a", page())))
        failure = await desk.failure()
    assert failure.header("dlq-code") == code
    assert ROBOTS in (failure.header("dlq-message") or "")
    assert not desk.site.asked("/a")


async def test_a_robots_txt_that_redirects_for_ever_is_none(desk: Desk) -> None:
    """A loop is given up, and the pages are asked for."""
    desk.site.redirect(ROBOTS, desk.site.url + ROBOTS)
    await desk.send(entry(desk.site.serve("/a", page())))
    await desk.articles()
    assert paths(desk.site) == [ROBOTS, TDMREP, "/a"]


async def test_a_robots_txt_cannot_lead_us_inside(desk: Desk) -> None:
    """The files of a site pass the same wall as its pages."""
    async with Site("127.0.0.2") as canary:
        desk.site.redirect(ROBOTS, canary.serve(ROBOTS, NOBODY))
        desk.site.redirect(TDMREP, canary.serve(TDMREP, "[]"))
        await desk.send(entry(desk.site.serve("/a", page())))
        await desk.articles()
        assert not canary.requests


async def test_a_crawl_delay_is_kept(desk: Desk) -> None:
    """A site that asks for more time between requests than we take on our own gets it, redirects included."""
    desk.site.serve(ROBOTS, "User-agent: *\nCrawl-delay: 0.3")
    desk.site.redirect("/1", desk.site.serve("/2", page()))
    await desk.send(entry(desk.site.url + "/1", 1), entry(desk.site.url + "/2", 2))
    await desk.articles(2)
    asked = [request.at for request in desk.site.requests]
    assert len(asked) == 5
    assert min(later - earlier for earlier, later in pairwise(asked)) > 0.25


async def test_a_short_retry_after_is_waited_for(desk: Desk) -> None:
    """A site that asks for a second gets it, for all of its pages, and nothing is lost."""
    desk.site.serve("/1", "busy", status=429, headers={"Retry-After": "1"})
    await desk.send(entry(desk.site.url + "/1", 1), entry(desk.site.serve("/2", page("Page 2"), delay_s=0.02), 2))
    async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
        async with asyncio.timeout(10):
            while not desk.site.asked("/1"):  # noqa: ASYNC110 - a request sets no event
                await asyncio.sleep(0.005)
        desk.site.serve("/1", page("Page 1"))
        found = await records(desk.broker, ARTICLES, 2)
    assert {decode(one, Article).title for one in found} == {"Page 1", "Page 2"}
    refused, *_, again = desk.site.asked("/1")
    assert again.at - refused.at >= 1
    assert not [one for one in desk.site.requests if refused.at < one.at < refused.at + 0.98]


async def test_a_long_retry_after_closes_the_domain(desk: Desk) -> None:
    """After one answer, no page of the domain is asked for; the entries go where records wait, and say why."""
    first = desk.site.serve("/1", "busy", status=503, headers={"Retry-After": "120"})
    await desk.send(entry(first, 1), entry(desk.site.serve("/2", page()), 2), key="k")
    with capture_logs() as lines:
        async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
            failures = await records(desk.broker, FAILURES, 2)
    assert {one.header("dlq-code") for one in failures} == {"page.rate_limited"}
    assert {one.header("dlq-retryable") for one in failures} == {"true"}
    assert paths(desk.site) == [ROBOTS, TDMREP, "/1"]
    closed = [line for line in lines if line["event"] == "domain.closed"]
    assert [(line["domain"], line["status"], line["wait_s"]) for line in closed] == [("127.0.0.1", 503, 120)]


META = '<meta name="tdm-reservation" content="{}">'
FILE = '[{"location": "/a", "tdm-reservation": 1, "tdm-policy": "/policy.json"}]'


@pytest.mark.parametrize(
    ("file", "headers", "meta", "expected"),
    [
        (None, {}, "", (None, None)),
        (FILE, {}, "", (True, "/policy.json")),
        (FILE, {"TDM-Reservation": "0"}, "", (False, None)),
        (FILE, {"TDM-Reservation": "1", "TDM-Policy": "/other.json"}, "", (True, "/other.json")),
        (FILE, {"TDM-Reservation": "1"}, META.format(0), (False, None)),
        (None, {"TDM-Reservation": "0"}, META.format(1), (True, None)),
        ('[{"location": "/b", "tdm-reservation": 1}]', {}, "", (None, None)),
        ("{broken", {}, "", (None, None)),
        (None, {"X-Robots-Tag": "noai"}, "", (True, None)),
        (None, {"X-Robots-Tag": "otherbot: noai"}, "", (None, None)),
        (None, {}, '<meta name="robots" content="noai, noimageai">', (True, None)),
        (None, {"TDM-Reservation": "0", "X-Robots-Tag": "noai"}, "", (False, None)),
    ],
)
async def test_reservations_are_recorded(
    desk: Desk, file: str | None, headers: dict[str, str], meta: str, expected: tuple[bool | None, str | None]
) -> None:
    """The page overrules the header, that the site's file, and `noai` counts where all three are silent."""
    if file is not None:
        desk.site.serve(TDMREP, file, content_type="application/json")
    await desk.send(entry(desk.site.serve("/a", page().replace("<head>", f"<head>{meta}"), headers=headers)))
    (article,) = await desk.articles()
    policy = desk.site.url + expected[1] if expected[1] else None
    assert (article.access.tdm_reservation, article.access.licence) == (expected[0], policy)


async def test_a_tdmrep_json_that_fails_holds_nothing_up(desk: Desk) -> None:
    """A server's trouble with that file is asked about once, and the page is an article all the same."""
    desk.site.serve(TDMREP, "busy", status=500)
    await desk.send(entry(desk.site.serve("/a", page())))
    (article,) = await desk.articles()
    assert article.access.tdm_reservation is None
    assert len(desk.site.asked(TDMREP)) == 1
    assert not desk.broker.records(FAILURES.name(PREFIX))
