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
from typing import Any, Final

import feedparser

from schemas.v1 import Enclosure
from services.ingest import json_feed, times
from services.ingest.encoding import Labelled, readings
from services.ingest.items import (
    AUTHORS_MAX,
    CATEGORIES_MAX,
    CONTENT_MAX_CHARS,
    ENCLOSURES_MAX,
    GUID_MAX_CHARS,
    ITEMS_MAX,
    SUMMARY_MAX_CHARS,
    TITLE_MAX_CHARS,
    URL_MAX_CHARS,
    Item,
    ParsedFeed,
    language,
    line,
    line_without_markup,
    names,
    size_bytes,
    text,
)
from services.kit.errors import Rejected
from services.kit.urls import absolute

INLINE_MAX_BYTES: Final = 64 * 1024
"""Larger bodies cost so much that the event loop would be felt to stop."""

Raw = dict[str, Any]
"""What feedparser says, as plain dictionaries: its own warn, and answer for keys that they do not have."""

_ROOT: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)[\s>/:]", re.IGNORECASE)
_ITEM: Final = re.compile(rb"<(?:item|entry)[\s>]")
_REPEATED_MAX_BYTES: Final = 512 * 1024
"""What is read once for each item of a malformed document, its head and tail, may come to this much in all."""
_HARMLESS: Final = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_HTTP: Final = ("http://", "https://")
_TTL_MAX_MINUTES: Final = 7 * 24 * 60


def needs_isolation(body: bytes) -> bool:
    """Tell whether a body may take long to parse, so that it belongs into a process that can be killed. Pure."""
    return len(body) > INLINE_MAX_BYTES or b"<!ENTITY" in body.replace(b"\x00", b"").upper()


def warm() -> None:
    """Have the parser loaded and used once, before a worker process gets its first task."""
    parse_feed(
        b"<rss version='2.0'><channel><title>warm</title></channel></rss>",
        "http://feed.invalid/",
        None,
        datetime.now(UTC),
    )


