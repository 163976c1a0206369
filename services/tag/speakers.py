"""What a phrase says about a speaker: name, kind, role, affiliation, country. One phrase, without its text."""

import re
from dataclasses import dataclass
from typing import Final

from services.tag.nations import country_of
from services.tag.outlet import Directory, Entry
from services.tag.phrases import DETERMINERS, ROLES
from services.tag.words import words

_TOKEN: Final = re.compile(r"(?:[A-Z]\.)+|[\w.'&/-]*\w[.']?|[^\w\s]")
_ASIDE: Final = re.compile(r"\s*\([^)]*\)")
_PARTICLES: Final = words("al bin ibn bint abu de da di del della der den van von la le el dos das ben ter of")
_HONOURS: Final = words("mr. mrs. ms. mr mrs ms dr dr. fr. sir lady lord dame sheikh imam ayatollah prof.")
_SHORT_ROLES: Final = words(
    "sen. sens. rep. reps. gov. gen. col. lt. sgt. rev. capt. cmdr. adm. pres. maj. brig. justice king queen prince "
    "princess pope captain colonel major lieutenant sergeant admiral premier chancellor rabbi bishop archbishop "
    "undersecretary rapporteur vice-president commissioner superintendent treasurer sheriff counsel pm mp"
)
_NOT_ROLES: Final = words(
    "democrat republican democrats republicans police fellow head whip report poll statement data"
)
_DOCUMENTS: Final = words(
    "report reports study studies survey surveys poll polls statement statements data figures document documents "
    "analysis letter letters article articles story stories memo email emails filing filings transcript lawsuit "
    "complaint indictment records record estimate estimates review book paper release editorial post ad ads video "
    "footage claims allegations rumours rumors suggestions indications accounts findings results message"
)
_UNNAMED: Final = words("source sources insider insiders")
_UNNAMED_IF_ALONE: Final = words("official officer diplomat aide adviser advisor person lawmaker executive employee")
_SIGNS_OF_ANONYMITY: Final = re.compile(
    r"\b(?:anonym\w+|unnamed|unidentified|familiar with|not authori[sz]ed|close to)\b"
)
_MEDIA_TAIL: Final = re.compile(
    r"\s+(?P<kind>news agency|news service|newswire|wire service|newspaper|daily|magazine|website|news site|news outlet"
    r"|channel|tv channel|television channel|television|tv|radio|broadcaster|network|portal)$"
)
_AGENCY_KINDS: Final = frozenset({"news agency", "newswire", "wire service", "news service"})
_OFFICIAL: Final = words(
    "ministry department court commission parliament government senate congress army police military navy agency "
    "authority authorities council embassy bureau administration kremlin pentagon cabinet assembly office state house "
    "treasury judiciary municipality un nato eu fbi cia nsa irs fda cdc epa gchq mossad"
)
_ORGANISATION: Final = words(
    "party university institute center centre committee association group inc corp company bank fund foundation union "
    "campaign service board organization organisation society federation league alliance movement network forces force "
    "front brigade college school hospital club team initiative project coalition times post news press international "
    "international's action watch research partners capital ltd llc co. inc. corp. airlines motors church networks "
    "systems holdings industries minera mines mining cell cells energy technologies labs foods media services shipping "
    "railways railway lines line directorate authority"
)
_BY_ROLE: Final = re.compile(r"\s+(?:for|of|at|with|from|in)\s+(?:the\s+)?")
_DONE: Final = words("seen made given held written shown taken sent put")
_MEDIA_HEADS: Final = words("agency newspaper newswire channel broadcaster magazine daily weekly website outlet paper")
_COLLECTIVE: Final = words("and or")


@dataclass(frozen=True, slots=True)
class Speaker:
    """What one phrase tells. `definite` phrases (`the source`) may speak of somebody named before by `head`."""

    kind: str
    words: str
    """The phrase without its article."""
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    country: str | None = None
    outlet: Entry | None = None
    head: str = ""
    definite: bool = False
    abroad: bool = False
    """True where the phrase is of another language than English, and was read as one that speaks."""


def read_speaker(phrase: str, directory: Directory) -> Speaker:
    """Read an evened phrase."""
    plain = " ".join(_ASIDE.sub("", phrase).split())
    front, _, apposition = plain.partition(", ")
    tokens = _TOKEN.findall(front)
    definite = bool(tokens) and tokens[0].lower() in {"the", "this", "that"}
    shown = " ".join(phrase.split())
    if tokens and tokens[0].lower() in {"a", "an", "the"}:
        shown, tokens = shown.split(" ", 1)[-1], tokens[1:]
    while len(tokens) > 1 and tokens[0].lower() in DETERMINERS and (tokens[0].islower() or tokens[1].islower()):
        tokens = tokens[1:]
    if not tokens:
        return Speaker("group", shown)
    country = next((code for token in tokens[:3] if (code := country_of(token))), None)
    return (
        _media(tokens, shown, country, directory)
        or _renamed(tokens, shown, country, apposition)
        or _unnamed(tokens, shown, country, definite, plain)
        or _named(tokens, shown, country, apposition, definite)
        or _common(tokens, shown, country, definite)
    )


