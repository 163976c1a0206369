"""What is said in another language than English: the quotation beside speaker and verb, or the clause."""

from typing import Final

from services.tag.cited.tongues.tokens import Tokens

THAT_REACH_WORDS: Final = 12
SENTENCE_MAX_WORDS: Final = 80
QUOTE_REACH_CHARS: Final = 24
_LEADS: Final = frozenset(',:\u060c"')
_EDGES: Final = frozenset(",\u060c\u2014-:\"'")


def content_before(t: Tokens, place: int) -> tuple[int, int] | None:
    """Give what is said before a word: the quotation that ends there, else the clause up to its comma."""
    quote = _quote_before(t, place)
    if quote:
        return quote
    last = place
    while (
        last > 0 and (t.words[last - 1] in _EDGES or t.keys[last - 1] in t.tongue.how) and not t.ends_sentence(last - 1)
    ):
        last -= 1
    first = last
    while first > 0 and last - first < SENTENCE_MAX_WORDS and not t.ends_sentence(first - 1):
        first -= 1
    while first < last and t.words[first] in _EDGES - {'"'}:
        first += 1
    return t.span(first, last) if first < last else None


def _quote_before(t: Tokens, place: int) -> tuple[int, int] | None:
    """Give the quotation that ends right before a word, a comma and a dash aside."""
    before = place - 1
    while before >= 0 and t.words[before] in _EDGES - {'"'}:
        before -= 1
    if before < 0 or t.words[before] != '"':
        return None
    quote = t.quote(before)
    if quote is None or quote.end != t.ends[before] or quote.end - quote.start <= 2:  # noqa: PLR2004 - its two marks
        return None
    opens = quote.start
    while opens and t.text.text[opens - 1] == " ":
        opens -= 1
    opening = t.text.text[max(0, opens - 1) : opens]
    whole = not opening or opening in '.!?\n:,\u060c\u2014-"'
    return (quote.start, quote.end) if whole else None


def has_that(t: Tokens, place: int) -> bool:
    """Tell whether `that` comes soon behind a word, and so what is said."""
    return bool(_that(t, place))


def _that(t: Tokens, place: int) -> int:
    """Give the place behind a `that` that comes soon; 0 where none does."""
    for number in range(place, min(len(t), place + THAT_REACH_WORDS)):
        if t.ends_sentence(number) or t.quote(number) or t.phrase_at(number, t.tongue.citing) > number:
            break
        if t.keys[number] in t.tongue.that:
            return number + 1
    return 0


def content_after(t: Tokens, place: int) -> tuple[int, int] | None:
    """Give what is said behind a word: behind `that` if it comes soon, a quotation, or the rest of the sentence."""
    first = _that(t, place) or place
    day = first + (first < len(t) and t.words[first] in _LEADS - {'"'})
    while first == place and t.is_word(day) and t.keys[day] in t.tongue.between:
        day += 1
    if place + 1 < day < len(t) and t.words[day] in _LEADS:
        first = day
    while first < len(t) and t.words[first] in _LEADS - {'"'}:
        first += 1
    if first >= len(t) or t.ends_sentence(first):
        return None
    quote = t.text.quote_from(t.starts[first], QUOTE_REACH_CHARS)
    if quote and quote.start == t.starts[first]:
        return quote.start, quote.end
    if t.phrase_at(first, t.tongue.citing) > first:
        return None
    last = first
    while last < len(t) and last - first < SENTENCE_MAX_WORDS and not t.ends_sentence(last):
        if last > first and t.is_comma(last) and last + 1 < len(t) and t.keys[last + 1] in t.tongue.contrasts:
            break
        last += 1
    while last > first and t.words[last - 1] in ",\u060c\u2014":
        last -= 1
    return t.span(first, last) if last > first else None
