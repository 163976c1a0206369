"""Who said it: attributions, sources, and the chain."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.v1.tagged import Outlet, OutletTag, SourcesTag
from services.tag.cited.attribution import Said
from services.tag.cited.carriers import carriers
from services.tag.cited.sources import tag_sources
from services.tag.outlet import Directory, tag_outlet
from services.tag.story import Story
from services.tag.words import Words

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "tag" / "sources.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def sources_of(text: str, directory: Directory, **said: Any) -> SourcesTag:
    """Tag a text with nothing else known."""
    return tag_sources(Story(text=text, **said), directory, OutletTag())


@pytest.mark.parametrize("case", CASES, ids=[case["claim"] for case in CASES])
def test_an_attribution_gives_speaker_verb_and_content(case: dict[str, Any], directory: Directory) -> None:
    """Each shape of attribution is found with its exact spans, and its speaker is read."""
    tag = sources_of(case["text"], directory)
    found = next(a for a in tag.attributions if a.source.text == case["source"])
    assert found.cue.text == case["cue"]
    if "content" in case:
        assert found.content is not None
        assert found.content.text == case["content"]
    source = next(s for s in tag.sources if s.id == found.source_id)
    said = {key: case[key] for key in ("kind", "name", "role", "affiliation", "country") if key in case}
    assert {key: getattr(source, key) for key in said} == said


def test_a_surname_and_a_pronoun_are_the_person_named_before(directory: Directory) -> None:
    """A full name, a surname and a pronoun make one source with three attributions."""
    tag = sources_of(
        "Trade Minister Ana Ferraz said the deal was done. Ferraz added that work would start. "
        '"It took years," she said.',
        directory,
    )
    assert [(s.name, s.role) for s in tag.sources] == [("Ana Ferraz", "Trade Minister")]
    assert [a.source_id for a in tag.attributions] == ["s1", "s1", "s1"]


def test_a_name_that_did_not_speak_completes_a_surname(directory: Directory) -> None:
    """A surname is completed by a full name from before, spoken or not."""
    tag = sources_of("Police detained Pavel Horak on Monday. Horak denied the charge.", directory)
    assert [s.name for s in tag.sources] == ["Pavel Horak"]


def test_the_source_is_the_unnamed_source_from_before(directory: Directory) -> None:
    """`the source` goes back to `a security source`; `another source` does not."""
    tag = sources_of(
        "A security source said the road was mined. The source added that patrols had stopped. "
        "Another source denied it.",
        directory,
    )
    assert [s.mention for s in tag.sources] == ["security source", "Another source"]
    assert [a.source_id for a in tag.attributions] == ["s1", "s1", "s2"]


def test_citing_makes_a_chain(directory: Directory) -> None:
    """`X, citing Y, said` gives Y through X, and the chain runs from the outlet over X to Y."""
    story = Story(
        text="By Press TV\nThe plant will restart in May, Reuters, citing a diplomatic source, said on Monday.",
    )
    tag = tag_sources(story, directory, tag_outlet(story, directory))
    reuters = next(s for s in tag.sources if s.name == "Reuters")
    unnamed = next(s for s in tag.sources if s.anonymous)
    assert reuters.cites == [unnamed.id]
    assert [(a.source_id, a.via) for a in tag.attributions if a.via] == [(unnamed.id, reuters.id)]
    assert [link.name for link in tag.chain] == ["Press TV", "Reuters", "diplomatic source"]
    assert [link.outlet_id for link in tag.chain] == ["press-tv", "reuters", None]


def test_headings_above_a_story_are_no_part_of_its_claim(directory: Directory) -> None:
    """A headline that the text gives twice does not put off who is cited in the first paragraph."""
    headline = "Ferry between the islands will run again before the end of the year"
    text = f"{headline}\n\n3 May 2024\n\n{headline}\n\nThe ferry will run again, according to a harbour official."
    tag = sources_of(text, directory)
    assert [link.name for link in tag.chain] == ["harbour official"]


def test_a_teller_by_a_short_name_stands_once_in_the_chain(directory: Directory) -> None:
    """`La Gazette` in a story of `La Gazette du Verneau` is that paper."""
    told_by = OutletTag(host=Outlet(name="Passage Bulletin"), origin=Outlet(name="La Gazette du Verneau"))
    story = Story(text="The newspaper La Gazette, citing the education ministry, said on Monday the school would shut.")
    tag = tag_sources(story, directory, told_by)
    assert [link.name for link in tag.chain] == ["La Gazette du Verneau", "education ministry"]
    assert tag.sources[0].name == "La Gazette du Verneau"


def test_quoted_as_saying_makes_a_relay(directory: Directory) -> None:
    """`X quoted Y as saying` gives Y through X."""
    tag = sources_of('"It is over," Interfax quoted the envoy as saying.', directory)
    relayed = next(a for a in tag.attributions if a.via)
    assert relayed.source.text == "the envoy"
    assert relayed.content is not None
    assert relayed.content.text == '"It is over,"'


def test_an_outlet_that_was_told_is_a_relay(directory: Directory) -> None:
    """`Y told Reuters` gives Y through Reuters, but not on Reuters' own page; a person who was told relays nothing."""
    text = "Ana Ferraz told Reuters the deal was done. Ivo Brandt told Jane Roe it was not."
    tag = sources_of(text, directory)
    assert [(link.name, link.outlet_id) for link in tag.chain] == [("Reuters", "reuters"), ("Ana Ferraz", None)]
    assert [a.via is not None for a in tag.attributions] == [True, False]
    reuters = OutletTag(host=Outlet(id="reuters", name="Reuters"))
    own = tag_sources(Story(text=text), directory, reuters)
    assert [link.name for link in own.chain] == ["Reuters", "Ana Ferraz"]
    assert [s.name for s in own.sources] == ["Ana Ferraz", "Ivo Brandt"]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (
            'Boats went back to the lake again on Monday.\nThe weed had gone by night.\n"We wept," Ana Ferraz said.',
            [],
        ),
        ('Boats went back to the lake on Monday after a week.\n"We ate porridge," Ana Ferraz said.', []),
        (
            "Boats went back to the lake on Monday after a week.\nThe lake police said the weed had drifted off.",
            ["lake police"],
        ),
        ("A bridge fell, a guard said.\nThe guard told Reuters that nobody was hurt.", ["Reuters", "guard"]),
        ("Ana Ferraz said a bridge fell.\nFerraz told Reuters that nobody was hurt.", ["Ana Ferraz"]),
        (
            "Police warned the ministry of the escape, Reuters reported on Monday, citing a memo.",
            ["Reuters", "memo"],
        ),
        ("Police said the inmates fled, Reuters reported on Monday, citing a memo.", ["Reuters", "Police"]),
        ("A mill burned, the mayor wrote on Telegram, as quoted by Reuters.", ["Reuters", "mayor"]),
        ("Reuters has learned from a diplomat that talks will go on.", ["Reuters", "diplomat"]),
        ("A mill burned, Reuters reported with reference to a port official.", ["Reuters", "port official"]),
        ("Bread stays cheap, the mayor told parliament on Monday, the daily Al-Ahram said.", ["Al-Ahram", "mayor"]),
        ("A mill burned, Reuters has been told by a clerk.", ["Reuters", "clerk"]),
        ("A mill burned, Reuters reported, having seen the letter.", ["Reuters", "letter"]),
        ("A mill burned, said Reuters, which spoke to two clerks.", ["Reuters", "two clerks"]),
        ("A mill burned, Reuters learned from a clerk.", ["Reuters", "clerk"]),
        ("As Reuters learned from a clerk, a mill burned.", ["Reuters", "clerk"]),
        ("Reuters says it heard this from a judge. A mill burned.", ["Reuters", "judge"]),
        ("A mill burned, Reuters said, attributing the information to a judge.", ["Reuters", "judge"]),
        ("A mill burned, Reuters reported, relying on a judge.", ["Reuters", "judge"]),
        ("Reuters said that, according to a judge, a mill burned.", ["Reuters", "judge"]),
        ("A mill burned, a clerk is said to have told Reuters.", ["Reuters", "clerk"]),
        ("A mill burned, a clerk said in answer to questions from Reuters.", ["Reuters", "clerk"]),
        ("A mill burned, the mayor said in a notice relayed by Reuters.", ["Reuters", "mayor"]),
        ("A mill burned, the mayor said in a notice on VK.", ["mayor"]),
        ("According to a clerk who spoke to Reuters, a mill burned.", ["Reuters", "clerk"]),
        (
            "A mill burned, Reuters reported.\nIts source in the city council said so.",
            ["Reuters", "source in the city council"],
        ),
        ("A mill burned, Reuters reported.\nThe agency heard of the fire from two clerks.", ["Reuters", "two clerks"]),
        ("A mill burned, Reuters reported.\nReuters said it had seen a memo.", ["Reuters", "memo"]),
        ("A mill burned, Reuters reported.\nReuters referred to a source.", ["Reuters", "source"]),
        ("A mill burned, Reuters reported.\nReuters based its report on a memo.", ["Reuters", "memo"]),
        (
            "A mill burned, Reuters reported.\nReuters attributed the news to the prefect of Vik, Captain Ana Ferraz.",
            ["Reuters", "Ana Ferraz"],
        ),
        ("A mill burned, Reuters reported.\nReuters attributed the fire to the minister of works.", ["Reuters"]),
        (
            "A mill burned, AFP said, quoting Reuters, which referred to the Ministry of Roads.",
            ["Agence France-Presse", "Reuters", "Ministry of Roads"],
        ),
        ("A mill burned, Reuters reported.\nReuters said two died. It referred to a memo.", ["Reuters"]),
        ('A mill burned as a guard slept, Reuters reported.\n"I was," the guard told Reuters.', ["Reuters", "guard"]),
        (
            "A mill burned, AFP said, citing Reuters.\nReuters was told of it by a clerk.",
            ["Agence France-Presse", "Reuters", "clerk"],
        ),
        (
            "A mill burned, AFP reported this Tuesday, which cited clerks of the court.",
            ["Agence France-Presse", "clerks of the court"],
        ),
        ("A mill burned after the owner promised peace, Ana Ferraz told Reuters.", ["Reuters", "Ana Ferraz"]),
        ("A mill burned, a clerk said on the air of Reuters.", ["Reuters", "clerk"]),
        ("The fire was confirmed by Ana Ferraz to Reuters.", ["Reuters", "Ana Ferraz"]),
        ("A mill burned, according to figures that were published on Tuesday by Reuters.", ["Reuters", "figures"]),
        ("Talks failed, according to a Reuters dispatch that cited an internal memo.", None),
    ],
)
def test_the_chain_goes_to_whoever_the_claim_is_from(text: str, chain: list[str] | None, directory: Directory) -> None:
    """A story of the reporter's own has none; others go over who relays them to who said it first."""
    tag = sources_of(text, directory)
    if chain is None:
        assert tag.chain[-1].name == "internal memo"
    else:
        assert [link.name for link in tag.chain] == chain


