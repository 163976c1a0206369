"""Names: headlines without the site's name, and the people and bodies of a byline. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from services.extract.characters import folded, unmarked

_TITLE_CHARS_MAX: Final = 500
_AUTHOR_CHARS_MAX: Final = 100
_AUTHORS_MAX: Final = 20
_SEPARATOR: Final = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb\u2039\u203a-]+\s+|\s*[|\u3163\uff5c]\s*|\s::\s")
_ADDRESS: Final = re.compile(r"https?://|www\.|^/|^@|\.(?:com|org|net|html?|php)\b/?", re.IGNORECASE)
_MAIL: Final = re.compile(r"\(?<?\S+@\S+\.\w+>?\)?")
_LEAD_IN: Final = re.compile(
    r"^(?:(?:written|posted|reported|story|words|text|report|reporting|article|analysis|opinion)\s+by|by|von|par|por|di|door|av|af|"
    r"autor(?:in)?|author|auteur|texte?|redaktion)\b\s*:?\s+|^(?:by|von|author|autor)\s*:\s*",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\s*(?:;|\||\s/\s|,|\s(?:and|und|et|y|e|en|och|og|with|&amp;|&)\s)\s*", re.IGNORECASE)
_BEHIND: Final = re.compile(
    r"\s*(?:[|\u2022\u00b7]|\s[\u2013\u2014-]\s|\s(?:for|in)\s+[A-Z]|\(|\bUpdated\b|\bPublished\b|\d{1,2}[:.]\d\d).*$",
    re.DOTALL,
)
_NOBODY: Final = frozenset({
    "admin", "administrator", "author", "autor", "editor", "guest", "null", "none", "unknown", "undefined", "webmaster",
    "user", "root", "test", "staffwriter", "nan", "false", "true", "anonymous",
})  # fmt: skip
_ROLE: Final = re.compile(
    r"(?i)^(?:.*\b(?:correspondent|reporter|editor|editorin|writer|journalist|redakteur(?:in)?|contributor|producer|columnist|"
    r"korrespondent(?:in)?|photographer|chief|staff|senior|jr\.?|sr\.?|ph\.?d\.?|m\.?d\.?)\b.*)$"
)
_PARTICLE: Final = (
    r"(?:[dl]['\u2019]|v[ao]n|de[nrl]?|d[aiou]s?|zu[mr]?|te[nr]?|la|le|los|las|bin|ben|al|el|y|e|of|dan|dos)"
)
_CAPITAL: Final = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][^\s\d@]*"
"""A word that does not begin with a Latin small letter: other scripts have no capitals, or are not looked at."""
_PERSON: Final = re.compile(rf"(?:(?:{_CAPITAL}|{_PARTICLE})(?:\s+|$)){{1,6}}$")
_FULL_NAME: Final = re.compile(rf"{_CAPITAL}(?:\s+(?:{_PARTICLE}|{_CAPITAL})){{1,4}}$")
_ROLE_BEHIND: Final = re.compile(
    r"(?<=\S)\s*(?:(?:\uc120\uc784|\uc218\uc11d)?\uae30\uc790|\ud2b9\ud30c\uc6d0|\u8bb0\u8005|\u8a18\u8005)\s*$"
)
"""Reporter, correspondent: Korean and Chinese bylines put it behind the name."""
_BODY_WORDS: Final = re.compile(
    r"(?i)\b(?:news|press|agency|agentur|agence|staff|desk|team|redaktion|editorial|board|times|post|media|"
    r"magazine|institute|association|university|department|ministry|committee|services?|company|group|inc|ltd|gmbh)\b"
)


def title(raw: str | None, *, sites: Iterable[str | None] = (), sections: Iterable[str | None] = ()) -> str | None:
    """Return a headline in one line, without the site's name before or behind it.

    Args:
        raw: As the page gives it.
        sites: What the site calls itself: publisher, `og:site_name`, domain.
        sections: What the site calls the section; cut off behind, where the site's name followed it.

    """
    return title_without(raw, sites=foldings(sites), sections=foldings(sections))


def foldings(names: Iterable[str | None]) -> frozenset[str]:
    """Return names as `title_without` compares them."""
    return frozenset(map(folded, names)) - {""}


def title_without(raw: str | None, *, sites: frozenset[str], sections: frozenset[str]) -> str | None:
    """Return what `title` does, for names that were folded before."""
    whole = text = unmarked(raw, max_chars=_TITLE_CHARS_MAX)
    while text:
        shorter = _without_site(text, sites)
        if shorter == text:
            return text if text == whole else _without_section(text, sections)
        text = shorter
    return None


def _without_section(text: str, names: frozenset[str]) -> str:
    head, sign, tail = text.rpartition("-")
    return head.strip() if sign and head.strip() and folded(tail) in names else text


def _without_site(text: str, names: frozenset[str]) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return text
    head, tail = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
    if folded(tail) in names and head:
        return head
    head, tail = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
    return tail if folded(head) in names and tail else text


def people(raw: Iterable[str]) -> list[str]:
    """Return the names in the order given, each once, without lead-in, address, role or mail.

    Args:
        raw: Names, bylines (`By A. Smith`) or lists of names (`A. Smith and B. Jones`).

    """
    return distinct(name for text in raw for name in _names(text))


def byline(raw: str) -> list[str]:
    """Return the people of a visible byline; nobody where anything in it is no name, or it credits an agency only.

    Args:
        raw: The texts of its elements, separated by line feeds.

    """
    pieces = [piece for part in raw.split("\n") if (piece := part.strip())]
    whole = sum(bool(_FULL_NAME.match(piece)) for piece in pieces) > 1
    text = ("; " if whole else " ").join(pieces)
    found = people([text])
    named = any(_FULL_NAME.match(name) or (_LEAD_IN.match(text) and not name.isupper()) for name in found)
    return found if named and all(_PERSON.match(name) for name in found) else []


def organisations(raw: Iterable[str]) -> list[str]:
    """Return the names of bodies as they are given: `Smith and Sons News` is one."""
    lines = (unmarked(text, max_chars=_AUTHOR_CHARS_MAX) for text in raw)
    return distinct(name for name in lines if name and not _ADDRESS.search(name))


def distinct(found: Iterable[str]) -> list[str]:
    """Return each name once, in order, without placeholders such as `admin`."""
    kept: dict[str, str] = {}
    for name in found:
        if folded(name) and folded(name) not in _NOBODY:
            kept.setdefault(folded(name), name)
    return list(kept.values())[:_AUTHORS_MAX]


def _names(raw: str) -> list[str]:
    text = unmarked(raw, max_chars=_AUTHORS_MAX * _AUTHOR_CHARS_MAX)
    if not text:
        return []
    text = _LEAD_IN.sub("", _MAIL.sub("", text).strip())
    parts = _BETWEEN.split(text)
    return [name for part in parts if (name := _name(part))]


def _name(part: str) -> str | None:
    name = _ROLE_BEHIND.sub("", _BEHIND.sub("", _LEAD_IN.sub("", part.strip()))).strip(" ,;:-\u2013\u2014/*\"'")
    if not name or len(name) > _AUTHOR_CHARS_MAX or _ADDRESS.search(name) or not any(char.isalpha() for char in name):
        return None
    return None if _ROLE.match(name) and not _BODY_WORDS.search(name) else name
