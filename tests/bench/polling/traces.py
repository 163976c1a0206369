"""When feeds publish: traces generated from the rhythms that outlets are known for, and traces read from a file."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86_400.0
START: Final = 1_767_571_200.0
"""A Monday, 00:00 UTC: 2026-01-05."""
DAYS: Final = 35

Intensity = Callable[[float], float]
"""Items a second at an epoch second, and never above the highest that goes with it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One feed: the epoch seconds at which its items were published, in order."""

    feed: str
    kind: str
    times: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The time of the traces, epoch seconds: what was published before `polls` is history when polling begins."""

    start: float
    polls: float
    end: float


def generated(seed: int, *, feeds: int = 8, days: int = DAYS) -> tuple[list[Trace], Horizon]:
    """Return about `feeds` traces of each kind over `days` days: fewer of busy kinds, more of silent ones.

    The same seed gives the same traces.
    """
    horizon = _horizon(START, START + days * DAY)
    traces = []
    for kind, make in KINDS.items():
        for number in range(max(1, round(feeds * SHARES.get(kind, 1)))):
            random = Random(f"{seed} {kind} {number}")
            times = sorted(one for one in make(random, horizon) if horizon.start <= one < horizon.end)
            traces.append(Trace(f"{kind} {number}", kind, tuple(times)))
    return traces, horizon


def read(path: Path) -> tuple[list[Trace], Horizon]:
    """Read JSONL rows `{"feed": str, "times": [seconds], "kind": str?}`: epoch seconds or counted from any start.

    The horizon goes from the earliest to the latest time of all. Without a kind a feed is of kind "all".
    """
    traces = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            times = tuple(sorted(map(float, row["times"])))
            traces.append(Trace(str(row["feed"]), str(row.get("kind", "all")), times))
    every = [one for trace in traces for one in (trace.times[:1] + trace.times[-1:])]
    if not every:
        raise ValueError(f"{path}: no feed has any time")
    return traces, _horizon(min(every), max(every))


def _horizon(start: float, end: float) -> Horizon:
    """Let polling begin after a week, or a quarter of a shorter time: nobody subscribes to a feed without a past."""
    return Horizon(start, start + min(7 * DAY, (end - start) / 4), end)


def _poisson(random: Random, horizon: Horizon, intensity: Intensity, highest: float) -> Iterator[float]:
    """Thin a Poisson process of rate `highest` to `intensity`."""
    at = horizon.start
    while True:
        at += random.expovariate(highest)
        if at >= horizon.end:
            return
        if random.random() * highest < intensity(at):
            yield at


def _bump(hour: float, centre: float, width: float) -> float:
    """Return a smooth hill over the hours of a day, 1 at its centre."""
    away = abs((hour - centre + 12) % 24 - 12)
    return math.exp(-0.5 * (away / width) ** 2)


