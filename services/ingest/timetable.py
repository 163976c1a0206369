"""When each feed is due, and which of those that are due may be asked now. Pure: no clock, no I/O.

One feed of a host is asked at a time, and the next one a gap after that has ended; a whole registrable domain can be
left alone until a time. Times are epoch seconds. All operations cost a heap's logarithm, whatever the number of feeds.
"""

import math
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final, NamedTuple

_VISITOR: Final = "visitor"
"""Stands in the place of a feed's id while a host is asked for something else."""
_STRANGERS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feed is asked: its host, the registrable domain of that, and the shard that the domain belongs to."""

    host: str
    domain: str
    shard: int


class Turn(NamedTuple):
    """A feed that may be asked now, and the host that is left alone for it."""

    feed_id: str
    host: str


@dataclass(slots=True, eq=False)
class _Host:
    """The feeds of one host. `queued_at` is the time under which it stands among the ready ones, if it does."""

    place: Place
    free_at: float = -math.inf
    asked: str | None = None
    feeds: int = 0
    queued_at: float | None = None
    due: list[tuple[float, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Slot:
    """A feed's host and when it is due; never, while it is asked."""

    host: _Host
    due_at: float


class Timetable:
    """The feeds of one process."""

    def __init__(self, *, host_gap_s: float) -> None:
        self._host_gap_s = host_gap_s
        self._slots: dict[str, _Slot] = {}
        self._hosts: dict[str, _Host] = {}
        self._ready: list[tuple[float, str]] = []
        self._shards: dict[int, set[str]] = {}
        self._blocked: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, feed_id: str) -> bool:
        return feed_id in self._slots

    def put(self, feed_id: str, place: Place, due_at: float) -> None:
        """Set when a feed is due; a known one is moved. One that is being asked stays so, and is due after that."""
        slot = self._slots.get(feed_id)
        if slot is None or slot.host.place != place:
            self.drop(feed_id)
            host = self._hosts.get(place.host)
            if host is None:
                host = self._hosts[place.host] = _Host(place)
            host.place = place
            host.feeds += 1
            slot = self._slots[feed_id] = _Slot(host, due_at)
            self._shards.setdefault(place.shard, set()).add(feed_id)
        slot.due_at = due_at
        heappush(slot.host.due, (due_at, feed_id))
        self._queue(slot.host)

    def drop(self, feed_id: str) -> None:
        """Forget a feed; nothing happens if it is unknown."""
        slot = self._slots.pop(feed_id, None)
        if slot is None:
            return
        slot.host.feeds -= 1
        self._shards[slot.host.place.shard].discard(feed_id)

    def drop_shard(self, shard: int) -> list[str]:
        """Forget all feeds of a shard; returns them."""
        dropped = list(self._shards.get(shard, ()))
        for feed_id in dropped:
            self.drop(feed_id)
        return dropped

    def take(self, now: float, limit: int) -> list[Turn]:
        """Return feeds to ask now, those due for longest first, at most one of each host.

        Their hosts are left alone until `done`.
        """
        taken: list[Turn] = []
        while len(taken) < limit and self._ready and self._ready[0][0] <= now:
            at, name = heappop(self._ready)
            host = self._hosts.get(name)
            if host is None or host.queued_at != at:
                continue
            host.queued_at = None
            if self._ready_at(host) > now:  # its domain has been blocked since
                self._queue(host)
                continue
            _, feed_id = heappop(host.due)
            self._slots[feed_id].due_at = math.inf
            host.asked = feed_id
            taken.append(Turn(feed_id, name))
        return taken

    def done(self, feed_id: str, host: str, now: float) -> None:
        """Note that the request to a host has ended. `host` is that of the time when the feed was taken."""
        asked = self._hosts.get(host)
        if asked is None or asked.asked != feed_id:
            return
        asked.asked = None
        self.rest(host, now + self._host_gap_s)
        self._forget(now)

    def occupy(self, host: str, domain: str, now: float) -> bool:
        """Have a host for a request that is no feed's turn there, until `vacate`. False if it is not free now."""
        visited = self._hosts.setdefault(host, _Host(Place(host, domain, -1)))
        if visited.asked is not None or visited.free_at > now or self.blocked(domain, now):
            return False
        visited.asked = _VISITOR
        self._queue(visited)
        return True

    def vacate(self, host: str, now: float) -> None:
        """Note that such a request has ended."""
        self.done(_VISITOR, host, now)

    def rest(self, host: str, until: float) -> None:
        """Leave a host alone until a time, at least."""
        if resting := self._hosts.get(host):
            resting.free_at = max(resting.free_at, until)
            self._queue(resting)

    def block(self, domain: str, until: float) -> None:
        """Leave all hosts of a registrable domain alone until a time."""
        self._blocked[domain] = max(until, self._blocked.get(domain, until))

    def blocked(self, domain: str, now: float) -> bool:
        """Tell whether a registrable domain is to be left alone now."""
        return self._blocked.get(domain, -math.inf) > now

    def next_at(self) -> float | None:
        """Return when `take` may next have something to give; None for never, or not before a `done`."""
        while self._ready:
            at, name = self._ready[0]
            host = self._hosts.get(name)
            if host is not None and host.queued_at == at:
                return at
            heappop(self._ready)
        return None

    def _forget(self, now: float) -> None:
        """Drop hosts without feeds, but not before their gap is over; looked through when there are many."""
        if len(self._hosts) > 2 * len(self._slots) + _STRANGERS_MAX:
            idle = [name for name, host in self._hosts.items() if not host.feeds and not host.asked]
            for name in idle:
                if self._hosts[name].free_at <= now:
                    del self._hosts[name]

    def _ready_at(self, host: _Host) -> float:
        """Return when a host may be asked for its first feed; infinity if there is none. Drops what has moved."""
        while host.due:
            due_at, feed_id = host.due[0]
            slot = self._slots.get(feed_id)
            if slot is not None and slot.host is host and slot.due_at == due_at:
                return max(due_at, host.free_at, self._blocked.get(host.place.domain, -math.inf))
            heappop(host.due)
        return math.inf

    def _queue(self, host: _Host) -> None:
        """Stand a host among the ready ones under its present time."""
        at = math.inf if host.asked is not None else self._ready_at(host)
        if at == host.queued_at:
            return
        host.queued_at = None if at == math.inf else at
        if at < math.inf:
            heappush(self._ready, (at, host.place.host))
