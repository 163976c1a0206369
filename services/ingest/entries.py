"""Items and heads of feeds as feedparser gives them, brought into our form. Pure; plain dictionaries come in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from schemas.v1 import Enclosure
from services.ingest import times
from services.ingest.hints import sy_s
from services.ingest.items import (
    AUTHORS_MAX,
    CATEGORIES_MAX,
    CONTENT_MAX_CHARS,
    ENCLOSURES_MAX,
    GUID_MAX_CHARS,
    SUMMARY_MAX_CHARS,
    TITLE_MAX_CHARS,
    URL_MAX_CHARS,
    Item,
    ParsedFeed,
    address,
    addresses,
    language,
    line,
    line_without_markup,
    names,
    size_bytes,
    text,
)
from services.ingest.times import Reading
from services.kit.urls import absolute

Raw = dict[str, Any]
"""What feedparser says, as plain dictionaries: its own warn, and answer for keys that they do not have."""

_HTTP: Final = ("http://", "https://")
_TTL_MAX_MINUTES: Final = 7 * 24 * 60


def head(raw: Raw, *, channel: str, url: str) -> ParsedFeed:
    """Read what a feed from `url` says of itself; the items are left out."""
    said: Raw = raw.get("feed") or {}
    return ParsedFeed(
        channel=channel,
        format=str(raw.get("version") or "unknown"),
        title=_title(said),
        site_url=absolute(url, str(said.get("link") or "")) if said.get("link") else None,
        language=language(said.get("language")),
        ttl_s=_ttl_s(said.get("ttl")),
        items=(),
        sy_s=sy_s(line(said.get("sy_updateperiod")), line(said.get("sy_updatefrequency"))),
        hubs=addresses(url, _related(said, "hub")),
        older=addresses(url, _related(said, "prev-archive")) or addresses(url, _related(said, "next")),
        generator=line(said.get("generator")),
        self_url=address(url, next(_related(said, "self"), None)),
    )


def items(raw: Raw, entries: list[Any], *, channel: str, url: str, now: datetime) -> tuple[tuple[Item, ...], int]:
    """Bring entries into our form; returns them, and how many could not be brought: each costs itself only."""
    authors = _authors(raw.get("feed") or {}) if channel == "atom" else ()
    found: list[Item] = []
    for entry in entries:
        try:
            found.append(_item(entry, authors=authors, channel=channel, base=url, now=now))
        except Exception:  # noqa: BLE001, S112 - counted by the caller and told in the poll's event
            continue
    return tuple(found), len(entries) - len(found)


def _inherited(entry: Raw, of_feed: tuple[str, ...]) -> tuple[str, ...]:
    """Return authors for an entry that names none: of the feed it is from, else of this one (RFC 4287, 4.2.1)."""
    source: Raw | None = entry.get("source")
    return _authors(source) if source else of_feed


def _item(entry: Raw, *, authors: tuple[str, ...], channel: str, base: str, now: datetime) -> Item:
    guid = text(entry.get("id"), GUID_MAX_CHARS)
    content = _content(entry)
    summary = text(entry.get("summary"), SUMMARY_MAX_CHARS)
    detail: Raw = entry.get("title_detail") or {}
    published_raw, published, updated_raw, updated = _times(entry, channel=channel, now=now)
    return Item(
        guid=guid,
        url=_link(entry, guid, base),
        title=_title(entry),
        # the parser copies the content where there is no summary
        summary=None if summary == content or (content and summary == content[:SUMMARY_MAX_CHARS]) else summary,
        content=content,
        authors=_authors(entry) or _inherited(entry, authors),
        categories=names((tag.get("label") or tag.get("term") for tag in entry.get("tags") or ()), CATEGORIES_MAX),
        enclosures=tuple(_enclosures(entry, base)),
        language=language(detail.get("language")),
        published_at=published.at,
        published_raw=published_raw,
        published_precision=published.precision,
        updated_at=updated.at,
        updated_raw=updated_raw,
        flags=(*published.flags_of("published"), *updated.flags_of("updated")),
    )


def _times(entry: Raw, *, channel: str, now: datetime) -> tuple[str | None, Reading, str | None, Reading]:
    """Return when an entry was published and updated, each in its own words and as read."""
    if channel == "rss" and not entry.get("published") and entry.get("updated"):
        # RSS has one date; where it is `dc:date`, the parser files it under this name
        return (*_time(entry, "updated", now), None, Reading(None))
    published = _time(entry, "published", now)
    same = entry.get("updated") == entry.get("published")
    return (*published, *(published if same else _time(entry, "updated", now)))


def _time(entry: Raw, name: str, now: datetime) -> tuple[str | None, Reading]:
    raw = line(entry.get(name), times.RAW_MAX_CHARS * 2)
    return raw, times.read(raw, now=now, fallback=_moment(entry.get(f"{name}_parsed")))


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


def _related(said: Raw, relation: str) -> Iterator[object]:
    """Targets of the links of one kind in a feed's head."""
    for link in said.get("links") or ():
        if str(link.get("rel")).lower() == relation:
            yield link.get("href")
