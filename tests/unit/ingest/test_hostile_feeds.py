"""Feeds that lie, break or attack (cases 17 to 24): each is read or rejected by name, in bounds of time and memory."""

import json
import resource
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.feeds import INLINE_MAX_BYTES, needs_isolation, parse_feed, read_feed
from services.ingest.identity import identify
from services.ingest.items import AUTHORS_MAX, ENCLOSURES_MAX, ITEMS_MAX, URL_MAX_CHARS, ParsedFeed
from services.ingest.split import DEPTH_MAX
from services.kit.errors import Rejected
from tests.fakes.feeds import NOW, Story, rss, stories

URL = "https://wire.example/feeds/all"
SPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'


def read(body: bytes, *, content_type: str | None = None) -> ParsedFeed:
    """Parse a body as an answer from this address."""
    return parse_feed(body, URL, content_type, NOW)


def document(inner: str, *, declared: str = "", doctype: str = "") -> bytes:
    """Write an RSS document around items."""
    start = f'<?xml version="1.0"{declared}?>' if declared else ""
    return f'{start}{doctype}<rss version="2.0" {SPACES}><channel><title>T</title>{inner}</channel></rss>'.encode()


def item(inner: str = "", *, link: str = "https://wire.example/1") -> str:
    """Write an item."""
    return f"<item><title>A</title><link>{link}</link>{inner}</item>"


def repeated(unit: str, *, size: int = INLINE_MAX_BYTES) -> str:
    """Repeat a piece of a document up to a size, head and tail left out."""
    return unit * ((size - 500) // len(unit.encode()))


SMALL_AND_SLOW = {
    "ampersands": document("<item><title>" + repeated("&")),
    "unclosed": document(repeated("<item>")),
    "nested": document(repeated("<a>")),
    "empty elements": document(item(repeated("<a/>"))),
    "items": document(repeated("<item><a/></item>")),
    "categories": document(item(repeated("<category>a</category>"))),
    "attributes": document("<a " + " ".join(f"a{n}='1'" for n in range(6000)) + "/>"),
    "namespaces": document("<a " + " ".join(f"xmlns:a{n}='u{n}'" for n in range(2500)) + f">{item() * 100}</a>"),
    "name of an author": document(item(f"<author>{repeated('a', size=8000)}</author>")),
    "name in references": document(item(f"<dc:creator>{repeated('&#97;', size=20_000)}</dc:creator>")),
    "name in pieces": document(item(f"<author>{repeated('aaaa<!-- -->', size=20_000)}</author>")),
    "entities": document(item("&a;"), doctype="<!DOCTYPE rss [" + repeated('<!ENTITY a "b">') + "]>"),
    "references": document(item(f"<description>{repeated('&amp;')}</description>")),
    "dates": document(item(repeated("<pubDate>99 Foo 2026 10:00:00 XYZ</pubDate>"))),
    "markup": document(item(f"<description>{repeated('&lt;a ')}</description>")),
    "json": b'{"version":"https://jsonfeed.org/version/1","items":[' + b'{"id":"1"},' * 5800 + b"{}]}",
    "nested json": b'{"version":"https://jsonfeed.org/version/1","items":[{"a":' + b"[" * 900 + b"]" * 900 + b"}]}",
    "sitemap": b"<urlset>" + b"<url><loc>http://a.b/c</loc><lastmod>2026-03-05</lastmod></url>" * 1000 + b"</urlset>",
    "web page": b"<html>" + b"<" * 60_000,
}


STAYING = {"references", "markup", "json", "nested json", "web page"}
"""Those that are read where they are: they take some milliseconds."""


@pytest.mark.parametrize("name", SMALL_AND_SLOW)
def test_what_stays_in_the_process_is_quick(name: str) -> None:
    """Case 18: a small document that takes long to read goes to the pool, and is there read or refused in time."""
    body = SMALL_AND_SLOW[name]
    assert len(body) <= INLINE_MAX_BYTES
    assert needs_isolation(body) == (name not in STAYING)
    began = time.process_time()
    try:
        assert len(read(body).items) <= ITEMS_MAX
    except Rejected as problem:
        assert problem.code in {"feed.not_a_feed", "feed.too_deep"}  # noqa: PT017 - read or rejected, both will do
    assert time.process_time() - began < (2 if name in STAYING else 10)


def test_everyday_feeds_stay_in_the_process() -> None:
    """The choice is no pretext: a usual feed of fifty items is read where it is."""
    text = "<p>High water closed the ferry.</p>" * 10
    body = rss([Story(f"https://wire.example/2026/03/{n}?a=1&b=2", f"Story {n}", text=text) for n in range(50)])
    assert len(body) > INLINE_MAX_BYTES // 3
    assert not needs_isolation(body)


LARGE = {
    "items": (document(repeated(item(), size=400_000)), ITEMS_MAX),
    "unclosed": (document(repeated("<item>", size=100_000)), ITEMS_MAX),
    "references": (document(item(f"<description>{'&amp;' * 200_000}</description>")), 1),
    "text": (document(item(f"<description>{'x ' * 2_000_000}</description>")), 1),
    "cdata": (document(item("<description>" + "<![CDATA[" * 100_000)), None),
}


@pytest.mark.parametrize(("body", "items"), LARGE.values(), ids=LARGE)
def test_large_documents_are_bounded(body: bytes, items: int | None) -> None:
    """Case 18: numbers and sizes end in a bounded feed, or in a parse that a deadline ends; here, in time."""
    assert needs_isolation(body)
    began = time.process_time()
    feed = read(body)
    assert time.process_time() - began < 10
    assert items is None or len(feed.items) == items


def test_depth_has_an_end() -> None:
    """Case 18: elements nested without end are refused by name and at once; those of careless HTML are not."""
    with pytest.raises(Rejected, match=r"feed\.too_deep"):
        read(document(item("<a>" * 1_000_000)))
    careless = item("<description>a<br>b</description>") * (DEPTH_MAX // 100)
    assert len(read(document(careless)).items) == DEPTH_MAX // 100
    deep = read(document(item("<x>" * 1000 + "</x>" * 1000)))
    assert [one.url for one in deep.items] == ["https://wire.example/1"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">',
        "<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "{n}">' for n in range(40_000)) + "]>",
    ],
    ids=["external", "parameter", "public", "many"],
)
def test_declarations_are_never_followed(doctype: str) -> None:
    """Case 17: documents with a document type go to the pool, are read in bounds, and nothing they name is opened."""
    body = document(item("<description>&e;</description>"), doctype=doctype)
    assert needs_isolation(body)
    began, before_kib = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = read_feed(body, URL, None, NOW, known=b"x" * 8)
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 150 * 1024
    assert [one.url for one in reading.parsed.items] == ["https://wire.example/1"]
    assert "root:" not in repr(reading)


