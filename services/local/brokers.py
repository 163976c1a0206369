"""The brokers that `dateline up` can run on: embedded, Apache Kafka from its jars, or one that runs already."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from services.kit.errors import SettingsError
from services.local.apache import ApacheKafka
from services.local.broker import EmbeddedBroker

EMBEDDED_SESSION_S = "6"
"""The embedded broker keeps the place of a member that left for this time, which delays a restarted service."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that runs."""

    bootstrap: str
    about: str
    ephemeral: bool
    """Whether its records are gone when it stops."""
    replication: int
    """How many copies of a topic it can hold."""
    settings: Mapping[str, str]
    """What services have to be told to use it."""
    alive: Callable[[], bool]


def check(which: str) -> None:
    """Refuse what is no broker, before anything is started.

    Raises:
        SettingsError: there is no such broker.

    """
    if which not in {"embedded", "apache"} and ":" not in which:
        raise SettingsError("settings.broker", f"--broker {which}: give `embedded`, `apache`, or HOST:PORT")


@asynccontextmanager
async def started(which: str, folder: Path, *, nodes: int) -> AsyncIterator[Broker]:
    """Start the broker, unless it is one that runs already, and stop it at the end.

    Raises:
        SettingsError: something it needs is not installed.
        DependencyDown: it did not start.

    """
    if which == "embedded":
        async with EmbeddedBroker(folder / "broker") as embedded:
            yield _embedded(embedded)
    elif which == "apache":
        async with ApacheKafka(folder / f"apache-{nodes}", nodes=nodes) as apache:
            about = f"Apache Kafka, {nodes} node{'s' if nodes > 1 else ''}; its records are kept"
            yield _kafka(apache.bootstrap, about, replication=nodes, alive=lambda: apache.alive)
    else:
        yield _kafka(which, "runs elsewhere", replication=1, alive=lambda: True)


def _embedded(broker: EmbeddedBroker) -> Broker:
    return Broker(
        bootstrap=broker.bootstrap,
        about="embedded, in memory: its records are lost when it stops",
        ephemeral=True,
        replication=1,
        settings={
            "DATELINE_KAFKA_BOOTSTRAP": broker.bootstrap,
            "DATELINE_KAFKA_IDEMPOTENCE": "false",
            "DATELINE_KAFKA_SESSION_TIMEOUT_S": EMBEDDED_SESSION_S,
        },
        alive=lambda: broker.alive,
    )


def _kafka(bootstrap: str, about: str, *, replication: int, alive: Callable[[], bool]) -> Broker:
    return Broker(
        bootstrap=bootstrap,
        about=about,
        ephemeral=False,
        replication=replication,
        settings={"DATELINE_KAFKA_BOOTSTRAP": bootstrap},
        alive=alive,
    )
