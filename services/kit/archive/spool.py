"""Spool: complete files on their way to a bucket, those that died processes left included."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.kit.archive.bucket import Bucket
from services.kit.archive.frames import frames
from services.kit.archive.places import chunks_of
from services.kit.archive.volume import SUFFIX, lock
from services.kit.errors import DependencyDown, Rejected
from services.kit.events import ArchiveFileTorn, ArchiveFileUploaded, ArchiveUploadFailed, Event

WAIT_FIRST_S: Final = 1.0
WAIT_MOST_S: Final = 60.0
ADOPT_EVERY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A complete file. `release` ends the lock on it."""

    path: Path
    name: str
    size_bytes: int
    release: Callable[[], None]


class Spool:
    """Files that wait for a bucket, oldest first. They are removed when the bucket has acknowledged them."""

    def __init__(self, root: Path, bucket: Bucket, emit: Callable[[Event], None]) -> None:
        self._root = root
        self._bucket = bucket
        self._emit = emit
        self._waiting: dict[Path, Waiting] = {}
        self._wake = asyncio.Event()
        self._told = False

    @property
    def waiting_bytes(self) -> int:
        """Size of all files that wait."""
        return sum(one.size_bytes for one in list(self._waiting.values()))

    def add(self, one: Waiting) -> None:
        """Take a file that is complete."""
        self._waiting[one.path] = one
        self._wake.set()

    async def run(self) -> None:
        """Send files as they come, and those of others that have died; for ever."""
        wait_s = WAIT_FIRST_S
        while True:
            await self.adopt()
            self._wake.clear()  # before it is looked at what waits: what comes in between is not slept through
            try:
                await self.send()
                wait_s = WAIT_FIRST_S
            except DependencyDown:
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, WAIT_MOST_S)
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), ADOPT_EVERY_S)
            except TimeoutError:
                continue

    async def send(self) -> None:
        """Send all files that wait.

        Raises:
            DependencyDown: the bucket did not take one; it waits on.

        """
        for one in list(self._waiting.values()):
            started = time.monotonic()
            if not one.path.exists():  # somebody removed it; it would never go
                self._forget(one)
                continue
            try:
                await self._bucket.upload(one.path, one.name)
            except DependencyDown as down:
                if not self._told:
                    told = ArchiveUploadFailed(
                        file=one.name, error_message=down.message, waiting_bytes=self.waiting_bytes
                    )
                    self._emit(told)
                self._told = True
                raise
            self._told = False
            one.path.unlink(missing_ok=True)
            self._forget(one)
            took_ms = round((time.monotonic() - started) * 1000)
            self._emit(ArchiveFileUploaded(file=one.name, bytes=one.size_bytes, duration_ms=took_ms))

    async def adopt(self) -> None:
        """Take the files whose writers have died."""
        for one in await asyncio.to_thread(self._orphans):
            trouble = await asyncio.to_thread(_trouble, one.path)
            if trouble:
                self._emit(ArchiveFileTorn(file=one.name, error_message=trouble.message))
            self.add(one)

    def close(self) -> None:
        """Let go of what waits still: it is adopted by whoever comes next."""
        for one in list(self._waiting.values()):
            self._forget(one)

    def _forget(self, one: Waiting) -> None:
        del self._waiting[one.path]
        one.release()

    def _orphans(self) -> list[Waiting]:
        found = (self._orphan(path) for path in sorted(self._root.rglob("*" + SUFFIX)) if path not in self._waiting)
        return [one for one in found if one]

    def _orphan(self, path: Path) -> Waiting | None:
        """Lock a file that nobody has locked."""
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        if not lock(file) or not os.fstat(file).st_nlink:  # another process sent it in the meantime
            os.close(file)
            return None
        if not os.fstat(file).st_size:
            path.unlink(missing_ok=True)
            os.close(file)
            return None
        name = path.relative_to(self._root).as_posix()
        return Waiting(path, name, os.fstat(file).st_size, lambda: os.close(file))


def _trouble(path: Path) -> Rejected | None:
    """Read a whole file and return what is wrong with it."""
    try:
        for _ in frames(chunks_of(path)):
            pass
    except Rejected as problem:
        return problem
    return None
