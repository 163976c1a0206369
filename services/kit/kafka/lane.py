"""Bookkeeping of one partition whose records are finished out of order. Pure."""

from collections import OrderedDict


class Lane:
    """Which records of a partition are in work, and up to where all are finished."""

    def __init__(self) -> None:
        self._finished: OrderedDict[int, bool] = OrderedDict()
        self._next: int | None = None
        self._committed: int | None = None

    def begin(self, offset: int) -> None:
        """Note that a record is in work. Offsets come in rising order, with gaps where a broker leaves them."""
        self._finished[offset] = False

    def finish(self, offset: int) -> None:
        """Note that a record reached its outcome, and move the finished prefix on."""
        self._finished[offset] = True
        while self._finished and self._finished[next(iter(self._finished))]:
            done, _ = self._finished.popitem(last=False)
            self._next = done + 1

    @property
    def unfinished(self) -> int:
        """Number of records from the first unfinished one on: what would come again after a crash now."""
        return len(self._finished)

    def due(self) -> int | None:
        """Return the offset to commit, or None when nothing new is finished without a gap before it."""
        return self._next if self._next != self._committed else None

    def committed(self, offset: int) -> None:
        """Note what has been committed."""
        self._committed = offset
