"""Archive: keeps captures, one after the other, in files that end at a size and at an age.

Packing and writing are done by one thread, so that the event loop waits for no disk and captures keep their order.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, Self, TypeVar

from schemas.v1 import Archived
from services.kit.archive import warc
from services.kit.archive.bucket import SCHEME, Bucket
from services.kit.archive.capture import Capture
from services.kit.archive.spool import Spool, Waiting
from services.kit.archive.volume import Names, Volume
from services.kit.clock import Clock, utc_now
from services.kit.errors import DependencyDown, ServiceFailed, SettingsError
from services.kit.events import ArchiveFileClosed, ArchiveFileOpened
from services.kit.log import emit
from services.kit.settings import ArchiveSettings

T = TypeVar("T")

TICK_S: Final = 1.0
"""How often a file's age is looked at."""
END_S: Final = 5.0
"""How long a stop waits for files that are being sent; those that are not wait for the next start."""


class Archive:
    """Keeps captures. Use it from one event loop."""

    def __init__(
        self, root: Path, names: Names, settings: ArchiveSettings, *, bucket: Bucket | None, clock: Clock = utc_now
    ) -> None:
        self._root = root
        self._names = names
        self._max_bytes = settings.archive_file_max_bytes
        self._max_age = timedelta(seconds=settings.archive_file_max_s)
        self._spool_max_bytes = settings.archive_spool_max_bytes
        self._clock = clock
        self._spool = Spool(root, bucket, emit) if bucket else None
        self._volume: Volume | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._context = contextvars.copy_context()
        """Of the process: what is told of a file is not told of the article that it happened to."""
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._age())]
        if self._spool:
            self._tasks.append(asyncio.create_task(self._spool.run()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._in_thread(self._end_volume)
        if self._spool:
            with suppress(DependencyDown, TimeoutError):
                async with asyncio.timeout(END_S):
                    await self._spool.send()
            self._spool.close()
        self._thread.shutdown()

    async def keep(self, capture: Capture) -> Archived:
        """Keep a capture; when this returns, it outlives the process.

        Raises:
            DependencyDown: `archive.unwritable`; `archive.spool_full`: too much waits for the bucket. It is not kept.
            ServiceFailed: `archive.broken`: files would never end or never leave.

        """
        for task in self._tasks:
            if task.done():
                raise ServiceFailed("archive.broken", repr(task.exception())[:200])
        return await self._in_thread(lambda: self._kept(capture))

    async def turn_page(self) -> None:
        """End the file at hand if it is old enough."""
        await self._in_thread(self._end_if_old)

    async def _age(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            await self.turn_page()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._context.run, work)

    def _kept(self, capture: Capture) -> Archived:
        self._check_spool()
        packed = warc.packed(capture)
        self._end_if_old()
        if self._volume and self._volume.captures and self._volume.size_bytes + len(packed.data) > self._max_bytes:
            self._end_volume()
        volume = self._volume = self._volume or self._begun()
        return Archived(file=volume.name, offset=volume.append(packed), digest=packed.digest)

    def _check_spool(self) -> None:
        if self._spool is None:
            return
        size_bytes = self._spool.waiting_bytes + (self._volume.size_bytes if self._volume else 0)
        if size_bytes > self._spool_max_bytes:
            raise DependencyDown("archive.spool_full", f"{size_bytes} bytes wait for the bucket")

    def _begun(self) -> Volume:
        now = self._clock()
        volume = Volume(self._root, self._names.next(now), now)
        emit(ArchiveFileOpened(file=volume.name))
        return volume

    def _end_if_old(self) -> None:
        volume = self._volume
        if volume and (not volume.fit or self._clock() - volume.opened_at >= self._max_age):
            self._end_volume()

    def _end_volume(self) -> None:
        volume, self._volume = self._volume, None
        if volume is None:
            return
        volume.close()
        emit(ArchiveFileClosed(file=volume.name, captures=volume.captures, bytes=volume.size_bytes))
        if self._spool and not volume.lost:
            one = Waiting(volume.path, volume.name, volume.size_bytes, volume.release)
            self._loop.call_soon_threadsafe(self._spool.add, one)
        else:
            volume.release()


@asynccontextmanager
async def opened(settings: ArchiveSettings, service: str, *, clock: Clock = utc_now) -> AsyncIterator[Archive | None]:
    """Give the archive that the settings name; None if they name none.

    Raises:
        SettingsError: it cannot be used like that.

    """
    if not settings.archive:
        yield None
        return
    root, bucket = _place(settings)
    await asyncio.to_thread(_usable, root)
    async with Archive(root, Names(service), settings, bucket=bucket, clock=clock) as archive:
        yield archive


def _place(settings: ArchiveSettings) -> tuple[Path, Bucket | None]:
    if not settings.archive.startswith(SCHEME):
        if "://" in settings.archive:
            raise SettingsError("settings.invalid", "DATELINE_ARCHIVE: a folder, or s3://bucket/prefix")
        return Path(settings.archive), None
    if not settings.archive_spool:
        raise SettingsError("settings.invalid", "DATELINE_ARCHIVE_SPOOL: needed where the archive is a bucket")
    if settings.archive_spool_max_bytes < 2 * settings.archive_file_max_bytes:
        raise SettingsError("settings.invalid", "DATELINE_ARCHIVE_SPOOL_MAX_BYTES: room for two files at least")
    return Path(settings.archive_spool), Bucket(settings.archive, settings)


def _usable(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        probe = root / f".probe-{Names('').token}"
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise SettingsError("settings.invalid", f"the archive cannot be written: {root}: {error.strerror}") from None
