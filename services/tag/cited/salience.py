"""Whom a pronoun or a description means: the last speaker of the text that it fits. English.

Speakers are given in the order in which they were last spoken of; the last one comes last.
"""

from collections.abc import Sequence
from typing import Final

from services.tag.cited.allegiance import (
    FIGHTERS,
    has_office,
    is_armed,
    is_irregular,
    is_of_eu,
    is_of_other_camp,
    is_opposed,
    is_watcher,
)
from services.tag.cited.bearer import Bearer
from services.tag.cited.bodies import body_of, is_akin, is_noun_of, is_paper, last, medium_of
from services.tag.cited.firms import is_description
from services.tag.cited.nouns import AGENCIES, GENERAL, MEDIA, MEDIA_KINDS, SOURCES, kind_of, singular
from services.tag.cited.speakers import Speaker
from services.tag.cited.vocabulary import ALIKE, CIVIC, COMMERCIAL, REBELS
from services.tag.folding import fold
from services.tag.places.nations import country_of
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
_MEDIA_NOUNS: Final = MEDIA | AGENCIES | words("agency network newscast magazine service")
_PRESS: Final = words("newspaper daily weekly paper magazine tabloid broadcaster station radio agency newswire")
"""Nouns for media that no account on a platform is."""
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
_CROWD: Final = words(
    "author man woman person official expert scientist researcher analyst activist worker couple pair trio duo"
)
_CROWDS: Final = tuple(
    words(line)
    for line in (
        "resident villager local inhabitant townsperson islander neighbour neighbor dweller",
        "relative family kin",
        "protester demonstrator marcher",
        "employee worker staff labourer laborer",
        "passenger traveller traveler commuter",
        "researcher scientist academic author",
        "student pupil",
        "fisherman fisher angler boatman",
        "rescuer firefighter",
        "witness bystander onlooker eyewitness",
        "migrant refugee",
        "lawmaker deputy legislator mp senator",
        "shopkeeper stallholder trader vendor merchant seller",
    )
)
"""Nouns for several people that often stand for each other."""
_ACCOUNTS: Final = words("account page profile feed handle")
_OFFICIALS: Final = words("official officer source")
_SERVICES: Final = words(
    "security local military police judicial regional medical health ministry diplomatic oil court rescue intelligence "
    "defence defense municipal provincial palace presidential port customs airport union industry party"
)
"""Before an official they tell whose he is."""
_MEMBERS_BACK: Final = 3
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
        found = last(known, lambda b: _is_one(b) and (gender is None or b.gender in {None, gender}))
        if found and gender:
            found.gender = gender
        return found
    if low in MANY:
        return last(known[-1:], _is_plural_paper) or last(known, lambda b: b.plural) or last(known, _is_team)
    likely = last(known[-1:], lambda b: b.guessed) or last(known, lambda b: b.kind in _THINGS and not b.plural)
    return likely or last(known, lambda b: b.guessed)


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
        return _several(speaker, head, near)
    if is_of_eu(speaker):
        return last(near, lambda b: fold(b.name or "") == "european commission")
    if head == "publication" and (issued := last(near, lambda b: b.kind in MEDIA_KINDS | {"document"})):
        return issued
    medium = _medium(speaker, head, near) if head in _MEDIA_NOUNS | _ACCOUNTS else None
    if medium:
        return medium
    alike = ALIKE.get(head, frozenset())
    if speaker.kind in _PEOPLE and (own := _bodies_in(speaker)):
        told = [b for b in near if _is_one(b) and _is_told_by(b, speaker, own)]
        if both := last(told, lambda b: _has_noun(b, speaker, head)) or (told[-1] if told else None):
            return both
    same = last(near, lambda b: _has_noun(b, speaker, head))
    return same or last(near, lambda b: any(_has_noun(b, speaker, other) for other in alike))


def _several(speaker: Speaker, head: str, near: Sequence[Bearer]) -> Bearer | None:
    """Give the several people whom a plural means by its noun, or by one that often stands for it."""
    inside = head in GENERAL["anonymous"]
    same = last(near, lambda b: b.plural and (b.head == head or (inside and b.kind == "anonymous")))
    like = _like_crowds(head) if " " not in speaker.words else frozenset()
    return same or last(near, lambda b: b.plural and b.kind not in _BODIES - {"group"} and singular(b.head) in like)


