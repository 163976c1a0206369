"""Labels of pieces, and the spans that they spell: one layer of labels for each of source, cue and content.

The labels are those of BIOES: a span of several pieces begins, goes on and ends; a span of one piece is single.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.tag.cited.marks import Mark

LAYERS: Final = ("sources", "cues", "contents")
OUTSIDE, BEGINS, GOES_ON, ENDS, SINGLE = LABELS = range(5)
NEVER: Final = -1e9
"""The score of what cannot be."""
_SURELY: Final = float(np.log(0.97))
_STARTS: Final = (OUTSIDE, BEGINS, SINGLE)
"""Labels that follow where no span is open."""
_OPEN: Final = (BEGINS, GOES_ON)
_CLOSED: Final = (OUTSIDE, ENDS, SINGLE)
_JOINS: Final = np.array([[(after in _STARTS) == (label in _CLOSED) for after in LABELS] for label in LABELS])
"""Whether a label may be followed by another."""

Scores = NDArray[np.float32]
"""Logarithms of probabilities, one row a piece and one column a label."""


def labelled(spans: Sequence[tuple[int, int]], starts: Sequence[int], ends: Sequence[int]) -> NDArray[np.int64]:
    """Give the labels of pieces for spans of characters, of which no two may overlap."""
    labels = np.zeros(len(starts), dtype=np.int64)
    first = np.searchsorted(ends, [start for start, _ in spans], side="right")
    last = np.searchsorted(starts, [end for _, end in spans], side="left") - 1
    for begin, end in zip(first, last, strict=True):
        if begin == end:
            labels[begin] = SINGLE
        elif begin < end:
            labels[begin + 1 : end] = GOES_ON
            labels[begin], labels[end] = BEGINS, ENDS
    return labels


def best_labels(scores: Scores) -> NDArray[np.int64]:
    """Give the best labels that spell spans. The best of each piece are taken where they go together.

    Where they do not, the best path is sought through the stretch between pieces that surely lie outside of all spans.
    """
    labels: NDArray[np.int64] = scores.argmax(axis=1)
    for begin, end in _broken(labels, scores[:, OUTSIDE] > _SURELY):
        labels[begin:end] = _best_path(scores[begin:end])
    return labels


def _broken(labels: NDArray[np.int64], outer: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the stretches between `outer` pieces inside of which labels do not go together."""
    padded = np.concatenate(([OUTSIDE], labels, [OUTSIDE]))
    faults = np.flatnonzero(~_JOINS[padded[:-1], padded[1:]])
    outside = np.flatnonzero(np.concatenate(([True], outer, [True])))
    done = 0
    for fault in faults:
        begin = int(outside[np.searchsorted(outside, fault, side="right") - 1])
        end = int(outside[np.searchsorted(outside, fault + 1, side="left")])
        if fault >= done:
            yield begin, end - 1
            done = end


def _best_path(scores: Scores) -> list[int]:
    """Give the most probable labels that go together (Viterbi).

    All that matters of a label before another is whether it leaves a span open: so two ways lead on from each piece.
    """
    came: list[tuple[int, int]] = []
    total = [score if label in _STARTS else NEVER for label, score in enumerate(scores[0].tolist())]
    for row in scores[1:].tolist():
        closed = max(_CLOSED, key=total.__getitem__)
        opened = max(_OPEN, key=total.__getitem__)
        came.append((closed, opened))
        total = [total[closed if label in _STARTS else opened] + score for label, score in enumerate(row)]
    path = [max(_CLOSED, key=total.__getitem__)]
    for closed, opened in reversed(came):
        path.append(closed if path[-1] in _STARTS else opened)
    return path[::-1]


def marked(scores: Scores, starts: Sequence[int], ends: Sequence[int]) -> list[Mark]:
    """Spell out the spans of a layer, as characters. How sure a span is, is the mean over its pieces."""
    labels = best_labels(scores)
    begins = np.flatnonzero((labels == BEGINS) | (labels == SINGLE))
    stops = np.flatnonzero((labels == ENDS) | (labels == SINGLE))
    sums = np.concatenate(([0.0], np.cumsum(scores[np.arange(len(labels)), labels], dtype=np.float64)))
    return [
        Mark(starts[begin], ends[stop], float(np.exp((sums[stop + 1] - sums[begin]) / (stop + 1 - begin))))
        for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True)
    ]
