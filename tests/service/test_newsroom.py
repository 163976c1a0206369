"""The newsroom as a site: what is out, and what a reader gets over HTTP."""

import asyncio
import contextlib
import http.client
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from services.local.newsroom import HISTORY, Newsroom
from services.local.newsroom.outlets import OUTLETS
from services.local.newsroom.site import Reply, Request, parse, respond

START = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)


class Watch:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Return the time that the test has set."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    """Give a clock that stands at the start."""
    return Watch()


def read(url: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a page; return status, headers by lower-case name, and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"{parts.path or '/'}?{parts.query}", headers=names)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


async def fetch(url: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a page beside the event loop."""
    return await asyncio.to_thread(read, url, method=method, **headers)


async def test_every_feed_lists_what_is_out_and_nothing_else(watch: Watch) -> None:
    """At the start the feeds hold the first batch, and one more after each pause."""
    async with Newsroom(clock=watch, every_s=5, first=12) as newsroom:
        assert len(newsroom.published) == 12
        watch.turn(4.9)
        assert len(newsroom.published) == 12
        watch.turn(0.1)
        assert len(newsroom.published) == 13
        newest = newsroom.published[-1]
        bodies = [(await fetch(feed))[2].decode() for feed in newsroom.feeds]
        assert sum(newest.url in body for body in bodies) == 1
        for item in newsroom.published:
            assert any(item.url in body for body in bodies)


async def test_every_published_address_is_a_page_that_names_itself(watch: Watch) -> None:
    """Each address answers with a page whose canonical link is that address, whatever follows the question mark."""
    async with Newsroom(clock=watch, first=41) as newsroom:
        for item in newsroom.published:
            status, headers, body = await fetch(item.url + "?utm_source=rss")
            assert status == 200
            assert headers["content-type"] == "text/html; charset=utf-8"
            assert f'<link rel="canonical" href="{item.url}">' in body.decode()


async def test_outlets_have_addresses_of_their_own(watch: Watch) -> None:
    """No two outlets share a host, so that a polite reader need not ask them one after the other."""
    async with Newsroom(clock=watch) as newsroom:
        assert len({urlsplit(feed).hostname for feed in newsroom.feeds}) == len(OUTLETS)


async def test_outlets_can_share_one_address(watch: Watch) -> None:
    """With a host given, all is below that one, and still found."""
    async with Newsroom(clock=watch, host="127.0.0.1") as newsroom:
        assert {urlsplit(feed).hostname for feed in newsroom.feeds} == {"127.0.0.1"}
        for url in (*newsroom.feeds, *(item.url for item in newsroom.published)):
            assert (await fetch(url))[0] == 200
        assert (await fetch(newsroom.feeds[0].replace("harwick", "nobody")))[0] == 404


async def test_an_unchanged_feed_is_not_sent_again(watch: Watch) -> None:
    """The validators of a feed get a 304 without a body until something new comes out."""
    async with Newsroom(clock=watch, every_s=60) as newsroom:
        for feed in newsroom.feeds:
            _, headers, _ = await fetch(feed)
            assert (await fetch(feed, If_None_Match=headers["etag"]))[::2] == (304, b"")
            assert (await fetch(feed, If_Modified_Since=headers["last-modified"]))[::2] == (304, b"")
            assert (await fetch(feed, If_None_Match='"other"', If_Modified_Since=headers["last-modified"]))[0] == 200
        _, before, _ = await fetch(newsroom.feeds[0])
        watch.turn(60 * len(OUTLETS))
        status, after, _ = await fetch(newsroom.feeds[0], If_None_Match=before["etag"])
        assert status == 200
        assert after["etag"] != before["etag"]


async def test_an_update_changes_the_page_and_its_place_in_the_feed(watch: Watch) -> None:
    """After all stories are out an old address shows new text, and a feed holds each address once."""
    async with Newsroom(clock=watch, every_s=1, first=41) as newsroom:
        watch.turn(41)
        update = next(item for item in newsroom.published if item.edition == 2 and "-n2" not in item.slug)
        first = next(item for item in newsroom.published if item.url == update.url)
        page = (await fetch(update.url))[2].decode()
        assert update.publication.paragraphs[-1] in page
        assert update.publication.paragraphs[-1] not in first.publication.paragraphs
        assert update.published_at == first.published_at
        feeds = [(await fetch(feed))[2].decode() for feed in newsroom.feeds]
        assert sum(body.count(f"{update.url}<") + body.count(f'{update.url}"') for body in feeds) == 1


