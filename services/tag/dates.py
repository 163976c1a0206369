"""Dates as people write them in lines and addresses: in many languages, some calendars, and malformed too. Pure.

A line is read as words and numbers: what stands around the name of a month tells which number is the day and which the
year, whatever stands between them. Where day and month could be either (`03/04/2021`), nothing is read, unless a day
of the week decides.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.tag.calendars import ERAS, day_of, is_year
from services.tag.folding import fold
from services.tag.months import GREGORIAN, MONTHS, TWO_WORDS, WEEKDAYS
from services.tag.words import words


class Written(NamedTuple):
    """A date as it stands in a text; `until` is the last day of a stretch."""

    start: int
    end: int
    date: dt.date
    until: dt.date | None = None


class _Token(NamedTuple):
    """A word or a number of a line."""

    text: str
    start: int
    end: int
    number: int | None


_DIGITS: Final = {
    zero + digit: str(digit)
    for zero in (
        0x660,
        0x6F0,
        0x966,
        0x9E6,
        0xA66,
        0xAE6,
        0xB66,
        0xBE6,
        0xC66,
        0xCE6,
        0xD66,
        0xE50,
        0xED0,
        0x1040,
        0xFF10,
    )
    for digit in range(10)
}
"""Digits of other scripts: Arabic, Persian, Indic, Thai, Lao, Burmese, full-width."""
_DIGIT: Final = re.compile(r"\d")
_TWO_WORDS: Final = re.compile("|".join(name.replace("_", "[ .]") for name in TWO_WORDS))
_CLOCK: Final = re.compile(r"\b\d{1,2}[:h]\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?")
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u200c"
)
"""Vowel signs and accents that stand for themselves: parts of words, to the eye."""
_TOKEN: Final = re.compile(rf"\d+|[^\W\d](?:[^\W\d]|[{_MARKS}])*(?:'[^\W\d]+)?")
_BETWEEN: Final = re.compile(r"[\s.,/\-'\u2014\u00b0()\u060c\u200f\u200e\u0e3a]*")
"""What may stand between the parts of a date."""
_FILLERS: Final = words(
    "st nd rd th er e o a de del d di da do du of in the le la el den der dem am on year \u0433\u043e\u0434\u0430 "
    "\u0440\u043e\u043a\u0443 m \u0e1e \u0e28 \u0e1e\u0e28 \u0647\u0640 \u0645 gada i ad ce \u0639\u0627\u0645 "
    "\u00ba \u00aa"
)
_NEAR: Final = 2
_LAST_MONTH_NUMBER: Final = 12
_DAY_MAX: Final = 31
_YEAR_DIGITS: Final = 4
_TWO_DIGIT_YEARS: Final = 70
_NUMERIC: Final = (
    re.compile(r"(?<![\d/.-])(?P<year>\d{4})(?P<gap>\s?[-/.]\s?)(?P<month>\d{1,2})(?P=gap)(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})(?P<gap>\s?[-/.]\s?)(?P<month>\d{1,2})(?P=gap)(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<gap>)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"\b(?:ngay )?(?P<day>\d{1,2})(?P<gap>) thang (?P<month>\d{1,2})(?: nam|,| ,)? (?P<year>\d{4})\b"),
)
_EAST_ASIAN: Final = re.compile(
    r"(?P<era>"
    + "|".join(ERAS)
    + r")?\s?(?P<year>\d{1,4}|\u5143)\s?[\u5e74\ub144]\s?(?P<month>\d{1,2})\s?[\u6708\uc6d4]"
    r"\s?(?P<day>\d{1,2})\s?[\u65e5\uc77c\u53f7\u865f]?"
)
_IN_PATH: Final = re.compile(
    r"/(?P<year>(?:19|20)[0-9]{2})[/-]?(?P<month>[01][0-9]|[1-9](?=[/-])|[a-z]{3}(?=/))[/-]?"
    r"(?P<day>[0-3][0-9]|[1-9])(?=[/_.-]|$)"
)


def read_dates(line: str) -> Iterator[Written]:
    """Yield the dates of an evened line, malformed ones such as `13 February 13, 2021` too."""
    if _DIGIT.search(line) is None:
        return
    plain = fold(line)
    if not plain.isascii():
        plain = plain.translate(_DIGITS)
    plain = _CLOCK.sub(lambda match: "\x00" * len(match.group()), plain)
    plain = _TWO_WORDS.sub(lambda match: re.sub("[ .]", "_", match.group()), plain)
    taken: list[Written] = []
    for written in (*_east_asian(plain), *_named(plain), *_numeric(plain)):
        if not any(written.start < other.end and other.start < written.end for other in taken):
            taken.append(written)
    yield from taken


def date_in_path(path: str) -> Written | None:
    """Find the day in the path of an address, `/2021/02/13/`."""
    match = _IN_PATH.search(path)
    if not match:
        return None
    known = MONTHS.get(match["month"].lower())
    month = known[1] if known else int(match["month"]) if match["month"].isdigit() else 0
    date = day_of(GREGORIAN, int(match["year"]), month, int(match["day"]))
    return Written(match.start(), match.end(), date) if date else None


def _east_asian(line: str) -> Iterator[Written]:
    """Yield dates with signs for year, month and day, those of eras too."""
    for match in _EAST_ASIAN.finditer(line):
        year = 1 if match["year"] == "\u5143" else int(match["year"])
        date = day_of(GREGORIAN, year + ERAS.get(match["era"] or "", 0), int(match["month"]), int(match["day"]))
        if date:
            yield Written(match.start(), match.end(), date)


def _numeric(line: str) -> Iterator[Written]:
    """Yield dates of numbers alone."""
    for form in _NUMERIC:
        for match in form.finditer(line):
            year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
            if match["gap"].strip() == "/" and match.start("day") < match.start("year"):
                date = _either(line, year, month, day)
            else:
                date = day_of(GREGORIAN, year, month, day) if is_year(year) else None
            if date:
                yield Written(match.start(), match.end(), date)


def _either(line: str, year: int, month: int, day: int) -> dt.date | None:
    """Read `day/month/year`, or `month/day/year` where that alone is a date, or a day of the week says so."""
    found = {date for pair in ((month, day), (day, month)) if (date := day_of(GREGORIAN, year, *pair))}
    if len(found) > 1:
        named = {WEEKDAYS[token] for token in re.findall(r"[^\W\d]+", line) if token in WEEKDAYS}
        found = {date for date in found if date.weekday() in named}
    return next(iter(found)) if len(found) == 1 else None


def _named(line: str) -> Iterator[Written]:
    """Yield dates with the name of a month."""
    tokens = [_Token(m.group(), m.start(), m.end(), _number(m.group())) for m in _TOKEN.finditer(line)]
    for place, token in enumerate(tokens):
        if token.number is None and token.text in MONTHS:
            before = _beside(line, tokens, place, -1)
            after = _beside(line, tokens, place, 1)
            if found := _placed(token, before, after):
                yield found


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _YEAR_DIGITS else None


def _beside(line: str, tokens: list[_Token], place: int, step: int) -> list[_Token]:
    """Give the numbers beside a month, the nearest first; fillers, days of the week and the month again are passed."""
    found: list[_Token] = []
    here = tokens[place]
    month = MONTHS[here.text]
    for token in tokens[place + step :: step] if step > 0 else reversed(tokens[:place]):
        gap = line[here.end : token.start] if step > 0 else line[token.end : here.start]
        if not _BETWEEN.fullmatch(gap) or len(found) >= _NEAR:
            break
        if token.number is not None:
            if not found or found[-1].number != token.number:
                found.append(token)
        elif token.text not in _FILLERS and token.text not in WEEKDAYS and MONTHS.get(token.text) != month:
            break
        here = token
    return found


def _placed(month: _Token, before: list[_Token], after: list[_Token]) -> Written | None:
    """Tell day and year among the numbers before and behind a month, the nearest first."""
    calendar, number = MONTHS[month.text]
    for day, year in _orders(before, after):
        if day.number is None or year.number is None or not 0 < day.number <= _DAY_MAX:
            continue
        full = year.number
        if len(year.text) < _YEAR_DIGITS:
            if len(year.text) != 2 or full >= _TWO_DIGIT_YEARS:  # noqa: PLR2004 - `21`
                continue
            full += 2000
        date = day_of(calendar, full, number, day.number) if is_year(full) else None
        if date:
            ends = (month, day, year, *(one for one in before[:1] if one.number == day.number))
            return Written(min(one.start for one in ends), max(one.end for one in ends), date)
    return None


def _orders(before: list[_Token], after: list[_Token]) -> Iterator[tuple[_Token, _Token]]:
    """Yield what may be day and year: `13 May 2021`, `May 13, 2021`, `2021 May 13`, `2021, 13 May`."""
    pairs = [
        *((before[0], one) for one in after[:1] if before),
        *([(after[0], after[1])] if len(after) > 1 else []),
        *((after[0], one) for one in before[:1] if after),
        *([(before[0], before[1])] if len(before) > 1 else []),
    ]
    yield from (pair for pair in pairs if len(pair[1].text) == _YEAR_DIGITS)
    yield from (pair for pair in pairs[:2] if len(pair[1].text) < _YEAR_DIGITS)
