"""Apache Kafka on this machine: one node, or three, from the jars that `make kafka` fetched.

Everything is kept in one folder: topics, records, offsets, and the ports, so that clients find the nodes again after a
restart.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, Final, Self

from services.kit.errors import SettingsError
from services.local.broker import ASK_TIMEOUT_S, METADATA
from services.local.cluster import HOST, Cluster, Site, keep, kept, new_cluster, programs
from services.local.process import Child, begin, own_folder

LIBS: Final = Path("var", "kafka", "libs")
"""Where `make kafka` puts the jars."""
PORTS: Final = range(20_000, 30_000)
"""Below the ports that the kernel gives to outgoing connections: one of those could sit on a port while its node is
down, and a client that asks again and again for such a port on loopback can even connect to itself."""
READY_S: Final = 60.0
STOP_S: Final = 15.0


class ApacheKafka:
    """Apache Kafka on ports of 127.0.0.1 that are chosen once, with all it keeps in `folder`.

    `bootstrap` is what clients need, once started. Records and offsets outlive it, also a kill. One process at a time
    may run the cluster of a folder.

    Raises:
        SettingsError: there is no Java (`local.no_java`), the jars were not fetched (`local.no_kafka`), the folder is
            not ours (`local.unwritable`), in use (`local.in_use`) or of another number of nodes (`local.other_shape`),
            or another process has one of its ports (`local.port_taken`).
        DependencyDown: it did not start.

    """

    ephemeral = False
    """Records and offsets are still there when it starts again."""

    def __init__(self, folder: Path, *, nodes: int = 1, libs: Path = LIBS) -> None:
        self._folder = folder
        self._libs = libs
        self._lock: IO[bytes] | None = None
        self._site: Site | None = None
        self._children: dict[int, Child] = {}
        self.nodes = nodes
        self.bootstrap = ""

    async def __aenter__(self) -> Self:
        await begin(self.start, self.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def alive(self) -> bool:
        """Whether all nodes run."""
        return len(self._children) == self.nodes and all(child.alive for child in self._children.values())

    def pid(self, node: int) -> int | None:
        """Process id of a node that runs."""
        child = self._children.get(node)
        return child.pid if child is not None and child.alive else None

    def start(self) -> None:
        """Start all nodes, at the first time after formatting, and wait until each knows all. Blocks."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all nodes in order. Blocks."""
        if self._children:
            # Together: a node that goes alone waits for the others to take over what it leads.
            with ThreadPoolExecutor(len(self._children)) as pool:
                list(pool.map(partial(Child.stop, deadline_s=STOP_S), self._children.values()))
        if self._lock is not None:
            self._lock.close()

    def kill(self, node: int) -> None:
        """End a node with SIGKILL. Blocks until it is gone."""
        pid = self.pid(node)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self._children[node].stop()

    def start_node(self, node: int) -> None:
        """Start a node again that was killed, and wait until all that run know each other. Blocks."""
        if self._site is None:
            raise RuntimeError("the cluster is not started")
        self._children[node] = Child.start(self._site.server(self._site.cluster.node(node)))
        self._wait_ready(self._site.cluster)

    def _start(self) -> None:
        java, libs = programs(self._libs)
        folder = own_folder(self._folder)
        self._lock = claim(folder)
        cluster = kept(folder, self.nodes) or keep(folder, new_cluster(self.nodes, free_ports(2 * self.nodes)))
        site = self._site = Site(folder, java, libs, cluster)
        for pid in running(site).values():
            # We hold the lock, so it has lost its owner; what it acknowledged, the kernel has.
            end(pid, signal.SIGKILL, within_s=STOP_S)
        refuse_taken_ports(cluster)
        site.prepare()
        for node in cluster.nodes:
            self._children[node.number] = Child.start(site.server(node))
        self._wait_ready(cluster)
        self.bootstrap = cluster.bootstrap

    def _wait_ready(self, cluster: Cluster) -> None:
        expected = {number for number, child in self._children.items() if child.alive}

        def ready(port: int) -> bool:
            # One that ended is no reason to wait for the others' view of it: its own turn says what happened.
            return known_nodes(port) == len(expected) or any(not self._children[one].alive for one in expected)

        for number in expected:
            self._children[number].wait_ready(partial(ready, cluster.node(number).port), deadline_s=READY_S)


def known_nodes(port: int) -> int:
    """Return how many brokers the one on this port names in its metadata; 0 while it does not answer.

    A broker that is starting, or that lost its controller's heartbeat, is not named.
    """
    try:
        with socket.create_connection((HOST, port), ASK_TIMEOUT_S) as connection:
            connection.sendall(struct.pack(">i", len(METADATA)) + METADATA)
            reply = connection.recv(12, socket.MSG_WAITALL)
    except OSError:
        return 0
    return int(struct.unpack(">iii", reply)[2]) if len(reply) == 12 else 0  # noqa: PLR2004 - three numbers


def claim(folder: Path, *, shared: bool = False) -> IO[bytes]:
    """Claim the folder; the kernel lets go of the claim when all processes that hold the file have ended.

    Claims for one process alone and shared ones, which nodes without an owner hold themselves, exclude each other.

    Raises:
        SettingsError: the folder is in use (`local.in_use`).

    """
    lock = (folder / "lock").open("ab")
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        problem = (
            f"another Dateline, or `deploy/kafka/kafka start`, runs Kafka in {folder}: stop it, or use another folder"
        )
        raise SettingsError("local.in_use", problem) from None
    return lock


def running(site: Site) -> dict[int, int]:
    """Return the process ids of the nodes that run on this folder, by number; none where there is no /proc."""
    wanted = {str(site.settings(node)).encode(): node.number for node in site.cluster.nodes}
    return {wanted[words[-1]]: pid for pid, words in _command_lines() if words[-1] in wanted}


def end(pid: int, number: signal.Signals, *, within_s: float) -> bool:
    """Send a signal to a process that is no child of ours; returns whether it ended in time. Blocks."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
    until = time.monotonic() + within_s
    while any(one == pid for one, _ in _command_lines()) and time.monotonic() < until:
        time.sleep(0.03)
    return not any(one == pid for one, _ in _command_lines())


def refuse_taken_ports(cluster: Cluster) -> None:
    """Refuse to start where another process listens on a port of ours.

    Raises:
        SettingsError: it does (`local.port_taken`).

    """
    for port in (port for node in cluster.nodes for port in (node.port, node.controller_port)):
        if not _is_free(port):
            problem = f"port {port}, which this Kafka keeps, is in use: stop what uses it, or remove Kafka's folder"
            raise SettingsError("local.port_taken", problem)


def _command_lines() -> Iterator[tuple[int, list[bytes]]]:
    """Process ids of Java programs with their command lines."""
    proc = Path("/proc")
    for entry in proc.iterdir() if proc.is_dir() else ():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                if words[0].endswith(b"java"):
                    yield int(entry.name), words


def free_ports(count: int) -> list[int]:
    """Choose ports that nobody listens on now."""
    chosen: set[int] = set()
    while len(chosen) < count:
        port = secrets.choice(PORTS)
        if _is_free(port):
            chosen.add(port)
    return sorted(chosen)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As Java does: connections of a former node that linger are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
