"""WARC records: captures in, bytes out, and back. The one place that meets `warcio`.

A capture becomes two records: a `metadata` record with what the service has to know, then the `response` that it
refers to. In this order, so that a response whose metadata was lost in a crash cannot be.
"""

import hashlib
import logging
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from services.kit.archive.capture import Capture, Document
from services.kit.errors import FetchFailed, Rejected
from services.kit.http.body import GZIP_MAGIC, Body

VERSION: Final = "WARC/1.1"
CONFORMS_TO: Final = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
LEVEL: Final = 6
"""Of compression: a page takes 0.6 of the time that it takes at 9, and 1 % more room."""
_NOT_KEPT: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers about the way and the packing: the body is kept as it was read, decoded, and has another length."""
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
_PIECE_BYTES: Final = 64 * 1024

logging.getLogger("warcio").addHandler(logging.NullHandler())  # else, where nobody has set logging up, it prints


@dataclass(frozen=True, slots=True)
class Packed:
    """A capture as it goes into a file.

    Attributes:
        data: Both records.
        response_at: Where in `data` the response begins.
        digest: `sha256:` and hex digits of the body.

    """

    data: bytes
    response_at: int
    digest: str


def packed(capture: Capture) -> Packed:
    """Return the records of a capture, each a gzip member."""
    digest = _digest(capture.body)
    response = _record(
        "response",
        _response(capture),
        {
            "WARC-Target-URI": _inline(capture.url),
            "WARC-Date": _date(capture.at),
            "WARC-Payload-Digest": digest,
            "Content-Type": "application/http; msgtype=response",
        },
    )
    metadata = _record(
        "metadata",
        capture.about.encode(),
        {
            "WARC-Target-URI": _inline(capture.url),
            "WARC-Date": _date(capture.at),
            "WARC-Refers-To": response.record_id,
            "Content-Type": capture.about_type,
        },
    )
    return Packed(metadata.data + response.data, len(metadata.data), digest)


def info(name: str, fields: Mapping[str, str], at: datetime) -> bytes:
    """Return the record that begins the file `name`."""
    text = "".join(f"{key}: {_inline(value)}\r\n" for key, value in {**fields, "conformsTo": CONFORMS_TO}.items())
    named = {"WARC-Date": _date(at), "WARC-Filename": name, "Content-Type": "application/warc-fields"}
    return _record("warcinfo", text.encode(), named).data


@dataclass(frozen=True, slots=True)
class Block:
    """A record that is no response: its head by lower-case names, and its block."""

    head: Mapping[str, str]
    data: bytes


def block(raw: bytes) -> Block:
    """Return a record as it is.

    Raises:
        Rejected: `archive.record_invalid`.

    """
    record = _loaded(raw, whole=True)
    return Block(_named(record.rec_headers), record.raw_stream.read())


def document(raw: bytes, *, body_max_bytes: int) -> Document:
    """Return the answer that a `response` record holds, without transfer and content encoding.

    Raises:
        Rejected: `archive.record_invalid`; `archive.no_http`: it holds no HTTP answer; `archive.too_large`: its body is
            larger than `body_max_bytes`; `archive.encoding_refused`.

    """
    record = _loaded(raw, whole=False)
    if record.http_headers is None:
        raise Rejected("archive.no_http", "the record holds no HTTP answer")
    head, answer = _named(record.rec_headers), _named(record.http_headers)
    status = record.http_headers.get_statuscode()
    if not re.fullmatch("[1-9][0-9]{2}", status):
        raise Rejected("archive.no_http", f"an answer with the status {status[:20]!r}")
    body = _body(record, answer, body_max_bytes)
    return Document(
        record_id=head.get("warc-record-id", ""),
        url=head.get("warc-target-uri", ""),
        status=int(status),
        headers=answer,
        body=body,
        at=_moment(head.get("warc-date", "")),
        digest=_digest(body),
        stated_digest=head.get("warc-payload-digest"),
    )


@dataclass(frozen=True, slots=True)
class _Record:
    record_id: str
    data: bytes


def _record(kind: str, content: bytes, named: dict[str, str]) -> _Record:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version=VERSION)
    record_id = f"<urn:uuid:{uuid4()}>"
    digest = _digest(content)
    fields = {"WARC-Type": kind, "WARC-Record-ID": record_id, "WARC-Payload-Digest": digest, **named}
    head = StatusAndHeaders("", list({**fields, "WARC-Block-Digest": digest}.items()), protocol=VERSION)
    # Without an address the library leaves the block as it is; else it percent-encodes what is not ASCII in headers.
    writer.write_record(
        writer.create_warc_record("", kind, payload=BytesIO(content), length=len(content), warc_headers=head)
    )
    packer = zlib.compressobj(LEVEL, wbits=31)
    return _Record(record_id, packer.compress(out.getvalue()) + packer.flush())


def _response(capture: Capture) -> bytes:
    """Return status line, headers and body as HTTP writes them."""
    known = {status.value: status.phrase for status in HTTPStatus}
    headers = {
        name: value for name, value in capture.headers.items() if name.lower() not in _NOT_KEPT and name.isprintable()
    }
    lines = [
        f"HTTP/1.1 {capture.status} {known.get(capture.status, '')}",
        *(f"{name}: {_inline(value)}" for name, value in headers.items()),
        f"content-length: {len(capture.body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + capture.body


def _loaded(raw: bytes, *, whole: bool) -> Any:  # noqa: ANN401 - the library has no types
    try:
        return ArcWarcRecordLoader(arc2warc=False).parse_record_stream(
            BytesIO(raw), known_format="warc", no_record_parse=whole
        )
    except StatusAndHeadersParserException:
        raise Rejected("archive.no_http", "the record holds no HTTP answer") from None
    except (ArchiveLoadFailed, EOFError, ValueError, AttributeError, TypeError) as error:
        raise Rejected("archive.record_invalid", f"{type(error).__name__}: {error}"[:200]) from None


def _body(record: Any, answer: Mapping[str, str], max_bytes: int) -> bytes:  # noqa: ANN401 - the library has no types
    """Read the body; a bomb is given up as soon as it is too large.

    The library undoes chunks, which it does also where they are said and not there. Unpacking is ours: the library
    takes a stream that breaks off for one that ends.
    """
    chunked = "chunked" in answer.get("transfer-encoding", "").lower()
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    packed_said = _is_gzip(answer)
    try:
        piece = stream.read(_PIECE_BYTES)
        body = Body("gzip" if packed_said and piece.startswith(GZIP_MAGIC) else "", max_bytes=max_bytes)
        while piece:
            body.feed(piece)
            piece = stream.read(_PIECE_BYTES)
        return body.finish()
    except FetchFailed as error:
        code = "archive.too_large" if error.code == "fetch.too_large" else "archive.record_invalid"
        raise Rejected(code, error.message) from None
    except (ChunkedDataException, ValueError) as error:
        raise Rejected("archive.record_invalid", f"{type(error).__name__}: {error}"[:200]) from None


def _is_gzip(answer: Mapping[str, str]) -> bool:
    """Tell whether a body is said to be gzip; some archives say so of bodies that they have unpacked.

    Raises:
        Rejected: `archive.encoding_refused`: it is said to be something else.

    """
    encoding = answer.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise Rejected("archive.encoding_refused", f"content encoding {encoding[:40]!r}")
    return "gzip" in encoding


def _named(headers: Any) -> dict[str, str]:  # noqa: ANN401 - the library has no types
    found: dict[str, str] = {}
    for name, value in headers.headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _inline(value: str) -> str:
    """Return a value that cannot end its line."""
    return _UNWRITABLE.sub(" ", value)


def _date(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(said: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(said.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
