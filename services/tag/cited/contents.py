"""What is said: the quotation beside speaker and verb, or the clause before or behind them."""

from bisect import bisect_left
from typing import Final

from services.tag.cited.cues import TIMES
from services.tag.cited.phrases import PREPOSITIONS, Phrase
from services.tag.words import Quote, Words

QUOTE_REACH_CHARS: Final = 60
SENTENCE_MAX_WORDS: Final = 200
SENTENCE_END: Final = frozenset({".", "!", "?", "\n"})


def content_of(text: Words, phrase: Phrase, cue: tuple[int, int]) -> tuple[int, int] | None:
    """Find what is said: the quotation beside speaker and verb, or the clause; null when unsure."""
    start, end = min(text.starts[phrase.first], cue[0]), max(text.ends[phrase.end - 1], cue[1])
    before = text.quote_ending_before(start)
    if before and before.end - before.start > 2:  # noqa: PLR2004 - more than its two marks
        return _inner(before)
    if text.text[start - 2 : start] == ", " and not _goes_on(text, end):
        return _clause_before_char(text, start)
    after = text.quote_from(end, QUOTE_REACH_CHARS)
    between = text.text[end : after.start] if after else ""
    if after and not any(mark in between for mark in ".!?\n"):
        direct = between.strip(" ,:") == ""
        return _inner(after) if direct else (_skip_that(text, end), after.end)
    stop = _sentence_end(text, end)
    begin = _skip_that(text, end)
    return (begin, stop) if stop - begin > 2 else None  # noqa: PLR2004 - more than a mark


def _goes_on(text: Words, end: int) -> bool:
    """Tell whether what is said follows the verb, rather than standing before it: `in May, X said the plan ...`."""
    number = _word_at(text, end)
    if number + 1 >= len(text):
        return False
    word, spelled = text.lower[number], text.spelled[number]
    if spelled in SENTENCE_END or spelled == "," or word in TIMES or word in PREPOSITIONS:
        return False
    return spelled[0].isalnum()


def _inner(quote: Quote) -> tuple[int, int]:
    return quote.start, quote.end


def _skip_that(text: Words, place: int) -> int:
    rest = text.text[place : place + 8]
    blank = len(rest) - len(rest.lstrip(" ,:"))
    return place + blank + (5 if rest[blank:].startswith("that ") else 0)


def _sentence_end(text: Words, place: int) -> int:
    """Give the end of the sentence, or of as much of it as a sentence may hold."""
    first = _word_at(text, place)
    last = min(len(text), first + SENTENCE_MAX_WORDS)
    for number in range(first, last):
        if text.spelled[number] in SENTENCE_END:
            return text.ends[number - 1] if number else place
    return text.ends[last - 1]


def _word_at(text: Words, place: int) -> int:
    """Give the number of the first word that starts at a place or behind it."""
    return bisect_left(text.starts, place)


def clause_after(text: Words, number: int) -> tuple[int, int] | None:
    """Give the rest of the sentence from this word on."""
    if number < len(text) and text.spelled[number] in {",", ":", "that"}:
        number += 1
    if number >= len(text) or text.spelled[number] in SENTENCE_END:
        return None
    start = text.starts[number]
    end = _sentence_end(text, start)
    return (start, end) if end > start else None


def clause_before(text: Words, number: int) -> tuple[int, int] | None:
    """Give the sentence up to the comma before this word."""
    return _clause_before_char(text, text.starts[number])


def _clause_before_char(text: Words, place: int) -> tuple[int, int] | None:
    last = _word_at(text, place) - 1
    if last >= 0 and text.spelled[last] == ",":
        last -= 1
    first = last
    while first > 0 and last - first < SENTENCE_MAX_WORDS and text.spelled[first - 1] not in SENTENCE_END:
        first -= 1
    if first < 0 or last < first:
        return None
    return text.starts[first], text.ends[last]