def test_a_report_rests_on_all_that_it_names(directory: Directory) -> None:
    """`It referred to a memo and to two clerks` gives both as what the outlet relies on."""
    tag = sources_of(
        "A mill burned, Reuters reported. Reuters referred to a memo and to two clerks on Monday.", directory
    )
    outlet, *cited = tag.sources
    assert [source.mention for source in cited] == ["memo", "two clerks"]
    assert outlet.cites == [source.id for source in cited]


def test_it_means_the_speaker_and_not_who_carried_the_statement(directory: Directory) -> None:
    """The agency that carried a statement is no nearer to `it` than the ministry that made it."""
    tag = sources_of(
        "The oil ministry cut output, it said in a statement carried by Reuters. It added details.", directory
    )
    by_id = {source.id: source.mention for source in tag.sources}
    assert {by_id.get(a.source_id) for a in tag.attributions if a.source.text in {"it", "It"}} == {"oil ministry"}


@pytest.mark.parametrize(
    "text",
    [
        "Sector chief Ana Ferraz said it in a column published by Reuters.",
        "Sector chief Ana Ferraz confirmed it to Reuters.",
        "Sector chief Ana Ferraz, speaking on Reuters, denied it.",
        "Sector chief Ana Ferraz said on Reuters that it was so.",
        "A memo of which Reuters obtained a copy said so.",
        "A memo, which Reuters has seen, said so.",
    ],
)
def test_whoever_carried_it_is_a_relay(text: str, directory: Directory) -> None:
    """A column, an answer to an agency, a talk on air and a paper that it saw came through the outlet."""
    assert [link.name for link in sources_of(text, directory).chain][:1] == ["Reuters"]


