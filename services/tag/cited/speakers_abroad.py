"""What a phrase of another language than English says about a speaker: `le ministère`, `Sprecher der Polizei`.

Names keep their own words, in the case and the script of the text. Unknown is null: a phrase whose noun is not known
to speak is nobody.
"""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from services.tag.cited.speakers import Speaker
from services.tag.cited.tongues import TONGUES
from services.tag.cited.tongues.tongue import Tongue, form_of, key_of
from services.tag.folding import even, fold
from services.tag.outlet import Directory

HEAD_REACH_WORDS: Final = 3
"""A noun stands behind so many words at most: `eine hohe französische Beamtin`."""
NAME_MAX_WORDS: Final = 3
RENAMED_REACH_CHARS: Final = 90
_ELIDED: Final = re.compile(r"\b([A-Za-z]{1,2}')(?=\w)")
_COMMA: Final = re.compile(r"\s*[,\u060c]\s+")
_INDEFINITE: Final = frozenset(
    ["un", "une", "des", "ein", "eine", "einer", "einem", "einen", "eines", "una", "unos", "unas"]
)
_PARTICLES: Final = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "di",
        "del",
        "della",
        "du",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "ibn",
        "al",
        "el",
        "la",
        "le",
        "ben",
        "ter",
    ]
)
_PEOPLE: Final = frozenset({"person", "official"})
_MEDIA: Final = frozenset({"news_agency", "outlet"})
_PATRONYMIC: Final = re.compile(r".+(?:ич|вна|ична)$")
_ADJECTIVES: Final = ("e", "en", "er")
_PRESS: Final = re.compile(r"presse|noticias|nachrichten|информ|новост|انباء")
_FULL_NAME: Final = 2
ACRONYM_MAX_CHARS: Final = 7


class _Phrase(NamedTuple):
    """A phrase taken apart."""

    shown: str
    bare: str
    """Without its article and apposition."""
    words: list[str]
    apposed: str
    definite: bool
    opened: bool
    """With an article."""


def read_common(phrase: str, language: str, behind: str, directory: Directory | None = None) -> Speaker | None:
    """Read an evened phrase; null where its noun cannot speak. `behind` is what follows it.

    With a directory, agencies and outlets that it knows are those of the directory.
    """
    tongue = TONGUES.get(language)
    if tongue is None or form_of(phrase) in tongue.pronouns:
        return None
    parts = _parts(even(phrase), tongue)
    if not parts.words:
        return None
    speaker = _read(parts, tongue, language)
    entry = directory.named((speaker and speaker.name) or parts.bare) if directory else None
    if entry and (speaker is None or speaker.kind in _MEDIA or speaker.name):
        known = entry.kind in {"news_agency", "organisation", "official_body"}
        kind = entry.kind if known else "outlet"
        return Speaker(kind, parts.bare, entry.name, country=entry.country, outlet=entry, head=fold(parts.words[-1]))
    if speaker is None:
        return None
    unnamed = speaker.name is None and speaker.kind in {"person", "group", "anonymous"}
    if unnamed and tongue.keeps_name.search(key_of(f"{phrase} {behind[:RENAMED_REACH_CHARS]}")):
        speaker = replace(speaker, kind="anonymous")
    return replace(speaker, definite=parts.definite, abroad=True)


def pronoun_number(phrase: str, language: str) -> str | None:
    """Tell what a pronoun stands for: `one` or `many` people, or `any` of them; null for no pronoun."""
    tongue = TONGUES.get(language)
    form = form_of(phrase)
    if tongue is None or form not in tongue.pronouns:
        return None
    if tongue.capital_nouns and form == "sie":
        return "any"
    return "many" if form in tongue.many else "one"


def is_bare_name(phrase: str, language: str) -> bool:
    """Tell whether a phrase is nothing but a name with capitals: `Ana Ruiz`, `Reuters`; no lone German noun."""
    tongue = TONGUES[language]
    words = phrase.split()
    if tongue.caseless or not words or any(map(_is_comma, phrase)):
        return False
    if key_of(words[0]) in tongue.determiners or _ELIDED.match(phrase) or _head(words, tongue):
        return False
    if tongue.capital_nouns and len(words) == 1 and not phrase.isupper():
        return False
    return words[0][0].isupper() and all(
        word[0].isupper() or (word in _PARTICLES and not (tongue.capital_nouns and word in tongue.determiners))
        for word in words
    )


def _is_comma(char: str) -> bool:
    return char in ',\u060c"'


