"""Who polls which hosts. Hosts are sharded by registrable domain; a shard is held by a lease with a fencing token.

Processes share the shards evenly among them: each beats a few times within a lease, renews what it holds, takes what
is free up to its share, and gives back what is beyond it. A takeover raises the token, so that a process that slept
through its lease can no longer write. It stops before that: a lease counts here from before it was asked for, by a
clock that also runs while the machine sleeps, and a margin shorter than the database has it.
"""

import math
import time
from collections.abc import Callable, Collection, Mapping
from typing import Final
from zlib import crc32

from services.kit.db import Connection, Database

SHARDS: Final = 64
"""Fixed for the life of a deployment: rows carry their shard."""
BEATS: Final = 3
"""Beats within one lease."""
_MARGIN: Final = 0.1
"""Share of a lease by which it ends earlier here than in the database."""


class LeaseLost(Exception):  # noqa: N818 - says what has happened
    """The shard of what is under way is no longer surely this process's: nothing more may be asked or written."""


def shard_of(domain: str) -> int:
    """Return the shard of a registrable domain."""
    return crc32(domain.encode()) % SHARDS


def boot_time() -> float:
    """Return seconds of a clock that nobody sets and that does not stand still while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Leases:
    """The shards that this process holds."""

    def __init__(
        self, database: Database, owner: str, *, lease_s: float, clock: Callable[[], float] = boot_time
    ) -> None:
        self._database = database
        self._owner = owner
        self._lease_s = lease_s
        self._clock = clock
        self._tokens: dict[int, int] = {}
        self._until = -math.inf
        self.leaving: set[int] = set()
        """Shards beyond this process's share: to be given back as soon as nothing is under way in them."""

    @property
    def tokens(self) -> Mapping[int, int]:
        """The fencing token of each shard held."""
        return self._tokens

    @property
    def beat_s(self) -> float:
        """Time between two beats."""
        return self._lease_s / BEATS

    @property
    def current(self) -> bool:
        """Whether what is held is surely this process's at this moment."""
        return self._clock() < self._until

    def holds(self, shard: int) -> bool:
        """Tell whether a shard is surely this process's at this moment."""
        return shard in self._tokens and self.current

    async def beat(self) -> frozenset[int]:
        """Renew, take what is free and mark what is too much; return what was lost to others, or is held anew.

        Raises:
            DependencyDown: the database does not answer; the leases run on until their time.

        """
        asked_at = self._clock()
        async with self._database.transaction() as connection:
            kept = await _renewed(connection, self._owner, self._tokens, self._lease_s)
            share = math.ceil(SHARDS / await _members(connection, self._owner, self._lease_s))
            taken = await _taken(connection, self._owner, share - len(kept), self._lease_s)
        lost = frozenset(self._tokens.keys() - kept)
        self._tokens = {shard: self._tokens[shard] for shard in kept} | taken
        self._until = asked_at + self._lease_s * (1 - _MARGIN)
        self.leaving = set(sorted(self._tokens)[share:])
        return lost

    async def leave(self) -> None:
        """Leave everything to others.

        Raises:
            DependencyDown: the database does not answer; others have it when the leases have run out.

        """
        await self.give_back(list(self._tokens))
        await self._database.execute("DELETE FROM ingest.members WHERE owner = $1", self._owner)

    async def give_back(self, shards: Collection[int]) -> None:
        """Leave shards to others.

        Raises:
            DependencyDown: the database does not answer; others have them when the leases have run out.

        """
        tokens = [self._tokens.pop(shard) for shard in shards]
        self.leaving.difference_update(shards)
        await self._database.execute(
            """
            UPDATE ingest.shards SET owner = NULL, expires_at = now()
            WHERE (shard, token) IN (SELECT * FROM unnest($1::integer[], $2::bigint[]))
            """,
            list(shards),
            tokens,
        )


async def _renewed(connection: Connection, owner: str, tokens: Mapping[int, int], lease_s: float) -> set[int]:
    rows = await connection.fetch(
        """
        UPDATE ingest.shards SET expires_at = now() + $4 * interval '1 second'
        WHERE owner = $1 AND (shard, token) IN (SELECT * FROM unnest($2::integer[], $3::bigint[])) RETURNING shard
        """,
        owner,
        list(tokens),
        list(tokens.values()),
        lease_s,
    )
    return {row["shard"] for row in rows}


async def _members(connection: Connection, owner: str, lease_s: float) -> int:
    """Say that this process is there; return how many are."""
    await connection.execute(
        """
        INSERT INTO ingest.members (owner, expires_at) VALUES ($1, now() + $2 * interval '1 second')
        ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at
        """,
        owner,
        lease_s,
    )
    # after one's own row, and without waiting for others': else two that both come back wait for each other
    await connection.execute(
        """
        DELETE FROM ingest.members WHERE owner IN (
            SELECT owner FROM ingest.members WHERE expires_at < now() AND owner <> $1 FOR UPDATE SKIP LOCKED
        )
        """,
        owner,
    )
    return int(await connection.fetchval("SELECT count(*) FROM ingest.members"))


async def _taken(connection: Connection, owner: str, limit: int, lease_s: float) -> dict[int, int]:
    """Take shards whose lease has run out. Changing the token waits for writes under the old one to end."""
    if limit <= 0:
        return {}
    rows = await connection.fetch(
        """
        UPDATE ingest.shards SET owner = $1, token = token + 1, expires_at = now() + $3 * interval '1 second'
        WHERE shard IN (
            SELECT shard FROM ingest.shards WHERE expires_at <= now() ORDER BY shard LIMIT $2 FOR UPDATE SKIP LOCKED
        ) RETURNING shard, token
        """,
        owner,
        limit,
        lease_s,
    )
    return {row["shard"]: row["token"] for row in rows}
