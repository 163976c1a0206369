"""Where a text says that somebody says something: speaker, verb, and what is said. English.

One walk over the words. Each find keeps the places of its parts; who the speakers are is decided in `sources`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from services.tag.cited.attribution import Said
from services.tag.cited.citations import (
    according,
    cited,
    existential,
    figure_put,
    group_start,
    is_saying,
    label,
    quoted,
    quoted_by,
    span_of,
    speaker_in_sentence,
    told_to,
)
from services.tag.cited.contents import QUOTE_REACH_CHARS, SENTENCE_END, content_of
from services.tag.cited.cues import AFTER_QUOTE, AUXILIARIES, BE, ENGLISH, INVERTIBLE, Cue
from services.tag.cited.phrases import CLAUSE_MAX_WORDS, DETERMINERS, PREPOSITIONS, PRONOUNS, Phrase, phrase_from
from services.tag.cited.references import HEARD, REFERENCES, RESTING, SEEN, learned, referred, rests_on, seen
from services.tag.cited.subjects import opens_with_name, subject_of
from services.tag.words import Words, words

__all__ = ["Said", "find_said", "stance_of"]

BY_REACH_WORDS: Final = 8
LABEL_MAX_WORDS: Final = 4
_PARTICLES: Final = {
    "call": words("for on"),
    "point": words("out to"),
    "refer": words("to"),
    "talk": words("about"),
    "respond": words("to"),
    "warn": words("of about against"),
}
OWN: Final = words("his her its their our my")
_WITH_THAT: Final = words("maintain")
"""Verbs that say something only with `that` or a quotation: `he maintained that`, not `he maintained order`."""
_HELPING: Final = words(
    "do does did don't doesn't didn't will would won't wouldn't could couldn't cannot may might must"
)
"""Behind these a verb stands, and no noun."""
_PUT: Final = Cue("put", "past", "assertion")
_AS_TOLD: Final = words("told reported quoted cited carried relayed related recounted")
_FIXED: Final = _AS_TOLD | HEARD | SEEN | REFERENCES | RESTING | words("there according") | {"\n"}
"""Words at which something else than a verb of saying may attribute."""
_ARTICLES: Final = words("the a an his her its their this")
_AFTER_VERBS: Final = words("that to the a an it he she they for his her their its such this")
_FELT: Final = words(
    "concern concerns hope hopes confidence doubt doubts outrage regret misgivings optimism frustration surprise anger "
    "disappointment satisfaction skepticism scepticism gratitude support interest alarm fear fears"
)
_SELF_SAID: Final = words("he she they i we it who which")


def find_said(text: Words) -> Iterator[Said]:
    """Yield the attributions of a text in the order of their cues."""
    speakers: list[tuple[int, Phrase]] = []
    ahead: set[tuple[int, int]] = set()
    for place, word in enumerate(text.lower):
        if word in _FIXED or not place:
            yield from _fixed(text, place, speakers)
        cue = ENGLISH.get(word) or (_PUT if word in {"put", "puts"} and figure_put(text, place) else None)
        if cue is None or text.quote_at(text.starts[place]):
            continue
        for phrase, said in _verb(text, place, cue, speakers):
            if phrase:
                speakers.append((place, phrase))
            if said.via or said.cue not in ahead:
                yield said
            if said.cue[0] > text.starts[place]:
                ahead.add(said.cue)


def _fixed(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Yield what a word attributes that is no plain verb of saying: `according to`, `as told to`, a label."""
    word = text.lower[place]
    if word == "\n" or place == 0:
        yield from label(text, place + (word == "\n"))
    if word == "there":
        yield from existential(text, place)
    elif word in RESTING and BE.isdisjoint(text.lower[group_start(text, place) : place]):
        yield from _resting(text, place, speakers)
    elif word in REFERENCES:
        yield from referred(text, place, speakers)
    elif word in SEEN:
        yield from seen(text, place, speakers)
    elif word in _AS_TOLD:
        yield from told_to(text, place, speakers)
    elif word in HEARD:
        yield from learned(text, place)
    elif word == "according" and text.lower[place + 1 : place + 2] == ["to"]:
        yield from according(text, place, speakers)


