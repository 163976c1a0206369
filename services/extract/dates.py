"""Dates: when a page was published, once its metadata have spoken. The only module that knows htmldate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from htmldate import find_date
from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from services.extract import times

_SEARCHED_CHARS: Final = 200_000
"""htmldate's time grows with the page, and patterns deep inside it have hung on 100 kB before."""
_IN_PATH: Final = re.compile(
    r"/(?P<year>(?:19|20)\d\d)(?P<gap>[/-])(?P<month>0?[1-9]|1[0-2])(?P=gap)(?P<day>0?[1-9]|[12]\d|3[01])(?=\D|$)"
)


@dataclass(frozen=True)
class Dated:
    """The settled time and where it stands: `page`, `url` or `none`."""

    moment: times.Moment | None
    origin: str


def settle(stated: times.Moment | None, shown: times.Moment | None, pages: Sequence[str], *, url: str) -> Dated:
    """Return the first that speaks: the metadata, the page's address, a visible time, the search of `htmldate`.

    An address gives a day only; a visible time of the same day says it finer. Visible times come after the address,
    because they may be those of comments and of other articles.

    Args:
        stated: What the metadata say.
        shown: The first visible time.
        pages: Forms of the page to search, the cheapest first.
        url: Address of the page.

    """
    if stated:
        return Dated(stated, "page")
    inside = in_address(url)
    if inside:
        agreed = shown is not None and shown.at.date() == inside.at.date()
        return Dated(shown, "page") if agreed else Dated(inside, "url")
    found = shown or next((moment for page in pages if (moment := times.parse(_searched(page)))), None)
    return Dated(found, "page" if found else "none")


def in_address(url: str) -> times.Moment | None:
    """Return the day in the path of an address, for example `/2021/02/13/` or `/20210213-`."""
    match = _IN_PATH.search(url)
    return times.parse(f"{match['year']}-{match['month']}-{match['day']}") if match else None


def _searched(html: str) -> str | None:
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(html[:_SEARCHED_CHARS].encode("utf-8", "replace"), parser=parser)
        return find_date(tree, original_date=True, extensive_search=True)
    except (
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        OverflowError,
        RecursionError,
        etree.LxmlError,
    ):
        return None
