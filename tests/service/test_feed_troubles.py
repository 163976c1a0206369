"""What becomes of feeds that move, lie, fall behind, die or belong to others: real HTTP and a real PostgreSQL."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from services.ingest.subscriptions import add_feed, list_feeds, remove_feed
from services.kit.clock import utc_now
from tests.fakes.feeds import Story, rss, stories
from tests.fakes.newsdesk import Newsdesk, named, opened, polls
from tests.fakes.site import Site

WORDPRESS = "<generator>https://wordpress.org/?v=6.9</generator>"


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Newsdesk]:
    """Give a newsdesk with the usual settings."""
    async with opened(database) as newsdesk:
        yield newsdesk


def dated(desk: Newsdesk, first: int, last: int, *, head: str = "") -> bytes:
    """Return a feed of stories, newest first, that are all published after the last poll."""
    later = desk.now + timedelta(seconds=60)
    told = [
        Story(f"https://wire.example/{n}", f"Story {n}", f"g{n}", later + timedelta(seconds=n))
        for n in range(last, first - 1, -1)
    ]
    return rss(told).replace(b"<item>", head.encode() + b"<item>", 1)


def titles(desk: Newsdesk) -> list[str]:
    """Return the titles of all entries, in the order of their numbers."""
    return sorted((entry.title or "" for entry in desk.entries()), key=lambda title: int(title.split()[1]))


def news_sitemap(*numbers: int) -> bytes:
    """Return a news sitemap of stories."""
    urls = "".join(
        f"<url><loc>https://wire.example/{n}</loc><n:news><n:publication_date>2026-03-04T10:00:00Z"
        f"</n:publication_date><n:title>Story {n}</n:title></n:news></url>"
        for n in numbers
    )
    return (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        f"xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>"
    ).encode()


async def test_a_gap_is_told_and_filled_from_older_pages(database: str) -> None:
    """A feed without a known item is read back page by page to a known one, and polled again after half the time."""
    async with opened(database, INGEST_INTERVAL_LEAST_S="60") as desk:
        await desk.add("/feed/", dated(desk, 1, 5))
        await desk.polled()
        waited_s = (await desk.feed()).interval_s
        desk.now += timedelta(seconds=240)
        desk.serve("/feed/", dated(desk, 21, 25, head=WORDPRESS))
        desk.serve("/feed/?paged=2", dated(desk, 16, 20))
        desk.serve("/feed/?paged=3", dated(desk, 11, 15))
        desk.serve("/feed/?paged=4", dated(desk, 4, 10))
        lines = await desk.polled()
        assert titles(desk) == [f"Story {n}" for n in range(1, 26)]
        (gap,) = named(lines, "feed.gap_suspected")
        assert (gap["pages"], gap["recovered"], gap["closed"]) == (3, 15, True)
        assert polls(lines) == ["feed.polled"]
        after = await desk.feed()
        assert waited_s is not None
        assert after.interval_s is not None
        assert after.interval_s <= waited_s / 2


async def test_a_gap_is_filled_from_the_archive_that_the_feed_names(desk: Newsdesk) -> None:
    """RFC 5005: the link to the previous archive is followed, on the feed's own site only."""
    await desk.add("/feed.xml", dated(desk, 1, 5))
    await desk.polled()
    link = "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='prev-archive' href='{}'/>"
    desk.serve("/feed.xml", dated(desk, 13, 16, head=link.format("/archive/2.xml")))
    desk.serve("/archive/2.xml", dated(desk, 9, 12, head=link.format("http://127.0.0.2:1/elsewhere.xml")))
    lines = await desk.polled()
    assert titles(desk) == [f"Story {n}" for n in (*range(1, 6), *range(9, 17))]
    (gap,) = named(lines, "feed.gap_suspected")
    assert (gap["pages"], gap["recovered"], gap["closed"]) == (1, 4, False)