def _resting(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Yield on what an outlet says that its report rests, be it `based on` or `which bases it on`."""
    found = [*referred(text, place, speakers)] if text.lower[place] in REFERENCES else []
    yield from found or rests_on(text, place)


def _verb(
    text: Words, place: int, cue: Cue, speakers: list[tuple[int, Phrase]]
) -> Iterator[tuple[Phrase | None, Said]]:
    """Yield what one form of a verb attributes, with the phrase that may go on speaking in its sentence."""
    cites = cue.base == "cite" and (cue.shape == "ing" or not is_saying(text, place))
    if text.lower[place] in REFERENCES and next(referred(text, place, speakers), None):
        return
    if cites or (cue.base == "quote" and cue.shape == "ing"):
        yield from ((None, said) for said in cited(text, place, speakers))
        return
    first = group_start(text, place)
    passive = cue.shape == "past" and _is_passive(text, first, place)
    if cue.base in {"quote", "cite"} and not passive and text.lower[place + 1 : place + 2] == ["by"]:
        yield from ((None, said) for said in quoted_by(text, place) if text.spelled[place].istitle())
        return
    if cue.base in {"quote", "cite"}:
        yield from ((None, said) for said in quoted(text, place))
        return
    if passive:
        phrase = _agent(text, place)
    elif cue.shape == "ing":
        phrase = speaker_in_sentence(text, place, speakers)
    else:
        phrase = _active(text, place, first, cue)
    if phrase is None or _keeps_name(text, place) or (cue.base in _WITH_THAT and not _that_follows(text, place)):
        return
    said = _said(text, phrase, (text.starts[first], _cue_end(text, place, cue)), stance_of(text, place, cue))
    if cue.base == "tell" and (listener := subject_of(text, first) if passive else phrase_from(text, place + 1)):
        said = replace(said, listener=span_of(text, listener))
    yield (None if text.lower[phrase.first] in {"who", "which"} else phrase), said


def _is_passive(text: Words, first: int, place: int) -> bool:
    """Tell whether a verb is passive: `was told`, not `is said to have told`."""
    group = text.lower[first:place]
    return not BE.isdisjoint(group) and "to" not in group


def _that_follows(text: Words, place: int) -> bool:
    return text.lower[place + 1 : place + 2] == ["that"] or bool(text.quote_from(text.ends[place], QUOTE_REACH_CHARS))


def _keeps_name(text: Words, place: int) -> bool:
    """Tell whether somebody only wishes not to be named: `who asked not to be identified`."""
    return text.lower[place + 1 : place + 4] == ["not", "to", "be"] or text.lower[place + 1 : place + 2] == [
        "anonymity"
    ]


def stance_of(text: Words, place: int, cue: Cue) -> str:
    """Give what a verb does here: who asks for something or finds a thing asserts nothing."""
    after = text.lower[place + 1 : place + 2]
    if cue.base == "ask" and after and after[0] in {"for", "to", "whether", "if"}:
        return "attitude"
    if cue.base == "call" and after and after[0] in {"for", "on"}:
        return "attitude"
    if cue.base == "find" and after and after[0] in DETERMINERS:
        return "attitude"
    return cue.stance


def _cue_end(text: Words, place: int, cue: Cue) -> int:
    particles = _PARTICLES.get(cue.base)
    if particles and place + 1 < len(text) and text.lower[place + 1] in particles:
        return text.ends[place + 1]
    if cue.base in {"express", "voice"}:
        for number in range(place + 1, min(len(text), place + LABEL_MAX_WORDS)):
            if text.lower[number] in _FELT:
                about = text.lower[number + 1 : number + 2]
                return text.ends[number + (about in (["about"], ["over"]))]
    return text.ends[place]


def _agent(text: Words, place: int) -> Phrase | None:
    """Find the speaker of a passive: `was announced by the ministry`."""
    for number in range(place + 1, min(len(text), place + BY_REACH_WORDS)):
        if text.spelled[number] in SENTENCE_END or text.spelled[number] == ",":
            return None
        if text.lower[number] == "by":
            return phrase_from(text, number + 1, loose=True)
    return None


def _active(text: Words, place: int, first: int, cue: Cue) -> Phrase | None:
    """Find the speaker of an active verb: behind it in `..., said Jane Doe`, else before it."""
    if place and text.lower[place - 1] == "to":
        return None
    if text.lower[place] in INVERTIBLE and first == place and _may_be_inverted(text, place):
        behind = phrase_from(text, place + 1)
        if behind and not _goes_on_to_do(text, behind) and not opens_with_name(text, place):
            return behind
    if text.lower[place] in AFTER_QUOTE and not text.quote_from(text.ends[place], QUOTE_REACH_CHARS):
        return None
    phrase = subject_of(text, first) or _subject_before_and(text, first, cue)
    surely = cue.shape == "base" and not _HELPING.isdisjoint(text.lower[first:place])
    return phrase if phrase and _fits(text, phrase, cue, alone=first == place, surely=surely) else None


def _goes_on_to_do(text: Words, phrase: Phrase) -> bool:
    """Tell whether a verb follows, whose subject the phrase is: `..., said his group had asked`."""
    place = phrase.end
    return place < len(text) and text.lower[phrase.first] in OWN and text.lower[place] in AUXILIARIES


def _subject_before_and(text: Words, verb: int, cue: Cue) -> Phrase | None:
    """Find the subject that a sentence opens with, where the verb is its second: `X apologised and said`."""
    if verb < 2 or text.lower[verb - 1] != "and" or cue.shape != "past" or cue.doubtful:  # noqa: PLR2004 - X, a verb
        return None
    start = verb - 1
    while start and verb - start < CLAUSE_MAX_WORDS and text.spelled[start - 1] not in SENTENCE_END:
        start -= 1
    phrase = phrase_from(text, start)
    if phrase is None or text.lower[start] in PREPOSITIONS:
        return None
    place = phrase.end + (text.spelled[phrase.end : phrase.end + 1] == [","])
    between = text.lower[place : verb - 1]
    done = between[:1] and (between[0].endswith("ed") or between[0] in AUXILIARIES)
    return phrase if done and PRONOUNS.isdisjoint(between) else None


def _may_be_inverted(text: Words, place: int) -> bool:
    return bool(text.quote_ending_before(text.starts[place])) or _behind_clause(text, place)


def _fits(text: Words, phrase: Phrase, cue: Cue, *, alone: bool, surely: bool) -> bool:
    """Tell whether a form of a verb goes with its subject. `alone` is one without an auxiliary, `surely` no noun."""
    if cue.doubtful and not surely:
        return _surely_subject(text, phrase, cue)
    if cue.shape == "base" and alone and not _agrees(text, phrase):
        return False
    return cue.stance != "attitude" or not _is_told(text, phrase)


def _is_told(text: Words, phrase: Phrase) -> bool:
    """Tell whether the attitude is part of what somebody says: `she said he hopes`."""
    before = phrase.first - 1 - (text.lower[phrase.first - 1 : phrase.first] == ["that"])
    cue = ENGLISH.get(text.lower[before]) if before >= 0 else None
    return bool(cue and cue.stance == "assertion")


def _behind_clause(text: Words, place: int) -> bool:
    """Tell whether a comma and a name stand around the verb: `..., said Jane Doe`."""
    if not place or text.spelled[place - 1] not in {",", "\n", "\u2014"}:
        return False
    after = text.spelled[place + 1 : place + 2]
    return bool(after) and (after[0][:1].isupper() or after[0] in DETERMINERS)


def _noun_of(text: Words, phrase: Phrase) -> int:
    """Give the word of a phrase that a verb agrees with: `farmers` of `farmers in the area`."""
    for number in range(phrase.first + 1, phrase.end):
        if text.lower[number] in PREPOSITIONS or text.spelled[number] in {",", "("}:
            return number - 1
    return phrase.end - 1


def _surely_subject(text: Words, phrase: Phrase, cue: Cue) -> bool:
    """Tell whether a form that may be a noun is a verb here."""
    noun = _noun_of(text, phrase)
    last = text.lower[noun]
    if last in _SELF_SAID:
        return True
    if last in DETERMINERS:
        return False
    if cue.shape == "s":
        owner = text.spelled[noun].endswith(("'s", "'"))
        opens = noun == phrase.first and (not noun or text.spelled[noun - 1] in SENTENCE_END)
        noun_behind = _AFTER_VERBS.isdisjoint(text.lower[phrase.end + 1 : phrase.end + 2])
        named = text.spelled[noun][:1].isupper() and not (opens and noun_behind)
        return not owner and (named or _leads_on(text, phrase))
    if text.lower[phrase.end - 1] in DETERMINERS:
        return False
    return last.endswith("s") and not last.endswith(("'s", "ss")) and noun + 1 - phrase.first <= LABEL_MAX_WORDS


def _leads_on(text: Words, phrase: Phrase) -> bool:
    """Tell whether a small noun has its verb behind it: `the authority hopes the`, not `the police reports`."""
    opens = text.lower[phrase.first] in _ARTICLES
    behind = text.lower[phrase.end + 1 : phrase.end + 2]
    return opens and bool(behind) and behind[0] in _AFTER_VERBS


def _agrees(text: Words, phrase: Phrase) -> bool:
    """Tell whether a base form fits its subject: `they say`, `officials say`."""
    last = text.lower[_noun_of(text, phrase)]
    return (
        last in {"they", "we", "i", "you", "who", "people", "police", "which"}
        or (last.endswith("s") and not last.endswith("'s"))
        or any(text.lower[number] in {"and", "many", "some", "most", "few", "others"} for number in range(*phrase))
    )


def _said(text: Words, phrase: Phrase, cue: tuple[int, int], stance: str) -> Said:
    return Said(span_of(text, phrase), cue, content_of(text, phrase, cue), stance)
