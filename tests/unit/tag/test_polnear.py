"""How well speakers and cues of US political news are found (PolNeAR's dev part), by the model and its linking."""

import gzip
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from schemas.v1.base import Span
from schemas.v1.tagged import SourcesTag
from services.tag.cited.source_figures import agreement
from services.tag.story import Story
from services.tag.tagger import Tagger
from tests.fakes.corpora import corpus
from tests.fakes.gold_score import trimmed

Spans = list[tuple[int, int]]


def gold(row: dict[str, Any], label: str) -> Spans:
    """Give the spans of a label that people marked."""
    pieces = [span["pieces"] for span in row["spans"] if span["label"] == label]
    return sorted({trimmed(row["text"], (min(a for a, _ in one), max(b for _, b in one))) for one in pieces})


def found(row: dict[str, Any], spans: Iterable[Span]) -> Spans:
    """Give spans of a tag in the same way."""
    return sorted({trimmed(row["text"], (span.start, span.end)) for span in spans})


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Return the documents."""
    with gzip.open(corpus("sources") / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def tags(rows: list[dict[str, Any]]) -> Sequence[SourcesTag]:
    """Return their tags."""
    tagger = Tagger.load(frozenset({"sources"}))
    tags = [tagger.tag(Story(text=row["text"], title=row["title"])).sources for row in rows]
    return [tag for tag in tags if tag is not None]


def test_speakers_are_found(rows: list[dict[str, Any]], tags: Sequence[SourcesTag]) -> None:
    """Speakers are found with their exact words at F1 0.81, and touched at 0.84."""
    ours = [found(row, (said.source for said in tag.attributions)) for row, tag in zip(rows, tags, strict=True)]
    exact, overlap = agreement(ours, [gold(row, "Source") for row in rows])
    assert exact >= 0.81
    assert overlap >= 0.84


def test_cues_are_found(rows: list[dict[str, Any]], tags: Sequence[SourcesTag]) -> None:
    """Cues are found with their exact words at F1 0.74."""
    ours = [found(row, (said.cue for said in tag.attributions)) for row, tag in zip(rows, tags, strict=True)]
    assert agreement(ours, [gold(row, "Cue") for row in rows])[0] >= 0.74
