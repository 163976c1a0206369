"""What a phrase says about a speaker: name, kind, role, affiliation, country. One phrase, without its text. English.

A phrase is taken apart (`phrase_parts`), and its noun and its capitals tell what it is.
"""

import re
from functools import lru_cache
from typing import Final

from services.tag.cited.given_names import GIVEN
from services.tag.cited.mastheads import read_masthead
from services.tag.cited.nouns import COMMON_FOLK, OFFICIALS, PLATFORMS, PROPER, is_plural, kind_of, singular
from services.tag.cited.phrase_parts import Parts, parts_of
from services.tag.cited.phrases import ROLES
from services.tag.cited.speaker import Speaker
from services.tag.cited.titles import Title, apposed, is_namelike, is_title, name_of, role_of, title_of
from services.tag.cited.vocabulary import (
    ADHERENTS,
    CAPITALS,
    CIVIC_WORDS,
    COMPANIES,
    FIRM_OR_PERSON,
    STATE_NOUNS_BY_WORD,
    STATE_WORDS,
)
from services.tag.folding import fold
from services.tag.outlet import Directory
from services.tag.places.nations import country_of, is_adjective
from services.tag.words import words

__all__ = ["Speaker", "read_speaker"]

_SIGNS_OF_ANONYMITY: Final = re.compile(
    r"\b(?:anonym\w+|unnamed|unidentified|familiar with|not authori[sz]ed|close to|briefed on|with knowledge of)\b"
)
_FEW: Final = words("two three four five six both")
_FIRMS: Final = words("pt cv ooo oao pao jsc banco grupo compagnie")
_FIRM_TAIL: Final = re.compile(
    r"^.{2,}(?:air|bank|neft|gaz|prom|tel|telecom|jet|soft|corp|energo|energy|tech|pharm|pharma|flot|avia|petrol|oil|gas"
    r"|steel|motors|invest|power|media|rail|bahn|group|trans|lines)$|^(?:petro|gazprom|ros(?:atom|kosmos)|euro|agro|tele|bio)[a-z]{3,}$"
)
"""How firms' names end, and no people's."""
_FORMAL: Final = words("report study survey poll statement")
_GIVEN: Final = words("king prince pope bishop chancellor justice judge marshal major coach speaker head premier")
"""Titles that are surnames, too."""
_OFFICES: Final = words("ministry department commission directorate institute office bureau inspectorate ombudsman")
_LOOSELY: Final = words("local regional national provincial relevant state federal press")
_BODIES: Final = frozenset({"official_body", "organisation", "outlet", "news_agency"})


@lru_cache(maxsize=4096)
def read_speaker(phrase: str, directory: Directory) -> Speaker:
    """Read an evened phrase. The same few hundred speak all day, so what was read last is remembered."""
    parts = parts_of(phrase)
    if not parts.tokens:
        return Speaker("group", parts.shown)
    return (
        read_masthead(parts, directory)
        or _called(parts)
        or _renamed(parts, directory)
        or _named(parts)
        or _common(parts)
    )


def _called(parts: Parts) -> Speaker | None:
    """Read `a villager surnamed Peng`."""
    if not parts.called:
        return None
    return Speaker("person", parts.shown, parts.called, country=parts.country, head=parts.head)


def _renamed(parts: Parts, directory: Directory) -> Speaker | None:
    """Read a description that a name follows: `the deputy head of the port authority, Yerlan Tasbolatov`."""
    if not parts.apposition or not (parts.opened or parts.owner or is_title(parts.head) or parts.head.islower()):
        return None
    segment = parts.apposition.partition(", ")[0]
    inner = parts_of(segment)
    if inner.opened or inner.owner or not inner.tokens or not is_namelike(inner.tokens[-1]) or country_of(segment):
        return None
    if _tells_of_body(parts, inner):
        return None
    one = parts.first in {"one", "another"}
    kind = "person" if one else _kind(parts)
    if parts.head in FIRM_OR_PERSON and parts.opened and _is_firm_name(inner.tokens):
        kind = "organisation"
    if kind in {"person", "anonymous"} and not (parts.opened or parts.owner) and parts.tokens[-1][:1].isupper():
        kind = "person" if name_of(inner.tokens) == inner.tokens and len(inner.tokens) > 1 else None
    if kind in _BODIES:
        entry = directory.named(segment)
        name = entry.name if entry else " ".join(inner.tokens)
        return Speaker(kind, parts.shown, name, country=parts.country, outlet=entry, head=parts.head, owner=parts.owner)
    if kind not in {"person", "anonymous"} or _last_kind(inner.tokens) is not None:
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


