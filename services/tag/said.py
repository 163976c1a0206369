"""Where a text says that somebody says something: speaker, verb, and what is said. English.

One walk over the words. Each find keeps the places of its parts; who the speakers are is decided in `sources`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.tag.contents import QUOTE_REACH_CHARS, SENTENCE_END, clause_after, clause_before, content_of
from services.tag.cues import ADVERBS, AFTER_QUOTE, AUXILIARIES, BE, ENGLISH, INVERTIBLE, Cue
from services.tag.phrases import CLAUSE_MAX_WORDS, DETERMINERS, PREPOSITIONS, PRONOUNS, Phrase, phrase_from, subject_of
from services.tag.words import Words, words

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
_REPORTS: Final = words("reports report claims allegations rumours rumors suggestions indications accounts")
_NO_LABELS: Final = words(
    "q a note updated update photo source sources related read more correction photos video watch image picture "
    "caption by editor see listen breaking live advertisement tags share follow contact subscribe http https"
)
_REASONS: Final = words("his her their its concerns lack fears difficulties budget health safety security privacy")
"""What is cited as a reason, and is no source."""
OWN: Final = words("his her its their our my")
_SELF_SAID: Final = words("he she they i we it who which")


@dataclass(frozen=True, slots=True)
class Said:
    """One attribution. Spans are half-open character ranges of the text."""

    source: tuple[int, int]
    cue: tuple[int, int]
    content: tuple[int, int] | None
    stance: str
    via: tuple[int, int] | None = None
    """The speaker who relays the source: `X, citing SOURCE, said`."""
    listener: tuple[int, int] | None = None
    """Who was told; a relay if it is an outlet: `SOURCE told Reuters`."""
    named: bool = True
    """False for a phrase of another language than English without a name."""


def find_said(text: Words) -> Iterator[Said]:
    """Yield the attributions of a text in the order of their cues."""
    speakers: list[tuple[int, Phrase]] = []
    for place, word in enumerate(text.lower):
        cue = ENGLISH.get(word)
        if word == "\n" or place == 0:
            yield from _label(text, place + (word == "\n"))
        if word == "there":
            yield from _existential(text, place)
        if word == "according" and text.lower[place + 1 : place + 2] == ["to"]:
            yield from _according(text, place)
        elif cue and not text.quote_at(text.starts[place]):
            for phrase, said in _verb(text, place, cue, speakers):
                if phrase:
                    speakers.append((place, phrase))
                yield said


def _span(text: Words, phrase: Phrase) -> tuple[int, int]:
    return text.starts[phrase.first], text.ends[phrase.end - 1]


def _verb(
    text: Words, place: int, cue: Cue, speakers: list[tuple[int, Phrase]]
) -> Iterator[tuple[Phrase | None, Said]]:
    """Yield what one form of a verb attributes, with the phrase that may go on speaking in its sentence."""
    if cue.base == "cite" or (cue.base == "quote" and cue.shape == "ing"):
        yield from ((None, said) for said in _cited(text, place, speakers))
        return
    if cue.base == "quote":
        yield from ((None, said) for said in _quoted(text, place))
        return
    first = _group_start(text, place)
    passive = cue.shape == "past" and any(text.lower[number] in BE for number in range(first, place))
    if passive:
        phrase = _agent(text, place)
    elif cue.shape == "ing":
        phrase = _speaker_in_sentence(text, place, speakers)
    else:
        phrase = _active(text, place, first, cue)
    if phrase is None:
        return
    said = _said(text, phrase, (text.starts[first], _cue_end(text, place, cue)), _stance(text, place, cue))
    if cue.base == "tell" and not passive and (listener := phrase_from(text, place + 1)):
        said = replace(said, listener=_span(text, listener))
    yield (None if text.lower[phrase.first] in {"who", "which"} else phrase), said


def _stance(text: Words, place: int, cue: Cue) -> str:
    """Give what a verb does here: who asks for something or finds a thing asserts nothing."""
    after = text.lower[place + 1 : place + 2]
    if cue.base == "ask" and after and after[0] in {"for", "to", "whether", "if"}:
        return "attitude"
    if cue.base == "find" and after and after[0] in DETERMINERS:
        return "attitude"
    return cue.stance


def _group_start(text: Words, place: int) -> int:
    """Give the first word of the verb's group: `has also said`."""
    first = place
    while first and (text.lower[first - 1] in AUXILIARIES or text.lower[first - 1] in ADVERBS):
        first -= 1
    while first < place and text.lower[first] in ADVERBS and text.lower[first] != "also":
        first += 1
    return first


def _cue_end(text: Words, place: int, cue: Cue) -> int:
    particles = _PARTICLES.get(cue.base)
    if particles and place + 1 < len(text) and text.lower[place + 1] in particles:
        return text.ends[place + 1]
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
        if behind and not _goes_on_to_do(text, behind):
            return behind
    if text.lower[place] in AFTER_QUOTE and not text.quote_from(text.ends[place], QUOTE_REACH_CHARS):
        return None
    phrase = subject_of(text, first) or _subject_before_and(text, first, cue)
    return phrase if phrase and _fits(text, phrase, cue, alone=first == place) else None


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


def _fits(text: Words, phrase: Phrase, cue: Cue, *, alone: bool) -> bool:
    """Tell whether a form of a verb goes with its subject. `alone` is a form without an auxiliary."""
    if cue.doubtful:
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


def _surely_subject(text: Words, phrase: Phrase, cue: Cue) -> bool:
    """Tell whether a form that may be a noun is a verb here."""
    last = text.lower[phrase.end - 1]
    if last in _SELF_SAID:
        return True
    if last in DETERMINERS:
        return False
    if cue.shape == "s":
        return text.spelled[phrase.end - 1][:1].isupper() and not text.spelled[phrase.end - 1].endswith(("'s", "'"))
    return last.endswith("s") and not last.endswith(("'s", "ss")) and phrase.end - phrase.first <= LABEL_MAX_WORDS


