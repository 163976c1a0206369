"""Whole polls of servers that hang, limit or repeat (cases 1 to 3, 13 to 15), round by round beside a healthy feed."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import pytest

from services.ingest.subscriptions import feed_id_of
from tests.fakes.connections import Connections
from tests.fakes.feeds import rss, stories
from tests.fakes.hostile_server import HostileServer, head, sized
from tests.fakes.rounds import LATE_MAX_S, Round, Rounds, Scripted, rounds
from tests.fakes.site import Site

TIMEOUT_S = 2.0
HANGING = ("/drip/body", "/drip/header", "/endless/informational")


async def until_closed(servers: Iterable[HostileServer | Connections]) -> None:
    """Wait until servers have seen the end of all their connections."""
    async with asyncio.timeout(20):
        while any(server.open for server in servers):  # noqa: ASYNC110 - they notice when they next write
            await asyncio.sleep(0.01)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """End what a test has entered."""
    async with AsyncExitStack() as entered:
        yield entered


async def test_case_01_02_drips_end_at_the_deadline_and_delay_nobody(database: str, stack: AsyncExitStack) -> None:
    """Cases 1, 2: what never ends is left at the deadline; a healthy feed's poll has ended long before, and after."""
    desk = await stack.enter_async_context(rounds(database, HTTP_TIMEOUT_S=str(TIMEOUT_S)))
    servers = [await stack.enter_async_context(HostileServer(f"127.0.1.{n}")) for n in range(1, len(HANGING) + 1)]
    urls = [server.url + path for server, path in zip(servers, HANGING, strict=True)]
    await desk.add(urls)
    for attempts in (1, 2):
        one = await desk.polled()
        desk.judge(one)
        assert [one.end(url) for url in urls] == ["fetch.deadline"] * len(urls)
        assert all(one.ends(url)[0]["duration_ms"] / 1000 >= TIMEOUT_S for url in urls)
        assert max(map(one.seconds, urls)) < TIMEOUT_S + LATE_MAX_S
        assert [len(server.requests) for server in servers] == [attempts] * len(urls)
        await until_closed(servers)


