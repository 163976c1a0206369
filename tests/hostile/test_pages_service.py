"""Pages as a service meets them (cases 25 to 29): real HTTP, a real worker pool, and pages that break their workers.

All hostile pages of a round come together with healthy ones, and each entry has to end exactly once.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from services.extract.page import read_page, warm
from services.kit.events import Event, WorkerKilled, WorkerRecycled
from services.kit.pool import WorkerPool
from tests.fakes import work
from tests.fakes.articles import entry
from tests.fakes.desk import Desk, opened, page
from tests.fakes.rounds import waited_s
from tests.fakes.runs import PREFIX, consuming
from tests.fakes.site import Site

DEADLINE_S = 3.0
GAP_MAX_S = 0.1
HEALTHY = 10
ARTICLE = "article"
SENTENCE = "The old bridge over the harbour was opened to traffic on Friday evening, the city said. "
MARKER = b"SABOTAGE:"


class Sabotaged(WorkerPool):
    """A pool whose workers do something else when a page says so, as a parser with a bug would."""

    async def run(self, function: Callable[..., Any], /, *args: Any) -> Any:
        """Run the function, or the one that the page names."""
        body = args[0] if args and isinstance(args[0], bytes) else b""
        name = body.partition(MARKER)[2].partition(b" ")[0].decode()
        if name:
            return await super().run(DEEDS[name])
        return await super().run(function, *args)


DEEDS: dict[str, Callable[[], Any]] = {
    "segfault": work.segfault,
    "exit": partial(work.leave, 1),
    "exit-0": partial(work.leave, 0),
    "sigkill": work.kill_self,
    "sys.exit": work.quit_politely,
    "out-of-memory": work.devour,
    "unpicklable-error": work.raise_clingy,
    "unpicklable-result": work.return_lambda,
    "wedge": work.wedge,
    "spin": work.spin,
}


@dataclass(frozen=True)
class Row:
    """A page and how its entry may end."""

    name: str
    body: bytes
    ends: frozenset[str]


def row(name: str, inner: str, *ends: str) -> Row:
    """Row of a page around some markup."""
    return Row(name, f"<html><head><title>Bridge</title></head><body>{inner}</body></html>".encode(), frozenset(ends))


def nested(depth: int, *ends: str) -> Row:
    """Row of a page whose text stands so deep."""
    return row(f"depth-{depth}", "<div>" * depth + f"<p>{SENTENCE * 5}</p>" + "</div>" * depth, *ends)


def heavy(name: str, inner: str, *others: str) -> Row:
    """Row of a page that may take too long: read, or given up by name and in time."""
    return row(name, f"<p>{SENTENCE * 5}</p>{inner}", ARTICLE, "page.parse_deadline", *others)


PAGES = (
    nested(255, ARTICLE),
    nested(256, ARTICLE),
    nested(257, ARTICLE),
    nested(100_000, "page.too_deep"),
    heavy("blocks", "<div><p>Some words.</p></div>" * 50_000),
    heavy("paragraphs", "<p>Short.</p>" * 50_000),
    heavy("links", "<p>a <a href='/x'>b</a> c</p>" * 90_000),
    heavy("rows", "<table>" + "<tr><td>1</td></tr>" * 150_000 + "</table>"),
    heavy("colspan", f"<table><tr><td colspan=9007199254740991>{SENTENCE}</td></tr></table>"),
    heavy("image-line", "<img alt='" + "x" * 200_000 + "'>"),
    row("million-rows", "<table>" + "<tr><td>1</td></tr>" * 1_000_000 + "</table>", "fetch.too_large"),
)


def deed(name: str, *ends: str) -> Row:
    """Row of a page that does something to its worker."""
    return Row(name, b"<html><body>" + MARKER + name.encode() + b" </body></html>", frozenset(ends))


DEATHS = tuple(deed(name, "page.worker_died") for name in ("segfault", "exit", "exit-0", "sigkill", "sys.exit"))
BUGS = tuple(deed(name, "work.unexpected") for name in ("unpicklable-error", "unpicklable-result"))
STUCK = tuple(deed(name, "page.parse_deadline") for name in ("wedge", "spin"))


@asynccontextmanager
async def service(database: str, events: list[Event], **options: int) -> AsyncIterator[Desk]:
    """Give a service with a pool that can be sabotaged."""
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(Site())
        pool = Sabotaged(workers=2, deadline_s=DEADLINE_S, warm=warm, name="page", emit=events.append, **options)
        await stack.enter_async_context(pool)
        yield await stack.enter_async_context(opened(site, pool, database))


async def ends(desk: Desk, rows: Iterable[Row]) -> tuple[dict[str, str], float]:
    """Run the pages and healthy ones together; return how each row ended, and the longest that the loop stood still.

    Checks that each entry has exactly one end and one terminal line, and that no healthy page was lost.
    """
    bodies = {row.name: row.body for row in rows}
    healthy = {f"healthy-{number}": page(f"Page {number}").encode() for number in range(HEALTHY)}
    names = [*bodies, *healthy]
    for name, body in {**bodies, **healthy}.items():
        desk.site.serve(f"/{name}", body)
    with capture_logs() as lines:
        await desk.send(*(entry(f"{desk.site.url}/{name}", number) for number, name in enumerate(names, 1)))
        async with consuming(desk.broker, [ENTRIES], desk.extraction().handle):
            gap_s = await _gap(lambda: len(_ended(desk)) >= len(names))
    found = _ended(desk)
    assert len(found) == len({trace for trace, _ in found}) == len(names)
    assert sum(bool(line.get("terminal")) for line in lines) == len(names)
    named = {names[int(trace, 16) - 1]: end for trace, end in found}
    assert {named.pop(name) for name in healthy} == {ARTICLE}
    return named, gap_s


def _ended(desk: Desk) -> list[tuple[str, str]]:
    articles = [(one.trace_id or "", ARTICLE) for one in desk.broker.records(ARTICLES.name(PREFIX))]
    failures = desk.broker.records(FAILURES.name(PREFIX))
    return articles + [(one.trace_id or "", one.header("dlq-code") or "") for one in failures]


async def _gap(done: Callable[[], bool]) -> float:
    """Wait, and return the longest time that this loop did not turn although it had the processor."""
    longest_s = 0.0
    async with asyncio.timeout(90):
        while not done():
            at, waited = time.monotonic(), waited_s()
            await asyncio.sleep(0.01)
            longest_s = max(longest_s, time.monotonic() - at - 0.01 - (waited_s() - waited))
    return longest_s


def judge(rows: Iterable[Row], named: dict[str, str]) -> None:
    """Check that each row ended as it may."""
    assert not {row.name: named[row.name] for row in rows if named[row.name] not in row.ends}


@pytest.mark.slow
async def test_case_25_26_heavy_pages_end_in_time_and_hold_nobody_up(database: str) -> None:
    """Cases 25, 26: depth and mass are read or given up by name; the loop never stands still for long."""
    events: list[Event] = []
    async with service(database, events) as desk:
        named, gap_s = await ends(desk, PAGES)
    judge(PAGES, named)
    given_up = Counter(named.values())["page.parse_deadline"]
    assert [one.error_code for one in events if isinstance(one, WorkerKilled)] == ["work.deadline"] * given_up
    assert gap_s < GAP_MAX_S


@pytest.mark.slow
async def test_case_27_28_a_lost_worker_costs_its_page_only(database: str) -> None:
    """Cases 27, 28: deaths are tried twice, stuck workers are killed, bugs are told; no process stays behind."""
    events: list[Event] = []
    rows = (*DEATHS, *BUGS, *STUCK)
    async with service(database, events) as desk:
        named, gap_s = await ends(desk, rows)
        judge(rows, named)
        killed = [one for one in events if isinstance(one, WorkerKilled)]
        assert Counter(one.error_code for one in killed) == {"work.died": 2 * len(DEATHS), "work.deadline": len(STUCK)}
        assert {await desk.pool.run(work.process_id) for _ in range(10)} <= _living()
        assert not {one.pid for one in killed} & _living(), "the killed are gone, not even zombies"
        assert len({*await asyncio.gather(*(desk.pool.run(work.process_id) for _ in range(20)))}) == 2
        assert len(await desk.pool.run(work.large, 50_000_000)) == 50_000_000
    assert gap_s < GAP_MAX_S


@pytest.mark.slow
async def test_case_27_a_page_that_eats_all_memory_costs_itself(database: str) -> None:
    """Case 27: a worker over its limit dies, and with it one page."""
    events: list[Event] = []
    rows = (deed("out-of-memory", "page.worker_died"),)
    async with service(database, events, rss_max_mib=250) as desk:
        named, _ = await ends(desk, rows)
    judge(rows, named)
    assert len([one for one in events if isinstance(one, WorkerKilled)]) == 2


def _living() -> set[int]:
    """Return the ids of all processes, zombies too."""
    return {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}


@pytest.mark.slow
async def test_case_29_workers_are_replaced_and_do_not_grow() -> None:
    """Case 29, in small (`make soak` is long): after its share of pages a worker goes, no larger than others are."""
    events: list[Event] = []
    html = page("Ferries").encode()
    read = partial(read_page, url="https://courier.example/ferries")
    async with WorkerPool(workers=1, deadline_s=20, warm=warm, recycle_after=300, emit=events.append) as pool:
        for number in range(1_200):
            await pool.run(read, html.replace(b"Paragraph", b"Part %d" % number))
    sizes = [one.rss_mib for one in events if isinstance(one, WorkerRecycled)]
    assert len(sizes) == len(events) >= 3
    assert max(sizes) <= 1.1 * min(sizes)
