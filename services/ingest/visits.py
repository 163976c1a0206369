"""The requests of one poll: each host at its turn, and none once the feed's shard is lost."""

import asyncio
from typing import Final

from services.ingest.leases import LeaseLost, Leases
from services.ingest.memory import Feed
from services.ingest.timetable import Timetable
from services.kit.clock import Clock

_STEP_S: Final = 0.05


class Visit:
    """A gate for the fetches of one poll. The first request to the feed's own host is the turn that it was given."""

    def __init__(self, feed: Feed, leases: Leases, timetable: Timetable, clock: Clock, *, host_gap_s: float) -> None:
        self._feed = feed
        self._leases = leases
        self._timetable = timetable
        self._clock = clock
        self._host_gap_s = host_gap_s
        self._asked_at: dict[str, float] = {}

    async def enter(self, host: str) -> None:
        """Wait for a host's turn.

        Raises:
            LeaseLost: the feed's shard is another process's.

        """
        loop = asyncio.get_running_loop()
        if host in self._asked_at:
            await asyncio.sleep(max(0.0, self._asked_at[host] + self._host_gap_s - loop.time()))
        elif host != self._feed.host:
            while not self._timetable.occupy(host, self._now()):  # noqa: ASYNC110 - gaps end without an event
                await asyncio.sleep(_STEP_S)
        self._asked_at[host] = loop.time()
        self.permit(host)

    def permit(self, host: str) -> None:
        """Raise `LeaseLost` if the feed's shard is another process's by now."""
        self._asked_at[host] = asyncio.get_running_loop().time()
        self.check()

    def check(self) -> None:
        """Raise `LeaseLost` if the feed's shard is another process's by now."""
        if not self._leases.holds(self._feed.shard):
            raise LeaseLost

    def end(self) -> None:
        """Leave the hosts that were asked on the way."""
        for host in self._asked_at:
            if host != self._feed.host:
                self._timetable.vacate(host, self._now())

    def _now(self) -> float:
        return self._clock().timestamp()
