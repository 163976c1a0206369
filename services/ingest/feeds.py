"""Feed documents: from bytes to items. The only module that imports feedparser.

feedparser is given a `BytesIO` and nothing else: bytes or a string could name a local file or an address, which it
would open. Its cleaning of HTML is off and not relied on: what we publish is text that nobody is to render unescaped.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple

import feedparser

from services.ingest import entries, json_feed, sitemap
from services.ingest.encoding import Labelled, readings
from services.ingest.entries import Raw
from services.ingest.items import ITEMS_MAX, ParsedFeed, Reading, known_pieces
from services.ingest.split import Split, glance, light, split, too_deep
from services.kit.errors import Rejected

INLINE_MAX_BYTES: Final = 64 * 1024
"""Larger bodies cost so much that the event loop would be felt to stop."""

_ROOT: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)[\s>/:]", re.IGNORECASE)
_ITEM: Final = re.compile(rb"<(?:item|entry)[\s>]")
_REPEATED_MAX_BYTES: Final = 512 * 1024
"""What is read once for each item of a malformed document, its head and tail, may come to this much in all."""
# Not the bindings of libxml2 that it would prefer, and that it looks for on disk at every parse: they follow entities.
feedparser.api.PREFERRED_XML_PARSERS[:] = ["xml.sax.expatreader"]
_HARMLESS: Final = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def needs_isolation(body: bytes) -> bool:
    """Tell whether a body may take long to parse, so that it belongs into a process that can be killed. Pure.

    Everything does but what is small, well-formed and plain, and what is no feed. The label of the body is not asked:
    whatever it says, a reading that differs from this one is at most of other letters.
    """
    if len(body) > INLINE_MAX_BYTES or sitemap.is_packed(body):
        return True
    if json_feed.looks_like(body):
        return False
    if not _is_feed(body) and not sitemap.looks_like(body):
        return False
    return not light(next(readings(body, None)))


def warm() -> None:
    """Have the parser loaded and used once, before a worker process gets its first task."""
    parse_feed(
        b"<rss version='2.0'><channel><title>warm</title></channel></rss>",
        "http://feed.invalid/",
        None,
        datetime.now(UTC),
    )


def parse_feed(body: bytes, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """Read a feed with all its items. Arguments and errors as of `read_feed`."""
    return read_feed(body, url, content_type, now).parsed


def read_feed(body: bytes, url: str, content_type: str | None, now: datetime, *, known: bytes = b"") -> Reading:
    """Read a feed: RSS 0.9x to 2.0, RDF, Atom, JSON Feed, a sitemap or an index of sitemaps.

    `url` is where the body came from, for relative links; `content_type` is the header as it came; `known` is the
    `pieces` of the last reading: items that have not changed since are left out, unless others depend on them.

    Raises:
        Rejected: `feed.not_a_feed`; `feed.unparsable` for one that the parser gave up on; `feed.too_large`: it is
            packed and grows beyond the limit; `feed.too_deep`: its elements are nested without end.

    """
    body = sitemap.unpacked(body)
    if json_feed.looks_like(body):
        return json_feed.read(body, url=url, now=now, known=known)
    if not _is_feed(body):
        if sitemap.looks_like(body):
            return sitemap.read(body, url=url, now=now, known=known)
        raise Rejected("feed.not_a_feed", "no feed element in the body")
    answer = _Answer(body, url, content_type, now)
    labelled = next(readings(body, content_type))
    pieces = known_pieces(known)
    glanced = glance(labelled, url, pieces) if pieces else None
    news = _news(glanced, list(glanced.elements), labelled, answer) if glanced else None
    if news:
        return news
    document = split(labelled, url)
    if document is None:
        return Reading(_whole(answer), b"", unchanged=0, whole=True)
    places = [place for place, digest in enumerate(document.digests) if digest not in pieces]
    news = _news(document, places, labelled, answer) if len(places) < len(document.digests) else None
    return news or Reading(_whole(answer), b"".join(document.digests), unchanged=0, whole=True)


class _Answer(NamedTuple):
    """What came from a feed's address."""

    body: bytes
    url: str
    content_type: str | None
    now: datetime


