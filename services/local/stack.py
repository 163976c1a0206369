"""The services of one machine as child processes: started, started again when they end, stopped in order."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from services.local.process import Child, Program

STREAM: Final = ("extract", "tag", "store")
"""Services behind the poller, in the order in which a record passes them."""
SERVICES: Final = ("ingest", *STREAM)
WATCH_S: Final = 0.5
RESTART_WAIT_S: Final = 1.0
RESTART_LONGEST_S: Final = 15.0
CALM_S: Final = 30.0
"""A service that ran this long has recovered: its next end is met with a short wait again."""
CONFIGURATION: Final = 2
"""Exit code of a service whose settings are wrong: starting it again would not help."""


class Stack:
    """The services' processes."""

    def __init__(self, folder: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._folder = folder
        self._environ = {"PATH": os.environ.get("PATH", ""), **environ}
        self._say = say
        self._children: dict[str, Child] = {}
        self._begun: dict[str, float] = {}
        self._wait_s: dict[str, float] = {}

    def pid(self, name: str) -> int | None:
        """Return the process id of a service that runs."""
        child = self._children.get(name)
        return child.pid if child is not None and child.alive else None

    def log(self, name: str) -> Path:
        """Return where a service's log is."""
        return self._folder / "log" / f"{name}.jsonl"

    async def start(self) -> None:
        """Start all services."""
        (self._folder / "log").mkdir(parents=True, exist_ok=True)
        for name in SERVICES:
            await asyncio.to_thread(self._start, name)

    def _start(self, name: str) -> None:
        self._begun[name] = time.monotonic()
        self._children[name] = Child.start(
            Program(
                name=name,
                argv=(sys.executable, "-m", f"services.{name}"),
                log=self.log(name),
                folder=self._folder,
                environ=self._environ,
                appends=True,
            )
        )

    async def keep(self) -> None:
        """Start again what ends, waiting longer each time, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_S)
            ended = [name for name, child in self._children.items() if not child.alive]
            await asyncio.gather(*(self._again(name) for name in ended))

    async def _again(self, name: str) -> None:
        child = self._children.pop(name)
        if child.exit_code == CONFIGURATION:
            self._say(f"{name} refuses its settings; see {self.log(name)}")
            return
        ran_s = time.monotonic() - self._begun[name]
        wait_s = RESTART_WAIT_S if ran_s > CALM_S else self._wait_s.get(name, RESTART_WAIT_S)
        self._wait_s[name] = min(wait_s * 2, RESTART_LONGEST_S)
        self._say(f"{name} ended with exit code {child.exit_code}; it is started again in {wait_s:g} s")
        await asyncio.sleep(wait_s)
        await asyncio.to_thread(self._start, name)

    async def stop(self, names: tuple[str, ...], *, deadline_s: float) -> None:
        """Stop services together, killing those that do not drain in time."""
        children = [self._children.pop(name) for name in names if name in self._children]
        await asyncio.gather(*(asyncio.to_thread(child.stop, deadline_s=deadline_s) for child in children))
