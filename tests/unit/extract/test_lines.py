"""Lines: what stands above the body."""

import pytest

from services.extract.lines import is_dateline, split

BODY = "The old bridge over the harbour was opened to traffic on Friday evening.\nMore lines follow."


def test_headline_byline_and_date_come_off() -> None:
    """The body begins with its first sentence, and the lines above it are kept apart."""
    opening = split(f"Bridge reopens\nBy Press TV\n13 February 13, 2021\n{BODY}", title="Bridge Reopens!")
    assert (opening.text, opening.byline, opening.dateline) == (BODY, "By Press TV", "13 February 13, 2021")


def test_the_most_telling_date_line_is_kept() -> None:
    """A line with a clock time says more than one without, wherever it stands."""
    text = f"13 Feb 2021\nPublished 13 Feb 2021 at 07:40 GMT\n{BODY}"
    assert split(text, title=None).dateline == "Published 13 Feb 2021 at 07:40 GMT"


def test_a_date_elsewhere_on_the_page_fills_in() -> None:
    """Visible date lines outside the text are taken when the text has none; what is no date line is not."""
    assert split(BODY, title=None, datelines=["Updated", "13 Feb 2021"]).dateline == "13 Feb 2021"


@pytest.mark.parametrize(
    "line",
    ["By the time the bridge opened, it was dark.", "By noon the square was full of people who had come from far away",
     "In February 2021 the bridge was closed", "Friday 13 people crossed", "von der Brücke aus"],
)  # fmt: skip
def test_sentences_stay(line: str) -> None:
    """A first sentence that looks like a byline or a date is part of the body."""
    assert split(f"{line}\n{BODY}", title="Bridge").text == f"{line}\n{BODY}"


def test_a_headline_in_the_middle_stays() -> None:
    """Only what stands above the body comes off."""
    text = f"{BODY}\nBridge reopens"
    assert split(text, title="Bridge reopens").text == text


def test_a_text_of_nothing_else_stays() -> None:
    """A page whose text is its headline keeps it: an empty record helps nobody."""
    assert split("Bridge reopens", title="Bridge reopens").text == "Bridge reopens"


@pytest.mark.parametrize(
    "line",
    [
        "13 Feb 2021",
        "Saturday, February 13, 2021 10:40 AM EST",
        "Veröffentlicht am 13.02.2021, 07:40 Uhr",
        "2021-02-13",
    ],
)
def test_date_lines_are_known(line: str) -> None:
    """A date with a weekday, a time and a word of publication is a date line."""
    assert is_dateline(line)
