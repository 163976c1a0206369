"""A small web site for tests: serves what it was told to, remembers who asked for what."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from tests.fakes.connections import Connections


@dataclass(frozen=True, slots=True)
class Page:
    """What one path answers. With `etag`, a request that brings it back gets 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came. Header names are lower case; `at` is `time.monotonic`."""

    path: str
    headers: Mapping[str, str]
    at: float


class Site:
    """An HTTP/1.1 server on a port of `host`, a free one unless given."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[Request] = []
        self._connections = Connections(self._converse, host, port=port)

    async def __aenter__(self) -> Self:
        await self._connections.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connections.__aexit__()

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return self._connections.url

    def serve(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        content_type: str = "text/html; charset=utf-8",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        delay_s: float = 0.0,
    ) -> str:
        """Answer `path` (with its query, if it has one) with this from now on; return its URL."""
        packed = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(packed, status, {"Content-Type": content_type, **(headers or {})}, etag, delay_s)
        return self.url + path

    def redirect(self, path: str, to: str, *, status: int = 301) -> str:
        """Answer `path` with a redirect to `to`; return its URL."""
        return self.serve(path, status=status, headers={"Location": to})

    def asked(self, path: str) -> list[Request]:
        """Return the requests for `path` that came so far."""
        return [request for request in self.requests if request.path == path]

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await self._exchange(reader, writer):
            pass

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the client may send another."""
        request = parsed(await reader.readuntil(b"\r\n\r\n"))
        self.requests.append(request)
        page = self.pages.get(request.path, Page(b"not found", 404, {"Content-Type": "text/plain"}))
        await asyncio.sleep(page.delay_s)
        writer.write(answer(page, request))
        await writer.drain()
        return request.headers.get("connection", "").lower() != "close"


def parsed(head: bytes) -> Request:
    """Return the request of which `head` is everything up to the empty line."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    return Request(first.split(" ")[1], headers, time.monotonic())


def answer(page: Page, request: Request) -> bytes:
    """Return the bytes of the answer."""
    unchanged = page.etag is not None and request.headers.get("if-none-match") == page.etag
    status, body = (304, b"") if unchanged else (page.status, page.body)
    headers = {**page.headers, **({"ETag": page.etag} if page.etag else {})}
    if status != 304:
        headers["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def etag_of(body: bytes) -> str:
    """Return an entity tag that changes with the body."""
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'
