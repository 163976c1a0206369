"""One feed, looked at without a database."""

import asyncio
from collections.abc import Mapping

from rich.table import Table

from services.ingest.feeds import parse_feed
from services.ingest.settings import IngestSettings
from services.kit.clock import utc_now
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
