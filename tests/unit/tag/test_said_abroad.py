# ruff: noqa: RUF001 - sentences in many scripts
"""Who said it, in French, German, Spanish, Arabic and Russian."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from services.tag.cited.attribution import Said
from services.tag.cited.said_abroad import LANGUAGES, find_said_abroad
from services.tag.cited.speakers_abroad import is_bare_name, pronoun_number, read_common
from services.tag.outlet import Directory
from services.tag.words import Words

CASES = Path(__file__).parents[2] / "data" / "attribution" / "languages"
WRITTEN = ("ar", "de", "es", "fr", "ru")
VERBS = {"ar": "قال", "de": "sagte", "es": "dijo", "fr": "déclare", "ru": "сообщил"}


class Tally(NamedTuple):
    """What was found in the cases of a language."""

    right: int
    found: int
    wanted: int
    kinds: int
    """Those that are right and of the right kind."""
    spoken: int
    """Those that are right and no pronouns, which have no kind of their own."""
    made_up: int
    """What was found where nobody speaks."""


def cases(language: str) -> list[dict[str, Any]]:
    """Return the annotated texts of a language."""
    loaded: list[dict[str, Any]] = json.loads((CASES / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def place_of(text: str, wanted: dict[str, Any]) -> tuple[int, int]:
    """Return where the source of an annotation stands."""
    assert text.count(wanted["in"]) == 1
    start = text.index(wanted["in"]) + wanted["in"].index(wanted["source"])
    return start, start + len(wanted["source"])


def kind_of(text: str, said: Said, language: str, directory: Directory) -> str | None:
    """Return the kind that the phrase of a speaker is read as."""
    start, end = said.source
    phrase = Words(text).text[start:end]
    speaker = read_common(phrase, language, text[end : end + 120], directory)
    return speaker.kind if speaker else None


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def tally(language: str, directory: Directory) -> Tally:
    """Compare what the rules find with what is annotated."""
    counts = [0] * len(Tally._fields)
    for case in cases(language):
        text = case["text"]
        found = {said.source: said for said in find_said_abroad(Words(text), language)}
        wanted = {place_of(text, annotated): annotated for annotated in case["attributions"]}
        for place in found.keys() & wanted.keys():
            spoken = pronoun_number(wanted[place]["source"], language) is None
            kind = kind_of(text, found[place], language, directory)
            counts[3] += spoken and kind == wanted[place]["kind"]
            counts[4] += spoken
        counts[0] += len(found.keys() & wanted.keys())
        counts[1] += len(found)
        counts[2] += len(wanted)
        counts[5] += len(found) if not wanted else 0
    return Tally(*counts)


def said_in(text: str, language: str) -> list[tuple[str, str, str | None]]:
    """Return source, cue and content of each attribution as words."""
    return [
        (text[slice(*said.source)], text[slice(*said.cue)], text[slice(*said.content)] if said.content else None)
        for said in find_said_abroad(Words(text), language)
    ]


@pytest.mark.parametrize("language", WRITTEN)
def test_twenty_texts_of_a_language(language: str, directory: Directory) -> None:
    """Nine of ten sources are found with exact spans and are of the right kind; nobody is heard where nobody speaks."""
    reached = tally(language, directory)
    assert len(cases(language)) == 20
    assert 2 * reached.right / (reached.found + reached.wanted) >= 0.9
    assert reached.kinds / reached.spoken >= 0.9
    assert reached.made_up == 0


@pytest.mark.parametrize("language", WRITTEN)
def test_who_relays_is_found(language: str) -> None:
    """A relay that itself speaks, or from whom is taken, is the annotated one in nine of ten cases."""
    right = wanted = 0
    for case in cases(language):
        found = {said.source: said for said in find_said_abroad(Words(case["text"]), language)}
        for annotated in case["attributions"]:
            if annotated["via"] is None:
                continue
            said = found[place_of(case["text"], annotated)]
            relay = said.via or said.listener
            wanted += 1
            right += relay is not None and case["text"][slice(*relay)] in annotated["via"]
    assert wanted
    assert right / wanted >= 0.9


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("fr", "La route est fermée, a déclaré Jeanne Moreau-Lefort.", "Jeanne Moreau-Lefort"),
        ("fr", "« Non », a-t-elle répondu.", "elle"),
        ("fr", "C'est ce qu'a annoncé Éric Valdel mardi.", "Éric Valdel"),
        ("fr", "Comme l'explique l'ingénieure Zoé Brun, le pont tient.", "l'ingénieure Zoé Brun"),
        ("de", "Das Ministerium teilte am Montag in Kiel mit, dass die Straße frei sei.", "Das Ministerium"),
        ("de", "Wie die Polizei bekannt gab, ist die Straße frei.", "die Polizei"),
        ("de", "Jana Vogel gewann. „Es reicht“, sagte Vogel.", "Vogel"),
        ("de", "Nach einer Studie der Universität sinkt der Spiegel.", "einer Studie der Universität"),
        ("es", "El jefe de las Fuerzas Navales (FN), Ana Ruiz, dijo que el buque llegó.", None),
        ("es", "Según informó el Servicio Nacional, lloverá.", "el Servicio Nacional"),
        ("es", "Un funcionario que pidió no ser citado declaró que hay acuerdo.", "Un funcionario"),
        ("ar", "وأعلنت وزارة الصحة والسكان تسجيل ثلاث حالات.", "وزارة الصحة والسكان"),
        ("ar", "ونقلت وكالة تاس عن دبلوماسي قوله إن الاتفاق قريب.", "دبلوماسي"),
        ("ar", "وفقًا لوزارة النقل، أغلق الجسر.", "وزارة النقل"),
        ("ru", "По её словам, мост закрыт.", "её"),
        ("ru", "ТАСС со ссылкой на полицию сообщает о взрыве.", "ТАСС"),
        ("ru", "Дорога закрыта, сообщили в полиции.", "полиции"),
    ],
)
def test_shapes_of_attribution(language: str, text: str, wanted: str | None) -> None:
    """Each shape gives its speaker: inversion, clitics, brackets, parted verbs, `as X said`, joined letters."""
    sources = [source for source, _, _ in said_in(text, language)]
    assert (wanted in sources) if wanted else sources


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le montant déclaré dépasse la limite."),
        ("fr", "Le club lance un appel aux dons."),
        ("de", "Zeugen melden sich bitte bei der Wache."),
        ("es", "El anuncio llegó tarde."),
        ("es", "Se informó de la visita a los vecinos."),
        ("es", '"Basta", añadió.'),
        ("ar", "وأضاف أن الوفد وصل."),
        ("ru", "И потом признали Грибова виновным."),
    ],
)
def test_nobody_speaks(language: str, text: str) -> None:
    """A noun that looks like a verb, a verb that reports nothing, and a subject in an ending give no source."""
    assert [source for source, _, _ in said_in(text, language)] == []


def test_what_is_said_is_a_quotation_or_a_clause() -> None:
    """Content is the quotation with its marks, the clause behind `that`, or the clause before an inverted verb."""
    assert said_in("« Oui », dit Anne Roux.", "fr") == [("Anne Roux", "dit", "« Oui »")]
    assert said_in("Anne Roux a dit mardi que le pont tient.", "fr") == [("Anne Roux", "a dit", "le pont tient")]
    assert said_in("Der Damm hält, sagte Anne Roth.", "de") == [("Anne Roth", "sagte", "Der Damm hält")]


@pytest.mark.parametrize(
    ("language", "phrase", "wanted"),
    [
        ("fr", "la porte-parole du ministère, Zoé Brun", ("person", "Zoé Brun")),
        ("fr", "un responsable local", ("anonymous", None)),
        ("de", "Verkehrsministerin Anke Thomsen", ("person", "Anke Thomsen")),
        ("de", "Regierungskreisen", ("anonymous", None)),
        ("de", "die Pariser Hafengesellschaft", ("organisation", None)),
        ("es", "el portavoz militar, contralmirante Juan Rey", ("person", "Juan Rey")),
        ("ar", "المتحدث باسم الجيش العقيد فادي منصور", ("person", "فادي منصور")),
        ("ar", "وكالة رويترز", ("news_agency", "Reuters")),
        ("ru", "представитель МИД Павел Громов", ("person", "Павел Громов")),
        ("ru", "агентство ТАСС", ("news_agency", "TASS")),
        ("fr", "l'AFP", ("news_agency", "Agence France-Presse")),
    ],
)
def test_a_phrase_is_read(language: str, phrase: str, wanted: tuple[str, str | None], directory: Directory) -> None:
    """A phrase gives the kind of speaker and the name, an outlet's from the directory."""
    speaker = read_common(phrase, language, "", directory)
    assert speaker is not None
    assert speaker.kind == wanted[0]
    if wanted[1]:
        assert speaker.name == wanted[1]


