"""Dates: the day of publication where metadata are silent."""

import datetime as dt

import pytest

from services.extract import dates, times

PAGE = "<html><body><article><p>Published on March 9, 2024</p><p>Text.</p></article></body></html>"
URL = "https://courier.example/local/bridge"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2021/02/13/x.html", dt.date(2021, 2, 13)),
        ("https://a.example/2021/2/13/x.html", dt.date(2021, 2, 13)),
        ("https://a.example/news/2021-02-13-x", dt.date(2021, 2, 13)),
        ("https://a.example/2021/02/31/x.html", None),
        ("https://a.example/2021/13", None),
        ("https://a.example/a20210213b", None),
        ("https://a.example/2021/02/x", None),
    ],
)
def test_days_in_addresses(url: str, day: dt.date | None) -> None:
    """A whole date in the path is a day; parts of one are not."""
    found = dates.in_address(url)
    assert (found.at.date() if found else None) == day


def test_what_is_stated_needs_no_search() -> None:
    """The metadata's time beats address and text."""
    stated = times.parse("2024-03-08T23:40:05+05:30")
    assert dates.settle(stated, None, [PAGE], url="https://a.example/2021/02/13/x") == dates.Dated(stated, "page")


def test_a_visible_time_of_the_address_s_day_is_finer() -> None:
    """The address gives the day, and a visible time of that day the hour; one of another day is another matter."""
    url = "https://a.example/2024/03/08/x"
    same, other = times.parse("2024-03-08T21:00:00+01:00"), times.parse("2024-03-10T21:00:00+01:00")
    assert dates.settle(None, same, [], url=url) == dates.Dated(same, "page")
    assert dates.settle(None, other, [], url=url).origin == "url"


def test_the_page_is_searched_last() -> None:
    """A date in the text is found where nothing else speaks."""
    found = dates.settle(None, None, ["", PAGE], url=URL)
    assert found.moment is not None
    assert (found.moment.at.date(), found.moment.precision, found.origin) == (dt.date(2024, 3, 9), "day", "page")


def test_no_date_is_none() -> None:
    """Nothing found is nothing said."""
    assert dates.settle(None, None, ["<html><body><p>Text.</p></body></html>"], url=URL) == dates.Dated(None, "none")
