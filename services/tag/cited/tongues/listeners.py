"""Who was told, in other languages than English: `confie à l'AFP`. An outlet that was told is a relay."""

from dataclasses import replace
from typing import Final

from services.tag.cited.attribution import Said
from services.tag.cited.tongues.nominals import is_outlet
from services.tag.cited.tongues.tokens import Tokens

LISTENER_MAX_WORDS: Final = 14
LISTENER_NAME_MAX_WORDS: Final = 3
_MEDIA: Final = frozenset({"news_agency", "outlet"})


def told(t: Tokens, said: Said, first: int, end: int) -> Said:
    """Add who was told, where it may be an outlet."""
    for place in range(end, min(len(t), end + LISTENER_MAX_WORDS)):
        if t.ends_sentence(place) or t.keys[place] in t.tongue.that:
            break
        if listener := _listener(t, place, said):
            return replace(said, listener=listener)
    for place in range(first - 1, max(-1, first - LISTENER_MAX_WORDS), -1):
        if t.ends_sentence(place):
            break
        if listener := _listener(t, place, said):
            return replace(said, listener=listener)
    return said


def _listener(t: Tokens, place: int, said: Said) -> tuple[int, int] | None:
    """Read `à l'AFP`, `der Nachrichtenagentur dpa`: the bare name of who was told."""
    tongue = t.tongue
    dative = bool(tongue.genitives) and t.keys[place] in tongue.determiners and is_outlet(t, place + 1)
    if (t.keys[place] not in tongue.told and not dative) or said.source[0] <= t.starts[place] < said.source[1]:
        return None
    place += 1
    while t.is_word(place) and (t.keys[place] in tongue.determiners or tongue.nouns.kind(t.keys[place]) in _MEDIA):
        place += 1
    if place >= len(t):
        return None
    if closed := t.name_in_quotes(place):
        return t.span(place + 1, closed - 1)
    end = place
    while t.is_word(end) and end - place < LISTENER_NAME_MAX_WORDS and _is_name_word(t, end):
        end += 1
        if t.words[place].isupper() and len(t.words[place]) > 1:
            break
    return t.span(place, end) if end > place else None


def _is_name_word(t: Tokens, place: int) -> bool:
    if not t.tongue.caseless:
        return t.is_capital(place)
    return t.keys[place] not in t.tongue.stops and t.forms[place] not in t.tongue.says
