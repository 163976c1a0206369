"""Feeds read by their differences: what comes out is what reading all of them would give."""

import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from services.ingest.encoding import Labelled
from services.ingest.feeds import read_feed
from services.ingest.items import ITEMS_MAX, PIECE_BYTES, Reading
from services.ingest.split import glance, split
from tests.fakes.feeds import NOW, Story, rss, stories

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://gazette.example/feed"
MALFORMED = "malformed.xml"
NAMES = sorted(path.name for path in FEEDS.iterdir() if path.suffix in {".xml", ".json"} and path.name != MALFORMED)
ITEM = re.compile(rb"<(item|entry|url(?!>http))[\s>].*?</\1>\s*", re.DOTALL)


def read(body: bytes, known: bytes = b"", *, url: str = URL, content_type: str | None = None) -> Reading:
    """Read a body, given what was known before."""
    return read_feed(body, url, content_type, NOW, known=known)


class Document(NamedTuple):
    """A feed in pieces that can be put together anew."""

    before: bytes
    items: tuple[bytes, ...]
    after: bytes
    glue: bytes

    def written(self, items: tuple[bytes, ...] | None = None) -> bytes:
        """Write the feed, with these items in place of its own."""
        return self.before + self.glue.join(self.items if items is None else items) + self.after


def document(name: str) -> Document:
    """Take a fixture apart."""
    body = (FEEDS / name).read_bytes()
    if name.endswith(".json"):
        feed = json.loads(body)
        items = tuple(json.dumps(item).encode() for item in feed.pop("items"))
        return Document(json.dumps(feed).encode()[:-1] + b', "items": [', items, b"]}", b", ")
    found = list(ITEM.finditer(body))
    start, end = (found[0].start(), found[-1].end()) if found else (len(body), len(body))
    return Document(body[:start], tuple(match[0] for match in found), body[end:], b"")


def changes(doc: Document) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield kinds of change to a feed: its name, the feed before, and after."""
    for place in range(len(doc.items)):
        rest = doc.items[:place] + doc.items[place + 1 :]
        yield f"item {place} added", doc.written(rest), doc.written()
        yield f"item {place} removed", doc.written(), doc.written(rest)
        edited = re.sub(rb"(?<=[a-z] )[a-z](?=[a-z]{2})", b"Z", doc.items[place], count=3)
        yield f"item {place} edited", doc.written(), doc.written((*doc.items[:place], edited, *doc.items[place + 1 :]))
    yield "turned round", doc.written(), doc.written(doc.items[::-1])
    yield (
        "head changed",
        doc.written(),
        doc._replace(before=re.sub(rb"(?<=[a-z]) (?=[A-Z])", b" X", doc.before)).written(),
    )
    yield "nothing changed", doc.written(), doc.written()


CHANGES = [pytest.param(*pair, id=f"{name}: {what}") for name in NAMES for what, *pair in changes(document(name))]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_difference_reads_as_the_whole_does(before: bytes, after: bytes) -> None:
    """Whatever changes in a feed, each item that is read by difference equals the same item of a whole reading."""
    known = read(before)
    whole, part = read(after), read(after, known.pieces)
    assert part.pieces == whole.pieces
    assert replace(part.parsed, items=()) == replace(whole.parsed, items=(), broken_items=part.parsed.broken_items)
    if part.whole:
        assert part.parsed == whole.parsed
        return
    old = {known.pieces[at : at + PIECE_BYTES] for at in range(0, len(known.pieces), PIECE_BYTES)}
    digests = [whole.pieces[at : at + PIECE_BYTES] for at in range(0, len(whole.pieces), PIECE_BYTES)]
    assert part.unchanged == sum(digest in old for digest in digests)
    if whole.parsed.broken_items == 0:
        fresh = [item for item, digest in zip(whole.parsed.items, digests, strict=True) if digest not in old]
        assert list(part.parsed.items) == fresh


def test_differences_are_what_is_read() -> None:
    """The test above does not pass by reading everything: of our fixtures only those are read whole that must be."""
    whole = {
        name
        for name in NAMES
        if len(items := document(name).items) > 1
        and read(document(name).written(), read(document(name).written(items[1:])).pieces).whole
    }
    assert whole == set()


def test_only_what_is_new_is_read() -> None:
    """Of fifty items with one new and one edited, two are read, in the document's order, and the rest are counted."""
    old = stories(50)
    edited = [*old[:7], replace(old[7], text="Something else happened."), *old[8:]]
    reading = read(rss([Story("https://wire.example/51", "Story 51", "story-51"), *edited]), read(rss(old)).pieces)
    assert [item.guid for item in reading.parsed.items] == ["story-51", "story-43"]
    assert (reading.whole, reading.unchanged, len(reading.pieces)) == (False, 49, 51 * PIECE_BYTES)


