"""What stands before and behind a person's name: role, rank, title of honour, and what the role belongs to. English."""

import re
from typing import Final, NamedTuple

from services.tag.cited.given_names import GIVEN
from services.tag.cited.nouns import BODIES, DOCUMENTS, ORGANISATIONS, is_person, kind_of, singular
from services.tag.cited.phrase_parts import PREPOSITIONS_OF_NOUNS, Parts, parts_of
from services.tag.cited.phrases import DETERMINERS, ROLES
from services.tag.cited.vocabulary import OCCUPATIONS
from services.tag.folding import fold
from services.tag.places.nations import country_of
from services.tag.words import words

_PARTICLES: Final = words(
    "al bin ibn bint abu de da di del della der den van von la le el dos das ben ter of e y ng mga du des und zu am"
)
HONOURS: Final = words(
    "mr. mrs. ms. mr mrs ms dr dr. fr. sir lady lord dame sheikh imam ayatollah prof. hojatoleslam datuk dato tan "
    "haji malam mallam malama hajah hajji alhaji hajiya barrister advocate maitre maître shri smt. don dona madam "
    "mullah maulana engr. eng. capt "
)
_RANKS: Final = words(
    "gen. col. lt. sgt. capt. cmdr. adm. maj. brig. captain colonel major lieutenant sergeant admiral general sp "
    "asp dsp csp acp dcp commander brigadier corporal superintendent constable inspector marshal commodore "
    "warrant "
)
_GENERALS: Final = words("attorney director secretary consul inspector solicitor prosecutor governor surgeon auditor")
"""Before `General` they make an office, and no rank."""
_RANK_TAILS: Final = words("first second third class rank general colonel commander of police")
_SHORT_ROLES: Final = words(
    "sen. sens. rep. reps. gov. rev. pres. justice king queen prince princess pope premier chancellor rabbi bishop "
    "archbishop mla mna mep mlc undersecretary rapporteur vice-president commissioner treasurer sheriff "
    "counsel pm mp vice-minister"
)
_NOT_ROLES: Final = words(
    "democrat republican democrats republicans police fellow head whip report poll statement data"
)
_VOICES: Final = words("spokesman spokeswoman spokesperson lawyer attorney representative")
_MEMBERS: Final = words(
    "spokesman spokeswoman spokesperson member official officer director source adviser advisor representative "
    "executive analyst researcher economist chairman chairwoman chief commander coordinator delegate lawyer"
)
"""Roles whose body stands right before them: `Coast Guard spokesperson`."""
_PLACES: Final = words("city town island county valley states state district region province affairs health york")
_STAFF: Final = words("commissioner employee worker inspector treasurer secretary engineer")
_OWNERS: Final = words("its his her their our my")
_HOUSES: Final = words(
    "ministry department council agency commission court embassy hospital party union company bank municipality"
)
_BY_ROLE: Final = re.compile(r"\s+(?P<by>for|of|at|with|from|in)\s+(?:(?:the|an?)\s+)?")
_BELONGS: Final = re.compile(
    r"(?:of|from|at|with|for) (?:the )?(?P<body>[\w'&.-]+(?: (?:(?:of|for|and|the|de) ){0,2}[A-Z][\w'&.-]*)*)"
)
_NEXT: Final = re.compile(r",?\s+(?:in|on|at|from|with|who|which)\s+")
_WHOLE: Final = words("head captain mayor governor")
"""Roles that say little without what they are of."""
_LEADERS: Final = words(
    "leader president chair chairman chairwoman chairperson director founder co-founder owner secretary"
)
_PORTFOLIOS: Final = words("minister commissioner secretary envoy rapporteur undersecretary vice-minister prosecutor")
"""Roles that `for` completes, rather than telling whose they are: `Minister for Planning`."""
_OCCUPIED: Final = ("ist", "ian", "sman", "swoman", "grapher", "ator", "teacher", "keeper", "worker")
"""Ends of occupations that are nobody's first name."""
_LIKE_NAMES: Final = words(
    "baker miller hunter carter mason porter taylor parker walker chandler cooper dean major page spencer stewart "
    "turner bishop king prince pope marshal cardinal abbot monk judge"
)
"""Occupations that are names of people, too."""
_QUALIFIERS: Final = words(
    "chief deputy senior vice acting executive managing general assistant former top first grand "
    "paramount principal regional national honorary joint defence defense lead trial junior state-appointed"
)
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
    if low.endswith("-general") or (low.startswith(("vice-", "co-")) and is_person(low.partition("-")[2])):
        return True
    if low in _NOT_ROLES:
        return low == "head" and word.islower()
    if low in ROLES and low not in DOCUMENTS:
        return True
    return (word.islower() and is_person(low)) or (low in OCCUPATIONS and low.endswith(_OCCUPIED))


def is_occupation(tokens: list[str]) -> bool:
    """Tell whether a noun with a sentence's capital opens a phrase, with a full name behind: `Commuter Park Ji-eun`."""
    low = tokens[0].lower()
    names = len(tokens) > _TWO and all(token[:1].isupper() for token in tokens[1:])
    return names and is_person(low) and low not in GIVEN | _LIKE_NAMES and not is_person(tokens[1].lower())


def _is_capital_occupation(tokens: list[str], number: int) -> bool:
    """Tell whether an occupation with a capital stands before a full name: `Dickens County Clerk Ramona Pruitt`."""
    return fold(tokens[number + 1]) in GIVEN and is_occupation(tokens[number:])


