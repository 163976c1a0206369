"""One speaker of an article, and what all its mentions tell together."""

import re
from dataclasses import replace
from typing import Final

from services.tag.cited.given_names import GIVEN, ONLY_MEN, ONLY_WOMEN
from services.tag.cited.nouns import is_person
from services.tag.cited.speakers import Speaker
from services.tag.cited.voices import can_say
from services.tag.folding import fold
from services.tag.outlet import Entry

_KNOWN_AS: Final = re.compile(r", (?:[a-z]+ )?(?:known|called|abbreviated)\b[^,]* (?P<name>[A-Z][\w.&-]+),?\Z")
_APPOSED: Final = re.compile(
    r", (?:an?|the) (?P<noun>(?:[\w-]+ ){0,3}?[a-z-]+)(?=,? who\b| (?:of|in|at|from|with|for)\b|,?\Z)"
)


def _gender(speaker: Speaker) -> str | None:
    """Give `f` or `m` where a title or a noun tells, or the first name."""
    if speaker.gender or speaker.kind != "person" or not speaker.name:
        return speaker.gender
    first = fold(speaker.name).split(" ", 1)[0]
    return "f" if first in ONLY_WOMEN else "m" if first in ONLY_MEN else None


class Bearer:
    """A speaker, known by its first mention and by what later ones add."""

    def __init__(self, speaker: Speaker | None, words_of: str) -> None:
        self.speaker = speaker
        self.mention = words_of
        self.cited = False
        self.cites: list[Bearer] = []
        self.name = speaker.name if speaker else None
        self.role = speaker.role if speaker else None
        self.affiliation = speaker.affiliation if speaker else None
        self.country = speaker.country if speaker else None
        self.gender = _gender(speaker) if speaker else None
        self.heads: set[str] = set()
        """Small nouns that later descriptions used of it: `lender`."""
        self.told: set[str] = set()
        """All words that it was told by, small."""
        self.merged: Bearer | None = None
        """The same speaker under an earlier description, where one was found."""

    @property
    def kind(self) -> str:
        """The kind of source; empty for a pronoun that nobody bears."""
        return self.speaker.kind if self.speaker else ""

    @property
    def head(self) -> str:
        """The noun that it was told by, small."""
        return self.speaker.head if self.speaker else ""

    @property
    def called(self) -> str:
        """The name, with the noun that it is called by: `Petrol-Is union`."""
        whole = f"{self.name} {self.head}"
        return whole if self.mention == whole else self.name or self.mention

    @property
    def plural(self) -> bool:
        """Whether these are several people."""
        return bool(self.speaker and (self.speaker.plural or self.speaker.kind == "group"))

    @property
    def guessed(self) -> bool:
        """Whether nothing but capitals, of two words and more, tells that this is a person."""
        first, several, _ = fold(self.name or "").partition(" ")
        return bool(
            several
            and first not in GIVEN
            and self.speaker
            and self.speaker.guessed
            and self.gender is None
            and not self.role
        )

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
        known = is_person(self.speaker.head)
        return known or can_say(self.speaker.head, cue, definite=self.speaker.definite)

    def learn(self, speaker: Speaker) -> None:
        """Take in what another mention tells."""
        if self.speaker and len(speaker.words) > len(self.mention) and speaker.kind == self.kind:
            self.mention = speaker.words
        if speaker.name and self.name and len(speaker.name) > len(self.name) and speaker.kind == self.kind:
            self.name = speaker.name
        if self.speaker and not speaker.guessed:
            self.speaker = replace(self.speaker, guessed=False)
        self.role = self.role or speaker.role
        self.affiliation = self.affiliation or speaker.affiliation
        self.country = self.country or speaker.country
        self.gender = self.gender or _gender(speaker)

    def noted(self, speaker: Speaker) -> "Bearer":
        """Note what a description adds: the kind, too, where nothing but capitals told one."""
        outlet = speaker.kind in {"outlet", "news_agency"} and self.kind in {"person", "organisation"}
        firm = speaker.kind == "organisation" and self.kind == "person" and not self.role
        if self.speaker and (outlet or firm):
            self.speaker = replace(self.speaker, kind="outlet" if outlet else "organisation", guessed=False)
        self.heads.add(speaker.head)
        self.gender = self.gender or speaker.gender
        if self.kind == "organisation":
            self.country = self.country or speaker.country
        if speaker.owner is None:
            self.affiliation = self.affiliation or speaker.affiliation
        return self

    def learn_aside(self, phrase: str) -> None:
        """Note what an aside tells of one without a name: `the clinic's owner, an Indian physician`; `known as`."""
        if self.name is not None or "," not in phrase:
            return
        if (named := _KNOWN_AS.search(phrase)) and self.kind in {"official_body", "organisation"}:
            self.name = named["name"]
        elif (apposed := _APPOSED.search(phrase)) and self.kind in {"person", "anonymous"} and not self.plural:
            self.heads.add(apposed["noun"].rpartition(" ")[2])

    def become(self, speaker: Speaker, name: str | None) -> None:
        """Take the name that the text gives only later, and its kind."""
        self.speaker = speaker
        self.name = self.name or name
        self.mention = name or self.mention

    def speaker_as(self, kind: str) -> Speaker:
        """Give what tells of it, as of another kind."""
        assert self.speaker is not None
        return replace(self.speaker, kind=kind)

    @property
    def true(self) -> "Bearer":
        """The one bearer that stands for this speaker."""
        return self.merged.true if self.merged else self

    def cite(self, other: "Bearer") -> None:
        """Note that this speaker relies on another."""
        if other is not self and other not in self.cites:
            self.cites.append(other)
