"""Which stretches of English text may say that somebody says something; the others need no closer reading."""

import re
from typing import Final

from services.tag.cited.cues import ENGLISH
from services.tag.words import words

_WORD: Final = re.compile(r"[a-z]+")
_MARKS: Final = re.compile('[":]')
_SOURCES: Final = words(
    "according per source sources spokesman spokeswoman spokesperson statement via view views want wants"
)
_MINDS: Final = words(
    "accept accepted approve approved argued argument assumption aware back backed backing balked decision deemed "
    "dislike encourage endorsement evidence idea identify insistence intent known likely love minds nominate "
    "nominated opinion opposed opposition persuade persuading plans pleased poll polls pushing put ready response "
    "saw scrutiny see seem seemed seemingly seems seen sees sought speak speaks suspected think thought threat "
    "trying understanding unveiled view viewed vote voted votes voting willing wish"
)
"""Words, other than those of `ENGLISH`, by which PolNeAR's marks tell what somebody thinks or wants."""
_SPEAKING: Final = frozenset(ENGLISH) | _SOURCES | _MINDS


def may_attribute(text: str) -> bool:
    """Tell whether evened text holds a quotation mark, a colon, a verb that may be a cue, or a word for a source."""
    return bool(_MARKS.search(text)) or not _SPEAKING.isdisjoint(_WORD.findall(text.lower()))
