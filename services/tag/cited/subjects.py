"""The subject of a verb: the phrase left of it that it says something about. English, without a parser."""

import re
from typing import Final

from services.tag.cited.cues import ENGLISH, TIMES
from services.tag.cited.nouns import is_person, singular
from services.tag.cited.phrases import (
    CLAUSE_MAX_WORDS,
    DETERMINERS,
    KEEPING,
    LEAD_INS,
    MARKS,
    OBJECTS,
    PHRASE_MAX_WORDS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    STOPS,
    Phrase,
    is_adverb,
    trimmed,
)
from services.tag.words import Words, words

_BINDING: Final = words("for at from with in on to by against")
"""Prepositions that may stand between a role and what it belongs to: `a spokesman for the ministry`."""
_PLACING: Final = words("in at from on")
"""Prepositions that may stand between any noun and its place: `the ministry in Tunis`."""
_BEFORE_ARTICLES: Final = words("all both half many some most")
_RENAMING: Final = words("former senior vice co-founder executive deputy then now acting chief")
_ASIDE: Final = words(
    "who whom whose which where when while as after before during in on at by for with from however though too "
    "meanwhile citing quoting speaking referring responding asked according himself herself themselves if since "
    "despite although because like including and but or instead for then to under amid until without through"
)
RELATIVE_MAX_WORDS: Final = 9
_CLOSE: Final = words("close familiar based living briefed involved")
"""Words that tie a phrase to a noun before them: `sources close to`, `a diplomat based in`."""
_ARTICLES: Final = words("a an the these those his her its their our my this that")
KEEPS_NAME: Final = re.compile(
    r",? (?:who|which) (?:asked|declined|requested|refused|preferred|wished|wanted|insisted|spoke|was speaking"
    r"|(?:is|was|are|were|did) not|(?:was|were) granted)\b[^.\n]{0,60}?"
    r"\b(?:anonym\w*|named?|identified|authori[sz]ed|cleared|permitted|publicly)\b"
)
"""A clause about the talk itself, which is no part of who speaks: `, who asked not to be named`."""
_TALKING: Final = re.compile(
    r",? who (?:spoke"
    r"|(?:is|was|were|had been) (?:speaking|talking|responding|reacting|answering|addressing|briefing))\b"
)
_DONE_BY: Final = re.compile(r"(?:\w+ed|seen|written|drawn|given|shown|held|led|run|known|made|taken)\Z")
_BEFORE_SENTENCES: Final = frozenset('.!?\n"\u2014')
_SPEAKERS_ASIDES: Final = words("who whose speaking citing quoting referring responding asked himself herself")


def subject_of(text: Words, verb: int) -> Phrase | None:
    """Find the phrase that a verb says something about, left of it. `verb` is the first word of its group."""
    before = _skip_times(text, _skip_adverbs(text, verb - 1))
    if before < 0:
        return None
    mark = text.spelled[before]
    if mark in {",", "\u2014", "--"}:
        return _behind_aside(text, before, mark)
    if mark == ")":
        opened = _opening(text, before, "(")
        phrase = _leftward(text, opened - 1) if opened else None
        return Phrase(phrase.first, before + 1) if phrase else None
    if keeper := _keeping_name(text, before):
        return keeper
    phrase = _leftward(text, before)
    return _before_relative(text, phrase) if phrase else None


def _keeping_name(text: Words, last: int) -> Phrase | None:
    """Find who speaks before a clause about the talk: `two agents who asked not to be named because ... said`."""
    for place in range(last, max(0, last - CLAUSE_MAX_WORDS), -1):
        if text.spelled[place] in MARKS:
            return None
        if text.lower[place] == "who" and text.lower[place + 1] in KEEPING:
            return _leftward(text, place - 1) if text.lower[place + 2 : place + 3] != ["by"] else None
    return None


