"""A broker in memory: topics, partitions, groups that rebalance, committed offsets. For tests and for one process.

It passes the same contract tests as a real broker (`tests/contract/test_kafka.py`).
"""

import asyncio
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from services.kit.clock import Clock, utc_now
from services.kit.errors import DependencyDown, UnitFailed
from services.kit.kafka.messages import HEADROOM_BYTES, Outgoing, Partition, Received, refuse_oversize
from services.kit.kafka.ports import PartitionsChanged


class MemoryBroker:
    """Holds what was sent and who reads it. Lives in one event loop."""

    def __init__(
        self,
        *,
        partitions: int = 3,
        max_bytes: int = 4 * 1024 * 1024,
        session_timeout_s: float = 0.2,
        clock: Clock = utc_now,
    ) -> None:
        self.max_bytes = max_bytes
        self.session_timeout_s = session_timeout_s
        self.down = False
        """While true, nothing answers: sends and commits fail, polls give nothing."""
        self.losing = 0
        """So many of the next acknowledgements get lost on their way, after their records were taken."""
        self._partitions = partitions
        self._log: dict[Partition, list[Received]] = defaultdict(list)
        self._groups: dict[str, _Group] = defaultdict(_Group)
        self._arrived = asyncio.Event()
        self._clock = clock
        self._newest_ms = 0
        self._numbers: dict[MemoryProducer, int] = {}

    def producer(self, *, max_bytes: int | None = None, idempotent: bool = True) -> "MemoryProducer":
        """Return a producer, by default with the broker's own limit for a value."""
        return MemoryProducer(self, self.max_bytes if max_bytes is None else max_bytes, idempotent=idempotent)

    def consumer(self, group: str, topics: Collection[str]) -> "MemoryConsumer":
        """Return a consumer that will join `group` at its start."""
        return MemoryConsumer(self, group, frozenset(topics))

    def records(self, topic: str) -> list[Received]:
        """Return all records of a topic, in the order in which they came."""
        found = [record for partition in self._of(topic) for record in self._log[partition]]
        return sorted(found, key=lambda record: record.timestamp_ms)

    def append(self, message: Outgoing) -> None:
        """Put a record onto its partition: by its key, else onto the first."""
        number = zlib.crc32(message.key) % self._partitions if message.key is not None else 0
        partition = Partition(message.topic, number)
        # rising with each record, so that it orders them too: a burst may run some milliseconds ahead
        self._newest_ms = max(self._newest_ms + 1, _milliseconds(self._clock()))
        log = self._log[partition]
        value = b"" if message.key is None and message.value is None else message.value
        log.append(Received(partition, len(log), message.key, value, message.headers, timestamp_ms=self._newest_ms))
        self._arrived.set()

    def take(self, message: Outgoing, producer: "MemoryProducer", number: int) -> bool:
        """Append a producer's record of this number unless it is there; returns whether the producer hears of it."""
        if self.down:
            raise DependencyDown("kafka.unavailable", "the broker is down")
        if number > self._numbers.get(producer, 0):
            self._numbers[producer] = number
            self.append(message)
        self.losing, lost = max(0, self.losing - 1), self.losing > 0
        return not lost

    def reader(self, topic: str, *, since: datetime) -> AsyncIterator[Received]:
        """Give the records of a topic from a time on, as they come; see `client.reader`."""
        return self._from({one: self._first(one, _milliseconds(since)) for one in self._of(topic)})

    async def _from(self, at: dict[Partition, int]) -> AsyncIterator[Received]:
        while True:
            for partition in at:
                for record in [] if self.down else self._log[partition][at[partition] :]:
                    at[partition] += 1
                    yield record
            await self.arrival(0.1)

    def _first(self, partition: Partition, since_ms: int) -> int:
        return bisect_left(self._log[partition], since_ms, key=attrgetter("timestamp_ms"))

    async def arrival(self, timeout_s: float) -> None:
        """Wait until something new was appended."""
        self._arrived.clear()
        try:
            await asyncio.wait_for(self._arrived.wait(), timeout_s)
        except TimeoutError:
            return

    def read(self, partition: Partition, offset: int, limit: int) -> list[Received]:
        """Return records from an offset on."""
        return self._log[partition][offset : offset + limit]

    def end(self, partition: Partition) -> int:
        """Return the offset behind the last record."""
        return len(self._log[partition])

    def committed(self, group: str, partition: Partition) -> int:
        """Return the offset that a group goes on from."""
        return self._groups[group].committed.get(partition, 0)

    def commit(self, group: str, member: "MemoryConsumer", offsets: Mapping[Partition, int]) -> None:
        """Take offsets from a member that holds their partitions."""
        if self.down:
            raise DependencyDown("kafka.unavailable", "the broker is down")
        if not set(offsets) <= set(member.positions):
            raise DependencyDown("kafka.commit_refused", "a partition belongs to another member now")
        self._groups[group].committed.update(offsets)

    async def join(self, group: str, member: "MemoryConsumer") -> None:
        """Add a member and share the partitions out anew."""
        self._groups[group].members.append(member)
        await self._rebalance(group)

    async def leave(self, group: str, member: "MemoryConsumer") -> None:
        """Remove a member and share its partitions out."""
        if member in self._groups[group].members:
            self._groups[group].members.remove(member)
            await self._rebalance(group)

    async def _rebalance(self, group: str) -> None:
        members = self._groups[group].members
        for member in members:
            await member.give_up()
        for place, member in enumerate(members):
            mine = [
                partition
                for topic in sorted(member.topics)
                for partition in self._of(topic)
                if partition.number % len(members) == place
            ]
            await member.take({partition: self.committed(group, partition) for partition in mine})

    def _of(self, topic: str) -> list[Partition]:
        return [Partition(topic, number) for number in range(self._partitions)]


