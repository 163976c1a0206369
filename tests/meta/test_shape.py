"""The shape of the code: budgets that keep files and functions readable."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400


def sources() -> list[Path]:
    """Return the product's Python files."""
    return sorted(path for folder in ("schemas", "services") for path in (ROOT / folder).rglob("*.py"))


def test_no_function_is_long() -> None:
    """No function is longer than a screen."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


def test_no_file_is_long() -> None:
    """No module holds more than one thing's worth of lines."""
    assert not [str(path) for path in sources() if path.read_text(encoding="utf-8").count("\n") > FILE_LINES_MAX]


def test_certificates_are_always_verified() -> None:
    """Nobody turns the check of certificates off."""
    assert not [str(path) for path in sources() if re.search(r"verify\s*=\s*False|CERT_NONE", path.read_text("utf-8"))]


def test_the_environment_is_read_in_one_place() -> None:
    """Settings come through the settings module; only what starts processes passes the environment on."""
    allowed = {
        "services/kit/settings.py",
        "services/local/stack.py",
        "services/local/running.py",
        "services/local/up.py",
    }
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
