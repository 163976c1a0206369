"""Who is referred to: `with reference to Y`, `attributing it to Y`, `has learned from Y`, `having seen the memo`.

Each is a source of who reports, and who reports is its relay. English.
"""

from collections.abc import Iterator
from typing import Final

from services.tag.cited.attribution import Said
from services.tag.cited.citations import REPORTING, citing, goes_with, group_start, is_aside, span_of, without_clause
from services.tag.cited.contents import SENTENCE_END, clause_after, content_of
from services.tag.cited.cues import AUXILIARIES, ENGLISH
from services.tag.cited.nouns import kind_of, singular
from services.tag.cited.phrases import DETERMINERS, MARKS, PREPOSITIONS, ROLES, Phrase, phrase_from
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
ABOUT_MAX_WORDS: Final = 5
"""So many words may tell of what somebody heard: `heard of the minister's plan from`."""
MEDIA: Final = words(
    "newspaper daily weekly magazine agency channel broadcaster website paper station radio portal outlet tabloid"
)
"""Nouns for who hears of things to report them."""
_SOURCES: Final = frozenset({"anonymous", "document", "person", "people", "official_body"})
_RESTING: Final = {
    **dict.fromkeys(("refers", "referred"), ("to",)),
    **dict.fromkeys(("attributes", "attributed"), ("to",)),
    **dict.fromkeys(("bases", "based", "relies", "relied"), ("on",)),
}
"""Verbs of an outlet that tells on what its report rests, and the word that leads to it."""
RESTING: Final = _RESTING.keys()
_REPORT: Final = words("report reports reporting story article account claim information news figure figures it this")
"""What rests on a source: `bases its report on`, `attributed the news to`."""
_NAME_MIN_WORDS: Final = 2
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
    behind = _from(text, place)
    source = phrase_from(text, behind + 1, loose=True) if behind else None
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


def _from(text: Words, place: int) -> int:
    """Give where `from` stands behind a verb of hearing: `heard from`, `heard it from`, `heard of the plan from`; 0."""
    behind = text.lower[place + 1 : place + 2 + ABOUT_MAX_WORDS]
    if "from" not in behind:
        return 0
    between = behind[: behind.index("from")]
    return place + 1 + len(between) if not between or between in _THAT or between[0] in {"of", "about"} else 0


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
    if text.lower[relay.end - 1] in MEDIA:
        return True
    named = any(text.spelled[number][:1].isupper() for number in range(*relay))
    return named and (not alone or before in ([","], ["as"]))


def is_reference(text: Words, said: Said) -> bool:
    """Tell whether a cue leads to a source without saying anything itself: `having seen`, `has learned from`."""
    return bool(said.via) and text.text[slice(*said.cue)].lower().rpartition(" ")[2] in HEARD | SEEN


def seen(text: Words, place: int, speakers: list[tuple[int, Phrase]]) -> Iterator[Said]:
    """Read `X reported, having seen the letter`, `X, which obtained a copy of it`: the paper is a source of X's."""
    start = place + 1 + (len(_COPY) if text.lower[place + 1 : place + 4] == _COPY else 0)
    paper = phrase_from(text, start, loose=True)
    if paper is None or kind_of(_noun(text, paper)) != "document":
        return
    first = group_start(text, place)
    if text.lower[first] == "having" or text.lower[place].endswith("ing"):
        aside = first - (text.lower[first - 1] == "after")
        relay = speakers[-1][1] if goes_with(text, aside, speakers) else None
    elif text.lower[first - 1] == "which":
        relay = citing(text, first)
    else:
        relay = _holder(text, place, first)
    if relay and relay != paper:
        yield Said(
            span_of(text, paper), (text.starts[first], text.ends[place]), None, "assertion", span_of(text, relay)
        )


def _holder(text: Words, place: int, first: int) -> Phrase | None:
    """Give the outlet that has a paper: `the daily has obtained a letter`, `X said it had seen one`."""
    holder = subject_of(text, first)
    if holder is None or AUXILIARIES.isdisjoint(text.lower[first:place]):
        return None
    before = text.lower[holder.first - 1 : holder.first]
    told = text.lower[holder.first] == "it" and bool(before) and before[0] in ENGLISH
    return holder if told or text.lower[holder.end - 1] in MEDIA else None


def rests_on(text: Words, place: int) -> Iterator[Said]:
    """Read `The daily bases its report on a letter and on talks with a clerk`, `X, which referred to Y`.

    Both are sources of the daily's, where it speaks of a report, and names somebody, or people, papers or bodies.
    """
    behind = text.lower[place + 1 : place + 1 + _REFERENCE_MAX_WORDS]
    leads = next((lead for lead in _RESTING[text.lower[place]] if lead in behind), None)
    if leads is None:
        return
    last = place + 1 + behind.index(leads)
    if last > place + 1 and text.lower[last - 1] not in _REPORT:
        return
    relay = citing(text, group_start(text, place))
    cue = text.starts[place], text.ends[last if last == place + 1 else place]
    source = _source_from(text, last + 1) if relay else None
    while source and relay:
        yield Said(span_of(text, source), cue, None, "assertion", span_of(text, relay))
        more = text.lower[source.end : source.end + 2] == ["and", leads]
        source = _source_from(text, source.end + 2) if more else None


def _source_from(text: Words, first: int) -> Phrase | None:
    """Give the phrase that starts here if a report may rest on it, with the name behind a post."""
    phrase = phrase_from(text, first, loose=True)
    if phrase is None:
        return None
    end = phrase.end + 1
    while end < len(text) and text.spelled[end][:1].isupper() and text.spelled[end] not in MARKS:
        end += 1
    kind = kind_of(_noun(text, phrase))
    opens = text.spelled[phrase.end : phrase.end + 1] == [","] and kind != "document"
    if opens and end - phrase.end > _NAME_MIN_WORDS and text.spelled[end : end + 1] in ([","], ["."]):
        return Phrase(first, end)
    named = text.lower[first] not in DETERMINERS and text.spelled[first][:1].isupper()
    return phrase if named or kind in _SOURCES else None


def _noun(text: Words, phrase: Phrase) -> str:
    """Give the noun of a phrase, for one, before what tells more of it."""
    end = next((n for n in range(*phrase) if text.lower[n] in PREPOSITIONS and n > phrase.first), phrase.end)
    while end - phrase.first > 1 and text.lower[end - 1].endswith("ed") and text.lower[end - 1] not in ROLES:
        end -= 1
    return singular(text.lower[end - 1])
