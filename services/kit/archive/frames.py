"""Frames: the records of a WARC file, cut apart, whatever it is packed like and whatever is wrong with it.

Packed record by record, as a whole, or not at all. Nothing is believed: a length only bounds what is read, and what is
read is bounded too. The libraries for WARC pass over a torn end in silence, so cutting is done here.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.kit.errors import Rejected

HEAD_MAX_BYTES: Final = 64 * 1024
RECORD_MAX_BYTES: Final = 32 * 1024 * 1024
LENGTH_MAX_BYTES: Final = 4 * 1024**3
"""Nobody's record is longer; passing over more would only be work for nothing."""
PIECE_BYTES: Final = 256 * 1024
PACKED_PIECE_BYTES: Final = 16 * 1024
"""Unpacked at once: what a member leaves of it is copied, and a member can be twenty bytes long."""
_GZIP: Final = b"\x1f\x8b"
_MAGIC: Final = b"WARC/"
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_GAP: Final = b"\r\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """One record.

    Attributes:
        offset: Where it begins in the file; where its gzip member begins, if it is packed.
        kind: Its WARC-Type, lower case, for example `response`.
        raw: Head and block; None if that is more than `RECORD_MAX_BYTES`.

    """

    offset: int
    kind: str
    raw: bytes | None


def frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """Yield the records of a file.

    Raises:
        Rejected: after all records before the trouble: `archive.not_warc`; `archive.torn`: it ends in the middle of a
            record, as after a crash of its writer; `archive.corrupt`.

    """
    plain = _Plain(chunks)
    count = 0
    while plain.skip_gap():
        offset = plain.offset
        head = _head(plain, offset, first=not count)
        length = _length(head, offset)
        kept = len(head) + length <= RECORD_MAX_BYTES
        block = plain.take(length, keep=kept)
        plain.finish_member()
        yield Frame(offset, _field(head, b"warc-type").lower(), head + block if kept else None)
        count += 1


def _head(plain: "_Plain", offset: int, *, first: bool) -> bytes:
    beginning = plain.peek(len(_MAGIC))
    if not first and len(beginning) < len(_MAGIC) and _MAGIC.startswith(beginning):
        raise plain.torn(offset)
    if beginning != _MAGIC:
        code = "archive.not_warc" if first else "archive.corrupt"
        raise Rejected(code, f"no WARC record begins at byte {offset}")
    return plain.take(plain.end_of_head())


def _length(head: bytes, offset: int) -> int:
    said = _field(head, b"content-length")
    if not re.fullmatch("[0-9]{1,12}", said) or int(said) > LENGTH_MAX_BYTES:
        raise Rejected("archive.corrupt", f"the record at byte {offset} says that it is {said[:20] or 'nothing'} long")
    return int(said)


def _field(head: bytes, name: bytes) -> str:
    for line in head.split(b"\n"):
        called, colon, value = line.partition(b":")
        if colon and called.rstrip(b" \t").lower() == name:
            return value.strip(b" \t\r").decode("utf-8", "replace")
    return ""


class _Plain:
    """The unpacked bytes of a file, read as they are needed, each with its place in the file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._packed = memoryview(b"")
        self._packed_at = 0
        """Where `_packed` begins in the file."""
        self._inflater: zlib._Decompress | None = None
        self._is_gzip: bool | None = None
        self._buffer = bytearray()
        self._plain_at = 0
        """How many unpacked bytes were taken."""
        self._starts: list[tuple[int, int]] = []
        """Members in the buffer: where they begin among the unpacked bytes, and in the file."""

    @property
    def offset(self) -> int:
        """Where in the file the next byte is, or its member begins."""
        if not self._is_gzip:
            return self._plain_at
        return max((there for here, there in self._starts if here <= self._plain_at), default=0)

    def skip_gap(self) -> bool:
        """Pass over the empty lines between records; tells whether something follows."""
        while True:
            if not self._buffer and not self._more():
                return False
            if self._buffer[0] not in _GAP:
                return True
            left = len(self._buffer) - len(self._buffer.lstrip(_GAP))
            self._drop(left)

    def peek(self, count: int) -> bytes:
        """Return the next bytes without taking them; fewer at the end."""
        while len(self._buffer) < count and self._more():
            pass
        return bytes(self._buffer[:count])

    def end_of_head(self) -> int:
        """Return the length of the head that begins here, with its empty line."""
        searched = 0
        while not (found := _HEAD_END.search(self._buffer, max(0, searched - 3))):
            searched = len(self._buffer)
            if searched > HEAD_MAX_BYTES:
                raise Rejected("archive.corrupt", f"the head of the record at byte {self.offset} does not end")
            if not self._more():
                raise self.torn()
        return found.end()

    def take(self, count: int, *, keep: bool = True) -> bytes:
        """Take so many bytes; without `keep` they are passed over."""
        taken = bytearray()
        begins_at = self.offset
        while count:
            if not self._buffer and not self._more():
                raise self.torn(begins_at)
            piece = self._buffer[:count]
            if keep:
                taken += piece
            count -= len(piece)
            self._drop(len(piece))
        return bytes(taken)

    def torn(self, at: int | None = None) -> Rejected:
        """Return the error of a file that ends in the middle of a record, of the one at hand unless it is said."""
        place = self.offset if at is None else at
        return Rejected("archive.torn", f"the file ends in the middle of the record at byte {place}")

    def finish_member(self) -> None:
        """See that the packed record at hand ends as it should: one that was cut may hold all that it says."""
        member, begins_at = self._inflater, self.offset
        while member is not None and self._inflater is member and not self._buffer.strip(_GAP):
            self._drop(len(self._buffer))
            if not self._packed and not self._read():
                raise self.torn(begins_at)
            self._unpack()

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._plain_at += count
        while len(self._starts) > 1 and self._starts[1][0] <= self._plain_at:
            del self._starts[0]

    def _more(self) -> bool:
        """Get some more bytes into the buffer; False at the end of the file."""
        before = len(self._buffer)
        while len(self._buffer) == before:
            if not self._packed and not self._read():
                if self._inflater is not None:
                    raise self.torn()
                return False
            self._unpack()
        return True

    def _read(self) -> bool:
        chunk = next(self._chunks, b"")
        while self._is_gzip is None and chunk and len(chunk) < len(_GZIP):
            following = next(self._chunks, b"")
            if not following:
                break
            chunk += following
        if self._is_gzip is None:
            self._is_gzip = chunk.startswith(_GZIP)
        self._packed = memoryview(chunk)
        return bool(chunk)

    def _unpack(self) -> None:
        if not self._is_gzip:
            self._buffer += self._packed
            self._packed = memoryview(b"")
            return
        if self._inflater is None:
            self._inflater = zlib.decompressobj(wbits=31)
            here = self._plain_at + len(self._buffer)
            if self._starts and self._starts[-1][0] == here:
                self._starts.pop()  # of a member that was empty
            self._starts.append((here, self._packed_at))
        piece = self._packed[:PACKED_PIECE_BYTES]
        try:
            self._buffer += self._inflater.decompress(piece, PIECE_BYTES)
        except zlib.error as error:
            raise Rejected("archive.corrupt", f"what is packed at byte {self._starts[-1][1]}: {error}") from None
        left = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
        used = len(piece) - len(left)
        self._packed_at += used
        self._packed = self._packed[used:]
        if self._inflater.eof:
            self._inflater = None
