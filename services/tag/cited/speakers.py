"""What a phrase says about a speaker: name, kind, role, affiliation, country. One phrase, without its text. English.

A phrase is taken apart (`phrase_parts`), and its noun and its capitals tell what it is.
"""

import re
from functools import lru_cache
from typing import Final

from services.tag.cited.body_names import called_by_noun, explained, explained_kind, of_fields, of_trade, society
from services.tag.cited.firms import is_description, is_firm, is_short, is_small_name, is_unlike_people, own_words
from services.tag.cited.given_names import GIVEN
from services.tag.cited.kinds import is_adherent, is_major, is_office, kind_of_name, kind_of_phrase, last_kind
from services.tag.cited.mastheads import read_masthead
from services.tag.cited.nouns import (
    BODY_KINDS,
    COMMON_FOLK,
    GENERAL,
    OFFICIALS,
    PLATFORMS,
    PROPER,
    is_person,
    is_plural,
    kind_of,
    singular,
)
from services.tag.cited.phrase_parts import Parts, parts_of
from services.tag.cited.speaker import Speaker
from services.tag.cited.titles import Title, apposed, belonging, is_namelike, is_title, name_of, role_of, title_of
from services.tag.cited.vocabulary import CAPITALS, FIRM_OR_PERSON, REBELS
from services.tag.folding import fold
from services.tag.outlet import Directory
from services.tag.places.nations import country_of
from services.tag.words import words

__all__ = ["Speaker", "read_speaker"]

_SIGNS_OF_ANONYMITY: Final = re.compile(
    r"\b(?:anonym\w+|unnamed|unidentified|familiar with|not authori[sz]ed|close to|briefed on|with knowledge of)\b"
)
_ADVOCATES: Final = words("lawyer attorney solicitor counsel")
"""With `for` they speak for somebody, as a spokesman does."""
_FEW: Final = words("two three four five six both")
_MIXED: Final = re.compile(r"^(?!Mac|Mc|De|La|Le|Di|Van|Fitz|Mb)[A-Z]?[a-z]+[A-Z]{1,}")
"""Names with capitals inside, which firms and agencies have: `KazTAG`."""
_SURNAMED: Final = re.compile(r" (?:surnamed|called|identified|named)\b.*")
_AGED: Final = re.compile(r", (?:aged )?\d{1,3}\Z")
_KNOWN_BY: Final = re.compile(
    r"\A(?:better |also |widely )?known (?:as|by) (?:its )?(?:[\w-]+ )??(?:initials |acronym )?"
)
_OFFICES: Final = words("ministry department commission directorate institute office bureau inspectorate ombudsman")
_STOCK: Final = words(
    "fish salmon trout shrimp prawn oyster mussel seaweed pig poultry chicken egg mink cannabis wind solar"
)
_LOOSELY: Final = words("local regional national provincial relevant state federal press")


@lru_cache(maxsize=4096)
def read_speaker(phrase: str, directory: Directory) -> Speaker:
    """Read an evened phrase. The same few hundred speak all day, so what was read last is remembered."""
    parts = parts_of(phrase)
    if not parts.tokens:
        return Speaker("group", parts.shown)
    return (
        read_masthead(parts, directory)
        or _called(parts)
        or of_fields(parts)
        or _renamed(parts, directory)
        or of_trade(parts)
        or _named(parts)
        or _common(parts)
    )


def _called(parts: Parts) -> Speaker | None:
    """Read `a villager surnamed Peng`."""
    if not parts.called:
        return None
    told = kind_of(parts.head) == "person" and parts.head not in GENERAL["person"]
    role, affiliation = role_of(parts) if told else (None, None)
    role = _SURNAMED.sub("", role) if role else None
    return Speaker("person", parts.shown, parts.called, role, affiliation, parts.country, head=parts.head)