def _local(at: float, zone_h: float) -> tuple[float, int]:
    """Return hour of the day and day of the week (Monday is 0) in a zone."""
    shifted = at + zone_h * HOUR
    return shifted % DAY / HOUR, int(shifted // DAY + 3) % 7


def _agency(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield an agency: around the clock, several hundred a day, half as many at night."""
    a_day, zone_h = random.uniform(250, 600), random.choice((-5, 0, 1, 8))

    def intensity(at: float) -> float:
        hour, day = _local(at, zone_h)
        return a_day / DAY * (0.6 + 0.6 * _bump(hour, 13, 4)) * (1 if day < 5 else 0.7)

    return _poisson(random, horizon, intensity, a_day / DAY * 1.2)


def _wire(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield around the clock at one constant rate: nothing to learn but the rate."""
    rate = random.uniform(60, 300) / DAY
    return _poisson(random, horizon, lambda _: rate, rate)


def _daily(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a daily newspaper: a morning and an evening peak in its zone, a quiet night, less at the weekend."""
    a_day, zone_h, weekend = random.uniform(30, 120), random.choice((-8, -5, 0, 1, 5.5, 9)), random.uniform(0.3, 0.8)
    morning, evening = random.uniform(6, 9), random.uniform(16, 19)

    def intensity(at: float) -> float:
        hour, day = _local(at, zone_h)
        hills = 0.03 + _bump(hour, morning, 1.8) + 0.7 * _bump(hour, evening, 2.5)
        return a_day / DAY * 2.4 * hills * (1 if day < 5 else weekend)

    return _poisson(random, horizon, intensity, a_day / DAY * 2.4 * 1.75)


def _local_paper(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a local paper: a few a day in office hours and in the evening."""
    a_day, zone_h = random.uniform(2, 8), random.choice((-6, 0, 1, 2, 10))

    def intensity(at: float) -> float:
        hour, day = _local(at, zone_h)
        return a_day / DAY * 2 * (0.05 + _bump(hour, 13, 3.5)) * (1 if day < 6 else 0.4)

    return _poisson(random, horizon, intensity, a_day / DAY * 2.1)


def _bursts(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a quiet feed with breaking news: each story draws follow-ups for an hour or two, dense at first."""
    quiet = random.uniform(4, 12) / DAY
    stories = random.uniform(0.3, 1.0) / DAY
    yield from _poisson(random, horizon, lambda _: quiet, quiet)
    for story in _poisson(random, horizon, lambda _: stories, stories):
        yield story
        lasts_s = random.uniform(0.5, 2.5) * HOUR
        for _ in range(random.randint(8, 40)):
            yield story + random.expovariate(1 / lasts_s)


def _batches(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a content system that uploads at a fixed minute every few hours: several items at one instant."""
    every_h, items, minute = random.choice((1, 2, 3, 4, 6)), random.uniform(3, 12), random.choice((0, 5, 15, 30, 47))
    at = horizon.start + random.randrange(every_h) * HOUR + minute * MINUTE
    while at < horizon.end:
        for _ in range(max(0, round(random.gauss(items, items / 3)))):
            yield at + random.uniform(0, 20)
        at += every_h * HOUR


def _jittered(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield batches at nearly constant gaps that no clock rules."""
    every_s, items = random.uniform(2, 11) * HOUR, random.uniform(3, 12)
    at = horizon.start + random.uniform(0, every_s)
    while at < horizon.end:
        for _ in range(max(1, round(random.gauss(items, items / 3)))):
            yield at + random.uniform(0, 60)
        at += every_s * random.gauss(1, 0.06)


def _nightly(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a nightly upload of the printed paper, minutes early or late, and now and then a single item by day."""
    hour, items, late_s = random.uniform(0, 24), random.uniform(10, 50), random.uniform(60, 900)
    single = random.uniform(0.2, 2) / DAY
    yield from _poisson(random, horizon, lambda _: single, single)
    at = horizon.start + hour * HOUR
    while at < horizon.end:
        landed = at + random.gauss(0, late_s)
        for _ in range(round(random.gauss(items, items / 6))):
            yield landed + random.uniform(0, 90)
        at += DAY


def _weekly(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a weekly magazine: an issue on one day, and an article every other day."""
    day, hour, items = random.randrange(7), random.uniform(6, 18), random.uniform(8, 25)
    between = random.uniform(0.2, 0.7) / DAY
    yield from _poisson(random, horizon, lambda _: between, between)
    at = horizon.start + day * DAY + hour * HOUR
    while at < horizon.end:
        spread_s = random.uniform(60, 2 * HOUR)
        landed = at + random.gauss(0, 0.3 * HOUR)
        for _ in range(round(items)):
            yield landed + random.uniform(0, spread_s)
        at += 7 * DAY


def _nearly_silent(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield one item in several days, or in weeks, or never again."""
    rate = random.choice((0.02, 0.1, 0.2, 0.3, 0.4)) / DAY
    return _poisson(random, horizon, lambda _: rate, rate)


def _changing(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a feed that falls silent, comes alive, or changes its pace for good somewhere midway."""
    before, after = random.choice(((40, 0), (0, 40), (10, 80), (100, 5), (3, 30)))
    turn = horizon.start + random.uniform(0.25, 0.75) * (horizon.end - horizon.start)
    scale = random.uniform(0.7, 1.4) / DAY
    highest = max(before, after) * scale
    return _poisson(random, horizon, lambda at: scale * (before if at < turn else after), highest)


def _press_office(random: Random, horizon: Horizon) -> Iterator[float]:
    """Yield a government press office: office hours of weekdays, rather often on the full hour."""
    a_day, zone_h, sharp = random.uniform(2, 15), random.choice((-5, 0, 1, 9)), random.uniform(0.2, 0.7)

    def intensity(at: float) -> float:
        hour, day = _local(at, zone_h)
        return a_day / (9 * HOUR) if day < 5 and 9 <= hour < 18 else 0.0

    for at in _poisson(random, horizon, intensity, a_day / (9 * HOUR)):
        yield at - at % HOUR + random.uniform(0, 60) if random.random() < sharp else at


Maker = Callable[[Random, Horizon], Iterator[float]]

KINDS: Final[dict[str, Maker]] = {
    "agency": _agency,
    "wire, constant": _wire,
    "daily paper": _daily,
    "local paper": _local_paper,
    "bursts": _bursts,
    "batches, fixed minute": _batches,
    "batches, own gaps": _jittered,
    "nightly upload": _nightly,
    "weekly magazine": _weekly,
    "nearly silent": _nearly_silent,
    "changing": _changing,
    "press office": _press_office,
}

SHARES: Final = {"agency": 0.5, "wire, constant": 0.5, "batches, fixed minute": 0.5, "nearly silent": 5}
"""How many feeds there are of a kind, against the others: a handful of items has no mean to speak of."""
