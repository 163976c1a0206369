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
_SURROGATES: Final = range(0xD800, 0xE000)
_LAST_CHARACTER: Final = 0x10FFFF


class Labelled(NamedTuple):
    """Bytes of a document, and the content type to read them under."""

    body: bytes
    content_type: str | None


def readings(body: bytes, content_type: str | None) -> Iterator[Labelled]:
    """Give ways to read a body, best first.

    Bytes that are UTF-8, UTF-16 or UTF-32 are read as such; else header and document say what they are. The later ways
    are for parsers that give up: over references to what is no character, then over declared encodings that are none.
    """
    wide = _wide(body)
    if wide is not None:
        body, content_type = wide.encode("utf-8", "replace"), _UTF8
    elif not body.isascii() and _is_utf8(body):
        content_type = _UTF8  # nothing else looks like it by chance
    yield Labelled(body, content_type)
    mended = _REFERENCE.sub(_if_character, body)
    yield Labelled(mended, content_type)
    yield Labelled(mended.decode("utf-8", "replace").encode(), _UTF8)


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


def _if_character(reference: re.Match[bytes]) -> bytes:
    """Keep a reference to a character; drop one to a surrogate or beyond the last character."""
    digits = reference[1].lower()
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return reference[0] if 0 < code < _SURROGATES[0] or _SURROGATES[-1] < code <= _LAST_CHARACTER else b""
