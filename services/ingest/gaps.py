"""Feeds that publish at nearly constant gaps: what the gaps are, whether to believe in them, when to look. Pure."""

import math
from typing import Final, NamedTuple

_FULL: Final = 15.0
"""So many gaps are remembered; older ones fade."""
_ENOUGH: Final = 4
_EVIDENCE: Final = 3.0
"""Believed once the last gaps are e to this times likelier from a constant gap than from rate and cycle."""
_UNEVEN: Final = 0.35
"""Standard deviation over mean from which on a gap is not constant."""
_SECOND: Final = 2
"""From the second gap on there is a mean to compare the next one with."""
_BLUR_S: Final = 60.0
_ODD: Final = 0.1
"""Share of gaps that keep to nothing."""
_SURE: Final = 0.8
"""Share of a batch that must be expected before a look is worth while, at any price."""
_NEVER: Final = 1e-300
"""Has a logarithm."""
_SQRT_HALF: Final = math.sqrt(0.5)
_SQRT_TAU: Final = math.sqrt(2 * math.pi)


class Gaps(NamedTuple):
    """The gaps between publications, seconds. A batch is one publication."""

    last: float = 0.0
    """Epoch second of the last publication, 0 if none is known."""
    mean_s: float = 0.0
    variance: float = 0.0
    known: float = 0.0
    evidence: float = 0.0
    """Logarithm of how much likelier the last gaps are under a constant gap than under rate and cycle."""


def learned(gaps: Gaps, at: float, *, otherwise: float) -> Gaps:
    """Return the gaps after a publication at epoch second `at`.

    `otherwise` is the logarithm of the density that rate and cycle had given to just this gap.
    """
    if not gaps.last:
        return Gaps(at)
    gap_s = at - gaps.last
    count = min(gaps.known + 1, _FULL)
    if count == 1:
        return Gaps(at, gap_s, (0.3 * gap_s) ** 2, 1.0)
    evidence = gaps.evidence
    if count > _SECOND:
        likelihood = math.log(_density(gaps, gap_s))
        evidence = 0.9 * evidence + min(max(likelihood - otherwise, -6.0), 3.0)
    error = gap_s - gaps.mean_s
    variance = gaps.variance + (error * error * (1 - 1 / count) - gaps.variance) / count
    return Gaps(at, gaps.mean_s + error / count, variance, count, evidence)


def constant(gaps: Gaps, now: float) -> bool:
    """Tell whether the next publication is to be expected from the gaps, rather than from rate and cycle."""
    return gaps.evidence > _EVIDENCE and even(gaps) and now - gaps.last < 2 * gaps.mean_s + 4 * math.sqrt(gaps.variance)


def even(gaps: Gaps) -> bool:
    """Tell whether the last gaps were of nearly one length, whatever else explains them as well."""
    return gaps.known >= _ENOUGH and gaps.variance < (_UNEVEN * gaps.mean_s) ** 2


def look(gaps: Gaps, last_poll: float, price: float, batch: float) -> float:
    """Return the epoch second of the best next look at a feed with constant gaps; see `patience` for the price.

    A dear look waits for several batches. Otherwise it comes when what is expected to lie there is worth it: soon after
    a batch is due, and at shorter steps while it is overdue.
    """
    mean_s, deviation_s = gaps.mean_s, _deviation_s(gaps)
    batches = round(math.sqrt(2 * price / (batch * mean_s)))
    if batches > 1:
        return max(gaps.last + batches * mean_s + deviation_s * math.sqrt(batches), last_poll + mean_s)
    age = last_poll - gaps.last
    before = _share(gaps, age, deviation_s)
    step_s = deviation_s / 4
    at, due = max(age, mean_s - 3 * deviation_s), mean_s + 4 * deviation_s
    share = _share(gaps, at, deviation_s)
    while at < due:
        at += step_s
        more = _share(gaps, at, deviation_s)
        hazard = (more - share) / (step_s * (1 - share))
        waiting = batch * (more - before) / (1 - before)
        if waiting >= min(math.sqrt(2 * price * batch * hazard), _SURE * batch):
            return gaps.last + at
        share = more
    return max(gaps.last + at, last_poll + min(math.sqrt(2 * price * mean_s / batch), 2 * mean_s))


def _deviation_s(gaps: Gaps) -> float:
    return math.sqrt(gaps.variance * (1 + 1 / gaps.known) + (0.02 * gaps.mean_s) ** 2 + _BLUR_S**2)


def _density(gaps: Gaps, gap_s: float) -> float:
    deviation_s = _deviation_s(gaps)
    away = (gap_s - gaps.mean_s) / deviation_s
    kept = (1 - _ODD) * math.exp(-0.5 * away * away) / (_SQRT_TAU * deviation_s)
    return max(kept + _ODD / gaps.mean_s * math.exp(-gap_s / gaps.mean_s), _NEVER)


def _share(gaps: Gaps, age_s: float, deviation_s: float) -> float:
    """Return the probability that a gap is over after `age_s`."""
    away = (age_s - gaps.mean_s) / deviation_s
    kept = 0.5 * (1 + math.erf(away * _SQRT_HALF))
    return (1 - _ODD) * kept + _ODD * (1 - math.exp(-age_s / gaps.mean_s))
