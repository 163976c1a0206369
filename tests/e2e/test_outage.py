"""The broker is gone for a minute: services wait, say so once, stay live, and go on without loss."""

import asyncio
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from services.local.apache import ApacheKafka
from services.local.newsroom import Newsroom
from services.local.process import free_port
from services.local.stack import SERVICES
from tests.fakes.kafka_jars import jars
from tests.fakes.rig import Rig, rig, until
from tests.fakes.servers import EmbeddedServers

GONE_S = 60


def healthy(port: int) -> bool:
    """Ask a service whether it is live."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def told(running: Rig, action: str) -> Counter[str]:
    """Count an event about the broker in each service's log."""
    return Counter(
        service
        for service in SERVICES
        for line in running.log(service)
        if line["event.action"] == action and line["dependency"] == "kafka"
    )


@pytest.mark.slow
@pytest.mark.alone
async def test_a_broker_that_is_gone_for_a_minute_costs_nothing(servers: EmbeddedServers, tmp_path: Path) -> None:
    """While the broker is gone each service says so once and stays live; afterwards everything arrives."""
    kafka = ApacheKafka(tmp_path / "kafka", libs=jars())
    await asyncio.to_thread(kafka.start)
    ports = {service: free_port() for service in SERVICES}
    own = {"DATELINE_KAFKA_BOOTSTRAP": kafka.bootstrap, "DATELINE_KAFKA_SEND_TIMEOUT_S": "10"}
    try:
        async with (
            Newsroom(first=20, every_s=0.5, copies=20, feed_items=400) as newsroom,
            rig(servers, tmp_path, newsroom.feeds, broker=own, health_ports=ports) as running,
        ):
            await until(lambda: stored(running, 30), timeout_s=90)
            pids = {service: running.stack.pid(service) for service in SERVICES}
            await asyncio.to_thread(kafka.stop)
            live = []
            for _ in range(GONE_S // 5):
                await asyncio.sleep(5)
                live += [await asyncio.to_thread(healthy, port) for port in ports.values()]
            assert all(live)
            assert told(running, "dependency.lost") == dict.fromkeys(SERVICES, 1)
            issued = {one.url for one in newsroom.published}
            await asyncio.to_thread(kafka.start)
            await until(lambda: all_stored(running, issued), timeout_s=120)
            assert told(running, "dependency.restored") == dict.fromkeys(SERVICES, 1)
            assert {service: running.stack.pid(service) for service in SERVICES} == pids
            assert await running.database.fetchval("SELECT count(*) FROM store.failures") == 0
    finally:
        await asyncio.to_thread(kafka.stop)


async def stored(running: Rig, count: int) -> bool:
    """Tell whether so many articles are stored."""
    return await running.stored() >= count


async def all_stored(running: Rig, issued: set[str]) -> bool:
    """Tell whether each issued address is in the store."""
    rows = await running.database.fetch("SELECT DISTINCT record #>> '{url,canonical}' AS url FROM store.articles")
    return issued <= {row["url"] for row in rows}