def test_a_journal_carries_no_study() -> None:
    """Where a study came out tells no outlet that passed it on; who published figures does."""
    for text, carried in (
        ("a study published on Monday in Optics", []),
        ("figures published on Monday by Optics", [1]),
    ):
        said = Said((0, len(text)), (0, 1), None, "assertion")
        assert len([*carriers(Words(text), said)]) == len(carried)


def test_silence_makes_no_source(directory: Directory) -> None:
    """Who did not answer has said nothing."""
    assert sources_of("The regulator did not respond to questions.", directory).sources == []


def test_a_clause_that_describes_is_part_of_the_speaker(directory: Directory) -> None:
    """`who runs the mill` says who it is, `who asked not to be named` tells of the talk."""
    tag = sources_of(
        "Ana Ferraz, who runs the mill, said it burned. A clerk, who asked not to be named, said it rained.", directory
    )
    assert [a.source.text for a in tag.attributions] == ["Ana Ferraz, who runs the mill", "A clerk"]


def test_an_attitude_makes_no_source(directory: Directory) -> None:
    """Who only hopes or supports has an attribution and is no cited source."""
    tag = sources_of("Ivo Brandt supports the plan.", directory)
    assert tag.sources == []
    assert [(a.stance, a.source_id) for a in tag.attributions] == [("attitude", "u1")]
    assert tag.chain == []


