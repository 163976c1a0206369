"""The life of a service process: settings, log, health, signals, drain, exit code.

Exit codes: 0 drained, 1 crashed, 2 bad settings, 3 stuck, 4 drain deadline passed, 5 brake.
"""

import asyncio
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, NoReturn, TypeVar

from services.kit import health, log
from services.kit.errors import DependencyDown, ServiceFailed, SettingsError
from services.kit.events import (
    LoopLagged,
    ServiceCrashed,
    ServiceDraining,
    ServiceReady,
    ServiceStarted,
    ServiceStopped,
    WindowSummarised,
)
from services.kit.outage import Outages
from services.kit.settings import ProcessSettings

S = TypeVar("S", bound=ProcessSettings)

DRAINED: Final = 0
CRASHED: Final = 1
BAD_SETTINGS: Final = 2
DRAIN_OVERRUN: Final = 4
LAG_NOTED_S: Final = 0.5


class Process:
    """What a running service knows of its own life. Made by `main`, given to the service."""

    def __init__(self, settings: ProcessSettings) -> None:
        self.stopping = asyncio.Event()
        """Set when a stop was asked for."""
        self.counts: Counter[str] = Counter()
        """Things that are counted instead of logged one by one; the summary prints and clears them."""
        self.gauges: dict[str, float] = {}
        """Levels that the summary prints."""
        self.health = health.Health(stall_s=settings.stall_s)
        self.outages = Outages(self.stopping, self.beat)
        self._started = time.monotonic()

    def beat(self) -> None:
        """Say that the service's loop has turned."""
        self.health.beat()

    def ready(self) -> None:
        """Say once that all dependencies answered."""
        if not self.health.ready:
            self.health.ready = True
            log.emit(ServiceReady(ready_after_ms=round((time.monotonic() - self._started) * 1000)))


Serve = Callable[[S, Process], Awaitable[None]]
"""A service: runs until `process.stopping` is set and what is in flight is finished."""


def main(name: str, settings_type: type[S], serve: Serve[S]) -> NoReturn:
    """Run a service as this process."""
    sys.exit(run(name, settings_type, serve))


def run(name: str, settings_type: type[S], serve: Serve[S]) -> int:
    """Run a service to its end and return its exit code."""
    try:
        settings = settings_type.load()
    except SettingsError as error:
        return _refused(name, error)
    with log.configured(name, settings.log_level):
        try:
            return asyncio.run(_live(settings, serve))
        except SettingsError as error:
            return _refused(name, error)


def _refused(name: str, error: SettingsError) -> int:
    sys.stderr.write(f"dateline {name}: {error.message}\n")
    return BAD_SETTINGS


async def _live(settings: S, serve: Serve[S]) -> int:
    process = Process(settings)
    log.emit(ServiceStarted(settings=settings.masked()))
    with health.served(process.health, settings.health_host, settings.health_port):
        watchers = [
            asyncio.create_task(_summarise(process, settings.summary_s)),
            asyncio.create_task(_watch_lag()),
        ]
        try:
            exit_code, reason = await _until_done(process, settings, serve)
        finally:
            await _cancelled(*watchers)
    _summary(process, settings.summary_s)
    log.emit(ServiceStopped(exit_code=exit_code, reason=reason))
    return exit_code


async def _until_done(process: Process, settings: S, serve: Serve[S]) -> tuple[int, str]:
    overrun = asyncio.Event()
    _on_signals(process, overrun, settings.drain_s)
    work = asyncio.ensure_future(serve(settings, process))
    deadline = asyncio.create_task(_overrun(process, overrun, settings.drain_s))
    await asyncio.wait({work, deadline}, return_when=asyncio.FIRST_COMPLETED)
    await _cancelled(deadline)
    if not work.done():
        await _cancelled(work)
        return DRAIN_OVERRUN, "drain deadline passed"
    return _verdict(work, stopping=process.stopping.is_set())


def _verdict(work: "asyncio.Future[None]", *, stopping: bool) -> tuple[int, str]:
    if work.cancelled():
        return CRASHED, "cancelled from within"
    error = work.exception()
    if error is None:
        return DRAINED, "drained"
    if isinstance(error, SettingsError):
        raise error
    if stopping and isinstance(error, DependencyDown):
        return DRAINED, f"stopped during an outage: {error.code}"
    if isinstance(error, ServiceFailed):
        return error.exit_code, str(error)
    frames = "".join(traceback.format_exception(error, limit=-20))
    log.emit(ServiceCrashed(error_type=type(error).__name__, error_message=str(error)[:200], traceback=frames[-4000:]))
    return CRASHED, type(error).__name__


def _on_signals(process: Process, overrun: asyncio.Event, drain_s: float) -> None:
    """First signal: stop taking work and drain. Second: end at once."""

    def asked(name: str) -> None:
        if process.stopping.is_set():
            overrun.set()
            return
        process.stopping.set()
        log.emit(ServiceDraining(signal=name, deadline_s=drain_s))

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number.name)


async def _overrun(process: Process, overrun: asyncio.Event, drain_s: float) -> None:
    await process.stopping.wait()
    with suppress(TimeoutError):
        await asyncio.wait_for(overrun.wait(), drain_s)


async def _summarise(process: Process, window_s: float) -> None:
    while True:
        await asyncio.sleep(window_s)
        _summary(process, window_s)


def _summary(process: Process, window_s: float) -> None:
    counts = dict(process.counts)
    process.counts.clear()
    log.emit(WindowSummarised(window_s=window_s, counts=counts, gauges=dict(process.gauges)))


async def _watch_lag() -> None:
    """Note when the event loop did not turn for a while: something blocked it."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(1)
        lag_s = time.monotonic() - before - 1
        if lag_s > LAG_NOTED_S:
            log.emit(LoopLagged(lag_ms=round(lag_s * 1000)))


async def _cancelled(*tasks: "asyncio.Future[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
