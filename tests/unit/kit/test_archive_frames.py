"""Files of archives cut into records: whole ones, torn ones, and those made to hurt."""

import gzip
import itertools
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from services.kit.archive.frames import HEAD_MAX_BYTES, RECORD_MAX_BYTES, Frame, frames
from services.kit.errors import Rejected

KINDS = ("warcinfo", "metadata", "response", "response")


def record(kind: str, block: bytes = b"hello", *, length: str | None = None) -> bytes:
    """Return a record that is not packed."""
    said = str(len(block)) if length is None else length
    return f"WARC/1.1\r\nWARC-Type: {kind}\r\nContent-Length: {said}\r\n\r\n".encode() + block + b"\r\n\r\n"


RECORDS = [record(kind, b"block %d\r\n\r\nof it" % number) for number, kind in enumerate(KINDS)]
PACKED = [gzip.compress(one, mtime=0) for one in RECORDS]
PACKINGS: dict[str, tuple[bytes, list[int]]] = {
    "each": (b"".join(PACKED), [sum(map(len, PACKED[:number])) for number in range(4)]),
    "whole": (gzip.compress(b"".join(RECORDS)), [0, 0, 0, 0]),
    "plain": (b"".join(RECORDS), [sum(map(len, RECORDS[:number])) for number in range(4)]),
}


def cut(data: bytes, size: int) -> Iterator[bytes]:
    """Yield data in pieces."""
    return (data[begin : begin + size] for begin in range(0, len(data), size))


def read(data: bytes) -> tuple[list[Frame], str | None]:
    """Return the frames that come before the trouble, and its code."""
    found = []
    try:
        for frame in frames([data] if data else []):
            found.append(frame)  # noqa: PERF402 - those before the trouble count
    except Rejected as error:
        return found, error.code
    return found, None


@pytest.mark.parametrize("size", [1, 2, 7, 100, 1_000_000])
@pytest.mark.parametrize("packing", PACKINGS)
def test_all_packings_give_the_same_records(packing: str, size: int) -> None:
    """However a file is packed, and in whatever pieces it comes, each record comes once, with its place."""
    data, offsets = PACKINGS[packing]
    found = list(frames(cut(data, size)))
    assert [one.kind for one in found] == list(KINDS)
    assert [one.raw for one in found] == [one.removesuffix(b"\r\n\r\n") for one in RECORDS]
    assert [one.offset for one in found] == offsets


def test_a_place_is_where_reading_can_begin() -> None:
    """From any record's place on, the rest of the file reads as a file of its own."""
    data, offsets = PACKINGS["each"]
    for number, offset in enumerate(offsets):
        assert next(frames([data[offset:]])).raw == RECORDS[number].removesuffix(b"\r\n\r\n")


@pytest.mark.parametrize("packing", ["each", "plain"])
def test_a_torn_end_costs_its_own_record(packing: str) -> None:
    """Wherever a file is cut, all records before the cut come, and the cut is told unless it falls between two."""
    data, offsets = PACKINGS[packing]
    for end in range(len("WARC/"), len(data)):
        found, code = read(data[:end])
        ends = [*offsets[1:], len(data)]
        whole = sum(one <= end for one in ends)
        blocks_end = offsets[whole] + len(RECORDS[whole].rstrip()) if packing == "plain" else len(data)
        if end in offsets or end >= blocks_end:  # of a record that is not packed only the empty lines are missing
            assert code is None
            assert len(found) == whole + (end >= blocks_end)
        else:
            assert (code, len(found)) == ("archive.torn", whole), end


