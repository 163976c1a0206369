"""Feed documents of all formats, and what a publisher in error or in malice can put into them."""

import json
import pickle
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from services.ingest.feeds import needs_isolation, parse_feed
from services.ingest.items import CATEGORIES_MAX, ITEMS_MAX, TITLE_MAX_CHARS, ParsedFeed
from services.kit.errors import Rejected
from tests.fakes.feeds import NOW, Story, rss, stories

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
HEAD = '<?xml version="1.0"{declared}?>{doctype}<rss version="2.0"><channel><title>T</title>'
TAIL = "</channel></rss>"
ITEM = "<item><title>{title}</title><link>https://wire.example/1</link></item>"


def read(body: bytes, *, content_type: str | None = None, url: str = "https://wire.example/feeds/all") -> ParsedFeed:
    """Parse a body as an answer from this address."""
    return parse_feed(body, url, content_type, NOW)


def document(inner: str, *, doctype: str = "", declared: str = "") -> str:
    """Write an RSS document around items."""
    return HEAD.format(doctype=doctype, declared=declared) + inner + TAIL


def sample(name: str) -> ParsedFeed:
    """Parse one of the feeds beside the tests."""
    return read((FEEDS / name).read_bytes(), url="https://gazette.example/feed")


def test_rss_20_gives_all_it_says() -> None:
    """Every field of an RSS 2.0 item arrives: title without markup, absolute links, creators, categories, media."""
    feed = sample("rss20.xml")
    first, undated = feed.items
    assert (feed.channel, feed.format, feed.title) == ("rss", "rss20", "Harbour & Hill Gazette")
    assert (feed.site_url, feed.language, feed.ttl_s) == ("https://gazette.example/", "en-gb", 1800.0)
    assert first.title == "Ferry & bridge: both closed"
    assert first.url == "https://gazette.example/2026/03/ferry?utm_source=rss&id=7"
    assert first.guid == "gaz-0007"
    assert first.authors == ("Ada Pike", "Tom Reed")
    assert first.categories == ("Transport", "Harbour")
    assert first.summary == "<p>High water closed both.</p>"
    assert first.content == "<p>High water closed both ways across the river.</p>"
    assert first.published_at == datetime(2026, 3, 5, 8, 30, tzinfo=UTC)
    assert first.published_raw == "Thu, 05 Mar 2026 09:30:00 +0100"
    assert [one.url for one in first.enclosures] == [
        "https://gazette.example/audio/ferry.mp3",
        "https://img.example/ferry.jpg",
    ]
    assert first.enclosures[0].length_bytes == 4711
    assert (undated.published_at, undated.published_raw) == (None, "last Tuesday")
    assert undated.flags == ("published_unreadable",)


def test_rss_091_and_rdf_are_read() -> None:
    """The oldest formats give their items; the one date of RDF is the date of publication."""
    old = sample("rss091.xml")
    assert [item.url for item in old.items] == ["http://oldwire.example/1", "http://oldwire.example/2"]
    (item,) = sample("rdf10.xml").items
    assert item.guid == "https://courrier.example/a/1"
    assert item.authors == ("Zoe Marchand",)
    assert item.published_at == datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
    assert item.updated_at is None


def test_atom_gives_all_it_says() -> None:
    """An Atom entry keeps its id verbatim, its links go by xml:base, and its two dates stay apart."""
    feed = sample("atom10.xml")
    (item,) = feed.items
    assert (feed.channel, feed.language) == ("atom", "de")
    assert item.guid == "tag:talblatt.example,2026:17"
    assert item.url == "https://gazette.example/blog/17"
    assert item.title == "Brücke gesperrt"
    assert item.summary == "Kurz."
    assert item.content == "<p>Das Wasser steht hoch.</p>"
    assert item.categories == ("Verkehr",)
    assert item.published_at == datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
    assert item.updated_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert item.enclosures[0].media_type == "application/pdf"


def test_json_feed_gives_all_it_says() -> None:
    """A JSON Feed item arrives like any other, and what is no item costs itself only."""
    feed = sample("feed11.json")
    first, bare = feed.items
    assert (feed.channel, feed.format, feed.broken_items) == ("json_feed", "json_feed1.1", 1)
    assert (first.guid, first.url) == ("42", "https://gazette.example/notes/42")
    assert first.title == "Snow on the ridge"
    assert first.authors == ("May Ling",)
    assert first.categories == ("weather", "ridge")
    assert first.published_at == datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
    assert bare.url == "https://ridge.example/notes/43"
    assert bare.content == "Just a line."


