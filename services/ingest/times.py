"""Times as feeds write them: from a string to a moment in UTC, or to the reason why there is none. Pure.

A wrong time is worse than none: what cannot be (31 February, an offset of 99 hours), what could be two days or two
zones, and what lies outside 1990 to two days from now is None, and the raw words stay in the record. A string is read
only if all of it is understood.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from services.ingest.calendar_names import (
    AFTERNOON,
    AMBIGUOUS_MONTHS,
    AMBIGUOUS_ZONES,
    ERAS,
    FILLERS,
    MONTHS,
    MORNING,
    OTHER_MONTHS,
    RELATIVE,
    VAGUE_WEEKDAYS,
    WEEKDAYS,
    ZONES,
    folded,
)

Precision = Literal["second", "minute", "day", "unknown"]

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE_MAX: Final = timedelta(hours=48)
RAW_MAX_CHARS: Final = 100
_OFFSET_MAX_MINUTES: Final = 14 * 60
_CENTURY_PIVOT: Final = 69
"""Two-digit years from here on are of the 20th century, as e-mail has it."""
_OTHER_CALENDARS: Final = (range(1300, 1500), range(2400, 2700))
"""Years of the Persian and Islamic calendars, and of the Buddhist one."""

_STUCK: Final = re.compile(r"(?<=[\d/-]\d\d)(?=\d\d:\d\d)(?!\d\d:\d\d:\d\d:)|(?<=/\d{4}):(?=\d\d:\d\d)")
"""Where a clock sticks to the date before it."""
_HALF_APART: Final = re.compile(r"\b([ap])\. m\b")
_MILITARY: Final = re.compile(r"(?<=\d)\s?[a-gik-oq-y]$")
"""Zones by one letter, which so many got wrong that they mean nothing but a zone unknown."""
_EPOCH: Final = re.compile(r"(?:/date\()?(\d{10})(?:\d{3}|\d{6}|\d{9}|\.\d{1,9})?(?:\)/)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[t ]?(\d\d)(\d\d)(\d\d)?)?(?:\.\d+)?(?=z|[+-]\d|\s|$)")
_HALF: Final = "|".join(re.escape(name) for name in sorted((*MORNING, *AFTERNOON), key=len, reverse=True))
_CLOCK: Final = re.compile(
    rf"(?:(?:(?<!\w)|(?<=[日일号]))(?P<before>{_HALF}))?\s*(?:(?<=t)|(?<![\d.,:+-]))"
    r"(?P<hour>\d{1,2})(?:\s?(?P<mark>[:時时点시]|h(?![^\W\d_]))\s?(?P<minute>\d{1,2})?\s?[分분]?"
    r"(?:(?::|(?<=[分분])\s?)(?P<second>\d\d?)(?:[.,]\d{1,9})?\s?[秒초]?(?!\d))?)?(?![\d:])"
    rf"\s*(?P<half>(?:{_HALF})(?!\w)(?!(?<=am)\s*\d{{1,2}}\.))?"
)
_DOTTED: Final = re.compile(r"(?<![\d.])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?(?![\d.])")
_OFFSET: Final = re.compile(
    r"\s*(?P<name>[a-z]{1,4})?\s?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?(?![\d:.])"
)
_ZONE: Final = re.compile(r"\s*(?P<name>[^\W\d_]{1,5})(?!\w)")
_REMARK: Final = re.compile(r"\s*(?:\([^()]*\)|\[[a-z_]+/[a-z_/]+\])")
_MONTH: Final = (
    "(?P<month>" + "|".join(map(re.escape, sorted({*MONTHS, *OTHER_MONTHS}, key=len, reverse=True))) + r")(?![^\W\d_])"
)
_DAY: Final = r"(?P<day>\d{1,2})(?!\d)"
_YEAR: Final = r"(?P<year>\d{4}|\d\d)(?!\d)"
_LONG_YEAR: Final = r"(?<!\d)(?P<year>[+-]?\d{4,6})"
_GAP: Final = r"(?:[\s./,'\u05f3-]|\b(?:de|del|of|th|st|nd|rd|er|o)\b|(?<=\d)(?:st|nd|rd|th|er|o)\b)*"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        _LONG_YEAR + r"-?w(?P<week>\d\d)-?(?P<weekday>[1-7])(?!\d)",
        _LONG_YEAR + r"(?P<gap>[-/.])\s?(?P<month>\d{1,2})(?P=gap)\s?(?P<day>\d{1,2})(?!\d)\.?",
        _LONG_YEAR + r"-(?P<ordinal>\d{3})(?!\d)",
        _LONG_YEAR + r"\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日日일号]?",
        rf"(?<!\d){_DAY}{_GAP}(?<![^\W\d_]){_MONTH}{_GAP}{_YEAR}",
        rf"(?<![^\W\d_]){_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
        rf"{_LONG_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
        r"(?<!\d)(?P<day>\d{1,2})\s?th(?:an)?g\s(?P<month>\d{1,2})(?:\s?,|\s?nam)?\s?(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})(?P<gap>[-/.])\s?(?P<second>\d{1,2})(?P=gap)\s?" + _YEAR,
    )
)
_FOUR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PUNCTUATION: Final = re.compile(r"[\s,.;()\[\]/|\u00b7\u2013\u2014\u060c\u3001\u05f3'-]*")
_WORD: Final = re.compile(
    "|".join(re.escape(name) for name in WEEKDAYS if " " in name) + r"|[^\W\d_]+(?:['.\-][^\W\d_]+)*"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A time that was read, or `flags` saying why not.

    Flags without a time: `unreadable`, `impossible`, `out_of_range`, `relative`, `no_day`, `ambiguous_order`,
    `ambiguous_zone`, `other_calendar`. Flags on a time that was read: `no_zone` (taken as UTC),
    `day_only` (stands at 00:00 UTC), `future`, `wrong_weekday`, `day_first` (5.6. is the 5th of June),
    `ambiguous_month`, `odd_zone`, `odd_clock`, `foreign` (read by another parser).
    """

    at: datetime | None
    flags: tuple[str, ...] = ()
    precision: Precision = "unknown"

    def flags_of(self, name: str) -> tuple[str, ...]:
        """Return the flags as an item bears them, for example `published_no_zone`."""
        return tuple(f"{name}_{flag}" for flag in self.flags)


