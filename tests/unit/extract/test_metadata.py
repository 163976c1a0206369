"""Metadata: which of a page's many words about itself counts."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.extract import head
from services.extract.metadata import Metadata, settle

URL = "https://courier.example/local/bridge"


def _settle(inside_head: str = "", body: str = "", ld: object = None) -> Metadata:
    block = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld else ""
    page = f"<html><head>{inside_head}{block}</head><body>{body}</body></html>"
    return settle(head.read(LexborHTMLParser(page)), url=URL)


def test_structured_data_come_first() -> None:
    """JSON-LD beats meta elements, and those beat what is visible."""
    meta = '<meta name="author" content="Meta Author"><meta name="pubdate" content="2020-01-01T00:00:00Z">'
    ld = {"@type": "NewsArticle", "author": {"name": "Mara Ellingsen"}, "datePublished": "2024-03-08T23:40:05+05:30"}
    both = _settle(meta, '<time datetime="2019-01-01">x</time>', ld)
    assert both.authors == ["Mara Ellingsen"]
    assert both.claims.published is not None
    assert both.claims.published.at.isoformat() == "2024-03-08T23:40:05+05:30"
    assert _settle(meta).authors == ["Meta Author"]


def test_the_publisher_is_an_author_only_if_nobody_else_is() -> None:
    """A site that names itself as author is passed over for a person named elsewhere."""
    ld = {
        "@type": "NewsArticle",
        "author": {"@type": "Organization", "name": "The Courier"},
        "publisher": {"name": "The Courier"},
    }
    assert _settle('<meta name="author" content="Mara Ellingsen">', ld=ld).authors == ["Mara Ellingsen"]
    assert _settle(ld=ld).authors == ["The Courier"]


def test_a_date_alone_gives_way_to_the_same_day_s_time() -> None:
    """The finer of two writings of one day is taken."""
    ld = {"@type": "NewsArticle", "datePublished": "2024-03-08"}
    said = _settle('<meta property="article:published_time" content="2024-03-08T21:00:00+01:00">', ld=ld)
    assert said.claims.published is not None
    assert said.claims.published.at.isoformat() == "2024-03-08T21:00:00+01:00"


def test_a_zone_used_elsewhere_on_the_page_holds() -> None:
    """A naive time takes the offset that the page gives with another time."""
    ld = {"@type": "NewsArticle", "datePublished": "2024-03-08T21:00:00", "dateModified": "2024-03-08T22:00:00+02:00"}
    said = _settle(ld=ld)
    assert said.claims.published is not None
    assert said.claims.published.at.isoformat() == "2024-03-08T21:00:00+02:00"


def test_the_visible_headline_s_words_count() -> None:
    """A title that stands as a heading too is taken in the heading's words, which no site name follows."""
    said = _settle('<meta property="og:title" content="Bridge over the harbour reopens - News &amp; more">',
                   "<h1>Bridge over the harbour reopens</h1>")  # fmt: skip
    assert said.title == "Bridge over the harbour reopens"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "http://[x", "ftp://a.example/"])
def test_addresses_that_cannot_be_followed_are_left_out(link: str) -> None:
    """Canonical address and images are http(s) or nothing."""
    said = _settle(f'<link rel="canonical" href="{link}"><meta property="og:image" content="{link}">')
    assert (said.canonical, said.images) == (None, [])


@pytest.mark.parametrize(
    ("value", "free"), [(True, True), ("False", False), ("http://schema.org/False", False), (7, None)]
)
def test_access_is_what_the_page_says(*, value: object, free: bool | None) -> None:
    """Free, not free, or unknown; never guessed."""
    assert _settle(ld={"@type": "NewsArticle", "isAccessibleForFree": value}).access_free is free


@pytest.mark.parametrize("value", [None, 7, [], {}, [None], [[["x"]]], {"name": {"name": 1}}, {"@id": "#x"}, "", " "])
def test_values_of_any_shape_are_borne(value: object) -> None:
    """No shape of JSON in any field breaks the reading, and none of these gives an author."""
    fields = "headline author datePublished dateModified publisher image keywords articleSection inLanguage @id url"
    others = "isAccessibleForFree articleBody description mainEntityOfPage"
    assert (
        _settle(ld={"@type": "NewsArticle", **dict.fromkeys([*fields.split(), *others.split()], value)}).authors == []
    )
