"""The hours, days and minutes at which a feed publishes: learned from counts, and time weighed by them. Pure.

A cycle is three sets of factors, each 1 on average: of the hour of the day, of the day of the week (UTC, Monday first),
and of each two minutes of the hour. A feed publishes at any instant at its mean rate times the three.
"""

import math
import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

HOUR: Final = 3600.0
DAY: Final = 86_400.0
HOURS: Final = 24
WEEKDAYS: Final = 7
SLOTS: Final = 30
SLOT: Final = HOUR / SLOTS
COUNTS: Final = struct.Struct(f"<{HOURS + WEEKDAYS}f{SLOTS}e")
"""Counts of hours, days and slots, in this order."""
_FULL: Final = struct.Struct("<f")
_HALF: Final = struct.Struct("<e")
_COUNT_MAX: Final = 60_000.0
"""The largest number that fits the counts of slots."""
_HEAVY: Final = 4.0
"""When new publications weigh this much, all counts are divided by it."""
_HALF_LIFE_S: Final = 21 * DAY
_MEMORY_S: Final = 60 * DAY
_MONDAY: Final = 4 * DAY
"""The epoch began on a Thursday."""
_FLAT: Final = 128
_STEPS: Final = 20
FACTORS: Final = tuple(math.exp((code - _FLAT) / _STEPS) for code in range(256))
"""What each byte of a cycle means: steps of 5 %, from 1/600 to 570."""
_ROOTS: Final = tuple(math.sqrt(one) for one in FACTORS)
_KERNEL: Final = (1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9)
"""How an hour's neighbours count for it."""
_SLOTS_WORTH: Final = 0.05
"""Minutes are left aside when they are believed less than this."""


class Cycle(NamedTuple):
    """Factors as bytes, see `FACTORS`. Without slots the minutes of this feed tell nothing."""

    hours: bytes = bytes([_FLAT]) * HOURS
    days: bytes = bytes([_FLAT]) * WEEKDAYS
    slots: bytes = b""


class Tally(NamedTuple):
    """Publications by hour, day and slot; newer ones weigh more, so that older ones fade without being touched."""

    since: float = 0.0
    """Epoch second at which a publication weighs 1."""
    counts: bytes = bytes(COUNTS.size)


def counted(tally: Tally, publications: Sequence[tuple[float, float]]) -> Tally:
    """Return the tally with more publications: epoch second and how much of one it is."""
    counts, since = bytearray(tally.counts), tally.since
    for at, share in publications:
        heavy = share * 2.0 ** ((at - since) / _HALF_LIFE_S)
        _add(counts, _FULL, 4 * int(at % DAY / HOUR), heavy)
        _add(counts, _FULL, 4 * (HOURS + weekday(at)), heavy)
        _add(counts, _HALF, 4 * (HOURS + WEEKDAYS) + 2 * int(at % HOUR / SLOT), heavy)
    newest = publications[-1][0]
    heavy = 2.0 ** ((newest - since) / _HALF_LIFE_S)
    if heavy > _HEAVY:
        return Tally(newest, COUNTS.pack(*[one / heavy for one in COUNTS.unpack(counts)]))
    return Tally(since, bytes(counts))


def _add(counts: bytearray, form: struct.Struct, at: int, heavy: float) -> None:
    (old,) = form.unpack_from(counts, at)
    form.pack_into(counts, at, min(old + heavy, _COUNT_MAX))


