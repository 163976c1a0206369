"""One suite of claims about a broker and our runner on it, held by the fake and by real brokers alike."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from services.kit.errors import DependencyDown, Rejected, UnitFailed
from services.kit.events import Event
from services.kit.kafka.messages import Outgoing, Partition, Received
from services.kit.kafka.outcome import Role
from services.kit.kafka.runner import Runner
from tests.contract.steps import Done, joined, read, running, send, taken, text, until
from tests.fakes.brokers import Broker
from tests.fakes.process import process


async def test_what_was_acknowledged_is_read_with_key_value_and_headers(broker: Broker) -> None:
    """A record that was acknowledged is read back with its key, value and headers."""
    topic = await broker.topic()
    headers = (("traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"), ("ce_id", b"x"), ("empty", b""))
    async with broker.producer() as producer:
        await producer.send(Outgoing(topic, b"key", "wert \N{GRINNING FACE}".encode(), headers))
        await producer.send(Outgoing(topic, b"key", None))
    async with joined(broker, topic) as consumer:
        first, second = await read(consumer, 2)
    assert (first.key, text(first), first.headers) == (b"key", "wert \N{GRINNING FACE}", headers)
    assert first.trace_id == "a" * 32
    assert second.value is None


async def test_records_of_one_key_keep_their_order(broker: Broker) -> None:
    """Records of equal key stand in one partition, in the order in which they were sent."""
    topic = await broker.topic()
    await send(broker, topic, *[(f"k{n % 5}", str(n)) for n in range(60)])
    by_key = defaultdict(list)
    async with joined(broker, topic) as consumer:
        for record in await read(consumer, 60):
            by_key[record.key].append((record.partition.number, int(text(record))))
    assert len(by_key) == 5
    for seen in by_key.values():
        assert len({number for number, _ in seen}) == 1
        assert seen == sorted(seen)


async def test_a_group_goes_on_from_what_it_committed(broker: Broker) -> None:
    """A consumer that comes after another reads from the committed offset; what was not committed comes again."""
    topic = await broker.topic()
    await send(broker, topic, *[("k", str(n)) for n in range(10)])
    async with joined(broker, topic) as consumer:
        records = await read(consumer, 10)
        await consumer.commit({records[0].partition: 4})
    async with joined(broker, topic) as consumer:
        again = await read(consumer, 6)
    assert [text(record) for record in again] == [str(n) for n in range(4, 10)]


async def test_a_new_group_reads_from_the_beginning(broker: Broker) -> None:
    """A group that never committed gets what is on the topic already."""
    topic = await broker.topic()
    await send(broker, topic, ("k", "early"))
    async with joined(broker, topic, group=f"{topic}.newcomer") as consumer:
        assert [text(record) for record in await read(consumer, 1)] == ["early"]


async def test_a_paused_partition_gives_nothing_until_it_is_resumed(broker: Broker) -> None:
    """Pausing stops the records of a partition without leaving the group; resuming goes on where it stopped."""
    topic = await broker.topic()
    await send(broker, topic, ("k", "0"))
    async with joined(broker, topic) as consumer:
        (first,) = await read(consumer, 1)
        consumer.pause([first.partition])
        await send(broker, topic, ("k", "1"), ("k", "2"))
        for _ in range(5):
            assert not await consumer.poll(timeout_s=0.1, limit=100)
        consumer.resume([first.partition])
        assert [text(record) for record in await read(consumer, 2)] == ["1", "2"]


async def test_an_oversize_record_is_refused_and_others_pass(broker: Broker) -> None:
    """A record over the limit fails at once with its own code, and the producer stays usable."""
    topic = await broker.topic()
    async with broker.producer() as producer:
        with pytest.raises(UnitFailed) as refused:
            await producer.send(Outgoing(topic, b"k", b"x" * (broker.max_bytes + 1024)))
        assert refused.value.code == "record.too_large"
        await producer.send(Outgoing(topic, b"k", b"small"))
    async with joined(broker, topic) as consumer:
        assert [text(record) for record in await read(consumer, 1)] == ["small"]


async def test_partitions_are_shared_when_a_second_member_joins(broker: Broker) -> None:
    """A member that joins takes over partitions; between them the members have each exactly once."""
    topic = await broker.topic()
    held: dict[str, set[Partition]] = {"a": set(), "b": set()}

    async def member(name: str, stop: asyncio.Event) -> None:
        async def assigned(partitions: Collection[Partition]) -> None:
            held[name] = set(partitions)

        async def revoked(_: Collection[Partition]) -> None:
            held[name] = set()

        consumer = broker.consumer(topic, topic)
        await consumer.start(assigned=assigned, revoked=revoked)
        while not stop.is_set():
            await consumer.poll(timeout_s=0.1, limit=10)
        await consumer.stop()

    stop_a, stop_b = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(member("a", stop_a))
    await until(lambda: len(held["a"]) == 3)
    second = asyncio.create_task(member("b", stop_b))
    await until(lambda: bool(held["b"]) and len(held["a"]) + len(held["b"]) == 3, timeout_s=40)
    assert not held["a"] & held["b"]
    stop_b.set()
    await second
    await until(lambda: len(held["a"]) == 3, timeout_s=40)
    stop_a.set()
    await first


async def test_the_runner_commits_only_finished_prefixes(broker: Broker) -> None:
    """Records that finish before an earlier one are not committed past it: after a stop they come again."""
    topic = await broker.topic()
    await send(broker, topic, *[(f"k{n}", f"{n}") for n in range(12)])
    handled: set[str] = set()
    stuck = asyncio.Event()

    async def handle(record: Received) -> Event:
        if text(record) == "0":
            await stuck.wait()
        handled.add(text(record))
        return Done()

    life = process()
    async with broker.producer() as producer:
        consumer = broker.consumer(topic, topic)
        runner = Runner(consumer, producer, handle, process=life, role=Role("test", topic, "unused"), concurrency=20)
        task = asyncio.create_task(runner.run())
        await until(lambda: len(handled) == 11)
        await asyncio.sleep(1.2)  # longer than the time between two commits
        task.cancel()  # a crash: nothing is finished, nothing more is committed
        await asyncio.gather(task, return_exceptions=True)

    async with joined(broker, topic) as consumer:
        again = await read(consumer, 1)
        again += [record for _ in range(10) for record in await consumer.poll(timeout_s=0.1, limit=100)]
    assert "0" in {text(record) for record in again}
    stuck_partition = next(record.partition for record in again if text(record) == "0")
    assert {record.partition for record in again} == {stuck_partition}


async def test_the_runner_keeps_order_per_key_while_keys_run_together(broker: Broker) -> None:
    """Records of one key are handled one after the other, those of different keys at the same time."""
    topic = await broker.topic()
    await send(broker, topic, *[(f"k{n % 4}", str(n)) for n in range(40)])
    seen: dict[bytes, list[int]] = defaultdict(list)
    running_now: set[bytes] = set()
    most = itertools.count()
    together = 0

    async def handle(record: Received) -> Event:
        nonlocal together
        assert record.key is not None
        assert record.key not in running_now
        running_now.add(record.key)
        together = max(together, len(running_now))
        await asyncio.sleep(0.01 if next(most) % 2 else 0.02)
        running_now.discard(record.key)
        seen[record.key].append(int(text(record)))
        return Done()

    async with running(broker, topic, handle):
        await until(lambda: sum(map(len, seen.values())) == 40)
    assert all(numbers == sorted(numbers) for numbers in seen.values())
    assert together > 1


async def test_a_poison_record_becomes_one_failure_and_the_rest_goes_on(broker: Broker) -> None:
    """A record that cannot be handled is on the failures topic, untouched, with its reason; the others are handled."""
    topic, failures = await broker.topic(), await broker.topic()
    await send(broker, topic, *[("k", str(n)) for n in range(20)])
    handled: list[str] = []

    async def handle(record: Received) -> Event:
        if text(record) == "7":
            raise Rejected("test.poison", "seven")
        handled.append(text(record))
        return Done()

    async with running(broker, topic, handle, failures=failures):
        await until(lambda: len(handled) == 19)
    async with joined(broker, failures) as consumer:
        (failed,) = await read(consumer, 1)
    assert (failed.key, text(failed)) == (b"k", "7")
    assert failed.header("dlq-code") == "test.poison"
    assert failed.header("dlq-original-topic") == topic
    assert failed.header("dlq-original-offset") == "7"
    assert failed.header("dlq-stage") == "test"


async def test_a_dependency_that_is_down_moves_nothing(broker: Broker) -> None:
    """While a database does not answer, a record waits in place; then it is handled, and no failure is written."""
    topic = await broker.topic()
    await send(broker, topic, ("k", "0"))
    tries = 0
    handled: list[str] = []

    async def handle(record: Received) -> Event:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise DependencyDown("database.unavailable", "test")
        handled.append(text(record))
        return Done()

    async with running(broker, topic, handle):
        await until(lambda: handled == ["0"])
    assert tries == 3


async def test_nothing_is_lost_when_runners_join_and_leave(broker: Broker) -> None:
    """While runners come and go, each record is handled at least once, and repeats are only of what was in flight."""
    topic = await broker.topic()
    seen: list[str] = []
    total = 300

    async def handle(record: Received) -> Event:
        await asyncio.sleep(0.005)
        seen.append(text(record))
        return Done()

    async def feed() -> None:
        async with broker.producer() as producer:
            for n in range(total):
                await producer.send(Outgoing(topic, f"k{n % 17}".encode(), str(n).encode()))
                await asyncio.sleep(0.005)

    feeding = asyncio.create_task(feed())
    async with running(broker, topic, handle):
        await until(lambda: len(seen) > 30)
        async with running(broker, topic, handle):
            await until(lambda: len(seen) > 150, timeout_s=60)
        await until(lambda: len(set(seen)) == total, timeout_s=90)
    await feeding
    assert len(seen) - total <= 64


async def test_a_topic_can_be_read_again_from_a_time(broker: Broker) -> None:
    """From a time on a topic gives what came then or later; from before its first record all, from after its last none.

    What comes after that is given in all three cases.
    """
    topic = await broker.topic()
    await send(broker, topic, *[(f"k{n % 4}", str(n)) for n in range(5)])
    await asyncio.sleep(0.1)  # the embedded broker goes by when a record arrived, some milliseconds after its own time
    await send(broker, topic, *[(f"k{n % 4}", str(n)) for n in range(5, 8)])
    async with broker.reader(topic, datetime.fromtimestamp(0, UTC)) as records:
        whole = await taken(records, 8)
    assert sorted(map(text, whole)) == [str(n) for n in range(8)]
    since = next(record for record in whole if text(record) == "5").timestamp_ms / 1000
    later = ["5", "6", "7"]

    async with broker.reader(topic, datetime.fromtimestamp(since, UTC)) as records:
        assert sorted(map(text, await taken(records, len(later)))) == sorted(later)
        await send(broker, topic, ("k", "8"))
        assert [text(one) for one in await taken(records, 1)] == ["8"]
    async with broker.reader(topic, datetime.now(UTC) + timedelta(hours=1)) as records:
        await send(broker, topic, ("k", "9"))
        assert [text(one) for one in await taken(records, 1)] == ["9"]


@pytest.mark.parametrize(
    "broker",
    [
        "memory",
        pytest.param(
            "embedded",
            marks=pytest.mark.xfail(
                reason="it has no idempotent producers: it refuses them their id", raises=DependencyDown, strict=True
            ),
        ),
        "apache",
    ],
    indirect=True,
)
async def test_an_idempotent_producers_records_stand_once(broker: Broker) -> None:
    """A record whose acknowledgement was lost is sent again, and stands on its topic once."""
    topic = await broker.topic()
    async with asyncio.timeout(20), broker.producer(idempotent=True) as producer:
        await producer.send(Outgoing(topic, b"k", b"0"))
        broker.lose_acknowledgement(producer)
        await producer.send(Outgoing(topic, b"k", b"1"))
        await producer.send(Outgoing(topic, b"k", b"2"))
    async with joined(broker, topic) as consumer:
        assert [text(record) for record in await read(consumer, 3)] == ["0", "1", "2"]
