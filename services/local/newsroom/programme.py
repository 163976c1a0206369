"""What the newsroom publishes and when: a pure, endless programme that follows from its start time.

First every story comes out once, then they come back for ever: in turn as a follow-up at an address of its own and as
an update at the old address. Nothing runs in the background; what is out is a question of the time alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.local.newsroom import dates
from services.local.newsroom.outlets import OUTLETS, Outlet
from services.local.newsroom.stories import Story

BACKLOG_GAP: Final = timedelta(minutes=11)
"""Time between the stories of the first batch, which lie before the start."""
FIRST_NUMBER: Final = 10_200
BY_ID: Final = {outlet.id: outlet for outlet in OUTLETS}

FOLLOW_UP: Final = {
    "en": "Follow-up {edition}: {title}",
    "fr": "Suite {edition} : {title}",
    "de": "Nachtrag {edition}: {title}",
}
NEWS: Final = {
    "en": (
        "By {time} the newsroom had received {count} further messages on the matter; none of them changed its core.",
        "The desk reached {count} more people by {time}; most of them asked not to see their names in print.",
        "A second round of talks is planned for {weekday}, and {count} delegates have registered so far.",
    ),
    "fr": (
        "À {time}, la rédaction avait reçu {count} nouveaux messages sur le sujet ; le fond de l'affaire demeure.",
        "La rédaction a joint {count} autres personnes avant {time} ; la plupart ne veulent pas voir leur nom imprimé.",
        "Une deuxième réunion est prévue {weekday}, et {count} délégués se sont inscrits à ce stade.",
    ),
    "de": (
        "Bis {time} Uhr gingen bei der Redaktion {count} Zuschriften ein; am Kern der Sache änderten sie nichts.",
        "Die Redaktion erreichte bis {time} Uhr {count} weitere Beteiligte, die meisten wollten nicht genannt werden.",
        "Eine zweite Gesprächsrunde ist für {weekday} geplant, bisher haben sich {count} Abgesandte angemeldet.",
    ),
}
VARIANT: Final = {
    "en": "This is report {variant} from the series, filed under number {number}; it counts {count} entries.",
    "fr": "Ceci est le volet {variant} de la série, classé sous le numéro {number} ; il compte {count} entrées.",
    "de": "Dies ist Teil {variant} der Reihe, abgelegt unter der Nummer {number}; er zählt {count} Einträge.",
}


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One edition of one story.

    `published_at` is when the address came to be, `at` is when this edition came out; both in UTC. `opening` and
    `closing` are paragraphs of this edition around the story's own.
    """

    outlet: Outlet
    story: Story
    number: int
    slug: str
    title: str
    edition: int
    at: datetime
    published_at: datetime
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Path of the page, below the outlet's address."""
        day = self.outlet.local(self.published_at)
        return self.outlet.path.format(day=day, slug=self.slug, number=self.number, section=self.story.section)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text that readers see, its dates counted from the publication."""
        day, language = self.outlet.local(self.published_at), self.story.language
        own = (dates.fill(text, day, language) for text in self.story.paragraphs)
        return (*self.opening, *own, *self.closing)


@dataclass(frozen=True, kw_only=True)
class Programme:
    """All publications by position: `first` of them before the start (UTC), then one every `every_s` seconds.

    `copies` tells each story so many times, numbered, before the follow-ups begin.
    """

    stories: Sequence[Story]
    start: datetime
    first: int
    every_s: float
    copies: int = 1

    def out(self, now: datetime) -> int:
        """Count the publications that are out; their positions begin with 0."""
        since = now - self.start
        if since < timedelta(0):
            return max(0, self.first + since // BACKLOG_GAP)
        return self.first + since // timedelta(seconds=self.every_s)

    def publication(self, position: int) -> Publication:
        """Return what comes out at a position."""
        debuts = len(self.stories) * self.copies
        if position < debuts:
            return self._debut(position)
        edition, turn = divmod(position, debuts)
        again = _update if (turn + edition) % 2 else _follow_up
        return again(self._debut(turn), edition + 1, position, self._at(position))

    def _debut(self, position: int) -> Publication:
        copy, turn = divmod(position, len(self.stories))
        story, variant = self.stories[turn], copy + 1
        number, at = FIRST_NUMBER + position, self._at(position)
        note = VARIANT[story.language].format(variant=variant, number=number, count=variant * 7 + position % 97)
        return Publication(
            outlet=BY_ID[story.outlet],
            story=story,
            number=number,
            slug=story.slug if variant == 1 else f"{story.slug}-{variant}",
            title=story.title if variant == 1 else f"{story.title} ({variant})",
            edition=1,
            at=at,
            published_at=at,
            closing=() if variant == 1 else (note,),
        )

    def _at(self, position: int) -> datetime:
        if position < self.first:
            return self.start - BACKLOG_GAP * (self.first - 1 - position)
        return self.start + timedelta(seconds=self.every_s) * (position - self.first + 1)


def _update(debut: Publication, edition: int, position: int, at: datetime) -> Publication:
    """Return the story at its old address with one more paragraph at the end."""
    closing = (*debut.closing, _news(debut, edition, position, at))
    return replace(debut, edition=edition, at=at, closing=closing)


def _follow_up(debut: Publication, edition: int, position: int, at: datetime) -> Publication:
    """Return the story at a new address: the news in front, its dates counted anew."""
    return replace(
        debut,
        number=FIRST_NUMBER + position,
        slug=f"{debut.slug}-n{edition}",
        title=FOLLOW_UP[debut.story.language].format(edition=edition, title=debut.title),
        edition=edition,
        at=at,
        published_at=at,
        opening=(_news(debut, edition, position, at),),
    )


def _news(debut: Publication, edition: int, position: int, at: datetime) -> str:
    sentences = NEWS[debut.story.language]
    local = debut.outlet.local(at)
    weekday = dates.show("{weekday}", local + timedelta(days=2), debut.story.language)
    return sentences[(edition + position) % len(sentences)].format(
        time=f"{local:%H:%M}", count=3 + (edition * 31 + position) % 997, weekday=weekday
    )
