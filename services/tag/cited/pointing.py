"""Whom a description means that did not speak yet: found by role, by noun, or by where a name stands. English."""

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice
from typing import Final

from services.tag.cited.contents import SENTENCE_END
from services.tag.cited.firms import is_description
from services.tag.cited.given_names import GIVEN
from services.tag.cited.introductions import named_body, named_firm, named_person, paper, small_body, statement
from services.tag.cited.naming import Naming
from services.tag.cited.nouns import BODY_KINDS, is_plural, kind_of
from services.tag.cited.phrases import Phrase, phrase_from
from services.tag.cited.speakers import Speaker, read_speaker
from services.tag.cited.vocabulary import ALIKE, CAPITALS, CIVIC, COMMERCIAL, REBELS, RULING, STATE
from services.tag.directory import Directory
from services.tag.folding import fold
from services.tag.words import Words, words

_MEDIA: Final = frozenset({"outlet", "news_agency"})
_TOLD_OF: Final = frozenset({"person", "anonymous", "group", "document"})
_BRINGING: Final = words("a an one two three four five six several some many another unnamed")
_RENAMING: Final = words("is was are were be been as , become became")
_BEFORE_NOUN: Final = 5
_REACH_WORDS: Final = 300
_PEOPLE: Final = frozenset({"person", "anonymous"})
_ADDED: Final = words("former ex retired local veteran visiting acting")
_SMALL: Final = words("of the a an and in at for to own new old then now more top main key")
_MADE_BY: Final = re.compile(r" \w+ed by .*")
_APEX: Final = words("apex top highest")
_HIGHEST: Final = re.compile(r"(?:[A-Z]\w+ )?(?:Supreme|Constitutional) Court")
_OPENS: Final = re.compile(r"(?:\A|[.!?\n\"\u201d] ?)(?:[A-Z][\w'-]*,? (?:[\w'-]+,? ){0,6})?\Z")
_HEARING: Final = re.compile(r"\b(?:told|interviewed by|quoted by|interview with|on the air of) \Z")
"""Before an outlet of any name, or somebody who listens."""
_CALLED: Final = re.compile(r"\b(?:named|called|surnamed) (?P<name>[A-Z][\w'-]+)(?=[,.]| who\b)")
_NAMED_CHARS: Final = 400
_SEVERAL: Final = re.compile(
    r"\b(?P<words>(?:two|three|four|five|six|several) (?:[a-z-]+ ){0,2}?(?P<noun>[a-z]{4,}))\b"
)
_OPENING_CHARS: Final = 60


def _is_told_so(speaker: Speaker, name: str) -> bool:
    """Tell whether what stands before a noun fits a name: `the regional police commission` is no rights commission."""
    own = [word for word in speaker.words.split()[:-1] if word.islower() and not is_description(word)]
    plain = [word for word in own if word not in _ADDED | _SMALL and kind_of(word) is not None]
    return not plain or any(word in fold(name).split() for word in plain)


