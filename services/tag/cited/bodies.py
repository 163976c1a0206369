"""Which body or outlet a noun means: the last firm for `the lender`, the last paper for `the daily`. English.

Bodies are given in the order in which they were last spoken of; the last one comes last.
"""

from collections.abc import Callable, Sequence
from typing import Final

from services.tag.cited.allegiance import UN, is_armed, is_superlative, league_of
from services.tag.cited.bearer import Bearer
from services.tag.cited.firms import is_description
from services.tag.cited.nouns import GENERAL, MEDIA_KINDS, is_person, is_plural, kind_of, singular
from services.tag.cited.speakers import Speaker
from services.tag.cited.vocabulary import CIVIC, COMMERCIAL, REBELS, STATE
from services.tag.folding import fold
from services.tag.places.nations import is_adjective
from services.tag.words import words

_PEOPLE: Final = frozenset({"person", "anonymous"})
_OF_MEMBERS: Final = CIVIC - COMMERCIAL | words("commission office")
"""Behind another noun for a body they tell of one that is about it: `Bank Employees Union`."""
_BEHIND_NOUNS: Final = words("of for on de du des against without in")
_OWNERS: Final = words("its his her their our my")
_SIDES: Final = words("Anglo Franco Sino Russo Afro Euro Indo based owned listed backed")
_CREEDS: Final = words(
    "Islamist Islamic Muslim Christian Catholic Protestant Orthodox Anglican Jewish Hindu Sikh Buddhist Sunni "
    "Shiite Shia Shi'ite Salafist Zionist Maoist Marxist Communist Socialist Leninist Jihadist Kurdish Arab "
    "Tuareg Houthi Druze "
)
_SERVICES: Final = words("agency newswire wire service")
_ON_DESKS: Final = words("internal leaked draft classified confidential working discussion white policy position press")
_STEM: Final = 6
_SECTORS: Final = tuple(
    words(sector)
    for sector in (
        "bank lender creditor",
        "airline airways carrier airlines",
        "union syndicate",
        "insurer insurance assurance",
        "party faction",
        "club team side",
        "university college school",
        "hospital clinic",
        "railway railways railroad",
        "retailer supermarket grocer",
        "miner mining mine mines",
        "utility electric electricity power grid",
    )
)
"""Nouns of which one never stands for one of another line."""


def last(known: Sequence[Bearer], fits: Callable[[Bearer], bool]) -> Bearer | None:
    """Give the last one that fits."""
    return next((bearer for bearer in reversed(known) if fits(bearer)), None)


def is_noun_of(noun: str, name: str) -> bool:
    """Tell whether a name is of such a body: `bank`, of `Bank of Ghana`; not of `Union of Bank Employees`."""
    own = fold(name).split()
    front = own[: next((n for n, word in enumerate(own) if n and word in _BEHIND_NOUNS), len(own))]
    if noun not in front:
        return False
    behind = front[front.index(noun) + 1 :]
    return not any(word in _OF_MEMBERS or is_plural(word) for word in behind)


def body_of(speaker: Speaker, head: str, near: Sequence[Bearer]) -> Bearer | None:
    """Give the last body that a general noun may mean: a firm for `the lender`, one of the state for `the agency`."""
    own = fold(speaker.words).split()
    if not _may_point(speaker, head):
        return None
    if head == "body" and own[0] not in UN:
        return last(near, lambda b: b.kind in {"official_body", "organisation"})
    if (league := league_of(head, own, near)) or own[0] in UN:
        return league
    if head in STATE:
        alone = len(own) == 1 or head in {"regulator", "watchdog", "body", "supervisor"}
        found = last(near, lambda b: b.kind == "official_body" and (alone or is_akin(own[:-1], b)))
        if found or (head not in CIVIC and head not in {"regulator", "watchdog", "agency", "authority"}):
            return found
    firm = head in COMMERCIAL
    if not firm and head not in CIVIC and head not in STATE:
        return None
    here = [b for b in near if not (speaker.country and b.country and speaker.country != b.country)]
    fits = last(here, lambda b: b.kind == "organisation" and not b.plural and _may_be(b, own, firm=firm))
    return fits or last(near[-2:], lambda b: b.guessed or (firm and is_lone(b))) or last(near[-1:], is_lone)


