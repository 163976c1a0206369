"""Sitemaps and their indexes, read as feeds: news sitemaps with titles and dates, others by the dates they give. Pure.

A sitemap with `news:news` lists articles: each such entry is an item. A sitemap without lists all pages of a site, so
that only pages changed within `RECENT` count as items, without titles; one that dates none of its pages is no feed.
"""

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

from lxml import etree

from services.ingest import times
from services.ingest.items import (
    CATEGORIES_MAX,
    ITEMS_MAX,
    PIECE_BYTES,
    TITLE_MAX_CHARS,
    URL_MAX_CHARS,
    Child,
    Item,
    ParsedFeed,
    Reading,
    address,
    known_pieces,
    language,
    line,
    names,
)
from services.ingest.split import Element, separate, tree
from services.kit.errors import Rejected

UNPACKED_MAX_BYTES: Final = 5 * 1024 * 1024
RECENT: Final = timedelta(days=3)
CHILDREN_MAX: Final = 1_000
DUE_MAX: Final = 5
"""Sitemaps of an index that are fetched after one look at it."""

_GZIP: Final = b"\x1f\x8b"
_ROOT_WITHIN: Final = 4096
_URLSET: Final = "urlset"
_INDEX: Final = "sitemapindex"
_NEWS_WORDS: Final = ("news", "latest", "recent", "today")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def is_packed(body: bytes) -> bool:
    """Tell whether a body is a gzip file."""
    return body.startswith(_GZIP)


def looks_like(body: bytes) -> bool:
    """Tell whether a body begins as a sitemap or an index of sitemaps does."""
    start = body[:_ROOT_WITHIN].replace(b"\x00", b"")
    return any(f"{before}{root}".encode() in start for before in "<:" for root in (_URLSET, _INDEX))


def unpacked(body: bytes) -> bytes:
    """Return what a gzip file holds, and any other body as it is. Members after the first are read too.

    Raises:
        Rejected: `feed.too_large`: it holds more than `UNPACKED_MAX_BYTES`; `feed.not_a_feed`: it is broken.

    """
    if not is_packed(body):
        return body
    held = b""
    while is_packed(body):
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            held += member.decompress(body, UNPACKED_MAX_BYTES + 1 - len(held))
        except zlib.error:
            raise Rejected("feed.not_a_feed", "a broken gzip file") from None
        if len(held) > UNPACKED_MAX_BYTES:
            raise Rejected("feed.too_large", f"more than {UNPACKED_MAX_BYTES} bytes unpacked")
        if not member.eof:
            raise Rejected("feed.not_a_feed", "a gzip file that is cut off")
        body = member.unused_data
    return held


def read(body: bytes, *, url: str, now: datetime, known: bytes = b"") -> Reading:
    """Read a sitemap or an index that came from `url`. `known` and what comes back are as of `feeds.read_feed`.

    Raises:
        Rejected: `feed.not_a_feed`, also for a sitemap that dates nothing; `feed.unparsable`.

    """
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Rejected("feed.unparsable", "a sitemap that declares entities")
    root, flags = _tree(body)
    name = etree.QName(root).localname
    if name == _INDEX:
        return Reading(_parsed(name, children=_children(root, url, now)), b"", unchanged=0, whole=True)
    if name != _URLSET:
        raise Rejected("feed.not_a_feed", "no sitemap")
    return _read_pages(root, url=url, now=now, known=known, flags=flags)


def due_children(children: Sequence[Child], known: bytes) -> tuple[list[Child], bytes]:
    """Choose which sitemaps of an index to fetch now, at most `DUE_MAX`, and what to give as `known` next time.

    Those that are named after news come first, then the newest. A child whose date stands unchanged is not chosen
    again; one without a date is, the longest unread first. On the first look (`known` is empty) the rest of the dated
    ones count as known: they are the site's past.
    """
    order = {known[start : start + PIECE_BYTES]: start for start in range(0, len(known), PIECE_BYTES)}
    digests = {child: _digest(f"{child.url}\n{child.lastmod or ''}".encode()) for child in children}
    waiting = [child for child in digests if child.lastmod is None or digests[child] not in order]
    waiting.sort(key=lambda child: child.at or _LONG_AGO, reverse=True)
    waiting.sort(key=lambda child: (not _of_news(child.url), order.get(digests[child], -1)))
    due = waiting[:DUE_MAX]
    read_before = [child for child in digests if digests[child] in order or (not known and child.lastmod)]
    kept = sorted(set(read_before) - set(due), key=lambda child: order.get(digests[child], -1))
    return due, b"".join(digests[child] for child in [*kept, *due])


def _tree(body: bytes) -> tuple[Element, tuple[str, ...]]:
    """Parse a body, if need be with its errors passed over."""
    try:
        return tree(body), ()
    except etree.XMLSyntaxError:
        pass
    try:
        root = tree(body, recover=True)
    except etree.XMLSyntaxError as error:
        raise Rejected("feed.unparsable", str(error)[:200]) from None
    if root is None:
        raise Rejected("feed.unparsable", "no element in it")
    return root, ("bozo",)