def _parts(phrase: str, tongue: Tongue) -> _Phrase:
    shown = " ".join(_ELIDED.sub(r"\1 ", phrase).split())
    front, *rest = _COMMA.split(shown, maxsplit=1)
    words = front.split()
    first = key_of(words[0]) if words else ""
    opened = 0
    while opened < len(words) - 1 and key_of(words[opened]) in tongue.determiners:
        opened += 1
    words = words[opened:]
    if tongue.to and words and _head(words[:1], tongue) is None and words[0].startswith(tongue.to):
        bare = words[0][1:]
        bare = tongue.article + bare[1:] if bare.startswith(tongue.to) else bare
        words = [bare, *words[1:]] if tongue.nouns.kind(key_of(bare)) else words
    definite = (bool(opened) and first not in _INDEFINITE) or (
        bool(tongue.article and words) and words[0].startswith(tongue.article)
    )
    bare = " ".join(words).replace("' ", "'")
    return _Phrase(shown.replace("' ", "'"), bare, words, "".join(rest), definite, bool(opened))


def _read(parts: _Phrase, tongue: Tongue, language: str) -> Speaker | None:
    found = _head(parts.words, tongue)
    if found is None:
        return _nameless(parts, tongue)
    place, kind = found
    head = key_of(parts.words[place])
    words_of = parts.bare if not parts.apposed else f"{parts.bare}, {parts.apposed}"
    if kind in {*_PEOPLE, "group"}:
        name, rest = _person_name(parts, place, tongue, language)
        if kind == "group" and name is None:
            return Speaker("group", words_of, head=head)
        role, affiliation = _role(rest, tongue)
        if kind == "official" and name is None:
            many = tongue.plural.match(head)
            return Speaker("group" if many else "anonymous", words_of, role=role, head=head)
        return Speaker("person", words_of, name, role, affiliation, head=head)
    if kind in {"anonymous", "document"}:
        return Speaker(kind, words_of, head=head)
    name = _body_name(parts, place, kind, tongue)
    if kind == "news_agency" and not _PRESS.search(key_of(parts.bare)) and (name is None or name.startswith("ال")):
        kind = "organisation"
    return Speaker(kind, words_of, name, head=head)


def _head(words: list[str], tongue: Tongue) -> tuple[int, str] | None:
    """Find the noun that can speak, and its kind: one of the first words, not behind a preposition."""
    acting = None
    for place, word in enumerate(words[: 1 if tongue.caseless else HEAD_REACH_WORDS]):
        key = key_of(word)
        if place and (key in tongue.binding or key in tongue.determiners):
            break
        if tongue.capital_nouns and not word[0].isupper():
            continue
        if kind := tongue.nouns.kind(key):
            return place, kind
        if acting is None and tongue.agents and tongue.agents.match(key) and key not in tongue.no_agents:
            acting = (place, "group" if tongue.plural.match(key) else "person") if _may_act(word, tongue) else None
        if word[0].isupper() and (place or tongue.capital_nouns) and not word.endswith(_ADJECTIVES):
            break
    return acting


def _may_act(word: str, tongue: Tongue) -> bool:
    """Tell whether a word is no name: the ending of a noun for people proves nothing behind a capital."""
    return tongue.capital_nouns or word[0].islower()


def _nameless(parts: _Phrase, tongue: Tongue) -> Speaker | None:
    """Read a phrase without a noun that is known to speak: a name, with small words before it or none."""
    words = parts.words
    if tongue.caseless:
        return _joined_nameless(parts, tongue)
    run = _capitals(words, 0)
    name = " ".join(run)
    if parts.opened and len(run) == len(words):
        short = len(run) == 1 and name.isupper() and len(name) <= ACRONYM_MAX_CHARS
        body = short or (not tongue.capital_nouns and not parts.apposed)
        return Speaker("organisation", parts.bare, name, head=key_of(name)) if body else None
    before = words[: len(words) - len(run)]
    tied = any(key_of(word) in tongue.binding or key_of(word) in tongue.determiners for word in before)
    noun = tongue.capital_nouns and (parts.opened or len(run) == 1)
    if not run or tied or noun or bool(before) != parts.opened:
        return None
    role = " ".join(before) or _apposed_role(parts, tongue)
    shown = parts.bare if not parts.apposed else f"{parts.bare}, {parts.apposed}"
    return Speaker("person", shown, name, role, head=key_of(run[-1]))


def _joined_nameless(parts: _Phrase, tongue: Tongue) -> Speaker | None:
    """Read a phrase in a script without capitals: a name, or a plural of people."""
    words = parts.words
    if _may_be_joined_name(words, tongue):
        return Speaker("person", parts.bare, parts.bare, _apposed_role(parts, tongue), head=key_of(words[-1]))
    many = tongue.plural.match(key_of(words[0])) and words[0].endswith("ون")
    return Speaker("group", parts.bare, head=key_of(words[0])) if many else None


def _may_be_joined_name(words: list[str], tongue: Tongue) -> bool:
    """Tell whether words in a script without capitals may be a person's name: few, none known, none abstract."""
    first = key_of(words[0])
    odd = first.startswith((tongue.article, tongue.to * 2)) or first.endswith(("ات", "ية", "ون", "ين"))
    plain = all(word[0].isalpha() and key_of(word) not in tongue.stops for word in words)
    return plain and not odd and len(words) <= NAME_MAX_WORDS and first not in tongue.determiners


