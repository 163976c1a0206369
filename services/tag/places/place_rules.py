"""Places of a text by rules: for languages that the place model was not fitted to.

`believed` drops names that the words around them make something else, and `Choice` picks one place for each name from
what the document says elsewhere.
"""

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from services.tag.folding import even, fold
from services.tag.places.gazetteer import Hit
from services.tag.places.nations import country_of
from services.tag.places.place_lexicon import (
    FITS_AFTER,
    FITS_BEFORE,
    NEVER,
    OUTLET_WORDS,
    SURELY_LOCATIVE,
    weak_names,
)
from services.tag.places.spots import Spot, Use
from services.tag.words import words

WORD_MAX_CHARS: Final = 30
GREAT_CITY: Final = 400_000
SMALL_TOWN: Final = 100_000
"""Below this, a town needs something in the document that speaks for it."""
KIND_SCORE: Final = {"country": 6.0, "capital": 2.0, "subdivision": 3.2, "feature": 4.0, "city": 0.0}
ENCLOSED_SCORE: Final = 6.0
SAME_SUBDIVISION_SCORE: Final = 1.5
SAME_COUNTRY_SCORE: Final = 0.7
SAME_COUNTRY_MAX: Final = 4
"""More names of the same country than these do not speak louder."""
HOME_SCORE: Final = 2.5
LANGUAGE_SCORE: Final = 0.8
_SPOKEN_IN: Final = {
    "fr": frozenset({"FR", "BE", "CH"}),
    "de": frozenset({"DE", "AT", "CH"}),
    "es": frozenset({"ES", "MX", "AR", "CO"}),
}
"""Where most of what is written in a language comes from; too weak to settle more than a tie."""

