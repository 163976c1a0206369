"""What the place model sees: numbers for each meaning of a name, for each mention, and for each country."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from services.tag.places.homes import Home
from services.tag.places.place_lexicon import (
    FITS_AFTER,
    NEVER,
    given_names,
    is_direction,
    is_weak,
)
from services.tag.places.place_names import Mention, Name
from services.tag.places.spots import Spot, Use

KINDS: Final = {
    "town": 0.0, "county": 1.0, "city": 2.0, "feature": 3.0, "subdivision": 4.0, "capital": 5.0, "country": 6.0,
}  # fmt: skip
GREAT_CITY: Final = 400_000
CELL_DEGREES: Final = 1.5
_CELL_ROW: Final = 1000
_CELLS_AROUND: Final = tuple(row + column for row in (-_CELL_ROW, 0, _CELL_ROW) for column in (-1, 0, 1))
NAMES_MAX: Final = 30
MENTIONS_MAX: Final = 6
SHARED: Final = 5
MEANINGS_FEW: Final = 6
MEANINGS_LARGEST: Final = 4
NEAR_MIN: Final = 0.15
FAR_KM: Final = 20_000.0
MEANING_FEATURES: Final = (
    "log_people", "kind", "adjective", "enclosed", "same_state", "same_country", "country_share", "home_country",
    "home_km", "in_domain", "near", "near_gap", "state_near", "meanings", "people_gap", "foreign", "mentions", "us",
    "home_state", "acronym", "kind_gap", "siblings", "home_gap", "support_gap",
)  # fmt: skip
MENTION_FEATURES: Final = (
    "score", "lead", *MEANING_FEATURES, "said", "located_ever", "part_of_name_ever", "weak", "names", "countries",
    "located", "starts_name", "part_of_name", "behind_comma", "opens", "possessive", "capitals", "words", "chars",
    "the", "before_capital", "after_capital", "dot", "plural", "given_before", "given_before_ever", "given",
)  # fmt: skip
_SAME_COUNTRY, _SIBLINGS = map(MEANING_FEATURES.index, ("same_country", "siblings"))
_SUPPORT_GAP: Final = MEANING_FEATURES.index("support_gap")
_COMPARED: Final = tuple(
    (MEANING_FEATURES.index(number), MEANING_FEATURES.index(gap))
    for number, gap in (
        ("log_people", "people_gap"),
        ("kind", "kind_gap"),
        ("near", "near_gap"),
        ("home_country", "home_gap"),
    )
)
"""Numbers of a meaning, and where their distance to the largest of all meanings goes."""
_NOWHERE: Final[frozenset[str]] = frozenset()
COUNTRY_FEATURES: Final = (
    "best", "weight", "any", "believed", "noun", "adjective", "called", "share", "in_title", "home_country", "place",
    "lead", "kind", "log_people", "names", "lead_max", "countries",
)  # fmt: skip


def km(a: Spot, b: Spot) -> float:
    """Give the distance of two places, near enough for weighing; far where one has no point."""
    lat, lon, other_lat, other_lon = a.lat, a.lon, b.lat, b.lon
    if lat is None or lon is None or other_lat is None or other_lon is None:
        return FAR_KM
    width = abs(lon - other_lon)
    width = min(width, 360 - width) * math.cos(math.radians((lat + other_lat) / 2))
    return 111.2 * math.hypot(lat - other_lat, width)


class Evidence:
    """What a document says as a whole about where it is."""

    def __init__(self, names: Sequence[Name], home: Home) -> None:
        self.home = home
        self.home_states = frozenset(place.subdivision for place in home.spots if place.subdivision)
        self.names = len(names)
        self.countries: dict[str, set[str]] = defaultdict(set)
        self.states: dict[str, set[str]] = defaultdict(set)
        self.enclosed: dict[str, frozenset[str]] = {}
        self.states_near: dict[str, float] = defaultdict(float)
        self.grid: dict[int, dict[str, float]] = defaultdict(dict)
        for name in names:
            self._learn(name)
        self.total = sum(map(len, self.countries.values()))

    def _learn(self, name: Name) -> None:
        around = _around(name)
        if around:
            self.enclosed[name.key] = self.enclosed.get(name.key, frozenset()) | around
            for code in around:
                self.countries[code[:2]].add(code)
                if "-" in code:
                    self.states[code].add(code)
        best = max([use.spot for use in name.uses], key=_size) if len(name.uses) > 1 else name.uses[0].spot
        clear = KINDS[best.kind] >= KINDS["subdivision"] or best.population >= GREAT_CITY
        direction = is_direction(name.key)
        if clear and best.country and not (is_weak(name.key) or direction):
            self.countries[best.country].add(name.key)
        if best.kind == "subdivision" and best.subdivision and not (_abbreviated(name) or direction):
            self.states[best.subdivision].add(name.key)
        self._place(name)

    def _place(self, name: Name) -> None:
        spots = [spot for use in name.uses if (spot := use.spot).kind not in {"country", "feature"}]
        if not spots:
            return
        weight = 1 / len(spots)
        for state in {spot.subdivision for spot in spots if spot.subdivision}:
            self.states_near[state] += weight
        for _, kind, _, _, _, lat, lon, _ in spots:
            if lat is not None and lon is not None and kind != "subdivision":
                cell = self.grid[int(lat // CELL_DEGREES) * _CELL_ROW + int(lon // CELL_DEGREES)]
                if weight > cell.get(name.key, 0.0):
                    cell[name.key] = weight

    def siblings(self, country: str, state: str) -> int:
        """Count the other states of a country that the document names."""
        return len([code for code in self.states if code != state and code.startswith(country)])

    def of_name(self, name: Name) -> tuple[float, ...]:
        """Give the numbers that all mentions of a name share."""
        mentions = name.mentions
        return (
            sum([mention.located for mention in mentions]) / len(mentions),
            sum([mention.part_of_name for mention in mentions]) / len(mentions),
            float(is_weak(name.key)) + 2.0 * (name.key in NEVER),
            float(min(self.names, NAMES_MAX)),
            float(len(self.countries)),
            sum([mention.surname for mention in mentions]) / len(mentions),
            float(name.key in given_names()),
        )

    def near(self, spot: Spot, name: str) -> float:
        """Weigh the other names that may mean something close to a place."""
        lat, lon = spot.lat, spot.lon
        if lat is None or lon is None or spot.kind == "country":
            return 0.0
        middle = int(lat // CELL_DEGREES) * _CELL_ROW + int(lon // CELL_DEGREES)
        seen: dict[str, float] = {}
        get = self.grid.get
        for step in _CELLS_AROUND:
            if (cell := get(middle + step)) and (len(cell) > 1 or name not in cell):
                for other, weight in cell.items():
                    if other != name and weight > seen.get(other, 0.0):
                        seen[other] = weight
        return sum(seen.values(), 0.0)


def _around(name: Name) -> frozenset[str]:
    """Give what a name is said to lie in; a state only what it may lie in: `Colorado, Georgia, Idaho` is a list."""
    around = frozenset[str]().union(*[mention.enclosing for mention in name.mentions if mention.enclosing])
    if not around or all(KINDS[use.spot.kind] < KINDS["subdivision"] for use in name.uses):
        return around
    return around & {code for use in name.uses for code in (use.spot.country, use.spot.subdivision)}


def _abbreviated(name: Name) -> bool:
    return all(mention.written.endswith(".") or mention.written.isupper() for mention in name.mentions)


def _size(spot: Spot) -> float:
    rank = KINDS[spot.kind]
    return rank * 1e6 + spot.population if rank > KINDS["city"] else spot.population


def candidates(name: Name, evidence: Evidence) -> Sequence[Use]:
    """Give what a name may mean here: what is named as enclosing it holds, else the largest and those with support."""
    if len(name.uses) == 1:
        return name.uses
    around = evidence.enclosed.get(name.key, _NOWHERE)
    within = around and [use for use in name.uses if use.spot.subdivision in around]
    if within and not any(use.spot.kind == "subdivision" and _is_beside(use.spot, around) for use in name.uses):
        return within
    if states := _states_rather(name, evidence):
        return states
    if any(use.spot.kind == "feature" and use.spot.country is None for use in name.uses):
        return [use for use in name.uses if use.spot.kind != "city" or use.spot.subdivision in evidence.home_states]
    if len(name.uses) <= MEANINGS_FEW:
        return name.uses
    largest = sorted(name.uses, key=lambda use: -_size(use.spot))[:MEANINGS_LARGEST]
    own = 1 / len(name.uses)
    return [
        use
        for use in name.uses
        if use in largest
        or (state := use.spot.subdivision or "") in around
        or state in evidence.states
        or state in evidence.home_states
        or evidence.states_near.get(state, 0.0) > own + NEAR_MIN
    ]


def _is_beside(spot: Spot, around: frozenset[str]) -> bool:
    """Tell whether what looks like enclosing a state is rather the next one of a list: `Georgia, Alabama`."""
    return any(code[:2] == spot.country for code in around)


def _states_rather(name: Name, evidence: Evidence) -> list[Use]:
    """Give the states that a name of a country means where other states are named: `Georgia and Alabama`."""
    for use in name.uses:
        country = use.spot.country or ""
        if use.spot.kind == "country" and (use.adjective or country == evidence.home.country):
            return []
        if use.spot.kind == "country" and len(evidence.countries.get(country, set()) - {name.key}):
            return []
    return [
        use
        for use in name.uses
        if use.spot.kind == "subdivision"
        and evidence.siblings(use.spot.country or "", use.spot.subdivision or "")
        and any(other.spot.kind == "country" and other.spot.country != use.spot.country for other in name.uses)
    ]


def meanings(name: Name, uses: Sequence[Use], evidence: Evidence) -> list[list[float]]:
    """Give the numbers of each of these meanings of a name, those that compare them with each other included."""
    around = evidence.enclosed.get(name.key, _NOWHERE)
    shared = (
        float(evidence.home.names(name.key)), float(len(name.uses)), float(min(len(name.mentions), MENTIONS_MAX)),
    )  # fmt: skip
    rows = [_meaning(use, name.key, evidence, around, shared) for use in uses]
    if len(rows) > 1:
        for number, gap in _COMPARED:
            most = max([row[number] for row in rows])
            for row in rows:
                row[gap] = row[number] - most
        support = max([row[_SAME_COUNTRY] + row[_SIBLINGS] for row in rows])
        for row in rows:
            row[_SUPPORT_GAP] = row[_SAME_COUNTRY] + row[_SIBLINGS] - support
    return rows


def _meaning(
    use: Use, name: str, evidence: Evidence, around: frozenset[str], shared: tuple[float, float, float]
) -> list[float]:
    """Give the numbers of a meaning; all are floats, which compare with each other sooner than with whole numbers."""
    spot, languages, adjective, acronym, _ = use
    _, kind, _, country, state, _, _, people = spot
    country, state, home = country or "", state or "", evidence.home
    in_domain, count, mentions = shared
    others = evidence.countries.get(country, ())
    same_country = len(others) - (name in others)
    same_state = 0
    if state and (there := evidence.states.get(state)):
        same_state = len(there) - (name in there)
    enclosed = 0.0
    if around and kind != "country":
        enclosed = 2.0 if state in around else (1.0 if country in around else -1.0)
    return [
        math.log10(people + 10),
        KINDS[kind],
        float(adjective),
        enclosed,
        float(same_state),
        float(min(same_country, MENTIONS_MAX)),
        same_country / evidence.total if evidence.total else 0.0,
        at_home(country, home),
        _home_km(spot, home),
        in_domain,
        evidence.near(spot, name),
        0.0,
        evidence.states_near.get(state, 0.0) if state else 0.0,
        count,
        0.0,
        float("*" in languages),
        mentions,
        float(country == "US"),
        (1.0 if state in evidence.home_states else -1.0) if home.spots and state else 0.0,
        float(acronym),
        0.0,
        float(evidence.siblings(country, state)) if kind == "subdivision" else 0.0,
        0.0,
        0.0,
    ]


def _home_km(spot: Spot, home: Home) -> float:
    """Give the logarithm of the distance to the outlet's home, or -1 where that is unknown."""
    if not home.spots:
        return -1.0
    if len(home.spots) == 1:
        return math.log10(km(spot, home.spots[0]) + 1)
    return math.log10(
        min([km(spot, place) for place in home.spots if place.country == spot.country], default=FAR_KM) + 1
    )


