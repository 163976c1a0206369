"""What polls teach of a feed's rhythm, and when it is to be polled again."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from random import Random

import pytest

from services.ingest.observation import observed
from services.ingest.patience import wait_s, weight
from services.ingest.rhythm import Rhythm, described, expected, rate, silent
from tests.bench.polling.traces import Trace, generated

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MONDAY = 1_767_571_200.0
PRICE = 1500.0


def _polled(times: Sequence[float], start: float, end: float, every_s: float = HOUR) -> Rhythm:
    """Return the rhythm of a feed polled every `every_s`, its first document holding thirty items."""
    rhythm, since, now, old = Rhythm.initial(), None, start, 0
    while now <= end:
        new = bisect_right(times, now, old)
        first = old if since is not None else max(0, new - 30)
        rhythm = observed(rhythm, times[first:new], since=since, until=now)
        since, now, old = now, now + every_s, new
    return rhythm


def _every(gap_s: float, start: float, end: float, *, items: int = 1) -> list[float]:
    return [start + number * gap_s for number in range(math.ceil((end - start) / gap_s)) for _ in range(items)]


def _wait(rhythm: Rhythm, price: float = PRICE) -> float:
    return wait_s(rhythm, rhythm.until, price, least_s=MINUTE, most_s=30 * DAY)


def _poisson(a_day: float, start: float, end: float, seed: int = 1) -> list[float]:
    random, at, times = Random(seed), start, []
    while (at := at + random.expovariate(a_day / DAY)) < end:
        times.append(at)
    return times


def test_rate_is_learned() -> None:
    """After two weeks the rate of a steady feed is known within a fifth, and foretells a week's items."""
    end = MONDAY + 14 * DAY
    rhythm = _polled(_poisson(48, MONDAY, end), MONDAY + DAY, end)
    assert expected(rhythm, end, end + 7 * DAY) == pytest.approx(7 * 48, rel=0.2)


def test_wait_goes_with_the_root() -> None:
    """A feed with sixteen times the items is polled about four times as often."""
    end = MONDAY + 14 * DAY
    slow, fast = (_polled(_poisson(a_day, MONDAY, end), MONDAY + DAY, end) for a_day in (20, 320))
    assert _wait(slow) / _wait(fast) == pytest.approx(4, rel=0.35)
    assert weight(fast) / weight(slow) == pytest.approx(4, rel=0.2)