def _medium(speaker: Speaker, head: str, near: Sequence[Bearer]) -> Bearer | None:
    """Give the outlet or the account that a noun for one means, or the body that has the noun in its name."""
    if head in _ACCOUNTS:
        return last(near, lambda b: b.kind == "social_media")
    if speaker.plural or is_paper(speaker):
        return None
    body = last(near, lambda b: _is_body_called(b, head)) if head not in AGENCIES else None
    press = [b for b in near if b.kind != "social_media"] if head in _PRESS else near
    return body or medium_of(head, press)


def meant_by_kind(speaker: Speaker, known: Sequence[Bearer], *, fresh: bool = True) -> Bearer | None:
    """Give the last of a kind, where the noun may stand for any: `the document`, `the company`."""
    head = singular(speaker.head)
    near = known[-LOOK_BACK:]
    if speaker.kind in {"document", "social_media"}:
        general = head in GENERAL["document"] or speaker.kind == "social_media"
        return last(near, lambda b: b.kind in {"document", "social_media"}) if general else None
    if speaker.plural:
        return _crowd(speaker, head, near, fresh=fresh)
    if speaker.kind in _PEOPLE:
        return _person(speaker, head, near, fresh=fresh)
    if head == "watchdog" and (keeper := last(near[-2:], is_watcher)):
        return keeper
    if speaker.kind in _BODIES and (not speaker.country or head in COMMERCIAL | CIVIC):
        return body_of(speaker, head, near) if fresh or head in _ANY_BODY else None
    return None


def _crowd(speaker: Speaker, head: str, near: Sequence[Bearer], *, fresh: bool) -> Bearer | None:
    """Give the several people, or the armed body, that a plural means."""
    armed = last(near[-2:], is_armed) if head in REBELS | FIGHTERS else None
    lone = fresh and " " not in speaker.words.partition(",")[0] and head in _CROWD
    staff = last(near[-1:], lambda b: b.kind in _BODIES and not b.plural and is_akin([head], b))
    staff = staff or last(near[-_MEMBERS_BACK:], lambda b: _has_members(b, head))
    return armed or staff or (last(near, lambda b: b.plural) if lone else None)


def _like_crowds(head: str) -> frozenset[str]:
    """Give the nouns for people, one of them for short, that may stand for another: `resident`, for `villager`."""
    return ALIKE.get(head, frozenset()).union(*(line for line in _CROWDS if head in line)) - {head}


def _has_members(bearer: Bearer, head: str) -> bool:
    """Tell whether a body is one of such people by its name: `the farmers`, for `Grain Growers of Manitoba`."""
    if bearer.kind != "organisation" or bearer.name is None:
        return False
    own = {singular(word.rstrip("'").removesuffix("'s")) for word in fold(bearer.name).split()}
    return not own.isdisjoint({head, *_like_crowds(head)})


def _is_body_called(bearer: Bearer, noun: str) -> bool:
    """Tell whether a body that is no outlet has a noun for outlets in its name: `Doctors Network`."""
    return bearer.kind in _BODIES and bearer.name is not None and is_noun_of(noun, bearer.name)


def _person(speaker: Speaker, head: str, near: Sequence[Bearer], *, fresh: bool) -> Bearer | None:
    """Give the person behind a noun that was not used of anybody yet."""
    if head in SOURCES:
        return last(near, lambda b: b.kind == "anonymous" and not b.plural)
    own = fold(speaker.words).split()
    if not _BINDS.isdisjoint(own):
        return _bound(speaker, own, near)
    if head in GENERAL["person"]:
        return last(near, lambda b: _is_one(b) and b.kind == "anonymous" and near[-1] is b) or last(near, _is_one)
    if near and near[-1].mention.lower().startswith("one of ") and _is_one(near[-1]):
        return near[-1]
    unique = head in _UNIQUE and _ONCE.isdisjoint(own)
    if speaker.owner or unique or not fresh:
        return None
    fits = (b for b in reversed(near) if _is_one(b) and (speaker.gender is None or b.gender in {None, speaker.gender}))
    return next((b for b in fits if not is_opposed(head, b)), None)


