"""The brake: when to stop rather than divert a whole stream to the failures topic. Pure."""

from collections import deque
from typing import Final

CONSECUTIVE_MAX: Final = 20
WINDOW: Final = 200
SHARE_MAX: Final = 0.5


class Brake:
    """Watches outcomes. Only suspicious failures count: a site that is gone is no reason to stop."""

    def __init__(self) -> None:
        self.consecutive = 0
        self._window: deque[bool] = deque(maxlen=WINDOW)

    def note(self, *, suspicious: bool) -> None:
        """Note one outcome."""
        self.consecutive = self.consecutive + 1 if suspicious else 0
        self._window.append(suspicious)

    @property
    def share(self) -> float:
        """Share of suspicious failures among the last outcomes."""
        return sum(self._window) / len(self._window) if self._window else 0.0

    @property
    def engaged(self) -> bool:
        """Whether it is time to stop."""
        full = len(self._window) == WINDOW
        return self.consecutive > CONSECUTIVE_MAX or (full and self.share > SHARE_MAX)
