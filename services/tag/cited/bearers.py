"""Who is meant: each phrase that speaks is tied to the person, outlet, document or unnamed source behind it."""

import re
from bisect import bisect_left
from dataclasses import replace
from typing import Final

from services.tag.cited.allegiance import is_of_camp, is_opposed
from services.tag.cited.antecedents import (
    antecedent,
    does_something,
    own_person,
    own_subject,
    speaking_before,
    subject_before_clause,
    teller_aside,
)
from services.tag.cited.bearer import Bearer
from services.tag.cited.cast import Cast
from services.tag.cited.firms import is_thing_like
from services.tag.cited.foreshadowing import name_foreshadowed, tie_foreshadowed
from services.tag.cited.given_names import GIVEN
from services.tag.cited.likeness import (
    counted,
    is_firm,
    is_foreign,
    is_named_bare,
    is_of_state,
    is_owned,
    shortened,
    whose_voice,
)
from services.tag.cited.naming import Naming
from services.tag.cited.nouns import BODY_KINDS, GENERAL, MEDIA_KINDS, SOURCES, singular
from services.tag.cited.pointing import Pointing
from services.tag.cited.readings import Readings
from services.tag.cited.salience import (
    MANY,
    ONE_PERSON,
    THING,
    fits_pronoun,
    gender_of,
    meant_by_description,
    meant_by_kind,
    meant_by_noun,
    meant_by_pronoun,
)
from services.tag.cited.speakers import Speaker, read_speaker
from services.tag.cited.speakers_abroad import pronoun_number, read_common
from services.tag.cited.topics import topics_before
from services.tag.cited.vocabulary import FIRM_OR_PERSON
from services.tag.folding import fold
from services.tag.outlet import Directory
from services.tag.words import Words, words

_REACH_CHARS: Final = 200
_NEAR_CHARS: Final = 350
_ONE_OF: Final = re.compile(r"(?:one|some|several|another|both|two|most|many|all) of (?:them|these|those)$")
_ONE_OF_NOUN: Final = re.compile(r"(?i:one|two|some|several|another|both) of (?P<many>(?:the|those|these) [\w -]+)\Z")
_ONE_APPOSED: Final = re.compile(r"[Oo]ne of (?:them|these|those|the [\w -]+), (?P<who>an? .+)\Z")
_NTH: Final = re.compile(r"(?P<nth>first|second|third) [a-z-]+\Z")
_ORDINALS: Final = frozenset({"the second", "the third", "the fourth", "the other", "a second", "a third", "a fourth"})
_CAPITALS: Final = re.compile(r"(?:the )?[A-Z][\w.'&-]*\w(?: (?:[A-Z0-9](?:[\w.'&-]*\w)?|of|the|de|y|and)\b)*")
_SHORT_OUTLET: Final = re.compile(r"[A-Z][A-Z0-9]{1,4}\Z")
_NO_OUTLETS: Final = words("EU UN NATO IMF WHO FIFA UEFA IOC OPEC CIA FBI NSA IAEA FAO ILO WTO MPs AU ECB OSCE NGOs")
"""Not every short name that is told something is an outlet's."""
_HE_OR_SHE: Final = frozenset({"he", "she"})
_MAN_OR_WOMAN: Final = {"man": "he", "boy": "he", "woman": "she", "girl": "she"}
_ROLE_CHARS: Final = 600
_WORD: Final = re.compile(r"[a-z-]+(?=\b)")


