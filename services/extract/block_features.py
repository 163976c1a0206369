"""Block features: what a block's looks, place and neighbours say of whether it belongs to the article. Pure.

A change here makes the packaged weights wrong: `python -m services.extract.build_block_model` fits them anew.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from services.extract.blocks import LINKED_SHARE_MAX, Block, Frame

FEATURES: Final = (
    *("chars", "words", "linked", "capitals", "ends", "bold", "lines"),
    *("before", "after", "index", "rest", "from_title", "long_before", "long_after", "to_last_long", "to_next_long"),
    *("in_title", "in_summary", "in_body", "repeats", "alike_prose", "alike"),
    *("last_linked", "next_chars", "next_linked", "same_frame"),
    *("is_div", "is_li", "is_cell", "heading", "hidden", "depth"),
    *("in_table", "in_figure", "in_caption", "in_li", "in_quote"),
    *("own_prose", "own_share", "own_linked", "own_mean"),
    *("core", "article_prose", "section_prose"),
    *("core_depth", "page_blocks", "page_chars", "page_prose"),
    *(f"{name}_{level}" for level in (1, 2, 3) for name in ("prose", "share", "linked", "count", "proses", "mean")),
)
_LONG_CHARS: Final = 120
_LONG_LINKED_MAX: Final = 0.3
_CORE_SHARE: Final = 0.6
_STATED_BODY_CHARS_MIN: Final = 200
_COMPARED_CHARS: Final = 80
_SUMMARY_CHARS: Final = 120
_FAR: Final = 99
_ENDS: Final = re.compile(r"[.!?…。！？:][\"'“”»’)\]]*$")  # noqa: RUF001 - full-width marks end sentences
_TAGS_AROUND: Final = ("table", "figure", "figcaption", "li", "blockquote")
_Inherited = tuple[tuple[bool, ...], tuple[int, float, float], tuple[float, ...]]
"""What blocks in frames of one parent share: `_TAGS_AROUND`; core, article and section; sums over three levels."""


@dataclass(frozen=True)
class Stated:
    """What the page says of its article outside the text: headline, summary and, sometimes, the whole text."""

    title: str = ""
    summary: str = ""
    body: str = ""


class Surroundings:
    """What all blocks of a page share, and what each frame says of the blocks inside it (kept, for it costs most)."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.count = len(blocks)
        self.chars = sum([block.chars for block in blocks]) or 1
        self.prose = sum([block.chars for block in blocks if block.is_prose]) or 1
        self.core = self._core(blocks)
        self._inherited: dict[int, _Inherited] = {}

    def of(self, frame: Frame) -> tuple[float, ...]:
        """Return the features that a frame gives to the blocks directly inside it."""
        around = frame.parent or frame
        inherited = self._inherited.get(id(around))
        if inherited is None:
            inherited = self._inherited[id(around)] = self._inherit(around)
        above, (core, article, section), sums = inherited
        tag = frame.tag
        own = frame.prose_chars / self.prose
        if tag in {"article", "main"}:
            article = own
        elif tag == "section":
            section = own
        if tag in _TAGS_AROUND:
            above = tuple([held or name == tag for held, name in zip(above, _TAGS_AROUND, strict=True)])
        return (
            *(tag == "div", tag == "li", tag in {"td", "th"}, _level(tag), frame.hidden, frame.depth),
            *above,
            *(own, frame.chars / self.chars, frame.link_chars / (frame.chars or 1), frame.chars / (frame.blocks or 1)),
            *(0 if frame is self.core else core, article, section),
            *sums,
        )

    def _inherit(self, one: Frame) -> _Inherited:
        two = one.parent or one
        shared = (self.core.depth if self.core else -1, self.count, self.chars, self.prose)
        sums = self._sums(one) + self._sums(two) + self._sums(two.parent or two)
        tags = set()
        core, article, section = -1, -1.0, -1.0
        at: Frame | None = one
        steps = 1
        while at is not None:
            tags.add(at.tag)
            if at is self.core:
                core = steps
            if article < 0 and at.tag in {"article", "main"}:
                article = at.prose_chars / self.prose
            elif section < 0 and at.tag == "section":
                section = at.prose_chars / self.prose
            at = at.parent
            steps += 1
        return tuple([name in tags for name in _TAGS_AROUND]), (core, article, section), shared + sums

    def _sums(self, frame: Frame) -> tuple[float, ...]:
        return (
            frame.prose_chars / self.prose,
            frame.chars / self.chars,
            frame.link_chars / (frame.chars or 1),
            frame.blocks,
            frame.prose_blocks,
            frame.chars / (frame.blocks or 1),
        )

    def _core(self, blocks: Sequence[Block]) -> Frame | None:
        """Return the deepest frame that holds most of the page's prose."""
        core: Frame | None = None
        for block in blocks:
            at: Frame | None = block.frame
            while at is not None and at.prose_chars < _CORE_SHARE * self.prose:
                at = at.parent
            if at is not None and (core is None or at.depth > core.depth):
                core = at
        return core


