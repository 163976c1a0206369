"""Writes to the database. Every write may be repeated: rows are found again by what they are about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from schemas.v1 import TaggedArticle
from services.kit.db import Connection, Database
from services.kit.kafka.messages import Received

MIGRATIONS: Final = Path(__file__).parent / "migrations"
FAILURES_NAMESPACE: Final = UUID("5b0c0f5e-5d1c-5f0f-9d5c-3a9e6a2f7c11")


@dataclass(frozen=True, slots=True)
class Failure:
    """A record of the failures topic, read."""

    failure_id: UUID
    trace_id: str
    stage: str
    code: str
    message: str
    retryable: bool
    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, str]]
    failed_at: datetime


def failure_of(received: Received, now: datetime) -> Failure:
    """Read a failure record. Never fails: what is missing in the headers is said to be unknown. Pure."""

    def said(name: str) -> str:
        return plain(received.header(f"dlq-{name}") or "unknown")

    try:
        failed_at = datetime.fromisoformat(said("failed-at"))
    except ValueError:
        failed_at = now
    stood_at = ("original-topic", "original-partition", "original-offset", "code")
    origin = "/".join([*(said(name) for name in stood_at), received.trace_id])
    return Failure(
        failure_id=uuid5(FAILURES_NAMESPACE, origin),
        trace_id=plain(received.trace_id),
        stage=said("stage"),
        code=said("code"),
        message=said("message"),
        retryable=said("retryable") == "true",
        topic=said("original-topic"),
        key=received.key,
        value=received.value,
        headers=[(plain(name), plain((value or b"").decode("utf-8", "replace"))) for name, value in received.headers],
        failed_at=failed_at if failed_at.tzinfo else now,
    )


def plain(text: str) -> str:
    """Return text that PostgreSQL can hold: it knows no NUL."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def jsonb(record: TaggedArticle) -> str:
    """Return a record as JSON that PostgreSQL can hold: it knows no NUL."""
    text = record.model_dump_json()
    return json.dumps(_without_nul(json.loads(text))) if "\\u0000" in text else text


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(name): _without_nul(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_nul(inner) for inner in value]
    return value


class Sink:
    """The store's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def article(self, tagged: TaggedArticle) -> None:
        """Write one revision of an article with its sources, and how its trace ended.

        Raises:
            DependencyDown: the database does not answer; nothing is written.

        """
        async with self._database.transaction() as connection:
            if await _upserted(connection, tagged):
                await _replace_sources(connection, tagged)
            await _outcome(connection, tagged.trace_id, "stored", article=(tagged.article_id, tagged.revision))

    async def failure(self, failure: Failure) -> None:
        """Write a failure, and how its trace ended. A later success of the same trace replaces that.

        Raises:
            DependencyDown: the database does not answer; nothing is written.

        """
        async with self._database.transaction() as connection:
            await connection.execute(
                """
                INSERT INTO store.failures (failure_id, trace_id, stage, code, message, retryable, topic,
                                            key, value, headers, failed_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (failure_id) DO NOTHING
                """,
                failure.failure_id,
                failure.trace_id,
                failure.stage,
                failure.code,
                failure.message,
                failure.retryable,
                failure.topic,
                failure.key,
                failure.value,
                json.dumps(failure.headers),
                failure.failed_at,
            )
            await _outcome(connection, failure.trace_id, "failed", code=failure.code)


async def _upserted(connection: Connection, tagged: TaggedArticle) -> bool:
    """Write the row, unless there is one with newer tags. A repeat may list another discoverer, or newer tags."""
    outlet, date, regions = tagged.tags.outlet, tagged.tags.date, tagged.tags.regions
    status = await connection.execute(
        """
        INSERT INTO store.articles AS old (article_id, revision, record, title, url, host, origin, language,
                                           published_at, countries, tagged_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (article_id, revision) DO UPDATE SET
            record = excluded.record, title = excluded.title, url = excluded.url, host = excluded.host,
            origin = excluded.origin, language = excluded.language, published_at = excluded.published_at,
            countries = excluded.countries, tagged_at = excluded.tagged_at, stored_at = now()
        WHERE excluded.tagged_at >= old.tagged_at
        """,
        tagged.article_id,
        tagged.revision,
        jsonb(tagged),
        plain(tagged.title) if tagged.title is not None else None,
        plain(tagged.url.canonical),
        plain(outlet.host.name) if outlet and outlet.host else None,
        plain(outlet.origin.name) if outlet and outlet.origin else None,
        tagged.language,
        date.published_at if date else tagged.published_at,
        [country.code for country in regions.countries] if regions else [],
        tagged.tagged_at,
    )
    return status != "INSERT 0 0"


async def _replace_sources(connection: Connection, tagged: TaggedArticle) -> None:
    identity = (tagged.article_id, tagged.revision)
    await connection.execute("DELETE FROM store.sources WHERE article_id = $1 AND revision = $2", *identity)
    sources = tagged.tags.sources.sources if tagged.tags.sources else []
    await connection.executemany(
        """
        INSERT INTO store.sources (article_id, revision, source_id, name, mention, kind, country)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        [
            (*identity, one.id, plain(one.name) if one.name else None, plain(one.mention), one.kind, one.country)
            for one in sources
        ],
    )


async def _outcome(
    connection: Connection,
    trace_id: str,
    outcome: str,
    *,
    article: tuple[str, int] | tuple[None, None] = (None, None),
    code: str | None = None,
) -> None:
    # a success stands: a repeat that fails later does not take it back
    await connection.execute(
        """
        INSERT INTO store.outcomes AS old (trace_id, outcome, article_id, revision, code) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (trace_id) DO UPDATE SET
            outcome = excluded.outcome, article_id = excluded.article_id, revision = excluded.revision,
            code = excluded.code, at = now()
        WHERE old.outcome <> 'stored' OR excluded.outcome = 'stored'
        """,
        trace_id,
        outcome,
        *article,
        code,
    )
