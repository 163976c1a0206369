"""Outside sets of data: where they are is told by a variable; tests that need them skip without it."""

import os
from pathlib import Path

import pytest


def corpus(name: str) -> Path:
    """Return the folder of a set, or skip the test, saying so."""
    root = os.environ.get("DATELINE_CORPORA")
    if not root:
        pytest.skip("DATELINE_CORPORA does not name the folder of the outside sets")
    folder = Path(root) / name
    if not folder.is_dir():
        pytest.fail(f"DATELINE_CORPORA names {root}, where there is no {name}")
    return folder