async def test_a_gap_is_filled_from_the_news_sitemap_at_last(desk: Newsdesk) -> None:
    """A feed without older pages has its gap filled from the news sitemap that robots.txt names."""
    await desk.add("/feed.xml", dated(desk, 1, 5))
    await desk.polled()
    desk.serve("/feed.xml", dated(desk, 10, 13))
    desk.serve("/robots.txt", f"Sitemap: {desk.site.url}/news-sitemap.xml\n".encode(), content_type="text/plain")
    when = (desk.now + timedelta(seconds=60)).isoformat()
    entries = "".join(
        f"<url><loc>https://wire.example/{n}</loc><n:news><n:publication_date>{when}</n:publication_date>"
        f"<n:title>Story {n}</n:title></n:news></url>"
        for n in range(12, 4, -1)
    )
    desk.serve(
        "/news-sitemap.xml",
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        f"xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{entries}</urlset>".encode(),
    )
    lines = await desk.polled()
    assert set(titles(desk)) == {f"Story {n}" for n in range(1, 14)}
    assert named(lines, "feed.gap_suspected")[0]["recovered"] >= 4


async def test_a_permanent_move_is_adopted_after_a_day_with_the_same_items(desk: Newsdesk) -> None:
    """The old address is asked, and followed, until the redirect has held; then the new one is, without repeats."""
    await desk.add("/old", rss(stories(3)))
    await desk.polled()
    target = desk.serve("/new", rss(stories(4)))
    desk.site.redirect("/old", "/new", status=308)
    lines = await desk.polled(times=2)
    assert (await desk.feed()).moved_to == target
    desk.now += timedelta(hours=24)
    lines += await desk.polled(times=2)
    feed = await desk.feed()
    assert (feed.url, feed.moved_to) == (target, None)
    assert [(line["target"], line["feed_id"]) for line in named(lines, "feed.moved")] == [(target, feed.feed_id)]
    asked = len(desk.site.asked("/old"))
    await desk.polled(times=2)
    assert len(desk.site.asked("/old")) == asked
    assert titles(desk) == ["Story 1", "Story 2", "Story 3", "Story 4"]
    assert not await add_feed(desk.database, target, now=desk.now)


async def test_a_temporary_move_is_followed_and_never_adopted(desk: Newsdesk) -> None:
    """A 302 or 307 that has held for weeks is still a redirect."""
    url = await desk.add("/old", rss(stories(3)))
    await desk.polled()
    desk.serve("/new", rss(stories(4)))
    for status in (302, 307):
        desk.site.redirect("/old", "/new", status=status)
        for _ in range(4):
            desk.now += timedelta(days=1)
            await desk.polled()
    assert (await desk.feed()).url == url
    assert len(desk.entries()) == 4


async def test_a_move_to_a_feed_that_is_polled_already_ends_the_subscription(desk: Newsdesk) -> None:
    """Two subscriptions that come to be one feed are polled as one."""
    old = await desk.add("/old", rss(stories(3)))
    await desk.add("/new", rss(stories(3)))
    await desk.polled()
    desk.site.redirect("/old", "/new")
    await desk.polled(times=2)
    desk.now += timedelta(hours=24)
    lines = await desk.polled(times=2)
    assert [line["reason"] for line in named(lines, "feed.retired")] == ["duplicate"]
    ended = {feed.url: feed.off_reason for feed in await list_feeds(desk.database)}
    assert ended[old] == "duplicate"
    assert list(ended.values()).count(None) == 1


async def test_a_tag_that_lies_is_found_out_and_dropped(desk: Newsdesk) -> None:
    """A server whose tag stays while its items change is asked without it within a day, and loses nothing more."""
    await desk.add("/feed", rss(stories(3)), etag='"always"')
    await desk.polled(times=4)
    desk.serve("/feed", rss(stories(4)), etag='"always"')
    lines = await desk.polled(times=0)
    for _ in range(24):
        desk.now += timedelta(hours=1)
        lines += await desk.polled()
    assert [line["validators"] for line in named(lines, "feed.validator_dropped")] == [["etag"]]
    desk.serve("/feed", rss(stories(5)), etag='"always"')
    await desk.polled()
    assert len(desk.entries()) == 5


