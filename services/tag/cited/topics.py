"""Whom the sentences before a pronoun are about: `Ana Ferraz was less sure. Food was dear, she argued.` English."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from services.tag.cited.contents import SENTENCE_END
from services.tag.cited.cues import AUXILIARIES, ENGLISH
from services.tag.cited.nouns import kind_of
from services.tag.cited.phrases import DETERMINERS, LEAD_INS, MARKS, PREPOSITIONS, is_adverb, trimmed
from services.tag.words import Words, words

SENTENCES_MAX: Final = 3
"""So many sentences back a pronoun may mean whom they are about, in its own paragraph."""
SENTENCE_MAX_WORDS: Final = 120
_ASIDES: Final = words("which that")
SUBJECT_MAX_WORDS: Final = 20
_VERBS: Final = words(
    "went came took made got gave won lost ran held began became put left led sent let saw met kept brought stood cut "
    "set hit fell rose grew drew flew sold bought paid spent built found fought shot struck threw wrote spoke broke "
    "chose drove fled laid lay lent rode sang sat shook shut slept stole swore taught tore wore wept heard knew felt "
    "makes takes gives goes comes gets keeps runs looks works leads wants hopes plans owns sells buys lives"
)
_QUOTES: Final = frozenset({'"', "''"})
_BEING: Final = words("was were is are be been being")
_DONE: Final = re.compile(r"(?:\w+ed|held|shot|hurt|hit|found|taken|beaten|sent|seen|brought|struck|caught|given)\Z")

Place = tuple[int, int]


def topics_before(text: Words, number: int) -> Iterator[tuple[Place | None, Place]]:
    """Yield the subjects of the sentences before a word, null where none is found, and where each sentence stands.

    The word's own sentence counts only where the word stands in an aside: `X posted a film which, it said, shows ...`.
    """
    start = _sentence(text, number)
    end = number
    if not (number >= 2 and text.spelled[number - 1] == "," and text.lower[number - 2] in _ASIDES):  # noqa: PLR2004
        end, start = start, _before(text, start)
    for _ in range(SENTENCES_MAX):
        if start >= end:
            return
        yield _subject(text, start, end), (text.starts[start], text.starts[end])
        end, start = start, _before(text, start)


def subject_of_own(text: Words, number: int) -> Place | None:
    """Give the subject that the sentence of a word opens with."""
    return _subject(text, _sentence(text, number), number)


def is_undergone(text: Words, start: int) -> bool:
    """Tell whether something is done to the subject of the sentence at a place: `The suspect was held`."""
    first = bisect_left(text.starts, start)
    end = next((n for n in range(first, min(len(text), first + SENTENCE_MAX_WORDS)) if _ends(text, n)), len(text))
    acts = (n for n in range(first, end - 1) if text.lower[n] in _BEING and text.spelled[n + 1] not in MARKS)
    return any(_DONE.match(text.lower[n + 1 + is_adverb(text.lower[n + 1])]) for n in acts if n + 2 < len(text))


def _sentence(text: Words, number: int) -> int:
    """Give the first word of a word's sentence."""
    first = number
    while number and first - number < SENTENCE_MAX_WORDS and not _ends(text, number - 1):
        number -= 1
    return number


def _ends(text: Words, number: int) -> bool:
    """Tell whether a sentence ends with a word: with a full stop outside of quotations, or with a whole quotation."""
    spelled = text.spelled[number]
    if spelled == "\n":
        return True
    quote = text.quote_at(text.starts[number])
    if spelled in _QUOTES and quote:
        return text.ends[number] == quote.end and text.spelled[number - 1] in SENTENCE_END
    return spelled in SENTENCE_END and quote is None


def _before(text: Words, start: int) -> int:
    """Give the first word of the sentence before; the same word where a paragraph begins."""
    if not start or text.spelled[start - 1] == "\n":
        return start
    return _sentence(text, start - 1)


def _subject(text: Words, start: int, end: int) -> Place | None:
    """Give the phrase that a sentence opens with, up to its verb."""
    first = start
    while first < end and text.lower[first] in LEAD_INS:
        first += 1
    verb = next((n for n in range(first + 1, min(end, first + SUBJECT_MAX_WORDS)) if _is_verb(text, n)), None)
    if verb is None or any(text.spelled[n] in _QUOTES | MARKS - {",", "."} for n in range(first, verb)):
        return None
    last = verb - (text.spelled[verb - 1] == ",")
    phrase = trimmed(text, first, last)
    return (text.starts[phrase.first], text.ends[phrase.end - 1]) if phrase else None


def _is_verb(text: Words, number: int) -> bool:
    """Tell whether a small word is a verb that a subject may stand before: `had`, `raised`, `said`."""
    word, before = text.lower[number], text.spelled[number - 1]
    if not text.spelled[number].islower() or before.lower() in DETERMINERS | PREPOSITIONS:
        return False
    told = word in ENGLISH and ENGLISH[word].shape in {"past", "s"}
    return word in AUXILIARIES or word in _VERBS or told or (word.endswith("ed") and kind_of(word) is None)
