"""Block model: how likely each block of a page belongs to its article, by packaged weights.

Two layers: words in the naming of the elements around a block, and in short blocks, each have a weight, and their sum
is one more feature for an ensemble of small decision trees. Only additions and comparisons: the same page gives the
same numbers on any machine. `build_block_model` fits the weights.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias, cast

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
_IN_MENU: Final = 0.04
"""What trees give links among links, nearly all of them; asking them no more saves a sixth of a page's time."""
_FIRST_TREES: Final = 12
_CLEAR: Final = 2.5
"""A sum this far from zero after the first trees is not turned by the others."""


def names(naming: str) -> list[str]:
    """Return the words in the naming of an element, each once, in order of the alphabet."""
    if not naming.islower():
        naming = _HUMP.sub(r"\1 \2", naming).lower()
    return sorted(set(_NAME.findall(naming)))


def spoken(text: str) -> tuple[str, str, set[str]]:
    """Return the first word of a block and its kind, and, for a short block, all its words."""
    if text.count(" ") >= SHORT_WORDS:
        found = _WORD.search(text[:_START_CHARS].lower())
        return "start", found[0] if found else "", set()
    words = _WORD.findall(text.lower())
    return "first", words[0] if words else "", set(words)


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
        self._first = _compiled(trees[:_FIRST_TREES])
        self._rest = _compiled(trees[_FIRST_TREES:])
        naming = {name for kind in KINDS[:4] for name in words[kind]}
        self._naming = {name: tuple(words[kind].get(name, 0.0) for kind in KINDS[:4]) for name in naming}
        self._named = lru_cache(maxsize=20_000)(self._weigh)

    def probabilities(self, blocks: Sequence[Block], stated: Stated) -> list[float]:
        """Return for each block of a page the probability that it belongs to the article."""
        rows = iter(vectors(blocks, stated))
        around: dict[int, float] = {}
        above: dict[int, float] = {}
        found = []
        for block in blocks:
            if block.in_menu:
                found.append(_IN_MENU)
                continue
            one = block.frame.parent
            if id(one) not in around:
                around[id(one)] = self._around(one, above)
            found.append(self._judge(block, next(rows), around[id(one)]))
        return found

    def _judge(self, block: Block, row: list[float], around: float) -> float:
        row.append(self._word_sum(block, around))
        total = self._first(row)
        if -_CLEAR < total < _CLEAR:
            total += self._rest(row)
        return 1 / (1 + math.exp(-total))

    def _word_sum(self, block: Block, around: float) -> float:
        total = around + self._named(block.frame.naming)[0]
        kind, first, words = spoken(block.text)
        total += self._words[kind].get(first, 0.0)
        weights = self._words["word"]
        for word in words:
            total += weights.get(word, 0.0)
        # Weights have two digits; without rounding the order of the sum could show.
        return round(total, 2)

    def _around(self, parent: Frame | None, above: dict[int, float]) -> float:
        """Return the sum of the weights of all that stands around a frame, by its parent."""
        if parent is None:
            return 0.0
        outer = self._named(parent.parent.naming)[2] if parent.parent is not None else 0.0
        return self._named(parent.naming)[1] + self._above(parent, above) + outer

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


def _compiled(trees: Sequence[Tree]) -> Callable[[list[float]], float]:
    """Return a function that adds up what trees give a row: one expression, for it takes a third of a walk's time."""
    whole = " + ".join(map(_expression, trees)) or "0.0"
    return cast("Callable[[list[float]], float]", eval(f"lambda row: {whole}", {}))  # noqa: S307 - numbers only


def _expression(tree: Tree) -> str:
    if not isinstance(tree, tuple):
        return repr(tree)
    feature, threshold, low, high = tree
    return f"({_expression(low)} if row[{feature}] <= {threshold!r} else {_expression(high)})"


@lru_cache(maxsize=1)
def packaged() -> BlockModel:
    """Return the model that comes with the package."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    if data["features"] != [*FEATURES, "words"]:
        raise RuntimeError("the packaged block model was fitted to other features: run build_block_model")
    return BlockModel(data["words"], [_tree(tree) for tree in data["trees"]])


def _tree(raw: list[object] | float) -> Tree:
    """Return a tree, checked to hold numbers alone."""
    if not isinstance(raw, list):
        return float(raw)
    feature, threshold, low, high = raw
    return int(feature), float(threshold), _tree(low), _tree(high)  # type: ignore[call-overload,arg-type]  # our own data