@dataclass(frozen=True, slots=True)
class _Date:
    """What could be meant by a date."""

    days: tuple[tuple[int, int, int], ...]
    flags: tuple[str, ...] = ()


class _Unread(Exception):  # noqa: N818 - no error: the answer is a flag
    """There is no time in these words; the argument is the flag."""


def read(raw: str | None, *, now: datetime, fallback: datetime | None = None) -> Reading:
    """Read a time.

    `fallback` is what somebody else's parser made of the same words; it counts only for forms that are unknown here,
    and only if its year stands in the words.
    """
    given = " ".join((raw or "")[: 100 * RAW_MAX_CHARS].split())
    if not given:
        return Reading(None)
    if len(given) > RAW_MAX_CHARS:
        return Reading(None, ("unreadable",))
    words = _HALF_APART.sub(r"\1.m", _STUCK.sub(" ", " ".join(folded(html.unescape(given)).split())))
    try:
        reading = _read(words)
    except _Unread as problem:
        flag = str(problem)
        if flag != "unreadable" or fallback is None or str(fallback.year) not in words:
            return Reading(None, (flag,))
        reading = Reading(fallback, ("foreign",), "minute")
    if reading.at is None or not EARLIEST <= reading.at <= now + FUTURE_MAX:
        return Reading(None, ("out_of_range",))
    return replace(reading, flags=(*reading.flags, "future")) if reading.at > now else reading