def _renamed(parts: Parts, directory: Directory) -> Speaker | None:
    """Read a description that a name follows: `the deputy head of the port authority, Yerlan Tasbolatov`."""
    if not parts.apposition or not (parts.opened or parts.owner or is_title(parts.head) or parts.head.islower()):
        return None
    segment = _KNOWN_BY.sub("", parts.apposition).partition(", ")[0]
    inner = parts_of(segment)
    opened = inner.opened and not _is_named_body(parts, inner)
    owned = inner.owner and not country_of(inner.owner)
    if opened or owned or not inner.tokens or country_of(segment) or _tells_of_body(parts, inner):
        return None
    small = is_small_name(inner.tokens) and parts.opened and kind_of(parts.head) == "organisation"
    if not small and not is_namelike(inner.tokens[-1]):
        return None
    office = is_short(parts.noun) and parts.first == "the" and fold(inner.tokens[0]) in GIVEN and len(inner.tokens) > 1
    kind = kind_of_phrase(parts) or ("person" if is_title(parts.head) or office else None)
    one = parts.first in {"one", "another"} and kind not in BODY_KINDS
    kind = "person" if one else kind
    if (parts.head in FIRM_OR_PERSON or _is_stock_farmer(parts.noun)) and parts.opened and _is_firm_name(inner.tokens):
        kind = "organisation"
    if kind in {"person", "anonymous"} and not (parts.opened or parts.owner) and parts.tokens[-1][:1].isupper():
        kind = "person" if name_of(inner.tokens) == inner.tokens and len(inner.tokens) > 1 else None
    if kind in BODY_KINDS:
        entry = directory.named(" ".join(inner.tokens))
        name = entry.name if entry else " ".join(inner.tokens)
        country = parts.country or inner.country
        return Speaker(kind, parts.shown, name, country=country, outlet=entry, head=parts.head, owner=parts.owner)
    if kind not in {"person", "anonymous"} or last_kind(inner.tokens) is not None:
        return None
    title = title_of(inner.tokens) or Title([], inner.tokens)
    role, affiliation = role_of(parts) if not one else (None, None)
    if title.role and parts.owner in {"its", "their"} and not title.rank and parts.head == "founder":
        role = " ".join(title.role)
    return Speaker(
        "person",
        parts.shown,
        " ".join(title.name),
        role,
        affiliation,
        parts.country,
        head=title.name[-1].lower(),
        gender=parts.gender,
        owner=parts.owner,
    )


def _is_stock_farmer(noun: list[str]) -> bool:
    """Tell whether a farmer keeps what firms keep: `the salmon farmer, Arctic Smolt`."""
    return noun[-1:] == ["farmer"] and noun[-2:-1] != [] and noun[-2] in _STOCK


def _is_named_body(parts: Parts, inner: Parts) -> bool:
    """Tell whether an apposition with an article names a body: `his party, the People's Alliance`."""
    named = inner.first == "the" and all(token[:1].isupper() for token in inner.noun)
    return named and bool(parts.owner) and kind_of(parts.head) in BODY_KINDS and bool(inner.noun)


def _tells_of_body(parts: Parts, inner: Parts) -> bool:
    """Tell whether an apposition names the body before it: `a spokesman for the operator, Transdev`."""
    last = parts.rest[-1] if parts.rest else ""
    return (
        parts.first in {"a", "an"}
        and kind_of(last.lower()) in BODY_KINDS
        and last.islower()
        and (len(inner.tokens) == 1 or last_kind(inner.tokens) in BODY_KINDS)
    )


def _is_firm_name(tokens: list[str]) -> bool:
    """Tell whether a name is no person's: one word, or with `SA` behind it, or without a known first name."""
    if title_of(tokens):
        return False
    return last_kind(tokens) == "organisation" or is_unlike_people(tokens)


