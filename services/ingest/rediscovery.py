"""Looking a dead feed up again on its site: which other feeds that announces.

Those of the site's own are read, to see that they can be. Those elsewhere are only named: a page does not decide whom
we ask.
"""

from datetime import datetime
from typing import Final

from services.ingest.discovery import feeds_in
from services.ingest.documents import Documents
from services.ingest.memory import Feed
from services.kit.errors import DatelineError, DependencyDown
from services.kit.urls import join, registrable_domain

CODES: Final = frozenset(
    {"fetch.not_found", "fetch.gone", "fetch.forbidden", "feed.not_a_feed", "feed.unparsable", "fetch.redirect_limit"}
)
"""Failures of an address, rather than of a server: the feed may be at another one."""
FIRST_AFTER: Final = 3
AGAIN_AFTER: Final = 10
PAGE_MAX_BYTES: Final = 1024 * 1024
TRIED_MAX: Final = 3


def worth_looking(code: str, failures: int) -> bool:
    """Tell whether to look a feed up after this many failures in a row: after three, then after every ten more."""
    return code in CODES and failures >= FIRST_AFTER and (failures - FIRST_AFTER) % AGAIN_AFTER == 0


async def proposals(feed: Feed, documents: Documents, now: datetime) -> tuple[str, ...]:
    """Return feeds that the feed's site announces, other than this one.

    Raises:
        DependencyDown: the process is to stop during an outage.
        LeaseLost: the feed is another process's.

    """
    home = feed.site_url or join(feed.url, "/")
    try:
        page = await documents.fetched(home, {}, max_bytes=PAGE_MAX_BYTES)
    except DependencyDown:
        raise
    except DatelineError:
        return ()
    if not page.ok:
        return ()
    others = [url for url in feeds_in(page.body, page.url, page.charset) if url != feed.url][:TRIED_MAX]
    return tuple(
        [url for url in others if registrable_domain(url) != feed.domain or await _is_feed(url, documents, now)]
    )


async def _is_feed(url: str, documents: Documents, now: datetime) -> bool:
    reading = await documents.page(url, now)
    return reading is not None and bool(reading.parsed.items)
