"""How much a feed publishes: a rate learned at three speeds, each believed as far as it foretells. Pure.

Each speed keeps items and weighed seconds (see `cycles.weighed`), both forgotten with a half-life. A slower speed is
what the next faster one assumes before it has seen enough, and the prior rate is what the slowest assumes. Bayes'
rule weighs the three: a steady feed ends up with the long memory, one that has just fallen silent or come alive with
the short one.
"""

import math
from typing import Final, NamedTuple

DAY: Final = 86_400.0
_LIVES_S: Final = tuple(days * DAY / math.log(2) for days in (0.5, 4.0, 30.0))
"""Mean lives of what is remembered, the fastest first."""
_FAITH: Final = 0.98
"""What is left of a belief after one event was to be expected: the past must not decide for ever."""
_DOUBT: Final = -6.0
"""No speed is ever believed less than e to this."""

_BRIEF: Final = 1e-6

Three = tuple[float, float, float]


class Pace(NamedTuple):
    """What is remembered at each speed, the fastest first."""

    prior: float
    """Items a second to assume of a feed of which nothing is known."""
    items: Three = (0.0, 0.0, 0.0)
    seconds: Three = (0.0, 0.0, 0.0)
    beliefs: Three = (0.0, 0.0, 0.0)
    """Logarithms; the largest is 0."""


def rates(pace: Pace, batch: float) -> Three:
    """Return items a second at each speed. `batch` items come together: they are one piece of evidence."""
    items, seconds = pace.items, pace.seconds
    half = 0.5 * batch
    slow = (items[2] + half) / (seconds[2] + half / pace.prior)
    middle = (items[1] + batch) / (seconds[1] + batch / slow)
    fast = (items[0] + batch) / (seconds[0] + batch / middle)
    return fast, middle, slow


def believed(pace: Pace, three: Three) -> float:
    """Return the mean of three rates, weighed by the beliefs."""
    first, second, third = pace.beliefs
    one, two, three_ = math.exp(first), math.exp(second), math.exp(third)
    return (one * three[0] + two * three[1] + three_ * three[2]) / (one + two + three_)


def learned(pace: Pace, three: Three, *, items: float, weighed_s: float, elapsed_s: float, batch: float) -> Pace:
    """Return the pace after `items` in `elapsed_s` seconds, which weigh `weighed_s`. `three` are its `rates` before."""
    mean = believed(pace, three)
    # a belief is an average over the last events: it fades with those that were to be expected
    kept = _FAITH ** (mean * weighed_s / batch)
    first, second, third = pace.beliefs
    first = kept * first + _likelihood(three[0], mean, items, weighed_s) / batch
    second = kept * second + _likelihood(three[1], mean, items, weighed_s) / batch
    third = kept * third + _likelihood(three[2], mean, items, weighed_s) / batch
    top = max(first, second, third)
    lasting = [_lasting(elapsed_s, life_s) for life_s in _LIVES_S]
    (left, new), (left_, new_), (left__, new__) = lasting
    one, two, three_ = pace.items
    one_s, two_s, three_s = pace.seconds
    return Pace(
        pace.prior,
        (one * left + items * new, two * left_ + items * new_, three_ * left__ + items * new__),
        (one_s * left + weighed_s * new, two_s * left_ + weighed_s * new_, three_s * left__ + weighed_s * new__),
        (max(first - top, _DOUBT), max(second - top, _DOUBT), max(third - top, _DOUBT)),
    )


def _likelihood(rate: float, mean: float, items: float, weighed_s: float) -> float:
    """Return the logarithm of how much better a rate foretold what came than the mean did."""
    told = (mean - rate) * weighed_s
    return told + items * math.log(rate / mean) if items else told


def _lasting(elapsed_s: float, life_s: float) -> tuple[float, float]:
    """Return how much is left of what was known before a time, and of what came evenly during it."""
    age = elapsed_s / life_s
    left = math.exp(-age)
    return left, (1 - left) / age if age > _BRIEF else 1.0
