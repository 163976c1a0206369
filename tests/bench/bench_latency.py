"""The whole way: from an entry's publication on its topic to the tagged record, at 20 articles a second."""
# ruff: noqa: T201 - what a bench prints is its result

import asyncio
import statistics
import time
from pathlib import Path

from schemas.topics import ENTRIES, FAILURES, TAGGED
from services.kit.kafka.client import reader
from services.local.newsroom import Newsroom
from tests.fakes.rig import Rig, rig, until
from tests.fakes.servers import EmbeddedServers

RATE = 20
SECONDS = 60
WARM_UP = 300
"""Entries that do not count: they queue while the services start, some seconds one after the other."""
OUT_AT_START = 40


class Witness:
    """Reads topics as they grow, and notes when each trace was first there.

    An entry is there when its producer sent it; a tagged record or a failure when a reader of the topic has it.
    """

    def __init__(self, running: Rig) -> None:
        self._running = running
        self.seen: dict[str, dict[str, float]] = {}

    async def watch(self, suffix: str) -> None:
        """Read a topic until cancelled."""
        first = self.seen.setdefault(suffix, {})
        topic = f"{self._running.settings.kafka_topic_prefix}.{suffix}"
        async with reader(self._running.settings, topic, from_beginning=True) as records:
            async for one in records:
                first.setdefault(one.trace_id, one.timestamp_ms / 1000 if suffix == ENTRIES.suffix else time.time())


async def test_latency(servers: EmbeddedServers, tmp_path: Path) -> None:
    """Twelve hundred articles in a minute are all tagged; the time that each took is told."""
    total = RATE * SECONDS
    async with (
        Newsroom(first=OUT_AT_START, every_s=1 / RATE, copies=80, feed_items=80) as newsroom,
        rig(servers, tmp_path, newsroom.feeds) as running,
    ):
        witness = Witness(running)
        watchers = [asyncio.create_task(witness.watch(topic.suffix)) for topic in (ENTRIES, TAGGED, FAILURES)]
        try:
            await until(lambda: reached(witness, ENTRIES.suffix, WARM_UP + total), timeout_s=SECONDS + 120)
            entries = list(witness.seen[ENTRIES.suffix])[: WARM_UP + total]
            await until(lambda: all_ended(witness, entries), timeout_s=120)
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
    report(witness, entries)


async def reached(witness: Witness, suffix: str, count: int) -> bool:
    """Tell whether so many traces were on a topic."""
    return len(witness.seen.get(suffix, {})) >= count


async def all_ended(witness: Witness, entries: list[str]) -> bool:
    """Tell whether each of these traces was tagged or has failed."""
    return set(entries) <= {*witness.seen.get(TAGGED.suffix, {}), *witness.seen.get(FAILURES.suffix, {})}


def report(witness: Witness, entries: list[str]) -> None:
    """Print the table; nothing may be lost."""
    tagged, failed = witness.seen[TAGGED.suffix], witness.seen.get(FAILURES.suffix, {})
    counted = sorted(entries, key=witness.seen[ENTRIES.suffix].__getitem__)[WARM_UP:]
    begun = [witness.seen[ENTRIES.suffix][one] for one in counted]
    took = sorted(tagged[one] - witness.seen[ENTRIES.suffix][one] for one in counted if one in tagged)
    lost = [one for one in entries if one not in tagged and one not in failed]
    rate = len(counted) / (begun[-1] - begun[0])
    cuts = statistics.quantiles(took, n=100)
    print(f"\nlatency, entry on its topic to tagged record: {len(counted)} articles, {rate:.1f} a second")
    print(f"{'p50 s':>8}{'p95 s':>8}{'p99 s':>8}{'max s':>8}{'failed':>8}{'lost':>6}")
    print(f"{cuts[49]:8.2f}{cuts[94]:8.2f}{cuts[98]:8.2f}{took[-1]:8.2f}{len(failed):8}{len(lost):6}")
    assert not lost
    assert not failed
