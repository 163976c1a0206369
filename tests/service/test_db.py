"""The database adapter on a real PostgreSQL: migrations, transactions, and what each kind of trouble turns into."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from services.kit.db import Database, migrate
from services.kit.errors import DependencyDown, SettingsError
from services.kit.settings import DatabaseSettings
from services.local.postgres import EmbeddedPostgres
from services.local.process import free_port
from tests.fakes.servers import fresh_database

ROOT = Path(__file__).parents[2]
MIGRATOR = """
import asyncio, sys
from pathlib import Path
from services.kit.db import Database, migrate
from services.kit.settings import DatabaseSettings

async def main():
    settings = DatabaseSettings.load({"DATELINE_DATABASE_URL": sys.argv[1]})
    async with Database.connect(settings) as database:
        print("connected", flush=True)
        sys.stdin.readline()
        await migrate(database, schema="example", folder=Path(sys.argv[2]))

asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of two migrations that can run once only, the first of which takes a moment."""
    steps = tmp_path / "migrations"
    steps.mkdir()
    (steps / "0001_one.sql").write_text("CREATE TABLE example.one (n integer); SELECT pg_sleep(0.3);")
    (steps / "0002_two.sql").write_text("INSERT INTO example.one VALUES (1);")
    (steps / "README.md").write_text("no migration")
    return steps


def settings(url: str) -> DatabaseSettings:
    """Return settings that name this database."""
    return DatabaseSettings.load({"DATELINE_DATABASE_URL": url})


@pytest.fixture
async def connected(database: str) -> AsyncIterator[Database]:
    """Give a pool on an empty database."""
    async with Database.connect(settings(database)) as pool:
        yield pool


def migrator(url: str, folder: Path) -> "subprocess.Popen[str]":
    """Start a process that migrates when it is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", MIGRATOR, url, str(folder)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def test_two_processes_that_start_together_migrate_once(database: str, connected: Database, folder: Path) -> None:
    """Both come up, and each step ran once."""
    with migrator(database, folder) as first, migrator(database, folder) as second:
        for one in (first, second):
            assert one.stdout is not None
            assert one.stdout.readline() == "connected\n"
        outcomes = [await asyncio.to_thread(one.communicate, "go\n", 20) for one in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), outcomes
    assert await connected.fetchval("SELECT count(*) FROM example.one") == 1
    rows = await connected.fetch("SELECT version, name FROM example.migrations ORDER BY version")
    assert [tuple(row) for row in rows] == [(1, "one"), (2, "two")]


async def test_a_migration_that_fails_leaves_nothing_of_itself(connected: Database, folder: Path) -> None:
    """The steps before it stay, its own are rolled back, and a corrected one goes on from there."""
    broken = folder / "0003_three.sql"
    broken.write_text("INSERT INTO example.one VALUES (3); SELECT 1/0;")
    with pytest.raises(Exception, match="division by zero"):
        await migrate(connected, schema="example", folder=folder)
    assert await connected.fetchval("SELECT max(version) FROM example.migrations") == 2
    assert await connected.fetchval("SELECT count(*) FROM example.one") == 1
    broken.write_text("INSERT INTO example.one VALUES (3);")
    await migrate(connected, schema="example", folder=folder)
    assert await connected.fetchval("SELECT array_agg(n) FROM example.one") == [1, 3]


def altered(url: str, *, password: str | None = None, database: str | None = None, user: str | None = None) -> str:
    """Return an address with another password, user or database."""
    parts = urlsplit(url)
    login = f"{user or parts.username}:{password or parts.password}"
    return f"postgresql://{login}@{parts.hostname}:{parts.port}/{database or parts.path[1:]}"


@pytest.mark.parametrize(
    "change", [{"password": "wrong"}, {"database": "no_such_database"}, {"user": "nobody_here"}], ids=str
)
async def test_a_refused_login_is_a_wrong_setting(database: str, change: dict[str, str]) -> None:
    """A wrong password, user or database is told as what it is; waiting would not help, so nobody waits."""
    async with Database.connect(settings(altered(database, **change))) as pool:
        with pytest.raises(SettingsError, match="DATELINE_DATABASE_URL") as raised:
            await pool.fetchval("SELECT 1")
    assert raised.value.code == "settings.database_url"


async def test_the_password_is_not_told(database: str) -> None:
    """The message of a refused login can be logged."""
    url = altered(database, password="sesame-open")
    async with Database.connect(settings(url)) as pool:
        with pytest.raises(SettingsError) as raised:
            await pool.fetchval("SELECT 1")
    assert "sesame" not in str(raised.value)


