"""Failures as commands see them: listed, shown, and sent to their topics again after the cause is mended."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from rich.table import Table

from services.kit.clock import utc_now
from services.kit.db import Database, migrate
from services.kit.errors import Rejected
from services.kit.kafka import delays, failures
from services.kit.kafka.client import KafkaProducer
from services.kit.kafka.messages import Outgoing
from services.kit.outage import Outages
from services.kit.settings import DatabaseSettings, KafkaSettings
from services.local.show import inert, plain
from services.store import queries
from services.store.queries import StoredFailure, Wanted
from services.store.sink import MIGRATIONS

REPLAYED_AT_ONCE = 10_000


async def prepare(database: Database) -> None:
    """Bring the store's tables into being, so that they can be asked before the store ever ran."""
    await migrate(database, schema="store", folder=MIGRATIONS)


def wanted(
    ids: Sequence[str] = (), code: str | None = None, stage: str | None = None, *, pending: bool = False
) -> Wanted:
    """Return what a command line asks for.

    Raises:
        Rejected: an id is none.

    """
    try:
        return Wanted([UUID(one) for one in ids], code, stage, pending)
    except ValueError:
        raise Rejected("failure.no_id", f"{' '.join(ids)}: ids are as `dateline failures list` shows them") from None


async def listed(database: Database, which: Wanted, limit: int) -> Table:
    """Return failures as a table for a terminal, newest first."""
    await prepare(database)
    found = await queries.failures(database, which, limit=limit)
    shown = Table("id", "failed (UTC)", "stage", "code", "what", "replayed", box=None)
    shown.caption = None if found else "no failures"
    for one in found:
        replayed = f"{one.replayed_at:%Y-%m-%d %H:%M:%S}" if one.replayed_at else ""
        shown.add_row(
            str(one.failure_id),
            f"{one.failed_at:%Y-%m-%d %H:%M:%S}",
            inert(one.stage),
            inert(one.code),
            inert(one.message[:60]),
            replayed,
        )
    return shown


async def shown(database: Database, failure_id: str) -> str:
    """Return everything about one failure as text.

    Raises:
        Rejected: there is no such failure.

    """
    await prepare(database)
    found = await queries.failures(database, wanted([failure_id]))
    if not found:
        raise Rejected("failure.unknown", f"there is no failure {failure_id}")
    one = found[0]
    lines = [f"{name}: {plain(value)}" for name, value in (("code", one.code), ("message", one.message))]
    lines += [f"trace: {one.trace_id}", f"topic: {plain(one.topic)}", f"key: {_text(one.key)}", "headers:"]
    lines += [f"  {plain(name)}: {plain(value)}" for name, value in one.headers]
    return "\n".join([*lines, "value:", _text(one.value)]) + "\n"


async def replayed(environ: Mapping[str, str], which: Wanted) -> int:
    """Send failures to the topics that they first stood on, each acknowledged before it is noted; returns how many.

    Doing it twice does no harm: what was handled in the meantime is handled again to the same result.

    Raises:
        DependencyDown: broker or database do not answer; what was sent until then is noted.

    """
    at_once = asyncio.Event()
    at_once.set()  # a command does not wait for a broker that is down
    async with (
        Database.connect(DatabaseSettings.load(environ)) as database,
        KafkaProducer.connect(KafkaSettings.load(environ), Outages(at_once)) as producer,
    ):
        await prepare(database)
        found = await queries.failures(database, which, limit=REPLAYED_AT_ONCE)
        for one in reversed(found):
            await producer.send(original(one))
            await queries.mark_replayed(database, one.failure_id, utc_now())
    return len(found)


def original(failure: StoredFailure) -> Outgoing:
    """Return the record as it first stood on its topic. Pure."""
    headers = tuple((name, value.encode()) for name, value in failure.headers)
    kept = delays.without(headers, failures.PREFIX, delays.PREFIX)
    return Outgoing(failure.topic, failure.key, failure.value, kept)


def _text(value: bytes | None) -> str:
    return "(none)" if value is None else plain(value.decode("utf-8", "replace"))
