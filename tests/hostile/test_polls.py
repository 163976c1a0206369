"""Whole polls of servers that break the rules (cases 1 to 9, 13 and 16): many hostile feeds, and a healthy one.

All rows of a fixture are polled together, each on a host of its own; the tests then look at what became of each.
"""

import asyncio
import gzip
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.fakes.feeds import NOW, rss, stories
from tests.fakes.hostile_server import HostileServer, gzipped, head, sized
from tests.fakes.rounds import Round, Scripted, rounds
from tests.fakes.servers import EmbeddedServers
from tests.fakes.site import Request

INTERVAL_S = 300
DAY_S = 86_400
UNTIL_S = 7200
BODY = rss(stories(9)).replace(b"Something happened", b"MARKER")
HALF = len(BODY) // 2
POLLED = "feed.polled"


@dataclass(frozen=True)
class Row:
    """One hostile feed: a path of the hostile server, or an answer of its own, and how its poll has to end."""

    case: int
    name: str
    end: str
    answer: bytes | None = None
    requests: int = 1
    wait_s: int | None = None
    """How long after its poll it is to be polled next, where that matters; negative: after `NOW`."""

    def __str__(self) -> str:
        return f"case-{self.case:02}-{self.name.strip('/').replace('/', '-')}"


def refused(case: int, code: str, *paths: str) -> list[Row]:
    """Rows whose polls fail at the first request."""
    return [Row(case, path, code) for path in paths]


def broken(case: int, code: str, *paths: str) -> list[Row]:
    """Rows whose connections break: they are asked once more at once."""
    return [Row(case, path, code, requests=2) for path in paths]


def limited(status: int, said: str, header: str, wait_s: int) -> Row:
    """Row of a server that says by `header` how long to wait."""
    code = "fetch.rate_limited" if status == 429 else "fetch.server_error"
    answer = sized(b"MARKER", status=status, Retry_After=header)
    return Row(13, f"{status}-retry-{said}", code, answer, wait_s=wait_s)


def told(case: int, name: str, end: str, body: bytes, *, status: int = 200, **headers: str) -> Row:
    """Row of a server that keeps the rules, and answers something else than a feed."""
    return Row(case, name, end, sized(body, status=status, **headers))


CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>MARKER</body></html>"
LOGIN = b"<html><head><title>Sign in</title></head><body><form>MARKER</form></body></html>"
LATER, PAST = (format_datetime(NOW + timedelta(seconds=delta), usegmt=True) for delta in (UNTIL_S, -UNTIL_S))

