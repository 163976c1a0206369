"""Characters: what may stand in a record's text, and how odd ones are written.

All text of a record passes through here. What can be seen stays as it is, in NFC; what cannot be seen and can deceive
(controls, bidirectional overrides, zero-width characters, lone surrogates) goes.
"""

import html
import re
import unicodedata
from typing import Final

_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_SPACES: Final = re.compile(r"[\t\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n?|\u2028|\u2029")
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# Persian, Urdu and the Indic scripts spell with joiners, and emoji are composed with them; elsewhere they only hide.
_IDLE_JOINER: Final = re.compile(
    "(?<![\u0590-\u109f\u1780-\u18af\ua800-\uabff\ufb50-\ufdff\ufe0f\ufe70-\ufefc\u2600-\u27bf\U0001f000-\U0001faff])[\u200c\u200d]"
)
_MARKS_MAX: Final = 16
"""No script writes more combining marks on one letter; more of them bury the lines around it."""
_MARK_RUN: Final = re.compile(
    f"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{{{_MARKS_MAX}}})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
# All that the expressions above can match begins with one of these; most text holds none of them.
_SUSPECT: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u0483-\u0489\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u2000-\u200f\u2028-\u202f\u205f-\u206f\u20d0-\u20ff\u3000\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff"
    "\U000e0000-\U000e007f]"
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--.{0,2000}?-->", re.DOTALL)
_RUN_OF_SPACES: Final = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return the text in NFC with plain spaces and line feeds, and without what cannot be seen."""
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    text = _ANSI.sub("", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    text = _IDLE_JOINER.sub("", text)
    return _MARK_RUN.sub(r"\1", unicodedata.normalize("NFC", text))


def uncontrolled(source: str) -> str:
    """Return markup without escape codes and control characters, on which XML libraries give up."""
    return _CONTROL.sub("", _ANSI.sub("", source))


def line(text: str | None, *, max_chars: int = 1000) -> str | None:
    """Return the text as one clean line without outer spaces, at most ``max_chars`` long; None for an empty one."""
    if not text:
        return None
    return _RUN_OF_SPACES.sub(" ", clean(text)).strip()[:max_chars].rstrip() or None


def unmarked(text: str | None, *, max_chars: int = 1000) -> str | None:
    """Return a line of metadata without the tags and entities that some sites write into it."""
    if not text:
        return None
    if "&" in text:
        text = html.unescape(text)
    return line(_TAG.sub(" ", text) if "<" in text else text, max_chars=max_chars)


def paragraphs(text: str) -> list[str]:
    """Return the clean, non-empty lines of a text."""
    found = (_RUN_OF_SPACES.sub(" ", part).strip() for part in clean(text).split("\n"))
    return [part for part in found if part]


def folded(text: str | None) -> str:
    """Return letters and digits only, in lower case: what two writings of one headline have in common."""
    return "".join(filter(str.isalnum, (text or "").casefold()))
