"""Tasks for worker processes, good and bad. Here, because a worker finds them by module and name."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from services.kit.errors import Rejected


def double(number: int) -> int:
    """Return twice `number`."""
    return number * 2


def process_id() -> int:
    """Return the id of the process that does the task."""
    return os.getpid()


def parent_id() -> int:
    """Return the id of the process that started the worker."""
    return os.getppid()


def large(size: int) -> bytes:
    """Return `size` bytes."""
    return b"x" * size


def spin() -> NoReturn:
    """Never return."""
    while True:
        pass


def touch_and_spin(path: str) -> NoReturn:
    """Write the process id to `path`, and never return."""
    note(path)
    spin()


def note(path: str) -> None:
    """Write the process id to `path`, in one step."""
    draft = Path(f"{path}.{os.getpid()}")
    draft.write_text(str(os.getpid()))
    draft.rename(path)


def wedge() -> None:
    """Sleep in C code with the interpreter's lock held, where no Python signal handler can run."""
    ctypes.PyDLL(None).sleep(600)


def segfault() -> None:
    """Read address 0."""
    ctypes.string_at(0)


def leave(code: int) -> None:
    """End the process at once."""
    os._exit(code)


def kill_self() -> None:
    """Be killed by the kernel, as when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(path: str) -> str:
    """Die at the first call; return "alive" at the second."""
    if not Path(path).exists():
        Path(path).touch()
        os._exit(1)
    return "alive"


def devour() -> int:
    """Take memory until there is none."""
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def grow(size: int) -> int:
    """Keep `size` bytes for ever; return the process id."""
    kept = bytearray(size)
    kept[::4096] = b"x" * len(kept[::4096])
    globals().setdefault("KEPT", []).append(kept)
    return os.getpid()


def reject() -> None:
    """Raise an error of ours."""
    raise Rejected("page.no_text", "nothing here", retryable=True)


def quit_politely() -> None:
    """Call sys.exit."""
    sys.exit(3)


def raise_foreign() -> None:
    """Raise an error with a very long text."""
    raise ValueError("x" * 10_000)


class Clingy(Exception):  # noqa: N818 - only for tests
    """An error that cannot be pickled."""

    def __init__(self) -> None:
        super().__init__("holds on")
        self.held = lambda: None


def raise_clingy() -> None:
    """Raise an error that cannot be pickled."""
    raise Clingy


class Stubborn:
    """A value that pickles and cannot be unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (int, ("no number",))


def return_stubborn() -> Stubborn:
    """Return what cannot be unpickled."""
    return Stubborn()


def return_lambda() -> object:
    """Return what cannot be pickled."""
    return lambda: None


def chatter() -> str:
    """Print, and read standard input."""
    print("noise")  # noqa: T201 - the point
    return sys.stdin.read()


def signal_self() -> str:
    """Ask this process to end, politely and as Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.01)
    return "still here"


def warm() -> None:
    """Leave a mark that a task can see."""
    os.environ["TEST_WARM"] = "yes"


def warmed() -> str | None:
    """Return the mark."""
    return os.environ.get("TEST_WARM")


def warm_badly() -> None:
    """Fail."""
    raise RuntimeError("no model")
