"""All taggers together, and the filter."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from schemas.v1.article import Url
from schemas.v1.base import Span
from schemas.v1.tagged import OutletEvidence, Tags
from services.kit.errors import ServiceFailed
from services.tag.cited.sources import ATTRIBUTIONS_MAX
from services.tag.filter import run
from services.tag.folding import even, fold
from services.tag.places.region import PLACES_MAX
from services.tag.story import Story
from services.tag.tagger import ALL, READ_CHARS, Tagger
from tests.fakes.articles import article

NASTY = {
    "no-break spaces": "Iraq\u2019s\u00a0army\u00a0said Baghdad is\u00a0calm, Jane\u00a0Roe said.",
    "emoji": "\U0001f1eb\U0001f1f7 \U0001f468\u200d\U0001f469\u200d\U0001f467 France said \u201cOui \U0001f600\u201d "
    "on Friday.",
    "carriage returns": "13 Feb 2021\r\n\r\nBy Press TV\r\n\r\nSyria said so on Friday,\r\nReuters, citing a source, "
    "said.",
    "arabic": "قالت بغداد \u00abنعم\u00bb في سوريا",
    "combining marks": "Sa\u0303o Paulo and Me\u0301xico said yes. I\u0307stanbul \u0130stanbul "
    "\u00df \ufb01n said no.",
    "unclosed quotation": '"Peru is \u201cfar, he said. "And cold, said Ana "Lima" Roe of Chile, the',
    "odd whitespace": "\u2028Cuba\u2029said\u0085so\u000b(AFP)\u2003- \u3000Kyiv\ttoday",
    "lone surrogate": "Iran said \ud83d so.",
    "brackets": "Said ( Roe ( said ), (AP) \u2014 said, said ((( Chad ))) : said \u2014 , , said",
    "zero bytes": "\x00Syria\x00 said\x00 \x00so\x00",
}


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    """Return all taggers, loaded once."""
    return Tagger.load()


def spans(model: BaseModel) -> Iterator[Span | OutletEvidence]:
    """Yield everything in a record that quotes a text."""
    if isinstance(model, Span | OutletEvidence):
        yield model
    for name in type(model).model_fields:
        value = getattr(model, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, BaseModel):
                yield from spans(item)


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_every_span_quotes_the_text(tagger: Tagger, text: str) -> None:
    """Offsets count characters of the text as it is, whatever it is made of."""
    for padded in (text, f"13 Feb 2021\n\n{text}\n\nParis (AFP) - {text}"):
        story = Story(text=padded, title=text, feed_published_at=datetime(2021, 2, 13, tzinfo=UTC))
        for span in spans(tagger.tag(story)):
            if span.start is not None:
                assert padded[span.start : span.end] == span.text


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_a_reading_is_as_long_as_the_text(text: str) -> None:
    """Evening and folding change characters one for one."""
    assert len(even(text)) == len(text)
    assert len(fold(text)) == len(text)


def test_the_same_story_gives_the_same_tags(tagger: Tagger) -> None:
    """Nothing is kept from one story to the next."""
    story = Story(text="Syria said so on Friday. Jane Roe of Peru agreed. He said no.")
    first = tagger.tag(story).model_dump_json()
    tagger.tag(Story(text="Jack Roe said it. Chile too."))
    assert tagger.tag(story).model_dump_json() == first


def test_only_what_is_asked_for() -> None:
    """A tagger that was not asked for gives null and has no version; the gazetteer is not needed for sources."""
    tags = Tagger.load(frozenset({"sources"})).tag(Story(text="Jane Roe said no in Paris."))
    assert tags.sources is not None
    assert (tags.outlet, tags.date, tags.regions) == (None, None, None)
    assert set(tags.taggers) == {"sources"}


def test_an_unknown_tagger_is_refused() -> None:
    """A misspelt tagger is an error, not an empty answer."""
    with pytest.raises(ValueError, match="weather"):
        Tagger.load(frozenset({"weather"}))


def test_a_library_that_is_not_installed_has_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the model's libraries the sources are refused with a code and a way out, and rules still find them."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.delitem(sys.modules, "services.tag.cited.source_model", raising=False)
    monkeypatch.delattr("services.tag.cited.source_model", raising=False)
    with pytest.raises(ServiceFailed, match=r"tag\.model_missing: .*onnxruntime.*DATELINE_TAG_SOURCES=rules"):
        Tagger.load(frozenset({"sources"}))
    assert Tagger.load(frozenset({"sources"}), "rules").versions["sources"].endswith(".rules")


def test_an_article_is_a_story(tagger: Tagger) -> None:
    """What the taggers read is taken from an article by the same names."""
    address = "https://www.reuters.com/1"
    record = article(url=Url(requested=address, final=address, canonical=address), text="Peru said so.")
    story = Story.of(record)
    assert (story.text, story.url) == (record.text, record.url)
    tags = tagger.tag(story)
    assert tags.outlet is not None
    assert tags.outlet.host is not None
    assert tags.outlet.host.id == "reuters"
    assert set(tags.taggers) == ALL


def filtered(lines: list[str | bytes], only: frozenset[str] = ALL) -> list[dict[str, object]]:
    """Run the filter over lines."""
    written: list[str] = []
    run(lines, written.append, only)
    return [json.loads(line) for line in written]


def test_the_filter_answers_row_by_row() -> None:
    """Each row has one answer in its place; a bad row has a failure, and the next goes on."""
    answers = filtered(
        [
            '{"id": 1, "text": "Jane Roe said no.", "unknown": true}\n',
            b'{"id": "two"}',
            "no json",
            b"\xff\xfe",
            "[1]",
            "\n",
            '{"id": 6, "text": "\\u0000 \\ud83d said Jane Roe"}',
        ],
        frozenset({"sources"}),
    )
    assert [answer["id"] for answer in answers] == [1, "two", None, None, None, 6]
    assert set(answers[0]) == {"id", "sources", "taggers"}
    assert answers[1]["failure"] == {"code": "row.refused", "message": "text: Field required"}
    assert [answer["failure"]["code"] for answer in answers[2:5]] == ["row.unreadable"] * 3  # type: ignore[index]  # JSON


@pytest.mark.parametrize(
    "text", ["Xa said " * 12_000, '"' * 100_000, "(" * 100_000, "Paris, " * 14_000, "the of " * 14_000]
)
def test_a_text_made_to_stall_does_not(tagger: Tagger, text: str) -> None:
    """The work grows with the length of a text, and not with its square."""
    started = time.process_time()
    tagger.tag(Story(text=text, title=text[:300]))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("words", ['"', "\u201cYes\u201d said Jane Roe of Paris. "])
def test_the_end_of_an_endless_text_is_not_read(tagger: Tagger, words: str) -> None:
    """Megabytes of text give no more tags, and take no more time, than what is longer than any article."""
    endless = Story(text=words * (4_000_000 // len(words)))
    started = time.process_time()
    tags = tagger.tag(endless)
    assert time.process_time() - started < 10
    assert tags == tagger.tag(Story(text=endless.text[:READ_CHARS]))
    assert tags.regions
    assert tags.sources
    assert len(tags.regions.places) <= PLACES_MAX
    assert len(tags.sources.attributions) <= ATTRIBUTIONS_MAX


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_an_id_that_is_no_number_is_null(number: str) -> None:
    """What JSON has no word for is never written."""
    written: list[str] = []
    run([f'{{"id": {number}, "text": 5}}', f'{{"id": {number}, "text": "so"}}'], written.append, frozenset({"outlet"}))
    assert [line[:11] for line in written] == ['{"id": null'] * 2


def test_an_answer_is_written_before_the_next_row_is_read() -> None:
    """A reader on a pipe gets its answer without sending more."""
    written: list[str] = []

    def rows() -> Iterator[str]:
        for number in range(3):
            assert len(written) == number
            yield json.dumps({"id": number, "text": "Jane Roe said no."})

    run(rows(), written.append, frozenset({"sources"}))
    assert len(written) == 3


def test_tags_validate_as_the_contract_has_them(tagger: Tagger) -> None:
    """What comes out is a record of the contract, through JSON and back."""
    tags = tagger.tag(Story(text="PARIS (AFP) - France said so on Friday, Reuters, citing a source, said."))
    assert Tags.model_validate_json(tags.model_dump_json()) == tags
