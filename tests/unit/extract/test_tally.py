"""Tally: what came of pages, for the log."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.extract.events import ArticlePublished, OutletLayoutChanged, PagesSummarised
from services.extract.page import PageContent, read_page
from services.extract.tally import Tally, fields
from services.kit.errors import Rejected

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://www.courier.example/local/page.html"


@pytest.fixture(scope="module")
def content() -> PageContent:
    """Give a page that says all there is to say."""
    return read_page((PAGES / "structured.html").read_bytes(), url=URL)


def published(url: str = URL, *, change: str = "new", fetch_ms: int = 10) -> ArticlePublished:
    """Return the end of a page that was published."""
    return ArticlePublished(
        article_id="a", revision=1, change=change, url=url, method="blocks", words=100, fetch_ms=fetch_ms, duration_ms=0
    )


def test_a_window_is_summarised(content: PageContent) -> None:
    """Ends by change and code, the share of pages with each field, typical words and slow outlets are counted."""
    tally = Tally()
    tally.read(URL, content)
    tally.read(URL, replace(content, authors=[], word_count=content.word_count + 10))
    tally.ended(published(fetch_ms=100))
    tally.ended(published(fetch_ms=300))
    tally.ended(published("https://quick.example/a", change="unchanged", fetch_ms=5))
    tally.ended(Rejected("page.no_text"))
    summary = tally.summary(60)
    assert isinstance(summary, PagesSummarised)
    assert summary.ended == {"new": 2, "unchanged": 1, "page.no_text": 1}
    assert (summary.pages, summary.filled["authors"], summary.filled["title"]) == (2, 0.5, 1.0)
    assert summary.words_p50 == content.word_count + 5
    assert list(summary.slowest_ms.items()) == [("courier.example", 200), ("quick.example", 5)]


def test_a_window_without_work_is_not_summarised(content: PageContent) -> None:
    """Nothing is written where nothing was done, also after a window that had work."""
    tally = Tally()
    assert tally.summary(60) is None
    tally.read(URL, content)
    assert tally.summary(60)
    assert tally.summary(60) is None


def test_an_outlet_that_fails_is_told(content: PageContent) -> None:
    """When the pages of an outlet are read no more, one event names it and what is missing."""
    tally = Tally()
    assert [tally.read(URL, content) for _ in range(200)] == [None] * 200
    (event,) = [event for _ in range(60) if (event := tally.unread(URL)) is not None]
    assert isinstance(event, OutletLayoutChanged)
    assert (event.domain, list(event.before), event.after) == ("courier.example", ["text"], {"text": 0.0})
    assert event.before["text"] > 0.95


def test_what_a_page_has_is_named(content: PageContent) -> None:
    """A page without authors, time of day and images lacks these and nothing else."""
    bare = replace(content, authors=[], published_precision="day", images=[])
    assert all(fields(content).values())
    assert {name for name, has in fields(bare).items() if not has} == {"authors", "time", "image"}


def test_only_outlets_met_since_are_saved(content: PageContent) -> None:
    """Each outlet is saved once after it was met, as another process can take it over."""
    tally, other = Tally(), Tally()
    tally.read(URL, content)
    unsaved = tally.unsaved()
    assert list(unsaved) == ["courier.example"]
    assert tally.unsaved() == {}
    other.remember("courier.example", unsaved["courier.example"])
    other.read(URL, content)
    assert other.unsaved()["courier.example"]["title"][:2] == [2, 2]