class Bearers:
    """The speakers of one text, in the order in which they are spoken of."""

    def __init__(self, text: Words, directory: Directory, language: str = "en") -> None:
        self._text = text
        self._language = language
        self._directory = directory
        self._cast = Cast()
        self._at: dict[tuple[int, int], Bearer] = {}
        self._here = 0
        self._naming = Naming(text)
        self._readings = Readings(text, directory, self._naming)
        self._pointing_at = Pointing(text, directory, self._naming)

    def of_nouns(self, place: tuple[int, int]) -> Bearer | None:
        """Give the speaker that a phrase of another language than English means; null where it cannot speak."""
        behind = self._text.text[place[1] : place[1] + _REACH_CHARS].partition(".")[0]
        phrase = self._text.text[slice(*place)]
        if number := pronoun_number(phrase, self._language):
            return self._cast.last_person(number) or Bearer(None, phrase)
        speaker = read_common(phrase, self._language, behind, self._directory)
        if speaker is None:
            return None
        bearer = self._cast.same(speaker)
        if bearer is None:
            return self._cast.spoke(self._new(speaker))
        bearer.learn(speaker)
        return self._cast.spoke(bearer)

    def relay(self, place: tuple[int, int]) -> Bearer | None:
        """Give the speaker that relays another, in any language."""
        return self.bearer(place) if self._language == "en" else self.of_nouns(place)

    def bearer(self, place: tuple[int, int]) -> Bearer:
        """Give the speaker that a stretch of the text means; a new one where it means nobody named before."""
        if place in self._at:
            return self._cast.spoke(self._at[place])
        bearer = self._found(place)
        bearer.learn_aside(self._text.text[slice(*place)])
        self._at[place] = bearer
        if place[1] - place[0] < _REACH_CHARS:
            bearer.told |= {singular(word) for word in _WORD.findall(self._text.text[slice(*place)].lower())}
        self._cast.said_at[bearer] = place[1]
        return self._cast.spoke(bearer)

    def outlet(self, place: tuple[int, int]) -> Bearer | None:
        """Give the agency or outlet that a stretch of the text means, if it means one."""
        phrase = self._text.text[slice(*place)]
        speaker = self._readings.read(phrase, place)
        if speaker.kind not in MEDIA_KINDS and (capitals := _CAPITALS.match(phrase)):
            phrase = capitals.group()
            place = place[0], place[0] + len(phrase)
            speaker = self._readings.read(phrase, place)
        if speaker.kind in MEDIA_KINDS and speaker.name:
            return self.bearer(place)
        if _SHORT_OUTLET.match(phrase) and speaker.kind == "organisation" and phrase not in _NO_OUTLETS:
            return self._cast.spoke(self._cast.same(speaker) or self._new(replace(speaker, kind="outlet")))
        known = self._cast.same(speaker) if speaker.name and not speaker.definite else None
        if speaker.definite:
            known = meant_by_description(speaker, self._cast.known)
            known = known.noted(speaker) if known else None
        return self._cast.spoke(known) if known and known.kind in MEDIA_KINDS else None

    def settle(self) -> None:
        """Tie `the company` at the start of a story to the company whose name comes later."""
        tie_foreshadowed(self._cast.first, self._directory, self._naming)

    def _found(self, place: tuple[int, int]) -> Bearer:
        self._here = place[0]
        phrase = self._text.text[slice(*place)]
        low = phrase.lower() if phrase != "WHO" else phrase
        if low in ONE_PERSON or low in MANY or low in THING or low == "that":
            return self._of_pronoun(low, phrase, place[0])
        if told := self._of_several(phrase, place) or shortened(phrase, self._cast.known):
            return told
        speaker = self._readings.read(phrase, place)
        if speaker.name is None and (speaker.definite or is_owned(speaker) or is_of_state(speaker)):
            return self._described(speaker, place[0])
        speaker = self._readings.as_firm(speaker, place[0])
        bearer = self._cast.same(speaker)
        if bearer is None and speaker.name:
            if named := self._named_now(speaker, phrase):
                return named
            speaker = self._readings.completed(speaker, place[0])
            bearer = self._cast.same(speaker) or self._foreshadowed(speaker, place[0])
        if bearer is None:
            return self._new(self._owned(speaker))
        bearer.learn(speaker)
        self._cast.index(bearer, speaker)
        return bearer

    def _named_now(self, speaker: Speaker, phrase: str) -> Bearer | None:
        """Find whom the text told by a noun that now gets its name: `a resident ... The resident, Shehu Bawa, said`."""
        noun = (speaker.role or "").lower().rpartition(" ")[2] if speaker.kind == "person" else speaker.head
        told = self._cast.unnamed(noun) if noun and phrase.startswith(("The ", "the ")) and ", " in phrase else None
        if told and told.kind in {speaker.kind, "anonymous"}:
            told.become(replace(speaker, head=noun), speaker.name)
            told.learn(speaker)
            self._cast.index(told, speaker)
            return told
        return None

    def _new(self, speaker: Speaker) -> Bearer:
        return self._cast.add(speaker, self._here)

    def _foreshadowed(self, speaker: Speaker, place: int) -> Bearer | None:
        """Find whom the text told by a noun only before the name."""
        told, opening = self._cast.tellers_aside()
        veiled = opening is not None and self._readings.keeps_name(self._cast.said_at.get(opening, 0))
        named = name_foreshadowed(told, self._cast.places, speaker, place, veiled=veiled)
        near = opening is not None and not veiled and place - self._cast.places[opening] < _NEAR_CHARS
        if named or not opening or not near or not is_named_bare(opening, speaker, self._text.text[:place]):
            return named
        opening.become(replace(speaker, head=opening.head), speaker.name)
        return opening

    def _of_several(self, phrase: str, place: tuple[int, int]) -> Bearer | None:
        """Find who is one of several: `one of them`, `the third`, `one of the traders`; `one of them, a teacher`."""
        low = phrase.lower()
        if one := _ONE_APPOSED.match(phrase):
            return self._new(self._readings.read(one["who"], place))
        if _ONE_OF.match(low) or low in _ORDINALS:
            number = bisect_left(self._text.starts, place[0])
            return self._topic("they", number) or meant_by_pronoun("they", self._cast.known)
        one_of = _ONE_OF_NOUN.match(phrase)
        many = read_speaker(one_of["many"], self._directory) if one_of else None
        return meant_by_noun(many, self._cast.known) if many and many.plural else None

    def _of_pronoun(self, low: str, phrase: str, place: int) -> Bearer:
        number = bisect_left(self._text.starts, place)
        if low in {"who", "which", "that"}:
            if (spoken := speaking_before(self._text, self._at, place)) is not None:
                return spoken
            if noun := antecedent(self._text, self._readings, low, number):
                return self.bearer(noun)
        teller = teller_aside(self._text.text, self._at, self._cast.known[-2:], place) if low == "it" else None
        if bearer := teller or self._topic(low, number) or meant_by_pronoun(low, self._cast.known):
            return bearer
        if low == "it" and (
            body := self._pointing_at.opening_body(number) or own_subject(self._text, self._readings, number)
        ):
            return self.bearer(body)
        named = self._pointing_at.several_before(place) if low == "they" else None
        if low in _HE_OR_SHE:
            named = own_person(self._text, self._readings, low, number) or self._pointing_at.person_before(place)
        return self._called(named) or Bearer(None, phrase)

    def _topic(self, low: str, number: int) -> Bearer | None:
        """Find whom the sentences before a pronoun are about, where nobody spoke since."""
        own = subject_before_clause(self._text, number) if low in _HE_OR_SHE else None
        clause = [(own, (own[0], self._text.starts[number]))] if own else []
        for subject, (first, last) in (*clause, *topics_before(self._text, number)):
            tellers = [bearer for (spoken, _), bearer in self._at.items() if first <= spoken < last]
            if tellers and (low != "it" or any(teller.kind not in MEDIA_KINDS for teller in tellers)):
                return None
            if subject is None:
                if tellers:
                    return None
                continue
            start, end = subject
            speaker = self._readings.read(self._text.text[start:end], (start, end))
            if tellers and speaker.kind != "document":
                return None
            if low in THING and is_thing_like(speaker):
                speaker = replace(speaker, kind="organisation", guessed=False)
            if fits_pronoun(low, speaker):
                found = self._told(speaker, start)
                if found and fits_pronoun(low, found.speaker, found.gender):
                    found.gender = found.gender or gender_of(low)
                    return found
        return None

    def _told(self, speaker: Speaker, start: int) -> Bearer | None:
        """Give whom a phrase means that does not speak: somebody known, or told of by name."""
        if speaker.name is None and speaker.definite:
            known = meant_by_noun(speaker, self._cast.known) or self._called(
                self._pointing_at.introduced(speaker, start)
            )
            crowd = speaker.plural and speaker.kind in {"group", "anonymous"}
            speaks = crowd or does_something(self._text, speaker, start)
            return known or (self._new(replace(speaker, definite=False)) if speaks else None)
        if speaker.name is None and (speaker.plural or does_something(self._text, speaker, start)):
            return self._cast.same(speaker) or self._new(speaker)
        if speaker.name is None or (speaker.guessed and not self._is_somebody(speaker, start)):
            return None
        speaker = self._readings.completed(speaker, start)
        bearer = self._cast.same(speaker)
        if bearer is None:
            return self._new(self._owned(speaker))
        bearer.learn(speaker)
        return bearer

    def _is_somebody(self, speaker: Speaker, start: int) -> bool:
        """Tell whether a name that nothing but capitals tells to be a person's is known for one."""
        name = fold(speaker.name or "")
        return (
            name.split(" ", 1)[0] in GIVEN
            or self._naming.full(name, start) is not None
            or bool(self._cast.same(speaker))
        )

    def _described(self, speaker: Speaker, place: int) -> Bearer:
        """Find whom a definite phrase means: by its noun, by what the text named before, by kind; else it is new."""
        at = self._pointing_at
        if speaker.head == "forecaster" and self._cast.known and self._cast.known[-1].kind == "official_body":
            return self._cast.known[-1].noted(speaker)
        if speaker.head in FIRM_OR_PERSON and self._cast.known and is_firm(self._cast.known[-1]):
            firm = self._cast.known[-1]
            firm.speaker = replace(firm.speaker, kind="organisation", guessed=False) if firm.speaker else None
            return firm.noted(speaker)
        if speaker.head in SOURCES and self._text.text.startswith(" same ", place + 3):
            unnamed = [known for known in self._cast.known if known.kind == "anonymous"]
            if unnamed:
                return unnamed[-1]
        low = _MAN_OR_WOMAN.get(speaker.words)
        if low and (topic := self._topic(low, bisect_left(self._text.starts, place))):
            return topic.noted(speaker)
        if (nth := _NTH.match(speaker.words)) and (found := counted(self._cast.first, speaker.head, nth["nth"])):
            return found
        bearer = meant_by_noun(speaker, self._cast.known) or self._called(at.introduced(speaker, place))
        bearer = bearer or self._spoken_for(speaker)
        if bearer is None:
            fresh = at.is_fresh(speaker, place) or is_of_camp(speaker)
            bearer = meant_by_kind(speaker, self._cast.known, fresh=fresh)
            if speaker.kind == "anonymous" and speaker.head not in SOURCES | GENERAL["person"] and not speaker.owner:
                since = self._cast.said_at.get(bearer, place) if bearer else place - _NEAR_CHARS
                between = self._called(at.person_between(since, place)) if fresh else None
                bearer = bearer if between is None or is_opposed(speaker.head, between) else between
            if bearer is None and (unheard := self._called(at.unheard(speaker, place))):
                bearer = None if is_foreign(unheard, speaker) else unheard
        bearer = bearer or self._without_role(speaker, place) or self._called(at.brought_in(speaker, place))
        return bearer.noted(speaker) if bearer else self._new(self._owned(speaker))

    def _spoken_for(self, speaker: Speaker) -> Bearer | None:
        """Find the body whose voice spoke last: `the company`, behind `a spokesman for Norrcell`."""
        body = whose_voice(self._cast.known[-1], speaker) if self._cast.known else None
        found = read_speaker(body, self._directory) if body else None
        if found is None or found.kind in MEDIA_KINDS:
            return None
        own = found.kind in BODY_KINDS
        return self._called(replace(found, kind=found.kind if own else speaker.kind, guessed=not own, definite=False))

    def _without_role(self, speaker: Speaker, place: int) -> Bearer | None:
        """Find the one person without a role who came after the noun was used: `Peru's minister ... Ana Ruiz said`."""
        last = next((bearer for bearer in reversed(self._cast.known[-2:]) if bearer.kind == "person"), None)
        if last is None or last.role or speaker.kind != "anonymous" or speaker.owner or " " not in (last.name or ""):
            return None
        before = self._text.text.rfind(f" {speaker.head} ", 0, self._cast.places.get(last, 0))
        return last if before >= 0 and place - before < _ROLE_CHARS else None

    def _called(self, found: Speaker | None) -> Bearer | None:
        return self._cast.same(found) or self._new(found) if found else None

    def _owned(self, speaker: Speaker) -> Speaker:
        """Say whose somebody is: `its chairwoman`, `the ministry's director`, `a spokeswoman`."""
        owner = (speaker.owner or "").removeprefix("the ")
        if speaker.kind not in {"person", "anonymous"} or (speaker.name is None and owner not in {"its", "their"}):
            return speaker
        body: Bearer | None = None
        if owner in {"its", "their"}:
            number = bisect_left(self._text.starts, self._here)
            body = self._topic("it", number) or meant_by_pronoun("it", self._cast.known)
        elif owner and owner.islower():
            told = read_speaker(f"the {owner}", self._directory)
            body = meant_by_noun(told, self._cast.known)
            found = None if body else self._pointing_at.introduced(told, self._here)
            if found and found.name:
                return replace(speaker, affiliation=found.name)
            body = body or meant_by_kind(told, self._cast.known)
        if body and body.kind in {"person", "anonymous"}:
            return replace(speaker, affiliation=None)
        return replace(speaker, affiliation=body.called) if body else speaker
