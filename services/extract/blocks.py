"""Blocks: a page cut into the runs of text that a reader sees as one, each with its place in the page.

A block is the text between two boundaries of elements that stand apart (paragraphs, headings, items, cells, boxes) or
between two line breaks in a row. Elements inside a line do not cut.
"""

from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.extract.characters import clean

PROSE_CHARS_MIN: Final = 80
"""A block this long that is no row of links is prose, whatever its element; a paragraph is prose at any length."""
LINKED_SHARE_MAX: Final = 0.5
_MENU_LINKED_SHARE_MIN: Final = 0.8
_BLOCKS_MAX: Final = 6_000
_INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_PRUNED: Final = frozenset({
    "title", "script", "style", "svg", "nav", "footer", "iframe", "aside", "noscript", "template", "button", "select",
    "input", "textarea", "object", "embed", "canvas", "dialog", "link", "meta", "audio", "video", "map", "picture",
    "source",
})  # fmt: skip
"""Elements that never hold an article's text."""
_FORM_CHARS_MAX: Final = 400
_BREAK: Final = "\x00"
_NAMING: Final = ("class", "id", "itemprop", "role")


@dataclass(slots=True, eq=False)
class Frame:
    """An element that stands apart, and what all blocks inside it add up to.

    Attributes:
        naming: What the page calls it: class, id, itemprop and role, separated by spaces.
        prose_chars: Characters of prose inside it.
        hidden: Whether it or an element around it is declared invisible.

    """

    parent: "Frame | None"
    tag: str
    naming: str
    depth: int
    hidden: bool
    chars: int = 0
    link_chars: int = 0
    prose_chars: int = 0
    blocks: int = 0
    prose_blocks: int = 0


@dataclass(slots=True, eq=False)
class Block:
    """A run of text: clean lines separated by a line feed, and the innermost frame around it.

    Attributes:
        in_menu: Whether it is a link among links: nearly half of all blocks are, and hardly any of an article.

    """

    text: str
    frame: Frame
    chars: int
    link_chars: int
    bold_chars: int
    in_menu: bool = False

    @property
    def is_prose(self) -> bool:
        """Whether it is text to read rather than links to follow."""
        long = self.chars >= PROSE_CHARS_MIN or self.frame.tag == "p"
        return long and self.link_chars < LINKED_SHARE_MAX * self.chars


class _Cutter:
    """Takes the events of a walk through the page and keeps the blocks."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.found: list[Block] = []
        self.links = self.bolds = 0
        self._parts: list[str] = []
        self._link_chars = self._bold_chars = 0
        self._breaks = 0

    def text(self, text: str) -> None:
        if text.isspace():
            if self._parts:
                self._parts.append(text)
            return
        self._parts.append(text)
        self._breaks = 0
        if self.links:
            self._link_chars += len(text.strip())
        if self.bolds:
            self._bold_chars += len(text.strip())

    def line_break(self) -> None:
        self._breaks += 1
        if self._breaks > 1:
            self.cut()
        else:
            self._parts.append(_BREAK)

    def open(self, node: LexborNode, tag: str) -> None:
        if self._parts:
            self.cut()
        around = self.frame
        hidden, naming = around.hidden, ""
        attributes = node.attributes
        if attributes:
            hidden = hidden or _is_hidden(attributes)
            naming = " ".join(filter(None, map(attributes.get, _NAMING)))
        self.frame = Frame(around, tag, naming, around.depth + 1, hidden)

    def close(self) -> None:
        if self._parts:
            self.cut()
        done, around = self.frame, self.frame.parent
        if around is not None:
            around.chars += done.chars
            around.link_chars += done.link_chars
            around.prose_chars += done.prose_chars
            around.blocks += done.blocks
            around.prose_blocks += done.prose_blocks
            self.frame = around

    def cut(self) -> None:
        raw = "".join(self._parts)
        self._parts = []
        if not raw.isspace():
            self._keep(_lines(raw))
        self._link_chars = self._bold_chars = self._breaks = 0

    def _keep(self, text: str) -> None:
        if not text or len(self.found) >= _BLOCKS_MAX:
            return
        chars = len(text)
        block = Block(text, self.frame, chars, min(self._link_chars, chars), min(self._bold_chars, chars))
        self.found.append(block)
        frame = self.frame
        frame.chars += chars
        frame.link_chars += block.link_chars
        frame.blocks += 1
        if block.is_prose:
            frame.prose_chars += chars
            frame.prose_blocks += 1


def cut(tree: LexborHTMLParser) -> list[Block]:
    """Return the blocks of a page in the order of its text, without those that `prune` takes. The tree stays whole."""
    root = tree.body
    if root is None:
        return []
    cutter = _Cutter(Frame(None, "body", "", 0, hidden=False))
    cutter.open(root, "body")
    path: list[tuple[LexborNode, str]] = []
    node = root.first_child
    while node is not None or path:
        if node is None:
            node, tag = path.pop()
            _leave(cutter, tag)
            node = node.next
            continue
        tag = node.tag or "-"
        if tag == "-text":
            cutter.text(node.text_content or "")
        elif tag == "br":
            cutter.line_break()
        elif tag not in _PRUNED and tag[0] not in "-_!" and not (tag == "form" and _is_small(node)):
            _enter(cutter, node, tag)
            path.append((node, tag))
            node = node.first_child
            continue
        node = node.next
    cutter.close()
    cutter.close()
    for block in cutter.found:
        block.in_menu = block.link_chars >= block.chars and _holds_links(block.frame)
    return cutter.found


def prune(tree: LexborHTMLParser) -> None:
    """Take out of a page, in place, what never holds an article's text."""
    tree.strip_tags(list(_PRUNED))
    for form in tree.css("form"):
        if _is_small(form):
            form.decompose()


def _is_small(form: LexborNode) -> bool:
    """Whether a form is one to fill in. Some sites wrap the whole page in one."""
    chars = 0
    waiting = [form]
    while waiting and chars < _FORM_CHARS_MAX:
        for node in waiting.pop().iter(include_text=True):
            tag = node.tag or "-"
            if tag == "-text":
                chars += len(node.text_content or "")
            elif tag not in _PRUNED:
                waiting.append(node)
    return chars < _FORM_CHARS_MAX


def _holds_links(frame: Frame) -> bool:
    """Whether two steps above a frame nearly all text is links."""
    one = frame.parent or frame
    two = one.parent or one
    return two.link_chars >= _MENU_LINKED_SHARE_MIN * two.chars


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style is not None and "display:none" in style.replace(" ", ""))
    )


def _enter(cutter: _Cutter, node: LexborNode, tag: str) -> None:
    if tag not in _INLINE:
        cutter.open(node, tag)
    elif tag == "a":
        cutter.links += 1
    elif tag in {"b", "strong"}:
        cutter.bolds += 1


def _leave(cutter: _Cutter, tag: str) -> None:
    if tag not in _INLINE:
        cutter.close()
    elif tag == "a":
        cutter.links -= 1
    elif tag in {"b", "strong"}:
        cutter.bolds -= 1


def _lines(raw: str) -> str:
    if _BREAK not in raw:
        return _line(raw)
    return "\n".join([line for part in raw.split(_BREAK) if (line := _line(part))])


def _line(raw: str) -> str:
    plain = " ".join(raw.split())
    seen = clean(plain)
    return plain if seen == plain else " ".join(seen.split())
