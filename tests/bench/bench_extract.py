"""Pages per processor second: our reading of a page against trafilatura's, on the same pages, in the same run."""
# ruff: noqa: T201 - what a bench prints is its result

import gzip
import json
import time
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

TIMES_MIN = 3.5
BATCH = 32
"""Pages that one of the two reads before it is the other's turn, so that other load hits both alike."""
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


def outside_pages(name: str) -> list[Page]:
    """Return the pages of an outside set."""
    folder = corpus(name)
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


def compare(title: str, pages: list[Page]) -> float:
    """Read every page once each way, in turn by the batch, print the table, return the ratio."""
    took = {"dateline": 0.0, "trafilatura": 0.0}
    texts = {"dateline": 0, "trafilatura": 0}
    for begin in range(0, len(pages), BATCH):
        batch = pages[begin : begin + BATCH]
        for name, read in (("trafilatura", theirs), ("dateline", ours)):
            started = time.process_time()
            texts[name] += sum(map(read, batch))
            took[name] += time.process_time() - started
    size_kib = sum(len(page.html) for page in pages) / len(pages) / 1024
    print(f"\nextract, {title}: {len(pages)} pages, {size_kib:.0f} KiB each, every page once")
    print(f"{'':14}{'pages/s':>10}{'ms/page':>10}{'texts':>8}")
    for name, seconds in took.items():
        print(f"{name:14}{len(pages) / seconds:10.1f}{1000 * seconds / len(pages):10.2f}{texts[name]:8}")
    ratio = took["trafilatura"] / took["dateline"]
    print(f"{'ratio':14}{ratio:9.2f}x")
    return ratio


async def test_newsroom() -> None:
    """The newsroom's own small articles are all read, and both times are told."""
    warm()
    pages = await newsroom_pages()
    assert all(map(ours, pages))
    compare("newsroom", pages)


def test_news() -> None:
    """Pages of news are read at 3.5 times the speed."""
    warm()
    assert compare("news", outside_pages("news")) >= TIMES_MIN


def test_pages_of_all_kinds() -> None:
    """Pages of all kinds, a third of which state no date and are searched for one, are read in less time."""
    warm()
    pages = outside_pages("extract")
    assert compare("pages of all kinds", pages) > 1
