"""A feed's constant error of time: learned when it is one, and never from anything else."""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.offset import correction_s, observed

START = datetime(2026, 3, 5, tzinfo=UTC)
GAP = timedelta(minutes=5)
HOUR = timedelta(hours=1)

Dating = Callable[[datetime, random.Random], datetime]


def published(seed: int, *, days: float = 2, every: timedelta = timedelta(minutes=20)) -> list[datetime]:
    """Return when a newsroom publishes: by chance, so often on average."""
    chance, times = random.Random(seed), [START]
    while times[-1] < START + timedelta(days=days):
        times.append(times[-1] + every * chance.expovariate(1))
    return times


def polled(
    times: Iterable[datetime],
    dated: Dating,
    *,
    gap: timedelta = GAP,
    delay: timedelta = timedelta(),
    state: bytes | None = None,
    seed: int = 0,
) -> bytes | None:
    """Return what is known after polling a feed that dates its items so, and shows them `delay` after that."""
    chance = random.Random(seed)
    waiting = sorted((when + delay, dated(when, chance)) for when in times)
    since, until = None, waiting[0][0] - gap
    while waiting:
        shown = [date for when, date in waiting if when <= until]
        waiting = [one for one in waiting if one[0] > until]
        state = observed(state, shown, since=since, until=until)
        since, until = until, until + gap
    return state


def off_by(hours: float) -> Dating:
    """Return the dating of a feed whose times are wrong by so much."""
    return lambda when, _: when + hours * HOUR


ERRORS = [-10, -5, -3.5, -2, -1, 0.5, 1, 2, 5.5, 5.75, 8, 12]


@pytest.mark.parametrize(
    ("hours", "gap"),
    [
        *((hours, timedelta(minutes=minutes)) for hours in ERRORS for minutes in (2, 5, 15)),
        *((hours, HOUR) for hours in ERRORS if abs(hours) > 3),
    ],
    ids=str,
)
def test_a_constant_error_is_learned(hours: float, gap: timedelta) -> None:
    """An error of whole quarters of an hour is found to the second; a large one by seldom polls too."""
    state = polled(published(1), off_by(hours), gap=gap)
    assert correction_s(state) == hours * 3600
    assert state
    assert len(state) <= 64


def test_a_site_may_take_some_minutes_to_show_what_it_dates() -> None:
    """Items that appear some minutes after their date do not hide the error."""
    assert correction_s(polled(published(2), off_by(2), delay=timedelta(minutes=6))) == 7200
    assert correction_s(polled(published(2), off_by(-3), delay=timedelta(minutes=6))) == -10800


RIGHT: dict[str, tuple[Dating, timedelta]] = {
    "punctual": (off_by(0), timedelta()),
    "five minutes late": (off_by(0), timedelta(minutes=5)),
    "behind a cache of twenty minutes": (off_by(0), timedelta(minutes=20)),
    "behind a cache of forty minutes": (off_by(0), timedelta(minutes=40)),
    "clock two minutes ahead": (off_by(1 / 30), timedelta()),
    "dated by hand, hours before": (lambda when, chance: when - chance.uniform(0, 6) * HOUR, timedelta()),
    "dated at the last full hour": (lambda when, _: when.replace(minute=0, second=0), timedelta()),
    "dated at midnight": (lambda when, _: when.replace(hour=0, minute=0, second=0), timedelta()),
    "dates of events to come": (lambda when, chance: when + chance.uniform(0, 40) * HOUR, timedelta()),
    "old pieces published again": (lambda when, chance: when - chance.choice([0, 0, 0, 30, 700]) * HOUR, timedelta()),
    "one item in four an hour back": (lambda when, chance: when - chance.choice([0, 0, 0, 1]) * HOUR, timedelta()),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", RIGHT)
def test_nothing_is_learned_from_feeds_that_are_right(name: str, seed: int) -> None:
    """Lateness, back-dating, batches of an hour and events to come are no constant error."""
    dated, delay = RIGHT[name]
    assert correction_s(polled(published(seed), dated, delay=delay, seed=seed)) is None


def test_nothing_is_learned_from_batches() -> None:
    """A batch that is dated at six and appears at seven, day after day, is late and not wrong."""
    times = [START + timedelta(days=day, hours=7, seconds=3 * n) for day in range(14) for n in range(20)]
    assert correction_s(polled(times, lambda when, _: when.replace(hour=6, minute=0, second=0))) is None
    assert correction_s(polled(times, lambda when, _: when - HOUR)) is None


def test_first_sight_says_nothing() -> None:
    """What a feed shows at first sight may be of any age."""
    dates = [START - 5 * HOUR + timedelta(minutes=7 * n) for n in range(30)]
    assert observed(None, dates, since=None, until=START) is None


def test_one_poll_is_not_enough() -> None:
    """However many items a poll brings, they are one witness."""
    dates = [START + 2 * HOUR - timedelta(seconds=9 * n) for n in range(30)]
    assert correction_s(observed(None, dates, since=START - GAP, until=START)) is None


def test_single_odd_dates_do_not_unlearn() -> None:
    """Now and then an item is dated by hand; the error stays known."""
    state = polled(published(3), off_by(2))
    for odd in (-3 * HOUR, -30 * HOUR, 30 * HOUR, 4 * HOUR):
        later = START + timedelta(days=5)
        state = observed(state, [later + odd], since=later - GAP, until=later)
        state = observed(state, [later + 2 * HOUR], since=later - GAP, until=later + GAP)
    assert correction_s(state) == 7200


@pytest.mark.parametrize("hours", [-5, -1, 1, 5.5])
def test_a_mended_feed_is_no_longer_corrected(hours: float) -> None:
    """When the error is gone from the feed, some items are enough to unlearn it."""
    wrong = polled(published(4), off_by(hours))
    assert correction_s(wrong) == hours * 3600
    mended = published(5, days=0.25)[:8]
    assert correction_s(polled(mended, off_by(0), state=wrong)) is None


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1), (-5, -4), (-4, -5)])
def test_a_change_of_clocks_is_followed(before: float, after: float) -> None:
    """When clocks change, the error does, and is learned anew."""
    state = polled(published(6), off_by(before))
    assert correction_s(polled(published(7), off_by(after), state=state)) == after * 3600


def test_a_state_of_unknown_form_is_none() -> None:
    """What another version has packed is not misread."""
    assert correction_s(b"\x09garbage") is None
    assert correction_s(b"") is None
    assert correction_s(None) is None