def vectors(blocks: Sequence[Block], stated: Stated) -> list[list[float]]:
    """Return the values of `FEATURES` for each block of a page that is in no menu."""
    around = Surroundings(blocks)
    judged = [block for block in blocks if not block.in_menu]
    columns = [
        [_looks(block) for block in judged],
        _positions(blocks, around, stated),
        _likenesses(blocks, around, stated),
        _neighbours(blocks),
    ]
    return [
        [*looks, *positions, *likenesses, *neighbours, *around.of(block.frame)]
        for block, looks, positions, likenesses, neighbours in zip(judged, *columns, strict=True)
    ]


def _looks(block: Block) -> tuple[float, ...]:
    text, chars = block.text, block.chars
    words = text.split()
    return (
        chars,
        len(words),
        block.link_chars / chars,
        sum([word[0].isupper() for word in words[:20]]) / len(words[:20]),
        _ENDS.search(text[-4:]) is not None,
        block.bold_chars / chars,
        text.count("\n") + 1,
    )


def _level(tag: str) -> int:
    """Return the level of a heading, 0 for what is none."""
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else 0  # noqa: PLR2004 - h1 to h6


def _positions(blocks: Sequence[Block], around: Surroundings, stated: Stated) -> list[tuple[float, ...]]:
    longs = [i for i, block in enumerate(blocks) if _is_long(block)]
    title = _title_at(blocks, stated.title)
    found: list[tuple[float, ...]] = []
    chars = prose = passed = 0
    for i, block in enumerate(blocks):
        is_long = passed < len(longs) and longs[passed] == i
        following = passed + is_long
        if not block.in_menu:
            found.append(
                (
                    chars / around.chars,
                    prose / around.prose,
                    i,
                    around.count - i,
                    i - title if title is not None else -_FAR,
                    passed,
                    len(longs) - following,
                    i - longs[passed - 1] if passed else _FAR,
                    longs[following] - i if following < len(longs) else _FAR,
                )
            )
        passed = following
        chars += block.chars
        prose += block.chars if block.is_prose else 0
    return found


def _is_long(block: Block) -> bool:
    return block.chars >= _LONG_CHARS and block.link_chars < _LONG_LINKED_MAX * block.chars


def _title_at(blocks: Sequence[Block], title: str) -> int | None:
    """Return where the headline stands: as a main heading, else anywhere, else the first main heading."""
    same = [i for i, block in enumerate(blocks) if block.text == title]
    heads = [i for i, block in enumerate(blocks) if block.frame.tag == "h1"]
    both = [i for i in same if blocks[i].frame.tag == "h1"]
    return next(iter(both or same or heads), None)


def _likenesses(blocks: Sequence[Block], around: Surroundings, stated: Stated) -> list[tuple[float, ...]]:
    """Compare blocks with what the page states, and with each other: text that repeats, frames that are made alike."""
    texts = Counter([block.text for block in blocks])
    kinds = [_kind(block.frame) for block in blocks]
    alike = Counter(kinds)
    prose: Counter[tuple[str, ...]] = Counter()
    for block, kind in zip(blocks, kinds, strict=True):
        if block.link_chars < LINKED_SHARE_MAX * block.chars:
            prose[kind] += block.chars
    in_body, title, summary = _held_by(stated.body), stated.title, stated.summary
    summary_start = summary[:_SUMMARY_CHARS]
    found: list[tuple[float, ...]] = []
    for block, kind in zip(blocks, kinds, strict=True):
        if block.in_menu:
            continue
        text = block.text
        found.append(
            (
                block.chars > 5 and (text in title or (title != "" and title in text)),  # noqa: PLR2004 - a word
                block.chars > 20 and summary != "" and (text in summary or summary_start in text),  # noqa: PLR2004 - some words
                in_body(text),
                texts[text],
                prose[kind] / around.chars,
                alike[kind],
            )
        )
    return found


def _kind(frame: Frame) -> tuple[str, ...]:
    around = frame.parent
    return frame.tag, frame.naming, around.naming if around else ""


def _held_by(body: str) -> Callable[[str], float]:
    """Return a test whether a stated text holds another: 1, 0, or -1 where nothing to speak of is stated."""
    if len(body) < _STATED_BODY_CHARS_MIN:
        return lambda _: -1
    plain = " ".join(body.split())
    return lambda text: float(text[:_COMPARED_CHARS].rsplit("\n", 1)[0] in plain)


def _neighbours(blocks: Sequence[Block]) -> list[tuple[float, ...]]:
    chars = [*[block.chars for block in blocks], 0]
    linked = [-1.0, *[block.link_chars / block.chars for block in blocks], -1.0]
    frames = [None, *[block.frame.parent for block in blocks]]
    return [
        (linked[i], chars[i + 1], linked[i + 2], frames[i] is not None and frames[i] is frames[i + 1])
        for i, block in enumerate(blocks)
        if not block.in_menu
    ]