def test_a_higher_price_waits_longer() -> None:
    """The wait never falls with the price."""
    end = MONDAY + 7 * DAY
    rhythm = _polled(_poisson(30, MONDAY, end), MONDAY + DAY, end)
    waits = [_wait(rhythm, 10.0**power) for power in range(9)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_nights_are_left_alone() -> None:
    """A feed that publishes from 8 to 18 h is expected to, and is waited for longer in the evening than at noon."""
    end = MONDAY + 14 * DAY
    times = [at for at in _poisson(100, MONDAY, end) if 8 <= at % DAY / HOUR < 18]
    noon, evening = (_polled(times, MONDAY + DAY, end + hour * HOUR - 3 * DAY) for hour in (12, 20))
    assert rate(noon, end + 12 * HOUR) > 10 * rate(noon, end + 2 * HOUR)
    assert _wait(evening) > 3 * _wait(noon)


def test_fixed_minutes_are_met() -> None:
    """A feed that uploads every two hours at minute 30 is polled within five minutes after that."""
    end = MONDAY + 10 * DAY
    rhythm = _polled(_every(2 * HOUR, MONDAY + 30 * MINUTE, end, items=6), MONDAY + DAY, end)
    after = (end + _wait(rhythm, 5000.0) - MONDAY - 30 * MINUTE) % (2 * HOUR)
    assert after < 5 * MINUTE


def test_constant_gaps_are_met() -> None:
    """A feed with a batch every 5 h 23 min is polled soon after the next one is due, not before."""
    gap_s = 5 * HOUR + 23 * MINUTE
    end = MONDAY + 10 * DAY + HOUR
    times = _every(gap_s, MONDAY, end, items=6)
    rhythm = _polled(times, MONDAY + DAY, end, 20 * MINUTE)
    due = times[-1] + gap_s
    assert due <= rhythm.until + _wait(rhythm, 10_000.0) < due + 30 * MINUTE


def test_a_burst_is_followed_at_once() -> None:
    """The first poll into a burst of a quiet feed at least halves the wait."""
    end = MONDAY + 14 * DAY
    rhythm = _polled(_poisson(8, MONDAY, end), MONDAY + DAY, end)
    burst = [end + 2 * HOUR - number * 3 * MINUTE for number in range(12)]
    calm = observed(rhythm, [], since=end, until=end + 2 * HOUR)
    assert _wait(observed(rhythm, burst, since=end, until=end + 2 * HOUR)) < _wait(calm) / 2


def test_a_dead_feed_is_polled_seldom_but_polled() -> None:
    """A feed that has not published for three months is waited for at least four hours and at most four days."""
    rhythm = _polled([], MONDAY, MONDAY + 90 * DAY, 12 * HOUR)
    assert 4 * HOUR < _wait(rhythm) < 4 * DAY


def test_coming_alive_is_noticed() -> None:
    """Half a day after a silent feed has begun to publish twice an hour, it is polled five times as often at least."""
    turn = MONDAY + 30 * DAY
    before = _polled([], MONDAY, turn, 2 * HOUR)
    after = _polled(_poisson(48, turn, turn + DAY / 2), MONDAY, turn + DAY / 2, 2 * HOUR)
    assert _wait(after) < _wait(before) / 5


def test_hints_are_the_prior() -> None:
    """A new feed that says it publishes hourly is waited for less than one that says nothing or nonsense."""
    assert _wait(Rhythm.initial(HOUR)) < _wait(Rhythm.initial())
    for nonsense in (0.0, math.nan, math.inf, None):
        assert Rhythm.initial(nonsense) == Rhythm.initial()


def test_packed_is_unpacked() -> None:
    """A packed rhythm has at most 400 bytes, and unpacked it foretells and waits as before."""
    end = MONDAY + 14 * DAY
    rhythm = _polled(_every(2 * HOUR, MONDAY, end, items=3), MONDAY + DAY, end)
    packed = rhythm.packed()
    again = Rhythm.unpacked(packed)
    assert len(packed) <= 400
    assert _wait(again) == pytest.approx(_wait(rhythm), rel=1e-3)
    assert again.packed() == packed
    assert Rhythm.unpacked(Rhythm.initial().packed()).packed() == Rhythm.initial().packed()


@pytest.mark.parametrize("garbage", [None, b"", b"\x01", b"\x02" * 370, b"\x01" + b"\xff" * 369, bytes(370)])
def test_garbage_is_an_unknown_feed(garbage: bytes | None) -> None:
    """What cannot be read is the initial rhythm."""
    assert Rhythm.unpacked(garbage) == Rhythm.initial()


def test_odd_dates_do_no_harm() -> None:
    """Dates far in the past or the future, in any order, and 500 at once leave a rhythm that can be used and kept."""
    now = MONDAY + 7 * DAY
    odd = [0.0, -6e10, 2.5e11, now + DAY, now - 1, now - 400 * DAY, now]
    first = observed(Rhythm.initial(), odd, since=None, until=now)
    random = Random(3)
    many = [now + random.uniform(-9 * DAY, 9 * DAY) for _ in range(500)]
    for rhythm in (
        first,
        observed(first, odd, since=now, until=now + HOUR),
        observed(first, many, since=now, until=now),
    ):
        assert 0 < expected(rhythm, rhythm.until, rhythm.until + DAY) < 5000
        assert MINUTE <= _wait(Rhythm.unpacked(rhythm.packed())) <= 30 * DAY


def test_an_archive_is_no_rhythm() -> None:
    """Items that a feed adds from years ago do not change what is expected of it."""
    end = MONDAY + 7 * DAY
    rhythm = _polled(_poisson(10, MONDAY, end), MONDAY, end)
    with_archive = observed(rhythm, [MONDAY - number * DAY for number in range(300)], since=end, until=end + HOUR)
    without = observed(rhythm, [], since=end, until=end + HOUR)
    assert expected(with_archive, end + HOUR, end + DAY) == pytest.approx(expected(without, end + HOUR, end + DAY))


def test_a_second_look_at_one_instant_changes_nothing() -> None:
    """A poll that finds nothing at the time of the last one, or before it, teaches nothing."""
    rhythm = _polled(_poisson(10, MONDAY, MONDAY + DAY), MONDAY, MONDAY + DAY)
    assert observed(rhythm, [], since=rhythm.until, until=rhythm.until) == rhythm
    assert observed(rhythm, [], since=rhythm.until, until=rhythm.until - 100) == rhythm


def _alarms(trace: Trace, start: float, end: float) -> list[float]:
    """Return when a feed polled every two hours began to be silent."""
    rhythm, since, now, old, was, found = Rhythm.initial(), None, start, 0, False, []
    while now < end:
        new = bisect_right(trace.times, now, old)
        first = old if since is not None else max(0, new - 30)
        rhythm = observed(rhythm, trace.times[first:new], since=since, until=now)
        is_silent = silent(rhythm, now)
        if is_silent and not was:
            found.append(now)
        was, since, now, old = is_silent, now, now + 2 * HOUR, new
    return found


def test_silence_is_not_cried_in_vain() -> None:
    """Feeds that keep to their rhythm are called silent at most once a month each, nearly all of them never."""
    traces, horizon = generated(3, feeds=2)
    alarms = [len(_alarms(trace, horizon.polls, horizon.end)) for trace in traces if trace.kind != "changing"]
    assert sum(alarms) <= 0.35 * len(alarms)
    assert max(alarms) <= 2


def test_silence_is_noticed() -> None:
    """A feed with a batch every three hours is called silent within four of them after its last, not within two."""
    stop = MONDAY + 14 * DAY
    trace = Trace("one", "regular", tuple(_every(3 * HOUR, MONDAY, stop, items=4)))
    found = _alarms(trace, MONDAY + 3 * DAY, stop + 5 * DAY)
    assert len(found) == 1
    assert 6 * HOUR < found[0] - trace.times[-1] < 14 * HOUR


def test_an_unknown_feed_is_never_silent() -> None:
    """A feed with a handful of items in its history is not called silent."""
    rhythm = _polled([MONDAY - number * DAY for number in (5, 4, 3, 2)], MONDAY, MONDAY + 40 * DAY, 6 * HOUR)
    assert not silent(rhythm, MONDAY + 60 * DAY)


def test_rhythm_is_told() -> None:
    """What is expected is said in words, with what it was learned from."""
    end = MONDAY + 14 * DAY
    steady = described(_polled(_poisson(96, MONDAY, end), MONDAY + DAY, end), end)
    assert "items an hour at this hour of the week" in steady
    assert "learned from" in steady
    gaps = described(_polled(_every(5.4 * HOUR, MONDAY, end, items=4), MONDAY + DAY, end), end)
    assert "in steps of 5.4 hours" in gaps
    assert "not polled yet" in described(Rhythm.initial(), end)
