"""Health: alive as long as the loop turns, ready when it says so."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from services.kit.errors import SettingsError
from services.kit.health import Health, served
from services.local.process import free_port


class Time:
    """Time that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        """Return it."""
        return self.now


@pytest.fixture
def time() -> Time:
    """Give a time that stands still."""
    return Time()


@pytest.fixture
def health(time: Time) -> Health:
    """Give the health of a process that may hang for 30 s."""
    return Health(stall_s=30, monotonic=time)


@pytest.fixture
def address(health: Health) -> Iterator[str]:
    """Give the address at which it is served."""
    port = free_port()
    with served(health, "127.0.0.1", port):
        yield f"http://127.0.0.1:{port}"


def status(url: str) -> int:
    """Ask, and return the status."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_process_is_alive_until_the_loop_stalls(health: Health, time: Time) -> None:
    """It is alive just before the limit, and not at it."""
    time.now = 29.9
    assert health.alive()
    time.now = 30.0
    assert not health.alive()


def test_a_beat_brings_it_back(health: Health, time: Time) -> None:
    """A loop that turns again is alive again, for the whole limit."""
    time.now = 100.0
    assert not health.alive()
    health.beat()
    time.now = 129.0
    assert health.alive()


def test_alive_is_not_ready(health: Health, address: str) -> None:
    """Before its dependencies answered a process is alive, and gets no work yet."""
    assert (status(f"{address}/healthz"), status(f"{address}/readyz")) == (200, 503)
    health.ready = True
    assert (status(f"{address}/healthz"), status(f"{address}/readyz")) == (200, 200)


def test_a_stalled_process_is_neither(health: Health, time: Time, address: str) -> None:
    """Whoever restarts it learns of the stall by the status alone."""
    health.ready = True
    time.now = 31.0
    assert (status(f"{address}/healthz"), status(f"{address}/readyz")) == (503, 503)


def test_metrics_are_served_and_nothing_else(address: str) -> None:
    """Beside health and metrics there is nothing to find."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:
        assert b"dateline_events" in answer.read()
    assert status(f"{address}/") == 404
    assert status(f"{address}/healthz/../secret") == 404


def test_a_port_that_is_taken_is_a_wrong_setting(address: str, health: Health) -> None:
    """Two services with one health port are told so at the start."""
    port = int(address.rpartition(":")[2])
    with pytest.raises(SettingsError, match=str(port)), served(health, "127.0.0.1", port):
        pass


def test_port_0_serves_nothing(health: Health) -> None:
    """Who wants no probes opens no port."""
    with served(health, "no.such.host.invalid", 0):
        pass