class Pointing:
    """The names of one text that a description may mean."""

    def __init__(self, text: Words, directory: Directory, naming: Naming) -> None:
        self._text = text
        self._directory = directory
        self._naming = naming
        self._first: dict[str, int] = {}

    def is_fresh(self, speaker: Speaker, place: int) -> bool:
        """Tell whether the nouns of a description are new to the text, so that they tell more of somebody known."""
        own = [word for word in speaker.words.split()[:-1] if word.islower() and word not in _ADDED | _SMALL]
        if speaker.head != "general" and not self._is_new(speaker.head, place, plural=speaker.kind not in _PEOPLE):
            return False
        return all(self._is_new(word.lower(), place) for word in own)

    def _is_new(self, word: str, place: int, *, plural: bool = True) -> bool:
        """Tell whether a small word, or its plural, first stands at a place or behind it."""
        if not self._first:
            starts = zip(reversed(self._text.starts), reversed(self._text.lower), strict=True)
            self._first = {word.removesuffix("'s"): start for start, word in starts}
        forms = (word, f"{word}s") if plural else (word,)
        return all(self._first.get(form, place) >= place for form in forms)

    def introduced(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find whom the noun itself brought in: `Minister Ana Ferraz`, for `the minister`; a chamber; a letter."""
        if speaker.kind in {"person", "anonymous"}:
            plain = " " not in speaker.words or not _ADDED.isdisjoint(speaker.words.lower().split())
            heads = (speaker.head, *sorted(ALIKE.get(speaker.head, ()))) if plain and not speaker.owner else ()
            known = next((name for head in heads if (name := self._naming.titled(head, place))), None)
            known = known or (
                named_person(self._text.text, speaker.head, place) if plain and not speaker.owner else None
            )
            found = read_speaker(known, self._directory) if known else None
            return found if found and found.kind == "person" and found.name else None
        if speaker.plural or speaker.owner or speaker.kind in _MEDIA:
            return None if speaker.plural or speaker.owner else self._medium(place)
        if speaker.kind in {"document", "social_media"}:
            seen = not self._is_new(speaker.head, place)
            words_of = paper(self._text.text, speaker.head, place) if seen else None
            words_of = words_of or (statement(self._text.text, place) if speaker.words == "document" else None)
            return replace(speaker, words=words_of) if words_of else None
        if speaker.kind in {"official_body", "organisation"}:
            seen = not self._is_new(speaker.head, place)
            name = named_body(self._text.text, speaker.head, place) if seen else None
            if speaker.head == "court" and not _APEX.isdisjoint(speaker.words.split()):
                highest = list(_HIGHEST.finditer(self._text.text, 0, place))
                name = highest[-1].group() if highest else None
            if name and _is_told_so(speaker, name):
                return self._body(speaker, name)
            return self._small_body(speaker, place) if seen and not name else None
        return None

    def _medium(self, place: int) -> Speaker | None:
        """Find the outlet that was named last, and let nobody speak: `told Termez TV`."""
        for start, name in self._naming.before(place):
            found = read_speaker(name, self._directory)
            if found.kind in _MEDIA and found.name and self._text.text[start + len(name)] != ")":
                return found
            if found.guessed and _HEARING.search(self._text.text, max(0, start - _OPENING_CHARS), start):
                return replace(found, kind="outlet", guessed=False)
        return None

    def brought_in(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find the words that told of whoever did not speak: `two sources in the government`, for `the sources`."""
        text, noun = self._text, speaker.words.rpartition(" ")[2].lower()
        if speaker.kind not in _TOLD_OF or speaker.owner or self._is_new(speaker.head, place):
            return None
        number = bisect_left(text.starts, place)
        for last in range(number - 1, max(0, number - _REACH_WORDS), -1):
            if text.lower[last] != noun:
                continue
            brings = _BRINGING | {"the"} if text.lower[last] == noun == speaker.words else _BRINGING
            first = next((n for n in range(last - 1, max(0, last - _BEFORE_NOUN), -1) if text.lower[n] in brings), None)
            phrase = phrase_from(text, first, loose=True) if first and text.lower[first - 1] not in _RENAMING else None
            if phrase:
                words_of = text.text[text.starts[phrase.first] : text.ends[phrase.end - 1]]
                found = read_speaker(_MADE_BY.sub("", words_of), self._directory)
                if found.kind == "person" and found.name and noun in (found.role or "").lower().split():
                    return found
                if text.lower[first or 0] == "the":
                    continue
                return found if found.head == speaker.head and found.name is None else None
        return None

    def _small_body(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find a body without capitals that was named with more words: `the central bank`, for `the bank`."""
        words_of = small_body(self._text.text, speaker.head, place) if " " not in speaker.words else None
        found = read_speaker(f"the {words_of}", self._directory) if words_of else None
        return replace(found, definite=False) if found and found.kind == "official_body" else None

    def unheard(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find the body that its sentence or the one before opens with, or the firm that was named last."""
        armed = not REBELS.isdisjoint(speaker.words.lower().split())
        if speaker.owner or speaker.plural or armed or speaker.head not in COMMERCIAL | STATE | RULING:
            return None
        start = self._sentence(bisect_left(self._text.starts, place))
        before = self._sentence(max(0, start - 1))
        own = self._opening(start, place)
        if speaker.head in RULING and own and not RULING.isdisjoint(fold(own[1]).split()):
            return self._body(speaker, own[1])
        if speaker.head not in COMMERCIAL:
            above = self._opening(before, place)
            guess = above and " " in above[1] and read_speaker(above[1], self._directory).kind not in BODY_KINDS
            found = self._body(speaker, above[1]) if above and not guess else None
            return found if found and found.kind == "official_body" else None
        named = [own] if own else [self._opening(before, place), self._firm(place), named_firm(self._text.text, place)]
        union = CIVIC - COMMERCIAL if speaker.head not in CIVIC else frozenset()
        last = max((found for found in named if found and union.isdisjoint(fold(found[1]).split())), default=None)
        return self._body(speaker, last[1]) if last else None

    def person_between(self, start: int, end: int) -> Speaker | None:
        """Find the person whose name opens a sentence between two places, the last one."""
        for place, name in self._naming.before(end):
            if place <= start:
                return None
            lead = self._text.text[max(0, place - _OPENING_CHARS) : place]
            if fold(name).split(" ", 1)[0] in GIVEN and _OPENS.search(lead):
                found = read_speaker(name, self._directory)
                return found if found.kind == "person" and found.name else None
        return None

    def person_before(self, place: int) -> Speaker | None:
        """Find the last person named before a place, by a full name or as `a herder named Dorjpalam`."""
        called = _CALLED.search(self._text.text, max(0, place - _NAMED_CHARS), place)
        names = [(called.start(), called["name"])] if called else []
        for start, name in sorted((*names, *self._naming.before(place)), reverse=True):
            found = read_speaker(name, self._directory) if start > place - _NAMED_CHARS else None
            if found and found.kind == "person" and found.name:
                return found
        return None

    def several_before(self, place: int) -> Speaker | None:
        """Find the people who were last counted in the paragraph, where nobody else may be meant: `two managers`."""
        start = max(self._text.text.rfind("\n", 0, place) + 1, place - _NAMED_CHARS)
        counted = [
            match for match in _SEVERAL.finditer(self._text.text, start, place) if kind_of(match["noun"]) == "people"
        ]
        return read_speaker(counted[-1]["words"], self._directory) if counted else None

    def opening_body(self, number: int) -> tuple[int, int] | None:
        """Find the named body that the sentence of a word opens with."""
        start = self._sentence(number)
        phrase = phrase_from(self._text, start)
        if phrase is None or phrase.end >= number or not self._text.spelled[phrase.end - 1][:1].isupper():
            return None
        span = self._text.starts[phrase.first], self._text.ends[phrase.end - 1]
        return span if read_speaker(self._text.text[slice(*span)], self._directory).kind in BODY_KINDS else None

    def _sentence(self, number: int) -> int:
        """Give the first word of a word's sentence."""
        while number and self._text.spelled[number - 1] not in SENTENCE_END:
            number -= 1
        return number

    def _opening(self, start: int, end: int) -> tuple[int, str] | None:
        """Give the body that opens a sentence, and where: known for one, or a lone name that does something."""
        phrase = self._without_verb(phrase_from(self._text, start))
        if phrase is None or self._text.ends[phrase.end - 1] > end or phrase.end >= len(self._text):
            return None
        words_of = self._text.text[self._text.starts[phrase.first] : self._text.ends[phrase.end - 1]]
        found = read_speaker(words_of, self._directory)
        name = found.name or ""
        lone = found.kind == "person" and found.guessed and name and " " not in name and fold(name) not in CAPITALS
        if not name or (" " not in name and ", " not in words_of and not self._is_proper(name, phrase.first)):
            return None
        lone = lone or (bool(found.guessed) and fold(name).split(" ", 1)[0] not in GIVEN)
        doing = self._text.spelled[phrase.end].islower()
        if found.name and (found.kind in {"organisation", "official_body"} or (lone and doing)):
            return (self._text.starts[phrase.first], name) if fold(name) not in CAPITALS else None
        return None

    def _without_verb(self, phrase: Phrase | None) -> Phrase | None:
        """Cut a phrase before a verb that looks like a participle: `Cebu Pacific canceled two flights`."""
        done = (
            (
                place
                for place in range(phrase.first + 1, phrase.end)
                if self._text.spelled[place].islower()
                and self._text.lower[place].endswith("ed")
                and self._text.spelled[place - 1][:1].isupper()
            )
            if phrase
            else iter(())
        )
        verb = next(done, None)
        return Phrase(phrase.first, verb) if phrase and verb else phrase

    def _is_proper(self, name: str, number: int) -> bool:
        """Tell whether a lone word is a name, and not a noun that a sentence opens with."""
        if name.lower() in self._text.spelled or is_plural(name.lower()):
            return False
        starts = (place for place, word in enumerate(self._text.spelled) if word == name and place != number)
        return name[-1] in "oaiuxz" or any(place != self._sentence(place) for place in islice(starts, 3))

    def _firm(self, place: int) -> tuple[int, str] | None:
        """Give the last name of a firm before a place, and where."""
        for start, name in self._naming.before(place):
            found = read_speaker(name, self._directory)
            if found.kind == "organisation" and found.name:
                return start, found.name
        return None

    def _body(self, speaker: Speaker, name: str) -> Speaker:
        found = read_speaker(name, self._directory)
        if found.kind not in BODY_KINDS or found.name is None:
            found = replace(found, kind=speaker.kind, name=name, role=None, guessed=False)
        return replace(found, head=found.head or speaker.head, definite=False)
