"""Claims about delay topics: where a record waits whose trouble may pass."""

import time
from datetime import datetime, timedelta

from services.kit.clock import utc_now
from services.kit.errors import UnitFailed
from services.kit.events import Event
from services.kit.kafka.delays import NOT_BEFORE, Delay
from services.kit.kafka.messages import Received
from tests.contract.steps import Done, on_topic, running, seen_by, send, text, until
from tests.fakes.brokers import Broker

AT_ONCE_S = 3.0


async def delays_of(broker: Broker, *waits_s: float) -> tuple[Delay, ...]:
    """Create delay topics with these delays."""
    return tuple([Delay(await broker.topic(), timedelta(seconds=wait_s)) for wait_s in waits_s])


async def test_what_may_pass_is_tried_again_when_it_is_due(broker: Broker) -> None:
    """A record that fails for a while waits on its delay topic, is handled when due, and holds up nobody meanwhile."""
    topic = await broker.topic()
    delays = await delays_of(broker, 0.5)
    handled: list[tuple[str, str, datetime]] = []
    due: list[datetime] = []

    async def handle(record: Received) -> Event:
        if text(record) == "0" and record.partition.topic == topic:
            raise UnitFailed("test.passes", retryable=True)
        if record.header(NOT_BEFORE):
            due.append(datetime.fromisoformat(record.header(NOT_BEFORE) or ""))
        handled.append((text(record), record.partition.topic, utc_now()))
        return Done()

    await send(broker, topic, *[("k", str(n)) for n in range(3)])
    async with running(broker, topic, handle, delays=delays):
        await until(lambda: len(handled) == 3)
    assert [what for what, _, _ in handled] == ["1", "2", "0"]
    _, where, at = handled[-1]
    assert where == delays[0].topic
    assert at >= due[0]


async def test_after_the_last_delay_it_is_one_failure(broker: Broker) -> None:
    """A record that fails after each delay is one failure, which counts all tries and names its first place."""
    topic, failures = await broker.topic(), await broker.topic()
    delays = await delays_of(broker, 0.1, 0.2)
    tried: list[str] = []
    handled: list[str] = []

    async def handle(record: Received) -> Event:
        if text(record) == "0":
            tried.append(record.partition.topic)
            raise UnitFailed("test.stays", retryable=True)
        handled.append(text(record))
        return Done()

    await send(broker, topic, ("k", "0"), ("k", "1"))
    async with running(broker, topic, handle, failures=failures, delays=delays):
        (failed,) = await on_topic(broker, failures, 1)
    assert tried == [topic, *(delay.topic for delay in delays)]
    assert handled == ["1"]
    assert failed.header("dlq-attempts") == "3"
    assert failed.header("dlq-original-topic") == topic
    assert failed.header("dlq-original-offset") == "0"
    assert failed.header("dlq-code") == "test.stays"
    assert (failed.key, text(failed)) == (b"k", "0")
    assert not [name for name, _ in failed.headers if name.startswith("retry-")]


async def test_a_stop_does_not_wait_for_what_waits_for_its_time(broker: Broker) -> None:
    """A stop while records wait on a delay topic ends at once, and they come again."""
    topic = await broker.topic()
    delays = await delays_of(broker, 3600.0)
    consumer = broker.consumer(topic, topic, delays[0].topic)
    polled = seen_by(consumer, delays[0].topic)
    handled: list[str] = []

    async def handle(record: Received) -> Event:
        if record.partition.topic == topic:
            raise UnitFailed("test.passes", retryable=True)
        handled.append(text(record))
        return Done()

    await send(broker, topic, *[(f"k{n}", str(n)) for n in range(5)])
    async with running(broker, topic, handle, delays=delays, consumer=consumer) as first:
        await until(lambda: len(polled) == 5)
        asked_at = time.monotonic()
        await first.stop()
        assert time.monotonic() - asked_at < AT_ONCE_S
    assert not handled
    async with running(broker, topic, handle, delays=delays, clock=lambda: utc_now() + timedelta(hours=2)):
        await until(lambda: sorted(handled) == [str(n) for n in range(5)])
