"""Who is cited without a verb of speech: `according to`, `citing`, `quoted as saying`, labels. English."""

from collections.abc import Iterator
from typing import Final

from services.tag.cited.attribution import Said
from services.tag.cited.contents import SENTENCE_END, clause_after, clause_before, content_of
from services.tag.cited.cues import AUXILIARIES, BE, ENGLISH, TIMES
from services.tag.cited.phrases import CLAUSE_MAX_WORDS, DETERMINERS, PRONOUNS, Phrase, is_adverb, phrase_from
from services.tag.cited.subjects import noun_before, subject_of
from services.tag.words import Words, words

LABEL_MAX_WORDS: Final = 4
SPEAKERS_MAX: Final = 4
FIGURE_REACH_WORDS: Final = 16
ABOUT_MAX_WORDS: Final = 3
NUMBERS: Final = words(
    "zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred hundreds "
    "dozen dozens thousand thousands million millions billion half"
)
_AS_SAYING: Final = words("saying telling stating warning adding declaring insisting")
_REPORTS: Final = words("reports report claims allegations rumours rumors suggestions indications accounts")
_NO_LABELS: Final = words(
    "q a note updated update photo source sources related read more correction photos video watch image picture "
    "caption by editor see listen breaking live advertisement tags share follow contact subscribe http https"
)
REPORTING: Final = words("reported reports wrote writes revealed reveals disclosed discloses carried carries published")
_REPORTED: Final = words("reported quoted cited carried relayed")
_SAID_TO_HAVE: Final = words("said reported understood believed alleged claimed thought")
_CITING: Final = words("citing quoting")
_REASONS: Final = words("his her their its concerns lack fears difficulties budget health safety security privacy")
"""What is cited as a reason, and is no source."""


def span_of(text: Words, phrase: Phrase) -> tuple[int, int]:
    """Give the characters of a phrase."""
    return text.starts[phrase.first], text.ends[phrase.end - 1]


def group_start(text: Words, place: int) -> int:
    """Give the first word of the verb's group: `has also said`, `later told`, `is reported to have told`."""
    first = place
    while first and is_adverb(text.lower[first - 1]):
        first -= 1
    told = first - 2
    if first < place and told > 0 and text.lower[first - 1] == "to" and text.lower[told] in _SAID_TO_HAVE:
        return group_start(text, told)
    return first


