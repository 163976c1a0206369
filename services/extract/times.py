"""Times as pages write them: from a string to a moment with its offset and its precision. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal

Precision = Literal["second", "minute", "day"]

_YEAR_MIN: Final = 1990
_YEAR_MAX: Final = 2100
_RAW_CHARS_MAX: Final = 120
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari jänner",
            "february feb februar février febrero febbraio fevereiro februari",
            "march mar märz mars marzo março maart",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober octobre octubre ottobre outubro okt",
            "november nov novembre noviembre novembro",
            "december dec dezember décembre diciembre dicembre dezembro dez",
        ),
        start=1,
    )
    for name in names.split()
}
# Only names that mean one offset the world over; IST, BST, CST (China) and their like would be guesses.
_ZONES: Final = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180,
    "msk": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "jst": 540, "kst": 540,
}  # fmt: skip
_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_MONTH_NAME: Final = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![^\W\d_])", re.IGNORECASE
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T\d|\D|$)",
        rf"(?<!\w){_DAY}\s*(?:de\s+|[-/])?{_MONTH}(?:\s*,|\s+de|\s*[-/])?\s*{_YEAR}",
        rf"(?<!\w){_MONTH}\s*{_DAY}\s*,?\s*{_YEAR}",
        rf"(?<!\w){_MONTH}\s+{_DAY}\s+(?=\d\d:\d\d(?::\d\d)?\s+(?:[a-z]{{3,4}}\s+)?{_YEAR})",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?" + _YEAR,
        r"(?<!\d)(?P<first>\d{1,2})(?P<sep>[-/])(?P<second>\d{1,2})(?P=sep)" + _YEAR,
        r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
    )
)
_CLOCK: Final = re.compile(
    r"(?<![\d.])(?P<hour>[01]?\d|2[0-4])(?:[:.h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d|60)(?:[.,]\d+)?)?\s*(?P<half>[ap](?:m|\.m\.?))?"
    r"|\s*(?P<half_only>[ap](?:m|\.m\.?)))",
    re.IGNORECASE,
)
_COMPACT_CLOCK: Final = re.compile(r"^T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?", re.IGNORECASE)
_OFFSET: Final = re.compile(
    r"\s*(?:GMT|UTC)?\s*(?P<sign>[+\u2212-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?(?!\d)", re.IGNORECASE
)
_ZONE_NAME: Final = re.compile(r"\s*\(?(?P<name>[A-Za-z]{1,4})\b")
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


@dataclass(frozen=True)
class Moment:
    """A time as a page gave it.

    Attributes:
        at: Always with an offset: the page's own; UTC where the page gave none. A day stands at its 00:00.
        precision: How much of it the page said.
        zoned: Whether the offset is the page's.

    """

    at: datetime
    precision: Precision
    zoned: bool

    def with_hint(self, zone: tzinfo | None) -> "Moment":
        """Return the moment read in a zone that the page uses elsewhere, if it named none itself."""
        if self.zoned or zone is None:
            return self
        return replace(self, at=self.at.replace(tzinfo=zone), zoned=self.precision != "day")


def parse(raw: str | None) -> Moment | None:
    """Read a time; None where there is none in it, where it cannot be (31 February), or lies outside 1990-2100.

    A date as `03/04/2021` could be two days and is not read; `13/02/2021` could not.
    """
    text = " ".join((raw or "")[:_RAW_CHARS_MAX].split())
    if _EPOCH.fullmatch(text):
        return _from_epoch(text)
    for pattern in _DATES:
        match = pattern.search(text)
        if match:
            return _moment(match, text)
    return None


def without_month_names(text: str) -> str:
    """Return a text without the names of months in the languages that `parse` reads."""
    return _MONTH_NAME.sub(" ", text)


def _from_epoch(digits: str) -> Moment | None:
    seconds = float(digits.split(".", maxsplit=1)[0][:10])
    at = datetime.fromtimestamp(seconds, UTC)
    return Moment(at, "second", zoned=True) if at.year >= _YEAR_MIN else None


def _moment(match: re.Match[str], text: str) -> Moment | None:
    day = _day(match)
    if day is None:
        return None
    behind = text[match.end() :]
    clock = _COMPACT_CLOCK.match(behind) or _CLOCK.search(behind) or _CLOCK.search(text[: match.start()])
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


def _day(match: re.Match[str]) -> datetime | None:
    named = match.groupdict()
    if "first" in named:
        first, second = int(named["first"]), int(named["second"])
        ambiguous = first <= 12 and second <= 12 and first != second  # noqa: PLR2004 - months in a year
        month, day = (second, first) if first > 12 else (first, second)  # noqa: PLR2004 - as above
        if ambiguous:
            return None
    else:
        word = named["month"].lower()
        month, day = _MONTHS.get(word) or int(word), int(named["day"])
    year = int(named["year"])
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
