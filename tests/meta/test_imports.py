"""The import rules: who may know whom, and which library is met in which one place."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "extract", "tag", "store")
ALONE = {
    "feedparser": {"services/ingest/feeds.py"},
    "trafilatura": {"services/extract/text.py"},
    "httpcore2": {"services/kit/http"},
    "aiokafka": {"services/kit/kafka"},
    "asyncpg": {"services/kit/db.py"},
    "protego": {"services/extract/robots.py"},
    "typer": {"services/cli.py"},
    "obstore": {"services/kit/archive/bucket.py"},
    "warcio": {"services/kit/archive/warc.py"},
}
"""Foreign libraries and the only places that may import them."""


def sources(folder: str) -> list[Path]:
    """Return the Python files below a folder."""
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each module that a file imports, with the level of a relative import."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level
            if node.level == 0:
                yield from ((f"{node.module}.{alias.name}", 0) for alias in node.names)


def place(path: Path) -> str:
    """Return a file's path below the root."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources("schemas"), ids=place)
def test_schemas_know_pydantic_and_the_standard_library_only(path: Path) -> None:
    """The contract can be copied out alone: it imports pydantic, the standard library, and itself relatively."""
    for module, level in imported(path):
        top = module.partition(".")[0]
        assert level > 0 or top in {"pydantic", *sys.stdlib_module_names}, f"{place(path)} imports {module}"


@pytest.mark.parametrize("path", sources("services/kit"), ids=place)
def test_the_kit_knows_no_service(path: Path) -> None:
    """The plumbing imports schemas and itself, never a service."""
    for module, _ in imported(path):
        assert not module.startswith("services.") or module.startswith("services.kit"), f"{place(path)}: {module}"


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_knows_another(name: str) -> None:
    """Services meet in topics only."""
    for path in sources(f"services/{name}"):
        for module, _ in imported(path):
            known = module.startswith(("services.kit", f"services.{name}"))
            assert known or not module.startswith("services."), f"{place(path)} imports {module}"


@pytest.mark.parametrize("library", ALONE)
def test_each_foreign_library_is_met_in_one_place(library: str) -> None:
    """A foreign library has one adapter, so that it can be changed in one place."""
    for path in [*sources("schemas"), *sources("services")]:
        tops = {module.partition(".")[0] for module, level in imported(path) if level == 0}
        if library in tops:
            assert any(place(path).startswith(allowed) for allowed in ALONE[library]), f"{place(path)}: {library}"


def test_every_adapter_still_stands_where_the_rule_says() -> None:
    """The rule about libraries names places that exist and that do import the library."""
    for library, places in ALONE.items():
        users = {
            place(path) for path in sources("services") if library in {m.partition(".")[0] for m, _ in imported(path)}
        }
        assert users, f"nobody imports {library}"
        assert all(any(user.startswith(one) for user in users) for one in places), library
