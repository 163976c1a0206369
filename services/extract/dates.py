"""Dates: when a page was published, from what it states, what it shows and its address. Knows htmldate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, timezone
from typing import Final

from htmldate import find_date
from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from services.extract import times, visible
from services.extract.claims import Claims
from services.extract.visible import Shown

_SEARCHED_CHARS: Final = 200_000
"""htmldate's time grows with the page, and patterns deep inside it have hung on 100 kB before."""
_IN_PATH: Final = re.compile(
    r"/(?:(?P<year>(?:19|20)\d\d)(?P<gap>[/-])(?P<month>0?[1-9]|1[0-2])(?P=gap)(?P<day>0?[1-9]|[12]\d|3[01])(?!(?<=/\d)-|(?<=/\d\d)-)"
    r"|(?P<day2>0[1-9]|[12]\d|3[01])-(?P<month2>0[1-9]|1[0-2])-(?P<year2>20\d\d)"
    r"|(?P<year3>20\d\d)(?P<month3>0[1-9]|1[0-2])(?P<day3>0[1-9]|[12]\d|3[01]))(?=\D|$)"
)
_FOLDERS: Final = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/")
_REDATED_MIN: Final = timedelta(days=30)
_FAIR_WEIGHT: Final = 5.0
_ADJACENT_WEIGHT: Final = 4.0
_NEAR_WEIGHT: Final = 4.5
_SOME_WEIGHT: Final = -2.0
_NEVER: Final = float("inf")
"""Weights of shown dates: from which on one counts against what is stated, beside it, or where nothing is stated."""
_REDATED_WEIGHT: Final = 1.5
"""What a page whose article was changed on the shown day shows in the lines under its headline is its date."""
_BELOW_MAX: Final = 5
_ODD_OFFSETS: Final = frozenset(
    timedelta(minutes=minutes) for minutes in (-570, -210, 210, 270, 330, 345, 390, 525, 570, 630, 765)
)
"""Offsets of inhabited places that are no whole hours."""
_WEST_MAX: Final = timedelta(hours=-10)
_EAST_MAX: Final = timedelta(hours=13)
"""Hawaii and New Zealand: what lies beyond has more ships than newsrooms."""


@dataclass(frozen=True)
class Dated:
    """The settled time and where it stands: `page`, `url` or `none`."""

    moment: times.Moment | None
    origin: str


@dataclass(frozen=True)
class Page:
    """What `settle` looks at besides the claims.

    Attributes:
        markup: Of the whole page.
        month_first: How its language writes `03/04/2021`.

    """

    url: str
    markup: str
    title: str | None = None
    month_first: bool = False

    def shown(self, markup: str) -> Shown | None:
        """Return the date that a part of the page shows."""
        return visible.date(markup, title=self.title, month_first=self.month_first)


def settle(claims: Claims, page: Page) -> Dated:
    """Return the page's time: what it states, the day in its address, what it shows, what htmldate finds: the first.

    What is stated comes last where it is a default, and after the day in the address where that is long before it.
    It is checked against what stands by the headline. A clock there tells the offset of a time in UTC, and
    so does a day next to its own, there or in the address. A day there counts more than one that only general markup
    states, and more than one long before the latest change, whose day it is, unless it is called an update.
    """
    inside = in_address(page.url)
    if claims.published and not _redated(claims, page.url) and not _by_default(claims):
        return Dated(_checked(claims.published, claims, page), "page")
    if inside:
        shown = page.shown(visible.near_headline(page.markup, page.title))
        agreed = shown is not None and shown.moment.at.date() == inside.at.date()
        return Dated(shown.moment, "page") if shown and agreed else Dated(inside, "url")
    found = _searched(page) or claims.published
    return Dated(found, "page" if found else "none")


def in_address(url: str) -> times.Moment | None:
    """Return the day in the path of an address, for example `/2021/02/13/`, `/13-02-2021` or `/20210213/`."""
    match = _IN_PATH.search(url)
    if not match:
        return None
    year, month, day = (
        next(filter(None, match.group(name, f"{name}2", f"{name}3"))) for name in ("year", "month", "day")
    )
    return times.parse(f"{year}-{month}-{day}")


def _redated(claims: Claims, url: str) -> bool:
    """Whether the address was made long before the day that is stated: it keeps the day of the first publication."""
    match = _FOLDERS.search(url)
    made = times.parse("-".join(match.groups())) if match else None
    return made is not None and claims.published is not None and claims.published.at - made.at > _REDATED_MIN


def _by_default(claims: Claims) -> bool:
    """Whether general markup states a first of January, which is what a form says that nobody filled in."""
    stated = claims.published
    return (
        stated is not None
        and not claims.firm
        and stated.precision == "day"
        and (stated.at.month, stated.at.day) == (1, 1)
    )


