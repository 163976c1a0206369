"""A store that speaks S3, as far as an archive needs it: real HTTP, signatures checked, objects in memory.

It does what the protocol says and no more: path-style addresses, version 4 of the signature over header and body,
objects put whole or in parts, listed in pages.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.fakes.connections import Connections

REGION: Final = "us-east-1"
KEY_ID: Final = "reader"
SECRET: Final = "only-for-tests"
LISTED_AT_ONCE: Final = 2
_AUTHORISATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8}/[^/]+/s3/aws4_request),\s*SignedHeaders=([^,]+),\s*Signature=(\w+)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, str]:
        """The query, by name."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass
class S3:
    """One bucket on loopback. While `down` is a status, every request is answered with it."""

    bucket: str = "news"
    secret: str = SECRET
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    down: int | None = None

    def __post_init__(self) -> None:
        self._connections = Connections(self._converse)

    async def __aenter__(self) -> Self:
        await self._connections.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connections.__aexit__()

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._connections.url

    @property
    def settings(self) -> dict[str, str]:
        """What a client is told, besides the bucket's address."""
        return {
            "DATELINE_ARCHIVE_S3_ENDPOINT": self.url,
            "DATELINE_ARCHIVE_S3_KEY_ID": KEY_ID,
            "DATELINE_ARCHIVE_S3_SECRET": SECRET,
            "DATELINE_ARCHIVE_S3_PLAIN_HTTP": "true",
        }

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            parts = urlsplit(target)
            asked = Asked(method, parts.path, parts.query, headers, body)
            self.requests.append(asked)
            status, said, more = self._answer(asked)
            lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(said)}", *(f"{n}: {v}" for n, v in more.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode() + (b"" if method == "HEAD" else said))
            await writer.drain()

    def _answer(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        _, bucket, *rest = unquote(asked.path).split("/", 2)
        if self.down:
            return self.down, _error("ServiceUnavailable"), {}
        if not signed(asked, self.secret):
            return 403, _error("SignatureDoesNotMatch"), {}
        if bucket != self.bucket:
            return 404, _error("NoSuchBucket"), {}
        return self._done(asked, rest[0] if rest else "")

    def _done(self, asked: Asked, key: str) -> tuple[int, bytes, dict[str, str]]:
        if asked.method == "GET" and not key:
            return 200, self._listed(asked.said), {"Content-Type": "application/xml"}
        if asked.method in {"GET", "HEAD"}:
            return self._object(key)
        if "uploads" in asked.said or "uploadId" in asked.said:
            return self._multipart(asked, key)
        self.objects[key] = asked.body
        return 200, b"", {"ETag": _etag(asked.body)}

    def _object(self, key: str) -> tuple[int, bytes, dict[str, str]]:
        if key not in self.objects:
            return 404, _error("NoSuchKey"), {}
        modified = {"Last-Modified": "Thu, 05 Mar 2026 12:00:00 GMT"}
        return 200, self.objects[key], {"ETag": _etag(self.objects[key]), **modified}

    def _multipart(self, asked: Asked, key: str) -> tuple[int, bytes, dict[str, str]]:
        said = asked.said
        if "uploads" in said:
            upload = f"upload-{len(self.parts)}"
            self.parts[upload] = {}
            return 200, _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>"), {}
        upload = said["uploadId"]
        if asked.method == "PUT":
            self.parts[upload][int(said["partNumber"])] = asked.body
            return 200, b"", {"ETag": _etag(asked.body)}
        parts = self.parts.pop(upload)
        if asked.method == "DELETE":
            return 204, b"", {}
        self.objects[key] = b"".join(parts[number] for number in sorted(parts))
        return 200, _xml("CompleteMultipartUploadResult", f"<ETag>{escape(_etag(self.objects[key]))}</ETag>"), {}

    def _listed(self, said: Mapping[str, str]) -> bytes:
        after = said.get("continuation-token", "")
        keys = sorted(key for key in self.objects if key.startswith(said.get("prefix", "")) and key > after)
        page, rest = keys[:LISTED_AT_ONCE], keys[LISTED_AT_ONCE:]
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.objects[key])}</Size>"
            f"<LastModified>2026-03-05T12:00:00.000Z</LastModified><ETag>{escape(_etag(self.objects[key]))}</ETag>"
            "</Contents>"
            for key in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if rest else ""
        return _xml("ListBucketResult", f"<IsTruncated>{str(bool(rest)).lower()}</IsTruncated>{token}{entries}")


def signed(asked: Asked, secret: str) -> bool:
    """Tell whether a request carries the signature that its sender's secret gives, over its body too."""
    found = _AUTHORISATION.fullmatch(asked.headers.get("authorization", ""))
    digest = asked.headers.get("x-amz-content-sha256", "")
    if not found or found[1] != KEY_ID or digest != hashlib.sha256(asked.body).hexdigest():
        return False
    _, scope, names, signature = found.groups()
    headers = "".join(f"{name}:{' '.join(asked.headers[name].split())}\n" for name in names.split(";"))
    query = "&".join(
        sorted(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in parse_qsl(asked.query, keep_blank_values=True)
        )
    )
    canonical = f"{asked.method}\n{asked.path}\n{query}\n{headers}\n{names}\n{digest}"
    text = "\n".join(
        ["AWS4-HMAC-SHA256", asked.headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), signature)


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _xml(name: str, content: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{content}</{name}>'.encode()


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
