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
