"""Marks of speakers cut as a careful reader draws them: without whom they cite, nor the verb, nor talk about the talk.

A model marks `survivors, Captain Li` as one speaker in `Quoting survivors, Captain Li said`, and takes the verb into
`..., Radio Maputo reports.`; what the grammar knows of such places parts them again. English.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from services.tag.cited.cues import ADVERBS, ENGLISH, TIMES
from services.tag.cited.marks import Mark
from services.tag.cited.nouns import kind_of
from services.tag.cited.phrases import LEAD_INS, STOPS
from services.tag.cited.said import Said
from services.tag.cited.subjects import KEEPS_NAME
from services.tag.cited.titles import is_title
from services.tag.words import Words

_OPENS_CITING: Final = re.compile(r"(?:\A|[.!?\n\"] ?)(?:Citing|Quoting|Quoted by|Cited by|According to) \Z")
_OPENS_CHARS: Final = 16
_ASKED_BY: Final = re.compile(
    r"(?:Consulted|Asked|Contacted|Reached|Interviewed|Approached|Questioned)(?: by [^,\n]{2,60})?, (?=\w)"
)
"""What may open a sentence before its speaker: `Consulted by EFE, the director said`."""
_NAME_CHARS: Final = 60
_NAME_BEFORE: Final = re.compile(
    r"(?:\A|[.!?\n\"\u2014] ?)(?P<name>(?:The )?[A-Z][\w'&.-]*(?: (?:(?:of|for|and|the|de) )?[A-Z][\w'&.-]*){0,5}), \Z"
)
_FIELDS_BEHIND: Final = re.compile(r"[A-Z][\w'-]* (?:and|&) (?:[A-Z][\w'-]* ){1,2}?(?P<noun>[A-Z][a-z]+)")
_APPOSITION: Final = re.compile(r"(?:an?|the) [^,\n]*(?:,|(?=,)) ?(?=[a-z])")
_CLAUSE_OF: Final = re.compile(r"(?:an?|the) [a-z]+ (?=(?:an?|the) [a-z])")
_ADDRESS: Final = re.compile(r"(?<=\w)\.[a-z]{2,6}\b")
_NAME_BEHIND: Final = re.compile(r"(?<=[a-z]), (?:[A-Z][\w'-]+ ){1,3}[A-Z][\w'-]+(?=\.[\s\"]|\.?\Z)")
_NO_NAMES: Final = STOPS | LEAD_INS | TIMES | ADVERBS
_PARTS: Final = re.compile(r"(?<=[a-z0-9)]), (?=[A-Za-z])")
_REPORTS: Final = re.compile(r"\b[A-Z][\w.'&-]*(?P<verb> (?:reports|says|writes|claims))\Z")
_RELATIVE: Final = re.compile(r",? (?:who|which|that) \Z")
_RELATIVE_CHARS: Final = 8


def trimmed_sources(text: Words, sources: Iterable[Mark], cues: Iterable[Mark], rules: Iterable[Said]) -> list[Mark]:
    """Cut marked speakers; one that holds two becomes two. `rules` is what the grammar finds."""
    ends = {mark.end: mark.start for mark in cues}
    ruled = sorted(rules, key=lambda said: said.cue)
    starts = [said.cue[0] for said in ruled]
    cut = []
    for part in (_inner(text, part) for mark in _named(text, _whole(text, sources)) for part in _parted(text, mark)):
        first, last = (bisect_left(starts, place) for place in (part.start, part.end))
        cut.append(_without_talk(text, _without_cited(text, _without_verb(text, part, ends), ruled[first:last])))
    return cut


def _whole(text: Words, sources: Iterable[Mark]) -> Iterator[Mark]:
    """Take in the rest of a site's address, and the name that ends a sentence behind a post: `said its head, NAME.`."""
    end = 0
    for mark in sources:
        if mark.start < end:
            continue
        more = _ADDRESS.match(text.text, mark.end) or _NAME_BEHIND.match(text.text, mark.end)
        behind = more.end() if more else 0
        named = behind and (text.text[mark.end] == "." or is_title(text.text[mark.start : mark.end].rpartition(" ")[2]))
        yield replace(mark, end=behind) if named else mark
        end = behind if named else mark.end


