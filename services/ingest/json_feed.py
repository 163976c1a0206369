"""JSON Feed 1.0 and 1.1: from bytes to items. Pure."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from schemas.v1 import Enclosure
from services.ingest import times
from services.ingest.items import (
    AUTHORS_MAX,
    CATEGORIES_MAX,
    CONTENT_MAX_CHARS,
    ENCLOSURES_MAX,
    GUID_MAX_CHARS,
    ITEMS_MAX,
    PIECE_BYTES,
    SUMMARY_MAX_CHARS,
    TITLE_MAX_CHARS,
    URL_MAX_CHARS,
    Item,
    ParsedFeed,
    Reading,
    address,
    addresses,
    known_pieces,
    language,
    line,
    names,
    size_bytes,
    text,
)
from services.ingest.split import separate
from services.kit.errors import Rejected
from services.kit.urls import absolute

_VERSION: Final = "://jsonfeed.org/version/"
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


def looks_like(body: bytes) -> bool:
    """Tell whether a body begins as a JSON object does."""
    return body[:1000].lstrip(_BLANK)[:1] == b"{"


def read(body: bytes, *, url: str, now: datetime, known: bytes = b"") -> Reading:
    """Read a JSON Feed. One broken item costs itself only. `known` and the result are as of `feeds.read_feed`.

    Raises:
        Rejected: `feed.not_a_feed`: no JSON, or JSON that is no feed; `feed.too_deep`.

    """
    document = _document(body)
    listed = document["items"][:ITEMS_MAX]
    authors = _authors(document)
    salt = _digest([url.partition("?")[0], authors], b"")[:PIECE_BYTES]
    try:
        digests = [_digest(given, salt) for given in listed]
    except RecursionError:
        raise Rejected("feed.too_deep", "values nested without end") from None
    before = known_pieces(known)
    places = [place for place, digest in enumerate(digests) if digest not in before]
    whole = not known or not separate([set(_telling(given)) for given in listed], places)
    chosen = listed if whole else [listed[place] for place in places]
    items = tuple(_items(chosen, url, authors, now))
    parsed = replace(_head(document, url), items=items, broken_items=len(chosen) - len(items))
    return Reading(parsed, b"".join(digests), unchanged=len(listed) - len(chosen), whole=whole)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Rejected("feed.not_a_feed", f"no JSON: {type(error).__name__}") from None
    if not isinstance(document, dict) or _VERSION not in str(document.get("version") or ""):
        raise Rejected("feed.not_a_feed", "JSON, but no JSON Feed")
    if not isinstance(document.get("items"), list):
        raise Rejected("feed.not_a_feed", "a JSON Feed without items")
    return document


def _head(document: dict[str, Any], url: str) -> ParsedFeed:
    hubs = (one.get("url") for one in _list(document.get("hubs")) if isinstance(one, dict))
    return ParsedFeed(
        channel="json_feed",
        format=f"json_feed{str(document['version']).rpartition('/')[2][:8]}",
        title=line(document.get("title"), TITLE_MAX_CHARS),
        site_url=address(url, document.get("home_page_url")),
        language=language(document.get("language")),
        ttl_s=None,
        items=(),
        flags=("items_cut",) if len(document["items"]) > ITEMS_MAX else (),
        hubs=addresses(url, hubs),
        older=addresses(url, [document.get("next_url")]),
        self_url=address(url, document.get("feed_url")),
    )


def _digest(said: object, salt: bytes) -> bytes:
    written = json.dumps(said, sort_keys=True, default=str).encode()
    return blake2b(written, digest_size=PIECE_BYTES, salt=salt).digest()


def _telling(given: object) -> Iterator[str]:
    """Ids and links of an item, as they stand there."""
    if isinstance(given, dict):
        for name in ("id", "url", "external_url"):
            value = given.get(name)
            if isinstance(value, (str, int, float)) and (words := str(value).strip()):
                yield words


def _items(listed: list[Any], base: str, authors: tuple[str, ...], now: datetime) -> Iterator[Item]:
    """Bring items into our form. Those without authors have the feed's, as the format says."""
    for given in listed:
        if isinstance(given, dict):
            item = _item(given, base, now)
            yield item if item.authors else replace(item, authors=authors)


def _item(given: dict[str, Any], base: str, now: datetime) -> Item:
    identity = given.get("id")
    published_raw, published = _time(given.get("date_published"), now)
    updated_raw, updated = _time(given.get("date_modified"), now)
    return Item(
        # the format asks for a string and wants numbers read as one
        guid=text(str(identity) if isinstance(identity, (int, float)) else identity, GUID_MAX_CHARS),
        url=_link(given, base),
        title=line(given.get("title"), TITLE_MAX_CHARS),
        summary=text(given.get("summary"), SUMMARY_MAX_CHARS),
        content=text(given.get("content_html"), CONTENT_MAX_CHARS)
        or text(given.get("content_text"), CONTENT_MAX_CHARS),
        authors=_authors(given),
        categories=names(_list(given.get("tags")), CATEGORIES_MAX),
        enclosures=tuple(_enclosures(given, base)),
        language=language(given.get("language")),
        published_at=published.at,
        published_raw=published_raw,
        published_precision=published.precision,
        updated_at=updated.at,
        updated_raw=updated_raw,
        flags=(*published.flags_of("published"), *updated.flags_of("updated")),
    )


def _link(given: dict[str, Any], base: str) -> str | None:
    """Address of the article: `url`, else the page elsewhere that the item is about, else an id that is one."""
    for name in ("url", "external_url"):
        link = line(given.get(name), 2 * URL_MAX_CHARS)
        found = absolute(base, link) if link else None
        if found and len(found) <= URL_MAX_CHARS:
            return found
    identity = given.get("id")
    whole = isinstance(identity, str) and identity.lower().startswith(("http://", "https://"))
    return absolute(base, identity[:URL_MAX_CHARS]) if whole and isinstance(identity, str) else None


def _authors(given: dict[str, Any]) -> tuple[str, ...]:
    listed = _list(given.get("authors")) or [given.get("author")]  # 1.1, else 1.0
    return names((one.get("name") for one in listed if isinstance(one, dict)), AUTHORS_MAX)


def _enclosures(given: dict[str, Any], base: str) -> Iterator[Enclosure]:
    for one in _list(given.get("attachments"))[:ENCLOSURES_MAX]:
        link = line(one.get("url"), 2 * URL_MAX_CHARS) if isinstance(one, dict) else None
        found = absolute(base, link) if link else None
        if found and len(found) <= URL_MAX_CHARS:
            yield Enclosure(
                url=found,
                media_type=line(one.get("mime_type")),
                length_bytes=size_bytes(one.get("size_in_bytes")),
            )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _time(value: object, now: datetime) -> tuple[str | None, times.Reading]:
    raw = line(value, 2 * times.RAW_MAX_CHARS)
    return raw, times.read(raw, now=now)
