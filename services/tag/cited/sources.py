"""Who said it, and through whom it came: the cited sources of an article, each attribution, and the chain.

`said` finds the attributions, `speakers` reads each phrase; here phrases become sources: surnames, pronouns and
`the source` are tied to whom they mean. Somebody who only hopes or supports, or a pronoun without a bearer, is no
cited source: the attribution then has an id (`u1`, ...) that is not in the list.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from schemas.v1.base import Span
from schemas.v1.tagged import Attribution, OutletTag, Source, SourcesTag
from services.tag.cited.bearer import Bearer
from services.tag.cited.bearers import Bearers
from services.tag.cited.carriers import BY, carriers
from services.tag.cited.chain import CITING, trace_chain
from services.tag.cited.linking import link
from services.tag.cited.marks import Marker
from services.tag.cited.papers import is_publisher
from services.tag.cited.references import is_reference
from services.tag.cited.relays import with_reporters
from services.tag.cited.said import Said, find_said
from services.tag.cited.said_abroad import LANGUAGES, find_said_abroad
from services.tag.cited.stances import stance_of_cue
from services.tag.directory import Directory, name_key
from services.tag.folding import fold
from services.tag.story import Story
from services.tag.words import Words, words

VERSION: Final = "3"
ATTRIBUTIONS_MAX: Final = 1000
"""No article says more; a text made to stall us may."""
_SENTENCE_END: Final = re.compile(r"[.!?]['\"]?\s|\n")
_UNNAMED_OUTLET: Final = re.compile(
    r"(?:an? )?(?:[a-z-]+ ){0,2}(?:state|local|public|national|private|regional|independent|foreign|opposition)"
    r"(?:-run|-owned)? (?:[a-z]+ )?(?:television|tv|radio|media|broadcaster|newspaper|channel|station|news agency)\b",
    re.IGNORECASE,
)
_NAMED_OUTLET: Final = re.compile(
    r"(?:[Tt]he )?(?:[A-Z][\w'&.-]* ){1,4}(?:newspaper|daily|weekly|channel|website|magazine|radio|broadcaster"
    r"|television|journal|news (?:site|website|portal))\b"
    r"|(?:the )?(?:[A-Za-z-]+ ){0,2}(?:newspaper|daily|weekly|channel|website|magazine|journal|broadcaster) [A-Z]"
)
_OWN_SOURCES: Final = re.compile(
    r"(?:[Ii]ts|[Tt]heir|(?:[Tt]he )?(?P<owner>[A-Z][^',\n]{1,40})'s?) "
    r"(?:[a-z]+ ){0,2}(?:sources?|interlocutors?|informants?)\b"
)
_MEDIA: Final = frozenset({"news_agency", "outlet"})
_CARRIED_BY: Final = re.compile(
    r"\b(?:carried|quoted|cited|relayed|aired|broadcast|interviewed|reproduced|printed|run) by \Z"
)
"""Before whoever passes on what others say, be the name in no directory."""
_CARRIED_CHARS: Final = 20
_SENTENCE_MAX_CHARS: Final = 400
CITED_MIN: Final = 0.1
"""A span less sure than this is kept as an attribution, and makes nobody a cited source."""
_TALK_MAX_CHARS: Final = 700
_SEEN: Final = re.compile(r"\b(?:seen|obtained|reviewed|viewed|leaked)\b")
"""A paper that an outlet saw is another than what was said before."""
_OPEN: Final = frozenset({"news_agency", "outlet", "document"})
"""Kinds that many quote, so that who told of them later says nothing of what stands before."""
_GOING_ON: Final = words("he she they it him them the those these this who which")


def tag_sources(story: Story, directory: Directory, outlet: OutletTag, marker: Marker | None = None) -> SourcesTag:
    """Find the cited sources of a story: by a marker if it is English, else by rules. Spans are offsets into it."""
    text = Words(story.text)
    return resolve(story, text, _said(text, story.language or "en", marker), directory, outlet)


def resolve(story: Story, text: Words, said_in: Iterable[Said], directory: Directory, outlet: OutletTag) -> SourcesTag:
    """Turn attributions, in the order of the text, into sources. `text` is the story's; spans are offsets into it."""
    bearers = Bearers(text, directory, story.language or "en")
    turns = list(_turns(text, islice(said_in, ATTRIBUTIONS_MAX), bearers, _own(outlet)))
    _tie_cited(text, turns)
    _carry_on(text, turns)
    _carry_back(text, turns)
    bearers.settle()
    for turn in turns:
        turn.settle(text.text)
    ids = _numbered([bearer for turn in turns for bearer in (turn.relay, turn.bearer) if bearer])
    sources = [_source(bearer, ids, outlet) for bearer in ids if bearer.cited]
    told = {turn.said.source: turn.said.content for turn in turns if turn.said.content}
    attributions = [_attribution(story.text, turn, _filled(turn.said, told), ids) for turn in turns]
    outlet_ids = {ids[bearer]: entry.id for bearer in ids if (entry := bearer.outlet)}
    return SourcesTag(
        sources=sources,
        attributions=attributions,
        chain=trace_chain(story, outlet, sources, attributions, outlet_ids),
    )


