"""Pace: one request to a host at a time, one gap apart, no wait for other hosts; domains that asked for time."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from services.kit.http.pace import Pace
from tests.fakes.virtual import run

A = "a.example"


def paced(test: Callable[[Pace], Awaitable[None]], gap_s: float = 2.0) -> None:
    """Run a test with a pace, in virtual time."""

    async def main() -> None:
        await test(Pace(gap_s, monotonic=now))

    run(main())


def now() -> float:
    """Return the time of the running loop."""
    return asyncio.get_running_loop().time()


async def began(pace: Pace, host: str, *, takes_s: float = 0.0, gap_s: float = 0.0) -> float:
    """Take a turn and return when it began."""
    async with pace.turn(host, gap_s=gap_s):
        at = now()
        await asyncio.sleep(takes_s)
        return at


async def all_began(pace: Pace, *hosts: str, takes_s: float = 0.0) -> list[float]:
    """Take these turns at once; return when each began, counted from now."""
    start = now()
    return [at - start for at in await asyncio.gather(*(began(pace, host, takes_s=takes_s) for host in hosts))]


def test_turns_of_one_host_are_one_gap_apart() -> None:
    """The first begins at once, each next one a gap later."""

    async def test(pace: Pace) -> None:
        assert await all_began(pace, A, A, A, A) == [0, 2, 4, 6]

    paced(test)


def test_a_host_is_never_asked_twice_at_once() -> None:
    """A turn that takes longer than the gap holds the next one up until its end."""

    async def test(pace: Pace) -> None:
        assert await all_began(pace, A, A, A, takes_s=5) == [0, 5, 10]

    paced(test)


def test_other_hosts_do_not_wait() -> None:
    """A queue at one host is no reason to wait at another."""

    async def test(pace: Pace) -> None:
        assert await all_began(pace, A, A, "b.example", "c.example", takes_s=5) == [0, 5, 0, 0]

    paced(test)


def test_time_that_passed_counts() -> None:
    """Who comes after half a gap waits the other half, and who comes later does not wait."""

    async def test(pace: Pace) -> None:
        start = await began(pace, A)
        await asyncio.sleep(0.5)
        assert await began(pace, A) == start + 2
        await asyncio.sleep(60)
        assert await began(pace, A) == start + 62

    paced(test)


def test_a_host_s_own_gap_counts_before_and_after_its_turn() -> None:
    """A longer gap that is asked for stands between this turn and both of its neighbours."""

    async def test(pace: Pace) -> None:
        start = await began(pace, A)
        assert await began(pace, A, gap_s=10) == start + 10
        assert await began(pace, A) == start + 20
        assert await began(pace, A) == start + 22

    paced(test)


def test_the_gap_is_counted_from_the_request() -> None:
    """Where the connection took a while, the next request is a gap away from when the request was sent."""

    async def test(pace: Pace) -> None:
        start = now()
        async with pace.turn(A):
            await asyncio.sleep(1.5)
            pace.began(A)
        assert await began(pace, A) == start + 3.5

    paced(test)


def test_without_a_gap_turns_still_come_one_at_a_time() -> None:
    """A gap of 0 lets a request begin when the last one has ended."""

    async def test(pace: Pace) -> None:
        assert await all_began(pace, A, A, A, takes_s=1) == [0, 1, 2]

    paced(test, 0.0)


def test_turns_go_in_the_order_of_the_calls() -> None:
    """Nobody who asks later overtakes."""

    async def test(pace: Pace) -> None:
        times = await all_began(pace, *[A] * 8, takes_s=1)
        assert all(earlier < later for earlier, later in pairwise(times))

    paced(test, 0.5)


def test_a_turn_that_is_cancelled_or_fails_lets_the_next_one_in() -> None:
    """Who gives up, in the queue or in the middle, leaves no host locked."""

    async def test(pace: Pace) -> None:
        start = now()
        holder, waiter = (asyncio.create_task(began(pace, A, takes_s=60)) for _ in range(2))
        await asyncio.sleep(1)
        waiter.cancel()
        holder.cancel()
        await asyncio.gather(holder, waiter, return_exceptions=True)
        with pytest.raises(ZeroDivisionError):
            async with pace.turn(A):
                raise ZeroDivisionError
        assert await began(pace, A) == start + 4

    paced(test)


def test_a_closed_domain_is_closed_for_all_its_hosts() -> None:
    """One host's wish counts for the registrable domain, until its time is over, and for no other domain."""

    async def test(pace: Pace) -> None:
        pace.close("www.outlet.co.uk", 30)
        assert [pace.closed_s(host) for host in ("outlet.co.uk", "feeds.outlet.co.uk", "other.co.uk")] == [30, 30, 0]
        await asyncio.sleep(29)
        assert pace.closed_s("outlet.co.uk") == 1
        await asyncio.sleep(1)
        assert pace.closed_s("outlet.co.uk") == 0

    paced(test)


def test_a_shorter_wish_does_not_open_a_domain() -> None:
    """Of two answers, the one that asks for more time stands."""

    async def test(pace: Pace) -> None:
        pace.close(A, 30)
        pace.close(A, 5)
        assert pace.closed_s(A) == 30

    paced(test)


def test_hosts_that_are_free_again_are_forgotten() -> None:
    """The tables are bounded by the hosts of one gap, not by all hosts ever met; who waits is not forgotten."""

    async def test(pace: Pace) -> None:
        held = asyncio.create_task(began(pace, A, takes_s=1e6))
        for number in range(10_001):
            await asyncio.sleep(1)
            await began(pace, f"h{number}.example")
            pace.close(f"h{number}.example", 1)
        assert len(pace._lanes) < 10
        assert len(pace._closed_until) < 10
        assert A in pace._lanes
        held.cancel()

    paced(test)
