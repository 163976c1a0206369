"""Per-host spacing of requests, within one process."""

import asyncio
import time
from collections.abc import Awaitable, Callable


class Pace:
    """Lets requests to one host go one gap apart; other hosts do not wait."""

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
        self._free_at: dict[str, float] = {}

    async def turn(self, host: str) -> None:
        """Wait for this host's next turn. Turns are given out in the order of the calls."""
        now = self._monotonic()
        mine = max(now, self._free_at.get(host, now))
        self._free_at[host] = mine + self._gap_s
        self._forget(now)
        if mine > now:
            await self._sleep(mine - now)

    def _forget(self, now: float) -> None:
        """Keep the table from growing with every host ever met."""
        if len(self._free_at) > 10_000:  # noqa: PLR2004 - a bound on memory, not a quantity of the domain
            self._free_at = {host: free_at for host, free_at in self._free_at.items() if free_at > now}
