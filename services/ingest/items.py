"""What a feed says, brought into one form whatever its format: plain values that can cross a process border.

All text here is clean: no control characters but line breaks and tabs, no lone surrogates. It may hold markup and is
never to be trusted.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from schemas.v1 import Enclosure
from services.kit.urls import absolute

ITEMS_MAX: Final = 500
TITLE_MAX_CHARS: Final = 1_000
NAME_MAX_CHARS: Final = 200
SUMMARY_MAX_CHARS: Final = 100_000
CONTENT_MAX_CHARS: Final = 400_000
URL_MAX_CHARS: Final = 2_048
GUID_MAX_CHARS: Final = 2_048
AUTHORS_MAX: Final = 50
CATEGORIES_MAX: Final = 100
ENCLOSURES_MAX: Final = 50
LINKS_MAX: Final = 10
"""Links of one kind in a feed's head."""
PIECE_BYTES: Final = 8

# Controls but tab and line feed, lone surrogates (all that Python can hold are lone), and two code points that are
# no characters and that XML readers choke on.
_UNCLEAN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,1000}>|<!--.{0,1000}?-->", re.DOTALL)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed. `flags` say what was odd about it; open list."""

    guid: str | None
    url: str | None
    """Absolute http(s) address; None where the item links nowhere that we can go."""
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str | None = None
    published_at: datetime | None = None
    published_raw: str | None = None
    published_precision: str = "unknown"
    """`second`, `minute`, `day` or `unknown`."""
    updated_at: datetime | None = None
    updated_raw: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index of sitemaps lists."""

    url: str
    lastmod: str | None
    """When it changed last, in the index's own words."""
    at: datetime | None
    """`lastmod`, if it could be read."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document, read."""

    channel: str
    """`rss`, `atom`, `json_feed` or `sitemap`, as in `Entry.channel`."""
    format: str
    """Format and version, for example `rss20`."""
    title: str | None
    site_url: str | None
    language: str | None
    ttl_s: float | None
    """How long the feed asks to be left alone."""
    items: tuple[Item, ...]
    broken_items: int = 0
    """Items that could not be read; the others are not affected."""
    flags: tuple[str, ...] = ()
    """`bozo` (malformed, read all the same), `items_cut`, `encoding_overridden`, `encoding_guessed`; open list."""
    sy_s: float | None = None
    """Time between two changes that the feed announces (`sy:updatePeriod` and `sy:updateFrequency`)."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs that the feed names. Recorded only."""
    older: tuple[str, ...] = ()
    """Where older items are: `rel="prev-archive"` (RFC 5005), else `rel="next"`, else `next_url` of a JSON Feed."""
    generator: str | None = None
    """Software that wrote the feed, as it says."""
    self_url: str | None = None
    """Address of the feed, as it says."""
    children: tuple[Child, ...] = ()
    """The sitemaps that an index lists."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one body of a feed, given what was known of it before."""

    parsed: ParsedFeed
    """Its items are all of the document, or the new and changed ones only, in the document's order."""
    pieces: bytes
    """Digests of the document's items, eight bytes each: what to give as `known` next time. Empty: read whole."""
    unchanged: int
    """Items that were known and are left out."""
    whole: bool
    """Whether all items were read."""


def text(value: object, max_chars: int) -> str | None:
    """Return text as given, cleaned and cut; None for what is empty or no text."""
    if not isinstance(value, str):
        return None
    # cut before cleaning too: a regular expression over megabytes is not needed to keep a hundred characters
    return (
        _UNCLEAN.sub("", value[: 2 * max_chars].replace("\r\n", "\n").replace("\r", "\n"))[:max_chars].strip() or None
    )


def line(value: object, max_chars: int = NAME_MAX_CHARS) -> str | None:
    """Return text on one line."""
    cleaned = text(value, 2 * max_chars)
    return " ".join(cleaned.split())[:max_chars].rstrip() or None if cleaned else None


def line_without_markup(value: object, max_chars: int) -> str | None:
    """Return the words of a line of HTML: tags dropped, entities resolved."""
    raw = text(value, 4 * max_chars)
    return line(html.unescape(_TAG.sub("", raw)), max_chars) if raw else None


def language(value: object) -> str | None:
    """Return a language tag if it looks like one."""
    tag = line(value, 40)
    return tag.replace("_", "-") if tag and _LANGUAGE.fullmatch(tag) else None


def addresses(base: str, links: Iterable[object], most: int = LINKS_MAX) -> tuple[str, ...]:
    """Return links of a document at `base` as absolute http(s) addresses, without repeats, in their order."""
    given = (line(link, 2 * URL_MAX_CHARS) for link in islice(links, 4 * most))
    found = (absolute(base, link) for link in given if link)
    return tuple(dict.fromkeys(one for one in found if one and len(one) <= URL_MAX_CHARS))[:most]


def address(base: str, link: object) -> str | None:
    """Return a link of a document at `base` as an absolute http(s) address, if it can be one."""
    return next(iter(addresses(base, [link], 1)), None)


def names(values: Iterable[object], most: int) -> tuple[str, ...]:
    """Return names without repeats, in their order."""
    found = dict.fromkeys(name for value in islice(values, 4 * most) if (name := line(value)))
    return tuple(found)[:most]


def known_pieces(known: bytes) -> frozenset[bytes]:
    """Return the digests that the `pieces` of a reading hold."""
    return frozenset(known[start : start + PIECE_BYTES] for start in range(0, len(known), PIECE_BYTES))


def size_bytes(value: object) -> int | None:
    """Return a length that a feed gives, if it can be one."""
    digits = str(value).strip() if isinstance(value, (str, int)) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None  # noqa: PLR2004 - petabytes
