"""The way that the main claim of an article came: from the outlet whose story it is outward to who said it first."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from schemas.v1.tagged import Attribution, ChainLink, Outlet, OutletTag, Source
from services.tag.cited.nouns import MEDIA_KINDS
from services.tag.folding import even, fold
from services.tag.story import Story

_HEARS: Final = re.compile(
    r"say|cit|quot|refer|rel(?:y|ie)|bas(?:ed|es)|heard|learn|gathered|seen|obtain|review|\btold (?:of|about|by)\b"
    r"|was told|attribut",
    re.IGNORECASE,
)
"""Cues by which who tells names whence he has it."""
CITING: Final = frozenset(
    {"citing", "quoting", "with reference to", "referring to", "relying on", "attributing", "on the basis of"}
)
"""Cues whose source is who or what is cited."""
_PLAIN: Final = frozenset({"said", "says", "say", "told", "tells", "stated", "announced", "saying"})
_STOP: Final = re.compile(r"[.!?][\"'\u201d]?\s|\n")
_TELLS: Final = re.compile(r"\bt(?:old|ells?|elling)\b")
_CREDITS: Final = re.compile(
    r"\A([^:,]{2,40})(?=: )|(?:: | [-\u2013\u2014] )([^:\u2013\u2014]{2,40})\Z"
    r"|, ([^,:]{2,40}) (?:says|reports|said|reported)\Z"
)
"""Who stands in a headline for what it says: `Bridge open: TASS`, `TASS: bridge open`, `Bridge open, TASS says`."""
_PARAGRAPH: Final = re.compile(r"[^\n]+")
PARAGRAPH_MIN_CHARS: Final = 40
"""Shorter lines are headings, bylines and datelines."""
_ENDS: Final = re.compile(r"[.!?:;,\u2026][\"'\u201d\u2019)\]]*\s*\Z")
_QUOTES: Final = "\"'\u201c\u201e\u00ab\u2018"


def trace_chain(
    story: Story,
    outlet: OutletTag,
    sources: list[Source],
    attributions: list[Attribution],
    outlet_ids: dict[str, str],
) -> list[ChainLink]:
    """Trace the main claim: its first source, those who relay it, and the outlet that tells it.

    `outlet_ids` gives the directory's id of the sources that are outlets. Without a cited source there is no chain.
    """
    main = _main(story, sources, attributions)
    if main is None:
        return []
    first, place = main
    by_id = {source.id: source for source in sources}
    near = _Near(story.text, attributions, place)
    edges = [*_edges(near, first), *_retold(near, by_id)]
    path = _deepened(near, _path(first, by_id, edges), by_id)
    links = [
        ChainLink(name=s.name or s.mention, source_id=s.id, outlet_id=outlet_ids.get(s.id))
        for s in map(by_id.__getitem__, path)
    ]
    teller = outlet.origin or outlet.host
    if teller is None or (links and _is_same_outlet(links[0], teller)):
        return links
    return [ChainLink(name=teller.name, outlet_id=teller.id), *links]


def _is_same_outlet(link: ChainLink, teller: Outlet) -> bool:
    return link.outlet_id == teller.id if link.outlet_id and teller.id else link.name == teller.name


class _Near:
    """The attributions of the main claim's paragraph and of the next.

    Further down the same outlets relay other talks.
    """

    def __init__(self, text: str, attributions: list[Attribution], place: int) -> None:
        self._text = text
        start = text.rfind("\n", 0, place) + 1
        lines = [line.end() for line in islice(_PARAGRAPH.finditer(text, start), 2)]
        self._claim = text[start : lines[0]]
        self.all = [a for a in attributions if start <= a.source.start < lines[-1]]
        self.first = [a for a in self.all if a.source.start < lines[0]]

    def is_met(self, phrase: str) -> bool:
        """Tell whether a description points back to somebody in the claim's paragraph: `the guide`, for `a guide`."""
        article, _, noun = phrase.rpartition(" ")
        return article == "the" and bool(re.search(rf"\b(?:an?|one) (?:[\w-]+ )?{noun}\b", self._claim))

    def is_of_claim(self, cited: Attribution) -> bool:
        """Tell whether an outlet still tells in the next paragraph whence it has the main claim.

        Where it has said more there before, it tells whence it has that.
        """
        if not _HEARS.search(cited.cue.text):
            return False
        more = (a.cue.end for a in self.all if a.source_id == cited.via and a not in self.first)
        return not any(end < cited.cue.start and _STOP.search(self._text, end, cited.cue.start) for end in more)


def _edges(near: _Near, first: Source) -> list[tuple[str, str]]:
    """Give who relays whom beside the main claim: in its paragraph; in the next, who cites or quotes whom.

    What somebody told an outlet in the next paragraph may be another talk at once; but one without a name hardly speaks
    to two. Where the claim itself is not relayed, its source's relay in the next paragraph is: `The ministry said. In a
    statement carried by X, it said`; not if it is a person named with the claim.
    """
    relayed = [a for a in near.all if a.via and (a in near.first or near.is_of_claim(a))]
    here = [(a.via, a.source_id) for a in sorted(relayed, key=_is_loose) if a.via]
    own = [a for a in near.all if a.source_id == first.id]
    named = first.kind == "person" and bool(own) and _is_named(own[0].source.text, first)
    if named or any(relayed == first.id for _, relayed in here):
        return here
    return [*here, *((a.via, first.id) for a in own if a.via and (first.anonymous or not _TELLS.search(a.cue.text)))]


