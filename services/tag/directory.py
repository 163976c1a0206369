"""The directory of outlets: names, domains, countries, kinds and homes, as packaged in `data/outlets.csv`.

Other programs may load the table, too: `data/README.md` tells its columns. Ids never change.
"""

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple, Self

from schemas.v1.tagged import Outlet
from services.tag.folding import fold

_DESCRIBING: Final = re.compile(
    r"\s+(?:news agency|newspaper|news channel|news network|tv channel|television|magazine|website|news site|staff"
    r"|daily|broadcaster|news)$"
)
_SOLD_DOMAINS: Final = frozenset(
    {"AI", "AM", "CC", "CO", "EU", "FM", "GG", "IO", "LA", "LY", "ME", "SU", "TO", "TV", "WS"}
)
"""Country domains that are sold to everybody; they say nothing about a home."""
CREDIT_MARK: Final = "~"
"""Begins an alias that only a credit or a dateline may mean, as `AA`."""


class Entry(NamedTuple):
    """One outlet of the directory."""

    id: str
    name: str
    domain: str | None
    country: str | None
    kind: str
    home: int | None = None
    """GeoNames id of the town that it is of, for one that is of a town."""


class Directory:
    """Outlets by domain and by name. Immutable once loaded."""

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self._by_id: dict[str, Entry] = {}
        self._by_domain: dict[str, Entry] = {}
        self._by_name: dict[str, Entry] = {}
        self._by_credit: dict[str, Entry] = {}
        for row in rows:
            entry, domains = _entry(row)
            self._by_id[entry.id] = entry
            self._by_domain |= dict.fromkeys(domains, entry)
            said = row.get("said") or "text"
            for name in filter(None, (row["name"], *row["aliases"].split("|"))):
                if said == "credit" or name[0] == CREDIT_MARK:
                    self._by_credit.setdefault(name_key(name.lstrip(CREDIT_MARK)), entry)
                elif said == "text":
                    self._by_name.setdefault(name_key(name), entry)

    @classmethod
    def load(cls) -> Self:
        """Load the packaged directory."""
        with (files("services.tag") / "data" / "outlets.csv").open(encoding="utf-8") as lines:
            return cls(csv.DictReader(lines))

    def entry(self, outlet_id: str) -> Entry | None:
        """Give the outlet of an id."""
        return self._by_id.get(outlet_id)

    def at(self, host: str) -> Entry | None:
        """Find the outlet of a host name: the host itself or a domain that it lies under."""
        labels = host.lower().rstrip(".").split(".")
        for start in range(len(labels) - 1):
            if entry := self._by_domain.get(".".join(labels[start:])):
                return entry
        return None

    def named(self, name: str) -> Entry | None:
        """Find an outlet by a name as text gives it: with or without `the` and `news agency`.

        Not by names that mean something else, too (`Variety`), nor by those that several outlets have.
        """
        key = name_key(name)
        entry = self._by_name.get(key)
        if entry is None and (bare := _DESCRIBING.sub("", key)) != key:
            entry = self._by_name.get(bare)
        return entry

    def credited(self, name: str) -> Entry | None:
        """Find an outlet by a name that stands where only an author or an outlet stands, as after `Source:`."""
        return self.named(name) or self._by_credit.get(name_key(name))


def outlet_of(entry: Entry) -> Outlet:
    """Give the record of a directory entry."""
    return Outlet(id=entry.id, name=entry.name, domain=entry.domain, country=entry.country, kind=entry.kind)


def home_of(outlet: Outlet | None) -> str | None:
    """Give the country that an outlet most likely writes about: its own, else that of its domain. For weighing only."""
    if outlet is None:
        return None
    if outlet.country:
        return outlet.country
    last = (outlet.domain or "").rpartition(".")[2].upper()
    if len(last) != 2 or last in _SOLD_DOMAINS:  # noqa: PLR2004 - country domains have two letters
        return None
    return "GB" if last == "UK" else last


def _entry(row: dict[str, str]) -> tuple[Entry, list[str]]:
    """Read a row of the table; with the outlet, its domains."""
    domains = [domain for domain in row["domains"].split("|") if domain]
    home = row.get("home")
    first = domains[0] if domains else None
    return Entry(
        row["id"], row["name"], first, row["country"] or None, row["kind"], int(home) if home else None
    ), domains


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Give what two spellings of an outlet's name have in common."""
    return " ".join(fold(name).strip(" .,:;'\"").removeprefix("the ").split())