def test_the_headline_names_the_source_of_the_main_claim(directory: Directory) -> None:
    """A credit behind the headline's colon starts the chain, whoever is cited first."""
    tag = sources_of(
        "Farmers said the rains were late. Bread will cost more, Reuters reported.",
        directory,
        title="Bread to cost more: Reuters",
    )
    assert [link.name for link in tag.chain] == ["Reuters"]


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        (
            "fr",
            "La route est fermée, a déclaré Jeanne Moreau-Lefort.",
            ("Jeanne Moreau-Lefort", "a déclaré", "Jeanne Moreau-Lefort"),
        ),
        ("fr", "Selon l'agence Reuters, le pont a cédé.", ("l'agence Reuters", "Selon", "Reuters")),
        ("fr", "Paul Arnaud a dit \u00ab non \u00bb.", ("Paul Arnaud", "a dit", "Paul Arnaud")),
        ("de", "\u201eEs reicht\u201c, sagte Jana Vogel.", ("Jana Vogel", "sagte", "Jana Vogel")),
        ("de", "Laut AFP ist die Brücke gesperrt.", ("AFP", "Laut", "Agence France-Presse")),
        ("es", "La calle está cortada, dijo Ana Ruiz.", ("Ana Ruiz", "dijo", "Ana Ruiz")),
        ("es", "Según EFE, el puente cayó.", ("EFE", "Según", "EFE")),
    ],
)
def test_a_named_speaker_in_other_languages(
    directory: Directory, language: str, text: str, wanted: tuple[str, str, str]
) -> None:
    """French, German and Spanish have a small grammar for speakers with a name."""
    tag = sources_of(text, directory, language=language)
    (said,), (source,) = tag.attributions, tag.sources
    assert (said.source.text, said.cue.text, source.name) == wanted


def test_other_languages_give_nothing_rather_than_noise(directory: Directory) -> None:
    """A text in a language without a grammar has no sources."""
    assert sources_of("Jana Nowak said nie.", directory, language="pl") == SourcesTag()


def test_a_text_without_speakers_has_no_sources(directory: Directory) -> None:
    """Nobody speaks in a weather report, and in an empty text."""
    assert sources_of("Rain in the west, sun in the east.", directory) == SourcesTag()
    assert sources_of("", directory) == SourcesTag()