def _tells_of_body(parts: Parts, inner: Parts) -> bool:
    """Tell whether an apposition names the body before it: `a spokesman for the operator, Transdev`."""
    last = parts.rest[-1] if parts.rest else ""
    return (
        parts.first in {"a", "an"}
        and kind_of(last.lower()) in _BODIES
        and last.islower()
        and (len(inner.tokens) == 1 or _last_kind(inner.tokens) in _BODIES)
    )


def _is_firm_name(tokens: list[str]) -> bool:
    """Tell whether a name is no person's: one word, or with `SA` behind it, or without a known first name."""
    first = fold(tokens[0])
    return len(tokens) == 1 or _last_kind(tokens) == "organisation" or first not in GIVEN


def _named(parts: Parts) -> Speaker | None:
    """Read a phrase with a name: `Iranian Judiciary Chief Ebrahim Raeisi`, `Mr. Trump`, `the Red Cross`."""
    if parts.is_many() and not parts.apposition:
        return None
    title = title_of(parts.tokens)
    if title and _last_kind(title.name) not in _BODIES:
        return _person(parts, title)
    run = name_of(parts.noun)
    if parts.definite and not parts.apposition and run and run == parts.noun and _is_adherent(parts):
        return None
    alone = len(run) == 1 and run == parts.noun and not parts.named_rest
    if not run or (alone and parts.opened and _is_noun(run[0])):
        return None
    before = parts.noun[: len(parts.noun) - len(run)]
    kind = _kind_of_name(parts, run, before)
    if kind in _BODIES:
        return _body(parts, run, before, kind)
    posted = len(run) == 1 and run[0].lower() in PLATFORMS and before
    return None if kind is not None or posted else _of_capitals(parts, run, before)


def _of_capitals(parts: Parts, run: list[str], before: list[str]) -> Speaker | None:
    """Read a name that no word tells the kind of: a country, an abbreviation, else a person."""
    if len(run) == 1 and (country_of(run[0]) or (fold(run[0]) in CAPITALS and not before and not parts.apposition)):
        body = Speaker("official_body", parts.shown, run[0], country=parts.country, head=parts.head)
        return body if not before and not is_plural(run[0].lower()) else None
    if not before and ((parts.opened and not parts.apposition) or _is_short(run) or "&" in run or _is_firm(run)):
        return Speaker("organisation", parts.shown, " ".join(parts.noun), country=parts.country, head=parts.head)
    told = kind_of(parts_of(parts.apposition).head) if parts.apposition else None
    if told in _BODIES and not before:
        return Speaker(told, parts.shown, " ".join(run), country=parts.country, head=parts.head)
    return _person(parts, Title([word for word in before if not country_of(word)], run))


def _is_adherent(parts: Parts) -> bool:
    """Tell whether somebody is told by creed or people: `the Social Democrat`, `the Ugandan`."""
    last = parts.noun[-1]
    return last.lower() in ADHERENTS or (
        len(parts.noun) == 1
        and (is_adjective(last) or (last[:1].isupper() and last.endswith(("man", "woman", "ian"))))
        and not is_plural(last.lower())
    )


def _is_noun(word: str) -> bool:
    """Tell whether a lone word behind an article is no name, for all its capital: `the Office`."""
    return word.lower() not in PROPER and kind_of(word.lower()) is not None


def _person(parts: Parts, title: Title) -> Speaker:
    name = [word for number, word in enumerate(title.name) if number or len(title.name) == 1 or not country_of(word)]
    role, affiliation = apposed(parts.apposition) if parts.apposition else (None, None)
    if (not role and title.role) or (title.role and not title.rank):
        role, affiliation = role_of(parts, title.role)
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
        guessed=not role and not title.honoured and not parts.apposition,
        owner=parts.owner,
    )


def _body(parts: Parts, run: list[str], before: list[str], kind: str) -> Speaker:
    """Give a body with a name: what a small noun introduces, else the noun with all its words."""
    introduced = bool(before) and kind_of(before[-1].lower()) == kind and before[-1].islower()
    if introduced:
        name, head = " ".join(run), before[-1].lower()
    else:
        own = parts.noun if parts.noun[-1:] == run[-1:] else run
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


