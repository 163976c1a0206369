"""Where the name of a speaker begins and ends, left or right of the verb.

There is no parser: only words, and what may stand in a name.
A phrase is a half-open range of word numbers.
"""

from typing import Final, NamedTuple

from services.tag.cited.cues import ADVERBS, AUXILIARIES, ENGLISH, TIMES
from services.tag.words import Words, words

PHRASE_MAX_WORDS: Final = 28
CLAUSE_MAX_WORDS: Final = 32

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
    "candidate nominee mayor prefect lawmaker lawmakers congressman congresswoman deputy prosecutor prosecutors police "
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
_NEVER_ALONE: Final = words("a an the my our its no every their this that these those")
OBJECTS: Final = words("him them me us")
_CONJUNCTIONS: Final = words(
    "and or but nor so yet that because while when whenever if as although though unless whether where wherever who "
    "whom whose which what how why once except 's"
)
_VERBS: Final = AUXILIARIES | words(
    "went came took made got gave won lost ran held began became put left led sent let saw met kept brought stood "
    "makes takes gives goes comes gets keeps runs looks works leads"
)
STOPS: Final = PREPOSITIONS | _CONJUNCTIONS | _VERBS
NO_NAMES: Final = STOPS | ENGLISH.keys()
"""Words that are no part of a person's name, even with the capital that a headline gives them."""
_NOT_ADVERBS: Final = words("daily weekly monthly family assembly rally supply italy elderly monopoly july homily")
_TELLERS: Final = words("it he she they")
_TIMES_BEFORE_BY: Final = TIMES | words("last on this in earlier late")
CLAUSE_OF_NOUN_MAX_WORDS: Final = 5
KEEPING: Final = words(
    "asked declined requested refused preferred wished spoke did is was were are had wanted insisted"
)
"""What `who` does where it tells of the talk itself, as in `who asked not to be named`."""
MARKS: Final = frozenset(',;:"\n.!?()[]{}\u2014*|') | {"''", "--", "...", ".."}
LEAD_INS: Final = words(
    "but and so yet still then now later today yesterday tomorrow tonight meanwhile however here there"
)


class Phrase(NamedTuple):
    """A half-open range of word numbers."""

    first: int
    end: int


def is_adverb(word: str) -> bool:
    """Tell whether a small word may stand in a verb's group before the verb: `later`, `has`, `privately`."""
    ends = word.endswith("ly") and len(word) > 4 and word not in _NOT_ADVERBS  # noqa: PLR2004 - not `fly`
    return word in ADVERBS or word in AUXILIARIES or ends


def trimmed(text: Words, first: int, end: int) -> Phrase | None:
    """Cut lead-ins and refuse what cannot be a speaker."""
    while first < end and text.lower[first] not in DETERMINERS:
        word = text.lower[first]
        if word not in LEAD_INS and word not in STOPS and not is_adverb(word):
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
    if first >= len(text) or text.spelled[first] in MARKS:
        return None
    if text.lower[first] in PRONOUNS or text.lower[first] in OBJECTS:
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
            return trimmed(text, first, _apposition_end(text, place + 1))
        if loose and place > first and (end := _clause_end(text, place)):
            place = end
            continue
        if _ends_forward(text, first, place, loose=loose):
            break
        place += 1
    while place > first and (text.lower[place - 1] in STOPS or text.lower[place - 1] in DETERMINERS):
        place -= 1
    return trimmed(text, first, place)


def _clause_end(text: Words, place: int) -> int:
    """Find the end of a short clause that tells of a document: `documents it had seen`, `published last month by`."""
    word = text.lower[place]
    if word in _TELLERS and text.spelled[place - 1][:1].islower():
        end = place
        while end < len(text) and end - place < CLAUSE_OF_NOUN_MAX_WORDS and text.spelled[end] not in MARKS:
            end += 1
        return end if text.spelled[end : end + 1] in ([","], ["."], ["\n"], []) else 0
    if word in _TIMES_BEFORE_BY and text.lower[place - 1].endswith("ed"):
        near = text.lower[place : place + CLAUSE_OF_NOUN_MAX_WORDS]
        return place + near.index("by") if "by" in near else 0
    return 0


def _ends_forward(text: Words, first: int, place: int, *, loose: bool) -> bool:
    """Tell whether a phrase that goes rightward ends before this word."""
    word, spelled = text.lower[place], text.spelled[place]
    if spelled in MARKS or word in {"that", "who", "which"}:
        return True
    if word in PREPOSITIONS:
        ties = text.lower[place - 1] in ROLES or (loose and text.spelled[place - 1][:1].islower())
        return word != "of" and not (place > first and ties)
    if word in {"and", "&"}:
        return not (place + 1 < len(text) and all(text.spelled[n][:1].isupper() for n in (place - 1, place + 1)))
    if place == first:
        return word in STOPS
    another = word in {"a", "an", "the"} and text.lower[place - 1] not in PREPOSITIONS
    if another or word in TIMES or word in ADVERBS or word in {"last", "next"}:
        return True
    return spelled[:1].islower() and (word in STOPS or _is_verb(text, place))


def _is_verb(text: Words, place: int) -> bool:
    """Tell whether a word is a verb that says something, not one that describes: `an informed source`."""
    cue = ENGLISH.get(text.lower[place])
    if cue is None or cue.doubtful or cue.shape not in {"past", "s"}:
        return False
    behind = text.lower[place + 1 : place + 2]
    done = text.lower[place - 1] in DETERMINERS or behind == ["by"] or _is_posted(text, place)
    return not (cue.shape == "past" and done)


def _is_posted(text: Words, place: int) -> bool:
    """Tell whether a word says where somebody serves: `two diplomats posted in Geneva`."""
    where = text.lower[place] == "posted" and text.lower[place + 1 : place + 2] in (["in"], ["to"], ["at"])
    return where and text.spelled[place + 2 : place + 3] != [] and text.spelled[place + 2][:1].isupper()


def _closing(text: Words, opened: int) -> int:
    """Find the end of a short aside in round brackets; 0 where there is none."""
    for place in range(opened + 1, min(len(text), opened + 6)):
        if text.spelled[place] == ")":
            return place
    return 0


def _apposition_follows(text: Words, comma: int) -> bool:
    place = comma + 1
    if place >= len(text) or text.spelled[place] in MARKS:
        return False
    word = text.lower[place]
    if word == "who" and place + 1 < len(text) and text.lower[place + 1] in KEEPING:
        return False
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
        if text.spelled[place] in MARKS or (place > first and text.lower[place] in {"who", "which", "that"}):
            break
        place += 1
    if place == first + 1 and text.lower[first].isdigit() and text.spelled[place : place + 1] == [","]:
        behind = text.lower[place + 1] if place + 1 < len(text) else ""
        more = behind in {"a", "an", "the", "of"} or (behind == "who" and text.lower[place + 2] not in KEEPING)
        return _apposition_end(text, place + 1) if more else place
    return place
