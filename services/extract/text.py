"""Text: the body of an article, by the first reading of the page that is good enough.

The only module that knows trafilatura. Its `fetch_url` and `deduplicate` are never used: the one follows redirects to
anywhere, the other makes a page's text depend on the pages before it.
"""

import logging
from dataclasses import dataclass
from typing import Final

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from selectolax.lexbor import LexborHTMLParser

from services.extract.characters import paragraphs, unmarked

_PRUNED_TAGS: Final = [
    "script", "style", "svg", "nav", "footer", "iframe", "aside", "noscript", "template", "button", "select", "input",
    "textarea", "object", "embed", "canvas", "dialog", "link", "meta", "audio", "video", "map", "picture", "source",
]  # fmt: skip
_SHORT_CHARS: Final = 250
"""Below this a reading is doubted, and the next one is tried."""
_COVERAGE_MIN: Final = 0.5
"""A reading that holds less than this share of the page's paragraphs is doubted too."""
_BETTER_RATIO: Final = 1.2
_BODY_RATIO: Final = 2.0
_PARAGRAPHS_MAX: Final = 2_000
_FORM_CHARS_MAX: Final = 400
"""Some sites wrap the whole page in one form; a form with more text than this is no form to fill in."""

# trafilatura removes zero-width joiners, which Persian and Indic words need, with all else that does not print. So they
# go through it in the shape of two signs that print, and that nobody has written for three thousand years.
_STAND_INS: Final = (("\u200c", "\U00010100"), ("\u200d", "\U00010101"))
# Its warnings are about single pages; what they mean is told by the outcome.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Reading:
    """A body text: lines separated by a line feed, and the way it was won."""

    text: str
    method: str


def read(tree: LexborHTMLParser, *, stated_body: str | None = None) -> Reading:
    """Return the body of a page; its text is empty where there is none.

    Args:
        tree: The parsed page. It is pruned in place, so this comes last.
        stated_body: `articleBody` of the structured data.

    """
    _prune(tree)
    best = Reading(_trafilatura(tree.html or "", fast=True), "pruned")
    if len(best.text) < max(_SHORT_CHARS, _COVERAGE_MIN * _paragraph_chars(tree)):
        best = _better(best, Reading(_trafilatura(tree.html or "", fast=False), "full"))
    best = _better(best, Reading(_stated(stated_body), "article_body"), ratio=_BODY_RATIO)
    return _better(best, _from_paragraphs(tree)) if len(best.text) < _SHORT_CHARS else best


def _prune(tree: LexborHTMLParser) -> None:
    tree.strip_tags(_PRUNED_TAGS)
    for form in tree.css("form"):
        if len(form.text()) < _FORM_CHARS_MAX:
            form.decompose()


def _paragraph_chars(tree: LexborHTMLParser) -> int:
    return sum(len(node.text().strip()) for node in tree.css("p"))


def _better(held: Reading, other: Reading, *, ratio: float = _BETTER_RATIO) -> Reading:
    return other if len(other.text) > ratio * len(held.text) else held


def _trafilatura(html: str, *, fast: bool) -> str:
    guarded = _guarded(html)
    tree = _lxml_tree(guarded)
    if tree is None:
        return ""
    try:
        found = trafilatura.extract(tree, fast=fast, with_metadata=False, include_comments=False, deduplicate=False)
    except (
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
        AssertionError,
        etree.LxmlError,
    ):
        return ""
    return "\n".join(paragraphs(_restored(found or "") if guarded != html else found or ""))


def _guarded(html: str) -> str:
    """Return the page with its joiners as stand-ins, unless it holds such signs itself."""
    if any(sign in html for _, sign in _STAND_INS):
        return html
    for joiner, sign in _STAND_INS:
        html = html.replace(joiner, sign)
    return html


def _restored(text: str) -> str:
    for joiner, sign in _STAND_INS:
        text = text.replace(sign, joiner)
    return text


def _lxml_tree(html: str) -> HtmlElement | None:
    """Parse as trafilatura does, but without losing what is nested deeper than 256 elements."""
    parser = HTMLParser(
        huge_tree=True,
        collect_ids=False,
        default_doctype=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _stated(body: str | None) -> str:
    if not body:
        return ""
    return "\n".join(line for part in paragraphs(body) if (line := unmarked(part, max_chars=100_000)))


def _from_paragraphs(tree: LexborHTMLParser) -> Reading:
    """Read the paragraphs of the article element, else of the page."""
    nodes = tree.css("article p") or tree.css("main p") or tree.css("p")
    lines = [" ".join(node.text(separator="").split()) for node in nodes[:_PARAGRAPHS_MAX]]
    return Reading("\n".join(paragraphs("\n".join(lines))), "paragraphs")


def warm() -> None:
    """Run one real extraction now: it loads what trafilatura loads late, and shows at the start whether it works."""
    _trafilatura(
        "<html><body><article><p>" + "A line of text to begin with. " * 20 + "</p></article></body></html>", fast=True
    )
