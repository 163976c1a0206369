"""Where the name of a speaker begins and ends, left or right of the verb.

There is no parser: only words, and what may stand in a name.
A phrase is a half-open range of word numbers.
"""

from typing import Final, NamedTuple

from services.tag.cues import ADVERBS, AUXILIARIES, ENGLISH, TIMES
from services.tag.words import Words, words

PHRASE_MAX_WORDS: Final = 28
CLAUSE_MAX_WORDS: Final = 32
RELATIVE_MAX_WORDS: Final = 9

PRONOUNS: Final = words("he she they it we i you who which")
DETERMINERS: Final = words(
    "a an the this these those his her its their our my some any several many most few both all no each every "
    "another one two three four five six seven eight nine ten dozens hundreds"
)
ROLES: Final = words(
    "spokesman spokeswoman spokesperson spokespeople spokesmen official officials president minister ministers "
    "director chairman chairwoman chair chief head leader leaders senator senators governor secretary commander "
    "general judge lawyer lawyers attorney attorneys adviser advisers advisor advisors aide aides analyst analysts "
    "expert experts professor professors researcher researchers scientist scientists economist economists strategist "
    "strategists member members source sources officer officers people person persons person man woman men women "
    "resident residents representative representatives ambassador envoy diplomat diplomats author editor reporter "
    "reporters journalist correspondent host columnist manager executive executives founder co-founder ceo owner "
    "candidate nominee mayor lawmaker lawmakers congressman congresswoman deputy prosecutor prosecutors police "
    "witness witnesses activist activists supporter supporters voter voters critic critics opponent opponents student "
    "students fellow coach speaker whip consultant pollster organizer organizers volunteer delegate delegates "
    "democrat democrats republican republicans report reports study studies survey surveys poll polls statement data "
    "figures documents document analysis letter article story memo email emails"
)
PREPOSITIONS: Final = words(
    "of in on at for from by with to about against over under after before during since until among between into "
    "through across near around as than like without within via per amid despite outside inside behind beyond toward "
    "towards upon regarding including off up out down"
)
_BINDING: Final = words("for at from with in on to by against")
"""Prepositions that may stand between a role and what it belongs to: `a spokesman for the ministry`."""
_PLACING: Final = words("in at from on")
"""Prepositions that may stand between any noun and its place: `the ministry in Tunis`."""
_BEFORE_ARTICLES: Final = words("all both half many some most")
_NEVER_ALONE: Final = words("a an the my our its no every their this that these those")
_RENAMING: Final = words("former senior vice co-founder executive deputy then now acting chief")
_OBJECTS: Final = words("him them me us")
_CONJUNCTIONS: Final = words(
    "and or but nor so yet that because while when whenever if as although though unless whether where wherever who "
    "whom whose which what how why once except 's"
)
_VERBS: Final = AUXILIARIES | words(
    "went came took made got gave won lost ran held began became put left led sent let saw met kept brought stood "
    "makes takes gives goes comes gets keeps runs looks works leads"
)
_STOPS: Final = PREPOSITIONS | _CONJUNCTIONS | _VERBS
NO_NAMES: Final = _STOPS | ENGLISH.keys()
"""Words that are no part of a person's name, even with the capital that a headline gives them."""
_MARKS: Final = frozenset(',;:"\n.!?()[]{}\u2014*|') | {"''", "--", "...", ".."}
_LEAD_INS: Final = words(
    "but and so yet still then now later today yesterday tomorrow tonight meanwhile however here there"
)
_ASIDE: Final = words(
    "who whom whose which where when while as after before during in on at by for with from however though too "
    "meanwhile citing quoting speaking referring responding asked according himself herself themselves if since "
    "despite although because like including and but or instead for then to under amid until without through"
)


class Phrase(NamedTuple):
    """A half-open range of word numbers."""

    first: int
    end: int


def subject_of(text: Words, verb: int) -> Phrase | None:
    """Find the phrase that a verb says something about, left of it. `verb` is the first word of its group."""
    before = _skip_times(text, _skip_adverbs(text, verb - 1))
    if before < 0:
        return None
    mark = text.spelled[before]
    if mark in {",", "\u2014", "--"}:
        return _behind_aside(text, before, mark)
    if mark == ")":
        opened = _opening(text, before, "(")
        phrase = _leftward(text, opened - 1) if opened else None
        return Phrase(phrase.first, before + 1) if phrase else None
    phrase = _leftward(text, before)
    return _before_relative(text, phrase) if phrase else None


def _before_relative(text: Words, phrase: Phrase) -> Phrase | None:
    """Take `a trader who supplies mills` for `mills`."""
    place = phrase.first - 1
    while place > 0 and phrase.first - place < RELATIVE_MAX_WORDS and text.spelled[place] not in _MARKS:
        if text.lower[place] in {"who", "which"}:
            back = place - 1 - (text.lower[place - 1] in PREPOSITIONS)
            whole = _leftward(text, back)
            return Phrase(whole.first, phrase.end) if whole and text.lower[whole.first] not in PRONOUNS else phrase
        place -= 1
    return phrase


