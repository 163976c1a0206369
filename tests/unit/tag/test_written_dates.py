"""Datelines, relative dates and conflicts, as tables: what people write, and the days that they mean."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from services.tag.calendars import day_of
from services.tag.date import tag_date
from services.tag.dates import read_dates
from services.tag.folding import even
from services.tag.months import HIJRI, JALALI
from services.tag.relative import read_relative
from services.tag.story import Story

DATA = Path(__file__).parents[2] / "data" / "tag"


def rows(name: str) -> list[list[str]]:
    """Return the rows of a table, without its heading."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row[0][0] != "#"]


CONFLICTS: list[dict[str, Any]] = json.loads((DATA / "date_conflicts.json").read_text(encoding="utf-8"))


def story(case: dict[str, Any]) -> Story:
    """Return the story of a case; a page's date without a time is one of a day."""
    said: dict[str, Any] = {"text": case.get("text", "Body.")}
    if page := case.get("page"):
        timed = "T" in page
        said["published_at"] = page if timed else f"{page}T00:00:00Z"
        said |= {"published_precision": "minute" if timed else "day", "published_origin": "page"}
    if path := case.get("path"):
        said["url"] = dict.fromkeys(("requested", "final", "canonical"), f"https://b.example{path}")
    if line := case.get("dateline"):
        said["dateline"] = {"text": line, "origin": "page"}
    said |= {f"feed_{key}_at": case[name] for name, key in (("feed", "published"), ("seen", "seen")) if name in case}
    return Story.model_validate(said)


def test_the_tables_are_as_large_as_they_should_be() -> None:
    """Datelines are of many languages, and none of the tables lost its rows."""
    lines = rows("datelines.tsv")
    assert len(lines) >= 130
    assert len({row[0] for row in lines}) >= 30
    assert sum(bool(row[2]) for row in rows("relative_dates.tsv")) >= 100
    assert len(CONFLICTS) >= 20


@pytest.mark.parametrize(("language", "line", "day"), rows("datelines.tsv"))
def test_a_dateline_is_read_once(language: str, line: str, day: str) -> None:
    """A line gives its day, once, in whatever language, calendar or disorder."""
    assert [written.date.isoformat() for written in read_dates(even(line))] == [day], language


@pytest.mark.parametrize(("today", "sentence", "expression", "first", "last"), rows("relative_dates.tsv"))
def test_a_relative_date_means_its_days(today: str, sentence: str, expression: str, first: str, last: str) -> None:
    """A sentence gives its one relative date, where it stands and the days it means, or none."""
    found = [
        (sentence[one.start : one.end], one.date.isoformat(), one.until.isoformat() if one.until else "")
        for one in read_relative(even(sentence), dt.date.fromisoformat(today))
    ]
    assert found == ([(expression, first, last)] if expression else [])


@pytest.mark.parametrize("case", CONFLICTS, ids=[case["why"] for case in CONFLICTS])
def test_a_conflict_is_settled_and_kept(case: dict[str, Any]) -> None:
    """The day with more right is settled, with what says so; what says otherwise stands among the conflicts."""
    tag = tag_date(story(case))
    assert tag.published_at is not None
    assert (tag.published_at.date().isoformat(), tag.origin) == (case["day"], case["origin"])
    assert sorted([one.field, one.date.isoformat()] for one in tag.conflicts) == sorted(case["conflicts"])


@pytest.mark.parametrize(
    ("line"),
    ["03/04/2021", "31 February 2021", "30 بهمن 1499", "13 Smarch 2021", "Feb 2021", "1/2/3", "13:02:2021", ""],
)
def test_what_is_no_date_is_not_read(line: str) -> None:
    """What may be two days, or is none, is no date."""
    assert list(read_dates(even(line))) == []


def test_spans_are_those_of_the_text() -> None:
    """What was read stands where it says."""
    line = "Posted \u2013 Samedi\u00a013 f\u00e9vrier 2021, 10h44"
    (written,) = read_dates(even(line))
    assert line[written.start : written.end] == "13 f\u00e9vrier 2021"


def test_days_of_other_calendars_exist_or_not() -> None:
    """The last day of a leap year is there; that of another year is not."""
    assert day_of(JALALI, 1403, 12, 30) == dt.date(2025, 3, 20)
    assert day_of(JALALI, 1402, 12, 30) is None
    assert day_of(HIJRI, 1442, 2, 30) is None