def _named(text: Words, sources: Iterable[Mark]) -> Iterator[Mark]:
    """Take the name in that an apposition was marked without: `ENAG, an independent group, found`."""
    end = 0
    for mark in sources:
        name = _NAME_BEFORE.search(text.text, max(end, mark.start - _NAME_CHARS), mark.start)
        apposed = _APPOSITION.match(text.text, mark.start)
        closed = apposed is not None and 0 <= apposed.end() - mark.end <= len(", ")
        named = name is not None and name["name"].split()[0].lower() not in _NO_NAMES
        closed = closed or _has_fields(text, mark)
        yield replace(mark, start=name.start("name")) if name and named and closed else mark
        end = mark.end


def _has_fields(text: Words, mark: Mark) -> bool:
    """Tell whether a mark is the end of a body's name with several fields: `Tram and Bus Union`."""
    fields = _FIELDS_BEHIND.fullmatch(text.text, mark.start, mark.end)
    return fields is not None and kind_of(fields["noun"].lower()) in {"official_body", "organisation"}


def _parted(text: Words, mark: Mark) -> Iterator[Mark]:
    """Part who is cited at the opening of a sentence from who speaks behind the comma."""
    opening = _OPENS_CITING.search(text.text[max(0, mark.start - _OPENS_CHARS) : mark.start])
    comma = _PARTS.search(text.text, mark.start, mark.end) if opening else None
    if comma and _speaks(text, mark.end):
        yield replace(mark, end=comma.start())
        yield replace(mark, start=comma.end())
    else:
        yield mark


def _speaks(text: Words, place: int) -> bool:
    """Tell whether a verb stands at a place, so that the words before it are its subject."""
    number = bisect_left(text.starts, place)
    return any(word in ENGLISH or word in {"put", "puts"} for word in text.lower[number : number + 2])


def _inner(text: Words, mark: Mark) -> Mark:
    """Leave out what stands before a speaker: the noun whose clause it opens, as in `a claim the army`; who asked."""
    outer = _CLAUSE_OF.match(text.text, mark.start, mark.end) or _ASKED_BY.match(text.text, mark.start, mark.end)
    return replace(mark, start=outer.end()) if outer else mark


def _without_verb(text: Words, mark: Mark, cue_starts: Mapping[int, int]) -> Mark:
    """Leave a cue out that ends the mark of its speaker. `cue_starts` gives where cues start by where they end."""
    end = cue_starts.get(mark.end, 0) - 1
    verb = _REPORTS.search(text.text, mark.start, mark.end) if end <= mark.start else None
    if verb and text.text.endswith(", ", 0, mark.start):
        end = verb.start("verb")
    return replace(mark, end=end) if end > mark.start else mark


def _without_cited(text: Words, mark: Mark, rules: list[Said]) -> Mark:
    """Leave a clause out in which the speaker cites, or says something else: `a report that cited a memo`."""
    for rule in rules:
        if not mark.start < rule.cue[0] < rule.cue[1] < mark.end or rule.stance != "assertion":
            continue
        relative = _RELATIVE.search(text.text[max(mark.start, rule.cue[0] - _RELATIVE_CHARS) : rule.cue[0]])
        if relative and (rule.via or text.text[slice(*rule.source)] in {"who", "which"}):
            return replace(mark, end=rule.cue[0] - len(relative.group()))
    return mark


def _without_talk(text: Words, mark: Mark) -> Mark:
    """Leave out what the speaker wished about his name: `, who asked not to be named`."""
    wish = KEEPS_NAME.search(text.text, mark.start, mark.end)
    return replace(mark, end=wish.start()) if wish and wish.start() > mark.start else mark
