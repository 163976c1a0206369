"""Whether it is us who cannot be reached by the world: many hosts failing at once are one outage of ours.

A plain object without I/O. It keeps the latest results of at most `HOSTS_MAX` hosts, so neither its memory nor the cost
of a result grows with the number of feeds. Times are monotonic seconds.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

UNREACHED: Final = frozenset(
    {
        "fetch.dns",
        "fetch.dns_timeout",
        "fetch.connect",
        "fetch.deadline",
        "fetch.tls",  # a wrong clock, missing certificates or a portal break TLS everywhere
        "fetch.truncated",
        "fetch.protocol",  # also connections that are cut before an answer, and proxies that speak for the site
        "fetch.address_refused",  # a resolver that sends every name to an address inside
    }
)
"""Failures that our own network can cause. One host alone with any of them is that host's trouble."""
SILENT: Final = frozenset({"fetch.url_refused", "fetch.host_busy", "fetch.too_many_requests", "feed.unexpected"})
"""Failures from before a request was sent, or of our own code: they say nothing about the network."""

HOSTS_MAX: Final = 64
HOSTS_LEAST: Final = 3
ENOUGH: Final = 6
"""So many hosts that failed one after the other are no coincidence; with fewer hosts, all must have failed."""
LOOK_BACK_S: Final = 900.0
"""Where the window holds fewer than `ENOUGH` hosts, older results count too, up to this age."""
_REACHED_SHARE: Final = 0.1
_CHARGES_MAX: Final = 4_096
_END_SHARE: Final = 6


@dataclass(frozen=True, slots=True)
class Change:
    """An outage of ours that began or ended."""

    began: bool
    since: float
    """When its first failure was seen."""
    hosts: int
    """How many hosts tell so: failed at its beginning, reached at its end."""
    charged: tuple[str, ...] = ()
    """Feeds whose polls failed since then, once for each failed poll, this one included. To be taken back."""


@dataclass(frozen=True, slots=True)
class _Result:
    reached: bool
    at: float


class Reach:
    """Watches the results of polls for an outage of ours."""

    def __init__(self, window_s: float = 120.0) -> None:
        self._window_s = window_s
        self._hosts: OrderedDict[str, _Result] = OrderedDict()
        self._during: OrderedDict[str, _Result] = OrderedDict()
        """Results since the outage began; `_hosts` stands still meanwhile."""
        self._charges: deque[tuple[float, str]] = deque(maxlen=_CHARGES_MAX)
        self._since: float | None = None
        self._needed = 1

    @property
    def down(self) -> bool:
        """Whether an outage of ours is going on: a failure with a code of `UNREACHED` is nobody's fault now."""
        return self._since is not None

    def noted(self, host: str, feed_id: str, *, code: str | None, healthy_before: bool, at: float) -> Change | None:
        """Take in how a poll ended; `code` is None for a success. Returns a change of the situation.

        `host` serves best as a registrable domain: servers of one publisher fail together. `healthy_before` means
        that the feed's last poll succeeded, not merely that none has failed: a list of dead addresses that is
        imported is no outage. The one poll with which an outage begins is among those charged.
        """
        if code in SILENT:
            return None
        reached = code not in UNREACHED
        if not reached:
            self._charges.append((at, feed_id))
        if not self._counts(host, reached=reached, healthy_before=healthy_before):
            return None
        if self._since is None:
            _add(self._hosts, host, _Result(reached, at))
            return None if reached else self._beginning(at)
        _add(self._during, host, _Result(reached, at))
        return self._ending(self._since) if reached else None

    def _counts(self, host: str, *, reached: bool, healthy_before: bool) -> bool:
        """Tell whether a result says something new: a host that is known to fail says it once, at its first failure."""
        known = self._hosts.get(host)
        return reached or (healthy_before and (self.down or known is None or known.reached))

    def _beginning(self, at: float) -> Change | None:
        recent = self._recent(at)
        failed, since = _run(recent)
        least = max(HOSTS_LEAST, min(len(recent), ENOUGH), (len(recent) + 1) // 2)
        if failed < least:
            return None
        self._since = since
        self._needed = max(HOSTS_LEAST, len(recent) // _END_SHARE)
        charged = tuple(feed_id for when, feed_id in self._charges if when >= since)
        self._charges.clear()
        return Change(began=True, since=since, hosts=failed, charged=charged)

    def _ending(self, since: float) -> Change | None:
        """End the outage when the latest hosts were reached, with at most a third as many failures between them."""
        few = len(self._hosts | self._during) <= ENOUGH
        reached = failed = 0
        for result in reversed(self._during.values()):
            reached, failed = reached + result.reached, failed + (not result.reached)
            if reached >= (1 if few else self._needed) and reached >= 3 * failed:
                self._end()
                return Change(began=False, since=since, hosts=reached)
        return None

    def _end(self) -> None:
        """Go on with what was reached: failures of the outage are no evidence for another one."""
        self._since = None
        results = [*self._hosts.items(), *self._during.items()]
        self._hosts.clear()
        self._during.clear()
        for host, result in results:
            if result.reached:
                _add(self._hosts, host, result)

    def _recent(self, at: float) -> list[_Result]:
        """Return the latest result of each host that counts now, newest first."""
        found: list[_Result] = []
        for result in reversed(self._hosts.values()):
            age_s = at - result.at
            if age_s <= self._window_s or (len(found) < ENOUGH and age_s <= LOOK_BACK_S):
                found.append(result)
        return found


def _add(results: OrderedDict[str, _Result], host: str, result: _Result) -> None:
    """Put a result last, in place of the host's older one; the oldest falls out."""
    results[host] = result
    results.move_to_end(host)
    if len(results) > HOSTS_MAX:
        results.popitem(last=False)


def _run(newest_first: list[_Result]) -> tuple[int, float]:
    """Return how many hosts failed in the longest run of failures up to now, and when it began.

    One host in ten may be reached in between: some are near enough, or answer from a cache on the way.
    """
    failed = reached = longest = 0
    since = 0.0
    for result in newest_first:
        failed, reached = failed + (not result.reached), reached + result.reached
        if not result.reached and reached <= _REACHED_SHARE * (failed + reached):
            longest, since = failed, result.at
    return longest, since
