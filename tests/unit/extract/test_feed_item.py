"""Feed item: an article by the words of its feed alone."""

import pytest

from services.extract.feed_item import read_item
from services.kit.errors import Rejected
from tests.fakes.articles import entry

URL = "https://outlet.example/a"
TITLE = "Ferries sail again"
CONTENT = (
    "<h2>After the strike</h2><p>The ferries <b>sail</b> again, said the port&#39;s spokeswoman.</p>"
    "<script>alert(1)</script><ul><li>Monday: all day</li><li>Tuesday<br>in the morning</li></ul>"
)


def test_the_content_becomes_paragraphs() -> None:
    """Blocks are lines, inline markup leaves the line whole, and what nobody would see is gone."""
    page = read_item(entry(URL, title=TITLE, content=CONTENT, summary="Short."))
    assert page.text.split("\n") == [
        "After the strike",
        "The ferries sail again, said the port's spokeswoman.",
        "Monday: all day",
        "Tuesday",
        "in the morning",
    ]
    assert (page.method, page.flags, page.language) == ("feed", ["feed_text", "short"], "en")


@pytest.mark.parametrize("content", [None, "", "<p> </p>", "<img src='x.jpg'>", f"<h1>{TITLE}</h1>"])
def test_the_summary_stands_in(content: str | None) -> None:
    """Where the content has no words of its own, the summary's count."""
    assert read_item(entry(URL, title=TITLE, content=content, summary="Tallinn &amp; back.")).text == "Tallinn & back."


@pytest.mark.parametrize("summary", [None, "", "<br>", f"<p>{TITLE.upper()}!</p>"])
def test_a_headline_alone_is_no_article(summary: str | None) -> None:
    """A feed that repeats the headline has no text of it."""
    with pytest.raises(Rejected, match=r"page\.no_text"):
        read_item(entry(URL, title=TITLE, summary=summary))


@pytest.mark.parametrize(
    "content",
    ["<p>" * 100_000 + "deep down", "<" * 100_000 + "p>text", "text" + "\0" * 10_000, "<br>" * 100_000 + "text"],
    ids=["deep", "brackets", "zeros", "breaks"],
)
def test_hostile_markup_is_survived(content: str) -> None:
    """Whatever stands in a feed, the outcome is a text or the error for none."""
    try:
        assert read_item(entry(URL, title=TITLE, content=content)).text
    except Rejected as error:
        assert error.code == "page.no_text"  # noqa: PT017 - either outcome is right
