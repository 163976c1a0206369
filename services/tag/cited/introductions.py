"""Who or what a text has spoken of before by name, without letting it speak: the body or paper that a noun means.

`the chamber` is the chamber of commerce that somebody presides; `the operator` is Transdev, where a spokesman was
`for the operator, Transdev`. Pure; English.
"""

import re
from functools import lru_cache
from typing import Final

from services.tag.cited.bodies import is_noun_of
from services.tag.cited.firms import is_description
from services.tag.cited.phrases import DETERMINERS, PREPOSITIONS
from services.tag.cited.vocabulary import COMMERCIAL
from services.tag.words import words

REACH_CHARS: Final = 4000
"""What was named further back is not meant any more."""
PATTERNS_MAX: Final = 512
_WORD_BEFORE: Final = re.compile(r"(?P<word>[\w.'&-]+) \Z")
_WORD_MAX_CHARS: Final = 40
_BEFORE_MAX_WORDS: Final = 6
_AFTER: Final = re.compile(
    r"(?: (?:of|for|and|the|on|de) ){1,2}(?![A-Z][a-z]+day\b)(?P<word>[A-Z][\w.'&-]*)| (?P<next>[A-Z][\w.'&-]*)"
)
_INSIDE: Final = words("of for and the de del & on")
_BARE_MAX_WORDS: Final = 3
_FIRM_NAME: Final = r",? (?P<name>[A-Z][\w.'&-]*\w(?: (?:[A-Z][\w.'&-]*\w|of|de|do|da|&)){0,4})"
_PERSON_NAME: Final = r"(?P<name>[A-Z][\w'-]+(?: (?:[a-z]{2,3} )?[A-Z][\w'-]+){1,3})(?=[,.])"
_SAID_IN: Final = re.compile(
    r"\bin an? (?P<words>(?:(?:written|joint|brief|short) )?(?:statement|letter|report|decision|ruling|release))\b"
)
_OFFICE_MAX_CHARS: Final = 80
_NUMBERED: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_PAPER_TAIL: Final = r"(?: (?:to|of|by|from|on|about) (?![A-Z][a-z]+day\b)(?:[\w'-]+ ?){1,5})?"


def named_body(text: str, noun: str, before: int) -> str | None:
    """Give the name of the body that a small noun last stood in, or before: `Health Ministry`, for `ministry`."""
    start = max(0, before - REACH_CHARS)
    for match in reversed(list(_noun(noun).finditer(text, start, before))):
        name = _behind(text, match, before)
        if name is None and (around := _around(text, match)):
            name = around if is_noun_of(noun, around) else None
        if name:
            return name
    return None


def named_firm(text: str, before: int) -> tuple[int, str] | None:
    """Give the last name behind a noun for a firm, and where: `the metals trader Kalumbi Resources`."""
    found = list(_firms().finditer(text, max(0, before - REACH_CHARS), before))
    return (found[-1].start(), _name(found[-1])) if found else None


def paper(text: str, noun: str, before: int) -> str | None:
    """Give the words that brought a paper in: `letter to relatives`, for `the letter`."""
    found = list(_papers(noun).finditer(text, max(0, before - REACH_CHARS), before))
    return found[-1]["words"].strip() if found else None


def statement(text: str, before: int) -> str | None:
    """Give the paper that something was last said in: `statement`, for `the document`, behind `said in a statement`."""
    found = list(_SAID_IN.finditer(text, max(0, before - REACH_CHARS), before))
    return found[-1]["words"] if found else None


def named_person(text: str, noun: str, before: int) -> str | None:
    """Give a noun with the name that follows what it is of: `director Ana Ruiz`, for `director of X, Ana Ruiz`."""
    found = list(_holders(noun).finditer(text, max(0, before - REACH_CHARS), before))
    return f"{noun} {found[-1]['name']}" if found else None


def small_body(text: str, noun: str, before: int) -> str | None:
    """Give the last words without capitals that named a body by more than its noun: `central bank`, for `bank`."""
    found = list(_small(noun).finditer(text, max(0, before - REACH_CHARS), before))
    return found[-1]["words"] if found else None


@lru_cache(maxsize=PATTERNS_MAX)
def _small(noun: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b[Tt]he (?P<words>(?:[a-z-]+ ){{1,2}}{re.escape(noun)}|{re.escape(noun)} of [a-z]+(?: and [a-z]+)?)"
        r"(?! [A-Z]|[\w-])"
    )


@lru_cache(maxsize=PATTERNS_MAX)
def _holders(noun: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(noun)}(?: (?:of|for|at|in) [^,.;:\n]{{1,{_OFFICE_MAX_CHARS}}})?, {_PERSON_NAME}")


@lru_cache(maxsize=PATTERNS_MAX)
def _noun(noun: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(noun)}s?\b(?!')", re.IGNORECASE)


@lru_cache(maxsize=PATTERNS_MAX)
def _papers(noun: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:a|an|its|his|her|their|another) (?P<words>(?:[\w'-]+ ){{0,3}}?{re.escape(noun)}{_PAPER_TAIL})"
        r"(?=[,.;]| on [A-Z][a-z]+day\b| (?:that|which|made|obtained|seen|sent|published|released|circulat)\b)"
    )


@lru_cache(maxsize=1)
def _firms() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(COMMERCIAL))}){_FIRM_NAME}")


def _name(match: re.Match[str]) -> str:
    return match["name"].removesuffix("'s").rstrip(" .")


def _behind(text: str, match: re.Match[str], before: int) -> str | None:
    """Give the name right behind a small noun."""
    found = re.compile(_FIRM_NAME).match(text, match.end(), before)
    return _name(found) if found and match.group().islower() else None


def _around(text: str, match: re.Match[str]) -> str | None:
    """Give the name that a noun is part of: all words with capitals around it, or `Bulgarian football federation`."""
    own = match.group()
    start, end = match.start(), match.end()
    taken: list[str] = []
    while len(taken) < _BEFORE_MAX_WORDS and (
        word := _WORD_BEFORE.search(text[max(0, start - _WORD_MAX_CHARS) : start])
    ):
        low = word["word"]
        capital = (low[:1].isupper() and low.lower() not in DETERMINERS) or bool(_NUMBERED.fullmatch(low))
        bare = own.islower() and len(taken) < _BARE_MAX_WORDS and low.lower() not in DETERMINERS | PREPOSITIONS
        if is_description(low):
            break
        if not capital and not (low in _INSIDE and own[0].isupper() and taken) and not bare:
            break
        taken.insert(0, low)
        start -= len(word.group())
        if low.endswith("'s"):
            taken.pop(0)
            break
    while taken and not (taken[0][:1].isupper() or _NUMBERED.fullmatch(taken[0])):
        taken.pop(0)
    if own[0].isupper():
        while behind := _AFTER.match(text, end):
            end = behind.end()
    name = " ".join([*taken, text[match.start() : end].rstrip(".")])
    return name if taken or end > match.end() else None
