"""Which outlet carried what somebody said: `told Citizen TV`, `in a statement carried by SANA`, `seen by Il Mattino`.

Only where it stands is found here; whether it is an outlet is decided by whoever asks.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from services.tag.cited.papers import HAD, HOW, NO_NAME, PASSED, holders
from services.tag.cited.phrases import phrase_from
from services.tag.cited.said import Said
from services.tag.words import Words

REACH_CHARS: Final = 160
ASIDE_MIN_CHARS: Final = 12
"""A shorter gap between speaker and verb holds no `, speaking on X,`."""
_CARRIED: Final = re.compile(
    rf"\b(?:{PASSED}|{HAD}|interviewed|contacted|reached|surveyed|polled|(?:spoke|talked|speaking)) "
    rf"{HOW}(?:by|on|in|to|with) {NO_NAME}"
    r"(?=(?:[a-z][\w-]* ){0,4}[A-Z]|(?:the|state|local) )"
    r"|,? (?:a copy )?of which (?:is with |was (?:seen|obtained) by )?(?=(?:[Tt]he )?[A-Z])"
    r"|,? (?:which|that) (?=[A-Z][^,]* (?:has|had) (?:seen|obtained|reviewed|viewed|been)\b)"
)
_WHO_SPOKE: Final = re.compile(r",? who (?:also )?(?:spoke|talked|was speaking|wrote) (?:[a-z]+ )?(?:to|with) ")
_STUDY: Final = re.compile(r"[^,]*\b(?:study|studies|research|paper|article) published (?:[^,]* )?in ")
"""Where a study came out is part of what it is."""
_RELATIVE: Final = re.compile(
    rf",? (?:which|that) (?:was|were|has been|have been|had been) (?:{PASSED}|{HAD}) "
    rf"{HOW}(?:by|on|in|to) {NO_NAME}"
)
"""What may follow a paper for who carried it: `figures that were published by X`."""
_QUOTED: Final = ("quoted", "cited", "quoted as saying", "cited as saying")
BY: Final = re.compile(r" (?:as saying )?(?:on [A-Z][a-z]+day )?by ")
"""What stands between the words that quote somebody and who quotes: `was quoted on Monday by X`."""
_TELLS: Final = re.compile(r"\b(?:told|tells|assured|informed|telling|assures)$", re.IGNORECASE)
_TALKS: Final = (
    *("interview", "conversation", "remark", "comment", "statement", "communique", "letter", "message", "speech"),
    *("op-ed", "phone call", "video", "footage", "clip", "recording", "address", "press conference", "news conference"),
    *("column", "article", "decree", "order", "dispatch", "appearance", "broadcast", "speaking", "Speaking"),
)
"""What one says something in."""
_TALK: Final = re.compile(
    rf"\b(?:{'|'.join(_TALKS)})s?(?: [a-z]+|,? (?:which|that) (?:was|were|has been))?"
    rf" (?:with|to|on|for|(?:{PASSED}) (?:[a-z]+ )?(?:by|on|in)) "
)
_IN_WHAT: Final = re.compile(rf" in (?:an?|its|his|her|their) (?:[\w-]+ ){{1,4}}(?:{PASSED}) (?:[a-z]+ )?(?:by|on|in) ")
_NO_OUTLET: Final = r"(?!(?:X|Twitter|Facebook|Telegram|VK|WhatsApp|Instagram|TikTok|YouTube|Weibo|Truth Social)\b)"
_TALKING: Final = re.compile(
    r"(?: on [A-Z][a-z]+day)?,? (?:in|during|when|via|over) (?:[a-z][\w'-]* ){0,7}?(?:to|with|for|from|by|on|in) "
    rf"{_NO_OUTLET}(?=(?:the )?[A-Z])"
)
"""What stands between a verb and the outlet that asked: `said in answer to questions from X`."""
_TO: Final = re.compile(r" (?:(?:it|this|that|the \w+) )?to ")
"""What stands between a verb and who hears it: `confirmed to AFP`."""
_BEING: Final = ("was ", "were ", "has been ", "have been ", "had been ", "is ", "are ")
_AIRED: Final = re.compile(
    r"(?: on (?:the )?air)?(?: (?:it|this|that|him|her|them|live|late|early|on [A-Z][a-z]+day))* (?:on|in|of) (?:the )?"
    rf"{_NO_OUTLET}(?=[A-Z]|[a-z]{{1,3}}TV|(?:state|public|national|local|private) )"
)
"""What stands between a verb and the outlet that one speaks on: `said on CNN`."""
_ON_AIR: Final = re.compile(r"[a-z]{1,3}TV\d*\b")
"""Broadcasters whose names begin small: `bTV`."""
_PASSED: Final = re.compile(rf" (?:has|have|had|{PASSED}|{HAD})\b")
"""What ends a name: `the newspaper X published on Sunday`."""
_STOP: Final = re.compile(r'[.!?\n"]| that ')


def carriers(text: Words, said: Said) -> Iterator[tuple[int, int]]:
    """Yield the words that may name the outlet through which an attribution came, the likeliest first."""
    for place, limit in _places(text, said):
        if phrase := _phrase(text, place, limit):
            yield phrase


def _places(text: Words, said: Said) -> Iterator[tuple[int, int]]:
    """Yield where such words begin, and before where."""
    yield from _beside_source(text, said)
    yield from _behind_cue(text, said)
    end = max(said.cue[1], said.source[1])
    stop = _STOP.search(text.text, end, end + REACH_CHARS)
    limit = stop.start() if stop else end + REACH_CHARS
    for talk in (_talk(text.text, end, limit), _TALKING.match(text.text, end, limit)):
        if talk:
            yield talk.end(), talk.end() + REACH_CHARS
    yield from holders(text, said, limit)
    first = min(said.cue[0], said.source[0])
    for lead in _STOP.finditer(text.text, max(0, first - REACH_CHARS), first):
        end = lead.end()
    start = end if end <= first else max(0, first - REACH_CHARS)
    if talk := _talk(text.text, start, first):
        yield talk.end(), first


def _talk(text: str, start: int, end: int) -> re.Match[str] | None:
    """Find in what somebody said it: `in an interview with`, `in remarks carried by`."""
    return _TALK.search(text, start, end) or _IN_WHAT.search(text, start, end)


def _beside_source(text: Words, said: Said) -> Iterator[tuple[int, int]]:
    """Yield the places in what tells of the speaker: `a memo seen by`, `a driver who spoke to`, `X, quoted by`."""
    inside = _CARRIED.search(text.text, *said.source)
    if inside and not _STUDY.match(text.text, *said.source):
        yield inside.end(), said.source[1]
    for pattern in (_WHO_SPOKE, _RELATIVE):
        if told := pattern.match(text.text, said.source[1]):
            yield told.end(), told.end() + REACH_CHARS
    gap = said.cue[0] - said.source[1]
    for pattern in (_TALK, _CARRIED) if gap > ASIDE_MIN_CHARS else ():
        if aside := pattern.search(text.text, said.source[1], said.cue[0]):
            yield aside.end(), said.cue[0]


def _behind_cue(text: Words, said: Said) -> Iterator[tuple[int, int]]:
    """Yield the places right behind the verb: `told X`, `was quoted by`, `confirmed to`, `said on`."""
    cue, behind = text.text[slice(*said.cue)], said.cue[1]
    if cue.endswith(_QUOTED) and (by := BY.match(text.text, behind)):
        yield by.end(), by.end() + REACH_CHARS
    if said.source[0] < said.cue[0] and _TELLS.search(cue):
        yield behind + 1, behind + REACH_CHARS
    passive = said.source[0] > behind and cue.startswith(_BEING)
    if (said.source[0] < said.cue[0] or passive) and (
        to := _TO.match(text.text, said.source[1] + text.text.startswith(",", said.source[1]) if passive else behind)
    ):
        yield to.end(), to.end() + REACH_CHARS
    if aired := _AIRED.match(text.text, behind, behind + REACH_CHARS):
        yield aired.end(), aired.end() + REACH_CHARS


def _phrase(text: Words, place: int, limit: int) -> tuple[int, int] | None:
    if air := _ON_AIR.match(text.text, place, place + REACH_CHARS):
        return air.span()
    phrase = phrase_from(text, bisect_left(text.starts, place))
    if phrase is None or text.starts[phrase.first] >= limit:
        return None
    start, end = text.starts[phrase.first], text.ends[phrase.end - 1]
    if passed := _PASSED.search(text.text, start + 1, end):
        end = passed.start()
    comma = text.text.find(",", start, end) if end > limit else -1
    return start, end if comma < 0 else comma
