"""Who is meant: each phrase that speaks is tied to the person, outlet, document or unnamed source behind it."""

import re
from bisect import bisect_left
from dataclasses import replace
from typing import Final

from services.tag.bearer import Bearer
from services.tag.contents import SENTENCE_END
from services.tag.folding import fold
from services.tag.introductions import is_fresh, named_body, named_firm, paper
from services.tag.naming import Naming, bare, initials_of, same_body, same_person, same_surname
from services.tag.nations import country_of
from services.tag.nouns import COMMON_FOLK, GENERAL, SOURCES, kind_of
from services.tag.outlet import Directory
from services.tag.phrases import NO_NAMES, phrase_from
from services.tag.salience import (
    MANY,
    ONE_PERSON,
    THING,
    meant_by_description,
    meant_by_kind,
    meant_by_noun,
    meant_by_pronoun,
)
from services.tag.speakers import Speaker, read_speaker
from services.tag.speakers_abroad import pronoun_number, read_common
from services.tag.subjects import noun_before
from services.tag.vocabulary import COMMERCIAL
from services.tag.voices import SURNAMES
from services.tag.words import Words, words

_KEEPS_NAME: Final = re.compile(
    r"(?:,? who\b|,? which\b| (?:said|says|told)\b)[^.\n]{0,120}?\b(?:anonym\w+|name be withheld|be identified"
    r"|(?:not|declined|refused)\b[^.\n]{0,25}\b(?:named|identified|authori[sz]ed|cleared|permitted))\b"
)
_REACH_CHARS: Final = 200
_NEAR_CHARS: Final = 350
_LOOSE: Final = words("official officer man woman person boy girl year-old victim suspect driver guard")
"""So many are told by these nouns that a name behind them may be of another."""
_ONE_OF: Final = re.compile(r"(?:one|some|several|another|both|two|most|many|all) of (?:them|these|those)$")
_ONE_OF_NOUN: Final = re.compile(r"(?i:one|two|some|several|another|both) of (?P<many>(?:the|those|these) [\w -]+)\Z")
_BODIES: Final = frozenset({"organisation", "official_body", "outlet", "news_agency"})
_MEDIA: Final = frozenset({"outlet", "news_agency", "social_media"})
_SHORT_OUTLET: Final = re.compile(r"[A-Z][A-Z0-9]{1,4}\Z")
_NO_OUTLETS: Final = words("EU UN NATO IMF WHO FIFA UEFA IOC OPEC CIA FBI NSA IAEA FAO ILO WTO MPs AU ECB OSCE NGOs")
"""Not every short name that is told something is an outlet's."""
_ADDED: Final = words("former ex retired local veteran visiting acting")
_SMALL: Final = words("of the a an and in at for to own new old then now more top main key")
_RELATIVE_CHARS: Final = 40
_STOP: Final = re.compile(r"[.!?\n]")
NAMESAKES_MAX: Final = 50
"""So many bearers with a word in common are told apart; a text made to stall us has more."""
NAME_MAX_WORDS: Final = 12
_AHEAD: Final = 3
"""So many speakers after it, a description at the start of a story may get its name."""