_LOCATIVE: Final = words(
    "in at from near outside around across throughout towards toward into within inside to of through off"
)
_LOCATIVE_ABROAD: Final = {
    "fr": words("à en de du au aux dans vers près depuis chez entre et"),
    "de": words("in aus nach bei vor von bis um im am zum zur zwischen und"),
    "es": words("en de desde hacia hasta a cerca entre del al"),
}
"""What stands before places in other languages than English. There, `SURELY_LOCATIVE` has no counterpart."""
_SUBJECT_VERBS: Final = words("said says told added wrote asked argued explained recalled")
_FIRST_NAME_COUNTRIES: Final = words("chad jordan georgia israel")
_LOWER_WORD: Final = re.compile(r"\b[a-z]{2,}\b")
_WORD_AFTER: Final = re.compile(r" (\w[\w'-]*)")
_ENCLOSING_GAP: Final = re.compile(r"(?:, | \(|, in | in )(?:the )?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A hit with the words around it. `weight` counts it for the countries."""

    hit: Hit
    name: str
    before: str
    after: str
    behind_comma: bool
    enclosing: frozenset[str]

    def foreign(self, spot: Spot) -> bool:
        """Tell whether the name is one of some other language, perhaps not that of the text."""
        return any("*" in use.languages for use in self.hit.uses if use.spot is spot)

    @property
    def short(self) -> bool:
        """True for a state's abbreviation, `Ky.` or `KY`, which many other things are spelled like."""
        dotted = self.name.endswith(".")
        return all(use.spot.kind == "subdivision" and (dotted or use.acronym) for use in self.hit.uses)


@cache
def _common_words() -> dict[str, frozenset[str]]:
    """Load, for each language, its ordinary words that places elsewhere are called by: `sur`, `Essen`."""
    lines = (files("services.tag") / "data" / "common_words.tsv").read_text(encoding="utf-8").splitlines()
    return {language: words(listed) for language, _, listed in (line.partition("\t") for line in lines)}


def lower_words(text: str) -> frozenset[str]:
    """Give the words of a text that are written small."""
    return frozenset(_LOWER_WORD.findall(text))


def read_mentions(text: str, hits: list[Hit]) -> list[Mention]:
    """Give the hits with the words around them."""
    plain = even(text)
    mentions = []
    for number, hit in enumerate(hits):
        after = _WORD_AFTER.match(plain, hit.end)
        follower = hits[number + 1] if number + 1 < len(hits) else None
        mentions.append(
            Mention(
                hit,
                fold(text[hit.start : hit.end]),
                _word_before(plain, hit.start),
                after.group(1) if after else "",
                plain[max(0, hit.start - 2) : hit.start] == ", ",
                _enclosing(plain, hit, follower),
            )
        )
    return mentions


def _word_before(plain: str, place: int) -> str:
    """Give the word that one blank parts from a place."""
    if plain[place - 2 : place].lower() == "d'":
        return "de"
    if plain[place - 1 : place] != " ":
        return ""
    word = plain[max(0, place - WORD_MAX_CHARS) : place - 1].replace("\n", " ").rpartition(" ")[2].lstrip("\"'([")
    return word if word and (word[-1].isalnum() or word[-1] == ".") else ""


def _enclosing(plain: str, hit: Hit, follower: Hit | None) -> frozenset[str]:
    """Give the codes of what is named as enclosing this place: `Paris, Texas`, `Jackson, Miss.`."""
    if follower and _ENCLOSING_GAP.fullmatch(plain[hit.end : follower.start]):
        codes = ((use.spot.kind, use.spot.subdivision, use.spot.country) for use in follower.uses if not use.adjective)
        return frozenset(
            code or country or "" for kind, code, country in codes if kind in {"country", "subdivision"}
        ) - {""}
    return frozenset()


class Choice:
    """One place for each name of a document, by size and by what else the document names."""

    def __init__(
        self, mentions: list[Mention], home: str | None, lower_words: frozenset[str], language: str | None
    ) -> None:
        self.home = home
        self.lower_words = lower_words
        self.common = _common_words().get(language or "en", frozenset())
        self.weak = weak_names() | self.common
        self.spoken_in = _SPOKEN_IN.get(language or "en", frozenset())
        abroad = _LOCATIVE_ABROAD.get(language or "en")
        self.locative, self.surely_locative = abroad or _LOCATIVE, abroad or SURELY_LOCATIVE
        self.countries: dict[str, set[str]] = defaultdict(set)
        self.people = {mention.name for mention in mentions if _part_of_a_name(mention)}
        self._subdivisions: dict[str, set[str]] = defaultdict(set)
        self._enclosed: dict[str, frozenset[str]] = {}
        for mention in mentions:
            if mention.enclosing:
                known = self._enclosed.get(mention.name, frozenset())
                self._enclosed[mention.name] = known | mention.enclosing
            self._learn(mention)
        self._chosen: dict[tuple[str, tuple[Use, ...]], Spot] = {}

    def _learn(self, mention: Mention) -> None:
        best = max((use.spot for use in mention.hit.uses), key=_size)
        if best.kind in {"country", "capital", "subdivision"} or best.population >= GREAT_CITY:
            if best.country and mention.name not in self.weak:
                self.countries[best.country].add(mention.name)
            if best.subdivision and best.kind == "subdivision":
                self._subdivisions[best.subdivision].add(mention.name)
        for code in mention.enclosing:
            self.countries[code[:2]].add(code)
            if "-" in code:
                self._subdivisions[code].add(code)

    def supports(self, country: str | None, name: str) -> bool:
        """Tell whether something else than this name speaks for a country: another place, or the outlet's home."""
        return country is not None and (country == self.home or bool(self.countries.get(country, set()) - {name}))

    def enclosed(self, name: str) -> frozenset[str]:
        """Give the codes that the document names as enclosing this place."""
        return self._enclosed.get(name, frozenset())

    def spot(self, mention: Mention) -> Spot:
        """Pick the place that a name means in this document."""
        key = (mention.name, mention.hit.uses)
        if key not in self._chosen:
            around = self.enclosed(mention.name)
            self._chosen[key] = max(
                (use.spot for use in mention.hit.uses), key=lambda spot: self._score(spot, mention.name, around)
            )
        return self._chosen[key]

    def _score(self, spot: Spot, name: str, around: frozenset[str]) -> float:
        score = _size(spot)
        if spot.kind != "country" and (spot.subdivision in around or spot.country in around):
            score += ENCLOSED_SCORE
        if spot.subdivision and self._subdivisions.get(spot.subdivision, set()) - {name}:
            score += SAME_SUBDIVISION_SCORE
        others = self.countries.get(spot.country or "", set()) - {name}
        score += SAME_COUNTRY_SCORE * min(len(others), SAME_COUNTRY_MAX)
        score += LANGUAGE_SCORE * (spot.country in self.spoken_in)
        return score + HOME_SCORE * (spot.country == self.home)


def _size(spot: Spot) -> float:
    if spot.kind in {"city", "capital"}:
        return KIND_SCORE[spot.kind] + math.log10(spot.population + 10) - 2
    return KIND_SCORE[spot.kind]


def believed(mention: Mention, spot: Spot, choice: Choice) -> bool:
    """Tell whether a name is a place here, by cheap signs of the words around it."""
    if any(use.adjective for use in mention.hit.uses if use.spot is spot):
        return True
    if mention.after in OUTLET_WORDS or mention.name in NEVER or (mention.short and not mention.behind_comma):
        return False
    starts_name = mention.after[:1].isupper() and mention.after not in FITS_AFTER
    if spot.kind == "country" or mention.short:
        return not (mention.name in _FIRST_NAME_COUNTRIES and starts_name)
    bare = starts_name and not _is_located(mention, choice) and not choice.supports(spot.country, mention.name)
    if bare or _part_of_a_name(mention) or _is_elsewhere(mention, spot, choice):
        return False
    great = spot.population >= GREAT_CITY and mention.name not in choice.common and not mention.foreign(spot)
    return great or _supported(mention, spot, choice, starts_name=starts_name)


def _is_located(mention: Mention, choice: Choice) -> bool:
    return mention.before.lower() in choice.locative or bool(choice.enclosed(mention.name))


def _is_elsewhere(mention: Mention, spot: Spot, choice: Choice) -> bool:
    """Tell whether the document encloses the name in a state where the gazetteer knows no such place."""
    states = {code for code in choice.enclosed(mention.name) if "-" in code}
    return bool(states) and spot.country not in {code[:2] for code in states}


def _supported(mention: Mention, spot: Spot, choice: Choice, *, starts_name: bool) -> bool:
    """Tell whether something speaks for a place that is not large enough to speak for itself."""
    before, enclosed = mention.before.lower(), bool(choice.enclosed(mention.name))
    located = _is_located(mention, choice)
    if mention.after in _SUBJECT_VERBS:
        return False
    if mention.name in choice.weak:
        return (before in choice.surely_locative or enclosed) and not starts_name
    if mention.name in choice.lower_words or mention.name in choice.people:
        return located
    doubtful = spot.kind == "city" and (spot.population < SMALL_TOWN or mention.foreign(spot))
    if not doubtful or choice.supports(spot.country, mention.name):
        return True
    fitting = enclosed or not choice.countries or spot.country in choice.spoken_in
    return located and (fitting or spot.population >= GREAT_CITY)


def _part_of_a_name(mention: Mention) -> bool:
    """Tell whether a capitalised word stands before the name: `Jack London`, `Mr. Houston`."""
    word = mention.before
    if not word[:1].isupper() or word in FITS_BEFORE or country_of(word) or word.endswith("'s"):
        return False
    return not (word.isupper() and len(word) > 1)