MISLABELLED = [
    ("utf-8", "windows-1251", "Вода закрыла паром и мост", ""),
    ("", "windows-1251", "Вода закрыла паром и мост", ""),
    ("utf-8", "windows-1252", "La marée a fermé le bac, “déjà”", ""),
    ("utf-8", "windows-1250", "Zamknięto most, żegluga wstrzymana", "<language>pl</language>"),
    ("utf-8", "windows-1254", "Köprü kapandı, gemiler şimdi bekliyor", "<language>tr-TR</language>"),  # noqa: RUF001 - Turkish
    ("utf-8", "windows-1253", "Η γέφυρα έκλεισε", "<language>el</language>"),  # noqa: RUF001 - Greek
]


@pytest.mark.parametrize("known", [b"", b"x" * 8])
@pytest.mark.parametrize(("declared", "actual", "words", "language"), MISLABELLED)
def test_what_is_not_the_utf8_it_should_be_is_guessed(
    declared: str, actual: str, words: str, language: str, known: bytes
) -> None:
    """Case 20: text in a code page of its region, labelled UTF-8 or not at all, is read, and flagged."""
    label = f' encoding="{declared}"' if declared else ""
    text = document(language + item(f"<description>{words}</description>"), declared=label or " ").decode()
    for content_type in (None, "application/rss+xml", "text/xml; charset=utf-8"):
        parsed = read_feed(text.encode(actual), URL, content_type, NOW, known=known).parsed
        assert parsed.items[0].summary == words
        assert parsed.flags == ("encoding_guessed",)


def test_a_broken_character_costs_itself_only() -> None:
    """Case 20: UTF-8 that was cut within a character stays UTF-8; a text that nobody can place is not made up."""
    body = document(item(f"<description>{'Größe und Wärme ' * 5}</description>"), declared=' encoding="utf-8"')
    feed = read(body.replace("ß".encode(), b"\xc3", 1))
    assert (feed.items[0].summary or "").startswith("Gr\u00f6\ufffde und Wärme Größe")
    chinese = document(item("<description>大水封闭了渡口和桥梁</description>"), declared=' encoding="utf-8"').decode()
    assert "\ufffd" in (read(chinese.encode("gb18030")).items[0].summary or "")


