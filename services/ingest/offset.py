"""The constant error of a feed's times, learned from when its items appear. Pure.

An item that a poll at `until` shows and the one at `since` did not was published in between. Dated `d`, it bounds the
error: no less than `d - until`, as nothing is shown before it is published, and no more than `d - since`, and a little
for the time that a site takes to show it. Feeds that name the wrong zone are wrong by whole quarters of an hour, all
the time; items that are late, dated back or dated ahead are off by something else each time. So an error is learned
when many items of several polls leave exactly one quarter of an hour, and none of them leaves room for no error at all.
Being late explains a date in the past too, so that such an error needs more witnesses than a date in the future.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Final

QUARTER_S: Final = 900
SLACK_S: Final = 600
"""How long a site may take to show what it has published."""
OFFSET_MAX_S: Final = 14 * 3600
AHEAD_MIN_S: Final = 1800
BEHIND_MIN_S: Final = 3600
"""Caches of sites make items late by less than this, and always by the same."""
AHEAD_WITNESSES: Final = (5, 3)
BEHIND_WITNESSES: Final = (8, 5)
"""Items, and polls that they come from."""
MINUTES_MIN: Final = 3
"""Of the twelve parts of an hour, so many must be among the dates: batches bear the same minute each time."""
STRIKES_MAX: Final = 6

_PACKED: Final = struct.Struct(">Biii BBHB")
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class _State:
    """What is known: the error, if one is, else how far the witnesses for one have narrowed it."""

    learned_s: int = 0
    """0 for none."""
    least_s: int = -OFFSET_MAX_S
    most_s: int = OFFSET_MAX_S
    items: int = 0
    polls: int = 0
    minutes: int = 0
    """The parts of an hour that have been among the dates, one bit for each."""
    strikes: int = 0
    """What speaks against the learned error since something last spoke for it."""


def observed(
    state: bytes | None, sightings: Iterable[datetime], *, since: datetime | None, until: datetime
) -> bytes | None:
    """Return the state after a poll, packed in 18 bytes; None for nothing known.

    `sightings` are the dates, as the feed gives them and precise to the minute or finer, of items that the poll at
    `until` showed for the first time; `since` is when the feed was last read in full before that, None at first sight.
    """
    if since is None or since >= until:
        return state
    after, witnessed = _unpacked(state), False
    for date in sorted(set(sightings)):
        least, most = int((date - until).total_seconds()), int((date - since).total_seconds()) + SLACK_S
        if most < -OFFSET_MAX_S or least > OFFSET_MAX_S:
            continue  # dated back or ahead by hand
        part = 1 << (date.minute // 5)
        before = after
        after = _checked(before, least, most) if before.learned_s else _narrowed(before, least, most, part)
        witnessed = after.items > 0 and (witnessed or after is not before)
    if witnessed:
        after = replace(after, polls=min(after.polls + 1, 255))
    return _packed(_settled(after))


def correction_s(state: bytes | None) -> int | None:
    """Return by how many seconds the feed's times are too late, to be taken off them; None for no known error."""
    return _unpacked(state).learned_s or None


def _narrowed(state: _State, least: int, most: int, part: int) -> _State:
    """Take a witness in, before anything is learned."""
    fits = least <= state.most_s and most >= state.least_s
    if least <= 0 <= most:
        return state if fits else _State()
    if not fits or (state.items and (state.least_s > 0) != (least > 0)):
        if state.least_s > 0 > most:
            return state  # late, which says nothing of an error ahead
        state = _State()
    return replace(
        state,
        least_s=max(state.least_s, least),
        most_s=min(state.most_s, most),
        items=min(state.items + 1, 255),
        minutes=state.minutes | part,
    )


def _checked(state: _State, least: int, most: int) -> _State:
    """Hold a witness against what was learned. A date too late to be true weighs double: no delay explains it."""
    agrees, mended = least <= state.learned_s <= most, least <= 0 <= most
    if agrees:
        return state if mended else replace(state, strikes=0)
    strikes = state.strikes + (2 if least > state.learned_s else 1)
    return _State() if strikes >= STRIKES_MAX else replace(state, strikes=strikes)


def _settled(state: _State) -> _State:
    """Learn the error if there is only one left."""
    if state.learned_s or not state.items:
        return state
    ahead = state.least_s > 0
    items, polls = AHEAD_WITNESSES if ahead else BEHIND_WITNESSES
    left = _quarters(state.least_s, state.most_s)
    enough = state.items >= items and state.polls >= polls and state.minutes.bit_count() >= MINUTES_MIN
    if not enough or len(left) != 1 or not _plausible(left[0]):
        return state
    return _State(learned_s=left[0])


def _quarters(least: int, most: int) -> Sequence[int]:
    first = -(-least // QUARTER_S) * QUARTER_S
    return range(first, most + 1, QUARTER_S)


def _plausible(offset_s: int) -> bool:
    return AHEAD_MIN_S <= offset_s <= OFFSET_MAX_S or -OFFSET_MAX_S <= offset_s <= -BEHIND_MIN_S


def _packed(state: _State) -> bytes | None:
    return None if state == _State() else _PACKED.pack(_VERSION, *astuple(state))


def _unpacked(state: bytes | None) -> _State:
    if not state or len(state) != _PACKED.size or state[0] != _VERSION:
        return _State()
    return _State(*_PACKED.unpack(state)[1:])
