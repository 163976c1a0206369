"""Whether an item of a document is one that is remembered. Pure.

Keys find candidates; titles and times decide. Where they contradict each other, the reading counts by which no article
is lost: two items taken for one lose one, one taken for two costs a fetch.

- Same id, same page: the same item, whatever it is called by now. A page that names no article (a site's root, one that
  several items share) is no page in this sense.
- Same id, other page: the same item unless title and time both speak against it.
- Other id, same page: the same item if title or time speaks for it and neither far against it.
- Neither: the same item if title and time are the same and nobody else in sight has both.

If one item goes by an id that was another's, as where ids are places in a list, ids without a page prove nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.ingest import times
from services.ingest.identity import ROOT, Identity
from services.ingest.items import Item
from services.ingest.memory import KnownItem

NEAR: Final = 0.5
"""Likeness from which on a title may be an edited one."""
VERY_NEAR: Final = 0.75
"""Likeness from which on a title is the same with a word changed."""
FAR: Final = timedelta(hours=12)
"""Items further apart than this are another edition, even under the same title."""
REPAIRS_MAX: Final = 3
"""So many items a poll may be known by nothing but their time and nearly their title."""
_CERTAIN: Final = 16


class Match(NamedTuple):
    """The remembered item that an item of the document is."""

    known: KnownItem
    retold: bool = False
    """Whether nothing but its id and page is the same: a page that tells one story after the other."""
    moved: bool = False
    """Whether neither its id nor its page is the same: all that is new about it is where it stands."""


def match(
    items: Sequence[Item], identities: Sequence[Identity | None], known: Mapping[str, KnownItem], *, now: datetime
) -> list[Match | None]:
    """Return for each item the remembered one that it is; each remembered item is given out once.

    Items with equal keys get the same answer.
    """
    memory = _Memory(known, now)
    told: dict[str, _Told] = {}
    claims: list[_Claim] = []
    for item, identity in zip(items, identities, strict=True):
        if identity is None or identity.item_key in told:
            continue
        told[identity.item_key] = mine = _told(item, now, bare=identity.link_key is None or identity.loose)
        for candidate in memory.candidates(identity, item.title):
            likewise = _compared(mine, memory.told[candidate.item_key])
            if claim := _claim(identity, candidate, likewise, place=len(claims)):
                claims.append(claim)
    claims.extend(_claims_by_words(told, memory, {(claim.item_key, claim.match.known.item_key) for claim in claims}))
    if any(claim.crosses(known) for claim in claims):
        claims = [claim for claim in claims if claim.certain or not claim.by_id_alone]
    found = _given_out(claims)
    _repair(told, memory, found)
    return [found.get(identity.item_key) if identity else None for identity in identities]


def likeness(title: str | None, other: str | None) -> float:
    """Return how alike two titles are, 0 to 1: the share of letter pairs that they have in common."""
    if not title or not other:
        return 0.0
    if title == other:
        return 1.0
    pairs, others = _pairs(title), _pairs(other)
    return 2 * sum((pairs & others).values()) / (sum(pairs.values()) + sum(others.values()))


class _Told(NamedTuple):
    """What an item says of itself."""

    title: str | None
    raw: str | None
    at: datetime | None
    exact: bool
    """Whether its time is more than a day."""
    bare: bool
    """Whether it has no page to be found by."""

    @property
    def words(self) -> tuple[str, object] | None:
        """What it can be known by without any key; None for too little."""
        if self.title and self.exact:
            return self.title, self.at
        return (self.title, self.raw) if self.title and self.bare else None


class _Likewise(NamedTuple):
    """How what two items say of themselves compares."""

    called: bool
    """Same title."""
    alike: float
    untitled: bool
    apart: timedelta | None
    """None where one of them has no time."""
    worded: bool
    """Same words for the time, readable or not."""
    exact: bool

    @property
    def far(self) -> bool:
        return self.apart is not None and self.apart > FAR

    @property
    def dated(self) -> bool:
        """Whether both have the same time, to the minute or finer."""
        return self.exact and self.apart == timedelta()

    @property
    def retold(self) -> bool:
        return self.alike < NEAR and bool(self.apart)


class _Claim(NamedTuple):
    """An item's claim to be a remembered one; of two, that of more weight counts, then the earlier one."""

    weight: int
    place: int
    item_key: str
    match: Match
    certain: bool
    by_id_alone: bool

    def crosses(self, known: Mapping[str, KnownItem]) -> bool:
        """Whether the item is surely one that had another id, while the id it has is another's."""
        return self.certain and self.match.known.item_key != self.item_key and self.item_key in known


class _Memory:
    """Remembered items, by their keys."""

    def __init__(self, known: Mapping[str, KnownItem], now: datetime) -> None:
        self.known = known
        self.told = {key: _told(one, now, bare=one.link_key in {None, ROOT}) for key, one in known.items()}
        self._by_link: dict[tuple[str, str | None], list[KnownItem]] = {}
        for one in known.values():
            for key in {(one.link_key, None), (one.link_key, one.title)} if one.link_key else ():
                self._by_link.setdefault(key, []).append(one)

    def candidates(self, identity: Identity, title: str | None) -> Iterable[KnownItem]:
        """Return what shares a key; of a page that says nothing of the item, what is called the same."""
        said = title if identity.loose else None
        found = {one.item_key: one for one in self._by_link.get((identity.link_key or "", said), ())}
        for key in (identity.item_key, identity.address):
            if key and key in self.known:
                found[key] = self.known[key]
        return found.values()


