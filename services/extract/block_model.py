"""Block model: how likely each block of a page belongs to its article, by packaged weights.

Two layers: words in the naming of the elements around a block, and in short blocks, each have a weight, and their sum
is one more feature for an ensemble of small decision trees. Only additions and comparisons: the same page gives the
same numbers on any machine. `build_block_model` fits the weights.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from services.extract.block_features import FEATURES, Stated, vectors
from services.extract.blocks import Block, Frame

Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"
KINDS: Final = ("own", "parent", "grandparent", "above", "word", "first", "start")
SHORT_WORDS: Final = 12
_DATA: Final = Path(__file__).parent / "data" / "block_model.json"
_NAME: Final = re.compile(r"[a-z]{2,20}")
_HUMP: Final = re.compile(r"([a-z])([A-Z])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_START_CHARS: Final = 60
_NO_WEIGHTS: Final = (0.0, 0.0, 0.0, 0.0)
_FIRST_TREES: Final = 12
_CLEAR: Final = 2.5
"""A sum this far from zero after the first trees is not turned by the others."""


def names(naming: str) -> list[str]:
    """Return the words in the naming of an element, each once, in order of the alphabet."""
    if not naming.islower():
        naming = _HUMP.sub(r"\1 \2", naming).lower()
    return sorted(set(_NAME.findall(naming)))


def spoken(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a block that may tell what it is, with their kind."""
    if text.count(" ") < SHORT_WORDS:
        words = [word.lower() for word in _WORD.findall(text)]
        yield from (("word", word) for word in sorted(set(words)))
        yield from (("first", word) for word in words[:1])
    else:
        yield from (("start", word.lower()) for word in _WORD.findall(text[:_START_CHARS])[:1])


def lineage(frame: Frame) -> Iterator[tuple[str, str]]:
    """Yield the words in the naming of the elements around a block, with their kind."""
    at: Frame | None = frame
    for kind in KINDS[:3]:
        if at is not None:
            yield from ((kind, name) for name in names(at.naming))
            at = at.parent
    at = frame.parent
    while at is not None:
        yield from (("above", name) for name in names(at.naming))
        at = at.parent


class BlockModel:
    """The weights, ready for use."""

    def __init__(self, words: dict[str, dict[str, float]], trees: Sequence[Tree]) -> None:
        self._words = words
        self._first = trees[:_FIRST_TREES]
        self._rest = trees[_FIRST_TREES:]
        naming = {name for kind in KINDS[:4] for name in words[kind]}
        self._naming = {name: tuple(words[kind].get(name, 0.0) for kind in KINDS[:4]) for name in naming}
        self._named = lru_cache(maxsize=20_000)(self._weigh)

    def probabilities(self, blocks: Sequence[Block], stated: Stated) -> list[float]:
        """Return for each block of a page the probability that it belongs to the article."""
        rows = vectors(blocks, stated)
        found = []
        for row, words in zip(rows, self._word_sums(blocks), strict=True):
            row.append(words)
            total = _walk(self._first, row)
            if -_CLEAR < total < _CLEAR:
                total += _walk(self._rest, row)
            found.append(1 / (1 + math.exp(-total)))
        return found

    def _word_sums(self, blocks: Sequence[Block]) -> list[float]:
        above: dict[int, float] = {}
        found = []
        for block in blocks:
            frame = block.frame
            named = self._named(frame.naming)[0]
            one = frame.parent
            if one is not None:
                two = one.parent
                named += self._named(one.naming)[1] + self._above(one, above)
                named += self._named(two.naming)[2] if two is not None else 0.0
            said = sum([self._words[kind].get(word, 0.0) for kind, word in spoken(block.text)])
            # Weights have two digits; without rounding the order of the sum could show.
            found.append(round(named + said, 2))
        return found

    def _above(self, frame: Frame, known: dict[int, float]) -> float:
        """Return the sum of the weights of a frame and all around it."""
        path: list[Frame] = []
        at: Frame | None = frame
        while at is not None and id(at) not in known:
            path.append(at)
            at = at.parent
        total = known[id(at)] if at is not None else 0.0
        for each in reversed(path):
            total = known[id(each)] = total + self._named(each.naming)[3]
        return total

    def _weigh(self, naming: str) -> tuple[float, ...]:
        """Return the weights of a naming on each of the four kinds of place."""
        weights = [self._naming[name] for name in names(naming) if name in self._naming]
        return tuple(map(sum, zip(*weights, strict=True))) if weights else _NO_WEIGHTS


def _walk(trees: Sequence[Tree], row: list[float]) -> float:
    total = 0.0
    for tree in trees:
        at = tree
        while type(at) is tuple:
            at = at[2] if row[at[0]] <= at[1] else at[3]
        total += at  # type: ignore[operator]  # what is no tuple is a leaf
    return total


@lru_cache(maxsize=1)
def packaged() -> BlockModel:
    """Return the model that comes with the package."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    if data["features"] != [*FEATURES, "words"]:
        raise RuntimeError("the packaged block model was fitted to other features: run build_block_model")
    return BlockModel(data["words"], [_tree(tree) for tree in data["trees"]])


def _tree(raw: list[object] | float) -> Tree:
    """Tuples instead of lists: they are read faster, and cannot change."""
    if not isinstance(raw, list):
        return float(raw)
    feature, threshold, low, high = raw
    return int(feature), float(threshold), _tree(low), _tree(high)  # type: ignore[call-overload,arg-type]  # our own data
