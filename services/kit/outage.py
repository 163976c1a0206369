"""Waiting out a dependency that does not answer: work stays in place, the log says so once."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from services.kit.errors import DependencyDown
from services.kit.events import DependencyLost, DependencyRestored
from services.kit.log import emit

T = TypeVar("T")

FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 15.0


@dataclass(slots=True)
class _Outage:
    """A dependency that is down, and who waits for it."""

    lost_at: float
    waiting: set[object] = field(default_factory=set)


class Outages:
    """What is down at the moment, for all tasks of a process that meet the same outage.

    An outage is told when the first task meets it, and its end when one of them gets an answer. It is forgotten without
    a word when the last task that waited gives up: nobody knows then.
    """

    def __init__(self, stopping: asyncio.Event, beat: Callable[[], None] = lambda: None) -> None:
        self._stopping = stopping
        self._beat = beat
        self._down: dict[str, _Outage] = {}

    @property
    def any(self) -> bool:
        """Whether something is down."""
        return bool(self._down)

    async def ride_out(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until the dependency answers, waiting longer each time.

        Raises:
            DependencyDown: the process is to stop while the dependency is still down.

        """
        wait_s = FIRST_WAIT_S
        waiter = object()
        try:
            while True:
                try:
                    result = await attempt()
                except DependencyDown as down:
                    self.lost(down, waiter)
                    if self._stopping.is_set():
                        raise
                except Exception:
                    self.answered(waiter)  # whatever else went wrong
                    raise
                else:
                    self.answered(waiter)
                    return result
                await self._pause(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        finally:
            self._give_up(waiter)

    def lost(self, down: DependencyDown, waiter: object) -> None:
        """Note that a dependency did not answer somebody, who will try again."""
        name = down.code.partition(".")[0]  # `database.unavailable` is about `database`
        if name not in self._down:
            self._down[name] = _Outage(time.monotonic())
            emit(DependencyLost(dependency=name, error_message=str(down)))
        self._down[name].waiting.add(waiter)

    def answered(self, waiter: object) -> None:
        """Note that everything this waiter waited for has answered."""
        for name in [name for name, outage in self._down.items() if waiter in outage.waiting]:
            outage = self._down.pop(name)
            emit(DependencyRestored(dependency=name, lost_for_s=round(time.monotonic() - outage.lost_at, 1)))

    def _give_up(self, waiter: object) -> None:
        for name, outage in list(self._down.items()):
            outage.waiting.discard(waiter)
            if not outage.waiting and not self._stopping.is_set():  # at a stop, all give up: it was told already
                del self._down[name]

    async def _pause(self, wait_s: float) -> None:
        self._beat()  # waiting for others is progress: a restart would not help
        try:
            await asyncio.wait_for(self._stopping.wait(), wait_s)
        except TimeoutError:
            return
