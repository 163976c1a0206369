"""A small HTTP/1.1 server for pages that are made from the path alone: GET and HEAD, validators, nothing else."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Final

HEAD_MAX_BYTES: Final = 16 * 1024
IDLE_S: Final = 30.0
READABLE: Final = ("GET", "HEAD")


@dataclass(frozen=True)
class Reply:
    """A document: what it is, and when it last changed (UTC; None says nothing about it)."""

    body: bytes
    media_type: str
    changed_at: datetime | None = None
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True)
class Request:
    """The head of a request; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[str], Reply]
"""Gives the document at a path."""


@asynccontextmanager
async def listening(host: str, port: int, answer: Answer) -> AsyncIterator[int]:
    """Serve what `answer` gives while the context lasts; gives the port, which is any free one for 0.

    Raises:
        OSError: the address or port cannot be taken.

    """
    talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks[task] = writer
        task.add_done_callback(talks.pop)
        # A reader that leaves, idles or talks nonsense ends its own connection only.
        with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await _exchange(reader, writer, answer):
                pass
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(talk, host, port, limit=HEAD_MAX_BYTES)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in talks.values():
            writer.transport.abort()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> bool:
    """Answer one request; tell whether another may follow on the same connection."""
    async with asyncio.timeout(IDLE_S):
        head = await reader.readuntil(b"\r\n\r\n")
    request = parse(head)
    writer.write(respond(request, answer))
    await writer.drain()
    return request.headers.get("connection", "").lower() != "close"


def parse(head: bytes) -> Request:
    """Read the head of a request.

    Raises:
        ValueError: it is none.

    """
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return Request(method, target.partition("?")[0], {name.strip().lower(): value.strip() for name, _, value in pairs})


def respond(request: Request, answer: Answer) -> bytes:
    """Return the whole response, head and body, in bytes."""
    if request.method not in READABLE:
        return _response(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(READABLE), "Content-Length": "0"}, b"")
    reply = answer(request.path)
    tag = f'"{hashlib.sha256(reply.body).hexdigest()[:24]}"'
    headers = {"ETag": tag} if reply.status == HTTPStatus.OK else {}
    if reply.changed_at is not None:
        headers["Last-Modified"] = format_datetime(reply.changed_at.astimezone(UTC), usegmt=True)
    if reply.status == HTTPStatus.OK and _unchanged(request, tag, reply.changed_at):
        return _response(HTTPStatus.NOT_MODIFIED, headers, b"")
    headers |= {"Content-Type": reply.media_type, "Content-Length": str(len(reply.body))}
    return _response(reply.status, headers, b"" if request.method == "HEAD" else reply.body)


def _unchanged(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """Whether the reader has this version: by its tag, or only without one by its date (RFC 9110, 13.1.3)."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in tags.split(",")}
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _response(status: HTTPStatus, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
