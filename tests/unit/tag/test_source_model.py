"""The packaged model of cited sources: its file, its marks, and what it does with any text."""

import hashlib
import json
import random
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.v1.tagged import OutletTag
from services.kit.errors import ServiceFailed
from services.tag.cited import source_model
from services.tag.cited.marks import Mark, Marks
from services.tag.cited.source_model import (
    CARD,
    MODEL,
    PIECES_MAX,
    VOCABULARY,
    Card,
    SourceModel,
    packaged,
    tokenizer_of,
)
from services.tag.cited.sources import tag_sources
from services.tag.directory import Directory
from services.tag.story import Story

DATA = files("services.tag") / "data"
CARD_PAGE = Path(__file__).parents[3] / "docs" / "models" / "cited-sources.md"
MODEL_MAX_BYTES = 30_000_000


@pytest.fixture(scope="module")
def model() -> SourceModel:
    """Return the packaged model."""
    return packaged()


def words_of(text: str, marks: tuple[Mark, ...]) -> list[str]:
    """Give the words of marks."""
    return [text[mark.start : mark.end] for mark in marks]


def test_the_card_names_the_file_that_is_packaged() -> None:
    """The hash in both cards is that of the model's file, which is small enough to be in the repository."""
    content = (DATA / MODEL).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert json.loads((DATA / CARD).read_text(encoding="utf-8"))["sha256"] == digest
    assert digest in CARD_PAGE.read_text(encoding="utf-8")
    assert len(content) < MODEL_MAX_BYTES


def test_a_damaged_file_is_refused() -> None:
    """A file that is not the card's is not loaded, and the error says which one."""
    card = Card.read((DATA / CARD).read_text(encoding="utf-8"))
    tokenizer = tokenizer_of((DATA / VOCABULARY).read_text(encoding="utf-8"))
    with pytest.raises(ServiceFailed, match=MODEL):
        SourceModel((DATA / MODEL).read_bytes()[:-1], card, tokenizer)


def test_a_file_that_is_not_there_has_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its files the model is refused with a code, and the error says which file."""
    monkeypatch.setattr(source_model, "files", lambda _: tmp_path)
    with pytest.raises(ServiceFailed, match=f"tag.model_missing.*{CARD}"):
        SourceModel.packaged()


def test_only_the_beginning_of_a_book_is_read(model: SourceModel) -> None:
    """Past the most pieces that are read nothing is marked, and nothing before it is lost."""
    sentence = "The ministry said so. "
    text = sentence * (PIECES_MAX // 5 + 500)
    sources = model.marks(text).sources
    assert PIECES_MAX // 5 * len(sentence) - 1000 < sources[-1].end <= PIECES_MAX // 5 * len(sentence)


def test_it_marks_who_said_what(model: SourceModel) -> None:
    """Source, cue and content of plain attributions are marked, each within its words."""
    text = 'The ministry said the bridge would reopen. "It is safe," engineer Ivana Kolar told reporters.'
    marks = model.marks(text)
    assert words_of(text, marks.sources) == ["The ministry", "engineer Ivana Kolar"]
    assert words_of(text, marks.cues) == ["said", "told"]
    assert all(0.5 < mark.sure < 1 for mark in (*marks.sources, *marks.cues))


def test_a_text_is_marked_the_same_whatever_was_read_before(model: SourceModel) -> None:
    """Marks hang on the text alone."""
    text = "Sources close to the talks said a deal was near, according to the Ansa news agency."
    first = model.marks(text)
    model.marks("Rain is expected in the north. " * 90)
    assert model.marks(text) == first


def test_nothing_is_marked_where_nobody_speaks(model: SourceModel) -> None:
    """A text without attribution has no sources; neither has an empty one."""
    assert not model.marks("The road is 14 kilometres long. It crosses two rivers.").sources
    assert model.marks("") == Marks((), (), ())
    assert model.marks("\n \n\u00a0") == Marks((), (), ())


PARTS = [
    "said", "told", "citing", "he", "Reuters", "according to", "Mr. O\u2019Neil", "12,500", "a" * 130,
    "\u201cYes,\u201d", '"', ":", ".", "\u2014", "\u00a0", "\r\n", "\n", "\n\n", "\t", "\x00", "\u2028", "\ufeff",
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\u0130", "\ufb01", "\ud7a3",
    "\u0642\u0627\u0644", "\u062a\u0627\u0633", "\u5171\u540c\u793e", "\u0928\u092e\u0938\u094d\u0924\u0947",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_marks_of_any_text_are_ranges_of_it_in_order(model: SourceModel, seed: int) -> None:
    """Marks of any mixture of scripts, emoji, blanks and line ends lie in the text, in order, without overlap."""
    dice = random.Random(seed)
    text = "".join(dice.choice(PARTS) + dice.choice(["", " ", " "]) for _ in range(dice.randrange(1, 160)))
    marks = model.marks(text)
    for kind in (marks.sources, marks.cues, marks.contents):
        assert all(0 <= mark.start < mark.end <= len(text) for mark in kind)
        assert all(0 <= mark.sure <= 1 for mark in kind)
        assert all(one.end <= other.start for one, other in pairwise(kind))
    for mark in (*marks.sources, *marks.cues):
        assert "\n" not in text[mark.start : mark.end]


@pytest.mark.parametrize("language", ["en", "de", "ar", "ru"])
def test_every_span_of_the_tag_gives_back_its_text(model: SourceModel, language: str) -> None:
    """Whatever the text, in any language that sources are read in, each span quotes it and each id is known."""
    dice, directory = random.Random(language), Directory.load()
    for _ in range(25):
        text = "".join(dice.choice(PARTS) + dice.choice(["", " ", " "]) for _ in range(dice.randrange(1, 160)))
        tag = tag_sources(Story(text=text, language=language), directory, OutletTag(), model)
        known = {source.id for source in tag.sources}
        for said in tag.attributions:
            for span in filter(None, (said.source, said.cue, said.content)):
                assert text[span.start : span.end] == span.text
            assert said.source_id in known or said.source_id.startswith("u")
