"""Delay topics: where a record waits whose trouble may pass. Pure.

Each delay topic has one fixed delay, so that the first record in is the first one due and nothing overtakes. A record
that still fails after the longest delay is a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.topics import Topic
from services.kit.kafka.messages import Headers, Outgoing, Received

WAIT_MAX_S: Final = 2 * 3600.0
"""No header of anybody's may park a record for longer than the longest delay and a clock that is wrong by an hour."""
PREFIX: Final = "retry-"
NOT_BEFORE: Final = PREFIX + "not-before"
ATTEMPTS: Final = PREFIX + "attempts"
FIRST_FAILED_AT: Final = PREFIX + "first-failed-at"
CODE: Final = PREFIX + "code"
ORIGINAL: Final = PREFIX + "original-"


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay topic by its full name."""

    topic: str
    wait: timedelta


def delays_of(topics: Sequence[Topic], prefix: str) -> tuple[Delay, ...]:
    """Return the delay topics of the topic table by their full names."""
    return tuple(Delay(topic.name(prefix), topic.delay) for topic in topics if topic.delay is not None)


def attempts(received: Received) -> int:
    """Return how often the record was postponed before."""
    said = (received.header(ATTEMPTS) or "0")[:4]
    return int(said) if said.isdecimal() else 0


def next_delay(received: Received, delays: Sequence[Delay]) -> Delay | None:
    """Return where the record waits next; None when it has waited everywhere."""
    made = attempts(received)
    return delays[made] if made < len(delays) else None


def postponed(received: Received, delay: Delay, *, code: str, now: datetime) -> Outgoing:
    """Wrap a record for a delay topic: bytes and headers untouched, and what is needed to go on with it."""
    origin = origin_of(received)
    added = {
        ATTEMPTS: str(attempts(received) + 1),
        NOT_BEFORE: (now + delay.wait).isoformat(),
        FIRST_FAILED_AT: received.header(FIRST_FAILED_AT) or now.isoformat(),
        CODE: code,
        ORIGINAL + "topic": origin.topic,
        ORIGINAL + "partition": origin.partition,
        ORIGINAL + "offset": origin.offset,
    }
    headers = (*without(received.headers, PREFIX), *((name, text.encode()) for name, text in added.items()))
    return Outgoing(delay.topic, received.key, received.value, headers)


def wait_s(received: Received, now: datetime) -> float:
    """Return how long the record has still to wait, in seconds; never more than `WAIT_MAX_S`."""
    try:
        due = datetime.fromisoformat(received.header(NOT_BEFORE) or "")
        return min(max(0.0, (due - now).total_seconds()), WAIT_MAX_S)
    except (ValueError, TypeError):
        return 0.0  # not a delayed record, or one whose time nobody can read


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record stood first, as headers say it."""

    topic: str
    partition: str
    offset: str


def origin_of(received: Received) -> Origin:
    """Return where the record stood before it was ever postponed."""
    return Origin(
        topic=received.header(ORIGINAL + "topic") or received.partition.topic,
        partition=received.header(ORIGINAL + "partition") or str(received.partition.number),
        offset=received.header(ORIGINAL + "offset") or str(received.offset),
    )


def without(headers: Headers, *prefixes: str) -> Headers:
    """Return the headers whose names have none of these beginnings."""
    return tuple((name, value) for name, value in headers if not name.startswith(prefixes))