def _media(tokens: list[str], shown: str, country: str | None, directory: Directory) -> Speaker | None:
    words_of = " ".join(tokens)
    tail = _MEDIA_TAIL.search(words_of.lower())
    bare = words_of[: tail.start()] if tail else words_of
    name_tokens = bare.split()
    while name_tokens and (
        country_of(name_tokens[0]) or name_tokens[0].endswith("-language") or name_tokens[0].islower()
    ):
        if directory.named(" ".join(name_tokens)):
            break
        name_tokens = name_tokens[1:]
    name = " ".join(name_tokens)
    entry = directory.named(name) if name else None
    if entry:
        kind = "news_agency" if entry.kind == "news_agency" else "outlet"
        if entry.kind in {"organisation", "official_body"}:
            kind = entry.kind
        return Speaker(kind, shown, entry.name, country=entry.country or country, outlet=entry, head=_last(tokens))
    heads = [number for number, token in enumerate(tokens[:-1]) if token in _MEDIA_HEADS]
    if heads and all(map(_namelike, tokens[heads[-1] + 1 :])):
        kind = "news_agency" if tokens[heads[-1]] in {"agency", "newswire"} else "outlet"
        return Speaker(kind, shown, " ".join(tokens[heads[-1] + 1 :]), country=country, head=tokens[heads[-1]])
    if tail and name and name[0].isupper():
        kind = "news_agency" if tail["kind"] in _AGENCY_KINDS else "outlet"
        return Speaker(kind, shown, name, country=country, head=_last(tokens))
    return None


def _renamed(tokens: list[str], shown: str, country: str | None, apposition: str) -> Speaker | None:
    """Read a role that a name follows: `the deputy head of the port authority, Yerlan Tasbolatov`."""
    name = apposition.split()
    if len(name) < 2 or not all(map(_namelike, name)) or _is_role(name[0]) or tokens[-1][:1].isupper():  # noqa: PLR2004
        return None
    if _last(tokens) not in ROLES or _last(tokens).endswith("s"):
        return None
    role, *behind = _BY_ROLE.split(" ".join(tokens), maxsplit=1)
    return Speaker("person", shown, apposition, role, behind[0] if behind else None, country, head=name[-1].lower())


def _last(tokens: list[str]) -> str:
    """Give the head noun: the last word before a preposition, or before what was done to it: `a memo seen by`."""
    for number, token in enumerate(tokens):
        if number and token.lower() in {
            "of",
            "for",
            "at",
            "in",
            "from",
            "by",
            "on",
            "with",
            "to",
            "who",
            "close",
            "familiar",
        }:
            done = number > 1 and (tokens[number - 1].endswith("ed") or tokens[number - 1] in _DONE)
            return tokens[number - 1 - done].lower()
    return tokens[-1].lower()


def _unnamed(tokens: list[str], shown: str, country: str | None, definite: bool, plain: str) -> Speaker | None:  # noqa: FBT001 - internal
    head = _last(tokens)
    if head in _DOCUMENTS and (not tokens[-1][:1].isupper() or len(tokens) == 1 or head != tokens[-1].lower()):
        return Speaker("document", shown, country=country, head=head, definite=definite)
    anonymous = head in _UNNAMED or bool(_SIGNS_OF_ANONYMITY.search(plain))
    if anonymous and not (len(tokens) > 1 and tokens[0][:1].isupper() and tokens[1][:1].isupper()):
        return Speaker("anonymous", shown, country=country, head=head.removesuffix("s"), definite=definite)
    if head in _UNNAMED_IF_ALONE and head.islower() and not _has_name(tokens):
        role = _role(tokens)
        return Speaker("anonymous", shown, role=role, country=country, head=head, definite=definite)
    return None


def _has_name(tokens: list[str]) -> bool:
    return tokens[-1][:1].isupper()


def _is_role(token: str) -> bool:
    low = token.lower()
    return (low in ROLES and low not in _NOT_ROLES and low not in _DOCUMENTS) or low in _SHORT_ROLES or low in _HONOURS


def _namelike(token: str) -> bool:
    return token[:1].isupper() or token in _PARTICLES or token.startswith(("al-", "el-")) or token.isdigit()


