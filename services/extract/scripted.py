"""Scripted: a page as it is to a browser that runs scripts. Pure.

Such a browser passes over `<noscript>`, which may begin elements in one place that it ends in another. It fills in
templates, which some blogs keep their articles in. And it shows what scripts hold: pages that are put together in the
reader's browser have their article as HTML or as plain prose within a string, often a string of JSON within another.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Final

_SCRIPT: Final = re.compile(r"<script\b[^<>]*>(.*?)(?:</script|\Z)", re.DOTALL | re.IGNORECASE)
_TEMPLATE: Final = re.compile(
    r"<script\b[^<>]{0,500}\btype\s*=\s*[\"']?text/(?:x-)?template\b[^<>]{0,500}>((?:(?!</?script\b).)*+)</script\s*>",
    re.DOTALL | re.IGNORECASE,
)
_STRING: Final = re.compile(r'(?<=[:,\[(=])\s?"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_TO_BE_FILLED: Final = re.compile(r"\A\s*[{\[]|\{\{|<%")
"""Data, and templates with blanks in them."""
_PARAGRAPH: Final = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_SENTENCE: Final = re.compile(r"\w[\"'\u201d\u2019\u00bb)\]]?(?:[.!?\u061f\u0964](?=\s|$)|[\u3002\uff01\uff1f])")
_LETTER: Final = re.compile(r"[^\W\d_]")
_STRING_CHARS_MIN: Final = 300
_LETTERS_MIN: Final = 200
_SENTENCES_MIN: Final = 3
_PROSE_SHARE_MIN: Final = 0.7
_SCRIPTS_CHARS_MAX: Final = 3_000_000
_DEPTH: Final = 3
"""Strings within strings: as of a script that pushes rows of text, one of which is JSON."""


def shown(source: str) -> str:
    """Return a page with its templates that are prose, and without `<noscript>` where elements begin in one."""
    if "<noscript" in source:
        source = _without_noscript(source)
    if "/template" in source or "/x-template" in source:
        source = _TEMPLATE.sub(lambda match: f"<div>{match[1]}</div>" if _reads_as_prose(match[1]) else " ", source)
    return source


def _without_noscript(source: str) -> str:
    first, *rest = source.split("<noscript")
    parts = [part.partition("</noscript") for part in rest]
    even = all(inside.count("<div") == inside.count("</div") for inside, _, _ in parts)
    if even or not all(closing for _, closing, _ in parts):
        return source
    return " ".join([first, *(after.partition(">")[2] for _, _, after in parts)])


def article(source: str) -> str:
    """Return the markup of the longest prose that a page holds for its scripts; empty where it holds none."""
    scripts = " ".join(match[1] for match in _SCRIPT.finditer(source))[:_SCRIPTS_CHARS_MAX]
    found = max(_prose(scripts, _DEPTH), key=_letters, default="")
    if not found or _PARAGRAPH.search(found):
        return found
    return "".join(f"<p>{html.escape(line)}</p>" for line in found.splitlines())


def _prose(text: str, depth: int) -> Iterator[str]:
    """Yield the strings of a text that are prose; of one that holds others, these."""
    for match in _STRING.finditer(text):
        if len(match[1]) < _STRING_CHARS_MIN:
            continue
        string = _decoded(match[1])
        within = list(_prose(string, depth - 1)) if depth > 1 else []
        yield from within or [string] * _reads_as_prose(string)


def _decoded(literal: str) -> str:
    """Return the characters of a string of JSON or JavaScript; as they stand where it is neither."""
    try:
        string = str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return literal
    return string.encode("utf-8", "ignore").decode()  # without halves of characters


def _reads_as_prose(string: str) -> bool:
    words = _TAG.sub(" ", string)
    if (
        words.lstrip()[:1] in {"{", "["}
        or "{{" in string
        or "<%" in string
        or len(_SENTENCE.findall(words)) < _SENTENCES_MIN
    ):
        return False
    letters = len(_LETTER.findall(words))
    return letters >= _LETTERS_MIN and letters + words.count(" ") >= _PROSE_SHARE_MIN * len(words.strip())


def _letters(string: str) -> int:
    return len(_LETTER.findall(_TAG.sub(" ", string)))