def _named(parts: Parts) -> Speaker | None:
    """Read a phrase with a name: `Iranian Judiciary Chief Ebrahim Raeisi`, `Mr. Trump`, `the Red Cross`."""
    paper = kind_of(parts.head) == "document" and parts.noun[-1].islower() and parts.rest
    if paper or (parts.is_many() and not parts.apposition):
        return None
    if body := explained(parts) or society(parts) or called_by_noun(parts):
        return body
    title = title_of(parts.tokens)
    told = explained_kind(parts) in BODY_KINDS and all(token[:1].isupper() for token in parts.tokens)
    if title and last_kind(title.name) not in BODY_KINDS and not told:
        return _person(parts, title)
    run = name_of(parts.noun)
    alone = len(run) == 1 and run == parts.noun and not parts.named_rest
    creed = parts.definite and not parts.apposition and run == parts.noun and is_adherent(parts)
    if not run or creed or (alone and parts.opened and _is_noun(run[0])):
        return None
    before = parts.noun[: len(parts.noun) - len(run)]
    kind = kind_of_name(parts, run, before)
    if kind in BODY_KINDS:
        return _body(parts, run, before, "organisation" if explained_kind(parts) == "organisation" else kind)
    posted = len(run) == 1 and run[0].lower() in PLATFORMS and before
    return None if kind is not None or posted else _of_capitals(parts, run, before)


def _of_capitals(parts: Parts, run: list[str], before: list[str]) -> Speaker | None:
    """Read a name that no word tells the kind of: a country, an abbreviation, else a person."""
    if len(run) == 1 and (country_of(run[0]) or (fold(run[0]) in CAPITALS and not before and not parts.apposition)):
        body = Speaker("official_body", parts.shown, run[0], country=parts.country, head=parts.head)
        return body if not before and not is_plural(run[0].lower()) else None
    told = (explained_kind(parts) or kind_of(parts_of(parts.apposition).head)) if parts.apposition else None
    if told in BODY_KINDS and not before:
        return Speaker(told, parts.shown, " ".join([*run, *parts.named_rest]), country=parts.country, head=parts.head)
    if not before and (
        (len(run) == 1 and (_MIXED.search(run[0]) or run[0].endswith("'s")))
        or (parts.opened and not parts.apposition)
        or is_short(run)
        or "&" in run
        or is_firm(run)
    ):
        name = " ".join([*parts.noun, *parts.named_rest])
        return Speaker("organisation", parts.shown, name, country=parts.country, head=parts.head)
    if before and before[-1].islower() and parts.opened and not is_person(before[-1]) and fold(run[0]) not in GIVEN:
        return Speaker("organisation", parts.shown, " ".join(run), country=parts.country, head=before[-1], guessed=True)
    return _person(parts, Title([word for word in before if not country_of(word)], run))


def _is_noun(word: str) -> bool:
    """Tell whether a lone word behind an article is no name, for all its capital: `the Office`."""
    return is_office([word]) or (word.lower() not in PROPER and kind_of(word.lower()) is not None)


def _without_firm(title: Title) -> tuple[Title, str | None]:
    """Part a name from the firm or the place behind it: `Femke Bos of ING`; not `King Felipe of Spain`."""
    last = len(title.name) - 2
    if last <= 1 or title.name[last] != "of" or country_of(title.name[-1]):
        return title, None
    return title._replace(name=title.name[:last]), title.name[-1] if title.name[-1].isupper() else None


def _person(parts: Parts, title: Title) -> Speaker:
    title, firm = _without_firm(title)
    name = [word for number, word in enumerate(title.name) if number or len(title.name) == 1 or not country_of(word)]
    role, affiliation = apposed(parts.apposition) if parts.apposition else (None, None)
    affiliation = affiliation or firm
    behind = parts.apposition if parts.apposition.startswith("of ") else " ".join(parts.rest)
    affiliation = affiliation or (belonging(behind) if behind else None)
    if (not role and title.role) or (title.role and not title.rank):
        role, own = role_of(parts, title.role)
        affiliation = own or affiliation
    if parts.owner and not country_of(parts.owner) and parts.owner not in {"its", "his", "her", "their", "our", "my"}:
        affiliation = affiliation or parts.owner
    return Speaker(
        "person",
        parts.shown,
        " ".join(name).removesuffix("'s"),
        role,
        affiliation,
        parts.country,
        head=name[-1].lower(),
        gender=parts.gender,
        guessed=not role and not title.honoured and not parts.apposition and not _AGED.search(parts.plain),
        owner=parts.owner,
    )


