"""A server that breaks the rules, each in its own path. Raw sockets, so that it can."""

import asyncio
import gzip
import os
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cache
from itertools import repeat
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from tests.fakes.connections import Connections
from tests.fakes.site import Request, parsed

Answer = bytes | Iterator[bytes]
PLAIN: Final = b"the quick brown fox"
TOO_MUCH: Final = 64 * 1024 * 1024
DRIP_S: Final = 0.02


def head(status: int = 200, **headers: str | int) -> bytes:
    """Return status line and headers; underscores in names stand for dashes."""
    lines = [f"HTTP/1.1 {status} -", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def sized(body: bytes, *, status: int = 200, **headers: str | int) -> bytes:
    """Return a whole answer that keeps the rules."""
    return head(status, Content_Length=len(body), **headers) + body


def gzipped(body: bytes) -> bytes:
    """Return a whole answer with `body`, which is said to be gzip."""
    return sized(body, Content_Encoding="gzip")


@cache
def bomb(size: int) -> bytes:
    """Return the gzip of `size` zeros."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


BEHAVIOURS: Final[Mapping[str, Callable[[], Answer]]] = {
    "/ok": lambda: sized(PLAIN, Content_Type="text/plain"),
    "/gzip/ok": lambda: gzipped(gzip.compress(PLAIN)),
    "/gzip/bomb": lambda: gzipped(bomb(TOO_MUCH)),
    "/gzip/bomb-in-error": lambda: sized(bomb(TOO_MUCH), status=500, Content_Encoding="gzip"),
    "/gzip/nested": lambda: gzipped(gzip.compress(bomb(TOO_MUCH))),
    "/gzip/nested-and-said": lambda: sized(gzip.compress(bomb(TOO_MUCH)), Content_Encoding="gzip, gzip"),
    "/gzip/truncated": lambda: gzipped(gzip.compress(os.urandom(5000))[:-100]),
    "/gzip/no-trailer": lambda: gzipped(gzip.compress(PLAIN)[:-4]),
    "/gzip/wrong-checksum": lambda: gzipped(gzip.compress(PLAIN)[:-8] + bytes(8)),
    "/gzip/multi": lambda: gzipped(gzip.compress(PLAIN) + gzip.compress(PLAIN)),
    "/gzip/many": lambda: gzipped(gzip.compress(b"") * 5000),
    "/gzip/garbage-after": lambda: gzipped(gzip.compress(PLAIN) + b"<!-- cached -->"),
    "/gzip/mislabelled": lambda: gzipped(PLAIN),
    "/gzip/empty": lambda: gzipped(b""),
    "/encoding/br": lambda: sized(PLAIN, Content_Encoding="br"),
    "/encoding/zstd": lambda: sized(PLAIN, Content_Encoding="zstd"),
    "/encoding/identity": lambda: sized(PLAIN, Content_Encoding="identity"),
    "/encoding/br-in-error": lambda: sized(PLAIN, status=503, Content_Encoding="br"),
    "/length/longer-than-body": lambda: head(Content_Length=1000) + PLAIN,
    "/length/shorter-than-body": lambda: head(Content_Length=9) + PLAIN,
    "/length/two": lambda: b"HTTP/1.1 200 -\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + PLAIN,
    "/length/none": lambda: head() + PLAIN,
    "/chunked/ok": lambda: head(Transfer_Encoding="chunked") + b"3\r\nabc\r\n0\r\n\r\n",
    "/chunked/bad": lambda: head(Transfer_Encoding="chunked") + b"zz\r\nabc\r\n0\r\n\r\n",
    "/chunked/cut": lambda: head(Transfer_Encoding="chunked") + b"3\r\nabc\r\n",
    "/endless/body": lambda: _then(head(), repeat(bytes(65536))),
    "/endless/error-body": lambda: _then(head(404), repeat(bytes(65536))),
    "/endless/chunks": lambda: _then(head(Transfer_Encoding="chunked"), repeat(b"1\r\nx\r\n" * 4096)),
    "/endless/informational": lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "/header/huge": lambda: b"HTTP/1.1 200 -\r\nX: " + b"x" * (12 << 20) + b"\r\n\r\n" + PLAIN,
    "/header/many": lambda: b"HTTP/1.1 200 -\r\n" + b"a: b\r\n" * 5000 + b"Content-Length: 0\r\n\r\n",
    "/header/carriage-return": lambda: head(X="a\rb", Content_Length=0),
    "/header/line-feed": lambda: head(X="a\nLog: forged", Content_Length=0),
    "/header/zero": lambda: head(X="a\0b", Content_Length=0),
    "/header/non-ascii": lambda: head(X_Title="caf\xe9", Content_Length=0),
    "/header/etag-long": lambda: sized(PLAIN, ETag=f'"{"e" * 10_000}"'),
    "/garbage": lambda: b"\x16\x03\x01 this is no HTTP\r\n\r\n",
    "/silence": lambda: b"",
    "/binary": lambda: sized(b"%PDF-1.7\n" + os.urandom(2 << 20), Content_Type="text/html"),
    "/not-modified/with-body": lambda: head(304, ETag='"1"', Content_Length=len(PLAIN)) + PLAIN,
    "/redirect/loop": lambda: redirect("/redirect/loop"),
    "/redirect/ping": lambda: redirect("/redirect/pong"),
    "/redirect/pong": lambda: redirect("/redirect/ping"),
    "/redirect/nowhere": lambda: head(302, Content_Length=0),
    "/redirect/endless-body": lambda: _then(head(301, Location="/ok"), repeat(bytes(65536))),
    "/switching": lambda: head(101, Upgrade="h2c", Connection="Upgrade"),
}


class HostileServer:
    """Serves `BEHAVIOURS`, and what needs more than fixed bytes.

    That is `/redirect/to?url=...&status=...`, `/redirect/chain?left=N`, `/drip/body`, `/drip/header`, `/reset/body`,
    `/reset/header`, `/cookie/set`.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.requests: list[Request] = []
        self._connections = Connections(self._serve, host)
        self._special: Mapping[str, Callable[[asyncio.StreamWriter], Awaitable[None]]] = {
            "/drip/body": lambda writer: _drip(writer, head(Content_Length=10_000), b"x"),
            "/drip/header": lambda writer: _drip(writer, b"HTTP/1.1 200 -\r\nX: ", b"x"),
            "/reset/body": lambda writer: _reset(writer, head(Content_Length=1000) + PLAIN),
            "/reset/header": lambda writer: _reset(writer, b"HTTP/1.1 200"),
        }

    async def __aenter__(self) -> Self:
        await self._connections.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connections.__aexit__()

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return self._connections.url

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._connections.port

    @property
    def open(self) -> int:
        """Connections that are served now."""
        return self._connections.open

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = parsed(await reader.readuntil(b"\r\n\r\n"))
        self.requests.append(request)
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in self._special:
            await self._special[parts.path](writer)
        elif parts.path == "/redirect/to":
            writer.write(redirect(query["url"], int(query.get("status", "302"))))
        elif parts.path == "/redirect/chain":
            left = int(query["left"])
            writer.write(redirect(f"/redirect/chain?left={left - 1}") if left else sized(PLAIN))
        elif parts.path == "/cookie/set":
            writer.write(sized(PLAIN, Set_Cookie="who=me; Path=/"))
        else:
            await _send(writer, BEHAVIOURS[parts.path]())


def redirect(to: str, status: int = 302) -> bytes:
    """Return a redirect."""
    return head(status, Location=to, Content_Length=0)


def _then(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    for part in (answer,) if isinstance(answer, bytes) else answer:
        writer.write(part)
        await writer.drain()


async def _drip(writer: asyncio.StreamWriter, first: bytes, drop: bytes) -> None:
    writer.write(first)
    while True:
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(DRIP_S)


async def _reset(writer: asyncio.StreamWriter, first: bytes) -> None:
    writer.write(first)
    await writer.drain()
    # Without lingering, closing sends a reset instead of an end.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
