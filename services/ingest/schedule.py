"""When to poll a feed again, and why then. Pure: takes what happened and the time, returns a time and a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

LATEST_S: Final = 24 * 3600.0
"""Whatever failed is tried again after a day at the latest, and no server's wish is followed for longer."""
GONE_MAX: Final = 3
"""Answers 410 in a row that end a subscription. Nothing else does."""
SPREAD_MAX_S: Final = 30.0
"""Polls are spread by no more: enough to keep feeds apart, little enough to hit a time that a feed keeps."""
_LOG_AGAIN: Final = timedelta(hours=1)

_FIRST_WAIT_S: Final[Mapping[str, float]] = {
    "fetch.dns": 900.0,
    "fetch.rate_limited": 1800.0,
    "fetch.tls": 3600.0,
    "fetch.encoding_error": 3600.0,
    "fetch.encoding_refused": 3600.0,
    "fetch.too_large": 3600.0,
    "fetch.status": 3600.0,
    "fetch.not_found": 3600.0,
    "fetch.redirect_limit": 3600.0,
    "feed.not_a_feed": 3600.0,
    "feed.unparsable": 3600.0,
    "feed.too_deep": 3600.0,
    "feed.too_large": 3600.0,
    "feed.parse_deadline": 3600.0,
    "feed.parse_died": 3600.0,
    "feed.unexpected": 3600.0,
    "fetch.unauthorised": 4 * 3600.0,
    "fetch.forbidden": 4 * 3600.0,
    "fetch.blocked": 4 * 3600.0,
    "fetch.legal": 12 * 3600.0,
    "fetch.url_refused": 12 * 3600.0,
    "fetch.address_refused": 12 * 3600.0,
    "fetch.gone": 12 * 3600.0,  # so that three of them, which end a subscription, span a day and a half
}
"""What to wait after the first failure, for those that time alone seldom mends at once."""
_PASSING_S: Final = 600.0
"""The longest first wait after the others: a lost packet, a busy server."""
_FAILURES_KEPT: Final = 3
"""Where the reason for failing changes, no more failures than this count from before."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How often feeds are polled: the mean over all of them, and what no feed's wait is shorter or longer than."""

    mean_s: float
    least_s: float
    most_s: float
    jitter: float
    """Share of the wait by which polls are spread."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The next poll.

    Reasons: `rhythm` (what the feed has taught), `least` and `most` (its rhythm asks for less or more than the limits
    allow), `cache_control` and the like (a hint asks for more time), `gap` (items were missed), `retry_after`,
    `offline` (no site answers us), `host_busy` (others ask the host that it leads to), or the code of a failure; open
    list.
    """

    at: datetime
    wait_s: float
    reason: str


def after_answer(
    now: datetime,
    limits: Limits,
    *,
    wanted_s: float,
    fraction: float,
    hint: tuple[float, str] | None = None,
    retry_after_s: float | None = None,
) -> Plan:
    """Return the next poll of a feed that answered.

    `wanted_s` is the wait that its rhythm asks for, `hint` a wait that its server asks for at least, and why.
    `fraction` in [0, 1) spreads feeds; see `fraction_of`.
    """
    wait_s, reason = wanted_s, "rhythm"
    if wait_s < limits.least_s:
        wait_s, reason = limits.least_s, "least"
    if wait_s > limits.most_s:
        wait_s, reason = limits.most_s, "most"
    wait_s = _spread(wait_s, limits, fraction)
    if hint is not None and hint[0] > wait_s:
        wait_s, reason = hint
    return _asked(now, Plan(now, wait_s, reason), limits, retry_after_s)


def after_gap(now: datetime, plan: Plan, limits: Limits, *, interval_s: float | None) -> Plan:
    """Return the next poll of a feed that may have listed items between two polls: half the wait of before."""
    half_s = max((interval_s or limits.mean_s) / 2, limits.least_s)
    return plan if plan.wait_s <= half_s else Plan(now + timedelta(seconds=half_s), half_s, "gap")


def after_failure(
    now: datetime,
    limits: Limits,
    *,
    code: str,
    failures: int,
    last_code: str | None,
    fraction: float,
    retry_after_s: float | None = None,
) -> Plan:
    """Return the next poll of a feed that failed `failures` times in a row (1 for the first time).

    The wait doubles with each failure, up to a day. `last_code` is that of the failure before. A server that says how
    long to wait gets that at least, up to a day; where it limits requests, its word stands for our guess.
    """
    counted = failures if last_code in {None, code} else min(failures, _FAILURES_KEPT)
    said = retry_after_s is not None and code == "fetch.rate_limited"
    first_s = limits.mean_s if said else _FIRST_WAIT_S.get(code, min(limits.mean_s, _PASSING_S))
    wait_s = first_s * 2 ** min(max(counted - 1, 0), 20)
    plan = Plan(now, min(_spread(min(wait_s, LATEST_S), limits, fraction), LATEST_S), code)
    return _asked(now, plan, limits, retry_after_s)


def put_off(now: datetime, limits: Limits, *, reason: str, fraction: float) -> Plan:
    """Return the next poll of a feed that could not be asked for no fault of its own."""
    wait_s = _spread(limits.mean_s, limits, fraction)
    return Plan(now + timedelta(seconds=wait_s), wait_s, reason)


def fraction_of(*parts: object) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same parts."""
    digest = sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def worth_a_line(code: str, *, last_code: str | None, logged_at: datetime | None, now: datetime) -> bool:
    """Tell whether a failed poll gets a log line: the first one, each other reason, then one an hour."""
    return code != last_code or logged_at is None or now - logged_at >= _LOG_AGAIN


def _spread(wait_s: float, limits: Limits, fraction: float) -> float:
    return wait_s + min(wait_s * limits.jitter, SPREAD_MAX_S) * (2 * fraction - 1)


def _asked(now: datetime, plan: Plan, limits: Limits, retry_after_s: float | None) -> Plan:
    """Wait as long as the server asks for, at least: within the mean interval and a day."""
    wait_s, reason = plan.wait_s, plan.reason
    if retry_after_s is not None:
        asked_s = min(max(retry_after_s, limits.mean_s), max(LATEST_S, limits.mean_s))
        if asked_s > wait_s:
            wait_s, reason = asked_s, "retry_after"
    return Plan(now + timedelta(seconds=wait_s), wait_s, reason)
