"""Who is meant: each phrase that speaks is tied to the person, outlet, document or unnamed source behind it."""

import re
from bisect import bisect_left
from dataclasses import replace
from typing import Final

from services.tag.contents import SENTENCE_END
from services.tag.folding import fold
from services.tag.outlet import Directory, Entry
from services.tag.phrases import NO_NAMES, noun_before, phrase_from
from services.tag.speakers import Speaker, read_speaker
from services.tag.speakers_abroad import read_common
from services.tag.voices import SURNAMES, can_say, is_agent
from services.tag.words import Words, words

_ONE_PERSON: Final = words("he she i him her me who his my")
_MANY: Final = words("they we them us their our you")
_THING: Final = words("it its which")
_NAME_PREFIX: Final = re.compile(r"^(?:al|el|ad|as|at|an|ar|az)-")
_FULL_NAME_WORDS: Final = 3
_SAME_KIND: Final = frozenset({"official_body", "organisation", "group"})


_OUTLET_HEADS: Final = words("agency newspaper outlet channel broadcaster magazine website network paper")
_KEEPS_NAME: Final = re.compile(
    r"(?:,? who\b|,? which\b| (?:said|says|told)\b)[^.\n]{0,120}?\b(?:anonym\w+|name be withheld|be identified"
    r"|(?:not|declined|refused)\b[^.\n]{0,25}\b(?:named|identified|authori[sz]ed))\b"
)
_REACH_CHARS: Final = 200


class Bearer:
    """One speaker of an article, and what all its mentions tell together."""

    def __init__(self, speaker: Speaker | None, words_of: str) -> None:
        self.speaker = speaker
        self.mention = words_of
        self.cited = False
        self.cites: list[Bearer] = []
        self.name = speaker.name if speaker else None
        self.role = speaker.role if speaker else None
        self.affiliation = speaker.affiliation if speaker else None
        self.country = speaker.country if speaker else None

    @property
    def outlet(self) -> Entry | None:
        """The outlet of the directory that this is, if any."""
        return self.speaker.outlet if self.speaker else None

    def can_speak(self, cue: str) -> bool:
        """Tell whether this may be a source: no pronoun that nobody bears, no `turmoil`."""
        if self.speaker is None:
            return False
        if self.speaker.kind != "group" or self.speaker.abroad:
            return True
        return can_say(self.speaker.head.lower(), cue, definite=self.speaker.definite)

    def learn(self, speaker: Speaker) -> None:
        """Take in what another mention tells."""
        if len(speaker.words) > len(self.mention) and speaker.kind == (self.speaker.kind if self.speaker else ""):
            self.mention = speaker.words
        if speaker.name and self.name and len(speaker.name) > len(self.name) and speaker.kind == "person":
            self.name = speaker.name
        self.role = self.role or speaker.role
        self.affiliation = self.affiliation or speaker.affiliation
        self.country = self.country or speaker.country

    def cite(self, other: "Bearer") -> None:
        """Note that this speaker relies on another."""
        if other is not self and other not in self.cites:
            self.cites.append(other)


