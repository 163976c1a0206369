"""Poll traces by a policy, and say how many requests that took and how long items waited to be found."""

import heapq
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Protocol

from services.ingest.budget import Budget
from services.ingest.observation import observed
from services.ingest.patience import wait_s, weight
from services.ingest.rhythm import Rhythm
from tests.bench.polling.baselines import DAY, Seen
from tests.bench.polling.traces import Horizon, Trace

WINDOW: Final = 30
"""Items in a feed's document."""
LEAST_S: Final = 60.0
MOST_S: Final = 90 * DAY
"""Between these ours may choose.

Media Cloud's bounds are 10 min and 24 h, news-crawl's 90 min and 90 days, Miniflux's 5 min and 24 h; the budget makes
the number of requests the same.
"""
CLOSE: Final = 0.995
ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Poll:
    """What a poll of a feed found."""

    number: int
    """Of the feed."""
    now: float
    since: float | None
    """The poll before, None at the first."""
    new: Sequence[float]
    """When the items were published that are new since then; at the first poll all in the document."""
    window: int
    of_week: int
    """Items published within the last seven days, whether or not they are in the document."""


class Policy(Protocol):
    """Chooses when to poll again."""

    def wait_s(self, poll: Poll) -> float:
        """Return the seconds until the next poll of the feed."""
        ...


@dataclass(slots=True)
class Result:
    """By kind: requests, items published after the first poll, and the seconds they waited in all."""

    requests: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    items: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    waited_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def spent(self, kind: str | None = None) -> int:
        """Return the requests of a kind, or of all."""
        return self.requests[kind] if kind else sum(self.requests.values())

    def lag_s(self, kind: str | None = None) -> float:
        """Return how long an item waited on average, of a kind or of all; 0 without items."""
        items = self.items[kind] if kind else sum(self.items.values())
        waited_s = self.waited_s[kind] if kind else sum(self.waited_s.values())
        return waited_s / items if items else 0.0


def simulated(traces: Sequence[Trace], horizon: Horizon, policy: Policy) -> Result:
    """Poll all feeds at the start of polling, then as the policy says.

    An item is found by the first poll at or after its time; one that is never found waits until the end of the horizon.
    """
    result = Result()
    sums = [[0.0, *accumulate(at - horizon.polls for at in trace.times)] for trace in traces]
    found = [bisect_right(trace.times, horizon.polls) for trace in traces]
    before: list[float | None] = [None] * len(traces)
    due = [(horizon.polls, number) for number in range(len(traces))]
    while due:
        now, number = heapq.heappop(due)
        if now > horizon.end:
            continue
        trace, since, old = traces[number], before[number], found[number]
        new = bisect_right(trace.times, now, old)
        result.requests[trace.kind] += 1
        result.waited_s[trace.kind] += (new - old) * (now - horizon.polls) - (sums[number][new] - sums[number][old])
        first = max(0, new - WINDOW) if since is None else old
        week = new - bisect_left(trace.times, now - 7 * DAY, 0, new)
        poll = Poll(number, now, since, trace.times[first:new], min(new, WINDOW), week)
        found[number], before[number] = new, now
        heapq.heappush(due, (now + policy.wait_s(poll), number))
    for number, trace in enumerate(traces):
        old, every = found[number], len(trace.times)
        result.items[trace.kind] += every - bisect_right(trace.times, horizon.polls)
        left_s = (every - old) * (horizon.end - horizon.polls) - (sums[number][every] - sums[number][old])
        result.waited_s[trace.kind] += left_s
    return result


class Peer:
    """A peer's rule, with what it keeps of each feed."""

    def __init__(self, rule: Callable[[float, Seen], float], feeds: int) -> None:
        self._rule = rule
        self._waits_s = [0.0] * feeds
        self._polls = [0] * feeds
        self._last_new_at: list[float | None] = [None] * feeds

    def wait_s(self, poll: Poll) -> float:
        """Return the wait of the rule."""
        number = poll.number
        self._polls[number] += 1
        if poll.new:
            self._last_new_at[number] = poll.now
        seen = Seen(poll.now, len(poll.new), poll.window, self._last_new_at[number], poll.of_week, self._polls[number])
        self._waits_s[number] = self._rule(self._waits_s[number], seen)
        return self._waits_s[number]


class Dateline:
    """Ours: rhythm, patience and budget, as the poller uses them."""

    def __init__(self, feeds: int, mean_interval_s: float) -> None:
        self._budget = Budget(mean_interval_s, least_s=LEAST_S, most_s=MOST_S)
        self._rhythms = [Rhythm.initial()] * feeds
        for number, rhythm in enumerate(self._rhythms):
            self._budget.put(number, weight(rhythm))

    def wait_s(self, poll: Poll) -> float:
        """Learn from the poll, and return the wait."""
        rhythm = observed(self._rhythms[poll.number], poll.new, since=poll.since, until=poll.now)
        self._rhythms[poll.number] = rhythm
        self._budget.put(poll.number, weight(rhythm))
        self._budget.spent(poll.now)
        return wait_s(rhythm, poll.now, self._budget.price(poll.now), least_s=LEAST_S, most_s=MOST_S)


def with_requests(traces: Sequence[Trace], horizon: Horizon, requests: int) -> Result:
    """Return ours with at most so many requests, and not half a percent fewer where that can be had.

    It cannot be had where more requests would find nothing sooner, or where each feed makes only a few.
    """
    interval_s = len(traces) * (horizon.end - horizon.polls) / requests
    best: Result | None = None
    for _ in range(ROUNDS):
        result = simulated(traces, horizon, Dateline(len(traces), interval_s))
        spent = result.spent()
        if spent <= requests and (best is None or spent > best.spent()):
            best = result
        if CLOSE * requests <= spent <= requests:
            break
        interval_s *= spent / (requests * (1 + CLOSE) / 2)
    while best is None:
        interval_s *= 1.02
        result = simulated(traces, horizon, Dateline(len(traces), interval_s))
        best = result if result.spent() <= requests else None
    return best
