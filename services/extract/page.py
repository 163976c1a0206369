"""Page: the bytes of a web page in, what they say out. Pure: the same bytes give the same content, in any process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from services.extract import blocked, comments, dates, head, language, lines, metadata, missing, tdm, text
from services.extract.block_features import Stated
from services.extract.metadata import Metadata
from services.extract.source import read as read_source
from services.kit.errors import Rejected

EXTRACTOR_NAME: Final = "dateline"
EXTRACTOR_VERSION: Final = "5"
"""Counts up with each change that can make a page's record another."""

SHORT_WORDS: Final = 50


@dataclass(frozen=True, kw_only=True)
class PageContent:
    """What a page says. Plain text throughout; unknown is None.

    Attributes:
        published_at: With the page's own offset; UTC and the flag `no_zone` where it names none; a day alone at 00:00.
        published_precision: `second`, `minute`, `day` or `unknown`.
        published_origin: `page`, `url` or `none`.
        canonical: What the page declares, absolute; not judged (see `identity.canonical_of`).
        byline, dateline: Visible lines that were taken off the beginning of the text, or that stand near it.
        tdm_stated, tdm_by_robots: What `<meta>` says of text and data mining: by the protocol, and by `noai`.
        method: Which reading gave the text: `blocks`, `voted`, `trafilatura`, `article_body`, `paragraphs`, `scripted`;
            `feed` without a page.
        likelihood: How likely the text is the article's, by the block model; see `quality`.

    """

    title: str | None
    text: str
    summary: str | None
    authors: list[str]
    section: str | None
    keywords: list[str]
    images: list[str]
    language: str | None
    language_confidence: float | None
    word_count: int
    published_at: datetime | None
    published_precision: str
    published_origin: str
    updated_at: datetime | None
    publisher_name: str | None
    canonical: str | None
    byline: str | None
    dateline: str | None
    access_free: bool | None
    tdm_stated: tdm.Stated
    tdm_by_robots: tdm.Stated
    method: str
    likelihood: float
    flags: list[str]


def read_page(html: bytes, *, url: str, content_type: str | None = None, charset: str | None = None) -> PageContent:
    """Read a page.

    Args:
        html: The body, decompressed.
        url: Where it came from, after redirects; links are resolved against it, and its path may hold the date.
        content_type: Of the HTTP header, without parameters.
        charset: Of the HTTP header.

    Raises:
        Rejected: `page.not_html`, `page.too_large`, `page.too_deep`, `page.soft_404` or `page.no_text`.
        Blocked: `page.blocked`, `page.paywalled` or `page.rate_limited`: no article, but what we would need to see it.

    """
    source, markup = read_source(html, content_type, charset)
    try:
        tree = LexborHTMLParser(markup)
        described = head.read(tree)
    except (SelectolaxError, ValueError, RecursionError) as error:
        raise Rejected("page.not_html", f"the parser gave up: {type(error).__name__}") from error
    said = metadata.settle(described, url=url)
    reading = text.read(tree, stated=Stated(said.title or "", said.summary or "", said.body or ""), source=source)
    titles = [title for title in (described.title, *described.headings) if title]
    _admit(source, titles, reading.text, said.access_free)
    looked_at = dates.Page(url=url, markup=source, title=said.title, month_first=said.month_first)
    dated = dates.settle(said.claims, looked_at)
    return _content(said, reading, dated)


def _admit(source: str, titles: list[str], read: str, free: bool | None) -> None:  # noqa: FBT001 - what the page states
    """Refuse what stands in an article's place."""
    block = blocked.of_page(source, titles=titles, text=read, free=free)
    if block:
        raise blocked.Blocked(block)
    notice = missing.by_words(titles, read)
    if notice:
        raise Rejected("page.soft_404", f"title {notice}"[:100])
    if not any(map(str.isalnum, read)):
        raise Rejected("page.no_text", "no text was found on the page")
    if comments.are_all(source, read):
        raise Rejected("page.no_text", "nothing but its readers' comments was found on the page")


def _content(said: Metadata, reading: text.Reading, dated: dates.Dated) -> PageContent:
    opening = lines.split(reading.text, title=said.title, authors=said.authors, datelines=said.datelines)
    spoken = language.detect(f"{said.title or ''}\n{opening.text}")
    words = len(opening.text.split())
    unsure = spoken is None or (said.language is not None and spoken.confidence < language.SURE)
    return PageContent(
        title=said.title,
        text=opening.text,
        summary=said.summary,
        authors=said.authors,
        section=said.section,
        keywords=said.keywords,
        images=said.images,
        language=said.language if unsure or spoken is None else spoken.code,
        language_confidence=None if unsure or spoken is None else spoken.confidence,
        word_count=words,
        published_at=dated.moment.at if dated.moment else None,
        published_precision=dated.moment.precision if dated.moment else "unknown",
        published_origin=dated.origin,
        updated_at=said.claims.updated.at if said.claims.updated else None,
        publisher_name=said.publisher,
        canonical=said.canonical,
        byline=opening.byline or said.byline,
        dateline=opening.dateline,
        access_free=said.access_free,
        tdm_stated=said.tdm_stated,
        tdm_by_robots=said.tdm_by_robots,
        method=reading.method,
        likelihood=reading.likelihood,
        flags=_flags(said, dated, words, teaser=blocked.is_teaser(reading.text)),
    )


def _flags(said: Metadata, dated: dates.Dated, words: int, *, teaser: bool) -> list[str]:
    naive = dated.moment is not None and dated.moment.precision != "day" and not dated.moment.zoned
    given = {
        "short": words < SHORT_WORDS,
        "no_title": said.title is None,
        "no_date": dated.moment is None,
        "no_zone": naive,
        "zone_inferred": dated.moment is not None and dated.moment.zone_inferred,
        "paywall": said.access_free is False or teaser,
    }
    return [name for name, holds in given.items() if holds]


def warm() -> None:
    """Load models and libraries now, so that the first page of a worker process does not wait for them."""
    text.warm()
    language.warm()
