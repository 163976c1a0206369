"""A phrase read with what the text around it tells: names made whole, nouns without a sentence's capital. English."""

import re
from dataclasses import replace
from typing import Final

from services.tag.cited.firms import is_unlike_people
from services.tag.cited.naming import Naming, same_surname
from services.tag.cited.nouns import BODY_KINDS, PROPER, is_plural, kind_of
from services.tag.cited.phrases import NO_NAMES, ROLES
from services.tag.cited.speakers import Speaker, read_speaker
from services.tag.cited.vocabulary import CAUSES, FIRM_OR_PERSON, OCCUPATIONS
from services.tag.cited.voices import SURNAMES
from services.tag.folding import fold
from services.tag.outlet import Directory
from services.tag.places.nations import country_of
from services.tag.words import Words

_KEEPS_NAME: Final = re.compile(
    r"(?:,? who\b|,? which\b| (?:said|says|told)\b)[^.\n]{0,120}?\b(?:anonym\w+|name be withheld|be identified"
    r"|(?:not|declined|refused)\b[^.\n]{0,25}\b(?:named|identified|authori[sz]ed|cleared|permitted))\b"
)
_REACH_CHARS: Final = 200
_ABBREVIATED: Final = re.compile(r"\([A-Z][A-Z0-9.]+\)")


class Readings:
    """The phrases of one text, each read where it stands."""

    def __init__(self, text: Words, directory: Directory, naming: Naming) -> None:
        self._text = text
        self._directory = directory
        self._naming = naming

    def read(self, phrase: str, place: tuple[int, int]) -> Speaker:
        """Read a phrase with its surroundings: a plural that opens a sentence, a source that keeps its name back."""
        first, blank, rest = phrase.partition(" ")
        before = self._text.text[max(0, place[0] - 4) : place[0]].rstrip(' "')
        opens = not place[0] or before.endswith((".", "!", "?", "\n")) or not before
        low = first.lower()
        common = opens and not rest[:1].isupper() and low not in SURNAMES and kind_of(low) is not None
        common = (
            common
            and country_of(first) is None
            and not (rest[-1:].islower() and rest.rpartition(" ")[2].lower() in CAUSES and rest != rest.lower())
            and not _ABBREVIATED.search(phrase)
            and self._directory.named(first) is None
        )
        common = common and not (not rest and (low in PROPER or (first.isupper() and len(first) > 1)))
        common = common and (is_plural(low) or self._naming.full(first, place[0]) is None)
        common = common and (bool(rest) or is_plural(low) or kind_of(low) != "person" or low in OCCUPATIONS | ROLES)
        speaker = read_speaker(f"{low}{blank}{rest}" if common else phrase, self._directory)
        if common and speaker.name is None:
            speaker = replace(speaker, words=speaker.words[:1].upper() + speaker.words[1:])
        unnamed = speaker.name is None and speaker.kind in {"person", "group"}
        if unnamed and self.keeps_name(place[1]):
            speaker = replace(speaker, kind="anonymous")
        return speaker

    def keeps_name(self, end: int) -> bool:
        """Tell whether who was told by the words before a place does not want to be named."""
        return _KEEPS_NAME.match(self._text.text, end, end + _REACH_CHARS) is not None

    def as_firm(self, speaker: Speaker, start: int) -> Speaker:
        """Read a name as its noun told: a firm's for `the pollster Datacampo`, an outlet's for `the daily Datum`."""
        if not speaker.guessed or not speaker.name:
            return speaker
        noun = self._naming.noun_before(speaker.name, start) or ""
        unlike, kind = is_unlike_people(speaker.name.split()), kind_of(noun)
        if unlike and kind in {"outlet", "news_agency"}:
            return replace(speaker, kind=kind, guessed=False, head=noun)
        firm = unlike and (noun in FIRM_OR_PERSON or kind == "organisation")
        return replace(speaker, kind="organisation", guessed=False) if firm else speaker

    def completed(self, speaker: Speaker, start: int) -> Speaker:
        """Complete a surname by the full name that the text gives first, an abbreviation by what it stands for."""
        assert speaker.name is not None
        if " " in speaker.name or speaker.outlet:
            return speaker
        if speaker.kind in BODY_KINDS and (long := self._naming.spelled_out(speaker.name)):
            return replace(read_speaker(long, self._directory), definite=False)
        long = self._naming.full(speaker.name, start) if speaker.kind == "person" else None
        if long is None:
            return speaker
        names = long.split()
        heads = [number for number, name in enumerate(names) if name.lower() in NO_NAMES]
        full = read_speaker(" ".join(names[heads[-1] + 1 if heads else 0 :]), self._directory)
        if full.kind != "person" or not full.name or " " not in full.name:
            return speaker
        first = fold(full.name).startswith(f"{fold(speaker.name)} ") and not country_of(speaker.name)
        first = first or f'"{speaker.name}"' in full.name
        if not first and not same_surname(full.name, speaker.name):
            return speaker
        role = full.role or self._naming.role_beside(full.name, start) or speaker.role
        return replace(speaker, name=full.name, role=role, country=speaker.country or full.country)
