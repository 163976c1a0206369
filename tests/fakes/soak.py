"""A soak: very many pages through extract's worker pool, good and bad, with an eye on the memory of all processes.

What a page must end as is known from its making, so that the ends can be counted against it: a page that hangs or kills
its worker ends as that, and every other one ends as it does when it is read alone.
"""
# ruff: noqa: T201 - what a soak prints is its result

import asyncio
import gzip
import itertools
import json
import os
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from services.extract.identity import content_hash
from services.extract.page import PageContent, read_page, warm
from services.extract.record import article_from
from services.extract.settings import ExtractSettings
from services.kit.errors import DatelineError
from services.kit.events import Event
from services.kit.pool import WorkerPool
from services.local.newsroom import pages, stories
from services.local.newsroom.programme import Programme, Publication
from tests.fakes import work

OWN: Final = Path(__file__).parents[1] / "data" / "pages"
URL: Final = "https://www.courier.example/2024/03/08/page-{number}.html"
START: Final = datetime(2024, 3, 8, 6, 0, tzinfo=UTC)
HANGS: Final = b"<!-- soak: hang -->"
DEATHS: Final = {
    b"<!-- soak: segfault -->": work.segfault,
    b"<!-- soak: leave -->": lambda: work.leave(0),
    b"<!-- soak: kill -->": work.kill_self,
}
LARGE_PARAGRAPHS: Final = 1_500
DEEP: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Mix:
    """What is sent: every so many pages one that hangs, one that kills its worker, and so on; 0 for none.

    The rest are pages of the newsroom, each of which there is once.
    """

    pages: int
    hang_every: int = 10_000
    death_every: int = 500
    large_every: int = 1_000
    deep_every: int = 500
    own_every: int = 10
    corpus_every: int = 20


@dataclass(frozen=True)
class Job:
    """One page; `end` is what it must end as: `read`, an error's code, or None where only the reading can tell."""

    kind: str
    url: str
    html: bytes
    end: str | None = "read"
    name: str | None = None
    """Of a page that comes again and again, always the same; its record must be the same as well."""


@dataclass(frozen=True)
class Sample:
    """The resident memory of all processes, in MiB, after so many pages."""

    done: int
    service: int
    nursery: int
    workers: int

    @property
    def total(self) -> int:
        """All together."""
        return self.service + self.nursery + self.workers


@dataclass
class Report:
    """What came of it."""

    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many pages of a kind ended how."""
    wrong: list[str] = field(default_factory=list)
    """Pages that did not end as they must, or whose record was another one than before."""
    events: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    took_s: float = 0.0

    def level(self, tenth: int, of: Callable[[Sample], int] = lambda sample: sample.total) -> float:
        """Return the median of a memory over a tenth of the pages, counted from 0, in MiB."""
        last = self.samples[-1].done
        within = [of(sample) for sample in self.samples if tenth * last <= 10 * sample.done <= (tenth + 1) * last]
        return statistics.median(within)

    def growth(self, of: Callable[[Sample], int] = lambda sample: sample.total) -> float:
        """Return how much more memory the last tenth of the pages held than the second, as a share."""
        return self.level(9, of) / self.level(1, of) - 1


def read(html: bytes, *, url: str) -> PageContent:
    """Read a page as extract does, unless it says that it hangs or kills."""
    if HANGS in html:
        work.spin()
    for mark, die in DEATHS.items():
        if mark in html:
            die()
    return read_page(html, url=url)


def jobs(mix: Mix, corpora: Path | None = None) -> Iterator[Job]:
    """Yield the pages of a soak, in an order that is always the same."""
    common = _newsroom(mix.pages)
    own = itertools.cycle(_own())
    outside = itertools.cycle(_outside(corpora)) if corpora else None
    deaths = itertools.cycle(DEATHS)
    for number in range(1, mix.pages + 1):
        url = URL.format(number=number)
        if _due(number, mix.hang_every):
            yield Job("hang", url, b"<html>" + HANGS, "work.deadline")
        elif _due(number, mix.death_every, 1):
            yield Job("death", url, b"<html>" + next(deaths), "work.died")
        elif _due(number, mix.large_every, 2):
            yield Job("large", url, _large(number))
        elif _due(number, mix.deep_every, 3):
            yield Job("deep", url, b"<html><body>" + b"<div>" * DEEP + b"text", None, name="deep")
        elif _due(number, mix.own_every, 4):
            yield next(own)
        elif outside and _due(number, mix.corpus_every, 5):
            yield next(outside)
        else:
            yield next(common)


def _due(number: int, every: int, turn: int = 0) -> bool:
    return every > 0 and number % every == turn % every


def _newsroom(count: int) -> Iterator[Job]:
    """Yield pages that nobody has seen: other titles, words and names of classes on each."""
    told = stories.load()
    programme = Programme(stories=told, start=START, first=1, every_s=60.0, copies=-(-count // len(told)))
    recent: list[Publication] = []
    for position in itertools.count():
        publication = programme.publication(position)
        base = f"https://{publication.outlet.id}.example"
        html = pages.article(publication, base=base, related=recent)
        html = html.replace(b"<p>", b'<p class="story part%d">' % position)
        yield Job("newsroom", base + publication.path, html)
        recent = [publication, *recent][:4]


def _own() -> list[Job]:
    files = sorted(OWN.glob("*.html"))
    return [Job("own", URL.format(number=file.stem), file.read_bytes(), None, name=file.stem) for file in files]


def _outside(corpora: Path) -> list[Job]:
    """Return the pages of the outside sets, compressed: they are many."""
    found = []
    for name in ("news", "extract"):
        rows = json.loads((corpora / name / "pages.json").read_text(encoding="utf-8"))
        paths = [corpora / name / row["html"] for row in rows]
        found += [Job("outside", URL.format(number=path.stem), path.read_bytes(), None, path.name) for path in paths]
    return found


def _large(number: int) -> bytes:
    line = b"<p>The council of district %d met for the %d. time and heard what the engineers had found. %s</p>\n"
    filler = b"Nothing that they said was new to those who had read the papers before. " * 15
    body = b"".join(line % (number, turn, filler) for turn in range(LARGE_PARAGRAPHS))
    return b"<html><head><title>District %d</title></head><body><article>%s</article></body></html>" % (number, body)


async def soak(mix: Mix, *, deadline_s: float, recycle_after: int = 1000, corpora: Path | None = None) -> Report:
    """Send all pages through a pool set up as extract's, as many at once as extract has in work."""
    report, settings = Report(), ExtractSettings.model_construct()
    pool = WorkerPool(
        workers=settings.extract_workers,
        deadline_s=deadline_s,
        warm=warm,
        recycle_after=recycle_after,
        name="page",
        emit=lambda event: _noted(report, event),
    )
    started = time.monotonic()
    stream, known = jobs(mix, corpora), dict[str, str]()
    async with pool:
        watcher = asyncio.create_task(_watch(report, pause_s=min(0.5, mix.pages / 20_000)))
        async with asyncio.TaskGroup() as group:
            for _ in range(settings.extract_concurrency):
                group.create_task(_take(stream, pool, report, known))
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        report.samples.append(sample(report))
    report.took_s = time.monotonic() - started
    return report


