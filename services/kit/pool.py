"""Worker processes for work that may take too long, crash, or eat all memory: parsing what strangers wrote.

A worker does one task at a time and is killed when the task passes its deadline, so a task costs nobody else anything.
One that died of itself is started again, and its task tried once more, in case the task was not the reason. The far
side is `nursery`.
"""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self, TypeVar, cast

from services.kit.errors import WorkFailed
from services.kit.events import Event, WorkerKilled, WorkerRecycled
from services.kit.nursery import (
    COMMAND,
    FAILURE,
    FORK,
    HEADER,
    KILL,
    READY,
    TASK,
    TEXT_MAX_CHARS,
    TROUBLE,
    Frame,
    Start,
)

T = TypeVar("T")

START_S: Final = 60.0
END_S: Final = 5.0
MEMORY_FACTOR: Final = 2
"""During a task a worker may have this many times the memory above which it is replaced after the task."""
BOOT: Final = (
    "import sys; sys.path[:] = sys.argv[4:]; from services.kit import nursery; nursery.main(*map(int, sys.argv[2:4]))"
)


class WorkerPool:
    """Runs functions in worker processes. An asynchronous context manager; use it from one event loop.

    Args:
        workers: how many tasks are done at once.
        deadline_s: time for one task, from when a worker takes it.
        warm: called in each worker before its first task. What its module imports is imported once for all workers.
        recycle_after: tasks after which a worker is replaced.
        rss_max_mib: memory above which a worker is replaced after its task.
        name: shown in the list of processes.
        emit: takes the events `WorkerKilled` and `WorkerRecycled`.

    """

    def __init__(
        self,
        *,
        workers: int,
        deadline_s: float,
        warm: Callable[[], None] | None = None,
        recycle_after: int = 1000,
        rss_max_mib: int = 600,
        name: str = "work",
        emit: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._slots = [_Slot() for _ in range(workers)]
        self._free: asyncio.Queue[_Slot] = asyncio.Queue()
        self._deadline_s = deadline_s
        self._start = Start(pickle.dumps(warm), rss_max_mib * MEMORY_FACTOR)
        self._recycle_after = recycle_after
        self._rss_max_mib = rss_max_mib
        self._name = name
        self._emit = emit
        self._nursery: _Nursery | None = None
        self._open = False

    async def __aenter__(self) -> Self:
        """Start all workers.

        Raises:
            WorkFailed: `work.unexpected`: the warm-up failed; `work.died`: the workers do not start.

        """
        self._open = True
        started = await asyncio.gather(*map(self._readied, self._slots), return_exceptions=True)
        for outcome in started:
            if isinstance(outcome, BaseException):
                await self.close()
                raise outcome
        for slot in self._slots:
            self._free.put_nowait(slot)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all processes. Tasks in flight fail with `work.died`."""
        self._open = False
        if self._nursery:
            await self._nursery.close()
            self._nursery = None
        for slot in self._slots:
            if slot.worker and not slot.worker.busy:
                slot.worker.close()
                slot.worker = None

    async def run(self, function: Callable[..., T], /, *args: object) -> T:
        """Run `function(*args)` in a worker and return its result. The function is found by its module and name.

        Raises:
            DatelineError: the one that the function raised.
            WorkFailed: `work.deadline`; `work.died`: its worker died, twice; `work.unexpected`: it raised something
                else, or arguments or result cannot be sent.

        """
        called = getattr(function, "func", function)  # what a `partial` calls
        name = f"{getattr(called, '__module__', '')}.{getattr(called, '__qualname__', '')}"
        try:
            task = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - pickling raises what it likes
            raise WorkFailed("work.unexpected", f"{name}: {error}"[:TEXT_MAX_CHARS]) from None
        slot = await self._free.get()
        try:
            frame = await self._attempted(slot, name, task)
        finally:
            self._free.put_nowait(slot)
        return cast(T, _unpacked(frame, name))

    async def _attempted(self, slot: "_Slot", name: str, task: bytes) -> Frame:
        for _ in range(2):
            worker = await self._readied(slot)
            try:
                async with asyncio.timeout(self._deadline_s):
                    frame = await worker.exchange(task)
            except TimeoutError:
                self._kill(slot, worker, name, "work.deadline")
                raise WorkFailed("work.deadline", f"{name} took more than {self._deadline_s:g} s") from None
            except asyncio.CancelledError:
                self._kill(slot, worker)
                raise
            except (OSError, EOFError):
                self._kill(slot, worker, name, "work.died")
            else:
                self._recycle_when_due(slot, worker, frame.rss_mib)
                return frame
        raise WorkFailed("work.died", f"the worker of {name} died, twice")

    async def _readied(self, slot: "_Slot") -> "_Worker":
        """Return the worker of `slot`, started if there is none that lives."""
        if slot.worker and slot.worker.gone:
            self._kill(slot, slot.worker, "idle", "work.died")
        if slot.worker is None:
            slot.worker = await self._started()
        return slot.worker

    async def _started(self) -> "_Worker":
        if not self._open:
            raise WorkFailed("work.died", "the pool is closed", retryable=True)
        if self._nursery and self._nursery.dead:
            self._nursery.forget()
            self._nursery = None
        if self._nursery is None:
            self._nursery = _Nursery(self._name, self._start)
        worker = _Worker(self._nursery)
        try:
            async with asyncio.timeout(START_S):
                hello = await worker.received()
                worker.pid = int(hello.payload)
                ready = await worker.received()
        except (OSError, EOFError):  # a timeout is an OSError
            worker.kill()
            raise WorkFailed("work.died", "a worker does not start", retryable=True) from None
        except asyncio.CancelledError:
            worker.kill()
            raise
        if ready.kind != READY:
            worker.kill()
            raise WorkFailed("work.unexpected", f"warm-up failed: {ready.payload.decode()}"[:TEXT_MAX_CHARS])
        return worker

    def _kill(self, slot: "_Slot", worker: "_Worker", task: str = "", code: str = "") -> None:
        worker.kill()
        slot.worker = None
        if code:
            self._emit(WorkerKilled(task=task, error_code=code, pid=worker.pid))

    def _recycle_when_due(self, slot: "_Slot", worker: "_Worker", rss_mib: int) -> None:
        if worker.tasks >= self._recycle_after or rss_mib > self._rss_max_mib:
            worker.close()
            slot.worker = None
            self._emit(WorkerRecycled(tasks=worker.tasks, rss_mib=rss_mib))


class _Slot:
    """A place for one worker; empty until somebody needs it, after its worker was killed or replaced."""

    def __init__(self) -> None:
        self.worker: _Worker | None = None


class _Worker:
    """One worker process, seen from here."""

    def __init__(self, nursery: "_Nursery") -> None:
        self._nursery = nursery
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(0)
        with theirs:
            nursery.fork(theirs)
        self.pid = 0
        self.tasks = 0
        self.busy = False

    @property
    def gone(self) -> bool:
        """Whether it ended while it had nothing to do."""
        try:
            return not self._channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    async def exchange(self, task: bytes) -> Frame:
        """Send a task and wait for the answer. Raises OSError or EOFError if the worker dies."""
        self.busy = True
        try:
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(self._channel, HEADER.pack(TASK, 0, len(task)) + task)
            frame = await self.received()
        finally:
            self.busy = False
        self.tasks += 1
        return frame

    async def received(self) -> Frame:
        kind, rss_mib, length = HEADER.unpack(await self._exactly(HEADER.size))
        return Frame(kind, rss_mib, await self._exactly(length))

    async def _exactly(self, length: int) -> bytes:
        buffer = bytearray(length)
        view = memoryview(buffer)
        while view:
            count = await asyncio.get_running_loop().sock_recv_into(self._channel, view)
            if not count:
                raise EOFError
            view = view[count:]
        return bytes(buffer)

    def kill(self) -> None:
        if self.pid:
            self._nursery.kill(self.pid)
        self.close()

    def close(self) -> None:
        """Let it go: at the end of its channel a worker that is not busy ends."""
        self._channel.close()


class _Nursery:
    """The process that forks the workers, seen from here."""

    def __init__(self, name: str, start: Start) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-c", BOOT, f"dateline-{name}", str(theirs.fileno()), str(os.getpid()), *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        packed = pickle.dumps(tuple(start))
        with suppress(OSError):
            self._control.sendall(HEADER.pack(TASK, 0, len(packed)) + packed)
        self._control.settimeout(0)

    @property
    def dead(self) -> bool:
        return self._process.poll() is not None

    def fork(self, channel: socket.socket) -> None:
        """Ask for a worker at the far end of `channel`. If none comes to be, the channel ends."""
        with suppress(OSError):
            socket.send_fds(self._control, [COMMAND.pack(FORK, 0)], [channel.fileno()])

    def kill(self, pid: int) -> None:
        with suppress(OSError):
            self._control.send(COMMAND.pack(KILL, pid))

    async def close(self) -> None:
        """End the process, which ends all workers first."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            async with asyncio.timeout(END_S):
                await asyncio.get_running_loop().sock_recv(self._control, 1)
        if not self.dead:
            self._process.kill()
        self.forget()

    def forget(self) -> None:
        """Let go of what is left of a process that has ended or is about to."""
        self._process.wait()
        self._control.close()


def _unpacked(frame: Frame, name: str) -> object:
    """Return what the function returned, or raise what it raised."""
    if frame.kind == TROUBLE:
        raise WorkFailed("work.unexpected", f"{name}: {frame.payload.decode()}"[:TEXT_MAX_CHARS])
    try:
        value = pickle.loads(frame.payload)  # noqa: S301 - from our own worker
    except Exception as error:  # noqa: BLE001 - so does unpickling
        raise WorkFailed("work.unexpected", f"{name}: {error}"[:TEXT_MAX_CHARS]) from None
    if frame.kind == FAILURE:
        raise value
    return value
