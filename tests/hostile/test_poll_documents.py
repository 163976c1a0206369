"""Whole polls of documents that lie, break or attack (cases 17 to 24), all together beside a healthy feed."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.v1 import Entry
from services.ingest.feeds import needs_isolation, warm
from services.kit.pool import WorkerPool
from tests.fakes.connections import Connections
from tests.fakes.feeds import NOW, Story, rss, stories
from tests.fakes.rounds import FRESH, LATE_MAX_S, Round, rounds
from tests.fakes.servers import EmbeddedServers
from tests.fakes.site import Site

POLLED = "feed.polled"
DEADLINE_S = 4.0
BACKLOG = 100
"""Items that are published of a feed that is seen for the first time."""
CANARY = "http://canary.invalid"
"""Stands in the rows for the address of the canary, which is known when it listens."""


@dataclass(frozen=True)
class Row:
    """One document, how its poll has to end, and how many entries come of it."""

    case: int
    name: str
    body: bytes
    entries: int | None = None
    """None: so many as were found, if any."""
    ends: frozenset[str] = frozenset({POLLED})

    def __str__(self) -> str:
        return f"case-{self.case:02}-{self.name}"


def document(inner: str, *, declared: str = "", doctype: str = "") -> bytes:
    """Write an RSS document around items."""
    return f"<?xml version='1.0'{declared}?>{doctype}<rss version='2.0'><channel>{inner}</channel></rss>".encode()


def item(inner: str = "", *, link: str = "https://wire.example/1") -> str:
    """Write an item."""
    return f"<item><title>A</title><link>{link}</link>{inner}</item>"


def declaring(name: str, doctype: str, *, inner: str = "<description>MARKER &e;</description>") -> Row:
    """Row of a document with a document type: its item is read, nothing that is declared is."""
    return Row(17, name, document(item(inner), doctype=f"<!DOCTYPE rss {doctype}>"), 1)


def heavy(name: str, body: bytes, *others: str) -> Row:
    """Row of a document that may take too long: read or refused, by name and in time; `others` are further ends."""
    return Row(18, name, body, None, frozenset({POLLED, "feed.parse_deadline", *others}))


def none(case: int, name: str, body: bytes) -> Row:
    """Row of what is no feed."""
    return Row(case, name, body, 0, frozenset({"feed.not_a_feed"}))


def encoded(name: str, text: str, encoding: str, *, declared: str = "") -> Row:
    """Row of a document in some encoding, that may say another one."""
    body = document(item("<description>@</description>"), declared=declared).decode().replace("@", text)
    return Row(20, name, body.encode(encoding, "surrogatepass"), 1)


def dated(name: str, written: str) -> Row:
    """Row of an item with such a date."""
    return Row(22, name, document(item(f"<pubDate>{written}</pubDate>")), 1)


def laughs(levels: int) -> str:
    """Declare entities that stand for ten of the next each."""
    lines = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, levels))
    return f"[<!ENTITY e0 'MARKER'>{lines}<!ENTITY e '&e{levels - 1};'>]"


CYRILLIC = "Вода закрыла паром и мост"
SAME_ID = rss([Story(f"https://wire.example/{n}", f"Story {n}", "same") for n in range(9)])
NO_ID = rss([Story(f"https://wire.example/{n}", f"Story {n}") for n in range(9)])
BROKEN = rss(stories(10)).replace(b"<title>Story 5</title>", b"<title>Story 5 & <b></title>")
ENDLESS = document(item(f"<author>{'a' * 60_000}</author>"))
LARGE = rss(stories(400))

HEAVY = [
    Row(18, "nested", document(item("<a>" * 100_000)), 0, frozenset({"feed.too_deep", "feed.parse_deadline"})),
    heavy("items", document(item() * 20_000)),
    heavy("unclosed", document("<item>" * 60_000)),
    heavy("ampersands", document(item("<description>" + "&" * 200_000))),
    heavy("entities", document(item(), doctype="<!DOCTYPE rss [" + "<!ENTITY a 'MARKER'>" * 40_000 + "]>")),
    Row(18, "author", ENDLESS, 0, frozenset({"feed.parse_deadline"})),
]
ROWS = [
    declaring("billion-laughs", laughs(10)),
    declaring("quadratic", f"[<!ENTITY e '{'MARKER' * 5000}'>]", inner=f"<description>{'&e;' * 5000}</description>"),
    declaring("external-entity", "[<!ENTITY e SYSTEM 'file:///etc/passwd'>]"),
    declaring("external-address", f"[<!ENTITY e SYSTEM '{CANARY}/e'>]"),
    declaring("external-dtd", f"SYSTEM '{CANARY}/rss.dtd'"),
    declaring("parameter-entity", f"[<!ENTITY % p SYSTEM '{CANARY}/p'> %p;]"),
    Row(19, "one-broken-of-ten", BROKEN, 10),
    encoded("nul", "a\0b", "utf-8"),
    encoded("lone-surrogate", "a\ud800b", "utf-8"),
    encoded("latin-as-utf8", "Größe", "latin-1", declared=" encoding='utf-8'"),
    encoded("bom-in-the-middle", "a\ufeffb", "utf-8"),
    encoded("utf16-without-bom", "a", "utf-16-le"),
    encoded("windows-1251-as-utf8", CYRILLIC, "windows-1251", declared=" encoding='utf-8'"),
    encoded("utf7", "a +ADw-", "utf-8", declared=" encoding='utf-7'"),
    encoded("zlib", "a", "utf-8", declared=" encoding='zlib_codec'"),
    Row(21, "empty-feed", rss([]), 0),
    none(21, "empty-body", b""),
    Row(21, "no-ids", NO_ID, 9),
    Row(21, "one-id-for-all", SAME_ID, 9),
    Row(21, "no-links", rss([Story(None, "No link", "n")]), 0),
    Row(21, "relative-links", rss([Story("/a/1", "One", "1"), Story("b/2", "Two", "2")]), 2),
    Row(21, "long-title", rss([Story("https://wire.example/1", "MARKER" * 170_000, "1")]), 1),
    Row(21, "many-tags", document(item("".join(f"<category>c{n}</category>" for n in range(10_000)))), 1),
    dated("none", ""),
    *(dated(f"year-{year}", f"{year}-01-01T00:00:00Z") for year in ("-1", "0000", "9999", "99999")),
    dated("february-31", "31 Feb 2026 10:00:00 GMT"),
    dated("zone", "Thu, 05 Mar 2026 10:00:00 +99:99"),
    dated("digits", "1" * 5000),
    dated("next-year", (NOW + timedelta(days=365)).isoformat()),
    dated("other-language", "Чт, 05 мар 2026"),
    dated("two-digits", "05 Mar 26 10:00:00 GMT"),
    dated("milliseconds", "1772704800000"),
    Row(23, "old-entries", rss(stories(10_000)), BACKLOG),
    none(24, "device", b"/dev/zero"),
    none(24, "device-and-element", b"/dev/zero <rss>"),
    none(24, "address", f"{CANARY}/feed".encode()),
    none(24, "address-and-element", f"{CANARY}/<rss>".encode()),
    none(24, "password-file", b"file:///etc/passwd"),
]


@dataclass(frozen=True)
class Day:
    """One round of all rows, and the entries that came of it."""

    round: Round
    urls: dict[str, str]
    entries: list[Entry]
    visitors: int
    """Connections to the canary."""

    def of(self, row: Row) -> list[Entry]:
        """Return the entries of a row."""
        return [entry for entry in self.entries if entry.feed.url == self.urls[str(row)]]


async def served(stack: AsyncExitStack, rows: Iterable[Row], *, canary: str = CANARY) -> dict[str, str]:
    """Start a site for each row."""
    urls: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        site = await stack.enter_async_context(Site(f"127.0.1.{number}"))
        urls[str(row)] = site.serve(
            "/feed", row.body.replace(CANARY.encode(), canary.encode()), content_type="application/rss+xml"
        )
    return urls


def polled(database: str, rows: Iterable[Row], *, deadline_s: float) -> Day:
    """Poll rows together, each once, beside the healthy feed."""

    async def run() -> Day:
        settings = {"INGEST_PARSE_DEADLINE_S": str(deadline_s)}
        async with AsyncExitStack() as stack, rounds(database, **settings) as desk:
            canary = await stack.enter_async_context(Connections(nothing))
            urls = await served(stack, rows, canary=canary.url)
            await desk.add(urls.values())
            one = await desk.polled()
            desk.judge(one)
            return Day(one, urls, desk.desk.entries(), canary.accepted)

    return asyncio.run(run())


async def nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing: a canary only counts who comes."""


