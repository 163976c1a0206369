"""Days of other calendars than the Gregorian, as Gregorian days. Pure.

The Islamic calendar is the tabular one, which is a day off where months begin with the sight of the moon.
"""

import datetime as dt
from typing import Final

from services.tag.months import ETHIOPIC, GREGORIAN, HIJRI, JALALI

ERAS: Final = {
    "\u4ee4\u548c": 2018, "\u5e73\u6210": 1988, "\u662d\u548c": 1925,
    "\u6c11\u570b": 1911, "\u6c11\u56fd": 1911,
}  # fmt: skip
"""What is added to a year of an era: Reiwa, Heisei, Showa, and the Republic in Taiwan."""
_BUDDHIST_AHEAD: Final = 543
_BUDDHIST_YEARS: Final = range(2443, 2643)
_JALALI_YEARS: Final = range(1300, 1411)
_HIJRI_YEARS: Final = range(1411, 1500)
"""Years of either calendar, as numbers alone tell them apart: 1399 is Iran's 2020, 1442 Mecca's."""
_ETHIOPIC_YEARS: Final = range(1950, 2100)
_GREGORIAN_YEARS: Final = range(1900, 2100)
_CENTURY: Final = 2000
_JALALI_NOROUZ_1300: Final = dt.date(1921, 3, 21)
_HIJRI_EPOCH: Final = dt.date(622, 7, 19).toordinal()
_HIJRI_LEAP: Final = frozenset({2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29})
_ETHIOPIC_EPOCH: Final = dt.date(8, 8, 27).toordinal()


def day_of(calendar: str, year: int, month: int, day: int) -> dt.date | None:
    """Give the Gregorian day; null where there is no such day, or the year is no year of news."""
    if calendar == GREGORIAN:
        calendar, year = _by_year(year)
    reader = {JALALI: _jalali, HIJRI: _hijri, ETHIOPIC: _ethiopic}.get(calendar)
    try:
        if reader:
            return reader(year, month, day)
        return dt.date(year, month, day) if year in _GREGORIAN_YEARS else None
    except ValueError:
        return None


def _by_year(year: int) -> tuple[str, int]:
    """Give the calendar that a year tells, where nothing but numbers, or months with shared names, stand."""
    if year in _BUDDHIST_YEARS:
        return GREGORIAN, year - _BUDDHIST_AHEAD
    if year in _JALALI_YEARS:
        return JALALI, year
    return (HIJRI, year) if year in _HIJRI_YEARS else (GREGORIAN, year)


def is_year(number: int) -> bool:
    """Tell whether a number may be the year of a piece of news, in one of the calendars."""
    return any(
        number in years for years in (_GREGORIAN_YEARS, _BUDDHIST_YEARS, _JALALI_YEARS, _HIJRI_YEARS, _ETHIOPIC_YEARS)
    )


def _jalali(year: int, month: int, day: int) -> dt.date | None:
    """Read a day of Iran's calendar: six months of 31 days, five of 30, the last of 29 or 30."""
    leap = _is_jalali_leap(year)
    length = 31 if month <= 6 else 30 if month <= 11 or leap else 29  # noqa: PLR2004 - the rule above
    if year not in _JALALI_YEARS or not 1 <= month <= 12 or not 1 <= day <= length:  # noqa: PLR2004 - months
        return None
    years = sum(366 if _is_jalali_leap(one) else 365 for one in range(1300, year))
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)  # noqa: PLR2004 - the rule above
    return _JALALI_NOROUZ_1300 + dt.timedelta(days=years + before + day - 1)


def _is_jalali_leap(year: int) -> bool:
    """Tell leap years by the cycle of 33 years, which holds from 1244 to 1472."""
    return year % 33 in {1, 5, 9, 13, 17, 22, 26, 30}


def _hijri(year: int, month: int, day: int) -> dt.date | None:
    leap = year % 30 in _HIJRI_LEAP
    length = 30 if month % 2 or (month == 12 and leap) else 29  # noqa: PLR2004 - the last month
    if not 1 <= month <= 12 or not 1 <= day <= length:  # noqa: PLR2004 - months
        return None
    cycles, rest = divmod(year - 1, 30)
    years = cycles * 10631 + rest * 354 + sum(one in _HIJRI_LEAP for one in range(1, rest + 1))
    months = 29 * (month - 1) + month // 2
    return dt.date.fromordinal(_HIJRI_EPOCH + years + months + day - 1)


def _ethiopic(year: int, month: int, day: int) -> dt.date | None:
    if not 1 <= month <= 13 or not 1 <= day <= 30:  # noqa: PLR2004 - months and days
        return None
    return dt.date.fromordinal(_ETHIOPIC_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1)
