"""Through whom it came: relays named on attributions that were tied from marks.

Two ways tell of a relay: a phrase that the rules of `said` know (`X, citing Y, said`, `Y told X`), and an attribution
inside of what another says (`X reported that Y said`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from services.tag.cited.citable import may_be_cited
from services.tag.cited.contents import SENTENCE_END
from services.tag.cited.cues import ENGLISH
from services.tag.cited.phrases import PRONOUNS, phrase_from
from services.tag.cited.references import HEARD, RESTING, SEEN
from services.tag.cited.said import Said
from services.tag.words import Words, words

RULED_SURE: Final = 0.5
"""How sure an attribution is that only the rules found."""
_REPORTING: Final = words("according reported reports reporting")
_BETWEEN_MAX_WORDS: Final = 5
"""The words between the cue of a relay and whom it relays: `reported on Friday that officials said`."""
_PARTED: Final = re.compile(r"[.!?]['\"\u201d\u2019]?\s|\n|, (?:while|but|and|whereas|although|though) ")
"""What parts a sentence, so that one speaker of it does not report the other."""
_GOES_ON: Final = re.compile(r"[^.,;\n]* that ")
_SAYING: Final = words("said says wrote writes notes noted")
_ROUNDING: Final = words("reports reported writes wrote")
_CLOSES: Final = re.compile(r"(?: (?:on|late|early|in|this|last))?(?: [\w-]+)?[.\n]")
"""What may follow a verb that ends its sentence."""
_END_CHARS: Final = 40
_SENTENCE_CHARS: Final = 400
_REFERRING: Final = HEARD | SEEN | RESTING | words("to on of with attributing")
"""Last words of cues by which the rules find only sources."""
_PLAIN: Final = words("said told announced confirmed says stated warned wrote")
"""Cues that are trusted where only the rules found them."""
_LOOK_BACK: Final = 4
"""How many spans before a place are asked whether they reach it; spans of one kind hardly overlap."""

RELAY_SURE_MIN: Final = 0.5
"""Both attributions are at least this sure where one is taken for the other's relay."""
PLAIN_SURE_MIN: Final = 0.25
Span = tuple[int, int]
Linked = tuple[Said, float]


def with_relays(text: Words, linked: Sequence[Linked], rules: Sequence[Said]) -> list[Linked]:
    """Name the relays of attributions, and add those that the rules know to be relayed and the marks lack.

    `linked` is in the order of cues, and so is what comes back. `rules` is what `find_said` finds.
    """
    ruled = _read(text, linked, rules)
    inside = [*_relayed_inside(text, _sharing(text, linked), ruled.cited)]
    named = [(_told_to(text, ruled.named(said)), sure) for said, sure in inside if not ruled.is_self_cited(said)]
    known = [*named, *((said, RULED_SURE) for said in (*ruled.added, *_own_words(inside, ruled, rules)))]
    return with_reporters(text, known, rules)


def with_reporters(text: Words, linked: Sequence[Linked], rules: Sequence[Said] = ()) -> list[Linked]:
    """Name who reports what others say, at the end of a sentence or before it, in the order of cues."""
    return sorted(_reported(text, linked, rules), key=lambda pair: (pair[0].cue, pair[0].source))


def _own_words(linked: Sequence[Linked], ruled: "_Ruled", rules: Sequence[Said]) -> Iterator[Said]:
    """Yield what a relay says where marks only had the words with which it cites: `X, quoting him, said`."""
    speaking = Spans(said.source for said, _ in linked if not ruled.is_self_cited(said))
    relays = {said.source for said, _ in linked if ruled.is_self_cited(said)}
    for rule in rules:
        if rule.source in relays and rule.via is None and not any(speaking.over(rule.source)):
            yield rule


