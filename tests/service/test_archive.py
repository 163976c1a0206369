"""Archives through crashes, outages and stops: what was acknowledged is never lost."""

import asyncio
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from services.kit.archive.bucket import Bucket
from services.kit.archive.frames import frames
from services.kit.archive.places import chunks_of
from services.kit.archive.spool import Spool
from services.kit.archive.volume import Names, Volume
from services.kit.archive.writer import opened
from services.kit.errors import DependencyDown, Rejected, ServiceFailed, SettingsError
from services.kit.events import Event
from services.kit.outage import Outages
from services.kit.settings import ArchiveSettings
from tests.fakes.archives import AT, capture, documents, files, settings
from tests.fakes.s3 import S3

ROOT = Path(__file__).parents[2]
ENDLESS_WRITER = """
import asyncio, sys
from services.kit.archive.spool import Spool
from services.kit.archive.writer import opened
from tests.fakes.archives import capture, settings

async def main():
    async with opened(settings(sys.argv[1], **dict(one.split("=", 1) for one in sys.argv[2:])), "extract") as archive:
        number = 0
        while True:
            number += 1
            pointer = await archive.keep(capture(number))
            print(number, pointer.file, pointer.offset, flush=True)

asyncio.run(main())
"""
Line = MutableMapping[str, Any]


@pytest_asyncio.fixture
async def store() -> AsyncIterator[S3]:
    """Give a store that speaks S3."""
    async with S3() as started:
        yield started


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Give a place for files on their way."""
    return tmp_path / "spool"


def in_bucket(store: S3, spool: Path, **said: str) -> ArchiveSettings:
    """Return the settings of an archive in a bucket."""
    named = {f"DATELINE_ARCHIVE_{name}": value for name, value in said.items()}
    return settings("s3://news/kept", **{**store.settings, "DATELINE_ARCHIVE_SPOOL": str(spool), **named})


def events(lines: list[Line]) -> list[str]:
    """Return what was told of the archive."""
    return [line["event"] for line in lines if line["event"].startswith("archive.")]


async def until(condition: Callable[[], object], *, timeout_s: float = 20) -> None:
    """Wait for something that no event tells of."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


def killed_writer(place: str | Path, *named: str, after: int) -> list[list[str]]:
    """Run a process that writes without end, kill it after so many captures; return what it was told before."""
    command = [sys.executable, "-c", ENDLESS_WRITER, str(place), *named]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(after + 1)]  # the first is the log's
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.readlines()
    lines = [line.split() for line in told if line.endswith("\n")]
    return [line for line in lines if line and line[0].isdigit()]


def readable(path: Path) -> tuple[dict[int, str], str | None]:
    """Return the addresses in a file by their places, and what is wrong with its end."""
    found = {}
    try:
        for offset, document in documents(path):
            found[offset] = document.url
    except Rejected as error:
        return found, error.code
    return found, None


@pytest.mark.parametrize("after", [1, 40, 200])
def test_what_was_acknowledged_before_a_kill_is_there(tmp_path: Path, after: int) -> None:
    """Every pointer that a process got before it was killed leads to its page."""
    told = killed_writer(tmp_path, after=after)
    assert len(told) >= after
    found = {path.relative_to(tmp_path).as_posix(): readable(path)[0] for path in files(tmp_path)}
    for number, file, offset in told:
        assert found[file][int(offset)] == capture(int(number)).url


async def test_what_a_killed_process_left_reaches_the_bucket(store: S3, spool: Path) -> None:
    """The next process on the same spool sends the files of one that died, up to their last byte, and says so."""
    place = in_bucket(store, spool)
    named = [f"{name}={value}" for name, value in store.settings.items()]
    told = await asyncio.to_thread(killed_writer, "s3://news/kept", *named, f"DATELINE_ARCHIVE_SPOOL={spool}", after=50)
    (left,) = files(spool)
    with left.open("ab") as file:
        file.write(left.read_bytes()[:100])  # as a kill in the middle of a write leaves it
    with capture_logs() as lines:
        async with opened(place, "extract"):
            await until(lambda: not files(spool))
    assert events(lines) == ["archive.torn", "archive.uploaded"]
    (data,) = store.objects.values()
    assert f"kept/{told[0][1]}" in store.objects
    sent = spool / "sent"
    sent.write_bytes(data)
    there, trouble = readable(sent)
    assert trouble == "archive.torn"
    assert {int(offset) for _, _, offset in told} <= set(there)


async def test_a_file_that_is_written_is_nobody_else_s(store: S3, spool: Path) -> None:
    """A process that starts on a spool leaves the files of those that live alone."""
    async with opened(in_bucket(store, spool), "extract") as one:
        assert one is not None
        await one.keep(capture(1))
        told: list[Event] = []
        other = Spool(spool, Bucket("s3://news/kept", in_bucket(store, spool)), told.append)
        await other.adopt()
        assert other.waiting_bytes == 0
        await one.keep(capture(2))
    assert len(store.objects) == 1
    assert not told
    assert not files(spool)


