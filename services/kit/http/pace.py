"""How often hosts are asked, within one process: one request at a time, a gap apart, and none where we are unwanted.

A host that asks for time gets it for its whole registrable domain: what one server of a site cannot bear, its others
seldom can.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from services.kit.urls import registrable_domain

REMEMBERED_MAX: Final = 10_000
"""Hosts in the tables before those that are free are dropped: a bound on memory, not a quantity of the domain."""


@dataclass(slots=True)
class _Lane:
    """The requests to one host: who waits, and when the last one began."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    begun_at: float = -math.inf
    free_at: float = -math.inf
    """Earliest begin of the next request, by the gap that the last one asked for."""
    waiting: int = 0


class Pace:
    """Gives out turns, one at a time for each host; other hosts do not wait."""

    def __init__(
        self,
        gap_s: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap_s = gap_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._closed_until: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, gap_s: float = 0.0) -> AsyncIterator[None]:
        """Wait for this host's next turn and hold it; the request is made inside.

        Turns are given out in the order of the calls. Each begins at least one gap after the begin of the last:
        the gap of this pace, or `gap_s` where that is longer.
        """
        lane = self._lanes.setdefault(host, _Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                gap_s = max(self._gap_s, gap_s)
                due_at = max(lane.begun_at + gap_s, lane.free_at)
                if (wait_s := due_at - self._monotonic()) > 0:
                    await self._sleep(wait_s)
                # A clock that woke us early by a tick must not shorten the gap after this one, too.
                lane.begun_at = max(self._monotonic(), due_at)
                lane.free_at = lane.begun_at + gap_s
                yield
        finally:
            lane.waiting -= 1
            self._forget()

    def began(self, host: str, *, gap_s: float = 0.0) -> None:
        """Note that the request of the turn is sent only now: the gap is counted from here."""
        lane = self._lanes.setdefault(host, _Lane())
        lane.begun_at = max(lane.begun_at, self._monotonic())
        lane.free_at = max(lane.free_at, lane.begun_at + max(self._gap_s, gap_s))

    def close(self, host: str, for_s: float) -> None:
        """Note that the host's registrable domain wants no request for this long; a longer wish stands."""
        domain = registrable_domain(host)
        until = self._monotonic() + for_s
        self._closed_until[domain] = max(until, self._closed_until.get(domain, until))
        self._forget()

    def closed_s(self, host: str) -> float:
        """Return for how long still the host's registrable domain wants no request; 0 when it may be asked."""
        if not self._closed_until:
            return 0.0
        until = self._closed_until.get(registrable_domain(host), -math.inf)
        return max(0.0, until - self._monotonic())

    def _forget(self) -> None:
        """Keep the tables from growing with every host ever met."""
        now = self._monotonic()
        if len(self._lanes) > REMEMBERED_MAX:
            self._lanes = {
                host: lane
                for host, lane in self._lanes.items()
                if lane.waiting or max(lane.free_at, lane.begun_at) > now
            }
        if len(self._closed_until) > REMEMBERED_MAX:
            self._closed_until = {domain: until for domain, until in self._closed_until.items() if until > now}
