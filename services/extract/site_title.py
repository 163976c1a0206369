"""Site title: what the site of a page is called, where the page says several things. Pure.

A page names its site in its structured data, in its head and behind its title, and not always as one: structured data
name the agency that a story is from, apps are called after the page. What the address bears out counts first.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from services.extract.characters import folded
from services.kit.errors import FetchRefused
from services.kit.urls import host_of

_CHARS_MAX: Final = 200
_LETTERS_MIN: Final = 4
"""Shorter names are part of other names by chance."""
_SHARE_MIN: Final = 0.5
"""What a name and a label of the host have in common at least, of the longer one."""
_TITLE_ENDS: Final = re.compile(r"\s+[-|*\u2013\u2014\u00b7\u2022\u00ab\u00bb]+\s+")
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)


def settle(stated: Iterable[str | None], *, window: str | None, title: str | None, url: str) -> str | None:
    """Return the first name that the host bears out, else the first of all.

    Args:
        stated: What the page calls its site or publisher, in the order of trust; line breaks and marks are gone.
        window: `<title>`, which often ends, or begins, with the name; taken only where the host bears it out.
        title: The headline, which is no name.
        url: Address of the page.

    """
    heading = folded(title or "")
    named = [name for name in stated if name and not _ADDRESS.match(name) and folded(name) != heading]
    parts = _TITLE_ENDS.split(window or "")
    ends = [part.strip() for part in reversed(parts)] if len(parts) > 1 else []
    labels = _labels(url)
    for name in (*named, *ends):
        if len(name) <= _CHARS_MAX and any(_bears(label, name) for label in labels):
            return name
    return next(iter(named), None)


def _labels(url: str) -> list[str]:
    """Return a host without hyphens and dots, and its labels so; the last and short ones are left out."""
    try:
        labels = host_of(url).replace("-", "").removeprefix("www.").split(".")
    except FetchRefused:
        return []
    return ["".join(labels), *(label for label in labels[:-1] if len(label) > 1)]


def _bears(label: str, name: str) -> bool:
    """Whether a label of a host is made of a name: of its letters, a part of them, or its initials."""
    words = re.findall(r"[^\W_]+", _plain(name))
    letters, bare = "".join(words), "".join(words[1:] if words[:1] == ["the"] else words)
    if label in {letters, bare, "".join(word[0] for word in words)}:
        return True
    short, long = sorted((label, bare), key=len)
    return len(short) >= _LETTERS_MIN and short in long and len(short) >= _SHARE_MIN * len(long)


def _plain(name: str) -> str:
    """Return a name as hosts are written: in lower case and without accents."""
    spread = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in spread if not unicodedata.combining(char))
