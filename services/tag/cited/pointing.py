"""Whom a description means that did not speak yet: found by role, by noun, or by where a name stands. English."""

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice
from typing import Final

from services.tag.cited.contents import SENTENCE_END
from services.tag.cited.firms import is_description
from services.tag.cited.given_names import GIVEN
from services.tag.cited.introductions import named_body, named_firm, paper, small_body
from services.tag.cited.naming import Naming
from services.tag.cited.nouns import is_plural, kind_of
from services.tag.cited.phrases import phrase_from
from services.tag.cited.speakers import Speaker, read_speaker
from services.tag.cited.vocabulary import ALIKE, CAPITALS, CIVIC, COMMERCIAL, RULING, STATE
from services.tag.directory import Directory
from services.tag.folding import fold
from services.tag.words import Words, words

_BODIES: Final = frozenset({"organisation", "official_body", "outlet", "news_agency"})
_ADDED: Final = words("former ex retired local veteran visiting acting")
_SMALL: Final = words("of the a an and in at for to own new old then now more top main key")
_OPENS: Final = re.compile(r"(?:\A|[.!?\n\"\u201d] ?)(?:[A-Z][\w'-]*,? (?:[\w'-]+,? ){0,3})?\Z")
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
        heads = () if speaker.head == "general" else (speaker.head,)
        return all(self._is_new(word.lower(), place) for word in (*heads, *own))

    def _is_new(self, word: str, place: int) -> bool:
        """Tell whether a small word, or its plural, first stands at a place or behind it."""
        if not self._first:
            starts = zip(reversed(self._text.starts), reversed(self._text.lower), strict=True)
            self._first = {word.removesuffix("'s"): start for start, word in starts}
        return all(self._first.get(form, place) >= place for form in (word, f"{word}s"))

    def introduced(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find whom the noun itself brought in: `Minister Ana Ferraz`, for `the minister`; a chamber; a letter."""
        if speaker.kind in {"person", "anonymous"}:
            plain = " " not in speaker.words or not _ADDED.isdisjoint(speaker.words.lower().split())
            heads = (speaker.head, *sorted(ALIKE.get(speaker.head, ()))) if plain and not speaker.owner else ()
            known = next((name for head in heads if (name := self._naming.titled(head, place))), None)
            found = read_speaker(known, self._directory) if known else None
            return found if found and found.kind == "person" and found.name else None
        if speaker.plural or speaker.owner:
            return None
        if speaker.kind in {"document", "social_media"}:
            seen = not self._is_new(speaker.head, place)
            words_of = paper(self._text.text, speaker.head, place) if seen else None
            return replace(speaker, words=words_of) if words_of else None
        if speaker.kind in {"official_body", "organisation"}:
            seen = not self._is_new(speaker.head, place)
            name = named_body(self._text.text, speaker.head, place) if seen else None
            if name and _is_told_so(speaker, name):
                return self._body(speaker, name)
            return self._small_body(speaker, place) if seen and not name else None
        return None

    def _small_body(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find a body without capitals that was named with more words: `the central bank`, for `the bank`."""
        words_of = small_body(self._text.text, speaker.head, place) if " " not in speaker.words else None
        found = read_speaker(f"the {words_of}", self._directory) if words_of else None
        return replace(found, definite=False) if found and found.kind == "official_body" else None

    def unheard(self, speaker: Speaker, place: int) -> Speaker | None:
        """Find the body that its sentence or the one before opens with, or the firm that was named last."""
        if speaker.owner or speaker.plural or speaker.head not in COMMERCIAL | STATE | RULING:
            return None
        start = self._sentence(bisect_left(self._text.starts, place))
        before = self._sentence(max(0, start - 1))
        own = self._opening(start, place)
        if speaker.head in RULING and own and not RULING.isdisjoint(fold(own[1]).split()):
            return self._body(speaker, own[1])
        if speaker.head not in COMMERCIAL:
            above = self._opening(before, place)
            found = self._body(speaker, above[1]) if above else None
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

    def opening_body(self, number: int) -> tuple[int, int] | None:
        """Find the named body that the sentence of a word opens with."""
        start = self._sentence(number)
        phrase = phrase_from(self._text, start)
        if phrase is None or phrase.end >= number or not self._text.spelled[phrase.end - 1][:1].isupper():
            return None
        span = self._text.starts[phrase.first], self._text.ends[phrase.end - 1]
        return span if read_speaker(self._text.text[slice(*span)], self._directory).kind in _BODIES else None

    def _sentence(self, number: int) -> int:
        """Give the first word of a word's sentence."""
        while number and self._text.spelled[number - 1] not in SENTENCE_END:
            number -= 1
        return number

    def _opening(self, start: int, end: int) -> tuple[int, str] | None:
        """Give the body that opens a sentence, and where: known for one, or a lone name that does something."""
        phrase = phrase_from(self._text, start)
        if phrase is None or self._text.ends[phrase.end - 1] > end or phrase.end >= len(self._text):
            return None
        words_of = self._text.text[self._text.starts[phrase.first] : self._text.ends[phrase.end - 1]]
        found = read_speaker(words_of, self._directory)
        name = found.name or ""
        lone = found.kind == "person" and found.guessed and name and " " not in name and fold(name) not in CAPITALS
        if not name or (" " not in name and ", " not in words_of and not self._is_proper(name, phrase.first)):
            return None
        doing = self._text.spelled[phrase.end].islower()
        if found.name and (found.kind in {"organisation", "official_body"} or (lone and doing)):
            return (self._text.starts[phrase.first], name) if fold(name) not in CAPITALS else None
        return None

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
        if found.kind not in _BODIES or found.name is None:
            found = replace(found, kind=speaker.kind, name=name, role=None, guessed=False)
        return replace(found, head=found.head or speaker.head, definite=False)
