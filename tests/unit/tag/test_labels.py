"""Labels of pieces and the spans that they spell."""

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pytest

from services.tag.cited.labels import BEGINS, ENDS, GOES_ON, LABELS, OUTSIDE, SINGLE, best_labels, labelled, marked

STARTS = [0, 4, 8, 12, 16, 20]
ENDS_AT = [3, 7, 11, 15, 19, 23]


def scores_of(labels: list[int], sure: float = 0.9) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Give scores whose best labels are these."""
    rest = (1 - sure) / (len(LABELS) - 1)
    return np.log([[sure if label == best else rest for label in LABELS] for best in labels]).astype(np.float32)


def test_spans_become_labels_and_labels_the_same_spans() -> None:
    """Labels of spans spell the same spans again."""
    spans = [(0, 3), (4, 15), (16, 23)]
    labels = labelled(spans, STARTS, ENDS_AT)
    assert labels.tolist() == [SINGLE, BEGINS, GOES_ON, ENDS, BEGINS, ENDS]
    assert [(mark.start, mark.end) for mark in marked(scores_of(labels.tolist()), STARTS, ENDS_AT)] == spans


@pytest.mark.parametrize(
    "broken",
    [
        [OUTSIDE, GOES_ON, ENDS, OUTSIDE, OUTSIDE, OUTSIDE],
        [BEGINS, GOES_ON, OUTSIDE, BEGINS, OUTSIDE, ENDS],
        [ENDS, ENDS, ENDS, BEGINS, BEGINS, BEGINS],
        [SINGLE, GOES_ON, SINGLE, GOES_ON, SINGLE, GOES_ON],
    ],
)
def test_labels_that_do_not_go_together_still_spell_spans(broken: list[int]) -> None:
    """What no span could spell is mended: begins and ends pair up, and nothing goes on that did not begin."""
    labels = best_labels(scores_of(broken)).tolist()
    is_open = False
    for label in labels:
        assert (label in {GOES_ON, ENDS}) == is_open
        is_open = label in {BEGINS, GOES_ON}
    assert not is_open


def test_mending_takes_the_most_probable_path() -> None:
    """A clear begin and end win over an unsure middle."""
    scores = scores_of([BEGINS, OUTSIDE, ENDS], sure=0.6)
    scores[1] = np.log([0.4, 0.1, 0.35, 0.1, 0.05])
    assert best_labels(scores).tolist() == [BEGINS, GOES_ON, ENDS]


def test_a_span_is_as_sure_as_its_pieces() -> None:
    """How sure a mark is, is the mean of its pieces."""
    (mark,) = marked(scores_of([OUTSIDE, BEGINS, ENDS], sure=0.8), STARTS[:3], ENDS_AT[:3])
    assert mark.sure == pytest.approx(0.8, abs=1e-6)


def test_no_pieces_spell_nothing() -> None:
    """An empty text has no marks."""
    assert marked(np.zeros((0, len(LABELS)), dtype=np.float32), [], []) == []


def test_overlap_and_blanks_at_the_ends_of_a_span_do_not_matter() -> None:
    """A span that starts or ends in a blank is that of the pieces it touches."""
    assert labelled([(3, 8)], STARTS, ENDS_AT).tolist() == [OUTSIDE, SINGLE, OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE]


@pytest.mark.parametrize("seed", range(20))
def test_mended_labels_are_the_best_of_all_that_spell_spans(seed: int) -> None:
    """Where no piece surely lies outside, the mended labels are as probable as any that go together."""
    scores = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(LABELS)), size=4)).astype(np.float32)

    def chance(labels: Sequence[int]) -> float:
        return float(sum(scores[number, label] for number, label in enumerate(labels)))

    def spells(labels: Sequence[int]) -> bool:
        joined = pairwise((OUTSIDE, *labels, OUTSIDE))
        return all((one in {BEGINS, GOES_ON}) == (other in {GOES_ON, ENDS}) for one, other in joined)

    best = max(chance(labels) for labels in product(LABELS, repeat=4) if spells(labels))
    assert chance(best_labels(scores).tolist()) == pytest.approx(best)
