"""Filter: pages in, records out, one JSON object a line each, in the same order: extraction without broker or network.

A row is ``{"id", "url", "html_base64"}`` and may hold `content_type` and `charset`. Its answer holds the fields of an
`Article` that a page alone can give, plus `id`; or ``{"id", "failure": {"code", "message"}}``.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from services.extract import page
from services.extract.reading import unread
from services.extract.record import article_from
from services.kit.errors import DatelineError, Rejected, WorkFailed
from services.kit.pool import WorkerPool
from services.kit.urls import absolute

_AHEAD_PER_WORKER: Final = 4
"""Rows read ahead for each worker: enough to keep it busy while an earlier page takes long, and no more in memory."""
_NOT_OF_A_PAGE: Final = {
    "trace_id", "revision", "event", "discovered_via", "http", "archive", "feed_published_at", "feed_seen_at",
    "fetched_at", "extracted_at",
}  # fmt: skip

_NOWHERE: Final = "https://nowhere.invalid/"
"""Stands in for an address that nobody knows, and gets into no answer."""


class Row(BaseModel):
    """One page of the input."""

    id: str | int | None = None
    url: str = Field(min_length=1)
    html_base64: str
    content_type: str | None = None
    charset: str | None = None


async def run(
    lines: AsyncIterable[str] | Iterable[str], write: Callable[[str], None], *, workers: int, deadline_s: float
) -> None:
    """Answer each line that is not empty, in order and as soon as its turn comes.

    Args:
        lines: Rows as JSON.
        write: Takes one line of JSON, without its line feed.
        workers: Processes that read pages.
        deadline_s: A page that takes longer fails, and its process is killed.

    """
    waiting: asyncio.Queue[asyncio.Task[str] | None] = asyncio.Queue(maxsize=workers * _AHEAD_PER_WORKER)
    async with WorkerPool(workers=workers, deadline_s=deadline_s, warm=warm) as pool, asyncio.TaskGroup() as tasks:
        tasks.create_task(_write_in_order(waiting, write))
        async for line in _each(lines):
            if line.strip():
                await waiting.put(tasks.create_task(_answered(pool, line)))
        await waiting.put(None)


def answer(line: str) -> str:
    """Return the answer to a row; what is wrong with the row or its page is an answer too. Runs in a worker."""
    try:
        row = Row.model_validate_json(line)
        body = base64.b64decode(row.html_base64, validate=True)
        fields = fields_of_page(body, url=row.url, content_type=row.content_type, charset=row.charset)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, problem["loc"]))
        return _failure(line, Rejected("row.invalid", f"{field}: {problem['msg']}" if field else str(problem["msg"])))
    except binascii.Error as error:
        return _failure(line, Rejected("row.invalid", f"html_base64: {error}"))
    except DatelineError as error:
        return _failure(line, error)
    return json.dumps({"id": row.id, **fields})


def fields_of_page(
    body: bytes, *, url: str | None, content_type: str | None = None, charset: str | None = None
) -> dict[str, object]:
    """Return the fields of an `Article` that a single page gives, ready for JSON.

    Where `url` is no http(s) address, the one that the page declares takes its place. Where it declares none either,
    what is made from it (`article_id`, `url`, the publisher's domain) is left out, and the flag `no_url` says so.

    Raises:
        Rejected: as `read_page` does.

    """
    given = absolute(url, url) if url else None
    content = page.read_page(body, url=given or "", content_type=content_type, charset=charset)
    address = given or content.canonical
    if address is None:
        content = replace(content, flags=[*content.flags, "no_url"])
    article = article_from(content, requested_url=address or _NOWHERE, final_url=address or _NOWHERE, trace_id="")
    unknown = set() if address else {"article_id", "url"}
    fields = article.model_dump(mode="json", exclude=_NOT_OF_A_PAGE | unknown)
    return fields if address else {**fields, "publisher": {"name": content.publisher_name, "domain": None}}


def warm() -> None:
    """Load now what the first row of a worker process would wait for; with this module, all that it imports."""
    page.warm()


async def _answered(pool: WorkerPool, line: str) -> str:
    try:
        return await pool.run(answer, line)
    except WorkFailed as error:
        return _failure(line, unread(error))
    except DatelineError as error:
        return _failure(line, error)


def _failure(line: str, error: DatelineError) -> str:
    failure = {"code": error.code, "message": error.message}
    return json.dumps({"id": _id_of(line), "failure": failure})


def _id_of(line: str) -> object:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row.get("id") if isinstance(row, dict) else None


async def _write_in_order(waiting: asyncio.Queue[asyncio.Task[str] | None], write: Callable[[str], None]) -> None:
    while (task := await waiting.get()) is not None:
        write(await task)


async def _each(lines: AsyncIterable[str] | Iterable[str]) -> AsyncIterator[str]:
    """All lines; waiting for the next line of a blocking source does not hold up answers that are ready."""
    if isinstance(lines, AsyncIterable):
        async for line in lines:
            yield line
        return
    source = iter(lines)
    while (row := await asyncio.to_thread(_next, source)) is not None:
        yield row


def _next(source: Iterator[str]) -> str | None:
    return next(source, None)