@pytest.mark.parametrize("url", ["no address", "http://127.0.0.1/d", "postgresql://h:port/d"])
async def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    """What cannot be an address is told at the start."""
    with pytest.raises(SettingsError, match="DATELINE_DATABASE_URL"):
        async with Database.connect(settings(url)) as pool:
            await pool.fetchval("SELECT 1")


async def test_a_server_that_is_not_there_is_an_outage() -> None:
    """A start can wait for a database that comes up later."""
    async with Database.connect(settings(f"postgresql://u:p@127.0.0.1:{free_port()}/d")) as pool:
        with pytest.raises(DependencyDown) as raised:
            await pool.fetchval("SELECT 1")
    assert (raised.value.code, raised.value.retryable) == ("database.unavailable", True)


async def test_a_server_that_goes_is_an_outage_for_every_way_to_ask(tmp_path: Path) -> None:
    """Open connections that die, and new ones that are refused, are the same trouble."""
    async with EmbeddedPostgres(tmp_path / "postgres") as server:
        url = await asyncio.to_thread(fresh_database, server)
        async with Database.connect(settings(url)) as pool:
            await pool.execute("CREATE TABLE t (n integer)")
            async with pool.transaction() as inside:
                await inside.execute("INSERT INTO t VALUES (1)")
            with pytest.raises(DependencyDown):
                await lose_while_inside(pool, server)
            for attempt in (
                pool.fetch("SELECT 1"),
                pool.fetchrow("SELECT 1"),
                pool.fetchval("SELECT 1"),
                pool.execute("SELECT 1"),
                pool.executemany("INSERT INTO t VALUES ($1)", [(1,)]),
            ):
                with pytest.raises(DependencyDown):
                    await attempt


async def lose_while_inside(pool: Database, server: EmbeddedPostgres) -> None:
    """Have the server stop in the middle of a transaction."""
    async with pool.transaction() as inside:
        await inside.execute("INSERT INTO t VALUES (2)")
        await asyncio.to_thread(server.stop)
        await inside.execute("INSERT INTO t VALUES (3)")


class Regret(Exception):  # noqa: N818 - only for this test
    """What a caller raises inside a transaction."""


async def test_an_error_inside_a_transaction_rolls_it_back(connected: Database) -> None:
    """All or nothing, and the caller's error comes out as it went in."""
    await connected.execute("CREATE TABLE t (n integer)")
    with pytest.raises(Regret):
        await write_and_regret(connected)
    assert await connected.fetchval("SELECT count(*) FROM t") == 0


async def write_and_regret(connected: Database) -> None:
    """Write in a transaction, and fail."""
    async with connected.transaction() as inside:
        await inside.execute("INSERT INTO t VALUES (1)")
        raise Regret


async def test_many_rows_are_all_or_nothing(connected: Database) -> None:
    """One bad row among many leaves none of them."""
    await connected.execute("CREATE TABLE t (n integer CHECK (n > 0))")
    with pytest.raises(Exception, match="check constraint"):
        await connected.executemany("INSERT INTO t VALUES ($1)", [(1,), (2,), (-1,)])
    assert await connected.fetchval("SELECT count(*) FROM t") == 0


@pytest.mark.parametrize(
    ("sql", "arguments"), [("SELEKT 1", ()), ("SELECT n FROM no_such_table", ()), ("SELECT $1::integer", ("one",))]
)
async def test_a_mistake_in_a_query_is_no_outage(connected: Database, sql: str, arguments: tuple[object, ...]) -> None:
    """Code that asks wrongly fails at once; as an outage it would be tried again for ever."""
    with pytest.raises(asyncpg.PostgresError):
        await connected.fetch(sql, *arguments)


async def test_a_pool_that_is_all_in_use_is_waited_for(database: str) -> None:
    """Who comes when all connections are in use gets the next one that is free."""
    one = DatabaseSettings.load({"DATELINE_DATABASE_URL": database, "DATELINE_DATABASE_POOL": "1"})
    async with Database.connect(one) as pool:
        async with pool.transaction():
            waiting = asyncio.create_task(pool_turn(pool))
            await asyncio.sleep(0)
            assert not waiting.done()
        assert await waiting == 1


async def pool_turn(pool: Database) -> object:
    """Ask something inside a transaction."""
    async with pool.transaction() as inside:
        return await inside.fetchval("SELECT 1")
