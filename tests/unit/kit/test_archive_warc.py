"""Captures as WARC records: what others read in them, and what comes back."""

import gzip
import io
import re
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from services.kit.archive import warc
from services.kit.archive.frames import frames
from services.kit.errors import Rejected
from tests.fakes.archives import AT, BODY_MAX_BYTES, capture


def file_of(*captures: Any) -> bytes:
    """Return a file with captures."""
    return warc.info("a/b.warc.gz", {"software": "Dateline/1"}, AT) + b"".join(
        warc.packed(one).data for one in captures
    )


def test_another_reader_finds_what_was_kept() -> None:
    """A reader of the library's own takes all records and finds all digests right."""
    records = [
        (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
        for one in ArchiveIterator(io.BytesIO(file_of(capture(1), capture(2))), check_digests="raise")
    ]
    info, *rest = records
    assert info[0] == "warcinfo"
    assert b"software: Dateline/1" in info[2]
    assert [one[0] for one in rest] == ["metadata", "response"] * 2
    assert [one[2] for one in rest] == [
        capture(1).about.encode(),
        capture(1).body,
        capture(2).about.encode(),
        capture(2).body,
    ]
    assert {one[1] for one in rest} == {capture(1).url, capture(2).url}


def test_records_say_what_the_format_asks_for() -> None:
    """Version, type, id, date, digests and lengths stand in each head; metadata names the response that it is about."""
    data = file_of(capture())
    info, metadata, response = (warc.block(one.raw or b"") for one in frames([data]))
    for one in (info, metadata, response):
        assert {"warc-type", "warc-record-id", "warc-date", "content-length", "warc-block-digest"} <= set(one.head)
        assert int(one.head["content-length"]) == len(one.data)
    assert info.head["warc-filename"] == "a/b.warc.gz"
    assert metadata.head["warc-refers-to"] == response.head["warc-record-id"]
    assert response.head["warc-date"] == "2026-03-05T12:00:00.000000Z"
    assert re.fullmatch("sha256:[0-9a-f]{64}", response.head["warc-payload-digest"])
    assert response.data.startswith(b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n")


@pytest.mark.parametrize("number", range(3))
def test_each_record_is_packed_alone(number: int) -> None:
    """From each record's place on, unpacking begins: that is what pointers are for."""
    data = file_of(capture())
    offset = [one.offset for one in frames([data])][number]
    assert gzip.decompress(data[offset:]).startswith(b"WARC/1.1\r\n")


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"x": "caf\xe9"}, {"x": "caf\xe9"}),
        ({"content-encoding": "gzip", "transfer-encoding": "chunked", "connection": "close"}, {}),
        ({"content-length": "7"}, {}),
        ({"x": "a\r\ny: b\x00"}, {"x": "a  y: b"}),
        ({"x": "\u20ac"}, {"x": "?"}),
        ({"x": ""}, {"x": ""}),
    ],
    ids=["Latin-1", "about the way", "of another length", "that begins a line", "that HTTP has not", "empty"],
)
def test_headers_are_kept_as_far_as_they_hold(headers: dict[str, str], kept: dict[str, str]) -> None:
    """Headers come back as they were, without those that are not true of a decoded body; none breaks its line."""
    (raw,) = (one.raw for one in frames([file_of(capture(headers=headers))]) if one.kind == "response")
    found = warc.document(raw or b"", body_max_bytes=BODY_MAX_BYTES)
    assert dict(found.headers) == {**kept, "content-length": str(len(capture().body))}


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff" * 1000, b"WARC/1.1\r\n\r\n", b"\r\n\r\n", gzip.compress(b"x", mtime=0)]
)
def test_any_body_comes_back(body: bytes) -> None:
    """Bodies are bytes: nothing in them is taken for anything else."""
    (raw,) = (one.raw for one in frames([file_of(capture(body=body))]) if one.kind == "response")
    assert warc.document(raw or b"", body_max_bytes=BODY_MAX_BYTES).body == body


@pytest.mark.parametrize("url", ["https://a.example/x y", "https://a.example/ä?ö=ü", "https://a.example/\r\nX: y"])
def test_any_address_stays_in_its_line(url: str) -> None:
    """An address from outside cannot add a line to a head."""
    found = [warc.block(one.raw or b"") for one in frames([file_of(capture(url=url))])]
    assert len(found) == 3
    assert all("x" not in one.head for one in found)


def test_a_body_within_the_limit_is_read_and_one_beyond_it_is_not() -> None:
    """The limit is for the body as it is unpacked."""
    (raw,) = (one.raw for one in frames([file_of(capture(body=b"x" * 100))]) if one.kind == "response")
    assert len(warc.document(raw or b"", body_max_bytes=100).body) == 100
    with pytest.raises(Rejected, match="larger than 99") as caught:
        warc.document(raw or b"", body_max_bytes=99)
    assert caught.value.code == "archive.too_large"
