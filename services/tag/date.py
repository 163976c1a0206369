"""When the article was published: settled from page, feed, address and text, with what speaks for and against it."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from schemas.v1.tagged import DateConflict, DateEvidence, DateExpression, DateTag
from services.tag.dates import date_in_path, read_dates, read_relative
from services.tag.folding import even
from services.tag.story import Story

VERSION: Final = "1"
EARLIEST: Final = dt.date(1990, 1, 1)
AFTER_SEEN_MAX: Final = dt.timedelta(days=2)
HEAD_LINES: Final = 10
REST_OF_LINE_MAX_CHARS: Final = 45
"""A line with a date and more words than this is running text, which speaks of other days too."""
LINE_MAX_CHARS: Final = 200
WEIGHT: Final = {"page": 3.0, "feed": 2.0, "url": 2.5, "dateline": 1.5, "text": 1.5}
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
    witnesses = [witness for witness in _witnesses(story) if _plausible(witness.date, _seen(story))]
    if not witnesses:
        return DateTag()
    day = _settle(witnesses)
    agreeing = [witness for witness in witnesses if witness.supports(day)]
    # The witness of the day itself goes first: a feed in UTC must not move the page's local day.
    best = max(agreeing, key=lambda w: (w.date == day, FINENESS.get(w.precision, 0), WEIGHT[w.field]))
    published = best.moment or dt.datetime.combine(day, dt.time(), dt.UTC)
    return DateTag(
        published_at=published,
        precision=best.precision,
        origin={"dateline": "page"}.get(best.field, best.field),
        evidence=[DateEvidence(field=w.field, text=w.text, date=w.date, start=w.start, end=w.end) for w in agreeing],
        conflicts=[DateConflict(field=w.field, text=w.text, date=w.date) for w in witnesses if w not in agreeing],
        expressions=_expressions(story.text, published.date()),
    )


def _settle(witnesses: list[_Witness]) -> dt.date:
    """Pick the day that the most trusted witnesses agree on; the first of them where two are equal."""
    weights: dict[dt.date, float] = {}
    for witness in witnesses:
        fields = {other.field for other in witnesses if other.supports(witness.date)}
        weights.setdefault(witness.date, sum(WEIGHT[field] for field in fields))
    return max(weights, key=lambda day: weights[day])


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
                yield _Witness("text", text[start:end], written.date, start=start, end=end)


def _seen(story: Story) -> dt.date | None:
    seen = [way.seen_at for way in story.discovered_via]
    if story.feed_seen_at:
        seen.append(story.feed_seen_at)
    return min(seen).date() if seen else None


def _plausible(day: dt.date, seen: dt.date | None) -> bool:
    return day >= EARLIEST and (seen is None or day <= seen + AFTER_SEEN_MAX)


def _expressions(text: str, today: dt.date) -> list[DateExpression]:
    return [
        DateExpression(start=written.start, end=written.end, text=text[written.start : written.end], date=written.date)
        for written in read_relative(even(text), today)
    ]
