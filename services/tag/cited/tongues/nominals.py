"""Where the phrase of a speaker begins and ends in another language than English. No parser: words, and what they are.

A phrase is a half-open range of words. Whether it can speak is not decided here.
"""

from collections.abc import Iterator
from typing import Final

from services.tag.cited.tongues.joined import joined_apposition, joined_end
from services.tag.cited.tongues.tokens import Tokens

PHRASE_MAX_WORDS: Final = 22
CLAUSE_MAX_WORDS: Final = 30
ASIDE_MAX_WORDS: Final = 28
RELATIVE_MAX_WORDS: Final = 14
PLAIN_MAX_WORDS: Final = 4
"""So many words without a capital, preposition or article follow one another in a phrase."""
STEPS_MAX: Final = 4
_PEOPLE: Final = frozenset({"person", "official", "group"})
_PARTICLES: Final = frozenset(
    [
        "van",
        "von",
        "bin",
        "ibn",
        "bint",
        "al",
        "el",
        "ben",
        "di",
        "da",
        "dos",
        "do",
        "du",
        "de",
        "la",
        "le",
        "der",
        "den",
        "ter",
        "abu",
    ]
)
_DASHES: Final = frozenset("\u2014-")
_ADVERBS: Final = ("ment", "mente")
ADVERB_MIN_CHARS: Final = 7


def phrase_end(t: Tokens, first: int, *, loose: bool = False) -> int:
    """Give the end of the noun phrase that starts here; `first` where there is none. `loose` takes prepositions in."""
    if t.tongue.caseless:
        return joined_end(t, first, loose=loose)
    place = first
    plain = 0
    while place < len(t) and place - first < PHRASE_MAX_WORDS:
        if not t.is_word(place):
            closed = place > first and (t.name_in_quotes(place) or _short_form(t, place))
            if not closed:
                break
            place = closed
            continue
        named = t.is_capital(place) and place > first
        if (not named and place > first and _binds(t, first, place, loose=loose)) or (
            place == first and t.keys[place] in _PARTICLES and t.is_capital(place + 1) and t.is_surname(place + 1)
        ):
            plain = 0
        elif not named and t.keys[place] in t.tongue.determiners:
            if place > first and not _takes_article(t, place):
                break
        elif _ends(t, first, place, plain, loose=loose):
            break
        else:
            plain = 0 if t.is_capital(place) else plain + 1
        place += 1
    return _trimmed(t, first, place)


def _short_form(t: Tokens, place: int) -> int:
    """Give the end of a short form in brackets: `Fuerzas de Defensa de Israel (FDI)`; 0 where there is none."""
    closed = t.words[place] == "(" and t.is_capital(place + 1) and t.words[place + 2 : place + 3] == [")"]
    return place + 3 if closed else 0


def _takes_article(t: Tokens, place: int) -> bool:
    """Tell whether an article goes on with a phrase: behind a preposition, or as a genitive."""
    before = t.keys[place - 1]
    if before in t.tongue.binding or before in t.tongue.loosely or before in t.tongue.determiners:
        return True
    return t.keys[place] in t.tongue.genitives and t.is_word(place - 1) and not is_outlet(t, place + 1)


def is_outlet(t: Tokens, place: int) -> bool:
    """Tell whether an agency or a paper is named here: `der Nachrichtenagentur Reuters`, `der dpa`."""
    if not t.is_word(place):
        return place < len(t) and bool(t.name_in_quotes(place))
    return t.tongue.nouns.kind(t.keys[place]) in {"news_agency", "outlet"} or t.words[place].isupper()


def _binds(t: Tokens, first: int, place: int, *, loose: bool) -> bool:
    """Tell whether a word ties what follows to what stands before: `de`, and more behind an unnamed source."""
    key = t.keys[place]
    if not t.is_word(place + 1) or not t.is_word(place - 1) or t.forms[place] in t.tongue.auxiliaries:
        return False
    if key in t.tongue.joins and t.is_capital(place - 1) and t.is_capital(place + 1):
        return place - 1 > first or not t.tongue.capital_nouns
    if key in t.tongue.binding or (key in _PARTICLES and t.is_capital(place - 1) and t.is_capital(place + 1)):
        return True
    if key not in t.tongue.loosely:
        return False
    return loose or any(t.tongue.nouns.kind(t.keys[number]) == "anonymous" for number in range(first, place))


