"""JSON-LD: the article that a page describes in its own structured data, found anywhere in the graph. Pure."""

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Final

Node = dict[str, object]

_BLOCK_CHARS_MAX: Final = 1_000_000
_BLOCKS_MAX: Final = 40
_NODES_MAX: Final = 5_000
_ARTICLE_TYPES: Final = ("Article", "BlogPosting", "Report")
"""Endings of the schema.org types that are articles: NewsArticle, ReportageNewsArticle, LiveBlogPosting, ..."""
# Articles under these are other articles: lists of links, updates of a live page, what is quoted.
_ELSEWHERE: Final = frozenset({
    "itemListElement", "mentions", "citation", "isBasedOn", "hasPart", "liveBlogUpdate", "relatedLink", "comment",
    "isRelatedTo", "review", "video", "associatedMedia", "subjectOf",
})  # fmt: skip
_WRAPPING: Final = re.compile(
    r"^\s*(?:<!--|/\*.{0,40}?\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL
)
_NAMESPACE: Final = re.compile(r"^.*[/#:]", re.DOTALL)
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")


def nodes(blocks: list[str]) -> list[Node]:
    """Return the typed objects of a page's JSON-LD blocks, outer before inner; broken blocks give what can be read."""
    found: list[Node] = []
    for block in blocks[:_BLOCKS_MAX]:
        for value in _values(block[:_BLOCK_CHARS_MAX]):
            found.extend(_typed(value))
    return found[:_NODES_MAX]


def article(found: list[Node], *, addresses: frozenset[str]) -> Node | None:
    """Return the node of the page's article: the one with its address, else the fullest, else the first."""
    candidates = [node for node in found if is_article(node)]
    return max(candidates, key=lambda node: (_names(node, addresses), _filled(node)), default=None)


def is_article(node: Node) -> bool:
    """Whether a node is of an article type."""
    return any(name.endswith(_ARTICLE_TYPES) for name in types(node))


def types(node: Node) -> list[str]:
    """Types of a node without their namespace."""
    kind = node.get("@type")
    names = kind if isinstance(kind, list) else [kind]
    return [_NAMESPACE.sub("", name) for name in names if isinstance(name, str)]


def resolved(value: object, found: list[Node]) -> object:
    """Return what a reference (`{"@id": ...}`) stands for; anything else as it is."""
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
        return next((node for node in found if node.get("@id") == value["@id"] and len(node) > len(value)), value)
    return value


def strings(value: object) -> Iterator[str]:
    """Yield the strings of a value: itself, those of a list, the name or address of an object."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value[:100]:
            yield from strings(part) if not isinstance(part, list) else ()
    elif isinstance(value, dict):
        inner = next((value[key] for key in ("name", "@value", "url", "contentUrl") if value.get(key)), None)
        yield from (part for part in (inner if isinstance(inner, list) else [inner]) if isinstance(part, str))


def first(value: object) -> str | None:
    """Return the first non-empty string of a value."""
    return next((text for text in strings(value) if text.strip()), None)


def _values(block: str) -> Iterator[object]:
    text = block.strip()
    if not (text.startswith(("{", "[")) and text.endswith(("}", "]"))):
        text = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip()
    decoder = json.JSONDecoder(strict=False)
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            return
        except ValueError:
            rest = text[position:]
            mended = _TRAILING_COMMA.sub(r"\1", rest)
            if mended == rest:
                return
            text, position = mended, 0
            continue
        yield value
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1


def _typed(root: object) -> Iterator[Node]:
    """Walk a value, breadth first and without recursion."""
    waiting: deque[object] = deque([root])
    seen = 0
    while waiting and seen < _NODES_MAX:
        value = waiting.popleft()
        seen += 1
        if isinstance(value, dict):
            if "@type" in value or "@id" in value:
                yield value
            waiting.extend(
                part for key, part in value.items() if key not in _ELSEWHERE and isinstance(part, dict | list)
            )
        elif isinstance(value, list):
            waiting.extend(part for part in value[:500] if isinstance(part, dict | list))


def _names(node: Node, addresses: frozenset[str]) -> bool:
    page = node.get("mainEntityOfPage")
    inner = [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    named = (address for address in (node.get("url"), node.get("@id"), *inner) if isinstance(address, str))
    return any(_bare(address) in addresses for address in named)


def bare_addresses(*urls: str | None) -> frozenset[str]:
    """Addresses without scheme, query and fragment: how `article` compares them."""
    return frozenset(_bare(url) for url in urls if url)


def _bare(url: str) -> str:
    return re.split(r"[?#]", url.rsplit("://", maxsplit=1)[-1])[0].rstrip("/").lower()


def _filled(node: Node) -> int:
    return sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "dateModified", "articleBody"))