class Bearers:
    """The speakers of one text, in the order in which they are spoken of."""

    def __init__(self, text: Words, directory: Directory, language: str = "en") -> None:
        self._text = text
        self._language = language
        self._directory = directory
        self._known: list[Bearer] = []
        self._first: list[Bearer] = []
        self._at: dict[tuple[int, int], Bearer] = {}
        self._by_key: dict[str, list[Bearer]] = {}
        self._turn: dict[Bearer, int] = {}
        self._turns = 0
        self._place: dict[Bearer, int] = {}
        self._here = 0
        self._naming = Naming(text)

    def of_nouns(self, place: tuple[int, int]) -> Bearer | None:
        """Give the speaker that a phrase of another language than English means; null where it cannot speak."""
        behind = self._text.text[place[1] : place[1] + _REACH_CHARS].partition(".")[0]
        phrase = self._text.text[slice(*place)]
        if number := pronoun_number(phrase, self._language):
            return self._last_person(number) or Bearer(None, phrase)
        speaker = read_common(phrase, self._language, behind, self._directory)
        if speaker is None:
            return None
        bearer = self._same(speaker)
        if bearer is None:
            return self._spoke(self._new(speaker))
        bearer.learn(speaker)
        return self._spoke(bearer)

    def relay(self, place: tuple[int, int]) -> Bearer | None:
        """Give the speaker that relays another, in any language."""
        return self.bearer(place) if self._language == "en" else self.of_nouns(place)

    def _last_person(self, number: str) -> Bearer | None:
        """Find who spoke last and may be meant by a pronoun for `one`, `many` or `any` people."""
        kinds = {"one": {"person", "anonymous"}, "many": {"group"}, "any": {"person", "anonymous", "group"}}[number]
        return next((known for known in reversed(self._known) if known.speaker and known.kind in kinds), None)

    def bearer(self, place: tuple[int, int]) -> Bearer:
        """Give the speaker that a stretch of the text means; a new one where it means nobody named before."""
        if place in self._at:
            return self._spoke(self._at[place])
        bearer = self._found(place)
        self._at[place] = bearer
        return self._spoke(bearer)

    def outlet(self, place: tuple[int, int]) -> Bearer | None:
        """Give the agency or outlet that a stretch of the text means, if it means one."""
        phrase = self._text.text[slice(*place)]
        speaker = self._read(phrase, place)
        if speaker.kind in _MEDIA and speaker.name:
            return self.bearer(place)
        if _SHORT_OUTLET.match(phrase) and speaker.kind == "organisation" and phrase not in _NO_OUTLETS:
            if self._same(speaker) is None:
                self._at[place] = self._new(replace(speaker, kind="outlet"))
        known = self._pointed(speaker) if speaker.definite else self._same(speaker) if speaker.name else None
        return self._spoke(known) if known and known.kind in _MEDIA else None

    def settle(self) -> None:
        """Tie `the company` at the start of a story to the company whose name comes later."""
        for number, bearer in enumerate(self._first):
            speaker = bearer.speaker
            pointing = speaker is not None and (speaker.definite or speaker.owner is not None)
            if speaker and bearer.name is None and pointing and bearer.kind in {"organisation", "official_body"}:
                self._look_ahead(bearer, speaker, self._first[number + 1 : number + 1 + _AHEAD])

    def _look_ahead(self, bearer: Bearer, speaker: Speaker, later: list[Bearer]) -> None:
        for other in later:
            named = other.kind == bearer.kind or (bearer.kind == "organisation" and other.guessed)
            if named and other.name and other.speaker and _may_be_called(other, speaker):
                bearer.become(replace(other.speaker, kind=bearer.kind), other.name)
                other.become(bearer.speaker or speaker, other.name)
                other.merged = bearer
                return
            if other.kind == "person" and other.affiliation and other.affiliation[:1].isupper():
                if read_speaker(other.affiliation, self._directory).kind in {bearer.kind, "person"}:
                    bearer.become(speaker, other.affiliation)
                return

    def _found(self, place: tuple[int, int]) -> Bearer:
        self._here = place[0]
        phrase = self._text.text[slice(*place)]
        low = phrase.lower()
        if low in ONE_PERSON or low in MANY or low in THING:
            return self._of_pronoun(low, phrase, place[0])
        if _ONE_OF.match(low) and (several := meant_by_pronoun("they", self._known)):
            return several
        if (one_of := _ONE_OF_NOUN.match(phrase)) and (several := self._several(one_of["many"])):
            return several
        speaker = self._read(phrase, place)
        if speaker.name is None and speaker.definite:
            return self._described(speaker, place[0])
        bearer = self._shortened(speaker, phrase) or self._same(speaker)
        if bearer is None and speaker.name:
            speaker = self._completed(speaker, place[0])
            bearer = self._same(speaker) or self._told_before(speaker, place[0])
        if bearer is None:
            return self._new(self._owned(speaker))
        bearer.learn(speaker)
        self._index(bearer, speaker)
        return bearer

    def _several(self, phrase: str) -> Bearer | None:
        """Find several people by their noun, for `one of the traders`."""
        many = read_speaker(phrase, self._directory)
        return meant_by_noun(many, self._known) if many.plural else None

    def _shortened(self, speaker: Speaker, phrase: str) -> Bearer | None:
        """Find a person by the initials of the office: `the DC`."""
        if not (speaker.name and speaker.name.isupper() and phrase.startswith(("the ", "The "))):
            return None
        people = (bearer for bearer in reversed(self._known) if bearer.kind == "person" and bearer.role)
        return next((b for b in people if initials_of(b.role or "") == speaker.name.lower()), None)

    def _told_before(self, speaker: Speaker, place: int) -> Bearer | None:
        """Give a name without a role to whom the text told only by role right before: `his lawyer said`."""
        last = next((bearer for bearer in reversed(self._first) if bearer.kind not in _MEDIA), None)
        if last is None or last.speaker is None or speaker.kind != "person" or speaker.role or not speaker.name:
            return None
        role = last.speaker
        unique = (role.definite or role.owner) and role.head not in COMMON_FOLK | SOURCES and role.head not in _LOOSE
        if last.kind != "anonymous" or last.plural or not unique or " " not in speaker.name:
            return None
        if place - self._place[last] > _NEAR_CHARS:
            return None
        last.become(replace(speaker, head=role.head), speaker.name)
        return last

    def _new(self, speaker: Speaker) -> Bearer:
        bearer = Bearer(speaker, speaker.words)
        self._first.append(bearer)
        self._place[bearer] = self._here
        self._index(bearer, speaker)
        return bearer

    def _index(self, bearer: Bearer, speaker: Speaker) -> None:
        """Note by what words a bearer may be found again."""
        for key in _keys(speaker):
            known = self._by_key.setdefault(key, [])
            if bearer not in known and len(known) < NAMESAKES_MAX:
                known.append(bearer)

    def _spoke(self, bearer: Bearer) -> Bearer:
        """Put a speaker last, where the next pronoun looks first."""
        if not self._known or self._known[-1] is not bearer:
            if bearer in self._known:
                self._known.remove(bearer)
            self._known.append(bearer)
        self._turns += 1
        self._turn[bearer] = self._turns
        return bearer

    def _read(self, phrase: str, place: tuple[int, int]) -> Speaker:
        """Read a phrase with its surroundings: a plural that opens a sentence, a source that keeps its name back."""
        first, blank, rest = phrase.partition(" ")
        before = self._text.text[max(0, place[0] - 4) : place[0]].rstrip(' "')
        opens = not place[0] or before.endswith((".", "!", "?", "\n")) or not before
        low = first.lower()
        common = opens and not rest[:1].isupper() and low not in SURNAMES and kind_of(low) is not None
        common = common and self._directory.named(first) is None
        speaker = read_speaker(f"{low}{blank}{rest}" if common else phrase, self._directory)
        if common and speaker.name is None:
            speaker = replace(speaker, words=speaker.words[:1].upper() + speaker.words[1:])
        unnamed = speaker.name is None and speaker.kind in {"person", "group"}
        if unnamed and _KEEPS_NAME.match(self._text.text, place[1], place[1] + _REACH_CHARS):
            speaker = replace(speaker, kind="anonymous")
        return speaker

    def _of_pronoun(self, low: str, phrase: str, place: int) -> Bearer:
        number = bisect_left(self._text.starts, place)
        if low in {"who", "which"}:
            if (spoken := self._speaking_before(place)) is not None:
                return spoken
            if noun := noun_before(self._text, number):
                return self.bearer((self._text.starts[noun.first], self._text.ends[noun.end - 1]))
        if bearer := meant_by_pronoun(low, self._known):
            return bearer
        if low == "it" and (body := self._opening_body(number)):
            return self.bearer(body)
        return Bearer(None, phrase)

    def _speaking_before(self, place: int) -> Bearer | None:
        """Find who stands right before a relative pronoun, words of speech aside: `the envoy added, who`."""
        for start, end in reversed(self._at):
            if end <= place and place - end < _RELATIVE_CHARS and not _STOP.search(self._text.text, end, place):
                return self._at[start, end]
            if end < place - _REACH_CHARS:
                return None
        return None

    def _opening_body(self, number: int) -> tuple[int, int] | None:
        """Find the named body that a sentence opens with, which `it` means at its end."""
        start = number
        while start and self._text.spelled[start - 1] not in SENTENCE_END:
            start -= 1
        phrase = phrase_from(self._text, start)
        if phrase is None or phrase.end >= number or not self._text.spelled[phrase.end - 1][:1].isupper():
            return None
        span = self._text.starts[phrase.first], self._text.ends[phrase.end - 1]
        found = read_speaker(self._text.text[slice(*span)], self._directory)
        lone = found.kind == "person" and found.guessed and " " not in (found.name or " ")
        return span if found.kind in _BODIES or lone else None

    def _pointed(self, speaker: Speaker) -> Bearer | None:
        return self._pointing(speaker, meant_by_description(speaker, self._known))

    def _pointing(self, speaker: Speaker, bearer: Bearer | None) -> Bearer | None:
        """Note what a description adds to whom it means."""
        if bearer:
            bearer.heads.add(speaker.head)
            bearer.gender = bearer.gender or speaker.gender
            if speaker.owner is None:
                bearer.affiliation = bearer.affiliation or speaker.affiliation
        return bearer

    def _described(self, speaker: Speaker, place: int) -> Bearer:
        """Find whom a definite phrase means: by its noun, by what the text named before, by kind; else it is new."""
        own = [word for word in speaker.words.split()[:-1] if word.islower() and word not in _ADDED | _SMALL]
        fresh = all(is_fresh(self._text.text, word, place) for word in (speaker.head, *own))
        bearer = (
            meant_by_noun(speaker, self._known)
            or self._introduced(speaker, place)
            or meant_by_kind(speaker, self._known, fresh=fresh)
            or self._unheard(speaker, place)
        )
        return self._pointing(speaker, bearer) or self._new(speaker)

    def _introduced(self, speaker: Speaker, place: int) -> Bearer | None:
        """Find somebody who did not speak yet: `Minister Ana Ferraz`, for `the minister`; a chamber, for its noun."""
        if speaker.kind in {"person", "anonymous"}:
            plain = " " not in speaker.words or not _ADDED.isdisjoint(speaker.words.lower().split())
            known = self._naming.titled(speaker.head, place) if plain and not speaker.owner else None
            found = read_speaker(known, self._directory) if known else None
            return self._called(found) if found and found.kind == "person" and found.name else None
        if speaker.plural or speaker.owner:
            return None
        if speaker.kind == "document":
            words_of = paper(self._text.text, speaker.head, place)
            return self._new(replace(speaker, words=words_of)) if words_of else None
        if speaker.kind in {"official_body", "organisation"}:
            name = named_body(self._text.text, speaker.head, place)
            return self._body_called(speaker, name) if name else None
        return None

    def _unheard(self, speaker: Speaker, place: int) -> Bearer | None:
        """Find the firm that the sentence opens with, or that was named last, for `the lender`."""
        if speaker.kind != "organisation" or speaker.head not in COMMERCIAL or speaker.owner:
            return None
        opening = self._opening_body(bisect_left(self._text.starts, place))
        if opening:
            return self._body_called(speaker, self._text.text[slice(*opening)])
        name = self._firm_before(place) or named_firm(self._text.text, place)
        return self._body_called(speaker, name) if name else None

    def _firm_before(self, place: int) -> str | None:
        """Give the last name of a firm before a place."""
        for name in self._naming.before(place):
            found = read_speaker(name, self._directory)
            if found.kind == "organisation" and found.name:
                return found.name
        return None

    def _body_called(self, speaker: Speaker, name: str) -> Bearer:
        found = read_speaker(name, self._directory)
        if found.kind not in _BODIES or found.name is None:
            found = replace(found, kind=speaker.kind, name=name, role=None, guessed=False)
        return self._called(replace(found, head=found.head or speaker.head, definite=False))

    def _called(self, found: Speaker) -> Bearer:
        return self._same(found) or self._new(found)

    def _owned(self, speaker: Speaker) -> Speaker:
        """Say whose somebody is: `its chairwoman`, `the ministry's director`, `a spokeswoman`."""
        owner = (speaker.owner or "").removeprefix("the ")
        if speaker.kind not in {"person", "anonymous"} or (speaker.name is None and owner not in {"its", "their"}):
            return speaker
        body: Bearer | None = None
        if owner in {"its", "their"}:
            body = meant_by_pronoun("it", self._known)
        elif owner and owner.islower():
            body = meant_by_description(read_speaker(f"the {owner}", self._directory), self._known)
        return replace(speaker, affiliation=body.name or body.mention) if body else speaker

    def _completed(self, speaker: Speaker, start: int) -> Speaker:
        """Complete a surname by the full name that the text gives first, an abbreviation by what it stands for."""
        assert speaker.name is not None
        if " " in speaker.name or speaker.outlet:
            return speaker
        if speaker.kind in _BODIES and (long := self._naming.spelled_out(speaker.name)):
            return replace(read_speaker(long, self._directory), definite=False)
        long = self._naming.full(speaker.name, start) if speaker.kind == "person" else None
        if long is None:
            return speaker
        names = long.split()
        heads = [number for number, name in enumerate(names) if name.lower() in NO_NAMES]
        full = read_speaker(" ".join(names[heads[-1] + 1 if heads else 0 :]), self._directory)
        if full.kind != "person" or not full.name or " " not in full.name or not same_surname(full.name, speaker.name):
            return speaker
        role = speaker.role or full.role
        return replace(speaker, name=full.name, role=role, country=speaker.country or full.country)

    def _same(self, speaker: Speaker) -> Bearer | None:
        """Find somebody known by name, a surname before a first name; or by the same words."""
        near = {bearer for key in _keys(speaker) for bearer in self._by_key.get(key, ()) if bearer in self._turn}
        ranked = sorted(near, key=self._turn.__getitem__, reverse=True)
        fits = (bearer for bearer in ranked if bearer.speaker and _is_same(speaker, bearer, bearer.speaker))
        first = next(fits, None)
        name = speaker.name
        if first is None or name is None or speaker.kind != "person" or same_surname(first.name or "", name):
            return first
        return next((bearer for bearer in fits if bearer.name and same_surname(bearer.name, name)), first)