class Bearers:
    """The speakers of one text, in the order in which they speak."""

    def __init__(self, text: Words, directory: Directory, language: str = "en") -> None:
        self._text = text
        self._language = language
        self._directory = directory
        self._known: list[Bearer] = []

    def of_nouns(self, place: tuple[int, int]) -> Bearer | None:
        """Give the speaker that a noun phrase of another language than English means; null where it cannot speak."""
        behind = self._text.text[place[1] : place[1] + _REACH_CHARS].partition(".")[0]
        phrase = self._text.text[slice(*place)]
        speaker = read_common(phrase, self._language, behind)
        if speaker is None:
            return self.bearer(place) if self._directory.named(phrase) else None
        return self._spoke(self._same(speaker) or Bearer(speaker, speaker.words))

    def bearer(self, place: tuple[int, int]) -> Bearer:
        """Give the speaker that a stretch of the text means; a new one where it means nobody named before."""
        phrase = self._text.text[place[0] : place[1]]
        low = phrase.lower()
        if low in _ONE_PERSON or low in _MANY or low in _THING:
            return self._of_pronoun(low, phrase, place[0])
        speaker = self._read(phrase, place)
        bearer = self._same(speaker)
        if bearer is None:
            speaker = self._completed(speaker, place[0])
            bearer = self._same(speaker)
        if bearer is None:
            return self._spoke(Bearer(speaker, speaker.words))
        bearer.learn(speaker)
        return self._spoke(bearer)

    def _read(self, phrase: str, place: tuple[int, int]) -> Speaker:
        """Read a phrase with its surroundings: a plural that opens a sentence, a source that keeps its name back."""
        first, blank, rest = phrase.partition(" ")
        opens = (
            self._text.text[max(0, place[0] - 4) : place[0]].rstrip(' "').endswith((".", "!", "?", "\n"))
            or not place[0]
        )
        plural = first.endswith(("s", "men")) and first.lower() not in SURNAMES and is_agent(first.lower())
        common = opens and plural and not rest[:1].isupper()
        speaker = read_speaker(f"{first.lower()}{blank}{rest}" if common else phrase, self._directory)
        if common:
            speaker = replace(speaker, words=phrase)
        unnamed = speaker.name is None and speaker.kind in {"person", "group"}
        if unnamed and _KEEPS_NAME.match(self._text.text, place[1], place[1] + _REACH_CHARS):
            speaker = replace(speaker, kind="anonymous")
        return speaker

    def outlet(self, place: tuple[int, int]) -> Bearer | None:
        """Give the outlet that a stretch of the text names, if it names one of the directory."""
        phrase = self._text.text[place[0] : place[1]]
        return self.bearer(place) if read_speaker(phrase, self._directory).outlet else None

    def _spoke(self, bearer: Bearer) -> Bearer:
        """Put a speaker last, where the next pronoun looks first."""
        if bearer in self._known:
            self._known.remove(bearer)
        self._known.append(bearer)
        return bearer

    def _of_pronoun(self, low: str, phrase: str, place: int) -> Bearer:
        number = bisect_left(self._text.starts, place)
        if low in {"who", "which"} and (noun := noun_before(self._text, number)):
            return self.bearer((self._text.starts[noun.first], self._text.ends[noun.end - 1]))
        for bearer in reversed(self._known):
            kind = bearer.speaker.kind if bearer.speaker else ""
            if (kind in {"person", "anonymous"}, kind == "group") == (low in _ONE_PERSON, low in _MANY):
                return bearer
        if low == "it" and (body := self._opening_body(number)):
            return self.bearer(body)
        return Bearer(None, phrase)

    def _opening_body(self, number: int) -> tuple[int, int] | None:
        """Find the named body that a sentence opens with, which `it` means at its end."""
        start = number
        while start and self._text.spelled[start - 1] not in SENTENCE_END:
            start -= 1
        phrase = phrase_from(self._text, start)
        if phrase is None or phrase.end >= number or not self._text.spelled[phrase.end - 1][:1].isupper():
            return None
        span = self._text.starts[phrase.first], self._text.ends[phrase.end - 1]
        kind = read_speaker(self._text.text[slice(*span)], self._directory).kind
        return span if kind in {"organisation", "official_body", "outlet", "news_agency"} else None

    def _completed(self, speaker: Speaker, start: int) -> Speaker:
        """Complete a surname by the full name that the text gives first: `Raeisi` -> `Ebrahim Raeisi`."""
        if speaker.kind != "person" or not speaker.name or " " in speaker.name:
            return speaker
        before = re.compile(rf"((?:[A-Z][\w.'-]+ ){{1,{_FULL_NAME_WORDS}}})(?:al-|el-)?{re.escape(speaker.name)}\b")
        match = before.search(self._text.text, 0, start)
        if match is None:
            return speaker
        names = match.group().split()
        heads = [number for number, name in enumerate(names) if name.lower() in NO_NAMES]
        full = read_speaker(" ".join(names[heads[-1] + 1 if heads else 0 :]), self._directory)
        if full.kind != "person" or not full.name or " " not in full.name:
            return speaker
        role = speaker.role or full.role
        return replace(speaker, name=full.name, role=role, country=speaker.country or full.country)

    def _same(self, speaker: Speaker) -> Bearer | None:
        for bearer in reversed(self._known):
            if bearer.speaker and _is_same(speaker, bearer, bearer.speaker):
                return bearer
        return None


def _is_same(speaker: Speaker, bearer: Bearer, known: Speaker) -> bool:
    """Tell whether a phrase speaks of somebody known: by outlet, by name, or as `the source` does."""
    if speaker.outlet and known.outlet:
        return speaker.outlet.id == known.outlet.id
    if speaker.name and bearer.name:
        if "person" in {speaker.kind, known.kind}:
            return speaker.kind == known.kind and _same_name(speaker.name, bearer.name)
        return fold(speaker.name) == fold(bearer.name)
    if speaker.definite and speaker.name is None:
        return _points_back(speaker, bearer, known)
    return speaker.name is None and bearer.name is None and fold(speaker.words) == fold(bearer.mention)


def _points_back(speaker: Speaker, bearer: Bearer, known: Speaker) -> bool:
    """Tell whether `the source`, `the spokesman` or `the agency` is this one."""
    if known.outlet:
        return speaker.head in _OUTLET_HEADS
    if speaker.kind == "person" and known.kind == "anonymous":
        return speaker.head == known.head
    if speaker.kind == "person":
        return speaker.head in (bearer.role or "").lower().split()
    same_kind = speaker.kind == known.kind or (speaker.kind in _SAME_KIND and known.kind in _SAME_KIND)
    return same_kind and speaker.head == known.head


def _same_name(first: str, second: str) -> bool:
    """Tell whether two names are of one person: equal, or one the surname of the other."""
    a, b = fold(first).split(), fold(second).split()
    if _bare(a[-1]) != _bare(b[-1]):
        return False
    if len(a) == 1 or len(b) == 1 or a[0] == b[0]:
        return True
    return a[0][0] == b[0][0] and "." in a[0] + b[0]


def _bare(surname: str) -> str:
    return _NAME_PREFIX.sub("", surname)
