"""Outlets that do not exist, page by page: how real ones vary, and how they change."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

PERSISTENT = (0.0, 0.5, 0.7, 0.85)
TICKER_WORDS_LOG = 3.7
LOSSES = ("authors", "date", "words", "text")


@dataclass(frozen=True)
class Outlet:
    """How an outlet's pages vary, as shares of pages.

    Staff and agency copy take turns: `agency` is the share of the one, `persistence` how often a page is like the one
    before. Authors stand on `authors` of the staff's pages and on `agency_authors` of the agency's. `ticker` is how
    often a run of short news begins; `words_log` and `spread` are of the logarithm of words, `run` its correlation.
    """

    agency: float
    persistence: float
    authors: float
    agency_authors: float
    date: float
    time: float
    image: float
    section: float
    sure: float
    text: float
    words_log: float
    spread: float
    run: float
    ticker: float


def invented(chance: random.Random) -> Outlet:
    """Return an outlet like none before."""
    authors = chance.choice([0.98, 0.95, 0.9, 0.7, 0.5])
    return Outlet(
        agency=chance.choice([0, 0.1, 0.3, 0.5]),
        persistence=chance.choice(PERSISTENT),
        authors=authors,
        agency_authors=chance.choice([0, 0.1, authors]),
        date=chance.choice([1, 0.99, 0.97]),
        time=chance.choice([0.99, 0.9, 0.6]),
        image=chance.choice([0.99, 0.9, 0.6]),
        section=chance.choice([1, 0.9, 0.3]),
        sure=chance.choice([0.98, 0.9, 0.8]),
        text=chance.choice([0.999, 0.98, 0.95]),
        words_log=chance.uniform(5, 6.6),
        spread=chance.choice([0.4, 0.55, 0.7, 0.9]),
        run=chance.choice([0, 0.2, 0.4]),
        ticker=chance.choice([0, 0, 0.02]),
    )


def pages(
    outlet: Outlet, chance: random.Random, count: int, *, lost: str = "", at: int = 0
) -> Iterator[tuple[dict[str, bool], int | None]]:
    """Yield what so many pages have; from page `at` on, what is `lost` (one of `LOSSES`) is gone, or words halved."""
    agency, swing, short_left = False, 0.0, 0
    for number in range(count):
        gone = lost if number >= at else ""
        if chance.random() > outlet.persistence:
            agency = chance.random() < outlet.agency
        if chance.random() >= outlet.text or (gone == "text" and chance.random() < 0.9):
            yield {"text": False}, None
            continue
        swing = outlet.run * swing + math.sqrt(1 - outlet.run**2) * chance.gauss(0, 1)
        if not short_left and chance.random() < outlet.ticker:
            short_left = chance.randint(3, 9)
        size = outlet.words_log + outlet.spread * swing
        if short_left:
            short_left -= 1
            size = min(size, TICKER_WORDS_LOG + 0.3 * chance.gauss(0, 1))
        words = max(1, int(math.exp(size - (math.log(2) if gone == "words" else 0))))
        authors = outlet.agency_authors if agency else outlet.authors
        date = chance.random() < (0.03 if gone == "date" else outlet.date)
        fields = {
            "text": True,
            "full": words >= 50,
            "title": chance.random() < 0.998,
            "authors": chance.random() < (0.05 * authors if gone == "authors" else authors),
            "date": date,
            "time": date and chance.random() < outlet.time,
            "image": chance.random() < outlet.image,
            "section": chance.random() < outlet.section,
            "sure": chance.random() < outlet.sure,
        }
        yield fields, words if words >= 50 else None
