"""What the model of cited sources is fitted to: documents with marked spans, cut into pieces, in batches."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from services.tag.cited.labels import LABELS, LAYERS, labelled
from services.tag.cited.pieces import Pieces, cut, windows
from services.tag.cited.source_model import ENDS_WINDOW, OPENS_WINDOW, WINDOW_PIECES
from services.tag.cited.source_net import Batch

KINDS: Final = ("Source", "Cue", "Content")
"""Labels of spans in a corpus, one for each of `LAYERS`."""
BATCH_PIECES: Final = 4096
MASKED: Final = 0.05
"""Share of pieces that are hidden while fitting."""
MASK_ID: Final = 103

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A document to learn from: its pieces, and how likely each label is (layers, pieces, labels)."""

    pieces: Pieces
    likely: NDArray[np.float32]


Window = tuple[Lesson, int, int]


def corpus(path: Path) -> Iterator[Row]:
    """Read the rows of a file: a JSON object a line, compressed."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def articles(path: Path) -> Iterator[Row]:
    """Read articles of our own gold set as rows of a corpus. `in` is the snippet that holds source and cue."""
    for article in json.loads(path.read_text(encoding="utf-8")):
        text, spans = article["text"], []
        for said in article["attributions"]:
            at = text.index(said["in"])
            spans.append(("Source", at + said["in"].index(said["source"]), said["source"]))
            spans.append(("Cue", at + said["in"].index(said["cue"]), said["cue"]))
            if said["content"]:
                spans.append(("Content", text.index(said["content"]), said["content"]))
        marks = [{"label": kind, "pieces": [[start, start + len(words)]]} for kind, start, words in spans]
        yield {"text": text, "spans": marks}


def lesson(row: Row, tokenizer: Tokenizer) -> Lesson:
    """Cut and label a document; without `spans` its labels are left at zero, for another model to fill."""
    pieces = cut(row["text"], tokenizer)
    likely = np.zeros((len(LAYERS), len(pieces), len(LABELS)), dtype=np.float32)
    if "spans" in row:
        for layer, kind in enumerate(KINDS):
            labels = labelled(_spans(row, kind), pieces.starts, pieces.ends)
            likely[layer, np.arange(len(pieces)), labels] = 1
    return Lesson(pieces, likely)


def _spans(row: Row, kind: str) -> list[tuple[int, int]]:
    """Give the spans of a kind. A content of several parts is as many spans; of overlapping ones the longest counts."""
    found: set[tuple[int, int]] = set()
    for span in row["spans"]:
        if span["label"] == kind:
            parts = [(start, end) for start, end in span["pieces"]]
            found |= set(parts) if kind == "Content" else {(min(parts)[0], max(end for _, end in parts))}
    taken: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: (place[0] - place[1], place)):
        if all(end <= other[0] or other[1] <= start for other in taken):
            taken.append((start, end))
    return sorted(taken)


def batches(taught: Iterable[Lesson], dice: random.Random) -> list[list[Window]]:
    """Cut documents into windows, from another place each time, and put windows of like length together."""
    cuts: list[Window] = []
    for one in taught:
        first = dice.randrange(WINDOW_PIECES // 4, WINDOW_PIECES)
        cuts += [(one, *window) for window in windows(one.pieces, WINDOW_PIECES, first=first)]
    order = sorted((end - start, dice.random(), number) for number, (_, start, end) in enumerate(cuts))
    made: list[list[Window]] = [[]]
    for length, _, number in order:
        if made[-1] and (len(made[-1]) + 1) * (length + 2) > BATCH_PIECES:
            made.append([])
        made[-1].append(cuts[number])
    dice.shuffle(made)
    return made


def batch_of(
    cuts: Sequence[Window], dice: np.random.Generator, masked: float = MASKED
) -> tuple[Batch, NDArray[np.float32]]:
    """Fill a batch, with some pieces hidden, and give how likely its labels are: windows, pieces, layers, labels.

    Around a window and behind its end no label is likely, so that nothing is learned there.
    """
    longest = max(end - start for _, start, end in cuts) + 2
    ids, casing, quoting = (np.zeros((len(cuts), longest), dtype=np.int32) for _ in range(3))
    likely = np.zeros((len(cuts), longest, len(LAYERS), len(LABELS)), dtype=np.float32)
    for row, (one, start, end) in enumerate(cuts):
        inner = slice(1, end - start + 1)
        hidden = dice.random(end - start) < masked
        ids[row, 0], ids[row, end - start + 1] = OPENS_WINDOW, ENDS_WINDOW
        ids[row, inner] = np.where(hidden, MASK_ID, one.pieces.ids[start:end])
        casing[row, inner] = one.pieces.casing[start:end]
        quoting[row, inner] = one.pieces.quoting[start:end]
        likely[row, inner] = one.likely[:, start:end].transpose(1, 0, 2)
    length = np.array([end - start + 2 for _, start, end in cuts], dtype=np.int32)
    return Batch(ids, casing, quoting, length), likely
