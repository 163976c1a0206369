"""Everybody who spoke in a text so far: in the order of the text, by who spoke last, and by their words. English."""

from typing import Final

from services.tag.cited.bearer import Bearer
from services.tag.cited.likeness import is_same, keys
from services.tag.cited.naming import same_surname
from services.tag.cited.speakers import Speaker

_TELLING: Final = frozenset({"outlet", "news_agency", "document"})
NAMESAKES_MAX: Final = 50
"""So many bearers with a word in common are told apart; a text made to stall us has more."""


class Cast:
    """The speakers of one text. A name is used here as the first mention gave it, or a fuller one."""

    def __init__(self) -> None:
        self.known: list[Bearer] = []
        """Whoever spoke last comes last."""
        self.first: list[Bearer] = []
        """In the order of the text."""
        self.places: dict[Bearer, int] = {}
        """Where each was first spoken of."""
        self.said_at: dict[Bearer, int] = {}
        """Where each was last spoken of by words of the text."""
        self._by_key: dict[str, list[Bearer]] = {}
        self._turn: dict[Bearer, int] = {}
        self._turns = 0

    def last_person(self, number: str) -> Bearer | None:
        """Find who spoke last and may be meant by a pronoun for `one`, `many` or `any` people."""
        kinds = {"one": {"person", "anonymous"}, "many": {"group"}, "any": {"person", "anonymous", "group"}}[number]
        return next((known for known in reversed(self.known) if known.speaker and known.kind in kinds), None)

    def tellers_aside(self) -> tuple[list[Bearer], Bearer | None]:
        """Give all but outlets and papers in the order of the text, and the one who opened the story, if alone."""
        told = [bearer for bearer in self.first if bearer.kind not in _TELLING]
        return told, told[0] if len(told) == 1 else None

    def spoke(self, bearer: Bearer) -> Bearer:
        """Put a speaker last, where the next pronoun looks first."""
        if not self.known or self.known[-1] is not bearer:
            if bearer in self.known:
                self.known.remove(bearer)
            self.known.append(bearer)
        self._turns += 1
        self._turn[bearer] = self._turns
        return bearer

    def same(self, speaker: Speaker) -> Bearer | None:
        """Find somebody known by name, a surname before a first name; or by the same words."""
        near = {bearer for key in keys(speaker) for bearer in self._by_key.get(key, ()) if bearer in self._turn}
        ranked = sorted(near, key=self._turn.__getitem__, reverse=True)
        fits = (bearer for bearer in ranked if bearer.speaker and is_same(speaker, bearer, bearer.speaker))
        first = next(fits, None)
        name = speaker.name
        if first is None or name is None or speaker.kind != "person" or same_surname(first.name or "", name):
            return first
        return next((bearer for bearer in fits if bearer.name and same_surname(bearer.name, name)), first)

    def add(self, speaker: Speaker, place: int) -> Bearer:
        """Add somebody new, first spoken of at a place."""
        bearer = Bearer(speaker, speaker.words)
        self.first.append(bearer)
        self.places[bearer] = place
        self.index(bearer, speaker)
        return bearer

    def unnamed(self, noun: str) -> Bearer | None:
        """Find the last one without a name who was told by a noun: `a resident`, for `the resident, Shehu Bawa`."""
        return next((b for b in reversed(self.known) if b.name is None and b.head == noun and not b.plural), None)

    def index(self, bearer: Bearer, speaker: Speaker) -> None:
        """Note by what words a bearer may be found again."""
        for key in keys(speaker):
            known = self._by_key.setdefault(key, [])
            if bearer not in known and len(known) < NAMESAKES_MAX:
                known.append(bearer)