def noun_before(text: Words, place: int) -> Phrase | None:
    """Give the noun phrase that a relative pronoun speaks of, left of it."""
    last = place - 1
    if last > 0 and text.spelled[last] == ",":
        last -= 1
    return _leftward(text, last)


def _skip_adverbs(text: Words, place: int) -> int:
    while place >= 0 and _is_adverb(text.lower[place]):
        place -= 1
    return place


def _is_adverb(word: str) -> bool:
    return word in ADVERBS or word in AUXILIARIES or (word.endswith("ly") and len(word) > 4)  # noqa: PLR2004 - not `fly`


def _skip_times(text: Words, place: int) -> int:
    """Step over `on Friday`, `last week`, `in a statement` between a subject and its verb."""
    if place < 1 or text.lower[place] not in TIMES:
        return place
    back = place
    while back >= 0 and (
        text.lower[back] in TIMES
        or text.lower[back] in {"on", "last", "this", "early", "late", "in", "the", "next", "that"}
    ):
        back -= 1
    return back if back >= 0 and text.spelled[back] not in _MARKS else place


def _opening(text: Words, close: int, mark: str) -> int:
    """Find the mark that opens what is closed here; 0 where there is none near."""
    for place in range(close - 1, max(-1, close - CLAUSE_MAX_WORDS), -1):
        word = text.spelled[place]
        if word in {"\n", "."}:
            return 0
        if word == mark:
            return place
    return 0


def _behind_aside(text: Words, comma: int, mark: str) -> Phrase | None:
    """Find the subject before an aside: `X, the minister, said` takes it in, `X, citing Y, said` leaves it out."""
    opened = _opening(text, comma, mark)
    if not opened or opened + 1 >= comma:
        return None
    first = text.lower[opened + 1]
    phrase = _leftward(text, opened - 1)
    if phrase is None or text.quote_at(text.starts[opened]):
        return None
    if first in _ASIDE or first.endswith("ing") or _is_adverb(first):
        return phrase
    if _renames(text, opened + 1):
        return Phrase(phrase.first, comma)
    return None


def _renames(text: Words, place: int) -> bool:
    """Tell whether an apposition begins here: `the spokesman for`, `45`, `R-Ariz.`, `former governor`."""
    word = text.lower[place]
    return (
        word in DETERMINERS
        or word in ROLES
        or word.isdigit()
        or word in _RENAMING
        or (text.spelled[place][:1].isupper() and word not in PRONOUNS)
        or (place + 1 < len(text) and text.lower[place + 1] in ROLES)
    )


def _leftward(text: Words, last: int) -> Phrase | None:
    """Collect the noun phrase that ends with this word."""
    if last < 0 or text.spelled[last] in _MARKS:
        return None
    if text.lower[last] in PRONOUNS:
        return Phrase(last, last + 1)
    inside = text.quote_at(text.starts[last])
    first, place = last + 1, last
    while place >= 0 and last - place < PHRASE_MAX_WORDS and text.quote_at(text.starts[place]) is inside:
        word = text.lower[place]
        if word == ")" and (opened := _opening(text, place, "(")):
            place = opened - 1
        elif word in DETERMINERS:
            first = place
            place -= 1
            if not _binds(text, place):
                first -= place >= 0 and text.lower[place] in _BEFORE_ARTICLES
                break
        elif place < last and (_binds(text, place) or (word in {"and", "&"} and _joins(text, place))):
            place -= 1
        elif _ends_phrase(text, place):
            break
        else:
            first = place
            place -= 1
    return _trimmed(text, first, last + 1)


def _binds(text: Words, place: int) -> bool:
    """Tell whether a preposition here ties what follows to a noun before it."""
    if place < 1 or text.lower[place] not in PREPOSITIONS:
        return False
    before = text.lower[place - 1]
    if text.lower[place] == "of":
        return before not in _STOPS and text.spelled[place - 1] not in _MARKS and before not in ENGLISH
    placed = text.lower[place] in _PLACING and _is_noun(text, place - 1)
    return text.lower[place] in _BINDING and (before in ROLES or placed)


def _is_noun(text: Words, place: int) -> bool:
    """Tell whether a word may be a noun that a place is said of: `the ministry in`, `a farmer at`."""
    word, spelled = text.lower[place], text.spelled[place]
    if spelled in _MARKS or word in _STOPS or word in PRONOUNS or word in DETERMINERS or not word[0].isalpha():
        return False
    if word in TIMES or word in _LEAD_INS or word in _OBJECTS or _is_adverb(word) or word.endswith(("ed", "ing")):
        return False
    cue = ENGLISH.get(word)
    return cue is None or cue.doubtful


def _joins(text: Words, place: int) -> bool:
    """Tell whether `and` joins two names: a capital on both sides, or a plain noun at the start of the sentence."""
    before, after = text.spelled[place - 1 : place], text.spelled[place + 1 : place + 2]
    if not before or not after or before[0] in _MARKS:
        return False
    return before[0][:1].isupper() and (after[0][:1].isupper() or after[0].lower() in ROLES)


