"""One page, one article or one feed, looked at without broker or database."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from rich.table import Table

from services.extract.filter import fields_of_page
from services.ingest.feeds import parse_feed
from services.ingest.settings import IngestSettings
from services.kit.clock import utc_now
from services.kit.errors import FetchFailed, Rejected
from services.kit.http import Fetched, Fetcher
from services.kit.settings import HttpSettings
from services.local.show import inert
from services.tag.story import Story
from services.tag.tagger import Tagger

PAGE_MAX_BYTES = 3 * 1024 * 1024
OK = 200


async def article(page: str, environ: Mapping[str, str], *, url: str | None) -> str:
    """Return the record of a page as JSON; the page is an address, or a file that came from `url`, if that is known.

    Raises:
        FetchFailed: the address gave no page.
        Rejected: the file cannot be read, or the page is none.

    """
    if "://" in page:
        fetched = await _fetched(page, HttpSettings.load(environ), PAGE_MAX_BYTES)
        fields = fields_of_page(
            fetched.body, url=fetched.url, content_type=fetched.content_type, charset=fetched.charset
        )
    else:
        fields = fields_of_page(await asyncio.to_thread(_bytes, Path(page)), url=url)
    return json.dumps(fields, indent=2, ensure_ascii=False)


def tags(file: Path, only: frozenset[str]) -> str:
    """Return the tags of an article as JSON; the file holds fields of `Article` as JSON, or plain text.

    Raises:
        Rejected: the file cannot be read, or holds no article.

    """
    text = _bytes(file).decode("utf-8", "replace")
    try:
        story = Story.model_validate(json.loads(text)) if text.lstrip().startswith("{") else Story(text=text)
    except (ValueError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        where = ".".join(map(str, first["loc"])) or "JSON"
        raise Rejected("article.invalid", f"{file}: {where}: {first['msg']}") from None
    return Tagger.load(only).tag(story).model_dump_json(indent=2, exclude_none=True)


async def feed(url: str, environ: Mapping[str, str]) -> Table:
    """Return what Dateline sees in a feed, as a table for a terminal.

    Raises:
        FetchFailed: the address gave no answer that can be used.
        Rejected: it is no feed.

    """
    settings = IngestSettings.load(environ)
    fetched = await _fetched(url, settings, settings.ingest_body_max_bytes)
    label = fetched.headers.get("content-type")
    parsed = await asyncio.to_thread(parse_feed, fetched.body, url=fetched.url, content_type=label, now=utc_now())
    shown = Table("published (UTC)", "title", "address", box=None, title=inert(parsed.title or "a feed without title"))
    for item in parsed.items:
        published = f"{item.published_at:%Y-%m-%d %H:%M}" if item.published_at else "unknown"
        shown.add_row(published, inert(item.title or "(no title)"), inert(item.url or "(no link)"))
    size = f"{len(parsed.items)} items in {parsed.channel}, {len(fetched.body)} bytes, {fetched.elapsed_ms} ms"
    shown.caption = inert("; ".join([size, *parsed.flags]))
    return shown


async def _fetched(url: str, settings: HttpSettings, max_bytes: int) -> Fetched:
    async with Fetcher(settings) as fetcher:
        fetched = await fetcher.get(url, body_max_bytes=max_bytes)
    if fetched.status != OK:
        raise FetchFailed("fetch.http_status", f"{fetched.url} answered {fetched.status}")
    return fetched


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Rejected("file.unreadable", f"{file}: {error.strerror}") from None
