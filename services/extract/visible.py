"""Visible: the dates that a reader sees on a page, with where they stand. Pure; decides nothing."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.extract import times

_HIDDEN: Final = re.compile(
    r"<(script|style|noscript|template|svg|select|textarea|option)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)",
    re.DOTALL | re.IGNORECASE,
)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>|<[^<>]*>")
_INLINE: Final = frozenset(
    "a abbr acronym b bdi big cite em font i nobr small span strong sub sup time u var wbr s img use path label data".split()
)
_HINT: Final = re.compile(r"(?:class|id|itemprop|property|datetime|pubdate|title|data-[a-z-]*date[a-z-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_LINE_CHARS_MAX: Final = 1_000
_LINES_MAX: Final = 5_000


@dataclass(frozen=True)
class Line:
    """The text of one block: what stands in it, what its elements are called, and the place of its beginning."""

    text: str
    hints: str
    at: int


@dataclass(frozen=True)
class Seen:
    """A date in a line."""

    moment: times.Moment
    line: Line
    before: str
    behind: str
    order: int


def lines(markup: str) -> Iterator[Line]:
    """Yield the lines of a piece of markup: texts of its blocks, in page order."""
    markup = _HIDDEN.sub(lambda found: " " * len(found[0]), markup)
    parts: list[str] = []
    hints: list[str] = []
    outer = ""
    begin = position = 0
    for tag in _TAG.finditer(markup):
        text = markup[position : tag.start()]
        if text.strip():
            parts.append(text)
        position = tag.end()
        name = (tag[2] or "").lower()
        if name in _INLINE:
            if not tag[1] and "=" in tag[3]:
                hints.extend(_hints(tag[3]))
            if name != "img": parts.append(" " if name in ("time",) else "")
            continue
        line = _line(parts, [outer, *hints], begin)
        if line:
            yield line
        parts, hints, begin = [], [], tag.end()
        outer = "" if tag[1] else " ".join(_hints(tag[3] or ""))
    last = _line([*parts, markup[position:]], [outer, *hints], begin)
    if last:
        yield last


def _hints(attributes: str) -> list[str]:
    return ["".join(found) for found in _HINT.findall(attributes)]


def _line(parts: list[str], hints: list[str], begin: int) -> Line | None:
    text = " ".join(html.unescape("".join(parts)).split())
    return Line(text[:_LINE_CHARS_MAX], " ".join(hints).lower()[:500], begin) if text else None
