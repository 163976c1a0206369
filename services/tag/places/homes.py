"""Where an outlet is at home, for weighing places: what the directory says of it, else what its domain tells.

A domain tells its country by its ending, and often a place: `richmond.com`, `theparisnews.com`. Which Paris that is,
the text has to show; all of them are kept.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.tag.places.gazetteer import Gazetteer
from services.tag.places.spots import Spot
from services.tag.places.towns import Towns
from services.tag.words import words

PLACE_MIN_CHARS: Final = 4
SPACE_FROM_CHARS: Final = 7
SPOTS_MAX: Final = 10
FAR_CITY: Final = 50_000
WORLD_CITY: Final = 3_000_000
"""An outlet that bears the name of a town and of a smaller city abroad is the town's."""
_GENERIC: Final = words("com net org info biz us news")
_SECOND_LEVELS: Final = words("co com org net ac gov edu ne or")
_LETTERS: Final = re.compile(r"[a-z]+")
_PAPER_WORDS: Final = words(
    "the this is my our get in of and on at www web site online digital news newspaper newspapers paper papers daily "
    "weekly sunday morning evening times time herald post press gazette journal tribune trib star sun review reporter "
    "observer courier chronicle examiner record recorder register republic republican democrat mercury bee globe mail "
    "echo argus advertiser independent sentinel leader ledger dispatch today local enterprise banner beacon standard "
    "express citizen telegram telegraph tv fm am radio live now media net messenger monitor voice eagle pilot item "
    "bulletin guardian inquirer enquirer intelligencer patriot american world call progress free mirror mag magazine "
    "insider headlines report reports life talk info tab spirit index capital signal light bugle transcript"
)


@dataclass(frozen=True, slots=True)
class Home:
    """What is known of an outlet's home: its country (ISO 3166-1), the place it may be, the letters of its domain.

    `guessed` says that the country is only the one where most domains of such an ending are at home.
    """

    country: str | None = None
    spots: tuple[Spot, ...] = ()
    letters: str = ""
    guessed: bool = False

    def names(self, name: str) -> bool:
        """Tell whether the outlet's domain holds a name: `The Paris News` and its Paris."""
        return len(name) >= PLACE_MIN_CHARS and name.replace(" ", "") in self.letters


NOWHERE: Final = Home()


class Homes:
    """Homes of outlets, by domain. Reading it is safe from many threads."""

    def __init__(self, gazetteer: Gazetteer, towns: Towns) -> None:
        self._gazetteer = gazetteer
        self._towns = towns
        self.at = lru_cache(maxsize=5000)(self._at)

    def _at(self, country: str | None, domain: str | None, spot: Spot | None = None) -> Home:
        """Give the home of an outlet by its country, its domain and its place, as far as they are known."""
        spots: tuple[Spot, ...] = (spot,) if spot else ()
        if not domain:
            return Home(country, spots)
        labels = domain.lower().split(".")
        guessed = country is None and labels[-1] in _GENERIC
        last = -2 if len(labels) > 2 and labels[-2] in _SECOND_LEVELS else -1  # noqa: PLR2004 - `name.co.uk`
        letters = "".join(_LETTERS.findall(" ".join(labels[:last])))
        if not spots:
            spots = self._spots(letters)
            there = tuple(place for place in spots if place.country == (country or "US"))
            abroad: Spot | None = max(spots, key=_people, default=None)
            if country or (there and abroad and abroad.population < WORLD_CITY):
                spots = there
            elif guessed and abroad and not there:
                country, spots = (abroad.country, (abroad,)) if abroad.population >= FAR_CITY else (None, ())
        return Home("US" if guessed and not country else country, spots, letters, guessed)

    def _spots(self, letters: str) -> tuple[Spot, ...]:
        """Give what the place in a domain may be: the longest name that only words of newspapers stand around."""
        starts = {0, *(i for i in range(1, len(letters)) if _is_of_papers(letters[:i]))}
        ends = {len(letters), *(i for i in range(1, len(letters)) if _is_of_papers(letters[i:]))}
        pairs = [(start, end) for start in starts for end in ends if end - start >= PLACE_MIN_CHARS]
        for start, end in sorted(pairs, key=lambda pair: (pair[0] - pair[1], pair)):
            if not _is_of_papers(name := letters[start:end]) and (found := self._called(name)):
                return found
        return ()

    def _called(self, letters: str) -> tuple[Spot, ...]:
        """Give the places that are called so, also with a blank somewhere."""
        found = self._named(letters)
        if not found and len(letters) >= SPACE_FROM_CHARS:
            for i in range(2, len(letters) - 2):
                found = self._named(f"{letters[:i]} {letters[i:]}")
                if found:
                    break
        return found

    def _named(self, name: str) -> tuple[Spot, ...]:
        spelled = name.title()
        hits = self._gazetteer.find(spelled)
        large = [use.spot for hit in hits if hit.end - hit.start == len(name) for use in hit.uses if not use.adjective]
        found = (spot for spot in (*large, *self._towns.named(name)) if spot.lat is not None)
        return tuple(sorted(found, key=_people, reverse=True)[:SPOTS_MAX])


def _people(spot: Spot) -> int:
    return spot.population


def _is_of_papers(letters: str) -> bool:
    """Tell whether letters are nothing but words that newspapers are called by."""
    if not letters:
        return True
    return any(letters[:i] in _PAPER_WORDS and _is_of_papers(letters[i:]) for i in range(1, min(len(letters), 13) + 1))
