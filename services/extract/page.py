"""Page: the bytes of a web page in, what they say out. Pure: the same bytes give the same content, in any process."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from services.extract import dates, depth, head, language, lines, metadata, tdm, text
from services.extract.block_features import Stated
from services.extract.characters import uncontrolled
from services.extract.charset import decode
from services.extract.metadata import Metadata
from services.kit.errors import Rejected

EXTRACTOR_NAME: Final = "dateline"
EXTRACTOR_VERSION: Final = "3"
"""Counts up with each change that can make a page's record another."""

_BODY_BYTES_MAX: Final = 20 * 1024 * 1024
SHORT_WORDS: Final = 50
_HTML_TYPES: Final = (
    "text/html",
    "application/xhtml",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/octet-stream",
)
_LOOKS_LIKE_HTML: Final = re.compile(
    r"(?i)<(?:!doctype\s+html|html|head|body|article|div|p|meta|title|h1|span|table|main|section)\b"
)
_LOOKS_LIKE_FEED: Final = re.compile(
    r"(?is)^\W{0,20}(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex|svg)\b"
)
_SNIFFED_CHARS: Final = 20_000
_SNIFFED_BYTES: Final = 1024
_CONTROL_SHARE_MAX: Final = 0.05
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\x0c"))
_MAGIC: Final = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"wOF",
    b"\x7fELF",
)


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
        method: Which reading gave the text: `blocks`, `voted`, `trafilatura`, `article_body`, `paragraphs`; `feed`
            without a page.

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
    flags: list[str]


def read_page(html: bytes, *, url: str, content_type: str | None = None, charset: str | None = None) -> PageContent:
    """Read a page.

    Args:
        html: The body, decompressed.
        url: Where it came from, after redirects; links are resolved against it, and its path may hold the date.
        content_type: Of the HTTP header, without parameters.
        charset: Of the HTTP header.

    Raises:
        Rejected: `page.not_html`, `page.too_large`, `page.too_deep` or `page.no_text`.

    """
    source = _source(html, content_type, charset)
    try:
        tree = LexborHTMLParser(source)
        described = head.read(tree)
    except (SelectolaxError, ValueError, RecursionError) as error:
        raise Rejected("page.not_html", f"the parser gave up: {type(error).__name__}") from error
    said = metadata.settle(described, url=url)
    reading = text.read(tree, stated=Stated(said.title or "", said.summary or "", said.body or ""))
    if not any(map(str.isalnum, reading.text)):
        raise Rejected("page.no_text", "no text was found on the page")
    looked_at = dates.Page(url=url, markup=source, title=said.title, month_first=said.month_first)
    dated = dates.settle(said.claims, looked_at)
    return _content(said, reading, dated)


def _source(html: bytes, content_type: str | None, charset: str | None) -> str:
    """Return the page's characters, if it is a page."""
    if len(html) > _BODY_BYTES_MAX:
        raise Rejected("page.too_large", f"{len(html)} bytes are more than {_BODY_BYTES_MAX}")
    if not html.strip():
        raise Rejected("page.no_text", "the body is empty")
    if html.startswith(_MAGIC):
        raise Rejected("page.not_html", "the bytes are of another format")
    source = decode(html, declared=charset)
    begin = source[:_SNIFFED_CHARS]
    if not _LOOKS_LIKE_HTML.search(begin) and not _LOOKS_LIKE_HTML.search(source):
        raise Rejected("page.not_html", "there is no HTML in it")
    typed = (content_type or "text/html").split(";")[0].strip().lower()
    if _LOOKS_LIKE_FEED.match(begin) or (not typed.startswith(_HTML_TYPES) and "<html" not in begin.lower()):
        raise Rejected("page.not_html", f"a document of type {typed[:60]}")
    controls = sum(map(begin[:_SNIFFED_BYTES].count, map(chr, _CONTROLS)))
    if controls > _CONTROL_SHARE_MAX * len(begin[:_SNIFFED_BYTES]):
        raise Rejected("page.not_html", "the bytes are no text")
    return depth.shallow(uncontrolled(source) if len(html.translate(None, _CONTROLS)) < len(html) else source)


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
        flags=_flags(said, dated, words),
    )


def _flags(said: Metadata, dated: dates.Dated, words: int) -> list[str]:
    naive = dated.moment is not None and dated.moment.precision != "day" and not dated.moment.zoned
    given = {
        "short": words < SHORT_WORDS,
        "no_title": said.title is None,
        "no_date": dated.moment is None,
        "no_zone": naive,
        "zone_inferred": dated.moment is not None and dated.moment.zone_inferred,
        "paywall": said.access_free is False,
    }
    return [name for name, holds in given.items() if holds]


def warm() -> None:
    """Load models and libraries now, so that the first page of a worker process does not wait for them."""
    text.warm()
    language.warm()
