"""What was missed between two polls, and where to look for it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.ingest.window import (
    PAGES_MAX,
    Window,
    dated_before,
    filled,
    missed,
    news_sitemaps,
    older_pages,
    renamed,
    suspected,
)
from tests.fakes.feeds import NOW

FEED = "https://news.example.co.uk/feed/"
GAP = Window(
    remembered=True, listed=20, overlap=0, listed_before=20, before_last_poll=0, dated=20, in_a_row=0
)  # a full window of which nothing was there before
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("window", "gap", "new_names"),
    [
        (GAP, True, False),
        (replace(GAP, overlap=1), False, False),
        (replace(GAP, remembered=False), False, False),
        (replace(GAP, listed=0, dated=0), False, False),
        (replace(GAP, listed=1, dated=1, listed_before=1), False, False),
        (replace(GAP, listed=3, dated=3, listed_before=3), True, False),
        (replace(GAP, listed=4, dated=4), False, False),
        (replace(GAP, listed=10, dated=10), True, False),
        (replace(GAP, listed=4, dated=4, listed_before=None), True, False),
        (replace(GAP, before_last_poll=1), True, False),
        (replace(GAP, before_last_poll=18), False, True),
        (replace(GAP, before_last_poll=5), False, True),
        (replace(GAP, before_last_poll=18, remembered=False), False, False),
        (replace(GAP, before_last_poll=18, overlap=1), False, False),
        (replace(GAP, listed=2, dated=2, before_last_poll=2, listed_before=2), False, False),
        (replace(GAP, listed=3, dated=3, before_last_poll=2, listed_before=3), False, True),
        (replace(GAP, dated=10, before_last_poll=5), False, True),
        (replace(GAP, dated=9, before_last_poll=5), True, False),
        (replace(GAP, dated=0), True, False),
        (replace(GAP, dated=0, in_a_row=7), True, False),
        (replace(GAP, dated=0, in_a_row=8), False, True),
        (replace(GAP, in_a_row=50), True, False),
    ],
    ids=[
        "full and all new",
        "one item known",
        "first poll",
        "empty document",
        "a feed of one item",
        "a feed of three items",
        "emptied at midnight",
        "half as long",
        "length of the last one not known",
        "one old item that was reprinted",
        "all items from before the last poll",
        "a quarter from before the last poll",
        "old items at the first poll",
        "old items, one of them known",
        "two old items",
        "three items, two of them old",
        "half of them dated, and old",
        "fewer than half dated",
        "without dates",
        "without dates, again and again",
        "without dates, at every poll",
        "dates say so at every poll",
    ],
)
def test_a_gap_is_a_full_window_without_known_items(window: Window, *, gap: bool, new_names: bool) -> None:
    """No overlap means a gap, unless the window was short, new or emptied, or lists the old items under new ids."""
    assert suspected(window) is gap
    assert renamed(window) is new_names


def test_every_gap_of_a_dated_feed_is_flagged_whenever_it_comes() -> None:
    """A feed with 20 items, polled after 21 or more have come, is always suspected; after 19 or fewer it never is."""
    step = timedelta(minutes=3)
    for come in range(1, 200):
        last_poll = NOW - come * step
        times: list[datetime | None] = [NOW - n * step for n in range(20)]
        overlap = max(0, 20 - come)
        window = replace(GAP, overlap=overlap, before_last_poll=dated_before(times, last_poll))
        assert suspected(window) is (come >= 20), come


def test_an_item_just_before_the_last_poll_is_not_old() -> None:
    """Items count as older than the last poll from a quarter of an hour on; without a last poll none is."""
    times = [NOW - timedelta(minutes=14), NOW - timedelta(minutes=16), None, NOW]
    assert dated_before(times, NOW) == 1
    assert dated_before(times, None) == 0


@pytest.mark.parametrize(
    ("feed", "links", "generator", "expected"),
    [
        (FEED, [], "https://wordpress.org/?v=6.5", [FEED + "?paged=2"]),
        (FEED, [], None, [FEED + "?paged=2"]),
        (FEED, [], "Medium", []),
        ("https://a.example/rss.xml", [], None, []),
        ("https://a.example/rss.xml", [], "WordPress 4", ["https://a.example/rss.xml?paged=2"]),
        ("https://a.example/?feed=rss2", [], None, ["https://a.example/?feed=rss2&paged=2"]),
        (FEED + "?paged=7&x=1", [], None, [FEED + "?x=1&paged=2"]),
        (FEED, ["?page=2"], None, [FEED + "?page=2", FEED + "?paged=2"]),
        (
            FEED,
            ["https://www.example.co.uk/a/1", FEED, "https://other.co.uk/a"],
            "x",
            ["https://www.example.co.uk/a/1"],
        ),
        (FEED, ["javascript:x", "ftp://news.example.co.uk/", "http://[::1"], "x", []),
        (FEED, ["?paged=2", FEED + "?paged=2"], None, [FEED + "?paged=2"]),
    ],
)
def test_older_pages_are_the_feed_s_own(
    feed: str, links: list[str], generator: str | None, expected: list[str]
) -> None:
    """Links of the feed come first, then the pages that WordPress has; never another site, never the feed itself."""
    assert older_pages(feed, links, generator, 1) == expected


def test_pages_are_counted_and_end() -> None:
    """The fifth older page is the sixth of WordPress, and there is no sixth older one, whatever links say."""
    assert older_pages(FEED, [], None, PAGES_MAX) == [FEED + "?paged=6"]
    assert older_pages(FEED, ["?page=7"], None, PAGES_MAX + 1) == []
    assert older_pages(FEED, ["?page=7"], None, 0) == []


@pytest.mark.parametrize(
    ("page", "overlap", "new", "stop"), [(1, 0, 10, False), (1, 1, 9, True), (1, 0, 0, True), (5, 0, 10, True)]
)
def test_the_search_stops_where_the_gap_ends(page: int, overlap: int, new: int, *, stop: bool) -> None:
    """At a known item, at a page without anything new, or at the last page."""
    assert filled(page=page, overlap=overlap, new=new) is stop


def test_only_news_sitemaps_of_the_site_are_asked() -> None:
    """Of the sitemaps in robots.txt those with news in their name count, on the feed's own site, two at most."""
    given = [
        "https://www.example.co.uk/sitemap.xml",
        "https://www.example.co.uk/News-Sitemap.xml",
        "https://news.example.co.uk/archive.xml",
        "https://other.example/news.xml",
        "http://[::1",
        "https://www.example.co.uk/sitemap.xml?kind=news",
        "https://www.example.co.uk/news3.xml",
    ]
    assert news_sitemaps(FEED, given) == [given[1], given[5]]


def test_what_is_older_than_the_gap_is_left_out() -> None:
    """Of older pages the unknown items from after the last poll are missed ones; those from long before are not."""
    last = NOW - 5 * HOUR
    rows = [
        (NOW - HOUR, False),
        (NOW - 2 * HOUR, True),
        (last - 0.9 * HOUR, False),
        (last - 1.1 * HOUR, False),
        (None, False),
    ]
    assert missed(rows, last) == [0, 2]
    assert missed([(None, False), (None, False), (None, True), (None, False)], last) == [0, 1]
    assert missed([(None, False), (NOW - 90 * HOUR, False), (None, False)], last) == [0]
    assert missed([], last) == []
