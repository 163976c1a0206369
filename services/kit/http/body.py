"""Bodies, unpacked within a limit: a few hundred bytes of gzip can stand for gigabytes, or for half of the text."""

import zlib
from typing import Final

from services.kit.errors import FetchFailed

PIECE_BYTES: Final = 64 * 1024
MEMBERS_MAX: Final = 1000
WIRE_SLACK_BYTES: Final = 64 * 1024
"""A packed body is never longer than the plain one by more than this, so nothing longer is read."""
GZIP_MAGIC: Final = b"\x1f\x8b"


class Body:
    """Collects one body: `feed` it the chunks as they come, then `finish`.

    Accepts no encoding and gzip, in one or more members. Bytes after the last member are ignored, as gzip(1) does.
    """

    def __init__(self, encoding: str, *, max_bytes: int) -> None:
        """Start a body whose Content-Encoding header is `encoding`, empty when there was none.

        Raises:
            FetchFailed: `fetch.encoding_refused`: an encoding that we did not ask for.

        """
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip"}:
            raise FetchFailed("fetch.encoding_refused", f"content encoding {name[:40]!r}")
        self._max_bytes = max_bytes
        self._plain = bytearray()
        self._wire_bytes = 0
        self._members = _Members() if "gzip" in name else None

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk.

        Raises:
            FetchFailed: `fetch.too_large`, `fetch.encoding_error`.

        """
        self._wire_bytes += len(chunk)
        if self._wire_bytes > self._max_bytes + WIRE_SLACK_BYTES:
            raise self._too_large()
        if self._members is None:
            self._take(chunk)
            return
        self._members.give(chunk)
        while piece := self._members.piece():
            self._take(piece)

    def finish(self) -> bytes:
        """Return the whole body.

        Raises:
            FetchFailed: `fetch.truncated`: the packed stream did not end.

        """
        if self._members and self._wire_bytes and not self._members.complete:
            raise FetchFailed("fetch.truncated", "gzip stream was cut", retryable=True)
        return bytes(self._plain)

    @property
    def so_far(self) -> bytes:
        """What has come so far, at most `max_bytes`."""
        return bytes(self._plain[: self._max_bytes])

    def _take(self, piece: bytes) -> None:
        self._plain += piece
        if len(self._plain) > self._max_bytes:
            raise self._too_large()

    def _too_large(self) -> FetchFailed:
        return FetchFailed("fetch.too_large", f"body is larger than {self._max_bytes} bytes")


class _Members:
    """The members of a gzip stream, one after the other, unpacked piece by piece."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(wbits=31)
        self._waiting = b""
        self._count = 1
        self._garbage = False

    @property
    def complete(self) -> bool:
        """Whether the stream ended where a member ended."""
        return self._garbage or self._inflater.eof

    def give(self, chunk: bytes) -> None:
        if not self._garbage:
            self._waiting += chunk

    def piece(self) -> bytes:
        """Return the next piece, at most `PIECE_BYTES` long; empty when more input is needed."""
        while self._waiting:
            if self._inflater.eof and not self._next_member():
                return b""
            try:
                piece = self._inflater.decompress(self._waiting, PIECE_BYTES)
            except zlib.error as error:
                raise FetchFailed("fetch.encoding_error", f"no gzip: {error}") from None
            self._waiting = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            if piece:
                return piece
        return b""

    def _next_member(self) -> bool:
        """Start the next member if the waiting bytes are one; two bytes are needed to know."""
        if len(self._waiting) < len(GZIP_MAGIC) and GZIP_MAGIC.startswith(self._waiting):
            return False
        if not self._waiting.startswith(GZIP_MAGIC):
            self._garbage = True
            self._waiting = b""
            return False
        self._count += 1
        if self._count > MEMBERS_MAX:
            raise FetchFailed("fetch.encoding_error", f"more than {MEMBERS_MAX} gzip members")
        self._inflater = zlib.decompressobj(wbits=31)
        return True
