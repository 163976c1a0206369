"""Lane: out-of-order completion never commits past what is unfinished."""

import random

import pytest

from services.kit.kafka.brake import CONSECUTIVE_MAX, WINDOW, Brake
from services.kit.kafka.lane import Lane


def test_a_later_record_does_not_commit_past_an_earlier_one() -> None:
    """Offset 5 done before 4: nothing is due; with 4 done, both are."""
    lane = Lane()
    lane.begin(4)
    lane.begin(5)
    lane.finish(5)
    assert lane.due() is None
    lane.finish(4)
    assert lane.due() == 6
    lane.committed(6)
    assert lane.due() is None


def test_gaps_in_offsets_are_no_gaps_in_work() -> None:
    """A broker may leave offsets out; the prefix goes over them."""
    lane = Lane()
    for offset in (10, 13, 14):
        lane.begin(offset)
    lane.finish(10)
    assert lane.due() == 11
    lane.finish(13)
    assert lane.due() == 14


@pytest.mark.parametrize("seed", range(50))
def test_any_order_of_completion_keeps_the_rule(seed: int) -> None:
    """Whatever the order, the due offset is that of the first unfinished record."""
    order = list(range(100))
    random.Random(seed).shuffle(order)
    lane = Lane()
    for offset in range(100):
        lane.begin(offset)
    unfinished = set(range(100))
    for offset in order:
        lane.finish(offset)
        unfinished.discard(offset)
        first = min(unfinished, default=100)
        assert lane.due() == (first if first > 0 else None)
        assert lane.unfinished == 100 - first


def test_the_brake_engages_on_a_run_of_suspicious_failures() -> None:
    """One more than the allowed run stops the service; a success in between does not let it come to that."""
    brake = Brake()
    for _ in range(CONSECUTIVE_MAX):
        brake.note(suspicious=True)
    assert not brake.engaged
    brake.note(suspicious=False)
    for _ in range(CONSECUTIVE_MAX + 1):
        brake.note(suspicious=True)
    assert brake.engaged


def test_the_brake_engages_on_a_large_share() -> None:
    """More than half of a full window of suspicious failures stops the service, also without a long run."""
    brake = Brake()
    for n in range(WINDOW):
        brake.note(suspicious=n % 5 != 0)
    assert brake.consecutive <= CONSECUTIVE_MAX
    assert brake.engaged


def test_ordinary_failures_never_engage_the_brake() -> None:
    """A site that is gone is no reason to stop."""
    brake = Brake()
    for _ in range(WINDOW * 2):
        brake.note(suspicious=False)
    assert not brake.engaged
