"""Sitemaps as feeds, and which sitemaps of an index are worth a request."""

import gzip
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.ingest.feeds import needs_isolation, read_feed
from services.ingest.items import ITEMS_MAX, PIECE_BYTES, Child, Item, ParsedFeed
from services.ingest.sitemap import CHILDREN_MAX, DUE_MAX, UNPACKED_MAX_BYTES, due_children
from services.kit.errors import Rejected
from tests.fakes.feeds import NOW

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://tideline.example/sitemap.xml"
HEAD = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n">'


def read(body: bytes) -> ParsedFeed:
    """Read a body as an answer from a site."""
    return read_feed(body, URL, "application/xml", NOW).parsed


def page(name: str, lastmod: str | None = None) -> str:
    """Write an entry of a sitemap."""
    dated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>https://tideline.example/{name}</loc>{dated}</url>"


def urlset(*pages: str) -> bytes:
    """Write a sitemap."""
    return f"{HEAD}{''.join(pages)}</urlset>".encode()


def child(name: str, day: int | None = None) -> Child:
    """Return a sitemap of an index, changed on a day of March."""
    at = datetime(2026, 3, day, tzinfo=UTC) if day else None
    return Child(f"https://tideline.example/{name}.xml", at.isoformat() if at else None, at)


def names(children: list[Child]) -> list[str]:
    """Return what sitemaps are called."""
    return [one.url.rpartition("/")[2].removesuffix(".xml") for one in children]


def test_a_news_sitemap_is_a_feed() -> None:
    """Its entries are items with title, keywords, language and both dates; pages without news are none."""
    feed = read((FEEDS / "news_sitemap.xml").read_bytes())
    assert (feed.channel, feed.format, feed.broken_items) == ("sitemap", "urlset", 1)
    assert feed.items == (
        Item(
            guid=None,
            url="https://tideline.example/2026/03/05/pier?id=1&v=2",
            title="Pier to stay open & lit until midnight",
            categories=("pier", "harbour", "lights"),
            language="en",
            published_at=datetime(2026, 3, 5, 10, 50, tzinfo=UTC),
            published_raw="2026-03-05T10:50:00+00:00",
            published_precision="second",
            updated_at=datetime(2026, 3, 5, 11, 10, tzinfo=UTC),
            updated_raw="2026-03-05T11:10:00+00:00",
        ),
        Item(
            guid=None,
            url="https://tideline.example/2026/03/04/gulls",
            title="Gulls counted",
            language="en",
            published_at=datetime(2026, 3, 4, tzinfo=UTC),
            published_raw="2026-03-04",
            published_precision="day",
            flags=("published_day_only",),
        ),
    )


def test_a_sitemap_without_news_gives_recent_pages() -> None:
    """Pages changed within three days are items without a title; old and undated ones are not."""
    feed = read((FEEDS / "sitemap.xml").read_bytes())
    assert [(item.url, item.title) for item in feed.items] == [
        ("https://inland.example/mill", None),
        ("https://inland.example/lock", None),
    ]
    assert feed.items[0].updated_at == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    assert feed.broken_items == 0


@pytest.mark.parametrize(
    "body",
    [urlset(page("a"), page("b")), urlset(), b"<html><urlsetter/></html>", b"\x1f\x8b not gzip", gzip.compress(b"a")],
    ids=["undated", "empty", "another root", "no gzip", "no feed within gzip"],
)
def test_what_dates_nothing_is_no_feed(body: bytes) -> None:
    """A list of pages without a date cannot tell what is new, and is refused as what it is: no feed."""
    with pytest.raises(Rejected, match=r"feed\.not_a_feed"):
        read(body)


def test_the_newest_are_kept() -> None:
    """Of more entries than count, the newest by date are kept, in the order of the document."""
    stamps = [(NOW - timedelta(minutes=n % 1000)).isoformat() for n in range(0, 3000, 7)]
    dated = [page(f"p{n}", stamp) for n, stamp in enumerate(stamps)]
    feed = read(urlset(*dated, *[page(f"old{n}", (NOW - timedelta(days=2)).isoformat()) for n in range(ITEMS_MAX)]))
    kept = [item.url for item in feed.items]
    assert len(kept) == ITEMS_MAX
    assert kept[: len(stamps)] == [f"https://tideline.example/p{n}" for n in range(len(stamps))]
    assert feed.flags == ("items_cut",)


def test_a_packed_sitemap_is_unpacked() -> None:
    """A gzip file, also one of several members, is read, in a process of its own."""
    body = urlset(page("a", "2026-03-05"), page("b", "2026-03-05"))
    packed = gzip.compress(body[:150]) + gzip.compress(body[150:])
    assert needs_isolation(packed)
    assert read(packed) == read(body)


