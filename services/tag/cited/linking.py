"""Attributions from marks: who says what, tied together from the speakers, cues and contents that a tagger marked.

`pairing` decides which belong together. Here each tie becomes an attribution; what is left over is dropped or finds
its part, and relays are named: `X, citing Y, said`, `X told Reuters`, `X reported that Y said`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from services.tag.cited.contents import SENTENCE_END, content_of
from services.tag.cited.cues import ENGLISH, INVERTIBLE
from services.tag.cited.marks import Mark, Marks
from services.tag.cited.pairing import Layout
from services.tag.cited.phrases import Phrase
from services.tag.cited.references import is_reference
from services.tag.cited.relays import RULED_SURE, Spans, with_relays
from services.tag.cited.said import Said, find_said
from services.tag.cited.stances import stance_of_cue
from services.tag.cited.trimming import trimmed_sources
from services.tag.words import Words, words

SURE_MIN: Final = 0.6
"""Below, a mark is more often wrong than right, unless its fellow is surer."""
FAR_CHANCE: Final = 0.05
"""The chance that a cue belongs to a speaker of an earlier paragraph, where its own has none."""
_NAMELESS: Final = re.compile(
    r" (?:for |to )?(?:anonymity|(?:not to be|to remain) (?:named|identified|anonymous|unnamed))\b"
)
_NOBODY: Final = words("so thus then there here")
"""Words before a cue that stands ahead of its speaker: `So says the accord`."""
_LINE: Final = re.compile(r"[^\n]+")
OPENING_MIN_CHARS: Final = 40
"""Shorter lines are headings and bylines."""
_SURE: Final = words(
    "said says told announced reported reports confirmed claimed claims wrote writes warned denied according citing "
    "quoting learned"
)
SOURCE_MAX_CHARS: Final = 400
BORROW_REACH_WORDS: Final = 6
_THERE: Final = re.compile("there ", re.IGNORECASE)
_RARE: Final = re.compile(
    r"(?:(?:has|have|had|also) )*puts?|ha(?:s|ve) learn(?:ed|t)|[Aa]s (?:told|related|recounted)|Quoted|Cited"
    r"|(?:did not|didn't) (?:immediately )?(?:respond|comment)\w*(?: to)?"
)
_AS: Final = re.compile(r" as \Z")
_AS_CHARS: Final = 4
_REPORTS_THAT: Final = re.compile(r"\b(?:report(?:ed|s)|wr(?:ote|ites))(?: on [A-Z][a-z]+day)? that \Z")
_REPORTS_CHARS: Final = 30
_CONTENT_EDGES: Final = " \t\n,;:"
_DASHES: Final = frozenset({"-", "--", "\u2013", "\u2014", "\u2015"})

Span = tuple[int, int]
Linked = tuple[Said, float]


def link(text: Words, marks: Marks) -> list[Linked]:
    """Tie marks to attributions, each with a confidence from 0 to 1, in the order of their cues.

    A cue that no marked speaker fits keeps the likeliest one of its paragraph, else the last before it, with a
    confidence below 0.5 and mostly below 0.1: its cue is one, its speaker a guess. A mark that nothing supports is
    dropped.
    """
    if not len(text):
        return []
    rules = [
        said if is_reference(text, said) else replace(said, stance=stance_of_cue(text, said.cue))
        for said in find_said(text)
    ]
    marks = _likely(text, marks, rules)
    marks = replace(marks, sources=tuple(trimmed_sources(text, marks.sources, marks.cues, rules)))
    layout = Layout(text, marks)
    tied = [*_tied(layout, marks, _by_mark(marks, rules))]
    found = [*tied, *_lonely(layout, marks, tied)]
    found += _existing(text, found, rules)
    found += _opening(text, found, rules)
    found = [pair for pair in found if not _keeps_name(text, pair[0])]
    return with_relays(text, sorted(found, key=lambda pair: (pair[0].cue, pair[0].source)), rules)


def _likely(text: Words, marks: Marks, rules: Sequence[Said]) -> Marks:
    """Leave out what is marked where a story begins with its place, and what is too long, or no word, for a speaker."""
    start, end = text.dateline or (0, 0)
    sources, cues, contents = (
        tuple(mark for mark in kind if mark.end <= start or end <= mark.start)
        for kind in (marks.sources, marks.cues, marks.contents)
    )
    speakers = (mark for mark in sources if mark.end - mark.start <= SOURCE_MAX_CHARS)
    named = (mark for mark in speakers if text.text[mark.start : mark.end].lower() not in _NOBODY)
    return Marks(tuple(_of_whole_words(text, mark, rules) for mark in named), cues, contents)


def _of_whole_words(text: Words, mark: Mark, rules: Iterable[Said]) -> Mark:
    """Begin a mark within a word where rules have a speaker begin, else with the word: of `the site iDNES.cz`, `cz`."""
    number = bisect_right(text.starts, mark.start) - 1
    if number < 0 or not text.starts[number] < mark.start < text.ends[number]:
        return mark
    ruled = (said.source[0] for said in rules if said.source[0] <= mark.start and said.source[1] == mark.end)
    return replace(mark, start=next(ruled, text.starts[number]))


def _opening(text: Words, linked: Sequence[Linked], rules: Iterable[Said]) -> list[Linked]:
    """Give what the rules surely find in the opening paragraph, which tells whose the story is, if no mark is there."""
    end = next((line.end() for line in _LINE.finditer(text.text) if len(line.group()) >= OPENING_MIN_CHARS), 0)
    if any(said.source[0] < end for said, _ in linked):
        return []
    said_there = (rule for rule in rules if max(rule.source[1], rule.cue[1]) <= end and rule.stance == "assertion")
    return [
        (rule, RULED_SURE) for rule in said_there if not _SURE.isdisjoint(text.text[slice(*rule.cue)].lower().split())
    ]


def _keeps_name(text: Words, said: Said) -> bool:
    """Tell whether somebody only wishes not to be named: `requested anonymity`."""
    return bool(_NAMELESS.match(text.text, max(said.cue[1], said.source[1])))


def _existing(text: Words, linked: Iterable[Linked], rules: Sequence[Said]) -> list[Linked]:
    """Give what corpora hardly mark, where nothing else was marked: `there have been several reports that ...`.

    So it is with `put the toll at 14`, `as told by`, and with X of `Quoted by X` and `was quoted by X`.
    """
    sources = Spans(said.source for said, _ in linked)
    relayed = {(rule.via, rule.cue) for rule in rules if rule.via}
    return [
        (rule, RULED_SURE)
        for rule in rules
        if (
            _THERE.match(text.text, max(0, rule.cue[0] - 6))
            or (rule.source, rule.cue) in relayed
            or _RARE.fullmatch(text.text, *rule.cue)
            or _AS.search(text.text[max(0, rule.cue[0] - _AS_CHARS) : rule.cue[0]])
            or _is_reported(text, rule)
        )
        and not any(sources.over(rule.source))
    ]


def _is_reported(text: Words, rule: Said) -> bool:
    """Tell whether somebody reports it, by what stands before: `X reports that a minister has said`."""
    start = rule.source[0]
    if not text.text.endswith(" that ", 0, start) or rule.cue[0] < start:
        return False
    said = text.text[slice(*rule.cue)].rpartition(" ")[2] in _SURE
    return said and bool(_REPORTS_THAT.search(text.text, max(0, start - _REPORTS_CHARS), start))


def _by_mark(marks: Marks, rules: Iterable[Said]) -> dict[Span, Said]:
    """Give what the rules say of marked cues, with the marked speaker where they mean the same."""
    cues, sources = Spans(map(_span, marks.cues)), Spans(map(_span, marks.sources))
    return {cue: replace(rule, source=sources.same(rule.source)) for rule in rules for cue in cues.over(rule.cue)}


def _tied(layout: Layout, marks: Marks, ruled: Mapping[Span, Said]) -> Iterator[Linked]:
    """Yield an attribution for each cue, unless it is doubtful and nobody near may speak it."""
    for number, cue in enumerate(marks.cues):
        ranked = layout.speakers(number)
        chance, source = next(((p, s) for p, s in ranked if s is not None), (FAR_CHANCE, layout.last_source(number)))
        rule = ruled.get(_span(cue))
        lonely = ranked[0][1] is None
        if lonely and rule:
            said = Said(
                source=rule.source,
                cue=_span(cue),
                content=rule.content or _marked(layout, marks, number, None),
                stance=stance_of_cue(layout.text, _span(cue)),
            )
            yield said, cue.sure * RULED_SURE
            continue
        if source is None or max(cue.sure, 0.0 if lonely else marks.sources[source].sure) < SURE_MIN:
            continue
        yield (
            Said(
                source=_span(marks.sources[source]),
                cue=_span(cue),
                content=_content(layout, marks, number, None if lonely else source),
                stance=stance_of_cue(layout.text, _span(cue)),
            ),
            cue.sure * marks.sources[source].sure * chance,
        )


def _content(layout: Layout, marks: Marks, cue: int, source: int | None) -> Span | None:
    """Give what is said: what is marked, else what stands beside the speaker or the cue."""
    speaker = layout.cues[cue] if source is None else layout.sources[source]
    return _marked(layout, marks, cue, source) or content_of(layout.text, speaker, _span(marks.cues[cue]))


def _marked(layout: Layout, marks: Marks, cue: int, source: int | None) -> Span | None:
    """Give the marked content that a cue tells, if it is sure, less speaker and cue where it holds them."""
    _, told = layout.told(cue, source)[0]
    if told is None or marks.contents[told].sure < SURE_MIN:
        return None
    block = layout.block(cue, source)
    start, end = layout.text.starts[block.first], layout.text.ends[block.end - 1]
    content = _span(marks.contents[told])
    if content[1] <= start or content[0] >= end:
        return content
    before, behind = (content[0], start), (end, content[1])
    return _trimmed(layout.text.text, max(before, behind, key=lambda span: span[1] - span[0]))


def _trimmed(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start] in _CONTENT_EDGES:
        start += 1
    while end > start and text[end - 1] in _CONTENT_EDGES:
        end -= 1
    return (start, end) if start < end else None


def _lonely(layout: Layout, marks: Marks, tied: Iterable[Linked]) -> Iterator[Linked]:
    """Yield attributions for marked speakers without a cue, where a word beside them may be one."""
    speaking = {said.source for said, _ in tied}
    for number, mark in enumerate(marks.sources):
        if mark.sure < SURE_MIN or _span(mark) in speaking:
            continue
        phrase = layout.sources[number]
        if layout.word(phrase.first - 1) == "whom":
            continue
        cue = _cue_before(layout, phrase) or _cue_behind(layout, marks, phrase)
        if cue:
            content = content_of(layout.text, phrase, cue)
            yield Said(_span(mark), cue, content, stance_of_cue(layout.text, cue)), mark.sure * RULED_SURE


def _cue_before(layout: Layout, phrase: Phrase) -> Span | None:
    """Find what a speaker speaks through right before it: a verb, `citing`, or the dash that signs a quotation."""
    text, place = layout.text, phrase.first - 1
    if place and text.lower[place] == "by" and text.spelled[place - 1] in {"Quoted", "Cited"}:
        return text.starts[place - 1], text.ends[place - 1]
    if layout.is_cited(phrase.first):
        return text.starts[place - (text.lower[place] == "to")], text.ends[place]
    signs = place > 0 and text.spelled[place] in _DASHES and text.spelled[place - 1] in {'"', "''"}
    return (text.starts[place], text.ends[place]) if signs or layout.word(place) in INVERTIBLE else None


def _cue_behind(layout: Layout, marks: Marks, phrase: Phrase) -> Span | None:
    """Find what a speaker speaks through behind it: a colon, or soon a cue, be it another's, or a verb."""
    text = layout.text
    if layout.word(phrase.end) == ":":
        return text.starts[phrase.end], text.ends[phrase.end]
    for place in range(phrase.end, min(len(text), phrase.end + BORROW_REACH_WORDS)):
        cue = layout.cue_right_behind(place)
        if cue is not None:
            return _span(marks.cues[cue])
        if text.spelled[place] in SENTENCE_END:
            return None
        verb = ENGLISH.get(text.lower[place])
        if verb and not verb.doubtful and verb.shape != "ing":
            return text.starts[place], text.ends[place]
    return None


def _span(mark: Mark) -> Span:
    return mark.start, mark.end
