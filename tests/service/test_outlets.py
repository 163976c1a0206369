"""What was learnt of outlets, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from services.extract import outlets, state
from services.extract.app import Extraction, tools_of
from services.extract.events import PagesSummarised
from services.extract.page import read_page, warm
from services.extract.settings import ExtractSettings
from services.extract.tally import Tally
from services.kit.db import Database, migrate
from services.kit.pool import WorkerPool
from services.kit.settings import DatabaseSettings
from tests.fakes.articles import entry
from tests.fakes.desk import opened, page
from tests.fakes.runs import consuming, records
from tests.fakes.site import Site

PAGE = Path(__file__).parents[1] / "data" / "pages" / "structured.html"


@pytest.fixture
async def connected(database: str) -> AsyncIterator[Database]:
    """Give extract's database, empty."""
    settings = DatabaseSettings.load({"DATELINE_DATABASE_URL": database})
    async with Database.connect(settings) as pool:
        await migrate(pool, schema="extract", folder=state.MIGRATIONS)
        yield pool


def read(tally: Tally, *domains: str) -> None:
    """Let a page of each be read."""
    for domain in domains:
        url = f"https://www.{domain}/local/page.html"
        tally.read(url, read_page(PAGE.read_bytes(), url=url))


async def test_a_restart_need_not_learn_again(connected: Database) -> None:
    """What one process learnt, saved twice, is what the next one begins with."""
    tally, after = Tally(), Tally()
    read(tally, "a.example", "b.example")
    await outlets.save(connected, tally)
    read(tally, "a.example")
    await outlets.save(connected, tally)
    await outlets.load(connected, after)
    read(after, "a.example", "b.example")
    learnt = after.unsaved()
    assert [learnt[domain]["title"][0] for domain in ("a.example", "b.example")] == [3, 2]


async def test_the_last_window_is_told(connected: Database) -> None:
    """A process that ends within a window writes its summary and saves what it learnt."""
    tally, after = Tally(), Tally()
    with capture_logs() as lines:
        async with outlets.watched(connected, tally, window_s=60):
            read(tally, "a.example")
    assert [line["event"] for line in lines] == ["extract.summarised"]
    await outlets.load(connected, after)
    read(after, "a.example")
    assert after.unsaved()["a.example"]["title"][0] == 2


async def test_the_service_tells_its_windows(database: str) -> None:
    """An article and a page without one are in the summary of the work that met them, and so is their outlet."""
    async with (
        Site() as site,
        WorkerPool(workers=1, deadline_s=20, warm=warm) as pool,
        opened(site, pool, database) as desk,
    ):
        settings = ExtractSettings.load(desk.environ)
        tools = tools_of(settings, pool, desk.database, desk.broker.producer(), desk.outages)
        good, bad = site.serve("/a", page()), site.serve("/b", "<html><body></body></html>")
        await desk.send(entry(good, 1), entry(bad, 2))
        async with consuming(desk.broker, [ENTRIES], Extraction(tools, settings).handle):
            await records(desk.broker, ARTICLES, 1)
            await records(desk.broker, FAILURES, 1)
    summary = tools.tally.summary(60)
    assert isinstance(summary, PagesSummarised)
    assert (summary.ended, summary.pages) == ({"new": 1, "page.no_text": 1}, 1)
    (learnt,) = tools.tally.unsaved().values()
    after_text, texts, after_none, texts_again, _ = learnt["text"]
    assert (after_text + after_none, texts + texts_again) == (2, 1)


async def test_a_database_that_is_down_is_not_waited_for(tmp_path: Path) -> None:
    """What cannot be saved is let go: the outlet is met again."""
    tally = Tally()
    read(tally, "a.example")
    url = f"postgresql://nobody@/none?host={tmp_path}"
    async with Database.connect(DatabaseSettings.load({"DATELINE_DATABASE_URL": url})) as nowhere:
        await outlets.save(nowhere, tally)
    assert tally.unsaved() == {}