@dataclass
class _Turn:
    """One attribution with who speaks and who relays it."""

    said: Said
    bearer: Bearer
    relay: Bearer | None
    outer: Bearer | None = None
    """Who reports what the relay was told: `Y told X, the agency Z reported`."""
    heard: bool = False
    """Whether an outlet was told it, be it the one that tells the story."""
    tied: bool = False
    """Whether the relay is tied to it by citing."""

    def settle(self, text: str) -> None:
        """Note who is cited, and by whom, once everybody is known."""
        self.bearer = self.bearer.true
        self.relay = self.relay.true if self.relay else None
        if self.relay is self.bearer:
            self.relay = None
        cue = text[slice(*self.said.cue)]
        asserts = self.said.stance == "assertion" and (self.said.sure is None or self.said.sure >= CITED_MIN)
        self.bearer.cited = self.bearer.cited or (asserts and self.bearer.can_speak(cue))
        if self.relay and self.relay.can_speak(cue) and asserts:
            self.relay.cited = True
            self.relay.cite(self.bearer)
            if self.outer and self.outer.true not in {self.bearer, self.relay}:
                self.outer.true.cited = True
                self.outer.true.cite(self.relay)


def _own(outlet: OutletTag) -> frozenset[str]:
    """Give the names of the outlets that tell the story: whom they heard needs no relay."""
    return frozenset(name_key(known.name) for known in (outlet.host, outlet.origin) if known)


def _turns(text: Words, said_in: Iterable[Said], bearers: Bearers, own: frozenset[str]) -> Iterator[_Turn]:
    """Yield each attribution with its bearers. Whoever goes on speaking is still relayed by whom relayed him."""
    last: dict[Bearer, _Turn] = {}
    told: Bearer | None = None
    for said in said_in:
        relay, outlet = bearers.relay(said.via) if said.via else None, None
        outer: Bearer | None = None
        bearer = _speaker(bearers, said)
        if bearer is None:
            continue
        if relay is None:
            heard = [said.listener] if said.listener else carriers(text, said)
            outlet = next((found for place in heard if (found := _outlet(text, bearers, place))), None)
            outlet = outlet or _owner(text, bearers, said.source, told)
            if outlet is not None and outlet is not bearer:
                relay = None if name_key(outlet.name or "") in own else outlet
                _speaker(bearers, said)  # once more, so that the next pronoun means the speaker, not who carried it
            elif bearer in last and _goes_on(text, last[bearer].said, said):
                relay = last[bearer].relay
        elif said.listener and (outlet := _outlet(text, bearers, said.listener)) and outlet not in {bearer, relay}:
            if name_key(outlet.name or "") not in own:
                relay, outer = outlet, relay
            _speaker(bearers, said)
        turn = _Turn(said, bearer, relay if said.stance == "assertion" else None, outer, heard=outlet is not None)
        if said.stance == "assertion":
            last[bearer] = turn
            told = bearer if bearer.kind in _MEDIA else told
        yield turn