def _retold(near: _Near, by_id: Mapping[str, Source]) -> list[tuple[str, str]]:
    """Give which outlets beside the main claim have it from which: `Y told X, the agency Z reported`."""
    here = [by_id[a.source_id] for a in near.first if a.source_id in by_id]
    tellers = [source for source in here if source.kind in MEDIA_KINDS]
    return [(s.id, other) for s in tellers for other in s.cites if by_id[other].kind in MEDIA_KINDS]


def _deepened(near: _Near, path: list[str], by_id: Mapping[str, Source]) -> list[str]:
    """Go on from an outlet to whom it has it from, where only the next words name somebody without a name."""
    while by_id[path[-1]].kind in MEDIA_KINDS:
        behind = (a for a in near.all if a.via == path[-1] and a.source_id not in path)
        behind = (a for a in behind if not _TELLS.search(a.cue.text) or near.is_met(a.source.text))
        whence = next((a.source_id for a in behind if a.source_id in by_id and by_id[a.source_id].anonymous), None)
        if whence is None:
            return path
        path = [*path, whence]
    return path


def _is_loose(said: Attribution) -> bool:
    """Tell whether somebody does more than say it, so that whoever else is cited for it comes first."""
    cue = said.cue.text.lower()
    return cue not in CITING and _PLAIN.isdisjoint(cue.split())


def _is_named(phrase: str, source: Source) -> bool:
    return bool(source.name) and (source.name or " ").split()[-1] in phrase


def _path(first: Source, by_id: Mapping[str, Source], edges: list[tuple[str, str]]) -> list[str]:
    """Follow relays from the first source both ways; nobody stands in the path twice."""
    path = [first.id]
    while relay := next((a for a, b in edges if b == path[0] and a in by_id and a not in path), None):
        path.insert(0, relay)
    while further := next((b for a, b in edges if a == path[-1] and b in by_id and b not in path), None):
        path.append(further)
    return path


def _main(story: Story, sources: list[Source], attributions: list[Attribution]) -> tuple[Source, int] | None:
    """Pick the source of the main claim: the one that the headline credits, else the first cited.

    With it comes where the text first has it.
    """
    listed = {source.id: source for source in sources}
    said = [a for a in attributions if a.stance == "assertion" and a.source_id in listed]
    credited = {fold(name) for match in _CREDITS.finditer(even(story.title or "")) for name in match.groups() if name}
    named = [s.id for s in sources if s.name and fold(s.name) in credited]
    if not named and said and _is_late(story.text, said[0]):
        return None
    for attribution in said:
        if not named or named[0] in {attribution.source_id, attribution.via}:
            first = attribution if named else _cited_for(story.text, _teller(story.text, attribution, said), said)
            return listed[named[0] if named else first.source_id], attribution.source.start
    return None


def _teller(text: str, inner: Attribution, said: list[Attribution]) -> Attribution:
    """Give whom an outlet has the whole sentence from, where somebody else stands in it: `as Y promised, Z told X`."""
    if inner.via is not None:
        return inner
    outer = next((a for a in said if a.via and a.content and a.content.start < inner.source.start < a.cue.start), None)
    return inner if outer is None or _STOP.search(text, inner.source.start, outer.cue.start) else outer


def _cited_for(text: str, inner: Attribution, said: list[Attribution]) -> Attribution:
    """Give whom the relay cites for it, where the sentence has both: `Police warned of it, X reported, citing a memo`.

    Who plainly says it is cited for it himself.
    """
    if inner.via is None or not _is_loose(inner):
        return inner
    reasons = (
        a for a in said if a.via == inner.via and a.cue.text.lower() in CITING and a.source.start > inner.cue.end
    )
    cited = next(reasons, None)
    return inner if cited is None or _STOP.search(text, inner.cue.end, cited.source.start) else cited


def _is_late(text: str, first: Attribution) -> bool:
    """Tell whether a story goes on too long before anybody is cited for its main claim to be that one's.

    A quotation that opens a later paragraph is comment on what the reporter saw; in the second paragraph somebody else
    may still speak for the first.
    """
    start = text.rfind("\n", 0, first.source.start) + 1
    before = sum(_is_paragraph(line.group()) for line in _PARAGRAPH.finditer(text, 0, start))
    spoken = first.content is not None and text[first.content.start] in _QUOTES
    return before > 1 or (before == 1 and spoken)


def _is_paragraph(line: str) -> bool:
    """Tell whether a line is one of prose: a heading ends without a stop."""
    return len(line) >= PARAGRAPH_MIN_CHARS and _ENDS.search(line) is not None
