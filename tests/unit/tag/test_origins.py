"""Whose story it is: pages that were taken from elsewhere, and pages that only mention others."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.tag.directory import Directory
from services.tag.outlet import tag_outlet
from services.tag.story import Story

PAGES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data/tag/origins.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def test_there_are_enough_of_both() -> None:
    """Sixty pages are taken from elsewhere, and some only look like it."""
    assert sum(bool(page["origin"]) for page in PAGES) >= 60
    assert sum(not page["origin"] for page in PAGES) >= 15


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_a_story_is_whose_it_says(directory: Directory, page: dict[str, Any]) -> None:
    """A story names its origin with the words, or the address, that say so; what it only mentions is none."""
    shown = page.get("at", "https://paper.example/1")
    url = {"requested": shown, "final": shown, "canonical": page.get("canonical", shown)}
    story = Story.model_validate({**page, "url": url})
    tag = tag_outlet(story, directory)
    assert (tag.origin.id if tag.origin else None) == page["origin"]
    proofs = [proof for proof in tag.evidence if proof.role == "origin"]
    assert len(proofs) == bool(page["origin"])
    assert all(story.text[one.start : one.end] == one.text for one in proofs if one.field == "text")
