"""The brokers that the contract is held against."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.local import broker as embedded
from services.local.apache import ApacheKafka
from services.local.broker import EmbeddedBroker
from services.local.process import free_port
from tests.fakes.brokers import Broker, InMemory, Real
from tests.fakes.kafka_jars import jars
from tests.fakes.servers import EmbeddedServers

SLOW = pytest.mark.slow
BROKERS = ["memory", pytest.param("embedded", marks=SLOW), pytest.param("apache", marks=SLOW)]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put all tests here in one group: they wait nearly all of their time, which leaves the cores to other tests."""
    item.add_marker(pytest.mark.xdist_group("contract"))


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Broker:
    """Give each broker in turn."""
    if request.param == "memory":
        return InMemory()
    servers: EmbeddedServers = request.getfixturevalue("servers")
    if request.param == "embedded":
        return Real("embedded", servers.broker.bootstrap, idempotence=False)
    return Real("apache", servers.apache.bootstrap, idempotence=True)


@pytest.fixture(params=BROKERS)
def own_broker(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """Give each broker in turn, started for one test alone, which may stop and start it on the same port."""
    if request.param == "memory":
        yield InMemory()
        return
    server: EmbeddedBroker | ApacheKafka
    if request.param == "embedded":
        port = free_port()
        monkeypatch.setattr(embedded, "free_port", lambda: port)  # it takes another one at each start by itself
        server = EmbeddedBroker(tmp_path)
    else:
        server = ApacheKafka(tmp_path, libs=jars())
    server.start()
    try:
        yield Real(request.param, server.bootstrap, idempotence=request.param == "apache", server=server)
    finally:
        server.stop()