class _Group:
    """Members of a consumer group and what it has committed."""

    def __init__(self) -> None:
        self.members: list[MemoryConsumer] = []
        self.committed: dict[Partition, int] = {}


class MemoryProducer:
    """Sends to a broker in memory, again and again until it is acknowledged.

    An idempotent one numbers its records, so that the broker knows which it has already.
    """

    def __init__(self, broker: MemoryBroker, max_bytes: int, *, idempotent: bool) -> None:
        self._broker = broker
        self._max_bytes = max_bytes
        self._idempotent = idempotent
        self._number = 0

    async def send(self, message: Outgoing) -> None:
        """Append the record; see `ports.Producer`."""
        refuse_oversize(message, self._max_bytes)
        _refuse_without_room(message, self._max_bytes + HEADROOM_BYTES)
        number = self._next()
        while not self._broker.take(message, self, number):
            number = number if self._idempotent else self._next()
            await asyncio.sleep(0)

    def _next(self) -> int:
        self._number += 1
        return self._number


class MemoryConsumer:
    """Reads from a broker in memory; see `ports.Consumer`."""

    def __init__(self, broker: MemoryBroker, group: str, topics: frozenset[str]) -> None:
        self.topics = topics
        self.positions: dict[Partition, int] = {}
        self._broker = broker
        self._group = group
        self._paused: set[Partition] = set()
        self._assigned: PartitionsChanged | None = None
        self._revoked: PartitionsChanged | None = None

    async def start(self, *, assigned: PartitionsChanged, revoked: PartitionsChanged) -> None:
        """Join the group."""
        if self._broker.down:
            raise DependencyDown("kafka.unavailable", "the broker is down")
        self._assigned, self._revoked = assigned, revoked
        await self._broker.join(self._group, self)

    async def give_up(self) -> None:
        """Lose all partitions, after the reader was told."""
        if self.positions and self._revoked is not None:
            await self._revoked(list(self.positions))
        self.positions = {}
        self._paused.clear()

    async def take(self, positions: dict[Partition, int]) -> None:
        """Get partitions."""
        self.positions = positions
        if self._assigned is not None:
            await self._assigned(list(positions))

    async def poll(self, *, timeout_s: float, limit: int) -> Sequence[Received]:
        """Return records, waiting for some."""
        found = self._ready(limit)
        if not found:
            await self._broker.arrival(timeout_s)
            found = self._ready(limit)
        return found

    def _ready(self, limit: int) -> list[Received]:
        found: list[Received] = []
        if self._broker.down:
            return found
        for partition in [one for one in self.positions if one not in self._paused]:
            records = self._broker.read(partition, self.positions[partition], limit - len(found))
            self.positions[partition] += len(records)
            found.extend(records)
        return found

    def pause(self, partitions: Collection[Partition]) -> None:
        """Give no records of these partitions for now."""
        self._paused.update(partitions)

    def resume(self, partitions: Collection[Partition]) -> None:
        """Undo `pause`."""
        self._paused.difference_update(partitions)

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Commit offsets."""
        self._broker.commit(self._group, self, offsets)

    async def lag(self, partitions: Collection[Partition]) -> int:
        """Return how many records are waiting."""
        await self.probe()
        return sum(self._broker.end(one) - self.positions[one] for one in partitions if one in self.positions)

    async def probe(self) -> None:
        """Say whether the broker is there."""
        if self._broker.down:
            raise DependencyDown("kafka.unavailable", "the broker is down")

    async def stop(self) -> None:
        """Leave the group."""
        self.positions = {}
        await self._broker.leave(self._group, self)

    async def crash(self) -> None:
        """Be gone without leaving: the group keeps the place until the session is over, and is told nothing."""
        self._assigned = self._revoked = None
        await asyncio.sleep(self._broker.session_timeout_s)
        await self.stop()


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _refuse_without_room(message: Outgoing, most: int) -> None:
    """Refuse a record that has too much beside its value, as a real producer does."""
    headers = sum(len(name.encode()) + len(value) for name, value in message.headers)
    size = len(message.key or b"") + len(message.value or b"") + headers
    if size > most:
        raise UnitFailed("record.too_large", f"{size} bytes with key and headers, the most is {most}")