async def test_what_is_not_out_yet_is_not_there(watch: Watch) -> None:
    """A page of the future is a 404, and so is one that never was."""
    async with Newsroom(clock=watch, every_s=5) as newsroom:
        watch.turn(5)
        coming = newsroom.published[-1].url
    watch.now = START
    port = urlsplit(coming).port or 0
    async with Newsroom(clock=watch, every_s=5, port=port) as newsroom:
        assert (await fetch(coming))[0] == 404
        watch.turn(5)
        assert (await fetch(coming))[0] == 200
        assert (await fetch(coming + "x"))[0] == 404


async def test_a_load_test_gets_its_thousand(watch: Watch) -> None:
    """With copies and long feeds a thousand articles can be found through the feeds at once."""
    async with Newsroom(clock=watch, copies=25, first=1000, feed_items=1000) as newsroom:
        bodies = "".join([(await fetch(feed))[2].decode() for feed in newsroom.feeds])
        assert len({item.url for item in newsroom.published}) == 1000
        assert all(item.url in bodies for item in newsroom.published)


async def test_it_can_run_for_weeks(watch: Watch) -> None:
    """After a month the newest are there, an updated page of the first day as well, and memory is bounded."""
    async with Newsroom(clock=watch, every_s=2) as newsroom:
        first = newsroom.published[0]
        watch.turn(30 * 86_400)
        published = newsroom.published
        assert len(published) == HISTORY
        assert published[-1].publication.at == watch.now
        assert (await fetch(published[-1].url))[0] == 200
        assert (await fetch(first.url))[0] == 200


async def test_a_head_has_no_body_and_a_post_is_refused(watch: Watch) -> None:
    """HEAD gives the headers of GET alone; other methods are not allowed."""
    async with Newsroom(clock=watch) as newsroom:
        status, headers, body = await fetch(newsroom.feeds[0], method="HEAD")
        assert (status, body) == (200, b"")
        assert int(headers["content-length"]) > 0
        assert (await fetch(newsroom.feeds[0], method="POST"))[0] == 405


async def test_nonsense_ends_its_own_connection_only(watch: Watch) -> None:
    """Bytes that are no request are answered with silence, and the next reader is served."""
    async with Newsroom(clock=watch) as newsroom:
        parts = urlsplit(newsroom.feeds[0])
        for nonsense in (b"\x16\x03\x01\r\n\r\n", b"GET /\r\n\r\n", b"G" * 40_000):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(nonsense)
            # A reset instead of an end: the server closed with bytes of ours unread.
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
        assert (await fetch(newsroom.feeds[0]))[0] == 200


async def test_it_stops_with_readers_still_connected(watch: Watch) -> None:
    """An open connection does not hold up the end."""
    async with asyncio.timeout(5):
        async with Newsroom(clock=watch) as newsroom:
            parts = urlsplit(newsroom.feeds[0])
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()


@pytest.mark.parametrize("since", ["nonsense", "Thu, 05 Mar 2026 13:59:59 GMT"])
def test_a_date_that_is_older_or_unreadable_gets_the_page(since: str) -> None:
    """Only a readable date that is not before the change spares the body."""
    reply = Reply(b"text", "text/plain", START)
    request = Request("GET", "/", {"if-modified-since": since})
    assert respond(request, lambda _: reply).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("tags", ["*", '"a", W/{tag}', "{tag}"])
def test_a_tag_is_known_in_any_company(tags: str) -> None:
    """A tag matches alone, in a list, marked as weak, or as a star."""
    reply = Reply(b"text", "text/plain")
    tag = parse(respond(Request("GET", "/"), lambda _: reply).replace(b"HTTP/1.1 200 OK", b"GET / HTTP/1.1"))
    request = Request("GET", "/", {"if-none-match": tags.format(tag=tag.headers["etag"])})
    assert respond(request, lambda _: reply).startswith(b"HTTP/1.1 304")


def test_the_command_prints_its_feeds_and_ends_when_asked() -> None:
    """`python -m services.local.newsroom` prints one address a line, serves, and stops at SIGTERM with exit code 0."""
    command = [sys.executable, "-m", "services.local.newsroom", "--first", "6", "--every-s", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        feeds = [process.stdout.readline().strip() for _ in OUTLETS]
        assert [read(feed)[0] for feed in feeds] == [200] * len(OUTLETS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
