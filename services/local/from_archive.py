"""The archive as commands see it: its pages read again."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from services.extract import replay
from services.extract.replay import Summary, Writers
from services.kit.archive.places import sources
from services.kit.clock import utc_now
from services.kit.settings import ArchiveSettings

TOLD_EVERY_S: Final = 10.0


async def replayed(
    places: Sequence[str],
    environ: Mapping[str, str],
    *,
    write: Callable[[str], None],
    tell: Callable[[str], None],
    workers: int,
    deadline_s: float,
) -> Summary:
    """Write a record for each page of an archive; tell failures, how far it is, and at the end the summary, as JSON.

    Args:
        places: Files, folders, or addresses in a bucket.
        environ: Settings that a bucket needs.
        write: Takes one record.
        tell: Takes one line that is no record.
        workers: Processes that read pages.
        deadline_s: A page that takes longer fails.

    Raises:
        Rejected: a place holds no WARC file.
        DependencyDown: the bucket does not answer.
        SettingsError: a place is a bucket, and the settings do not do for it.

    """
    settings = ArchiveSettings.load(environ)
    found = [one for place in places for one in await asyncio.to_thread(sources, place, settings)]
    summary = Summary()
    progress = asyncio.create_task(_tell_progress(summary, len(found), tell))
    try:
        await replay.run(
            found, Writers(write, tell), workers=workers, deadline_s=deadline_s, now=utc_now(), summary=summary
        )
    finally:
        progress.cancel()
        with suppress(asyncio.CancelledError):
            await progress
    tell(json.dumps({"summary": summary.as_dict()}))
    return summary


async def _tell_progress(summary: Summary, files: int, tell: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(TOLD_EVERY_S)
        failures = summary.failures.total()
        said = {"file": summary.files, "of_files": files, "articles": summary.articles, "failures": failures}
        tell(json.dumps({"progress": said}))
