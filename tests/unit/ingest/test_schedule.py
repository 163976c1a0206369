"""When to poll again."""

import random
from datetime import datetime, timedelta

import pytest

from services.ingest.schedule import (
    LATEST_S,
    SPREAD_MAX_S,
    Limits,
    Plan,
    after_answer,
    after_failure,
    after_gap,
    fraction_of,
    put_off,
    worth_a_line,
)
from tests.fakes.feeds import NOW

LIMITS = Limits(mean_s=300, least_s=60, most_s=3600, jitter=0)
CODES = ["fetch.rate_limited", "fetch.dns", "fetch.gone", "feed.not_a_feed", "fetch.server_error"]


def answered(wanted_s: float, *, hint: tuple[float, str] | None = None, retry_after_s: float | None = None) -> Plan:
    """Return the plan for a feed that answered, without jitter."""
    return after_answer(NOW, LIMITS, wanted_s=wanted_s, fraction=0.5, hint=hint, retry_after_s=retry_after_s)


def waits(code: str, times: int) -> list[float]:
    """Return the waits after so many failures in a row."""
    return [failing(n, code=code).wait_s for n in range(1, times + 1)]


def failing(failures: int, *, code: str, last_code: str | None = None, now: datetime = NOW) -> Plan:
    """Return the plan for a feed that failed, without jitter."""
    return after_failure(now, LIMITS, code=code, failures=failures, last_code=last_code or code, fraction=0.5)


@pytest.mark.parametrize(
    ("plan", "wait_s", "reason"),
    [
        (answered(500), 500, "rhythm"),
        (answered(5), 60, "least"),
        (answered(99_999), 3600, "most"),
        (answered(500, hint=(900, "cache_control")), 900, "cache_control"),
        (answered(500, hint=(400, "expires")), 500, "rhythm"),
        (answered(500, retry_after_s=700), 700, "retry_after"),
        (answered(500, retry_after_s=100), 500, "rhythm"),
        (answered(500, hint=(900, "cache_control"), retry_after_s=1e9), LATEST_S, "retry_after"),
    ],
)
def test_the_next_poll_follows_the_rhythm_within_limits_and_hints(plan: Plan, wait_s: float, reason: str) -> None:
    """What the rhythm asks for counts between the limits; a hint and Retry-After may ask for more, and that is told."""
    assert (plan.wait_s, plan.reason) == (wait_s, reason)
    assert plan.at == NOW + timedelta(seconds=wait_s)


def test_polls_are_spread_by_a_share_of_their_wait_and_half_a_minute_at_most() -> None:
    """Two feeds with one rhythm come apart, and a feed that keeps its times is still met."""
    for wanted_s in (100.0, 3000.0):
        plans = [
            after_answer(NOW, Limits(300, 60, 3600, 0.1), wanted_s=wanted_s, fraction=n / 100).wait_s
            for n in range(100)
        ]
        most_s = min(0.1 * wanted_s, SPREAD_MAX_S)
        assert min(plans) == wanted_s - most_s
        assert wanted_s + 0.9 * most_s < max(plans) < wanted_s + most_s


def test_no_poll_falls_into_a_retry_after_window() -> None:
    """For any rhythm, jitter, hint and failure, Retry-After is kept up to a day, and the next poll within that too."""
    chance = random.Random(7)
    for _ in range(5000):
        mean_s = chance.uniform(1, 3600)
        limits = Limits(mean_s, min(mean_s, chance.uniform(1, 600)), max(mean_s, 3600), chance.uniform(0, 0.99))
        asked_s = chance.choice([None, 0.0, chance.uniform(0, 2 * LATEST_S), 1e9])
        if chance.random() < 0.5:
            plan = after_answer(
                NOW,
                limits,
                wanted_s=chance.uniform(0, 2 * LATEST_S),
                fraction=chance.random(),
                hint=chance.choice([None, (chance.uniform(0, 3600), "expires")]),
                retry_after_s=asked_s,
            )
        else:
            plan = after_failure(
                NOW,
                limits,
                code=chance.choice(CODES),
                failures=chance.randint(1, 100),
                last_code=chance.choice([None, *CODES]),
                fraction=chance.random(),
                retry_after_s=asked_s,
            )
        assert min(asked_s or 0, LATEST_S) - 1e-6 <= plan.wait_s <= LATEST_S + 1e-6
        assert abs((plan.at - NOW).total_seconds() - plan.wait_s) < 1e-3


def test_failures_wait_longer_each_time_up_to_a_day() -> None:
    """The wait doubles from the first one on and ends at a day, for good: nothing is off for ever."""
    found = waits("fetch.server_error", 29)
    assert found[:4] == [300, 600, 1200, 2400]
    assert found[-1] == LATEST_S
    assert found == sorted(found)


def test_what_time_alone_does_not_mend_waits_longer() -> None:
    """A missing page is asked for less often than a server that stumbled, a page gone for good twice a day."""
    assert waits("fetch.not_found", 3) == [3600, 7200, 14_400]
    assert waits("fetch.gone", 3) == [LATEST_S / 2, LATEST_S, LATEST_S]


def test_another_reason_begins_with_a_shorter_wait() -> None:
    """A server that answers with an error after days without a name is not left alone for a day for that."""
    assert failing(11, code="fetch.server_error", last_code="fetch.dns").wait_s == 1200


def test_after_a_gap_half_the_wait_is_enough() -> None:
    """A feed that may have listed items unseen is asked after half the wait of before, or sooner if it was to be."""
    assert after_gap(NOW, answered(3000), LIMITS, interval_s=800) == Plan(NOW + timedelta(seconds=400), 400, "gap")
    assert after_gap(NOW, answered(3000), LIMITS, interval_s=90).wait_s == LIMITS.least_s
    assert after_gap(NOW, answered(100), LIMITS, interval_s=800) == answered(100)


def test_an_outage_of_ours_lengthens_no_wait() -> None:
    """A feed that nobody could reach is tried again at the usual pace."""
    assert put_off(NOW, LIMITS, reason="offline", fraction=0.5) == Plan(NOW + timedelta(seconds=300), 300, "offline")


def test_fractions_look_random_and_repeat() -> None:
    """The same parts give the same number in [0, 1), others another."""
    numbers = [fraction_of("feed", n) for n in range(1000)]
    assert numbers == [fraction_of("feed", n) for n in range(1000)]
    assert len(set(numbers)) == 1000
    assert 0 <= min(numbers) < 0.01
    assert 0.99 < max(numbers) < 1


def test_a_failure_is_told_first_then_on_change_then_hourly() -> None:
    """The log hears of the first failure, of each other reason, and of the same one once an hour."""
    later = NOW + timedelta(minutes=59)
    assert worth_a_line("a", last_code=None, logged_at=None, now=NOW)
    assert not worth_a_line("a", last_code="a", logged_at=NOW, now=later)
    assert worth_a_line("b", last_code="a", logged_at=NOW, now=later)
    assert worth_a_line("a", last_code="a", logged_at=NOW, now=NOW + timedelta(hours=1))
