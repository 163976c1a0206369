"""Whether items were missed between two polls, and where they may still be found. Pure.

A feed shows a window of its newest items. When none of them was there at the last poll, the window may have moved on by
more than its length, and what passed through it unseen is missing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from services.kit.errors import FetchRefused
from services.kit.urls import absolute, registrable_domain

PAGES_MAX: Final = 5
SITEMAPS_MAX: Final = 2
WINDOW_LEAST: Final = 3
"""A feed that shows fewer items has no window: each poll may find another item, with nothing missed."""
UNDATED_MAX: Final = 8
"""Documents in a row without a known item and without dates; after that, the feed changes its ids at every poll."""
LATE: Final = timedelta(hours=1)
"""Items may enter a feed so long after they are dated."""
_DATED: Final = timedelta(minutes=15)

_WORDPRESS_PATH: Final = re.compile(r"/feed(?:/(?:rss2?|rdf|atom))?/?$")
_WORDPRESS_QUERY: Final = re.compile(r"(?:^|&)feed=(?:rss2?|rdf|atom)(?:&|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a poll saw of a feed, next to what the last one saw."""

    remembered: bool
    """Whether any item of the feed was known before this poll."""
    listed: int
    """Items in this document, repeats not counted."""
    overlap: int
    """How many of them were known before this poll."""
    listed_before: int | None
    """Items in the last document; None where that is not known."""
    before_last_poll: int
    """Items of this document that are dated clearly before the last poll; see `dated_before`."""
    dated: int
    """Items of this document with a date."""
    in_a_row: int
    """Documents directly before this one that had no known item either."""


def dated_before(published: Sequence[datetime | None], last_success_at: datetime | None) -> int:
    """Count the items that were published clearly before the last successful poll."""
    if last_success_at is None:
        return 0
    return sum(when is not None and when < last_success_at - _DATED for when in published)


def suspected(window: Window) -> bool:
    """Tell whether items were probably missed: a full window without any item that was known before."""
    if not window.remembered or window.overlap or window.listed < WINDOW_LEAST:
        return False
    if window.listed_before is not None and window.listed * 2 < window.listed_before:
        return False  # emptied and begun again, as some feeds are at midnight: a window run over would be full
    return not renamed(window)


def renamed(window: Window) -> bool:
    """Tell whether a document without known items lists the old ones under new ids and links.

    Then the window reaches back beyond the last poll, and nothing can have passed through it unseen.
    """
    if not window.remembered or window.overlap or window.listed < WINDOW_LEAST:
        return False
    if window.dated * 2 >= window.listed:
        return window.before_last_poll >= max(2, window.dated // 4)
    return window.in_a_row >= UNDATED_MAX


def older_pages(feed_url: str, parsed_older: Sequence[str], generator: str | None, page: int) -> list[str]:
    """Return where the items before those of the feed may be, the most likely address first; empty for nowhere.

    `page` is 1 for the page that follows the feed itself. `parsed_older` are the links that the page before it gives
    (RFC 5005: `prev-archive`, and `next` of a paged feed). Only the site's own addresses come back.
    """
    if not 1 <= page <= PAGES_MAX:
        return []
    links = [link for given in parsed_older if (link := absolute(feed_url, given))]
    if _by_wordpress(feed_url, generator):
        links.append(_paged(feed_url, page + 1))
    return [link for link in dict.fromkeys(links) if link != feed_url and _same_site(link, feed_url)]


def filled(*, page: int, overlap: int, new: int) -> bool:
    """Tell whether to stop after the page with this number: it reaches known items, brings nothing new, or the last."""
    return overlap > 0 or new == 0 or page >= PAGES_MAX


def news_sitemaps(feed_url: str, sitemaps: Sequence[str]) -> list[str]:
    """Return those of a site's sitemaps (from its robots.txt) that list its latest articles, to judge by their name."""
    named = [link for link in dict.fromkeys(sitemaps) if "news" in _path(link) and _same_site(link, feed_url)]
    return named[:SITEMAPS_MAX]


def missed(rows: Sequence[tuple[datetime | None, bool]], last_success_at: datetime) -> list[int]:
    """Return which items of an older page belong into the gap: their places in `rows`.

    `rows` has time of publication, and whether it is known, of each item in the order of the page. Older pages also
    list what was there before the feed was subscribed to; that is not published now. A dated item belongs into the gap
    when it is dated after the last successful poll, less an hour; one without a date when it stands before the first
    known item, or before the first that is too old.
    """
    since = last_success_at - LATE
    places: list[int] = []
    beyond = False
    for place, (published_at, known) in enumerate(rows):
        beyond = beyond or known or (published_at is not None and published_at < since)
        if not known and (published_at >= since if published_at else not beyond):
            places.append(place)
    return places


def _by_wordpress(feed_url: str, generator: str | None) -> bool:
    if generator:
        return "wordpress" in generator.lower()
    parts = urlsplit(feed_url)
    return bool(_WORDPRESS_PATH.search(parts.path) or _WORDPRESS_QUERY.search(parts.query))


def _paged(feed_url: str, number: int) -> str:
    parts = urlsplit(feed_url)
    kept = [part for part in parts.query.split("&") if part and not part.startswith("paged=")]
    return urlunsplit(parts._replace(query="&".join([*kept, f"paged={number}"])))


def _same_site(link: str, feed_url: str) -> bool:
    try:
        return registrable_domain(link) == registrable_domain(feed_url)
    except FetchRefused:
        return False


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}".lower()