def test_a_parsed_feed_crosses_a_process_border() -> None:
    """What the parser returns can be pickled and comes back equal."""
    feed = sample("rss20.xml")
    assert pickle.loads(pickle.dumps(feed)) == feed


@pytest.mark.parametrize("body", [b"", b"   ", b"{}", b'{"version": 1}', b'{"a":' * 100_000, b"\x00" * 1000, b"<html>"])
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    """An answer without a feed in it is rejected with a code of its own."""
    with pytest.raises(Rejected) as caught:
        read(body)
    assert caught.value.code == "feed.not_a_feed"


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        bytes(range(256)) * 8192,
    ],
    ids=["login wall", "pdf", "random"],
)
def test_pages_and_binaries_are_not_parsed(page: bytes) -> None:
    """Case 16: a web page or a binary in place of a feed is known before any parser runs."""
    began = time.process_time()
    with pytest.raises(Rejected, match=r"feed\.not_a_feed"):
        read(page)
    assert time.process_time() - began < 0.5


def bombs() -> Iterator[tuple[str, str]]:
    """Documents that grow when their entities are put in, or that point outside."""
    nested = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "laughs", f'<!DOCTYPE rss [<!ENTITY l0 "lol">{nested}]>'
    yield "quadratic", f'<!DOCTYPE rss [<!ENTITY l9 "{"x" * 60_000}">]>'
    yield "file", '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
    yield "parameter", '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY l9 "x">]>'
    yield "dtd", '<!DOCTYPE rss SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(("name", "doctype"), list(bombs()))
def test_entities_neither_grow_nor_reach_outside(name: str, doctype: str) -> None:
    """Case 17: entity bombs stay small in time and memory, no file is read, and the entry is kept."""
    body = document(ITEM.format(title="A" + "&l9;" * (5000 if name == "quadratic" else 1)), doctype=doctype).encode()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    (item,) = read(body).items
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 150 * 1024
    assert "root:" not in repr(item)
    assert len(item.title or "") <= TITLE_MAX_CHARS
    assert needs_isolation(body)


@pytest.mark.parametrize(
    "inner",
    ["<a>" * 5_000, ITEM.format(title="t") * 3000, "<item>" * 9000, "<item><title>" + "&" * 60_000],
    ids=["nested", "many", "unclosed", "ampersands"],
)
def test_heavy_documents_are_read_or_rejected(inner: str) -> None:
    """Case 18, in small: depth, numbers, missing ends and stray ampersands end in a feed of bounded size."""
    feed = read(document(inner).encode())
    assert len(feed.items) <= ITEMS_MAX


def test_large_bodies_belong_into_a_process_that_can_be_killed() -> None:
    """Size and entity declarations send a body to the pool, also where the declaration is in UTF-16 or lower case."""
    assert not needs_isolation(rss(stories(20)))
    assert needs_isolation(rss(stories(500)))
    assert needs_isolation('<?xml version="1.0"?><!DOCTYPE r [<!entity a "b">]><rss/>'.encode("utf-16"))


def test_one_broken_item_costs_itself_only() -> None:
    """Case 19: of ten items, one of them malformed, the nine good ones arrive and the feed is flagged."""
    feed = read((FEEDS / "malformed.xml").read_bytes())
    good = {f"https://cut.example/{n}" for n in range(1, 11) if n != 5}
    assert good <= {item.url for item in feed.items}
    assert feed.flags == ("bozo",)


ENCODED = [
    ("utf-8", "utf-8", "Größe — Привет"),
    ("utf-8", "utf-16", "Größe — Привет"),
    ("utf-16", "utf-16-le", "Größe — Привет"),
    ("utf-16", "utf-16-be", "Größe — Привет"),
    ("utf-32", "utf-32", "Größe — Привет"),
    ("windows-1251", "windows-1251", "Привет"),
    ("iso-8859-1", "utf-8", "Größe — Привет"),
    ("shift_jis", "shift_jis", "こんにちは"),
    ("iso-2022-jp", "iso-2022-jp", "こんにちは"),
    ("gb2312", "gb18030", "你好"),
]


@pytest.mark.parametrize(("declared", "actual", "words"), ENCODED)
def test_encodings_are_decoded(declared: str, actual: str, words: str) -> None:
    """Case 20: the words arrive in whatever encoding they were sent, with or without a true declaration."""
    body = document(ITEM.format(title=words), declared=f' encoding="{declared}"').encode(actual)
    assert read(body).items[0].title == words


