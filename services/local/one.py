"""One page or one article, looked at without broker or database."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from services.extract.filter import fields_of_page
from services.kit.errors import Rejected
from services.kit.settings import HttpSettings
from services.local.fetching import fetched
from services.tag.story import Story
from services.tag.tagger import SourcesBy, Tagger

PAGE_MAX_BYTES = 3 * 1024 * 1024


async def article(page: str, environ: Mapping[str, str], *, url: str | None) -> str:
    """Return the record of a page as JSON; the page is an address, or a file that came from `url`, if that is known.

    Raises:
        FetchFailed: the address gave no page.
        Rejected: the file cannot be read, or the page is none.

    """
    if "://" in page:
        answer = await fetched(page, HttpSettings.load(environ), PAGE_MAX_BYTES)
        fields = fields_of_page(answer.body, url=answer.url, content_type=answer.content_type, charset=answer.charset)
    else:
        fields = fields_of_page(await asyncio.to_thread(_bytes, Path(page)), url=url)
    return json.dumps(fields, indent=2, ensure_ascii=False)


def tags(file: Path, only: frozenset[str], sources_by: SourcesBy = "model") -> str:
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
    return Tagger.load(only, sources_by).tag(story).model_dump_json(indent=2, exclude_none=True)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Rejected("file.unreadable", f"{file}: {error.strerror}") from None
