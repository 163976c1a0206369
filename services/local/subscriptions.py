"""The list of feeds that the poller works through, as commands see it, and how much is under way."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from rich.table import Table

from services.ingest import opml, state, subscriptions
from services.ingest.opml import Subscription
from services.kit.clock import utc_now
from services.kit.db import Database, migrate
from services.kit.errors import Rejected
from services.kit.settings import DatabaseSettings
from services.local.show import inert

T = TypeVar("T")


async def with_database(environ: Mapping[str, str], work: Callable[[Database], Awaitable[T]]) -> T:
    """Connect to the deployment's database, make sure of the poller's tables, and do some work.

    Raises:
        DependencyDown: the database does not answer.

    """
    async with Database.connect(DatabaseSettings.load(environ)) as database:
        await prepare(database)
        return await work(database)


async def prepare(database: Database) -> None:
    """Bring the poller's tables into being, so that feeds can be added before it ever ran."""
    await migrate(database, schema="ingest", folder=state.MIGRATIONS)


async def add_all(database: Database, urls: Iterable[str]) -> int:
    """Subscribe to feeds; returns how many are new.

    Raises:
        FetchRefused: one of them is no http(s) address.

    """
    return sum([await subscriptions.add_feed(database, url, now=utc_now()) for url in urls])


async def remove_all(database: Database, urls: Iterable[str]) -> int:
    """Unsubscribe from feeds; returns how many there were."""
    return sum([await subscriptions.remove_feed(database, url) for url in urls])


async def table(database: Database) -> Table:
    """Return the feeds as a table for a terminal."""
    shown = Table("feed", "polls", "entries", "last success (UTC)", "next poll (UTC)", "trouble", box=None)
    for feed in await subscriptions.list_feeds(database):
        success = f"{feed.last_success_at:%Y-%m-%d %H:%M:%S}" if feed.last_success_at else "never"
        coming = f"{feed.next_poll_at:%H:%M:%S}" if feed.active else "never"
        trouble = feed.off_reason if not feed.active else feed.last_error if feed.failures else ""
        shown.add_row(inert(feed.url), str(feed.polls), str(feed.entries), success, coming, inert(trouble or ""))
    return shown


def urls_of(file: Path) -> list[str]:
    """Return the feeds of an OPML file.

    Raises:
        Rejected: it cannot be read, or is no OPML.

    """
    try:
        document = file.read_bytes()
    except OSError as error:
        raise Rejected("opml.unreadable", f"{file}: {error.strerror}") from None
    return [subscription.url for subscription in opml.read(document)]


async def as_opml(database: Database) -> str:
    """Return the feeds that are polled as OPML."""
    feeds = [Subscription(feed.url, feed.title) for feed in await subscriptions.list_feeds(database) if feed.active]
    return opml.write(feeds, title="Dateline", now=utc_now())
