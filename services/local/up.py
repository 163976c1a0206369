"""Everything on this machine: broker, database, newsroom, all services, and what they make on the terminal."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from schemas.topics import TOPICS
from services.kit.clock import utc_now
from services.kit.db import Database
from services.kit.errors import DependencyDown, SettingsError
from services.kit.kafka.admin import create_topics
from services.kit.settings import OUTSIDE, DatabaseSettings, KafkaSettings, said
from services.local import brokers, running, stream, subscriptions
from services.local.brokers import Broker
from services.local.newsroom import Newsroom
from services.local.postgres import EmbeddedPostgres
from services.local.process import free_port
from services.local.stack import STREAM, Stack
from services.local.tail import follow

DRAIN_S: Final = 3.0
STOP_S: Final = DRAIN_S + 1.5
"""Longer than the drain, so that a service that overruns it can still say so."""
SETTLE_S: Final = 3.0
WATCH_S: Final = 0.5
OURS: Final = ("DATELINE_DATABASE_URL", "DATELINE_KAFKA_BOOTSTRAP", "DATELINE_KAFKA_IDEMPOTENCE")
"""Settings that `up` decides: saying them otherwise would be ignored, so they are refused."""
NEWSROOM_NETWORK: Final = "127.0.0.0/8"
NEWSROOM_PACE: Final = {
    "DATELINE_INGEST_INTERVAL_S": "5",
    "DATELINE_INGEST_INTERVAL_LEAST_S": "2",
    "DATELINE_INGEST_INTERVAL_MOST_S": "10",
    "DATELINE_INGEST_LEASE_S": "3",
    "DATELINE_INGEST_HOST_GAP_S": "0",
    "DATELINE_EXTRACT_HOST_GAP_S": "0",
}
"""The newsroom is ours, so it may be asked often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to bring up."""

    folder: Path
    broker: str = "embedded"
    """`embedded`, `apache`, or `host:port` of one that runs already."""
    nodes: int = 1
    """Nodes of Apache Kafka: 1 or 3."""
    opml: Path | None = None
    """Feeds to subscribe to; without it the newsroom runs and its feeds are polled."""
    every_s: float = 2.0
    """Time between two articles of the newsroom."""


async def up(plan: Plan, console: Console) -> None:
    """Bring everything up, print tagged records until a signal, and stop in order.

    Raises:
        SettingsError: a setting is wrong, or is one that `up` decides.
        Rejected: the OPML file cannot be read.
        DependencyDown: broker or database did not start, or ended.

    """
    stopping = _stop_asked()
    chosen = _chosen(os.environ)
    brokers.check(plan.broker)
    feeds = await asyncio.to_thread(subscriptions.urls_of, plan.opml) if plan.opml else None
    async with AsyncExitStack() as stack:
        postgres, broker = await _infrastructure(plan, stack)
        environ = {**chosen, **_decided(postgres, broker)}
        settings = KafkaSettings.load(environ)
        await create_topics(settings, TOPICS, replication=broker.replication)
        database = await stack.enter_async_context(Database.connect(DatabaseSettings.load(environ)))
        await subscriptions.prepare(database)
        environ |= await _newsroom_feeds(plan, database, chosen, stack) if feeds is None else {}
        added = await subscriptions.add_all(database, feeds or [])
        stack.callback(running.tell(plan.folder, environ).unlink, missing_ok=True)
        _greet(plan, console, broker, feeds, added)
        services = Stack(plan.folder, environ, lambda text: console.print(text, style="dim", markup=False))
        async with _running(services, database, console):
            await _until(
                stopping,
                follow(settings, console, from_beginning=broker.ephemeral, as_json=False),
                _watched(postgres, broker),
            )
            console.print("Stopping: what is in flight is finished first.", style="dim")


def _chosen(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the user's own settings, for all services alike."""
    chosen = said(environ)
    for name in OURS:
        if name in chosen:
            raise SettingsError(
                "settings.decided", f"{name}: `dateline up` decides this itself; another broker is given with --broker"
            )
    return {name: value for name, value in chosen.items() if name not in OUTSIDE}


async def _infrastructure(plan: Plan, stack: AsyncExitStack) -> tuple[EmbeddedPostgres, Broker]:
    plan.folder.mkdir(parents=True, exist_ok=True)
    postgres = await stack.enter_async_context(EmbeddedPostgres(plan.folder / "postgres"))
    broker = await stack.enter_async_context(brokers.started(plan.broker, plan.folder, nodes=plan.nodes))
    return postgres, broker


