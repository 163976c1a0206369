"""How long items wait to be found, against three peers' schedulers at the same number of requests.

As a script: `python -m tests.bench.bench_poll_lag [--seed N] [--feeds N] [--traces FILE]`.
"""
# ruff: noqa: T201 - what a bench prints is its result

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.ingest.budget import Budget
from services.ingest.observation import observed
from services.ingest.patience import wait_s, weight
from services.ingest.rhythm import Rhythm
from tests.bench.polling import baselines
from tests.bench.polling.baselines import Seen
from tests.bench.polling.simulation import LEAST_S, MOST_S, WINDOW, Peer, Result, simulated, with_requests
from tests.bench.polling.traces import Horizon, Trace, generated, read

PEERS: Final[dict[str, Callable[[float, Seen], float]]] = {
    "Media Cloud": baselines.media_cloud,
    "news-crawl": baselines.news_crawl,
    "Miniflux": baselines.miniflux,
}
TOGETHER_MAX: Final = 0.80
"""Ours over theirs, all kinds under one budget."""
ALONE_MAX: Final = 1.05
"""Ours over theirs, each kind with a budget of its own."""
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison at equal requests. Lags are means over items, seconds."""

    peer: str
    kind: str
    items: int
    requests: int
    lag_s: float
    our_requests: int
    our_lag_s: float

    @property
    def ratio(self) -> float:
        """Our lag over theirs."""
        return self.our_lag_s / self.lag_s if self.lag_s else 1.0

    @property
    def most(self) -> float:
        """The ratio that is asked for."""
        return ALONE_MAX if self.kind else TOGETHER_MAX


def compared(traces: Sequence[Trace], horizon: Horizon) -> list[Row]:
    """Compare with each peer: all kinds under one budget (kind ""), then each kind by itself."""
    kinds = list(dict.fromkeys(trace.kind for trace in traces))
    rows = []
    for name, rule in PEERS.items():
        theirs = simulated(traces, horizon, Peer(rule, len(traces)))
        rows.append(_row(name, "", theirs, with_requests(traces, horizon, theirs.spent())))
        for kind in kinds:
            of_kind = [trace for trace in traces if trace.kind == kind]
            rows.append(_row(name, kind, theirs, with_requests(of_kind, horizon, theirs.spent(kind))))
    return rows


def _row(peer: str, kind: str, theirs: Result, ours: Result) -> Row:
    items = theirs.items[kind] if kind else sum(theirs.items.values())
    of = kind or None
    return Row(peer, kind, items, theirs.spent(of), theirs.lag_s(of), ours.spent(of), ours.lag_s(of))


def told(rows: Sequence[Row]) -> str:
    """Return the rows as a table of text. Lags are in minutes."""
    lines = []
    for peer in dict.fromkeys(row.peer for row in rows):
        lines.append(f"\n{peer:24}{'items':>8}{'requests':>10}{'ours':>8}{'lag':>9}{'ours':>9}{'ratio':>7}")
        lines += [
            f"{row.kind or 'all together':24}{row.items:8}{row.requests:10}{row.our_requests:8}"
            f"{row.lag_s / 60:9.1f}{row.our_lag_s / 60:9.1f}{row.ratio:7.2f}{'' if row.ratio <= row.most else ' !'}"
            for row in rows
            if row.peer == peer
        ]
    return "\n".join(lines)


def costs_us(traces: Sequence[Trace], horizon: Horizon) -> dict[str, float]:
    """Return microseconds of processor time of each operation of a poll, the mean over the polls of all feeds."""
    took = dict.fromkeys(
        ("observed, 0 or 1 new", "observed, more", "wait", "weight and budget", "pack and unpack"), 0.0
    )
    calls = dict.fromkeys(took, 0)
    budget = Budget(3600.0, least_s=LEAST_S, most_s=MOST_S)
    for number in range(1000):
        budget.put(number, 1e-3 * (1 + number % 30))
    clock = time.process_time
    for number, trace in enumerate(traces):
        rhythm, since, now, left = Rhythm.initial(), None, horizon.polls, list(trace.times)
        while now < horizon.end:
            new = [at for at in left[: 40 * WINDOW] if at <= now]
            del left[: len(new)]
            started = clock()
            rhythm = observed(rhythm, new, since=since, until=now)
            learned = clock()
            wait = wait_s(rhythm, now, 1500.0, least_s=LEAST_S, most_s=MOST_S)
            waited = clock()
            budget.put(number, weight(rhythm))
            budget.spent(now)
            budget.price(now)
            paid = clock()
            rhythm = Rhythm.unpacked(rhythm.packed())
            packed = clock()
            ends = (learned, learned, waited, paid, packed)
            starts = (started, started, learned, waited, paid)
            skipped = "observed, more" if len(new) < 2 else "observed, 0 or 1 new"
            for name, start, end in zip(took, starts, ends, strict=True):
                if name != skipped:
                    took[name] += end - start
                    calls[name] += 1
            since, now = now, now + wait
    return {name: 1e6 * took[name] / max(calls[name], 1) for name in took}


def _told_costs(costs: dict[str, float]) -> str:
    return "\n".join(f"{name:24}{us:8.1f} us" for name, us in costs.items())


def test_lag() -> None:
    """Items are found at least 20 % sooner than by each peer, and no kind of feed pays for it."""
    traces, horizon = generated(SEED)
    rows = compared(traces, horizon)
    print(f"\npoll-lag: {len(traces)} feeds, seed {SEED}; mean minutes until an item is found, at equal requests")
    print(told(rows))
    assert all(row.our_requests <= row.requests for row in rows)
    assert [row for row in rows if row.ratio > row.most] == []


def test_costs() -> None:
    """What is decided at a poll takes less than 20 microseconds an operation."""
    costs = costs_us(*generated(SEED, feeds=1))
    print(f"\npoll-lag: processor time of an operation\n{_told_costs(costs)}")
    del costs["observed, more"]
    assert max(costs.values()) < 20


def main() -> int:
    """Print the tables for generated traces, or for those of a file. Returns 1 where ours is not good enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traces", type=Path, help='JSONL rows {"feed": str, "times": [seconds], "kind": str?}')
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--feeds", type=int, default=8, help="generated feeds of most kinds")
    asked = parser.parse_args()
    traces, horizon = read(asked.traces) if asked.traces else generated(asked.seed, feeds=asked.feeds)
    rows = compared(traces, horizon)
    print(
        f"{len(traces)} feeds, {(horizon.end - horizon.polls) / 86_400:.1f} days; mean minutes until an item is found"
    )
    print(told(rows))
    return int(any(row.ratio > row.most or row.our_requests > row.requests for row in rows))


if __name__ == "__main__":
    sys.exit(main())
