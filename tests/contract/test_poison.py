"""Claims about records that once blocked a partition, or could not even become failures."""

import random

from schemas.v1 import Entry
from services.kit.errors import Rejected
from services.kit.events import Event
from services.kit.kafka.failures import LEFT_OUT
from services.kit.kafka.messages import HEADROOM_BYTES, Outgoing, Received, decode
from tests.contract.steps import Done, on_topic, running, until
from tests.fakes.brokers import Broker

LIMIT_SEED = 11


async def test_a_record_without_key_and_value_becomes_one_failure(broker: Broker) -> None:
    """A record without key and value is one failure, so is one without key alone, and the others are handled."""
    topic, failures = await broker.topic(), await broker.topic()
    handled: list[bytes | None] = []

    async def handle(record: Received) -> Event:
        if record.key is None:
            decode(record, Entry)
        handled.append(record.value)
        return Done()

    async with broker.producer() as producer:
        await producer.send(Outgoing(topic, None, None))
        for key in (b"a", b"b", b"c", b"d", b"e", b"f", None):  # on each partition
            await producer.send(Outgoing(topic, key, b"behind"))
    async with running(broker, topic, handle, failures=failures):
        await until(lambda: len(handled) == 6)
    found = await on_topic(broker, failures, 2)
    failed = {one.header("dlq-code"): (one.key, one.value) for one in found}
    assert failed == {"record.empty": (None, b""), "record.invalid": (None, b"behind")}


async def test_a_value_of_exactly_the_limit_becomes_a_whole_failure(broker: Broker) -> None:
    """A value as large as may be sent, with a key and headers beside it, fails once and arrives whole."""
    topic, failures = await broker.topic(), await broker.topic()
    value = random.Random(LIMIT_SEED).randbytes(broker.max_bytes)
    handled: list[bytes | None] = []

    async def handle(record: Received) -> Event:
        if record.value == value:
            raise Rejected("test.poison", "x" * 2000)
        handled.append(record.value)
        return Done()

    async with broker.producer() as producer:
        await producer.send(Outgoing(topic, b"k" * 100, value, (("h", b"x" * 1000),)))
        await producer.send(Outgoing(topic, b"k" * 100, b"behind"))
    async with running(broker, topic, handle, failures=failures):
        await until(lambda: handled == [b"behind"])
    (failed,) = await on_topic(broker, failures, 1)
    assert failed.value == value
    assert failed.header(LEFT_OUT) is None
    assert failed.header("dlq-code") == "test.poison"


async def test_a_failure_larger_than_may_be_sent_arrives_without_its_value(broker: Broker) -> None:
    """Where value or headers leave no room, a failure has its reason and the size of the value that it leaves out."""
    topic, failures = await broker.topic(), await broker.topic()
    handled: list[bytes | None] = []

    async def handle(record: Received) -> Event:
        if record.header("h") is not None:
            raise Rejected("test.poison", "too much")
        handled.append(record.value)
        return Done()

    room = HEADROOM_BYTES - 300  # for these headers, and not for the reason too
    async with broker.producer() as producer:
        await producer.send(Outgoing(topic, b"k", b"x" * 4096, (("h", b"kept"),)))
        await producer.send(Outgoing(topic, b"k", b"x" * 1024, (("h", b"y" * room),)))
        await producer.send(Outgoing(topic, b"k", b"behind"))
    async with running(broker, topic, handle, failures=failures, failures_max_bytes=1024):
        await until(lambda: handled == [b"behind"])
    failed = await on_topic(broker, failures, 2)
    assert [(one.value, one.header(LEFT_OUT)) for one in failed] == [(b"", "4096"), (b"", "1024")]
    assert [one.header("h") for one in failed] == ["kept", "y" * room]
    assert {one.header("dlq-code") for one in failed} == {"test.poison"}
