"""Times as pages write them: from a string to a moment with its offset and its precision. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal

from services.extract.months import JALALI_MONTHS, MONTHS

Precision = Literal["second", "minute", "day"]

_YEAR_MIN: Final = 1990
_YEAR_MAX: Final = 2100
_SHORT_YEAR_MAX: Final = 70
_RAW_CHARS_MAX: Final = 120
# Only names that mean one offset the world over; IST, BST, CST (China) and their like would be guesses.
_ZONES: Final = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180,
    "msk": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "jst": 540, "kst": 540,
}  # fmt: skip
_MONTH: Final = r"(?P<month>[^\s\d.,;:/|()\[\]<>\"'+*=_-]{2,13})\.?"
_MONTH_NAME: Final = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![^\W\d_])", re.IGNORECASE
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T\d|\D|$)",
        rf"(?<!\w){_DAY}\s*(?:del?\s+|of\s+|[-/])?{_MONTH}(?:\s*,|\s+del?|\s*[-/])?\s*{_YEAR}",
        rf"(?<!\w){_MONTH}\s*{_DAY}\s*,?\s*{_YEAR}",
        rf"(?<!\d){_YEAR}\.?\s+{_MONTH}\s+{_DAY}(?!\d)",
        rf"(?<!\w){_MONTH}\s+{_DAY}\s+(?=\d\d:\d\d(?::\d\d)?\s+(?:[a-z]{{3,4}}\s+)?{_YEAR})",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?" + _YEAR,
        r"(?<!\d)(?P<first>\d{1,2})(?P<sep>[-/])(?P<second>\d{1,2})(?P=sep)" + _YEAR,
        r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
    )
)
_SHORT_DATE: Final = re.compile(
    r"(?<![\d./-])(?P<first>\d{1,2})(?P<sep>[./-])(?P<second>\d{1,2})(?P=sep)(?P<year>\d\d)(?![\d./-])"
)
"""A year of two digits: read only where a page shows it to readers, never in data."""
_JALALI_DATES: Final = (
    re.compile(r"(?<!\d)(?P<year>1[34]\d\d)\s?[/-]\s?(?P<month>\d{1,2})\s?[/-]\s?(?P<day>\d{1,2})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(JALALI_MONTHS)})\s+(?:ماه\s+)?(?P<year>1[34]\d\d)(?!\d)"
    ),
)
"""Dates of the Iranian calendar: read only in what is shown, in a line with Arabic letters or digits."""
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_CLOCK: Final = re.compile(
    r"(?<![\d.])(?P<hour>[01]?\d|2[0-4])(?:[:.h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]?\d|60)(?:[.,]\d+)?)?\s*(?P<half>[ap](?:m|\.m\.?))?"
    r"|\s*(?P<half_only>[ap](?:m|\.m\.?)))",
    re.IGNORECASE,
)
_COMPACT_CLOCK: Final = re.compile(r"^T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?", re.IGNORECASE)
_OFFSET: Final = re.compile(
    r"\s*(?:GMT|UTC)?\s*(?P<sign>[+\u2212-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?(?!\d)", re.IGNORECASE
)
_ZONE_NAME: Final = re.compile(r"\s*\(?(?P<name>[A-Za-z]{1,4})\b")
_MAY_HOLD_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MAY_HOLD_DATE: Final = re.compile(r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d")
_REACH_CHARS: Final = 24
"""How far from a date in a line its clock time may stand."""
_DIGITS: Final = {
    zero + value: str(value)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xE50, 0xFF10)
    for value in range(10)
}
"""Arabic, Persian, Indic, Thai and full-width digits."""
_JALALI_FIRST: Final = 1300
_JALALI_BEGIN: Final = datetime(1921, 3, 21, tzinfo=UTC)
_JALALI_LEAPS: Final = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


@dataclass(frozen=True)
class Moment:
    """A time as a page gave it.

    Attributes:
        at: Always with an offset: the page's own; UTC where the page gave none. A day stands at its 00:00.
        precision: How much of it the page said.
        zoned: Whether the offset is the page's.
        zone_inferred: Whether the offset is only the nearest one that gives the day the page names; the moment is sure.

    """

    at: datetime
    precision: Precision
    zoned: bool
    zone_inferred: bool = False

    def with_hint(self, zone: tzinfo | None) -> "Moment":
        """Return the moment read in a zone that the page uses elsewhere, if it named none itself."""
        if self.zoned or zone is None:
            return self
        return replace(self, at=self.at.replace(tzinfo=zone), zoned=self.precision != "day")


@dataclass(frozen=True)
class Found:
    """A date in a text, and where its day stands."""

    moment: Moment
    start: int
    end: int


def parse(raw: str | None) -> Moment | None:
    """Read a time; None where there is none in it, where it cannot be (31 February), or lies outside 1990-2100.

    A date as `03/04/2021` could be two days and is not read; `13/02/2021` could not.
    """
    text = " ".join((raw or "")[:_RAW_CHARS_MAX].split())
    if _EPOCH.fullmatch(text):
        return _from_epoch(text)
    if not _MAY_HOLD_YEAR.search(text):
        return None
    for pattern in _DATES:
        match = next(filter(_names_month, pattern.finditer(text)), None)
        if match:
            return _moment(match, text)
    return None


def may_hold_date(text: str) -> bool:
    """Whether `find` is worth its time."""
    return bool(_MAY_HOLD_DATE.search(text)) or not text.isascii()


def find(text: str, *, day_first: bool) -> list[Found]:
    """Return the dates in a text, in their order; each with the clock time next to it, if there is one.

    Args:
        text: One line.
        day_first: How to read `03/04/2021`.

    """
    persian = not text.isascii() and bool(_ARABIC.search(text))
    text = text if text.isascii() else text.translate(_DIGITS)
    if not persian and not _MAY_HOLD_DATE.search(text):
        return []
    patterns = (*_DATES, _SHORT_DATE, *(_JALALI_DATES if persian else ()))
    found: list[Found] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            taken = any(other.start < match.end() and match.start() < other.end for other in found)
            moment = None if taken or not _names_month(match) else _read(match, text, day_first=day_first)
            if moment:
                found.append(Found(moment, match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def _read(match: re.Match[str], text: str, *, day_first: bool) -> Moment | None:
    return _moment(match, text, reach=_REACH_CHARS, day_first=day_first)


def gregorian(year: int, month: int, day: int) -> datetime | None:
    """Return a day of the Iranian calendar, years 1300 to 1499; None where there is no such day.

    The leap years are those of the 33-year cycle, which holds for these years.
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):  # noqa: PLR2004 - a calendar
        return None
    leaps = sum((passed % 33) in _JALALI_LEAPS for passed in range(_JALALI_FIRST, year))
    days = (year - _JALALI_FIRST) * 365 + leaps + (month - 1) * 31 - max(month - 7, 0) + day - 1
    return _JALALI_BEGIN + timedelta(days=days)


