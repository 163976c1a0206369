"""The directory of outlets, as data that others load."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from services.kit.urls import registrable_domain
from services.tag.directory import CREDIT_MARK, Directory

TABLE = Path(__file__).parents[3] / "services/tag/data/outlets.csv"
KINDS = {
    "news_agency", "newspaper", "broadcaster", "magazine", "website", "organisation", "official_body", "aggregator",
}  # fmt: skip
KEPT = {
    "reuters": "reuters.com", "ap": "apnews.com", "afp": "afp.com", "press-tv": "presstv.ir", "xinhua": "xinhuanet.com",
    "sputnik": "sputniknews.com", "bbc": "bbc.com", "cnn": "cnn.com", "guardian": "theguardian.com", "tass": "tass.ru",
    "new-york-times": "nytimes.com", "spiegel": "spiegel.de", "le-monde": "lemonde.fr", "el-pais": "elpais.com",
}  # fmt: skip
"""Some ids that records bear."""


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Return the rows of the table."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory."""
    return Directory.load()


def domains(rows: list[dict[str, str]]) -> list[str]:
    """Return all domains of the table."""
    return [domain for row in rows for domain in row["domains"].split("|") if domain]


def test_it_is_large(rows: list[dict[str, str]]) -> None:
    """Thousands of domains are known, most with their country, many with their town."""
    assert len(domains(rows)) >= 5000
    assert sum(bool(row["country"]) for row in rows) >= 0.98 * len(rows)
    assert sum(bool(row["home"]) for row in rows) >= 2000


def test_its_columns_hold_what_they_should(rows: list[dict[str, str]]) -> None:
    """Ids are unique and plain; countries, kinds and homes are of their kinds."""
    assert list(rows[0]) == ["id", "name", "domains", "country", "kind", "aliases", "home", "said"]
    assert not [name for name, count in Counter(row["id"] for row in rows).items() if count > 1]
    for row in rows:
        assert re.fullmatch(r"[a-z0-9-]+", row["id"]), row
        assert row["name"], row
        assert re.fullmatch(r"(?:[A-Z]{2})?", row["country"]), row
        assert row["kind"] in KINDS, row
        assert re.fullmatch(r"(?:[1-9]\d*)?", row["home"]), row
        assert row["said"] in {"", "credit", "none"}, row


def test_a_domain_is_one_outlets_and_can_be_registered(rows: list[dict[str, str]]) -> None:
    """No domain stands twice, and none is a suffix that many register under."""
    found = domains(rows)
    assert not [name for name, count in Counter(found).items() if count > 1]
    assert not [name for name in found if not name.endswith(registrable_domain(name)) or "." not in name]


def test_ids_stay(directory: Directory) -> None:
    """An id that records bear means the same outlet as ever."""
    assert {name: entry.id for name, domain in KEPT.items() if (entry := directory.at(domain))} == {
        name: name for name in KEPT
    }


def test_a_name_that_means_more_is_none_in_text(directory: Directory) -> None:
    """`Variety` is an outlet where one is credited, and a word elsewhere; what several are called is none."""
    assert directory.named("Variety") is None
    assert (entry := directory.credited("Variety")) is not None
    assert entry.domain == "variety.com"
    assert directory.named("AA") is None
    assert directory.credited("The Herald-News Chronicle of Nowhere") is None


def test_a_part_of_a_site_may_be_another_outlet(directory: Directory) -> None:
    """The longest domain counts: an edition under another outlet's domain is its own."""
    paper, edition = directory.at("www.indiatimes.com"), directory.at("economictimes.indiatimes.com")
    assert paper is not None
    assert edition is not None
    assert (paper.name, edition.name) == ("The Times of India", "The Economic Times")


def test_a_town_is_home(directory: Directory) -> None:
    """A local paper has its town's GeoNames id; what is of a whole country has none."""
    local, national = directory.at("theparisnews.com"), directory.at("usatoday.com")
    assert local is not None
    assert national is not None
    assert (local.home, national.home) == (4717560, None)


def test_marks_are_no_part_of_a_name(directory: Directory) -> None:
    """An alias for credits only is found without its mark."""
    assert CREDIT_MARK == "~"
    assert (entry := directory.credited("AA")) is not None
    assert entry.id == "anadolu"