def _read_pages(root: Element, *, url: str, now: datetime, known: bytes, flags: tuple[str, ...]) -> Reading:
    pages = list(root.iterchildren("{*}url"))
    listed = [page for page in pages if _child(page, "news") is not None]
    dates = [_date(page, now) for page in listed or pages]
    if not listed:
        if not any(_child(page, "lastmod") is not None for page in pages):
            raise Rejected("feed.not_a_feed", "a sitemap that dates none of its pages")
        recent = [(page, at) for page, at in zip(pages, dates, strict=True) if at >= now - RECENT]
        listed, dates = [page for page, _ in recent], [at for _, at in recent]
    newest = _newest(listed, dates)
    found = [(page, item) for page in newest if (item := _item(page, url, now))]
    salt = blake2b(url.partition("?")[0].encode("utf-8", "replace"), digest_size=blake2b.SALT_SIZE).digest()
    digests = [_digest(etree.tostring(page, with_tail=False), salt) for page, _ in found]
    before = known_pieces(known)
    places = [place for place, digest in enumerate(digests) if digest not in before]
    whole = not known or not separate([{item.url or ""} for _, item in found], places)
    items = tuple(found[place][1] for place in (range(len(found)) if whole else places))
    cut = ("items_cut",) if len(listed) > ITEMS_MAX else ()
    parsed = _parsed(_URLSET, items=items, broken=len(newest) - len(found), flags=(*flags, *cut))
    return Reading(parsed, b"".join(digests), unchanged=len(found) - len(items), whole=whole)


def _parsed(
    form: str,
    *,
    items: tuple[Item, ...] = (),
    children: tuple[Child, ...] = (),
    broken: int = 0,
    flags: tuple[str, ...] = (),
) -> ParsedFeed:
    return ParsedFeed(
        channel="sitemap",
        format=form,
        title=None,
        site_url=None,
        language=None,
        ttl_s=None,
        items=items,
        broken_items=broken,
        flags=flags,
        children=children,
    )


def _item(page: Element, base: str, now: datetime) -> Item | None:
    link = address(base, _words(page, "loc"))
    news = _child(page, "news")
    published_raw = _raw_time(news, "publication_date")
    updated_raw = _raw_time(page, "lastmod")
    published, updated = times.read(published_raw, now=now), times.read(updated_raw, now=now)
    if link is None:
        return None
    return Item(
        guid=None,
        url=link,
        title=line(_words(news, "title"), TITLE_MAX_CHARS),
        categories=names((_words(news, "keywords") or "").split(","), CATEGORIES_MAX),
        language=language(_words(_child(news, "publication"), "language")),
        published_at=published.at,
        published_raw=published_raw,
        published_precision=published.precision,
        updated_at=updated.at,
        updated_raw=updated_raw,
        flags=(*published.flags_of("published"), *updated.flags_of("updated")),
    )


def _newest(pages: list[Element], dates: list[datetime]) -> list[Element]:
    """Return the newest pages, as many as count, in the order of the document."""
    places = sorted(range(len(pages)), key=lambda place: dates[place], reverse=True)[:ITEMS_MAX]
    return [pages[place] for place in sorted(places)]


def _date(page: Element, now: datetime) -> datetime:
    """Return when a page was published, or else changed, or else that it was long ago."""
    news = _child(page, "news")
    raw = _raw_time(news, "publication_date") or _raw_time(page, "lastmod")
    return times.read(raw, now=now).at or _LONG_AGO


def _children(root: Element, base: str, now: datetime) -> tuple[Child, ...]:
    """List the sitemaps of an index: the newest of them, in the order of the document."""
    found: dict[str, Child] = {}
    for one in root.iterchildren("{*}sitemap"):
        raw = _raw_time(one, "lastmod")
        if link := address(base, _words(one, "loc")):
            found[link] = Child(link, raw, times.read(raw, now=now).at)
    listed = list(found.values())
    by_date = sorted(listed, key=lambda child: (_of_news(child.url), child.at or _LONG_AGO), reverse=True)
    kept = set(by_date[:CHILDREN_MAX])
    return tuple(child for child in listed if child in kept)


def _of_news(url: str) -> bool:
    name = url.partition("://")[2].partition("/")[2].lower()
    return any(word in name for word in _NEWS_WORDS)


def _child(of: Element | None, name: str) -> Element | None:
    return None if of is None else next(of.iterchildren(f"{{*}}{name}"), None)


def _words(of: Element | None, name: str) -> str | None:
    found = _child(of, name)
    return None if found is None else line(found.text, 2 * URL_MAX_CHARS)


def _raw_time(of: Element | None, name: str) -> str | None:
    return line(_words(of, name), 2 * times.RAW_MAX_CHARS)


def _digest(said: bytes, salt: bytes = b"") -> bytes:
    return blake2b(said, digest_size=PIECE_BYTES, salt=salt).digest()
