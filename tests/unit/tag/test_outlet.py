"""Whose page it is, and whose story."""

from typing import Any

import pytest

from services.tag.outlet import Directory, tag_outlet
from services.tag.story import Story


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def at(url: str, **said: Any) -> Story:
    """Return a story at an address."""
    return Story.model_validate({"text": "", "url": {"requested": url, "final": url, "canonical": url}, **said})


@pytest.mark.parametrize(
    ("url", "outlet_id", "country"),
    [
        ("https://www.reuters.com/world/x", "reuters", "GB"),
        ("https://edition.cnn.com/2024/x", "cnn", "US"),
        ("https://www.presstv.ir/Detail/1", "press-tv", "IR"),
        ("https://news.bbc.co.uk/1", "bbc", "GB"),
    ],
)
def test_a_known_domain_gives_the_outlet(directory: Directory, url: str, outlet_id: str, country: str) -> None:
    """An address under a domain of the directory gives id, name and country."""
    host = tag_outlet(at(url), directory).host
    assert host is not None
    assert (host.id, host.country) == (outlet_id, country)


def test_an_unknown_host_has_a_name_and_nothing_made_up(directory: Directory) -> None:
    """A host that the directory lacks keeps the page's name; id and country stay null, even for a known name."""
    host = tag_outlet(at("https://herald.example.org/1", publisher={"name": "Reuters"}), directory).host
    assert host is not None
    assert (host.id, host.name, host.domain, host.country) == (None, "Reuters", "example.org", None)


def test_the_feed_names_a_page_that_does_not(directory: Directory) -> None:
    """Without a publisher's name the feed's title serves, cut of its section."""
    way = {
        "feed_id": "f",
        "feed_url": "https://b.example/f",
        "feed_title": "Eastern Post - World",
        "channel": "rss",
        "seen_at": "2024-01-01T00:00:00Z",
    }
    tag = tag_outlet(at("https://b.example/1", discovered_via=[way]), directory)
    assert tag.host is not None
    assert tag.host.name == "Eastern Post"
    assert [(e.role, e.field) for e in tag.evidence] == [("host", "feed")]


@pytest.mark.parametrize(
    ("said", "origin", "field"),
    [
        ({"byline": {"text": "By Press TV", "origin": "page"}}, "press-tv", "byline"),
        ({"byline": {"text": "By Jane Roe, Associated Press", "origin": "page"}}, "ap", "byline"),
        ({"authors": ["AFP"]}, "afp", "authors"),
        ({"dateline": {"text": "KYIV, Feb 13 (Reuters)", "origin": "page"}}, "reuters", "dateline"),
        ({"text": "Headline\n\nBy Press TV\n\nText of the story."}, "press-tv", "text"),
        ({"text": "PARIS (AFP) - Trains stood still."}, "afp", "text"),
        ({"text": "LONDON, Feb 13 (Reuters) \u2014 Trains stood still."}, "reuters", "text"),
        ({"text": "MOSCOW, February 13. /TASS/. Trains stood still."}, "tass", "text"),
        ({"text": "BEIJING, Feb. 13 (Xinhua) -- Trains stood still."}, "xinhua", "text"),
        ({"text": "Trains stood still.\n\nSource: Anadolu Agency"}, "anadolu", "text"),
        ({"text": "Trains stood still.\n\nThis article first appeared on ProPublica."}, "propublica", "text"),
        ({"text": "Trains stood still.\n(Reporting by A. Roe; Editing by B. Doe)"}, "reuters", "text"),
    ],
)
def test_the_story_says_whose_it_is(directory: Directory, said: dict[str, Any], origin: str, field: str) -> None:
    """A byline, a dateline or a credit that names another outlet gives the origin, with the words that say so."""
    story = at("https://paper.example/1", **said)
    tag = tag_outlet(story, directory)
    assert tag.origin is not None
    assert tag.origin.id == origin
    proof = tag.evidence[-1]
    assert (proof.role, proof.field) == ("origin", field)
    if field == "text":
        assert story.text[proof.start : proof.end] == proof.text


@pytest.mark.parametrize(
    "said",
    [
        {"byline": {"text": "By Jane Roe", "origin": "page"}},
        {"text": "The minister (right) - in a hat - spoke to Reuters on Monday at length about the trains."},
        {"text": "Readers of Reuters know it."},
        {"authors": ["Jane Roe"]},
    ],
)
def test_a_person_or_a_mention_is_no_origin(directory: Directory, said: dict[str, Any]) -> None:
    """An agency that is only spoken of does not own the story."""
    assert tag_outlet(at("https://paper.example/1", **said), directory).origin is None


def test_an_agency_on_its_own_page_is_no_origin(directory: Directory) -> None:
    """The origin is null where the story is the host's own."""
    tag = tag_outlet(at("https://www.reuters.com/1", text="PARIS, May 1 (Reuters) - Trains stood still."), directory)
    assert tag.origin is None


def test_a_story_without_an_address_has_no_host(directory: Directory) -> None:
    """Nothing is known of the outlet of a bare text."""
    tag = tag_outlet(Story(text="Trains stood still."), directory)
    assert (tag.host, tag.origin, tag.evidence) == (None, None, [])