def weekday(at: float) -> int:
    """Return the day of the week of an epoch second, Monday is 0."""
    return int((at - _MONDAY) // DAY) % WEEKDAYS


def factor(cycle: Cycle, at: float) -> float:
    """Return how much more than on average a feed publishes at an epoch second."""
    much = FACTORS[cycle.hours[int(at % DAY / HOUR)]] * FACTORS[cycle.days[weekday(at)]]
    return much * FACTORS[cycle.slots[int(at % HOUR / SLOT)]] if cycle.slots else much


def mean_root(cycle: Cycle) -> float:
    """Return the mean square root of the factors of hours and days: 1 for a flat cycle, less for an uneven one."""
    hours = sum([_ROOTS[code] for code in cycle.hours]) / HOURS
    return hours * sum([_ROOTS[code] for code in cycle.days]) / WEEKDAYS


def weighed(cycle: Cycle, since: float, until: float) -> float:
    """Return the seconds from `since` to `until`, each weighed by the factors."""
    total, at = 0.0, since
    while at < until:
        midnight = at // DAY * DAY
        of_day = FACTORS[cycle.days[weekday(at)]]
        if at == midnight and until - at >= DAY:
            total += DAY * of_day
            at += DAY
            continue
        hour = int((at - midnight) / HOUR)
        upto = min(until, midnight + (hour + 1) * HOUR)
        total += within_hour(cycle, at, upto) * of_day * FACTORS[cycle.hours[hour]]
        at = upto
    return total


def within_hour(cycle: Cycle, since: float, until: float) -> float:
    """Return the seconds between two times of one hour, weighed by its slots only."""
    if not cycle.slots or until - since >= HOUR:
        return until - since
    start = since // HOUR * HOUR
    return _upto(cycle.slots, until - start) - _upto(cycle.slots, since - start)


def _upto(slots: bytes, second: float) -> float:
    whole = int(second / SLOT)
    if whole >= SLOTS:
        return HOUR
    return SLOT * sum([FACTORS[code] for code in slots[:whole]]) + (second - whole * SLOT) * FACTORS[slots[whole]]


def learned(tally: Tally, *, batch: float, since: float, until: float) -> Cycle:
    """Return the cycle that a tally of the time from `since` to `until` speaks for.

    `batch` items together are one piece of evidence. Each set of factors is drawn towards flat by a few imagined
    publications, and taken up as far as unequal shares explain the counts better than equal ones.
    """
    evidence = 1 / (batch * 2.0 ** ((until - tally.since) / _HALF_LIFE_S))
    counts = [one * evidence for one in COUNTS.unpack(tally.counts)]
    hours, days, slots = counts[:HOURS], counts[HOURS : HOURS + WEEKDAYS], counts[HOURS + WEEKDAYS :]
    hours_watched, days_watched = _watched(max(since, until - _MEMORY_S), until)
    flat = [1.0] * SLOTS
    minutes = _belief(slots, flat, 4.0)
    return Cycle(
        _codes(_hour_factors(hours, hours_watched), _belief(hours, hours_watched, 12.0)),
        _codes(_shrunk(days, days_watched, 4.0), _belief(days, days_watched, 7.0)),
        _codes(_shrunk(slots, flat, 4.0), minutes) if minutes > _SLOTS_WORTH else b"",
    )


def _watched(since: float, until: float) -> tuple[list[float], list[float]]:
    """Return for how much of the counted time each hour and each day was watched, 1 on average.

    A feed known for ten hours has published in none of the others, which says nothing about them.
    """
    hours, days, whole = [0.0] * HOURS, [0.0] * WEEKDAYS, 0.0
    midnight = since // DAY * DAY
    while midnight < until:
        heavy = 2.0 ** ((midnight - since) / _HALF_LIFE_S)
        first, last = max(since - midnight, 0.0), min(until - midnight, DAY)
        days[weekday(midnight)] += heavy * (last - first)
        if last - first >= DAY:
            whole += heavy * HOUR
        else:
            for hour in range(int(first / HOUR), math.ceil(last / HOUR)):
                hours[hour] += heavy * (min(last, (hour + 1) * HOUR) - max(first, hour * HOUR))
        midnight += DAY
    return _mean_one([one + whole for one in hours]), _mean_one(days)


def _mean_one(values: list[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [one / mean for one in values] if mean > 0 else [1.0] * len(values)


def _shrunk(counts: list[float], watched: list[float], imagined: float, goal: list[float] | None = None) -> list[float]:
    total, bins = sum(counts), len(counts)
    aims = goal or [1.0] * bins
    return [
        (bins * count + imagined * aim) / (total * seen + imagined)
        for count, seen, aim in zip(counts, watched, aims, strict=True)
    ]


def _hour_factors(counts: list[float], watched: list[float]) -> list[float]:
    """Draw each hour towards what its neighbours say, and that towards flat."""
    return _shrunk(counts, watched, 8.0, _shrunk(_smooth(counts), _smooth(watched), 6.0))


def _smooth(values: list[float]) -> list[float]:
    bins = len(values)
    return [sum([share * values[(hour + by - 2) % bins] for by, share in enumerate(_KERNEL)]) for hour in range(bins)]


def _belief(counts: list[float], watched: list[float], imagined: float) -> float:
    """Return the probability that the counts come from unequal shares (Dirichlet prior) rather than from equal ones."""
    total, bins = sum(counts), len(counts)
    if total <= 1:
        return 0.0
    each = imagined / bins
    unequal = math.lgamma(imagined) - math.lgamma(total + imagined) - bins * math.lgamma(each)
    unequal += sum([math.lgamma(count + each) for count in counts])
    equal = sum([count * math.log(max(seen, 1e-3) / bins) for count, seen in zip(counts, watched, strict=True)])
    return 1 / (1 + math.exp(min(max(equal - unequal, -50.0), 50.0)))


def _codes(factors: list[float], belief: float) -> bytes:
    mixed = _mean_one([1 + belief * (one - 1) for one in factors])
    return bytes([min(max(round(math.log(max(one, 1e-9)) * _STEPS) + _FLAT, 0), 255) for one in mixed])