def test_a_packed_bomb_is_refused() -> None:
    """What unpacks to more than the limit is refused without being unpacked whole, and what is cut off, too."""
    body = gzip.compress(b" " * (UNPACKED_MAX_BYTES + 1))
    with pytest.raises(Rejected, match=r"feed\.too_large"):
        read(body)
    many = gzip.compress(b" " * (UNPACKED_MAX_BYTES // 4)) * 5
    with pytest.raises(Rejected, match=r"feed\.too_large"):
        read(many)
    with pytest.raises(Rejected, match=r"feed\.not_a_feed"):
        read(gzip.compress(urlset(page("a", "2026-03-05")))[:-9])


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/">']
)
def test_a_sitemap_declares_no_entities(doctype: str) -> None:
    """A sitemap with a document type is refused unread."""
    with pytest.raises(Rejected, match=r"feed\.unparsable"):
        read(urlset(page("&a;", "2026-03-05")).replace(b"?>", b"?>" + doctype.encode(), 1))


def test_a_malformed_sitemap_gives_what_can_be_read() -> None:
    """A stray ampersand costs a flag, not the document; what is no XML at all is refused."""
    feed = read(urlset(page("a", "2026-03-05"), page("b?x=1&y=2", "2026-03-05"), page("c", "2026-03-05")))
    assert feed.flags == ("bozo",)
    assert {"https://tideline.example/a", "https://tideline.example/c"} <= {item.url for item in feed.items}


def test_a_huge_sitemap_is_read_in_time() -> None:
    """A sitemap of twenty thousand pages takes a fraction of a parse's deadline."""
    began = time.process_time()
    feed = read(urlset(*[page(f"p{n}", "2026-03-05T10:00:00Z") for n in range(20_000)]))
    assert len(feed.items) == ITEMS_MAX
    assert time.process_time() - began < 5


def test_unchanged_entries_are_left_out() -> None:
    """Read with what was known, a sitemap gives new entries only."""
    old = [page(f"p{n}", "2026-03-05T10:00:00Z") for n in range(9)]
    known = read_feed(urlset(*old), URL, None, NOW).pieces
    reading = read_feed(urlset(page("new", "2026-03-05T11:00:00Z"), *old), URL, None, NOW, known=known)
    assert [item.url for item in reading.parsed.items] == ["https://tideline.example/new"]
    assert (reading.unchanged, reading.whole) == (9, False)


def test_an_index_lists_its_sitemaps() -> None:
    """An index has no items; its sitemaps come with their dates, as far as they are on the web."""
    feed = read((FEEDS / "sitemap_index.xml").read_bytes())
    assert (feed.channel, feed.format, feed.items) == ("sitemap", "sitemapindex", ())
    assert names(list(feed.children)) == [
        "sitemap-2026-02.xml.gz",
        "sitemap-2026-03.xml.gz",
        "sitemap-news",
        "sitemap-authors",
    ]
    assert feed.children[2].at == datetime(2026, 3, 5, 11, 9, tzinfo=UTC)
    assert (feed.children[3].lastmod, feed.children[3].at) == (None, None)


def test_an_index_is_cut_to_its_newest_sitemaps() -> None:
    """Of an endless index, the newest sitemaps stay."""
    stamps = [f"{NOW - timedelta(hours=5000 - n):%Y-%m-%dT%H:%MZ}" for n in range(CHILDREN_MAX + 500)]
    listed = "".join(
        f"<sitemap><loc>https://t.example/{n}</loc><lastmod>{stamp}</lastmod></sitemap>"
        for n, stamp in enumerate(stamps)
    )
    kept = read(f"<sitemapindex>{listed}</sitemapindex>".encode()).children
    assert len(kept) == CHILDREN_MAX
    assert kept[0].url == "https://t.example/500"


def test_news_come_first_then_the_newest() -> None:
    """At the first look the most promising sitemaps are due, and the dated rest counts as the site's past."""
    children = [child(f"archive-{day}", day) for day in range(1, 10)] + [child("news", 2), child("authors")]
    due, known = due_children(children, b"")
    assert names(due) == ["news", "archive-9", "archive-8", "archive-7", "archive-6"]
    due, known = due_children(children, known)
    assert names(due) == ["authors"]


def test_an_unchanged_sitemap_is_not_fetched_again() -> None:
    """Over many looks, a dated sitemap is due exactly once for each date it shows."""
    children = [child(f"s{n}", 1 + n % 3) for n in range(12)]
    _, known = due_children(children, b"")
    for _ in range(3):
        due, known = due_children(children, known)
        assert due == []
    children[4] = replace(children[4], lastmod="2026-03-05")
    due, known = due_children(children, known)
    assert names(due) == ["s4"]
    assert due_children(children, known)[0] == []


def test_what_does_not_fit_waits() -> None:
    """Where more sitemaps have changed than are fetched at once, the rest is due at the next look: nothing is lost."""
    children = [child(f"s{n}", 1) for n in range(13)]
    _, known = due_children(children, b"")
    changed = [child(f"s{n}", 2) for n in range(13)]
    seen: list[str] = []
    for size in (DUE_MAX, DUE_MAX, 3, 0):
        due, known = due_children(changed, known)
        assert len(due) == size
        seen.extend(names(due))
    assert sorted(seen) == sorted(f"s{n}" for n in range(13))


def test_undated_sitemaps_take_turns() -> None:
    """Sitemaps without a date are all looked at in turn, and what is kept does not grow."""
    children = [child(f"s{n}") for n in range(12)]
    known, seen = b"", []
    for _ in range(6):
        due, known = due_children(children, known)
        seen.extend(names(due))
    counts = [seen.count(f"s{n}") for n in range(12)]
    assert sum(counts) == 6 * DUE_MAX
    assert set(counts) == {2, 3}
    assert len(known) == 12 * PIECE_BYTES