def _ends(t: Tokens, first: int, place: int, plain: int, *, loose: bool) -> bool:
    """Tell whether a phrase ends before this word."""
    tongue, key = t.tongue, t.keys[place]
    if t.is_capital(place) and place > first:
        return False
    if key in tongue.stops or key in tongue.that or key in tongue.how or _is_verb(t, place):
        return True
    if t.is_capital(place) or (key.isdigit() and not loose):
        return key.isdigit() and place > first
    before = place - 1
    opened = before >= first and t.keys[before] not in tongue.determiners
    after_name = opened and t.is_capital(before) and tongue.nouns.kind(t.keys[before]) is None
    adjective = bool(tongue.adjective.match(t.keys[before]))
    if after_name and not ((before == first or adjective) and tongue.nouns.kind(key)):
        return True
    return plain >= PLAIN_MAX_WORDS


def _is_verb(t: Tokens, place: int) -> bool:
    """Tell whether a word is a verb that says, helps one to, or is said to somebody."""
    tongue, form = t.tongue, t.forms[place]
    told = t.keys[place] in tongue.told and t.keys[place] not in tongue.loosely
    return told or form in tongue.says or form in tongue.auxiliaries


def _trimmed(t: Tokens, first: int, end: int) -> int:
    """Cut words that only lead to another: articles, prepositions, in German small adjectives."""
    tongue = t.tongue
    while end > first and t.is_word(end - 1):
        key = t.keys[end - 1]
        leads = key in tongue.determiners or key in tongue.binding or key in tongue.loosely
        if not (leads and not (t.is_capital(end - 1) and end - 1 > first)) and not (
            tongue.capital_nouns and not t.is_capital(end - 1) and not t.words[end - 1].isdigit()
        ):
            break
        if tongue.capital_nouns and t.words[end - 1].islower() and tongue.nouns.kind(key) is None and _is_code(t, end):
            break
        end -= 1
    return end


def _is_code(t: Tokens, end: int) -> bool:
    """Tell whether a small word is an agency's: `die Nachrichtenagentur dpa`, `laut dpa`."""
    return t.keys[end - 1] in {"dpa", "epd", "sid"}


def subjects(t: Tokens, verb: int) -> Iterator[tuple[int, int]]:
    """Yield the phrases left of a verb that may be its subject, from the farthest, with what is apposed to them."""
    for first in _openings(t, verb):
        end = first + 1 if t.forms[first] in t.tongue.pronouns else phrase_end(t, first)
        if end > first and (stop := _reaches(t, end, verb)):
            yield first, stop


def apposed_name(t: Tokens, verb: int) -> tuple[int, int] | None:
    """Give a full name between commas right before a verb, where what it renames is not understood."""
    if verb < 2 or not t.is_comma(verb - 1):  # noqa: PLR2004 - a name and its comma
        return None
    first = verb - 1
    while first > 0 and t.is_word(first - 1) and verb - first <= ASIDE_MAX_WORDS:
        first -= 1
    full = t.is_comma(first - 1) and all(map(t.is_capital, range(first, verb - 1))) and verb - 1 - first > 1
    return (first, verb - 1) if full and first > 0 else None


def _openings(t: Tokens, verb: int) -> list[int]:
    """Give the places left of a verb where its clause may open, from the farthest."""
    openings = []
    place = verb - 1
    while place >= 0 and verb - place <= CLAUSE_MAX_WORDS:
        quote = t.quote(place)
        if quote and quote.end - quote.start > 2:  # noqa: PLR2004 - more than its marks
            openings.append(place + 1)
            while place >= 0 and t.starts[place] >= quote.start:
                place -= 1
            continue
        if t.ends_sentence(place):
            break
        key = t.keys[place]
        opens = (
            not t.is_word(place) or key in t.tongue.joins | t.tongue.contrasts | t.tongue.how or key in t.tongue.that
        )
        if opens:
            openings.append(place + 1)
        place -= 1
    openings.append(max(place + 1, 0))
    return sorted({place for place in openings if place < verb})


def _reaches(t: Tokens, end: int, verb: int) -> int:
    """Give the end of a subject that a verb follows, asides and adverbs between them; 0 where it does not follow."""
    place = skip_between(t, end, verb)
    if place == verb:
        return end
    if t.keys[place] in t.tongue.relatives and verb - place <= RELATIVE_MAX_WORDS:
        return end if all(t.is_word(number) for number in range(place, verb)) else 0
    mark = t.words[place]
    if not t.is_comma(place) and mark not in _DASHES and mark != "(":
        return 0
    closed = place + 1
    closing = frozenset({")"}) if mark == "(" else frozenset({mark})
    while closed < verb and closed - place < ASIDE_MAX_WORDS and t.words[closed] not in closing:
        closed += 1
    while closed < verb and skip_between(t, closed + 1, verb) != verb:
        closed += 1
        while closed < verb and closed - place < ASIDE_MAX_WORDS and t.words[closed] not in closing:
            closed += 1
        if closed - place >= ASIDE_MAX_WORDS:
            return 0
    if closed >= verb or t.words[closed] not in closing:
        return 0
    apposed = place == end and t.is_comma(place) and _apposes(t, place + 1) and phrase_end(t, place + 1, loose=True)
    return closed if apposed == closed else end


