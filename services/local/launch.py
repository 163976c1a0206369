"""Become another program, in the way that our child processes need; run as a script, never imported.

Called as ``python launch.py SPECIFICATION PROGRAM ARGUMENT...``. It binds folders into a private mount namespace, gives
up the rights of root, asks the kernel for a signal at the death of the parent, and then becomes the program. The order
matters: mounting needs root, and a change of user makes the kernel forget the signal. A script of its own and not a
`preexec_fn`, because Python code between fork and exec can deadlock in a process with threads.
"""

import ctypes
import json
import os
import sys
from typing import Final, TypedDict

PR_SET_PDEATHSIG: Final = 1
CLONE_NEWNS: Final = 0x00020000
MS_BIND: Final = 0x1000
MS_REC: Final = 0x4000
MS_PRIVATE: Final = 0x40000


class Specification(TypedDict):
    """What to do before becoming the program.

    `parent` is its process id and `parent_death_signal` a signal's number; `user` is (uid, gid); `stage` is an existing
    folder that the private mounts may cover; `mounts` are pairs of a folder and its name below `stage`.
    """

    parent: int
    parent_death_signal: int
    user: tuple[int, int] | None
    stage: str
    mounts: list[tuple[str, str]]


def become(specification: Specification, program: list[str]) -> None:
    """Replace this process by the program; returns only with an error.

    Raises:
        OSError: the kernel refused, or there is no such program.

    """
    if specification["mounts"]:
        _mount_privately(specification["stage"], specification["mounts"])
    if specification["user"] is not None:
        uid, gid = specification["user"]
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    _die_with(specification["parent"], specification["parent_death_signal"])
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted


def _mount_privately(stage: str, mounts: list[tuple[str, str]]) -> None:
    """Show the folders below `stage`, to this process and its children alone; it all vanishes with them."""
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.unshare(CLONE_NEWNS), "unshare")
    _checked(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "mount private /")
    # Opened before the stage is covered, because the folders may lie below it.
    sources = [(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), name) for folder, name in mounts]
    _checked(libc.mount(b"none", stage.encode(), b"tmpfs", 0, b"mode=755"), f"mount tmpfs {stage}")
    for source, name in sources:
        target = os.path.join(stage, name)  # noqa: PTH118 - pathlib would double the start-up time
        os.makedirs(target, 0o755)  # noqa: PTH103 - see above
        _checked(libc.mount(f"/proc/self/fd/{source}".encode(), target.encode(), None, MS_BIND, None), f"bind {name}")
        os.close(source)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _die_with(parent: int, death_signal: int) -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        _checked(libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        sys.exit("the parent died before its child was ready")


if __name__ == "__main__":
    os.umask(0o022)
    try:
        become(json.loads(sys.argv[1]), sys.argv[2:])
    except OSError as error:
        sys.exit(f"launch failed: {error}")