@pytest.mark.parametrize(
    "dirt",
    [
        b"\x00",
        b"\xed\xa0\x80",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"&#xDFFF;",
        b"&#0;",
        b"&#x110000;",
        b"\xc0\xaf",
        b"\x1b]0;x\x07",
    ],
)
@pytest.mark.parametrize("declared", ["", ' encoding="utf-8"', ' encoding="utf-7"', ' encoding="zlib_codec"'])
def test_no_dirt_reaches_json(dirt: bytes, declared: str) -> None:
    """Case 20: whatever stands in a body, what is read can be written as UTF-8 and as JSON."""
    body = document(item("<description>before@after</description>"), declared=declared).replace(b"@", dirt)
    (one,) = read(body).items
    written = json.dumps([one.title, one.summary, one.url, one.guid], ensure_ascii=False).encode("utf-8")
    assert b"before" in written
    assert b"after" in written
    assert not any(code < 32 for code in written)


def test_items_without_much_are_still_told_apart() -> None:
    """Case 21: no ids, one id for all, or no links: each item has an identity of its own, in every reading."""
    without_ids = rss([Story(f"https://wire.example/{n}", f"Story {n}", None) for n in range(9)])
    one_id = rss([Story(f"https://wire.example/{n}", f"Story {n}", "same") for n in range(9)])
    no_links = rss([Story(None, f"Story {n}", None) for n in range(9)])
    for body in (without_ids, one_id, no_links):
        keys = [one.item_key for one in identify(read(body).items) if one]
        assert len(set(keys)) == 9
        shorter = body.replace(b"<item>", b"<x>", 1).replace(b"</item>", b"</x>", 1)
        again = read_feed(body, URL, None, NOW, known=read_feed(shorter, URL, None, NOW).pieces).parsed.items
        assert keys[0] in {one.item_key for one in identify(again) if one}


def test_an_empty_feed_is_a_feed() -> None:
    """Case 21: a feed without items is read as one that says nothing."""
    assert read(rss([])).items == ()
    assert read(document("")).title == "T"


def test_nothing_in_an_item_is_without_end() -> None:
    """Case 21: of ten thousand authors, enclosures and parameters, as many arrive as a record holds."""
    authors = "".join(f"<dc:creator>Author {n}</dc:creator>" for n in range(10_000))
    media = "".join(f'<media:content url="https://img.example/{n}"/>' for n in range(10_000))
    (one,) = read(document(item(authors + media, link="https://wire.example/?" + "&amp;a=1" * 10_000))).items
    assert len(one.authors) == AUTHORS_MAX
    assert len(one.enclosures) == ENCLOSURES_MAX
    assert one.url is None or len(one.url) <= URL_MAX_CHARS


DATES = [
    "", "-1", "0000-00-00", "9999-12-31T23:59:59Z", "99999", "31 Feb 2026 10:00:00 GMT", "2026-02-31T10:00:00Z",
    "Thu, 05 Mar 2026 10:00:00 +99:99", "1" * 5000, (NOW + timedelta(days=365)).isoformat(), "Чт, 05 мар 2026",
    "05 Mar 26 10:00:00 GMT", "1772704800000", "0001-01-01T00:00:00Z", "Mon, 00 Jan 0000 00:00:00", "5 minutes ago",
    "2026-03-05T24:61:61Z", "\u0000", "&#x41;" * 2000, "&lt;b&gt;2026&lt;/b&gt;",
]  # fmt: skip


@pytest.mark.parametrize("written", DATES)
@pytest.mark.parametrize("element", ["pubDate", "dc:date"])
def test_a_date_is_right_or_none(written: str, element: str) -> None:
    """Case 22: whatever stands for a date, the time is of this age or none, and none has a reason."""
    (one,) = read(document(item(f"<{element}>{written}</{element}>"))).items
    assert one.published_at is None or datetime(1990, 1, 1, tzinfo=UTC) <= one.published_at <= NOW + timedelta(days=2)
    assert one.published_at is not None or one.published_raw is None or one.flags


def test_thousands_of_entries_are_cut() -> None:
    """Case 23: of a feed's whole past, the first items are read and the cut is flagged, first and later."""
    body = rss(stories(5_000))
    reading = read_feed(body, URL, None, NOW)
    assert len(reading.parsed.items) == ITEMS_MAX
    assert reading.parsed.flags == ("items_cut",)
    again = read_feed(rss(stories(5_001)), URL, None, NOW, known=reading.pieces)
    assert [one.guid for one in again.parsed.items] == ["story-5001"]


@pytest.mark.parametrize(
    "body",
    [b"/dev/zero", b"/dev/zero <rss>", b"file:///dev/zero?<rss>", b"http://127.0.0.1:9/<feed>", b"/etc/passwd\n<rss/>"],
)
def test_memory_stays_flat_for_a_body_that_names_a_device(body: bytes) -> None:
    """Case 24: a body that is a path or an address is no feed, and costs nothing."""
    tracemalloc.start()
    try:
        with pytest.raises(Rejected, match=r"feed\.not_a_feed"):
            read(body)
        assert tracemalloc.get_traced_memory()[1] < 5 * 1024 * 1024
    finally:
        tracemalloc.stop()
