"""Times as feeds write them: right, or None with a reason."""

from datetime import UTC, datetime

import pytest

from services.ingest.times import read
from tests.fakes.feeds import NOW


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Fri, 12 Feb 2021 10:00:00 GMT", datetime(2021, 2, 12, 10, 0, tzinfo=UTC)),
        ("Fri, 12 Feb 2021 10:00:00 +0530", datetime(2021, 2, 12, 4, 30, tzinfo=UTC)),
        ("12 Feb 21 10:00 EST", datetime(2021, 2, 12, 15, 0, tzinfo=UTC)),
        ("Fri, 12 February 2021 10:00:00 GMT+01:00", datetime(2021, 2, 12, 9, 0, tzinfo=UTC)),
        ("Fri, 12 Feb 2021 10:00:00 +0100 (CET)", datetime(2021, 2, 12, 9, 0, tzinfo=UTC)),
        ("Thu, 31 Dec 1998 23:59:60 GMT", datetime(1998, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("01 Jan 99 00:00:00 Z", datetime(1999, 1, 1, tzinfo=UTC)),
        ("2021-02-12T10:00:00Z", datetime(2021, 2, 12, 10, 0, tzinfo=UTC)),
        ("2021-02-12T10:00:00.123+01:00", datetime(2021, 2, 12, 9, 0, tzinfo=UTC)),
        ("2021-02-12 10:00:00 -0800", datetime(2021, 2, 12, 18, 0, tzinfo=UTC)),
        ("1613124000", datetime(2021, 2, 12, 10, 0, tzinfo=UTC)),
        ("1613124000000", datetime(2021, 2, 12, 10, 0, tzinfo=UTC)),
    ],
)
def test_times_are_read(raw: str, expected: datetime) -> None:
    """A time with its zone is read exactly, in the forms of mail, ISO 8601 and Unix."""
    reading = read(raw, now=NOW)
    assert (reading.at, reading.flag) == (expected, None)


@pytest.mark.parametrize(
    ("raw", "expected", "flag"),
    [
        ("2021-02-12", datetime(2021, 2, 12, tzinfo=UTC), "day_only"),
        ("Fri, 12 Feb 2021", datetime(2021, 2, 12, tzinfo=UTC), "day_only"),
        ("2021-02-12T10:00:00", datetime(2021, 2, 12, 10, 0, tzinfo=UTC), "no_zone"),
    ],
)
def test_what_a_time_leaves_open_is_flagged(raw: str, expected: datetime, flag: str) -> None:
    """A time without zone or clock is taken as UTC or midnight, and says so."""
    reading = read(raw, now=NOW)
    assert (reading.at, reading.flag) == (expected, flag)


@pytest.mark.parametrize(
    "raw",
    [
        "-0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "99999-01-01T00:00:00Z", "31 Feb 2024 10:00:00 GMT", "2023-02-29", "2024-13-01T00:00:00Z",
        "Fri, 12 Feb 2021 25:00:00 GMT", "Fri, 12 Feb 2021 10:61:00 GMT", "Fri, 12 Feb 2021 10:00:00 +99:99",
        "Fri, 12 Feb 2021 10:00:00 +0199", "2021-02-12T10:00:00+15:00", "9" * 5000, "1" * 12, "0000000000",
        "Fri, 05 Mar 2027 12:00:00 GMT", "2026-03-08T12:00:00Z", "Sun, 06 Nov 1889 08:49:37 GMT",
        "vendredi 12 février 2021", "12 Xyz 2021 10:00 GMT", "Fri, 12 Feb 2021 10:00:00 BST", "yesterday", "10:00",
        "٣ مارس ٢٠٢٦", "2021-02-12T10:00:00Z" + " " * 300 + "x", "\x00", "NaN",
    ],
)  # fmt: skip
def test_nonsense_gives_no_time_but_a_reason(raw: str) -> None:
    """Case 22: impossible, distant and unreadable times are None with a reason, whatever another parser says."""
    for fallback in (None, datetime(2024, 7, 31, tzinfo=UTC)):
        reading = read(raw, now=NOW, fallback=fallback)
        assert reading.at is None
        assert reading.flag in {"unreadable", "impossible", "out_of_range"} or not raw.strip("\x00")


def test_a_fallback_counts_only_for_unknown_forms() -> None:
    """Another parser's reading is taken if the form is unknown here and its year stands in the words."""
    at = datetime(2021, 2, 12, 10, 0, tzinfo=UTC)
    assert read("2021년 02월 12일 10:00:00", now=NOW, fallback=at).at == at
    assert read("12/02/21", now=NOW, fallback=at).at is None
    assert read("32 Feb 2021 10:00:00 GMT", now=NOW, fallback=at).at is None


def test_no_words_need_no_reason() -> None:
    """A missing time is None without a flag."""
    for raw in (None, "", "  "):
        assert read(raw, now=NOW) == read(None, now=NOW)
        assert read(raw, now=NOW).flag is None
