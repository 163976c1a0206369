"""What kind of source a phrase is of: by the words of a name, else by its noun. English. Pure."""

import re
from typing import Final

from services.tag.cited.nouns import BODY_KINDS, PLATFORMS, PROPER, is_plural, kind_of
from services.tag.cited.phrase_parts import Parts
from services.tag.cited.phrases import ROLES
from services.tag.cited.titles import is_title
from services.tag.cited.vocabulary import (
    ADHERENTS,
    CIVIC_WORDS,
    OFFICES_BY_INITIALS,
    STATE_NOUNS_BY_WORD,
    STATE_WORDS,
)
from services.tag.places.nations import country_of, is_adjective
from services.tag.words import words

_MADE_BY_PEOPLE: Final = words("image law policy decision opinion film peace rule news king")
_CENTRAL_BANK: Final = re.compile(
    r"(?:(?:Reserve|Central|National|State|People's) Bank of [A-Z]|Federal Reserve\b"
    r"|Bank of (?:England|Canada|Japan|Korea|Israel|Mexico"
    r"|Ghana|Uganda|Zambia|Tanzania|Namibia|Botswana|Italy|Spain|France|Greece|Portugal|Finland|Lithuania|Latvia|Russia|Thailand|Indonesia"
    r"|Jamaica|Guyana|Sierra Leone|Mauritius|Mongolia)$)"
)
"""Banks of states; some banks of this form are anybody's: `Bank of China`."""
_TRADES: Final = words(
    "oil energy gas mining petroleum telecom telecoms drug pharma food steel shipping banking tech technology industry "
    "resources commodities supermarket airline insurance chemicals film music"
)
_FORMAL: Final = words("report study survey poll statement")
_GIVEN: Final = words("king prince pope bishop chancellor justice judge marshal major coach speaker head premier")
"""Titles that are surnames, too."""
_BY_HEAD: Final = {
    "media": "outlet",
    **dict.fromkeys(("hall", "division", "delegation", "inspection"), "official_body"),
    **dict.fromkeys(("notebook", "register", "manifest", "inventory"), "document"),
}
_INITIALS: Final = words("ngo ag sa spa ab asa bv nv un eu sec bar")
"""Abbreviations that are names of people where they are spelled as such: `Ngo Van Tinh`, `Ag Intalla`."""


def kind_of_name(parts: Parts, run: list[str], before: list[str]) -> str | None:
    """Give the kind that the words of a name tell, or the small noun before it; null for a person's name."""
    if before and before[-1].islower() and (kind := kind_of(before[-1])) and kind not in {"person", "people"}:
        return kind
    if _CENTRAL_BANK.match(" ".join((*run, *parts.named_rest))):
        return "official_body"
    last = run[-1].lower()
    if is_plural(last) and (last in ROLES or country_of(run[-1])):
        return "people"
    if kind := last_kind(run):
        return kind
    if last in _FORMAL or (kind_of(last) == "document" and parts.opened):
        return "document"
    return "person" if is_title(run[-1]) and last not in _GIVEN else None


def last_kind(run: list[str]) -> str | None:
    """Give the kind of body that a name's words tell, the last first; null where they tell none."""
    if run[0].lower() in PROPER and len(run) == 1:
        return "official_body"
    for word in reversed(run):
        if len(run) > 1 and word.istitle() and word.lower() in _INITIALS:
            continue
        kind = kind_of(word.lower().strip("."), alone=len(run) == 1)
        if kind in BODY_KINDS and (kind != "outlet" or word == run[-1]):
            return _by_words(kind, word.lower(), run)
    return None


def _by_words(kind: str, noun: str, run: list[str]) -> str:
    """Tell bodies of the state by the other words of a name: `Customs Service`; and others: `Refugee Council`."""
    low = {word.lower().removesuffix("'s") for word in run}
    armed = noun in {"force", "forces"} and low & {"air", "armed"}
    if armed or (kind == "organisation" and noun in STATE_NOUNS_BY_WORD and low & STATE_WORDS):
        return "official_body"
    if kind == "official_body" and noun in {"council", "commission", "office", "command"} and low & CIVIC_WORDS:
        return kind if noun == "commission" and any(map(is_adjective, run)) else "organisation"
    return kind


def kind_of_phrase(parts: Parts) -> str | None:
    """Give the kind of a phrase without a name, by its noun."""
    kind = "organisation" if is_major(parts.noun) else kind_of(parts.head)
    if _is_person(parts) or is_office(parts.noun):
        return "person"
    if parts.head == "agency" and [word.lower() for word in parts.noun[-2:-1]] == ["news"]:
        return "news_agency"
    if told := _medium_pointed_at(parts) or _BY_HEAD.get(parts.head):
        return told
    if kind == "organisation" and parts.head in STATE_NOUNS_BY_WORD:
        owned = kind_of((parts.owner or "").rpartition(" ")[2]) == "official_body"
        owned = owned or (parts.definite and len(parts.tokens) == 1 and parts.head in {"force", "service"})
        kind = "official_body" if owned else _by_words(kind, parts.head, parts.noun)
    if kind == "document" and _is_posted(parts):
        return "social_media"
    return kind


def _medium_pointed_at(parts: Parts) -> str | None:
    """Give the kind of medium that a noun is of where it points back: `the server`, `the account`."""
    if not parts.definite:
        return None
    if parts.head in {"account", "page"} and len(parts.tokens) == 1:
        return "social_media"
    return "outlet" if parts.head == "server" else None


def _is_person(parts: Parts) -> bool:
    """Tell whether a noun that else names a body is of a person here: `the guard`, `the Spain international`."""
    if parts.definite and parts.noun and is_adherent(parts):
        return True
    alone = parts.head == "guard" and len(parts.noun) == 1 and parts.noun[0].islower()
    player = parts.head == "international" and parts.noun[-1].islower() and len(parts.noun) > 1
    return alone or player or _is_maker(parts.noun)


def is_office(noun: list[str]) -> bool:
    """Tell whether a noun is an office by its initials: `the SP`."""
    return len(noun) == 1 and noun[0].isupper() and noun[0].lower() in OFFICES_BY_INITIALS


def is_major(noun: list[str]) -> bool:
    """Tell whether a phrase names a big firm: `the oil major`."""
    return noun[-1:] == ["major"] and noun[-2:-1] != [] and noun[-2].lower() in _TRADES


def _is_maker(noun: list[str]) -> bool:
    """Tell whether somebody makes what no firm makes: `image maker`."""
    return [word.lower() for word in noun[-2:]][1:] == ["maker"] and noun[-2].lower() in _MADE_BY_PEOPLE


def _is_posted(parts: Parts) -> bool:
    """Tell whether a message was posted: `a message circulating on WhatsApp`, `a Facebook post`."""
    words_of = (*parts.noun[:-1], *parts.rest, *parts.plain.split(" on ")[-1:])
    return any(word.lower() in PLATFORMS for word in words_of) and parts.head not in {
        "report",
        "statement",
    }


def is_adherent(parts: Parts) -> bool:
    """Tell whether somebody is told by creed or people: `the Social Democrat`, `the Ugandan`."""
    last = parts.noun[-1]
    return last.lower() in ADHERENTS or (
        len(parts.noun) == 1
        and (is_adjective(last) or (last[:1].isupper() and last.endswith(("man", "woman", "ian"))))
        and not is_plural(last.lower())
    )
