"""How well marks agree with those that people made, and the setting of the model that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.tag.cited.labels import OUTSIDE, Scores, marked
from services.tag.cited.marks import Mark
from services.tag.cited.pieces import Pieces

Spans = Sequence[tuple[int, int]]
RELUCTANCES: Final = tuple(step / 10 for step in range(-12, 13, 2))


@dataclass(frozen=True, slots=True)
class Read:
    """One layer of one document: its scores as a net gives them, and the spans that people marked."""

    pieces: Pieces
    scores: Scores
    gold: Spans

    def marks(self, reluctance: float) -> list[Mark]:
        """Spell out the spans."""
        shifted = self.scores.copy()
        shifted[:, OUTSIDE] += reluctance
        return marked(shifted, self.pieces.starts, self.pieces.ends)


def agreement(found: Sequence[Spans], gold: Sequence[Spans]) -> tuple[float, float]:
    """Give F1 over documents, counting spans that are the same, and those that overlap, one to one."""
    same = shared = total = 0
    for ours, theirs in zip(found, gold, strict=True):
        total += len(ours) + len(theirs)
        same += 2 * len(set(ours) & set(theirs))
        free = list(theirs)
        for start, end in ours:
            met = next((span for span in free if start < span[1] and span[0] < end), None)
            if met:
                free.remove(met)
                shared += 2
    return (same / total, shared / total) if total else (0.0, 0.0)


def best_reluctance(reads: Sequence[Read]) -> tuple[float, tuple[float, float]]:
    """Find the reluctance whose two F1 have the highest sum, and give them with it."""
    gold = [read.gold for read in reads]
    tried = []
    for reluctance in RELUCTANCES:
        found = [[(mark.start, mark.end) for mark in read.marks(reluctance)] for read in reads]
        tried.append((agreement(found, gold), reluctance))
    figures, reluctance = max(tried, key=lambda one: sum(one[0]))
    return reluctance, figures
