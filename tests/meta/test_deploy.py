"""The images and the compose file, as far as they can be known without an engine."""

import inspect
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from services.cli import app
from services.extract.settings import ExtractSettings
from services.ingest.settings import IngestSettings
from services.kit.health import Health, served
from services.kit.pool import MEMORY_FACTOR, WorkerPool
from services.kit.settings import (
    PREFIX,
    ArchiveSettings,
    DatabaseSettings,
    HttpSettings,
    KafkaSettings,
    ProcessSettings,
)
from services.local.process import free_port
from services.store.settings import StoreSettings
from services.tag.settings import TagSettings

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy/Dockerfile"
COMPOSE = ROOT / "deploy/compose.yaml"
EXAMPLE = ROOT / "deploy/compose.env.example"
SETTINGS: dict[str, type[ProcessSettings]] = {
    "ingest": IngestSettings,
    "extract": ExtractSettings,
    "tag": TagSettings,
    "store": StoreSettings,
}
COMMANDS = ("topics", "cli")
IMAGES = (*SETTINGS, "cli")
VARIABLE = re.compile(r"\$\{(?P<name>\w+):(?P<kind>[-?])(?P<rest>[^}]*)\}")
SPARE_MIB = 300
"""What a service's own process may need beside its workers."""


@dataclass
class Stage:
    """One stage of the Dockerfile: what it is built on, and its instructions with their arguments."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def said(self, instruction: str) -> list[str]:
        """Return the arguments of all its instructions of one kind."""
        return [text for name, text in self.steps if name == instruction]


@cache
def dockerfile() -> dict[str, Stage]:
    """Return the stages of the Dockerfile by name."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    stages: dict[str, Stage] = {}
    for line in filter(None, re.sub(r"\\\n\s*", "", text).splitlines()):
        instruction, _, arguments = line.partition(" ")
        if instruction == "FROM":
            base, _, name = arguments.partition(" AS ")
            stages[name] = Stage(name, base)
        elif stages:
            list(stages.values())[-1].steps.append((instruction, arguments.strip()))
    return stages


def lineage(name: str) -> Iterator[Stage]:
    """Yield a stage and the stages that it is built on, from the bottom up."""
    stage = dockerfile()[name]
    if stage.base in dockerfile():
        yield from lineage(stage.base)
    yield stage


def last(name: str, instruction: str) -> str:
    """Return what holds in an image for an instruction that replaces what its base says."""
    return [text for stage in lineage(name) for text in stage.said(instruction)][-1]


def image_environment(name: str) -> dict[str, str]:
    """Return the environment that an image brings along."""
    pairs = [pair for stage in lineage(name) for text in stage.said("ENV") for pair in text.split()]
    return dict(pair.split("=", 1) for pair in pairs)


def health_command(name: str) -> list[str]:
    """Return the health check of an image as the engine would run it, with this Python."""
    command: list[str] = json.loads(last(name, "HEALTHCHECK").partition("CMD")[2])
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


def required(variable: re.Match[str]) -> str:
    """Return what a variable of the compose file stands for when only what must be said is said."""
    return variable["rest"] if variable["kind"] == "-" else "word"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Give the compose file as read, with its variables filled in."""
    yaml = pytest.importorskip("ruamel.yaml", reason="the extra `dev` brings it")
    text = VARIABLE.sub(required, COMPOSE.read_text(encoding="utf-8"))
    loaded: dict[str, Any] = yaml.YAML(typ="safe", pure=True).load(text)
    return loaded


def environment(service: dict[str, Any]) -> dict[str, str]:
    """Return the Dateline settings that a service gets: its image's, then the compose file's."""
    both = {**image_environment(service["build"]["target"]), **service.get("environment", {})}
    return {name: value for name, value in both.items() if name.startswith(PREFIX)}


def mib(size: str) -> int:
    """Return a size such as `2g` in MiB."""
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the services that run our images."""
    return {name: service for name, service in compose["services"].items() if "build" in service}


def tool(name: str) -> str:
    """Return a program of the development environment; skip where it is not installed."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        pytest.skip(f"{name} is not installed; the extra `dev` brings it")
    return str(path)


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_installs_its_own_extra_and_no_other(name: str) -> None:
    """An image gets the libraries of its service with their hashes, the project alone, and no other's libraries."""
    (venv,) = [text for text in dockerfile()[name].said("COPY") if "--from=" in text]
    assert venv == f"--from={name}-venv /opt/dateline /opt/dateline"
    steps = [step for stage in lineage(f"{name}-venv") for step in stage.steps]
    copied = [text.split()[0] for instruction, text in steps if instruction == "COPY" and "--from" not in text]
    assert copied == [f"requirements/{name}.txt"]
    assert (ROOT / copied[0]).is_file()
    installs = [text for instruction, text in steps if instruction == "RUN" and "pip install" in text]
    assert all("--require-hashes" in text or "--no-deps --no-index /wheels/" in text for text in installs)
    assert len(installs) == 2
    assert (
        name in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_an_image_starts_its_own_service(name: str) -> None:
    """A service's image runs the service's module, without a shell in between that would swallow signals."""
    assert json.loads(last(name, "ENTRYPOINT")) == ["python", "-m", f"services.{name}"]
    assert (ROOT / "services" / name / "__main__.py").is_file()


def test_the_command_line_has_an_image() -> None:
    """The image `cli` runs the program that the project installs."""
    (program,) = json.loads(last("cli", "ENTRYPOINT"))
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]


