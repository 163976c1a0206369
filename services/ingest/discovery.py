"""Where a site keeps its feeds: what a page announces, and what robots.txt says of sitemaps. Pure.

Pages are not parsed: a handful of tags is looked for. libxml2 takes minutes for a tag with a hundred thousand
attributes, and what is wanted here stands in tags that are written plainly.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from services.ingest.items import URL_MAX_CHARS, addresses

FEEDS_MAX: Final = 20
PAGE_MAX_BYTES: Final = 1024 * 1024
"""Of a page, no more is looked at: announcements stand in its head."""

_ROBOTS_MAX_CHARS: Final = 512 * 1024
_SITEMAP: Final = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_TYPES: Final = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
_VAGUE_TYPES: Final = {"application/json", "application/xml", "text/xml"}
_OF_FEEDS: Final = re.compile(
    r"(?:^|[/.?=_-])(?:feeds?|rss2?|atom|rdf)(?:[/._-]|$)|feed\.json$|(?<!sitemap)\.xml$", re.IGNORECASE
)
_NO_FEED: Final = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|css|js|pdf|html?)$|sitemap|wp-json|oembed", re.IGNORECASE)
_OF_COMMENTS: Final = re.compile(r"comment", re.IGNORECASE)
_TAGS_MAX: Final = 5_000
_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<(link|a|base)\s([^<>]{1,4000})>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"""(?<![a-z-])([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE)
_CHARSET: Final = re.compile(
    r"utf-?(?:8|16)|us-ascii|iso-?8859-\d\d?|windows-125\d|koi8-[ru]|gb(?:k|2312|18030)|big5|shift_jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)

Tag = tuple[str, dict[str, str]]
"""A tag's name, and its attributes by their names; all names in lower case."""


def feeds_in(page: bytes, url: str, charset: str | None = None) -> tuple[str, ...]:
    """Return the feeds that an HTML page at `url` names: absolute http(s) addresses without repeats.

    First come the announced ones in their order, then links that look like feeds; feeds of comments come last.
    `charset` is the one of the page's header.
    """
    tags = list(islice(_tags(_text(page[:PAGE_MAX_BYTES], charset)), _TAGS_MAX))
    base = next(iter(addresses(url, (given.get("href") for name, given in tags if name == "base"), 1)), url)
    announced = addresses(base, _announced(tags), FEEDS_MAX)
    linked = addresses(base, _linked(tags), FEEDS_MAX)
    found = list(dict.fromkeys([*announced, *linked]))
    return tuple(sorted(found, key=lambda one: _OF_COMMENTS.search(one) is not None)[:FEEDS_MAX])


def sitemaps_in(robots_txt: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names: absolute http(s) addresses without repeats, in their order."""
    named = (match[1] for match in _SITEMAP.finditer(robots_txt[:_ROBOTS_MAX_CHARS]))
    return addresses("", named, FEEDS_MAX)


def _text(page: bytes, charset: str | None) -> str:
    return page.decode(charset if charset and _CHARSET.fullmatch(charset) else "utf-8", "replace")


def _tags(text: str) -> Iterator[Tag]:
    """Yield the tags of a page that may lead somewhere, outside of comments and scripts."""
    for match in _TAG.finditer(text):
        if match[1]:
            given = ((one[1].lower(), one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(match[2]))
            yield match[1].lower(), {name: html.unescape(value).strip() for name, value in given}


def _announced(tags: list[Tag]) -> Iterator[str]:
    """Links of the page's head to other forms of it, or of its site, that are feeds."""
    for name, given in tags:
        relations = set(given.get("rel", "").lower().split()) if name == "link" else set()
        kind = given.get("type", "").partition(";")[0].strip().lower()
        target = given.get("href", "")
        sure = kind in _TYPES or (kind in _VAGUE_TYPES and _OF_FEEDS.search(target))
        if ("feed" in relations or ("alternate" in relations and sure)) and not _NO_FEED.search(target):
            yield target


def _linked(tags: list[Tag]) -> Iterator[str]:
    for name, given in tags:
        target = given.get("href", "").partition("#")[0]
        if name == "a" and len(target) <= URL_MAX_CHARS and _OF_FEEDS.search(target) and not _NO_FEED.search(target):
            yield target
