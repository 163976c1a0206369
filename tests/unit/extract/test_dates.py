"""Dates: what counts of what is stated, what is shown and the address."""

import datetime as dt

import pytest

from services.extract import dates, times
from services.extract.claims import Claims

URL = "https://courier.example/local/bridge"
TITLE = "The old bridge over the harbour opens"


def _stated(raw: str, *, firm: bool = True, updated: str | None = None, others: tuple[str, ...] = ()) -> Claims:
    moments = tuple(moment for other in others if (moment := times.parse(other)))
    return Claims(published=times.parse(raw), firm=firm, updated=times.parse(updated), others=moments)


def _page(body: str = "", *, url: str = URL) -> dates.Page:
    return dates.Page(url=url, markup=f"<html><body>{body}</body></html>", title=TITLE)


def _headed(date_line: str) -> str:
    return f'<h1>{TITLE}</h1><p class="date">{date_line}</p><p>Text.</p>'


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2021/02/13/x.html", dt.date(2021, 2, 13)),
        ("https://a.example/2021/2/13/x.html", dt.date(2021, 2, 13)),
        ("https://a.example/news/2021-02-13-x", dt.date(2021, 2, 13)),
        ("https://a.example/news/20210213/x", dt.date(2021, 2, 13)),
        ("https://a.example/news/13-02-2021", dt.date(2021, 2, 13)),
        ("https://a.example/2021/02/31/x.html", None),
        ("https://a.example/2021/13", None),
        ("https://a.example/a20210213b", None),
        ("https://a.example/202102134", None),
        ("https://a.example/2021/02/x", None),
    ],
)
def test_days_in_addresses(url: str, day: dt.date | None) -> None:
    """A whole date in the path is a day; parts of one are not."""
    found = dates.in_address(url)
    assert (found.at.date() if found else None) == day


def test_what_is_stated_needs_no_search() -> None:
    """The metadata's time in the page's own offset beats address and text."""
    said = _stated("2024-03-08T23:40:05+05:30")
    page = _page(_headed("March 12, 2024"), url="https://a.example/2024/03/05/x")
    assert dates.settle(said, page) == dates.Dated(said.published, "page")


@pytest.mark.parametrize(
    ("path", "day"),
    [("2021/2/13/x", dt.date(2021, 2, 13)), ("2024/02/20/x", dt.date(2024, 3, 8)), ("20210213/x", dt.date(2024, 3, 8))],
)
def test_a_page_dated_anew_keeps_the_day_of_its_address(path: str, day: dt.date) -> None:
    """Folders of a day long before what is stated tell the first publication; a number and a few days do not."""
    found = dates.settle(_stated("2024-03-08T10:00:00+01:00"), _page(url=f"https://a.example/{path}"))
    assert found.moment is not None
    assert (found.moment.at.date(), found.origin) == (day, "url" if day.year == 2021 else "page")


@pytest.mark.parametrize(
    ("firm", "shown", "day"),
    [
        (False, "12 March 2024", dt.date(2024, 3, 12)),
        (False, "", dt.date(2004, 1, 1)),
        (True, "12 March 2024", dt.date(2004, 1, 1)),
    ],
)
def test_a_first_of_january_in_general_markup_is_a_default(shown: str, day: dt.date, *, firm: bool) -> None:
    """What the page shows anywhere counts more than the first of January; the article's own markup is believed."""
    body = f"<h1>{TITLE}</h1>{'<p>Text.</p>' * 12}<p>{shown}</p><p>Text.</p>"
    found = dates.settle(_stated("2004-01-01", firm=firm), _page(body)).moment
    assert found is not None
    assert found.at.date() == day


@pytest.mark.parametrize(
    ("others", "body", "url", "inferred"),
    [
        (("2024-03-08T19:30:05-06:00",), "", URL, False),
        (("2024-03-08 19:30:05",), "", URL, False),
        ((), _headed("March 8, 2024 at 7:30 p.m."), URL, False),
        ((), _headed('<time datetime="2024-03-09T01:30:05Z">March 8, 2024</time>'), URL, True),
        ((), _headed("March 8, 2024"), URL, True),
        ((), "", "https://courier.example/2024/03/08/bridge", True),
    ],
)
def test_a_time_in_utc_is_given_in_the_page_s_own_offset(
    others: tuple[str, ...], body: str, url: str, *, inferred: bool
) -> None:
    """The moment stays, and its day is the one that the page calls it; an offset that no clock shows is marked."""
    found = dates.settle(_stated("2024-03-09T01:30:05Z", others=others), _page(body, url=url)).moment
    assert found is not None
    assert found.at == dt.datetime(2024, 3, 9, 1, 30, 5, tzinfo=dt.UTC)
    assert (found.at.date(), found.zone_inferred) == (dt.date(2024, 3, 8), inferred)


