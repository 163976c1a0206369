"""Claims about members of a group that go wrong: one crashes, one is alive and gets nothing."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.kit.errors import Stuck, UnitFailed
from services.kit.events import Event
from services.kit.kafka import runner
from services.kit.kafka.delays import Delay
from services.kit.kafka.messages import Outgoing, Partition, Received
from services.kit.kafka.outcome import Role
from services.kit.kafka.ports import Consumer
from services.kit.kafka.runner import Runner
from tests.contract.steps import Done, running, send, text, until
from tests.fakes.brokers import SESSION_TIMEOUT_S, Broker
from tests.fakes.process import process

TAKEOVER_S = SESSION_TIMEOUT_S + 10
STUCK_S = 1.0
IDLE_S = 0.5


async def test_members_that_crash_leave_their_partitions_to_the_others(broker: Broker) -> None:
    """When a member ends without leaving, the others have its partitions after its session, and all is handled."""
    topic = await broker.topic()
    handled: set[str] = set()

    async def handle(record: Received) -> Event:
        handled.add(text(record))
        return Done()

    async with broker.doomed(topic, topic) as doomed:
        await send(broker, topic, *[(f"k{n}", f"{n}") for n in range(12)])
        await doomed.takes()
        async with running(broker, topic, handle):
            await send(broker, topic, *[(f"k{n}", f"{n}") for n in range(12, 24)])
            await until(lambda: bool(handled))
            await doomed.crash()
            await send(broker, topic, *[(f"k{n}", f"{n}") for n in range(24, 36)])
            await until(lambda: len(handled) == 36, timeout_s=TAKEOVER_S)


async def test_a_consumer_that_is_alive_and_does_not_consume_is_found(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A runner whose fetches bring nothing although records wait ends with exit code 3."""
    monkeypatch.setattr(runner, "PROBE_EVERY_S", 0.2)
    topic = await broker.topic()
    consumer = broker.consumer(topic, topic)
    handled: list[str] = []

    async def handle(record: Received) -> Event:
        handled.append(text(record))
        return Done()

    async with broker.producer() as producer:
        watched = Runner(
            consumer,
            producer,
            handle,
            process=process(),
            role=Role("test", topic, "unused"),
            concurrency=8,
            stuck_s=STUCK_S,
        )
        ended = asyncio.create_task(watched.run())
        await producer.send(Outgoing(topic, b"k", b"0"))
        await until(lambda: handled == ["0"])
        broker.starve(consumer)
        await producer.send(Outgoing(topic, b"k", b"unseen"))
        with pytest.raises(Stuck) as stuck:
            await asyncio.wait_for(ended, 20)
    assert stuck.value.exit_code == 3
    assert handled == ["0"]


async def test_an_idle_consumer_is_not_taken_for_a_stuck_one(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A consumer for which nothing waits, and one whose records only wait for their time, go on."""
    monkeypatch.setattr(runner, "PROBE_EVERY_S", 0.2)
    topic, later = await broker.topic(), await broker.topic()
    consumer = broker.consumer(topic, topic, later)
    lags = told(consumer)
    seen: list[str] = []

    async def handle(record: Received) -> Event:
        seen.append(text(record))
        if text(record) == "flaky":
            raise UnitFailed("test.flaky", retryable=True)
        return Done()

    delays = (Delay(later, timedelta(hours=1)),)
    with capture_logs() as log:
        async with running(broker, topic, handle, consumer=consumer, delays=delays, stuck_s=IDLE_S):
            await until(lambda: len(lags) == 1)
            assert not seen
            await send(broker, topic, ("k", "flaky"))
            await until(lambda: "record.postponed" in {line["event"] for line in log})
            asked = len(lags)
            await until(lambda: len(lags) == asked + 1)
            await send(broker, topic, ("k", "good"))
            await until(lambda: seen == ["flaky", "good"])
    assert set(lags) == {0}


def told(consumer: Consumer) -> list[int]:
    """Return a list that grows by each answer to how many records wait."""
    lags: list[int] = []
    ask = consumer.lag

    async def lag(partitions: Collection[Partition]) -> int:
        lags.append(await ask(partitions))
        return lags[-1]

    vars(consumer)["lag"] = lag
    return lags