def _named(tokens: list[str], shown: str, country: str | None, apposition: str, definite: bool) -> Speaker | None:  # noqa: FBT001 - internal
    """Read a phrase that ends in a name: `Iranian Judiciary Chief Ebrahim Raeisi`, `Mr. Trump`, `the Red Cross`."""
    if any(token in _COLLECTIVE for token in tokens) and not apposition and not _is_one_body(tokens):
        return None
    roles = [number for number, token in enumerate(tokens) if _is_role(token)]
    start = roles[-1] + 1 if roles else 0
    run = tokens[start:]
    cut = next((number for number, token in enumerate(run) if number and token in {"of", "from", "in"}), len(run))
    run = run[:cut]
    plain = [number for number, token in enumerate(run) if not _namelike(token)]
    if plain:
        start += plain[-1] + 1
        run = run[plain[-1] + 1 :]
    if not any(token[:1].isupper() for token in run) or _is_many(run[-1]):
        return None
    owner = next((number for number, token in enumerate(run[:-1]) if token.endswith("'s")), None)
    owned = " ".join(run[: owner + 1]).removesuffix("'s") if owner is not None else None
    run = run[owner + 1 :] if owner is not None else run
    name = " ".join(run).removesuffix("'s")
    roles = roles or ([start - 1] if plain else [])
    honoured = bool(roles) and tokens[roles[-1]].lower() in _HONOURS
    role_words = [] if honoured else [token for token in tokens[:start] if not country_of(token)]
    low = {token.lower() for token in run}
    if not roles and (low & _OFFICIAL or (len(run) == 1 and country_of(run[0]))):
        body = name if owned and country_of(owned) and len(run) > 1 else " ".join(tokens)
        return Speaker("official_body", shown, body, country=country, head=_last(tokens))
    if not roles and (low & _ORGANISATION or (definite and not apposition) or (name.isupper() and len(name) > 1)):
        return Speaker("organisation", shown, " ".join(tokens), country=country, head=_last(tokens))
    if not roles and len(run) == 1 and country_of(run[0]):
        return None
    if not roles and country and len(run) > 1 and country_of(run[0]):
        run = run[1:]
        name = " ".join(run)
    role, affiliation = _apposed(apposition) if apposition else (None, None)
    if role_words:
        role = " ".join(role_words).strip()
    if owned and not country_of(owned):
        affiliation = affiliation or owned
    return Speaker("person", shown, name, role, affiliation, country, head=run[-1].lower())


def _is_one_body(tokens: list[str]) -> bool:
    """Tell whether `and` is part of a body's name: `Water Resources and Energy Directorate`."""
    return tokens[-1].lower() in _ORGANISATION | _OFFICIAL and all(
        token[:1].isupper() or token in {"and", "of", "for", "the"} for token in tokens
    )


def _is_many(token: str) -> bool:
    """Tell whether a capitalised word is the plural of a role: `Democrats`, `Senators`."""
    return token.lower() in ROLES and token.endswith("s")


def _apposed(apposition: str) -> tuple[str | None, str | None]:
    """Read `the spokesman for X in Y`: the role and what it belongs to."""
    front = apposition.split(", ", 1)[0]
    tokens = front.split()
    if tokens and tokens[0].lower() in DETERMINERS:
        tokens = tokens[1:]
    front = " ".join(tokens)
    if not tokens or tokens[0] in {"who", "which"} or not any(_is_role(token.strip(".,")) for token in tokens):
        return None, None
    parts = _BY_ROLE.split(front, maxsplit=1)
    if len(parts) == 1:
        return front, None
    affiliation = re.split(r"\s+(?:in|at|on|who|which|and)\s+", parts[1], maxsplit=1)[0].strip(" ,")
    return parts[0], affiliation or None


def _role(tokens: list[str]) -> str | None:
    kept = [token for token in tokens if not country_of(token)]
    return " ".join(_BY_ROLE.split(" ".join(kept), maxsplit=1)[:1]) or None


def _common(tokens: list[str], shown: str, country: str | None, definite: bool) -> Speaker:  # noqa: FBT001 - internal
    """Read a phrase without a name: `officials`, `a spokesman for the ministry`, `the government`."""
    head = _last(tokens)
    low = {token.lower() for token in tokens}
    if head in _OFFICIAL or (len(tokens) == 1 and country):
        return Speaker("official_body", shown, country=country, head=head, definite=definite)
    if any(token in _COLLECTIVE for token in tokens):
        return Speaker("group", shown, country=country, head=head, definite=definite)
    if _is_role(head) and not head.endswith("s"):
        parts = _BY_ROLE.split(" ".join(tokens), maxsplit=1)
        affiliation = parts[1] if len(parts) > 1 and parts[1][:1].isupper() else None
        return Speaker(
            "person", shown, role=_role(tokens), affiliation=affiliation, country=country, head=head, definite=definite
        )
    if low & _ORGANISATION:
        return Speaker("organisation", shown, country=country, head=head, definite=definite)
    return Speaker("group", shown, country=country, head=head, definite=definite)
