"""Claims about a broker that stops and starts again under clients that stay."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from structlog.testing import capture_logs

from services.kit.errors import DependencyDown
from services.kit.events import Event
from services.kit.health import Health
from services.kit.kafka import runner
from services.kit.kafka.messages import Outgoing, Received
from services.kit.run import Process
from services.kit.settings import ProcessSettings
from tests.contract.steps import Done, running, text, until
from tests.fakes.brokers import Broker

STALL_S = "15"
STOP_S = 10.0
NOTICED_S = 30.0
KEPT_S = 5.0


@pytest.mark.parametrize(
    "own_broker",
    [
        "memory",
        pytest.param(
            "embedded",
            marks=pytest.mark.xfail(
                reason="it keeps topics, records and offsets in memory alone: a stop loses them",
                raises=(AssertionError, TimeoutError, DependencyDown),
                strict=True,
            ),
        ),
        "apache",
    ],
    indirect=True,
)
async def test_a_broker_that_restarts_keeps_what_it_acknowledged_and_clients_go_on(
    own_broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a restart nothing acknowledged is lost and the same clients go on; the outage is told once, from end to end.

    The process stays live all the time, and a stop that is asked for in a second outage does not wait for its end.
    """
    monkeypatch.setattr(runner, "PROBE_EVERY_S", 1.0)  # an outage is noticed by the next sign of life that is missing
    topic, out = await own_broker.topic(), await own_broker.topic()
    life = Process(ProcessSettings.load({"DATELINE_STALL_S": STALL_S}))
    handled: set[str] = set()

    async with own_broker.producer() as producer:

        async def handle(record: Received) -> Event:
            await producer.send(Outgoing(out, record.key, record.value))
            handled.add(text(record))
            return Done()

        with capture_logs() as log:

            def said(action: str) -> int:
                return sum(line["event"] == action for line in log)

            async def produce(start: int, stop: int) -> None:
                for n in range(start, stop):
                    await life.outages.ride_out(partial(producer.send, Outgoing(topic, b"k%d" % n, b"%d" % n)))

            async with running(own_broker, topic, handle, life=life) as started, alive(life.health):
                await produce(0, 12)
                await until(lambda: len(handled) == 12)
                await own_broker.stop()
                waiting = asyncio.create_task(produce(12, 24))
                await until(lambda: said("dependency.lost") == 1, timeout_s=NOTICED_S)
                await own_broker.start()
                await kept(own_broker, topic, {str(n) for n in range(12)})
                await waiting
                await produce(24, 36)
                await until(lambda: len(handled) == 36)
                await until(lambda: said("dependency.restored") == 1)
                assert said("dependency.lost") == 1

                await own_broker.stop()
                await until(lambda: said("dependency.lost") == 2, timeout_s=NOTICED_S)
                asked_at = time.monotonic()
                await started.stop()
                assert time.monotonic() - asked_at < STOP_S


async def kept(broker: Broker, topic: str, values: set[str]) -> None:
    """Read a topic until all these values came."""
    async with asyncio.timeout(KEPT_S), broker.reader(topic, datetime.fromtimestamp(0, UTC)) as records:
        while values:
            values -= {text(await anext(records))}


@asynccontextmanager
async def alive(health: Health) -> AsyncIterator[None]:
    """Hold that a process is live all the time."""
    dead: list[float] = []

    async def watch() -> None:
        while True:
            if not health.alive():
                dead.append(time.monotonic())
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert not dead
