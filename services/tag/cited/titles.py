"""What stands before and behind a person's name: role, rank, title of honour, and what the role belongs to. English."""

import re
from typing import Final, NamedTuple

from services.tag.cited.nouns import BODIES, DOCUMENTS, ORGANISATIONS, is_person, singular
from services.tag.cited.phrase_parts import PREPOSITIONS_OF_NOUNS, Parts, parts_of
from services.tag.cited.phrases import DETERMINERS, ROLES
from services.tag.cited.vocabulary import OCCUPATIONS
from services.tag.places.nations import country_of
from services.tag.words import words

_PARTICLES: Final = words("al bin ibn bint abu de da di del della der den van von la le el dos das ben ter of e y")
HONOURS: Final = words(
    "mr. mrs. ms. mr mrs ms dr dr. fr. sir lady lord dame sheikh imam ayatollah prof. hojatoleslam datuk dato tan haji "
    "hajah hajji shri smt. don dona madam mullah maulana engr. eng. capt"
)
_RANKS: Final = words(
    "gen. col. lt. sgt. capt. cmdr. adm. maj. brig. captain colonel major lieutenant sergeant admiral general "
    "commander brigadier corporal superintendent constable inspector marshal commodore warrant"
)
_RANK_TAILS: Final = words("first second third class rank general colonel commander of police")
_SHORT_ROLES: Final = words(
    "sen. sens. rep. reps. gov. rev. pres. justice king queen prince princess pope premier chancellor rabbi bishop "
    "archbishop undersecretary rapporteur vice-president commissioner treasurer sheriff counsel pm mp vice-minister"
)
_NOT_ROLES: Final = words(
    "democrat republican democrats republicans police fellow head whip report poll statement data"
)
_MEMBERS: Final = words(
    "spokesman spokeswoman spokesperson member official officer director source adviser advisor representative "
    "executive analyst researcher economist chairman chairwoman chief commander coordinator delegate lawyer"
)
"""Roles whose body stands right before them: `Coast Guard spokesperson`."""
_PLACES: Final = words("city town island county valley states state district region province affairs health york")
_BY_ROLE: Final = re.compile(r"\s+(?P<by>for|of|at|with|from|in)\s+(?:the\s+)?")
_NEXT: Final = re.compile(r",?\s+(?:in|on|at|from|with|who|which)\s+")
_PORTFOLIOS: Final = words("minister commissioner secretary envoy rapporteur undersecretary vice-minister prosecutor")
"""Roles that `for` completes, rather than telling whose they are: `Minister for Planning`."""
_OCCUPIED: Final = ("ist", "ian", "sman", "swoman", "grapher", "ator", "teacher", "keeper", "worker")
"""Ends of occupations that are nobody's first name."""
_TWO: Final = 2


class Title(NamedTuple):
    """A person's name and what stands before it."""

    role: list[str]
    name: list[str]
    honoured: bool = False
    rank: bool = False
    """True where the role is only a rank."""


def is_title(word: str) -> bool:
    """Tell whether a word may stand before a name: `minister`, `Colonel`, `Dr.`, `villager`."""
    low = word.lower()
    if low in HONOURS or low in _RANKS or low in _SHORT_ROLES:
        return True
    if low in _NOT_ROLES:
        return low == "head" and word.islower()
    if low in ROLES and low not in DOCUMENTS:
        return True
    return (word.islower() and is_person(low)) or (low in OCCUPATIONS and low.endswith(_OCCUPIED))


def is_namelike(word: str) -> bool:
    """Tell whether a word may be part of a name."""
    return word[:1].isupper() or word in _PARTICLES or word.startswith(("al-", "el-")) or word.isdigit() or word == "&"


def name_of(tokens: list[str]) -> list[str]:
    """Give the words with capitals that a phrase ends in, particles among them."""
    start = len(tokens)
    while start and is_namelike(tokens[start - 1]):
        start -= 1
    while start < len(tokens) and not tokens[start][:1].isupper() and not tokens[start].startswith(("al-", "el-")):
        start += 1
    return tokens[start:]


