"""What parsing costs a poll: nothing new, one new item, a new feed; against feedparser reading the whole each time."""
# ruff: noqa: T201 - what a bench prints is its result

import io
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from timeit import timeit

import feedparser
import pytest

from services.ingest.answers import digest
from services.ingest.feeds import needs_isolation, read_feed
from tests.fakes.feeds import NOW

ITEMS = 50
LAST = 1001
"""Number of the newest item."""
ROUNDS = 15
ROUND_MS = 25.0
"""How long each is repeated in a round."""
URL = "https://gazette.example/feed"
LABEL = "application/xml; charset=utf-8"
WORDS = "The council met on the quay and agreed to mend the sea wall before the autumn tides reach the old town"
UNCHANGED_TIMES_MIN = 400
ONE_NEW_TIMES_MIN = 10
ONE_NEW_MS_MAX = 5
"""Generous, for slow machines; the promise is 1 ms."""

RSS = (
    "<item><title>Sea wall, part {n}</title><link>https://gazette.example/2026/03/{n}?from=rss&amp;n=1</link>"
    "<guid isPermaLink='false'>gazette-{n}</guid><pubDate>{mail}</pubDate><dc:creator>Ada Pike</dc:creator>"
    "<category>Harbour</category><description>&lt;p&gt;{words}.&lt;/p&gt;</description>{rest}</item>\n"
)
RICH = (
    "<category>Council</category>"
    "<content:encoded><![CDATA[<p>{words}.</p><p>{words}, they said.</p>]]></content:encoded>"
    "<media:content url='https://img.gazette.example/{n}.jpg' type='image/jpeg' medium='image'/>"
)
ATOM = (
    "<entry><title type='html'>Sea wall, part {n}</title><id>tag:gazette.example,2026:{n}</id>"
    "<link rel='alternate' type='text/html' href='https://gazette.example/2026/03/{n}'/>"
    "<author><name>Ada Pike</name></author><category term='harbour'/><published>{iso}</published>"
    "<updated>{iso}</updated><summary type='html'>&lt;p&gt;{words}.&lt;/p&gt;</summary></entry>\n"
)
RSS_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:media='http://search.yahoo.com/mrss/'>"
    "<channel><title>Gazette</title><link>https://gazette.example/</link><language>en</language>\n"
)
ATOM_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'>"
    "<title>Gazette</title><id>tag:gazette.example,2026:feed</id><updated>2026-03-05T12:00:00Z</updated>\n"
)
AROUND = {
    "RSS 2.0": (RSS_HEAD, RSS.replace("{rest}", ""), "</channel></rss>"),
    "RSS 2.0, with texts and pictures": (RSS_HEAD, RSS.replace("{rest}", RICH), "</channel></rss>"),
    "Atom 1.0": (ATOM_HEAD, ATOM, "</feed>"),
}


def feed(kind: str, newest: int) -> bytes:
    """Write a feed of fifty items, the newest of this number."""
    before, item, after = AROUND[kind]
    times = {n: NOW - timedelta(minutes=17 * (LAST - n)) for n in range(newest, newest - ITEMS, -1)}
    items = "".join(
        item.format(n=n, words=WORDS, mail=format_datetime(at), iso=at.isoformat()) for n, at in times.items()
    )
    return (before + items + after).encode()


def best_ms(*works: Callable[[], object]) -> list[float]:
    """Return the best round of each, in milliseconds; they take turns, so that other load hits all of them."""
    best = [1.0] * len(works)
    for round_ in range(ROUNDS + 1):
        for place, work in enumerate(works):
            count = max(1, round(ROUND_MS / best[place]))
            took_ms = timeit(work, number=count) / count * 1e3
            best[place] = min(best[place], took_ms) if round_ > 1 else took_ms  # the first shows how often to repeat
    return best


@pytest.mark.parametrize("kind", AROUND)
def test_parsing(kind: str) -> None:
    """An unchanged body is dealt with 400 times as fast as feedparser reads it, one new item of fifty ten times."""
    before, after = feed(kind, LAST - 1), feed(kind, LAST)
    first = read_feed(before, URL, LABEL, NOW)
    assert [item.guid for item in read_feed(after, URL, LABEL, NOW, known=first.pieces).parsed.items] == [
        item.guid for item in read_feed(after, URL, LABEL, NOW).parsed.items[:1]
    ]
    hashed = digest(before)
    theirs, unchanged, one_new, whole, decide = best_ms(
        lambda: feedparser.parse(io.BytesIO(after)),
        lambda: digest(before) == hashed,
        lambda: read_feed(after, URL, LABEL, NOW, known=first.pieces),
        lambda: read_feed(after, URL, LABEL, NOW),
        lambda: needs_isolation(after),
    )
    print(f"\n{kind}, {ITEMS} items, {len(after)} bytes, best of {ROUNDS} rounds")
    for what, took_ms in {
        "feedparser.parse": theirs,
        "unchanged body": unchanged,
        "one new item": one_new,
        "all items new": whole,
        "in process or not": decide,
    }.items():
        print(f"{what:20}{took_ms:10.3f} ms{theirs / took_ms:10.1f}x")
    assert theirs / unchanged >= UNCHANGED_TIMES_MIN
    assert theirs / one_new >= ONE_NEW_TIMES_MIN
    assert one_new <= ONE_NEW_MS_MAX
