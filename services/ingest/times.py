"""Times as feeds write them: from a string to a moment in UTC, or to the reason why there is none. Pure.

A wrong time is worse than none: what cannot be (31 February, an offset of 99 hours) or lies outside 1990 to two days
from now is None, and the raw words stay in the record.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE_MAX: Final = timedelta(hours=48)
RAW_MAX_CHARS: Final = 100
_OFFSET_MAX: Final = timedelta(hours=14)
_CENTURY_PIVOT: Final = 69
"""Two-digit years from here on are of the 20th century, as e-mail has it."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# Hours from UTC, and only of names that mean one offset: IST, BST and CST would be guesses.
_ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "jst": 9, "kst": 9, "sgt": 8, "hkt": 8, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_CLOCK: Final = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_ZONE: Final = r"(?P<zone>(?:GMT|UTC?)?[+-]\d{1,2}:?(?:\d{2})?|[A-Za-z]{1,5})?(?:\s*\([^()]*\))?"
_MAIL: Final = re.compile(
    r"(?:[^\W\d_]+\.?,?\s*)?(?P<day>\d{1,2})[\s-]+(?P<month>[A-Za-z]{3,9})\.?[\s-]+(?P<year>\d{4}|\d{2})"
    rf"(?:,?\s+{_CLOCK}\s*{_ZONE})?"
)
_ISO: Final = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:[Tt\s]\s*{_CLOCK}\s*{_ZONE})?")
_EPOCH: Final = re.compile(r"(\d{10})(?:\d{3})?")
_OFFSET: Final = re.compile(r"(?:GMT|UTC?)?([+-])(\d{1,2}):?(\d{2})?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A time that was read, or `flag` saying why not.

    Flags: `unreadable`, `impossible`, `out_of_range`; and on a time that was read: `no_zone` (taken as UTC),
    `day_only` (stands at 00:00).
    """

    at: datetime | None
    flag: str | None = None


def read(raw: str | None, *, now: datetime, fallback: datetime | None = None) -> Reading:
    """Read a time.

    `fallback` is what somebody else's parser made of the same words; it counts only for forms that are unknown here,
    and only if its year stands in the words.
    """
    words = " ".join((raw or "")[: 100 * RAW_MAX_CHARS].split())
    if not words:
        return Reading(None)
    if len(words) > RAW_MAX_CHARS:
        return Reading(None, "unreadable")
    match = _MAIL.fullmatch(words) or _ISO.fullmatch(words)
    if match:
        reading = _settled(match)
    elif epoch := _EPOCH.fullmatch(words):
        reading = Reading(datetime.fromtimestamp(int(epoch[1]), UTC))
    elif fallback is not None and str(fallback.year) in words:
        reading = Reading(fallback)
    else:
        return Reading(None, "unreadable")
    if reading.at is not None and not EARLIEST <= reading.at <= now + FUTURE_MAX:
        return Reading(None, "out_of_range")
    return reading


def _settled(match: re.Match[str]) -> Reading:
    named = match.groupdict()
    month = int(named["month"]) if named["month"].isdigit() else _MONTHS.get(named["month"].lower())
    if month is None:
        return Reading(None, "unreadable")
    zone = _offset(named["zone"])
    if zone is None and named["zone"]:
        return Reading(None, "impossible" if named["zone"][-1].isdigit() else "unreadable")
    try:
        at = datetime(
            _year(named["year"]),
            month,
            int(named["day"]),
            int(named["hour"] or 0),
            int(named["minute"] or 0),
            59 if named["second"] == "60" else int(named["second"] or 0),  # a leap second
            tzinfo=timezone(zone or timedelta()),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return Reading(None, "impossible")
    if named["hour"] is None:
        return Reading(at, "day_only")
    return Reading(at, None if zone is not None else "no_zone")


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - a year in full
        return year
    return year + (1900 if year >= _CENTURY_PIVOT else 2000)


def _offset(zone: str | None) -> timedelta | None:
    """Offset from UTC; None for no zone, an unknown name, and an offset that no place on earth has."""
    if not zone:
        return None
    match = _OFFSET.fullmatch(zone)
    if not match:
        hours = _ZONES.get(zone.lower())
        return None if hours is None else timedelta(hours=hours)
    minutes = int(match[3] or 0)
    offset = timedelta(hours=int(match[2]), minutes=minutes)
    if offset > _OFFSET_MAX or minutes > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    return offset if match[1] == "+" else -offset