def _noted(report: Report, event: Event) -> None:
    report.events[f"{event.action} {event.payload().get('error_code', '')}".strip()] += 1


async def _take(stream: Iterator[Job], pool: WorkerPool, report: Report, known: dict[str, str]) -> None:
    """Do page after page until there are no more."""
    for job in stream:
        html = gzip.decompress(job.html) if job.html.startswith(b"\x1f\x8b") else job.html
        try:
            end, said = "read", _digest(await pool.run(_Reading(job.url), html), job)
        except DatelineError as error:
            end, said = error.code, error.code
        report.ends[job.kind, end] += 1
        if job.end not in (end, None):
            report.wrong.append(f"{job.kind} {job.url} ended as {end}")
        if job.name is not None and known.setdefault(job.name, said) != said:
            report.wrong.append(f"{job.kind} {job.name} is another one now: {known[job.name][:20]}, {said[:20]}")


@dataclass(frozen=True)
class _Reading:
    """`read` with the address of the page."""

    url: str

    def __call__(self, html: bytes) -> PageContent:
        return read(html, url=self.url)


def _digest(content: PageContent, job: Job) -> str:
    """Make the record, as the service does of what a worker returns."""
    article = article_from(content, requested_url=job.url, final_url=job.url, trace_id="0" * 32)
    return content_hash(None, article.model_dump_json())


async def _watch(report: Report, *, pause_s: float) -> None:
    told = time.monotonic()
    while True:
        await asyncio.sleep(pause_s)
        report.samples.append(sample(report))
        if time.monotonic() - told > 10:
            told = time.monotonic()
            print(line(report), flush=True)


def line(report: Report) -> str:
    """Say how far it is and what memory is held."""
    last = report.samples[-1]
    return (
        f"{last.done:7} pages, MiB: service {last.service}, nursery {last.nursery}, workers {last.workers};"
        f" killed {sum(count for name, count in report.events.items() if name.startswith('worker.killed'))},"
        f" recycled {report.events['worker.recycled']}, wrong {len(report.wrong)}"
    )


def sample(report: Report) -> Sample:
    """Measure this process, its child the nursery, and the workers below it."""
    nurseries = _children(os.getpid())
    workers = [worker for nursery in nurseries for worker in _children(nursery)]
    return Sample(
        report.ends.total(), _rss_mib(os.getpid()), sum(map(_rss_mib, nurseries)), sum(map(_rss_mib, workers))
    )


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        return found  # it has ended meanwhile
    return found


def _rss_mib(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() >> 20
    except OSError:
        return 0