def _bound(speaker: Speaker, own: list[str], near: Sequence[Bearer]) -> Bearer | None:
    """Give the person behind a noun that `of` completes: `the mother of four`, `the head of government`."""
    if speaker.head in _PARENTS:
        return last(near, lambda b: _is_one(b) and (speaker.gender is None or b.gender in {None, speaker.gender}))
    offices = {"government": _GOVERN, "state": _REIGN}.get(own[-1]) if own[:2] == ["head", "of"] else None
    if offices is None:
        return None
    return last(near, lambda b: b.kind == "person" and not offices.isdisjoint(fold(b.role or "").split()))


def _bodies_in(speaker: Speaker) -> list[str]:
    """Give the nouns for bodies before the noun of a description: `union`, of `the union leader`."""
    return [word for word in fold(speaker.words).split()[:-1] if kind_of(word) in _BODIES]


def _is_told_by(bearer: Bearer, speaker: Speaker, own: Sequence[str]) -> bool:
    """Tell whether the words before the noun were told of somebody: `the union leader`, who chairs a union."""
    told = bearer.told | set(fold(f"{bearer.mention} {bearer.role or ''} {bearer.affiliation or ''}").split())
    fits = bearer.gender is None or speaker.gender in {None, bearer.gender}
    return fits and not told.isdisjoint(own)


def _has_noun(bearer: Bearer, speaker: Speaker, head: str) -> bool:
    """Tell whether somebody was told by this noun before, in the name, the role or the words."""
    several = bearer.speaker is not None and bearer.speaker.plural and bearer.kind != "document"
    if several or not _is_alike(bearer.kind, speaker.kind) or is_irregular(bearer, head):
        return False
    if bearer.head == head or (head in bearer.heads and bearer.kind not in _PEOPLE):
        return not _differs(bearer, speaker)
    if bearer.kind == "document" and head in fold(bearer.mention).split():
        return not bearer.plural
    if bearer.kind in _PEOPLE:
        return has_office(bearer, speaker, head)
    if bearer.name is None or " " in speaker.words:
        return False
    told = head in CIVIC and bearer.kind == "organisation" and head in bearer.told
    return told or is_noun_of(head, bearer.name)


def _differs(bearer: Bearer, speaker: Speaker) -> bool:
    """Tell whether the words before the noun speak of another: `the Iraqi ministry` is no `Syrian ministry`."""
    if speaker.country and bearer.country and speaker.country != bearer.country:
        return True
    own = [word for word in fold(speaker.words).split() if not is_description(word)]
    known = set(fold(f"{bearer.mention} {bearer.name or ''}").split())
    if bearer.kind in _PEOPLE and (is_of_other_camp(speaker, bearer) or _is_of_other_service(bearer, own)):
        return True
    if speaker.country and bearer.country and all(country_of(word) for word in speaker.words.split()[:-1]):
        return False
    return len(own) > 1 and speaker.kind in _BODIES and not set(own[:-1]) & known


def _is_of_other_service(bearer: Bearer, own: Sequence[str]) -> bool:
    """Tell whether two officials or sources are of two services: a `security official`, for `the local official`."""
    known = set(fold(bearer.mention).split())
    mine, theirs = _SERVICES.intersection(own[:-1]), _SERVICES & known
    return own[-1] in _OFFICIALS and own[-1] in known and bool(mine and theirs) and mine.isdisjoint(theirs)


def _is_alike(one: str, other: str) -> bool:
    return one == other or any(
        {one, other} <= kinds for kinds in (_PEOPLE, _BODIES, MEDIA_KINDS, {"document", "social_media"})
    )


def _is_one(bearer: Bearer) -> bool:
    return bearer.kind in _PEOPLE and not bearer.plural


def _is_plural_paper(bearer: Bearer) -> bool:
    """Tell whether a paper has a name that looks like several: `the minutes`, `the figures`."""
    return bearer.kind == "document" and bearer.head.endswith("s") and not bearer.head.endswith(("ss", "us", "is"))


def _is_team(bearer: Bearer) -> bool:
    return bearer.kind in _BODIES and (bearer.head in _TEAMS or bearer.kind == "group")
