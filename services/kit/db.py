"""PostgreSQL: a pool whose errors are ours, and migrations that only go forward."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from services.kit.errors import DependencyDown, SettingsError
from services.kit.events import MigrationApplied
from services.kit.log import emit
from services.kit.settings import DatabaseSettings

if TYPE_CHECKING:
    Connection = PoolConnectionProxy[asyncpg.Record]
else:
    Connection = PoolConnectionProxy  # generic in its type stubs only

Row = asyncpg.Record
"""A row of an answer: its columns by name or by place."""
CONNECT_S: Final = 5.0
COMMAND_S: Final = 30.0
_LOCK: Final = 0x6461_7465  # one number for all migrations of a database, spells "date"
_MIGRATION = re.compile(r"^(\d{4})_(\w+)\.sql$")
_GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    # trouble of the server that passes, or that an operator mends: no disk, no memory, shut down, read only, deadlock
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
)
_REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)


class Database:
    """A pool of connections. All methods raise `DependencyDown` when the server does not answer."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: DatabaseSettings) -> AsyncIterator["Database"]:
        """Open the pool; the first connection is made at the first query, so that a start can wait for the server.

        Raises:
            SettingsError: the address is none. A refused user, password or database shows at the first query.

        """
        pool = asyncpg.create_pool(
            _checked(settings.database_url.get_secret_value()),
            min_size=0,
            max_size=settings.database_pool,
            timeout=CONNECT_S,
            command_timeout=COMMAND_S,
        )
        await pool
        try:
            yield cls(pool)
        finally:
            pool.terminate()

    async def fetch(self, sql: str, *args: object) -> list[Row]:
        """Return all rows."""
        with _mapped():
            return await self._pool.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> Row | None:
        """Return the first row."""
        with _mapped():
            return await self._pool.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> object:
        """Return the first column of the first row."""
        with _mapped():
            return await self._pool.fetchval(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        """Run a statement and return its status word."""
        with _mapped():
            return await self._pool.execute(sql, *args)

    async def executemany(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        """Run a statement for each row, all or nothing."""
        with _mapped():
            await self._pool.executemany(sql, rows)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Give a connection inside a transaction; an error inside rolls it back."""
        with _mapped():
            async with self._pool.acquire(timeout=CONNECT_S) as connection, connection.transaction():
                yield connection


def _checked(url: str) -> str:
    """Check that this is an address of a PostgreSQL server. The error says nothing of it: it may hold a password."""
    wrong = "DATELINE_DATABASE_URL: no address like postgresql://user:password@host:5432/database"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"postgresql", "postgres"} and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError("settings.database_url", f"{wrong}; odd characters are written as %2F and the like")
    return url


@contextmanager
def _mapped() -> Iterator[None]:
    """Foreign errors end here: an absent server is `DependencyDown`, a refused login is a wrong setting."""
    try:
        yield
    except _REFUSED as error:
        raise SettingsError("settings.database_url", f"DATELINE_DATABASE_URL: {error}"[:200]) from None
    except _GONE as error:
        raise DependencyDown("database.unavailable", f"{type(error).__name__}: {error}"[:200]) from error


async def migrate(database: Database, *, schema: str, folder: Path) -> None:
    """Bring a schema to the newest version that `folder` holds, file by file, under a lock that all processes share.

    Files are named `0001_what_it_does.sql`. Each runs once, in a transaction of its own with the note that it ran.

    Raises:
        SettingsError: the database is of a newer version than this code.

    """
    steps = _steps(folder)
    for version, name, sql in steps:
        async with database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            await connection.execute(
                f'CREATE TABLE IF NOT EXISTS "{schema}".migrations ('
                "version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
            reached = await connection.fetchval(f'SELECT coalesce(max(version), 0) FROM "{schema}".migrations')  # noqa: S608 - our own name
            if reached > steps[-1][0]:
                raise SettingsError(
                    "database.newer",
                    f"schema {schema} is at version {reached}, this code knows {steps[-1][0]}: upgrade it",
                )
            if reached >= version:
                continue
            await connection.execute(sql)
            await connection.execute(
                f'INSERT INTO "{schema}".migrations (version, name) VALUES ($1, $2)',  # noqa: S608 - our own name
                version,
                name,
            )
        emit(MigrationApplied(schema=schema, version=version, name=name))


def _steps(folder: Path) -> list[tuple[int, str, str]]:
    """Version, name and text of each migration, in order."""
    matches = [(match, path) for path in folder.iterdir() if (match := _MIGRATION.match(path.name))]
    return sorted((int(match[1]), match[2], path.read_text(encoding="utf-8")) for match, path in matches)