@pytest.fixture(scope="module")
def day(servers: EmbeddedServers) -> Day:
    """Poll what is odd."""
    return polled(servers.fresh_database(), ROWS, deadline_s=30)


@pytest.fixture(scope="module")
def heavy_day(servers: EmbeddedServers) -> Day:
    """Poll what takes long."""
    return polled(servers.fresh_database(), HEAVY, deadline_s=1.5)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_document_ends_its_poll_once(day: Day, row: Row) -> None:
    """Each document is read as far as it can be or refused by name, in one event, and its entries can be written."""
    check(day, row)
    assert day.visitors == 0


@pytest.mark.parametrize("row", HEAVY, ids=str)
def test_a_heavy_document_is_read_or_given_up(heavy_day: Day, row: Row) -> None:
    """Case 18: what takes long ends by name at the deadline at the latest, and what was given up waits for an hour."""
    check(heavy_day, row)
    url = heavy_day.urls[str(row)]
    assert heavy_day.round.end(url) == POLLED or heavy_day.round.wait_s(url) == 3600


def check(day: Day, row: Row) -> None:
    """Check what must hold for every document."""
    entries = day.of(row)
    assert day.round.end(day.urls[str(row)]) in row.ends
    assert len(entries) <= BACKLOG
    assert row.entries is None or len(entries) == row.entries
    for entry in entries:
        written = json.dumps(entry.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")
        assert len(written) < 1 << 20
        assert b"root:" not in written
        assert entry.published_at is None or 1990 <= entry.published_at.year <= NOW.year


def test_case_19_a_broken_item_is_said(day: Day) -> None:
    """Case 19: nine good items come although one between them is broken, and the poll's event says so."""
    (row,) = [row for row in ROWS if row.case == 19]
    good = {f"Story {n}" for n in range(1, 11)} - {"Story 5"}
    assert {entry.title for entry in day.of(row)} >= good
    assert day.round.ends(day.urls[str(row)])[0]["flags"] == ["bozo"]


def test_case_23_a_backlog_that_is_cut_is_said(day: Day) -> None:
    """Case 23: of ten thousand old entries the newest are published, and one line tells how many are left out."""
    (row,) = [row for row in ROWS if row.case == 23]
    cut = [line for line in day.round.lines if line["event.action"] == "feed.backlog_truncated"]
    assert [(line["url"], line["published"]) for line in cut] == [(day.urls[str(row)], BACKLOG)]


async def test_case_18_a_large_feed_does_not_wait_for_a_document_without_end(database: str) -> None:
    """Case 18: with two processes to parse in, a document that takes one to its deadline delays no other large feed."""
    assert needs_isolation(LARGE)
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(rounds(database))
        desk.desk.pool = await stack.enter_async_context(WorkerPool(workers=2, deadline_s=DEADLINE_S, warm=warm))
        hostile = await stack.enter_async_context(Site("127.0.1.1"))
        large = await stack.enter_async_context(Site("127.0.1.2"))
        endless = hostile.serve("/feed", ENDLESS)
        others = large.serve("/feed", LARGE)
        await desk.add([endless, others])
        one = await desk.polled()
        desk.judge(one)
        assert (one.end(endless), one.end(others)) == ("feed.parse_deadline", POLLED)
        assert one.seconds(others) < DEADLINE_S - LATE_MAX_S


async def test_case_24_a_body_that_names_a_file_opens_none(database: str, tmp_path: Path) -> None:
    """Case 24: a body that is the path of a feed on this disk, in any spelling, is no feed, and leaves that unread."""
    canary = tmp_path / "feed.xml"
    canary.write_bytes(rss(stories(3)))
    bodies = [str(canary), canary.as_uri(), f"{canary}\n", f"{canary}\0<rss>", canary.name]
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(rounds(database))
        before = len(desk.desk.entries())
        rows = [none(24, str(number), body.encode()) for number, body in enumerate(bodies)]
        urls = await served(stack, rows)
        await desk.add(urls.values())
        one = await desk.polled()
        desk.judge(one)
        assert {one.end(url) for url in urls.values()} == {"feed.not_a_feed"}
        assert len(desk.desk.entries()) == before + FRESH
