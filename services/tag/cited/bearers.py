"""Who is meant: each phrase that speaks is tied to the person, outlet, document or unnamed source behind it."""

import re
from bisect import bisect_left
from dataclasses import replace
from typing import Final

from services.tag.cited.bearer import Bearer
from services.tag.cited.likeness import is_firm, is_owned, is_same, keys, may_be_called
from services.tag.cited.naming import Naming, initials_of, same_surname
from services.tag.cited.nouns import COMMON_FOLK, GENERAL, SOURCES, kind_of
from services.tag.cited.phrases import NO_NAMES
from services.tag.cited.pointing import Pointing
from services.tag.cited.salience import (
    MANY,
    ONE_PERSON,
    THING,
    meant_by_description,
    meant_by_kind,
    meant_by_noun,
    meant_by_pronoun,
)
from services.tag.cited.speakers import Speaker, read_speaker
from services.tag.cited.speakers_abroad import pronoun_number, read_common
from services.tag.cited.subjects import noun_before
from services.tag.cited.vocabulary import FIRM_OR_PERSON
from services.tag.cited.voices import SURNAMES
from services.tag.outlet import Directory
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
_CAPITALS: Final = re.compile(r"(?:the )?[A-Z][\w.'&-]*\w(?: (?:[A-Z0-9](?:[\w.'&-]*\w)?|of|the|de|y|and)\b)*")
_SHORT_OUTLET: Final = re.compile(r"[A-Z][A-Z0-9]{1,4}\Z")
_NO_OUTLETS: Final = words("EU UN NATO IMF WHO FIFA UEFA IOC OPEC CIA FBI NSA IAEA FAO ILO WTO MPs AU ECB OSCE NGOs")
"""Not every short name that is told something is an outlet's."""
_RELATIVE_CHARS: Final = 40
_STOP: Final = re.compile(r"[.!?\n]")
NAMESAKES_MAX: Final = 50
"""So many bearers with a word in common are told apart; a text made to stall us has more."""
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
        self._pointing_at = Pointing(text, directory, self._naming)
        self._said_at: dict[Bearer, int] = {}

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
        self._said_at[bearer] = place[1]
        return self._spoke(bearer)

    def outlet(self, place: tuple[int, int]) -> Bearer | None:
        """Give the agency or outlet that a stretch of the text means, if it means one."""
        phrase = self._text.text[slice(*place)]
        speaker = self._read(phrase, place)
        if speaker.kind not in _MEDIA and (capitals := _CAPITALS.match(phrase)):
            phrase = capitals.group()
            place = place[0], place[0] + len(phrase)
            speaker = self._read(phrase, place)
        if speaker.kind in _MEDIA and speaker.name:
            return self.bearer(place)
        if _SHORT_OUTLET.match(phrase) and speaker.kind == "organisation" and phrase not in _NO_OUTLETS:
            return self._spoke(self._same(speaker) or self._new(replace(speaker, kind="outlet")))
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
            named = named and other.merged is None
            if named and other.name and other.speaker and may_be_called(other, speaker):
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
        if speaker.name is None and (speaker.definite or is_owned(speaker)):
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
        return next((b for b in people if initials_of(b.role or "").endswith(speaker.name.lower())), None)

    def _told_before(self, speaker: Speaker, place: int) -> Bearer | None:
        """Give a name without a role to whom the text told only by role right before: `his lawyer said`."""
        last = next((bearer for bearer in reversed(self._first) if bearer.kind not in _MEDIA), None)
        if last is None or last.speaker is None or speaker.role or not speaker.name:
            return None
        role = last.speaker
        firm = speaker.kind == "organisation" and role.head in FIRM_OR_PERSON
        if speaker.kind != "person" and not firm:
            return None
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
        for key in keys(speaker):
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
        if low == "it" and (body := self._pointing_at.opening_body(number)):
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

    def _pointed(self, speaker: Speaker) -> Bearer | None:
        return self._noted(speaker, meant_by_description(speaker, self._known))

    def _noted(self, speaker: Speaker, bearer: Bearer | None) -> Bearer | None:
        """Note what a description adds to whom it means."""
        if bearer:
            bearer.heads.add(speaker.head)
            bearer.gender = bearer.gender or speaker.gender
            if speaker.owner is None:
                bearer.affiliation = bearer.affiliation or speaker.affiliation
        return bearer

    def _described(self, speaker: Speaker, place: int) -> Bearer:
        """Find whom a definite phrase means: by its noun, by what the text named before, by kind; else it is new."""
        at = self._pointing_at
        if speaker.head in FIRM_OR_PERSON and self._known and is_firm(self._known[-1]):
            firm = self._known[-1]
            firm.speaker = replace(firm.speaker, kind="organisation", guessed=False) if firm.speaker else None
            return self._noted(speaker, firm) or firm
        bearer = meant_by_noun(speaker, self._known) or self._called(at.introduced(speaker, place))
        if bearer is None:
            fresh = at.is_fresh(speaker, place)
            bearer = meant_by_kind(speaker, self._known, fresh=fresh)
            if speaker.kind == "anonymous" and speaker.head not in SOURCES | GENERAL["person"] and not speaker.owner:
                since = self._said_at.get(bearer, place) if bearer else place - _NEAR_CHARS
                bearer = (self._called(at.person_between(since, place)) if fresh else None) or bearer
            bearer = bearer or self._called(at.unheard(speaker, place))
        if bearer and bearer.speaker and bearer.kind == "person" and speaker.kind in _BODIES:
            watches = bearer.role or speaker.kind != "organisation"
            bearer.speaker = bearer.speaker if watches else replace(bearer.speaker, kind=speaker.kind, guessed=False)
        return self._noted(speaker, bearer) or self._new(speaker)

    def _called(self, found: Speaker | None) -> Bearer | None:
        return self._same(found) or self._new(found) if found else None

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
        near = {bearer for key in keys(speaker) for bearer in self._by_key.get(key, ()) if bearer in self._turn}
        ranked = sorted(near, key=self._turn.__getitem__, reverse=True)
        fits = (bearer for bearer in ranked if bearer.speaker and is_same(speaker, bearer, bearer.speaker))
        first = next(fits, None)
        name = speaker.name
        if first is None or name is None or speaker.kind != "person" or same_surname(first.name or "", name):
            return first
        return next((bearer for bearer in fits if bearer.name and same_surname(bearer.name, name)), first)
