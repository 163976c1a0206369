"""A Kafka cluster as values: what its settings say, what is kept of it, and what is refused."""

import re
import socket
from pathlib import Path

import pytest

from services.kit.errors import SettingsError
from services.kit.kafka.messages import HEADROOM_BYTES
from services.kit.settings import KafkaSettings
from services.local.apache import PORTS, free_ports, known_nodes, refuse_taken_ports
from services.local.cluster import RECIPE, SHAPES, Site, keep, kept, new_cluster, programs


def properties(text: str) -> dict[str, str]:
    """Read settings as Java does, but refuse a name that is said twice."""
    lines = [line.partition("=") for line in text.splitlines() if line and not line.startswith("#")]
    names = [name for name, _, _ in lines]
    assert len(names) == len(set(names))
    return {name: value for name, _, value in lines}


def site(folder: Path, nodes: int) -> Site:
    """Return a cluster whose ports are 1001, 1002, ..."""
    return Site(folder, "/bin/true", folder / "libs", new_cluster(nodes, list(range(1001, 1001 + 2 * nodes))))


def written(folder: Path, nodes: int) -> list[dict[str, str]]:
    """Return each node's settings as they are written."""
    made = site(folder, nodes)
    for node in made.cluster.nodes:
        made.data(node).mkdir(parents=True)
        (made.data(node) / "meta.properties").touch()  # formatted already
    made.prepare()
    return [properties(made.settings(node).read_text()) for node in made.cluster.nodes]


@pytest.mark.parametrize("nodes", SHAPES)
def test_all_nodes_name_the_same_voters_and_nobody_shares_a_port_or_a_folder(tmp_path: Path, nodes: int) -> None:
    """Nodes differ in number, ports and folder, and agree on who votes, where the voter's controller listens."""
    found = written(tmp_path, nodes)
    assert len(found) == nodes
    assert len({one["controller.quorum.voters"] for one in found}) == 1
    voters = found[0]["controller.quorum.voters"].split(",")
    for one, voter in zip(found, voters, strict=True):
        number, _, address = voter.partition("@")
        assert one["node.id"] == number
        assert one["listeners"] == f"{one['advertised.listeners']},CONTROLLER://{address}"
    for name in ("node.id", "listeners", "advertised.listeners", "log.dirs"):
        assert len({one[name] for one in found}) == nodes


@pytest.mark.parametrize(("nodes", "enough"), [(1, 1), (3, 2)])
def test_every_topic_has_a_copy_on_each_node_and_bears_the_loss_of_one(tmp_path: Path, nodes: int, enough: int) -> None:
    """Topics have as many copies as there are nodes; a write needs all but one of them, or the only one."""
    found = written(tmp_path, nodes)[0]
    copies = {name: int(value) for name, value in found.items() if name.endswith("replication.factor")}
    needed = {name: int(value) for name, value in found.items() if name.endswith(("min.isr", "insync.replicas"))}
    assert (len(copies), set(copies.values())) == (4, {nodes})
    assert (len(needed), set(needed.values())) == (3, {enough})


def test_the_largest_record_fits_and_a_mistyped_topic_does_not_appear(tmp_path: Path) -> None:
    """The broker takes what the producer's limit lets through, and creates no topic by itself."""
    found = written(tmp_path, 1)[0]
    assert int(found["message.max.bytes"]) > KafkaSettings.load({}).kafka_max_bytes + HEADROOM_BYTES
    assert found["auto.create.topics.enable"] == "false"


def test_the_pinned_jars_are_those_of_the_version_that_the_pom_names() -> None:
    """The digests belong to the pom: version for version, each a SHA-256, none twice."""
    version = re.search(r"<kafka\.version>(.*?)<", (RECIPE / "pom.xml").read_text("utf-8"))
    assert version is not None
    lines = (RECIPE / "libs.sha256").read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{64}  [\w.+-]+\.jar", line) for line in lines)
    names = [line.split()[1] for line in lines]
    assert len(names) == len(set(names))
    assert {f"kafka_2.13-{version[1]}.jar", f"kafka-clients-{version[1]}.jar"} <= set(names)


def test_a_cluster_is_kept_as_it_was_made(tmp_path: Path) -> None:
    """Name and ports come back from the folder, which refuses another number of nodes."""
    cluster = keep(tmp_path, new_cluster(3, free_ports(6)))
    assert kept(tmp_path, 3) == kept(tmp_path) == cluster
    assert cluster.bootstrap.count(",") == 2
    with pytest.raises(SettingsError, match=r"local\.other_shape"):
        kept(tmp_path, 1)
    assert kept(tmp_path / "elsewhere") is None


def test_a_new_cluster_is_named_as_kafka_names_one() -> None:
    """A name is 22 characters of Kafka's alphabet, never an option's dash first, and never the same again."""
    names = {new_cluster(1, [1, 2]).cluster_id for _ in range(500)}
    assert len(names) == 500
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", name) for name in names)


def test_other_numbers_of_nodes_are_refused() -> None:
    """Two nodes are no cluster that bears a loss, and there are no settings for them."""
    with pytest.raises(SettingsError, match=r"local\.other_shape"):
        new_cluster(2, [1, 2, 3, 4])


def test_ports_are_free_different_and_out_of_the_way_of_outgoing_connections() -> None:
    """Chosen ports lie below those that the kernel gives away, and no two are the same."""
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert set(ports) <= set(PORTS)
    assert max(PORTS) < 32768


def test_a_port_that_another_process_has_is_refused_by_its_number(tmp_path: Path) -> None:
    """A kept port that somebody listens on is named, instead of a node that ends with a stack trace."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"local\.port_taken: port {port}"):
            refuse_taken_ports(new_cluster(1, [free_ports(1)[0], port]))


def test_what_is_no_broker_knows_no_nodes() -> None:
    """A closed port, and one that closes without an answer, count as no answer."""
    assert known_nodes(free_ports(1)[0]) == 0


def test_without_java_or_jars_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing Java and missing jars are matters of settings, each with its own code and remedy."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"local\.no_java.*Java 17"):
        programs(tmp_path)
    (tmp_path / "java").touch(mode=0o755)
    with pytest.raises(SettingsError, match=r"local\.no_kafka.*run `make kafka`"):
        programs(tmp_path)
