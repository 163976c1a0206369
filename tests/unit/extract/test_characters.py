"""Characters: what is left of a string from outside."""

import pytest

from services.extract.characters import clean, folded, line, paragraphs, unmarked


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("cafe\u0301", "caf\u00e9"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07shown", "shown"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("\u202eevil\u202c \u2066iso\u2069", "evil iso"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
    ],
)
def test_what_cannot_be_seen_goes(raw: str, kept: str) -> None:
    """Odd spaces become spaces, controls and direction marks go, and the rest stands in NFC."""
    assert clean(raw) == kept


@pytest.mark.parametrize(
    "text", ["\u0645\u06cc\u200c\u0631\u0648\u0645", "\u0915\u094d\u200d\u0937", "\U0001f469\u200d\U0001f680"]
)
def test_joiners_stay_where_writing_needs_them(text: str) -> None:
    """Persian, Indic scripts and composed emoji keep their zero-width joiners."""
    assert clean(text) == text


def test_joiners_go_where_they_only_hide() -> None:
    """A joiner between Latin letters is no part of any spelling."""
    assert clean("pass\u200dword") == "password"


def test_heaps_of_marks_are_cut() -> None:
    """Ten thousand combining marks on one letter become a number that a script may use."""
    assert len(clean("x" + "\u0301" * 10_000)) < 20


def test_a_line_is_one_line() -> None:
    """Line breaks in a headline are spaces, so that it cannot forge a second line."""
    assert line(' one\n{"level": "error"}\ttwo ') == 'one {"level": "error"} two'
    assert line(" \u200b ") is None
    assert line(None) is None


def test_metadata_loses_its_markup() -> None:
    """Tags and entities in a field of metadata are not part of what it says."""
    assert unmarked("Fish &amp; <em>chips</em> <!-- x -->today") == "Fish & chips today"
    assert unmarked("3 < 4 and 5 > 4") == "3 < 4 and 5 > 4"


def test_paragraphs_are_the_lines_that_say_something() -> None:
    """Empty lines and outer spaces are no paragraphs."""
    assert paragraphs(" one \n\n\u00a0\n two  three") == ["one", "two three"]


def test_two_writings_of_a_headline_fold_to_one() -> None:
    """Quotes, case and spaces make no difference."""
    assert folded("\u201cIt\u2019s  DONE\u201d") == folded("'its done'")
