"""Pace: one gap between two requests to a host, no wait for other hosts."""

import asyncio

from services.kit.http.pace import Pace


class Time:
    """Time that passes only where somebody sleeps alone, or the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Note the wish to sleep, and return at once."""
        self.slept.append(round(seconds, 6))


def paced(time: Time, gap_s: float = 2.0) -> Pace:
    """Return a pace on a time of the test's own."""
    return Pace(gap_s, monotonic=time.monotonic, sleep=time.sleep)


async def test_turns_of_one_host_are_one_gap_apart() -> None:
    """The first goes at once, each next one waits a gap longer."""
    time = Time()
    pace = paced(time)
    for _ in range(4):
        await pace.turn("a.example")
    assert time.slept == [2.0, 4.0, 6.0]


async def test_other_hosts_do_not_wait() -> None:
    """A queue at one host is no reason to wait at another."""
    time = Time()
    pace = paced(time)
    for host in ("a.example", "a.example", "b.example", "c.example"):
        await pace.turn(host)
    assert time.slept == [2.0]


async def test_time_that_passed_counts() -> None:
    """Who comes after half a gap waits the other half, and who comes later does not wait."""
    time = Time()
    pace = paced(time)
    await pace.turn("a.example")
    time.now += 0.5
    await pace.turn("a.example")
    time.now += 60
    await pace.turn("a.example")
    assert time.slept == [1.5]


async def test_without_a_gap_nobody_waits() -> None:
    """A gap of 0 switches pacing off."""
    time = Time()
    pace = paced(time, 0.0)
    for _ in range(3):
        await pace.turn("a.example")
    assert not time.slept


async def test_turns_go_in_the_order_of_the_calls() -> None:
    """Nobody who asks later overtakes."""
    pace = Pace(0.005)
    done: list[int] = []

    async def one(number: int) -> None:
        await pace.turn("a.example")
        done.append(number)

    await asyncio.gather(*(one(number) for number in range(6)))
    assert done == sorted(done)


async def test_hosts_that_are_free_again_are_forgotten() -> None:
    """The table is bounded by the hosts of one gap, not by all hosts ever met."""
    time = Time()
    pace = paced(time)
    for number in range(10_001):
        time.now += 1
        await pace.turn(f"h{number}.example")
    assert len(pace._free_at) < 10
    await pace.turn("h10000.example")
    assert time.slept == [2.0]