def _owner(text: Words, bearers: Bearers, source: tuple[int, int], told: Bearer | None) -> Bearer | None:
    """Give the outlet whose sources speak: `Interfax's sources`; of `its sources` it is `told`, who told last."""
    owned = _OWN_SOURCES.match(text.text, *source)
    if owned is None:
        return None
    return bearers.outlet(owned.span("owner")) if owned["owner"] else told


def _speaker(bearers: Bearers, said: Said) -> Bearer | None:
    return bearers.bearer(said.source) if said.named else bearers.of_nouns(said.source)


def _outlet(text: Words, bearers: Bearers, place: tuple[int, int]) -> Bearer | None:
    """Give the outlet that a phrase means: by name, or `state television`."""
    known = bearers.outlet(place)
    owner = text.text.find("'s ", *place)
    if known is None and owner > 0 and text.text[place[0]].isupper():
        known = bearers.outlet((place[0], owner))
    unknown = (
        _UNNAMED_OUTLET.match(text.text, *place)
        or _NAMED_OUTLET.match(text.text, *place)
        or (
            _CARRIED_BY.search(text.text, max(0, place[0] - _CARRIED_CHARS), place[0])
            and text.text[slice(*place)].removeprefix("the ")[:1].isupper()
        )
    )
    return known or (bearers.bearer(place) if unknown or is_publisher(text.text, place) else None)


def _tie_cited(text: Words, turns: list[_Turn]) -> None:
    """Name the relay of who is cited: the one who cites, or who speaks in the same sentence: `quoting port sources`."""
    for number, turn in enumerate(turns):
        if turn.relay or turn.said.stance != "assertion":
            continue
        beside = [*turns[max(0, number - 1) : number], *turns[number + 1 : number + 2]]
        cites = text.text[slice(*turn.said.cue)].lower() in CITING and turn.said.cue[0] < turn.said.source[0]
        for other in beside:
            shared = other.said.cue == turn.said.cue and other.said.source[1] <= turn.said.cue[0] < turn.said.source[0]
            shared = shared and not BY.match(text.text, turn.said.cue[1])
            if shared or (cites and other.said.cue != turn.said.cue and _in_one_sentence(text, turn.said, other.said)):
                turn.relay, turn.tied = other.bearer, True
                break


def _carry_on(text: Words, turns: list[_Turn]) -> None:
    """Give whoever goes on speaking the relay that was found only behind the first words."""
    last: dict[Bearer, _Turn] = {}
    for turn in turns:
        before = last.get(turn.bearer)
        if turn.said.stance != "assertion":
            continue
        if before and before.tied and not turn.relay and not turn.heard and _goes_on(text, before.said, turn.said):
            turn.relay, turn.tied = before.relay, True
        last[turn.bearer] = turn


def _carry_back(text: Words, turns: list[_Turn]) -> None:
    """Give whoever opens the story the relay that the next words name: `A guard said. The guard told X`.

    A person who is named at once may tell several; one without a name, or a body, hardly speaks to two in one breath.
    """
    first: dict[Bearer, _Turn] = {}
    for turn in turns:
        if turn.said.stance != "assertion":
            continue
        before = first.setdefault(turn.bearer, turn)
        unnamed = turn.bearer.kind not in _OPEN and not _tells_name(text, before)
        if before is not turn and not before.relay and not before.heard and turn.relay and unnamed:
            near = _goes_on(text, before.said, turn.said) and text.text.count("\n", 0, before.said.source[0]) == 0
            near = near and not _SEEN.search(text.text, before.said.cue[1], turn.said.cue[0])
            before.relay = turn.relay if near else None
        first[turn.bearer] = turn


def _tells_name(text: Words, turn: _Turn) -> bool:
    """Tell whether a person is named where he speaks."""
    name = turn.bearer.name or ""
    return turn.bearer.kind == "person" and bool(name) and name.split()[-1] in text.text[slice(*turn.said.source)]