def _decided(postgres: EmbeddedPostgres, broker: Broker) -> dict[str, str]:
    return {
        "DATELINE_DATABASE_URL": postgres.url,
        "DATELINE_DRAIN_S": str(DRAIN_S),
        "DATELINE_INGEST_REEMIT": str(broker.ephemeral).lower(),
        **broker.settings,
    }


async def _newsroom_feeds(
    plan: Plan, database: Database, chosen: Mapping[str, str], stack: AsyncExitStack
) -> dict[str, str]:
    """Start the newsroom, subscribe to it, and return the settings that let it be asked, and often."""
    newsroom = await stack.enter_async_context(_newsroom(plan))
    await subscriptions.add_all(database, newsroom.feeds)
    allowed = ",".join(filter(None, (chosen.get("DATELINE_HTTP_ALLOWED_NETWORKS"), NEWSROOM_NETWORK)))
    pace = {name: value for name, value in NEWSROOM_PACE.items() if name not in chosen}
    return {"DATELINE_HTTP_ALLOWED_NETWORKS": allowed, **pace}


@asynccontextmanager
async def _newsroom(plan: Plan) -> AsyncIterator[Newsroom]:
    """Run the newsroom where and since when it ran before, so that its articles are the same ones at a second start."""
    diary = plan.folder / "newsroom.json"
    kept = json.loads(diary.read_text(encoding="utf-8")) if diary.is_file() else {}
    start = datetime.fromisoformat(kept["start"]) if kept else utc_now()
    port = kept.get("port") or free_port()
    async with Newsroom(port=port, every_s=plan.every_s, start=start) as newsroom:
        diary.write_text(json.dumps({"start": start.isoformat(), "port": port}), encoding="utf-8")
        yield newsroom


def _greet(plan: Plan, console: Console, broker: Broker, feeds: list[str] | None, added: int) -> None:
    polled = f"{len(feeds)} from {plan.opml} ({added} new)" if feeds is not None else "a newsroom of invented outlets"
    lines = {
        "Database": f"{plan.folder}/postgres (kept)",
        "Broker": f"{broker.bootstrap} ({broker.about})",
        "Feeds": polled,
        "Logs": f"{plan.folder}/log",
    }
    for name, text in lines.items():
        console.print(f"{name + ':':<10}{text}", markup=False, highlight=False, soft_wrap=True)
    console.print("Services run. Tagged articles follow; Ctrl-C stops.", style="dim")


@asynccontextmanager
async def _running(services: Stack, database: Database, console: Console) -> AsyncIterator[None]:
    """Keep the services running, and stop them: the poller first, then, when the stream is empty, the others."""
    try:
        await services.start()
        yield
    finally:
        await services.stop(("ingest",), deadline_s=STOP_S)
        under_way = await _drained(database)
        await services.stop(STREAM, deadline_s=STOP_S)
        if under_way:
            console.print(f"{under_way} articles were under way; the next start goes on with them.", style="dim")


async def _drained(database: Database) -> int:
    """Wait a little until everything that was published is stored or failed; returns how much is not."""
    under_way = 0
    with suppress(TimeoutError, DependencyDown):
        async with asyncio.timeout(SETTLE_S):
            while under_way := await stream.under_way(database):  # noqa: ASYNC110 - other processes' work
                await asyncio.sleep(0.1)
    return under_way


async def _watched(postgres: EmbeddedPostgres, broker: Broker) -> None:
    """Return never: raise when the database or the broker has ended, which nothing here can go on without."""
    while postgres.alive and broker.alive():  # noqa: ASYNC110 - other processes set no event of ours
        await asyncio.sleep(WATCH_S)
    gone = "the broker" if postgres.alive else "the database"
    raise DependencyDown("local.ended", f"{gone} has ended; start `dateline up` again: nothing that was polled is lost")


async def _until(stopping: asyncio.Event, *works: Coroutine[Any, Any, None]) -> None:
    """Run works together until a stop is asked for; an error of one ends all.

    The broker's end shows in what follows its topic too; who watches it says it better, so its error goes first.
    """
    tasks = [asyncio.create_task(work) for work in works]
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait({*tasks, asked}, return_when=asyncio.FIRST_COMPLETED)
    if not stopping.is_set():
        await asyncio.wait({tasks[-1]}, timeout=2 * WATCH_S)
    for one in (*tasks, asked):
        one.cancel()
    ended = await asyncio.gather(*reversed(tasks), return_exceptions=True)
    await asyncio.gather(asked, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


def _stop_asked() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    return stopping
