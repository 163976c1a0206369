"""Ingest as a service: real HTTP on loopback, a real PostgreSQL, the broker in memory."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from email.utils import format_datetime

import pytest
from structlog.testing import capture_logs

from services.ingest import repeats
from services.ingest.subscriptions import add_feed, list_feeds, remove_feed
from services.ingest.tools import Fetches
from services.kit.http.answer import Fetched
from services.kit.http.fetch import Gate
from services.local.process import free_port
from tests.fakes.feeds import NOW, Story, rss, stories
from tests.fakes.newsdesk import TOPIC, Newsdesk, named, opened, polls
from tests.fakes.site import etag_of


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Newsdesk]:
    """Give a newsdesk with the usual settings."""
    async with opened(database) as newsdesk:
        yield newsdesk


async def test_the_same_feed_polled_ten_times_gives_each_item_once(desk: Newsdesk) -> None:
    """Ten polls of an unchanged feed publish each item once, and nine of them are counted instead of logged."""
    await desk.add("/feed", rss(stories(20)))
    lines = await desk.polled(times=10)
    assert Counter(entry.url for entry in desk.entries()) == {f"https://wire.example/{n}": 1 for n in range(1, 21)}
    assert len(desk.site.asked("/feed")) == 10
    assert len(named(lines, "entry.published")) == 20
    assert polls(lines) == ["feed.polled"] + ["feed.unchanged"] * 9
    assert desk.counts == {"feed.polled": 1, "feed.unchanged": 9, "entry.published": 20}


async def test_an_entry_carries_key_headers_and_ids(desk: Newsdesk) -> None:
    """A record is keyed by the article's registrable domain and carries its trace in its headers and in the log."""
    url = await desk.add("/feed", rss([Story("https://news.wire.co.uk/1", "One", "g1")], title="The Wire"))
    lines = await desk.polled()
    (received,) = desk.broker.records(TOPIC)
    (entry,) = desk.entries()
    assert received.key == b"wire.co.uk"
    assert received.header("ce_id") == entry.entry_id
    assert received.trace_id == entry.trace_id
    assert named(lines, "entry.published")[0]["entry_id"] == entry.entry_id
    assert (entry.feed.url, entry.feed.title, entry.feed.feed_id) == (url, "The Wire", (await desk.feed()).feed_id)
    assert (entry.event, entry.channel, entry.guid) == ("new", "rss", "g1")
    assert (await desk.feed()).title == "The Wire"


async def test_changes_and_news_are_published_as_they_come(desk: Newsdesk) -> None:
    """A changed item is published as changed, a new one as new, and the others not again."""
    await desk.add("/feed", rss(stories(3)))
    await desk.polled()
    changed = [Story("https://wire.example/4", "Story 4", "story-4"), *stories(3)[:-1]]
    desk.serve("/feed", rss([*changed, Story("https://wire.example/1", "Story 1, corrected", "story-1")]))
    await desk.polled()
    assert [(entry.event, entry.title) for entry in desk.entries()[3:]] == [
        ("changed", "Story 1, corrected"),
        ("new", "Story 4"),
    ]


async def test_validators_go_back_and_304_is_no_news(desk: Newsdesk) -> None:
    """The entity tag of the last answer is sent back verbatim; 304 changes nothing and keeps the tag."""
    body = rss(stories(3))
    await desk.add("/feed", body, etag=etag_of(body))
    lines = await desk.polled(times=3)
    assert [one.headers.get("if-none-match") for one in desk.site.asked("/feed")] == [None, *[etag_of(body)] * 2]
    assert [line["status"] for line in named(lines, "feed.unchanged")] == [304, 304]
    assert len(desk.entries()) == 3


