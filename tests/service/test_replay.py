"""`dateline replay --from-archive` on files of others, broken files, and files that are none."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from services.kit.archive import warc
from services.kit.archive.capture import FEED
from services.kit.archive.writer import opened
from tests.fakes.archives import AT, capture, settings
from tests.fakes.commands import Done, dateline
from tests.fakes.desk import page
from tests.fakes.s3 import S3

URL = "https://outlet.example/"
WARCS = "2026/CC-NEWS-20260305.warc.gz"


@pytest_asyncio.fixture
async def store() -> AsyncIterator[S3]:
    """Give a store that speaks S3."""
    async with S3() as started:
        yield started


def replayed(*places: str | Path, **said: str) -> Done:
    """Run the command to its end."""
    return dateline("replay", "--from-archive", *map(str, places), "--workers", "1", **said)


class Foreign:
    """A file as others write it."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self._writer = WARCWriter(self._out, gzip=True)
        self._writer.write_record(self._writer.create_warcinfo_record("x.warc.gz", {"software": "another"}))

    def add(self, kind: str, url: str, body: bytes, content_type: str = "text/html") -> "Foreign":
        """Add a record."""
        lines = {"request": "/ HTTP/1.1", "response": "200 OK", "revisit": "200 OK"}
        answer = None
        if kind in lines:
            protocol = "GET" if kind == "request" else "HTTP/1.1"
            answer = StatusAndHeaders(lines[kind], [("Content-Type", content_type)], protocol=protocol)
        record = self._writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=answer
        )
        self._writer.write_record(record)
        return self

    def write(self, path: Path, *, without: int = 0) -> Path:
        """Write the file, without its last bytes."""
        data = self._out.getvalue()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[: len(data) - without])
        return path


def html(title: str) -> bytes:
    """Return a page."""
    return page(title).encode()


def test_files_of_others_give_articles_and_reasons(tmp_path: Path) -> None:
    """HTML becomes articles in the order of the file; each other response is one line that says why it is none."""
    path = tmp_path / "x.warc.gz"
    file = Foreign().add("request", URL + "1", b"").add("response", URL + "1", html("One"))
    file.add("response", URL + "2", b"%PDF-1.7", "application/pdf").add("revisit", URL + "1", b"")
    file.add("metadata", URL + "1", b"fetchTimeMs: 5").add("resource", URL + "img", b"\x89PNG")
    done = replayed(file.add("response", URL + "3", html("Three")).write(path))
    assert [(one["title"], one["url"]["final"]) for one in done.rows] == [("One", URL + "1"), ("Three", URL + "3")]
    *failures, last = done.told
    assert [one["code"] for one in failures] == ["page.not_html", "archive.no_response", "archive.no_response"]
    assert failures[0]["url"] == URL + "2"
    assert last["summary"] == {
        "files": 1,
        "broken": 0,
        "articles": 2,
        "feeds": 0,
        "failures": {"page.not_html": 1, "archive.no_response": 2},
    }
    assert done.code == 0


def test_a_torn_file_does_not_stop_those_behind_it(tmp_path: Path) -> None:
    """A file that ends in the middle of a record gives what is before it, and the next file is read; that is told."""
    Foreign().add("response", URL + "1", html("One")).add("response", URL + "2", html("Two")).write(
        tmp_path / "a.warc.gz", without=20
    )
    Foreign().add("response", URL + "3", html("Three")).write(tmp_path / "b.warc.gz")
    done = replayed(tmp_path)
    assert [one["title"] for one in done.rows] == ["One", "Three"]
    assert [(one["code"], one["file"]) for one in done.told[:-1]] == [("archive.torn", "a.warc.gz")]
    assert done.code == 0, "a writer that was killed leaves that"


