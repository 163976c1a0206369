"""An event loop whose time passes only while everybody sleeps: hours of schedules in milliseconds, without a race."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
STUCK_S = 20.0


class _Selector(selectors.SelectSelector):
    """Moves the loop's clock on instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; only where nobody sleeps, wait for a thread."""
        if timeout is None:
            ready = super().select(STUCK_S)
            assert ready, "nobody will ever wake this loop"
            return ready
        self.now += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop for tasks that sleep and wait for each other; not for sockets."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._virtual.now


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
