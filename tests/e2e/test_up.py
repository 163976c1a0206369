"""`dateline up`: one command, records on the screen, a clean end, and a second start that remembers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.topics import TOPICS
from tests.fakes.kafka_jars import jars
from tests.fakes.servers import ask

ROOT = Path(__file__).parents[2]
READY_S = 90
STOP_S = 10


class Up:
    """A running `dateline up` and what it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []

    def until(self, text: str, *, within_s: float) -> str:
        """Read its output up to a line with this text."""
        assert self.process.stdout is not None
        give_up = time.monotonic() + within_s
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return line
            if time.monotonic() > give_up:
                break
        raise AssertionError(f"no {text!r} within {within_s} s in:\n{''.join(self.lines)}")

    def stop(self) -> float:
        """Press Ctrl-C, and return how long the end took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.stdout is not None
        self.lines.append(self.process.stdout.read())
        assert self.process.wait(STOP_S + 20) == 0, "".join(self.lines)
        return time.monotonic() - started


@contextmanager
def up(folder: Path, *options: str) -> Iterator[Up]:
    """Start everything in a folder of its own."""
    command = [sys.executable, "-m", "services.cli", "up", "--var", str(folder), "--every", "1", *options]
    environ = {"PATH": os.environ["PATH"], "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            yield Up(process)
        finally:
            process.kill()


def of_folder(folder: Path) -> list[str]:
    """Return the command lines of all processes that were started for this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environ, command = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
                where = str((entry / "cwd").readlink())
            except OSError:
                continue
            if str(folder).encode() in environ + command or where.startswith(str(folder)):
                found.append(command.replace(b"\0", b" ").decode())
    return found


def database_of(folder: Path) -> str:
    """Return the address of the database that runs for this folder."""
    lines = (folder / "running.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)["DATELINE_DATABASE_URL"]


def count(folder: Path, sql: str) -> int:
    """Ask the running database for a number."""
    return int(ask(database_of(folder), sql))


@pytest.mark.slow
def test_records_appear_stop_is_clean_and_a_second_start_remembers(tmp_path: Path) -> None:
    """Tagged records appear within 90 s; Ctrl-C ends all within 10 s; the second start keeps store and memory."""
    with up(tmp_path) as first:
        first.until("chain:", within_s=READY_S)
        time.sleep(3)
        polled = count(tmp_path, "SELECT count(*) FROM ingest.items")
        assert first.stop() < STOP_S
    assert not of_folder(tmp_path)
    with up(tmp_path) as second:
        second.until("Services run", within_s=READY_S)
        stored = count(tmp_path, "SELECT count(*) FROM store.articles")
        assert stored >= polled - 2
        assert count(tmp_path, "SELECT count(*) FROM ingest.items") >= polled
        second.until("20", within_s=READY_S)
        assert second.stop() < STOP_S
    events = [json.loads(line) for line in (tmp_path / "log" / "ingest.jsonl").read_text("utf-8").splitlines()]
    entries = [line["entry_id"] for line in events if line["event.action"] == "entry.published"]
    assert len(entries) == len(set(entries)), "an item that was remembered was published again"


@pytest.mark.slow
def test_a_killed_broker_loses_no_item(tmp_path: Path) -> None:
    """After kill -9 of the broker in mid-flow and a second start, every remembered item has its outcome."""
    with up(tmp_path) as first:
        first.until("Services run", within_s=READY_S)
        deadline = time.monotonic() + READY_S
        while count_entries(tmp_path) < 5:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        (broker,) = [int(pid) for pid in processes("tansu", tmp_path)]
        os.kill(broker, signal.SIGKILL)
        first.until("the broker has ended", within_s=30)
        first.process.wait(30)
    with up(tmp_path) as second:
        second.until("Services run", within_s=READY_S)
        waiting = (
            "SELECT count(*) FROM ingest.items LEFT JOIN store.outcomes USING (trace_id) "
            "WHERE outcomes.trace_id IS NULL AND items.seen_at < now() - interval '10 seconds'"
        )
        deadline = time.monotonic() + READY_S
        while count(tmp_path, waiting):
            assert time.monotonic() < deadline
            time.sleep(0.5)
        second.stop()


@pytest.mark.slow
@pytest.mark.parametrize("nodes", [1, 3])
def test_up_runs_on_apache_kafka(tmp_path: Path, nodes: int) -> None:
    """On Apache Kafka with one node or three, records appear, topics have as many copies, and the end is clean."""
    jars()
    with up(tmp_path, "--broker", "apache", "--nodes", str(nodes)) as running:
        running.until("chain:", within_s=READY_S)
        planned = ["topics", "plan", "--replication", str(nodes), "--var", str(tmp_path)]
        command = [sys.executable, "-m", "services.cli", *planned]
        told = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=60, check=True)
        assert told.stdout.count("as it should be") == len(TOPICS)
        running.stop()
    assert not of_folder(tmp_path)


@pytest.mark.slow
def test_a_broker_that_dies_is_told_and_ends_everything(tmp_path: Path) -> None:
    """When the broker dies, one line says so and how to go on, and nothing is left running."""
    with up(tmp_path) as running:
        running.until("Services run", within_s=READY_S)
        (broker,) = [int(pid) for pid in processes("tansu", tmp_path)]
        os.kill(broker, signal.SIGKILL)
        running.until("the broker has ended; start `dateline up` again", within_s=30)
        assert running.process.wait(30) == 1
    assert not of_folder(tmp_path)


@pytest.mark.parametrize(
    ("options", "settings", "said"),
    [
        (["--feeds", "/nowhere.opml"], {}, "/nowhere.opml"),
        (["--broker", "pigeon"], {}, "pigeon"),
        ([], {"DATELINE_NONSENSE": "1"}, "DATELINE_NONSENSE"),
        ([], {"DATELINE_KAFKA_BOOTSTRAP": "h:1"}, "--broker"),
    ],
)
def test_what_is_wrong_is_told_before_anything_starts(
    tmp_path: Path, options: list[str], settings: dict[str, str], said: str
) -> None:
    """A wrong option or setting ends the start in one line."""
    command = [sys.executable, "-m", "services.cli", "up", "--var", str(tmp_path), *options]
    environ = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def count_entries(folder: Path) -> int:
    """Count the remembered items, also before the table exists."""
    exists = ask(database_of(folder), "SELECT to_regclass('ingest.items')")
    return count(folder, "SELECT count(*) FROM ingest.items") if exists else 0


def processes(name: str, folder: Path) -> list[str]:
    """Return the ids of processes of this name that work in this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command, where = (entry / "cmdline").read_bytes(), str((entry / "cwd").readlink())
            except OSError:
                continue
            if name.encode() in command and where.startswith(str(folder)):
                found.append(entry.name)
    return found