async def silence(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take a request and never answer."""
    await reader.read()


async def test_case_03_polls_whose_lease_is_lost_leave_nothing(database: str, stack: AsyncExitStack) -> None:
    """Case 3: polls cancelled anywhere on their way end once each, and leave no connection, descriptor or delay."""
    desk = await stack.enter_async_context(rounds(database, INGEST_LEASE_S="2"))
    counts, chance = desk.desk.counts, random.Random(3)
    hostile = [await stack.enter_async_context(HostileServer(f"127.0.1.{n}")) for n in range(1, 31)]
    silent = [await stack.enter_async_context(Connections(silence, f"127.0.2.{n}")) for n in range(1, 11)]
    urls = [server.url + chance.choice(HANGING[:2]) for server in hostile] + [one.url for one in silent]
    await desk.add(urls)
    before = descriptors()

    async def steal(healthy: int, *, taken: bool) -> None:
        while counts["feed.polled"] == healthy or not any(one.open for one in hostile):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.005)
        await asyncio.sleep(chance.random() * 0.2)
        owner = "owner = 'another'," if taken else ""
        await desk.desk.database.execute(f"UPDATE ingest.shards SET {owner} token = token + 1, expires_at = now()")

    for number in range(5):
        goal = counts["feed.claim_lost"] + len(urls)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(steal(counts["feed.polled"], taken=number % 2 == 0))
            one = await desk.polled(until=partial(lambda goal: counts["feed.claim_lost"] >= goal, goal))
        desk.judge(one)
        assert [one.end(url) for url in urls] == ["feed.claim_lost"] * len(urls)
        assert max(map(one.seconds, urls)) < TIMEOUT_S
        await until_closed([*hostile, *silent])
    assert descriptors() <= before + 2


async def test_case_13_gone_for_good_is_believed_the_third_time(database: str, stack: AsyncExitStack) -> None:
    """Case 13: 410 three times in a row ends a subscription: three polls, each with its end, and then none."""
    desk = await stack.enter_async_context(rounds(database))
    server = await stack.enter_async_context(Scripted({"/feed": [sized(b"MARKER", status=410)]}, "127.0.1.1"))
    url = f"{server.url}/feed"
    await desk.add([url])
    for _ in range(3):
        one = await desk.polled()
        desk.judge(one)
        assert one.end(url) == "fetch.gone"
    assert [line["reason"] for line in one.lines if line["event.action"] == "feed.retired"] == ["gone"]
    last = await desk.polled()
    desk.judge(last)
    assert last.ends(url) == []
    assert [request.path for request in server.requests].count("/feed") == 3


BODY = rss(stories(9)).replace(b"Something happened", b"MARKER")


def repeating(desk: Rounds) -> dict[str, list[bytes]]:
    """Return servers that say the same again, each in a way that could be taken for news."""
    future = [format_datetime(desk.desk.now + timedelta(days=days), usegmt=True) for days in range(5, 9)]
    return {
        "304 with a body": [sized(BODY, ETag='"1"'), head(304, ETag='"1"', Content_Length=6) + b"MARKER"],
        "tags that change": [sized(BODY, ETag=f'"{n}"') for n in range(4)],
        "dates to come": [sized(BODY, Last_Modified=when) for when in future],
        "tags of 10 kB": [sized(BODY, ETag=f'"{"e" * 10_000}{n}"') for n in range(4)],
    }


async def test_case_14_what_is_said_again_is_not_published_again(database: str, stack: AsyncExitStack) -> None:
    """Case 14: of four polls the first publishes the items, and three end in nothing new, whatever the headers say."""
    desk = await stack.enter_async_context(rounds(database))
    urls: dict[str, str] = {}
    for number, (name, answers) in enumerate(repeating(desk).items(), start=1):
        server = await stack.enter_async_context(Scripted({"/feed": answers}, f"127.0.1.{number}"))
        urls[name] = f"{server.url}/feed"
    await desk.add(urls.values())
    for expected in ("feed.polled", *["feed.unchanged"] * 3):
        one = await desk.polled()
        desk.judge(one)
        assert {name: one.end(url) for name, url in urls.items()} == dict.fromkeys(urls, expected)
    published = Counter(entry.feed.url for entry in desk.desk.entries())
    assert {name: published[url] for name, url in urls.items()} == dict.fromkeys(urls, 9)
    kept = {name: one.feeds[feed_id_of(url)] for name, url in urls.items()}
    assert kept["304 with a body"].etag == '"1"'
    assert (kept["tags of 10 kB"].etag, kept["dates to come"].last_modified) == (None, None)


async def test_case_14_304_to_a_question_without_conditions_is_no_answer(database: str, stack: AsyncExitStack) -> None:
    """Case 14: a server that says "not modified" to whoever asks fails by name, and is asked once."""
    desk = await stack.enter_async_context(rounds(database))
    server = await stack.enter_async_context(HostileServer("127.0.1.1"))
    url = f"{server.url}/not-modified/with-body"
    await desk.add([url])
    one = await desk.polled()
    desk.judge(one)
    assert one.end(url) == "fetch.protocol"
    assert len(server.requests) == 1


SLOW_S = 0.1


async def test_case_15_a_slow_host_with_500_feeds_takes_one_place(database: str, stack: AsyncExitStack) -> None:
    """Case 15: five hundred feeds of one slow host are asked one by one, and fifty other hosts' polls end as ever."""
    desk = await stack.enter_async_context(rounds(database, INGEST_CONCURRENCY="60"))
    sites = [await stack.enter_async_context(Site(f"127.0.2.{n}")) for n in range(1, 51)]
    slow = await stack.enter_async_context(Site("127.0.1.1"))
    urls = [site.serve("/feed", BODY, content_type="application/rss+xml") for site in sites]
    await desk.add(urls)
    await desk.polled()
    without = await desk.polled()
    desk.judge(without)
    many = [slow.serve(f"/{n}", BODY, delay_s=SLOW_S) for n in range(500)]
    await desk.add(many)
    done = desk.desk.counts["feed.unchanged"] + len(urls)
    beside = await desk.polled(until=lambda: desk.desk.counts["feed.unchanged"] >= done)
    desk.judge(beside)
    assert [beside.end(url) for url in urls] == ["feed.unchanged"] * len(urls)
    assert p95(beside, urls) < 2 * p95(without, urls) + 0.25
    asked = [request.at for request in slow.requests]
    assert asked
    assert all(later - sooner >= SLOW_S * 0.9 for sooner, later in pairwise(asked))
    assert all(len(beside.ends(url)) <= 1 for url in many)


def p95(one: Round, urls: list[str]) -> float:
    """Return the time within which 95 of 100 polls had ended."""
    return quantiles(map(one.seconds, urls), n=20)[-1]


def descriptors() -> int:
    """Count the open file descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
