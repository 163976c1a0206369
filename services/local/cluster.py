"""A Kafka cluster on this machine as values: its nodes, their settings, and the programs that run them.

The settings are those in `deploy/kafka`, with each node's own lines appended. What stays the same from start to start
is kept in the cluster's folder.
"""

import base64
import json
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from services.kit.errors import SettingsError
from services.local.process import Program

RECIPE: Final = Path(__file__).parents[2] / "deploy" / "kafka"
HOST: Final = "127.0.0.1"
SHAPES: Final = {1: "one.properties", 3: "three.properties"}
"""Numbers of nodes that there are settings for."""
JVM: Final = (
    "-Xms384m",
    "-Xmx384m",
    # Measured on two cores: 2 s and 2.4 s of processor time until a node answers, against 6 s and 4.5 s without these
    # two. They cost throughput that one machine does not need.
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
)


@dataclass(frozen=True, slots=True)
class Node:
    """One node: broker and controller in one process, on two ports of 127.0.0.1."""

    number: int
    port: int
    controller_port: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """What stays the same from start to start."""

    cluster_id: str
    nodes: tuple[Node, ...]

    @property
    def bootstrap(self) -> str:
        """Comma-separated `host:port` of all nodes."""
        return ",".join(f"{HOST}:{node.port}" for node in self.nodes)

    def node(self, number: int) -> Node:
        """Return the node of this number, counted from 1."""
        return self.nodes[number - 1]

    def own_lines(self, node: Node, data: Path) -> dict[str, str]:
        """Return the settings that this node alone has; `data` is its folder of records."""
        voters = (f"{one.number}@{HOST}:{one.controller_port}" for one in self.nodes)
        return {
            "node.id": str(node.number),
            "controller.quorum.voters": ",".join(voters),
            "listeners": f"PLAINTEXT://{HOST}:{node.port},CONTROLLER://{HOST}:{node.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{node.port}",
            "log.dirs": str(data),
        }


@dataclass(frozen=True, slots=True)
class Site:
    """Where a cluster and the programs for it are."""

    folder: Path
    java: str
    libs: Path
    cluster: Cluster

    def settings(self, node: Node) -> Path:
        """Path of a node's settings, which also tells its process from others."""
        return self.folder / f"node-{node.number}" / "server.properties"

    def data(self, node: Node) -> Path:
        """Folder of a node's records."""
        return self.folder / f"node-{node.number}" / "data"

    def server(self, node: Node) -> Program:
        """Return the node itself."""
        return self._program(node, "kafka.Kafka", str(self.settings(node)), log=f"node-{node.number}.log")

    def prepare(self) -> None:
        """Write the settings of all nodes, and format the folders of those that were not. Blocks."""
        for node in self.cluster.nodes:
            self.data(node).mkdir(parents=True, exist_ok=True)
            self.settings(node).write_text(self._settings_text(node), encoding="utf-8")
        # Written last of all by the format, so that one that was cut short is made again.
        fresh = [node for node in self.cluster.nodes if not (self.data(node) / "meta.properties").is_file()]
        with ThreadPoolExecutor(len(self.cluster.nodes)) as pool:
            list(pool.map(self._format, fresh))

    def _settings_text(self, node: Node) -> str:
        shared = [(RECIPE / name).read_text("utf-8") for name in ("node.properties", SHAPES[len(self.cluster.nodes)])]
        own = "".join(f"{name}={value}\n" for name, value in self.cluster.own_lines(node, self.data(node)).items())
        return "\n".join((*shared, own))

    def _format(self, node: Node) -> None:
        # Static voters: each node is formatted with the same cluster id and without `--standalone`, also a single one.
        arguments = ("format", "--ignore-formatted", "-t", self.cluster.cluster_id, "-c", str(self.settings(node)))
        self._program(node, "kafka.tools.StorageTool", *arguments, log="format.log").run()

    def _program(self, node: Node, main: str, *arguments: str, log: str) -> Program:
        options = (*JVM, f"-Dlog4j2.configurationFile={RECIPE / 'log4j2.properties'}", "-cp", f"{self.libs}/*")
        return Program(
            name=f"Apache Kafka's node {node.number}",
            argv=(self.java, *options, main, *arguments),
            log=self.folder / log,
            folder=self.settings(node).parent,
            # Nothing of our own environment: the JVM reads options from it.
            environ={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )


def new_cluster(nodes: int, ports: list[int]) -> Cluster:
    """Name a new cluster. `ports` are first those for clients, then those for controllers.

    Raises:
        SettingsError: there are no settings for so many nodes (`local.other_shape`).

    """
    if nodes not in SHAPES:
        raise SettingsError("local.other_shape", f"Apache Kafka runs with 1 or 3 nodes here, not with {nodes}")
    # 16 bytes as Kafka writes a UUID, by which it tells a cluster; a leading dash would be taken for an option.
    name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    members = (Node(number, ports[number - 1], ports[nodes + number - 1]) for number in range(1, nodes + 1))
    return Cluster("A" + name[1:] if name.startswith("-") else name, tuple(members))


def keep(folder: Path, cluster: Cluster) -> Cluster:
    """Keep a new cluster's name and ports in its folder; all of it or nothing."""
    new = folder / "cluster.json.new"
    new.write_text(json.dumps(asdict(cluster), indent=1) + "\n", encoding="utf-8")
    new.replace(folder / "cluster.json")
    return cluster


def kept(folder: Path, nodes: int | None = None) -> Cluster | None:
    """Return the cluster that a folder holds, if it holds one.

    Raises:
        SettingsError: it has another number of nodes than asked for (`local.other_shape`).

    """
    file = folder / "cluster.json"
    if not file.is_file():
        return None
    found = json.loads(file.read_text("utf-8"))
    cluster = Cluster(found["cluster_id"], tuple(Node(**node) for node in found["nodes"]))
    if nodes not in {None, len(cluster.nodes)}:
        problem = f"{folder} holds a Kafka of {len(cluster.nodes)} nodes, not of {nodes}: remove it or use another"
        raise SettingsError("local.other_shape", problem)
    return cluster


def programs(libs: Path) -> tuple[str, Path]:
    """Return the paths of Java and of the jars.

    Raises:
        SettingsError: there is no Java (`local.no_java`), or jars are missing (`local.no_kafka`).

    """
    java = shutil.which("java")
    if java is None:
        raise SettingsError("local.no_java", "Apache Kafka needs Java 17 or newer, and there is no `java` on the PATH")
    wanted = RECIPE / "libs.sha256"
    if not wanted.is_file():
        raise SettingsError("local.no_kafka", "Apache Kafka runs from a checkout of Dateline: deploy/kafka is missing")
    names = [line.split()[1] for line in wanted.read_text("utf-8").splitlines()]
    missing = [name for name in names if not (libs / name).is_file()]
    if missing:
        raise SettingsError("local.no_kafka", f"{libs / missing[0]} is missing: run `make kafka`")
    return java, libs.resolve()
