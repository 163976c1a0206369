"""Notices: what sites write where an article should be, in fourteen languages (`data/notices.tsv`).

Those that are titles are compared with whole parts of a title (`in_title`), because a headline may well hold the same
words among others. Those that are sentences are looked for in a line (`in_line`). Whoever asks has to look at how much
text there is beside them: any of these words can stand in an article.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data" / "notices.tsv"
_PARTS: Final = re.compile(
    r"\s[-|\u2013\u2014\u00b7\u2022\u00bb\u00ab:/]+\s|[|\u00bb\u00ab\u00b7\u2022\u2013\u2014]|:\s|[.!?\u2026]+(?:\s|$)|[\u3002\uff01\uff1f]"
)
_SIGNS: Final = re.compile(r"[^\w]+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLE_CHARS_MAX: Final = 300
_NAME_WORDS_MAX: Final = 5
_WORD_CHARS_MAX: Final = 20


def _read() -> dict[str, re.Pattern[str]]:
    """Return one expression for each kind of notice in the packaged table."""
    said: dict[str, list[str]] = {}
    for row in _DATA.read_text(encoding="utf-8").splitlines():
        kind, _, pattern = row.partition("\t")
        said.setdefault(kind, []).append(pattern)
    return {kind: re.compile("|".join(patterns), re.IGNORECASE) for kind, patterns in said.items()}


_SAID: Final = _read()


def in_title(kind: str, titles: Iterable[str]) -> str | None:
    """Return the first of the titles that is such a notice, or has it as a part beside a site's name.

    Kinds: `bot_challenge`, `rate_limit`, `login`, `missing`.
    """
    return next((title for title in titles if _is_notice(_SAID[kind], title)), None)


def in_line(kind: str, line: str) -> str | None:
    """Return the words of a line that are such a notice. Kinds: `geo`, `paywall`."""
    found = _SAID[kind].search(line)
    return found[0] if found else None


def consenting(text: str) -> list[str]:
    """Return the words of a text that speak of consent, cookies and privacy, each as often as it stands there."""
    return [word.lower() for word in _SAID["consent"].findall(text)]


def size(text: str) -> int:
    """Return how many words a text has; two letters count as a word where a script writes no spaces."""
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + len(_UNSPACED.findall(text)) // 2


def exceeds(text: str, words: int) -> bool:
    """Return whether a text has more words than so many; a long one is not counted."""
    return len(text) > words * _WORD_CHARS_MAX or size(text) > words


def _is_notice(pattern: re.Pattern[str], title: str) -> bool:
    whole = " ".join(title[:_TITLE_CHARS_MAX].split())
    if pattern.fullmatch(_plain(whole)):
        return True
    parts = list(filter(None, map(_plain, _PARTS.split(whole))))
    others = [part for part in parts if not pattern.fullmatch(part)]
    return len(others) < len(parts) and size(" ".join(others)) <= _NAME_WORDS_MAX


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().lower()
