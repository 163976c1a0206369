"""Relative dates in running text, as the days that they mean seen from the day of publication. Pure.

A day of the week is the last one up to today, unless the sentence speaks of what is to come. Weeks run from Monday to
Sunday. What means no single stretch of days (`recently`, `every Friday`) is left out.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Final

from services.tag.dates import Written
from services.tag.months import MONTHS

Stretch = tuple[dt.date, dt.date]

_DAY: Final = dt.timedelta(days=1)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS: Final = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)  # noqa: SIM905 - a list fills the screen
} | {"a": 1, "an": 1}
_MANY_MAX: Final = 400
_COUNT: Final = r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[1-9]\d{0,2})"
_ANCHORS: Final = (
    "day",
    "week",
    "month",
    "year",
    " ago",
    "night",
    "morrow",
    "morning",
    "noon",
    "evening",
    "ast ",
    "ext ",
)
"""What every expression holds one of; they are looked for first, which is quick."""
_BEFORE_ANCHOR_CHARS: Final = 45
_BEHIND_ANCHOR_CHARS: Final = 25
_RELATIVE: Final = re.compile(
    rf"""\b(?:
      (?P<since>since|from)\ (?P<since_what>
          the\ (?:beginning|start)\ of\ (?:the|this)\ (?P<since_grain>week|month|year)
        | (?:(?P<since_last>last)\ )?(?P<since_day>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day
        | (?P<since_word>yesterday)
        | last\ (?P<since_unit>week|month|year))
    | (?:earlier|so\ far)\ this\ (?P<earlier>week|month|year)
    | later\ this\ (?P<later>week|month|year)
    | (?:in|over|during|for|within)\ the\ (?:past|last)\ (?:(?P<past>{_COUNT})\ )?(?P<past_unit>day|week|month|year)s?
    | (?:in|over|during|within)\ the\ (?:next|coming)\ (?:(?P<coming>{_COUNT})\ )?(?P<coming_unit>day|week|month|year)s?
    | the\ day\ (?P<beyond>before\ yesterday|after\ tomorrow)
    | (?P<ago>{_COUNT})\ (?P<ago_unit>day|week|month|year)s?\ ago
    | in\ (?P<in>{_COUNT})\ (?P<in_unit>day|week|month|year)s?(?='\ time|\ from\ now)
    | (?P<unit_side>last|this|next|the\ previous|the\ coming)\ (?P<unit>week(?:end)?|month|year)
    | (?P<month_side>last|next|this)\ (?P<month>January|February|March|April|May|June|July|August|September|October
        |November|December)
    | (?P<night>last)\ night
    | this\ (?P<part>morning|afternoon|evening)
    | (?P<word>yesterday|today|tonight|tomorrow)
    | (?:on\ |last\ |next\ |this\ |this\ coming\ |this\ past\ |late\ |early\ |by\ |until\ )?
        (?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?P<week_on>\ of\ last\ week|\ last\ week|\ next\ week)?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_DAY_BEFORE: Final = re.compile(
    r"(?:every|each|most|black|good|super|easter|bloody|ash|palm|of|a|any|cyber|giving|holy|one|some) $", re.IGNORECASE
)
_NO_DAY_AFTER: Final = re.compile(
    r"(?:'s (?:day|world)|s\b|,? (?:the )?(?:[0-3]?[0-9](?:st|nd|rd|th)?,? (?:of )?)?(?:"
    + "|".join(sorted(name for name in MONTHS if name.isascii() and len(name) > 2))  # noqa: PLR2004 - `ago`
    + r")\b)",
    re.IGNORECASE,
)
_FUTURE: Final = re.compile(
    r"\b(?:will|shall|plans? to|(?:is|are) (?:to|due)|scheduled|expected to|set to|would|going to)\b[^.!?\n]*$",
    re.IGNORECASE,
)


def read_relative(text: str, today: dt.date) -> Iterator[Written]:
    """Yield the relative dates of an evened text that mean one day or one stretch of days, seen from `today`."""
    for start, end in _regions(text):
        for match in _RELATIVE.finditer(text, start, end):
            before = text[max(0, match.start() - 120) : match.start()]
            stretch = _stretch(match, before, today)
            if stretch:
                first, last = stretch
                yield Written(match.start(), match.end(), first, last if last > first else None)


def _regions(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that may hold expressions, whole words each."""
    places: list[int] = []
    for anchor in _ANCHORS:
        place = text.find(anchor)
        while place >= 0:
            places.append(place)
            place = text.find(anchor, place + 1)
    start = end = 0
    for place in sorted(places):
        if place - _BEFORE_ANCHOR_CHARS > end:
            if end:
                yield start, _blank_behind(text, end)
            start = max(0, text.rfind(" ", 0, place - _BEFORE_ANCHOR_CHARS) if place > _BEFORE_ANCHOR_CHARS else 0)
        end = place + _BEHIND_ANCHOR_CHARS
    if end:
        yield start, _blank_behind(text, end)


def _blank_behind(text: str, place: int) -> int:
    found = text.find(" ", place)
    return len(text) if found < 0 else found


def _stretch(match: re.Match[str], before: str, today: dt.date) -> Stretch | None:
    """Give the first and the last day that an expression means."""
    kind = match.lastgroup or ""
    if match["weekday"]:
        if _NO_DAY_BEFORE.search(before[-12:]) or _NO_DAY_AFTER.match(match.string, match.end()):
            return None
        return _single(today + dt.timedelta(days=_days_to(match, before, today)))
    if match["since"]:
        return _since(match, today)
    for name, read in _READERS.items():
        if match[name]:
            return read(match, today)
    return _counted(match, today) if kind else None


def _single(day: dt.date) -> Stretch:
    return day, day


def _since(match: re.Match[str], today: dt.date) -> Stretch | None:
    """Read `since Monday`, `since the beginning of the year`."""
    if match["since"].lower() == "from" and not match["since_grain"]:
        return None
    if match["since_grain"]:
        return _grain(match["since_grain"].lower(), today, 0)[0], today
    if match["since_unit"]:
        return _grain(match["since_unit"].lower(), today, -1)[0], today
    if match["since_word"]:
        return today - _DAY, today
    back = (today.weekday() - _WEEKDAYS.index(f"{match['since_day'].lower()}day")) % 7
    return today - dt.timedelta(days=back or 7), today


def _grain(unit: str, today: dt.date, steps: int) -> Stretch:
    """Give the week, weekend, month or year that lies `steps` away from today's."""
    if unit in {"week", "weekend"}:
        monday = today - dt.timedelta(days=today.weekday()) + dt.timedelta(weeks=steps)
        return (monday if unit == "week" else monday + 5 * _DAY), monday + 6 * _DAY
    months = today.year * 12 + today.month - 1 + (steps if unit == "month" else 0)
    if unit == "month":
        first = dt.date(months // 12, months % 12 + 1, 1)
        after = dt.date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        return first, after - _DAY
    return dt.date(today.year + steps, 1, 1), dt.date(today.year + steps, 12, 31)


def _beside(match: re.Match[str], today: dt.date) -> Stretch:
    """Read `last week`, `this month`, `next year`, `this weekend`."""
    side = match["unit_side"].lower().rpartition(" ")[2]
    steps = {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(side, 0)
    unit = match["unit"].lower()
    if unit == "weekend" and steps < 0 and today.weekday() == 6:  # noqa: PLR2004 - Sunday: its own weekend is not over
        steps = -1
    return _grain(unit, today, steps)


def _of_month(match: re.Match[str], today: dt.date) -> Stretch:
    """Read `last March`: the one before this month; `next March`: the one behind it."""
    number = MONTHS[match["month"].lower()][1]
    side = match["month_side"].lower()
    year = today.year
    if side == "last" and number >= today.month:
        year -= 1
    if side == "next" and number <= today.month:
        year += 1
    return _grain("month", dt.date(year, number, 1), 0)


def _counted(match: re.Match[str], today: dt.date) -> Stretch | None:
    """Read `three weeks ago`, `in the past ten days`, `in the coming month`, `in two days' time`."""
    for name, sign, ends_today in (("ago", -1, False), ("in", 1, False), ("past", -1, True), ("coming", 1, True)):
        unit = match[f"{name}_unit"]
        if not unit:
            continue
        if match[name] is None and match.group().endswith("s"):
            return None
        word = (match[name] or "one").lower()
        count = _NUMBERS.get(word) or int(word)
        if count > _MANY_MAX:
            return None
        if not ends_today:
            return _away(unit.lower(), sign * count, today)
        edge = _moved(unit.lower(), sign * count, today)
        return (edge, today) if edge < today else (today, edge)
    return None


def _away(unit: str, steps: int, today: dt.date) -> Stretch:
    """Give the day, week, month or year that lies so many away."""
    return _single(today + steps * _DAY) if unit == "day" else _grain(unit, today, steps)


def _moved(unit: str, steps: int, today: dt.date) -> dt.date:
    """Give the day so many days, weeks, months or years from today; the last of the month where it is shorter."""
    if unit in {"day", "week"}:
        return today + steps * (_DAY if unit == "day" else 7 * _DAY)
    months = today.year * 12 + today.month - 1 + steps * (1 if unit == "month" else 12)
    last = _grain("month", dt.date(months // 12, months % 12 + 1, 1), 0)[1]
    return last.replace(day=min(today.day, last.day))


def _word(match: re.Match[str], today: dt.date) -> Stretch:
    return _single(today + {"yesterday": -1, "tomorrow": 1}.get(match["word"].lower(), 0) * _DAY)


def _beyond(match: re.Match[str], today: dt.date) -> Stretch:
    return _single(today + (-2 if match["beyond"].lower().startswith("before") else 2) * _DAY)


_READERS: Final[dict[str, Callable[[re.Match[str], dt.date], Stretch]]] = {
    "word": _word,
    "unit_side": _beside,
    "month_side": _of_month,
    "beyond": _beyond,
    "earlier": lambda match, today: (_grain(match["earlier"].lower(), today, 0)[0], today),
    "later": lambda match, today: (today, _grain(match["later"].lower(), today, 0)[1]),
    "night": lambda _, today: _single(today - _DAY),
    "part": lambda _, today: _single(today),
}


def _days_to(match: re.Match[str], before: str, today: dt.date) -> int:
    """Give the days from today to the day of the week that is meant."""
    weekday = _WEEKDAYS.index(f"{match['weekday'].lower()}day")
    back = (today.weekday() - weekday) % 7
    words = match.group().lower()
    if match["week_on"]:
        return weekday - today.weekday() + (7 if words.endswith("next week") else -7)
    if words.startswith(("last ", "this past ")):
        return -(back or 7)
    ahead = words.startswith(("next ", "by ", "until ", "this coming "))
    if ahead or (back and _FUTURE.search(before)):
        return 7 - back
    if words.startswith("this "):
        return weekday - today.weekday()
    return -back
