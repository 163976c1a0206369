"""Claims about members of a group that go wrong: one crashes, one is alive and gets nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import pytest

from services.kit.clock import utc_now
from services.kit.errors import Stuck
from services.kit.events import Event
from services.kit.kafka import delays, runner
from services.kit.kafka.messages import Outgoing, Partition, Received
from tests.contract.steps import Done, running, send, text, until
from tests.fakes.brokers import PARTITIONS, SESSION_TIMEOUT_S, Broker

TAKEOVER_S = SESSION_TIMEOUT_S + 10
STUCK_S = 1.0


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

    with pytest.raises(Stuck) as stuck:  # noqa: PT012 - it comes out of the runner's end
        async with running(broker, topic, handle, consumer=consumer, stuck_s=STUCK_S) as life:
            await send(broker, topic, ("k", "0"))
            await until(lambda: handled == ["0"])
            broker.starve(consumer)
            await send(broker, topic, *[(f"k{n}", "unseen") for n in range(9)])
            await until(lambda: not life.health.alive())
    assert stuck.value.exit_code == 3
    assert handled == ["0"]
