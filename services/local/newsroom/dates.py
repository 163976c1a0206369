"""Dates in words: how the outlets write them, and the placeholders in the articles' text."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from services.local.newsroom.outlets import Language


def _names(names: str) -> tuple[str, ...]:
    return tuple(names.split())


WEEKDAYS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": _names("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "fr": _names("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "de": _names("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
}
MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": _names("January February March April May June July August September October November December"),
    "fr": _names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "de": _names("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
}
DAY_AND_MONTH: Final[Mapping[Language, str]] = {"en": "{day} {month}", "fr": "{day} {month}", "de": "{day}. {month}"}
PLACEHOLDER: Final = re.compile(r"\[\[(?P<name>[a-z_]+)(?: (?P<days>[+-]?\d+))?\]\]")


def show(pattern: str, moment: datetime, language: Language) -> str:
    """Write a moment after a pattern of `str.format` with the names below."""
    month = MONTHS[language][moment.month - 1]
    return pattern.format(
        weekday=WEEKDAYS[language][moment.weekday()],
        day=moment.day,
        month=month,
        short_month=month[:3],
        month_number=moment.month,
        year=moment.year,
        hour=f"{moment:%H}",
        minute=f"{moment:%M}",
    )


def fill(text: str, published: datetime, language: Language) -> str:
    """Replace the placeholders of a text: `[[weekday -1]]` is the name of the day before the publication.

    Known are `weekday`, `date` (day and month), `date_us` (month and day), `month` and `year`; the number counts days.
    """
    patterns = {
        "weekday": "{weekday}",
        "date": DAY_AND_MONTH[language],
        "date_us": "{month} {day}",
        "month": "{month}",
        "year": "{year}",
    }

    def write(found: re.Match[str]) -> str:
        return show(patterns[found["name"]], published + timedelta(days=int(found["days"] or 0)), language)

    return PLACEHOLDER.sub(write, text)
