"""Ways to hand a feed's bytes to a parser: what declarations say, and what to do where they lie. Pure."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_WIDE: Final = (  # longest first: the mark of UTF-32 begins with that of UTF-16
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_UTF8: Final = "application/xml; charset=utf-8"
_REFERENCE: Final = re.compile(rb"&#([0-9]{1,20}|[xX][0-9a-fA-F]{1,20});")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_MEANS_UTF8: Final = frozenset({"utf-8", "utf8"})
_LANGUAGE: Final = re.compile(rb"""(?:<language>|xml:lang=["'])\s*([A-Za-z]{2})""")
_CODEPAGES: Final = {
    language: f"windows-{page}"
    for page, languages in {
        1250: "bs cs hr hu pl ro sk sl sq",
        1251: "be bg kk ky mk mn ru sr tg uk",
        1253: "el",
        1254: "az tr",
        1255: "he",
        1256: "ar fa ur",
        1257: "et lt lv",
        1258: "vi",
    }.items()
    for language in languages.split()
}
"""What was written in these languages before UTF-8."""
_BROKEN_SHARE_MAX: Final = 0.2
"""A text in UTF-8 may be cut within a character here and there; one in another encoding is broken all over."""
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LETTERS: Final = re.compile(rb"[\xc0-\xff]+")
_LOWER_CYRILLIC: Final = re.compile(rb"[\xe0-\xff]")
_OTHER_HIGH: Final = re.compile(rb"[\x80-\xbf]")
_SURROGATES: Final = range(0xD800, 0xE000)
_LAST_CHARACTER: Final = 0x10FFFF


class Labelled(NamedTuple):
    """Bytes of a document, and the content type to read them under."""

    body: bytes
    content_type: str | None
    guessed: bool = False
    """Whether the bytes were in an encoding that nobody had named."""

    @property
    def utf8(self) -> bool:
        """Whether the bytes are known to be UTF-8."""
        return self.content_type == _UTF8 or self.body.isascii()


def readings(body: bytes, content_type: str | None) -> Iterator[Labelled]:
    """Give ways to read a body, best first.

    Bytes that are UTF-8, UTF-16 or UTF-32 are read as such; else header and document say what they are; else their
    letters are looked at. The later ways are for parsers that give up: over references to what is no character, then
    over declared encodings that are none.
    """
    wide = _wide(body)
    guessed = False
    if wide is not None:
        body, content_type = wide.encode("utf-8", "replace"), _UTF8
    elif not body.isascii() and _is_utf8(body):
        content_type = _UTF8  # nothing else looks like it by chance
    elif not body.isascii() and _claims(body, content_type) <= _MEANS_UTF8:
        body, content_type, guessed = _guess(body).encode("utf-8", "replace"), _UTF8, True
    yield Labelled(body, content_type, guessed)
    mended = _REFERENCE.sub(_if_character, body)
    yield Labelled(mended, content_type, guessed)
    yield Labelled(mended.decode("utf-8", "replace").encode(), _UTF8, guessed)


def _wide(body: bytes) -> str | None:
    """Text of a body in UTF-16 or UTF-32, with or without a byte order mark; None for other bodies."""
    for mark, encoding in _WIDE:
        if body.startswith(mark):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _claims(body: bytes, content_type: str | None) -> set[str]:
    """Return the encodings that header and document name."""
    header, declared = _CHARSET.search(content_type or ""), _DECLARED.match(body)
    named = [header[1] if header else "", declared[1].decode("ascii", "replace") if declared else ""]
    return {one.lower() for one in named if one}


def _guess(body: bytes) -> str:
    """Text of a body that is not the UTF-8 it should be.

    A few broken characters are replaced. Else the feed's language tells the code page of its region; else long runs of
    letters beyond ASCII, most of them small, are Cyrillic, and single ones are of western Europe.
    """
    whole = len(_SEQUENCE.findall(body))
    broken = body.decode("utf-8", "replace").count("\ufffd")
    if broken <= _BROKEN_SHARE_MAX * whole:
        return body.decode("utf-8", "replace")
    language = _LANGUAGE.search(body)
    encoding = _CODEPAGES.get(language[1].decode().lower()) if language else None
    return body.decode(encoding or _by_letters(body), "replace")


def _by_letters(body: bytes) -> str:
    runs = _LETTERS.findall(body)
    letters = sum(map(len, runs))
    in_words = sum(len(run) for run in runs if len(run) > 1)
    if 2 * in_words < letters:
        return "windows-1252"
    small = len(_LOWER_CYRILLIC.findall(body))
    cyrillic = 5 * small > 3 * letters and 4 * len(_OTHER_HIGH.findall(body)) < letters
    return "windows-1251" if cyrillic else "utf-8"


def _if_character(reference: re.Match[bytes]) -> bytes:
    """Keep a reference to a character; drop one to a surrogate or beyond the last character."""
    digits = reference[1].lower()
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return reference[0] if 0 < code < _SURROGATES[0] or _SURROGATES[-1] < code <= _LAST_CHARACTER else b""
