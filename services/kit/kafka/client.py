"""The adapter for aiokafka's producer and consumer.

Settings differ from the library's defaults where those lose or skip records: acknowledgement by all replicas,
idempotent sends, no automatic commits, a new group reads from the beginning.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    IllegalStateError,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    RebalanceInProgressError,
    UnknownMemberIdError,
    UnknownProducerId,
)

from services.kit.errors import DependencyDown, UnitFailed
from services.kit.kafka.messages import HEADROOM_BYTES, Outgoing, Partition, Received, refuse_oversize
from services.kit.kafka.ports import PartitionsChanged
from services.kit.outage import Outages
from services.kit.settings import KafkaSettings

C = TypeVar("C", AIOKafkaProducer, AIOKafkaConsumer)

LINGER_MS: Final = 10
BATCH_BYTES: Final = 128 * 1024
HEARTBEAT_S: Final = 3.0
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
STOP_S: Final = 5.0
COMMIT_S: Final = 5.0
POLL_GRACE_S: Final = 1.0
ANSWER_S: Final = 5.0
_COMMIT_REFUSED = (
    CommitFailedError,
    IllegalGenerationError,
    UnknownMemberIdError,
    RebalanceInProgressError,
    IllegalStateError,
)
_PRODUCER_DEAD = (OutOfOrderSequenceNumber, ProducerFenced, UnknownProducerId)


class _ProducerDead(Exception):  # noqa: N818 - says what is the case
    """Aiokafka never recovers from this: only a new producer can send again."""


class KafkaProducer:
    """Sends records to a Kafka broker; see `ports.Producer`."""

    def __init__(self, client: AIOKafkaProducer, settings: KafkaSettings) -> None:
        self._client = client
        self._settings = settings
        self._renewing = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: KafkaSettings, outages: Outages) -> AsyncIterator["KafkaProducer"]:
        """Connect, waiting for the broker; what was sent before the end is flushed.

        Raises:
            DependencyDown: the process is to stop and there is still no broker.

        """
        producer = cls(await outages.ride_out(lambda: started(_producer(settings))), settings)
        try:
            yield producer
        finally:
            await stopped(producer._client)

    async def send(self, message: Outgoing) -> None:
        """Send and wait for the acknowledgement."""
        refuse_oversize(message, self._settings.kafka_max_bytes)
        client = self._client
        try:
            with mapped():
                # aiokafka retries an idempotent batch without end, so the limit is ours
                async with asyncio.timeout(self._settings.kafka_send_timeout_s):
                    await client.send_and_wait(
                        message.topic, value=_sendable(message), key=message.key, headers=list(message.headers)
                    )
        except _ProducerDead as dead:
            await self._renew(client)
            raise DependencyDown("kafka.producer_renewed", str(dead)) from dead

    async def _renew(self, dead: AIOKafkaProducer) -> None:
        """Put a new client in the place of one that cannot send any more, as may be after an outage of the broker."""
        async with self._renewing:
            if self._client is dead:
                self._client = await started(_producer(self._settings))
                await stopped(dead)


class KafkaConsumer:
    """Reads from a Kafka broker as a member of a group; see `ports.Consumer`."""

    def __init__(self, settings: KafkaSettings, group: str, topics: Collection[str]) -> None:
        self._settings = settings
        self._group = group
        self._topics = list(topics)
        self._positions: dict[Partition, int] = {}
        self._started: AIOKafkaConsumer | None = None

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._started is None:
            raise RuntimeError("the consumer is not started")
        return self._started

    async def start(self, *, assigned: PartitionsChanged, revoked: PartitionsChanged) -> None:
        """Join the group."""
        client = _consumer(self._settings, self._group)
        self._positions.clear()
        client.subscribe(self._topics, listener=_Listener(assigned, revoked))
        self._started = client  # the listener may pause partitions before the start is through
        await started(client)

    async def poll(self, *, timeout_s: float, limit: int) -> Sequence[Received]:
        """Return records, waiting for some."""
        try:
            # the library waits without end while the group shares its partitions out anew
            async with asyncio.timeout(timeout_s + POLL_GRACE_S):
                with mapped():
                    batches = await self._client.getmany(timeout_ms=round(timeout_s * 1000), max_records=limit)
        except TimeoutError:
            return []
        polled = [received(record) for records in batches.values() for record in records]
        self._positions.update({record.partition: record.offset + 1 for record in polled})
        return polled

    def pause(self, partitions: Collection[Partition]) -> None:
        """Give no records of these partitions for now."""
        self._client.pause(*_held(self._client, partitions))

    def resume(self, partitions: Collection[Partition]) -> None:
        """Undo `pause`."""
        self._client.resume(*_held(self._client, partitions))

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Commit offsets."""
        with mapped():
            # the library waits without end while it knows no coordinator
            async with asyncio.timeout(COMMIT_S):
                await self._client.commit({TopicPartition(*partition): offset for partition, offset in offsets.items()})

    async def lag(self, partitions: Collection[Partition]) -> int:
        """Ask the broker how many records of these partitions have not been polled."""
        held = _held(self._client, partitions)
        with mapped():
            async with asyncio.timeout(ANSWER_S):
                begins = await self._client.beginning_offsets(held)  # retention may have gone past what was read
                ends = await self._client.end_offsets(held)
                read = {one: self._positions.get(Partition(*one)) for one in held}
                missing = {one: await self._client.committed(one) or 0 for one, at in read.items() if at is None}
        return sum(max(0, end - max(begins[one], read[one] or missing.get(one, 0))) for one, end in ends.items())

    async def probe(self) -> None:
        """Ask the broker for a sign of life: the library itself stays silent when it gets none."""
        with mapped():
            async with asyncio.timeout(ANSWER_S):
                await self._client.topics()

    async def stop(self) -> None:
        """Leave the group."""
        if self._started is not None:
            await stopped(self._started)
            self._started = None


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # the library is untyped
    def __init__(self, assigned: PartitionsChanged, revoked: PartitionsChanged) -> None:
        self._assigned = assigned
        self._revoked = revoked

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        await self._assigned([Partition(*partition) for partition in assigned])

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        await self._revoked([Partition(*partition) for partition in revoked])


