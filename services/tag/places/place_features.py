"""What the place model sees: numbers for each meaning of a name, for each mention, and for each country."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from services.tag.places.homes import Home
from services.tag.places.nations import country_of
from services.tag.places.place_lexicon import (
    FITS_AFTER,
    FITS_BEFORE,
    NEVER,
    SURELY_LOCATIVE,
    given_names,
    is_direction,
    is_weak,
)
from services.tag.places.place_names import Mention, Name
from services.tag.places.spots import Spot, Use

KINDS: Final = {"town": 0, "county": 1, "city": 2, "feature": 3, "subdivision": 4, "capital": 5, "country": 6}
GREAT_CITY: Final = 400_000
CELL_DEGREES: Final = 1.5
NAMES_MAX: Final = 30
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
_PEOPLE, _KIND, _SAME_COUNTRY, _HOME, _SIBLINGS = map(
    MEANING_FEATURES.index, ("log_people", "kind", "same_country", "home_country", "siblings")
)
_NEAR, _NEAR_GAP, _PEOPLE_GAP, _KIND_GAP, _HOME_GAP, _SUPPORT_GAP = map(
    MEANING_FEATURES.index, ("near", "near_gap", "people_gap", "kind_gap", "home_gap", "support_gap")
)
COUNTRY_FEATURES: Final = (
    "best", "weight", "any", "believed", "noun", "adjective", "called", "share", "in_title", "home_country", "place",
    "lead", "kind", "log_people", "names", "lead_max", "countries",
)  # fmt: skip


def km(a: Spot, b: Spot) -> float:
    """Give the distance of two places, near enough for weighing; far where one has no point."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return FAR_KM
    width = abs(a.lon - b.lon)
    width = min(width, 360 - width) * math.cos(math.radians((a.lat + b.lat) / 2))
    return 111.2 * math.hypot(a.lat - b.lat, width)


