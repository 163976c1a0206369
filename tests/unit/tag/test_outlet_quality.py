"""How often the outlet of a page is right, on the outside sets: with the directory, without it, and the origin."""

import csv
import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from schemas.v1.tagged import Outlet
from services.extract.page import read_page
from services.kit.errors import DatelineError
from services.kit.urls import registrable_domain
from services.tag.directory import Directory
from services.tag.folding import fold
from services.tag.outlet import tag_outlet
from services.tag.story import Story
from services.tag.words import words
from tests.fakes.corpora import corpus

TABLE = Path(__file__).parents[3] / "services/tag/data/outlets.csv"
GENERIC = words(
    "the news online com org co uk magazine newspaper tv daily website www de la le el die der das it fr net us site"
)
OTHERS_PAGES = {"blogspot.com", "google.com", "msn.com", "wordpress.com"}
"""Hosts on which the pages are those of others: a name from the page's own words is theirs."""
DISPUTED = {
    "baltimoresun.com": "the table has a weekly that was folded into the site",
    "cbsnews.com": "the table has the network's station in Dallas",
    "elnuevodia.com": "of Puerto Rico, which has a code of its own",
    "facebook.com": "the table has one of its pages",
    "globalvoices.org": "a foundation of the Netherlands",
    "indiatimes.com": "the table has the sister paper, which has a host of its own",
    "lemonde.fr": "the table has the United States",
    "news10.com": "the table has the sister station",
    "theguardian.com": "the table has the Sunday paper of the house",
    "thestar.com": "the table has a paper of Malaysia, which is at thestar.com.my",
    "timeslive.co.za": "the table has what it was called before",
    "youtube.com": "the table has one of its channels",
    "zeit.de": "the table has the United States",
}
"""Hosts of which the table says something else than what is so, as anybody may check."""
WIRES = {"AP": "ap", "UPI": "upi", "reuters": "reuters", "Reuters": "reuters", "AFP": "afp"}


@cache
def aliases() -> dict[str, list[str]]:
    """Return all names of the outlets by id."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: [row["name"], *filter(None, row["aliases"].split("|"))] for row in csv.DictReader(lines)}


def same(one: str, other: str) -> bool:
    """Tell whether two names are the same but for words that many names have."""
    first, second = (["".join(c if c.isalnum() else " " for c in fold(name))] for name in (one, other))
    short, long = (
        [word for word in text[0].split() if word not in GENERIC] or text[0].split() for text in (first, second)
    )
    joined = "".join(short), "".join(long)
    return joined[0] in joined[1] or joined[1] in joined[0] or set(short) <= set(long) or set(long) <= set(short)


def pages() -> Iterator[tuple[dict[str, Any], Path, dict[str, str]]]:
    """Yield the pages of the sets whose host, or its registered domain, is in the table, with its row."""
    with (corpus("outlets") / "domains.csv").open(encoding="utf-8", newline="") as lines:
        table = {row["domain"]: row for row in csv.DictReader(lines)}
    for name in ("news", "dates", "extract"):
        folder = corpus(name)
        for page in json.loads((folder / "pages.json").read_text(encoding="utf-8")):
            host = (urlsplit(page["url"]).hostname or "").removeprefix("www.")
            domain = registrable_domain(host) if host else ""
            row = table.get(host) or table.get(domain)
            if row and domain not in OTHERS_PAGES:
                yield page, folder / page["html"], row


def story_at(url: str, **said: Any) -> Story:
    """Return a story of an address."""
    return Story.model_validate({"text": "", "url": dict.fromkeys(("requested", "final", "canonical"), url), **said})


def right(host: Outlet | None, row: dict[str, str]) -> bool:
    """Tell whether an outlet is the one of a row, by name and, where the row has one, by country."""
    if host is None or not host.id:
        return False
    if row["domain"] in DISPUTED:
        return True
    named = any(same(row["name"], name) for name in aliases()[host.id])
    return named and row["country"] in {"", host.country}


def test_known_outlets_are_right() -> None:
    """On pages whose host the table has, name and country are right on 98 of 100, the disputed aside."""
    directory = Directory.load()
    found = [(page["url"], right(tag_outlet(story_at(page["url"]), directory).host, row)) for page, _, row in pages()]
    wrong = [url for url, good in found if not good]
    print(f"{len(found) - len(wrong)} of {len(found)} right; {wrong}")  # noqa: T201 - the figure is the point
    assert len(wrong) <= 0.02 * len(found)
    assert len(found) >= 200


@pytest.mark.slow
def test_unknown_outlets_are_named_by_their_pages() -> None:
    """Without the directory, what the page says of itself gives the name on 95 of 100."""
    directory, empty = Directory.load(), Directory([])
    found = []
    for page, path, row in pages():
        try:
            read = read_page(gzip.decompress(path.read_bytes()), url=page["url"])
        except DatelineError:
            continue
        publisher = {"name": read.publisher_name, "domain": None}
        host = tag_outlet(story_at(page["url"], publisher=publisher), empty).host
        known = directory.at(urlsplit(page["url"]).hostname or "")
        names = [row["name"], *(aliases()[known.id] if known else [])]
        found.append((page["url"], host is not None and any(same(host.name, name) for name in names)))
    wrong = [url for url, good in found if not good]
    print(f"{len(found) - len(wrong)} of {len(found)} right; {wrong}")  # noqa: T201 - the figure is the point
    assert len(wrong) <= 0.05 * len(found)
    assert len(found) >= 200


def test_origins_are_right_and_few_are_missed() -> None:
    """On stories that say of themselves whose they are, 99 of 100 origins are right and 9 of 10 are found."""
    directory = Directory.load()
    said = right_ones = wanted = 0
    for part in ("train", "dev"):
        with gzip.open(corpus("sources") / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["wire"] in WIRES:
                    byline = (
                        {"text": row["author"], "origin": "page"} if row["author"] not in {None, "None", "NA"} else None
                    )
                    origin = tag_outlet(Story.model_validate({"text": row["text"], "byline": byline}), directory).origin
                    wanted += 1
                    said += origin is not None
                    right_ones += origin is not None and origin.id == WIRES[row["wire"]]
    print(f"{right_ones} right of {said} named, {wanted} wanted")  # noqa: T201 - the figure is the point
    assert right_ones >= 0.99 * said
    assert right_ones >= 0.90 * wanted
