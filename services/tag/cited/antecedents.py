"""Where a small word finds whom it speaks of: the noun before `which`, the subject of its own sentence. English."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from services.tag.cited.bearer import Bearer
from services.tag.cited.nouns import BODY_KINDS, MEDIA_KINDS
from services.tag.cited.phrases import PREPOSITIONS
from services.tag.cited.readings import Readings
from services.tag.cited.salience import fits_pronoun
from services.tag.cited.speakers import Speaker
from services.tag.cited.subjects import noun_before
from services.tag.cited.topics import is_undergone, subject_of_own
from services.tag.words import Words, words

_REACH_CHARS: Final = 200
_RELATIVE_CHARS: Final = 40
_STOP: Final = re.compile(r"[.!?\n]")
_NOUN: Final = re.compile(r" (?:a|an|the|its|his|her|their) [\w -]+, $")
_CITED: Final = re.compile(r"\b(?:cit|quot)(?:ing|ed|es|e) \Z")
_NAMED: Final = re.compile(r"[^.!?\n]*\b(?:named|called|surnamed) [A-Z]")
"""In a sentence about somebody it tells that he has a name: `The reader is a herder named X`."""
_CITING_CHARS: Final = 20
_BOTH: Final = 2
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
    return place if speaker and speaker.kind in BODY_KINDS and not speaker.plural else None


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


def own_person(text: Words, readings: Readings, low: str, number: int) -> Speaker | None:
    """Find the person whom the sentence of a pronoun opens with: `Ana Ruiz has resigned as coach, she said`."""
    own = subject_of_own(text, number)
    speaker = readings.read(text.text[slice(*own)], own) if own else None
    return speaker if speaker and speaker.name and fits_pronoun(low, speaker) else None


def does_something(text: Words, speaker: Speaker, start: int) -> bool:
    """Tell whether one without a name does or is something, neither named nor acted on: `A clerk was unsure`."""
    theirs = (speaker.owner or "").lower() in {"his", "her", "their"}
    named = _NAMED.match(text.text, start, start + _REACH_CHARS)
    return speaker.kind == "anonymous" and not theirs and not named and not is_undergone(text, start)


def teller_aside(text: str, spoken: Mapping[Place, Bearer], last: Sequence[Bearer], place: int) -> Bearer | None:
    """Find the outlet that goes on telling in an aside: `X said, citing Y, that many fled. All were safe, it said`.

    `last` are the last two who spoke, the later one last.
    """
    if len(last) < _BOTH or last[0].kind not in MEDIA_KINDS or text[place - 2 : place] != ", ":
        return None
    start = text.rfind("\n", 0, place) + 1
    cited = [first for (first, _), bearer in spoken.items() if bearer is last[1] and first >= start]
    led = any(_CITED.search(text, max(start, first - _CITING_CHARS), first) for first in cited)
    return last[0] if led else None