def _checked(stated: times.Moment, claims: Claims, page: Page) -> times.Moment:
    """Return what is stated, in the page's own offset, unless the page shows another day with more right."""
    local = _by_clock(stated, claims.others)
    redated = claims.updated is not None and claims.updated.at.date() != stated.at.date()
    if local is not stated or (claims.firm and stated.zoned and stated.at.utcoffset() and not redated):
        return local
    inside = in_address(page.url)
    if inside and inside.at.date() == stated.at.date() and stated.precision != "day" and not redated:
        return stated
    shown = page.shown(visible.near_headline(page.markup, page.title))
    if shown and shown.weight >= (_REDATED_WEIGHT if _of_change(shown, claims) else _ADJACENT_WEIGHT):
        return _reconciled(stated, shown, claims)
    return _on_day(stated, inside.at.date()) if inside else stated


def _reconciled(stated: times.Moment, shown: Shown, claims: Claims) -> times.Moment:
    """Decide between what is stated and what is shown."""
    day, seen = stated.at.date(), shown.moment
    if seen.at.date() == day or (shown.swapped and shown.swapped.at.date() == day):
        finer = stated.precision == "day" and seen.precision != "day" and seen.at.date() == day
        return seen if finer else stated
    local = stated if shown.updated else _by_clock(stated, (seen,), beside=True)
    redated = _of_change(shown, claims)
    if local is stated and (_same_instant(stated, shown.stamp) or (seen.precision == "day" and not redated)):
        local = _on_day(stated, seen.at.date())
    if local is not stated:
        return local
    near = shown.lines_below is not None and -1 <= shown.lines_below <= _BELOW_MAX
    # What is called an update and lies before what is stated shows that the latter is no publication.
    plain = near and not shown.stamp_only and (not shown.updated or seen.at.date() < day)
    needed = _FAIR_WEIGHT if not claims.firm else _REDATED_WEIGHT if redated else _NEVER
    return seen if plain and shown.weight >= needed else stated


def _of_change(shown: Shown, claims: Claims) -> bool:
    """Whether a page shows the day on which it was changed last."""
    return claims.updated is not None and claims.updated.at.date() == shown.moment.at.date()


def _same_instant(stated: times.Moment, other: times.Moment | None) -> bool:
    return other is not None and other.zoned and abs(other.at - stated.at) < timedelta(minutes=1)


def _by_clock(stated: times.Moment, others: Sequence[times.Moment], *, beside: bool = False) -> times.Moment:
    """Return a time in UTC in the offset in which the page writes the same moment elsewhere.

    Whole minutes of two articles meet by chance, so that a clock without an offset must show the same odd second,
    unless it stands beside the headline.
    """
    if not stated.zoned or stated.precision == "day" or stated.at.utcoffset():
        return stated
    for other in others:
        named = beside or bool(other.at.second)
        offset = other.at.utcoffset() if _same_instant(stated, other) else _offset(stated, other) if named else None
        if offset and other.precision != "day":
            return replace(stated, at=stated.at.astimezone(timezone(offset)))
    return stated


def _offset(stated: times.Moment, other: times.Moment) -> timedelta | None:
    """Return the offset that makes a clock time without one the same moment, if there is such an offset on Earth."""
    if other.zoned:
        return None
    utc = stated.at if "minute" not in (stated.precision, other.precision) else stated.at.replace(second=0)
    clock = other.at if "minute" not in (stated.precision, other.precision) else other.at.replace(second=0)
    away = clock.replace(microsecond=0) - utc.replace(microsecond=0)
    whole = away % timedelta(hours=1) == timedelta() or away in _ODD_OFFSETS
    return away if whole and _WEST_MAX <= away <= _EAST_MAX else None


def _on_day(stated: times.Moment, day: date) -> times.Moment:
    """Return a time in UTC in the nearest whole offset in which it falls on the day that the page calls it."""
    if not stated.zoned or stated.precision == "day" or stated.at.utcoffset() or abs(day - stated.at.date()).days != 1:
        return stated
    step = timedelta(hours=1 if day > stated.at.date() else -1)
    offset = step
    while _WEST_MAX <= offset <= _EAST_MAX:
        local = stated.at.astimezone(timezone(offset))
        if local.date() == day:
            return replace(stated, at=local, zone_inferred=True)
        offset += step
    return stated


def _searched(page: Page) -> times.Moment | None:
    """Return what the page shows by its headline, else anywhere, else what htmldate finds."""
    near = page.shown(visible.near_headline(page.markup, page.title))
    if near and near.weight >= _NEAR_WEIGHT and near.lines_below is not None:
        return near.moment
    shown = page.shown(page.markup)
    if shown and shown.weight >= _SOME_WEIGHT:
        return shown.moment
    found = times.parse(_by_htmldate(page.markup))
    # A first of January is what it makes of a year alone.
    return found if found and (found.at.month, found.at.day) != (1, 1) else None


def _by_htmldate(markup: str) -> str | None:
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(markup[:_SEARCHED_CHARS].encode("utf-8", "replace"), parser=parser)
        return find_date(tree, original_date=True, extensive_search=True)
    except (
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        OverflowError,
        RecursionError,
        etree.LxmlError,
    ):
        return None
