"""Visible: the date that a reader sees with an article. Pure.

Every date in the text of the page is weighed by where it stands, what its elements are called, what stands before it
and how much else stands in its line; the weights were fitted to pages with known dates and rounded.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from services.extract import times
from services.extract.characters import folded

_HIDDEN: Final = re.compile(
    r"<(script|style|noscript|template|svg|select|textarea)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)",
    re.DOTALL | re.IGNORECASE,
)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>|<[^<>]*+>")
"""No part of it crosses a `<`, so that pages full of open quotes are read in one pass."""
_INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "big", "cite", "em", "font", "i", "nobr", "small", "span", "strong", "sub",
    "sup", "time", "u", "var", "wbr", "s", "img", "use", "path", "label", "data",
})  # fmt: skip
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_HINT: Final = re.compile(
    r"(?:class|id|itemprop|property|title|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE
)
_DIGIT: Final = re.compile(r"\d")
_APART: Final = re.compile(r"(?<=\d)\0+(?=\d)")
"""Tags between two digits: a day and its clock in elements of their own."""
_STAMP: Final = re.compile(r"""datetime\s*=\s*["']?([^"'>]{8,60})""", re.IGNORECASE)
_MARKUP_CHARS_MAX: Final = 2_000_000
_LINE_CHARS_MAX: Final = 1_000
_HINT_CHARS_MAX: Final = 500
_ABOVE_CHARS: Final = 2_000
_BELOW_CHARS: Final = 5_000
_HEADLINE_CHARS: Final = 800
_HEADLINES_MAX: Final = 5
_TITLE_LETTERS_READ: Final = 40
_TITLE_WORDS_READ: Final = 5
_CANDIDATES_MAX: Final = 150
_TITLE_LETTERS_MIN: Final = 10

_PUBLISHED: Final = re.compile(
    r"(?i)(?:publi|posted|artikel wurde|beitrag wurde|erschien|veröffentlicht|pubblicat|written|created|erstellt|"
    r"inserito|submitted|gepostet|"
    r"eingestellt|datum|\bdate|\bfecha|\bdata|geschrieben|verfasst|опубл|掲載|公開|发布|發布)[^\d]{0,25}$"
)
_UPDATED: Final = re.compile(
    r"(?i)(?:updat|modif|änder|aktualisier|\bstand\b|mis à jour|actualiz|aggiornat|edited|\blast\b|letzte|revised|"
    r"bearbeitet|editiert|обновл|更新)[^\d]{0,30}$"
)
_LABEL: Final = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,2} ?:?")
"""A line of its own that can name the date in the next."""
_OTHER: Final = re.compile(
    r"(?i)(?:©|copyright|\(c\)|registriert|member since|joined|mitglied seit|beigetreten|\bborn\b)"
)
_DATE_HINT: Final = re.compile(
    r"date|datum|time|publish|posted|meta|byline|created|author|info|stamp|header|fecha|submitted|entry|kicker"
)
_PUBLISHED_HINT: Final = re.compile(
    r"date-?(?:published|created|line|header|posted)|pub-?date|publi|posted|entry-(?:date|meta)|post-(?:date|meta|info)|"
    r"article.{0,20}date|created|submitted|timestamp|byline"
)
_OTHER_HINT: Final = re.compile(
    r"comment|kommentar|reply|sidebar|related|teaser|widget|copyright|tweet|twitter|event|calendar|popular|menu|"
    r"carousel|slider|today|current|termin|caption|instagram|recent|news-?list|ticker|release"
)
_COMMENT_HINT: Final = re.compile(r"comment-?(?:meta|reply|date|time|author|body)|reply-link")
"""What an element is called that dates a reader's comment; articles have the number of their comments beside them."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d+")
_SLASHED: Final = re.compile(r"(?<![\d/.-])(\d{1,2})[/-](\d{1,2})[/-](?:20)?\d\d(?![\d/])")
_WORDS_AROUND_MAX: Final = 8
_MONTHS_IN_YEAR: Final = 12
_COLUMN_STEP_MAX: Final = 6
_COLUMN_WEIGHT: Final = -1.5


@dataclass(frozen=True)
class Line:
    """One block: its text, what its elements are called (if it has a digit), the value of a `<time>`, if a heading."""

    text: str
    hints: str
    stamp: str
    heading: bool


@dataclass(frozen=True)
class Shown:
    """The date that a page shows.

    Attributes:
        moment: As shown; finer where the element's own value is of the same day.
        weight: How much speaks for it: above 0 it is right more often than not, from 5 on nearly always.
        lines_below: How many lines below the headline; None where that was not found.
        updated: Whether it is called an update.
        stamp: The value of the element that shows it, where it has one for machines.
        stamp_only: Whether the text beside it is no date (`2 hours ago`).
        swapped: The same digits read the other way round (`03/04/2021`), where that is a day too.

    """

    moment: times.Moment
    weight: float
    lines_below: int | None
    updated: bool
    stamp: times.Moment | None
    stamp_only: bool
    swapped: times.Moment | None


def near_headline(source: str, title: str | None) -> str:
    """Return the markup around the headline: the `<h1>` that is the title, else the first, else where the title stands.

    Nothing where there is none of these.
    """
    named = folded(title)[:_TITLE_LETTERS_READ]
    at = -1
    for place in islice(_starts(source, "<h1" if "<h1" in source else "<H1"), _HEADLINES_MAX):
        if named and named in _letters(source[place : place + _HEADLINE_CHARS]):
            at = place
            break
        at = place if at < 0 else at
    if at < 0:
        at = _place(source, title or "")
    return source[max(0, at - _ABOVE_CHARS) : at + _BELOW_CHARS] if at >= 0 else ""


def _starts(source: str, sought: str) -> Iterator[int]:
    at = source.find(sought)
    while at >= 0:
        yield at
        at = source.find(sought, at + 1)


def _place(source: str, title: str) -> int:
    """Return where the first words of the title stand in the body; -1 where they do not."""
    words = _WORD.findall(title)[:_TITLE_WORDS_READ]
    if len("".join(words)) < _TITLE_LETTERS_MIN:
        return -1
    found = re.compile(r"(?:\W|&#?\w+;)+".join(map(re.escape, words))).search(source, max(source.find("<body"), 0))
    return found.start() if found else -1


def _letters(markup: str) -> str:
    return folded(html.unescape(_TAG.sub("", markup)))


def date(markup: str, *, title: str | None, month_first: bool = False) -> Shown | None:
    """Return the date that most speaks for; None where the markup shows none.

    Args:
        markup: Of the page, or a part of it.
        title: The settled headline.
        month_first: How to read `03/04/2021`, where no date of the page shows it.

    """
    if not times.may_hold_date(markup):
        return None
    read = list(_lines(markup))
    headline = _headline(read, folded(title))
    day_first = not _month_first(read, fallback=month_first)
    dated = _dated(read, day_first=day_first)
    listed = _in_columns([(number, read[number]) for number in dated])
    best: Shown | None = None
    rank = 0
    for number, line, found in ((number, read[number], found) for number, all_of in dated.items() for found in all_of):
        below = None if headline is None else number - headline
        before = _before(line, found, above=read[number - 1].text if number else "")
        weight = _weight(line, found, before=before, below=below, depth=number / len(read), rank=rank)
        weight += _COLUMN_WEIGHT if number in listed else 0.0
        rank += not _COMMENT_HINT.search(line.hints)
        if best is None or weight > best.weight:
            best = _shown(line, found, weight, below, before=before, day_first=day_first)
    return best


def _dated(read: list[Line], *, day_first: bool) -> dict[int, list[times.Found]]:
    """Return the dates of the lines that have some, by their numbers, up to so many."""
    dated: dict[int, list[times.Found]] = {}
    rank = 0
    for number, line in enumerate(read):
        found = _dates(line, day_first=day_first)
        if found:
            dated[number] = found
            rank += 0 if _COMMENT_HINT.search(line.hints) else len(found)
        if rank > _CANDIDATES_MAX:
            break
    return dated


def _in_columns(dated: list[tuple[int, Line]]) -> set[int]:
    """Return the numbers of the lines that make up lists: of one form, and at equal distances from each other."""
    alike: dict[tuple[str, str], list[int]] = {}
    for number, line in dated:
        form = _LETTERS.sub("a", _DIGITS.sub("0", line.text))
        alike.setdefault((line.hints, form), []).append(number)
    listed: set[int] = set()
    for numbers in alike.values():
        for row in zip(numbers, numbers[1:], numbers[2:], strict=False):
            first, second, third = row
            if second - first == third - second <= _COLUMN_STEP_MAX:
                listed.update(row)
    return listed


def _before(line: Line, found: times.Found, *, above: str) -> str:
    """Return what stands before a date: in its line, or above it where that says that it is the publication."""
    if found.start == 0 and not line.stamp and _LABEL.fullmatch(above) and _PUBLISHED.search(above):
        return above
    return line.text[max(0, found.start - 40) : found.start]


def _lines(markup: str) -> Iterator[Line]:
    """Yield the texts of the blocks, in page order."""
    markup = _HIDDEN.sub(" ", markup[:_MARKUP_CHARS_MAX])
    parts: list[str] = []
    hints: list[str] = []
    stamp, heading, position = "", False, 0
    for tag in _TAG.finditer(markup):
        parts.append(markup[position : tag.start()])
        position = tag.end()
        name, attributes = (tag[2] or "").lower(), tag[3] or ""
        if name not in _INLINE:
            yield from _line(parts, hints, stamp, heading=heading)
            parts, hints, stamp, heading = [], [], "", name in _HEADINGS and not tag[1]
        if attributes and not tag[1]:
            hints.append(attributes)
            value = _STAMP.search(attributes) if name == "time" and not stamp else None
            stamp = value[1] if value else stamp
    yield from _line([*parts, markup[position:]], hints, stamp, heading=heading)


def _line(parts: list[str], hints: list[str], stamp: str, *, heading: bool) -> Iterator[Line]:
    text = " ".join(_APART.sub(" ", "\0".join(parts)).replace("\0", "").split())
    if text:
        plain = html.unescape(text) if "&" in text else text
        read = hints if stamp or _DIGIT.search(plain) else ()  # most lines hold no date
        named = " ".join("".join(found) for raw in read for found in _HINT.findall(raw[:_LINE_CHARS_MAX]))
        yield Line(plain[:_LINE_CHARS_MAX], named[:_HINT_CHARS_MAX].lower(), stamp, heading)


def _headline(read: list[Line], title: str) -> int | None:
    """Return the number of the line that is the title; a heading that is a part of it will do."""
    if len(title) < _TITLE_LETTERS_MIN:
        return None
    for number, line in enumerate(read):
        text = folded(line.text)
        if text == title or (line.heading and len(text) > _TITLE_LETTERS_MIN and (text in title or title in text)):
            return number
    return None


def _month_first(read: list[Line], *, fallback: bool) -> bool:
    """Whether the first of the page's slashed dates that can be read in one way only has its month first."""
    for line in read:
        found = _SLASHED.search(line.text)
        if found:
            first, second = int(found[1]), int(found[2])
            if (first > _MONTHS_IN_YEAR) != (second > _MONTHS_IN_YEAR):
                return second > _MONTHS_IN_YEAR
    return fallback


