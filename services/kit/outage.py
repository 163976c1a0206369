"""Waiting out a dependency that does not answer: work stays in place, the log says so once."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from services.kit.errors import DependencyDown
from services.kit.events import DependencyLost, DependencyRestored
from services.kit.log import emit

T = TypeVar("T")

FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 15.0


class Outages:
    """What is down at the moment, for all tasks of a process that meet the same outage."""

    def __init__(self, stopping: asyncio.Event, beat: Callable[[], None] = lambda: None) -> None:
        self._stopping = stopping
        self._beat = beat
        self._lost_at: dict[str, float] = {}

    @property
    def any(self) -> bool:
        """Whether something is down."""
        return bool(self._lost_at)

    async def ride_out(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until the dependency answers, waiting longer each time.

        Raises:
            DependencyDown: the process is to stop while the dependency is still down.

        """
        wait_s = FIRST_WAIT_S
        met: set[str] = set()
        while True:
            try:
                result = await attempt()
            except DependencyDown as down:
                self._lost(down)
                met.add(_name(down))
                if self._stopping.is_set():
                    raise
            except Exception:
                self._restored(met)  # it answered, whatever else went wrong
                raise
            else:
                self._restored(met)
                return result
            await self._pause(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _pause(self, wait_s: float) -> None:
        self._beat()  # waiting for others is progress: a restart would not help
        try:
            await asyncio.wait_for(self._stopping.wait(), wait_s)
        except TimeoutError:
            return

    def _lost(self, down: DependencyDown) -> None:
        if _name(down) not in self._lost_at:
            self._lost_at[_name(down)] = time.monotonic()
            emit(DependencyLost(dependency=_name(down), error_message=str(down)))

    def _restored(self, names: Iterable[str]) -> None:
        for name in names:
            lost_at = self._lost_at.pop(name, None)
            if lost_at is not None:
                emit(DependencyRestored(dependency=name, lost_for_s=round(time.monotonic() - lost_at, 1)))


def _name(down: DependencyDown) -> str:
    """`database.unavailable` is about `database`."""
    return down.code.partition(".")[0]
