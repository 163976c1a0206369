"""Block labels: which blocks of a page are known to belong to its article, for fitting. Nothing at run time needs it.

Two kinds of corpora speak: pages with their whole text, and pages with a few segments that must and must not be kept.
Where a page's segments are silent, trafilatura's reading stands in, at a small weight.
"""

import re
from dataclasses import dataclass
from typing import Final

TEACHER_WEIGHT: Final = 0.15
_UNSURE_TEACHER_WEIGHT: Final = 0.05
_GRAM: Final = 4
_HALF: Final = 0.5
_COMPARED_CHARS: Final = 80
_WORD: Final = re.compile(r"\w+")


@dataclass
class Label:
    """Whether a block belongs to the article, how much that counts, and whether a person said so."""

    kept: bool
    weight: float
    by_person: bool


def by_whole_text(texts: list[str], body: str) -> list[Label]:
    """Label the blocks of a page whose article is known in full: by shared runs of four words."""
    known = set(_grams(_WORD.findall(body)))
    lines = {plain(line) for line in body.split("\n")}
    return [Label(_is_of(text, known, lines), 1.0, by_person=True) for text in texts]


def by_segments(texts: list[str], wanted: list[str], unwanted: list[str], readings: tuple[str, str]) -> list[Label]:
    """Label the blocks of a page of which only some segments are known.

    Args:
        texts: The blocks.
        wanted: Segments that belong to the article.
        unwanted: Segments that do not.
        readings: The page's text by the teacher, whole and quick; the first decides, the second confirms.

    """
    plains = [plain(text) for text in texts]
    held = [plain(reading) for reading in readings]
    kept = {i for segment in wanted for i in _holders(plain(segment), plains, held[0])}
    left = {i for segment in unwanted for i, text in enumerate(plains) if plain(segment) in text}
    found = []
    for i, text in enumerate(plains):
        if (i in kept) != (i in left):
            found.append(Label(i in kept, 1.0, by_person=True))
        else:
            slow, fast = ((text if len(text) <= _COMPARED_CHARS else text[:_COMPARED_CHARS]) in one for one in held)
            sure = TEACHER_WEIGHT if slow == fast else _UNSURE_TEACHER_WEIGHT
            found.append(Label(slow, 0.0 if i in kept else sure, by_person=False))
    return found


def plain(text: str) -> str:
    """Return a text with single spaces only."""
    return " ".join(text.split())


def _is_of(text: str, known: set[tuple[str, ...]], lines: set[str]) -> bool:
    grams = _grams(_WORD.findall(text))
    if not grams:
        return plain(text) in lines
    return sum(gram in known for gram in grams) > _HALF * len(grams)


def _grams(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)]


def _holders(segment: str, plains: list[str], teacher: str) -> list[int]:
    """Return the blocks that hold a segment, or that it holds; of several, those that the teacher kept."""
    holding = [i for i, text in enumerate(plains) if segment in text]
    if not holding:
        holding = [i for i, text in enumerate(plains) if len(text) > 15 and text in segment]  # noqa: PLR2004 - some words
    if len(holding) > 1:
        return [i for i in holding if plains[i][:_COMPARED_CHARS] in teacher] or holding[:1]
    return holding