def test_damage_in_the_middle_is_told() -> None:
    """A byte that changed in a packed record ends the reading of the file there, with the place."""
    data, offsets = PACKINGS["each"]
    broken = bytearray(data)
    broken[offsets[2] + 30] ^= 0xFF
    with pytest.raises(Rejected, match=f"byte {offsets[2]}") as caught:
        list(frames([bytes(broken)]))
    assert caught.value.code == "archive.corrupt"
    assert len(read(bytes(broken))[0]) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html>no archive</html>", "archive.not_warc"),
        (gzip.compress(b"<html>no archive</html>", mtime=0), "archive.not_warc"),
        (b"PK\x03\x04", "archive.not_warc"),
        (b"W", "archive.not_warc"),
        (b"\x1f", "archive.not_warc"),
        (b"\x1f\x8b", "archive.torn"),
        (b"\x1f\x8b\x08\xff" + bytes(100), "archive.corrupt"),
        (record("response", length="99999999999"), "archive.corrupt"),
        (record("response", length="9" * 40), "archive.corrupt"),
        (record("response", length="-5"), "archive.corrupt"),
        (record("response", length="0x10"), "archive.corrupt"),
        (record("response", length=""), "archive.corrupt"),
        (record("response", length="3"), "archive.corrupt"),
        (record("response", length="4000000000"), "archive.torn"),
        (b"WARC/1.1\r\nX: " + b"x" * 2 * HEAD_MAX_BYTES, "archive.corrupt"),
        (b"WARC/1.1\r\n" + b"a: b\r\n" * HEAD_MAX_BYTES, "archive.corrupt"),
        (RECORDS[0] + b"rubbish", "archive.corrupt"),
        (PACKED[0] + b"rubbish", "archive.corrupt"),
    ],
    ids=[
        "HTML",
        "packed HTML",
        "zip",
        "one letter",
        "half of gzip's sign",
        "gzip's sign",
        "broken gzip",
        "length of 99 GB",
        "length of 40 digits",
        "length below zero",
        "length in hex",
        "no length",
        "length too short",
        "length too long",
        "endless line",
        "endless head",
        "rubbish behind",
        "rubbish behind gzip",
    ],
)
def test_what_is_no_warc_file_is_refused_with_a_reason(data: bytes, code: str) -> None:
    """Whatever a file holds, reading it ends, and says why."""
    assert read(data)[1] == code


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", gzip.compress(b"", mtime=0)], ids=["nothing", "empty lines", "an empty member"]
)
def test_an_empty_file_has_no_records(data: bytes) -> None:
    """A file in which nothing was written yet is none to complain of."""
    assert read(data) == ([], None)


def peak_mib(work: Callable[[], object]) -> float:
    """Return how much memory Python takes at most for some work."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def test_a_bomb_takes_no_memory() -> None:
    """A record that unpacks to more than the limit is passed over piece by piece, and the next one comes."""
    size = RECORD_MAX_BYTES * 3
    data = gzip.compress(record("response", bytes(size)), 1) + PACKED[0]
    found: list[Frame] = []
    assert peak_mib(lambda: found.extend(frames(cut(data, 65536)))) < 8
    assert [(one.kind, one.raw is None) for one in found] == [("response", True), ("warcinfo", False)]


def test_a_bomb_of_a_head_takes_no_memory() -> None:
    """A head that does not end is given up at the limit."""
    data = gzip.compress(b"WARC/1.1\r\n" + bytes(RECORD_MAX_BYTES * 3), 1)
    assert peak_mib(lambda: read(data)) < 8


def test_a_bomb_of_empty_lines_takes_no_memory() -> None:
    """Empty lines without end behind a record, in its member, are passed over piece by piece."""
    data = gzip.compress(RECORDS[0] + b"\r\n" * RECORD_MAX_BYTES, 1) + PACKED[1]
    found: list[Frame] = []
    assert peak_mib(lambda: found.extend(frames(cut(data, 65536)))) < 8
    assert [(one.kind, one.offset) for one in found] == [("warcinfo", 0), ("metadata", len(data) - len(PACKED[1]))]


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.1\r\nContent-Length: 1" + b" " * HEAD_MAX_BYTES + b"1\r\n\r\n",
        PACKED[0] + gzip.compress(b"", mtime=0) * 100_000 + PACKED[1],
    ],
    ids=["blanks in a length", "empty members"],
)
def test_hostile_files_are_read_in_linear_time(data: bytes) -> None:
    """What was made to take minutes is read in the time of its length."""
    started = time.process_time()
    read(data)
    assert time.process_time() - started < 3


def test_gaps_between_records_may_be_of_any_size() -> None:
    """Writers differ in how many empty lines they leave between records."""
    for gap in (b"", b"\r\n", b"\n\n", b"\r\n" * 50):
        data = b"".join(itertools.chain.from_iterable((one.removesuffix(b"\r\n\r\n"), gap) for one in RECORDS))
        assert [one.kind for one in frames([data])] == list(KINDS)
