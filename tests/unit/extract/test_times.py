"""Times: from what pages write to a moment."""

import datetime as dt

import pytest

from services.extract.times import find, gregorian, parse


@pytest.mark.parametrize(
    ("raw", "wanted", "precision"),
    [
        ("2024-03-08T23:40:05+05:30", "2024-03-08T23:40:05+05:30", "second"),
        ("2024-03-08T23:40:05.123Z", "2024-03-08T23:40:05+00:00", "second"),
        ("2024-03-08 23:40 +0100", "2024-03-08T23:40:00+01:00", "minute"),
        ("20240308T234005Z", "2024-03-08T23:40:05+00:00", "second"),
        ("Fri, 08 Mar 2024 23:40:05 GMT", "2024-03-08T23:40:05+00:00", "second"),
        ("Fri Mar 08 2024 23:40:05 GMT-0500 (EST)", "2024-03-08T23:40:05-05:00", "second"),
        ("March 8, 2024 at 5:49 p.m. PST", "2024-03-08T17:49:00-08:00", "minute"),
        ("March 8, 2024 at 12:05 am EST", "2024-03-08T00:05:00-05:00", "minute"),
        ("1709941205", "2024-03-08T23:40:05+00:00", "second"),
        ("1709941205000", "2024-03-08T23:40:05+00:00", "second"),
    ],
)
def test_the_offset_of_the_page_is_kept(raw: str, wanted: str, precision: str) -> None:
    """A time with a zone keeps its zone, and as much precision as was written."""
    moment = parse(raw)
    assert moment is not None
    assert (moment.at.isoformat(), moment.precision, moment.zoned) == (wanted, precision, True)


@pytest.mark.parametrize(
    "raw",
    ["2024-03-08", "8 March 2024", "8. März 2024", "8 de marzo de 2024", "08.03.2024", "Mar 8th, 2024", "2024/03/08",
     "20240308", "2024年3月8日", "8 mars 2024"],
)  # fmt: skip
def test_a_date_alone_is_a_day(raw: str) -> None:
    """A date without a clock time stands at 00:00 UTC with the precision of a day."""
    moment = parse(raw)
    assert moment is not None
    assert (moment.at.isoformat(), moment.precision) == ("2024-03-08T00:00:00+00:00", "day")


def test_a_time_without_a_zone_says_so() -> None:
    """A naive time is read as UTC and is marked; a zone that the page uses elsewhere is put in its place."""
    moment = parse("2024-03-08 23:40:05")
    assert moment is not None
    assert not moment.zoned
    hinted = moment.with_hint(dt.timezone(dt.timedelta(hours=2)))
    assert (hinted.at.isoformat(), hinted.zoned) == ("2024-03-08T23:40:05+02:00", True)


@pytest.mark.parametrize(
    "raw",
    ["", None, "soon", "0000-00-00", "2024-02-31", "1889-01-01", "+099999-01-01", "2150-01-01", "03/04/2021",
     "9" * 5000, "2024-13-01", "12:30", "99999999999999"],
)  # fmt: skip
def test_what_is_no_time_is_none(raw: str | None) -> None:
    """Nonsense, impossible days, ambiguous dates and years out of range are not read."""
    assert parse(raw) is None


def test_an_unambiguous_day_first_date_is_read() -> None:
    """13/02 can be one day only."""
    moment = parse("13/02/2021")
    assert moment is not None
    assert moment.at.date() == dt.date(2021, 2, 13)


@pytest.mark.parametrize("raw", ["2024-03-08T23:40:05+99:99", "2024-03-08T23:40:05 IST"])
def test_an_offset_that_is_none_or_two_is_unknown(raw: str) -> None:
    """An impossible offset and a zone name with several meanings are no zone."""
    moment = parse(raw)
    assert moment is not None
    assert not moment.zoned


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ((1399, 4, 12), "2020-07-02"),
        ((1399, 12, 30), "2021-03-20"),
        ((1400, 1, 1), "2021-03-21"),
        ((1403, 1, 1), "2024-03-20"),
        ((1404, 1, 1), "2025-03-21"),
        ((1402, 7, 30), "2023-10-22"),
        ((1402, 13, 1), None),
        ((1402, 8, 31), None),
    ],
)
def test_iranian_days_are_converted(day: tuple[int, int, int], wanted: str | None) -> None:
    """Days of the Iranian calendar fall where the almanac says, around leap years too."""
    found = gregorian(*day)
    assert (found.date().isoformat() if found else None) == wanted


def test_iranian_months_are_read_in_persian_and_in_arabic_letters() -> None:
    """The month is the same with either letter ye."""
    written = "2 ت\u06ccر 1399"
    found = [find(text, day_first=True) for text in (written, written.replace("\u06cc", "\u064a"))]
    assert [one.moment.at.date().isoformat() for (one,) in found] == ["2020-06-22"] * 2


def test_dates_are_found_in_their_order() -> None:
    """All dates of a line are found, each with the clock next to it, and none twice."""
    found = find("Posted 8 March 2024, 21:15; updated 03/09/2024 at 7:30 a.m.", day_first=False)
    assert [(one.moment.at.isoformat(), one.moment.precision) for one in found] == [
        ("2024-03-08T21:15:00+00:00", "minute"),
        ("2024-03-09T07:30:00+00:00", "minute"),
    ]