def speaker_in_sentence(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Phrase | None:
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


def according(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `according to Y`, and `X said that, according to Y, ...`."""
    phrase = phrase_from(text, place + 2, loose=True)
    if phrase is None:
        return
    told = text.lower[place - 2 : place] == ["that", ","] and speakers and goes_with(text, place, speakers)
    if place == 0 or told or text.spelled[place - 1] in SENTENCE_END:
        phrase = without_clause(text, phrase)
    cue = text.starts[place], text.ends[place + 1]
    source = span_of(text, phrase)
    if place and not told and text.spelled[place - 1] not in SENTENCE_END:
        content = clause_before(text, place)
    else:
        content = clause_after(text, phrase.end)
    yield Said(source, cue, content, "assertion", span_of(text, speakers[-1][1]) if told else None)


def without_clause(text: Words, phrase: Phrase) -> Phrase:
    """Cut `According to a filing, the plant cost ...` at its comma; only a name is followed by what renames it."""
    commas = [number for number in range(*phrase) if text.spelled[number] == ","]
    closed = phrase.end < len(text) and text.spelled[phrase.end] == ","
    if commas and (text.spelled[commas[0] - 1][:1].islower() or not closed):
        return Phrase(phrase.first, commas[0])
    return phrase


def cited(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `X, citing Y, said`: Y is the source and X relays it."""
    source = phrase_from(text, place + 1, loose=True)
    if source is None or text.lower[place + 1] in _REASONS:
        return
    if text.spelled[place][:1].isupper():
        source = without_clause(text, source)
    if text.lower[place].endswith("ing"):
        relay = subject_of(text, place - 1) if text.spelled[place - 1] == "," and is_aside(text, source.end) else None
        relay = relay or _reporter(text, place, speakers) or _teller_behind(text, place, source)
    else:
        relay = citing(text, group_start(text, place))
        if relay and text.lower[relay.end - 1] in TIMES and goes_with(text, place, speakers):
            relay = speakers[-1][1]
    via = span_of(text, relay) if relay and relay != source else None
    yield Said(span_of(text, source), (text.starts[place], text.ends[place]), None, "assertion", via)


def _reporter(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Phrase | None:
    """Find who cites at the end of a sentence: who reports it rather than who speaks inside of the report."""
    last = speaker_in_sentence(text, place, speakers)
    if last is None:
        near = speakers and place - speakers[-1][0] <= ABOUT_MAX_WORDS and goes_with(text, place, speakers)
        return speakers[-1][1] if near else None
    reporting = (
        phrase
        for verb, phrase in reversed(speakers[-SPEAKERS_MAX:])
        if text.lower[verb] in REPORTING and SENTENCE_END.isdisjoint(text.spelled[phrase.first : place])
    )
    return next(reporting, last)


def citing(text: Words, verb: int) -> Phrase | None:
    """Find who cites in an active verb; `that` and `which` stand for the noun before them."""
    relative = verb and text.lower[verb - 1] in {"that", "which", "who"}
    phrase = (noun_before(text, verb - 1) if relative else None) or subject_of(text, verb)
    cited_too = phrase is not None and phrase.end - phrase.first > 1 and text.lower[phrase.first] in _CITING
    return Phrase(phrase.first + 1, phrase.end) if phrase and cited_too else phrase


def goes_with(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> bool:
    """Tell whether somebody reports in the words before a place, without a comma between."""
    return bool(speakers) and SENTENCE_END.isdisjoint(text.spelled[speakers[-1][0] : place])


def _teller_behind(text: Words, place: int, source: Phrase) -> Phrase | None:
    """Give who tells where the sentence opens with whom he cites: `Citing Y, X reported`."""
    opens = text.spelled[place][:1].isupper() and text.spelled[source.end : source.end + 1] == [","]
    teller = phrase_from(text, source.end + 1) if opens else None
    return teller if teller and any(word in ENGLISH for word in text.lower[teller.end : teller.end + 2]) else None


def is_aside(text: Words, end: int) -> bool:
    """Tell whether a comma and a verb of speech follow: `X, citing Y, said`."""
    behind = text.lower[end + 1 : end + 4]
    return text.spelled[end : end + 1] == [","] and any(word in ENGLISH for word in behind)


def quoted(text: Words, place: int) -> Iterator[Said]:
    """`X quoted Y as saying` gives both; `Y was quoted by X as saying`, too."""
    first = group_start(text, place)
    subject = subject_of(text, first)
    cue = text.starts[first], text.ends[place]
    if subject is None:
        return
    if any(text.lower[number] in BE for number in range(first, place)):
        yield from _was_quoted(text, place, subject, cue)
        return
    source, saying = _quoted_phrase(text, place + 1)
    if source is None:
        return
    content = content_of(text, subject, cue)
    if content and content[0] >= cue[1]:
        content = clause_after(text, saying.end) if saying else None
    yield Said(span_of(text, subject), cue, content, "assertion")
    own = span_of(text, saying) if saying else cue
    yield Said(span_of(text, source), own, content, "assertion", span_of(text, subject))


def quoted_by(text: Words, place: int) -> Iterator[Said]:
    """Read `Quoted by X, Y said`: X relays Y."""
    relay = phrase_from(text, place + 2)
    relay = without_clause(text, relay) if relay else None
    comma = relay.end if relay else len(text)
    teller = phrase_from(text, comma + 1) if text.spelled[comma : comma + 1] == [","] else None
    if relay is None or teller is None:
        return
    verb = _skip_adverbs(text, teller.end + (text.spelled[teller.end : teller.end + 1] == [","]))
    if verb >= len(text) or (text.lower[verb] not in ENGLISH and not figure_put(text, verb)):
        return
    said = text.starts[verb], text.ends[verb]
    content = content_of(text, teller, said)
    yield Said(span_of(text, relay), (text.starts[place], text.ends[place]), content, "assertion")
    yield Said(span_of(text, teller), said, content, "assertion", span_of(text, relay))


def _skip_adverbs(text: Words, place: int) -> int:
    while place < len(text) and is_adverb(text.lower[place]):
        place += 1
    return place


def figure_put(text: Words, place: int) -> bool:
    """Tell whether a form of `put` names a figure: `put the toll at 14`."""
    if text.lower[place] not in {"put", "puts", "putting"}:
        return False
    for number in range(place + 1, min(len(text) - 1, place + FIGURE_REACH_WORDS)):
        if text.spelled[number] in SENTENCE_END or text.spelled[number] == ",":
            return False
        if text.lower[number] == "at":
            behind = text.lower[number + 1 : number + 1 + ABOUT_MAX_WORDS]
            return any(word[0] in "0123456789$\u20ac\u00a3" or word in NUMBERS for word in behind)
    return False


def told_to(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `As told to X by Y`, and `..., as reported by X`."""
    if text.lower[place - 1 : place] != ["as"]:
        return
    listener = phrase_from(text, place + 2) if text.lower[place + 1 : place + 2] == ["to"] else None
    by = listener.end if listener else place + 1
    teller = phrase_from(text, by + 1) if text.lower[by : by + 1] == ["by"] else None
    if teller is None or (listener is None and text.lower[place] not in _REPORTED):
        return
    speakers.append((place, teller))
    opens = place < 2 or text.spelled[place - 2] in SENTENCE_END  # noqa: PLR2004 - the cue is of two words
    content = clause_after(text, teller.end) if opens else clause_before(text, place - 1)
    cue = text.starts[place - bool(listener)], text.ends[place]
    yield Said(span_of(text, teller), cue, content, "assertion", listener=span_of(text, listener) if listener else None)


def is_saying(text: Words, place: int) -> bool:
    """Tell whether whom a verb cites is cited with words: `cited Y as saying`."""
    return _quoted_phrase(text, place + 1)[1] is not None


def _was_quoted(text: Words, place: int, subject: Phrase, cue: tuple[int, int]) -> Iterator[Said]:
    by = place + 3 if text.lower[place + 1 : place + 3] == ["as", "saying"] else place + 1
    if text.lower[by : by + 1] == ["on"] and text.lower[by + 1 : by + 2] and text.lower[by + 1] in TIMES:
        by += 2
    agent = phrase_from(text, by + 1) if text.lower[by : by + 1] == ["by"] else None
    content = content_of(text, subject, cue)
    via = span_of(text, agent) if agent else None
    yield Said(span_of(text, subject), cue, content, "assertion", via)
    if via:
        yield Said(via, cue, content, "assertion")


def _quoted_phrase(text: Words, place: int) -> tuple[Phrase | None, Phrase | None]:
    """Give who is quoted, and `as saying` where that follows."""
    for number in range(place, min(len(text) - 1, place + CLAUSE_MAX_WORDS)):
        if text.spelled[number] in SENTENCE_END or text.spelled[number] == '"':
            break
        if text.lower[number] == "as" and text.lower[number + 1] in _AS_SAYING:
            end = number - (text.spelled[number - 1] == ",")
            return (Phrase(place, end) if end > place else None), Phrase(number, number + 2)
    return phrase_from(text, place), None


def existential(text: Words, place: int) -> Iterator[Said]:
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


def label(text: Words, place: int) -> Iterator[Said]:
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
