"""Record: page and feed together."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.v1 import Article, Entry, FeedInfo, Http
from services.extract.page import PageContent, read_page
from services.extract.record import article_from

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://www.courier.example/local/page.html"
SEEN_AT = dt.datetime(2024, 3, 9, 6, 0, tzinfo=dt.UTC)
FETCHED_AT = dt.datetime(2024, 3, 9, 6, 1, tzinfo=dt.UTC)
FEED_TIME = dt.datetime(2024, 3, 8, 18, 30, tzinfo=dt.UTC)


def _entry(published_at: dt.datetime | None = FEED_TIME) -> Entry:
    return Entry(
        entry_id="e1",
        trace_id="0" * 32,
        event="new",
        feed=FeedInfo(feed_id="f1", url="https://courier.example/feed", title="Courier", language="en-GB"),
        channel="rss",
        guid="g1",
        url=URL + "?utm_source=rss",
        title="Feed &amp; title",
        summary="<p>Feed <b>summary</b></p>",
        authors=["By Feed Author"],
        categories=["Harbour"],
        published_at=published_at,
        published_precision="second" if published_at else "unknown",
        content_hash="h",
        seen_at=SEEN_AT,
    )


def _page(name: str = "form.html", **changes: object) -> PageContent:
    return replace(read_page((PAGES / name).read_bytes(), url=URL), **changes)  # type: ignore[arg-type] # by field


def _article(content: PageContent, entry: Entry | None = None) -> Article:
    return article_from(
        content,
        requested_url=URL + "?utm_source=rss",
        final_url=URL,
        trace_id="0" * 32,
        entry=entry,
        http=Http(status=200, bytes=10),
        fetched_at=FETCHED_AT,
        extracted_at=FETCHED_AT,
    )


def test_the_feed_fills_what_the_page_lacks() -> None:
    """Title, authors, summary, categories and time come from the feed where the page is silent, and flags say so."""
    article = _article(_page(title=None), _entry())
    assert (article.title, article.authors, article.summary) == ("Feed & title", ["Feed Author"], "Feed summary")
    assert (article.keywords, article.published_at, article.published_origin) == (["Harbour"], FEED_TIME, "feed")
    assert {"feed_title", "feed_authors", "feed_date"} <= set(article.quality.flags)
    assert not {"no_date", "no_title"} & set(article.quality.flags)


def test_the_page_is_believed_before_the_feed() -> None:
    """What the page says stays, and the feed's time is kept beside it."""
    article = _article(_page("structured.html"), _entry())
    assert article.title == "Harbour bridge reopens after nine months & two storms"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-08T23:40:05+05:30"
    assert (article.published_origin, article.feed_published_at, article.feed_seen_at) == ("page", FEED_TIME, SEEN_AT)
    assert article.quality.flags == []


def test_a_day_takes_the_feed_s_time_of_that_day() -> None:
    """A page that gives the day alone and a feed that gives the hour of the same day agree."""
    day = dt.datetime(2024, 3, 8, tzinfo=dt.UTC)
    article = _article(_page(published_at=day, published_precision="day", published_origin="url", flags=[]), _entry())
    assert (article.published_at, article.published_precision, article.published_origin) == (
        FEED_TIME,
        "second",
        "feed",
    )


@pytest.mark.parametrize(("precision", "days", "conflict"), [("second", 3, True), ("day", 5, True), ("day", 1, False)])
def test_disagreement_is_recorded(precision: str, days: int, *, conflict: bool) -> None:
    """The page's time stands, and a feed that is days away leaves a flag."""
    at = dt.datetime(2024, 3, 8, tzinfo=dt.UTC) - dt.timedelta(days=days)
    article = _article(
        _page(published_at=at, published_precision=precision, published_origin="page", flags=[]), _entry()
    )
    assert article.published_at == at
    assert ("date_conflict" in article.quality.flags) is conflict


def test_a_date_ahead_of_its_time_is_another_date() -> None:
    """A page from next month was not published then; the feed's time or nothing takes its place."""
    ahead = _page(
        published_at=FETCHED_AT + dt.timedelta(days=30), published_precision="second", published_origin="page"
    )
    assert _article(ahead, _entry()).published_at == FEED_TIME
    alone = _article(ahead)
    assert (alone.published_at, alone.published_origin, alone.published_precision) == (None, "none", "unknown")
    assert {"date_ahead", "no_date"} <= set(alone.quality.flags)


def test_the_record_says_where_it_came_from() -> None:
    """Addresses, domain, discovery, times and the extractor's version are in it."""
    article = _article(_page(), _entry())
    assert (article.url.requested, article.url.final, article.url.canonical) == (URL + "?utm_source=rss", URL, URL)
    assert article.publisher.domain == "courier.example"
    found = article.discovered_via[0]
    assert (found.feed_id, found.guid, found.channel, found.seen_at) == ("f1", "g1", "rss", SEEN_AT)
    assert article.extractor is not None
    assert article.extractor.method == "blocks"
    assert (article.fetched_at, article.extracted_at, article.event, article.revision) == (
        FETCHED_AT,
        FETCHED_AT,
        "new",
        1,
    )


def test_the_id_is_the_address_and_the_hash_the_content() -> None:
    """The same page through another feed has the same id and hash; an edited one has the same id and another hash."""
    first, again = _article(_page(), _entry()), _article(_page())
    edited = _article(_page(text="Something else."))
    assert (first.article_id, first.content_hash) == (again.article_id, again.content_hash)
    assert edited.article_id == first.article_id
    assert edited.content_hash != first.content_hash


def test_byline_and_dateline_travel_with_the_record() -> None:
    """Lines taken off the text are in the record, in the page's words."""
    article = _article(_page("relay.html"))
    assert article.byline is not None
    assert article.dateline is not None
    assert (article.byline.text, article.byline.origin) == ("By Northern Press", "page")
    assert article.dateline.text == "7 May 7, 2022"
