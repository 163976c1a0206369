"""Authors: who wrote it, from several places."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.extract import head
from services.extract.metadata import settle

URL = "https://courier.example/local/bridge"


def _authors(body: str = "", *, inside_head: str = "", author: object = None) -> list[str]:
    ld = {"@type": "NewsArticle", "author": author, "publisher": {"name": "The Courier"}}
    block = f'<script type="application/ld+json">{json.dumps(ld)}</script>'
    page = f"<html><head>{inside_head}{block}</head><body>{body}</body></html>"
    return settle(head.read(LexborHTMLParser(page)), url=URL).authors


def test_names_in_elements_of_their_own_are_several() -> None:
    """A byline with an element for each name is a list; one name in two elements is one."""
    names = "<p class=byline><a>Mara Ellingsen</a> <a>Jon Vik</a></p>"
    assert _authors(names) == ["Mara Ellingsen", "Jon Vik"]
    assert _authors("<p class=byline>By <b>Mara</b> <b>Ellingsen</b></p>") == ["Mara Ellingsen"]


def test_halves_of_names_are_joined() -> None:
    """A person with given and family name but no name is named by both."""
    people = [{"@type": "Person", "givenName": "Mara", "familyName": "Ellingsen"}]
    assert _authors(author=people) == ["Mara Ellingsen"]


@pytest.mark.parametrize("own", ["The Courier", "courier.example", "Courier"])
def test_somebody_else_than_the_site_is_preferred(own: str) -> None:
    """The site's name, host or domain gives way to a visible person, and is left out beside another author."""
    assert _authors("<p class=article-author>Von Mara Ellingsen</p>", author={"name": own}) == ["Mara Ellingsen"]
    assert _authors(author=[{"name": own}, {"name": "Mara Ellingsen"}]) == ["Mara Ellingsen"]
    assert _authors(author={"name": own}) == [own]


@pytest.mark.parametrize("line", ["Follow", "von APA", "12 posts", "published every Thursday", "Share this article"])
def test_what_is_no_name_does_not_replace_the_site(line: str) -> None:
    """Buttons, agencies' signs and sentences in an author's element are nobody."""
    assert _authors(f"<p class=author>{line}</p>", author={"name": "The Courier"}) == ["The Courier"]


@pytest.mark.parametrize(
    ("raw", "name"), [("신현주 기자", "신현주"), ("王小明 记者", "王小明"), ("Mara Ellingsen", "Mara Ellingsen")]
)
def test_roles_behind_names_go(raw: str, name: str) -> None:
    """Korean and Chinese bylines put the role behind the name."""
    assert _authors(inside_head=f'<meta name="author" content="{raw}">') == [name]
