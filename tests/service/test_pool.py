"""Worker processes: whatever a task does, it fails alone, and the pool is whole again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.kit.errors import DatelineError, Rejected, WorkFailed
from services.kit.events import Event, WorkerKilled, WorkerRecycled
from services.kit.pool import WorkerPool
from tests.fakes import work

pytestmark = pytest.mark.alone

DEADLINE_S = 0.5
ROOT = Path(__file__).parents[2]


@pytest.fixture
def events() -> list[Event]:
    """Return what the pool emitted."""
    return []


@pytest.fixture
async def pool(events: list[Event]) -> AsyncIterator[WorkerPool]:
    """Give a pool of two workers."""
    pool = WorkerPool(workers=2, deadline_s=DEADLINE_S, warm=work.warm, rss_max_mib=100, emit=events.append)
    async with pool:
        yield pool


def lives(pid: int) -> bool:
    """Say whether there is such a process; a zombie is one too."""
    return Path(f"/proc/{pid}").exists()


def runs(pid: int) -> bool:
    """Say whether a process runs; who is not our child may be a zombie until the system buries it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children() -> set[int]:
    """Return the processes that this one started and has not buried."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid():
            found.add(int(stat.parent.name))
    return found


def descriptors() -> int:
    """Count the open file descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds, at most a few seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - other processes set no events here
            await asyncio.sleep(0.005)


async def test_results(pool: WorkerPool) -> None:
    """A task's result comes back from another process, which was warmed up."""
    assert await pool.run(work.double, 21) == 42
    assert await pool.run(work.process_id) != os.getpid()
    assert await pool.run(work.warmed) == "yes"
    assert os.environ.get("TEST_WARM") is None


async def test_all_workers_work_at_once(pool: WorkerPool) -> None:
    """Many tasks at once are shared between the workers, each task answered with its own result."""
    assert await asyncio.gather(*(pool.run(work.double, number) for number in range(50))) == list(range(0, 100, 2))
    assert len(set(await asyncio.gather(*(pool.run(work.process_id) for _ in range(20))))) == 2


async def test_small_tasks_are_cheap(pool: WorkerPool) -> None:
    """A small task costs less than a millisecond on top of itself."""
    best_s = 1.0
    for _ in range(100):
        started = time.perf_counter()
        await pool.run(work.double, 1)
        best_s = min(best_s, time.perf_counter() - started)
    assert best_s < 0.001


async def test_large_values(pool: WorkerPool) -> None:
    """Arguments and results of tens of megabytes pass, while the loop goes on."""
    assert len(await pool.run(work.large, 50_000_000)) == 50_000_000
    assert await pool.run(len, b"x" * 20_000_000) == 20_000_000


async def test_errors_of_ours(pool: WorkerPool) -> None:
    """An error of ours arrives as it was raised."""
    with pytest.raises(Rejected) as caught:
        await pool.run(work.reject)
    assert (caught.value.code, caught.value.message, caught.value.retryable) == ("page.no_text", "nothing here", True)


@pytest.mark.parametrize(
    "function", [work.raise_foreign, work.raise_clingy, work.return_lambda, work.return_stubborn, lambda: 1]
)
async def test_unexpected(pool: WorkerPool, events: list[Event], function: Callable[[], object]) -> None:
    """What cannot be sent, or is no error of ours, fails the task with a short text, and the worker lives on."""
    before = await pool.run(work.process_id), await pool.run(work.process_id)
    with pytest.raises(WorkFailed) as caught:
        await pool.run(function)
    assert (caught.value.code, caught.value.retryable) == ("work.unexpected", False)
    assert len(caught.value.message) <= 200
    assert {await pool.run(work.process_id), await pool.run(work.process_id)} == set(before)
    assert events == []


