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

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        say: Callable[[str], None],
        *,
        health_ports: Mapping[str, int] | None = None,
    ) -> None:
        self._folder = folder
        self._environ = {"PATH": os.environ.get("PATH", ""), **environ}
        self._health_ports = health_ports or {}
        self._say = say
        self._children: dict[str, Child] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}

    def pid(self, name: str) -> int | None:
        """Return the process id of a service that runs."""
        child = self._children.get(name)
        return child.pid if child is not None and child.alive else None

    def log(self, name: str) -> Path:
        """Return where a service's log is."""
        return self._folder / "log" / f"{name}.jsonl"

    async def start(self) -> None:
        """Start all services, and keep them running."""
        (self._folder / "log").mkdir(parents=True, exist_ok=True)
        for name in SERVICES:
            self._children[name] = self._started(name)
            self._keepers[name] = asyncio.create_task(self._keep(name))

    def _started(self, name: str) -> Child:
        return Child.start(
            Program(
                name=name,
                argv=(sys.executable, "-m", f"services.{name}"),
                log=self.log(name),
                folder=self._folder,
                environ={**self._environ, **self._own(name)},
                appends=True,
            )
        )

    def _own(self, name: str) -> dict[str, str]:
        """Return the settings of this service alone: two processes cannot listen on one port."""
        port = self._health_ports.get(name)
        return {"DATELINE_HEALTH_PORT": str(port)} if port else {}

    async def _keep(self, name: str) -> None:
        """Start a service again when it ends, waiting longer each time that it does not last."""
        wait_s = RESTART_WAIT_S
        while True:
            begun = time.monotonic()
            while self._children[name].alive:  # noqa: ASYNC110 - another process sets no event of ours
                await asyncio.sleep(WATCH_S)
            exit_code = self._children[name].exit_code
            if exit_code == CONFIGURATION:
                self._say(f"{name} refuses its settings and is not started again; see {self.log(name)}")
                return
            wait_s = RESTART_WAIT_S if time.monotonic() - begun > CALM_S else min(wait_s, RESTART_LONGEST_S)
            self._say(f"{name} ended with exit code {exit_code}; it is started again in {wait_s:g} s")
            await asyncio.sleep(wait_s)
            self._children[name] = self._started(name)
            wait_s *= 2

    async def stop(self, names: tuple[str, ...], *, deadline_s: float) -> None:
        """Stop services together, killing those that do not drain in time."""
        keepers = [self._keepers.pop(name) for name in names if name in self._keepers]
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        children = [self._children.pop(name) for name in names if name in self._children]
        await asyncio.gather(*(asyncio.to_thread(child.stop, deadline_s=deadline_s) for child in children))
