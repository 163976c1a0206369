"""Whom a pronoun or a description means: the last speaker of the text that it fits. English.

Speakers are given in the order in which they were last spoken of; the last one comes last.
"""

from collections.abc import Callable, Sequence
from typing import Final

from services.tag.cited.allegiance import (
    FIGHTERS,
    UN,
    has_office,
    is_armed,
    is_irregular,
    is_of_eu,
    is_of_other_camp,
    is_opposed,
    is_superlative,
    is_watcher,
    league_of,
)
from services.tag.cited.bearer import Bearer
from services.tag.cited.firms import is_description
from services.tag.cited.nouns import AGENCIES, GENERAL, MEDIA, SOURCES, is_person, kind_of, singular
from services.tag.cited.speakers import Speaker
from services.tag.cited.vocabulary import ALIKE, CIVIC, COMMERCIAL, REBELS, STATE
from services.tag.folding import fold
from services.tag.places.nations import country_of, is_adjective
from services.tag.words import words

ONE_PERSON: Final = words("he she i him her me who his my")
MANY: Final = words("they we them us their our you both")
THING: Final = words("it its which")
_SHE: Final = words("she her")
_HE: Final = words("he him his")
_PEOPLE: Final = frozenset({"person", "anonymous"})
_THINGS: Final = frozenset(
    {"official_body", "organisation", "news_agency", "outlet", "document", "social_media", "group"}
)
_BODIES: Final = frozenset({"official_body", "organisation", "group"})
_MEDIA_KINDS: Final = frozenset({"news_agency", "outlet", "social_media"})
_MEDIA_NOUNS: Final = MEDIA | AGENCIES | words("agency network newscast magazine service")
_TEAMS: Final = words("police army government military staff band crew family team union company")
"""Bodies that `they` may mean."""
_UNIQUE: Final = words("president premier king queen pope prince chancellor minister governor ambassador secretary")
"""Offices whose holder needs no introduction: `the president` is not whoever spoke last."""
_GOVERN: Final = words("prime premier chancellor taoiseach")
_REIGN: Final = words("president king queen emperor sultan emir")
_PARENTS: Final = words("father mother grandfather grandmother")
"""With `of four` they tell more of whoever spoke last."""
_ONCE: Final = words("former ex retired onetime exiled ousted veteran outgoing")
"""Before an office they tell that it is not the one whose holder all know."""
_BINDS: Final = words("of for at in from behind")
_ANY_BODY: Final = words(
    "company firm group organisation organization agency authority bank lender airline carrier operator union party "
    "regulator watchdog body institution service ministry bloc alliance federation association league maker "
    "giant charity ngo movement network"
)
"""Nouns so general that they are used again and again for a body with a name."""
_OWNERS: Final = words("its his her their our my")
_SIDES: Final = words("Anglo Franco Sino Russo Afro Euro Indo based owned listed backed")
_CREEDS: Final = words(
    "Islamist Islamic Muslim Christian Catholic Protestant Orthodox Anglican Jewish Hindu Sikh Buddhist Sunni "
    "Shiite Shia Shi'ite Salafist Zionist Maoist Marxist Communist Socialist Leninist Jihadist Kurdish Arab "
    "Tuareg Houthi Druze "
)
_SERVICES: Final = words("agency newswire wire service")
_CROWD: Final = words(
    "man woman person official expert scientist researcher analyst activist worker couple pair trio duo"
)
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
LOOK_BACK: Final = 12
"""Whoever was not spoken of among the last so many is meant only by name or by the same noun."""


def gender_of(low: str) -> str | None:
    """Give `f` or `m` for `she`, `he` and their like."""
    return "f" if low in _SHE else "m" if low in _HE else None