def _capitals(words: list[str], first: int) -> list[str]:
    """Give the words with capitals that a phrase ends in, particles among them."""
    start = len(words)
    while start > first and (words[start - 1][0].isupper() or words[start - 1] in _PARTICLES):
        start -= 1
    while start < len(words) and not words[start][0].isupper():
        start += 1
    return words[start:]


def _person_name(parts: _Phrase, head: int, tongue: Tongue, language: str) -> tuple[str | None, str]:
    """Part a person's name from what they are: `ministre des Transports` and `Bertrand Laugier`."""
    apposed = parts.apposed.split()
    if apposed and all(word[0].isupper() or word in _PARTICLES for word in apposed) and not tongue.caseless:
        return parts.apposed, parts.bare
    if (
        apposed
        and not tongue.caseless
        and apposed[0][0].islower()
        and len(_capitals(parts.words, head + 1)) < _FULL_NAME
    ):
        run = _capitals(apposed, 0)
        before = apposed[len(apposed) - len(run) - 1]
        if len(run) >= _FULL_NAME and not _leads(before, tongue):
            return " ".join(run), parts.bare
    words = parts.words
    if tongue.caseless:
        start = _joined_name(words, tongue)
    else:
        run = _capitals(words, head + 1)
        start = len(words) - len(run)
        if run and start > head + 1 and _leads(words[start - 1], tongue):
            start += 1
            start = start if len(words) - start > 1 else len(words)
        while start < len(words) and (tongue.nouns.kind(key_of(words[start])) or _is_short(words[start])):
            start += 1
        if language == "ru" and len(words) - start > 2:  # noqa: PLR2004 - first name, patronymic, surname
            start = len(words) - (3 if _PATRONYMIC.match(fold(words[-2])) else 2)
    name = " ".join(words[start:])
    return name or None, " ".join(words[:start]).replace("' ", "'")


def _is_short(word: str) -> bool:
    return len(word) > 1 and word.isupper() and "." not in word


def _leads(word: str, tongue: Tongue) -> bool:
    key = key_of(word)
    return key in tongue.determiners or key in tongue.binding or key in tongue.loosely


def _joined_name(words: list[str], tongue: Tongue) -> int:
    """Find where a name starts in a script without capitals: behind titles and what they belong to."""
    start = 1
    definite = words[0].startswith(tongue.article)
    while start < len(words):
        word, key = words[start], key_of(words[start])
        if key in tongue.binding or key in tongue.loosely:
            definite = False
        elif word.startswith((tongue.article, tongue.to * 2, tongue.joined[0] + tongue.article)):
            definite = True
        elif tongue.nouns.kind(key) is None and definite:
            break
        start += 1
    return start


def _apposed_role(parts: _Phrase, tongue: Tongue) -> str | None:
    apposed = parts.apposed.split()
    while apposed and key_of(apposed[0]) in tongue.determiners:
        apposed = apposed[1:]
    return _role(" ".join(apposed), tongue)[0] if apposed else None


def _role(words_of: str, tongue: Tongue) -> tuple[str | None, str | None]:
    """Part what somebody is from what they belong to: `portavoz del Gobierno`."""
    words = words_of.split()
    for place, word in enumerate(words):
        key = key_of(word)
        if place and (key in tongue.binding or key in tongue.genitives):
            rest = words[place + 1 :]
            while rest and key_of(rest[0]) in tongue.determiners:
                rest = rest[1:]
            behind = " ".join(rest)
            return " ".join(words[:place]), (behind if behind[:1].isupper() or tongue.caseless else None) or None
    return words_of or None, None


def _body_name(parts: _Phrase, head: int, kind: str, tongue: Tongue) -> str | None:
    """Give the name of an agency, an outlet or a body where the phrase has one."""
    words = parts.words
    if tongue.caseless:
        rest = " ".join(words[head + 1 :]).replace('"', "")
        if kind in _MEDIA:
            return rest or None
        return parts.bare if rest and kind == "organisation" else None
    run = _capitals([word.strip('"') for word in words if word.strip('"')], head + 1)
    direct = run and not _leads(words[len(words) - len(run) - 1], tongue)
    if kind in _MEDIA:
        return " ".join(run) or None if direct else None
    if kind != "organisation":
        capital = words[0][0].isupper() and len(words) > 1 and not tongue.capital_nouns
        return parts.bare if capital and (parts.opened or not tongue.determiners & _INDEFINITE) else None
    if direct and (not tongue.capital_nouns or key_of(words[head]) in tongue.labels):
        return " ".join(run)
    return parts.bare if len(words) > 1 and (run or words[0][0].isupper()) else None
