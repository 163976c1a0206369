"""The far side of `pool`: one process that imports once and forks workers, and what a worker does.

The nursery runs nothing but this loop, has one thread, and so can fork at any time, in milliseconds; the service, with
its loop and threads, could not. As the parent of the workers it alone can kill one without ever hitting a stranger that
got the same process id. All of them end when the service does, however it ends: their sockets reach their end, and on
Linux the kernel kills them with their parent.
"""

import ctypes
import gc
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final, NamedTuple

from services.kit.errors import DatelineError

COMMAND: Final = struct.Struct("!cI")
FORK: Final = b"F"
KILL: Final = b"K"
HEADER: Final = struct.Struct("!cIQ")
TASK: Final = b"T"
HELLO: Final = b"H"
READY: Final = b"R"
RESULT: Final = b"="
FAILURE: Final = b"!"
TROUBLE: Final = b"?"
TEXT_MAX_CHARS: Final = 200
LINUX: Final = sys.platform == "linux"
PR_SET_PDEATHSIG: Final = 1


class Frame(NamedTuple):
    """What goes over a worker's channel.

    To it: `TASK`. From it: `HELLO` with its process id, `READY`, then for each task a `RESULT` or a `FAILURE`, which
    carry a pickled value or error of ours, or `TROUBLE`, which carries a text. `rss_mib` is the memory that it has.
    """

    kind: bytes
    rss_mib: int
    payload: bytes

    def packed(self) -> tuple[bytes, bytes]:
        """Return header and payload."""
        return HEADER.pack(self.kind, self.rss_mib, len(self.payload)), self.payload


class Start(NamedTuple):
    """What the nursery is told first: the pickled warm-up of each worker, and its limit of memory."""

    warm: bytes
    memory_max_mib: int


def main(control_fd: int, parent: int) -> None:
    """Fork and kill workers as told, until the other end of the control socket is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _die_with(parent)
    os.dup2(2, 1)  # what a library prints must not get into the service's own output
    control = socket.socket(fileno=control_fd)
    start = Start(*pickle.loads(_exactly(control, HEADER.unpack(_exactly(control, HEADER.size))[2])))  # noqa: S301 - from our parent
    with suppress(Exception):  # each worker meets the same error again and tells it
        pickle.loads(start.warm)  # noqa: S301 - from our parent; imports what the tasks need
    gc.collect()
    gc.freeze()
    _Nursery(control, start).run()


class _Nursery:
    """The loop of the nursery, and which of its children live."""

    def __init__(self, control: socket.socket, start: Start) -> None:
        self._control = control
        self._start = start
        self._living: set[int] = set()

    def run(self) -> None:
        signal.signal(signal.SIGCHLD, self._bury)
        while True:
            data, descriptors, _, _ = socket.recv_fds(self._control, COMMAND.size, 1)
            if len(data) < COMMAND.size:
                break
            command, pid = COMMAND.unpack(data)
            if command == FORK:
                self._fork(descriptors[0])
            elif pid in self._living:
                os.kill(pid, signal.SIGKILL)
        self._end()

    def _fork(self, descriptor: int) -> None:
        """Start a worker that talks over `descriptor`. If that fails, its closing tells."""
        channel = socket.socket(fileno=descriptor)
        nursery = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # so that nobody is buried before being listed
        with suppress(OSError), channel:
            pid = os.fork()
            if pid:
                self._living.add(pid)
            else:
                self._control.close()
                _work(channel, self._start, nursery)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})

    def _bury(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        with suppress(ChildProcessError):  # a second signal came between a burial and its listing: nobody is left
            while self._living:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                self._living.discard(pid)

    def _end(self) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        living = list(self._living)
        for pid in living:
            os.kill(pid, signal.SIGKILL)
        for pid in living:
            os.waitpid(pid, 0)


def _work(channel: socket.socket, start: Start, nursery: int) -> None:
    """Be a worker: warm up, then do task after task until the channel ends. Never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        _die_with(nursery)
        _limit_memory(start.memory_max_mib)
        _send(channel, HELLO, str(os.getpid()).encode())
        _send(channel, *_warmed(start.warm))
        while True:
            _, _, length = HEADER.unpack(_exactly(channel, HEADER.size))
            _send(channel, *_done(_exactly(channel, length)))
    finally:
        os._exit(1)  # nothing of the nursery's own is to be cleaned up here, and nobody reads a traceback


def _warmed(warm: bytes) -> tuple[bytes, bytes]:
    try:
        function: Callable[[], None] | None = pickle.loads(warm)  # noqa: S301 - from our parent
        if function is not None:
            function()
    except Exception as error:  # noqa: BLE001 - told to the service, which ends
        return TROUBLE, _text(error)
    return READY, b""


def _done(task: bytes | bytearray) -> tuple[bytes, bytes]:
    """Do a pickled (function, arguments); return the kind of the answer and its payload."""
    try:
        try:
            function, args = pickle.loads(task)  # noqa: S301 - from our parent
            return RESULT, pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
        except DatelineError as error:
            return FAILURE, pickle.dumps(error)
    except MemoryError:
        raise  # what is left of the process after that is not to be trusted: it ends
    except Exception as error:  # noqa: BLE001 - told to the service, where it fails the task
        return TROUBLE, _text(error)


def _text(error: Exception) -> bytes:
    return f"{type(error).__name__}: {error}"[:TEXT_MAX_CHARS].encode("utf-8", "replace")


def _send(channel: socket.socket, kind: bytes, payload: bytes) -> None:
    for part in Frame(kind, rss_mib(), payload).packed():
        channel.sendall(part)


def _exactly(channel: socket.socket, length: int) -> bytearray:
    buffer = bytearray(length)
    view = memoryview(buffer)
    while view:
        count = channel.recv_into(view)
        if not count:
            sys.exit()
        view = view[count:]
    return buffer


def rss_mib() -> int:
    """Return the memory that this process has now (where the system does not tell: had at most), in MiB."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - called after each task, so quick
            return int(file.read().split()[1]) * resource.getpagesize() >> 20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (10 if LINUX else 20)


def _limit_memory(max_mib: int) -> None:
    """Refuse this process memory beyond `max_mib`, and offer it to the kernel before the service if memory runs out."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (max_mib << 20, max_mib << 20))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123 - no path to join
        file.write("500")


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which started it, ends. Elsewhere than on Linux, do nothing."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
