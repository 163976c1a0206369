"""Unpacking bodies that come in pieces of any size."""

import gzip

import pytest

from services.kit.errors import FetchFailed
from services.kit.http.body import WIRE_SLACK_BYTES, Body

TEXT = b"All the news that fits. " * 40


def unpacked(packed: bytes, *, step: int, max_bytes: int = 10_000) -> bytes:
    """Return the body of `packed`, fed `step` bytes at a time."""
    body = Body("gzip", max_bytes=max_bytes)
    for start in range(0, len(packed), step):
        body.feed(packed[start : start + step])
    return body.finish()


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize("after", [b"", b"\x1f", b"\x1f\x8c", b"\x00" * 100, b"<!-- cached -->"])
def test_members_in_pieces(step: int, after: bytes) -> None:
    """All members are read, wherever the pieces are cut, and what follows the last is left out."""
    packed = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(TEXT)
    assert unpacked(packed + after, step=step) == TEXT + TEXT


@pytest.mark.parametrize("cut", range(1, len(gzip.compress(TEXT))))
def test_every_cut_is_seen(cut: int) -> None:
    """A stream cut at any byte is never taken for a short body."""
    with pytest.raises(FetchFailed, match=r"fetch\.truncated"):
        unpacked(gzip.compress(TEXT)[:cut], step=1000)


def test_second_member_cut() -> None:
    """A cut in the second member is seen too."""
    with pytest.raises(FetchFailed, match=r"fetch\.truncated"):
        unpacked(gzip.compress(TEXT) + gzip.compress(TEXT)[:-1], step=1000)


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_cap_is_exact(encoding: str) -> None:
    """A body of the largest size passes; one byte more does not."""
    packed = gzip.compress(TEXT) if encoding else TEXT
    fitting = Body(encoding, max_bytes=len(TEXT))
    fitting.feed(packed)
    assert fitting.finish() == TEXT
    with pytest.raises(FetchFailed, match=r"fetch\.too_large"):
        Body(encoding, max_bytes=len(TEXT) - 1).feed(packed)


def test_wire_is_limited() -> None:
    """Packed bytes that unpack to nothing are limited as well."""
    body = Body("gzip", max_bytes=10)
    body.feed(gzip.compress(b"x"))
    with pytest.raises(FetchFailed, match=r"fetch\.too_large"):
        body.feed(bytes(WIRE_SLACK_BYTES))


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,identity", "x" * 10_000])
def test_other_encodings(encoding: str) -> None:
    """An encoding that was not asked for is refused before a byte of it is read."""
    with pytest.raises(FetchFailed, match=r"fetch\.encoding_refused"):
        Body(encoding, max_bytes=10)


@pytest.mark.parametrize("encoding", [" GZIP ", "x-gzip"])
def test_spellings_of_gzip(encoding: str) -> None:
    """Case, blanks and the old name make no difference."""
    body = Body(encoding, max_bytes=10_000)
    body.feed(gzip.compress(TEXT))
    assert body.finish() == TEXT