def test_a_broken_file_does_not_either_and_counts(tmp_path: Path) -> None:
    """What is no WARC file by its content is told, and so is the exit code; the others are read all the same."""
    (tmp_path / "a.warc.gz").write_bytes(b"<html>not found</html>")
    (tmp_path / "b.warc").write_bytes(b"WARC/1.0\r\nContent-Length: x\r\n\r\n")
    Foreign().add("response", URL + "3", html("Three")).write(tmp_path / "c.warc.gz")
    done = replayed(tmp_path)
    assert [one["title"] for one in done.rows] == ["Three"]
    assert [one["code"] for one in done.told[:-1]] == ["archive.not_warc", "archive.corrupt"]
    assert done.code == 1


@pytest.mark.parametrize("place", ["nowhere.warc.gz", "{empty}"])
def test_a_place_without_files_is_told(tmp_path: Path, place: str) -> None:
    """A place with nothing to read is one line on standard error."""
    done = dateline("replay", "--from-archive", place.format(empty=tmp_path))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("dateline: archive.unreadable: ")
    assert done.err.count("\n") == 1


def test_what_to_replay_has_to_be_said(tmp_path: Path) -> None:
    """Without --from-archive nothing is done."""
    done = dateline("replay", str(tmp_path))
    assert done.code == 2
    assert "--from-archive" in done.err


def test_feeds_are_counted_and_passed_over(tmp_path: Path) -> None:
    """The documents of feeds in an archive of ours are no failures."""
    data = warc.info("x", {}, AT) + warc.packed(capture(about_type=FEED, body=b"<rss/>")).data
    (tmp_path / "x.warc.gz").write_bytes(data)
    done = replayed(tmp_path)
    assert (done.rows, done.told[0]["summary"]["feeds"], done.code) == ([], 1, 0)


def test_a_page_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    """A page past the deadline costs its worker; the pages behind it are read."""
    heavy = html("Heavy") + b"<p>a <a href='/x'>b</a> c</p>" * 400_000
    file = Foreign().add("response", URL + "1", heavy).add("response", URL + "2", html("Two"))
    path = file.write(tmp_path / "x.warc.gz")
    done = dateline("replay", "--from-archive", str(path), "--workers", "1", "--deadline", "1")
    assert [one["title"] for one in done.rows] == ["Two"]
    assert [one["code"] for one in done.told[:-1]] == ["page.parse_deadline"]


async def test_a_bucket_is_read_like_a_folder(store: S3, tmp_path: Path) -> None:
    """All files below a prefix are read, and none beside it; or one file by its name."""
    for number in range(3):
        path = Foreign().add("response", URL + str(number), html(f"No. {number}")).write(tmp_path / "x")
        store.objects[f"kept/2026/{number}.warc.gz"] = path.read_bytes()
    store.objects["other/9.warc.gz"] = store.objects["kept/2026/readme.txt"] = b"no archive"
    named = {name.removeprefix("DATELINE_"): value for name, value in store.settings.items()}
    done = await asyncio.to_thread(replayed, "s3://news/kept", **named)
    assert [one["title"] for one in done.rows] == ["No. 0", "No. 1", "No. 2"]
    done = await asyncio.to_thread(replayed, "s3://news/kept/2026/1.warc.gz", **named)
    assert [one["title"] for one in done.rows] == ["No. 1"]


async def test_a_bucket_that_does_not_answer_is_told(store: S3) -> None:
    """An outage is one line, not the pages that the library has to say of it."""
    store.secret = "another"
    named = {name.removeprefix("DATELINE_"): value for name, value in store.settings.items()}
    done = await asyncio.to_thread(replayed, "s3://news/kept", **named)
    assert done.code == 1
    assert done.err.startswith("dateline: archive.bucket_unavailable: ")
    assert done.err.count("\n") == 1


async def test_a_record_points_at_the_file_s_own_name(tmp_path: Path) -> None:
    """Wherever a file was moved to, records point at it by the name that it was given."""
    async with opened(settings(tmp_path / "archive"), "extract") as archive:
        assert archive is not None
        pointer = await archive.keep(capture(about_type="text/plain", body=html("One")))
    moved = (tmp_path / "archive" / pointer.file).rename(tmp_path / "moved.warc.gz")
    (row,) = (await asyncio.to_thread(replayed, moved)).rows
    assert row["archive"] == json.loads(pointer.model_dump_json())
