"""What a request may cost so that all feeds of a process together spend their budget, and no more. No I/O.

A feed of weight w (the mean square root of its rate) is polled every sqrt(2 price) / w seconds, within its shortest
and longest interval. The price follows from the weights and from the requests that the budget allows. What the
formula does not know (bursts, failures, hints of servers) shows in the requests that are really made: the price rises
with what was spent too much and falls with what was spent too little, so that over days the sum is right.
"""

import math
from collections.abc import Hashable
from typing import Final

_DAY: Final = 86_400.0
_BINS_AN_OCTAVE: Final = 8
_LEAST_WEIGHT: Final = 1e-9
_SLACK: Final = 1 / 64
"""The price is solved anew when so much of the weights has changed."""
_STEERING: Final = 1.5
"""A day's budget spent too much makes the price e to this times higher."""
_OWED_MAX_DAYS: Final = 2.0
_PAUSE_S: Final = 3600.0
"""A pause gives no more than this back: it is not followed by a rush."""
_ROUNDS: Final = 60
_CLOSE: Final = 1e-3


class Budget:
    """The price of a request for the feeds of this process: `put` each feed's weight, tell each request by `spent`."""

    def __init__(self, mean_interval_s: float, *, least_s: float, most_s: float) -> None:
        """Allow each feed a request every `mean_interval_s` on average, none oftener than `least_s`, each in `most_s`.

        A mean outside of the two is taken for the nearer one: no price could bring it about.
        """
        if not 0 < least_s <= most_s:
            raise ValueError(f"not 0 < least {least_s} <= most {most_s} seconds")
        self._interval_s = mean_interval_s = min(max(mean_interval_s, least_s), most_s)
        self._least_s, self._most_s = least_s, most_s
        self._weights: dict[Hashable, float] = {}
        self._bins: dict[int, list[float]] = {}
        self._changed = 0.0
        self._rate = 0.0
        self._root = math.sqrt(2 / mean_interval_s) * mean_interval_s
        self._owed_days = 0.0
        self._at: float | None = None

    def __len__(self) -> int:
        return len(self._weights)

    def put(self, feed_id: Hashable, weight: float) -> None:
        """Take up a feed, or its new weight: `patience.weight` of its rhythm."""
        weight = max(weight, _LEAST_WEIGHT)
        old = self._weights.get(feed_id)
        if old is not None:
            self._count(old, -1)
        self._weights[feed_id] = weight
        self._count(weight, 1)
        self._changed += 1.0 if old is None else min(abs(math.log(weight / old)), 1.0)

    def drop(self, feed_id: Hashable) -> None:
        """Forget a feed that this process does not poll any more."""
        old = self._weights.pop(feed_id, None)
        if old is not None:
            self._count(old, -1)
            self._changed += 1

    def spent(self, now: float, requests: int = 1) -> None:
        """Tell that requests were made at epoch second `now`, whatever came of them."""
        self._pass(now)
        if self._weights:
            self._owed_days += requests * self._interval_s / (len(self._weights) * _DAY)

    def price(self, now: float) -> float:
        """Return the price of a request at epoch second `now`, for `patience.wait_s`: items times seconds."""
        self._pass(now)
        if self._changed > _SLACK * len(self._weights):
            self._solve()
        return 0.5 * self._root * self._root * math.exp(_STEERING * self._owed_days)

    def _pass(self, now: float) -> None:
        if self._at is not None and now > self._at:
            usual_s = 4 * self._interval_s / max(len(self._weights), 1)
            allowed = min(now - self._at, max(usual_s, _PAUSE_S)) / _DAY
            self._owed_days = min(max(self._owed_days - allowed, -_OWED_MAX_DAYS), _OWED_MAX_DAYS)
        self._at = now if self._at is None else max(now, self._at)

    def _count(self, weight: float, change: int) -> None:
        index = math.floor(math.log2(weight) * _BINS_AN_OCTAVE)
        held = self._bins.setdefault(index, [0.0, 0.0])
        held[0] += change
        held[1] += change * weight
        if held[0] < 0.5:  # noqa: PLR2004 - counts are whole: none is left
            del self._bins[index]

    def _requests(self, root: float) -> float:
        """Return requests a second if the square root of twice the price were this."""
        oftenest, rarest = 1 / self._least_s, 1 / self._most_s
        total = 0.0
        for count, weights in self._bins.values():
            total += count * min(max(weights / (count * root), rarest), oftenest)
        return total

    def _solve(self) -> None:
        """Find the root at which the requests are those allowed, from the last one on: there are few steps."""
        self._changed = 0.0
        if not self._bins:
            return
        allowed = len(self._weights) / self._interval_s
        low = high = math.log(self._root)
        step = 0.1
        while self._requests(math.exp(low)) < allowed and low > -_ROUNDS:
            low -= step
            step *= 2
        step = 0.1
        while self._requests(math.exp(high)) > allowed and high < _ROUNDS:
            high += step
            step *= 2
        while high - low > _CLOSE:
            middle = (low + high) / 2
            if self._requests(math.exp(middle)) > allowed:
                low = middle
            else:
                high = middle
        self._root = math.exp((low + high) / 2)
