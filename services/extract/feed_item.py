"""Feed item: what a feed itself says of an article whose page we may not ask for. Pure."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from schemas.v1 import Entry
from services.extract import depth, language
from services.extract.characters import folded, paragraphs, uncontrolled, unmarked
from services.extract.page import SHORT_WORDS, PageContent
from services.extract.tdm import Stated
from services.kit.errors import Rejected

_CHARS_MAX: Final = 1_000_000
_HIDDEN: Final = ["script", "style", "svg", "iframe", "noscript", "template", "object", "form", "audio", "video"]
_BLOCKS: Final = "p, div, br, li, ul, ol, table, tr, blockquote, pre, figure, figcaption, h1, h2, h3, h4, h5, h6, hr"
_TITLE_CHARS_MAX: Final = 500


def read_item(entry: Entry) -> PageContent:
    """Return the feed's words in the shape of a page's: its content, else its summary, with the flag `feed_text`.

    Raises:
        Rejected: `page.no_text`: the feed has no words but the headline.

    """
    title = folded(unmarked(entry.title, max_chars=_TITLE_CHARS_MAX))
    texts = (_text(markup) for markup in (entry.content, entry.summary) if markup)
    text = next((text for text in texts if folded(text) not in {"", title}), None)
    if text is None:
        raise Rejected("page.no_text", "the feed has no text of it")
    spoken = language.detect(f"{entry.title or ''}\n{text}")
    if spoken and spoken.confidence < language.SURE:
        spoken = None  # the record takes the feed's own word for it
    words = len(text.split())
    return PageContent(
        title=None,
        text=text,
        summary=None,
        authors=[],
        section=None,
        keywords=[],
        images=[],
        language=spoken.code if spoken else None,
        language_confidence=spoken.confidence if spoken else None,
        word_count=words,
        published_at=None,
        published_precision="unknown",
        published_origin="none",
        updated_at=None,
        publisher_name=None,
        canonical=None,
        byline=None,
        dateline=None,
        access_free=None,
        tdm_stated=Stated(),
        tdm_by_robots=Stated(),
        method="feed",
        likelihood=0.0,
        flags=["feed_text", *(["short"] if words < SHORT_WORDS else [])],
    )


def _text(markup: str) -> str:
    """Return the paragraphs of a feed's markup, or of plain text, a line each."""
    try:
        tree = LexborHTMLParser(depth.shallow(uncontrolled(markup[:_CHARS_MAX])))
        tree.strip_tags(_HIDDEN)
        for node in tree.css(_BLOCKS):
            node.insert_before("\n")
            node.insert_after("\n")
        return "\n".join(paragraphs(tree.body.text() if tree.body else ""))
    except (SelectolaxError, ValueError, RecursionError):
        return ""
