"""Failure records: the original bytes and headers untouched, and `dlq-*` headers that say what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.kit.errors import DatelineError
from services.kit.kafka.messages import Outgoing, Received

PREFIX: Final = "dlq-"
MESSAGE_MAX_BYTES: Final = 1024


def failure(
    received: Received,
    error: DatelineError,
    *,
    topic: str,
    stage: str,
    group: str,
    attempts: int,
    version: str,
    now: datetime,
) -> Outgoing:
    """Wrap a record that could not be handled for the failures topic."""
    partition = received.partition
    reason = {
        "original-topic": partition.topic,
        "original-partition": str(partition.number),
        "original-offset": str(received.offset),
        "original-timestamp": str(received.timestamp_ms),
        "consumer-group": group,
        "stage": stage,
        "attempts": str(attempts),
        "failed-at": now.isoformat(),
        "code": error.code,
        "retryable": str(error.retryable).lower(),
        "message": error.message,
        "service-version": version,
    }
    added = tuple((PREFIX + name, _bounded(text)) for name, text in reason.items())
    return Outgoing(topic=topic, key=received.key, value=received.value, headers=(*_original(received.headers), *added))


def _bounded(text: str) -> bytes:
    """Text as UTF-8 of bounded length, cut between characters; what cannot be encoded is a question mark."""
    return text.encode("utf-8", "replace")[:MESSAGE_MAX_BYTES].decode("utf-8", "ignore").encode()


def _original(headers: Sequence[tuple[str, bytes]]) -> tuple[tuple[str, bytes], ...]:
    """Headers without those of an earlier failure of the same record."""
    return tuple((name, value) for name, value in headers if not name.startswith(PREFIX))
