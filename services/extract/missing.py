"""Missing: pages that come with status 200 and say that there is none, or that are another page. Pure."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from services.extract import notices

_WORDS_MAX: Final = 80
_SLUG: Final = re.compile(r"(?:[^\W_]+[-_]){3,}[^\W_]+|\d{5,}")
"""What the address of an article has, and that of a section has not: four words, or a number."""


def by_words(titles: Sequence[str], text: str) -> str | None:
    """Return the title that says that the page is not there, where hardly any text stands below it."""
    return None if notices.exceeds(text, _WORDS_MAX) else notices.in_title("missing", titles)


def by_address(requested: str, final: str, canonical: str | None) -> str | None:
    """Return where a redirect from an article's address led instead: to the front page or a section above it.

    Only on one host, because an article may well be the front page of another. A page that declares a deeper address
    than that, as its canonical one, is an article all the same.
    """
    asked, came = urlsplit(requested), urlsplit(final)
    if _host(asked.hostname) != _host(came.hostname) or came.query or came.fragment:
        return None
    before, after = _steps(asked.path), _steps(came.path)
    if len(before) <= len(after) or before[: len(after)] != after or not _SLUG.search("/".join(before[len(after) :])):
        return None
    if any(map(_SLUG.search, after[-1:])) or (canonical and len(_steps(urlsplit(canonical).path)) > len(after)):
        return None
    return final


def _host(name: str | None) -> str:
    return (name or "").removeprefix("www.")


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]
