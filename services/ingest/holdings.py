"""The feeds that this process polls: those of the shards it holds, in the timetable and in the budget."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Final

from services.ingest import state
from services.ingest.events import ShardsChanged
from services.ingest.patience import weight
from services.ingest.rhythm import Rhythm
from services.ingest.state import Due
from services.ingest.timetable import Place
from services.ingest.tools import Tools
from services.kit.errors import DependencyDown
from services.kit.log import emit

EDITS_S: Final = 1.0
"""How often to look for subscriptions that have changed."""
_UNKNOWN: Final = weight(Rhythm.initial())
"""What a feed weighs in the budget before its first poll."""


class Holdings:
    """Holds leases, and keeps the timetable to what they allow."""

    def __init__(
        self,
        tools: Tools,
        *,
        under_way: Callable[[], Iterable[int]],
        revoke: Callable[[Collection[int]], None],
        wake: Callable[[], None],
    ) -> None:
        """Take what polls work with.

        `under_way` gives the shards in which polls are under way; `revoke` ends those that are in these shards, and
        those that are in none of ours; `wake` is called when there may be new feeds to poll.
        """
        self._tools = tools
        self._under_way = under_way
        self._revoke = revoke
        self._wake = wake
        self._loaded: set[int] = set()
        self._edit = 0
        self._edits_at = 0.0

    async def begin(self) -> None:
        """Note which edits are known from the start: those before now."""
        self._edit = await self._tools.outages.ride_out(lambda: state.last_edit(self._tools.database))

    async def keep(self) -> None:
        """Hold the leases, also while the polling waits or drains; ends only by being cancelled or failing."""
        leases = self._tools.leases
        while True:
            try:
                async with asyncio.timeout(leases.beat_s):  # what hangs must not hide that the leases run out
                    lost = await leases.beat()
                self._leave_be(lost)
                await self._settle_in()
                await self._give_back()
            except (DependencyDown, TimeoutError):
                self._revoke(())
            await asyncio.sleep(leases.beat_s)

    async def refresh(self, feed_ids: Collection[str]) -> None:
        """Bring feeds whose state is not surely known back in line with the database."""
        if feed_ids:
            look = partial(state.these, self._tools.database, feed_ids)
            found = await self._tools.outages.ride_out(look)
            self._drop(set(feed_ids) - {due.feed_id for due in found})
            self._take_in(found)

    async def notice_edits(self) -> None:
        """Take up feeds that were added, and drop those that ended or moved to another's shard."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._edits_at or self._tools.outages.any:
            return
        self._edits_at = loop.time() + EDITS_S
        look = partial(state.edited_since, self._tools.database, self._edit)
        found = await self._tools.outages.ride_out(look)
        self._edit = max((due.edited for due in found), default=self._edit)
        self._take_in(found)

    def put(self, feed_id: str, place: Place, due_at: float, feed_weight: float) -> None:
        """Set when a feed is due that is still held, and what it weighs."""
        if place.shard in self._loaded:
            self._tools.timetable.put(feed_id, place, due_at)
            self._tools.budget.put(feed_id, feed_weight or _UNKNOWN)

    def _leave_be(self, lost: frozenset[int]) -> None:
        """Drop the feeds of shards that are lost, not ours for long, or ours anew: those are loaded again."""
        leases = self._tools.leases
        gone = (self._loaded & lost) | (self._loaded - leases.tokens.keys()) | (self._loaded & leases.leaving)
        for shard in gone:
            self._drop(self._tools.timetable.drop_shard(shard))
        self._loaded -= gone
        self._revoke(lost)
        if gone:
            self._tell(gained=0, lost=len(gone))

    async def _settle_in(self) -> None:
        """Take up the feeds of shards that are ours and not loaded. Those long due are spread: no stampede."""
        tools, now = self._tools, self._tools.clock()
        for domain, until in (await state.blocked_domains(tools.database, now)).items():
            tools.timetable.block(domain, until.timestamp())
        new = tools.leases.tokens.keys() - tools.leases.leaving - self._loaded
        if not new:
            return
        feeds = await state.feeds_of(tools.database, new)
        self._loaded |= new
        self._take_in(feeds)
        overdue = [due for due in feeds if due.polled and due.next_poll_at < now]
        apart_s = tools.settings.limits.mean_s / (2 * max(len(feeds), 1))
        for place, due in enumerate(overdue[tools.settings.ingest_concurrency :]):
            tools.timetable.put(due.feed_id, _place(due), now.timestamp() + place * apart_s)
        self._tell(gained=len(new), lost=0)
        self._wake()

    async def _give_back(self) -> None:
        """Give shards beyond this process's share back when nothing is under way in them."""
        if idle := self._tools.leases.leaving - set(self._under_way()):
            await self._tools.leases.give_back(idle)

    def _take_in(self, feeds: Iterable[Due]) -> None:
        timetable, gap_s = self._tools.timetable, self._tools.settings.ingest_host_gap_s
        self._drop(due.feed_id for due in feeds if not due.active or due.shard not in self._loaded)
        for due in self._ours(feeds):
            self.put(due.feed_id, _place(due), due.next_poll_at.timestamp(), due.rate)
            if due.asked_at:
                timetable.rest(due.host, due.asked_at.timestamp() + gap_s)

    def _ours(self, feeds: Iterable[Due]) -> Iterator[Due]:
        return (due for due in feeds if due.active and due.shard in self._loaded)

    def _drop(self, feed_ids: Iterable[str]) -> None:
        for feed_id in feed_ids:
            self._tools.timetable.drop(feed_id)
            self._tools.budget.drop(feed_id)

    def _tell(self, *, gained: int, lost: int) -> None:
        emit(ShardsChanged(gained=gained, lost=lost, shards=len(self._loaded), feeds=len(self._tools.timetable)))


def _place(due: Due) -> Place:
    return Place(due.host, due.domain, due.shard)
