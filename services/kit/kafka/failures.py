"""Failure records: the original bytes and headers untouched, and `dlq-*` headers that say what happened."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from services.kit.errors import DatelineError
from services.kit.kafka import delays
from services.kit.kafka.messages import TRACEPARENT, Outgoing, Received

PREFIX: Final = "dlq-"
LEFT_OUT: Final = PREFIX + "value-left-out"
HEADERS_LEFT_OUT: Final = PREFIX + "headers-left-out"
MESSAGE_MAX_BYTES: Final = 1024


def failure(
    received: Received, error: DatelineError, *, topic: str, stage: str, group: str, version: str, now: datetime
) -> Outgoing:
    """Wrap a record that could not be handled for the failures topic."""
    origin = delays.origin_of(received)
    reason = {
        "original-topic": origin.topic,
        "original-partition": origin.partition,
        "original-offset": origin.offset,
        "original-timestamp": str(received.timestamp_ms),
        "consumer-group": group,
        "stage": stage,
        "attempts": str(delays.attempts(received) + 1),
        "first-failed-at": received.header(delays.FIRST_FAILED_AT) or now.isoformat(),
        "failed-at": now.isoformat(),
        "code": error.code,
        "retryable": str(error.retryable).lower(),
        "message": error.message,
        "service-version": version,
    }
    added = tuple((PREFIX + name, _bounded(text)) for name, text in reason.items())
    kept = delays.without(received.headers, PREFIX, delays.PREFIX)
    return Outgoing(topic=topic, key=received.key, value=received.value, headers=(*kept, *added))


def without_value(message: Outgoing) -> Outgoing:
    """Return a failure record that says how large the value was, for a value that is too large to send."""
    size = str(len(message.value or b"")).encode()
    return replace(message, value=b"", headers=(*message.headers, (LEFT_OUT, size)))


def reason_only(message: Outgoing) -> Outgoing:
    """Return a failure record with neither value nor foreign headers, for headers that are too large to send."""
    smaller = without_value(message)
    ours = tuple((name, value) for name, value in smaller.headers if name.startswith((PREFIX, TRACEPARENT)))
    return replace(smaller, headers=(*ours, (HEADERS_LEFT_OUT, str(len(smaller.headers) - len(ours)).encode())))


def _bounded(text: str) -> bytes:
    """Text as UTF-8 of bounded length, cut between characters; what cannot be encoded is a question mark."""
    return text.encode("utf-8", "replace")[:MESSAGE_MAX_BYTES].decode("utf-8", "ignore").encode()