def _held(client: AIOKafkaConsumer, partitions: Collection[Partition]) -> list[TopicPartition]:
    """Those of the partitions that are still ours: a rebalance may have taken some."""
    ours = client.assignment()
    return [one for one in (TopicPartition(*partition) for partition in partitions) if one in ours]


def received(record: Any) -> Received:  # noqa: ANN401 - aiokafka's records are untyped
    """Turn a record of the library into one of ours."""
    return Received(
        Partition(record.topic, record.partition),
        record.offset,
        record.key,
        record.value,
        tuple(record.headers),
        timestamp_ms=record.timestamp,
    )


@contextmanager
def mapped() -> Iterator[None]:
    """Foreign errors end here."""
    try:
        yield
    except MessageSizeTooLargeError as error:
        raise UnitFailed("record.too_large", str(error)[:200]) from None
    except _COMMIT_REFUSED as error:
        raise DependencyDown("kafka.commit_refused", str(error)[:200]) from None
    except _PRODUCER_DEAD as error:
        raise _ProducerDead(type(error).__name__) from error
    except (KafkaError, OSError, TimeoutError) as error:
        raise DependencyDown("kafka.unavailable", f"{type(error).__name__}: {error}"[:200]) from error


def _producer(settings: KafkaSettings) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        compression_type="zstd",
        linger_ms=LINGER_MS,
        max_batch_size=min(BATCH_BYTES, settings.kafka_max_bytes),  # a batch is held to the limit of a record
        max_request_size=settings.kafka_max_bytes + HEADROOM_BYTES,
        request_timeout_ms=round(settings.kafka_send_timeout_s * 1000),
    )


def _consumer(settings: KafkaSettings, group: str) -> AIOKafkaConsumer:
    session_ms = round(settings.kafka_session_timeout_s * 1000)
    return AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=round(min(HEARTBEAT_S * 1000, session_ms / 3)),
        rebalance_timeout_ms=max(60_000, session_ms),
        max_poll_interval_ms=300_000,
        max_partition_fetch_bytes=2 * settings.kafka_max_bytes,
    )


async def started(client: C) -> C:
    """Start a client; one that could not start must be stopped all the same, or it leaks its tasks."""
    try:
        with mapped():
            await client.start()
    except BaseException:
        await stopped(client)
        raise
    return client


async def stopped(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stop a client, within a limit of ours: it waits for its broker without end, and can let a cancellation out.

    In both cases it leaves its connections open, which are closed here.
    """
    await _ended(client.stop())
    connections = client.client if isinstance(client, AIOKafkaProducer) else client._client  # noqa: SLF001 - no other way
    await _ended(connections.close())


async def _ended(step: Coroutine[Any, Any, None]) -> None:
    """Wait for a step within the limit, whatever comes of it."""
    task = asyncio.create_task(step)
    await asyncio.wait({task}, timeout=STOP_S)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _sendable(message: Outgoing) -> bytes | None:
    """Return the value, or an empty one where there is no key either: the library cannot send nothing at all."""
    return b"" if message.key is None and message.value is None else message.value


@asynccontextmanager
async def reader(
    settings: KafkaSettings, topic: str, *, from_beginning: bool, since: datetime | None = None
) -> AsyncIterator[AsyncIterator[Received]]:
    """Give the records of a topic as they come, without joining a group and without committing.

    With `since` (with a time zone) each partition begins at its first record of that time or later, and where it has
    none, at its end; `from_beginning` has no say then.

    Raises:
        DependencyDown: no broker answers.

    """
    client = AIOKafkaConsumer(
        topic,
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=None,
        auto_offset_reset="earliest" if from_beginning else "latest",
        enable_auto_commit=False,
    )
    await started(client)

    async def records() -> AsyncIterator[Received]:
        with mapped():
            async for record in client:
                yield received(record)

    try:
        if since is not None:
            with mapped():
                async with asyncio.timeout(ANSWER_S):
                    await _wind_to(client, since)
        yield records()
    finally:
        await stopped(client)


async def _wind_to(client: AIOKafkaConsumer, since: datetime) -> None:
    """Put each partition to its first record of this time or later, else to its end."""
    since_ms = max(0, -((EPOCH - since) // timedelta(milliseconds=1)))  # rounded up, in whole numbers: floats lose some
    partitions = client.assignment()
    # the ends first: what arrives between the two questions must not be passed over
    ends = await client.end_offsets(partitions)
    found = await client.offsets_for_times(dict.fromkeys(partitions, since_ms))
    for partition, end in ends.items():
        first = found[partition]
        # where there is none, the embedded broker names the beginning, with no time
        client.seek(partition, end if first is None or first.timestamp < since_ms else first.offset)
