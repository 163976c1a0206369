"""One feed, looked at: what its document says, and what the poller knows of it."""

import asyncio
from collections.abc import Mapping

from rich.table import Table

from services.ingest.explanation import explained
from services.ingest.feeds import parse_feed
from services.ingest.settings import IngestSettings
from services.ingest.subscriptions import find_feed
from services.kit.clock import utc_now
from services.kit.db import Database
from services.kit.errors import Rejected
from services.local.fetching import fetched
from services.local.show import inert


async def look_at(url: str, environ: Mapping[str, str]) -> Table:
    """Return what Dateline sees in a feed, as a table for a terminal.

    Raises:
        FetchFailed: the address gave no answer that can be used.
        Rejected: it is no feed.

    """
    settings = IngestSettings.load(environ)
    answer = await fetched(url, settings, settings.ingest_body_max_bytes)
    label = answer.headers.get("content-type")
    parsed = await asyncio.to_thread(parse_feed, answer.body, url=answer.url, content_type=label, now=utc_now())
    shown = Table("published (UTC)", "title", "address", box=None, title=inert(parsed.title or "a feed without title"))
    for item in parsed.items:
        published = f"{item.published_at:%Y-%m-%d %H:%M}" if item.published_at else "unknown"
        shown.add_row(published, inert(item.title or "(no title)"), inert(item.url or "(no link)"))
    size = f"{len(parsed.items)} items in {parsed.channel}, {len(answer.body)} bytes, {answer.elapsed_ms} ms"
    shown.caption = inert("; ".join([size, *parsed.flags]))
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