def test_a_feed_without_news_gives_its_head() -> None:
    """Where only the head changed, it is read, without items."""
    reading = read(rss(stories(5), title="Renamed"), read(rss(stories(5))).pieces)
    assert (reading.parsed.title, reading.parsed.items, reading.unchanged) == ("Renamed", (), 5)


def test_only_the_items_that_count_are_known() -> None:
    """Of a feed with more items than are read, the pieces of those that count are kept, and the cut is told again."""
    first = read(rss(stories(ITEMS_MAX + 20)))
    assert len(first.pieces) == ITEMS_MAX * PIECE_BYTES
    again = read(rss(stories(ITEMS_MAX + 21)), first.pieces)
    assert [item.guid for item in again.parsed.items] == [f"story-{ITEMS_MAX + 21}"]
    assert again.parsed.flags == ("items_cut",)


TWINS = [
    (Story("https://wire.example/new", guid="story-3"), "an id"),
    (Story("https://wire.example/3", guid="new"), "a link"),
    (Story("http://wire.example/3?utm_source=x", guid="new"), "a link in another spelling"),
    (Story("https://wire.example/new", guid="https://wire.example/3"), "an id that is a link"),
    (Story(None, guid=None), "nothing"),
]


@pytest.mark.parametrize(("twin", "what"), TWINS)
def test_items_that_share_what_they_go_by_are_read_together(twin: Story, what: str) -> None:
    """A new item that shares an id or a link with a known one, or has neither, has the whole document read."""
    reading = read(rss([twin, *stories(5)]), read(rss(stories(5))).pieces)
    assert reading.whole
    assert len(reading.parsed.items) == 6


def test_pages_told_apart_by_their_query_are_not_shared() -> None:
    """Links that differ in a query that means something are different links."""
    old = [Story(f"https://wire.example/?p={n}", f"Story {n}", None) for n in range(9)]
    reading = read(rss([Story("https://wire.example/?p=9", "Story 9", None), *old]), read(rss(old)).pieces)
    assert [item.title for item in reading.parsed.items] == ["Story 9"]


@pytest.mark.parametrize(
    ("was", "is_"),
    [
        (b'<rss version="2.0">', b'<rss version="2.0" xml:base="https://else.example/">'),
        (b"<channel>", b'<channel xml:lang="cy">'),
        (b"2.0", b"0.92"),
        (b"<channel>", b"<channel><author>Gazette</author>"),
        (b"<rss", b'<?xml version="1.0" encoding="iso-8859-1"?><rss'),
    ],
)
def test_what_stands_around_items_counts_as_said_by_them(was: bytes, is_: bytes) -> None:
    """Where a base address or a version changes, all items are new: they may mean something else."""
    body = rss(stories(5))
    assert read(body.replace(was, is_, 1), read(body).pieces).whole


def test_relative_links_follow_the_feed() -> None:
    """A feed that moves has its items read anew, for their links may be relative; its query does not matter."""
    body = rss([Story(f"/{n}", guid=f"g{n}") for n in range(3)])
    known = read(body).pieces
    assert read(body, known, url=f"{URL}?session=2").unchanged == 3
    assert [item.url for item in read(body, known, url="https://moved.example/f").parsed.items] == [
        f"https://moved.example/{n}" for n in range(3)
    ]


