"""When a feed publishes, as far as its polls have told. Pure: values in, values out, times are epoch seconds.

A feed is expected to publish at its pace (`pace`), more at its hours, days and minutes (`cycles`), more for about an
hour after each publication if it is known for bursts, or at its constant gaps (`gaps`). Items published within a
minute are one publication, a batch: what counts for waiting is items, what counts as evidence is batches.

When to poll follows from this and a price, in `patience`.
"""

import math
import struct
from typing import Final, NamedTuple, Self

from services.ingest import cycles, gaps, pace
from services.ingest.cycles import DAY, HOUR, Cycle, Tally
from services.ingest.gaps import Gaps
from services.ingest.pace import Pace

PRIOR_INTERVAL_S: Final = DAY
"""Between two items of a feed of which nothing is known."""
BURST_S: Final = HOUR
"""Mean time by which what a publication draws follows it."""
_DRAWN_PRIOR: Final = 0.5
"""Publications that one publication draws, before anything is known..."""
_DRAWN_WORTH: Final = 3.0
"""...which is worth the evidence of this many publications."""
_DRAWN_MAX: Final = 0.8
_SILENT_LEAST: Final = 3.0
_SILENT_MORE: Final = 1.5
_REGULAR_MAX: Final = 1.6
_SILENT_ITEMS: Final = 8.0
_SILENT_KNOWN_S: Final = 3 * DAY

_VERSION: Final = 1
_NUMBERS: Final = struct.Struct("<4d23f")
_FLAT_SLOTS: Final = bytes(cycles.SLOTS)
"""How a cycle without slots is packed."""
_SIZE: Final = 1 + _NUMBERS.size + cycles.COUNTS.size + cycles.HOURS + cycles.WEEKDAYS + cycles.SLOTS


class Bursts(NamedTuple):
    """How much publications draw further ones."""

    excited: float = 0.0
    """Publications up to the last poll, each faded by e in `BURST_S`."""
    drawn: float = 0.0
    """Items that came because of earlier ones, as far as that can be said."""
    seconds: float = 0.0
    """Seconds in which they could have come, times how excited the feed was."""


class Rhythm(NamedTuple):
    """What is known of when a feed publishes. Make one with `initial` or `unpacked`, then with `observed`."""

    pace: Pace
    since: float = 0.0
    """The feed is known since then, epoch seconds; 0 if it has never been polled."""
    until: float = 0.0
    """The last successful poll."""
    items: float = 0.0
    """Items learned from."""
    recent: float = 0.0
    """Items of the last hundred or so batches..."""
    squares: float = 0.0
    """...and the squares of the batches' sizes."""
    quiet: float = 0.0
    """Batches that were to be expected since the last one."""
    quiet_max: float = 0.0
    """The most that `quiet` ever was when an item came; fades."""
    unlearned: float = 0.0
    """Items counted since the cycle was last learned."""
    bursts: Bursts = Bursts()
    gaps: Gaps = Gaps()
    cycle: Cycle = Cycle()
    tally: Tally = Tally()

    @classmethod
    def initial(cls, prior_interval_s: float | None = None) -> Self:
        """Return the rhythm of an unknown feed. It may say itself how often it publishes (`ttl`, `sy:update*`)."""
        interval_s = prior_interval_s if prior_interval_s and math.isfinite(prior_interval_s) else PRIOR_INTERVAL_S
        return cls(Pace(1 / min(max(interval_s, 60.0), 30 * DAY)))

    @classmethod
    def unpacked(cls, packed: bytes | None) -> Self:
        """Return the rhythm that `packed` gave. What cannot be read is an unknown feed: it is soon learned again."""
        if packed is None or len(packed) != _SIZE or packed[0] != _VERSION:
            return cls.initial()
        numbers = _NUMBERS.unpack_from(packed, 1)
        if not all(map(math.isfinite, numbers)) or numbers[4] <= 0:
            return cls.initial()
        since, until, last, tallied, prior = numbers[:5]
        counts_at = 1 + _NUMBERS.size
        codes_at = counts_at + cycles.COUNTS.size
        days_at, slots_at = codes_at + cycles.HOURS, codes_at + cycles.HOURS + cycles.WEEKDAYS
        slots = packed[slots_at:]
        return cls(
            Pace(prior, numbers[5:8], numbers[8:11], numbers[11:14]),
            since,
            until,
            items=numbers[14],
            recent=numbers[15],
            squares=numbers[16],
            quiet=numbers[17],
            quiet_max=numbers[18],
            unlearned=numbers[19],
            bursts=Bursts(*numbers[20:23]),
            gaps=Gaps(last, *numbers[23:27]),
            cycle=Cycle(packed[codes_at:days_at], packed[days_at:slots_at], slots if slots != _FLAT_SLOTS else b""),
            tally=Tally(tallied, packed[counts_at:codes_at]),
        )

    def packed(self) -> bytes:
        """Return at most 400 bytes to keep. The first says their version."""
        return b"".join(
            (
                bytes([_VERSION]),
                _NUMBERS.pack(
                    self.since,
                    self.until,
                    self.gaps.last,
                    self.tally.since,
                    self.pace.prior,
                    *self.pace.items,
                    *self.pace.seconds,
                    *self.pace.beliefs,
                    *self[3:9],
                    *self.bursts,
                    *self.gaps[1:],
                ),
                self.tally.counts,
                self.cycle.hours,
                self.cycle.days,
                self.cycle.slots or _FLAT_SLOTS,
            )
        )


