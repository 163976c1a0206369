"""Which speaker goes with which word of saying, and what is said with both: marks of a text tied to each other.

Every pair of marks gets points for what stands between them. Points are log-odds: the few candidates of a cue become
probabilities, the chance that it has no speaker among them. `build_pairing` fitted the points to ties that people made
in American news, and rounded them; only `cited` and `whom` are set by hand, for such phrases
are rare there.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from services.tag.cited.contents import SENTENCE_END
from services.tag.cited.cues import BE, ENGLISH, INVERTIBLE, Cue
from services.tag.cited.marks import Mark, Marks
from services.tag.cited.phrases import Phrase
from services.tag.words import Words, words

CANDIDATES_EACH_SIDE: Final = 4
CONTENTS_EACH_SIDE: Final = 3
CONTENT_REACH_LINES: Final = 3
BLOCK_MAX_WORDS: Final = 40
"""A speaker this near to its verb makes one block with it, beside which stands what is said."""
_QUOTES: Final = frozenset({'"', "''"})
_CITING: Final = words("citing cites cited quoting to per")
"""Words whose object is a source, but not the subject of the verb behind it: `X, citing Y, said`."""

Ranked = tuple[float, int | None]
Signs = tuple[int | None, list[str]]

SPEAKER_POINTS: Final[Mapping[str, float]] = {
    "nobody": -3.0,
    "nobody, ing": -2.5,
    "nobody, passive": 1.5,
    "before, beside": 4.5,
    "before, 7 words": 0.5,
    "before, far": -1.0,
    "behind, beside": 3.0,
    "behind, 7 words": 0.5,
    "behind, 25 words": -1.5,
    "behind, far": -2.0,
    "behind, inverted": 1.5,
    "behind, verb": 2.0,
    "behind, no verb": 0.5,
    "behind, comma": -1.5,
    "behind, source between": -2.0,
    "before, speaks elsewhere": -1.5,
    "behind, speaks elsewhere": -4.0,
    "cue between": -1.5,
    "sentence end between": -4.0,
    "goes on": 2.0,
    "who": -3.0,
    "cited": -4.0,
    "whom": -4.0,
}
CONTENT_POINTS: Final[Mapping[str, float]] = {
    "nothing": -6.5,
    "before, 0": 2.0,
    "before, 5": -2.0,
    "before, 12": -1.0,
    "before, far": -3.0,
    "before, inverted": 2.0,
    "before, colon": -1.0,
    "before, mark behind": 0.5,
    "before, speaker opens": -2.0,
    "before, line between": -3.5,
    "before, sentence end between": -3.0,
    "behind, over": 2.0,
    "behind, 0": 5.0,
    "behind, 2": 1.0,
    "behind, 12": -0.5,
    "behind, far": -1.5,
    "behind, according": 0.5,
    "behind, colon": 1.5,
    "behind, inverted": -0.5,
    "behind, line between": -3.5,
    "behind, sentence end between": -3.5,
    "cue between": -2.0,
    "told elsewhere": -4.0,
}


class Layout:
    """Where the marks of a text stand among its words. What is between two words is counted once, for all pairs."""

    def __init__(self, text: Words, marks: Marks) -> None:
        """Lay out marks over a text of at least one word."""
        self.text = text
        self.sources = _phrases(text, marks.sources)
        self.cues = _phrases(text, marks.cues)
        self.contents = _phrases(text, marks.contents)
        self.source_starts = [phrase.first for phrase in self.sources]
        self.cue_starts = [phrase.first for phrase in self.cues]
        self.content_starts = [phrase.first for phrase in self.contents]
        self.heads = [self._head(phrase) for phrase in self.cues]
        self._ends = _counted(text.spelled, SENTENCE_END.__contains__)
        self._lines = _counted(text.spelled, "\n".__eq__)

    def word(self, number: int) -> str:
        """Give a word in small letters; nothing outside of the text."""
        return self.text.lower[number] if 0 <= number < len(self.text) else ""

    def sentence_ends(self, first: int, end: int) -> int:
        """Count the sentence ends in a range of words."""
        return self._ends[max(first, end)] - self._ends[first]

    def lines(self, first: int, end: int) -> int:
        """Count the line ends in a range of words."""
        return self._lines[max(first, end)] - self._lines[first]

    def cue_right_behind(self, number: int) -> int | None:
        """Give the number of the cue that begins with this word."""
        cue = bisect_left(self.cue_starts, number)
        return cue if cue < len(self.cues) and self.cue_starts[cue] == number else None

    def last_source(self, cue: int) -> int | None:
        """Give the last speaker that is marked before a cue, near or far; the first of the text where none is."""
        before = bisect_left(self.source_starts, self.cues[cue].first) - 1
        return max(before, 0) if self.sources else None

    def speakers(self, cue: int) -> list[Ranked]:
        """Give who may speak a cue, with probabilities, the likeliest first; null for nobody that is marked."""
        return _ranked(self.speaker_signs(cue), SPEAKER_POINTS)

    def told(self, cue: int, source: int | None) -> list[Ranked]:
        """Give what may be said with a cue by its speaker, with probabilities, the likeliest first."""
        return _ranked(self.content_signs(cue, source), CONTENT_POINTS)

    def speaker_signs(self, cue: int) -> list[Signs]:
        """Give the candidates of a cue, nobody first, with the names of what tells for and against each."""
        near = _near(self.source_starts, self.cues[cue].first, CANDIDATES_EACH_SIDE)
        line = self._lines[self.cues[cue].first]
        same_line = [source for source in near if line in self._edges(self.sources[source])]
        return [(None, [*self._nobody(cue)]), *((source, [*self._speaker(cue, source)]) for source in same_line)]

    def content_signs(self, cue: int, source: int | None) -> list[Signs]:
        """Give what a cue may tell, nothing first, with the names of what tells for and against each."""
        near = _near(self.content_starts, self.cues[cue].first, CONTENTS_EACH_SIDE)
        line = self._lines[self.cues[cue].first]
        in_reach = [n for n in near if abs(self._lines[self.content_starts[n]] - line) <= CONTENT_REACH_LINES]
        return [(None, ["nothing"]), *((number, [*self._content(cue, source, number)]) for number in in_reach)]

    def _edges(self, phrase: Phrase) -> tuple[int, int]:
        """Give the lines of the first and the last word of a phrase."""
        return self._lines[phrase.first], self._lines[phrase.end - 1]

    def _head(self, phrase: Phrase) -> tuple[str, Cue | None]:
        """Give the word of a cue that says what it does: its last verb, else its first word."""
        for number in range(phrase.end - 1, phrase.first - 1, -1):
            word = self.text.lower[number]
            if word in ENGLISH:
                return word, ENGLISH[word]
        return self.text.lower[phrase.first], None

    def _shape(self, cue: int) -> str:
        _, verb = self.heads[cue]
        if verb:
            return verb.shape
        last = self.word(self.cues[cue].end - 1)
        return next((ending for ending in ("ing", "ed", "s") if last.endswith(ending)), "")

    def _nobody(self, cue: int) -> Iterator[str]:
        yield "nobody"
        if self._shape(cue) == "ing":
            yield "nobody, ing"
        first, end = self.cues[cue]
        if any(self.word(number) in BE for number in range(first - 1, min(end, first + BLOCK_MAX_WORDS))):
            yield "nobody, passive"

    def _speaker(self, cue: int, source: int) -> Iterator[str]:
        """Name what speaks for and against a pair."""
        before = self.sources[source].first < self.cues[cue].first
        side = "before" if before else "behind"
        left, right = self.sources[source], self.cues[cue]
        if not before:
            left, right = right, left
        yield f"{side}, {_reach(right.first - left.end)}"
        yield from self._speaker_before(left.end, right.first) if before else self._speaker_behind(cue, source)
        if bisect_left(self.cue_starts, right.first) - bisect_right(self.cue_starts, left.first) > 0:
            yield "cue between"
        if self.sentence_ends(left.end, right.first):
            yield "sentence end between"
        if self.cue_right_behind(self.sources[source].end) not in {None, cue}:
            yield f"{side}, speaks elsewhere"
        if self.word(self.sources[source].first - 1) == "whom":
            yield "whom"
        if self.is_cited(self.sources[source].first) and left.end != right.first:
            yield "cited"

    def _speaker_before(self, first: int, end: int) -> Iterator[str]:
        """Name what the words between a speaker and the verb behind it tell."""
        if end <= first:
            return
        last = self.word(end - 1)
        if last == "and" or last in _QUOTES:
            yield "goes on"
        if last == "who":
            yield "who"

    def _speaker_behind(self, cue: int, source: int) -> Iterator[str]:
        """Name what the words between a verb and the speaker behind it tell."""
        end, first = self.cues[cue].end, self.sources[source].first
        head, _ = self.heads[cue]
        if first == end:
            inverted = head in INVERTIBLE or head == "according"
            yield "behind, inverted" if inverted else "behind, verb" if self._shape(cue) else "behind, no verb"
        elif self.word(end) == ",":
            yield "behind, comma"
        if source > bisect_left(self.source_starts, self.cues[cue].first):
            yield "behind, source between"

    def is_cited(self, first: int) -> bool:
        """Tell whether a source is what somebody cites: it speaks through the word before it, and no other."""
        before = self.word(first - 1)
        return before in _CITING and (before != "to" or self.word(first - 2) == "according")

    def _content(self, cue: int, source: int | None, content: int) -> Iterator[str]:
        """Name what speaks for and against something said with a cue."""
        block = self.block(cue, source)
        held = self.contents[content]
        head, _ = self.heads[cue]
        before = held.first < self.cues[cue].first
        side = "before" if before else "behind"
        if before:
            first, end = held.end, block.first if block.first >= held.end else self.cues[cue].first
            yield from self._content_before(held, block)
        else:
            first, end = block.end if block.end <= held.first else self.cues[cue].end, held.first
            if head == "according":
                yield f"{side}, according"
        yield f"{side}, {_distance(end - first)}"
        if self.lines(first, end):
            yield f"{side}, line between"
        elif self.sentence_ends(first, end):
            yield f"{side}, sentence end between"
        if head == ":":
            yield f"{side}, colon"
        if source is not None and self.sources[source].first >= self.cues[cue].end:
            yield f"{side}, inverted"
        yield from self._rivals(cue, held, before=before)

    def _content_before(self, held: Phrase, block: Phrase) -> Iterator[str]:
        last = held.end - (self.word(held.end - 1) == ",")
        if self.word(last) == "," or self.word(last) in _QUOTES:
            yield "before, mark behind"
        if block.first == 0 or self.text.spelled[block.first - 1] in SENTENCE_END:
            yield "before, speaker opens"

    def _rivals(self, cue: int, held: Phrase, *, before: bool) -> Iterator[str]:
        """Name the other cues that something said may belong to."""
        start = self.cue_starts
        between = cue - bisect_left(start, held.end) if before else bisect_left(start, held.first) - cue - 1
        if between > 0:
            yield "cue between"
        other = bisect_left(start, held.first) - 1
        if other >= 0 and other != cue and held.first - self.cues[other].end <= 1:
            yield "told elsewhere"

    def block(self, cue: int, source: int | None) -> Phrase:
        """Give the words from speaker to verb, or the verb alone where the speaker is far."""
        verb = self.cues[cue]
        if source is None or abs(self.sources[source].first - verb.first) >= BLOCK_MAX_WORDS:
            return verb
        speaker = self.sources[source]
        return Phrase(min(speaker.first, verb.first), max(speaker.end, verb.end))


def _phrases(text: Words, marks: Sequence[Mark]) -> list[Phrase]:
    """Give the words that marks touch, at least one each."""
    phrases = []
    for mark in marks:
        first = min(bisect_right(text.ends, mark.start), len(text) - 1)
        phrases.append(Phrase(first, max(first + 1, bisect_left(text.starts, mark.end))))
    return phrases


def _counted(spelled: Sequence[str], counts: Callable[[str], bool]) -> list[int]:
    """Give for each place how many of the words before it count."""
    return [0, *accumulate(map(counts, spelled))]


def _near(starts: Sequence[int], place: int, each_side: int) -> range:
    middle = bisect_left(starts, place)
    return range(max(0, middle - each_side), min(len(starts), middle + each_side))


def _reach(words_between: int) -> str:
    if words_between <= 0:
        return "beside"
    return "7 words" if words_between <= 7 else "25 words" if words_between <= 25 else "far"  # noqa: PLR2004 - as named


def _distance(words_between: int) -> str:
    if words_between < 0:
        return "over"
    return next((str(most) for most in (0, 2, 5, 12) if words_between <= most), "far")


def _ranked(candidates: Sequence[Signs], points: Mapping[str, float]) -> list[Ranked]:
    """Turn signs into probabilities, the best first; of equals the one that comes first in the text."""
    odds = [math.exp(sum(points.get(name, 0.0) for name in names)) for _, names in candidates]
    ranked = [(chance / sum(odds), number) for chance, (number, _) in zip(odds, candidates, strict=True)]
    return sorted(ranked, key=lambda pair: -pair[0])
