"""Who said it, and through whom it came: the cited sources of an article, each attribution, and the chain.

`said` finds the attributions, `speakers` reads each phrase; here phrases become sources: surnames, pronouns and
`the source` are tied to whom they mean. Somebody who only hopes or supports, or a pronoun without a bearer, is no
cited source: the attribution then has an id (`u1`, ...) that is not in the list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from schemas.v1.base import Span
from schemas.v1.tagged import Attribution, OutletTag, Source, SourcesTag
from services.tag.bearers import Bearer, Bearers
from services.tag.chain import trace_chain
from services.tag.outlet import Directory
from services.tag.said import Said, find_said
from services.tag.said_abroad import LANGUAGES, find_said_abroad
from services.tag.story import Story
from services.tag.words import Words

VERSION: Final = "1"
ATTRIBUTIONS_MAX: Final = 1000
"""No article says more; a text made to stall us may."""


def tag_sources(story: Story, directory: Directory, outlet: OutletTag) -> SourcesTag:
    """Find the cited sources of a story. Spans are offsets into its text."""
    text = Words(story.text)
    language = story.language or "en"
    said_in = _said(text, language)
    bearers = Bearers(text, directory, language)
    own = {directory.entry(o.id) for o in (outlet.host, outlet.origin) if o and o.id}
    found: list[tuple[Said, Bearer, Bearer | None]] = []
    for said in islice(said_in, ATTRIBUTIONS_MAX):
        relay = bearers.bearer(said.via) if said.via else None
        bearer = bearers.bearer(said.source) if said.named else bearers.of_nouns(said.source)
        if bearer is None:
            continue
        if said.listener and (listener := bearers.outlet(said.listener)) and listener.outlet not in own:
            relay = listener
        if relay is bearer:
            relay = None
        cue = text.text[slice(*said.cue)]
        bearer.cited = bearer.cited or (said.stance == "assertion" and bearer.can_speak(cue))
        if relay and relay.can_speak(cue):
            relay.cited = True
            relay.cite(bearer)
        found.append((said, bearer, relay))
    ids = _numbered([bearer for _, source, relay in found for bearer in (relay, source) if bearer])
    sources = [_source(bearer, ids) for bearer in ids if bearer.cited]
    told = {said.source: said.content for said, _, _ in found if said.content}
    attributions = [_attribution(story.text, _filled(said, told), bearer, relay, ids) for said, bearer, relay in found]
    return SourcesTag(
        sources=sources,
        attributions=attributions,
        chain=trace_chain(story, outlet, sources, attributions, {ids[b]: e.id for b in ids if (e := b.outlet)}),
    )


def _said(text: Words, language: str) -> Iterable[Said]:
    """Find the attributions by the grammar of the language; none where there is no grammar for it."""
    if language == "en":
        return find_said(text)
    return find_said_abroad(text, language) if language in LANGUAGES else ()


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


def _source(bearer: Bearer, ids: dict[Bearer, str]) -> Source:
    speaker = bearer.speaker
    assert speaker is not None
    return Source(
        id=ids[bearer],
        name=bearer.name,
        mention=bearer.mention,
        kind=speaker.kind,
        role=bearer.role,
        affiliation=bearer.affiliation,
        country=bearer.country,
        anonymous=speaker.kind == "anonymous",
        cites=[ids[other] for other in bearer.cites if other.cited],
    )


def _attribution(text: str, said: Said, bearer: Bearer, relay: Bearer | None, ids: dict[Bearer, str]) -> Attribution:
    return Attribution(
        source_id=ids[bearer],
        via=ids[relay] if relay else None,
        source=_span(text, said.source),
        cue=_span(text, said.cue),
        content=_span(text, said.content) if said.content else None,
        stance=said.stance,
    )


def _span(text: str, place: tuple[int, int]) -> Span:
    start, end = place
    return Span(start=start, end=end, text=text[start:end])
