"""Nothing is lost: services are killed in mid-flow, and an oracle that knows every id finds each at the end."""

import random
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.local.newsroom import Newsroom
from services.local.stack import SERVICES
from tests.fakes.rig import Rig, rig, until
from tests.fakes.servers import EmbeddedServers

SEED = 20260305


@pytest.mark.slow
@pytest.mark.xdist_group("both cores")
@pytest.mark.parametrize(("broker", "articles", "kills"), [("embedded", 300, 8), ("apache", 500, 20)])
async def test_kills_in_mid_flow_lose_nothing(
    servers: EmbeddedServers, tmp_path: Path, broker: str, articles: int, kills: int
) -> None:
    """Each service is killed again and again with SIGKILL while articles pass; every one of them reaches the store."""
    chance = random.Random(SEED)
    victims = [service for service in SERVICES for _ in range(kills // len(SERVICES))]
    chance.shuffle(victims)
    async with (
        Newsroom(first=20, every_s=0.1, copies=20, feed_items=600) as newsroom,
        rig(servers, tmp_path, newsroom.feeds, broker=broker) as running,
    ):
        for number, victim in enumerate(victims, start=1):
            await until(partial(at_least, running, number * articles * 2 // (3 * kills)), timeout_s=120)
            await until(partial(killed, running, victim), timeout_s=60)
        await until(lambda: published(newsroom, articles), timeout_s=120)
        issued = {one.url for one in newsroom.published}
        await until(lambda: all_stored(running, issued), timeout_s=180)
        failed = await running.database.fetchval("SELECT count(*) FROM store.failures")
    assert failed == 0


async def at_least(running: Rig, count: int) -> bool:
    """Tell whether so many articles are stored."""
    return await running.stored() >= count


async def killed(running: Rig, service: str) -> bool:
    """Kill a service as soon as it runs."""
    return running.kill(service)


async def published(newsroom: Newsroom, count: int) -> bool:
    """Tell whether so many different articles are out."""
    return len({one.url for one in newsroom.published}) >= count


async def all_stored(running: Rig, issued: set[str]) -> bool:
    """Tell whether each issued address is in the store."""
    rows = await running.database.fetch("SELECT DISTINCT record #>> '{url,canonical}' AS url FROM store.articles")
    return issued <= {row["url"] for row in rows}


@pytest.mark.slow
async def test_every_unit_of_work_has_one_terminal_event(servers: EmbeddedServers, tmp_path: Path) -> None:
    """Without kills, each trace has exactly one terminal event in each service that it passed, and lines are whole."""
    async with (
        Newsroom(first=40, every_s=600) as newsroom,
        rig(servers, tmp_path, newsroom.feeds, SUMMARY_S="1") as running,
    ):
        await until(lambda: at_least(running, 40), timeout_s=90)
        await until(lambda: settled(running), timeout_s=30)
        logs = {service: running.log(service) for service in SERVICES}
    for service, lines in logs.items():
        check_lines(service, lines)
    for service in ("extract", "tag", "store"):
        ended = Counter(line["trace.id"] for line in logs[service] if line.get("terminal"))
        assert len(ended) >= 40
        assert set(ended.values()) == {1}, service
    check_polls(logs["ingest"])


async def settled(running: Rig) -> bool:
    """Tell whether nothing is under way."""
    return await running.under_way() == 0


def check_lines(service: str, lines: list[dict[str, Any]]) -> None:
    """Each line names its event, its service and its trace."""
    assert lines
    for line in lines:
        assert line["event.action"]
        assert line["service.name"] == service
        assert line["trace.id"]


def check_polls(lines: list[dict[str, Any]]) -> None:
    """Each entry was published once; unchanged polls are counted in summaries and have no line of their own."""
    entries = Counter(line["entry_id"] for line in lines if line["event.action"] == "entry.published")
    assert len(entries) >= 40
    assert set(entries.values()) == {1}
    counted: Counter[str] = Counter()
    for line in lines:
        if line["event.action"] == "window.summarised":
            counted.update(line["counts"])
    assert counted["feed.unchanged"] > 0
