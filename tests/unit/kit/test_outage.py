"""Outages: waited out in place, said once, restored once."""

import asyncio
from collections.abc import Iterable, Mapping

import pytest
from structlog.testing import capture_logs

from services.kit.errors import DependencyDown, Rejected
from services.kit.outage import Outages


class Dependency:
    """Something that answers unless it is down."""

    def __init__(self, name: str = "database", *, failures: int | None = None) -> None:
        self.name = name
        self.failures = failures
        self.down = failures is None
        self.asked = 0
        self.met = asyncio.Event()

    async def __call__(self) -> str:
        """Answer, or fail as often as was asked for."""
        self.asked += 1
        self.met.set()
        if self.down or (self.failures is not None and self.asked <= self.failures):
            raise DependencyDown(f"{self.name}.unavailable", "refused")
        return "answer"


def said(lines: Iterable[Mapping[str, object]]) -> list[tuple[object, object]]:
    """Return event and dependency of each line."""
    return [(line["event"], line["dependency"]) for line in lines]


async def test_an_answer_passes_through_and_says_nothing() -> None:
    """Without an outage nothing is waited for and nothing is logged."""
    with capture_logs() as lines:
        assert await Outages(asyncio.Event()).ride_out(Dependency(failures=0)) == "answer"
    assert not lines


async def test_an_outage_is_said_once_and_restored_once_for_many_tasks() -> None:
    """Fifty tasks that meet the same outage write two lines together, and all of them go on."""
    outages = Outages(asyncio.Event())
    dependencies = [Dependency() for _ in range(50)]
    with capture_logs() as lines:
        tasks = [asyncio.create_task(outages.ride_out(one)) for one in dependencies]
        await asyncio.gather(*(one.met.wait() for one in dependencies))
        assert outages.any
        for one in dependencies:
            one.down = False
        assert await asyncio.gather(*tasks) == ["answer"] * 50
    assert said(lines) == [("dependency.lost", "database"), ("dependency.restored", "database")]
    assert not outages.any


async def test_two_dependencies_are_two_outages() -> None:
    """The log names each dependency that is down."""
    outages = Outages(asyncio.Event())
    with capture_logs() as lines:
        await asyncio.gather(*(outages.ride_out(Dependency(name, failures=1)) for name in ("database", "kafka")))
    assert sorted(said(lines)) == [
        ("dependency.lost", "database"),
        ("dependency.lost", "kafka"),
        ("dependency.restored", "database"),
        ("dependency.restored", "kafka"),
    ]


async def test_a_second_outage_is_said_again() -> None:
    """Said once means once for each outage, not once for ever."""
    outages = Outages(asyncio.Event())
    with capture_logs() as lines:
        for _ in range(2):
            await outages.ride_out(Dependency(failures=1))
    assert [line["event"] for line in lines] == ["dependency.lost", "dependency.restored"] * 2


async def test_waiting_beats() -> None:
    """A process that waits for its database is alive: a restart would not help."""
    beats: list[None] = []
    await Outages(asyncio.Event(), lambda: beats.append(None)).ride_out(Dependency(failures=2))
    assert len(beats) == 2


async def test_a_stop_during_an_outage_raises_at_once() -> None:
    """Who is asked to stop does not wait for the dependency first."""
    stopping = asyncio.Event()
    outages = Outages(stopping)
    down = Dependency()
    task = asyncio.create_task(outages.ride_out(down))
    await down.met.wait()
    stopping.set()
    with pytest.raises(DependencyDown):
        await asyncio.wait_for(task, 5)
    assert down.asked <= 2


async def test_another_error_is_no_outage() -> None:
    """What waiting cannot mend is raised at once."""

    async def rejected() -> None:
        raise Rejected("page.no_text")

    outages = Outages(asyncio.Event())
    with pytest.raises(Rejected):
        await outages.ride_out(rejected)
    assert not outages.any


async def test_a_record_that_fails_after_an_outage_ends_the_outage() -> None:
    """A dependency that answered is back, also where the work then fails for another reason."""
    attempts = iter([DependencyDown("database.unavailable"), Rejected("page.no_text")])

    async def attempt() -> None:
        raise next(attempts)

    outages = Outages(asyncio.Event())
    with capture_logs() as lines, pytest.raises(Rejected):
        await outages.ride_out(attempt)
    assert not outages.any
    assert said(lines) == [("dependency.lost", "database"), ("dependency.restored", "database")]


async def test_a_task_that_is_cancelled_leaves_no_outage_behind() -> None:
    """The next one that gets an answer ends the outage, whoever met it first."""
    outages = Outages(asyncio.Event())
    down = Dependency()
    task = asyncio.create_task(outages.ride_out(down))
    await down.met.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await outages.ride_out(Dependency(failures=1))
    assert not outages.any
