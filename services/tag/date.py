"""When the article was published: settled from page, feed, address and text, with what speaks for and against it."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from schemas.v1.tagged import DateConflict, DateEvidence, DateExpression, DateTag
from services.tag.dates import date_in_path, read_dates
from services.tag.folding import even
from services.tag.relative import read_relative
from services.tag.story import Story

VERSION: Final = "2"
EARLIEST: Final = dt.date(1990, 1, 1)
AFTER_SEEN_MAX: Final = dt.timedelta(days=2)
HEAD_LINES: Final = 10
REST_OF_LINE_MAX_CHARS: Final = 45
"""A line with a date and more words than this is running text, which speaks of other days too."""
LINE_MAX_CHARS: Final = 200
WEIGHT: Final = {"page": 3.0, "feed": 2.0, "url": 2.5, "dateline": 1.5, "text": 1.5}
DOUBTED: Final = 0.5
"""What of its weight keeps a witness that is a default, an update or a day and month that changed places."""
_UPDATED: Final = re.compile(
    r"updat|revised|modified|aktualisier|mis [a\u00e0] jour|modifi|actualiza|atualizad|aggiorn|bijgewerkt|uppdater"
    r"|opdater|oppdater|aktualiz|\u043e\u0431\u043d\u043e\u0432\u043b|g\u00fcncel",
    re.IGNORECASE,
)
FINENESS: Final = {"second": 3, "minute": 2, "day": 1}


@dataclass(frozen=True, slots=True)
class _Witness:
    """One thing that speaks for a day. `moment` is null where it names the day only."""

    field: str
    text: str
    date: dt.date
    moment: dt.datetime | None = None
    precision: str = "day"
    start: int | None = None
    end: int | None = None
    doubted: bool = False

    def supports(self, day: dt.date) -> bool:
        """Tell whether this speaks for a day; a moment in UTC may fall on the day before or after, elsewhere."""
        if self.date == day:
            return True
        if self.moment is None or self.moment.utcoffset():
            return False
        first, last = self.moment - dt.timedelta(hours=12), self.moment + dt.timedelta(hours=14)
        return self.precision != "day" and first.date() <= day <= last.date()


def tag_date(story: Story) -> DateTag:
    """Settle the publication date of a story and resolve the relative dates in its text."""
    seen = _seen(story)
    heard = list(_witnesses(story))
    witnesses = [witness for witness in heard if _plausible(witness.date, seen)]
    if not witnesses:
        return DateTag(conflicts=[_conflict(witness) for witness in heard])
    day = _settle(witnesses)
    agreeing = [witness for witness in witnesses if witness.supports(day)]
    # The witness of the day itself goes first: a feed in UTC must not move the page's local day.
    best = max(agreeing, key=lambda w: (w.date == day, w.precision != "day", WEIGHT[w.field], FINENESS[w.precision]))
    published = best.moment or dt.datetime.combine(day, dt.time(), dt.UTC)
    return DateTag(
        published_at=published,
        precision=best.precision,
        origin={"dateline": "page"}.get(best.field, best.field),
        evidence=[DateEvidence(field=w.field, text=w.text, date=w.date, start=w.start, end=w.end) for w in agreeing],
        conflicts=[_conflict(witness) for witness in heard if witness not in agreeing],
        expressions=_expressions(story.text, published.date()),
    )


def _conflict(witness: _Witness) -> DateConflict:
    return DateConflict(field=witness.field, text=witness.text, date=witness.date)


def _settle(witnesses: list[_Witness]) -> dt.date:
    """Pick the day that the most trusted witnesses agree on; the first of them where two are equal."""
    weights: dict[dt.date, float] = {}
    for witness in witnesses:
        by_field: dict[str, float] = {}
        for other in witnesses:
            if other.supports(witness.date):
                weight = _weight(other, witnesses) * (1 if other.date == witness.date else DOUBTED)
                by_field[other.field] = max(weight, by_field.get(other.field, 0))
        weights.setdefault(witness.date, sum(by_field.values()))
    return max(weights, key=lambda day: weights[day])


def _weight(witness: _Witness, witnesses: list[_Witness]) -> float:
    """Give what a witness is worth beside the others."""
    doubted = witness.doubted
    if witness.precision == "day" and witness.field == "page" and len(witnesses) > 1:
        day, month = witness.date.day, witness.date.month
        swapped = any((other.date.month, other.date.day) == (day, month) != (month, day) for other in witnesses)
        doubted = swapped or (day, month) == (1, 1)
    return WEIGHT[witness.field] * (DOUBTED if doubted else 1)


def _witnesses(story: Story) -> Iterator[_Witness]:
    if story.published_at:
        moment = story.published_at
        field = story.published_origin if story.published_origin in WEIGHT else "page"
        precision = story.published_precision if story.published_precision in FINENESS else "second"
        yield _Witness(field, moment.isoformat(), moment.date(), moment, precision)
    if story.feed_published_at and not (story.published_at and story.published_origin == "feed"):
        moment = story.feed_published_at
        yield _Witness("feed", moment.isoformat(), moment.date(), moment, "second")
    if story.url and (written := date_in_path(_path(story.url.canonical))):
        yield _Witness("url", _path(story.url.canonical)[written.start : written.end], written.date)
    if story.dateline:
        for written in read_dates(even(story.dateline.text)):
            yield _Witness("dateline", story.dateline.text, written.date)
    yield from _in_text(story.text)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _in_text(text: str) -> Iterator[_Witness]:
    """Yield the dates of the lines near the head that hold little else."""
    for number, line in enumerate(re.finditer(r"[^\n]*\S[^\n]*", even(text))):
        if number >= HEAD_LINES:
            return
        if len(line.group()) > LINE_MAX_CHARS:
            continue
        for written in read_dates(line.group()):
            if len(line.group().strip()) - (written.end - written.start) <= REST_OF_LINE_MAX_CHARS:
                start, end = line.start() + written.start, line.start() + written.end
                updated = bool(_UPDATED.search(line.group()))
                yield _Witness("text", text[start:end], written.date, start=start, end=end, doubted=updated)


def _seen(story: Story) -> dt.date | None:
    seen = [way.seen_at for way in story.discovered_via]
    if story.feed_seen_at:
        seen.append(story.feed_seen_at)
    return min(seen).date() if seen else None


def _plausible(day: dt.date, seen: dt.date | None) -> bool:
    return day >= EARLIEST and (seen is None or day <= seen + AFTER_SEEN_MAX)


def _expressions(text: str, today: dt.date) -> list[DateExpression]:
    return [
        DateExpression(
            start=written.start,
            end=written.end,
            text=text[written.start : written.end],
            date=written.date,
            until=written.until,
        )
        for written in read_relative(even(text), today)
    ]