def _read(words: str) -> Reading:
    if epoch := _EPOCH.fullmatch(words):
        return Reading(datetime.fromtimestamp(int(epoch[1]), UTC), (), "second")
    if match := _COMPACT.match(words):
        year, month, day, hour, minute, second = match.groups()
        words = f"{year}-{month}-{day}" + (f"t{hour}:{minute}:{second or '00'}" if hour else "") + words[match.end() :]
    clock, zone, rest = _without_clock(_MILITARY.sub("", words))
    meant, rest = _without_date(rest, timed=clock is not None)
    if clock is None and (dotted := _DOTTED.search(rest)):
        clock, rest = dotted, f"{rest[: dotted.start()]} {rest[dotted.end() :]}"
    weekday, named = _rest_understood(rest)
    day, flags = _settled(meant, weekday)
    if clock is None:
        return Reading(_moment(day, 0, 0, 0, 0), (*flags, "day_only"), "day")
    offset, odd_zone = _offset(zone, named)
    hour_, odd_clock = _hour(clock)
    minute_, second_ = clock["minute"], clock["second"]
    at = _moment(day, hour_, int(minute_ or 0), int(second_ or 0), offset)
    return Reading(at, (*flags, *odd_clock, *odd_zone), "second" if second_ else "minute")


def _without_clock(words: str) -> tuple[re.Match[str] | None, list[int | str], str]:
    """Return the time of day, the zones said behind it (minutes from UTC, or a name for several), the other words."""
    for clock in _CLOCK.finditer(words):
        if not (clock["half"] or clock["before"] or (clock["mark"] and (clock["minute"] or clock["mark"] != ":"))):
            continue  # a number
        end, zones = clock.end(), list[int | str]()
        if offset := _OFFSET.match(words, end):
            end = offset.end()
            zones.append(_minutes(offset))
            if offset["name"] in ZONES and ZONES[offset["name"]]:
                zones.append(ZONES[offset["name"]])
            if remark := _REMARK.match(words, end):
                end = remark.end()
        while (zone := _ZONE.match(words, end)) and zone["name"] in {*ZONES, *AMBIGUOUS_ZONES}:
            end = zone.end()
            zones.append(ZONES.get(zone["name"], zone["name"]))
        return clock, zones, f"{words[: clock.start()]} {words[end:]}"
    return None, [], words


def _offset(zones: Sequence[int | str], named: Sequence[int | str]) -> tuple[int, tuple[str, ...]]:
    """Settle on minutes from UTC. An offset in numbers decides; names must agree with each other."""
    said = [*zones, *named]
    if not said:
        return 0, ("no_zone",)
    first = said[0]
    if isinstance(first, str):
        raise _Unread("ambiguous_zone")
    contradicted = any(isinstance(other, int) and other != first for other in said[1:])
    return first, ("odd_zone",) if contradicted or first % 15 else ()


def _without_date(words: str, *, timed: bool) -> tuple[_Date, str]:
    for pattern in _DATES:
        if match := pattern.search(words):
            zone = None if timed else _OFFSET.match(words, match.end())
            return _date(match.groupdict()), f"{words[: match.start()]} , {words[(zone or match).end() :]}"
    if RELATIVE.search(words):
        raise _Unread("relative")
    if any(era in words for era in ERAS if not era.isascii()) or any(
        _elsewhere(int(year)) for year in _FOUR.findall(words)
    ):
        raise _Unread("other_calendar")
    raise _Unread("no_day" if re.fullmatch(r"\d{4}(-\d\d)?", words) else "unreadable")


def _elsewhere(year: int) -> bool:
    return any(year in years for years in _OTHER_CALENDARS)


def _date(named: dict[str, str | None]) -> _Date:
    year = _year(named["year"] or "")
    if _elsewhere(year) or named.get("month") in OTHER_MONTHS:
        raise _Unread("other_calendar")
    try:
        if named.get("week"):
            found = date.fromisocalendar(year, int(named["week"] or 0), int(named["weekday"] or 0))
            return _Date(((found.year, found.month, found.day),))
        if named.get("ordinal"):
            found = date(year, 1, 1) + timedelta(days=int(named["ordinal"] or 0) - 1)
            if found.year != year:
                raise _Unread("impossible")
            return _Date(((year, found.month, found.day),))
    except (ValueError, OverflowError):
        raise _Unread("impossible") from None
    if "first" in named:
        return _numeric(int(named["first"] or 0), int(named["second"] or 0), named)
    month = named["month"] or ""
    number = int(month) if month.isdigit() else MONTHS[month]
    return _Date(((year, number, int(named["day"] or 0)),), ("ambiguous_month",) if month in AMBIGUOUS_MONTHS else ())