def _dates(line: Line, *, day_first: bool) -> list[times.Found]:
    found = times.find(line.text, day_first=day_first)
    stamped = times.parse(line.stamp) if line.stamp and not found else None
    return [times.Found(stamped, 0, len(line.text))] if stamped else found


def _shown(line: Line, found: times.Found, weight: float, below: int | None, *, before: str, day_first: bool) -> Shown:
    stamped = times.parse(line.stamp) if line.stamp else None
    finer = stamped if stamped and stamped.at.date() == found.moment.at.date() else None
    other = times.find(line.text[found.start : found.end], day_first=not day_first)
    swapped = other[0].moment if other and other[0].moment.at.date() != found.moment.at.date() else None
    return Shown(
        moment=finer or found.moment,
        weight=weight,
        lines_below=below,
        updated=bool(_UPDATED.search(before)),
        stamp=stamped,
        stamp_only=not times.find(line.text, day_first=day_first),
        swapped=swapped,
    )


def _weight(line: Line, found: times.Found, *, before: str, below: int | None, depth: float, rank: int) -> float:
    around = len(_WORD.findall(line.text[: found.start])) + len(_WORD.findall(line.text[found.end :]))
    hints = line.hints
    return (
        (1.0 if around <= _WORDS_AROUND_MAX else -1.5)
        + (1.5 if _PUBLISHED.search(before) else -0.5 if _UPDATED.search(before) else 0.0)
        + (-1.0 if _OTHER.search(before) else 0.0)
        + (2.0 if _DATE_HINT.search(hints) else 0.0)
        + (1.0 if _PUBLISHED_HINT.search(hints) else 0.0)
        + (-1.5 if _OTHER_HINT.search(hints) else 0.0)
        + (-3.0 if _COMMENT_HINT.search(hints) else 0.0)
        + (0.5 if found.moment.precision != "day" else 0.0)
        + (-2.0 if (line.heading and around) or below == 0 else 0.0)
        + _nearness(below)
        + 2.0 * (1.0 - depth)
        - 0.3 * min(rank, 10)
    )


def _nearness(below: int | None) -> float:
    """Weight of a place so many lines below the headline."""
    if below is None:
        return 0.0
    steps = ((-25, -1.5), (-8, 0.0), (-1, 1.0), (3, 3.0), (10, 1.0), (25, 0.5), (80, 0.0))
    return next((weight for last, weight in steps if below <= last), -1.5)
