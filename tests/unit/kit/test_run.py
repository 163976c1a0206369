"""The life of a process: exit codes, drain, second signal, health."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SERVICE = """
import asyncio, sys, time
from services.kit.errors import BrakePulled, DependencyDown, Stuck
from services.kit.run import Process, main
from services.kit.settings import ProcessSettings

async def serve(settings: ProcessSettings, process: Process) -> None:
    process.ready()
    mode = sys.argv[1]
    if mode == "crash":
        raise ValueError("boom")
    if mode == "brake":
        raise BrakePulled("brake.engaged")
    if mode == "stuck":
        raise Stuck("consumer.stuck")
    if mode == "hang":
        time.sleep(5)
    if mode == "down":
        async def attempt():
            raise DependencyDown("database.unavailable")
        await process.outages.ride_out(attempt)
    while not process.stopping.is_set():
        process.beat()
        await asyncio.sleep(0.01)
    if mode == "slow":
        await asyncio.sleep(60)

main("example", ProcessSettings, serve)
"""


@contextmanager
def started(mode: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Start the example service; nothing of it is left at the end."""
    environ = {"PATH": os.environ["PATH"], **{f"DATELINE_{name}": value for name, value in settings.items()}}
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE, mode],
        cwd=ROOT,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until_event(process: subprocess.Popen[str], action: str) -> dict[str, object]:
    """Read the log up to an event."""
    assert process.stdout is not None
    for text in process.stdout:
        line: dict[str, object] = json.loads(text)
        if line["event.action"] == action:
            return line
    raise AssertionError(f"the log ended without {action}")


@pytest.mark.parametrize(("mode", "code"), [("crash", 1), ("stuck", 3), ("brake", 5)])
def test_the_exit_code_says_why_the_process_ended(mode: str, code: int) -> None:
    """A supervisor and an alert can tell a crash, a stuck consumer and the brake apart."""
    with started(mode) as process:
        out, _ = process.communicate(timeout=20)
        assert process.returncode == code
        last = json.loads(out.splitlines()[-1])
        assert (last["event.action"], last["exit_code"]) == ("service.stopped", code)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_with_zero(number: signal.Signals) -> None:
    """A stop that was asked for ends in order."""
    with started("run") as process:
        until_event(process, "service.ready")
        process.send_signal(number)
        assert until_event(process, "service.draining")["signal"] == number.name
        assert process.wait(10) == 0


def test_a_drain_that_takes_too_long_is_ended() -> None:
    """After the drain deadline the process ends with its own code."""
    with started("slow", DRAIN_S="0.2") as process:
        until_event(process, "service.ready")
        process.terminate()
        assert process.wait(10) == 4


def test_a_second_signal_ends_at_once() -> None:
    """Who asks twice does not want to wait for the drain."""
    with started("slow", DRAIN_S="50") as process:
        until_event(process, "service.ready")
        process.terminate()
        until_event(process, "service.draining")
        process.terminate()
        assert process.wait(10) == 4


def test_a_stop_during_an_outage_is_a_clean_stop() -> None:
    """A service that waits for its database can be stopped, and says the outage once."""
    with started("down") as process:
        until_event(process, "dependency.lost")
        process.terminate()
        out, _ = process.communicate(timeout=10)
        assert process.returncode == 0
        assert "dependency.lost" not in out


@pytest.mark.parametrize(
    ("settings", "named"), [({"DRAIN_S": "soon"}, "DATELINE_DRAIN_S"), ({"DRANE_S": "1"}, "DATELINE_DRANE_S")]
)
def test_bad_settings_stop_the_start_with_one_line(settings: dict[str, str], named: str) -> None:
    """A wrong or unknown setting ends the start with exit code 2 and one line that names it; nothing is logged."""
    with started("run", **settings) as process:
        out, err = process.communicate(timeout=10)
        assert process.returncode == 2
        assert out == ""
        assert err.count("\n") == 1
        assert named in err


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str) -> tuple[int, str]:
    """Ask the health server."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_readiness_and_metrics_are_served() -> None:
    """A running service is healthy and ready and counts its events."""
    port = free_port()
    with started("run", HEALTH_PORT=str(port)) as process:
        until_event(process, "service.ready")
        assert get(port, "/healthz")[0] == 200
        assert get(port, "/readyz")[0] == 200
        assert get(port, "/elsewhere")[0] == 404
        status, metrics = get(port, "/metrics")
        assert status == 200
        assert 'dateline_events_total{action="service.ready"} 1.0' in metrics
        process.terminate()
        assert process.wait(10) == 0


async def test_a_loop_that_hangs_is_unhealthy_and_still_answers() -> None:
    """When the event loop does not turn, `/healthz` answers that it does not."""
    port = free_port()
    with started("hang", HEALTH_PORT=str(port), STALL_S="0.2") as process:
        try:
            async with asyncio.timeout(20):
                while True:
                    try:
                        status, _ = await asyncio.to_thread(get, port, "/healthz")
                    except OSError:
                        status = 0
                    if status == 503:
                        break
        finally:
            process.kill()
            process.communicate()


def test_a_health_port_in_use_is_a_wrong_setting() -> None:
    """A port that is taken ends the start with exit code 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started("run", HEALTH_PORT=str(taken.getsockname()[1])) as process:
            _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "cannot listen" in err