def fits_pronoun(low: str, speaker: Speaker | None, gender: str | None = None) -> bool:
    """Tell whether a pronoun may mean somebody, by kind, number and gender."""
    if speaker is None:
        return False
    if low in ONE_PERSON:
        own = gender or speaker.gender
        return speaker.kind in _PEOPLE and not speaker.plural and (own is None or own == gender_of(low))
    if low in MANY:
        return speaker.plural and speaker.kind in _PEOPLE | {"group"}
    return speaker.kind in _THINGS - {"group"} and not speaker.plural


def meant_by_pronoun(low: str, known: Sequence[Bearer]) -> Bearer | None:
    """Give whom a small pronoun means; null where nobody fits."""
    if low in ONE_PERSON:
        gender = gender_of(low)
        found = _last(known, lambda b: _is_one(b) and (gender is None or b.gender in {None, gender}))
        if found and gender:
            found.gender = gender
        return found
    if low in MANY:
        return _last(known, lambda b: b.plural) or _last(known, _is_team)
    named = _last(known, lambda b: b.kind in _THINGS and not b.plural)
    return named or _last(known, lambda b: b.guessed)


def meant_by_description(speaker: Speaker, known: Sequence[Bearer], *, fresh: bool = True) -> Bearer | None:
    """Give whom a definite phrase without a name means: by its noun, else by a noun for all of a kind.

    `fresh` tells that the noun is new to the text: one that stood in it before speaks of whoever it spoke of then.
    """
    return meant_by_noun(speaker, known) or meant_by_kind(speaker, known, fresh=fresh)


def meant_by_noun(speaker: Speaker, known: Sequence[Bearer]) -> Bearer | None:
    """Give whom a definite phrase means by its own noun: `the ministry`, for some ministry."""
    head = singular(speaker.head)
    near = known[-LOOK_BACK:]
    if speaker.plural and speaker.kind != "document":
        inside = head in GENERAL["anonymous"]
        return _last(near, lambda b: b.plural and (b.head == head or (inside and b.kind == "anonymous")))
    if is_of_eu(speaker):
        return _last(near, lambda b: fold(b.name or "") == "european commission")
    medium = _medium(head, near) if head in _MEDIA_NOUNS and not speaker.plural and not _is_paper(speaker) else None
    if medium:
        return medium
    alike = ALIKE.get(head, frozenset())
    if speaker.kind in _PEOPLE and (own := _bodies_in(speaker)):
        told = [b for b in near if _is_one(b) and _is_told_by(b, speaker, own)]
        if both := _last(told, lambda b: _has_noun(b, speaker, head)) or (told[-1] if told else None):
            return both
    same = _last(near, lambda b: _has_noun(b, speaker, head))
    return same or _last(near, lambda b: any(_has_noun(b, speaker, other) for other in alike))


def meant_by_kind(speaker: Speaker, known: Sequence[Bearer], *, fresh: bool = True) -> Bearer | None:
    """Give the last of a kind, where the noun may stand for any: `the document`, `the company`."""
    head = singular(speaker.head)
    near = known[-LOOK_BACK:]
    if speaker.kind in {"document", "social_media"}:
        general = head in GENERAL["document"] or speaker.kind == "social_media"
        return _last(near, lambda b: b.kind in {"document", "social_media"}) if general else None
    if speaker.plural:
        return _crowd(speaker, head, near, fresh=fresh)
    if speaker.kind in _PEOPLE:
        return _person(speaker, head, near, fresh=fresh)
    if head == "watchdog" and (keeper := _last(near[-2:], is_watcher)):
        return keeper
    if speaker.kind in _BODIES and (not speaker.country or head in COMMERCIAL | CIVIC):
        return _body(speaker, head, near) if fresh or head in _ANY_BODY else None
    return None


def _crowd(speaker: Speaker, head: str, near: Sequence[Bearer], *, fresh: bool) -> Bearer | None:
    """Give the several people, or the armed body, that a plural means."""
    armed = _last(near[-2:], is_armed) if head in REBELS | FIGHTERS else None
    lone = fresh and " " not in speaker.words and head in _CROWD
    return armed or (_last(near, lambda b: b.plural) if lone else None)


