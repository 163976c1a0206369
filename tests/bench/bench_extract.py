"""Pages per processor second: our reading of a page against trafilatura's, on the same pages, in the same run."""
# ruff: noqa: T201 - what a bench prints is its result

import gzip
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import trafilatura
from trafilatura.settings import Document

from services.extract.page import read_page, warm
from services.kit.errors import Rejected
from services.local.newsroom import Newsroom
from services.local.newsroom.site import Reply
from tests.fakes.corpora import corpus

ROUNDS = 3
NEWSROOM_START = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """A page as bytes, and where it stood."""

    url: str
    html: bytes


async def newsroom_pages() -> list[Page]:
    """Return every article of the newsroom, as its sites serve it."""
    now = NEWSROOM_START + timedelta(hours=1)
    async with Newsroom(first=41, every_s=86_400, start=NEWSROOM_START, clock=lambda: now) as newsroom:
        pages = []
        for one in newsroom.published:
            reply: Reply = newsroom._answer(one.publication.outlet, urlsplit(one.url).path)
            pages.append(Page(one.url, reply.body))
        return pages


def news_pages() -> list[Page]:
    """Return the pages of the outside set `news`."""
    folder = corpus("news")
    rows = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    return [Page(row["url"], gzip.decompress((folder / row["html"]).read_bytes())) for row in rows]


def ours(page: Page) -> bool:
    """Read a page our way; tells whether it gave a text."""
    try:
        return bool(read_page(page.html, url=page.url).text)
    except Rejected:
        return False


def theirs(page: Page) -> bool:
    """Read a page trafilatura's way; tells whether it gave a text."""
    found = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True)
    return isinstance(found, Document) and bool(found.text)


def seconds(read: Callable[[Page], bool], pages: list[Page]) -> tuple[float, int]:
    """Read all pages once; returns the processor seconds, and how many gave a text."""
    started = time.process_time()
    read_ones = sum(map(read, pages))
    return time.process_time() - started, read_ones


def compare(title: str, pages: list[Page]) -> float:
    """Measure both in turn, print the table, return the ratio."""
    times: dict[str, list[float]] = {"dateline": [], "trafilatura": []}
    texts = {}
    for _ in range(ROUNDS):
        for name, read in (("trafilatura", theirs), ("dateline", ours)):
            took, texts[name] = seconds(read, pages)
            times[name].append(took)
    best = {name: statistics.median(found) for name, found in times.items()}
    size_kib = sum(len(page.html) for page in pages) / len(pages) / 1024
    print(f"\nextract, {title}: {len(pages)} pages, {size_kib:.0f} KiB each, median of {ROUNDS} rounds")
    print(f"{'':14}{'pages/s':>10}{'ms/page':>10}{'texts':>8}")
    for name, took in best.items():
        print(f"{name:14}{len(pages) / took:10.1f}{1000 * took / len(pages):10.2f}{texts[name]:8}")
    ratio = best["trafilatura"] / best["dateline"]
    print(f"{'ratio':14}{ratio:9.2f}x")
    return ratio


async def test_newsroom() -> None:
    """The newsroom's own articles are all read, and both times are told."""
    warm()
    pages = await newsroom_pages()
    assert all(map(ours, pages))
    compare("newsroom", pages)


def test_news() -> None:
    """The pages of the outside set, as they came from the wild, are read by both."""
    warm()
    compare("news", news_pages())
