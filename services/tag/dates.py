"""Dates as people write them: absolute ones in lines and addresses, and relative ones in running text."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_MONTH_WORDS: Final = (
    "january janvier januar enero janeiro gennaio jan januari janv ene gen",
    "february f\u00e9vrier februar febrero fevereiro febbraio feb februari f\u00e9vr fev",
    "march mars m\u00e4rz marzo mar\u00e7o mar maart m\u00e4r",
    "april avril abril aprile apr abr avr",
    "may mai mayo maio maggio mei mag",
    "june juin juni junio junho giugno jun giu",
    "july juillet juli julio julho luglio jul juil lug",
    "august ao\u00fbt agosto aug augustus ago",
    "september septembre septiembre setembro settembre sep sept set",
    "october octobre oktober octubre outubro ottobre oct okt out ott",
    "november novembre noviembre novembro nov",
    "december d\u00e9cembre dezember diciembre dezembro dicembre dec dez dic d\u00e9c",
)
_MONTHS: Final = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=lambda word: -len(word))) + r")\b\.?"
_DAY: Final = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|er|\.|\u00ba)?"
_YEAR: Final = r"(?P<year>(?:19|20)[0-9]{2})"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_DAY} (?:de |of )?{_MONTH},? (?:(?P=day)(?:st|nd|rd|th)?, ?)?(?:de |del )?{_YEAR}\b",
        rf"\b{_MONTH} {_DAY},? {_YEAR}\b",
        r"\b(?P<year>(?:19|20)[0-9]{2})[-/](?P<month>[01]?[0-9])[-/](?P<day>[0-3]?[0-9])(?![0-9])",
        r"\b(?P<day>[0-3]?[0-9])[./-](?P<month>[01]?[0-9])[./-](?P<year>(?:19|20)[0-9]{2})\b",
    )
)
_IN_PATH: Final = re.compile(
    r"/(?P<year>(?:19|20)[0-9]{2})[/-]?(?P<month>[01][0-9]|[1-9](?=[/-])|[a-z]{3}(?=/))[/-]?"
    r"(?P<day>[0-3][0-9]|[1-9])(?=[/_.-]|$)"
)
_LAST_MONTH_NUMBER: Final = 12

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_RELATIVE: Final = re.compile(
    r"\b(?:(?:on |last |next |late |early )?(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|(?P<word>yesterday|today|tonight|tomorrow)\b"
    r"|(?P<ago>two|three|four|five|six|[2-6]) days ago\b)",
    re.IGNORECASE,
)
_NO_DAY_BEFORE: Final = re.compile(
    r"(?:every|each|most|black|good|super|easter|bloody|ash|palm|this|of|a|any) $", re.IGNORECASE
)
_NO_DAY_AFTER: Final = re.compile(
    r"(?:'s (?:day|world)|,? (?:[0-3]?[0-9] )?(?:" + "|".join(_MONTHS) + r")\b)", re.IGNORECASE
)
_FUTURE: Final = re.compile(
    r"\b(?:will|shall|plans? to|is to|are to|due to|scheduled|expected to|set to|would)\b[^.!?\n]*$"
)


class Written(NamedTuple):
    """A date as it stands in a text."""

    start: int
    end: int
    date: dt.date


def read_dates(line: str) -> Iterator[Written]:
    """Yield the dates of an evened line, malformed ones such as `13 February 13, 2021` too.

    Where day and month could be either (`03/04/2021`), nothing is read.
    """
    taken: list[Written] = []
    for form in _FORMS:
        for match in form.finditer(line):
            date = _date_of(match)
            if date and not any(match.start() < other.end and other.start < match.end() for other in taken):
                taken.append(Written(match.start(), match.end(), date))
    yield from taken


def date_in_path(path: str) -> Written | None:
    """Find the day in the path of an address, `/2021/02/13/`."""
    match = _IN_PATH.search(path)
    date = _date_of(match) if match else None
    return Written(match.start(), match.end(), date) if match and date else None


def _date_of(match: re.Match[str]) -> dt.date | None:
    year, day, month_word = int(match["year"]), int(match["day"]), match["month"].lower()
    month = _MONTHS.get(month_word) or (int(month_word) if month_word.isdigit() else 0)
    if match.group().count("/") == 2 and match.start("day") < match.start("year"):  # noqa: PLR2004 - day/month/year
        if day <= _LAST_MONTH_NUMBER and month <= _LAST_MONTH_NUMBER and day != month:
            return None
        if month > _LAST_MONTH_NUMBER:
            day, month = month, day
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def read_relative(text: str, today: dt.date) -> Iterator[Written]:
    """Yield the relative dates of an evened text that mean one single day, seen from `today`.

    A weekday is the last one up to today, unless the sentence speaks of what is to come.
    """
    for match in _RELATIVE.finditer(text):
        before = text[max(0, match.start() - 120) : match.start()]
        if _NO_DAY_BEFORE.search(before[-12:]) or _NO_DAY_AFTER.match(text, match.end()):
            continue
        yield Written(match.start(), match.end(), today + dt.timedelta(days=_offset(match, before, today)))


def _offset(match: re.Match[str], before: str, today: dt.date) -> int:
    """Give the days from today to the day that is meant."""
    if match["word"]:
        return {"yesterday": -1, "tomorrow": 1}.get(match["word"].lower(), 0)
    if match["ago"]:
        number = match["ago"].lower()
        return -(_NUMBERS.get(number) or int(number))
    weekday = _WEEKDAYS.index(f"{match['weekday'].lower()}day")
    back = (today.weekday() - weekday) % 7
    words = match.group().lower()
    if words.startswith("last "):
        return -(back or 7)
    if words.startswith("next ") or (back and _FUTURE.search(before)):
        return 7 - back
    return -back
