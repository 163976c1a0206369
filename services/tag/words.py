"""A text as words: what the grammar of cited sources walks along."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.tag.folding import even

_TITLES: Final = (
    "Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Govs|Gen|Col|Lt|Sgt|Rev|Prof|St|Jr|Sr|Capt|Cmdr|Adm|Hon|Pres|Supt|Maj|Brig"
    r"|No|vs"
)
_WORD: Final = re.compile(
    rf"[a-z]+(?=[ ,])|(?:[A-Z]\.){{2,}}|\b(?:{_TITLES})\.(?= )|\b[A-Z]\.(?= [A-Z])"
    r"|\w+(?:(?:[.'&-]|(?<=\d),(?=\d{3})|(?<=[A-Za-z])/(?=[A-Z]))\w+)*'?|''|\.{2,}|--|\n|[^\w\s]"
)
"""Most words are of the first form, which is tried first for speed: `\\w+` would match them as well."""
GAP_MAX_CHARS: Final = 8
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_DATELINE: Final = re.compile(
    r"^[A-Z\u00c0-\u00de][^\W\d_]*(?:[ '-][^\W\d_]+){0,3}(?:, [^\n\u2014:]{2,40}?)?"
    r"(?: ?\([^()\n]{2,40}\))? ?(?:\u2014|--?(?= ))",
    re.MULTILINE,
)
_DATELINE_IN_CAPITALS: Final = re.compile(
    r"^[A-Z\u00c0-\u00de]{3,}(?:[ '-][A-Z\u00c0-\u00de]{2,}){0,3}:(?= )", re.MULTILINE
)
_DATELINE_IN_BRACKETS: Final = re.compile(
    r"^(?:[A-Z\u00c0-\u00de]{4,}(?:[ '-][A-Z\u00c0-\u00de]{2,}){0,3}"
    r"|[A-Z\u00c0-\u00de][\w'-]+(?: [A-Z\u00c0-\u00de][\w'-]+){0,2}(?=, (?:\d{1,2} )?[A-Z]))"
    r"(?:, (?:\d{1,2} )?[A-Z][a-z]{2,8}\.?(?: \d{1,2})?)? \([A-Z][A-Za-z]{1,12}\)(?= [A-Z\"])",
    re.MULTILINE,
)
"""`STOCKHOLM (TT) Police`, `Shimla, Aug 4 (PTI) As many as`: no dash parts them from the story."""
DATELINE_LINES: Final = 4
"""A dateline opens one of the first lines."""
_QUOTE: Final = re.compile(r"''|\"")


def words(text: str) -> frozenset[str]:
    """Make a set of the words of a literal."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation, with its marks. `closed` is False where it runs to the end of its paragraph."""

    start: int
    end: int
    closed: bool


class Words:
    """The words of a text with their places; punctuation marks and line ends are words too."""

    def __init__(self, text: str) -> None:
        self.text = even(text)
        spans = [match.span() for match in _WORD.finditer(self.text)]
        self.starts: Sequence[int] = [start for start, _ in spans]
        self.ends: Sequence[int] = [end for _, end in spans]
        spelled = [self.text[start:end] for start, end in spans]
        if opened := _dateline(self.text):
            first, last = (bisect_left(self.starts, place) for place in opened)
            spelled[first:last] = ["\n"] * (last - first)
        self.dateline = opened
        self.spelled: Sequence[str] = spelled
        self.lower: Sequence[str] = [word.lower() for word in spelled]
        self.quotes: Sequence[Quote] = list(_quotes(self.text))
        self._quote_starts = [quote.start for quote in self.quotes]

    def __len__(self) -> int:
        return len(self.spelled)

    def quote_at(self, place: int) -> Quote | None:
        """Give the quotation that a place of the text lies in."""
        number = bisect_right(self._quote_starts, place) - 1
        if number >= 0 and place < self.quotes[number].end:
            return self.quotes[number]
        return None

    def quote_ending_before(self, place: int) -> Quote | None:
        """Give the quotation that ends right before a place, blanks and commas aside."""
        number = bisect_right(self._quote_starts, place) - 1
        if number < 0 or place - self.quotes[number].end > GAP_MAX_CHARS:
            return None
        gap = self.text[self.quotes[number].end : place]
        return self.quotes[number] if not gap.strip(" ,.?!") else None

    def quote_from(self, place: int, reach_chars: int) -> Quote | None:
        """Give the first quotation that starts behind a place and within reach of it."""
        number = bisect_right(self._quote_starts, place - 1)
        if number < len(self.quotes) and self.quotes[number].start - place <= reach_chars:
            return self.quotes[number]
        return None


def _dateline(text: str) -> tuple[int, int] | None:
    """Find where a story begins with its place: `SFAX, 22 November \u2014`, `BISHKEK:`. Nobody speaks there."""
    head = 0
    for _ in range(DATELINE_LINES):
        forms = (_DATELINE, _DATELINE_IN_CAPITALS, _DATELINE_IN_BRACKETS)
        match = next((match for form in forms if (match := form.match(text, head))), None)
        if match:
            return match.span() if text.count(match.group().rstrip(": ") + ":") < 2 else None  # noqa: PLR2004
        head = text.find("\n", head) + 1
        if not head:
            return None
    return None


def _quotes(text: str) -> list[Quote]:
    """Pair the quotation marks of each paragraph; one left over quotes to the end of the paragraph."""
    quotes = []
    for paragraph in _PARAGRAPH.finditer(text):
        marks = list(_QUOTE.finditer(text, paragraph.start(), paragraph.end()))
        for first, second in zip(marks[::2], marks[1::2], strict=False):
            quotes.append(Quote(first.start(), second.end(), closed=True))
        if len(marks) % 2 and not text[marks[-1].end() : paragraph.end()].isspace():
            quotes.append(Quote(marks[-1].start(), paragraph.end(), closed=False))
    return quotes
