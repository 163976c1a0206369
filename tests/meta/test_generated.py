"""What is generated is committed as the code would write it, and the contract keeps its promises."""

import json
from pathlib import Path

import pytest

from docs.generate import generated
from schemas.topics import TOPICS


@pytest.mark.parametrize(("path", "text"), list(generated()), ids=lambda value: getattr(value, "name", ""))
def test_generated_files_have_not_drifted(path: Path, text: str) -> None:
    """A generated file is exactly what the code says; `make gen` writes it anew."""
    assert path.read_text(encoding="utf-8") == text


def test_records_are_open() -> None:
    """No schema forbids unknown fields: a newer producer must not break an older reader."""
    for path, text in generated():
        if path.suffix == ".json":
            assert '"additionalProperties": false' not in text


def test_value_lists_are_open_strings() -> None:
    """No schema fixes the values of a string: a new value must not break an older reader."""
    for path, text in generated():
        if path.suffix == ".json":
            assert '"enum"' not in text
            assert json.loads(text)["$id"].startswith("urn:dateline:")


def test_topics_have_names_of_their_own() -> None:
    """No two topics share a name."""
    assert len({topic.suffix for topic in TOPICS}) == len(TOPICS)
