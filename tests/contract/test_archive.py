"""What an archive promises, held against a folder and against a store that speaks S3, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from services.kit.archive import warc
from services.kit.archive.capture import Document
from services.kit.archive.frames import frames
from services.kit.archive.places import Source, sources
from services.kit.archive.writer import opened
from services.kit.errors import Rejected
from services.kit.settings import ArchiveSettings
from tests.fakes.archives import BODY_MAX_BYTES, Watch, capture
from tests.fakes.s3 import S3


class Kept:
    """An archive at one kind of place."""

    def __init__(self, place: str, environ: dict[str, str]) -> None:
        self.place = place
        self.environ = {"DATELINE_ARCHIVE": place, **environ}
        self.watch = Watch()

    @property
    def settings(self) -> ArchiveSettings:
        """The settings as they are now."""
        return ArchiveSettings.load(self.environ)

    def sources(self) -> list[Source]:
        """Return the files that a reader finds."""
        return sources(self.place, self.settings)

    def bodies(self) -> dict[str, bytes]:
        """Return all that was kept, by address."""
        return {
            document.url: document.body
            for source in self.sources()
            for frame in frames(source.chunks())
            if frame.kind == "response"
            for document in [warc.document(frame.raw or b"", body_max_bytes=BODY_MAX_BYTES)]
        }

    def at(self, file: str, offset: int) -> Document:
        """Return what a record's pointer leads to."""
        (source,) = [one for one in self.sources() if one.name == file]
        data = b"".join(source.chunks())
        return warc.document(next(frames([data[offset:]])).raw or b"", body_max_bytes=BODY_MAX_BYTES)


@pytest_asyncio.fixture(params=["folder", "bucket", "bucket and prefix"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    """Give an empty archive."""
    async with AsyncExitStack() as stack:
        if request.param == "folder":
            yield Kept(str(tmp_path / "archive"), {})
            return
        store = await stack.enter_async_context(S3())
        place = "s3://news" if request.param == "bucket" else "s3://news/kept/pages"
        yield Kept(place, {**store.settings, "DATELINE_ARCHIVE_SPOOL": str(tmp_path / "spool")})


async def test_a_pointer_leads_to_the_bytes(kept: Kept) -> None:
    """What an article points at is the page as it came: address, status, headers and body."""
    captures = [capture(number) for number in range(1, 6)]
    async with opened(kept.settings, "extract", clock=kept.watch) as archive:
        assert archive is not None
        pointers = [await archive.keep(one) for one in captures]
    for one, pointer in zip(captures, pointers, strict=True):
        found = await asyncio.to_thread(kept.at, pointer.file, pointer.offset)
        assert (found.url, found.status, found.body, found.at) == (one.url, one.status, one.body, one.at)
        assert found.headers["etag"] == one.headers["etag"]
        assert pointer.digest == found.digest == found.stated_digest


async def test_captures_keep_their_order(kept: Kept) -> None:
    """Captures that are handed in at once stand in the order in which they were handed in, each once."""
    captures = [capture(number) for number in range(50)]
    async with opened(kept.settings, "extract", clock=kept.watch) as archive:
        assert archive is not None
        await asyncio.gather(*(archive.keep(one) for one in captures))
    found = await asyncio.to_thread(kept.bodies)
    assert list(found) == [one.url for one in captures]


async def test_a_file_ends_at_its_size(kept: Kept) -> None:
    """With a limit of some captures a file, there are several files, none much above it, and nothing is missing."""
    kept.environ["DATELINE_ARCHIVE_FILE_MAX_BYTES"] = "6000"
    captures = [capture(number) for number in range(20)]
    async with opened(kept.settings, "extract", clock=kept.watch) as archive:
        assert archive is not None
        pointers = [await archive.keep(one) for one in captures]
    found = await asyncio.to_thread(kept.sources)
    sizes = [len(b"".join(one)) for one in await asyncio.to_thread(lambda: [list(one.chunks()) for one in found])]
    assert {pointer.file for pointer in pointers} == {one.name for one in found}
    assert len(found) > 2
    assert max(sizes) <= 6000
    assert len(await asyncio.to_thread(kept.bodies)) == 20


async def test_a_file_ends_at_its_age(kept: Kept) -> None:
    """After an hour the next capture begins another file, and a file that nothing is added to ends as well."""
    async with opened(kept.settings, "extract", clock=kept.watch) as archive:
        assert archive is not None
        first = await archive.keep(capture(1))
        kept.watch.turn(3599)
        second = await archive.keep(capture(2))
        kept.watch.turn(1)
        await archive.turn_page()
        third = await archive.keep(capture(3))
    assert first.file == second.file != third.file
    assert len(await asyncio.to_thread(kept.sources)) == 2


async def test_processes_that_write_at_once_share_no_file(kept: Kept) -> None:
    """Services on one archive that start in the same second have files of their own, and all is kept."""
    async with (
        opened(kept.settings, "extract", clock=kept.watch) as one,
        opened(kept.settings, "extract", clock=kept.watch) as other,
    ):
        assert one is not None
        assert other is not None
        pointers = await asyncio.gather(*((one, other)[number % 2].keep(capture(number)) for number in range(10)))
    assert len({pointer.file for pointer in pointers}) == 2
    assert len(await asyncio.to_thread(kept.bodies)) == 10


async def test_without_a_capture_there_is_no_file(kept: Kept) -> None:
    """A process that keeps nothing leaves nothing."""
    async with opened(kept.settings, "extract", clock=kept.watch):
        pass
    with pytest.raises(Rejected, match="no file that ends in"):
        await asyncio.to_thread(kept.sources)