def _names_month(match: re.Match[str]) -> bool:
    word = match.groupdict().get("month", "1")
    return word.isdecimal() or word.lower() in MONTHS or word in JALALI_MONTHS


def without_month_names(text: str) -> str:
    """Return a text without the names of months in the languages that `parse` reads."""
    return _MONTH_NAME.sub(" ", text)


def _from_epoch(digits: str) -> Moment | None:
    seconds = float(digits.split(".", maxsplit=1)[0][:10])
    at = datetime.fromtimestamp(seconds, UTC)
    return Moment(at, "second", zoned=True) if at.year >= _YEAR_MIN else None


def _moment(
    match: re.Match[str], text: str, *, reach: int = _RAW_CHARS_MAX, day_first: bool | None = None
) -> Moment | None:
    day = _day(match, day_first=day_first)
    if day is None:
        return None
    behind, before = text[match.end() : match.end() + reach], text[max(0, match.start() - reach) : match.start()]
    clock = _COMPACT_CLOCK.match(behind) or _CLOCK.search(behind) or _CLOCK.search(before)
    if clock is None:
        return Moment(day, "day", zoned=False)
    hour = _hour(clock.groupdict())
    if hour is None:
        return Moment(day, "day", zoned=False)
    named = clock.groupdict()
    zone = _zone(clock.string[clock.end() :])
    at = day.replace(tzinfo=zone or UTC) + timedelta(hours=hour)
    at = at.replace(minute=int(named["minute"] or 0), second=min(int(named["second"] or 0), 59))
    return Moment(at, "second" if named["second"] else "minute", zoned=zone is not None)


def _day(match: re.Match[str], *, day_first: bool | None) -> datetime | None:
    named = match.groupdict()
    if "first" in named:
        first, second = int(named["first"]), int(named["second"])
        ambiguous = first <= 12 and second <= 12 and first != second  # noqa: PLR2004 - months in a year
        if ambiguous and day_first is None:
            return None
        day_first = day_first or named["sep"] == "."
        month, day = (second, first) if first > 12 or (ambiguous and day_first) else (first, second)  # noqa: PLR2004 - as above
    else:
        word = named["month"].lower()
        month, day = MONTHS.get(word) or JALALI_MONTHS.get(word) or int(word), int(named["day"])
    year = int(named["year"])
    if _JALALI_FIRST <= year < _JALALI_FIRST + 200:
        found = gregorian(year, month, day)
        return found if found and found.year >= _YEAR_MIN else None
    if len(named["year"]) == 2:  # noqa: PLR2004 - digits
        year += 2000 if year < _SHORT_YEAR_MAX else 1900
    if not _YEAR_MIN <= year < _YEAR_MAX:
        return None
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _hour(clock: dict[str, str | None]) -> int | None:
    hour = int(clock["hour"] or 0)
    half = (clock.get("half") or clock.get("half_only") or "").lower()[:1]
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - a twelve-hour clock
        half = ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour if hour < 24 else None  # noqa: PLR2004 - hours in a day


def _zone(behind: str) -> timezone | None:
    offset = _OFFSET.match(behind)
    if offset:
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
        if minutes > 14 * 60:
            return None
        return timezone(timedelta(minutes=minutes if offset["sign"] == "+" else -minutes))
    name = _ZONE_NAME.match(behind)
    minutes_of_name = _ZONES.get(name["name"].lower()) if name else None
    return None if minutes_of_name is None else timezone(timedelta(minutes=minutes_of_name))
