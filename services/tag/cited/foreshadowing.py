"""Who is told by a noun before the name comes: `A rights group said. ... Habeas Watch said`. English.

Bearers are given in the order of the text; what they turn out to be is noted in them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from services.tag.cited.bearer import Bearer
from services.tag.cited.likeness import HOUSES, may_be_called
from services.tag.cited.naming import Naming
from services.tag.cited.nouns import COMMON_FOLK, GENERAL, MEDIA_KINDS, SOURCES
from services.tag.cited.speakers import Speaker, read_speaker
from services.tag.cited.vocabulary import CIVIC, COMMERCIAL, FIRM_OR_PERSON
from services.tag.directory import Directory
from services.tag.folding import fold
from services.tag.words import words

AHEAD: Final = 3
"""So many speakers after it, a description at the start of a story may get its name."""
_NEAR_CHARS: Final = 350
_LOOSE: Final = words("official officer man woman person boy girl year-old victim suspect driver guard")
"""So many are told by these nouns that a name behind them may be of another."""
_OFFICE_MAX_WORDS: Final = 4
_OFFICIALS: Final = words(
    "official officer spokesman spokeswoman spokesperson minister lawmaker mayor governor prosecutor judge commander "
    "politician leader executive doctor scientist"
)
_POSTS: Final = words("spokesman spokeswoman spokesperson minister mayor governor commander")
"""Of these a story has one."""
_VEILS: Final = words("senior high-ranking top-ranking former unnamed another western foreign second retired ex")
"""Before an official they tell of somebody who will not be named."""
_SERVICES: Final = tuple(
    words(line)
    for line in (
        "judicial court justice legal prosecutor prosecution attorney magistrate judge tribunal bailiff",
        "police policing constable inspector superintendent commissioner sheriff detective",
        "military army defence defense general colonel brigadier major admiral captain lieutenant naval navy",
        "health medical hospital doctor physician clinic epidemiologist ambulance surgeon paramedic",
        "local municipal city town mayor governor councillor prefect district county provincial regional village",
        "rescue fire firefighter firefighting emergency disaster emergencies ambulance civil",
        "election electoral elections ballot",
        "customs border migration immigration",
        "port harbour harbor maritime shipping coastguard",
        "aviation airport airline civil-aviation",
        "railway rail railways train",
        "union labour labor",
        "school education headteacher principal teacher",
        "weather meteorological meteorologist forecaster",
    )
)
"""Words for people of one service, of which one tells the same as another."""
_OWNERS: Final = words("its their his her our my")
_BODIES: Final = frozenset({"organisation", "official_body", "news_agency"})


def tie_foreshadowed(first: list[Bearer], directory: Directory, naming: Naming) -> None:
    """Tie `the company` at the start of a story to the company whose name comes later; drop persons as bodies."""
    for number, bearer in enumerate(first):
        speaker = bearer.speaker
        later = first[number + 1 : number + 1 + AHEAD]
        pointing = speaker is not None and (speaker.definite or speaker.owner is not None)
        if speaker and bearer.name is None and pointing and not speaker.plural and bearer.kind in _BODIES:
            _look_ahead(bearer, speaker, later, directory)
        if bearer.affiliation and _is_of_person(bearer.affiliation, naming):
            bearer.affiliation = None


def _look_ahead(bearer: Bearer, speaker: Speaker, later: list[Bearer], directory: Directory) -> None:
    for other in later:
        named = other.kind == bearer.kind or (bearer.kind == "organisation" and other.guessed)
        named = named and other.merged is None and not _is_otherwise(speaker.head, other.heads)
        if named and other.name and other.speaker and may_be_called(other, speaker):
            bearer.become(other.speaker_as(bearer.kind), other.name)
            other.become(bearer.speaker or speaker, other.name)
            other.merged = bearer
            return
        if other.kind == "person" and other.affiliation and other.affiliation[:1].isupper():
            known = read_speaker(other.affiliation, directory).kind in {bearer.kind, "person"}
            if known and speaker.owner not in _OWNERS and _may_mean(speaker, other.affiliation):
                bearer.become(speaker, other.affiliation)
            return


def _may_mean(speaker: Speaker, name: str) -> bool:
    """Tell whether a noun may mean a body: one for all of its kind, or one that stands in the name."""
    alone = fold(speaker.words).split()[:-1] == [] or speaker.owner is not None
    general = alone and speaker.head in GENERAL.get(speaker.kind, ()) and speaker.head not in HOUSES
    called = fold(name).split()
    return speaker.head in called or (general and not _is_otherwise(speaker.head, called))


def _is_otherwise(noun: str, nouns: Iterable[str]) -> bool:
    """Tell whether one is a firm and the other a society by their nouns: `the union`, `the company`."""
    firm, society = COMMERCIAL - CIVIC, CIVIC - COMMERCIAL
    return (noun in firm and not society.isdisjoint(nouns)) or (noun in society and not firm.isdisjoint(nouns))


def _may_be_named(bearer: Bearer, other: Speaker) -> bool:
    """Tell whether an indefinite phrase, `a conflict monitor`, may be of the body whose name comes next."""
    speaker = bearer.speaker
    if speaker is None or speaker.plural or speaker.name or speaker.definite or other.kind != "organisation":
        return False
    unsure = speaker.kind == "anonymous" and speaker.head in FIRM_OR_PERSON
    body = unsure or (speaker.kind == "organisation" and speaker.head in CIVIC | COMMERCIAL)
    told = ", " not in other.words or not {speaker.head, *CIVIC}.isdisjoint(other.words.split())
    return body and told and not (speaker.country and other.country and speaker.country != other.country)


def _is_of_person(affiliation: str, naming: Naming) -> bool:
    """Tell whether the owner in `Strydom's attorney` is a person whose full name the text gives."""
    return " " not in affiliation and naming.is_surname(affiliation)


def name_foreshadowed(
    first: list[Bearer], places: dict[Bearer, int], speaker: Speaker, place: int, *, veiled: bool
) -> Bearer | None:
    """Give a name to whom the text told only by a noun before, and that bearer; null where nobody is foreshadowed.

    `veiled` tells that whoever opened the story keeps the name back.
    """
    found = _told_before(first, places, speaker, place) or _opened_by(first, speaker)
    near = len(first) == 1 and place - places[first[0]] < _NEAR_CHARS
    if found is None and near and not veiled and _is_office(first[0], speaker):
        found = first[0]
        found.role = speaker.role
        found.become(replace(speaker, head=found.head), speaker.name)
    return found


def _is_office(opening: Bearer, other: Speaker) -> bool:
    """Tell whether an official that opens a story may be whose name comes next: `a judicial official`, for a court's.

    Only a word for the same kind of service tells; who keeps the name back stays without one.
    """
    speaker = opening.speaker
    if speaker is None or speaker.kind != "anonymous" or speaker.plural or speaker.definite or opening.heads:
        return False
    named = other.kind == "person" and " " in (other.name or "") and other.role
    own = fold(speaker.words).split()
    if not named or len(own) > _OFFICE_MAX_WORDS or not _VEILS.isdisjoint(own) or speaker.head not in _OFFICIALS:
        return False
    role = set(fold(f"{other.role} {other.affiliation or ''}").replace("-", " ").split())
    if speaker.head in role and speaker.head in _POSTS:
        return True
    return any(not line.isdisjoint(own) and not line.isdisjoint(role) for line in _SERVICES)


def _told_before(first: list[Bearer], places: dict[Bearer, int], speaker: Speaker, place: int) -> Bearer | None:
    """Name whom the text told only by role right before: `his lawyer said`; `the minister`, `The minister, NAME`."""
    last = next((bearer for bearer in reversed(first) if bearer.kind not in MEDIA_KINDS), None)
    role = last.speaker if last else None
    if last is None or role is None or not speaker.name or " " not in speaker.name:
        return None
    firm = speaker.kind == "organisation" and role.head in FIRM_OR_PERSON
    again = (
        speaker.kind == "person"
        and bool(role.definite or role.owner)
        and (speaker.role or " ").lower().split(" ")[-1] == role.head
    )
    if (speaker.role and not again) or (speaker.kind != "person" and not firm):
        return None
    unique = (role.definite or role.owner) and role.head not in COMMON_FOLK | SOURCES | _LOOSE
    if last.kind != "anonymous" or last.plural or not unique or place - places[last] > _NEAR_CHARS:
        return None
    last.become(replace(speaker, head=role.head), speaker.name)
    return last


def _opened_by(first: list[Bearer], speaker: Speaker) -> Bearer | None:
    """Name the body that opened the story, if that spoke alone so far: `a rights group said`."""
    opening = first[0] if len(first) == 1 else None
    if opening is None or not _may_be_named(opening, speaker):
        return None
    opening.heads.add(opening.head)
    opening.role = None
    opening.become(replace(speaker, head=opening.head), speaker.name)
    return opening
