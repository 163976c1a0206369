"""The worked example, as far as tags go: a Press TV story that relays Sputnik, which relays an unnamed source."""

import json
from typing import Any

import pytest

from schemas.v1.tagged import Tags
from services.tag.folding import even
from services.tag.story import Story
from services.tag.tagger import Tagger
from tests.fakes.corpora import corpus

ADDRESS = "https://bulletin.example/2021/02/13/western-intel-daesh-chiefs-meet.html"


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """Return what the example must be tagged with."""
    loaded: dict[str, Any] = json.loads((corpus("seed") / "expected.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def tags(expected: dict[str, Any]) -> Tags:
    """Return the tags of the example, as its feed and page would give it."""
    story = {
        "text": (corpus("seed") / "article.txt").read_text(encoding="utf-8"),
        "title": expected["title"],
        "url": {"requested": ADDRESS, "final": ADDRESS, "canonical": ADDRESS},
        "publisher": {"name": "Eastbound Bulletin"},
        "feed_published_at": "2021-02-13T07:40:00Z",
    }
    return Tagger.load().tag(Story.model_validate(story))


def test_outlet(tags: Tags, expected: dict[str, Any]) -> None:
    """The page is the bulletin's, the story Press TV's."""
    assert tags.outlet is not None
    assert tags.outlet.host is not None
    assert tags.outlet.origin is not None
    assert (tags.outlet.host.name, tags.outlet.host.id) == (expected["outlet"]["host"], None)
    origin = tags.outlet.origin
    assert (origin.name, origin.domain, origin.country) == (
        expected["outlet"]["origin"],
        expected["outlet"]["origin_domain"],
        expected["outlet"]["origin_country"],
    )


def test_date(tags: Tags, expected: dict[str, Any]) -> None:
    """The day is settled, the malformed line counts; `on Friday`, the one day told, is the day before."""
    assert tags.date is not None
    assert tags.date.published_at is not None
    assert tags.date.published_at.date().isoformat() == expected["date"]["published"]
    assert set(expected["date"]["evidence"]) <= {evidence.text for evidence in tags.date.evidence}
    single = [expression for expression in tags.date.expressions if expression.until is None]
    assert {e.text: e.date.isoformat() for e in single} == expected["date"]["relative"]


def test_region(tags: Tags, expected: dict[str, Any]) -> None:
    """Syria and Iraq are what it is about; the others are mentioned."""
    assert tags.regions is not None
    wanted = expected["region"]
    assert {c.code for c in tags.regions.countries[:2]} == set(wanted["primary"])
    assert {c.code for c in tags.regions.countries if c.salience == "primary"} == set(wanted["primary"])
    assert {c.code for c in tags.regions.countries if c.salience == "mentioned"} == set(wanted["mentioned"])
    assert set(wanted["subdivisions"]) <= {s.code for s in tags.regions.subdivisions}
    written = " ".join(place.text for place in tags.regions.places)
    assert all(place in written for place in wanted["places"])


def test_sources(tags: Tags, expected: dict[str, Any]) -> None:
    """All six sources are found as what they are, and nobody else is."""
    assert tags.sources is not None
    found = tags.sources.sources
    assert len(found) == len(expected["sources"])
    by_id = {source.id: source for source in found}
    for wanted in expected["sources"]:
        name = wanted["name"]
        source = next(s for s in found if (s.name == name if name else s.mention == wanted["mention"]))
        for field in ("kind", "role", "affiliation", "country"):
            assert wanted.get(field) in {None, getattr(source, field)}
        assert [by_id[other].mention for other in source.cites] == wanted.get("cites", [])
        assert source.anonymous == (wanted["kind"] == "anonymous")
    names = {even(source.name or source.mention) for source in found}
    assert not names & set(expected["not_sources"])


def test_chain(tags: Tags, expected: dict[str, Any]) -> None:
    """The way of the main claim leads from Press TV over Sputnik to the unnamed source, who says nothing otherwise."""
    assert tags.sources is not None
    assert [link.name for link in tags.sources.chain] == expected["chain"]
    relayed = [a for a in tags.sources.attributions if a.via]
    assert {a.source.text.lower() for a in relayed} == {"the source", "the media source"}


def test_chain_of_the_plain_text(expected: dict[str, Any]) -> None:
    """The text alone, with its headings and no page around it, gives the same chain."""
    story = Story(text=(corpus("seed") / "article.txt").read_text(encoding="utf-8"))
    sources = Tagger.load(frozenset({"sources"})).tag(story).sources
    assert sources is not None
    assert [link.name for link in sources.chain] == expected["chain"]
