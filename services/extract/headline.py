"""Headline: which of the titles of a page is the article's. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.extract import names
from services.extract.characters import folded

_LETTERS_MIN: Final = 15
"""A heading with fewer letters may begin a title by chance."""
_KICKER_ENDS: Final = (":", "-", "\u2013", "\u2014", "|", "\u2022", "\u00b7", "/", "+")


@dataclass(frozen=True, kw_only=True)
class Titles:
    """The titles of one page, as it gives them.

    Attributes:
        stated: `headline` of the structured data.
        shared: Titles for those who share the page, what counts most first.
        window: `<title>`.
        headings: `<h1>`, in page order.

    """

    stated: str | None
    shared: list[str]
    window: str | None
    headings: list[str]


def settle(titles: Titles, *, sites: Iterable[str | None], sections: Iterable[str | None] = ()) -> str | None:
    """Return the headline of the structured data, else the title for those who share the page, else what is visible.

    - A stated headline that is the window's title is written for search engines: where a heading and the shared title
      agree on other words, those count.
    - A kicker (`Harbour: Bridge reopens`) goes where the page itself leaves it out elsewhere.
    - Where the title stands as a heading too, perhaps without a site's name or less cut, the heading's words count.

    Args:
        titles: As the page gives them.
        sites: What the site calls itself; cut off at either end.
        sections: What the site calls the section; cut off behind, where the site's name followed.

    """
    known, parts = names.foldings(sites), names.foldings(sections)

    def cleaned(raws: Iterable[str | None]) -> Iterator[str]:
        titles = (names.title_without(raw, sites=known, sections=parts) for raw in dict.fromkeys(raws))
        return (text for text in titles if text)

    stated, shared, window = (next(cleaned(raws), None) for raws in ([titles.stated], titles.shared, [titles.window]))
    headings = list(cleaned(titles.headings))
    settled = stated or shared or window or next(iter(headings), None)
    if settled is None:
        return None
    if stated and shared and window and _for_search(stated, shared, window, headings):
        settled = shared
    settled = _without_kicker(settled, shared, headings, stated=bool(stated))
    return next((text for text in headings if _same(text, settled)), settled)


def _for_search(stated: str, shared: str, window: str, headings: list[str]) -> bool:
    folds = {folded(text) for text in headings}
    return folded(stated) == folded(window) and folded(stated) not in folds and folded(shared) in folds


def _without_kicker(title: str, shared: str | None, headings: list[str], *, stated: bool) -> str:
    """Return a title without its kicker, if it is shared so; or what it has in common with a heading behind another."""
    if stated:
        return shared if shared and _tail(title, shared) and folded(_tail(title, shared)) == folded(shared) else title
    for heading in headings[:1]:
        if _tail(title, heading) and _kickers_differ(title, heading):
            return _tail(title, heading)
    return title


def _tail(title: str, other: str) -> str:
    """Return the longest part of a title behind a kicker's end with which another one ends too; else nothing."""
    words, end = title.split(), folded(other)
    for position in range(1, len(words)):
        if not words[position - 1].endswith(_KICKER_ENDS):
            continue
        rest = " ".join(words[position:])
        letters = folded(rest)
        if len(letters) > _LETTERS_MIN and end.endswith(letters):
            return rest
    return ""


def _kickers_differ(title: str, other: str) -> bool:
    """Whether what stands before the common tail shares no word: else both are one title in two versions."""
    tail = _tail(title, other)
    first, second = ({folded(word) for word in text.split()[: -len(tail.split())]} - {""} for text in (title, other))
    return bool(first and second and not first & second)


def _same(heading: str, title: str) -> bool:
    short, long = folded(heading), folded(title)
    cut = title.endswith(("\u2026", "..."))
    return short == long or (len(short) > _LETTERS_MIN and (long.startswith(short) or (cut and short.startswith(long))))
