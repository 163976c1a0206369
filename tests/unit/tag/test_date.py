"""When it was published, and which days the text speaks of."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.tag.date import tag_date
from services.tag.dates import date_in_path, read_dates
from services.tag.relative import read_relative
from services.tag.story import Story

SATURDAY = date(2021, 2, 13)


def story(**said: Any) -> Story:
    """Return a story with what is said about it."""
    if url := said.pop("at", None):
        said["url"] = {"requested": url, "final": url, "canonical": url}
    return Story.model_validate({"text": "", **said})


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("13 Feb 2021", SATURDAY),
        ("13 February 13, 2021", SATURDAY),
        ("Saturday, February 13, 2021", SATURDAY),
        ("Feb. 13th, 2021", SATURDAY),
        ("Published: 13/02/2021 10:44", SATURDAY),
        ("2021-02-13T10:44", SATURDAY),
        ("13.02.2021", SATURDAY),
        ("le 13 f\u00e9vrier 2021", SATURDAY),
        ("13. M\u00e4rz 2021", date(2021, 3, 13)),
        ("13 de febrero de 2021", SATURDAY),
    ],
)
def test_a_written_date_is_read_once(line: str, day: date) -> None:
    """Each way to write a day gives that day, once, malformed ones too."""
    assert [written.date for written in read_dates(line)] == [day]


@pytest.mark.parametrize("line", ["03/04/2021", "31 February 2021", "in 2021", "0/0/2021", "99 May 2021"])
def test_a_date_in_doubt_is_not_read(line: str) -> None:
    """What may be two days, or none, is no date."""
    assert list(read_dates(line)) == []


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2021/02/13/western-intel.html", SATURDAY),
        ("/news/2021-02-13-x", SATURDAY),
        ("/world/2021/feb/13/x", SATURDAY),
        ("/a/20210213/x", SATURDAY),
        ("/2021/02/x", None),
        ("/2021/13/45/x", None),
    ],
)
def test_a_day_in_the_path(path: str, day: date | None) -> None:
    """A path with year, month and day gives the day."""
    written = date_in_path(path)
    assert (written.date if written else None) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("said in a report on Friday.", date(2021, 2, 12)),
        ("met on Saturday", SATURDAY),
        ("last Saturday", date(2021, 2, 6)),
        ("arrived yesterday", date(2021, 2, 12)),
        ("three days ago", date(2021, 2, 10)),
        ("The court will rule on Monday", date(2021, 2, 15)),
        ("next Monday", date(2021, 2, 15)),
        ("tomorrow", date(2021, 2, 14)),
    ],
)
def test_a_relative_day_is_resolved(text: str, day: date) -> None:
    """A weekday is the last one, unless the sentence looks ahead; other words count days."""
    assert [written.date for written in read_relative(text, SATURDAY)] == [day]


@pytest.mark.parametrize("text", ["recently", "every Friday", "on Fridays", "Black Friday", "Friday, February 5"])
def test_what_is_no_single_day_is_left_out(text: str) -> None:
    """Vague words, habits, feasts and full dates are no relative days."""
    assert list(read_relative(text, SATURDAY)) == []


def test_all_witnesses_agree() -> None:
    """Feed, address and text speak for one day; the feed is the finest of them, malformed lines count as well."""
    tag = tag_date(
        story(
            text="Headline\n\n13 February 13, 2021\n\nThey met on Friday.",
            feed_published_at="2021-02-13T07:40:00Z",
            at="https://b.example/2021/02/13/x.html",
        )
    )
    assert (tag.published_at, tag.precision, tag.origin) == (datetime(2021, 2, 13, 7, 40, tzinfo=UTC), "second", "feed")
    assert [(e.field, e.text) for e in tag.evidence] == [
        ("feed", "2021-02-13T07:40:00+00:00"),
        ("url", "/2021/02/13"),
        ("text", "13 February 13, 2021"),
    ]
    assert [(e.text, e.date) for e in tag.expressions] == [("on Friday", date(2021, 2, 12))]


def test_the_local_day_of_the_page_stays() -> None:
    """A page's own offset decides the day, though the feed's UTC says the day before."""
    tag = tag_date(
        story(
            published_at="2021-02-13T02:00:00+05:00",
            published_precision="minute",
            published_origin="page",
            feed_published_at="2021-02-12T21:00:00Z",
        )
    )
    assert tag.published_at is not None
    assert tag.published_at.isoformat() == "2021-02-13T02:00:00+05:00"
    assert (tag.origin, tag.conflicts) == ("page", [])


def test_a_conflict_is_kept() -> None:
    """A lone page date yields to feed and address together, and stands among the conflicts."""
    tag = tag_date(
        story(
            published_at="2019-01-01T00:00:00Z",
            published_precision="day",
            published_origin="page",
            feed_published_at="2021-02-13T07:40:00Z",
            at="https://b.example/2021/02/13/x",
        )
    )
    assert tag.published_at == datetime(2021, 2, 13, 7, 40, tzinfo=UTC)
    assert [(c.field, c.date) for c in tag.conflicts] == [("page", date(2019, 1, 1))]


def test_an_impossible_date_does_not_count() -> None:
    """What lies before 1990, or well after the page was seen, is no publication date."""
    assert tag_date(story(feed_published_at="1970-01-01T00:00:00Z")).published_at is None
    late = story(text="14 May 2030", feed_seen_at="2021-02-13T08:00:00Z")
    assert tag_date(late).published_at is None


def test_a_day_is_no_invented_time() -> None:
    """A date from text alone has the precision of a day."""
    tag = tag_date(story(text="13 Feb 2021\n\nText."))
    assert (tag.published_at, tag.precision, tag.origin) == (datetime(2021, 2, 13, tzinfo=UTC), "day", "text")


def test_nothing_known_gives_nothing() -> None:
    """Without a date, relative days mean nothing."""
    tag = tag_date(story(text="They met on Friday, 25 years after 1 May 1996 had changed it all for good and all."))
    assert (tag.published_at, tag.origin, tag.expressions) == (None, "none", [])
