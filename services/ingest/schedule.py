"""When to poll a feed again. Pure: takes what happened and the time, returns a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

LATEST_S: Final = 24 * 3600.0
"""Whatever failed is tried again after a day at the latest, and no server's wish is followed for longer."""
GONE_MAX: Final = 3
"""Answers 410 in a row that end a subscription. Nothing else does."""
_LOG_AGAIN: Final = timedelta(hours=1)

_FIRST_WAIT: Final[Mapping[str, float]] = {
    "fetch.rate_limited": 2,
    "fetch.unauthorised": 4,
    "fetch.forbidden": 4,
    "fetch.blocked": 4,
    "fetch.legal": 12,
    "fetch.not_found": 4,
    "fetch.gone": 4,
    "fetch.url_refused": 12,
    "fetch.address_refused": 12,
    "fetch.tls": 2,
    "feed.not_a_feed": 4,
    "feed.parse_deadline": 4,
    "feed.parse_died": 4,
    "feed.unexpected": 4,
}
"""Intervals to wait after the first failure, for those that time alone seldom mends. The others wait one."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to poll: an interval, and the share of it by which polls are spread."""

    interval_s: float
    jitter: float


def after_success(now: datetime, rhythm: Rhythm, *, fraction: float, retry_after_s: float | None = None) -> datetime:
    """Return the next poll of a feed that answered. `fraction` in [0, 1) spreads feeds; see `fraction_of`."""
    return now + timedelta(seconds=_asked(_spread(rhythm.interval_s, rhythm, fraction), rhythm, retry_after_s))


def after_failure(
    now: datetime,
    rhythm: Rhythm,
    *,
    code: str,
    failures: int,
    fraction: float,
    retry_after_s: float | None = None,
) -> datetime:
    """Return the next poll of a feed that failed `failures` times in a row (1 for the first time).

    The wait doubles with each failure, up to a day. A server that says how long to wait is taken at its word, within
    the interval and a day.
    """
    doublings = min(max(failures - 1, 0), 20)
    wait_s = min(rhythm.interval_s * _FIRST_WAIT.get(code, 1) * 2**doublings, LATEST_S)
    if retry_after_s is not None:
        wait_s = rhythm.interval_s
    return now + timedelta(seconds=_asked(min(_spread(wait_s, rhythm, fraction), LATEST_S), rhythm, retry_after_s))


def fraction_of(*parts: object) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same parts."""
    digest = sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def worth_a_line(code: str, *, last_code: str | None, logged_at: datetime | None, now: datetime) -> bool:
    """Tell whether a failed poll gets a log line: the first one, each other reason, then one an hour."""
    return code != last_code or logged_at is None or now - logged_at >= _LOG_AGAIN


def _spread(wait_s: float, rhythm: Rhythm, fraction: float) -> float:
    return wait_s * (1 + rhythm.jitter * (2 * fraction - 1))


def _asked(wait_s: float, rhythm: Rhythm, retry_after_s: float | None) -> float:
    """Wait as long as the server asks for, at least: within the interval and a day."""
    if retry_after_s is None:
        return wait_s
    return max(wait_s, min(max(retry_after_s, rhythm.interval_s), max(LATEST_S, rhythm.interval_s)))
