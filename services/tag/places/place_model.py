"""Place model: which place a name means, whether a mention means a place at all, and whether a country counts.

Three ensembles of small decision trees by packaged numbers, and weights of words around a mention, whose sum is one of
the features. Only additions and comparisons: the same text gives the same numbers on any machine.
`build_place_model` fits them.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, TypeAlias, cast

from services.tag.places.place_features import COUNTRY_FEATURES, MEANING_FEATURES, MENTION_FEATURES, words_said
from services.tag.places.place_names import Mention

Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"
Row: TypeAlias = Sequence[float]
FEATURES: Final = {"meaning": MEANING_FEATURES, "mention": MENTION_FEATURES, "country": COUNTRY_FEATURES}
_FIRST_TREES: Final = 60
_CLEAR: Final = 1.8
"""A sum this far from zero after the first trees is hardly ever turned by the others."""


class PlaceModel:
    """The weights, ready for use. `meaning` gives a score that only compares; the others give probabilities."""

    def __init__(self, words: Mapping[str, Mapping[str, float]], trees: Mapping[str, Sequence[Tree]]) -> None:
        self._weights = {(kind, word): weight for kind, listed in words.items() for word, weight in listed.items()}
        self.meaning = compiled(trees["meaning"], len(MEANING_FEATURES))
        self._first = compiled(trees["mention"][:_FIRST_TREES], len(MENTION_FEATURES))
        self._rest = compiled(trees["mention"][_FIRST_TREES:], len(MENTION_FEATURES))
        self._country = compiled(trees["country"], len(COUNTRY_FEATURES))

    def said(self, mention: Mention) -> float:
        """Weigh the words around a mention."""
        weight = self._weights.get
        total = sum([weight(said, 0.0) for said in words_said(mention)])
        return round(total, 2)  # weights have two digits; without rounding the order of the sum could show

    def mention(self, row: Row) -> float:
        """Give the probability that a mention means a place."""
        total = self._first(*row)
        if -_CLEAR < total < _CLEAR:
            total += self._rest(*row)
        return 1 / (1 + math.exp(-total))

    def country(self, row: Row) -> float:
        """Give the probability that a document has to do with a country."""
        return 1 / (1 + math.exp(-self._country(*row)))


def compiled(trees: Sequence[Tree], features: int) -> Callable[..., float]:
    """Return a function that adds up what trees give a row, a parameter a feature: one expression, no walk."""
    whole = " + ".join(map(_expression, trees)) or "0.0"
    parameters = ", ".join(f"x{number}" for number in range(features))
    return cast("Callable[..., float]", eval(f"lambda {parameters}: {whole}", {}))  # noqa: S307 - numbers only


def _expression(tree: Tree) -> str:
    if not isinstance(tree, tuple):
        return repr(tree)
    feature, threshold, low, high = tree
    return f"({_expression(low)} if x{feature} <= {threshold!r} else {_expression(high)})"


def read_model(data: Mapping[str, Any]) -> PlaceModel:
    """Make a model of what its file holds."""
    if any(data["features"][name] != list(listed) for name, listed in FEATURES.items()):
        raise RuntimeError("the place model was fitted to other features: run build_place_model")
    return PlaceModel(data["words"], {name: [_tree(tree) for tree in data[name]] for name in FEATURES})


def _tree(raw: list[object] | float) -> Tree:
    """Return a tree, checked to hold numbers alone."""
    if not isinstance(raw, list):
        return float(raw)
    feature, threshold, low, high = raw
    return int(feature), float(threshold), _tree(low), _tree(high)  # type: ignore[call-overload,arg-type]  # our own data


@lru_cache(maxsize=1)
def packaged() -> PlaceModel:
    """Return the model that comes with the package."""
    return read_model(json.loads((files("services.tag") / "data" / "place_model.json").read_text(encoding="utf-8")))
