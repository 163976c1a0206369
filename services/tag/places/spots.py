"""What the gazetteer knows of a place."""

from typing import NamedTuple


class Spot(NamedTuple):
    """A place of the gazetteer.

    `kind` is `country`, `capital`, `city`, `subdivision` or `feature`; of the small ones `town` or `county`.
    """

    geonames_id: int | None
    kind: str
    name: str
    country: str | None
    subdivision: str | None
    lat: float | None
    lon: float | None
    population: int


class Use(NamedTuple):
    """One meaning of a name. `languages` is empty where it holds in all, `*` in all but English.

    `accented` tells whether the name is anywhere spelled with accents: `Thiès`.
    """

    spot: Spot
    languages: frozenset[str]
    adjective: bool
    acronym: bool
    accented: bool = False