def _body(parts: Parts, run: list[str], before: list[str], kind: str) -> Speaker:
    """Give a body with a name: what a small noun introduces, else the noun with all its words."""
    introduced = bool(before) and kind_of(before[-1].lower()) == kind and before[-1].islower()
    if introduced:
        name, head = " ".join([*run, *parts.named_rest]), before[-1].lower()
    else:
        whole = parts.noun if parts.noun[-1:] == run[-1:] else run
        own = own_words(whole)
        kind = "organisation" if kind == "official_body" and not REBELS.isdisjoint(whole[: -len(own)]) else kind
        name, head = " ".join([*own, *parts.named_rest]), parts.head
    owner = parts.owner if parts.owner and not country_of(parts.owner) else None
    return Speaker(
        kind,
        parts.shown,
        name,
        affiliation=owner,
        country=parts.country,
        head=head,
        definite=len(run) == 1 and parts.opened,
    )


def _common(parts: Parts) -> Speaker:
    """Read a phrase without a name: `officials`, `a spokesman for the ministry`, `the government`."""
    kind = "anonymous" if parts.first == "one" and parts.head in _FEW else kind_of_phrase(parts)
    kind = "group" if kind == "organisation" and is_plural(parts.head) and not parts.definite else kind
    many = is_plural(parts.head) or parts.is_many() or kind == "people"
    shown, head = parts.shown, "giant" if is_major(parts.noun) else singular(parts.head)
    definite = parts.definite
    if len(parts.tokens) == 1 and parts.country and kind is None:
        return Speaker("official_body", shown, country=parts.country, head=head, definite=definite)
    unnamed = kind in {"person", "people", "anonymous", None} and bool(_SIGNS_OF_ANONYMITY.search(parts.plain))
    if kind == "anonymous" or unnamed:
        own = kind == "person" and parts.head not in GENERAL["person"]
        return Speaker(
            "anonymous",
            shown,
            role=head if own else None,
            affiliation=parts.place,
            country=parts.country,
            head=head,
            definite=definite,
            plural=many,
        )
    if parts.first == "one" and kind in {"people", "person"}:
        return Speaker("anonymous", shown, country=parts.country, head=head, gender=parts.gender)
    if kind == "people" or (kind == "person" and many):
        advocates = head in _ADVOCATES and parts.rest[:1] == ["for"]
        inside = not parts.is_many() and (
            advocates or head in OFFICIALS or (parts.first in _FEW and head not in COMMON_FOLK)
        )
        kind = "anonymous" if inside else "group"
        at = parts.place if parts.rest[:1] in (["at"], ["with"]) else None
        return Speaker(kind, shown, None, None, at, parts.country, head=head, definite=definite, plural=True)
    if kind == "person":
        role, affiliation = role_of(parts)
        return Speaker(
            "anonymous",
            shown,
            role=role,
            affiliation=affiliation,
            country=parts.country,
            head=head,
            definite=definite,
            gender=parts.gender,
            owner=parts.owner,
        )
    name = _plain_name(parts) if kind == "official_body" else None
    return Speaker(
        kind or "group",
        shown,
        name,
        affiliation=parts.place if kind == "document" else None,
        country=parts.country,
        head=head,
        definite=definite,
        plural=many,
        owner=parts.owner,
    )


def _plain_name(parts: Parts) -> str | None:
    """Give the name of a body that has one without capitals: `transport ministry`."""
    own = [word for number, word in enumerate(parts.noun) if number or not country_of(word)]
    if len(own) > 1 and parts.head in _OFFICES and own[0].lower() not in _LOOSELY and not is_description(own[0]):
        return " ".join([*parts.noun, *parts.named_rest])
    return None