def opens_with_name(text: Words, verb: int) -> bool:
    """Tell whether a speaker with an aside stands before a verb behind a comma: `The official, who ..., said the`."""
    comma = verb - 1
    if comma < 1 or text.spelled[comma] != "," or text.quote_ending_before(text.starts[verb]):
        return False
    opened = _opening(text, comma, ",")
    if not opened or text.quote_at(text.starts[opened]):
        return False
    phrase = _leftward(text, opened - 1)
    if phrase is None or (phrase.first and text.spelled[phrase.first - 1] not in _BEFORE_SENTENCES):
        return False
    return text.lower[opened + 1] in _SPEAKERS_ASIDES or _renames(text, opened + 1)


def _before_relative(text: Words, phrase: Phrase) -> Phrase | None:
    """Take `a trader who supplies mills` for `mills`."""
    place = phrase.first - 1
    while place > 0 and phrase.first - place < RELATIVE_MAX_WORDS and text.spelled[place] not in MARKS:
        if text.lower[place] in {"who", "which"}:
            back = place - 1 - (text.lower[place - 1] in PREPOSITIONS)
            whole = _leftward(text, back)
            return Phrase(whole.first, phrase.end) if whole and text.lower[whole.first] not in PRONOUNS else phrase
        place -= 1
    return phrase


def noun_before(text: Words, place: int) -> Phrase | None:
    """Give the noun phrase that a relative pronoun speaks of, left of it."""
    last = place - 1
    if last > 0 and text.spelled[last] == ",":
        last -= 1
    return _leftward(text, last)


def _skip_adverbs(text: Words, place: int) -> int:
    while place >= 0 and is_adverb(text.lower[place]):
        place -= 1
    return place


def _skip_times(text: Words, place: int) -> int:
    """Step over `on Friday`, `last week`, `in a statement` between a subject and its verb."""
    if place < 1 or text.lower[place] not in TIMES:
        return place
    back = place
    while back >= 0 and (
        text.lower[back] in TIMES
        or text.lower[back] in {"on", "last", "this", "early", "late", "in", "the", "next", "that"}
    ):
        back -= 1
    return back if back >= 0 and text.spelled[back] not in MARKS else place


def _opening(text: Words, close: int, mark: str) -> int:
    """Find the mark that opens what is closed here; 0 where there is none near."""
    for place in range(close - 1, max(-1, close - CLAUSE_MAX_WORDS), -1):
        word = text.spelled[place]
        if word in {"\n", "."}:
            return 0
        if word == mark:
            return place
    return 0


def _behind_aside(text: Words, comma: int, mark: str) -> Phrase | None:
    """Find the subject before an aside: `X, the minister, said` takes it in, `X, citing Y, said` leaves it out."""
    opened = _opening(text, comma, mark)
    if not opened or opened + 1 >= comma:
        return None
    first = text.lower[opened + 1]
    phrase = _leftward(text, opened - 1)
    if phrase is None or text.quote_at(text.starts[opened]):
        return None
    if first in {"who", "which"} and not _is_talk(text, opened, comma):
        return Phrase(phrase.first, comma)
    if first in _ASIDE or first.endswith("ing") or is_adverb(first):
        return phrase
    if _renames(text, opened + 1):
        return Phrase(phrase.first, comma)
    return None


def _is_talk(text: Words, opened: int, closed: int) -> bool:
    """Tell whether an aside tells of the talk, or says more, rather than who the speaker is."""
    start, end = text.ends[opened - 1], text.starts[closed]
    spoken = any(word in ENGLISH and not ENGLISH[word].doubtful for word in text.lower[opened + 2 : opened + 4])
    return spoken or bool(KEEPS_NAME.match(text.text, start, end) or _TALKING.match(text.text, start, end))


def _renames(text: Words, place: int) -> bool:
    """Tell whether an apposition begins here: `the spokesman for`, `45`, `R-Ariz.`, `former governor`."""
    word = text.lower[place]
    return (
        word in DETERMINERS
        or word in ROLES
        or word.isdigit()
        or word in _RENAMING
        or (text.spelled[place][:1].isupper() and word not in PRONOUNS)
        or (place + 1 < len(text) and text.lower[place + 1] in ROLES)
    )


