"""Visible: which of a page's dates is the article's."""

import datetime as dt
import time

import pytest

from services.extract import visible

TITLE = "The old bridge over the harbour opens"
HEADLINE = f"<h1>{TITLE}</h1>"


def _day(markup: str, *, month_first: bool = False) -> dt.date | None:
    shown = visible.date(markup, title=TITLE, month_first=month_first)
    return shown.moment.at.date() if shown else None


@pytest.mark.parametrize(
    "line",
    [
        "March 8, 2024",
        "Friday, 8 March 2024, 21:15",
        "Published: 08.03.2024",
        "Von Jutta Habermeyer | 8. März 2024",
        "Publié le 8 mars 2024 à 10h15",
        "8 de marzo de 2024",
        "8 марта 2024",
        "2024. március 8.",
        "8 मार्च 2024",
        "2024年3月8日",
        "۱۸ اسفند ۱۴۰۲",
        "08.03.24",
        '<time datetime="2024-03-08T21:15:00+01:00">2 hours ago</time>',
        "<span>08.03.24</span><span>21:15</span>",
    ],
)
def test_the_line_by_the_headline_is_read(line: str) -> None:
    """A date near the headline is found in many languages, calendars and forms."""
    assert _day(f'{HEADLINE}<p class="meta">{line}</p><p>Text.</p>') == dt.date(2024, 3, 8)


@pytest.mark.parametrize(
    "other",
    [
        '<div class="comment-meta">9 March 2024 at 10:00</div>',
        '<li class="related-teaser">9 March 2024</li>',
        "<p>The bridge had been closed since the night of 9 March 2024, when a ship ran into its second pier.</p>",
        "<footer>© 9 March 2024 The Courier</footer>",
        "<!-- 9 March 2024 -->",
        "<script>var today = '9 March 2024';</script>",
    ],
)
def test_other_dates_are_passed_over(other: str) -> None:
    """Comments, other articles, sentences and notices lose against a line of its own, before and behind it."""
    own = '<p class="date">8 March 2024</p>'
    assert _day(f"{HEADLINE}{own}{other}") == dt.date(2024, 3, 8)
    assert _day(f"{other}{HEADLINE}{own}") == dt.date(2024, 3, 8)


def test_a_line_may_name_the_date_in_the_next() -> None:
    """A label of a line of its own counts for the date below it, heading or not; other words do not."""
    body = f"{HEADLINE}{'<p>Text.</p>' * 30}<p>{{}}</p><h2>8 March 2024</h2><p>9 March 2024, 10:00</p>"
    assert [_day(body.format(above)) for above in ("Published:", "The bridge in")] == [
        dt.date(2024, 3, 8),
        dt.date(2024, 3, 9),
    ]


def test_a_list_of_dates_counts_less() -> None:
    """Three lines of one form at equal distances date what they list, not the page; two may be its own."""
    listed = [f"<p>Story</p><p>{day}/03/24, 02:31 pm</p>" for day in (14, 15, 16)]
    own = f"{HEADLINE}{'<p>Text.</p>' * 30}<p class=author>By Ada Pike on 08/03/24, 03:48 pm</p>{'<p>Text.</p>' * 40}"
    assert _day("".join(listed) + own) == dt.date(2024, 3, 8)
    assert _day("".join(listed[:2]) + own) == dt.date(2024, 3, 14)


@pytest.mark.parametrize(
    ("elsewhere", "month_first", "month"),
    [("", False, 4), ("", True, 3), ("25/12/2023", True, 4), ("12/25/2023", False, 3)],
)
def test_two_readings_are_settled_by_the_page(elsewhere: str, *, month_first: bool, month: int) -> None:
    """`03/04/2024` is read as the page writes a date that has one reading, else as its language does."""
    markup = f'{HEADLINE}<p class="date">03/04/2024</p><p>Text.</p><div class="comment">{elsewhere}</div>'
    found = _day(markup, month_first=month_first)
    assert found is not None
    assert found.month == month


def test_a_finer_value_of_the_same_day_counts() -> None:
    """The element's own value gives the hour, if it is of the day that is shown; else the shown day counts."""
    line = '<p class="date"><time datetime="{}">8 March 2024</time></p>'
    same = visible.date(HEADLINE + line.format("2024-03-08T21:15:00+01:00"), title=TITLE)
    other = visible.date(HEADLINE + line.format("2024-03-20T21:15:00+01:00"), title=TITLE)
    assert same is not None
    assert other is not None
    assert (same.moment.at.hour, other.moment.at.date()) == (21, dt.date(2024, 3, 8))


def test_updates_are_told() -> None:
    """A date that is called an update says so."""
    shown = visible.date(f'{HEADLINE}<p class="date">Last updated on March 8, 2024</p>', title=TITLE)
    assert shown is not None
    assert shown.updated


def test_the_headline_s_surroundings_are_cut_out() -> None:
    """Of several headings the title's counts; without one the place of the title's words; else nothing."""
    far = "<p>x</p>" * 2_000
    heading = visible.near_headline(f"<h1>Log in</h1>{far}<h1 class=a><b>{TITLE}</b></h1><i>here</i>", TITLE)
    words = visible.near_headline(f"<body>{far}<b>{TITLE}</b><i>here</i>{far}", TITLE)
    assert "here" in heading
    assert "here" in words
    assert visible.near_headline(far, TITLE) == ""


@pytest.mark.parametrize(
    "markup",
    ['<a "' * 60_000, '<a x="' * 60_000 + "2020-01-01", "<" * 300_000, "<script>" * 50_000, "<!--" * 80_000,
     "1.1." * 100_000, "<p>" + " " * 300_000 + "2020-01-01", "<b>2020-01-01 " * 20_000],
)  # fmt: skip
def test_markup_that_hangs_others_is_read_in_time(markup: str) -> None:
    """Open quotes, brackets, comments and endless digits cost no more than their length."""
    started = time.process_time()
    visible.date(markup, title=TITLE)
    visible.near_headline(markup, TITLE)
    assert time.process_time() - started < 2
