"""Where a phrase ends in a script without capitals, whose articles and prepositions are written together with nouns."""

from typing import Final

from services.tag.cited.tongues.tokens import Tokens

JOINED_MAX_WORDS: Final = 8
JOINED_NAME_MAX_WORDS: Final = 3
_BODIES: Final = frozenset({"person", "official_body", "organisation"})


def joined_end(t: Tokens, first: int, *, loose: bool) -> int:
    """Give the end of a phrase in a script without capitals: what is definite goes on, a bare noun ends a body."""
    tongue = t.tongue
    if not t.is_word(first) or (_is_no_noun(t, first) and not (loose and t.keys[first] in tongue.told)):
        return first
    first_key = t.keys[first]
    kind = tongue.nouns.kind(first_key) or (
        tongue.nouns.kind(first_key[1:]) if first_key.startswith(tongue.to) else None
    )
    definite = first_key.startswith(tongue.article)
    place = first + 1
    while place < len(t) and place - first < JOINED_MAX_WORDS:
        key = t.keys[place]
        if not t.is_word(place):
            closed = t.name_in_quotes(place)
            if not closed:
                break
            place = closed
            continue
        if (key in tongue.loosely and t.is_word(place + 1) and _binds_loosely(t, kind, place)) or key in tongue.binding:
            definite = False
        elif _is_no_noun(t, place) or _opens_another(t, place, kind, definite=definite):
            break
        else:
            definite = definite or key.startswith((tongue.article, tongue.joined[0] + tongue.article))
        place += 1
    while place - 1 > first and (t.keys[place - 1] in tongue.loosely or t.keys[place - 1] in tongue.binding):
        place -= 1
    return place


def _opens_another(t: Tokens, place: int, kind: str | None, *, definite: bool) -> bool:
    """Tell whether a noun begins another phrase: a bare one behind a definite body, a known one behind a name."""
    tongue, key = t.tongue, t.keys[place]
    if key.startswith(tongue.to * 2):
        return kind not in {"document", "person"}
    if key.startswith(tongue.joined[0] + tongue.article):
        return not (definite and kind in _BODIES)
    if key.startswith(tongue.article):
        return False
    named = kind in {None, "person", "official"}
    return (definite and not named) or (kind is None and bool(tongue.nouns.kind(key)))


def _binds_loosely(t: Tokens, kind: str | None, place: int) -> bool:
    """Tell whether a preposition binds: behind an unnamed source, or in `expert in the affairs of ...`."""
    return kind in {"anonymous", "official"} or (kind == "person" and t.keys[place + 1] in t.tongue.fields)


def _is_no_noun(t: Tokens, place: int) -> bool:
    """Tell whether a word is no part of a phrase: a verb, a preposition, somebody who is told, `and the ...`."""
    tongue, key = t.tongue, t.keys[place]
    if (
        key in tongue.stops
        or t.forms[place] in tongue.says
        or key in tongue.told
        or key in tongue.that
        or key in tongue.how
    ):
        return True
    if len(key) > 2 and key[0] in "فبكل" and key[1:] in tongue.stops:  # noqa: PLR2004
        return True
    return key[0] in "فبك" and key[1:].startswith(tongue.article)


def joined_apposition(t: Tokens, first: int, end: int) -> int:
    """Take in `the spokesman` behind a name, or a name behind `the minister`, in a script without capitals."""
    nouns, follows = t.tongue.nouns, end + 1
    role, renamed = nouns.kind(t.keys[first]), nouns.kind(t.keys[follows])
    if t.keys[follows] in t.tongue.stops or (role not in {None, "person"}) or renamed not in {None, "person"}:
        return end
    stop = joined_end(t, follows, loose=False)
    closed = stop > follows and t.is_comma(stop)
    if renamed == "person" and t.keys[follows].startswith(t.tongue.article):
        return stop if closed or t.ends_sentence(stop) else end
    named = role == "person" and renamed is None and not t.keys[follows].startswith(t.tongue.article)
    return stop if closed and named and stop - follows <= JOINED_NAME_MAX_WORDS else end
