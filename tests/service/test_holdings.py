"""Feeds stay with whoever holds their shard, through all that may happen in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from structlog.testing import capture_logs

from services.ingest.app import ingest
from services.ingest.leases import SHARDS, shard_of
from services.ingest.subscriptions import add_feed, remove_feed
from services.ingest.tools import Tools
from services.kit.clock import utc_now
from tests.fakes.feeds import rss, stories
from tests.fakes.newsdesk import Newsdesk, named, opened, polls
from tests.fakes.process import process
from tests.fakes.site import Site

QUICK = {
    "INGEST_LEASE_S": "1",
    "INGEST_INTERVAL_S": "1",
    "INGEST_INTERVAL_LEAST_S": "1",
    "INGEST_INTERVAL_MOST_S": "1",
}


@asynccontextmanager
async def running(desk: Newsdesk) -> AsyncIterator[Tools]:
    """Run the service on the real clock."""
    desk.clock = utc_now
    life = process()
    tools = desk.tools(life)
    task = asyncio.create_task(ingest(tools, life))
    try:
        async with asyncio.timeout(20):
            yield tools
    finally:
        life.stopping.set()
        await task


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is the case."""
    while not holds():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0.02)


async def test_feeds_are_polled_again_after_their_leases_lapsed_and_nobody_took_them(database: str) -> None:
    """A process that could not renew for a while ends its polls, and takes the same feeds up again when it can."""
    async with opened(database, **QUICK) as desk:
        await add_feed(desk.database, desk.serve("/feed", rss(stories(2)), delay_s=5), now=utc_now())
        with capture_logs() as lines:
            async with running(desk):
                await until(lambda: bool(desk.site.requests))
                async with desk.database.transaction() as connection:
                    # who beats now waits for longer than its lease
                    await connection.execute("LOCK TABLE ingest.members")
                    await until(lambda: bool(named(lines, "feed.claim_lost")))
                    desk.serve("/feed", rss(stories(2)))
                await until(lambda: bool(named(lines, "feed.polled")))
        assert len(desk.entries()) == 2


async def test_a_shard_that_was_to_be_given_up_and_is_kept_goes_on(database: str) -> None:
    """A newcomer that is gone before its share was free leaves every feed where it was, and polled."""
    host = next(f"127.0.0.{n}" for n in range(2, 200) if shard_of(f"127.0.0.{n}") >= SHARDS // 2)
    async with opened(database, **QUICK) as desk, Site(host) as site:
        site.serve("/feed", rss(stories(2)), content_type="application/rss+xml", delay_s=2)
        await add_feed(desk.database, f"{site.url}/feed", now=utc_now())
        async with running(desk) as tools:
            await until(lambda: bool(site.requests))
            await desk.database.execute("INSERT INTO ingest.members VALUES ('newcomer', now() + interval '1 hour')")
            await until(lambda: bool(tools.leases.leaving) and not len(tools.timetable))
            await desk.database.execute("DELETE FROM ingest.members WHERE owner = 'newcomer'")
            await until(lambda: len(site.requests) >= 3)


async def test_a_shard_that_was_lost_and_came_back_at_once_is_loaded_anew(database: str) -> None:
    """Polls under the old token end without a trace, and the feed is polled under the new one."""
    async with opened(database, **QUICK) as desk:
        await add_feed(desk.database, desk.serve("/feed", rss(stories(2)), delay_s=0.7), now=utc_now())
        with capture_logs() as lines:
            async with running(desk):
                await until(lambda: bool(desk.site.requests))
                await desk.database.execute(
                    "UPDATE ingest.shards SET token = token + 1, owner = NULL, expires_at = now()"
                )
                await until(lambda: "feed.polled" in polls(lines))
        assert polls(lines)[0] == "feed.claim_lost"
        assert len(desk.entries()) == 2


async def test_polls_can_be_revoked_at_any_moment(database: str) -> None:
    """However often leases are lost, wherever polls are at that time, the service goes on and each poll ends once."""
    async with opened(database, **QUICK, INGEST_HOST_GAP_S="0") as desk:
        hosts = [Site(f"127.0.0.{n}") for n in range(2, 14)]
        for number, site in enumerate(hosts):
            await site.__aenter__()
            site.serve("/feed", rss(stories(3)), content_type="application/rss+xml", delay_s=0.02 * number)
            await add_feed(desk.database, f"{site.url}/feed", now=utc_now())
        with capture_logs() as lines:
            async with running(desk):
                for _ in range(12):
                    await asyncio.sleep(0.25)
                    await desk.database.execute("UPDATE ingest.shards SET token = token + 1, expires_at = now()")
                asked = sum(len(site.requests) for site in hosts)
                await until(lambda: sum(len(site.requests) for site in hosts) > asked + len(hosts))
        for site in hosts:
            await site.__aexit__()
        traces = [line["feed_id"] for line in lines if line.get("terminal") and line["event"].startswith("feed.")]
        assert len(traces) >= sum(len(site.requests) for site in hosts)
        assert not named(lines, "feed.poll_crashed")


async def test_an_operator_is_heard_while_a_poll_is_under_way(database: str) -> None:
    """A feed that is removed and added again, with a title, while it is polled keeps both, and is polled again."""
    async with opened(database, **QUICK) as desk:
        url = desk.serve("/feed", rss(stories(2)), delay_s=1)
        await add_feed(desk.database, url, now=utc_now())
        async with running(desk):
            await until(lambda: bool(desk.site.requests))
            await remove_feed(desk.database, url)
            await add_feed(desk.database, url, title="Ours", now=utc_now())
            await until(lambda: len(desk.site.requests) >= 3)
        assert (await desk.feed()).title == "Ours"