def _in_one_sentence(text: Words, one: Said, other: Said) -> bool:
    start = min(one.source[1], one.cue[1], other.source[1], other.cue[1])
    end = max(one.source[0], one.cue[0], other.source[0], other.cue[0])
    return end - start < _SENTENCE_MAX_CHARS and not _SENTENCE_END.search(text.text, start, end)


def _goes_on(text: Words, before: Said, said: Said) -> bool:
    """Tell whether somebody goes on with the same talk: `he added`, `the source said`, or soon after."""
    if text.text[slice(*said.source)].lower().split(" ", 1)[0] in _GOING_ON:
        return True
    start, end = before.cue[1], said.source[0]
    return end - start < _TALK_MAX_CHARS and text.text.count("\n", start, end) <= 1


def _said(text: Words, language: str, marker: Marker | None) -> Iterable[Said]:
    """Find the attributions by the grammar of the language; none where there is no grammar for it."""
    if language == "en":
        if marker is None:
            rules = [_judged(text, said) for said in find_said(text)]
            rules.sort(key=lambda said: (said.cue, said.source))
            return [said for said, _ in with_reporters(text, [(said, 1.0) for said in rules])]
        return [replace(said, sure=sure) for said, sure in link(text, marker.marks(text.text))]
    return find_said_abroad(text, language) if language in LANGUAGES else ()


def _judged(text: Words, said: Said) -> Said:
    """Give an attribution that rules found with the stance that its whole cue tells."""
    stance = said.stance if is_reference(text, said) else stance_of_cue(text, said.cue)
    return said if stance == said.stance else replace(said, stance=stance)


def _filled(said: Said, told: Mapping[tuple[int, int], tuple[int, int]]) -> Said:
    """Give `X, citing Y, said ...` what X says as what Y said."""
    if said.content is None and said.via and said.via in told:
        return replace(said, content=told[said.via])
    return said


def _numbered(bearers: list[Bearer]) -> dict[Bearer, str]:
    """Give ids in the order of the text: `s1`, ... to cited sources, `u1`, ... to all others."""
    ids: dict[Bearer, str] = {}
    counts = {"s": 0, "u": 0}
    for bearer in bearers:
        if bearer not in ids:
            letter = "s" if bearer.cited else "u"
            counts[letter] += 1
            ids[bearer] = f"{letter}{counts[letter]}"
    return ids


def _source(bearer: Bearer, ids: dict[Bearer, str], outlet: OutletTag) -> Source:
    speaker = bearer.speaker
    assert speaker is not None
    return Source(
        id=ids[bearer],
        name=_in_full(bearer, outlet),
        mention=bearer.mention,
        kind=speaker.kind,
        role=bearer.role,
        affiliation=bearer.affiliation,
        country=bearer.country,
        anonymous=speaker.kind == "anonymous",
        cites=[ids[other] for other in bearer.cites if other.cited],
    )


def _in_full(bearer: Bearer, outlet: OutletTag) -> str | None:
    """Give the name; in full that of an outlet that tells the story: `La Gazette` where that is `La Gazette du Var`."""
    if bearer.name is None or bearer.kind not in _MEDIA or bearer.outlet:
        return bearer.name
    short = f"{fold(bearer.name)} "
    tellers = (teller.name for teller in (outlet.origin, outlet.host) if teller)
    return next((name for name in tellers if f"{fold(name)} ".startswith(short)), bearer.name)


def _attribution(text: str, turn: _Turn, said: Said, ids: dict[Bearer, str]) -> Attribution:
    return Attribution(
        source_id=ids[turn.bearer],
        via=ids[turn.relay] if turn.relay else None,
        source=_span(text, said.source),
        cue=_span(text, said.cue),
        content=_span(text, said.content) if said.content else None,
        stance=said.stance,
        confidence=None if said.sure is None else round(said.sure, 3),
    )


def _span(text: str, place: tuple[int, int]) -> Span:
    start, end = place
    return Span(start=start, end=end, text=text[start:end])
