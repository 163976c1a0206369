"""A short soak: what `make soak` does with 100,000 pages, with 2,000."""

import pytest

from tests.fakes.soak import Mix, soak

MIX = Mix(pages=2_000, hang_every=1_500, death_every=500, large_every=500, deep_every=500)
GROWTH_MAX = 0.25
"""More than in the long one: here a worker's age decides, and few are replaced."""


@pytest.mark.slow
async def test_bad_pages_cost_nobody_but_themselves() -> None:
    """Pages that hang or kill their worker fail; every other one ends as it does alone, and memory stays."""
    report = await soak(MIX, deadline_s=4.0, recycle_after=200)
    assert not report.wrong
    assert report.ends.total() == MIX.pages
    lost = {end: count for (kind, end), count in report.ends.items() if kind in {"hang", "death"}}
    assert lost == {"work.deadline": 1, "work.died": 4}
    assert report.events["worker.killed work.died"] == 2 * 4, "each was tried twice"
    assert report.growth() < GROWTH_MAX