async def test_a_file_is_nobody_else_s_from_its_first_moment(store: S3, spool: Path) -> None:
    """However often others look for what the dead have left, they take no file that is just begun."""
    others = [Spool(spool, Bucket("s3://news/kept", in_bucket(store, spool)), print) for _ in range(2)]
    names, ended = Names("extract"), threading.Event()
    taken: list[object] = []

    def look(other: Spool) -> None:
        while not ended.is_set():
            taken.extend(other._orphans())

    def begin() -> int:
        begun_until, gone = time.monotonic() + 1.5, 0
        while time.monotonic() < begun_until:
            volume = Volume(spool, names.next(AT), AT)
            gone += volume.lost
            volume.path.unlink(missing_ok=True)
            volume.release()
        ended.set()
        return gone

    gone, *_ = await asyncio.gather(asyncio.to_thread(begin), *(asyncio.to_thread(look, other) for other in others))
    assert (gone, taken) == (0, [])


async def test_an_outage_of_the_bucket_loses_nothing(store: S3, spool: Path) -> None:
    """While the bucket is away files wait, which is said once; when it is back they go, in their order."""
    store.down = 503
    with capture_logs() as lines:
        async with opened(in_bucket(store, spool, FILE_MAX_BYTES="3000"), "extract") as archive:
            assert archive is not None
            for number in range(16):
                await archive.keep(capture(number))
            await until(lambda: "archive.upload_failed" in events(lines))
            asked = len(store.requests)
            await until(lambda: len(store.requests) > asked)
            assert len(files(spool)) > 3
            store.down = None
            await until(lambda: len(files(spool)) == 1)
    assert not files(spool)
    assert events(lines).count("archive.upload_failed") == 1
    sent = [line["file"] for line in lines if line["event"] == "archive.uploaded"]
    assert sent == sorted(sent)
    assert sorted(store.objects) == [f"kept/{file}" for file in sent]


async def test_a_bucket_that_refuses_us_loses_nothing_either(store: S3, spool: Path) -> None:
    """With a wrong secret files wait, over a stop too, until somebody mends it."""
    store.secret = "another"
    with capture_logs() as lines:
        async with opened(in_bucket(store, spool), "extract") as archive:
            assert archive is not None
            await archive.keep(capture(1))
    assert "archive.upload_failed" in events(lines)
    assert len(files(spool)) == 1
    store.secret = store.settings["DATELINE_ARCHIVE_S3_SECRET"]
    async with opened(in_bucket(store, spool), "extract"):
        await until(lambda: store.objects)
        await until(lambda: not files(spool))


async def test_a_full_spool_makes_work_wait(store: S3, spool: Path) -> None:
    """With the spool full nothing more is taken, and nothing is lost; with room again, work goes on by itself."""
    store.down = 503
    outages = Outages(asyncio.Event())
    limits = {"FILE_MAX_BYTES": "3000", "SPOOL_MAX_BYTES": "9000"}
    async with opened(in_bucket(store, spool, **limits), "extract") as archive:
        assert archive is not None
        kept, code = 0, ""
        while not code:
            try:
                await archive.keep(capture(kept))
                kept += 1
            except DependencyDown as down:
                code = down.code
        assert code == "archive.spool_full"
        waiting = asyncio.create_task(outages.ride_out(lambda: archive.keep(capture(100))))
        await until(lambda: outages.any)
        store.down = None
        await waiting
    found = [frame for data in store.objects.values() for frame in frames([data]) if frame.kind == "response"]
    assert len(found) == kept + 1


async def test_a_waiting_file_that_somebody_removed_holds_up_nothing(store: S3, spool: Path) -> None:
    """A file that is gone from the spool is given up; those behind it are sent."""
    store.down = 503
    async with opened(in_bucket(store, spool, FILE_MAX_BYTES="3000"), "extract") as archive:
        assert archive is not None
        for number in range(10):
            await archive.keep(capture(number))
        await until(lambda: store.requests)
        files(spool)[0].unlink()
        store.down = None
        await until(lambda: len(files(spool)) == 1)
    assert len(store.objects) > 1


async def test_a_large_file_goes_in_parts(store: S3, spool: Path) -> None:
    """What is larger than a part is put in parts, and is one object in the end, byte by byte."""
    body = bytes(range(256)) * 100
    async with opened(in_bucket(store, spool), "extract") as archive:
        assert archive is not None
        noise = [await asyncio.to_thread(noisy, number, 1 << 20) for number in range(18)]
        for number, one in enumerate([*noise, body]):
            await archive.keep(capture(number, body=one))
        (path,) = files(spool)
        written = path.read_bytes()
    assert next(iter(store.objects.values())).startswith(written)
    assert sum(one.method == "PUT" for one in store.requests) == 3
    assert not store.parts