async def test_a_dead_feed_is_looked_up_on_its_site_and_proposed(desk: Newsdesk) -> None:
    """After three failures the site is asked; what it announces is proposed if it can be read, and is not polled."""
    await desk.add("/feed", b"gone", status=404)
    desk.serve(
        "/",
        b"<html><head><link rel='alternate' type='application/rss+xml' href='/broken'>"
        b"<link rel='alternate' type='application/rss+xml' href='/rss'></head></html>",
        content_type="text/html",
    )
    fresh = desk.serve("/rss", rss(stories(2)))
    lines = await desk.polled(times=4)
    assert [line["proposed"] for line in named(lines, "feed.proposed")] == [[fresh]]
    assert (await desk.feed()).proposed == [fresh]
    assert len(desk.site.asked("/")) == 1
    assert desk.entries() == []


async def test_of_an_index_of_sitemaps_only_what_has_changed_is_fetched(desk: Newsdesk) -> None:
    """A sitemap index is a feed: its sitemaps are read once, and again when the index says that they have changed."""

    def index(day: int) -> bytes:
        children = "".join(
            f"<sitemap><loc>{desk.site.url}/news-{n}.xml</loc><lastmod>2026-03-0{changed}</lastmod></sitemap>"
            for n, changed in ((1, day), (2, 1))
        )
        return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{children}</sitemapindex>".encode()

    desk.serve("/news-1.xml", news_sitemap(1, 2))
    desk.serve("/news-2.xml", news_sitemap(3))
    await desk.add("/sitemap.xml", index(3))
    lines = await desk.polled()
    desk.serve("/news-1.xml", news_sitemap(4, 1, 2))
    desk.serve("/sitemap.xml", index(4))
    lines += await desk.polled()
    assert titles(desk) == [f"Story {n}" for n in range(1, 5)]
    assert {entry.channel for entry in desk.entries()} == {"sitemap"}
    assert [len(desk.site.asked(f"/news-{n}.xml")) for n in (1, 2)] == [2, 1]
    assert polls(lines) == ["feed.polled", "feed.polled"]


async def test_a_site_that_is_overrun_rests_with_all_its_feeds(desk: Newsdesk) -> None:
    """429 from one feed holds back the others of its registrable domain for as long as the site asks."""
    await desk.add("/limited", b"", status=429, headers={"Retry-After": "900"})
    await desk.polled()
    await desk.add("/feed", rss(stories(2)))
    desk.now += timedelta(seconds=600)
    await desk.run(until=desk.rested)
    assert desk.site.asked("/feed") == []
    desk.now += timedelta(seconds=301)
    await desk.polled()
    assert len(desk.site.asked("/feed")) == 1


async def test_an_outage_of_ours_is_told_once_and_charged_to_no_feed(database: str) -> None:
    """When all sites fail at once it is us; when they answer again, the feeds are as if nothing had been."""
    async with opened(database) as desk, AsyncExitStack() as sites:
        served = [Site(f"127.0.0.{n}") for n in range(2, 9)]
        for number, site in enumerate(served):
            await site.__aenter__()
            sites.push_async_exit(site.__aexit__)
            site.serve("/feed", rss(stories(1)), content_type="application/rss+xml", etag='"1"')
            await add_feed(desk.database, f"{site.url}/feed", title=str(number), now=desk.now)
        await desk.polled()
        ports = [int(site.url.rpartition(":")[2]) for site in served]
        await sites.aclose()
        with capture_logs() as lines:
            await desk.polled_by_one(times=2)
            back = [Site(f"127.0.0.{n}", port) for n, port in zip(range(2, 9), ports, strict=True)]
            async with AsyncExitStack() as again:
                for site in back:
                    site.serve("/feed", rss(stories(1)), content_type="application/rss+xml", etag='"1"')
                    await again.enter_async_context(site)
                await desk.polled_by_one()
        assert len(named(lines, "network.lost")) == len(named(lines, "network.restored")) == 1
        assert named(lines, "feed.recovered") == []
        feeds = await list_feeds(desk.database)
        assert [(feed.failures, feed.last_error) for feed in feeds] == [(0, None)] * 7
        assert Counter(polls(lines))["feed.unchanged"] == 7