@pytest.mark.parametrize("function", [work.spin, work.wedge])
async def test_deadline(pool: WorkerPool, events: list[Event], function: Callable[[], object]) -> None:
    """A task that never ends, in Python or in C, is killed at its deadline; the tasks around it do not notice."""
    started = time.monotonic()
    stuck = asyncio.create_task(pool.run(function))
    await asyncio.sleep(0)
    innocents = await asyncio.gather(*(pool.run(work.double, number) for number in range(20)))
    assert time.monotonic() - started < DEADLINE_S
    assert innocents == list(range(0, 40, 2))
    with pytest.raises(WorkFailed) as caught:
        await stuck
    assert (caught.value.code, caught.value.retryable) == ("work.deadline", False)
    assert DEADLINE_S <= time.monotonic() - started < DEADLINE_S + 2
    [killed] = events
    assert isinstance(killed, WorkerKilled)
    assert killed.task == f"tests.fakes.work.{function.__name__}"
    assert killed.error_code == "work.deadline"
    await until(lambda: not lives(killed.pid))
    assert len({*await asyncio.gather(*(pool.run(work.process_id) for _ in range(20)))}) == 2


async def test_all_workers_stuck(pool: WorkerPool) -> None:
    """When all workers are stuck, who waits is served after the deadline, and by a new worker at once."""
    stuck = [asyncio.create_task(pool.run(work.spin)) for _ in range(2)]
    await asyncio.sleep(0)
    assert await pool.run(work.double, 1) == 2
    outcomes = await asyncio.gather(*stuck, return_exceptions=True)
    assert [getattr(outcome, "code", None) for outcome in outcomes] == ["work.deadline"] * 2


@pytest.mark.parametrize(
    ("function", "args"),
    [(work.segfault, ()), (work.leave, (1,)), (work.leave, (0,)), (work.kill_self, ()), (work.quit_politely, ())],
)
async def test_death(
    pool: WorkerPool, events: list[Event], function: Callable[..., object], args: tuple[object, ...]
) -> None:
    """A task whose worker dies is tried once more and then fails; the others go on."""
    doomed = asyncio.create_task(pool.run(function, *args))
    innocents = await asyncio.gather(*(pool.run(work.double, number) for number in range(20)))
    with pytest.raises(WorkFailed) as caught:
        await doomed
    assert innocents == list(range(0, 40, 2))
    assert (caught.value.code, caught.value.retryable) == ("work.died", False)
    assert [event.payload()["error_code"] for event in events] == ["work.died"] * 2


async def test_memory(events: list[Event]) -> None:
    """A task that takes all memory it can get fails as one whose worker died."""
    async with WorkerPool(workers=1, deadline_s=20, rss_max_mib=50, emit=events.append) as pool:
        with pytest.raises(WorkFailed, match=r"work\.died"):
            await pool.run(work.devour)
        assert await pool.run(work.double, 1) == 2
    assert len(events) == 2


async def test_second_try(pool: WorkerPool, events: list[Event], tmp_path: Path) -> None:
    """A task whose worker died by accident succeeds at the second try."""
    assert await pool.run(work.die_once, str(tmp_path / "tried")) == "alive"
    assert len(events) == 1


async def test_worker_dies_idle(pool: WorkerPool, tmp_path: Path) -> None:
    """A worker that died while it had nothing to do costs the next task no try."""
    pids = {await pool.run(work.process_id), await pool.run(work.process_id)}
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    await until(lambda: not any(map(lives, pids)))
    assert await pool.run(work.die_once, str(tmp_path / "tried")) == "alive"


