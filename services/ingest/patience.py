"""How long to leave a feed alone, given its rhythm and the price of a request. Pure.

The price says how much waiting one request is worth, in seconds that an item waits to be found, and is the same for
all feeds: that is what makes the requests of all go where they save most. At a constant rate r (items a second) a
poll every T seconds leaves r T / 2 items waiting at any time and costs price / T; both together are least at T =
sqrt(2 price / r) and then cost sqrt(2 price r) a second. So polls go with the square root of the rate.

When the rate changes with the hour, a poll should come when the items that are expected to wait cost as much a second
as waiting well costs from here on: when N(t) >= sqrt(2 price r(t)). Just after a peak this is at once, just before
one it is after it, and at a constant rate it is the same as above.
"""

import math
from typing import Final

from services.ingest import cycles, gaps
from services.ingest.cycles import DAY, FACTORS, HOUR, SLOT
from services.ingest.rhythm import BURST_S, Rhythm, batch, drawn_rate, mean_rate

_REVIVAL: Final = 10 / DAY**2
"""Any feed may come alive: once in 60 days, by 30 items a day."""
_COARSE_S: Final = 4 * DAY
"""Waits of this length look at the day as a whole, not at its hours."""


def wait_s(rhythm: Rhythm, last_poll: float, price: float, *, least_s: float, most_s: float) -> float:
    """Return how long after its last successful poll a feed should be polled, between `least_s` and `most_s`.

    `price` is in items times seconds, above 0; see the module. `last_poll` is an epoch second.
    """
    size = batch(rhythm)
    if gaps.constant(rhythm.gaps, last_poll):
        at = gaps.look(rhythm.gaps, last_poll, price, size)
    else:
        at = _worth(rhythm, last_poll, price, last_poll + most_s)
    return min(max(at - last_poll, least_s), most_s)


def weight(rhythm: Rhythm) -> float:
    """Return what `Budget.put` wants: the mean square root of the rate, in items a second."""
    return math.sqrt(mean_rate(rhythm)) * cycles.mean_root(rhythm.cycle)


def _worth(rhythm: Rhythm, last_poll: float, price: float, end: float) -> float:
    """Return when the items expected to wait are worth a poll, at most `end`."""
    cycle = rhythm.cycle
    mean, drawn = mean_rate(rhythm), drawn_rate(rhythm, last_poll)
    # what a revival adds to the waiting grows with the cube of the time; the constant rate with the same best wait
    revival = 2 * math.pow(price, 1 / 3) * math.pow(_REVIVAL / 6, 2 / 3)
    coarse = min(1.0, math.sqrt(2 * price / (mean + drawn)) / _COARSE_S)
    waiting, at = 0.0, last_poll
    while at < end:
        midnight = at // DAY * DAY
        of_day = mean * FACTORS[cycle.days[cycles.weekday(at)]] + revival
        if coarse == 1.0 and at == midnight and waiting + of_day * DAY < math.sqrt(2 * price * of_day):
            waiting += of_day * DAY
            at += DAY
            continue
        hour = int((at - midnight) / HOUR)
        own = of_day * FACTORS[cycle.hours[hour]]
        upto = min(midnight + (hour + 1) * HOUR, end)
        span_s = upto - at
        left = math.exp(-span_s / BURST_S)
        more = drawn * BURST_S * (1 - left) / span_s
        drawn *= left
        goal = math.sqrt(2 * price * (coarse * of_day + (1 - coarse) * own + more))
        if waiting >= goal:
            return at
        later = waiting + own * cycles.within_hour(cycle, at, upto) + more * span_s
        if later >= goal:
            if cycle.slots:
                return _slot_worth(cycle.slots, at, upto, own=own, more=more, wanted=goal - waiting)
            return at + (goal - waiting) / (own + more)
        waiting, at = later, upto
    return end


def _slot_worth(slots: bytes, since: float, until: float, *, own: float, more: float, wanted: float) -> float:
    """Return the end of the slot of an hour by which so many items are expected."""
    at = since
    while at < until and wanted > 0:
        upto = min((at // SLOT + 1) * SLOT, until)
        wanted -= (upto - at) * (own * FACTORS[slots[int(at % HOUR / SLOT)]] + more)
        at = upto
    return at
