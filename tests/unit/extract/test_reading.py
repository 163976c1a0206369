"""Reading: whose fault it is that a worker was lost, and what that does to the brake."""

from collections.abc import Callable
from typing import Any

import pytest

from services.extract.reading import PageUnread, Reader, unread
from services.kit.errors import UnitFailed, WorkFailed
from services.kit.kafka.brake import CONSECUTIVE_MAX, WINDOW, Brake
from services.kit.pool import WorkerPool


class Failing(WorkerPool):
    """A pool without workers: each task fails as it is told to."""

    def __init__(self, error: WorkFailed) -> None:
        super().__init__(workers=1, deadline_s=1)
        self._error = error

    async def run(self, function: Callable[..., Any], /, *args: object) -> Any:
        """Fail."""
        assert not args or callable(function)
        raise self._error


async def failure(reader: Reader, url: str) -> UnitFailed:
    """Return how the reading of a page fails."""
    with pytest.raises(UnitFailed) as caught:
        await reader.run(url, len, b"")
    return caught.value


@pytest.mark.parametrize(
    ("code", "named"), [("work.deadline", "page.parse_deadline"), ("work.died", "page.worker_died")]
)
async def test_a_lost_worker_is_the_page_s_outcome(code: str, named: str) -> None:
    """What a page did to its worker has a code of the page, and is not tried again."""
    error = await failure(Reader(Failing(WorkFailed(code, "it took too long"))), "https://a.example/1")
    assert isinstance(error, PageUnread)
    assert (error.code, error.message, error.retryable, error.suspicious) == (named, "it took too long", False, True)


@pytest.mark.parametrize(
    "error", [WorkFailed("work.unexpected", "a bug"), WorkFailed("work.died", "the pool is closed", retryable=True)]
)
async def test_what_is_no_page_s_fault_stays_as_it_is(error: WorkFailed) -> None:
    """A bug of ours, and a pool that has no worker to give, are no outcome of a page, and always suspicious."""
    reader = Reader(Failing(error))
    for _ in range(3):
        same = await failure(reader, "https://a.example/1")
        assert (same.code, same.retryable, same.suspicious) == (error.code, error.retryable, True)
    assert unread(error) is error


async def test_a_site_of_hostile_pages_cannot_pull_the_brake() -> None:
    """Pages of one site that kill their workers, however many, count once."""
    reader, brake = Reader(Failing(WorkFailed("work.died"))), Brake()
    for number in range(10 * WINDOW):
        error = await failure(reader, f"https://{number}.hostile.example/{number}")
        brake.note(suspicious=error.suspicious)
        assert not brake.engaged
    assert brake.share == 0


async def test_a_deploy_that_fails_at_every_site_is_stopped() -> None:
    """Where the pages of one site after the other are too much, the cause is ours, and the brake engages."""
    reader, brake = Reader(Failing(WorkFailed("work.deadline"))), Brake()
    for number in range(CONSECUTIVE_MAX + 1):
        assert not brake.engaged
        brake.note(suspicious=(await failure(reader, f"https://site{number}.example/")).suspicious)
    assert brake.engaged


async def test_the_memory_of_sites_is_bounded() -> None:
    """After a thousand other sites, a site is new again."""
    reader = Reader(Failing(WorkFailed("work.died")))
    assert (await failure(reader, "https://a.example/")).suspicious
    assert not (await failure(reader, "https://a.example/")).suspicious
    for number in range(1_000):
        await failure(reader, f"https://site{number}.example/")
    assert (await failure(reader, "https://a.example/")).suspicious
