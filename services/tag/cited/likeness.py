"""Whether two phrases speak of one and the same: by name, by outlet, by words. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from services.tag.cited.allegiance import is_irregular, is_superlative
from services.tag.cited.bearer import Bearer
from services.tag.cited.bodies import is_akin, is_lone
from services.tag.cited.naming import (
    NAMES_KEPT,
    all_initials_of,
    bare,
    initials_of,
    is_short_for,
    same_body,
    same_person,
)
from services.tag.cited.nouns import BODY_KINDS, GENERAL, SOURCES, kind_of, singular
from services.tag.cited.speakers import Speaker
from services.tag.cited.vocabulary import CIVIC, COMMERCIAL, STATE
from services.tag.folding import fold
from services.tag.places.nations import country_of
from services.tag.words import words

_OWNERS: Final = words("its their his her our my")
_RULING: Final = words("body regulator watchdog operator lender carrier airline utility company")
HOUSES: Final = words("hospital clinic school university college church diocese chamber panel council society court")
"""Bodies that only a name with the noun in it is of."""
_SETTLED: Final = STATE | (CIVIC - COMMERCIAL)
"""Nouns of names that tell what a body is: a committee is no authority."""
_VOICES: Final = words("spokesman spokeswoman spokesperson representative")
_WATCHERS: Final = words("analyst economist strategist trader")
_LENDERS: Final = words("bank lender brokerage broker consultancy")
_VEILS: Final = words("senior high-ranking top-ranking unnamed another western foreign second official officials")
"""Before or for somebody who will not be named."""
NAME_MAX_WORDS: Final = 12


def is_firm(bearer: Bearer) -> bool:
    """Tell whether somebody is a firm, or may be for all that the text tells."""
    guessed = bearer.guessed or is_lone(bearer)
    return bool(bearer.name) and (bearer.kind == "organisation" or (bearer.kind == "person" and guessed))


def is_foreign(bearer: Bearer, speaker: Speaker) -> bool:
    """Tell whether a description is of another country than a body: `the Danish firm`."""
    return bool(bearer.country and speaker.country) and bearer.country != speaker.country


def is_owned(speaker: Speaker) -> bool:
    """Tell whether a body is told by what it is to another: `European football's governing body`."""
    owned = bool(speaker.owner) and speaker.owner not in {"its", "their", "his", "her", "our", "my"}
    ruling = speaker.head in _RULING or is_superlative(speaker.words)
    return owned and speaker.kind in GENERAL and speaker.kind in BODY_KINDS and ruling


def is_of_state(speaker: Speaker) -> bool:
    """Tell whether a person is told by the country: `Japan's first woman premier`."""
    return speaker.kind in {"person", "anonymous"} and not speaker.plural and bool(country_of(speaker.owner or ""))


def whose_voice(voice: Bearer, speaker: Speaker) -> str | None:
    """Give the name of the body that somebody spoke for, where a description may mean it: `the bank`, of an analyst."""
    role = {singular(word) for word in fold(f"{voice.role or voice.mention}").split()}
    heads = (
        COMMERCIAL | CIVIC | STATE if not role.isdisjoint(_VOICES) else _LENDERS if role & _WATCHERS else frozenset()
    )
    body = voice.affiliation or ""
    plain = speaker.words.lower() == speaker.words and speaker.owner is None and speaker.head in heads
    return body if plain and body[:1].isupper() and not country_of(body) else None


def may_be_called(other: Bearer, speaker: Speaker) -> bool:
    """Tell whether a body named later may be the one of a description: a ministry `the ministry`."""
    theirs = bool(speaker.owner) and (speaker.owner or "").islower() and speaker.owner not in _OWNERS
    if speaker.head in fold(f"{other.name} {other.mention} {other.head}").split():
        return not theirs and not is_irregular(other, speaker.head)
    if speaker.owner in {"its", "their", "his", "her"} or speaker.words != speaker.words.lower():
        return False
    if speaker.head in HOUSES or (speaker.head in CIVIC - COMMERCIAL and other.head in COMMERCIAL - CIVIC):
        return False
    return speaker.head in GENERAL.get(speaker.kind, ()) and not _is_told_otherwise(other, speaker)


def _is_told_otherwise(other: Bearer, speaker: Speaker) -> bool:
    """Tell whether a name and a description are of bodies of two lines: `the executive authority`, a committee."""
    own = [word for word in fold(speaker.words).split()[:-1] if kind_of(word) is None]
    noun = fold(other.name or "").rpartition(" ")[2]
    return bool(own) and noun != speaker.head and noun in _SETTLED and not is_akin(own, other)


def keys(speaker: Speaker) -> frozenset[str]:
    """Give the words that two mentions of one bearer share: of the name, its initials, the outlet; else the phrase."""
    if speaker.name is None:
        return frozenset({fold(speaker.words)})
    keys = _keys_of_name(speaker.name)
    return keys | {speaker.outlet.id} if speaker.outlet else keys


@lru_cache(maxsize=NAMES_KEPT)
def _keys_of_name(name: str) -> frozenset[str]:
    tokens = fold(name).removeprefix("the ").split()
    return frozenset({bare(token) for token in tokens[:NAME_MAX_WORDS]} | {initials_of(name), all_initials_of(name)})


def is_same(speaker: Speaker, bearer: Bearer, known: Speaker) -> bool:
    """Tell whether a phrase speaks of somebody known: by outlet, by name, or in the same words."""
    if speaker.outlet and known.outlet:
        return speaker.outlet.id == known.outlet.id
    if speaker.name and bearer.name:
        if {speaker.kind, known.kind} == {"person"}:
            return same_person(speaker.name, bearer.name)
        if "person" in {speaker.kind, known.kind}:
            return (speaker.guessed or known.guessed) and fold(speaker.name) == fold(bearer.name)
        foreign = speaker.name.islower() and is_foreign(bearer, speaker)
        same = country_of(speaker.name) is country_of(bearer.name) and not foreign
        return same and same_body(speaker.name, bearer.name)
    if speaker.definite and speaker.name is None:
        return False
    return speaker.name is None and bearer.name is None and fold(speaker.words) == fold(bearer.mention)


def shortened(phrase: str, known: Sequence[Bearer]) -> Bearer | None:
    """Find a person by the initials of the office: `the DC`, `the SP`, of a `District Superintendent of Police`."""
    article, _, short = phrase.partition(" ")
    if not (short.isupper() and short.isalpha() and article in {"the", "The"}):
        return None
    people = (bearer for bearer in reversed(known) if bearer.kind == "person" and bearer.role)
    return next((bearer for bearer in people if any(is_short_for(short, role) for role in _offices(bearer))), None)


def _offices(bearer: Bearer) -> tuple[str, str]:
    """Give the role, and all that stands before the name: `Superintendent of Police`."""
    return bearer.role or "", bearer.mention.partition(f" {bearer.name}")[0]


def is_named_bare(opening: Bearer, other: Speaker, before: str) -> bool:
    """Tell whether a name without a word on who it is may be of whoever opened the story: `A clerk ... Li Wei, 41,`.

    `before` is the text up to there, which has no part of the name.
    """
    speaker = opening.speaker
    if speaker is None or opening.name or speaker.definite or speaker.plural:
        return False
    if {speaker.kind, other.kind} <= {"organisation", "official_body"}:
        strange = speaker.country and other.country and speaker.country != other.country
        return not strange and speaker.head in fold(other.name or "").split()
    bare = other.kind == "person" and " " in (other.name or "") and not other.role and not other.affiliation
    veiled = speaker.head in SOURCES or not _VEILS.isdisjoint(fold(speaker.words).split())
    known = (other.name or "").rpartition(" ")[2] in before
    return speaker.kind == "anonymous" and bare and not veiled and not known and not opening.heads


def counted(first: Sequence[Bearer], head: str, nth: str) -> Bearer | None:
    """Find `the first diplomat` among those who were told by the noun, in the order of the text."""
    told = [bearer for bearer in first if bearer.name is None and bearer.head == head]
    number = ("first", "second", "third").index(nth)
    return told[number] if len(told) > max(1, number) else None
