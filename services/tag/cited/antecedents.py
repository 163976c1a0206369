"""Where a small word finds whom it speaks of: the noun before `which`, the subject of its own sentence. English."""

import re
from collections.abc import Mapping
from typing import Final

from services.tag.cited.bearer import Bearer
from services.tag.cited.phrases import PREPOSITIONS
from services.tag.cited.readings import Readings
from services.tag.cited.salience import fits_pronoun
from services.tag.cited.subjects import noun_before
from services.tag.cited.topics import subject_of_own
from services.tag.words import Words, words

_REACH_CHARS: Final = 200
_RELATIVE_CHARS: Final = 40
_STOP: Final = re.compile(r"[.!?\n]")
_NOUN: Final = re.compile(r" (?:a|an|the|its|his|her|their) [\w -]+, $")
_BODIES: Final = frozenset({"organisation", "official_body", "outlet", "news_agency"})
_WHILE: Final = words("after before when because since while as where until once if although though")
"""Between a subject and a pronoun that means it: `Ruiz was arrested after he called for a boycott`."""

Place = tuple[int, int]


def antecedent(text: Words, readings: Readings, low: str, number: int) -> Place | None:
    """Find whom a relative pronoun speaks of: `the newspaper`, of `questions from the newspaper, which says`."""
    noun = noun_before(text, number)
    if noun is None:
        return None
    starts = [place + 1 for place in range(*noun) if text.lower[place] in PREPOSITIONS]
    places = [(text.starts[first], text.ends[noun.end - 1]) for first in (noun.first, *starts[-1:])]
    wanted = "it" if low == "which" else "he"
    spoken = (place for place in places if fits_pronoun(wanted, readings.read(text.text[slice(*place)], place)))
    return places[0] if low == "that" else next(spoken, places[0])


def own_subject(text: Words, readings: Readings, number: int) -> Place | None:
    """Find the body that does something in the own sentence: `The central bank raised rates, it said`."""
    place = subject_of_own(text, number)
    speaker = readings.read(text.text[slice(*place)], place) if place else None
    return place if speaker and speaker.kind in _BODIES and not speaker.plural else None


def subject_before_clause(text: Words, number: int) -> Place | None:
    """Find the subject of the sentence that a pronoun stands in a clause of: `Ruiz was held after he spoke`."""
    return subject_of_own(text, number) if number and text.lower[number - 1] in _WHILE else None


def speaking_before(text: Words, spoken: Mapping[Place, Bearer], place: int) -> Bearer | None:
    """Find who stands right before a relative pronoun, words of speech aside: `the envoy added, who`."""
    for start, end in reversed(list(spoken)):
        between = text.text[end:place]
        near = end <= place and place - end < _RELATIVE_CHARS
        if near and not _STOP.search(between) and not _NOUN.search(between):
            return spoken[start, end]
        if end < place - _REACH_CHARS:
            return None
    return None
