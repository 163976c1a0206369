"""The same bytes give the same record: a thousand times, between other pages, in whichever worker of a real pool."""

import asyncio
import os
import random
from functools import partial
from pathlib import Path

import pytest

from services.extract.filter import fields_of_page
from services.extract.page import warm
from services.kit.errors import DatelineError
from services.kit.pool import WorkerPool

PAGES = Path(__file__).parents[1] / "data" / "pages"
URL = "https://courier.example/local/bridge-opens-again.html"
RUNS = 1_000
OTHERS = (
    "<div>" * 3_000 + "deep",
    "<title>Just a moment...</title>",
    "\x00" * 100,
    "<p>" + "Long. " * 2_000,
    "<rss/>",
    "",
)
"""Pages that end as refusals, or keep what a careless library would remember."""


def record(body: bytes) -> tuple[int, str]:
    """Return who read a page, and all that its record holds; of a refused page its code. Runs in a worker."""
    try:
        said = repr(fields_of_page(body, url=URL))
    except DatelineError as error:
        said = str(error)
    return os.getpid(), said


@pytest.mark.slow
@pytest.mark.parametrize("name", ["structured.html", "relay.html"])
async def test_a_thousand_runs_give_one_record(name: str) -> None:
    """Neither the pages before it, nor the worker, nor its age, nor which run it is, changes a record."""
    page, chance = (PAGES / name).read_bytes(), random.Random(name)
    others = [path.read_bytes() for path in sorted(PAGES.glob("*.html")) if path.name != name]
    others += [f"<html><body>{body}</body></html>".encode() for body in OTHERS]
    async with WorkerPool(workers=2, deadline_s=20, warm=warm, recycle_after=400) as pool:

        async def run(_number: int) -> tuple[int, str]:
            if chance.random() < 0.3:
                await pool.run(record, chance.choice(others))
            return await pool.run(record, page)

        found = await asyncio.gather(*map(run, range(RUNS)))
    assert len({said for _, said in found}) == 1
    assert len({worker for worker, _ in found}) >= 4, "workers were replaced, and all of them read it"
    assert record(page)[1] == found[0][1], "this process reads the same"


@pytest.mark.slow
async def test_every_page_of_ours_is_read_alike_by_all() -> None:
    """In any order and in any worker, each page of the fixtures and each refusal comes out as alone."""
    bodies = [path.read_bytes() for path in sorted(PAGES.glob("*.html"))]
    bodies += [f"<html><body>{body}</body></html>".encode() for body in OTHERS]
    alone = [record(body)[1] for body in bodies]
    order = [number for number in range(len(bodies)) for _ in range(12)]
    random.Random(5).shuffle(order)
    async with WorkerPool(workers=2, deadline_s=20, warm=warm) as pool:
        read = partial(pool.run, record)
        found = await asyncio.gather(*(read(bodies[number]) for number in order))
    assert [said for _, said in found] == [alone[number] for number in order]
