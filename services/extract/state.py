"""The memory of extract: which articles are known, at which revision, found through whom."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas.v1 import Article, DiscoveredVia
from services.kit.db import Connection, Database

MIGRATIONS: Final = Path(__file__).parent / "migrations"
DISCOVERERS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of an article."""

    revision: int
    content_hash: str
    discovered_via: tuple[DiscoveredVia, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Which revision of the article a fetched page is."""

    revision: int
    event: str
    """`new` or `update`, as the record will say."""
    change: str
    """`new`, `update`, `discovered` (known text, new discoverer) or `unchanged`, as the log will say."""
    discovered_via: tuple[DiscoveredVia, ...]

    def applied_to(self, article: Article) -> Article:
        """Return the article as this revision, with everybody who found it."""
        return article.model_copy(
            update={
                "revision": self.revision,
                "event": self.event,
                "discovered_via": list(self.discovered_via),
                "feed_seen_at": min(one.seen_at for one in self.discovered_via),
            }
        )


def settle(known: Known | None, content_hash: str, discoverer: DiscoveredVia) -> Settled:
    """Decide which revision this is. An equal content hash is the same revision, whoever found it. Pure."""
    if known is None:
        return Settled(1, "new", "new", (discoverer,))
    merged = merge(known.discovered_via, discoverer)
    if known.content_hash != content_hash:
        return Settled(known.revision + 1, "update", "update", merged)
    change = "unchanged" if merged == known.discovered_via else "discovered"
    return Settled(known.revision, "new" if known.revision == 1 else "update", change, merged)


def merge(known: Sequence[DiscoveredVia], discoverer: DiscoveredVia) -> tuple[DiscoveredVia, ...]:
    """Add a discoverer unless the same feed item is listed already; the earliest sight of an item stays. Pure."""
    if any((one.feed_id, one.guid) == (discoverer.feed_id, discoverer.guid) for one in known):
        return tuple(known)
    return (*known, discoverer)[:DISCOVERERS_MAX]


async def save(database: Database, article: Article, discoverer: DiscoveredVia, *, now: datetime) -> Settled:
    """Settle a page's revision and remember it, in one transaction that other extractors of the same article wait for.

    Raises:
        DependencyDown: the database does not answer; nothing is remembered.

    """
    async with database.transaction() as connection:
        # without a row there is nothing to lock, so two first sights at once are kept apart by the article's id
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", article.article_id)
        settled = settle(await _known(connection, article.article_id), article.content_hash, discoverer)
        if settled.change != "unchanged":
            await _remember(connection, article, settled, now)
    return settled


async def differs(database: Database, article: Article) -> bool:
    """Return whether the article is known already, with other words than these.

    Raises:
        DependencyDown: the database does not answer.

    """
    query = "SELECT 1 FROM extract.articles WHERE article_id = $1 AND content_hash <> $2"
    return bool(await database.fetch(query, article.article_id, article.content_hash))


async def _known(connection: Connection, article_id: str) -> Known | None:
    row = await connection.fetchrow(
        "SELECT revision, content_hash, discovered_via FROM extract.articles WHERE article_id = $1", article_id
    )
    if row is None:
        return None
    via = tuple(DiscoveredVia.model_validate(one) for one in json.loads(row["discovered_via"]))
    return Known(row["revision"], row["content_hash"], via)


async def _remember(connection: Connection, article: Article, settled: Settled, now: datetime) -> None:
    await connection.execute(
        """
        INSERT INTO extract.articles
            (article_id, canonical_url, revision, content_hash, discovered_via, first_seen_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (article_id) DO UPDATE SET
            revision = excluded.revision, content_hash = excluded.content_hash,
            discovered_via = excluded.discovered_via, changed_at = excluded.changed_at
        """,
        article.article_id,
        article.url.canonical,
        settled.revision,
        article.content_hash,
        json.dumps([one.model_dump(mode="json") for one in settled.discovered_via]),
        now,
    )
