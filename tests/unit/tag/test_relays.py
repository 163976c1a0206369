"""Through whom it came: who got hold of a paper, passed it on, or reports what another said."""

import pytest

from schemas.v1.tagged import OutletTag
from services.tag.cited.sources import tag_sources
from services.tag.outlet import Directory
from services.tag.story import Story


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def chain_of(text: str, directory: Directory) -> list[str]:
    """Give the names in the chain of a text with nothing else known."""
    return [link.name for link in tag_sources(Story(text=text), directory, OutletTag()).chain]


@pytest.mark.parametrize(
    ("told", "relay"),
    [
        ("in its yearly report, a copy of which was obtained by Rappler", "Rappler"),
        ("in a letter, a copy of which Reuters has seen", "Reuters"),
        ("in a letter whose text was published by El Comercio", "El Comercio"),
        ("in a letter shared with Reuters on Monday", "Reuters"),
        ("in an internal memo sent to the newspaper El Comercio", "El Comercio"),
        ("in a statement read out on state television ORTM", "ORTM"),
        ("in a statement posted late on Sunday by Rappler", "Rappler"),
    ],
)
def test_what_is_said_in_a_paper_came_through_who_has_it(told: str, relay: str, directory: Directory) -> None:
    """Behind the verb stands a paper, and behind that who obtained it, published it or read it out."""
    assert chain_of(f"The bridge was unsafe, the audit office said {told}.", directory) == [relay, "audit office"]


@pytest.mark.parametrize(
    "paper",
    [
        "a secret memo which El Comercio has obtained",
        "a secret memo that the newspaper El Comercio published on Sunday",
        "a secret memo published in part by El Comercio",
        "a secret memo made public by El Comercio",
        "a secret memo leaked to the newspaper El Comercio",
        "a secret memo to which El Comercio had access",
        "a secret memo, the text of which El Comercio has seen",
    ],
)
def test_a_paper_came_through_who_has_it(paper: str, directory: Directory) -> None:
    """Passive or active, a paper's clause names the outlet."""
    assert chain_of(f"The bridge was unsafe, according to {paper}.", directory)[0] == "El Comercio"


@pytest.mark.parametrize(
    "next_sentence",
    [
        "The email, obtained by ABC News, was sent to senior staff.",
        "The email was leaked to ABC News. It was sent to senior staff.",
        "The internal email, which ABC News published on Sunday, was sent to senior staff.",
        "ABC News obtained the email, which was sent to senior staff.",
    ],
)
def test_the_next_sentence_tells_who_has_the_paper(next_sentence: str, directory: Directory) -> None:
    """`The email` there is the one that shows it here."""
    chain = chain_of(f"The bridge was unsafe, a leaked email shows. {next_sentence}", directory)
    assert chain == ["ABC News", "leaked email"]


def test_another_paper_in_the_next_sentence_tells_nothing(directory: Directory) -> None:
    """Who has a paper that the attribution does not tell of is no relay of it."""
    text = "The bridge was unsafe, minister Marat Abenov said. The report, obtained by Reuters, was wrong."
    assert chain_of(text, directory) == ["Marat Abenov"]


@pytest.mark.parametrize(
    "told", ["a letter shows that the conservation group Vill Laks has made public", "emails released by Vill Laks"]
)
def test_an_organisation_publishes_letters_of_others(told: str, directory: Directory) -> None:
    """Whoever made public a letter relays it, be it no outlet; a body's own report is not relayed."""
    lead = "" if "shows" in told else "according to "
    assert chain_of(f"The bridge was unsafe, {lead}{told}.", directory)[0] == "Vill Laks"
    own = "The bridge was unsafe, according to a report released by the World Health Organization."
    assert chain_of(own, directory) == ["report"]


@pytest.mark.parametrize(
    "closing",
    [
        "the newspaper Ziarul de Garda reports",
        "the daily Ziarul de Garda wrote on Monday",
        "as quoted by the newspaper Ziarul de Garda",
        "according to the newspaper Ziarul de Garda",
    ],
)
def test_a_closing_clause_reports_what_another_wrote(closing: str, directory: Directory) -> None:
    """Who reports it at the end of the sentence relays who says it."""
    text = f"The bridge was unsafe, deputy mayor Igor Cebotaru wrote on Facebook, {closing}."
    assert chain_of(text, directory) == ["Ziarul de Garda", "Igor Cebotaru"]


def test_an_agency_reports_what_another_outlet_was_told(directory: Directory) -> None:
    """Both outlets stand in the chain, the one that was told nearest to who told it."""
    text = "The bridge was unsafe, Deputy Minister Marat Abenov told {}, the Kazinform agency reported on Thursday."
    for outlet in ("the Khabar 24 television channel", "Khabar 24 TV"):
        chain = chain_of(text.format(outlet), directory)
        assert chain[::2] == ["Kazinform", "Marat Abenov"]
        assert chain[1].startswith("Khabar 24")
