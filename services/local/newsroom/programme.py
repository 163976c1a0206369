"""What the newsroom publishes and when: a pure, endless programme that follows from its start time.

First every story comes out once, then they come back for ever: in turn as a follow-up at an address of its own and as
an update at the old address. Nothing runs in the background; what is out is a question of the time alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.local.newsroom import dates
from services.local.newsroom.outlets import Outlet
from services.local.newsroom.stories import Story

BACKLOG_GAP: Final = timedelta(minutes=11)
"""Time between the stories of the first batch, which lie before the start."""
FIRST_NUMBER: Final = 10_200

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
    """One edition of one story, with the text that its readers see.

    `published_at` is when the address came to be, `at` is when this edition came out; both in UTC.
    """

    outlet: Outlet
    story: Story
    number: int
    slug: str
    title: str
    paragraphs: tuple[str, ...]
    edition: int
    at: datetime
    published_at: datetime

    @property
    def path(self) -> str:
        """Path of the page, below the outlet's address."""
        day = self.outlet.local(self.published_at)
        return self.outlet.path.format(day=day, slug=self.slug, number=self.number, section=self.story.section)


def programme(
    stories: Sequence[Story],
    outlets: Sequence[Outlet],
    *,
    start: datetime,
    first: int,
    every_s: float,
    copies: int = 1,
) -> Iterator[Publication]:
    """Yield all publications in order, without end: `first` of them before the start, then one every `every_s`."""
    by_id = {outlet.id: outlet for outlet in outlets}
    debuts: list[Publication] = []
    for position in range(len(stories) * copies):
        story = stories[position % len(stories)]
        at = _at(position, start=start, first=first, every_s=every_s)
        debuts.append(_debut(story, by_id[story.outlet], position, position // len(stories) + 1, at))
        yield debuts[-1]
    position = len(debuts)
    while True:
        edition, turn = divmod(position, len(debuts))
        at = _at(position, start=start, first=first, every_s=every_s)
        again = _update if (turn + edition) % 2 else _follow_up
        yield again(debuts[turn], edition + 1, position, at)
        position += 1


def _at(position: int, *, start: datetime, first: int, every_s: float) -> datetime:
    if position < first:
        return start - BACKLOG_GAP * (first - 1 - position)
    return start + timedelta(seconds=every_s * (position - first + 1))


def _debut(story: Story, outlet: Outlet, position: int, variant: int, at: datetime) -> Publication:
    number = FIRST_NUMBER + position
    note = VARIANT[story.language].format(variant=variant, number=number, count=variant * 7 + position % 97)
    return Publication(
        outlet=outlet,
        story=story,
        number=number,
        slug=story.slug if variant == 1 else f"{story.slug}-{variant}",
        title=story.title if variant == 1 else f"{story.title} ({variant})",
        paragraphs=_filled(story, outlet, at, () if variant == 1 else (note,)),
        edition=1,
        at=at,
        published_at=at,
    )


def _update(debut: Publication, edition: int, position: int, at: datetime) -> Publication:
    """Return the story at its old address with one more paragraph at the end."""
    return replace(debut, paragraphs=(*debut.paragraphs, _news(debut, edition, position, at)), edition=edition, at=at)


def _follow_up(debut: Publication, edition: int, position: int, at: datetime) -> Publication:
    """Return the story at a new address: the news in front, its dates counted anew."""
    story, outlet = debut.story, debut.outlet
    return replace(
        debut,
        number=FIRST_NUMBER + position,
        slug=f"{debut.slug}-n{edition}",
        title=FOLLOW_UP[story.language].format(edition=edition, title=debut.title),
        paragraphs=(_news(debut, edition, position, at), *_filled(story, outlet, at, ())),
        edition=edition,
        at=at,
        published_at=at,
    )


def _news(debut: Publication, edition: int, position: int, at: datetime) -> str:
    sentences = NEWS[debut.story.language]
    local = debut.outlet.local(at)
    weekday = dates.show("{weekday}", local + timedelta(days=2), debut.story.language)
    return sentences[(edition + position) % len(sentences)].format(
        time=f"{local:%H:%M}", count=edition * 3 + position % 89, weekday=weekday
    )


def _filled(story: Story, outlet: Outlet, at: datetime, more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dates.fill(text, outlet.local(at), story.language) for text in (*story.paragraphs, *more))