def _medium(head: str, near: Sequence[Bearer]) -> Bearer | None:
    if head in _SERVICES:
        named = _last(near, lambda b: b.kind == "news_agency" or _is_called(b, head))
        return named if head != "service" or (named and named.kind != "news_agency") else None
    media = [b for b in near if b.kind in _MEDIA_KINDS]
    same = _last(media, lambda b: b.head == head or _is_called(b, head))
    return (
        same
        or _last(media, lambda b: b.kind in {"outlet", "social_media"})
        or _last(media, lambda b: b.kind == "news_agency")
    )


def _is_paper(speaker: Speaker) -> bool:
    """Tell whether `the paper` is one that lies on a desk: `the four-page paper`; and a service no agency's."""
    own = fold(speaker.words).split()[:-1]
    return any(word.endswith("-page") or word in _ON_DESKS for word in own)


def _is_called(bearer: Bearer, noun: str) -> bool:
    return noun in fold(bearer.name or bearer.mention).split() and bearer.kind not in _PEOPLE


def _person(speaker: Speaker, head: str, near: Sequence[Bearer], *, fresh: bool) -> Bearer | None:
    """Give the person behind a noun that was not used of anybody yet."""
    if head in SOURCES:
        return _last(near, lambda b: b.kind == "anonymous" and not b.plural)
    own = fold(speaker.words).split()
    if not _BINDS.isdisjoint(own):
        return _bound(speaker, own, near)
    if head in GENERAL["person"]:
        return _last(near, lambda b: _is_one(b) and b.kind == "anonymous" and near[-1] is b) or _last(near, _is_one)
    unique = head in _UNIQUE and _ONCE.isdisjoint(own)
    if speaker.owner or unique or not fresh:
        return None
    fits = (b for b in reversed(near) if _is_one(b) and (speaker.gender is None or b.gender in {None, speaker.gender}))
    return next((b for b in fits if not is_opposed(head, b)), None)


def _bound(speaker: Speaker, own: list[str], near: Sequence[Bearer]) -> Bearer | None:
    """Give the person behind a noun that `of` completes: `the mother of four`, `the head of government`."""
    if speaker.head in _PARENTS:
        return _last(near, lambda b: _is_one(b) and (speaker.gender is None or b.gender in {None, speaker.gender}))
    offices = {"government": _GOVERN, "state": _REIGN}.get(own[-1]) if own[:2] == ["head", "of"] else None
    if offices is None:
        return None
    return _last(near, lambda b: b.kind == "person" and not offices.isdisjoint(fold(b.role or "").split()))


def _bodies_in(speaker: Speaker) -> list[str]:
    """Give the nouns for bodies before the noun of a description: `union`, of `the union leader`."""
    return [word for word in fold(speaker.words).split()[:-1] if kind_of(word) in _BODIES]


def _is_told_by(bearer: Bearer, speaker: Speaker, own: Sequence[str]) -> bool:
    """Tell whether the words before the noun were told of somebody: `the union leader`, who chairs a union."""
    told = bearer.told | set(fold(f"{bearer.mention} {bearer.role or ''} {bearer.affiliation or ''}").split())
    fits = bearer.gender is None or speaker.gender in {None, bearer.gender}
    return fits and not told.isdisjoint(own)