@pytest.mark.parametrize(
    ("stated", "other"),
    [
        ("2024-03-09T01:30:05Z", "2024-03-08 19:42:05"),
        ("2024-03-09T01:30:05Z", "2024-03-08 19:30:44"),
        ("2024-03-09T01:30:05Z", "2024-03-07 01:30:05"),
        ("2024-03-09T01:30:00Z", "2024-03-08 19:30:00"),
    ],
)
def test_another_moment_s_clock_is_no_offset(stated: str, other: str) -> None:
    """A clock that no offset on Earth makes the same moment, or that shows a whole minute, leaves the time in UTC."""
    said = _stated(stated, others=(other,))
    assert dates.settle(said, _page()).moment == said.published


def test_a_shown_day_beats_general_markup_only() -> None:
    """The day by the headline counts more than `<meta name="date">`, and less than what the article's markup says."""
    page = _page(_headed("March 12, 2024"))
    weak, firm = (dates.settle(_stated("2024-03-08", firm=firm), page).moment for firm in (False, True))
    assert weak is not None
    assert firm is not None
    assert (weak.at.date(), firm.at.date()) == (dt.date(2024, 3, 12), dt.date(2024, 3, 8))


def test_an_update_is_no_publication() -> None:
    """A shown day that is called an update leaves what is stated."""
    said = _stated("2024-03-08T10:00:00Z", updated="2024-03-12T10:00:00Z")
    assert dates.settle(said, _page(_headed("Updated March 12, 2024"))).moment == said.published


def test_a_page_shows_its_date() -> None:
    """A day under the headline that is not called an update is the page's date, if the page was changed on that day."""
    page = _page(f"<h1>{TITLE}</h1><p>By Ada Pike</p><p>12 March 2024</p><p>Text.</p>")
    changed, unchanged = (
        dates.settle(_stated("2024-03-08T10:00:00Z", updated=updated), page).moment
        for updated in ("2024-03-12T10:00:00Z", "2024-03-09T10:00:00Z")
    )
    assert changed is not None
    assert unchanged is not None
    assert (changed.at.date(), unchanged.at.date()) == (dt.date(2024, 3, 12), dt.date(2024, 3, 8))


def test_a_day_in_the_address_does_not_move_a_newsroom_to_sea() -> None:
    """The day before in the address makes no offset that only ships have."""
    said = _stated("2024-03-09T10:30:05Z")
    assert dates.settle(said, _page(url="https://a.example/2024/03/08/x")).moment == said.published


def test_an_update_before_the_publication_unmasks_it() -> None:
    """General markup that is later than the update by the headline does not say when the page was published."""
    found = dates.settle(
        _stated("2024-03-12T10:00:00", firm=False), _page(_headed("Updated: 8 March 2024, 18:00"))
    ).moment
    assert found is not None
    assert found.at.date() == dt.date(2024, 3, 8)


def test_a_day_stated_takes_the_shown_clock() -> None:
    """Where only the day is stated, the clock by the headline says it finer."""
    found = dates.settle(_stated("2024-03-08"), _page(_headed("8 March 2024, 21:15"))).moment
    assert found is not None
    assert (found.at.hour, found.precision) == (21, "minute")


def test_a_visible_time_of_the_address_s_day_is_finer() -> None:
    """The address gives the day, and a visible time of that day the hour; one of another day is another matter."""
    url = "https://a.example/2024/03/08/x"
    same = dates.settle(Claims(), _page(_headed("8 March 2024, 21:00"), url=url))
    other = dates.settle(Claims(), _page(_headed("10 March 2024, 21:00"), url=url))
    assert same.origin == "page"
    assert (other.origin, other.moment and other.moment.at.date()) == ("url", dt.date(2024, 3, 8))


def test_the_page_is_searched_last() -> None:
    """A date in the text is found where nothing else speaks."""
    found = dates.settle(Claims(), _page("<article><p>Published on March 9, 2024</p><p>Text.</p></article>"))
    assert found.moment is not None
    assert (found.moment.at.date(), found.moment.precision, found.origin) == (dt.date(2024, 3, 9), "day", "page")


def test_no_date_is_none() -> None:
    """Nothing found is nothing said, and a year alone is not its first day."""
    assert dates.settle(Claims(), _page("<p>Text.</p>")) == dates.Dated(None, "none")
    assert dates.settle(Claims(), _page("<p>Text.</p><p>Copyright 2019 Courier</p>")) == dates.Dated(None, "none")
