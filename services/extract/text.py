"""Text: the body of an article: the blocks of the page that belong to it, by a model, with trafilatura where it doubts.

The only module that knows trafilatura. Its `fetch_url` and `deduplicate` are never used: the one follows redirects to
anywhere, the other makes a page's text depend on the pages before it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from selectolax.lexbor import LexborHTMLParser

from services.extract import block_model, blocks, scripted
from services.extract.block_features import Stated
from services.extract.blocks import Block
from services.extract.characters import paragraphs, unmarked

_SHORT_CHARS: Final = 250
"""Below this a reading is doubted, and the next one is tried."""
_KEPT_MIN: Final = 0.5
_DOUBT_MAX: Final = 0.35
_VOTE: Final = 0.25
_COMPARED_CHARS: Final = 80
_BETTER_RATIO: Final = 1.2
_BODY_RATIO: Final = 2.0
_PARAGRAPHS_MAX: Final = 2_000

# trafilatura removes zero-width joiners, which Persian and Indic words need, with all else that does not print. So they
# go through it in the shape of two signs that print, and that nobody has written for three thousand years.
_STAND_INS: Final = (("\u200c", "\U00010100"), ("\u200d", "\U00010101"))
_NOTHING_STATED: Final = Stated()
# Its warnings are about single pages; what they mean is told by the outcome.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Reading:
    """A body text: lines separated by a line feed, the way it was won, and how likely its blocks are the article's."""

    text: str
    method: str
    likelihood: float = 0.0


def read(tree: LexborHTMLParser, *, stated: Stated = _NOTHING_STATED, source: str = "") -> Reading:
    """Return the body of a page; its text is empty where there is none.

    The packaged model tells which blocks of the page belong to the article. Where it is in doubt, trafilatura has a
    vote; where little is found, what the page holds for its scripts, what it states as its text, and at last its
    paragraphs, stand in.

    Args:
        tree: The parsed page. It may be pruned in place, so this comes last.
        stated: What the page says of its article outside the text; `body` is `articleBody` of the structured data.
        source: The page as it came, with its scripts.

    """
    cut = blocks.cut(tree)
    likely = block_model.packaged().probabilities(cut, stated)
    best = Reading(_joined(cut, likely), "blocks")
    if len(best.text) < _SHORT_CHARS:
        best = _better(best, _from_scripts(source, stated), ratio=_BODY_RATIO)
    if len(best.text) < _SHORT_CHARS or (best.method == "blocks" and _doubt(cut, likely) > _DOUBT_MAX):
        best = _voted(best, tree, cut, likely)
    if len(stated.body) > _BODY_RATIO * len(best.text):
        best = _better(best, Reading(_stated(stated.body), "article_body"), ratio=_BODY_RATIO)
    best = _better(best, _from_paragraphs(tree)) if len(best.text) < _SHORT_CHARS else best
    return replace(best, likelihood=best.likelihood or _likelihood(cut, likely))


def _joined(cut: Sequence[Block], likely: Sequence[float]) -> str:
    return "\n".join([block.text for block, each in zip(cut, likely, strict=True) if each > _KEPT_MIN])


def _likelihood(cut: Sequence[Block], likely: Sequence[float]) -> float:
    """Return the mean probability of what is kept, by characters."""
    kept = [(each, block.chars) for block, each in zip(cut, likely, strict=True) if each > _KEPT_MIN]
    return sum([each * chars for each, chars in kept]) / (sum([chars for _, chars in kept]) or 1)


def _doubt(cut: Sequence[Block], likely: Sequence[float]) -> float:
    """Return how many characters are likely on the wrong side, for each character of the article."""
    wrong = sum([min(each, 1 - each) * block.chars for block, each in zip(cut, likely, strict=True)])
    return wrong / (sum([each * block.chars for block, each in zip(cut, likely, strict=True)]) or 1.0)


def _voted(held: Reading, tree: LexborHTMLParser, cut: Sequence[Block], likely: Sequence[float]) -> Reading:
    """Weigh the blocks again, with trafilatura's reading of the same page."""
    blocks.prune(tree)
    other = peer(tree.html or "", fast=True)
    if not other:
        return held
    in_other = " ".join(other.split())
    votes = [_VOTE if " ".join(block.text.split())[:_COMPARED_CHARS] in in_other else -_VOTE for block in cut]
    text = _joined(cut, [each + vote for each, vote in zip(likely, votes, strict=True)])
    if len(text) < _SHORT_CHARS and len(other) > len(text):
        return Reading(other, "trafilatura")
    return Reading(text, "voted")


def _better(held: Reading, other: Reading, *, ratio: float = _BETTER_RATIO) -> Reading:
    return other if len(other.text) > ratio * len(held.text) else held


def peer(html: str, *, fast: bool) -> str:
    """Return the text of a page by trafilatura; empty where it finds none or fails."""
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


def _stated(body: str) -> str:
    if not body:
        return ""
    return "\n".join(line for part in paragraphs(body) if (line := unmarked(part, max_chars=100_000)))


def _from_paragraphs(tree: LexborHTMLParser) -> Reading:
    """Read the paragraphs of the article element, else of the page."""
    blocks.prune(tree)
    nodes = tree.css("article p") or tree.css("main p") or tree.css("p")
    lines = [" ".join(node.text(separator="").split()) for node in nodes[:_PARAGRAPHS_MAX]]
    return Reading("\n".join(paragraphs("\n".join(lines))), "paragraphs")


def _from_scripts(source: str, stated: Stated) -> Reading:
    """Read the page as a browser shows it that runs scripts, or what it holds for them, whichever is longer."""
    shown, held = scripted.shown(source), scripted.article(source)
    pages = ([shown] if shown != source else []) + ([f"<article>{held}</article>"] if held else [])
    readings = [read(LexborHTMLParser(page), stated=stated) for page in pages]
    longest = max(readings, key=lambda reading: len(reading.text), default=Reading("", ""))
    return replace(longest, method="scripted")


def warm() -> None:
    """Load the model, and run one real extraction now.

    That loads what trafilatura loads late, and shows at the start whether it works.
    """
    block_model.packaged()
    peer("<html><body><article><p>" + "A line of text to begin with. " * 20 + "</p></article></body></html>", fast=True)