async def test_a_tag_that_changes_over_the_same_body_repeats_nothing(desk: Newsdesk) -> None:
    """Case 14: new tags, dates to come and tags of 10 kB over the same body give no entries twice."""
    body = rss(stories(3))
    await desk.add("/feed", body, headers={"ETag": '"0"', "Last-Modified": format_datetime(NOW, usegmt=True)})
    await desk.polled()
    for tag in ('"1"', "x" * 10_000):
        future = format_datetime(desk.now + timedelta(days=9), usegmt=True)
        desk.serve("/feed", body, headers={"ETag": tag, "Last-Modified": future})
        assert polls(await desk.polled()) == ["feed.unchanged"]
    feed = await desk.feed()
    assert (feed.etag, feed.last_modified) == (None, None)
    assert len(desk.entries()) == 3


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [("600", 600), ("30", 300), ("999999999", 86_400), ("-5", 300), ("abc", 300), ("date", 1200), ("past", 300)],
)
async def test_retry_after_sets_the_next_poll(desk: Newsdesk, value: str, wait_s: int) -> None:
    """Case 13: the next poll follows Retry-After between the interval and a day; nonsense is passed over."""
    moment = {"date": NOW + timedelta(seconds=1201), "past": NOW - timedelta(days=1)}.get(value)
    header = format_datetime(moment, usegmt=True) if moment else value
    await desk.add("/feed", b"slow down", status=503, headers={"Retry-After": header})
    (line,) = named(await desk.polled(), "feed.poll_failed")
    assert (line["error_code"], line["status"], line["failures"]) == ("fetch.server_error", 503, 1)
    assert (await desk.feed()).next_poll_at - desk.now == timedelta(seconds=wait_s)


async def test_three_times_gone_ends_a_subscription(desk: Newsdesk) -> None:
    """Case 13: 410 three times in a row retires a feed, said once; adding it again polls it again."""
    url = await desk.add("/feed", b"", status=410)
    lines = await desk.polled(times=3)
    assert [line["error_code"] for line in lines if line.get("terminal")] == ["fetch.gone"] * 3
    assert polls(lines) == ["feed.poll_failed"] * 3, "hours apart, so that each is told"
    assert len(named(lines, "feed.retired")) == 1
    feed = await desk.feed()
    assert (feed.active, feed.off_reason) == (False, "gone")
    assert not await add_feed(desk.database, url, now=desk.now)
    assert (await desk.feed()).active


async def test_failures_are_told_once_and_their_end_too(desk: Newsdesk) -> None:
    """The first failure and each other reason get a line; the same one again is counted; recovery is told."""
    await desk.add("/feed", b"gone fishing", status=500)
    lines = await desk.polled(times=2)
    desk.serve("/feed", b"<html><title>Sign in</title></html>")
    lines += await desk.polled()
    desk.serve("/feed", rss(stories(2)))
    lines += await desk.polled()
    assert polls(lines) == ["feed.poll_failed", "feed.still_failing", "feed.poll_failed", "feed.polled"]
    assert [line["error_code"] for line in named(lines, "feed.poll_failed")] == [
        "fetch.server_error",
        "feed.not_a_feed",
    ]
    assert [line["failures"] for line in named(lines, "feed.recovered")] == [3]
    assert len(desk.entries()) == 2
    assert desk.counts["feed.still_failing"] == 1


async def test_an_unreachable_host_delays_nobody_else(desk: Newsdesk) -> None:
    """A feed that cannot be connected to fails with its code while the others are polled."""
    closed = f"http://127.0.0.2:{free_port()}/feed"
    await add_feed(desk.database, closed, now=desk.now)
    await add_feed(desk.database, "http://10.1.2.3/feed", now=desk.now)
    await desk.add("/feed", rss(stories(2)))
    lines = await desk.polled()
    codes = {line["url"]: line["error_code"] for line in named(lines, "feed.poll_failed")}
    assert codes == {closed: "fetch.connect", "http://10.1.2.3/feed": "fetch.address_refused"}
    assert len(desk.entries()) == 2