def _news(document: Split, places: list[int], labelled: Labelled, answer: _Answer) -> Reading | None:
    """Read the items of a document that are new; None where that takes more than these."""
    parsed = _part(document, places, labelled, answer) if document.apart(places) else None
    if parsed is None:
        return None
    unchanged = len(document.digests) - len(places)
    return Reading(parsed, b"".join(document.digests), unchanged=unchanged, whole=False)


def _part(document: Split, places: list[int], labelled: Labelled, answer: _Answer) -> ParsedFeed | None:
    """Read a document with some of its items; None if something is odd about that, so that all are to be read."""
    try:
        raw = _raw(labelled._replace(body=document.part(places)))
    except Exception:  # noqa: BLE001 - whatever a foreign parser raises, the whole document has its chance
        return None
    if raw["malformed"] or len(raw["entries"]) != len(places):
        return None
    return _brought(raw, len(document.spans), labelled, answer)


def _whole(answer: _Answer) -> ParsedFeed:
    if too_deep(answer.body):
        raise Rejected("feed.too_deep", "elements nested without end")
    raw, labelled = _read(answer.body, answer.content_type)
    listed = len(raw["entries"])
    if not listed and not (raw.get("version") and raw.get("feed")):
        raise Rejected("feed.not_a_feed", "neither an item nor a word about itself")
    return _brought(raw, listed, labelled, answer)


def _brought(raw: Raw, listed: int, labelled: Labelled, answer: _Answer) -> ParsedFeed:
    """Bring what feedparser says into our form; `listed` is the number of items in the document."""
    channel = "atom" if str(raw.get("version")).startswith("atom") else "rss"
    items, broken = entries.items(raw, raw["entries"][:ITEMS_MAX], channel=channel, url=answer.url, now=answer.now)
    head = entries.head(raw, channel=channel, url=answer.url)
    return replace(head, items=items, broken_items=broken, flags=tuple(_flags(raw, listed, labelled)))


def _is_feed(body: bytes) -> bool:
    return _ROOT.search(body.replace(b"\x00", b"")) is not None


def _read(body: bytes, content_type: str | None) -> tuple[Raw, Labelled]:
    """Let feedparser read a body; if that fails for any reason of its own, in another way."""
    problem: Exception | None = None
    for labelled in readings(body, content_type):
        try:
            raw = _raw(labelled)
            if raw["malformed"]:
                raw["entries"] = _apart(labelled, raw["entries"])
        except Exception as error:  # noqa: BLE001 - whatever a foreign parser raises, this feed is what it is about
            problem = error
        else:
            return raw, labelled
    raise Rejected("feed.unparsable", f"{type(problem).__name__}: {problem}"[:200])


def _apart(labelled: Labelled, listed: list[Raw]) -> list[Raw]:
    """Read each item of a malformed document on its own, so that a broken one does not swallow its neighbours.

    Gives what the document gave as a whole if that is more.
    """
    body = labelled.body
    starts = [match.start() for match in islice(_ITEM.finditer(body), ITEMS_MAX + 1)]
    last = max(body.rfind(b"</item>"), body.rfind(b"</entry>"))
    if len(starts) < 2 or last < 0:  # noqa: PLR2004 - one item has no neighbour
        return listed
    head, tail = body[: starts[0]], body[body.index(b">", last) + 1 :]
    if (len(head) + len(tail)) * len(starts) > _REPEATED_MAX_BYTES:
        return listed
    found: list[Raw] = []
    for start, end in pairwise([*starts, len(body)]):
        found.extend(_raw(labelled._replace(body=head + body[start:end] + tail))["entries"][:1])
    return found if len(found) >= min(len(listed), ITEMS_MAX) else listed


def _raw(labelled: Labelled) -> Raw:
    headers = {"content-type": labelled.content_type} if labelled.content_type else {}
    parsed = feedparser.parse(
        io.BytesIO(labelled.body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    raw: Raw = _plain(parsed)
    raw["malformed"] = bool(raw.get("bozo")) and not isinstance(raw.get("bozo_exception"), _HARMLESS)
    return raw


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever feedparser builds
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in dict.items(value)}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _flags(raw: Raw, listed: int, labelled: Labelled) -> Iterator[str]:
    if isinstance(raw.get("bozo_exception"), feedparser.CharacterEncodingOverride):
        yield "encoding_overridden"
    if labelled.guessed:
        yield "encoding_guessed"
    if raw["malformed"]:
        yield "bozo"
    if listed > ITEMS_MAX:
        yield "items_cut"