def _kind_of_name(parts: Parts, run: list[str], before: list[str]) -> str | None:
    """Give the kind that the words of a name tell, or the small noun before it; null for a person's name."""
    if before and before[-1].islower() and (kind := kind_of(before[-1])) and kind not in {"person", "people"}:
        return kind
    last = run[-1].lower()
    if is_plural(last) and (last in ROLES or country_of(run[-1])):
        return "people"
    if kind := _last_kind(run):
        return kind
    if last in _FORMAL or (kind_of(last) == "document" and parts.opened):
        return "document"
    return "person" if is_title(run[-1]) and last not in _GIVEN else None


def _last_kind(run: list[str]) -> str | None:
    """Give the kind of body that a name's words tell, the last first; null where they tell none."""
    if run[0].lower() in PROPER and len(run) == 1:
        return "official_body"
    for word in reversed(run):
        kind = kind_of(word.lower().strip("."), alone=len(run) == 1)
        if kind in _BODIES and (kind != "outlet" or word == run[-1]):
            return _by_words(kind, word.lower(), run)
    return None


def _by_words(kind: str, noun: str, run: list[str]) -> str:
    """Tell bodies of the state by the other words of a name: `Customs Service`; and others: `Refugee Council`."""
    low = {word.lower().removesuffix("'s") for word in run}
    if kind == "organisation" and noun in STATE_NOUNS_BY_WORD and low & STATE_WORDS:
        return "official_body"
    if kind == "official_body" and noun in {"council", "commission", "office", "command"} and low & CIVIC_WORDS:
        return "organisation"
    return kind


def _is_firm(run: list[str]) -> bool:
    low = fold(run[-1])
    lone = len(run) == 1 and (low in COMPANIES or bool(_FIRM_TAIL.search(low)))
    return lone or (len(run) > 1 and run[0].lower().strip(".") in _FIRMS)


def _is_short(run: list[str]) -> bool:
    return len(run) == 1 and run[0].isupper() and len(run[0]) > 1


def _kind(parts: Parts) -> str | None:
    """Give the kind of a phrase without a name, by its noun."""
    kind = kind_of(parts.head)
    if parts.definite and parts.noun and _is_adherent(parts):
        return "person"
    if parts.head == "hall":
        return "official_body"
    if kind == "organisation" and parts.head in STATE_NOUNS_BY_WORD:
        owned = kind_of((parts.owner or "").rpartition(" ")[2]) == "official_body"
        owned = owned or (parts.definite and len(parts.tokens) == 1 and parts.head in {"force", "service"})
        kind = "official_body" if owned else _by_words(kind, parts.head, parts.noun)
    if kind == "document" and _is_posted(parts):
        return "social_media"
    return kind


def _is_posted(parts: Parts) -> bool:
    """Tell whether a message was posted: `a message circulating on WhatsApp`, `a Facebook post`."""
    words_of = (*parts.noun[:-1], *parts.rest, *parts.plain.split(" on ")[-1:])
    return any(word.lower() in PLATFORMS for word in words_of) and parts.head not in {
        "report",
        "statement",
    }


def _common(parts: Parts) -> Speaker:
    """Read a phrase without a name: `officials`, `a spokesman for the ministry`, `the government`."""
    kind = _kind(parts)
    many = is_plural(parts.head) or parts.is_many() or kind == "people"
    shown, head = parts.shown, singular(parts.head)
    definite = parts.definite
    if len(parts.tokens) == 1 and parts.country and kind is None:
        return Speaker("official_body", shown, country=parts.country, head=head, definite=definite)
    unnamed = kind in {"person", "people", "anonymous", None} and bool(_SIGNS_OF_ANONYMITY.search(parts.plain))
    if kind == "anonymous" or unnamed:
        return Speaker(
            "anonymous",
            shown,
            affiliation=parts.place,
            country=parts.country,
            head=head,
            definite=definite,
            plural=many,
        )
    if kind == "people" or (kind == "person" and many):
        inside = not parts.is_many() and (head in OFFICIALS or (parts.first in _FEW and head not in COMMON_FOLK))
        kind = "anonymous" if inside else "group"
        return Speaker(kind, shown, country=parts.country, head=head, definite=definite, plural=True)
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
    if len(own) > 1 and parts.head in _OFFICES and own[0].lower() not in _LOOSELY:
        return " ".join(parts.noun)
    return None
