"""On which side and in what office somebody stands, and of what league a body is: the opposition, the UN. English."""

from collections.abc import Sequence
from typing import Final

from services.tag.cited.bearer import Bearer
from services.tag.cited.nouns import singular
from services.tag.cited.speakers import Speaker
from services.tag.cited.vocabulary import REBELS, UN_BODIES
from services.tag.folding import fold
from services.tag.places.nations import country_of, is_adjective
from services.tag.words import words

_FORCES: Final = words("army military navy troops government")
_BODIES: Final = frozenset({"official_body", "organisation", "group"})
_LEAGUES: Final = words("alliance bloc organisation organization cartel pact grouping group league")
_OF_STATES: Final = words(
    "nato eu opec opec+ asean ecowas comesa caricom mercosur oas igad sadc interpol europol osce wto opcw au gcc sco "
    "brics apec eac cstu csto eaeu oecd"
)
UN: Final = words("un u.n. u.n")
"""Before a noun for a body they tell that it is of the United Nations."""
_CAMPS: Final = words("opposition rival rebel defence defense prosecution losing defeated dissident pro-government")
_FIRST: Final = words("largest biggest oldest top leading main richest smallest foremost busiest sole only principal")
FIGHTERS: Final = words("militant jihadist islamist extremist guerrilla fighter rebel insurgent separatist gunman")
_ARMED: Final = words("militia faction hamas hezbollah taliban isis daesh boko farc houthi shabab")
_WATCHERS: Final = words("auditor ombudsman ombudswoman commissioner comptroller inspector-general rapporteur monitor")
_EXECUTIVES: Final = words("executive arm")
_OPPOSED: Final = tuple(
    (words(one), words(other))
    for one, other in (
        ("lawyer attorney solicitor barrister defender", "prosecutor judge plaintiff complainant"),
        ("prosecutor", "judge"),
        ("suspect defendant accused attacker gunman culprit", "victim prosecutor policeman detective officer judge"),
        ("doctor physician surgeon nurse", "patient"),
        ("teacher professor lecturer headteacher principal", "pupil student"),
        ("driver pilot captain skipper", "passenger"),
        ("landlord", "tenant"),
        ("coach referee", "player striker goalkeeper midfielder defender"),
        ("employer", "employee worker"),
    )
)
"""Nouns for people of whom one is never the other."""


def is_of_camp(speaker: Speaker) -> bool:
    """Tell whether a description says on which side somebody is: `the opposition candidate`."""
    return not _CAMPS.isdisjoint(speaker.words.lower().split()[:-1])


def is_of_other_camp(speaker: Speaker, bearer: Bearer) -> bool:
    """Tell whether a person was not told to be of the side that a description is of: `the opposition candidate`."""
    sides = _CAMPS.intersection(speaker.words.lower().split()[:-1])
    return bool(sides) and not sides & bearer.told


def is_opposed(noun: str, bearer: Bearer) -> bool:
    """Tell whether somebody was told by a noun that is never of the same person: a lawyer, for `the prosecutor`."""
    role = {singular(word) for word in fold(f"{bearer.role or bearer.mention}").split()}
    return any(
        (noun in one and not role.isdisjoint(other)) or (noun in other and not role.isdisjoint(one))
        for one, other in _OPPOSED
    )


def _is_of_un(name: str) -> bool:
    """Tell whether a name is of a body of the United Nations."""
    plain = fold(name).removeprefix("the ")
    return plain in UN_BODIES or plain.split(" ")[0] in UN or plain.startswith("united nations")


def is_of_eu(speaker: Speaker) -> bool:
    """Tell whether a phrase means the executive of the European Union: `the bloc's executive arm`."""
    if speaker.head not in _EXECUTIVES:
        return False
    whose = fold(speaker.owner or speaker.words.rpartition(" ")[0]).removeprefix("the ")
    return whose.partition("'")[0] in {"eu", "bloc", "union", "european union", "european", "eu executive"}


def league_of(head: str, own: Sequence[str], near: Sequence[Bearer]) -> Bearer | None:
    """Give the body of states that is meant, the last one: `the UN agency`; `the alliance`, for NATO."""
    if own[0] in UN and len(own) > 1:
        return next((b for b in reversed(near) if b.kind in _BODIES and _is_of_un(b.name or b.mention)), None)
    return next((b for b in near[-1:] if _is_league(b)), None) if head in _LEAGUES else None


def _is_league(bearer: Bearer) -> bool:
    """Tell whether a body of states is meant by its short name: `the alliance`, for NATO."""
    return bearer.kind == "official_body" and fold(bearer.name or bearer.mention) in _OF_STATES


def is_superlative(words_of: str) -> bool:
    """Tell whether a phrase means the first of its kind: `Europe's largest bank`."""
    return any(word.rpartition("-")[2] in _FIRST for word in words_of.split()[:-1])


def is_armed(bearer: Bearer) -> bool:
    """Tell whether an organisation is an armed one: `the rebels` may mean it."""
    told = bearer.told | bearer.heads | set(fold(f"{bearer.mention} {bearer.name or ''}").split())
    return bearer.kind == "organisation" and not told.isdisjoint(REBELS | FIGHTERS | _ARMED)


def is_watcher(bearer: Bearer) -> bool:
    """Tell whether a person is one who watches over others: an auditor, an ombudsman."""
    return (
        bearer.kind in {"person", "anonymous"}
        and not bearer.plural
        and not _WATCHERS.isdisjoint(fold(bearer.role or bearer.mention).split())
    )


def is_irregular(bearer: Bearer, head: str) -> bool:
    """Tell whether a force is not the state's own, which `the army` means: `the rebel Arakan Army`."""
    if head not in _FORCES:
        return False
    before = (bearer.name or "").split()[:-1]
    named = head in fold(bearer.name or "").split() and bool(before)
    return not REBELS.isdisjoint(fold(bearer.mention).split()) or (
        named and not any(is_adjective(word) or country_of(word) for word in before)
    )


def has_office(bearer: Bearer, speaker: Speaker, head: str) -> bool:
    """Tell whether a person holds the office of a description, in the words of the text."""
    if is_of_other_camp(speaker, bearer):
        return False
    if head in bearer.heads or _initials(bearer.role or "") == speaker.words.lower():
        return True
    role = {singular(word) for word in fold(bearer.role or "").split()}
    return head in role or (head in {"governor", "mayor"} and "administration" in role)


def _initials(role: str) -> str:
    """Give what a role is for short, small: `Deputy Commissioner` -> `dc`."""
    parts = [word for word in role.replace("-", " ").split() if word not in {"of", "for", "the", "and"}]
    return "".join(word[0] for word in parts).lower() if len(parts) > 1 else "-"
