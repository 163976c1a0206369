"""No rule names a site: neither extraction's code, nor the tables and the model that come with it."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from services.extract import site_names

ROOT = Path(__file__).parents[2]
EXTRACT = ROOT / "services/extract"
OUTLETS = ROOT / "services/tag/data/outlets.csv"
NAMING = EXTRACT / "site_names.py"
"""The one module that names sites, so that fitting can leave them out."""
HOST = re.compile(
    r"\b[a-z0-9-]{2,}\.(?:com|org|net|info|biz|news|media|press|online|io|tv|eu|co|gov|edu|"
    r"ar|at|au|be|br|ca|ch|cl|cn|cz|de|dk|es|fi|fr|gr|hk|hu|ie|il|in|ir|it|jp|kr|mx|nl|no|nz|pk|pl|pt|ro|rs|ru|se|sk|tr|"
    r"tw|ua|uk|us|za)\b(?!\()",
    re.IGNORECASE,
)
STANDARDS = {"schema.org", "w3.org", "purl.org"}
"""Hosts that name vocabularies."""
VOCABULARIES = re.compile(r"\b(?:twitter:[a-z_:]+|apple-mobile-web-app-title)")
"""Keys of `<meta>` that whole product families read."""
BUTTONS = {
    "lines.py": {"facebook", "linkedin", "twitter", "whatsapp"},
    "visible.py": {"instagram", "twitter"},
}
"""Platforms by which a line or an element is known as a button to share, or as a post from there, on any site."""
MODEL = EXTRACT / "data/block_model.json"


@cache
def names() -> frozenset[str]:
    """Return the names of the outlets that Dateline knows, and of the platforms."""
    with OUTLETS.open(encoding="utf-8", newline="") as rows:
        hosts = [host for row in csv.DictReader(rows) for host in row["domains"].split("|") if host]
    return site_names.names_of(hosts)


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a file that are no documentation, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in said and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            yield node.lineno, text


def named(text: str) -> set[str]:
    """Return the sites that a text names: by host, or by a word."""
    plain = VOCABULARIES.sub(" ", text.lower())
    hosts = set(HOST.findall(plain)) - STANDARDS
    words = set(re.findall(r"[^\W_]+(?:-[^\W_]+)*", plain))
    return hosts | ((words | {part for word in words for part in word.split("-")}) & names())


@pytest.mark.parametrize("path", sorted(set(EXTRACT.rglob("*.py")) - {NAMING}), ids=lambda path: path.name)
def test_no_code_of_extraction_names_a_site(path: Path) -> None:
    """No string and no pattern holds a host, or what an outlet or a platform is called."""
    allowed = BUTTONS.get(path.name, set())
    assert not [(line, found) for line, text in literals(path) if (found := named(text) - allowed)]


@pytest.mark.parametrize("path", sorted(set((EXTRACT / "data").iterdir()) - {MODEL}), ids=lambda path: path.name)
def test_no_table_of_extraction_names_a_site(path: Path) -> None:
    """Packaged tables and what is said of them hold no host and no name."""
    assert not [(line, found) for line in path.read_text("utf-8").splitlines() if (found := named(line))]


def test_the_model_weighs_no_name_of_a_site() -> None:
    """No weight hangs on what a site is called."""
    weighed = {word for words in json.loads(MODEL.read_text("utf-8"))["words"].values() for word in words}
    assert not {word for word in weighed if named(word)}


def test_names_are_told_from_words() -> None:
    """Hosts give their names, of whatever depth; what is an ordinary word is none."""
    found = site_names.names_of(["www.bbc.co.uk", "https://edition.cnn.com/x", "time.com", "aa.com.tr"])
    assert {"bbc", "cnn"} <= found
    assert not {"time", "aa", "co", "www"} & found
    assert named("div.byline a[href*='nytimes.com']") >= {"nytimes.com", "nytimes"}
    assert not named("https://schema.org/NewsArticle (date|time|news|standard)")


def test_nothing_at_run_time_knows_names() -> None:
    """Only fitting imports the names."""
    users = {path.name for path in (ROOT / "services").rglob("*.py") if "site_names" in path.read_text("utf-8")}
    assert users <= {"build_block_model.py", "block_labels.py"}
