"""100,000 pages through extract's worker pool: memory stays flat, and a bad page costs nobody but itself."""
# ruff: noqa: T201 - what a soak prints is its result

import os
from pathlib import Path

from tests.fakes.soak import Mix, Report, soak

PAGES = 100_000
GROWTH_MAX = 0.10


def told(report: Report) -> None:
    """Print what came of it."""
    print(f"\nsoak: {report.ends.total()} pages in {report.took_s:.0f} s")
    for (kind, end), count in sorted(report.ends.items()):
        print(f"  {kind:10}{end:16}{count:8}")
    print(f"  events: {dict(report.events)}")
    print(*(f"  wrong: {one}" for one in report.wrong[:20]), sep="\n")
    print("  MiB, median of each tenth of the pages:")
    for name in ("service", "nursery", "workers", "total"):
        levels = [report.level(tenth, lambda one, name=name: getattr(one, name)) for tenth in range(10)]  # type: ignore[misc] # a loop's variable
        print(f"  {name:10}" + "".join(f"{level:7.0f}" for level in levels))


async def test_many_pages() -> None:
    """After 100,000 pages the processes hold as much memory as after 20,000, and only the bad pages were lost."""
    corpora = os.environ.get("DATELINE_CORPORA")
    pages = int(os.environ.get("DATELINE_SOAK_PAGES", PAGES))
    report = await soak(Mix(pages=pages), deadline_s=10.0, corpora=Path(corpora) if corpora else None)
    told(report)
    assert not report.wrong
    assert report.ends.total() == pages
    assert report.growth() < GROWTH_MAX
    assert report.growth(lambda one: one.service) < GROWTH_MAX
