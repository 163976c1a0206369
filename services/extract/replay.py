"""Replay: the records of an archive's pages, made again by worker processes, in the order of the files."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final

from services.extract.reading import unread
from services.extract.reread import Found, Reread, failed, reread, warm
from services.kit.archive import warc
from services.kit.archive.frames import Frame, frames
from services.kit.archive.places import Source
from services.kit.errors import DatelineError, Rejected, WorkFailed
from services.kit.pool import WorkerPool

_AHEAD_PER_WORKER: Final = 4
"""Pages read ahead for each worker: enough to keep it busy while an earlier one takes long, and no more in memory."""
_PASSED_OVER: Final = frozenset({"warcinfo", "metadata", "request"})
"""Records that stand beside responses."""
_TORN: Final = "archive.torn"


@dataclass(frozen=True, slots=True)
class Writers:
    """Where the results go: each takes one line."""

    article: Callable[[str], None]
    failure: Callable[[str], None]


@dataclass(slots=True)
class Summary:
    """What came of a replay.

    `broken` counts files that could not be read to their end, those that only lack their last record not.
    """

    files: int = 0
    broken: int = 0
    articles: int = 0
    feeds: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, object]:
        """Return it by the names of its fields, failures by their codes."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


async def run(
    sources: Sequence[Source], write: Writers, *, workers: int, deadline_s: float, now: datetime, summary: Summary
) -> None:
    """Write the record of each page, or why there is none, in order; `summary` counts along.

    Args:
        sources: Files to read. A file that is broken costs what comes after the break, and no other file.
        write: Where lines go.
        workers: Processes that read pages.
        deadline_s: A page that takes longer fails, and its process is killed.
        now: Stands as `extracted_at` in records that are not those that were published.
        summary: Filled in on the way, for those who want to see how far it is.

    """
    waiting: asyncio.Queue[asyncio.Task[Reread] | None] = asyncio.Queue(maxsize=workers * _AHEAD_PER_WORKER)
    async with WorkerPool(workers=workers, deadline_s=deadline_s, warm=warm) as pool, asyncio.TaskGroup() as tasks:
        tasks.create_task(_write_in_order(waiting, write, summary))
        for source in sources:
            async for one in _found(source, now, summary):
                work = _reread(pool, one) if isinstance(one, Found) else _itself(one)
                await waiting.put(tasks.create_task(work))
        await waiting.put(None)


async def _found(source: Source, now: datetime, summary: Summary) -> AsyncIterator[Found | Reread]:
    """Yield the responses of a file, and failures for what cannot be read."""
    summary.files += 1
    nothing = Found(source.name, 0, b"", None, now)
    try:
        async for found in _in_file(source, nothing):
            yield found
    except DatelineError as error:
        summary.broken += error.code != _TORN
        yield failed(nothing, error)


async def _in_file(source: Source, nothing: Found) -> AsyncIterator[Found | Reread]:
    file, metadata = nothing.file, None
    found = frames(source.chunks())
    while frame := await asyncio.to_thread(_next, found):
        if frame.kind == "warcinfo":
            file = _own_name(frame) or file
        elif frame.kind == "response" and frame.raw is not None:
            yield replace(nothing, file=file, offset=frame.offset, response=frame.raw, metadata=metadata)
        elif frame.kind not in _PASSED_OVER:
            yield failed(replace(nothing, file=file, offset=frame.offset), _unfit(frame))
        metadata = frame.raw if frame.kind == "metadata" else None


def _unfit(frame: Frame) -> Rejected:
    if frame.raw is None:
        return Rejected("archive.too_large", "the record is too large")
    return Rejected("archive.no_response", f"a record of type {frame.kind[:40]!r}")


def _own_name(frame: Frame) -> str | None:
    """Return what a file calls itself: records point at it by this name, wherever it lies by now."""
    try:
        return warc.block(frame.raw or b"").head.get("warc-filename")
    except Rejected:
        return None


async def _reread(pool: WorkerPool, found: Found) -> Reread:
    try:
        return await pool.run(reread, found)
    except WorkFailed as error:
        return failed(found, unread(error))


async def _itself(one: Reread) -> Reread:
    return one


async def _write_in_order(
    waiting: asyncio.Queue[asyncio.Task[Reread] | None], write: Writers, summary: Summary
) -> None:
    while (task := await waiting.get()) is not None:
        one = await task
        if one.article is not None:
            summary.articles += 1
            write.article(one.article)
        elif one.failure is not None:
            summary.failures[one.code] += 1
            write.failure(one.failure)
        else:
            summary.feeds += 1


def _next(source: Iterator[Frame]) -> Frame | None:
    return next(source, None)
