"""Places of an English text: the place model picks a meaning for each name, believes mentions, and counts countries."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from services.tag.places.homes import Home
from services.tag.places.place_features import (
    KINDS,
    MEANING_FEATURES,
    Evidence,
    at_home,
    candidates,
    meanings,
    mention_numbers,
)
from services.tag.places.place_lexicon import (
    BEHIND_LANGUAGE,
    CALLED_BY_NATION,
    ENDS_CLAUSE,
    FITS_AFTER,
    NAMES_OF_PEOPLE,
    OUTLET_ENDINGS,
    OUTLET_MIDDLES,
    OUTLET_WORDS,
    SPEAKING,
    TITLES,
    is_direction,
    is_weak,
)
from services.tag.places.place_model import PlaceModel, Row
from services.tag.places.place_names import Mention, Name
from services.tag.places.spots import Use

BELIEVED: Final = 0.5
COUNTED: Final = 0.36
WEIGHED_FROM: Final = 0.25
"""Mentions less likely than this say nothing about countries."""
ALONE: Final = 9.0
"""The lead of a meaning that has no rival."""
_KIND, _ADJECTIVE, _ENCLOSED, _SAME_COUNTRY, _HOME_COUNTRY = (
    MEANING_FEATURES.index(name) for name in ("kind", "adjective", "enclosed", "same_country", "home_country")
)
_MONEY: Final = frozenset({"dollar", "dollars"})


class Choice(NamedTuple):
    """The meaning chosen for a name, its score, its lead over the next, its row."""

    use: Use
    score: float
    lead: float
    row: Row


class Belief(NamedTuple):
    """A mention, what it would mean, and how likely it means a place at all."""

    name: Name
    mention: Mention
    use: Use
    lead: float
    probability: float


def chosen(uses: Sequence[Use], rows: Sequence[Row], model: PlaceModel) -> Choice:
    """Pick the best of several meanings by their rows."""
    scores = [model.meaning(*row) for row in rows]
    if len(scores) == 1:
        return Choice(uses[0], scores[0], ALONE, rows[0])
    second, first = sorted(scores)[-2:]
    best = scores.index(first)
    return Choice(uses[best], first, first - second, rows[best])


def judge(names: Sequence[Name], evidence: Evidence, model: PlaceModel) -> list[Belief]:
    """Say of each mention what it would mean and how likely it does, in order of the text."""
    found = []
    for name in names:
        uses = candidates(name, evidence)
        choice = chosen(uses, meanings(name, uses, evidence), model)
        shared = evidence.of_name(name)
        for mention in name.mentions:
            probability = 0.0
            if not is_excluded(name, mention, choice.row):
                row = mention_numbers(mention, choice.row, (choice.score, choice.lead), shared, model.said(mention))
                probability = model.mention(row)
            found.append(Belief(name, mention, choice.use, choice.lead, probability))
    return sorted(found, key=lambda belief: belief.mention.start)


def is_excluded(name: Name, mention: Mention, row: Row) -> bool:
    """Tell whether a mention is surely none: `Chicago Tribune`, `US$`, `Mr. Houston`, `Jordan Peele`, `Irish pub`."""
    after, plain = mention.after, not mention.mark_after
    if "$" in mention.mark_after or (plain and (after in OUTLET_WORDS or after in _MONEY)):
        return True
    if plain and after in OUTLET_MIDDLES and mention.after_next in OUTLET_ENDINGS:
        return True
    if row[_ADJECTIVE]:
        if is_language(mention) or (plain and not CALLED_BY_NATION.isdisjoint((after, mention.after_next))):
            return True
    elif not mention.mark and mention.before in TITLES:
        return True
    if name.key in NAMES_OF_PEOPLE and plain and after[:1].isupper() and after not in FITS_AFTER:
        return True
    direction = row[_KIND] != KINDS["feature"] and is_direction(name.key)
    unsupported = direction or (mention.opens and is_weak(name.key) and after[:1].islower())
    return unsupported and max(row[_ENCLOSED], row[_SAME_COUNTRY], row[_HOME_COUNTRY]) <= 0


def is_language(mention: Mention) -> bool:
    """Tell whether an adjective of a nation is what is spoken: `speaks Spanish`, `in Spanish.`."""
    if mention.mark or mention.before not in SPEAKING:
        return False
    return mention.mark_after[:1] in ENDS_CLAUSE if mention.mark_after else mention.after in BEHIND_LANGUAGE


def country_rows(beliefs: Iterable[Belief], home: Home, chars: int) -> dict[str, list[float]]:
    """Give the numbers of each country that a believable mention lies in."""
    by_country: dict[str, list[Belief]] = defaultdict(list)
    for belief in beliefs:
        if belief.probability > WEIGHED_FROM and belief.use.spot.country:
            by_country[belief.use.spot.country].append(belief)
    total = sum(belief.probability for found in by_country.values() for belief in found)
    return {
        country: _country_row(country, found, home, (total, float(len(by_country)), chars + 1))
        for country, found in by_country.items()
    }


def _country_row(country: str, found: list[Belief], home: Home, all_of: tuple[float, float, int]) -> list[float]:
    best = max(found, key=lambda belief: belief.probability)
    by_name: dict[str, float] = {}
    for belief in found:
        by_name[belief.name.key] = max(by_name.get(belief.name.key, 0.0), belief.probability)
    nouns = [belief.probability for belief in found if not belief.use.adjective]
    adjectives = [belief.probability for belief in found if belief.use.adjective]
    called = [b.probability for b in found if b.use.spot.kind == "country" and not b.use.adjective]
    weight = sum(belief.probability for belief in found)
    return [
        best.probability,
        weight,
        1 - math.prod(1 - probability for probability in by_name.values()),
        float(sum(belief.probability > BELIEVED for belief in found)),
        max(nouns, default=0.0),
        max(adjectives, default=0.0),
        max(called, default=0.0),
        weight / all_of[0],
        float(any(belief.mention.in_title for belief in found)),
        at_home(country, home),
        min(belief.mention.start for belief in found) / all_of[2],
        best.lead,
        float(KINDS[best.use.spot.kind]),
        math.log10(best.use.spot.population + 10),
        float(len(by_name)),
        max(belief.lead for belief in found),
        all_of[1],
    ]
