"""Everything on this machine: broker, database, newsroom, all services, and what they make on the terminal."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from schemas.topics import TOPICS
from services.kit.clock import utc_now
from services.kit.db import Database
from services.kit.errors import DependencyDown
from services.kit.kafka.admin import create_topics
from services.kit.settings import DatabaseSettings, KafkaSettings
from services.local import running, subscriptions
from services.local.broker import EmbeddedBroker
from services.local.newsroom import Newsroom
from services.local.postgres import EmbeddedPostgres
from services.local.process import free_port
from services.local.stack import STREAM, Stack
from services.local.tail import follow

DRAIN_S: Final = 3.0
SETTLE_S: Final = 3.0
SESSION_S: Final = "6"
"""The embedded broker keeps the place of a member that left for this time, which delays a restarted service."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to bring up."""

    folder: Path
    opml: Path | None = None
    """Feeds to subscribe to; without it the newsroom runs and its feeds are polled."""
    every_s: float = 2.0
    """Time between two articles of the newsroom."""


async def up(plan: Plan, console: Console) -> None:
    """Bring everything up, print tagged records until a signal, and stop in order."""
    stopping = _stop_asked()
    async with AsyncExitStack() as stack:
        environ = await _infrastructure(plan, console, stack)
        database = await stack.enter_async_context(Database.connect(DatabaseSettings.load(environ)))
        await _subscribe(plan, database, console, stack, environ)
        services = Stack(plan.folder, environ, console.print)
        async with _running(services, database, console):
            console.print(f"[dim]Services run; their logs are in {plan.folder}/log. Ctrl-C stops.[/dim]")
            await _until(stopping, follow(KafkaSettings.load(environ), console, from_beginning=True, as_json=False))
            console.print("[dim]Stopping: what is in flight is finished first.[/dim]")


async def _infrastructure(plan: Plan, console: Console, stack: AsyncExitStack) -> dict[str, str]:
    """Start database and broker; returns the settings that say where they are."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    postgres = await stack.enter_async_context(EmbeddedPostgres(plan.folder / "postgres"))
    broker = await stack.enter_async_context(EmbeddedBroker(plan.folder / "broker"))
    environ = {
        "DATELINE_DATABASE_URL": postgres.url,
        "DATELINE_KAFKA_BOOTSTRAP": broker.bootstrap,
        "DATELINE_KAFKA_IDEMPOTENCE": "false",
        "DATELINE_KAFKA_SESSION_TIMEOUT_S": SESSION_S,
        "DATELINE_DRAIN_S": str(DRAIN_S),
        "DATELINE_INGEST_REEMIT": "true",
    }
    settings = KafkaSettings.load(environ)
    await create_topics(settings, TOPICS, replication=1)
    file = running.tell(plan.folder, environ)
    stack.callback(file.unlink, missing_ok=True)
    console.print(f"Database: {plan.folder}/postgres (kept)")
    console.print(f"Broker:   {broker.bootstrap} (embedded, in memory: its records are lost when it stops)")
    return environ


async def _subscribe(
    plan: Plan, database: Database, console: Console, stack: AsyncExitStack, environ: dict[str, str]
) -> None:
    """Subscribe to the feeds of the plan, or of the newsroom, whose addresses must then be allowed."""
    await subscriptions.prepare(database)
    if plan.opml is not None:
        feeds = await asyncio.to_thread(subscriptions.urls_of, plan.opml)
        added = await subscriptions.add_all(database, feeds)
        console.print(f"Feeds:    {len(feeds)} from {plan.opml} ({added} new)")
        return
    newsroom = await stack.enter_async_context(_newsroom(plan))
    environ.update({"DATELINE_HTTP_ALLOWED_NETWORKS": "127.0.0.0/8", **NEWSROOM_PACE})
    await subscriptions.add_all(database, newsroom.feeds)
    console.print(f"Newsroom: {len(newsroom.feeds)} feeds of invented outlets, for example {newsroom.feeds[0]}")


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


NEWSROOM_PACE: Final = {
    "DATELINE_INGEST_INTERVAL_S": "5",
    "DATELINE_INGEST_HOST_GAP_S": "0",
    "DATELINE_EXTRACT_HOST_GAP_S": "0",
}
"""The newsroom is ours, so it may be asked often."""


@asynccontextmanager
async def _running(services: Stack, database: Database, console: Console) -> AsyncIterator[None]:
    """Keep the services running, and stop them: the poller first, then, when the stream is empty, the others."""
    await services.start()
    keeper = asyncio.create_task(services.keep())
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await services.stop(("ingest",), deadline_s=DRAIN_S)
        under_way = await _drained(database)
        await services.stop(STREAM, deadline_s=DRAIN_S)
        if under_way:
            console.print(f"[dim]{under_way} articles were under way; the next start goes on with them.[/dim]")


async def _drained(database: Database) -> int:
    """Wait a little until everything that was published is stored or failed; returns how much is not."""
    under_way = 0
    with suppress(TimeoutError, DependencyDown):
        async with asyncio.timeout(SETTLE_S):
            while under_way := await subscriptions.under_way(database):  # noqa: ASYNC110 - other processes' work
                await asyncio.sleep(0.1)
    return under_way


async def _until(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Run until a stop is asked for; an error of the work ends it earlier."""
    task = asyncio.create_task(work)
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
    for one in (task, asked):
        one.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    with suppress(asyncio.CancelledError):
        await task


def _stop_asked() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    return stopping