def _leftward(text: Words, last: int) -> Phrase | None:
    """Collect the noun phrase that ends with this word."""
    if last < 0 or text.spelled[last] in MARKS:
        return None
    if text.lower[last] in PRONOUNS:
        return Phrase(last, last + 1)
    inside = text.quote_at(text.starts[last])
    first, place = last + 1, last
    while place >= 0 and last - place < PHRASE_MAX_WORDS and text.quote_at(text.starts[place]) is inside:
        word = text.lower[place]
        if word == ")" and (opened := _opening(text, place, "(")):
            place = opened - 1
        elif word in DETERMINERS:
            first = place
            place -= 1
            if not _binds(text, place):
                first -= place >= 0 and text.lower[place] in (_BEFORE_ARTICLES if word in _ARTICLES else _ARTICLES)
                break
        elif place < last and (_binds(text, place) or (word in {"and", "&"} and _joins(text, place))):
            place -= 1
        elif _ends_phrase(text, place):
            break
        else:
            first = place
            place -= 1
    return trimmed(text, first, last + 1)


def _binds(text: Words, place: int) -> bool:
    """Tell whether a preposition here ties what follows to a noun before it."""
    if place < 1 or text.lower[place] not in PREPOSITIONS:
        return False
    before = text.lower[place - 1]
    if before in _CLOSE and place > 1 and _is_noun(text, place - 2):
        return True
    if text.lower[place] == "for" and text.spelled[place - 1][:1].isupper() and text.spelled[place + 1][:1].isupper():
        return before not in ENGLISH
    if text.lower[place] == "by" and place > 1 and _DONE_BY.match(before) and before not in ENGLISH:
        return _is_noun(text, place - 2)
    if text.lower[place] == "of":
        return before not in STOPS and text.spelled[place - 1] not in MARKS and before not in ENGLISH
    placed = text.lower[place] in _PLACING and _is_noun(text, place - 1)
    told = before in ROLES or (text.spelled[place - 1] == before and is_person(singular(before)))
    return text.lower[place] in _BINDING and (told or placed)


def _is_noun(text: Words, place: int) -> bool:
    """Tell whether a word may be a noun that a place is said of: `the ministry in`, `a farmer at`."""
    word, spelled = text.lower[place], text.spelled[place]
    if spelled in MARKS or word in STOPS or word in PRONOUNS or word in DETERMINERS or not word[0].isalpha():
        return False
    if word in TIMES or word in LEAD_INS or word in OBJECTS or is_adverb(word) or word.endswith(("ed", "ing")):
        return False
    cue = ENGLISH.get(word)
    return cue is None or cue.doubtful


def _joins(text: Words, place: int) -> bool:
    """Tell whether `and` joins two names: a capital on both sides, or a plain noun at the start of the sentence."""
    before, after = text.spelled[place - 1 : place], text.spelled[place + 1 : place + 2]
    if not before or not after or before[0] in MARKS:
        return False
    return before[0][:1].isupper() and (after[0][:1].isupper() or after[0].lower() in ROLES)


def _ends_phrase(text: Words, place: int) -> bool:
    word, spelled = text.lower[place], text.spelled[place]
    if spelled in MARKS or word in STOPS or word in PRONOUNS:
        return not (spelled[:1].isupper() and place and _inside_name(text, place))
    cue = ENGLISH.get(word)
    if cue and not cue.doubtful and not spelled[:1].isupper():
        return cue.shape != "ing" and not (cue.shape == "past" and text.lower[place - 1] in DETERMINERS)
    opened = place > 0 and text.lower[place - 1] in DETERMINERS
    return spelled[:1].islower() and not opened and (is_adverb(word) or word in TIMES)


def _inside_name(text: Words, place: int) -> bool:
    """Tell whether a capitalised stop word is part of a name: `Will Smith` does not begin after a full stop."""
    return text.spelled[place - 1] not in MARKS and text.spelled[place] not in {"I", "He", "She", "They", "It", "We"}
