"""Names that tell of a firm by themselves: `Petroneft`, `PT Timah`, `SDF`; and which words are of a name. Pure."""

import re
from typing import Final

from services.tag.cited.given_names import GIVEN
from services.tag.cited.nouns import kind_of
from services.tag.cited.speaker import Speaker
from services.tag.cited.vocabulary import COMPANIES
from services.tag.folding import fold
from services.tag.words import words

_FIRMS: Final = words("pt cv ooo oao pao jsc banco grupo compagnie")
_FIRM_TAIL: Final = re.compile(
    r"^.{2,}(?:air|bank|neft|gaz|prom|tel|telecom|jet|soft|corp|energo|energy|tech|pharm|pharma|flot|avia|petrol|oil|gas"
    r"|steel|motors|invest|power|media|rail|bahn|group|trans|lines)$"
    r"|^(?:petro|gazprom|ros(?:atom|kosmos)|euro|agro|tele|bio)[a-z]{3,}$"
)
"""How firms' names end, and no people's."""
_SMALL_NAME: Final = re.compile(r"[^\W\d_][\w.-]{3,}")
_BASED: Final = ("-based", "-run", "-owned", "-backed", "-listed", "-led", "-appointed", "-funded", "-linked")


def is_firm(run: list[str]) -> bool:
    """Tell whether a name is a firm's, by its end or by what stands first."""
    low = fold(run[-1])
    lone = len(run) == 1 and (low in COMPANIES or bool(_FIRM_TAIL.search(low)))
    return lone or (len(run) > 1 and run[0].lower().strip(".") in _FIRMS)


def is_short(run: list[str]) -> bool:
    """Tell whether a name is an abbreviation."""
    return len(run) == 1 and run[0].isupper() and len(run[0]) > 1


def is_unlike_people(run: list[str]) -> bool:
    """Tell whether a name is hardly a person's: one word, or without a known first name."""
    return len(run) == 1 or fold(run[0]) not in GIVEN


def is_thing_like(speaker: Speaker) -> bool:
    """Tell whether what only its capitals make a person's name may be a firm's: `Baltic Deeps raised its forecast`."""
    return speaker.guessed and " " in (speaker.name or "") and is_unlike_people((speaker.name or "").split())


def is_small_name(run: list[str]) -> bool:
    """Tell whether a lone word without a capital is a name: no noun, and none that describes."""
    word = run[0]
    return len(run) == 1 and word.islower() and bool(_SMALL_NAME.fullmatch(word)) and kind_of(word) is None


def own_words(run: list[str]) -> list[str]:
    """Drop what only describes before the capitals of a name: `rebel Palaung Front`, `U.S.-based Institute`."""
    start = 0
    while start + 1 < len(run) and ((run[start].islower() and run[start][0].isalpha()) or run[start].endswith(_BASED)):
        start += 1
    return run[start:] if run[start][:1].isupper() or run[start][0].isdigit() else run


def is_description(word: str) -> bool:
    """Tell whether a word before a noun only tells whose it is or where: `state-appointed`."""
    return word.endswith(_BASED)
