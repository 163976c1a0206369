"""Extract with an archive: pages are kept before their articles are published, and give the same articles again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from schemas.topics import ARTICLES, ENTRIES, FAILURES
from schemas.v1 import Article
from services.kit.archive.writer import opened as opened_archive
from services.kit.kafka.messages import decode
from services.kit.pool import WorkerPool
from services.local.newsroom import Newsroom
from tests.fakes.archives import documents, files, settings
from tests.fakes.articles import SEEN, entry
from tests.fakes.commands import Done, dateline
from tests.fakes.desk import Desk, opened, page
from tests.fakes.runs import PREFIX, consuming, records
from tests.fakes.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the page reader loads for a second: one pool for all

NEWSROOM_ARTICLES = 82


@pytest_asyncio.fixture(loop_scope="module")
async def desk(site: Site, pool: WorkerPool, database: str) -> AsyncIterator[Desk]:
    """Give a service with an empty memory, whose clock never says the same twice."""
    ticks = count()
    async with opened(site, pool, database, HTTP_ALLOWED_NETWORKS="127.0.0.0/8") as started:
        started.clock = lambda: SEEN.replace(microsecond=next(ticks))
        yield started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a place for an archive."""
    return tmp_path / "archive"


async def published(desk: Desk, folder: Path, articles: int, failures: int = 0) -> list[bytes]:
    """Run the service with an archive until so much came of what it was sent; return the articles as they went out."""
    async with (
        opened_archive(settings(folder), "extract") as archive,
        consuming(desk.broker, [ENTRIES], desk.extraction(archive=archive).handle),
    ):
        found = await records(desk.broker, ARTICLES, articles, timeout_s=120)
        await records(desk.broker, FAILURES, failures)
    return [one.value or b"" for one in found]


def block(folder: Path) -> None:
    """Put a file where a folder should be."""
    folder.rmdir()
    folder.touch()


def unblock(folder: Path) -> None:
    """Take that file away again."""
    folder.unlink()


async def until(condition: Callable[[], object], *, timeout_s: float = 20) -> None:
    """Wait for something that no event tells of."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def replayed(*places: Path) -> Done:
    """Run the command over an archive."""
    return await asyncio.to_thread(dateline, "replay", "--from-archive", *map(str, places))


async def test_the_newsroom_s_articles_come_out_of_the_archive_byte_by_byte(desk: Desk, folder: Path) -> None:
    """Articles of all outlets, with all that their entries, sites and discoverers added, are the same bytes again."""
    async with Newsroom(first=NEWSROOM_ARTICLES, copies=2, every_s=86_400) as newsroom:
        found = newsroom.published
        await desk.send(*(entry(one.url, number, title=f"No. {number}") for number, one in enumerate(found)))
        live = await published(desk, folder, len(found))
    done = await replayed(folder)
    assert sorted(done.out.splitlines()) == sorted(one.decode() for one in live)
    counted = {"files": 1, "broken": 0, "articles": NEWSROOM_ARTICLES, "feeds": 0, "failures": {}}
    assert (done.code, done.told) == (0, [{"summary": counted}])


async def test_an_article_points_at_its_page(desk: Desk, folder: Path) -> None:
    """File, offset and digest in a record lead to the bytes that the site gave, also while the service runs on."""
    body = page().encode()
    await desk.send(entry(desk.site.serve("/a", body, etag='"v1"')))
    async with opened_archive(settings(folder), "extract") as archive:
        async with consuming(desk.broker, [ENTRIES], desk.extraction(archive=archive).handle):
            (sent,) = await records(desk.broker, ARTICLES, 1)
        pointer = decode(sent, Article).archive
        assert pointer is not None
        found = dict(documents(folder / pointer.file))
    assert (found[pointer.offset].body, found[pointer.offset].digest) == (body, pointer.digest)
    assert found[pointer.offset].headers["etag"] == '"v1"'


async def test_what_a_site_says_and_how_the_page_was_reached_come_back(desk: Desk, folder: Path) -> None:
    """Redirects, another charset, headers and files of the site are part of the record, and the same again."""
    desk.site.serve("/.well-known/tdmrep.json", '[{"location": "/", "tdm-reservation": 1}]', content_type="text/json")
    latin = page("Fähren über Nacht").replace('<meta charset="utf-8">', "").encode("latin-1")
    headers = {"Last-Modified": "Thu, 05 Mar 2026 11:00:00 GMT", "X-Name": "über".encode().decode("latin-1")}
    moved = desk.site.serve("/moved", latin, content_type="text/html; charset=ISO-8859-1", headers=headers)
    await desk.send(entry(desk.site.redirect("/old", moved), title="Fähren"))
    (live,) = await published(desk, folder, 1)
    article = Article.model_validate_json(live)
    assert (article.title, article.access.tdm_reservation) == ("Fähren über Nacht", True)
    assert article.url.requested != article.url.final
    assert (await replayed(folder)).out.splitlines() == [live.decode()]


async def test_revisions_come_back_as_they_were(desk: Desk, folder: Path) -> None:
    """An update is an update with its number again, also out of a file of its own."""
    for number, said in enumerate(("next week", "tomorrow"), 1):
        await desk.send(entry(desk.site.serve("/a", page(said=said)), number))
        live = await published(desk, folder, number)
    assert [Article.model_validate_json(one).revision for one in live] == [1, 2]
    done = await replayed(*files(folder))
    assert sorted(done.out.splitlines()) == sorted(one.decode() for one in live)


async def test_a_page_that_is_no_article_is_kept_too(desk: Desk, folder: Path) -> None:
    """A page without text is a failure, in the archive all the same, and a failure with the same code again."""
    empty = desk.site.serve("/empty", "<!DOCTYPE html><html><title>Empty</title><body></body></html>")
    gone = desk.site.serve("/gone", page(), status=410)
    await desk.send(entry(empty, 1), entry(gone, 2), entry(desk.site.serve("/a", page()), 3))
    await published(desk, folder, 1, failures=2)
    (file,) = files(folder)
    assert {document.url for _, document in documents(file)} == {empty, desk.site.url + "/a"}
    done = await replayed(folder)
    assert (len(done.rows), done.code) == (1, 0)
    assert [(one["url"], one["code"]) for one in done.told[:-1]] == [(empty, "page.no_text")]
    assert done.told[-1]["summary"]["failures"] == {"page.no_text": 1}


async def test_no_article_goes_out_before_its_page_is_kept(desk: Desk, folder: Path) -> None:
    """While the archive cannot be written articles wait, which is said once; then they come, and none is missing."""
    await desk.send(*(entry(desk.site.serve(f"/{n}", page(f"Page {n}")), n) for n in range(1, 4)))
    with capture_logs() as lines:
        async with opened_archive(settings(folder), "extract") as archive:
            block(folder)
            async with consuming(desk.broker, [ENTRIES], desk.extraction(archive=archive).handle):
                await until(lambda: desk.outages.any)
                assert not desk.broker.records(ARTICLES.name(PREFIX))
                unblock(folder)
                found = await records(desk.broker, ARTICLES, 3)
    assert all(decode(one, Article).archive for one in found)
    said = [line["event"] for line in lines if line["event"].startswith("dependency")]
    assert said == ["dependency.lost", "dependency.restored"]


async def test_without_an_archive_records_point_nowhere(desk: Desk) -> None:
    """Where nothing is kept, nothing is said of it."""
    await desk.send(entry(desk.site.serve("/a", page())))
    (article,) = await desk.articles()
    assert article.archive is None