def test_a_phrase_that_cannot_speak_is_nobody() -> None:
    """Things and pronouns are no speakers by themselves, nor is anything in a language without words."""
    assert read_common("la maison", "fr", "") is None
    assert read_common("il", "fr", "") is None
    assert read_common("Das Fenster", "de", "") is None
    assert read_common("rząd", "pl", "") is None


def test_a_bare_name_is_told_from_a_noun() -> None:
    """Two capitals are a name; a lone German noun, an article and a known noun are none."""
    assert is_bare_name("Ana Ruiz", "es")
    assert not is_bare_name("Brücke", "de")
    assert not is_bare_name("La Policía", "es")


def test_every_written_language_has_rules() -> None:
    """The languages with annotated texts are those with rules."""
    assert frozenset(WRITTEN) == LANGUAGES


def hostile(language: str, chars: int) -> Iterator[str]:
    """Yield texts that are made to stall a reader."""
    verb = VERBS[language]
    for part in (f"{verb} ", f"{verb}, ", '"', "« a » ", "A", "Abc ", ",", "l'", "a-", f"Abc {verb}, ", "(A) "):
        yield part * (chars // len(part))


@pytest.mark.parametrize("language", WRITTEN)
def test_work_grows_with_the_text_and_no_faster(language: str) -> None:
    """Four times as much of one verb, of marks or of capitals takes at most some nine times the processor time."""
    for short, long in zip(hostile(language, 5_000), hostile(language, 20_000), strict=True):
        spent = [_seconds(text, language) for text in (short, long)]
        assert spent[1] < 9 * spent[0] + 0.05, long[:20]


def _seconds(text: str, language: str) -> float:
    """Return the processor time that one text takes."""
    words = Words(text)
    started = time.process_time()
    list(find_said_abroad(words, language))
    return time.process_time() - started