async def test_nursery_dies(pool: WorkerPool) -> None:
    """Even the process that makes workers can be lost."""
    workers = {await pool.run(work.process_id), await pool.run(work.process_id)}
    nursery = await pool.run(work.parent_id)
    os.kill(nursery, signal.SIGKILL)
    await until(lambda: not any(map(runs, workers)))
    assert await asyncio.gather(*(pool.run(work.double, number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert await pool.run(work.parent_id) != nursery


async def test_cancelled_task(pool: WorkerPool, tmp_path: Path) -> None:
    """Nobody waits for a cancelled task's result, so its worker stops working on it."""
    note = tmp_path / "pid"
    task = asyncio.create_task(pool.run(work.touch_and_spin, str(note)))
    await until(note.exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not lives(int(note.read_text())))
    assert await asyncio.gather(*(pool.run(work.double, number) for number in range(5))) == [0, 2, 4, 6, 8]


async def test_cancelled_while_waiting(pool: WorkerPool) -> None:
    """Tasks that are cancelled at any point of their way leave the pool as large as it was."""
    for round_ in range(20):
        tasks = [asyncio.create_task(pool.run(work.large, 300_000)) for _ in range(6)]
        for _ in range(round_):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert len({*await asyncio.gather(*(pool.run(work.process_id) for _ in range(20)))}) == 2


async def test_recycled_after_tasks(events: list[Event]) -> None:
    """A worker is replaced after its share of tasks."""
    async with WorkerPool(workers=1, deadline_s=5, recycle_after=3, emit=events.append) as pool:
        pids = [await pool.run(work.process_id) for _ in range(7)]
        assert len(set(pids)) == 3
        await until(lambda: not lives(pids[0]))
    assert [type(event) for event in events] == [WorkerRecycled] * 2
    assert [event.payload()["tasks"] for event in events] == [3, 3]


async def test_recycled_for_memory(events: list[Event]) -> None:
    """A worker that keeps too much memory is replaced after its task, whose result counts."""
    async with WorkerPool(workers=1, deadline_s=5, rss_max_mib=100, emit=events.append) as pool:
        first = await pool.run(work.grow, 110 << 20)
        assert await pool.run(work.process_id) != first
    [recycled] = events
    assert isinstance(recycled, WorkerRecycled)
    assert recycled.rss_mib > 100


async def test_signals_are_for_the_service(pool: WorkerPool) -> None:
    """Workers do not end at Ctrl-C or a polite request: the service decides when they do."""
    assert await pool.run(work.signal_self) == "still here"


async def test_nothing_is_left() -> None:
    """After the end, also with tasks in flight, no process and no descriptor is left."""
    before, open_before = children(), descriptors()
    async with WorkerPool(workers=2, deadline_s=30) as pool:
        stuck = [asyncio.create_task(pool.run(work.spin)) for _ in range(3)]
        await asyncio.sleep(0.05)
        pids = children() - before
        assert len(pids) == 1
    outcomes = await asyncio.gather(*stuck, return_exceptions=True)
    assert [getattr(outcome, "code", None) for outcome in outcomes] == ["work.died"] * 3
    assert children() == before
    assert descriptors() == open_before


async def test_closed_pool() -> None:
    """After its end a pool says so, and does not wait for ever."""
    async with WorkerPool(workers=1, deadline_s=5) as pool:
        pass
    with pytest.raises(WorkFailed, match="closed"):
        await pool.run(work.double, 1)


async def test_bad_warm_up() -> None:
    """A warm-up that fails is told at the start, with its reason, and leaves nothing."""
    before, open_before = children(), descriptors()
    with pytest.raises(WorkFailed, match="no model") as caught:
        async with WorkerPool(workers=2, deadline_s=5, warm=work.warm_badly):
            pass
    assert caught.value.code == "work.unexpected"
    assert children() == before
    assert descriptors() == open_before


SCRIPT = """
import asyncio, sys
from services.kit.pool import WorkerPool
from tests.fakes import work

async def main():
    async with WorkerPool(workers=2, deadline_s=60) as pool:
        pids = set(await asyncio.gather(*(pool.run(work.process_id) for _ in range(20))))
        pids.add(await pool.run(work.parent_id))
        assert await pool.run(work.chatter) == ""
        print(*pids, flush=True)
        if sys.argv[1] == "filter":
            print(sys.stdin.read().upper(), end="", flush=True)
        else:
            await asyncio.gather(pool.run(work.wedge), pool.run(work.spin))

asyncio.run(main())
"""


def script(mode: str) -> subprocess.Popen[str]:
    """Start a service of its own with a pool."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, mode],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_standard_streams_are_the_services() -> None:
    """Workers neither read the service's input nor write to its output."""
    with script("filter") as service:
        output, errors = service.communicate("all the news\n", timeout=20)
    assert service.returncode == 0, errors
    assert output.splitlines()[1:] == ["ALL THE NEWS"]
    assert errors == "noise\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_workers_end_with_the_service(number: signal.Signals) -> None:
    """However the service ends, its workers end too, also those that are stuck in C code."""
    with script("stuck") as service:
        assert service.stdout is not None
        pids = [int(pid) for pid in (await asyncio.to_thread(service.stdout.readline)).split()]
        assert len(pids) == 3
        assert all(map(lives, pids))
        service.send_signal(number)
        service.communicate(timeout=5)
    await until(lambda: not any(map(runs, pids)))


def test_errors_keep_their_kind() -> None:
    """A pool's error is one of a unit of work, so that a service turns it into a failure record."""
    assert issubclass(WorkFailed, DatelineError)
