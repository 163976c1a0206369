"""Lines: headline, byline and date that stand above the body are no part of it, and worth keeping apart. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.extract import times
from services.extract.characters import folded

_LOOKED_AT: Final = 8
_LINE_CHARS_MAX: Final = 120
_BYLINE: Final = re.compile(
    r"^(?:(?:written|posted|reported|story|text|words|report)\s+)?(?:by|von|par|por|door|av|di)\s*:?\s+"
    r"(?=[^\W\d_])(?P<name>.{2,80})$",
    re.IGNORECASE,
)
_BYLINE_WORDS_MAX: Final = 12
_DATE_WORDS: Final = re.compile(
    r"(?i)\b(?:published|updated|posted|last|modified|first|on|at|date|created|ago|local|time|the|of|and|"
    r"veröffentlicht|aktualisiert|stand|am|um|uhr|publié|le|mis|à|jour|modifié|publicado|actualizado|el|pubblicato|il|de|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu|thurs|fri|sat|sun|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"pm|a\.m|p\.m|est|edt|cst|cdt|mst|mdt|pst|pdt|gmt|utc|bst|ist|cet|cest|et)\b"
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d")
_CHAFF: Final = re.compile(
    r"(?i)^(?:share(?: (?:this|on .{1,20}|via .{1,20}))?|tweet|print|email|e-mail|save|listen|comments?|\d+ comments?|"
    r"advertisement|facebook|twitter|whatsapp|linkedin|copy link|teilen|drucken|anzeige|image|photo)\W*$"
)


@dataclass(frozen=True)
class Opening:
    """What stood above the body, and the body without it."""

    text: str
    byline: str | None
    dateline: str | None


def split(text: str, *, title: str | None, authors: Iterable[str] = (), datelines: Iterable[str] = ()) -> Opening:
    """Take headline, byline and date lines off the beginning of a text.

    Args:
        text: Lines separated by a line feed.
        title: The settled headline.
        authors: The settled names; a line that is nothing but one of them is a byline.
        datelines: Visible date lines elsewhere on the page: taken where the text has none.

    """
    rest = text.split("\n")
    headline, people = folded(title), {folded(name) for name in authors} - {""}
    bylines: list[str] = []
    dates: list[str] = []
    for line in rest[:_LOOKED_AT]:
        if _is_byline(line, people):
            bylines.append(line)
        elif is_dateline(line):
            dates.append(line)
        elif not (headline and folded(line) == headline) and not _CHAFF.match(line):
            break
        rest = rest[1:]
    if not rest:
        rest = text.split("\n")
    shown = dates or [line for line in datelines if is_dateline(line)]
    return Opening("\n".join(rest), bylines[0] if bylines else None, _most_telling(shown))


def is_dateline(line: str) -> bool:
    """Whether a line is a date, perhaps with a time and a word such as `Published`, and nothing else."""
    if len(line) > _LINE_CHARS_MAX or not any(char.isdigit() for char in line) or times.parse(line) is None:
        return False
    return len(_WORD.findall(_DATE_WORDS.sub("", times.without_month_names(line)))) == 0


def _is_byline(line: str, people: set[str]) -> bool:
    if len(line) > _LINE_CHARS_MAX or line.endswith((".", "?", "!", ":")):
        return False
    match = _BYLINE.match(line)
    return folded(line) in people or bool(match and len(line.split()) <= _BYLINE_WORDS_MAX and _has_name(match["name"]))


def _has_name(text: str) -> bool:
    """Names begin with a capital, where a script has capitals."""
    first = text.lstrip("\"'\u201c ")[:1]
    return bool(first) and not first.islower()


def _most_telling(lines: list[str]) -> str | None:
    """Return the line with a clock time, else the longest; of equals the first."""
    return max(lines, key=lambda line: (bool(_CLOCK.search(line)), len(line)), default=None)