def _numeric(first: int, second: int, named: dict[str, str | None]) -> _Date:
    """Say what `first/second/year` can mean. Dots put the day first; nothing else says what it puts first."""
    year = named["year"] or ""
    if len(year) < 4:  # noqa: PLR2004 - any of the three may be the year
        raise _Unread("ambiguous_order")
    days = [(int(year), month, day) for day, month in dict.fromkeys([(first, second), (second, first)]) if month <= 12]  # noqa: PLR2004 - months
    if not days:
        raise _Unread("impossible")
    return _Date(tuple(days), ("day_first",) if named["gap"] == "." and len(days) > 1 else ())


def _settled(meant: _Date, weekday: int | None) -> tuple[tuple[int, int, int], tuple[str, ...]]:
    """Return the day, by the help of the day of the week where there are two."""
    agreeing = [day for day in meant.days if weekday is None or _weekday(day) == weekday]
    if len(agreeing) == 1:
        return agreeing[0], meant.flags if len(meant.days) == 1 or "day_first" not in meant.flags else ()
    if len(meant.days) > 1 and "day_first" not in meant.flags:
        raise _Unread("ambiguous_order")
    wrong = ("wrong_weekday",) if weekday is not None else ()
    return meant.days[0], (*wrong, *meant.flags)


def _weekday(day: tuple[int, int, int]) -> int | None:
    try:
        return date(*day).isoweekday()
    except (ValueError, OverflowError):
        return None


def _rest_understood(rest: str) -> tuple[int | None, list[int | str]]:
    """Return the day of the week and the zones that the remaining words name.

    Raises:
        _Unread: there is something that could change the meaning.

    """
    if not _PUNCTUATION.fullmatch(_WORD.sub("", rest)):
        raise _Unread("unreadable")
    weekday: int | None = None
    zones: list[int | str] = []
    for place, word in enumerate(_WORD.findall(rest)):
        if word in WEEKDAYS:
            weekday = None if word in VAGUE_WEEKDAYS else WEEKDAYS[word]
        elif word in ZONES or word in AMBIGUOUS_ZONES:
            zones.append(ZONES.get(word, word))
        elif word in ERAS:
            raise _Unread("other_calendar")
        elif not (
            word in FILLERS
            or (len(word) == 1 and not word.isascii())
            or (place == 0 and rest.lstrip().startswith(f"{word},"))  # a day of the week in one more language
        ):
            raise _Unread("unreadable")
    return weekday, zones


def _hour(clock: re.Match[str]) -> tuple[int, tuple[str, ...]]:
    named = clock.groupdict()
    hour, half = int(clock["hour"]), named.get("half") or named.get("before")
    if not half:
        return hour, ()
    late = half in AFTERNOON
    if not 1 <= hour <= 12:  # noqa: PLR2004 - a twelve-hour clock
        if late != (hour > 12):  # noqa: PLR2004 - as above
            raise _Unread("impossible")
        return hour, ("odd_clock",)
    return hour % 12 + 12 * late, ()


def _moment(day: tuple[int, int, int], hour: int, minute: int, second: int, offset_minutes: int) -> datetime:
    try:
        midnight = datetime(*day, tzinfo=UTC)
        second = 59 if second == 60 else second  # noqa: PLR2004 - a leap second
        if (hour, minute, second) != (24, 0, 0):
            datetime(*day, hour, minute, second, tzinfo=UTC)
        return midnight + timedelta(hours=hour, minutes=minute - offset_minutes, seconds=second)
    except (ValueError, OverflowError):
        raise _Unread("impossible") from None


def _minutes(offset: re.Match[str]) -> int:
    """Minutes from UTC.

    Raises:
        _Unread: no place on earth has this offset.

    """
    minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
    if minutes > _OFFSET_MAX_MINUTES or int(offset["minutes"] or 0) > 59:  # noqa: PLR2004 - minutes of an hour
        raise _Unread("impossible")
    return minutes if offset["sign"] == "+" else -minutes


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - a year in full
        return year
    return year + (1900 if year >= _CENTURY_PIVOT else 2000)