def is_lone(bearer: Bearer) -> bool:
    """Tell whether nothing but one word with a capital tells that this is a person: it may be a firm."""
    guessed = bearer.speaker is not None and bearer.speaker.guessed and bearer.gender is None and not bearer.role
    return guessed and bearer.kind == "person" and " " not in (bearer.name or " ")


def _may_point(speaker: Speaker, head: str) -> bool:
    """Tell whether a phrase for a body may be only a description: no name in it, nor whose it is."""
    named = [word for word in speaker.words.split() if word != word.lower() and not is_description(word)]
    named = [word for word in named if word.lower() not in UN]
    named = named if speaker.words != speaker.words.upper() else []
    told = (is_adjective(part) or part in _SIDES or part.isupper() or part in _CREEDS for part in _parts(named))
    if is_superlative(speaker.words):
        return True
    if head == "force" or not all(told):
        return speaker.owner is not None and head == "body"
    if speaker.owner is None or head == "body":
        return True
    own = speaker.owner in _OWNERS or speaker.owner != speaker.owner.lower()
    return not own and head in GENERAL["organisation"] | GENERAL["official_body"]


def _parts(named: Sequence[str]) -> list[str]:
    return [part for word in named for part in word.split("-")]


def is_akin(words_of: Sequence[str], bearer: Bearer) -> bool:
    """Tell whether a body has a word of the same stem in its name: `prosecution`, the `Prosecutor's Office`."""
    stems = {word[:_STEM] for word in fold(f"{bearer.mention} {bearer.name or ''}").split() if len(word) >= _STEM}
    return any(word[:_STEM] in stems for word in words_of)


def _may_be(bearer: Bearer, own: Sequence[str], *, firm: bool) -> bool:
    """Tell whether an organisation may be called so: a union is no company, and no bank an airline."""
    told, head = (
        {singular(word) for word in fold(f"{bearer.mention} {bearer.name or ''}").split()} | bearer.heads,
        own[-1],
    )
    if not REBELS.isdisjoint(own) and not is_armed(bearer):
        return False
    if firm and head not in CIVIC and (told & CIVIC or is_person(bearer.head)) and not told & COMMERCIAL:
        return False
    if not firm and told & COMMERCIAL and not told & CIVIC:
        return False
    sectors = [sector for sector in _SECTORS if not sector.isdisjoint(told)]
    wanted = [sector for sector in _SECTORS if head in sector]
    return not sectors or not wanted or any(sector in wanted for sector in sectors)


def is_paper(speaker: Speaker) -> bool:
    """Tell whether `the paper` is one that lies on a desk: `the four-page paper`; and a service no agency's."""
    own = fold(speaker.words).split()[:-1]
    return any(word.endswith("-page") or word in _ON_DESKS for word in own)


def medium_of(head: str, near: Sequence[Bearer]) -> Bearer | None:
    """Give the medium that a noun may mean: one so called, the last one, or a name right before that may be one."""
    if head in _SERVICES:
        named = last(near, lambda b: b.kind == "news_agency" or _is_called(b, head))
        return named if head != "service" or (named and named.kind != "news_agency") else None
    media = [b for b in near if b.kind in MEDIA_KINDS]
    same = last(media, lambda b: b.head == head or _is_called(b, head))
    return (
        same
        or last(media, lambda b: b.kind in {"outlet", "social_media"})
        or last(media, lambda b: b.kind == "news_agency")
        or last(near[-1:], _may_publish)
    )


def _may_publish(bearer: Bearer) -> bool:
    """Tell whether nothing speaks against a medium: a name that nothing but its capitals tells the kind of."""
    short = bearer.kind == "organisation" and bearer.name is not None and kind_of(bearer.head) is None
    return short or is_lone(bearer) or bearer.guessed


def _is_called(bearer: Bearer, noun: str) -> bool:
    return noun in fold(bearer.name or bearer.mention).split() and bearer.kind not in _PEOPLE
