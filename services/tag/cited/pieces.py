"""A text as the model of cited sources reads it: word pieces with what the pieces alone do not say, in windows.

The vocabulary knows no capitals, so the casing of each piece goes along, and whether it stands in a quotation or
opens a paragraph. Offsets are those of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from services.tag.folding import even

Numbers = NDArray[np.int32]

CASINGS: Final = 8
"""Kinds of casing: none, small, all capitals, one capital first, digits, mixed, marks."""
QUOTINGS: Final = 4
"""Outside and inside of a quotation, each as first piece of a paragraph or not; a sum of the two flags."""
IN_QUOTE: Final = 1
OPENS_PARAGRAPH: Final = 2
PIECE_CHARS: Final = 8
"""More than a piece has with its blank, by far, in any prose: what lies behind need not be cut, which takes memory."""
_MARKS: Final = re.compile('["\\n]')
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half a character, as broken JSON may hold it: no bytes can be made of it."""
_STOPS: Final = frozenset(".!?")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one text. All sequences have one entry a piece; `starts` and `ends` are character offsets."""

    text: str
    """The text, evened, as far as it is read."""
    ids: Numbers
    casing: Numbers
    quoting: Numbers
    starts: Sequence[int]
    ends: Sequence[int]
    breaks: Sequence[int]
    """Numbers of the pieces that open a sentence or a paragraph: good places to end a window."""
    paragraphs: frozenset[int]
    """Those of `breaks` that open a paragraph."""

    def __len__(self) -> int:
        return len(self.starts)


def cut(text: str, tokenizer: Tokenizer, most: int | None = None) -> Pieces:
    """Cut a text into pieces, at most so many. Any text will do; what has no piece (control characters) is left out."""
    read = text if most is None else text[: most * PIECE_CHARS]
    plain = _LONE_SURROGATE.sub("\ufffd", even(read))
    encoding = tokenizer.encode(plain, add_special_tokens=False)
    if most is not None:
        encoding.truncate(most)
    spans = encoding.offsets
    shown = [plain[start:end] for start, end in spans]
    opening, quoted = _flags(plain, [start for start, _ in spans])
    return Pieces(
        text=plain,
        ids=np.array(encoding.ids, dtype=np.int32),
        casing=np.array([_casing(piece) for piece in shown], dtype=np.int32),
        quoting=np.array(
            [IN_QUOTE * q + OPENS_PARAGRAPH * o for q, o in zip(quoted, opening, strict=True)], dtype=np.int32
        ),
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
        breaks=_breaks(shown, opening),
        paragraphs=frozenset(number for number, opens in enumerate(opening) if opens),
    )


def _casing(piece: str) -> int:
    """Give the kind of casing of a piece."""
    if not piece:
        return 0
    if piece.islower():
        return 1
    if piece.isupper() and len(piece) > 1:
        return 2
    if piece[0].isupper():
        return 3
    if any(char.isdigit() for char in piece):
        return 4
    return 5 if any(char.isalpha() for char in piece) else 6


def _flags(plain: str, starts: Sequence[int]) -> tuple[list[bool], list[bool]]:
    """Tell of each piece whether it opens a paragraph, and whether it stands in a quotation.

    Marks are paired within a paragraph, as `words` does it, so that one left open harms no more than that.
    """
    opening, quoted = [], []
    marks = _MARKS.finditer(plain)
    mark = next(marks, None)
    inside, opens = False, True
    for start in starts:
        while mark and mark.start() <= start:
            ends_line = mark.group() == "\n"
            opens = opens or ends_line
            inside = not (inside or ends_line)
            mark = next(marks, None)
        opening.append(opens)
        quoted.append(inside)
        opens = False
    return opening, quoted


def _breaks(shown: Sequence[str], opening: Sequence[bool]) -> list[int]:
    """Give the numbers of pieces that open a sentence: behind a stop, and the quotation mark that may close it."""
    breaks = []
    for number, piece in enumerate(shown):
        before = shown[number - 1] if number else ""
        if before == '"' and number > 1:
            before = shown[number - 2]
        if opening[number] or (before in _STOPS and piece[:1].isupper()):
            breaks.append(number)
    return breaks


def windows(pieces: Pieces, longest: int, *, first: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield windows that cover the pieces once, each of at most `longest`, ended where a paragraph or sentence ends.

    A paragraph's end in the second half of a window is taken before a sentence's, a sentence's before none.
    `first` is the most that the first window may hold, `longest` if not given.
    """
    start, limit, ahead = 0, first or longest, 0
    while start < len(pieces):
        end = min(len(pieces), start + limit)
        if end < len(pieces):
            while ahead < len(pieces.breaks) and pieces.breaks[ahead] <= end:
                ahead += 1
            end = _end(pieces, ahead, (start + limit // 2, end))
        yield start, end
        start, limit = end, longest


def _end(pieces: Pieces, ahead: int, reach: tuple[int, int]) -> int:
    """Pick where to end a window: the last paragraph's end within reach, the last sentence's, or where it is full."""
    sentence = None
    for place in reversed(pieces.breaks[:ahead]):
        if place <= reach[0]:
            break
        if place in pieces.paragraphs:
            return place
        sentence = sentence or place
    return sentence or reach[1]