ROWS = [
    *refused(4, "fetch.too_large", "/gzip/bomb"),
    *refused(4, "feed.too_large", "/gzip/nested"),
    *refused(4, "fetch.encoding_refused", "/gzip/nested-and-said", "/encoding/br", "/encoding/zstd"),
    *broken(5, "fetch.truncated", "/gzip/truncated", "/gzip/no-trailer"),
    *refused(5, "fetch.encoding_error", "/gzip/wrong-checksum", "/gzip/mislabelled", "/gzip/many"),
    Row(5, "gzip-cut-feed", "fetch.truncated", gzipped(gzip.compress(BODY)[:-9]), requests=2),
    Row(5, "gzip-members", POLLED, gzipped(gzip.compress(BODY[:HALF]) + gzip.compress(BODY[HALF:]))),
    Row(5, "gzip-garbage-after", POLLED, gzipped(gzip.compress(BODY) + b"<!-- cached -->")),
    *broken(6, "fetch.truncated", "/length/longer-than-body", "/chunked/cut", "/reset/body"),
    *broken(6, "fetch.protocol", "/length/two", "/chunked/bad", "/reset/header", "/garbage", "/silence", "/switching"),
    Row(6, "length-longer-than-feed", "fetch.truncated", head(Content_Length=len(BODY) + 1) + BODY, requests=2),
    *refused(6, "feed.not_a_feed", "/length/shorter-than-body"),  # it is as long as it says, and no feed
    *refused(7, "fetch.too_large", "/endless/body"),
    *refused(7, "fetch.protocol", "/endless/chunks"),
    *refused(7, "fetch.not_found", "/endless/error-body"),
    *broken(8, "fetch.protocol", "/header/huge", "/header/carriage-return", "/header/zero"),
    *refused(8, "fetch.protocol", "/header/many"),
    told(8, "header-line-feed", POLLED, BODY, X="a\nLog: forged"),
    told(8, "header-not-ascii", POLLED, BODY, X="caf\xe9 MARKER"),
    *refused(9, "fetch.redirect_limit", "/redirect/loop"),
    Row(9, "/redirect/ping", "fetch.redirect_limit", requests=2),
    Row(9, "/redirect/chain?left=6", "fetch.redirect_limit", requests=6),
    *(
        Row(9, f"/redirect/to?url={target}", "fetch.url_refused")
        for target in (
            *("file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "data:text/html,MARKER"),
            *("javascript:alert(1)", "http://me:hunter2@127.0.0.1/", "//hunter2@127.0.0.1/", "http://127.0.0.1:25/"),
            *("http://8.8.8.8:6379/", "http://[broken"),
        )
    ),
    *(
        limited(status, said, header, wait_s)
        for status, otherwise_s in ((429, 1800), (503, INTERVAL_S))
        for said, header, wait_s in (
            *(("seconds", "600", 600), ("few-seconds", "30", INTERVAL_S), ("for-ever", "999999999", DAY_S)),
            *(("negative", "-5", otherwise_s), ("words", "abc", otherwise_s), ("past", PAST, INTERVAL_S)),
            ("date", LATER, -UNTIL_S),
        )
    ),
    told(13, "503", "fetch.server_error", b"MARKER", status=503),
    told(13, "410", "fetch.gone", b"", status=410),
    told(13, "451", "fetch.legal", b"MARKER", status=451),
    told(13, "challenge-200", "fetch.blocked", CHALLENGE, Content_Type="text/html"),
    told(13, "challenge-403", "fetch.blocked", CHALLENGE, status=403),
    told(13, "403", "fetch.forbidden", LOGIN, status=403),
    *refused(16, "feed.not_a_feed", "/binary"),
    told(16, "random", "feed.not_a_feed", os.urandom(2 << 20), Content_Type="application/rss+xml"),
    told(16, "film", "feed.not_a_feed", b"\0\0\0\x20ftypisom" + bytes(1 << 20), Content_Type="text/html"),
    told(16, "web-page", "feed.not_a_feed", b"<!DOCTYPE html><html><p>MARKER</p></html>", Content_Type="text/html"),
    told(16, "login-wall", "feed.not_a_feed", LOGIN, Content_Type="text/html"),
]


@dataclass(frozen=True)
class Night:
    """One round of all rows, with what each row's server was asked."""

    round: Round
    urls: dict[str, str]
    asked: dict[str, Sequence[Request]] = field(default_factory=dict)


async def served(stack: AsyncExitStack, rows: Sequence[Row]) -> tuple[dict[str, str], dict[str, Sequence[Request]]]:
    """Start a server for each row; return the feeds' addresses, and the requests as they come."""
    urls: dict[str, str] = {}
    asked: dict[str, Sequence[Request]] = {}
    for number, row in enumerate(rows, start=1):
        host = f"127.0.1.{number}"
        if row.answer is None:
            server = await stack.enter_async_context(HostileServer(host))
            urls[str(row)], asked[str(row)] = server.url + row.name, server.requests
        else:
            scripted = await stack.enter_async_context(Scripted({"/feed?api_key=hunter2": [row.answer]}, host))
            urls[str(row)], asked[str(row)] = f"{scripted.url}/feed?api_key=hunter2", scripted.requests
    return urls, asked


@pytest.fixture(scope="module")
def night(servers: EmbeddedServers) -> Night:
    """Poll all rows, each once, beside the healthy feed."""

    async def run() -> Night:
        async with AsyncExitStack() as stack, rounds(servers.fresh_database()) as desk:
            urls, asked = await served(stack, ROWS)
            await desk.add(urls.values())
            one = await desk.polled()
            desk.judge(one)
            return Night(one, urls, {name: list(requests) for name, requests in asked.items()})

    return asyncio.run(run())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_poll_ends_once_and_by_name(night: Night, row: Row) -> None:
    """Each hostile answer ends its poll in one event with the right code, after as many requests as make sense."""
    url = night.urls[str(row)]
    assert night.round.end(url) == row.end
    assert len(night.asked[str(row)]) == row.requests
    if row.wait_s is not None:
        passed_s = (night.round.now - NOW).total_seconds()
        assert night.round.wait_s(url) == (row.wait_s if row.wait_s > 0 else -row.wait_s - passed_s)
