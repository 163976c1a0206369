"""A filter from JSONL to JSONL: each row with a text becomes one line with its tags, in the same order."""

import gc
import json
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any, Final

from pydantic import ValidationError

from services.tag.story import Story
from services.tag.tagger import ALL, SourcesBy, Tagger

_FIELD_OF: Final = {"outlet": "outlet", "date": "date", "region": "regions", "sources": "sources"}


def run(
    lines: Iterable[str | bytes],
    write: Callable[[str], None],
    only: frozenset[str] = ALL,
    sources_by: SourcesBy = "model",
) -> None:
    """Tag row after row; each answer is written before the next row is read.

    A row that cannot be tagged gives `{"id": ..., "failure": {"code", "message"}}`. Blank lines are no rows.
    """
    tagger = Tagger.load(only, sources_by)
    gc.freeze()  # what was loaded stays; looking through it again and again for garbage takes a tenth of the time
    for line in lines:
        if line.strip():
            write(json.dumps(_answer(line, tagger)))


def _answer(line: str | bytes, tagger: Tagger) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return _failure(None, "row.unreadable", "not a JSON object in UTF-8")
    if not isinstance(row, dict):
        return _failure(None, "row.unreadable", "not a JSON object")
    number = row.get("id")
    if isinstance(number, float) and not isfinite(number):
        number = None  # `NaN` is read, as some writers of tables use it for nothing, and is no JSON to write
    try:
        story = Story.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return _failure(number, "row.refused", f"{where}: {first['msg']}")
    fields = {_FIELD_OF[name] for name in tagger.only} | {"taggers"}
    try:
        return {"id": number, **tagger.tag(story).model_dump(mode="json", include=fields)}
    except Exception as error:  # noqa: BLE001 - a fault of ours at one row must not take the other rows along
        return _failure(number, "row.unexpected", type(error).__name__)


def _failure(number: object, code: str, message: str) -> dict[str, Any]:
    return {"id": number, "failure": {"code": code, "message": message}}