def _claim(identity: Identity, known: KnownItem, likewise: _Likewise, *, place: int) -> _Claim | None:
    """Weigh what speaks for their being one item; None if that is not enough."""
    same_id = known.item_key == identity.item_key
    same_page = identity.link_key is not None and known.link_key == identity.link_key
    named = same_id and identity.item_key != identity.address  # by an id of its own, not by its link
    if identity.loose:
        proven = not likewise.far and (
            likewise.called or (same_id and likewise.alike >= VERY_NEAR) or (named and likewise.dated)
        )
    elif same_id:
        proven = same_page or not named or _may_be(known, likewise)
    else:
        proven = _found_by_page(likewise)
    if not proven:
        return None
    by_page = not identity.loose and (same_page or (same_id and not named))
    certain = likewise.called and likewise.apart in {timedelta(), None}
    return _Claim(
        weight=_CERTAIN * certain + 8 * by_page + 4 * same_id + 2 * likewise.called + likewise.dated,
        place=place,
        item_key=identity.item_key,
        match=Match(known, likewise.retold),
        certain=certain,
        by_id_alone=same_id and not by_page,
    )


def _may_be(known: KnownItem, likewise: _Likewise) -> bool:
    """Whether an item whose link has changed, or cannot be compared, may still be the one with its id."""
    if likewise.dated:
        return True
    if likewise.far:
        return known.link_key is None and likewise.alike >= VERY_NEAR
    return likewise.alike >= NEAR or likewise.untitled


def _found_by_page(likewise: _Likewise) -> bool:
    """Whether an item on a known page with another id is the known one."""
    if likewise.dated:
        return True
    if likewise.far:
        return False
    return likewise.alike >= VERY_NEAR or (likewise.alike >= NEAR and likewise.worded)


def _claims_by_words(
    told: Mapping[str, _Told], memory: _Memory, claimed: Collection[tuple[str, str]]
) -> Iterator[_Claim]:
    """Find items whose id and address have both changed, as when a site is rebuilt, by title and time.

    Only if nobody else says the same.
    """
    mine, theirs = Counter(one.words for one in told.values()), Counter(one.words for one in memory.told.values())
    places = {one.words: key for key, one in memory.told.items()}
    for key, one in told.items():
        if one.words and mine[one.words] == theirs[one.words] == 1 and (key, places[one.words]) not in claimed:
            moved = Match(memory.known[places[one.words]], moved=True)
            yield _Claim(_CERTAIN, -1, key, moved, certain=True, by_id_alone=False)


def _repair(told: Mapping[str, _Told], memory: _Memory, found: dict[str, Match]) -> None:
    """Find a few items of which nothing is left but the time, and nearly the title."""
    taken = {one.known.item_key for one in found.values()}
    mine = Counter(one.at for one in told.values() if one.exact)
    theirs = Counter(one.at for one in memory.told.values() if one.exact)
    places = {one.at: key for key, one in memory.told.items() if one.exact and key not in taken}
    repairs = 0
    for key, one in told.items():
        place = places.get(one.at) if one.exact and key not in found else None
        if place is None or mine[one.at] > 1 or theirs[one.at] > 1 or repairs == REPAIRS_MAX:
            continue
        if likeness(one.title, memory.told[place].title) >= VERY_NEAR:
            found[key] = Match(memory.known[place])
            repairs += 1


def _given_out(claims: Sequence[_Claim]) -> dict[str, Match]:
    """Give each remembered item to the one that has most to say for itself, by item key."""
    found: dict[str, Match] = {}
    taken: set[str] = set()
    for claim in sorted(claims, key=lambda claim: (-claim.weight, claim.place)):
        known_key = claim.match.known.item_key
        if claim.item_key not in found and known_key not in taken:
            found[claim.item_key] = claim.match
            taken.add(known_key)
    return found


def _told(one: Item | KnownItem, now: datetime, *, bare: bool) -> _Told:
    reading = times.read(one.published_raw, now=now)
    return _Told(one.title, one.published_raw, reading.at, reading.precision in {"second", "minute"}, bare)


def _compared(mine: _Told, theirs: _Told) -> _Likewise:
    return _Likewise(
        called=mine.title is not None and mine.title == theirs.title,
        alike=likeness(mine.title, theirs.title),
        untitled=mine.title is None and theirs.title is None,
        apart=abs(mine.at - theirs.at) if mine.at and theirs.at else None,
        worded=mine.raw is not None and mine.raw == theirs.raw,
        exact=mine.exact and theirs.exact,
    )


def _pairs(title: str) -> Counter[str]:
    words = f" {' '.join(title.casefold().split())} "
    return Counter(words[place : place + 2] for place in range(len(words) - 1))
