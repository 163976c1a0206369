"""Charset: from the bytes of a page to its characters.

Valid UTF-8 beats every label, because hardly any text in another encoding is valid UTF-8 by chance, and labels lie.
Then the byte order mark, the HTTP header, the page's own `<meta>`, and at last a guess from the bytes.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

import charset_normalizer

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META: Final = re.compile(rb"""(?i)<meta[^>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_:.+-]{2,40})""")
_XML: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""")
_HEAD_BYTES: Final = 16_384
_DETECT_BYTES: Final = 65_536
# Browsers read these labels as the larger encoding next to them (WHATWG Encoding Standard), so sites rely on it.
_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_TEXT_ENCODING: Final = re.compile(
    r"utf-8|utf-16|utf-16-[lb]e|iso8859-\d+|cp\d{3,4}|koi8-[rut]|mac-[a-z]+|gb18030|"
    r"big5hkscs|euc_jp|iso2022_jp|hz|johab|ptcp154|kz1048|mac_[a-z]+"
)
_SEVEN_BIT: Final = ("iso2022_jp", "hz")
_WRONG_SHARE_MAX: Final = 0.01


def decode(body: bytes, *, declared: str | None = None) -> str:
    """Return the characters of a page; bytes that fit no reading become U+FFFD.

    Args:
        body: The page as it came, decompressed.
        declared: The charset of the HTTP header, if it had one.

    """
    labels = list(_labels(body, declared))
    text = _as_utf8(body)
    if text is not None and not (b"\x1b" in body and set(labels) & set(_SEVEN_BIT)):
        return text
    for encoding in labels:
        text = _read(body, encoding)
        if text is not None:
            return text
    return _nearly_utf8(body) or _detected(body)


def _as_utf8(body: bytes) -> str | None:
    if _looks_like_utf16(body):
        return None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _looks_like_utf16(body: bytes) -> bool:
    """ASCII markup in UTF-16 without a mark is valid UTF-8, with a NUL in every second place."""
    return body[:400].count(0) * 3 > len(body[:400])


def _labels(body: bytes, declared: str | None) -> Iterator[str]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            yield encoding
            return
    if _looks_like_utf16(body):
        yield "utf-16-le" if body[1:2] == b"\x00" else "utf-16-be"
    head = body[:_HEAD_BYTES]
    inside = [match[1].decode("ascii") for match in (_META.search(head), _XML.search(head)) if match]
    for label in (declared, *inside):
        name = _encoding(label)
        if name:
            yield name


def _encoding(label: str | None) -> str | None:
    """Python's name for a label, where it is an encoding of text; `zlib_codec` and its like are none."""
    try:
        name = codecs.lookup((label or "").strip("\"' ")).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if _TEXT_ENCODING.fullmatch(name) else None


def _read(body: bytes, encoding: str) -> str | None:
    """Read by a label, unless too much of the page is not in that encoding."""
    text = body.decode(encoding, errors="replace")
    wrong = text.count("\ufffd")
    return text if wrong <= max(2, _WRONG_SHARE_MAX * _odd_bytes(body)) else None


def _odd_bytes(body: bytes) -> int:
    return len(body) - len(body.translate(None, bytes(range(128, 256))))


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with a few broken bytes: cut, or joined from two sources."""
    return _read(body, "utf-8")


def _detected(body: bytes) -> str:
    best = charset_normalizer.from_bytes(body[:_DETECT_BYTES]).best()
    name = _encoding(best.encoding) if best else None
    return body.decode(name or "cp1252", errors="replace")