async def test_the_backlog_of_a_new_feed_is_cut_and_said(database: str) -> None:
    """Case 23: of a feed with 400 items the newest ten are published at first sight, with one line about the rest."""
    async with opened(database, INGEST_BACKLOG="10") as desk:
        await desk.add("/feed", rss(stories(400)))
        lines = await desk.polled(times=2)
        assert len(desk.entries()) == 10
        (line,) = named(lines, "feed.backlog_truncated")
        assert (line["published"], line["dropped"]) == (10, 390)


async def test_a_feed_that_takes_too_long_to_parse_is_killed(database: str) -> None:
    """Case 18: a parse past its deadline fails this poll alone; the pool serves the next one."""
    async with opened(database, INGEST_PARSE_DEADLINE_S="1.5") as desk:
        slow = rss(stories(1)).replace(b"</item>", b"<author>" + b"a" * 60_000 + b"</author></item>")
        await desk.add("/slow", slow)
        await desk.add("/large", rss(stories(500)))
        lines = await desk.polled()
        (line,) = named(lines, "feed.poll_failed")
        assert line["error_code"] == "feed.parse_deadline"
        assert len(desk.entries()) == 100


async def test_a_body_beyond_the_limit_is_not_read(database: str) -> None:
    """A feed larger than the limit fails with a code of its own."""
    async with opened(database, INGEST_BODY_MAX_BYTES="2000") as desk:
        await desk.add("/feed", rss(stories(100)))
        (line,) = named(await desk.polled(), "feed.poll_failed")
        assert line["error_code"] == "fetch.too_large"


async def test_a_broker_that_is_down_loses_nothing(desk: Newsdesk) -> None:
    """Entries wait in place while the broker is down, the loss and return are said once, and each comes once."""
    await desk.add("/feed", rss(stories(5)))
    desk.now += timedelta(seconds=1)
    desk.broker.down = True

    async def back() -> bool:
        if named(captured, "dependency.lost"):
            desk.broker.down = False
        return (await desk.feed()).last_success_at is not None

    with capture_logs() as captured:
        await desk.run(until=back)
    assert Counter(entry.title for entry in desk.entries()) == {f"Story {n}": 1 for n in range(1, 6)}
    assert len(named(captured, "dependency.lost")) == len(named(captured, "dependency.restored")) == 1


async def test_a_crash_between_publishing_and_remembering_repeats_and_loses_nothing(desk: Newsdesk) -> None:
    """A poller that dies before it saved its memory leaves a feed that another polls again, with the same ids."""
    await desk.add("/feed", rss(stories(4)))
    await desk.polled()
    before = desk.entries()
    await desk.database.execute("DELETE FROM ingest.items")
    await desk.database.execute("UPDATE ingest.feeds SET body_hash = NULL, items = 0, pieces = ''")
    await desk.polled()
    again = desk.entries()[len(before) :]
    assert [entry.entry_id for entry in again] == [entry.entry_id for entry in before]
    assert [entry.trace_id for entry in again] == [entry.trace_id for entry in before]


async def test_a_removed_feed_is_not_polled_and_comes_back_without_repeats(desk: Newsdesk) -> None:
    """Removing ends the polls and keeps the memory, so that adding the feed again publishes only what is new."""
    url = await desk.add("/feed", rss(stories(3)))
    await desk.polled()
    assert await remove_feed(desk.database, url)
    assert not await remove_feed(desk.database, url)
    desk.now += timedelta(days=2)
    await desk.run(until=desk.rested)
    assert len(desk.site.asked("/feed")) == 1
    await add_feed(desk.database, url, now=desk.now)
    desk.serve("/feed", rss(stories(4)))
    await desk.polled()
    assert [entry.title for entry in desk.entries()] == ["Story 1", "Story 2", "Story 3", "Story 4"]


