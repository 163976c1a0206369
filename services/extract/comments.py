"""Comments: whether all that was read on a page is what its readers wrote. Pure."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser

from services.extract import notices
from services.extract.characters import folded

_WORDS_MAX: Final = 150
# Only names that cannot be those of a section of opinions, on elements that do not hold a whole article.
_SECTIONS: Final = ", ".join(
    f"{tag}{named}"
    for tag in ("div", "section", "ol", "ul", "aside")
    for named in (
        "#comments", ".comments", ".comment-list", ".commentlist", ".comments-list", ".comments-area",
        ".comment-section", ".comments-section", '[itemprop~="comment"]',
    )
)  # fmt: skip


def are_all(source: str, text: str) -> bool:
    """Return whether each line of a short text stands among the readers' comments of a page, and nowhere else."""
    if "comment" not in source or notices.exceeds(text, _WORDS_MAX):
        return False
    tree = LexborHTMLParser(source)
    sections = tree.css(_SECTIONS)
    lines = [line for line in map(folded, text.split("\n")) if line]
    written = folded(" ".join(node.text() for node in sections))
    if not lines or not all(line in written for line in lines):
        return False
    for node in sections:
        node.remove()
    left = folded(tree.body.text() if tree.body else "")
    return not any(line in left for line in lines)
