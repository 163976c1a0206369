"""JSON Feed 1.0 and 1.1: from bytes to items. Pure."""

import json
from collections.abc import Iterator
from datetime import datetime
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
    SUMMARY_MAX_CHARS,
    TITLE_MAX_CHARS,
    URL_MAX_CHARS,
    Item,
    ParsedFeed,
    language,
    line,
    names,
    size_bytes,
    text,
)
from services.kit.errors import Rejected
from services.kit.urls import absolute

_VERSION: Final = "://jsonfeed.org/version/"
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


def looks_like(body: bytes) -> bool:
    """Tell whether a body begins as a JSON object does."""
    return body[:1000].lstrip(_BLANK)[:1] == b"{"


def parse(body: bytes, *, url: str, now: datetime) -> ParsedFeed:
    """Read a JSON Feed. One broken item costs itself only.

    Raises:
        Rejected: `feed.not_a_feed`: no JSON, or JSON that is no feed.

    """
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Rejected("feed.not_a_feed", f"no JSON: {type(error).__name__}") from None
    version = str(document.get("version") or "") if isinstance(document, dict) else ""
    if _VERSION not in version or not isinstance(document.get("items"), list):
        raise Rejected("feed.not_a_feed", "JSON, but no JSON Feed")
    listed = document["items"]
    items = tuple(_items(listed[:ITEMS_MAX], url, now))
    home = line(document.get("home_page_url"), URL_MAX_CHARS)
    return ParsedFeed(
        channel="json_feed",
        format=f"json_feed{version.rpartition('/')[2][:8]}",
        title=line(document.get("title"), TITLE_MAX_CHARS),
        site_url=absolute(url, home) if home else None,
        language=language(document.get("language")),
        ttl_s=None,
        items=items,
        broken_items=min(len(listed), ITEMS_MAX) - len(items),
        flags=("items_cut",) if len(listed) > ITEMS_MAX else (),
    )


def _items(listed: list[Any], base: str, now: datetime) -> Iterator[Item]:
    for given in listed:
        if isinstance(given, dict):
            yield _item(given, base, now)


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
        updated_at=updated.at,
        updated_raw=updated_raw,
        flags=(
            *([f"published_{published.flag}"] if published.flag else []),
            *([f"updated_{updated.flag}"] if updated.flag else []),
        ),
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
