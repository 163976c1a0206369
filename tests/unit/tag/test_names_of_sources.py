"""Names and kinds of sources as phrases of many forms give them."""

import pytest

from services.tag.cited.marks import Mark
from services.tag.cited.speakers import read_speaker
from services.tag.cited.trimming import trimmed_sources
from services.tag.directory import Directory
from services.tag.words import Words


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


@pytest.mark.parametrize(
    ("phrase", "kind", "name"),
    [
        ("The Rail, Ferry and Harbour Union", "organisation", "Rail, Ferry and Harbour Union"),
        ("the Transport, Housing and Labour Ministry", "official_body", "Transport, Housing and Labour Ministry"),
        ("the 3rd Regional Water Authority", "official_body", "3rd Regional Water Authority"),
        ("Ngo Thi Binh", "person", "Ngo Thi Binh"),
        ("the group's spokesman, Moussa Ag Alher,", "person", "Moussa Ag Alher"),
        ("Kim Dae Un", "person", "Kim Dae Un"),
        ("The Permanent Lake Framework, a coalition of clubs,", "organisation", "Permanent Lake Framework"),
        ("The Danish Anti-Doping Agency", "official_body", "Danish Anti-Doping Agency"),
        ("the Norwegian Coastal Agency", "official_body", "Norwegian Coastal Agency"),
        ("the Fiji Star", "outlet", "Fiji Star"),
        ("Arna 24", "outlet", "Arna 24"),
        ("The salmon farmer, Nordkyst Fisk,", "organisation", "Nordkyst Fisk"),
    ],
)
def test_a_name_is_read_whole_and_of_its_kind(directory: Directory, phrase: str, kind: str, name: str) -> None:
    """A body of several fields, an ordinal, a person's name like an abbreviation: each is one name of its kind."""
    read = read_speaker(phrase, directory)
    assert (read.kind, read.name) == (kind, name)


@pytest.mark.parametrize(
    ("phrase", "kind", "words"),
    [
        ("the SP", "anonymous", "SP"),
        ("the account", "social_media", "account"),
        ("a statement read out on state radio", "document", "statement read out on state radio"),
        ("a track inspector to 11 senior managers", "anonymous", "track inspector"),
        ("an auditors' report published in part by a paper", "document", "auditors' report"),
        ("a letter to several ministers", "document", "letter to several ministers"),
    ],
)
def test_a_phrase_without_a_name_keeps_its_noun(directory: Directory, phrase: str, kind: str, words: str) -> None:
    """Whom a message went to, and who printed a part of it, is no part of the words for its author."""
    read = read_speaker(phrase, directory)
    assert (read.kind, read.name, read.words) == (kind, None, words)


def test_a_mark_takes_in_the_first_of_several_fields() -> None:
    """Where a mark begins behind the first comma of a body's name, the name before the comma is part of it."""
    text = Words("It rained.\nThe Rail, Ferry and Harbour Union said so.")
    start = text.text.index("Ferry")
    [mark] = trimmed_sources(text, [Mark(start, text.text.index(" said"), 1.0)], [], [])
    assert text.text[mark.start : mark.end] == "The Rail, Ferry and Harbour Union"
