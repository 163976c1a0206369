"""Who is referred to: `with reference to Y`, `attributing it to Y`, `has learned from Y`, `having seen the memo`.

Each is a source of who reports, and who reports is its relay. English.
"""

from collections.abc import Iterator
from typing import Final

from services.tag.cited.attribution import Said
from services.tag.cited.citations import REPORTING, citing, goes_with, group_start, is_aside, span_of, without_clause
from services.tag.cited.contents import SENTENCE_END, clause_after, content_of
from services.tag.cited.cues import ENGLISH
from services.tag.cited.nouns import kind_of, singular
from services.tag.cited.phrases import PREPOSITIONS, Phrase, phrase_from
from services.tag.cited.subjects import subject_of
from services.tag.words import Words, words

_SAYS: Final = words("said says")
_REFERENCES: Final = {
    "referring": ("referring", "to"),
    "relying": ("relying", "on"),
    "drawing": ("drawing", "on"),
    "pointing": ("pointing", "to"),
    "based": ("based", "on"),
    "reference": ("with", "to"),
    "link": ("with", "to"),
    "basis": ("on", "of"),
    "attributing": ("attributing", "to"),
}
"""By a word of it, how words that lead to a source begin and end: `with reference to`, `attributing it to`."""
REFERENCES: Final = _REFERENCES.keys()
_LOOSE: Final = words("referring pointing drawing based")
"""What a speaker may do without a source, too: `he said, pointing to the sky`."""
_REFERENCE_MAX_WORDS: Final = 4
SPOKE: Final = words("spoke spoken talked")
HEARD: Final = words("learned learnt heard gathered") | SPOKE
SEEN: Final = words("seen seeing obtained obtaining reviewed reviewing viewed viewing consulted consulting accessed")
_THAT: Final = (["it"], ["this"], ["that"], ["them"])
_TO_WHOM: Final = words("to with")
_COPY: Final = ["a", "copy", "of"]


def referred(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `X reported, referring to Y`, `with reference to Y`, `attributing it to Y`: Y is a source of X's report."""
    begins, ends = _REFERENCES[text.lower[place]]
    first, last = _around(text, place, begins, ends)
    aside = first >= 0 and (text.spelled[first - 1] == "," or begins in {"with", "on", "based"})
    source = phrase_from(text, last + 1, loose=True) if aside else None
    if source is None:
        return
    relay = subject_of(text, first - 1) if text.spelled[first - 1] == "," and is_aside(text, source.end) else None
    relay = relay or _reporting(text, first, speakers, text.lower[place])
    if relay:
        cue = text.starts[first], text.ends[last if last - first < len(_COPY) and begins != "attributing" else first]
        yield Said(span_of(text, source), cue, None, "assertion", span_of(text, relay))


def _around(text: Words, place: int, begins: str, ends: str) -> tuple[int, int]:
    """Give the first and the last word of what leads to a source, around one of its words; -1 where it is none."""
    back = text.lower[max(0, place - 2) : place + 1]
    on = text.lower[place + 1 : place + 1 + _REFERENCE_MAX_WORDS]
    if begins not in back or ends not in on:
        return -1, -1
    first = place + 1 - len(back) + back.index(begins)
    return first, place + 1 + on.index(ends)


def _reporting(text: Words, first: int, speakers: list[tuple[int, Phrase]], word: str) -> Phrase | None:
    """Find who reports in the same sentence what somebody else is referred to for."""
    if not speakers:
        return None
    verb, relay = speakers[-1]
    between = text.lower[min(verb, relay.first) : first]
    reports = REPORTING if word in _LOOSE else REPORTING | _SAYS
    return relay if reports.intersection(between) and SENTENCE_END.isdisjoint(between) else None


def learned(text: Words, place: int) -> Iterator[Said]:
    """Read `X has learned from Y that`, `it heard this from Y and from Z`: Y is the source, and X relays it.

    So it is with `X, which spoke to Y`, but not with `Y, who spoke to Z`.
    """
    first = group_start(text, place)
    if text.lower[place] in SPOKE:
        if text.lower[first - 1 : first] == ["which"] and not _TO_WHOM.isdisjoint(text.lower[place + 1 : place + 2]):
            yield from _spoken_to(text, place, citing(text, first))
        return
    behind = place + 1 + (text.lower[place + 1 : place + 2] != ["from"] and text.lower[place + 1 : place + 2] in _THAT)
    source = phrase_from(text, behind + 1, loose=True) if text.lower[behind : behind + 1] == ["from"] else None
    relay = subject_of(text, first) if source else None
    if source is None or relay is None or not _learns(text, relay, alone=first == place):
        return
    cue = text.starts[first], text.ends[place]
    after = text.spelled[source.end : source.end + 1]
    opens = text.lower[relay.first - 1 : relay.first] == ["as"]
    source = without_clause(text, source) if opens else source
    leads = opens or after == ["that"]
    content = clause_after(text, source.end) if leads else content_of(text, relay, cue)
    if text.lower[relay.first] != "it":
        yield Said(span_of(text, relay), cue, content, "assertion")
    while source:
        yield Said(span_of(text, source), cue, content, "assertion", span_of(text, relay))
        more = text.lower[source.end : source.end + 2] == ["and", "from"]
        source = phrase_from(text, source.end + 2) if more else None


def _spoken_to(text: Words, place: int, relay: Phrase | None) -> Iterator[Said]:
    """Give whom an outlet spoke to as its source."""
    source = phrase_from(text, place + 2, loose=True)
    if source and relay:
        cue = text.starts[place], text.ends[place + 1]
        yield Said(span_of(text, source), cue, None, "assertion", span_of(text, relay))


def _learns(text: Words, relay: Phrase, *, alone: bool) -> bool:
    """Tell whether who learns something may report it: a name that `has learned`, or `..., X learned`."""
    before = text.lower[relay.first - 1 : relay.first]
    if text.lower[relay.first] == "it":
        return bool(before) and before[0] in ENGLISH
    named = any(text.spelled[number][:1].isupper() for number in range(*relay))
    return named and (not alone or before in ([","], ["as"]))


def is_reference(text: Words, said: Said) -> bool:
    """Tell whether a cue leads to a source without saying anything itself: `having seen`, `has learned from`."""
    return bool(said.via) and text.text[slice(*said.cue)].lower().rpartition(" ")[2] in HEARD | SEEN


def seen(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `X reported, having seen the letter`, `X, which obtained a copy of it`: the paper is a source of X's."""
    start = place + 1 + (len(_COPY) if text.lower[place + 1 : place + 4] == _COPY else 0)
    paper = phrase_from(text, start, loose=True)
    if paper is None or not _is_paper(text, paper):
        return
    first = group_start(text, place)
    if text.lower[first] == "having" or text.lower[place].endswith("ing"):
        aside = first - (text.lower[first - 1] == "after")
        relay = speakers[-1][1] if goes_with(text, aside, speakers) else None
    elif text.lower[first - 1] == "which":
        relay = citing(text, first)
    else:
        return
    if relay and relay != paper:
        yield Said(
            span_of(text, paper), (text.starts[first], text.ends[place]), None, "assertion", span_of(text, relay)
        )


def _is_paper(text: Words, phrase: Phrase) -> bool:
    end = next((n for n in range(*phrase) if text.lower[n] in PREPOSITIONS and n > phrase.first), phrase.end)
    return kind_of(singular(text.lower[end - 1])) == "document"
