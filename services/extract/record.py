"""Record: from what the page says, and what the feed said of it, to an `Article`. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.v1 import Access, Archived, Article, Byline, DiscoveredVia, Entry, Extractor, Http, Publisher, Quality, Url
from services.extract import names, quality, tdm
from services.extract.characters import line, unmarked
from services.extract.identity import article_id, canonical_of, content_hash
from services.extract.page import EXTRACTOR_NAME, EXTRACTOR_VERSION, PageContent
from services.kit.urls import registrable_domain

_AHEAD_MAX: Final = timedelta(hours=48)
"""Clocks are wrong by hours; what is later than this was not published yet, so the date is another one."""
_CONFLICT_MIN: Final = timedelta(hours=24)
_TITLE_CHARS_MAX: Final = 500
_SUMMARY_CHARS_MAX: Final = 2_000


_SHARED: Final = tuple(
    field.name
    for field in fields(PageContent)
    if field.name in Article.model_fields and field.name not in ("byline", "dateline")
)
"""What page and record call by the same name."""


@dataclass(frozen=True)
class _Published:
    at: datetime | None
    precision: str
    origin: str
    flags: tuple[str, ...] = ()


def article_from(
    content: PageContent,
    *,
    requested_url: str,
    final_url: str,
    trace_id: str,
    entry: Entry | None = None,
    http: Http | None = None,
    robots: str | None = None,
    stated: Sequence[tdm.Stated] = (),
    archive: Archived | None = None,
    fetched_at: datetime | None = None,
    extracted_at: datetime | None = None,
    revision: int = 1,
    event: str = "new",
) -> Article:
    """Return the record of a page, which stood at `final_url` when redirects from `requested_url` had ended.

    The feed fills what the page lacks, and each such field leaves a flag. `article_id` and `content_hash` do not depend
    on `revision` and `event`, so a caller who must look those up sets them afterwards with `model_copy`. Times are UTC;
    `robots` is `allowed`, `disallowed`, or None when robots.txt was not asked; `stated` is what the site and the HTTP
    answer say of text and data mining, what counts most first. The page's own `<meta>` counts more than these.

    Raises:
        FetchRefused: `fetch.url_refused`: an address is no http(s) address.

    """
    canonical = canonical_of(requested_url, final_url, content.canonical)
    filled = _filled(content, entry, fetched_at)
    mining = tdm.settled((content.tdm_stated, *stated, content.tdm_by_robots))
    return Article(
        **{name: getattr(filled, name) for name in _SHARED},
        article_id=article_id(canonical),
        revision=revision,
        event=event,
        content_hash=content_hash(filled.title, filled.text),
        trace_id=trace_id,
        url=Url(requested=requested_url, final=final_url, canonical=canonical),
        feed_published_at=entry.published_at if entry else None,
        feed_seen_at=entry.seen_at if entry else None,
        fetched_at=fetched_at,
        extracted_at=extracted_at,
        publisher=Publisher(name=content.publisher_name, domain=registrable_domain(final_url)),
        byline=Byline(text=content.byline, origin="page") if content.byline else None,
        dateline=Byline(text=content.dateline, origin="page") if content.dateline else None,
        discovered_via=[_discovered(entry)] if entry else [],
        access=Access(
            free=content.access_free, robots=robots, tdm_reservation=mining.reservation, licence=mining.policy
        ),
        http=http,
        extractor=Extractor(name=EXTRACTOR_NAME, version=EXTRACTOR_VERSION, method=content.method),
        archive=archive,
        quality=Quality(flags=filled.flags, scores=quality.scores(filled)),
    )


def _filled(content: PageContent, entry: Entry | None, fetched_at: datetime | None) -> PageContent:
    """Return the content with the feed's words where the page has none, and flags that say where."""
    published = _published(content, entry, fetched_at)
    title = content.title or (unmarked(entry.title, max_chars=_TITLE_CHARS_MAX) if entry else None)
    authors = content.authors or (names.people(entry.authors) if entry else [])
    feed_summary = unmarked(entry.summary, max_chars=_SUMMARY_CHARS_MAX) if entry else None
    given = {
        "no_title": title is None,
        "no_date": published.at is None,
        "feed_title": title is not None and content.title is None,
        "feed_authors": bool(authors) and not content.authors,
        "feed_date": published.origin == "feed",
    }
    outdated = {"no_title", "no_date"} | ({"no_zone"} if published.origin != content.published_origin else set())
    kept = [flag for flag in content.flags if flag not in outdated]
    return replace(
        content,
        title=title,
        authors=authors,
        summary=content.summary or feed_summary,
        keywords=content.keywords or _categories(entry),
        language=content.language or _feed_language(entry),
        published_at=published.at,
        published_precision=published.precision,
        published_origin=published.origin,
        flags=[*kept, *(name for name, holds in given.items() if holds), *published.flags],
    )


def _published(content: PageContent, entry: Entry | None, fetched_at: datetime | None) -> _Published:
    """Settle on the page's time; the feed's where the page has none, or only the day that the feed's time falls on."""
    page, feed = content.published_at, entry.published_at if entry else None
    precision = entry.published_precision if entry else "unknown"
    flags: tuple[str, ...] = ()
    if page and fetched_at and page - fetched_at > _AHEAD_MAX:
        page, flags = None, ("date_ahead",)
    if page is None and feed is None:
        return _Published(None, "unknown", "none", flags)
    if page is None:
        return _Published(feed, precision, "feed", (*flags, *_doubts(entry)))
    own = _Published(page, content.published_precision, content.published_origin)
    if feed is None:
        return own
    if own.precision == "day":
        if feed.astimezone(UTC).date() == page.date() and precision != "day":
            return _Published(feed, precision, "feed", _doubts(entry))
        far = abs(feed - (page + timedelta(hours=12))) > timedelta(hours=12) + _CONFLICT_MIN
    else:
        far = abs(feed - page) > _CONFLICT_MIN
    return _Published(page, own.precision, own.origin, ("date_conflict",) if far else ())


def _doubts(entry: Entry | None) -> tuple[str, ...]:
    """Return what the feed's time is to be taken with, such as `no_zone`, `future` and `offset_corrected`."""
    said = (flag.removeprefix("published_") for flag in (entry.flags if entry else ()))
    return tuple(flag for flag in said if not flag.startswith("updated_"))


def _categories(entry: Entry | None) -> list[str]:
    return [word for raw in (entry.categories[:30] if entry else []) if (word := unmarked(raw, max_chars=100))]


def _feed_language(entry: Entry | None) -> str | None:
    said = (entry.language or entry.feed.language or "") if entry else ""
    code = said.strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isalpha() else None  # noqa: PLR2004 - ISO 639-1


def _discovered(entry: Entry) -> DiscoveredVia:
    return DiscoveredVia(
        feed_id=entry.feed.feed_id,
        feed_url=entry.feed.url,
        feed_title=line(entry.feed.title, max_chars=200),
        entry_id=entry.entry_id,
        guid=entry.guid,
        channel=entry.channel,
        seen_at=entry.seen_at,
    )