def _may_be_called(other: Bearer, speaker: Speaker) -> bool:
    """Tell whether a body named later may be the one of a description: any firm `the company`, a ministry `the ministry`."""
    if speaker.head in fold(f"{other.name} {other.mention} {other.head}").split():
        return True
    if speaker.owner in {"its", "their", "his", "her"} or speaker.words != speaker.words.lower():
        return False
    return speaker.head in (GENERAL[speaker.kind] if speaker.kind in GENERAL else ())


def _keys(speaker: Speaker) -> set[str]:
    """Give the words that two mentions of one bearer share: of the name, its initials, the outlet; else the phrase."""
    if speaker.name is None:
        return {fold(speaker.words)}
    tokens = fold(speaker.name).removeprefix("the ").split()
    keys = {bare(token) for token in tokens[:NAME_MAX_WORDS]} | {initials_of(speaker.name)}
    return keys | {speaker.outlet.id} if speaker.outlet else keys


def _is_same(speaker: Speaker, bearer: Bearer, known: Speaker) -> bool:
    """Tell whether a phrase speaks of somebody known: by outlet, by name, or in the same words."""
    if speaker.outlet and known.outlet:
        return speaker.outlet.id == known.outlet.id
    if speaker.name and bearer.name:
        if {speaker.kind, known.kind} == {"person"}:
            return same_person(speaker.name, bearer.name)
        if "person" in {speaker.kind, known.kind}:
            return (speaker.guessed or known.guessed) and fold(speaker.name) == fold(bearer.name)
        return country_of(speaker.name) is country_of(bearer.name) and same_body(speaker.name, bearer.name)
    if speaker.definite and speaker.name is None:
        return False
    return speaker.name is None and bearer.name is None and fold(speaker.words) == fold(bearer.mention)
