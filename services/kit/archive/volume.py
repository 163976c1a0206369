"""Volume: one WARC file while it is written, under the name that it keeps.

Each capture is handed to the kernel before anybody hears where it stands, so that a process that dies loses none that
was told. The file is locked until it is let go, which tells others whether its writer lives.
"""

import fcntl
import os
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from services.kit.archive import warc
from services.kit.archive.warc import Packed
from services.kit.errors import DependencyDown

SUFFIX: Final = ".warc.gz"


@dataclass
class Names:
    """Names for files that no other process gives, also not one with the same process id on another machine."""

    service: str
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    count: int = 0

    def next(self, at: datetime) -> str:
        """Return the next name: a path below the archive, in a folder for each day."""
        self.count += 1
        host = re.sub(r"[^A-Za-z0-9.]", "-", self.host)[:60]
        return (
            f"{at:%Y/%m/%d}/{self.service}-{at:%Y%m%dT%H%M%SZ}-{host}-{self.pid}-{self.token}-{self.count:05}{SUFFIX}"
        )


class Volume:
    """A file that is open for writing. Use it from one thread."""

    def __init__(self, root: Path, name: str, at: datetime) -> None:
        """Begin the file `name` below `root`.

        Raises:
            DependencyDown: `archive.unwritable`; there is no such file then.

        """
        self.name = name
        self.path = root / name
        self.opened_at = at
        self.captures = 0
        self.size_bytes = 0
        self._broken = False
        head = warc.info(name, {"software": f"Dateline/{version('dateline')}", "format": "WARC File Format 1.1"}, at)
        begun = self.path.with_name(self.path.name + ".new")  # without a lock it would be taken for a dead process's
        with _translated():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        try:
            with _translated():
                lock(self._file)
                self._write(head)
                begun.rename(self.path)
        except DependencyDown:
            with suppress(OSError):  # what ails the disk is told already
                begun.unlink()
            self.release()
            raise

    @property
    def lost(self) -> bool:
        """Whether somebody removed the file, or its disk: what is written to it then is nowhere."""
        try:
            return os.fstat(self._file).st_nlink == 0
        except OSError:
            return True

    @property
    def fit(self) -> bool:
        """Whether the next capture can be written to it."""
        return not self._broken and not self.lost

    def append(self, packed: Packed) -> int:
        """Write a capture and return where its response stands; after trouble the file is as it was before.

        Raises:
            DependencyDown: `archive.unwritable`.

        """
        begins_at = self.size_bytes
        with _translated():
            self._write(packed.data)
        self.captures += 1
        return begins_at + packed.response_at

    def close(self) -> None:
        """End the file: what is in it has reached the disk when this returns. It stays locked."""
        with suppress(OSError):  # the kernel has all of it, and there is nobody left who could write it elsewhere
            os.fsync(self._file)

    def release(self) -> None:
        """Let the file go."""
        os.close(self._file)

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            self._broken = True
            os.ftruncate(self._file, self.size_bytes)
            os.lseek(self._file, self.size_bytes, os.SEEK_SET)
            self._broken = False
            raise
        self.size_bytes += len(data)


def lock(file: int) -> bool:
    """Lock an open file for this process, if no other has it locked. Where files cannot be locked, nobody has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DependencyDown("archive.unwritable", f"{error.filename or 'file'}: {error.strerror}") from None
