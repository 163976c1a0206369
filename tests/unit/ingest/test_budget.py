"""The price of a request makes the requests of all feeds those of the budget, also with feeds at their bounds."""

import math
from random import Random

import pytest

from services.ingest.budget import Budget

DAY = 86_400.0


def _requests_a_second(budget: Budget, weights: list[float], now: float, *, least_s: float, most_s: float) -> float:
    root = math.sqrt(2 * budget.price(now))
    return sum(1 / min(max(root / weight, least_s), most_s) for weight in weights)


@pytest.mark.parametrize("mean_s", [90.0, 600.0, 7200.0, 70_000.0])
def test_price_spends_the_budget(mean_s: float) -> None:
    """The requests at the price are those allowed within 3 %, however many feeds are at their bounds."""
    random = Random(4)
    weights = [math.exp(random.gauss(-5, 2.5)) for _ in range(3000)]
    budget = Budget(mean_s, least_s=60.0, most_s=DAY)
    for number, weight in enumerate(weights):
        budget.put(number, weight)
    spent = _requests_a_second(budget, weights, 0.0, least_s=60.0, most_s=DAY)
    assert spent == pytest.approx(len(weights) / mean_s, rel=0.03)


def test_equal_feeds_get_the_mean_interval() -> None:
    """Feeds of one weight are each polled at the mean interval."""
    budget = Budget(1800.0, least_s=60.0, most_s=DAY)
    for number in range(10):
        budget.put(number, 0.01)
    assert math.sqrt(2 * budget.price(0.0)) / 0.01 == pytest.approx(1800.0, rel=0.01)


def test_weights_change_and_go() -> None:
    """After feeds have changed and gone, the price is that of the feeds that are left, as they are now."""
    budget, fresh = Budget(600.0, least_s=60.0, most_s=DAY), Budget(600.0, least_s=60.0, most_s=DAY)
    for number in range(500):
        budget.put(number, 0.001)
        budget.price(0.0)
    for number in range(500):
        budget.put(number, 0.02)
    for number in range(100):
        budget.drop(number)
    budget.drop("never put")
    for number in range(400):
        fresh.put(number, 0.02)
    assert len(budget) == 400
    assert budget.price(0.0) == pytest.approx(fresh.price(0.0), rel=0.01)


@pytest.mark.parametrize("real", [0.5, 1.0, 1.7])
def test_what_is_really_spent_steers(real: float) -> None:
    """Feeds that make half or nearly twice the requests of the formula keep to the budget within 5 % in three weeks."""
    mean_s, weights = 3600.0, [0.002 * (1 + number % 7) for number in range(50)]
    budget = Budget(mean_s, least_s=60.0, most_s=DAY)
    for number, weight in enumerate(weights):
        budget.put(number, weight)
    made, owed, now = 0, 0.0, 0.0
    while now < 21 * DAY:
        now += 60.0
        by_day = 1 + 0.5 * math.sin(2 * math.pi * now / DAY)
        owed += 60.0 * real * by_day * _requests_a_second(budget, weights, now, least_s=60.0, most_s=DAY)
        requests = int(owed)
        owed -= requests
        if requests:
            budget.spent(now, requests)
        made += requests
    assert made == pytest.approx(len(weights) * 21 * DAY / mean_s, rel=0.05)


def test_a_pause_is_not_followed_by_a_rush() -> None:
    """After a month without a request, one costs at least half of what it cost before."""
    budget = Budget(3600.0, least_s=60.0, most_s=DAY)
    budget.put(1, 0.01)
    before = budget.price(0.0)
    assert before / 2 < budget.price(30 * DAY) < before


def test_a_clock_set_back_changes_nothing() -> None:
    """A time before the last one is taken for the last one."""
    budget = Budget(3600.0, least_s=60.0, most_s=DAY)
    budget.put(1, 0.01)
    before = budget.price(1e9)
    assert budget.price(1e9 - DAY) == before


def test_a_mean_outside_the_bounds_is_the_bound() -> None:
    """A mean interval that no price can bring about gives a price all the same."""
    budget = Budget(1.0, least_s=60.0, most_s=DAY)
    budget.put(1, 0.01)
    assert math.sqrt(2 * budget.price(0.0)) / 0.01 <= 61.0


def test_bounds_must_make_sense() -> None:
    """A shortest interval above the longest is refused."""
    with pytest.raises(ValueError, match="least"):
        Budget(60.0, least_s=100.0, most_s=50.0)
