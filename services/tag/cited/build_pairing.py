"""Fit the points of `pairing`: `python -m services.tag.cited.build_pairing CORPORA`, when its signs change.

CORPORA is a folder with `sources/train.jsonl.gz`: texts in which people marked speakers, cues and contents and tied
them. Prints both tables, rounded to halves; they are copied by hand, so that nobody gets points unseen.
"""

import argparse
import gzip
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from services.tag.cited.marks import Mark, Marks
from services.tag.cited.pairing import Layout
from services.tag.words import Words

ROUNDS: Final = 4
RATE: Final = 0.3
DECAY: Final = 1e-5

Example = tuple[Sequence[Sequence[str]], frozenset[int]]
"""The signs of each candidate, and which candidates are right."""


def main() -> None:
    """Print the points that fit the ties of the training set best."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpora", type=Path)
    with gzip.open(parser.parse_args().corpora / "sources" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        read = [examples(json.loads(line)) for line in lines]
    for name, number in (("SPEAKER_POINTS", 0), ("CONTENT_POINTS", 1)):
        points = fitted([example for pair in read for example in pair[number]])
        rounded = {sign: round(2 * value) / 2 for sign, value in sorted(points.items())}
        sys.stdout.write(f"{name} = {json.dumps(rounded, indent=4)}\n")


def examples(document: Mapping[str, Any]) -> tuple[list[Example], list[Example]]:
    """Read the choices of a document: who speaks each cue, and what each cue tells."""
    text = Words(document["text"])
    marks = Marks(*(marks_of(document, label) for label in ("Source", "Cue", "Content")))
    layout = Layout(text, marks)
    ties = _ties(document)
    sources, contents = (
        {mark.start: number for number, mark in enumerate(kind)} for kind in (marks.sources, marks.contents)
    )
    speakers, told = [], []
    for number, cue in enumerate(marks.cues):
        said_by, says = ([place for tie in ties[cue.start] for place in tie[kind]] for kind in ("Source", "Content"))
        source = next((sources[place] for place in said_by if place in sources), None)
        speakers.append(_example(layout.speaker_signs(number), {sources.get(place) for place in said_by} or {None}))
        told.append(_example(layout.content_signs(number, source), {contents.get(place) for place in says} or {None}))
    return [e for e in speakers if e[1]], [e for e in told if e[1]]


def marks_of(document: Mapping[str, Any], label: str) -> tuple[Mark, ...]:
    """Give the spans of one label as a tagger would mark them: where two overlap, the later begins a new mark."""
    text = document["text"]
    spans = {span for entry in document["spans"] if entry["label"] == label for span in _pieces(entry, label)}
    starts = sorted({start for start, _ in spans})
    marks = []
    for start, following in pairwise([*starts, len(text)]):
        end = min(following, max(end for other, end in spans if other <= start < end))
        end = start + len(text[start:end].rstrip())
        if end > start:
            marks.append(Mark(start, end, 1.0))
    return tuple(marks)


def _pieces(entry: Mapping[str, Any], label: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a content; speakers and cues are whole."""
    if label == "Content":
        yield from ((start, end) for start, end in entry["pieces"])
    else:
        yield min(start for start, _ in entry["pieces"]), max(end for _, end in entry["pieces"])


def _ties(document: Mapping[str, Any]) -> dict[int, list[dict[str, list[int]]]]:
    """Give what is tied to the cue that starts at a place: where speakers and pieces of content start."""
    entries = {entry["id"]: entry for entry in document["spans"]}
    ties: dict[int, list[dict[str, list[int]]]] = defaultdict(list)
    for attribution in document["attributions"]:
        tied = {
            label: [start for key in attribution.get(label, ()) for start, _ in _pieces(entries[key], label)]
            for label in ("Source", "Cue", "Content")
        }
        for place in tied["Cue"]:
            ties[place].append(tied)
    return ties


def _example(signs: Sequence[tuple[int | None, list[str]]], right: Iterable[int | None]) -> Example:
    wanted = set(right)
    return [names for _, names in signs], frozenset(n for n, (number, _) in enumerate(signs) if number in wanted)


def fitted(read: Sequence[Example]) -> dict[str, float]:
    """Fit points to choices, by gradient steps of decreasing size. The same examples give the same points."""
    points: dict[str, float] = defaultdict(float)
    sizes: dict[str, float] = defaultdict(lambda: 1e-8)
    order = list(read)
    shuffle = random.Random(1)  # noqa: S311 - an order of examples, no secret
    for _ in range(ROUNDS):
        shuffle.shuffle(order)
        for example in order:
            for name, slope in _slopes(points, *example).items():
                step = slope + DECAY * points[name]
                sizes[name] += step * step
                points[name] -= RATE * step / math.sqrt(sizes[name])
    return dict(points)


def _slopes(points: Mapping[str, float], signs: Sequence[Sequence[str]], right: frozenset[int]) -> dict[str, float]:
    """Give how the surprise at what is right changes with each point."""
    odds = [math.exp(sum(points.get(name, 0.0) for name in names)) for names in signs]
    whole, good = sum(odds), sum(odds[number] for number in right)
    slopes: dict[str, float] = defaultdict(float)
    for number, names in enumerate(signs):
        slope = odds[number] / whole - (odds[number] / good if number in right else 0.0)
        for name in names:
            slopes[name] += slope
    return slopes


if __name__ == "__main__":
    main()