def title_of(tokens: list[str]) -> Title | None:
    """Part a title from the name behind it; null where no name follows a title."""
    titles = [number for number, token in enumerate(tokens[:-1]) if is_title(token)]
    while titles:
        last = titles.pop()
        name = _name_behind(tokens[last + 1 :])
        gap = tokens[last + 1 : len(tokens) - len(name)]
        if name and (not gap or gap[0] in PREPOSITIONS_OF_NOUNS or gap[0].lower() in _RANK_TAILS):
            break
    else:
        return None
    low = tokens[last].lower()
    role = tokens[: len(tokens) - len(name)]
    if low in HONOURS:
        role = tokens[:last]
        while role and role[-1].lower() in HONOURS:
            role.pop()
        inner = title_of([*role, *name]) if any(map(is_title, role)) else None
        return Title(inner.role if inner else role, name, honoured=True)
    if low in _RANKS:
        start = last
        while start and (tokens[start - 1].lower() in _RANKS | _RANK_TAILS):
            start -= 1
        before = tokens[:start]
        if any(map(is_title, before)):
            return Title(before, name)
        return Title(role, name, rank=not before)
    return Title(role, name)


def _name_behind(tokens: list[str]) -> list[str]:
    """Find the name behind a title and what it belongs to: `for Planning Behrouz Sadeghi-Nia`."""
    while len(tokens) > 1 and tokens[0].lower() in _RANK_TAILS and tokens[0] != "of":
        tokens = tokens[1:]
    run = name_of(tokens)
    if not run or not run[-1][:1].isupper() or run[-1].isdigit():
        return []
    bound = tokens[0] in PREPOSITIONS_OF_NOUNS or tokens[0] == "of"
    if not bound:
        return run
    if len(run) == len(tokens):
        run = run[1:]
    before = tokens[len(tokens) - len(run) - 1]
    inside = tokens[: len(tokens) - len(run) - 1]
    if (
        before == "of"
        and inside
        and inside[-1][:1].isupper()
        and singular(inside[-1].lower()) in BODIES | ORGANISATIONS
    ):
        return []
    if before in DETERMINERS or before in PREPOSITIONS_OF_NOUNS or before == "and":
        capitals = [token for token in run if token[:1].isupper()]
        run = run[-_TWO:] if len(capitals) > _TWO and not country_of(" ".join(run)) else []
    return run if len(run) >= _TWO and not _is_body(run) else []


def _is_body(run: list[str]) -> bool:
    """Tell whether words with capitals are no person's name, but a body's or a place's."""
    return any(singular(token.lower()) in BODIES | ORGANISATIONS | _PLACES for token in run)


def role_of(parts: Parts, tokens: list[str] | None = None) -> tuple[str | None, str | None]:
    """Give role and affiliation of a phrase, or of the words before its name."""
    words_of = [*(parts.tokens if tokens is None else tokens)]
    kept = [word for number, word in enumerate(words_of) if not (number == 0 and country_of(word))]
    role, affiliation = _apart(" ".join(kept))
    noun = (role or "").split()
    if affiliation is None and len(noun) > 1 and noun[-1].lower() in _MEMBERS and noun[0][:1].isupper():
        body = words_of[: words_of.index(noun[-1])] if noun[-1] in words_of else noun[:-1]
        affiliation = " ".join(body) if all(word[:1].isupper() or word == "of" for word in body) else None
    owner = parts.owner
    if affiliation is None and owner and not country_of(owner) and len(owner) > len("their"):
        affiliation = owner
    return role or None, affiliation


def _apart(text: str) -> tuple[str | None, str | None]:
    """Part what somebody is from what they belong to: `spokesman`, `Hashd al-Sha'abi`."""
    matches = list(_BY_ROLE.finditer(text))
    for number, match in enumerate(matches):
        behind = text[match.end() :]
        near = text[match.end() : matches[number + 1].start()] if number + 1 < len(matches) else behind
        body = any(singular(token.lower()) in BODIES | ORGANISATIONS for token in near.split())
        holder = text[: match.start()].split()[-1:]
        bound = match["by"] in {"for", "at", "with"} and behind[:1].isupper() and holder[0].lower() not in _PORTFOLIOS
        if body or bound:
            return text[: match.start()], _NEXT.split(behind, maxsplit=1)[0].strip(" ,") or None
    if not matches or (matches[0]["by"] in {"of", "for"} and " the " not in matches[0].group()):
        return _NEXT.split(text, maxsplit=1)[0] or None, None
    return text[: matches[0].start()], None


def apposed(apposition: str) -> tuple[str | None, str | None]:
    """Read `the spokesman for X in Y`: the role and what it belongs to; nulls for `a mother of six`."""
    front = apposition.split(", ", 1)[0]
    parts = parts_of(front)
    low = parts.head
    if (
        not parts.tokens
        or low in {"mother", "father"}
        or not any(is_title(token.strip(".,")) for token in parts.tokens)
    ):
        return None, None
    if low not in ROLES and not is_title(low):
        return None, None
    return role_of(parts)