def at_home(country: str, home: Home) -> float:
    """Tell whether a country is that of the outlet: positive, negative, or zero where that is unknown."""
    if home.country is None:
        return 0.0
    return (1.0 if home.guessed else 2.0) * (1 if country == home.country else -1)


def mention_numbers(
    mention: Mention, meaning: Sequence[float], scores: tuple[float, float], shared: tuple[float, ...], said: float
) -> list[float]:
    """Give the numbers of a mention, by the chosen meaning with its score and its lead over the next one."""
    after, written = mention.after, mention.written
    followed = not mention.mark_after and after[:1].isupper()
    own = (
        mention.located,
        followed and after not in FITS_AFTER,
        mention.part_of_name,
        "," in mention.mark,
        mention.opens,
        mention.possessive,
        written.isupper(),
        written.count(" "),
        len(written),
        mention.before_small == "the",
        not mention.mark and mention.before[:1].isupper(),
        followed,
        written.endswith("."),
        written.endswith(("s", "men")),
        mention.surname,
    )
    return [*scores, *meaning, said, *shared[:SHARED], *map(float, own), *shared[SHARED:]]


def words_said(mention: Mention) -> list[tuple[str, str]]:
    """Give the words around a mention, with where they stand."""
    mark, written = mention.mark_after[:2], mention.written
    said = [
        ("before", mention.mark[:2] or mention.before_small),
        ("after", ("'s " if mention.possessive else "") + (mark or mention.after.lower())),
    ]
    if not mark:
        said.append(("next", mention.after_next.lower()))
    if mention.mark == "," or not mention.mark:
        shape = ("A" if mention.before[:1].isupper() else "a") + ("A" if mention.after[:1].isupper() else "a")
        said.append(("shape", shape))
    if " " in written:
        said += (("ends", written.rpartition(" ")[2].lower()), ("opens", written.partition(" ")[0].lower()))
    return said
