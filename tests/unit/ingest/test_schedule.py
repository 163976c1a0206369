"""When a feed is polled again."""

import random
from datetime import timedelta

import pytest

from services.ingest.schedule import LATEST_S, Rhythm, after_failure, after_success, fraction_of, worth_a_line
from tests.fakes.feeds import NOW

RHYTHM = Rhythm(interval_s=300, jitter=0.1)
PLAIN = Rhythm(interval_s=300, jitter=0)


def test_polls_are_spread_around_the_interval() -> None:
    """Over many feeds the next poll lies evenly within the jitter around the interval."""
    waits = [(after_success(NOW, RHYTHM, fraction=fraction_of(n, NOW)) - NOW).total_seconds() for n in range(2000)]
    assert 270 <= min(waits) < 272
    assert 328 < max(waits) <= 330
    assert abs(sum(waits) / len(waits) - 300) < 2


@pytest.mark.parametrize(
    ("asked_s", "expected_s"),
    [(None, 300), (0, 300), (120, 300), (900, 900), (86_400, 86_400), (999_999_999, 86_400)],
)
def test_a_servers_wish_is_followed_within_reason(asked_s: float | None, expected_s: float) -> None:
    """Case 13: Retry-After counts between the interval and a day, after a success as after a failure."""
    after = after_success(NOW, PLAIN, fraction=0.5, retry_after_s=asked_s)
    assert (after - NOW).total_seconds() == expected_s
    failed = after_failure(NOW, PLAIN, code="fetch.server_error", failures=1, fraction=0.5, retry_after_s=asked_s)
    assert (failed - NOW).total_seconds() == expected_s


def test_no_poll_comes_before_the_server_allows() -> None:
    """Whatever the jitter, failures and wish, the next poll is neither inside the server's window nor after a day."""
    chance = random.Random(4)
    for _ in range(2000):
        asked_s = chance.choice([None, chance.uniform(0, 100_000)])
        after = after_failure(
            NOW,
            Rhythm(chance.uniform(1, 3600), chance.uniform(0, 0.99)),
            code=chance.choice(["fetch.rate_limited", "fetch.dns", "fetch.gone", "feed.not_a_feed"]),
            failures=chance.randint(1, 100),
            fraction=chance.random(),
            retry_after_s=asked_s,
        )
        wait_s = (after - NOW).total_seconds()
        assert min(asked_s or 0, LATEST_S) - 1e-6 <= wait_s <= LATEST_S + 1e-6


def test_failures_wait_longer_each_time_up_to_a_day() -> None:
    """The wait doubles from the interval on and ends at a day, for good: nothing is off for ever."""
    waits = [
        (after_failure(NOW, PLAIN, code="fetch.dns", failures=n, fraction=0.5) - NOW).total_seconds()
        for n in range(1, 30)
    ]
    assert waits[:4] == [300, 600, 1200, 2400]
    assert waits[-1] == LATEST_S
    assert waits == sorted(waits)


def test_what_time_alone_does_not_mend_waits_longer() -> None:
    """A missing page is asked for less often than a server that stumbled."""
    missing = after_failure(NOW, PLAIN, code="fetch.not_found", failures=1, fraction=0.5)
    stumbled = after_failure(NOW, PLAIN, code="fetch.server_error", failures=1, fraction=0.5)
    assert missing - NOW == 4 * (stumbled - NOW)


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