def _apposes(t: Tokens, place: int) -> bool:
    """Tell whether what stands behind a comma may rename a speaker: no day, no preposition."""
    if not t.is_word(place) or (t.keys[place] in t.tongue.stops and not t.tongue.determiners & {t.keys[place]}):
        return False
    return t.is_capital(place) or t.keys[place] in t.tongue.determiners or _is_role(t, place)


def _is_role(t: Tokens, place: int) -> bool:
    """Tell whether a word, or the one behind a small one, is a noun for people."""
    return any(
        t.is_word(number) and (t.tongue.nouns.kind(t.keys[number]) in _PEOPLE or _is_agent(t, number))
        for number in (place, place + 1)
    )


def _is_agent(t: Tokens, place: int) -> bool:
    agents = t.tongue.agents
    return bool(agents and agents.match(t.keys[place])) and t.keys[place] not in t.tongue.no_agents


def skip_between(t: Tokens, place: int, verb: int) -> int:
    """Step over days, adverbs and short asides of place between a subject and its verb."""
    for _ in range(PHRASE_MAX_WORDS):
        if place >= verb or not t.is_word(place):
            break
        key = t.keys[place]
        if key in t.tongue.between or key.isdigit() or (len(key) >= ADVERB_MIN_CHARS and key.endswith(_ADVERBS)):
            place += 1
            continue
        cited = t.phrase_at(place, t.tongue.citing)
        if cited == place and key not in t.tongue.loosely:
            break
        end = phrase_end(t, max(cited, place + 1))
        if end <= max(cited, place + 1) or end > verb:
            break
        place = end
    return place


def with_apposition(t: Tokens, first: int, end: int) -> int:
    """Give the end of a phrase that is followed by what renames it: `Ana Ruiz, vecina del barrio`."""
    if not t.is_comma(end) or not t.is_word(end + 1):
        return end
    if t.tongue.caseless:
        return joined_apposition(t, first, end)
    named = any(t.is_capital(place) for place in range(first + 1, end)) or (t.is_capital(first) and end - first == 1)
    follows = end + 1
    if named and not (_is_role(t, follows) and not t.is_capital(follows)) and not (t.tongue.capital_nouns):
        return end
    if t.tongue.capital_nouns and named and not (_is_role(t, follows)):
        return end
    if not named and not (t.is_capital(follows) and t.is_capital(follows + 1)):
        return end
    stop = phrase_end(t, follows, loose=True)
    closed = stop > follows and (stop >= len(t) or not t.is_word(stop))
    return stop if closed else end


def places_behind(t: Tokens, verb: int) -> Iterator[int]:
    """Yield the places behind a verb where its subject may start: there, or behind who was told, and where."""
    place = verb + 1
    if place < len(t) and t.words[place].startswith("-"):
        yield place + 1
        return
    for _ in range(STEPS_MAX):
        while t.is_word(place) and (t.keys[place] in t.tongue.between or t.keys[place].isdigit()):
            if t.keys[place] in t.tongue.determiners:
                yield place
            place += 1
        if not t.is_word(place) or t.keys[place] in t.tongue.that:
            break
        yield place
        step = _behind_listener(t, place)
        if step == place:
            break
        place = step


def _behind_listener(t: Tokens, place: int) -> int:
    """Step over a preposition and the few words that it surely takes: `à l'AFP`, `en rueda de prensa`."""
    key, tongue = t.keys[place], t.tongue
    noun = key in tongue.told and len(key) > ADVERB_MIN_CHARS - 2
    if not noun and is_outlet(t, place) and t.is_word(place + 1) and not t.is_capital(place + 1):
        return place + 1
    if not noun and key not in tongue.told and key not in tongue.loosely and key not in tongue.stops:
        return place
    place += 1
    for _ in range(STEPS_MAX):
        while t.is_word(place) and t.keys[place] in tongue.determiners:
            place += 1
        media = noun
        if t.is_word(place) and tongue.nouns.kind(t.keys[place]) in {"news_agency", "outlet"}:
            media = True
            place += 1
        if closed := t.name_in_quotes(place) if place < len(t) else 0:
            place = closed
        elif t.is_word(place) and not (media and not t.is_capital(place)):
            place += 1
        if not (t.is_word(place) and t.keys[place] in tongue.binding):
            break
        place += 1
    return place
