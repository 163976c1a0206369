"""How often a feed itself asks to be polled, and how far that is believed. Pure.

What HTTP says of freshness is said of this very answer, so it is a floor under the interval. What the head of a feed
says (`ttl`, `sy:`) is mostly the default of a publishing system, so it is only where the search for the right interval
begins. Neither counts for more than an hour: a forgotten setting of a web server must not cost a day of news.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

FRESH_MAX_S: Final = 86_400.0
BELIEVED_MAX_S: Final = 3_600.0

_DIRECTIVE: Final = re.compile(r"""([a-z-]{1,40})\s*(?:=\s*("[^"]*"|[^,\s]*))?""")
_SECONDS: Final = re.compile("[0-9]+")
_FREQUENCY_MAX: Final = 10_000
_PERIODS_S: Final[Mapping[str, float]] = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": 365 * 86_400,
}


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed's hints come to."""

    floor_s: float
    """No shorter interval than this; 0 without such a hint."""
    prior_s: float | None
    """The interval to begin with, as long as the feed's own rhythm is not known."""
    reasons: tuple[str, ...]
    """Which hints count: `cache_control` or `expires` for the floor, `ttl` or `sy` for the prior."""


def hints(headers: Mapping[str, str], now: datetime, *, ttl_s: float | None, sy_s: float | None) -> Hints:
    """Combine what the last answer (`headers`, by lower-case name) and the last document say.

    Of `ttl` and `sy:` the shorter one counts: to ask too often at the beginning is corrected within a few polls.
    """
    found = _freshness(headers, now)
    floor_s = min(found[0], BELIEVED_MAX_S) if found else 0.0
    priors = [(given, name) for given, name in ((ttl_s, "ttl"), (sy_s, "sy")) if given]
    prior = min(priors, default=None)
    reasons = [found[1]] if found and floor_s else []
    return Hints(
        floor_s, min(prior[0], BELIEVED_MAX_S) if prior else None, (*reasons, prior[1]) if prior else tuple(reasons)
    )


def sy_s(period: str | None, frequency: str | None) -> float | None:
    """Return the interval that `sy:updatePeriod` and `sy:updateFrequency` give; None without either or for nonsense."""
    if period is None and frequency is None:
        return None
    whole_s = _PERIODS_S.get((period or "daily").strip().lower())
    times = (frequency or "1").strip()
    if whole_s is None or not _SECONDS.fullmatch(times) or not times.isascii() or int(times[:6]) == 0:
        return None
    return whole_s / min(int(times[:6]), _FREQUENCY_MAX)


def _freshness(headers: Mapping[str, str], now: datetime) -> tuple[float, str] | None:
    """Return how long an answer says that it stays fresh, between 0 and a day, and where; None when it does not say.

    As RFC 9111 has it for a cache that serves one client: `s-maxage` is for others, `Cache-Control` goes before
    `Expires`, what cannot be read is stale.
    """
    directives = _directives(headers.get("cache-control", ""))
    if any(directives.get(name) == "" for name in ("no-cache", "no-store")):
        return 0.0, "cache_control"
    if "max-age" in directives:
        return _bounded(_seconds(directives["max-age"]) - _seconds(headers.get("age", ""))), "cache_control"
    if "expires" not in headers:
        return None
    expires, date = _http_date(headers["expires"]), _http_date(headers.get("date", ""))
    return _bounded((expires - (date or now)).total_seconds() if expires else 0), "expires"


def _directives(value: str) -> dict[str, str]:
    """Return the directives of a Cache-Control header, the first of each name; one without a value has an empty one."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(value[:1_000].lower()):
        found.setdefault(match[1], (match[2] or "").strip('"'))
    return found


def _bounded(seconds: float) -> float:
    return min(max(float(seconds), 0.0), FRESH_MAX_S)


def _seconds(value: str) -> int:
    """Return a number of seconds, 0 for what is none."""
    match = _SECONDS.match(value.strip())
    return int(match[0][:10]) if match and match[0].isascii() else 0


def _http_date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
