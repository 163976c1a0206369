"""Whether what somebody cites is a source or a reason: `citing a memo`, `citing the cold`. English."""

from bisect import bisect_left, bisect_right
from itertools import takewhile
from typing import Final

from services.tag.cited.cues import TIMES
from services.tag.cited.nouns import kind_of, singular
from services.tag.cited.phrases import DETERMINERS, PREPOSITIONS, ROLES
from services.tag.cited.references import MEDIA
from services.tag.cited.voices import is_agent
from services.tag.words import Words, words

_TELLERS: Final = words(
    "agency agencies newspaper daily weekly magazine channel television radio broadcaster station website ministry "
    "army government office company outlet wire service"
)
"""Who is cited besides people and documents."""

_ACTS: Final = words("release audit review agreement accord treaty contract order amendment appraisal inquiry count")
"""Nouns for papers that are as often a reason."""
_COUNT_WORDS: Final = 3
"""How many words may come before a number: `no fewer than four`, `at least two`."""
_TELLING: Final = words("it he she they")
"""Who has a paper: `minutes it had obtained`."""
_SPEAKING_OBJECTS: Final = words("him her them")


def may_be_cited(text: Words, span: tuple[int, int]) -> bool:
    """Tell whether a phrase that somebody cites is a source, rather than a reason: a name, people, a document."""
    numbers = range(bisect_right(text.ends, span[0]), bisect_left(text.starts, span[1]))
    count = next((n for n in numbers[:_COUNT_WORDS] if text.lower[n] in {"than", "least"}), None)
    numbers = numbers if count is None else range(count + 1, numbers.stop)
    if text.text[slice(*span)].lower() in _SPEAKING_OBJECTS:
        return True
    noun = [*takewhile(lambda number: text.lower[number] not in PREPOSITIONS | _TELLING, numbers)]
    if not noun or any(text.lower[number] in TIMES for number in noun):
        return False
    behind = numbers[0] + len(noun)
    while len(noun) > 1 and text.lower[noun[-1]].endswith("ed") and text.lower[noun[-1]] not in ROLES:
        noun.pop()
    head = text.lower[noun[-1]]
    named = all(text.spelled[number][:1].isupper() or text.lower[number] in DETERMINERS for number in noun)
    had = (behind < numbers.stop and text.lower[behind] in _TELLING) or _is_cited(text, numbers[0] - 1)
    paper = had and "document" in {kind_of(head), kind_of(singular(head))} and head not in _ACTS
    said = head in ROLES or head in _TELLERS or is_agent(head) or paper
    return said or (named and text.lower[noun[-1]] not in DETERMINERS)


def _is_cited(text: Words, verb: int) -> bool:
    """Tell whether a verb cites papers: `citing`, and `cited` where the press does so: `The daily cited a log`."""
    return text.lower[verb].endswith("ing") or (verb > 0 and text.lower[verb - 1] in MEDIA)
