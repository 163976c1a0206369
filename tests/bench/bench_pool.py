"""What a worker process costs for each task: our pool, which can be killed and is bounded, against the library's."""
# ruff: noqa: T201 - what a bench prints is its result

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from services.kit.pool import WorkerPool
from tests.fakes import work

TASKS = 1000
ROUNDS = 7
LARGE_BYTES = 200_000

COLUMNS: dict[str, tuple[Callable[..., object], int, int]] = {
    "one by one": (work.double, 21, 1),
    "16 at once": (work.double, 21, 16),
    "200 kB back": (work.large, LARGE_BYTES, 16),
}
"""What is run, with which argument, how many at once."""

Run = Callable[[Callable[..., object], int], Awaitable[object]]


async def us_per_task(run: Run, function: Callable[..., object], argument: int, at_once: int) -> float:
    """Run many tasks, so many at once; returns microseconds of the clock for each."""
    started = time.perf_counter()
    for _ in range(TASKS // at_once):
        await asyncio.gather(*(run(function, argument) for _ in range(at_once)))
    return (time.perf_counter() - started) / TASKS * 1e6


async def measure(pools: dict[str, Run]) -> dict[str, list[float]]:
    """Return the best round of each pool in each column; the pools take turns, so that other load hits both."""
    best = {name: [float("inf")] * len(COLUMNS) for name in pools}
    for _ in range(ROUNDS):
        for place, (function, argument, at_once) in enumerate(COLUMNS.values()):
            for name, run in pools.items():
                best[name][place] = min(best[name][place], await us_per_task(run, function, argument, at_once))
    return best


async def test_overhead() -> None:
    """The same tasks go through both pools."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        async with WorkerPool(workers=2, deadline_s=10, recycle_after=10**9) as pool:
            best = await measure(
                {
                    "dateline": pool.run,
                    "ProcessPoolExecutor": lambda function, one: loop.run_in_executor(executor, function, one),
                }
            )
    print(f"\npool: {TASKS} tasks, 2 workers, microseconds a task, best of {ROUNDS} rounds")
    print(f"{'':24}" + "".join(f"{name:>13}" for name in COLUMNS))
    for name, row in best.items():
        print(f"{name:24}" + "".join(f"{one:13.0f}" for one in row))
    ratios = [their / our for our, their in zip(*best.values(), strict=True)]
    print(f"{'ratio':24}" + "".join(f"{one:12.2f}x" for one in ratios))