def _ends_phrase(text: Words, place: int) -> bool:
    word, spelled = text.lower[place], text.spelled[place]
    if spelled in _MARKS or word in _STOPS or word in PRONOUNS:
        return not (spelled[:1].isupper() and place and _inside_name(text, place))
    cue = ENGLISH.get(word)
    if cue and not cue.doubtful and not spelled[:1].isupper():
        return cue.shape != "ing" and not (cue.shape == "past" and text.lower[place - 1] in DETERMINERS)
    return spelled[:1].islower() and (_is_adverb(word) or word in TIMES)


def _inside_name(text: Words, place: int) -> bool:
    """Tell whether a capitalised stop word is part of a name: `Will Smith` does not begin after a full stop."""
    return text.spelled[place - 1] not in _MARKS and text.spelled[place] not in {"I", "He", "She", "They", "It", "We"}


def _trimmed(text: Words, first: int, end: int) -> Phrase | None:
    """Cut lead-ins and refuse what cannot be a speaker."""
    while first < end and text.lower[first] not in DETERMINERS:
        word = text.lower[first]
        if word not in _LEAD_INS and word not in _STOPS and not _is_adverb(word):
            break
        first += 1
    if first >= end or end - first > PHRASE_MAX_WORDS or (end - first == 1 and not _speaks_alone(text, first)):
        return None
    return Phrase(first, end)


def _speaks_alone(text: Words, place: int) -> bool:
    """Tell whether a single word may be a speaker: a name, `officials`, `many`."""
    word, spelled = text.lower[place], text.spelled[place]
    if word in TIMES or word.isdigit() or not word[0].isalnum() or word in _NEVER_ALONE:
        return False
    return not spelled[0].islower() or word in ROLES or word in DETERMINERS or word.endswith("s")


def phrase_from(text: Words, first: int, *, loose: bool = False) -> Phrase | None:
    """Collect the noun phrase that starts here, with an apposition. `loose` takes prepositions in (`according to`)."""
    if first >= len(text) or text.spelled[first] in _MARKS:
        return None
    if text.lower[first] in PRONOUNS or text.lower[first] in _OBJECTS:
        return Phrase(first, first + 1)
    place = first
    inside = text.quote_at(text.starts[first])
    while place < len(text) and place - first < PHRASE_MAX_WORDS:
        spelled = text.spelled[place]
        if text.quote_at(text.starts[place]) is not inside:
            break
        if spelled == "(" and (closed := _closing(text, place)):
            place = closed + 1
            continue
        if spelled == "," and _apposition_follows(text, place):
            return _trimmed(text, first, _apposition_end(text, place + 1))
        if _ends_forward(text, first, place, loose=loose):
            break
        place += 1
    while place > first and (text.lower[place - 1] in _STOPS or text.lower[place - 1] in DETERMINERS):
        place -= 1
    return _trimmed(text, first, place)


def _ends_forward(text: Words, first: int, place: int, *, loose: bool) -> bool:
    """Tell whether a phrase that goes rightward ends before this word."""
    word, spelled = text.lower[place], text.spelled[place]
    if spelled in _MARKS or word in {"that", "who", "which"}:
        return True
    if word in PREPOSITIONS:
        ties = text.lower[place - 1] in ROLES or (loose and text.spelled[place - 1][:1].islower())
        return word != "of" and not (place > first and ties)
    if word in {"and", "&"}:
        return not (place + 1 < len(text) and all(text.spelled[n][:1].isupper() for n in (place - 1, place + 1)))
    if place == first:
        return word in _STOPS
    another = word in {"a", "an", "the"} and text.lower[place - 1] not in PREPOSITIONS
    if another or word in TIMES or word in ADVERBS or word in {"last", "next"}:
        return True
    return spelled[:1].islower() and (word in _STOPS or _is_verb(text, place))


def _is_verb(text: Words, place: int) -> bool:
    """Tell whether a word is a verb that says something, not one that describes: `an informed source`."""
    cue = ENGLISH.get(text.lower[place])
    if cue is None or cue.doubtful or cue.shape not in {"past", "s"}:
        return False
    return not (cue.shape == "past" and text.lower[place - 1] in DETERMINERS)


def _closing(text: Words, opened: int) -> int:
    """Find the end of a short aside in round brackets; 0 where there is none."""
    for place in range(opened + 1, min(len(text), opened + 6)):
        if text.spelled[place] == ")":
            return place
    return 0


def _apposition_follows(text: Words, comma: int) -> bool:
    place = comma + 1
    if place >= len(text) or text.spelled[place] in _MARKS:
        return False
    word = text.lower[place]
    if (
        word in {"a", "an", "the", "who", "former", "senior", "vice", "executive", "deputy"}
        or word in ROLES
        or word.isdigit()
    ):
        return True
    return word in {"his", "her", "one"} or (
        text.spelled[place][:1].isupper() and place + 1 < len(text) and text.lower[place + 1] in ROLES
    )


def _apposition_end(text: Words, place: int) -> int:
    first = place
    while place < len(text) and place - first < PHRASE_MAX_WORDS:
        if text.spelled[place] in _MARKS or (place > first and text.lower[place] in {"who", "which", "that"}):
            break
        place += 1
    return place
