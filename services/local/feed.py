"""One feed, looked at: what its document says, and what the poller knows of it."""

import asyncio
from collections.abc import Iterator, Mapping

from rich.console import Group
from rich.table import Table
from rich.text import Text

from services.ingest.explanation import explained, span
from services.ingest.feeds import parse_feed
from services.ingest.hints import hints
from services.ingest.items import ParsedFeed
from services.ingest.moves import PERMANENT
from services.ingest.settings import IngestSettings
from services.ingest.subscriptions import find_feed
from services.kit.clock import utc_now
from services.kit.db import Database
from services.kit.errors import Rejected
from services.kit.http import Fetched
from services.local.fetching import fetched
from services.local.show import inert


async def look_at(url: str, environ: Mapping[str, str]) -> Group:
    """Return what Dateline sees in a feed, for a terminal: what the feed says of itself, its items, and their oddities.

    Raises:
        FetchFailed: the address gave no answer that can be used.
        Rejected: it is no feed.

    """
    settings = IngestSettings.load(environ)
    answer = await fetched(url, settings, settings.ingest_body_max_bytes)
    label = answer.headers.get("content-type")
    parsed = await asyncio.to_thread(parse_feed, answer.body, url=answer.url, content_type=label, now=utc_now())
    return Group(_head(answer, parsed), Text(), _items(parsed))


def _head(answer: Fetched, parsed: ParsedFeed) -> Table:
    shown = Table("", "", box=None, show_header=False, title=inert(parsed.title or answer.url), title_justify="left")
    for about, said in _said(answer, parsed):
        shown.add_row(about, inert(said))
    return shown


def _said(answer: Fetched, parsed: ParsedFeed) -> Iterator[tuple[str, str]]:
    """Give what there is to say of a feed as a whole."""
    oddities = [*([f"{parsed.broken_items} items could not be read"] if parsed.broken_items else []), *parsed.flags]
    yield "feed", f"{parsed.format}, {len(parsed.items)} items, {len(answer.body)} bytes in {answer.elapsed_ms} ms"
    for hop in answer.redirects:
        kind = "permanently" if hop.status in PERMANENT else "for now"
        yield "redirected", f"{kind} ({hop.status}) to {hop.url}"
    named = (name for name, value in (("ETag", answer.etag), ("Last-Modified", answer.last_modified)) if value)
    yield "conditions", " and ".join(named) or "none: each poll brings the whole feed"
    hinted = hints(answer.headers, utc_now(), ttl_s=parsed.ttl_s, sy_s=parsed.sy_s)
    if hinted.floor_s:
        yield "stays the same", f"for {span(hinted.floor_s)}, its server says"
    if hinted.prior_s:
        yield "changes", f"every {span(hinted.prior_s)}, it says; counts until its own rhythm is known"
    for about, links in (("site", [parsed.site_url]), ("older items", parsed.older), ("hub", parsed.hubs)):
        yield from ((about, link) for link in links if link)
    if parsed.children:
        yield "index", f"of {len(parsed.children)} sitemaps, the newest of which are read"
    if oddities:
        yield "odd", ", ".join(oddities)


def _items(parsed: ParsedFeed) -> Table:
    shown = Table("published (UTC)", "title", "address", "odd", box=None)
    for item in parsed.items:
        published = f"{item.published_at:%Y-%m-%d %H:%M}" if item.published_at else "unknown"
        odd = ", ".join(item.flags)
        shown.add_row(published, inert(item.title or "(no title)"), inert(item.url or "(no link)"), inert(odd))
    for child in parsed.children[:20]:
        shown.add_row(inert(child.lastmod or "unknown"), "(a sitemap)", inert(child.url), "")
    return shown


async def explanation(database: Database, wanted: str, environ: Mapping[str, str]) -> Table:
    """Return when a feed is polled next and why, as a table for a terminal. `wanted` is its address or id.

    Raises:
        Rejected: there is no such feed.

    """
    feed = await find_feed(database, wanted)
    if feed is None:
        raise Rejected("feed.unknown", f"{wanted} is not among the feeds; `dateline feeds list` shows them")
    shown = Table("", "", box=None, show_header=False, title=inert(feed.title or feed.url), title_justify="left")
    shown.add_row("feed", inert(f"{feed.url} ({feed.feed_id})"))
    for about, said in explained(feed, utc_now(), IngestSettings.load(environ).limits):
        shown.add_row(about, inert(said))
    return shown
