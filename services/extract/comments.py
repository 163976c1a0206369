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
    lines = [line for line in map(folded, text.split("\n")) if line]
    parts = []
    # a section once for each of its names, and those within others first: so no text is taken twice
    for node in reversed({node.mem_id: node for node in tree.css(_SECTIONS)}.values()):
        parts.append(node.text())
        node.remove()
    written = folded(" ".join(parts))
    if not lines or not all(line in written for line in lines):
        return False
    left = folded(tree.body.text() if tree.body else "")
    return not any(line in left for line in lines)