@pytest.mark.parametrize("name", ["ingest", "extract", "tag"])
def test_the_command_line_can_do_what_services_do(name: str) -> None:
    """The image `cli` has what `feeds check`, `extract`, `replay` and `tag` need, in the services' versions."""
    theirs, its = ((ROOT / f"requirements/{one}.txt").read_text(encoding="utf-8") for one in (name, "cli"))
    pinned = re.compile(r"^[\w.-]+==\S+", flags=re.MULTILINE)
    assert set(pinned.findall(theirs)) <= set(pinned.findall(its))


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_runs_as_nobody_in_particular(name: str) -> None:
    """The user is a number, which Kubernetes can check, and not root; the image has no installer and no compiler."""
    user, group = last(name, "USER").split(":")
    assert min(int(user), int(group)) > 999
    runs = [text for stage in lineage(name) for text in stage.said("RUN")]
    assert len(runs) == 1
    assert runs[0].startswith("pip uninstall")
    assert runs[0].endswith("wheel setuptools pip")


def test_base_images_are_pinned(compose: dict[str, Any]) -> None:
    """Every image that is not built here is named with a version, never with `latest` or with nothing."""
    text = DOCKERFILE.read_text(encoding="utf-8")
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11\.\d+-slim-[a-z]+$", text, flags=re.MULTILINE)
    assert {stage.base for stage in dockerfile().values()} - set(dockerfile()) == {"${PYTHON_IMAGE}"}
    for service in compose["services"].values():
        assert re.fullmatch(r"[a-z/-]+:\d+\.\d+[\w.-]*", service["image"])


def test_the_build_gets_what_it_copies_and_nothing_else() -> None:
    """What the Dockerfile copies exists and is let through by .dockerignore, and nothing else is."""
    texts = [text for stage in dockerfile().values() for text in stage.said("COPY") if "--from" not in text]
    copied = {source.partition("/")[0] for text in texts for source in text.split()[:-1]}
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    assert {line[1:].rstrip("/") for line in lines if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


def test_the_build_backend_is_the_locked_one() -> None:
    """The lines that the Dockerfile takes out of the lock file are those of setuptools, with hashes."""
    (run,) = [text for text in dockerfile()["wheel"].said("RUN") if "sed" in text]
    command = run.partition(" > ")[0]
    lines = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"setuptools==[\d.]+ \\\n(    --hash=sha256:\w+( \\)?\n)+    # via .*\n", lines)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_health_check_asks_the_service(name: str) -> None:
    """The image's health check passes while the loop turns, and fails when it hangs or when nobody answers."""
    port = free_port()
    environ = image_environment(name) | {f"{PREFIX}HEALTH_PORT": str(port)}

    def code() -> int:
        return subprocess.run(health_command(name), env=environ, capture_output=True, check=False).returncode

    now_s = 0.0
    health = Health(stall_s=60, monotonic=lambda: now_s)
    with served(health, "127.0.0.1", port):
        assert code() == 0
        now_s = 61.0
        assert code() != 0
    assert code() != 0


