"""How three peers choose the next poll, written anew from a description of their rules as pure functions.

Where a rule leaves something open it is read in the peer's favour: polls are never late, no tick and no batch size
delays them, no request fails, and weekly counts are the true ones.
"""

from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a poll found, as far as any of the peers looks at it."""

    now: float
    new: int
    """Items that were not there at the last poll."""
    window: int
    """Items in the document, new ones included; at most as many as a document holds."""
    last_new_at: float | None
    """When an item was last found, this poll included."""
    of_week: int
    """Items published within the last seven days."""
    polls: int
    """Polls of this feed so far, this one included."""


def media_cloud(wait_s: float, seen: Seen) -> float:
    """Return the next wait of Media Cloud's rss-fetcher (`tasks.py`, `config.py`, v1.0.1 of 2026-08).

    Driven by the share of items in the document that were known: starts at 360 min; from the second success on, a share
    of at least 67 % adds 10 min (60 min if the document is unchanged and nothing was new for 31 days) up to 1440, one
    below 33 % takes off 60 min down to 10, and what was above 360 goes back to 360. An unchanged document counts as
    101 %, an empty one as 102 %.
    """
    if seen.polls < 2:
        return 360 * MINUTE
    if seen.window == 0:
        known = 102.0
    elif seen.new == 0:
        known = 101.0
    else:
        saved = min(seen.new, seen.window)
        known = 100.0 * (seen.window - saved) / seen.window
    if known >= 67:
        lively = known < 100 or (seen.last_new_at is not None and seen.now - seen.last_new_at < 31 * DAY)
        return min(wait_s + (10 if lively else 60) * MINUTE, 1440 * MINUTE)
    if known < 33:
        return 360 * MINUTE if wait_s > 360 * MINUTE else max(wait_s - 60 * MINUTE, 10 * MINUTE)
    return wait_s


def news_crawl(wait_s: float, seen: Seen) -> float:
    """Return the next wait of Common Crawl's news-crawl (`crawler-conf.yaml`, StormCrawler 3.7.0 AdaptiveScheduler).

    Starts at 12 h. A changed document closes a fifth of the gap to 90 min, an unchanged one grows the wait by half, up
    to 90 days.
    """
    if seen.polls < 2:
        return 12 * HOUR
    if seen.new:
        return 0.8 * wait_s + 0.2 * 90 * MINUTE
    return min(1.5 * wait_s, 90 * DAY)


def miniflux(wait_s: float, seen: Seen) -> float:
    """Return the next wait of Miniflux's `entry_frequency` (`model/feed.go`, 2026-08): a week over the week's items.

    Between 5 min and 24 h; 24 h when the week had none.
    """
    if seen.of_week == 0:
        return 24 * HOUR
    return min(max(7 * DAY / seen.of_week, 5 * MINUTE), 24 * HOUR)
