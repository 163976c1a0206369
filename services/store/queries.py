"""What people ask the store: its failures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kit.db import Database, Row

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class StoredFailure:
    """A failure with its original bytes."""

    failure_id: UUID
    trace_id: str
    stage: str
    code: str
    message: str
    retryable: bool
    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, str], ...]
    failed_at: datetime
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which failures: all that match what is given."""

    ids: Sequence[UUID] = ()
    code: str | None = None
    stage: str | None = None
    pending: bool = False
    """Only those that were not replayed since they failed."""


async def failures(database: Database, wanted: Wanted, *, limit: int = PAGE_ROWS) -> list[StoredFailure]:
    """Return failures, newest first.

    Raises:
        DependencyDown: the database does not answer.

    """
    rows = await database.fetch(
        """
        SELECT failure_id, trace_id, stage, code, message, retryable, topic, key, value, headers, failed_at, replayed_at
        FROM store.failures
        WHERE (cardinality($1::uuid[]) = 0 OR failure_id = ANY($1)) AND ($2::text IS NULL OR code = $2)
          AND ($3::text IS NULL OR stage = $3) AND (NOT $4 OR replayed_at IS NULL)
        ORDER BY failed_at DESC, failure_id LIMIT $5
        """,
        list(wanted.ids),
        wanted.code,
        wanted.stage,
        wanted.pending,
        limit,
    )
    return [_failure(row) for row in rows]


async def mark_replayed(database: Database, failure_id: UUID, now: datetime) -> None:
    """Note that a failure was sent to its topic again."""
    await database.execute("UPDATE store.failures SET replayed_at = $2 WHERE failure_id = $1", failure_id, now)


def _failure(row: Row) -> StoredFailure:
    headers = tuple((name, value) for name, value in json.loads(row["headers"]))
    return StoredFailure(**{**row, "headers": headers})
