"""Child processes of one machine's set-up: started, asked until ready, stopped, and never left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Final, Self

from services.kit.errors import DependencyDown, SettingsError
from services.local import launch

ASK_EVERY_S: Final = 0.03
TAIL_BYTES: Final = 2000
STAGE: Final = "/mnt"
"""Folder that private mounts may cover; it exists wherever the Filesystem Hierarchy Standard is kept."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and how.

    `log` takes both outputs; it `appends`, or begins anew with its predecessor kept beside it as `*.old`. `user` is
    (uid, gid). `mounts` are pairs of a folder and the name below `STAGE` under which this process alone sees it.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    folder: Path
    appends: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    user: tuple[int, int] | None = None
    mounts: tuple[tuple[Path, str], ...] = ()

    def command(self) -> list[str]:
        """Return the command line: the launcher, which becomes the program."""
        specification: launch.Specification = {
            "parent": os.getpid(),
            "parent_death_signal": int(self.stop_signal),
            "user": self.user,
            "stage": STAGE,
            "mounts": [(str(folder), name) for folder, name in self.mounts],
        }
        # -I and -S: neither the environment nor site-packages have a say in what the launcher does.
        return [sys.executable, "-I", "-S", launch.__file__, json.dumps(specification), *self.argv]

    def run(self, *, stdin: str = "", timeout_s: float = 120.0) -> None:
        """Run to the end; what it says goes to the log.

        Raises:
            SettingsError: it failed (`local.failed`); the message holds the end of its log.

        """
        try:
            with self.log.open("ab") as log:
                subprocess.run(  # noqa: S603 - the command line is ours
                    self.command(),
                    input=stdin.encode(),
                    stdout=log,
                    stderr=log,
                    env=dict(self.environ),
                    cwd=self.folder,
                    timeout=timeout_s,
                    check=True,
                    start_new_session=True,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise SettingsError("local.failed", f"{self.name} failed: {_reason(error, self.log)}") from None


class Child:
    """A running program. It ends with this process, however this one ends."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes], keeper: Thread) -> None:
        self._program = program
        self._process = process
        self._keeper = keeper

    @classmethod
    def start(cls, program: Program) -> Self:
        """Start the program in a session of its own, so that a Ctrl-C in the terminal reaches us alone.

        The kernel ties a child's life to the thread that started it. So each child has a thread that starts it and then
        waits for its end, and `start` may be called from any thread.
        """
        if not program.appends:
            keep_last(program.log)
        spawned: Future[subprocess.Popen[bytes]] = Future()

        def keep() -> None:
            try:
                process = _spawn(program)
            except OSError as error:
                spawned.set_exception(error)
                return
            spawned.set_result(process)
            process.wait()

        keeper = Thread(target=keep, name=program.name, daemon=True)
        keeper.start()
        return cls(program, spawned.result(), keeper)

    @property
    def pid(self) -> int:
        """Process id of the program."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the program still runs."""
        return self._keeper.is_alive()

    @property
    def exit_code(self) -> int | None:
        """Exit code of the program, negative for the signal that killed it; None while it runs."""
        return self._process.returncode

    def wait_ready(self, ask: Callable[[], bool], *, deadline_s: float) -> None:
        """Ask again and again until the answer is yes. Blocks.

        Raises:
            DependencyDown: it ended (`local.ended`) or gave no answer in time (`local.silent`).

        """
        until = time.monotonic() + deadline_s
        while not (ask() and self.alive):
            if not self.alive:
                raise DependencyDown("local.ended", f"{self._program.name} ended: {tail(self._program.log)}")
            if time.monotonic() > until:
                problem = f"{self._program.name} did not answer for {deadline_s:g} s: {tail(self._program.log)}"
                raise DependencyDown("local.silent", problem)
            time.sleep(ASK_EVERY_S)

    def stop(self, *, deadline_s: float = 10.0) -> None:
        """Ask it to end, kill it if it does not. Blocks; harmless when it has ended."""
        if self.alive:
            self._process.send_signal(self._program.stop_signal)
            self._keeper.join(deadline_s)
        if self.alive:
            self._process.kill()
            self._keeper.join()


async def begin(start: Callable[[], None], stop: Callable[[], None]) -> None:
    """Run a blocking `start` beside the event loop; if it fails or is cancelled, `stop` has run when this returns."""
    starting = asyncio.ensure_future(asyncio.to_thread(start))
    try:
        await asyncio.shield(starting)
    except BaseException:
        await asyncio.wait([starting])
        await asyncio.to_thread(stop)
        raise


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    with program.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the command line is ours
            program.command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(program.environ),
            cwd=program.folder,
            start_new_session=True,
        )


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now; another process may take it before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def package_folder(package: str) -> Path:
    """Find an installed package's folder without running a line of it.

    Raises:
        SettingsError: it is not installed (`local.missing`).

    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        problem = f"the package {package} is missing; install Dateline with its extra `local`"
        raise SettingsError("local.missing", problem)
    return Path(spec.submodule_search_locations[0])


def own_folder(folder: Path) -> Path:
    """Make the folder where it is missing, and return its absolute path.

    Raises:
        SettingsError: this user cannot write there (`local.unwritable`).

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("local.unwritable", str(error)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError("local.unwritable", f"{folder} belongs to another user; remove it or run as that user")
    return folder.resolve()


def _reason(error: Exception, log: Path) -> str:
    return tail(log) if isinstance(error, subprocess.CalledProcessError) else str(error)


def keep_last(log: Path) -> None:
    """Put the last run's log aside, in the place of the one before."""
    if log.exists():
        log.replace(log.with_name(log.name + ".old"))


def tail(log: Path) -> str:
    """Return the last lines of a log, or a hint where there are none."""
    with log.open("rb") as lines:
        lines.seek(0, os.SEEK_END)
        lines.seek(max(0, lines.tell() - TAIL_BYTES))
        text = lines.read().decode(errors="replace").strip()
    return f"{text} (end of {log})" if text else f"it wrote nothing to {log}"
