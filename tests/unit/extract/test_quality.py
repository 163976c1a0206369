"""Quality: scores say how far a record is to be trusted."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from services.extract.page import PageContent, read_page
from services.extract.quality import prose_share, scores

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://www.courier.example/local/page.html"
PROSE = "The harbour bridge reopens on Friday after nine months of repairs, the council of the district said.\n" * 5
LINKS = "Home\nLocal news\nSport and games\nContact us\nOur newsletter\n" * 5


@pytest.fixture(scope="module")
def content() -> PageContent:
    """Give a page that says all there is to say."""
    return read_page((PAGES / "structured.html").read_bytes(), url=URL)


def test_a_page_that_says_all_scores_high(content: PageContent) -> None:
    """A full page with clear text and markup for machines has high scores."""
    found = scores(content)
    assert list(found) == ["text", "date", "metadata"]
    assert all(0.9 <= score <= 1 for score in found.values())


def test_scores_are_between_0_and_1() -> None:
    """Whatever a page of ours lacks, each score is a number of two decimals between 0 and 1."""
    for path in PAGES.glob("*.html"):
        if path.stem in {"empty", "stub"}:
            continue
        found = scores(read_page(path.read_bytes(), url=URL))
        assert all(0 <= score <= 1 and score == round(score, 2) for score in found.values()), path.stem


def test_lists_of_links_lower_the_text(content: PageContent) -> None:
    """Of two texts that the model believes as much, the one that is half menu scores less."""
    prose, mixed = (scores(replace(content, text=text))["text"] for text in (PROSE, PROSE + LINKS * 4))
    assert mixed < prose - 0.1


def test_the_model_s_doubt_lowers_the_text(content: PageContent) -> None:
    """The less likely the model holds the text, the less it scores."""
    assert scores(replace(content, likelihood=0.5))["text"] < scores(replace(content, likelihood=0.9))["text"]


def test_a_text_from_elsewhere_has_the_score_of_its_method(content: PageContent) -> None:
    """What the model thought of the blocks says nothing of a text that did not come from them."""
    low, high = (scores(replace(content, method="feed", likelihood=value))["text"] for value in (0.0, 1.0))
    assert low == high > 0.8


def test_prose_is_told_in_other_scripts() -> None:
    """A sentence that ends with its own script's mark is one."""
    assert prose_share("\u6843\u56ed\u7684\u6865\u5df2\u7ecf\u5f00\u653e\u3002\n\u092f\u0939 \u0939\u0948\u0964") == 1.0
    assert prose_share("\u6843\u56ed") == prose_share("") == 0.0


def test_a_doubtful_date_scores_less(content: PageContent) -> None:
    """No date is 0; a day alone, an unknown zone and a feed that disagrees each cost something."""
    sure = scores(content)["date"]
    doubts = [
        replace(content, published_precision="day"),
        replace(content, flags=["no_zone"]),
        replace(content, published_origin="url"),
        replace(content, flags=["date_conflict"]),
    ]
    assert [scores(one)["date"] < sure for one in doubts] == [True] * 4
    assert scores(replace(content, published_at=None, published_precision="unknown"))["date"] == 0.0


def test_metadata_is_what_is_there(content: PageContent) -> None:
    """Each field that is missing lowers the score, a time of day as well, and nothing is 0."""
    day = replace(content, published_precision="day", published_at=dt.datetime(2024, 3, 8, tzinfo=dt.UTC))
    without = replace(day, title=None, authors=[], published_at=None, language=None, images=[], section=None)
    bare = replace(without, summary=None, publisher_name=None)
    assert 1.0 == scores(content)["metadata"] > scores(day)["metadata"] > scores(without)["metadata"] > 0
    assert scores(bare)["metadata"] == 0.0
