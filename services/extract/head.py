"""Head: what a page says of itself outside its text (`<meta>`, `<link>`, `<title>`, `<time>`). Decides nothing."""

from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BYLINE: Final = (
    '[itemprop="author"], [rel~="author"], [class*="byline" i], [class*="author" i], [class~="by" i]'
)
_DATELINE: Final = (
    'time, [itemprop="datePublished"], [class~="date" i], [class*="dateline" i], [class*="publish" i], '
    '[class*="post-date" i], [class*="timestamp" i]'
)
_VALUES_MAX: Final = 20
_VALUE_CHARS_MAX: Final = 5_000
_TIMES_MAX: Final = 20
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


def read(tree: LexborHTMLParser) -> Head:
    """Collect a page's description. The tree is left as it is."""
    title = tree.css_first("head > title") or tree.css_first("title")
    root = tree.css_first("html")
    return Head(
        meta=_meta(tree),
        links=_links(tree),
        blocks=[node.text() for node in tree.css('script[type*="ld+json" i]')],
        title=title.text()[:_VALUE_CHARS_MAX] if title else None,
        headings=[text for node in tree.css("h1")[:5] if (text := _text(node))],
        language=root.attributes.get("lang") if root else None,
        times=_times(tree),
        bylines=_bylines(tree),
        datelines=_texts(tree, _DATELINE),
    )


def _meta(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
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


def _links(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("link[rel][href]"):
        attributes = node.attributes
        for rel in (attributes.get("rel") or "").lower().split():
            found.setdefault(rel, (attributes.get("href") or "")[:_VALUE_CHARS_MAX])
    return found


def _times(tree: LexborHTMLParser) -> list[Timed]:
    found = []
    for node in tree.css('time, [itemprop="datePublished"], [itemprop="dateModified"]')[:_TIMES_MAX]:
        attributes = node.attributes
        value = attributes.get("datetime") or attributes.get("content") or attributes.get("title") or ""
        role = " ".join(filter(None, (attributes.get("itemprop"), attributes.get("class"), _role_of_parent(node))))
        found.append(
            Timed(value[:_TEXT_CHARS_MAX], _text(node), ("pubdate " if "pubdate" in attributes else "") + role.lower())
        )
    return found


def _role_of_parent(node: LexborNode) -> str | None:
    parent = node.parent
    return parent.attributes.get("class") if parent is not None and parent.is_element_node else None


def _texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [text for node in tree.css(selector)[:_VALUES_MAX] if (text := _text(node)) and len(text) < _TEXT_CHARS_MAX]


def _bylines(tree: LexborHTMLParser) -> list[str]:
    """Texts of the elements that may be bylines, shorter than `_TEXT_CHARS_MAX`; one line for each text in them."""
    texts = (node.text(separator="\n") for node in tree.css(_BYLINE)[:_VALUES_MAX])
    lines = ("\n".join(part for raw in text.split("\n") if (part := " ".join(raw.split()))) for text in texts)
    return [text for text in lines if text and len(text) < _TEXT_CHARS_MAX]


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())[:_TEXT_CHARS_MAX]
