"""The names of a text that may be places, with the words around them and all that each of them may mean."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.tag.places.gazetteer import Hit
from services.tag.places.nations import country_of
from services.tag.places.place_lexicon import (
    FITS_BEFORE,
    OUTLET_OPENINGS,
    SURELY_LOCATIVE,
    TITLES,
    UNIVERSITIES_OF,
    given_names,
    is_direction,
)
from services.tag.places.spots import Use
from services.tag.places.towns import Towns, key

REACH_CHARS: Final = 40
GAP_MAX_CHARS: Final = 8
"""The longest gap between a place and what it is said to lie in: ` in the `."""
_NOWHERE: Final[frozenset[str]] = frozenset()
_AFTER: Final = re.compile(r"('s)? ?([^\w\s]*) ?([\w'-]+)?(?: ([\w'-]+))?")
_ENCLOSING_GAP: Final = re.compile(r"(?:, | \(|, in | in )(?:the )?$")
_SENTENCE_END: Final = frozenset(".!?:\n")


@dataclass(slots=True)
class Mention:
    """A stretch of the text and the words around it: the last one before and the next two behind.

    `mark` is the punctuation between the word before and the name, `mark_after` that behind the name. `before_small` is
    the word before in small letters. What the word before tells: `located`, that it is a preposition of place;
    `part_of_name`, that it is capitalised as in `Jack London`, `Mr. Houston`; `surname`, that it is a given name.
    """

    start: int
    end: int
    written: str
    before: str
    mark: str
    after: str
    after_next: str
    mark_after: str
    possessive: bool
    opens: bool
    enclosing: frozenset[str]
    in_title: bool
    before_small: str
    located: bool
    part_of_name: bool
    surname: bool


@dataclass(slots=True)
class Name:
    """A name, its meanings and its mentions in a document."""

    key: str
    uses: tuple[Use, ...]
    mentions: list[Mention]


def joined(hits: Sequence[Hit], plain: str, towns: Towns) -> list[Hit]:
    """Put names of towns among those of larger places; of two that overlap the longer stays."""
    spans = {(start, -end): uses for start, end, uses in hits}  # those that begin at one place, longest first
    for start, end, uses in towns.find(plain):
        spans[start, -end] = spans.get((start, -end), ()) + uses
    merged: list[Hit] = []
    for span in sorted(spans):
        hit = Hit(span[0], -span[1], spans[span])
        if merged and hit.start < merged[-1].end:
            if hit.end - hit.start <= merged[-1].end - merged[-1].start:
                continue
            merged.pop()
        merged.append(hit)
    return merged


def read_mentions(plain: str, hits: Sequence[Hit], *, in_title: bool) -> Iterable[tuple[Hit, Mention]]:
    """Yield each hit in an evened text with the words around it, but for `America` in `Voice of America`."""
    for number, hit in enumerate(hits):
        if plain.endswith(OUTLET_OPENINGS, 0, hit.start):
            continue
        follower = hits[number + 1] if number + 1 < len(hits) else None
        if plain.endswith(UNIVERSITIES_OF, 0, hit.start):
            hit = _of_state(hit)  # noqa: PLW2901 - the same stretch
        yield hit, _mention(plain, hit, follower, in_title=in_title)


def _of_state(hit: Hit) -> Hit:
    """Keep of `Georgia` in `University of Georgia` the state, not the country."""
    states = tuple(use for use in hit.uses if use.spot.kind == "subdivision" and use.spot.country == "US")
    return Hit(hit.start, hit.end, states or hit.uses)


def _mention(plain: str, hit: Hit, follower: Hit | None, *, in_title: bool) -> Mention:
    start, end = hit.start, hit.end
    head = plain[max(0, start - REACH_CHARS) : start]
    before, mark = _last_word(head)
    behind = _AFTER.match(plain, end, end + REACH_CHARS)
    possessive, mark_after, after, after_next = behind.groups("") if behind else ("", "", "", "")
    stripped = head.rstrip(" \"'(")
    small = before.lower()
    capital = not mark and before[:1].isupper()
    return Mention(
        start,
        end,
        plain[start:end],
        before,
        mark,
        after,
        after_next,
        mark_after,
        bool(possessive),
        not stripped or stripped[-1] in _SENTENCE_END or "\n" in head[len(stripped) :],
        _enclosing(plain, hit, follower) if follower and follower.start - end <= GAP_MAX_CHARS else _NOWHERE,
        in_title,
        small,
        not mark and small in SURELY_LOCATIVE,
        capital and _is_of_name(before),
        capital and small in given_names(),
    )


def _is_of_name(word: str) -> bool:
    """Tell whether a capitalised word before a name is rather a part of it than of the sentence."""
    if word in FITS_BEFORE or word.endswith("'s") or (word.isupper() and len(word) > 1):
        return False
    return country_of(word) is None


def _last_word(head: str) -> tuple[str, str]:
    """Give the last word of a line, and the marks behind it."""
    line = head.rpartition("\n")[2]
    word = line.rstrip(" ")
    bare = word.rstrip("\"'(,;:-\u2014.!?)[]/$\u00a3\u20ac")
    last = bare.rpartition(" ")[2]
    if word.endswith(".") and len(word) == len(bare) + 1 and (len(last) == 1 or last in TITLES):
        return last, ""
    return last, word[len(bare) :] or ("" if len(line) - len(word) or not line else "+")


def _enclosing(plain: str, hit: Hit, follower: Hit) -> frozenset[str]:
    """Give the codes of what is named as enclosing this place: `Paris, Texas`, `Jackson, Miss.`."""
    if not _ENCLOSING_GAP.fullmatch(plain, hit.end, follower.start):
        return _NOWHERE
    if is_direction(plain[follower.start : follower.end].lower()):  # `Cornwall in South West England`
        return _NOWHERE
    codes = ((use.spot.kind, use.spot.subdivision, use.spot.country) for use in follower.uses if not use.adjective)
    return frozenset(code or country or "" for kind, code, country in codes if kind in {"country", "subdivision"}) - {
        ""
    }


def names_of(found: Iterable[tuple[Hit, Mention]]) -> list[Name]:
    """Gather the mentions of each name, in order of the first."""
    names: list[Name] = []
    called: dict[str, list[Name]] = {}
    for hit, mention in found:
        spelled = key(mention.written)
        alike = called.setdefault(spelled, [])
        for name in alike:
            if name.uses == hit.uses:
                name.mentions.append(mention)
                break
        else:
            alike.append(Name(spelled, hit.uses, [mention]))
            names.append(alike[-1])
    return names