def _agrees(text: Words, phrase: Phrase) -> bool:
    """Tell whether a base form fits its subject: `they say`, `officials say`."""
    last = text.lower[phrase.end - 1]
    return (
        last in {"they", "we", "i", "you", "who", "people", "police", "which"}
        or (last.endswith("s") and not last.endswith("'s"))
        or any(text.lower[number] in {"and", "many", "some", "most", "few", "others"} for number in range(*phrase))
    )


def _speaker_in_sentence(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Phrase | None:
    """Find who goes on speaking: `X said ..., adding that`; or the subject that opens the sentence."""
    if not place or text.spelled[place - 1] not in {",", '"', "''", "\u2014"}:
        return None
    start = place
    while start and place - start < 2 * CLAUSE_MAX_WORDS and text.spelled[start - 1] not in SENTENCE_END:
        start -= 1
    if speakers and speakers[-1][0] >= start:
        return speakers[-1][1]
    return _opening_name(text, start, place)


def _opening_name(text: Words, start: int, end: int) -> Phrase | None:
    """Take the name or pronoun that a sentence opens with."""
    if text.lower[start] in PRONOUNS:
        return Phrase(start, start + 1)
    place = start
    while place < end and text.spelled[place][:1].isupper():
        place += 1
    if (
        place == start
        or text.lower[start] in DETERMINERS
        or text.lower[start] in {"in", "on", "at", "but", "for", "while"}
    ):
        return None
    return Phrase(start, place)


def _according(text: Words, place: int) -> Iterator[Said]:
    phrase = phrase_from(text, place + 2, loose=True)
    if phrase is None:
        return
    if place == 0 or text.spelled[place - 1] in SENTENCE_END:
        phrase = _without_clause(text, phrase)
    cue = text.starts[place], text.ends[place + 1]
    source = _span(text, phrase)
    if place and text.spelled[place - 1] not in SENTENCE_END:
        content = clause_before(text, place)
    else:
        content = clause_after(text, phrase.end)
    yield Said(source, cue, content, "assertion")


def _without_clause(text: Words, phrase: Phrase) -> Phrase:
    """Cut `According to a filing, the plant cost ...` at its comma; only a name is followed by what renames it."""
    commas = [number for number in range(*phrase) if text.spelled[number] == ","]
    if commas and text.spelled[commas[0] - 1][:1].islower():
        return Phrase(phrase.first, commas[0])
    return phrase


def _cited(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `X, citing Y, said`: Y is the source and X relays it."""
    source = phrase_from(text, place + 1, loose=True)
    if source is None or text.lower[place + 1] in _REASONS:
        return
    if text.lower[place] == "citing":
        relay = subject_of(text, place - 1) if text.spelled[place - 1] == "," else None
        relay = relay or _speaker_in_sentence(text, place, speakers)
    else:
        relay = subject_of(text, _group_start(text, place))
    via = _span(text, relay) if relay else None
    yield Said(_span(text, source), (text.starts[place], text.ends[place]), None, "assertion", via)


def _quoted(text: Words, place: int) -> Iterator[Said]:
    """`X quoted Y as saying`, `Y was quoted as saying`."""
    first = _group_start(text, place)
    relay = subject_of(text, first)
    cue = text.starts[first], text.ends[place]
    if text.lower[place + 1 : place + 2] == ["as"]:
        if relay:
            yield Said(_span(text, relay), cue, content_of(text, relay, cue), "assertion")
        return
    source = phrase_from(text, place + 1)
    if source and relay:
        end = source.end
        while end > source.first + 1 and text.lower[end - 1] in {"as", "saying"}:
            end -= 1
        source = Phrase(source.first, end)
        content = content_of(text, relay, cue)
        if content and content[0] >= cue[1]:
            content = None
        yield Said(_span(text, source), cue, content, "assertion", _span(text, relay))


def _existential(text: Words, place: int) -> Iterator[Said]:
    """`There have been several reports that ...`."""
    verb = place + 1
    while verb < len(text) and text.lower[verb] in AUXILIARIES:
        verb += 1
    if verb == place + 1:
        return
    end = verb
    while end < len(text) and end - verb < LABEL_MAX_WORDS and text.lower[end] not in _REPORTS:
        end += 1
    if end + 1 < len(text) and text.lower[end] in _REPORTS and text.lower[end + 1] == "that":
        source = text.starts[verb], text.ends[end]
        content = clause_after(text, end + 2)
        yield Said(source, (text.starts[place + 1], text.ends[verb - 1]), content, "assertion")


def _label(text: Words, place: int) -> Iterator[Said]:
    """Read a line that opens with a name and a colon, as headlines and transcripts do: `Rubio: We will ...`."""
    end = place
    while end < len(text) and end - place <= LABEL_MAX_WORDS and text.spelled[end][:1].isupper():
        end += 1
    if end == place or end - place > LABEL_MAX_WORDS or end + 1 >= len(text) or text.spelled[end] != ":":
        return
    if (
        text.lower[place] in _NO_LABELS
        or text.spelled[end + 1] in {"\n", "/"}
        or text.starts[end + 1] == text.ends[end]
    ):
        return
    cue = text.starts[end], text.ends[end]
    yield Said((text.starts[place], text.ends[end - 1]), cue, clause_after(text, end + 1), "assertion")


def _said(text: Words, phrase: Phrase, cue: tuple[int, int], stance: str) -> Said:
    return Said(_span(text, phrase), cue, content_of(text, phrase, cue), stance)