def test_every_service_is_deployed_from_its_target(compose: dict[str, Any]) -> None:
    """Each service of ours is built from the stage with its name; topics job and tools from the command line's."""
    assert set(ours(compose)) == {*SETTINGS, *COMMANDS}
    for name, service in ours(compose).items():
        build = service["build"]
        assert build["target"] == (name if name in SETTINGS else "cli")
        assert build["target"] in dockerfile()
        assert (COMPOSE.parent / build["context"]).resolve() == ROOT
        assert ROOT / build["dockerfile"] == DOCKERFILE
        assert service["image"].startswith(f"dateline-{build['target']}:")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_service_is_given_settings_that_it_has(
    name: str, compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service starts with exactly the settings of image and compose file, and uses each of them."""
    monkeypatch.chdir(tmp_path)  # no settings file of the developer's
    environ = environment(compose["services"][name])
    settings = SETTINGS[name].load(environ)
    assert set(environ) <= {PREFIX + known.upper() for known in SETTINGS[name].model_fields}
    assert settings.health_host == "0.0.0.0"
    assert str(settings.health_port) == image_environment(name)[f"{PREFIX}HEALTH_PORT"] == last(name, "EXPOSE")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_given_settings_that_there_are(
    name: str, compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The topics job and the tools get no setting that no command reads."""
    monkeypatch.chdir(tmp_path)
    environ = environment(compose["services"][name])
    groups = (KafkaSettings, DatabaseSettings, HttpSettings, ArchiveSettings)
    assert set(environ) <= {PREFIX + known.upper() for group in groups for known in group.model_fields}
    assert KafkaSettings.load(environ).kafka_bootstrap == "kafka:19092"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_one_that_there_is(name: str, compose: dict[str, Any]) -> None:
    """The command lines of topics job and tools are commands of the program."""
    command: Any = typer.main.get_command(app)
    words: list[str] = compose["services"][name]["command"]
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    if words != ["--help"]:
        command.make_context(name, words)  # refuses arguments that the command does not take


@pytest.mark.parametrize("name", SETTINGS)
def test_a_service_has_time_to_drain(name: str, compose: dict[str, Any]) -> None:
    """A service is killed only 15 seconds after its drain deadline."""
    service = compose["services"][name]
    assert float(service["stop_grace_period"].removesuffix("s")) >= float(environment(service)["DATELINE_DRAIN_S"]) + 15


@pytest.mark.parametrize("name", SETTINGS)
def test_a_service_has_memory_for_its_workers(name: str, compose: dict[str, Any]) -> None:
    """A worker that takes all it may have is ended by its own limit, and not with the whole service by the engine."""
    service = compose["services"][name]
    settings = SETTINGS[name].load(environment(service)).model_dump()
    workers = sum(value for setting, value in settings.items() if setting.endswith("_workers"))
    worker_mib = inspect.signature(WorkerPool).parameters["rss_max_mib"].default * MEMORY_FACTOR
    assert mib(service["mem_limit"]) >= workers * worker_mib + SPARE_MIB


def test_what_is_kept_is_kept_in_a_volume(compose: dict[str, Any]) -> None:
    """Spool and archive of those that write or read one are in a volume that they share, whose owner is their user."""
    place = "/var/lib/dateline"
    assert dockerfile()["runtime"].said("COPY") == [f"--from=wheel --chown={last('cli', 'USER')} /empty {place}"]
    for name in ("ingest", "extract", "cli"):
        service = compose["services"][name]
        assert service["volumes"] == [f"archive:{place}"]
        assert environment(service)["DATELINE_ARCHIVE_SPOOL"].startswith(f"{place}/")


def test_containers_may_do_little(compose: dict[str, Any]) -> None:
    """No container gains privileges or fills disk or memory of the host; ours cannot write to their images."""
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert {"restart", "mem_limit", "pids_limit"} <= service.keys(), name
    for name, service in ours(compose).items():
        assert service["read_only"] is True, name
        assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"], name


def test_nothing_is_published_beyond_this_host(compose: dict[str, Any]) -> None:
    """Ports are published on the loopback address only."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_only_what_fetches_has_a_way_out(compose: dict[str, Any]) -> None:
    """Tagging and storing reach broker and database only; Kafka is in both networks for its published port."""
    inner = {name for name, network in compose["networks"].items() if (network or {}).get("internal")}
    outer = {name for name, service in compose["services"].items() if set(service["networks"]) - inner}
    assert outer == {"ingest", "extract", "cli", "kafka"}


def test_what_is_waited_for_can_come(compose: dict[str, Any]) -> None:
    """A service waits for health only where there is a health check, and for an end only where there is one."""
    for name, service in compose["services"].items():
        for other, wait in service.get("depends_on", {}).items():
            condition = "service_completed_successfully" if other == "topics" else "service_healthy"
            assert wait == {"condition": condition}, f"{name} waits for {other}"
            assert other == "topics" or "healthcheck" in compose["services"][other]


def test_the_example_names_every_variable() -> None:
    """The example file has each variable of the compose file: what must be said empty, the rest with its default."""
    asked = {one["name"]: "" if one["kind"] == "?" else one["rest"] for one in VARIABLE.finditer(COMPOSE.read_text())}
    lines = re.findall(r"^#?([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert dict(lines) == asked


def test_the_dockerfile_passes_its_linter() -> None:
    """Hadolint finds nothing."""
    found = subprocess.run(
        [tool("hadolint"), "--no-color", str(DOCKERFILE)], capture_output=True, text=True, check=False
    )
    assert not found.stdout


def test_the_compose_file_keeps_to_its_specification() -> None:
    """The compose file is valid against the published schema of the Compose Specification."""
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
