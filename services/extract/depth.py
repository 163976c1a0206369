"""Depth: pages nested deeper than any parser follows.

libxml2, under trafilatura, drops what lies deeper than 2,048 elements without a word (256 without its `huge_tree`), and
lexbor's time grows with the square of the depth. So deep pages are found by counting tags, before any parser sees them.
"""

import re
from typing import AnyStr, Final

from lxml import etree
from lxml.html import HTMLParser, document_fromstring, tostring

from services.kit.errors import Rejected

DEPTH_MAX: Final = 2_000
_COUNTED_CHARS: Final = 16_384
_LOST_SHARE_MAX: Final = 0.1
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_MARKUP: Final = re.compile(r"<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)
# Elements that have no inside, or that the next of their kind closes.
_FLAT: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "option", "tbody", "thead",
})  # fmt: skip
# Openings of all other elements: their number bounds the depth, and counting them costs a third of following them.
_STANDING: Final = re.compile(rf"<(?!(?:{'|'.join(sorted(_FLAT))})(?![a-z0-9]))[a-z]", re.IGNORECASE)


def shallow(html: str, *, encoded: bytes | None = None) -> str:
    """Return the page, cut to a depth that parsers bear.

    Args:
        html: The page.
        encoded: The same in UTF-8, where it is at hand: bytes are counted in less time than characters.

    Raises:
        Rejected: `page.too_deep`, when text would be lost by it.

    """
    flat = _is_flat(html, "<", "</") if encoded is None else _is_flat(encoded, b"<", b"</")
    if flat or len(_STANDING.findall(html)) < DEPTH_MAX or _depth(html) < DEPTH_MAX:
        return html
    try:
        tree = document_fromstring(html, parser=HTMLParser(huge_tree=True, encoding="utf-8"))
        cut = tostring(tree, encoding="unicode")
    except (etree.ParserError, ValueError, RecursionError) as error:
        raise Rejected("page.too_deep", f"nested deeper than {DEPTH_MAX} elements") from error
    if _letters(cut) < (1 - _LOST_SHARE_MAX) * _letters(html):
        raise Rejected("page.too_deep", f"text is nested deeper than {DEPTH_MAX} elements")
    return cut


def _is_flat(html: AnyStr, tag: AnyStr, closing: AnyStr) -> bool:
    """Whether nowhere so many more elements begin than end that a page could be deep; sure if so, and quick."""
    level = lowest = 0
    for begin in range(0, len(html), _COUNTED_CHARS):
        part = html[begin : begin + _COUNTED_CHARS]
        ends = part.count(closing)
        begins = part.count(tag) - ends
        if level + begins - lowest >= DEPTH_MAX:
            return False
        lowest = min(lowest, level - ends)
        level += begins - ends
    return True


def _depth(html: str) -> int:
    """How deep the tags go at most, as they are written."""
    deepest = depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _FLAT:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _letters(html: str) -> int:
    return sum(map(str.isalnum, _MARKUP.sub(" ", html)))