class Evidence:
    """What a document says as a whole about where it is."""

    def __init__(self, names: Sequence[Name], home: Home) -> None:
        self.home = home
        self.home_states = frozenset(place.subdivision for place in home.spots if place.subdivision)
        self.names = len(names)
        self.countries: dict[str, set[str]] = defaultdict(set)
        self.states: dict[str, set[str]] = defaultdict(set)
        self.enclosed: dict[str, frozenset[str]] = {}
        self.states_near: Counter[str] = Counter()
        self.grid: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
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
        best = max((use.spot for use in name.uses), key=_size)
        clear = KINDS[best.kind] >= KINDS["subdivision"] or best.population >= GREAT_CITY
        direction = is_direction(name.key)
        if clear and best.country and not (is_weak(name.key) or direction):
            self.countries[best.country].add(name.key)
        if best.kind == "subdivision" and best.subdivision and not (_abbreviated(name) or direction):
            self.states[best.subdivision].add(name.key)
        self._place(name)

    def _place(self, name: Name) -> None:
        spots = [use.spot for use in name.uses if use.spot.kind not in {"country", "feature"}]
        if not spots:
            return
        weight = 1 / len(spots)
        for state in {spot.subdivision for spot in spots if spot.subdivision}:
            self.states_near[state] += weight  # type: ignore[assignment]  # a Counter may count in parts
        for spot in spots:
            if spot.lat is not None and spot.lon is not None and spot.kind != "subdivision":
                cell = self.grid[int(spot.lat // CELL_DEGREES), int(spot.lon // CELL_DEGREES)]
                cell[name.key] = max(cell.get(name.key, 0.0), weight)

    def siblings(self, country: str, state: str) -> int:
        """Count the other states of a country that the document names."""
        return sum(code != state and code.startswith(country) for code in self.states)

    def of_name(self, name: Name) -> tuple[float, ...]:
        """Give the numbers that all mentions of a name share."""
        mentions = name.mentions
        return (
            sum(map(is_located, mentions)) / len(mentions),
            sum(map(part_of_name, mentions)) / len(mentions),
            float(is_weak(name.key)) + 2.0 * (name.key in NEVER),
            float(min(self.names, NAMES_MAX)),
            float(len(self.countries)),
            sum(map(behind_given_name, mentions)) / len(mentions),
            float(name.key in given_names()),
        )

    def near(self, spot: Spot, name: str) -> float:
        """Weigh the other names that may mean something close to a place."""
        if spot.lat is None or spot.lon is None or spot.kind == "country":
            return 0.0
        y, x = int(spot.lat // CELL_DEGREES), int(spot.lon // CELL_DEGREES)
        seen: dict[str, float] = {}
        get = self.grid.get
        for row in (y - 1, y, y + 1):
            for column in (x - 1, x, x + 1):
                cell = get((row, column))
                if cell and (len(cell) > 1 or name not in cell):
                    for other, weight in cell.items():
                        if other != name and weight > seen.get(other, 0.0):
                            seen[other] = weight
        return sum(seen.values())


def _around(name: Name) -> frozenset[str]:
    """Give what a name is said to lie in; a state only what it may lie in: `Colorado, Georgia, Idaho` is a list."""
    around = frozenset[str]().union(*(mention.enclosing for mention in name.mentions))
    if not around or all(KINDS[use.spot.kind] < KINDS["subdivision"] for use in name.uses):
        return around
    return around & {code for use in name.uses for code in (use.spot.country, use.spot.subdivision)}


def _abbreviated(name: Name) -> bool:
    return all(mention.written.endswith(".") or mention.written.isupper() for mention in name.mentions)


def _size(spot: Spot) -> float:
    return KINDS[spot.kind] * 1e6 + spot.population if KINDS[spot.kind] > KINDS["city"] else spot.population


def candidates(name: Name, evidence: Evidence) -> Sequence[Use]:
    """Give what a name may mean here: what is named as enclosing it holds, else the largest and those with support."""
    around = evidence.enclosed.get(name.key, frozenset())
    within = [use for use in name.uses if use.spot.subdivision in around]
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
    largest = max([math.log10(use.spot.population + 10) for use in uses])
    highest = max([KINDS[use.spot.kind] for use in uses])
    around = evidence.enclosed.get(name.key, frozenset())
    near = [evidence.near(use.spot, name.key) for use in uses]
    closest = max(near)
    rows = []
    for use, close in zip(uses, near, strict=True):
        row = _meaning(use, name, evidence, around)
        row[_NEAR], row[_NEAR_GAP] = close, close - closest
        row[_PEOPLE_GAP], row[_KIND_GAP] = row[_PEOPLE] - largest, row[_KIND] - highest
        rows.append(row)
    if len(rows) > 1:
        home = max([row[_HOME] for row in rows])
        support = max([row[_SAME_COUNTRY] + row[_SIBLINGS] for row in rows])
        for row in rows:
            row[_HOME_GAP] = row[_HOME] - home
            row[_SUPPORT_GAP] = row[_SAME_COUNTRY] + row[_SIBLINGS] - support
    return rows


def _meaning(use: Use, name: Name, evidence: Evidence, around: frozenset[str]) -> list[float]:
    spot, home = use.spot, evidence.home
    country, state = spot.country or "", spot.subdivision or ""
    others = evidence.countries.get(country, ())
    same_country = len(others) - (name.key in others)
    same_state = 0
    if state and (there := evidence.states.get(state)):
        same_state = len(there) - (name.key in there)
    enclosed = 0.0
    if around and spot.kind != "country":
        enclosed = 2.0 if state in around else (1.0 if country in around else -1.0)
    return [
        math.log10(spot.population + 10),
        KINDS[spot.kind],
        float(use.adjective),
        enclosed,
        same_state,
        min(same_country, 6),
        same_country / evidence.total if evidence.total else 0.0,
        at_home(country, home),
        _home_km(spot, home),
        float(home.names(name.key)),
        0.0,
        0.0,
        evidence.states_near.get(state, 0.0) if state else 0.0,
        float(len(name.uses)),
        0.0,
        float("*" in use.languages),
        min(len(name.mentions), 6),
        float(country == "US"),
        (1.0 if state in evidence.home_states else -1.0) if home.spots and state else 0.0,
        float(use.acronym),
        0.0,
        float(evidence.siblings(country, state)) if spot.kind == "subdivision" else 0.0,
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
    before, after = mention.before, mention.after
    return [
        *scores,
        *meaning,
        said,
        *shared[:SHARED],
        float(is_located(mention)),
        float(not mention.mark_after and after[:1].isupper() and after not in FITS_AFTER),
        float(part_of_name(mention)),
        float("," in mention.mark),
        float(mention.opens),
        float(mention.possessive),
        float(mention.written.isupper()),
        float(mention.written.count(" ")),
        float(len(mention.written)),
        float(before.lower() == "the"),
        float(before[:1].isupper() and not mention.mark),
        float(after[:1].isupper() and not mention.mark_after),
        float(mention.written.endswith(".")),
        float(mention.written.endswith(("s", "men"))),
        float(behind_given_name(mention)),
        *shared[SHARED:],
    ]


def behind_given_name(mention: Mention) -> bool:
    """Tell whether a name stands where a surname does."""
    return not mention.mark and mention.before[:1].isupper() and mention.before.lower() in given_names()


def is_located(mention: Mention) -> bool:
    """Tell whether a preposition of place stands before a name."""
    return not mention.mark and mention.before.lower() in SURELY_LOCATIVE


def part_of_name(mention: Mention) -> bool:
    """Tell whether a capitalised word stands before the name: `Jack London`, `Mr. Houston`."""
    word = mention.before
    if mention.mark or not word[:1].isupper() or word in FITS_BEFORE or country_of(word) or word.endswith("'s"):
        return False
    return not (word.isupper() and len(word) > 1)


def words_said(mention: Mention) -> Iterable[tuple[str, str]]:
    """Yield the words around a mention, with where they stand."""
    yield "before", mention.before.lower() if not mention.mark else mention.mark[:2]
    mark = mention.mark_after[:2]
    yield "after", ("'s " if mention.possessive else "") + (mark or mention.after.lower())
    if not mark:
        yield "next", mention.after_next.lower()
    if mention.mark == "," or not mention.mark:
        yield "shape", ("A" if mention.before[:1].isupper() else "a") + ("A" if mention.after[:1].isupper() else "a")
    yield "ends", mention.written.rpartition(" ")[2].lower() if " " in mention.written else ""
    yield "opens", mention.written.partition(" ")[0].lower() if " " in mention.written else ""
