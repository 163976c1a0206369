"""Articles per processor second out of an archive, and whether they are the same ones, byte by byte."""
# ruff: noqa: T201 - what a bench prints is its result

import asyncio
import resource
from pathlib import Path

from schemas.topics import ARTICLES, ENTRIES
from services.extract.page import warm
from services.kit.archive.writer import opened as opened_archive
from services.kit.pool import WorkerPool
from services.local.newsroom import Newsroom
from tests.fakes.archives import files, settings
from tests.fakes.articles import entry
from tests.fakes.commands import dateline
from tests.fakes.desk import opened
from tests.fakes.runs import consuming, records
from tests.fakes.site import Site

COUNT = 1000
COPIES = 25
"""Of each of the newsroom's stories, numbered."""
LEAST_PER_S = 100
"""Articles a second of one core's time, all of the command's time counted: its start, the models, reading the files."""


def processor_s() -> float:
    """Return the processor time of all processes that this one waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def published(folder: Path, database: str) -> list[str]:
    """Publish the newsroom's articles with an archive, and return them as they went out."""
    async with (
        Newsroom(first=COUNT, copies=COPIES, every_s=86_400) as newsroom,
        Site() as site,
        WorkerPool(workers=2, deadline_s=20, warm=warm) as pool,
        opened(site, pool, database, HTTP_ALLOWED_NETWORKS="127.0.0.0/8") as desk,
        opened_archive(settings(folder), "extract") as archive,
    ):
        out = newsroom.published
        await desk.send(*(entry(one.url, number) for number, one in enumerate(out)))
        async with consuming(desk.broker, [ENTRIES], desk.extraction(archive=archive).handle):
            found = await records(desk.broker, ARTICLES, len(out), timeout_s=600)
    return [(one.value or b"").decode() for one in found]


async def test_a_thousand_articles(tmp_path: Path, database: str) -> None:
    """A thousand articles of the newsroom come out of the archive as they went in, at the stated rate or better."""
    live = await published(tmp_path, database)
    before = processor_s()
    done = await asyncio.to_thread(dateline, "replay", "--from-archive", str(tmp_path), "--workers", "1")
    took_s = processor_s() - before
    again = done.out.splitlines()
    size_kib = sum(path.stat().st_size for path in files(tmp_path)) / 1024
    rate = len(again) / took_s
    print(
        f"\nreplay, newsroom: {len(again)} articles of {len(live)}, {size_kib / len(live):.1f} KiB each in the archive"
    )
    print(f"{took_s:.1f} s of one core, {rate:.0f} articles/s; {rate / LEAST_PER_S:.1f}x the least of {LEAST_PER_S}")
    assert len(live) == COUNT
    assert sorted(again) == sorted(live)
    assert rate >= LEAST_PER_S
