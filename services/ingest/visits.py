"""The requests of one poll: each host at its turn, and none once the feed's shard is lost."""

import asyncio
from typing import Final

from services.ingest.leases import LeaseLost, Leases
from services.ingest.memory import Feed
from services.ingest.timetable import Timetable
from services.kit.clock import Clock
from services.kit.errors import FetchFailed
from services.kit.urls import registrable_domain

PATIENCE_S: Final = 10.0
"""How long a poll waits for the turn of a host that is not its own."""
REQUESTS_MAX: Final = 20
"""Requests of one poll, those of redirects too: a feed does not decide how much we ask for."""
_STEP_S: Final = 0.05


class Visit:
    """A gate for the fetches of one poll. The feed's own host is its turn already; others are waited for on the way."""

    def __init__(self, feed: Feed, leases: Leases, timetable: Timetable, clock: Clock, *, host_gap_s: float) -> None:
        self._feed = feed
        self._leases = leases
        self._timetable = timetable
        self._clock = clock
        self._host_gap_s = host_gap_s
        self._at: str | None = None
        self._left_at: dict[str, float] = {}
        self._requests = 0

    async def enter(self, host: str) -> None:
        """Wait for a host's turn.

        Raises:
            LeaseLost: the feed's shard is another process's.
            FetchFailed: `fetch.host_busy`: the host is asked by others, or wants to be left alone;
                `fetch.too_many_requests`: this poll has made enough.

        """
        self.leave()
        self._requests += 1
        if self._requests > REQUESTS_MAX:
            raise FetchFailed("fetch.too_many_requests", f"more than {REQUESTS_MAX} in one poll")
        domain = _domain(host)
        if self._timetable.blocked(domain, self._now()):
            raise FetchFailed("fetch.host_busy", f"{domain} wants to be left alone", retryable=True)
        if host == self._feed.host:
            await self._rested(host)
        else:
            await self._free(host, domain)
        self._at = host
        self.check()

    def permit(self, host: str) -> None:  # noqa: ARG002 - a gate is asked about a host; leases are about all of them
        """Raise `LeaseLost` if the feed's shard is another process's by now."""
        self.check()

    def check(self) -> None:
        """Raise `LeaseLost` if the feed's shard is another process's by now."""
        if not self._leases.holds(self._feed.shard):
            raise LeaseLost

    def leave(self) -> None:
        """Note that the last request has ended: its host rests, and is free for others if it is not the feed's own."""
        host, self._at = self._at, None
        if host is None:
            return
        self._left_at[host] = asyncio.get_running_loop().time()
        if host != self._feed.host:
            self._timetable.vacate(host, self._now())

    async def _rested(self, host: str) -> None:
        """Wait for what is left of the gap since this poll's last request to its own host."""
        if host in self._left_at:
            rest_s = self._left_at[host] + self._host_gap_s - asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, rest_s))

    async def _free(self, host: str, domain: str) -> None:
        give_up_at = asyncio.get_running_loop().time() + PATIENCE_S + self._host_gap_s
        while not self._timetable.occupy(host, domain, self._now()):
            if asyncio.get_running_loop().time() > give_up_at:
                raise FetchFailed("fetch.host_busy", f"{host} is asked by others", retryable=True)
            await asyncio.sleep(_STEP_S)

    def _now(self) -> float:
        return self._clock().timestamp()


def _domain(host: str) -> str:
    return registrable_domain(f"http://[{host}]/" if ":" in host else f"http://{host}/")
