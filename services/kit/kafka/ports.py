"""What a broker offers us, as protocols: Apache Kafka's client and the fake in memory keep them alike."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Protocol

from services.kit.kafka.messages import Outgoing, Partition, Received

PartitionsChanged = Callable[[Collection[Partition]], Awaitable[None]]


class Producer(Protocol):
    """Sends records."""

    async def send(self, message: Outgoing) -> None:
        """Send and wait until the broker has acknowledged.

        Raises:
            DependencyDown: no acknowledgement in time; the record may or may not be on the topic.
            UnitFailed: this record can never be sent (`record.too_large`).

        """


class Consumer(Protocol):
    """Reads topics as a member of a group, from the last committed offset, else from the beginning."""

    async def start(self, *, assigned: PartitionsChanged, revoked: PartitionsChanged) -> None:
        """Join the group. `revoked` is awaited before partitions go to another member."""

    async def poll(self, *, timeout_s: float, limit: int) -> Sequence[Received]:
        """Return up to `limit` records, in order for each partition."""

    def pause(self, partitions: Collection[Partition]) -> None:
        """Give no records of these partitions for now."""

    def resume(self, partitions: Collection[Partition]) -> None:
        """Undo `pause`."""

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Commit for each partition the offset of the next record to read.

        Raises:
            DependencyDown: it was not committed; the group may have given the partition away.

        """

    async def lag(self, partitions: Collection[Partition]) -> int:
        """Ask the broker how many records of these partitions have not been polled.

        Raises:
            DependencyDown: it does not answer.

        """

    async def probe(self) -> None:
        """Ask the broker for a sign of life: `poll` alone cannot tell silence from an outage.

        Raises:
            DependencyDown: there is none.

        """

    async def stop(self) -> None:
        """Leave the group, without committing."""