def batch(rhythm: Rhythm) -> float:
    """Return how many items come together, as an item sees it."""
    return (rhythm.squares + 1) / (rhythm.recent + 1)


def mean_rate(rhythm: Rhythm) -> float:
    """Return items a second, hours and bursts left aside."""
    return pace.believed(rhythm.pace, pace.rates(rhythm.pace, batch(rhythm)))


def drawn_by_each(rhythm: Rhythm) -> float:
    """Return items a second that a publication draws just after it; this fades by e in `BURST_S`."""
    worth = _DRAWN_WORTH * batch(rhythm)
    return (rhythm.bursts.drawn + _DRAWN_PRIOR * worth) / (rhythm.bursts.seconds + _DRAWN_WORTH * BURST_S)


def drawn_rate(rhythm: Rhythm, at: float) -> float:
    """Return items a second that earlier ones still draw at a time after the last poll."""
    return drawn_by_each(rhythm) * rhythm.bursts.excited * math.exp((rhythm.until - at) / BURST_S)


def rate(rhythm: Rhythm, at: float) -> float:
    """Return items a second at a time after the last poll."""
    return mean_rate(rhythm) * cycles.factor(rhythm.cycle, at) + drawn_rate(rhythm, at)


def expected(rhythm: Rhythm, since: float, until: float) -> float:
    """Return how many items are to be expected between two times after the last poll."""
    if until <= since:
        return 0.0
    # each item draws others, which draw others: what comes of itself is less than what comes in the long run
    alone = 1 - min(drawn_by_each(rhythm) * BURST_S / batch(rhythm), _DRAWN_MAX)
    mean = mean_rate(rhythm)
    longrun = mean / alone * cycles.weighed(rhythm.cycle, since, until)
    now_more = mean + drawn_rate(rhythm, since) - mean / alone
    return max(longrun + now_more * BURST_S / alone * (1 - math.exp((since - until) * alone / BURST_S)), 0.0)


def silent(rhythm: Rhythm, now: float) -> bool:
    """Tell whether a feed is silent beyond its own rhythm, never of one hardly known.

    Silent is a feed with constant gaps after three of them. Any other is when three publications were to be expected
    since the last one, or, if it has ever been irregular, one more than half as many again as ever before.
    """
    if rhythm.items < _SILENT_ITEMS or rhythm.until - rhythm.since < _SILENT_KNOWN_S:
        return False
    if gaps.even(rhythm.gaps):
        return now - rhythm.gaps.last > _SILENT_LEAST * rhythm.gaps.mean_s
    missed = rhythm.quiet + mean_rate(rhythm) / batch(rhythm) * cycles.weighed(rhythm.cycle, rhythm.until, now)
    irregular = rhythm.quiet_max > _REGULAR_MAX
    return missed > (max(_SILENT_LEAST, 1 + _SILENT_MORE * rhythm.quiet_max) if irregular else _SILENT_LEAST)


def described(rhythm: Rhythm, now: float) -> str:
    """Say in plain words what is expected of a feed now, and from what that was learned."""
    if not rhythm.until:
        return f"not polled yet: one item in {_spoken(1 / rhythm.pace.prior)} is assumed"
    here = mean_rate(rhythm) * HOUR * cycles.factor(rhythm.cycle._replace(slots=b""), now)
    told = [f"{_often(here)} at this hour of the week"]
    drawn = drawn_rate(rhythm, now) * HOUR
    if drawn > max(0.2 * here, 0.05):
        told.append(f"{_often(drawn)} more because it has just published")
    if gaps.constant(rhythm.gaps, now):
        told.append(f"in steps of {_spoken(rhythm.gaps.mean_s)}")
    elif rhythm.cycle.slots:
        best = max(range(cycles.SLOTS), key=rhythm.cycle.slots.__getitem__)
        told.append(f"mostly about minute {2 * best} of an hour")
    return f"{', '.join(told)}, learned from {rhythm.items:.0f} items in {_spoken(rhythm.until - rhythm.since)}"


def _often(an_hour: float) -> str:
    if round(an_hour, 1) >= 1:
        return f"about {_rounded(an_hour)} items an hour"
    return f"about one item in {_spoken(HOUR / max(an_hour, 1e-6))}"


def _spoken(seconds: float) -> str:
    for name, unit_s in (("days", DAY), ("hours", HOUR), ("minutes", 60.0)):
        if seconds >= 1.95 * unit_s:
            return f"{_rounded(seconds / unit_s)} {name}"
    return f"{seconds:.0f} seconds"


def _rounded(value: float) -> str:
    """Return two digits, or all of a whole number that has more."""
    return f"{value:.0f}" if round(value) > 99 else f"{value:.2g}"  # noqa: PLR2004 - the largest of two digits