def test_utf8_is_known_whatever_the_header_says() -> None:
    """Bytes that are UTF-8 are read as such, under a header that claims something else."""
    body = document(ITEM.format(title="Größe")).encode()
    assert read(body, content_type="text/xml; charset=iso-8859-1").items[0].title == "Größe"


@pytest.mark.parametrize(
    "declared", ["utf-7", "zlib_codec", "idna", "punycode", "rot13", "undefined", "no-such", "x" * 999]
)
@pytest.mark.parametrize("extra", [b"", b"<!-- \xff\xfe -->"])
def test_absurd_encodings_do_no_harm(declared: str, extra: bytes) -> None:
    """Case 20: a declaration that names no text encoding is passed over, for valid and for invalid bytes."""
    body = document(ITEM.format(title="Plain"), declared=f' encoding="{declared}"').encode() + extra
    assert read(body).items[0].title == "Plain"


@pytest.mark.parametrize("dirt", ["\x00", "\x0b", "\x1b[31m", "\x7f", "\x85", "\ufeff", "&#0;", "&#xD800;", "&#xFFFE;"])
def test_dirt_does_not_reach_the_record(dirt: str) -> None:
    """Case 20: controls and lone surrogates in the body are gone from the text, and the rest of it is there."""
    title = read(document(ITEM.format(title=f"A{dirt}B")).encode()).items[0].title or ""
    assert title.startswith("A")
    assert title.endswith("B")
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in title)
    title.encode("utf-8")


def test_surrogates_of_json_do_not_reach_the_record() -> None:
    """Case 20: half a pair in JSON is dropped, a whole one is the character it means."""
    body = {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "?", "content_text": "!"}]}
    text = json.dumps(body).replace("?", "a\\ud800b\\ud83d\\ude00")
    assert read(text.encode()).items[0].title == "ab😀"


def test_caps_hold() -> None:
    """Cases 21 and 23: a megabyte of title, ten thousand categories and ten thousand items are cut."""
    tags = "".join(f"<category>c{n}</category>" for n in range(10_000))
    feed = read(
        document(f"<item><title>{'t' * 1_000_000}</title>{tags}<link>https://w.example/1</link></item>").encode()
    )
    assert len(feed.items[0].title or "") == TITLE_MAX_CHARS
    assert len(feed.items[0].categories) == CATEGORIES_MAX
    many = read(rss(stories(2000)))
    assert [item.title for item in many.items] == [f"Story {n}" for n in range(2000, 1500, -1)]
    assert many.flags == ("items_cut",)


@pytest.mark.parametrize(
    ("link", "guid", "expected"),
    [
        ("//cdn.example/a", None, "https://cdn.example/a"),
        ("?p=3", None, "https://wire.example/feeds/all?p=3"),
        (None, "https://wire.example/g", "https://wire.example/g"),
        (None, "12345", None),
        ("javascript:alert(1)", None, None),
        ("file:///etc/passwd", "https://wire.example/g", "https://wire.example/g"),
        ("https://user:secret@wire.example/x", None, None),
        ("https://wire.example/" + "x" * 3000, None, None),
        (" https://wire.example/a b\n", None, "https://wire.example/a%20b"),
    ],
)
def test_links_are_absolute_and_of_the_web(link: str | None, guid: str | None, expected: str | None) -> None:
    """Case 21: a link is made absolute against the feed; one that leads off the web, or an id, is not taken for one."""
    body = rss([Story(link, guid=None)])
    if guid is not None:
        body = body.replace(b"<item>", f"<item><guid>{guid}</guid>".encode())
    assert read(body).items[0].url == expected


class _Canary(BaseHTTPRequestHandler):
    """Counts requests."""

    visits: list[str]

    def do_GET(self) -> None:
        """Note a request."""
        self.visits.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def test_a_body_is_never_taken_for_an_address(tmp_path: Path) -> None:
    """Case 24: a body that is a path or an address opens neither file nor connection, and endless devices stay shut."""
    canary = tmp_path / "feed.xml"
    canary.write_bytes(rss(stories(1)))
    visits: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Canary", (_Canary,), {"visits": visits}))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        for body in (str(canary), canary.as_uri(), f"http://127.0.0.1:{server.server_port}/<rss >", "/dev/zero"):
            with pytest.raises(Rejected, match=r"feed\.not_a_feed"):
                read(body.encode())
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert visits == []