async def test_a_poll_whose_shard_is_lost_leaves_no_trace(desk: Newsdesk) -> None:
    """A process whose lease another one took in the middle of a poll ends that with one line, and saves nothing."""
    await desk.add("/feed", rss(stories(2)), delay_s=0.4)
    desk.now += timedelta(seconds=1)

    async def lost() -> bool:
        if not desk.site.asked("/feed"):
            return False
        await desk.database.execute("UPDATE ingest.shards SET token = token + 1, owner = 'another'")
        return bool(named(lines, "feed.claim_lost"))

    with capture_logs() as lines:
        await desk.run(until=lost)
    assert polls(lines) == ["feed.claim_lost"]
    feed = await desk.feed()
    assert (feed.polls, feed.items, feed.last_polled_at) == (0, 0, None)


async def test_a_feed_added_while_the_service_runs_is_polled_at_once(desk: Newsdesk) -> None:
    """A new subscription needs no restart."""

    async def polled() -> bool:
        if not await list_feeds(desk.database):
            await desk.add("/feed", rss(stories(2)))
        await asyncio.sleep(0.05)
        return len(desk.entries()) == 2

    desk.now += timedelta(seconds=1)
    await desk.run(until=polled)


async def test_an_index_without_dates_is_followed_at_every_poll(desk: Newsdesk) -> None:
    """A sitemap that its index does not date is read each time, also where the index itself never changes."""
    loc = f"<sitemap><loc>{desk.site.url}/news.xml</loc></sitemap>"
    own = f"<sitemap><loc>{desk.site.url}/sitemap.xml</loc></sitemap>"
    other = "<sitemap><loc>http://127.0.0.2:1/news.xml</loc></sitemap>"
    index = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{loc}{own}{other}</sitemapindex>"
    await desk.add("/sitemap.xml", index.encode(), etag='"same"')
    for count in (2, 3, 5):
        desk.serve("/news.xml", news_sitemap(*range(1, count + 1)))
        await desk.polled()
    assert titles(desk) == [f"Story {n}" for n in range(1, 6)]
    assert len(desk.site.asked("/sitemap.xml")) == 6, (
        "an index that names itself is read for items, of which it has none"
    )


async def test_a_move_to_a_feed_that_was_removed_is_not_adopted(desk: Newsdesk) -> None:
    """A subscription that ended holds its address, and ends no other."""
    old = await desk.add("/old", rss(stories(3)))
    new = await desk.add("/new", rss(stories(3)))
    await desk.polled()
    await remove_feed(desk.database, new)
    desk.site.redirect("/old", "/new")
    await desk.polled(times=2)
    desk.now += timedelta(hours=24)
    await desk.polled(times=2)
    assert {feed.url: feed.active for feed in await list_feeds(desk.database)} == {old: True, new: False}


async def test_many_feeds_that_lead_to_one_host_wait_for_it_and_fail_nobody(database: str) -> None:
    """A crowd of redirects to one host is let through one by one; who finds no turn is put off, not blamed."""
    async with opened(database, INGEST_HOST_GAP_S="0.2") as desk, AsyncExitStack() as sites:
        desk.clock = utc_now
        desk.serve("/hub", rss(stories(1)))
        for n in range(2, 12):
            site = await sites.enter_async_context(Site(f"127.0.0.{n}"))
            site.redirect("/feed", f"{desk.site.url}/hub", status=302)
            await add_feed(desk.database, f"{site.url}/feed", now=utc_now())
        with capture_logs() as lines:
            await desk.run(until=lambda: desk.told(lines, 10))
        gaps = [after.at - before.at for before, after in pairwise(desk.site.asked("/hub"))]
        assert min(gaps) >= 0.19
        assert polls(lines) == ["feed.polled"] * 10
        assert not named(lines, "network.lost")


async def test_410_ends_a_subscription_after_days_whatever_the_site_asks(desk: Newsdesk) -> None:
    """A short Retry-After does not bring the three answers together that end a subscription."""
    await desk.add("/feed", b"", status=410, headers={"Retry-After": "60"})
    started = desk.now
    await desk.polled(times=3)
    assert desk.now - started > timedelta(hours=30)
    assert (await desk.feed()).off_reason == "gone"
