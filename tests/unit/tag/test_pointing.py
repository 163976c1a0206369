"""Whom pronouns and descriptions mean, where nothing but the words around them tells."""

import pytest

from schemas.v1.tagged import OutletTag
from services.tag.cited.sources import tag_sources
from services.tag.outlet import Directory
from services.tag.story import Story


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def last_source(text: str, directory: Directory) -> str | None:
    """Give the name of the source that is spoken of last, or the words for it."""
    tag = tag_sources(Story(text=text), directory, OutletTag())
    who = tag.attributions[-1].source_id
    return next((source.name or source.mention for source in tag.sources if source.id == who), None)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The port said it was late. A group of midwives had waited. They said no.", "group of midwives"),
        ("The divers had looked for cod. They said it was late.", "divers"),
        ("The port was unkind to two managers. They said it was late.", "two managers"),
        ("The minutes said it was late. They said more.", "minutes"),
        ("The port said no. The passengers were furious. One of them said it was late.", "passengers"),
    ],
)
def test_they_are_the_people_spoken_of_last(directory: Directory, text: str, source: str) -> None:
    """A sentence's subject, people who were counted, and a paper with a plural's name may all be `they`."""
    assert last_source(text, directory) == source


def test_he_in_a_clause_is_whom_the_sentence_is_about(directory: Directory) -> None:
    """`after he said` speaks of the subject of its sentence, not of whoever spoke before."""
    text = "A guard said no, said Ivo Brandt. Paul Ferraz was held after he said the port was shut."
    assert last_source(text, directory) == "Paul Ferraz"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The director of the Harbour Trust, Ana Ferraz, was dismissed. The former director said no.", "Ana Ferraz"),
        ("Ferries stood idle, and Captain Ana Ferraz was fined. The officer said no.", "Ana Ferraz"),
        ("Plans went to the ministry of culture. The ministry said no.", "ministry of culture"),
        ("The daily Kystbladet said it was late. The publication said why.", "Kystbladet"),
        ("The port said in a statement that it was late. The document says why.", "statement"),
        ("Historian Ana Ferraz of Bergen said it was late.", "Ana Ferraz"),
    ],
)
def test_a_description_finds_whom_the_text_brought_in(directory: Directory, text: str, source: str) -> None:
    """Offices with a name behind them, ranks, small names, outlets and papers are found under a later noun."""
    assert last_source(text, directory) == source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Residents of a village said it was late. The villagers said more.", "Residents of a village"),
        ("The Grain Growers of Manitoba said it was late. The farmers said more.", "Grain Growers of Manitoba"),
        (
            "Kystbladet newspaper said no. The Sudan Doctors Network said it. The network said why.",
            "Sudan Doctors Network",
        ),
        ("Kendra Superintendent of Police Ivo Brandt said it was late. The SP said why.", "Ivo Brandt"),
        (
            "The clinic's owner, an Indian physician, said no. The physician said why.",
            "clinic's owner, an Indian physician",
        ),
    ],
)
def test_another_noun_may_be_of_those_who_spoke(directory: Directory, text: str, source: str) -> None:
    """Nouns that stand for each other, members, parts of a name, initials of an office and appositions tell who."""
    assert last_source(text, directory) == source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A hotel owner in Tripoli was less hopeful. It was late, the man said.", "hotel owner in Tripoli"),
        ("The referee, who was there on Tuesday, was contrite. It was late, he said.", "referee"),
        ("Ana Ferraz has stepped down nine days before the Asian Cup, she said.", "Ana Ferraz"),
    ],
)
def test_who_was_told_of_and_did_not_speak_may_be_meant(directory: Directory, text: str, source: str) -> None:
    """Somebody without a name of whom a sentence says something, and the subject of the own sentence, are meant."""
    assert last_source(text, directory) == source


def test_who_is_only_acted_on_does_not_speak_next(directory: Directory) -> None:
    """Behind `The suspect was arrested` he is whoever spoke before."""
    text = "Ivo Brandt said no.\nThe suspect was arrested on Monday. He said it was late."
    assert last_source(text, directory) == "Ivo Brandt"


def test_an_aside_is_of_the_outlet_that_cites(directory: Directory) -> None:
    """In `X said, citing Y. All fled, it said` the outlet goes on telling."""
    text = "State broadcaster ORTM said, citing the army, that it was late. Four of them had fled, it said."
    assert last_source(text, directory) == "ORTM"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A former clerk told the court it was late.\nIvo Brandt, 41, said why.", "Ivo Brandt"),
        (
            "A local resistance committee told Radio Okapi no.\nThe Bara Resistance Committee said why.",
            "Bara Resistance Committee",
        ),
    ],
)
def test_who_opens_a_story_unnamed_gets_the_name_that_nothing_explains(
    directory: Directory, text: str, source: str
) -> None:
    """A name without a role, or a body with the same noun, is whoever opened the story, outlets aside."""
    tag = tag_sources(Story(text=text), directory, OutletTag())
    first = next(s for s in tag.sources if s.id == tag.attributions[0].source_id)
    assert first.name == source


@pytest.mark.parametrize(
    "text",
    [
        "A senior official told the court it was late.\nIvo Brandt, 41, said why.",
        "A driver told the court it was late.\nIvo Brandt, a teacher, said why.",
    ],
)
def test_who_keeps_back_or_is_another_gets_no_name(directory: Directory, text: str) -> None:
    """Officials who are not named, and people of whom the text says who they are, stay apart."""
    tag = tag_sources(Story(text=text), directory, OutletTag())
    assert tag.sources[0].name is None
