"""How a page can end is a closed list: the code raises what the documentation names, and nothing else."""

import ast
import re
from pathlib import Path

from services.extract.events import PageBlocked, PageRetried

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"page\.[a-z0-9_]+")


def test_the_table_of_codes_is_complete() -> None:
    """Each code stands in the table, and each row of the table can happen."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    section = text.partition("## How a page ends")[2].partition("\n## ")[0]
    rows = [found[1] for line in section.splitlines() if (found := re.match(r"\| `(page\.[a-z0-9_]+)` \|", line))]
    said = {
        node.value
        for path in (ROOT / "services/extract").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    assert PageRetried.action in said
    assert PageBlocked.action in rows, "event and code have one name"
    assert len(rows) == len(set(rows))
    assert set(rows) == said - {PageRetried.action}