def parse_feed(body: bytes, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """Read a feed: RSS 0.9x to 2.0, RDF, Atom or JSON Feed.

    `url` is where the body came from, for relative links; `content_type` is the header as it came.

    Raises:
        Rejected: `feed.not_a_feed`, or `feed.unparsable` for one that the parser gave up on.

    """
    if json_feed.looks_like(body):
        return json_feed.parse(body, url=url, now=now)
    if not _ROOT.search(body.replace(b"\x00", b"")):
        raise Rejected("feed.not_a_feed", "no feed element in the body")
    raw = _read(body, content_type)
    version = str(raw.get("version") or "")
    entries = list(raw.get("entries") or ())
    head: Raw = raw.get("feed") or {}
    if not entries and not (version and head):
        raise Rejected("feed.not_a_feed", "neither an item nor a word about itself")
    channel = "atom" if version.startswith("atom") else "rss"
    items, broken = _items(entries[:ITEMS_MAX], channel=channel, url=url, now=now)
    return ParsedFeed(
        channel=channel,
        format=version or "unknown",
        title=_title(head),
        site_url=absolute(url, str(head.get("link") or "")) if head.get("link") else None,
        language=language(head.get("language")),
        ttl_s=_ttl_s(head.get("ttl")),
        items=items,
        broken_items=broken,
        flags=tuple(_flags(raw, len(entries))),
    )


def _read(body: bytes, content_type: str | None) -> Raw:
    """Let feedparser read a body; if that fails for any reason of its own, in another way."""
    problem: Exception | None = None
    for labelled in readings(body, content_type):
        try:
            raw = _raw(labelled)
            if raw.get("bozo") and not isinstance(raw.get("bozo_exception"), _HARMLESS):
                raw["malformed"] = True
                raw["entries"] = _apart(labelled, raw["entries"])
        except Exception as error:  # noqa: BLE001 - whatever a foreign parser raises, this feed is what it is about
            problem = error
        else:
            return raw
    raise Rejected("feed.unparsable", f"{type(problem).__name__}: {problem}"[:200])


def _apart(labelled: Labelled, entries: list[Raw]) -> list[Raw]:
    """Read each item of a malformed document on its own, so that a broken one does not swallow its neighbours.

    Gives what the document gave as a whole if that is more.
    """
    body = labelled.body
    starts = [match.start() for match in islice(_ITEM.finditer(body), ITEMS_MAX + 1)]
    last = max(body.rfind(b"</item>"), body.rfind(b"</entry>"))
    if len(starts) < 2 or last < 0:  # noqa: PLR2004 - one item has no neighbour
        return entries
    head, tail = body[: starts[0]], body[body.index(b">", last) + 1 :]
    if (len(head) + len(tail)) * len(starts) > _REPEATED_MAX_BYTES:
        return entries
    found: list[Raw] = []
    for start, end in pairwise([*starts, len(body)]):
        found.extend(_raw(Labelled(head + body[start:end] + tail, labelled.content_type))["entries"][:1])
    return found if len(found) >= min(len(entries), ITEMS_MAX) else entries


def _raw(labelled: Labelled) -> Raw:
    headers = {"content-type": labelled.content_type} if labelled.content_type else {}
    parsed = feedparser.parse(
        io.BytesIO(labelled.body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    return _plain(parsed)  # type: ignore[no-any-return] # a dictionary comes back as one


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever feedparser builds
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in dict.items(value)}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _items(entries: list[Any], *, channel: str, url: str, now: datetime) -> tuple[tuple[Item, ...], int]:
    """Bring each entry into our form. One that cannot be costs itself only."""
    found: list[Item] = []
    for entry in entries:
        try:
            found.append(_item(entry, channel=channel, base=url, now=now))
        except Exception:  # noqa: BLE001, S112 - counted by the caller and told in the poll's event
            continue
    return tuple(found), len(entries) - len(found)


def _item(entry: Raw, *, channel: str, base: str, now: datetime) -> Item:
    guid = text(entry.get("id"), GUID_MAX_CHARS)
    content = _content(entry)
    summary = text(entry.get("summary"), SUMMARY_MAX_CHARS)
    detail: Raw = entry.get("title_detail") or {}
    item = Item(
        guid=guid,
        url=_link(entry, guid, base),
        title=_title(entry),
        # the parser copies the content where there is no summary
        summary=None if summary == content or (content and summary == content[:SUMMARY_MAX_CHARS]) else summary,
        content=content,
        authors=_authors(entry),
        categories=names((tag.get("label") or tag.get("term") for tag in entry.get("tags") or ()), CATEGORIES_MAX),
        enclosures=tuple(_enclosures(entry, base)),
        language=language(detail.get("language")),
    )
    return _with_times(item, entry, channel=channel, now=now)


def _with_times(item: Item, entry: Raw, *, channel: str, now: datetime) -> Item:
    published = "published"
    if channel == "rss" and not entry.get("published") and entry.get("updated"):
        published = "updated"  # RSS has one date; where it is `dc:date`, the parser files it under this name
    at, raw, flags = _time(entry, published, now)
    updated_at, updated_raw, more = (None, None, ()) if published == "updated" else _time(entry, "updated", now)
    return replace(
        item,
        published_at=at,
        published_raw=raw,
        updated_at=updated_at,
        updated_raw=updated_raw,
        flags=(*(f"published_{flag}" for flag in flags), *(f"updated_{flag}" for flag in more)),
    )


def _time(entry: Raw, name: str, now: datetime) -> tuple[datetime | None, str | None, tuple[str, ...]]:
    raw = line(entry.get(name), times.RAW_MAX_CHARS * 2)
    reading = times.read(raw, now=now, fallback=_moment(entry.get(f"{name}_parsed")))
    return reading.at, raw, (reading.flag,) if reading.flag else ()


def _moment(parts: Any) -> datetime | None:  # noqa: ANN401 - a time.struct_time of unknown sanity
    if not parts:
        return None
    try:
        year, month, day, hour, minute, second, *_ = parts
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _title(of: Raw) -> str | None:
    detail: Raw = of.get("title_detail") or {}
    if detail.get("type") in {"text/html", "application/xhtml+xml"}:
        return line_without_markup(of.get("title"), TITLE_MAX_CHARS)
    return line(of.get("title"), TITLE_MAX_CHARS)


def _content(entry: Raw) -> str | None:
    """Return the longest of the contents: a feed may give a plain and a rich one."""
    found = (text(one.get("value"), CONTENT_MAX_CHARS) for one in entry.get("content") or ())
    return max((one for one in found if one), key=len, default=None)


def _link(entry: Raw, guid: str | None, base: str) -> str | None:
    """Address of the article: behind the redirector where the feed tells, else the link, else an id that is one."""
    for name in ("feedburner_origlink", "link"):
        given = line(entry.get(name), 2 * URL_MAX_CHARS)
        # an id that the parser took for a link is one only if it is a whole address
        if given and (given != guid or given.lower().startswith(_HTTP)):
            found = absolute(base, given)
            if found and len(found) <= URL_MAX_CHARS:
                return found
    return absolute(base, guid) if guid and guid.lower().startswith(_HTTP) else None


def _authors(entry: Raw) -> tuple[str, ...]:
    listed = [one.get("name") or one.get("email") for one in entry.get("authors") or ()]
    return names([*listed] if any(listed) else [entry.get("author")], AUTHORS_MAX)


def _enclosures(entry: Raw, base: str) -> Iterator[Enclosure]:
    links = [link for link in entry.get("links") or () if link.get("rel") == "enclosure"]
    seen: set[str] = set()
    for given in [*links, *(entry.get("media_content") or ())][: 4 * ENCLOSURES_MAX]:
        href = line(given.get("href") or given.get("url"), 2 * URL_MAX_CHARS)
        found = absolute(base, href) if href else None
        if found and len(found) <= URL_MAX_CHARS and found not in seen and len(seen) < ENCLOSURES_MAX:
            seen.add(found)
            yield Enclosure(
                url=found,
                media_type=line(given.get("type")),
                length_bytes=size_bytes(given.get("length") or given.get("filesize")),
            )


def _ttl_s(minutes: object) -> float | None:
    given = size_bytes(minutes)
    return 60.0 * min(given, _TTL_MAX_MINUTES) if given else None


def _flags(raw: Raw, entries: int) -> Iterator[str]:
    if isinstance(raw.get("bozo_exception"), feedparser.CharacterEncodingOverride):
        yield "encoding_overridden"
    if raw.get("malformed"):
        yield "bozo"
    if entries > ITEMS_MAX:
        yield "items_cut"