async def test_what_has_no_outcome_is_published_again_at_the_start(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting on, entries without an outcome in the store come again unchanged, once each; the others not."""
    monkeypatch.setattr(repeats, "_PAGE", 1)
    async with opened(database, INGEST_REEMIT="true") as desk:
        await desk.add("/feed", rss(stories(3)))
        await desk.polled()
        before = desk.entries()
        await desk.database.execute("CREATE SCHEMA store")
        await desk.database.execute("CREATE TABLE store.outcomes (trace_id text PRIMARY KEY)")
        await desk.database.execute("INSERT INTO store.outcomes VALUES ($1)", before[1].trace_id)
        lines = await desk.polled()
        assert desk.entries()[3:] == [before[0], before[2]]
        assert [line["entry_id"] for line in named(lines, "entry.republished")] == [
            before[0].entry_id,
            before[2].entry_id,
        ]
        assert all(line["terminal"] for line in named(lines, "entry.republished"))


async def test_an_entry_that_cannot_be_sent_fails_alone(desk: Newsdesk) -> None:
    """Case 34: a record too large for the topic ends in one line; the others are published, and it is not retried."""
    desk.broker.max_bytes = 5000
    large = Story("https://wire.example/large", "Large", "large", text="x" * 6000)
    await desk.add("/feed", rss([*stories(2), large]))
    lines = await desk.polled()
    desk.serve("/feed", rss([*stories(3), large]))
    lines += await desk.polled()
    assert [entry.title for entry in desk.entries()] == ["Story 1", "Story 2", "Story 3"]
    (line,) = named(lines, "entry.failed")
    assert (line["error_code"], line["url"]) == ("record.too_large", "https://wire.example/large")


async def test_every_poll_ends_in_one_terminal_event(desk: Newsdesk) -> None:
    """Whatever a site answers, each poll has exactly one terminal event and its feed a next time."""
    bodies = {
        "/good": rss(stories(2)),
        "/empty": b"",
        "/html": b"<html></html>",
        "/binary": bytes(range(256)) * 100,
        "/bomb": b'<!DOCTYPE r [<!ENTITY a "aaaa">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
        "/utf16": rss(stories(1)).decode().encode("utf-16"),
        "/json": b'{"version": "https://jsonfeed.org/version/1", "items": [7]}',
        "/cut": rss(stories(3))[:-200],
        "/nolink": rss([Story(None, "No link", "n")]),
    }
    for path, body in bodies.items():
        await desk.add(path, body)
    lines = await desk.polled()
    assert len(polls(lines)) == len(bodies)
    assert "feed.poll_crashed" not in polls(lines)
    for feed in await list_feeds(desk.database):
        assert feed.next_poll_at > desk.now


class Stumbling:
    """A fetcher with a bug that one address brings to light."""

    def __init__(self, sound: Fetches) -> None:
        self._sound = sound

    async def get(
        self, url: str, *, body_max_bytes: int, headers: Mapping[str, str] | None = None, gate: Gate | None = None
    ) -> Fetched:
        """Fetch, or stumble."""
        if url.endswith("/bug"):
            raise ZeroDivisionError("nobody foresaw this")
        return await self._sound.get(url, body_max_bytes=body_max_bytes, headers=headers, gate=gate)


async def test_a_bug_of_ours_costs_one_feed_one_poll(desk: Newsdesk) -> None:
    """An unforeseen error is told with its trace, the feed is tried again later, and the others go on."""
    desk.fetcher = Stumbling(desk.fetcher)
    await desk.add("/bug")
    await desk.add("/feed", rss(stories(2)))
    lines = await desk.polled(times=2)
    crashes = named(lines, "feed.poll_crashed")
    assert [line["failures"] for line in crashes] == [1, 2]
    assert all("ZeroDivisionError: nobody foresaw this" in line["traceback"] for line in crashes)
    assert len(desk.entries()) == 2


async def test_a_stop_finishes_the_polls_under_way(desk: Newsdesk) -> None:
    """Case 40: a stop in the middle of a poll lets it finish: its entries are published and remembered."""
    await desk.add("/feed", rss(stories(2)), delay_s=0.3)
    desk.now += timedelta(seconds=1)

    async def asked() -> bool:
        return bool(desk.site.asked("/feed"))

    await desk.run(until=asked)
    assert len(desk.entries()) == 2
    assert (await desk.feed()).polls == 1