class Spans:
    """Different spans of one kind, to ask which of them lie over a place."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(set(spans))
        self._starts = [start for start, _ in self._spans]

    def over(self, span: Span) -> Iterator[Span]:
        """Yield the spans that overlap a span."""
        first, last = (bisect_left(self._starts, place) for place in span)
        for known in self._spans[max(0, first - _LOOK_BACK) : last]:
            if _overlap(known, span):
                yield known

    def same(self, span: Span) -> Span:
        """Give the span of this kind that means the same, else the span itself."""
        return next(self.over(span), span)


@dataclass(frozen=True, slots=True)
class _Ruled:
    """What the rules know of relays, said of the spans that were marked."""

    cited: Mapping[Span, Said]
    """Who is cited, by the place of the source."""
    citing: Mapping[Span, Said]
    """Who is cited, by the place of the cue, which may be tied to the relay."""
    told: Mapping[Span, Said]
    """What was told to whom, by the place of the cue."""
    added: Sequence[Said]
    self_cited: frozenset[tuple[Span, Span | None]]
    """Their cues, and who would be cited by himself with them."""

    def is_self_cited(self, said: Said) -> bool:
        """Tell whether the words that cite another were tied to the relay: `Citing Y, X reported`."""
        return (said.cue, said.source) in self.self_cited

    def named(self, said: Said) -> Said:
        """Name the relay and the listener of an attribution. Who is cited says what the relay says."""
        if (rule := self.told.get(said.cue)) and _overlap(rule.source, said.source):
            said = replace(said, listener=rule.listener)
        if rule := self.cited.get(said.source):
            return replace(said, via=rule.via, content=rule.content or said.content, stance=rule.stance)
        rule = self.citing.get(said.cue)
        if rule and said.content and _overlap(said.content, rule.source):
            return replace(said, content=rule.content)
        return said


def _read(text: Words, linked: Sequence[Linked], rules: Iterable[Said]) -> _Ruled:
    """Bring what the rules know of relays to the spans that were marked."""
    sources, cues = Spans(said.source for said, _ in linked), Spans(said.cue for said, _ in linked)
    contents = {said.source: said.content for said, _ in reversed(linked)}
    cited: dict[Span, Said] = {}
    citing: dict[Span, Said] = {}
    told: dict[Span, Said] = {}
    added = []
    for rule in rules:
        cue = cues.same(rule.cue)
        if rule.listener:
            told[cue] = rule
        if rule.via:
            relay = sources.same(rule.via)
            content = next((c for c in (rule.content, contents.get(relay)) if c and not _overlap(c, rule.source)), None)
            here = replace(rule, via=relay, cue=cue, content=content)
            known = [source for source in sources.over(rule.source) if not _overlap(source, relay)]
            cited.update((source, here) for source in known)
            citing[cue] = here
            referred = text.text[slice(*rule.cue)].lower().rpartition(" ")[2] in _REFERRING
            if not known and (referred or may_be_cited(text, rule.source)):
                added.append(replace(here, cue=_as_saying(text, rule, cue)))
    return _Ruled(cited, citing, told, added, frozenset((said.cue, said.via) for said in added))


def _told_to(text: Words, said: Said) -> Said:
    """Name the listener behind a form of `tell`, where no rule did."""
    behind = bisect_left(text.starts, said.cue[1])
    cue = ENGLISH.get(text.lower[behind - 1]) if behind else None
    if said.listener or cue is None or cue.base != "tell" or said.source[0] >= said.cue[1]:
        return said
    phrase = phrase_from(text, behind)
    return replace(said, listener=(text.starts[phrase.first], text.ends[phrase.end - 1])) if phrase else said


def _as_saying(text: Words, rule: Said, cue: Span) -> Span:
    """Give the cue of one who is quoted: `as saying` behind the name, else the cue that quotes."""
    behind = bisect_left(text.starts, rule.source[1])
    if text.lower[behind : behind + 2] == ["as", "saying"]:
        return text.starts[behind], text.ends[behind + 1]
    return cue


def _sharing(text: Words, linked: Sequence[Linked]) -> list[Linked]:
    """Widen what a relay says where it shares its content with whom it relays: to speaker and cue of the inner one."""
    widened = list(linked)
    for number, ((one, _), (other, _)) in enumerate(pairwise(linked)):
        if not (one.content and other.content and _overlap(one.content, other.content)):
            continue
        for outer, inner, place in ((one, other, number), (other, one, number + 1)):
            if _leads_to(text, outer, inner) or (place > number and _rounds_off(text, outer, inner)):
                content = _whole([inner.source, inner.cue, outer.content or inner.cue])
                widened[place] = replace(widened[place][0], content=content), widened[place][1]
    return widened


def _leads_to(text: Words, outer: Said, inner: Said) -> bool:
    """Tell whether a relay stands right before whom it relays: `X reported that Y said`."""
    end = max(outer.source[1], outer.cue[1])
    between = range(bisect_left(text.starts, end), bisect_left(text.starts, min(inner.source[0], inner.cue[0])))
    if [text.lower[number] for number in between[-2:]] == ["that", ","]:
        between = between[:-1]
    if len(between) > _BETWEEN_MAX_WORDS or end > min(inner.source[0], inner.cue[0]):
        return False
    return not between or text.lower[between[-1]] == "that"


def _rounds_off(text: Words, outer: Said, inner: Said) -> bool:
    """Tell whether what the inner speaker says stands between the two: `Y said it was over, X reported`."""
    if outer.content is None or _REPORTING.isdisjoint(text.text[slice(*outer.cue)].lower().split()):
        return False
    start, end = outer.content
    spoken = max(inner.source[1], inner.cue[1])
    if not spoken <= start < end <= min(outer.source[0], outer.cue[0]):
        return False
    return SENTENCE_END.isdisjoint(text.text[spoken:start])


def _reported(text: Words, linked: Sequence[Linked], rules: Sequence[Said]) -> Iterator[Linked]:
    """Name who reports it at the end of a sentence, or leads it with `according to`, as the relay of who says it.

    `..., the army said, according to X`; `The army said ..., X reported`; `According to X, the army said ...`. Who says
    it may be somebody whom only the rules found.
    """
    linked = [*linked, *_unmarked(text, linked, rules)]
    outers = sorted(
        (
            said
            for said, sure in linked
            if said.stance == "assertion" and sure >= PLAIN_SURE_MIN and not said.via and _reports(text, said)
        ),
        key=_ends,
    )
    if not outers:
        yield from linked
        return
    ends = [_ends(said) for said in outers]
    taken = Spans(span for said, _ in linked for span in (said.source, said.cue))

    def framing(inner: Said) -> Said | None:
        own = _ends(inner)
        place = bisect_left(ends, own)
        near = range(max(0, place - _LOOK_BACK), min(len(outers), place + _LOOK_BACK))
        return next((outers[n] for n in near if _frames(text, (outers[n], ends[n]), (inner, own))), None)

    for said, sure in linked:
        outer = framing(said) if not said.via and (_relays(said, sure) or _is_plain(text, said, sure)) else None
        yield (replace(said, via=outer.source) if outer else said), sure
    for rule in rules:
        known = any(True for span in (rule.source, rule.cue) for _ in taken.over(span))
        if known or rule.via or text.text[slice(*rule.cue)].lower() not in _PLAIN:
            continue
        if outer := framing(rule):
            yield replace(rule, via=outer.source), RULED_SURE


def _unmarked(text: Words, linked: Sequence[Linked], rules: Iterable[Said]) -> list[Linked]:
    """Give who reports it at the end of a sentence where only the rules found that: `..., the paper reports.`."""
    closing = [rule for rule in rules if _closes(text, rule)]
    taken = Spans(span for said, _ in linked for span in (said.source, said.cue)) if closing else Spans(())
    free = (rule for rule in closing if not any(True for span in (rule.source, rule.cue) for _ in taken.over(span)))
    return [(rule, RULED_SURE) for rule in free]


def _closes(text: Words, rule: Said) -> bool:
    """Tell whether a plain clause of reporting ends its sentence behind a comma."""
    if rule.via or rule.cue[0] != rule.source[1] + 1 or not text.text.endswith(", ", 0, rule.source[0]):
        return False
    return text.text[slice(*rule.cue)] in _ROUNDING and _CLOSES.match(text.text, rule.cue[1]) is not None


def _is_plain(text: Words, said: Said, sure: float) -> bool:
    """Tell whether a doubtful mark has a verb that is never doubtful: `has told`."""
    return sure >= PLAIN_SURE_MIN and not _PLAIN.isdisjoint(text.text[slice(*said.cue)].lower().split()[-1:])


def _reports(text: Words, said: Said) -> bool:
    """Tell whether a cue is one of reporting, or ends its sentence: `..., the paper said on Monday.`."""
    cue = text.text[slice(*said.cue)]
    if cue.startswith("as "):
        return True
    if cue in _SAYING:
        end = max(said.source[1], said.cue[1])
        return bool(_CLOSES.match(text.text, end, end + _END_CHARS))
    if said.cue[0] < said.source[0] and text.text.startswith("as ", max(0, said.cue[0] - len("as "))):
        return True
    return not _REPORTING.isdisjoint(cue.lower().split())


def _frames(text: Words, outer: tuple[Said, Span], inner: tuple[Said, Span]) -> bool:
    """Tell whether one reports, at the end or the beginning of the sentence, what the other says in it.

    With each comes where its speaker and cue stand.
    """
    (start, end), (first, last) = outer[1], inner[1]
    if text.text[last:start] == " that, ":
        return False
    if last <= start <= last + _SENTENCE_CHARS:
        ends = text.text.endswith((", ", ", as "), last, start) and not _GOES_ON.match(text.text, end, end + _END_CHARS)
        return ends and not _PARTED.search(text.text, last, start)
    if first != end + len(", ") or not text.text.startswith(", ", end):
        return False
    return text.text[slice(*outer[0].cue)] == "According to"


def _ends(said: Said) -> Span:
    return _whole([said.source, said.cue])


def _relayed_inside(text: Words, linked: Sequence[Linked], cited: Container[Span]) -> Iterator[Linked]:
    """Name the speaker of the content that holds another attribution, where both assert something.

    Who is himself `cited` by another relays nobody: what he says is what the other says.
    """
    relaying = (said for said, sure in linked if said.content and said.source not in cited and _relays(said, sure))
    outers = sorted(relaying, key=_content_start)
    starts = [_content_start(said) for said in outers]
    for said, sure in linked:
        last = bisect_right(starts, min(said.source[0], said.cue[0]))
        near = reversed(outers[max(0, last - _LOOK_BACK) : last])
        outer = next((outer for outer in near if _holds(outer, said)), None)
        tells = _relays(said, sure) and not _is_pronoun(text, said.source)
        yield (replace(said, via=outer.source) if outer and tells else said), sure


def _relays(said: Said, sure: float) -> bool:
    """Tell whether an attribution is sure enough, and asserts something, to be relayed or to relay."""
    return said.stance == "assertion" and sure >= RELAY_SURE_MIN


def _holds(outer: Said, inner: Said) -> bool:
    """Tell whether speaker and cue of one attribution lie in the content of another."""
    start, end = outer.content or (0, 0)
    held = all(start <= span[0] and span[1] <= end for span in (inner.source, inner.cue))
    return held and not _overlap(outer.source, inner.source) and not _overlap(outer.cue, inner.cue)


def _is_pronoun(text: Words, span: Span) -> bool:
    """Tell whether a source is only a pronoun: mostly the outer speaker again."""
    return text.text[slice(*span)].lower() in PRONOUNS


def _content_start(said: Said) -> int:
    return said.content[0] if said.content else 0


def _whole(spans: Sequence[Span]) -> Span:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
