"""Remembering polls in groups: what ends while a group is written goes into the next one.

One transaction for many polls is what makes hundreds of polls a second affordable; none waits for company.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from services.ingest import state
from services.ingest.memory import PollResult
from services.kit.clock import Clock
from services.kit.db import Database
from services.kit.errors import DatelineError
from services.kit.outage import Outages

GROUP_MAX: Final = 200

_Waiting = tuple[PollResult, "asyncio.Future[bool]"]


class Ledger:
    """Writes the results of polls."""

    def __init__(self, database: Database, outages: Outages, clock: Clock) -> None:
        self._database = database
        self._outages = outages
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def save(self, result: PollResult) -> bool:
        """Remember a poll. Returns False, with nothing remembered, if its shard was taken over.

        Raises:
            DependencyDown: the process is to stop during an outage.

        """
        saved: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        waiting = (result, saved)
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        try:
            return await saved
        finally:
            if waiting in self._waiting:  # cancelled before it was written
                self._waiting.remove(waiting)

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP_MAX], self._waiting[GROUP_MAX:]
                await self._settle(group)
        finally:
            self._writer = None

    async def _settle(self, group: Sequence[_Waiting]) -> None:
        """Write a group. If that fails over what is in it, write each of it alone: one must not spoil the others."""
        try:
            answers = await self._saved([result for result, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to those who wait, below
            if len(group) > 1 and not isinstance(error, DatelineError):
                for one in group:
                    await self._settle([one])
                return
            for _, saved in group:
                if not saved.done():
                    saved.set_exception(error)
        else:
            for (_, saved), answer in zip(group, answers, strict=True):
                if not saved.done():
                    saved.set_result(answer)

    async def _saved(self, results: Sequence[PollResult]) -> list[bool]:
        return await self._outages.ride_out(lambda: state.save(self._database, results, now=self._clock()))
