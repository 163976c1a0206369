"""Head: what a page says of itself outside its text (`<meta>`, `<link>`, `<title>`, `<time>`). Decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Each walk through a page takes its time, so that all is found in two: its head, and what is told by class and role.
# The second finds more than is wanted, since each condition costs every element, and `_told` looks at them all again.
_DESCRIBING: Final = 'meta[content], link[rel][href], script[type*="ld+json" i], h1'
_TELLING: Final = (
    'time, [itemprop], [rel~="author"], [property="schema:dateCreated"], [class*="author" i], [class*="by" i], '
    '[class*="date" i], [class*="publish" i], [class*="timestamp" i]'
)
_DATELINE_PARTS: Final = ("dateline", "publish", "post-date", "timestamp")
_VALUES_MAX: Final = 20
_VALUE_CHARS_MAX: Final = 5_000
_TIMES_MAX: Final = 20
_HEADINGS_MAX: Final = 5
_TEXT_CHARS_MAX: Final = 300


@dataclass(frozen=True)
class Timed:
    """A `<time>` element or microdata date: its machine-readable value, its text, what it is called."""

    value: str
    text: str
    role: str


@dataclass(frozen=True)
class Head:
    """A page's own description, as strings.

    Attributes:
        meta: Values by lower-case `property`, `name`, `itemprop` or `http-equiv`, in page order.
        links: Addresses by `rel`.
        blocks: JSON-LD, unparsed.

    """

    meta: dict[str, list[str]]
    links: dict[str, str]
    blocks: list[str]
    title: str | None
    headings: list[str]
    language: str | None
    times: list[Timed]
    bylines: list[str]
    datelines: list[str]

    def meta_first(self, *names: str) -> str | None:
        """Return the first non-empty value of the first of these names that has one."""
        return next((value for name in names for value in self.meta.get(name, ()) if value.strip()), None)

    def values(self, names: Iterable[str]) -> list[str]:
        """Return all values of these names, in the order of the names."""
        return [value for name in names for value in self.meta.get(name, ())]


def read(tree: LexborHTMLParser) -> Head:
    """Collect a page's description. The tree is left as it is."""
    title = tree.css_first("head > title") or tree.css_first("title")
    root = tree.css_first("html")
    by_tag: dict[str, list[LexborNode]] = {}
    for node in tree.css(_DESCRIBING):
        by_tag.setdefault(node.tag or "", []).append(node)
    told = _told(tree)
    return Head(
        meta=_meta(by_tag.get("meta", [])),
        links=_links(by_tag.get("link", [])),
        blocks=[node.text() for node in by_tag.get("script", [])],
        title=title.text()[:_VALUE_CHARS_MAX] if title else None,
        headings=[text for node in by_tag.get("h1", [])[:_HEADINGS_MAX] if (text := _text(node))],
        language=(root.attributes.get("lang") or root.attributes.get("xml:lang")) if root else None,
        times=[_timed(node) for node in told.times],
        bylines=_bylines(told.bylines),
        datelines=[text for node in told.datelines if (text := _text(node)) and len(text) < _TEXT_CHARS_MAX],
    )


@dataclass(frozen=True)
class _Told:
    """Elements that tell of times and people, at most so many of each kind."""

    times: list[LexborNode]
    bylines: list[LexborNode]
    datelines: list[LexborNode]


def _told(tree: LexborHTMLParser) -> _Told:
    told = _Told([], [], [])
    # An element comes once for each condition that it meets.
    for node in {node.mem_id: node for node in tree.css(_TELLING)}.values():
        attributes = node.attributes
        kind = (attributes.get("class") or "").lower()
        item, words, is_time = attributes.get("itemprop"), kind.split(), node.tag == "time"
        if is_time or item in ("datePublished", "dateModified") or attributes.get("property") == "schema:dateCreated":
            told.times.append(node)
        if is_time or item == "datePublished" or "date" in words or any(part in kind for part in _DATELINE_PARTS):
            told.datelines.append(node)
        if item == "author" or "author" in kind or "byline" in kind or "by" in words or _by_author(attributes):
            told.bylines.append(node)
        if min(map(len, (told.times, told.bylines, told.datelines))) >= _VALUES_MAX:
            break
    return _Told(told.times[:_TIMES_MAX], told.bylines[:_VALUES_MAX], told.datelines[:_VALUES_MAX])


def _by_author(attributes: dict[str, str | None]) -> bool:
    return "author" in (attributes.get("rel") or "").lower().split()


def _meta(nodes: list[LexborNode]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in nodes:
        attributes = node.attributes
        content = attributes.get("content")
        name = (
            attributes.get("property")
            or attributes.get("name")
            or attributes.get("itemprop")
            or attributes.get("http-equiv")
        )
        if name and content:
            values = found.setdefault(name.strip().lower(), [])
            if len(values) < _VALUES_MAX:
                values.append(content[:_VALUE_CHARS_MAX])
    return found


def _links(nodes: list[LexborNode]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        attributes = node.attributes
        for rel in (attributes.get("rel") or "").lower().split():
            found.setdefault(rel, (attributes.get("href") or "")[:_VALUE_CHARS_MAX])
    return found


def _timed(node: LexborNode) -> Timed:
    attributes = node.attributes
    value = attributes.get("datetime") or attributes.get("content") or attributes.get("title") or ""
    named = attributes.get("itemprop") or (
        "datePublished" if attributes.get("property") == "schema:dateCreated" else None
    )
    role = " ".join(filter(None, (named, attributes.get("class"), _role_of_parent(node)))).lower()
    return Timed(value[:_TEXT_CHARS_MAX], _text(node), ("pubdate " if "pubdate" in attributes else "") + role)


def _role_of_parent(node: LexborNode) -> str | None:
    parent = node.parent
    return parent.attributes.get("class") if parent is not None and parent.is_element_node else None


def _bylines(nodes: list[LexborNode]) -> list[str]:
    """Texts of the elements that may be bylines, shorter than `_TEXT_CHARS_MAX`; one line for each text in them."""
    texts = (node.text(separator="\n") for node in nodes)
    lines = ("\n".join(part for raw in text.split("\n") if (part := " ".join(raw.split()))) for text in texts)
    return [text for text in lines if text and len(text) < _TEXT_CHARS_MAX]


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())[:_TEXT_CHARS_MAX]