def noisy(seed: int, size: int) -> bytes:
    """Return bytes that do not pack."""
    return random.Random(seed).randbytes(size)


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """Let no file of this process become larger, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """A capture that could be written in part only is not there at all, and the next one stands where it should."""
    async with opened(settings(tmp_path), "extract") as archive:
        assert archive is not None
        first = await archive.keep(capture(1))
        (path,) = files(tmp_path)
        size = path.stat().st_size
        with no_room_beyond(size + 100), pytest.raises(DependencyDown) as caught:
            await archive.keep(capture(2))
        second = await archive.keep(capture(3))
    assert caught.value.code == "archive.unwritable"
    assert readable(path) == ({first.offset: capture(1).url, second.offset: capture(3).url}, None)


async def test_an_archive_that_is_broken_ends_the_service(tmp_path: Path) -> None:
    """When files can end no more, the next capture is no failure of its own: nothing moves on without an archive."""
    broken = False

    def clock() -> datetime:
        if broken:
            raise RuntimeError("no clock")
        return AT

    async with opened(settings(tmp_path), "extract", clock=clock) as archive:
        assert archive is not None
        await archive.keep(capture(1))
        broken = True
        await until(archive._tasks[0].done)
        with pytest.raises(ServiceFailed, match="no clock"):
            await archive.keep(capture(2))


async def test_a_file_that_somebody_removed_is_begun_anew(tmp_path: Path) -> None:
    """Captures after that are in a file that exists."""
    async with opened(settings(tmp_path), "extract") as archive:
        assert archive is not None
        await archive.keep(capture(1))
        files(tmp_path)[0].unlink()
        pointer = await archive.keep(capture(2))
    assert [document.url for _, document in documents(tmp_path / pointer.file)] == [capture(2).url]


@pytest.mark.alone
async def test_the_event_loop_waits_for_no_disk(tmp_path: Path) -> None:
    """While large captures are packed and written, the loop turns: packing is done elsewhere."""
    body = await asyncio.to_thread(noisy, 1, 3_000_000)
    longest_s, before = 0.0, time.monotonic()
    async with opened(settings(tmp_path), "extract") as archive:
        assert archive is not None
        writing = asyncio.gather(*(archive.keep(capture(number, body=body)) for number in range(10)))
        while not writing.done():
            await asyncio.sleep(0.001)
            longest_s, before = max(longest_s, time.monotonic() - before), time.monotonic()
        await writing
    assert longest_s < 0.25, "ten times three megabytes take over a second to pack"
    assert not [one for one in threading.enumerate() if one.name.startswith("archive")]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"DATELINE_ARCHIVE": "s3://news"}, "DATELINE_ARCHIVE_SPOOL"),
        ({"DATELINE_ARCHIVE": "ftp://news"}, "DATELINE_ARCHIVE"),
        ({"DATELINE_ARCHIVE": "s3://", "DATELINE_ARCHIVE_SPOOL": "spool"}, "s3://bucket/prefix"),
        ({"DATELINE_ARCHIVE": "s3://key:secret@news", "DATELINE_ARCHIVE_SPOOL": "spool"}, "s3://bucket/prefix"),
        ({"DATELINE_ARCHIVE": "/dev/null/archive"}, "/dev/null/archive"),
        (
            {
                "DATELINE_ARCHIVE": "s3://news",
                "DATELINE_ARCHIVE_SPOOL": "spool",
                "DATELINE_ARCHIVE_S3_ENDPOINT": "HTTP://store.example",
            },
            "DATELINE_ARCHIVE_S3_PLAIN_HTTP",
        ),
        (
            {
                "DATELINE_ARCHIVE": "s3://news",
                "DATELINE_ARCHIVE_SPOOL": "spool",
                "DATELINE_ARCHIVE_S3_ENDPOINT": "store.example",
            },
            "DATELINE_ARCHIVE_S3_ENDPOINT",
        ),
        (
            {
                "DATELINE_ARCHIVE": "s3://news",
                "DATELINE_ARCHIVE_SPOOL": "spool",
                "DATELINE_ARCHIVE_SPOOL_MAX_BYTES": "9",
            },
            "DATELINE_ARCHIVE_SPOOL_MAX_BYTES",
        ),
    ],
)
async def test_an_archive_that_cannot_be_is_refused_at_the_start(named: dict[str, str], said: str) -> None:
    """What is wrong with the settings is told by their names, and no secret with it."""
    with pytest.raises(SettingsError, match=said) as caught:
        async with opened(ArchiveSettings.load(named), "extract"):
            pass
    assert "key:secret" not in str(caught.value)


def test_the_secret_is_not_shown() -> None:
    """Settings are logged at the start; the secret is stars."""
    loaded = ArchiveSettings.load({"DATELINE_ARCHIVE_S3_SECRET": "hush"})
    assert "hush" not in str(loaded.masked())
    assert loaded.archive_s3_secret.get_secret_value() == "hush"


async def test_without_settings_nothing_is_kept() -> None:
    """The archive is off unless it is asked for."""
    async with opened(ArchiveSettings.load({}), "extract") as archive:
        assert archive is None


def test_a_reader_of_a_folder_that_is_not_there_is_told() -> None:
    """A file that cannot be read is an error of ours, with its name."""
    with pytest.raises(Rejected, match="nowhere"):
        list(chunks_of(Path("nowhere.warc.gz")))