def _body(speaker: Speaker, head: str, near: Sequence[Bearer]) -> Bearer | None:
    """Give the last body that a general noun may mean: a firm for `the lender`, one of the state for `the agency`."""
    own = fold(speaker.words).split()
    if not _may_point(speaker, head):
        return None
    if head == "body" and own[0] not in UN:
        return _last(near, lambda b: b.kind in {"official_body", "organisation"})
    if (league := league_of(head, own, near)) or own[0] in UN:
        return league
    if head in STATE:
        alone = len(own) == 1 or head in {"regulator", "watchdog", "body", "supervisor"}
        found = _last(near, lambda b: b.kind == "official_body" and (alone or _akin(own[:-1], b)))
        if found or (head not in CIVIC and head not in {"regulator", "watchdog", "agency", "authority"}):
            return found
    firm = head in COMMERCIAL
    if not firm and head not in CIVIC and head not in STATE:
        return None
    here = [b for b in near if not (speaker.country and b.country and speaker.country != b.country)]
    fits = _last(here, lambda b: b.kind == "organisation" and not b.plural and _may_be(b, head, firm=firm))
    return fits or _last(near[-2:], lambda b: b.guessed or (firm and is_lone(b)))


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


def _akin(words_of: Sequence[str], bearer: Bearer) -> bool:
    """Tell whether a body has a word of the same stem in its name: `prosecution`, the `Prosecutor's Office`."""
    stems = {word[:_STEM] for word in fold(f"{bearer.mention} {bearer.name or ''}").split() if len(word) >= _STEM}
    return any(word[:_STEM] in stems for word in words_of)


def _may_be(bearer: Bearer, head: str, *, firm: bool) -> bool:
    """Tell whether an organisation may be called so: a union is no company, and no bank an airline."""
    told = {singular(word) for word in fold(f"{bearer.mention} {bearer.name or ''}").split()} | bearer.heads
    if firm and head not in CIVIC and (told & CIVIC or is_person(bearer.head)) and not told & COMMERCIAL:
        return False
    if not firm and told & COMMERCIAL and not told & CIVIC:
        return False
    sectors = [sector for sector in _SECTORS if not sector.isdisjoint(told)]
    own = [sector for sector in _SECTORS if head in sector]
    return not sectors or not own or any(sector in own for sector in sectors)


def _has_noun(bearer: Bearer, speaker: Speaker, head: str) -> bool:
    """Tell whether somebody was told by this noun before, in the name, the role or the words."""
    several = bearer.plural and bearer.kind != "document"
    if several or not _is_alike(bearer.kind, speaker.kind) or is_irregular(bearer, head):
        return False
    if bearer.head == head or (head in bearer.heads and bearer.kind not in _PEOPLE):
        return not _differs(bearer, speaker)
    if bearer.kind in _PEOPLE:
        return has_office(bearer, speaker, head)
    if bearer.name is None or " " in speaker.words:
        return False
    told = head in CIVIC and bearer.kind == "organisation" and head in bearer.told
    return told or head in fold(bearer.name).split()


def _differs(bearer: Bearer, speaker: Speaker) -> bool:
    """Tell whether the words before the noun speak of another: `the Iraqi ministry` is no `Syrian ministry`."""
    if speaker.country and bearer.country and speaker.country != bearer.country:
        return True
    own = fold(speaker.words).split()
    known = set(fold(f"{bearer.mention} {bearer.name or ''}").split())
    if bearer.kind in _PEOPLE and is_of_other_camp(speaker, bearer):
        return True
    if speaker.country and bearer.country and all(country_of(word) for word in speaker.words.split()[:-1]):
        return False
    return len(own) > 1 and speaker.kind in _BODIES and not set(own[:-1]) & known


def _is_alike(one: str, other: str) -> bool:
    return one == other or any(
        {one, other} <= kinds for kinds in (_PEOPLE, _BODIES, _MEDIA_KINDS, {"document", "social_media"})
    )


def _is_one(bearer: Bearer) -> bool:
    return bearer.kind in _PEOPLE and not bearer.plural


def _is_team(bearer: Bearer) -> bool:
    return bearer.kind in _BODIES and (bearer.head in _TEAMS or bearer.kind == "group")


def _last(known: Sequence[Bearer], fits: Callable[[Bearer], bool]) -> Bearer | None:
    return next((bearer for bearer in reversed(known) if fits(bearer)), None)