def is_namelike(word: str) -> bool:
    """Tell whether a word may be part of a name."""
    return (
        word.lstrip('"')[:1].isupper()
        or word in _PARTICLES
        or word.startswith(("al-", "el-"))
        or word.isdigit()
        or word == "&"
    )


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
    if not titles and is_occupation(tokens):
        titles = [0]
    titles = titles or [number for number in range(1, len(tokens) - _TWO) if _is_capital_occupation(tokens, number)]
    while titles:
        last = titles.pop()
        name = _name_behind(tokens[last + 1 :], voice=tokens[last].lower() in _VOICES)
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
        if low == "general" and before and before[-1].lower() in _GENERALS:
            return Title(role, name)
        if any(map(is_title, before)):
            return Title(before, name)
        return Title(role, name, rank=not before)
    return Title(role, name)


def _name_behind(tokens: list[str], *, voice: bool) -> list[str]:
    """Find the name behind a title and what it belongs to: `for Planning Behrouz Sadeghi-Nia`.

    Behind a `voice`, a spokesman, a preposition brings in only whose he is.
    """
    while len(tokens) > 1 and tokens[0].lower() in _RANK_TAILS and tokens[0] != "of":
        tokens = tokens[1:]
    run = name_of(tokens)
    if not run or not run[-1][:1].isupper() or run[-1].isdigit():
        return []
    bound = tokens[0] in PREPOSITIONS_OF_NOUNS or tokens[0] == "of"
    if bound and voice:
        return []
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
    if tokens[0] != "of" and _is_body(run):
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
    if len(kept) > 1 and kept[0].endswith("-year-old"):
        kept = kept[1:]
    role, affiliation = _apart(" ".join(kept))
    noun = (role or "").split()
    if affiliation is None and len(noun) > 1 and noun[-1].lower() in _MEMBERS and noun[0][:1].isupper():
        body = words_of[: words_of.index(noun[-1])] if noun[-1] in words_of else noun[:-1]
        known = body[0].lower() not in _QUALIFIERS
        affiliation = " ".join(body) if known and all(word[:1].isupper() or word == "of" for word in body) else None
    affiliation = affiliation or _body_before(noun)
    owner = parts.owner
    if affiliation is None and owner and not country_of(owner) and owner not in _OWNERS:
        affiliation = owner
    return role or None, affiliation


def _body_before(noun: list[str]) -> str | None:
    """Give the body that stands before a small noun for one of its people: `Edo State police spokesperson`."""
    short = len(noun) == _TWO and noun[0].isupper() and len(noun[0]) > _TWO and not country_of(noun[0])
    if len(noun) < _TWO or not noun[-1].islower() or (noun[-1] not in _MEMBERS | _STAFF and not short):
        return None
    before = noun[:-1]
    while before and before[-1].lower() in _QUALIFIERS:
        before = before[:-1]
    while before and before[0].lower() in _QUALIFIERS and before[0].islower():
        before = before[1:]
    named = before and before[0][:1].isupper()
    body = before and singular(before[-1].lower()) in BODIES | ORGANISATIONS
    if not before or country_of(before[-1]) or not (named and (body or all(word[:1].isupper() for word in before))):
        return " ".join(before) if body and before[-1] in _HOUSES else None
    return " ".join(before)


def _apart(text: str) -> tuple[str | None, str | None]:
    """Part what somebody is from what they belong to: `spokesman`, `Hashd al-Sha'abi`."""
    matches = list(_BY_ROLE.finditer(text))
    for number, match in enumerate(matches):
        behind = text[match.end() :]
        near = text[match.end() : matches[number + 1].start()] if number + 1 < len(matches) else behind
        body = any(singular(token.lower()) in BODIES | ORGANISATIONS for token in near.split())
        holder = text[: match.start()].split()[-1:]
        bound = match["by"] in {"for", "at", "with"} and behind[:1].isupper() and holder[0].lower() not in _PORTFOLIOS
        if body and match["by"] == "of" and near == near.lower() and holder[0].lower() in _WHOLE:
            whole = _NEXT.split(text, maxsplit=1)[0].strip(" ,")
            return whole, whole[match.end() :] if holder[0].lower() == "head" else None
        leads = match["by"] == "of" and holder[0].lower() in _LEADERS and not country_of(behind)
        if body or bound or leads:
            return text[: match.start()], bare_body(_NEXT.split(behind, maxsplit=1)[0].strip(" ,")) or None
    whole = bool(matches) and text[: matches[0].start()].split()[-1:][0].lower() in _WHOLE
    of = bool(matches) and matches[0]["by"] in {"of", "for"}
    if not matches or (of and (whole or " the " not in matches[0].group())):
        return _NEXT.split(text, maxsplit=1)[0] or None, None
    return text[: matches[0].start()], None


def bare_body(text: str) -> str:
    """Give a body's name without the small noun before it: `Meridian Hull`, for `insurer Meridian Hull`."""
    first, _, name = text.partition(" ")
    if first.endswith("-based") and name[:1].isupper():
        return name
    return name if name[:1].isupper() and first.islower() and kind_of(first) == "organisation" else text


def belonging(text: str) -> str | None:
    """Give the body in what stands behind a name: `of the Lemhi County Sheriff's Office`, `from the Greens`."""
    match = _BELONGS.match(text.removeprefix("who is "))
    tokens = match["body"].split() if match else []
    known = any(singular(token.lower()) in BODIES | ORGANISATIONS for token in tokens)
    return bare_body(match["body"]) if match and known else None


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
