"""Who got hold of a paper, or passed it on: `a memo seen by X`, `a letter that X has made public`, `leaked to X`.

Only where the name stands is found here, behind the noun or in the next sentence; whether it is an outlet is decided by
whoever asks.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.tag.cited.said import Said
from services.tag.words import Words

PASSED: Final = (
    "carried|published|aired|broadcast|quoted|cited|run|relayed|released|distributed|circulated|reported|printed"
    "|reproduced|rebroadcast|picked up|posted|uploaded|reprinted|screened|played|read(?: out)?"
    "|made (?:public|available)|disclosed|revealed|unveiled|unearthed|uncovered|excerpted"
)
"""What is done with a paper by who spreads it."""
HAD: Final = (
    "seen|obtained|reviewed|viewed|accessed|consulted|verified|examined|inspected|acquired|received|leaked|shared|shown"
    "|sent|provided|given|forwarded|handed(?: over)?|passed(?: on)?|procured|secured"
)
"""What is done with a paper by who gets it, or to whom."""
HOW: Final = r"(?:[a-z]+ |(?:on )?[A-Z][a-z]+day |on [A-Z][a-z]+ \d\d? ){0,4}?"
"""How and when: `in part`, `late on Sunday`."""
NO_NAME: Final = r"(?![A-Z][a-z]+day\b|(?:part|parts|full|print|detail|excerpts|extracts|instalments)\b)"
_NAME: Final = r"(?:[Tt]he )?(?:[a-z][\w-]* ){0,3}[A-Z][\w.'\u2019-]*(?: (?:of |and |the )?[A-Z\d][\w.'\u2019-]*){0,4}"
_GOT: Final = (
    rf"(?:(?:has|have|had) )?(?:[a-z]+(?:ly|st) |also )?(?:{PASSED}|{HAD}|made (?:it|them) public|got hold of|saw"
    r"|(?:was |were |been )?(?:given|shown|granted|able to (?:see|read|view|consult))|got|read|put online)\b"
)
_COPY: Final = r"(?:a )?(?:cop(?:y|ies)|text|contents?|details|extracts?|excerpts?|parts|portions|screenshots) of "
ACTIVE: Final = re.compile(
    rf",? (?:(?:the )?{_COPY}which|which|that) (?={_NAME} {_GOT})"
    rf"|,? (?:to|of) which (?={_NAME} (?:has|had|have|got|gained|was|were|obtained) )"
    rf"| (?={_NAME} (?:has|had|have) (?:[a-z]+(?:ly|st) |also )?(?:{HAD}|published)\b)"
)
"""Behind a paper, before who has it: `a letter that X published`, `the text of which X has`, `a memo X has seen`."""
_PASSIVE: Final = (
    rf"(?:,? (?:(?:(?:the )?{_COPY})?which|that|whose (?:text|contents?)))?,?"
    r"(?: (?:was|were|is|are|has|have|had|been|being|also|first|later|and|then))*"
    rf" (?:{PASSED}|{HAD}) {HOW}(?:by|on|in|to|with) {NO_NAME}"
)
_PAPER: Final = (
    "report|letter|memo|memorandum|document|statement|communiqu\u00e9|communique|e-?mail|message|recording|video|audio"
    "|footage|filing|complaint|indictment|minutes|file|note|paper|notice|order|ruling|audit|contract|transcript|text"
    "|correspondence|presentation|draft|plan|study|survey|testimony|deposition|affidavit|dossier|cable|exchange|tape"
)
_IN_PAPER: Final = re.compile(
    r"(?: (?:on|last|late|early|this) [A-Z]?[a-z]+)?,? (?:in|through|via|with) (?:an?|its|his|her|their|the|one) "
    rf"(?:[\w'\u2019-]+ ){{0,5}}?(?:{_PAPER})s?(?: (?:to|for|from|of|on) [^,.;\n]{{1,60}}?)?"
    rf"(?P<held>{_PASSIVE}|{ACTIVE.pattern})"
)
"""Behind a verb: `said in its yearly report, a copy of which was obtained by`."""
_BEHIND: Final = re.compile(_PASSIVE)
_SENTENCE: Final = re.compile(r"[.!?][\"'\u201d]?[ \n]+(?=[A-Z])")
_OF_PAPER: Final = re.compile(
    rf"The (?:[\w-]+ ){{0,3}}?(?P<noun>{_PAPER})s?(?:{_PASSIVE}|(?P<active>{ACTIVE.pattern}))"
)
"""Opening the next sentence: `The email, obtained by X, was sent`."""
_GETS_PAPER: Final = re.compile(
    rf"(?={_NAME},?(?: which)? {_GOT} (?:(?:a )?{_COPY})?(?:the|this|that) (?:[\w-]+ ){{0,2}}?(?P<noun>{_PAPER})\b)"
)
"""Opening the next sentence: `X obtained the email`."""
_PAPERS: Final = frozenset(
    noun + ending
    for noun in (*_PAPER.replace("e-?mail", "email|e-mail").split("|"), "log", "image", "photo", "finding")
    for ending in ("", "s")
) | {"studies", "figures", "data", "correspondence"}
_REACH_CHARS: Final = 240
_MADE_PUBLIC: Final = re.compile(
    r"\b(?:letter|e-?mail|memo|correspondence|minutes|contract|transcript|recording|tape|message|document|file)s?"
    r"(?: (?:that|which|shows? that|showed that)| (?:made public|released|published|leaked|posted|put online) "
    rf"{HOW}by) \Z"
)
"""Before whoever made public what others wrote, be it no outlet."""
_MADE_PUBLIC_CHARS: Final = 70
_MAKES_PUBLIC: Final = re.compile(
    r" (?:(?:has|have|had) )?(?:made public|released|published|leaked|posted|put online)\b"
)


def holders(text: Words, said: Said, limit: int) -> Iterator[tuple[int, int]]:
    """Yield where the words begin that may name who had the paper of an attribution, and before where.

    `limit` is the end of its sentence.
    """
    whole, behind = text.text, max(said.source[1], said.cue[1])
    own = not _PAPERS.isdisjoint(whole[slice(*said.source)].replace(",", "").split(" "))
    if own:
        yield from _in_clauses(whole, said, limit)
    elif whole.find(" in ", behind, limit) < 0:
        return
    if paper := _IN_PAPER.match(whole, behind, behind + _REACH_CHARS):
        yield paper.end("held"), paper.end() + _REACH_CHARS
    yield from _told_next(whole, said, limit)


def _in_clauses(text: str, said: Said, limit: int) -> Iterator[tuple[int, int]]:
    """Yield who has it by a clause of the paper: in its phrase, right behind that, or behind the verb."""
    start, end = said.source
    if found := ACTIVE.match(text, end, end + _REACH_CHARS) or _BEHIND.match(text, end, limit):
        yield found.end(), found.end() + _REACH_CHARS
    if end < said.cue[1] and (found := ACTIVE.match(text, said.cue[1], said.cue[1] + _REACH_CHARS)):
        yield found.end(), found.end() + _REACH_CHARS
    if inside := ACTIVE.search(text, start, end):
        yield inside.end(), end


def _told_next(text: str, said: Said, limit: int) -> Iterator[tuple[int, int]]:
    """Yield who has the paper by the next sentence: `The email, obtained by X,`; `X obtained the email`."""
    stop = _SENTENCE.match(text, limit)
    if stop is None:
        return
    for pattern in (_OF_PAPER, _GETS_PAPER):
        found = pattern.match(text, stop.end(), stop.end() + _REACH_CHARS)
        if found and _has_paper(text, said, found["noun"], stop.start()):
            yield found.end(), found.end() + _REACH_CHARS


def _has_paper(text: str, said: Said, noun: str, end: int) -> bool:
    """Tell whether the attribution is of such a paper: `a leaked email shows`, `said in a letter`."""
    if re.search(rf"\b{noun}s?\b", text[slice(*said.source)]):
        return True
    spoken = text[said.cue[1] : end]
    return re.match(rf"[^,]*? in (?:an?|its|his|her|their) (?:[\w-]+ ){{0,4}}{noun}\b", spoken) is not None


def is_publisher(text: str, place: tuple[int, int]) -> bool:
    """Tell whether somebody made public a paper of others: `a letter made public by the group`."""
    lead = _MADE_PUBLIC.search(text, max(0, place[0] - _MADE_PUBLIC_CHARS), place[0])
    if lead is None:
        return False
    return lead.group().endswith("by ") or _MAKES_PUBLIC.match(text, place[1]) is not None