ODD = {
    "not well-formed": b"<rss><channel><item><title>a</title></item><item></channel></rss>",
    "entities": b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>',
    "another root": b"<channel><item><title>a</title></item></channel>",
    "prefixed": b'<r:rss xmlns:r="x"><channel><r:item><title>a</title></r:item></channel></r:rss>',
    "item in a comment": b"<rss><channel><item><title>a</title></item><!-- <item></item> --></channel></rss>",
    "item in CDATA": b"<rss><channel><item><title><![CDATA[<item> </item>]]></title></item></channel></rss>",
    "empty item before a comment": b"<rss><channel><item /><!-- </item> --><item><a/></item></channel></rss>",
    "items within items": b"<rss><channel><item><item><a/></item></item></channel></rss>",
    "a prefix of two meanings": (
        b'<rss><channel><item><a:b xmlns:a="x"/></item><item><a:b xmlns:a="y"/></item></channel></rss>'
    ),
    "two prefixes of one meaning": (
        b'<rss><channel><item><a:b xmlns:a="x"/></item><item><c:b xmlns:c="x"/></item></channel></rss>'
    ),
    "no version in RDF": (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel/><item><title>a</title></item></r:RDF>'
    ),
    "an encoding of two bytes": '<?xml version="1.0" encoding="shift_jis"?><rss><channel/><a>\u3053</a></rss>'.encode(
        "shift_jis"
    ),
    "nested deeper than libxml2 goes": b"<rss><channel><item>"
    + b"<a>" * 300
    + b"</a>" * 300
    + b"</item></channel></rss>",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_oddities_are_not_cut(body: bytes) -> None:
    """A document whose bytes might be read in two ways is read whole."""
    assert split(Labelled(body, None), URL) is None


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1251", "utf-16"])
def test_encodings_are_kept_when_a_feed_is_cut(encoding: str) -> None:
    """What is left of a feed after cutting is in the encoding it came in."""
    words = "Größe" if encoding != "windows-1251" else "Привет"
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    old = [f"<item><title>{words} {n}</title><link>https://w.example/{n}</link></item>" for n in range(3)]
    bodies = [f"{declared}<rss><channel>{''.join(old[n:])}</channel></rss>".encode(encoding) for n in (1, 0)]
    reading = read(bodies[1], read(bodies[0]).pieces)
    assert [item.title for item in reading.parsed.items] == [f"{words} 0"]
    assert not reading.whole


def test_a_reading_crosses_a_process_border() -> None:
    """What a reading gives can be pickled, as can the call itself, and comes back equal."""
    call = partial(read_feed, known=read(rss(stories(3))).pieces)
    reading = pickle.loads(pickle.dumps(call))(rss(stories(4)), URL, None, NOW)
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert reading.unchanged == 3


def test_a_glance_sees_what_a_full_look_sees() -> None:
    """With some items known, the same spans and digests come from the rest of the document alone."""
    labelled = Labelled(rss(stories(6)), "application/xml; charset=utf-8")
    full = split(labelled, "https://wire.example/feed")
    assert full is not None
    glanced = glance(labelled, "https://wire.example/feed", set(full.digests[2:]))
    assert glanced is not None
    assert (glanced.spans, glanced.digests, sorted(glanced.elements)) == (full.spans, full.digests, [0, 1])


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"<title>Wire</title>", b"<title>Wire</title><!--"), (b"</channel>", b"</b></channel>"), (b"<rss", b"<rsz")],
)
def test_what_is_odd_around_the_items_takes_a_full_look(before: bytes, after: bytes) -> None:
    """A document whose frame is broken, or hides its items, is no matter for a glance."""
    body = rss(stories(6))
    full = split(Labelled(body, None), "https://wire.example/feed")
    assert full is not None
    odd = body.replace(before, after)
    assert glance(Labelled(odd, None), "https://wire.example/feed", set(full.digests[2:])) is None
