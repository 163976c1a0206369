"""What a successful poll teaches of a feed's rhythm. Pure: rhythm before and what was found give the rhythm after."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from services.ingest import cycles, gaps, pace
from services.ingest.cycles import DAY, Tally
from services.ingest.rhythm import BURST_S, Bursts, Rhythm, batch, drawn_by_each

_BATCH_S: Final = 60.0
"""Items dated within this time of the first of them are one publication."""
_HISTORY_S: Final = 60 * DAY
"""What a feed's first document dates further back is left aside."""
_LATE_S: Final = 2 * DAY
"""Items dated this long before the last poll come from an archive: they tell nothing of the rhythm."""
_BURSTS_LIFE_S: Final = 43 * DAY
_OF_ITSELF_LEAST: Final = 0.3
"""Share of any publication that no earlier one has drawn: or a feed come alive would pass for one long burst."""
_RECENT: Final = 0.99
"""What is left of the memory of batch sizes after each batch."""
_QUIET_HALF_LIFE_S: Final = 21 * DAY
"""In which the longest quiet fades."""
_QUIET_OF_HISTORY: Final = 4.0
"""No quiet of the history counts for more: hours and days were not known yet, every night looked long."""
_CYCLE_AFTER: Final = 1 / 8
"""The cycle is learned anew after so much more than was known..."""
_CYCLE_MOST: Final = 100.0
"""...or so many items, whichever is less."""


def observed(rhythm: Rhythm, published: Sequence[float], *, since: float | None, until: float) -> Rhythm:
    """Return the rhythm after a successful poll at `until` that found new items, published at these epoch seconds.

    `since` is the successful poll before, None at the first one: then the dated items are history back to the oldest of
    them. Pass the time of the poll for an item without a date, and nothing for items that were known before. Items may
    come in any order. One dated after `until` counts as of then; one dated before `since` appeared at an unknown time
    between the polls, and counts as of their middle; one dated days before `since` is left aside.
    """
    if since is None:
        history = sorted(at for at in published if until - _HISTORY_S < at < until)
        start = history[0] if history else until
        walk = _Walk(rhythm._replace(since=start, tally=Tally(start)), start)
        if until > start:
            # the history itself says how long a quiet was to be expected, better than the prior does
            walk.rate = (len(history) - 0.5) / (until - start)
        for at, size in _batches(history[1:]):
            walk.publish(at, size)
        walk.quiet_max = min(walk.quiet_max, _QUIET_OF_HISTORY)
        return walk.rhythm_at(until)
    if not published:
        return _Walk(rhythm, since).rhythm_at(max(until, since))
    walk = _Walk(rhythm, since)
    until = max(until, since)
    middle = (since + until) / 2
    times = [min(at, until) if at >= since else middle for at in published if at > since - _LATE_S]
    for at, size in _batches(sorted(times)):
        walk.publish(at, size)
    return walk.rhythm_at(until)


def _batches(times: Sequence[float]) -> Iterator[tuple[float, int]]:
    """Yield each publication: its first item's time, and how many items it has."""
    first, size = 0.0, 0
    for at in times:
        if size and at - first < _BATCH_S:
            size += 1
            continue
        if size:
            yield first, size
        first, size = at, 1
    if size:
        yield first, size


class _Walk:
    """Goes through the time between two polls, publication by publication."""

    __slots__ = (
        "at",
        "base_items",
        "batch",
        "before",
        "drawn",
        "each",
        "excited",
        "exposed_s",
        "gaps",
        "items",
        "last",
        "places",
        "quiet",
        "quiet_max",
        "rate",
        "recent",
        "since",
        "squares",
        "three",
        "weighed_s",
    )

    def __init__(self, rhythm: Rhythm, since: float) -> None:
        self.before = rhythm
        self.since = self.at = since
        self.batch = batch(rhythm)
        self.three = pace.rates(rhythm.pace, self.batch)
        self.rate = pace.believed(rhythm.pace, self.three)
        self.excited = rhythm.bursts.excited
        self.each = drawn_by_each(rhythm)
        self.quiet, self.quiet_max = rhythm.quiet, rhythm.quiet_max
        self.recent, self.squares = rhythm.recent, rhythm.squares
        self.gaps = rhythm.gaps
        self.last = rhythm.gaps.last or since
        self.weighed_s = self.exposed_s = self.drawn = self.base_items = 0.0
        self.items = 0
        self.places: list[tuple[float, float]] = []

    def advance(self, at: float) -> None:
        """Let time pass in which nothing is published."""
        if at <= self.at:
            return
        weighed_s = cycles.weighed(self.before.cycle, self.at, at)
        self.weighed_s += weighed_s
        self.quiet += weighed_s * self.rate / self.batch
        left = math.exp((self.at - at) / BURST_S)
        self.exposed_s += self.excited * BURST_S * (1 - left)
        self.excited *= left
        self.at = at

    def publish(self, at: float, size: int) -> None:
        """Take in a publication, and say how far earlier ones drew it."""
        self.advance(at)
        of_itself = self.rate * cycles.factor(self.before.cycle, at)
        of_others = self.each * self.excited
        share = max(of_itself / (of_itself + of_others), _OF_ITSELF_LEAST)
        self.base_items += size * share
        self.drawn += size * (1 - share)
        self.places.append((at, size * share))
        if at - self.gaps.last > _BATCH_S:
            otherwise = math.log((of_itself + of_others) / self.batch) - self.quiet
            self.gaps = gaps.learned(self.gaps, at, otherwise=otherwise)
        faded = self.quiet_max * 2.0 ** ((self.last - at) / _QUIET_HALF_LIFE_S)
        self.quiet_max = max(self.quiet, faded)
        self.last = at
        self.quiet = 0.0
        self.recent = _RECENT * self.recent + size
        self.squares = _RECENT * self.squares + size * size
        self.excited += 1
        self.items += size

    def rhythm_at(self, until: float) -> Rhythm:
        """Return what is known when nothing more is published until then."""
        self.advance(until)
        before, elapsed_s = self.before, until - self.since
        if elapsed_s <= 0 and not self.items:
            return before._replace(until=max(until, before.until))
        items = before.items + self.items
        unlearned = before.unlearned + self.items
        tally = cycles.counted(before.tally, self.places) if self.places else before.tally
        cycle = before.cycle
        if unlearned > min(1 + _CYCLE_AFTER * items, _CYCLE_MOST):
            size = (self.squares + 1) / (self.recent + 1)
            cycle = cycles.learned(tally, batch=size, since=before.since, until=until)
            unlearned = 0.0
        left = math.exp(-elapsed_s / _BURSTS_LIFE_S)
        bursts = before.bursts
        return Rhythm(
            pace.learned(
                before.pace,
                self.three,
                items=self.base_items,
                weighed_s=self.weighed_s,
                elapsed_s=elapsed_s,
                batch=self.batch,
            ),
            before.since,
            until,
            items,
            self.recent,
            self.squares,
            self.quiet,
            self.quiet_max,
            unlearned,
            Bursts(self.excited, bursts.drawn * left + self.drawn, bursts.seconds * left + self.exposed_s),
            self.gaps,
            cycle,
            tally,
        )
