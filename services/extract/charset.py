"""Charset: from the bytes of a page to its characters.

Valid UTF-8 beats every label, because hardly any text in another encoding is valid UTF-8 by chance, and labels lie; so
does UTF-8 with a broken byte here and there. Then the byte order mark, the HTTP header, the page's own `<meta>`, and at
last a guess from the bytes. A label that most of the bytes contradict is passed over for the next one.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

import charset_normalizer

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META: Final = re.compile(rb"""(?i)<meta[^>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_:.+-]{2,40})""")
_XML: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""")
_COMMENT: Final = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEAD_BYTES: Final = 16_384
_METAS_MAX: Final = 4
# Scripts and markup, which are the same in all encodings; the first two bytes may end a sign of several.
_PLAIN_RUN: Final = re.compile(rb"([\x00-\x7f]{2})[\x00-\x7f]{38,}")
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
# Labels of the same standard that Python does not know.
_ALIASES: Final = {
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "logical": "iso8859-8", "visual": "iso8859-8",
    "windows-874": "cp874", "dos-874": "cp874", "x-euc-jp": "euc_jp", "x-sjis": "cp932", "windows-31j": "cp932",
    "x-gbk": "gb18030", "cn-gb": "gb18030", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs", "windows-949": "cp949",
    "ks_c_5601-1989": "cp949", "koi": "koi8-r", "koi8-ru": "koi8-u", "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic", "x-mac-ukrainian": "mac-cyrillic", "unicode-1-1-utf-8": "utf-8",
    "x-unicode20utf8": "utf-8", **{f"x-cp125{n}": f"cp125{n}" for n in range(9)},
}  # fmt: skip
# UTF-16 is not among them: it is told by its bytes, and as a label it is always wrong where they do not tell.
_TEXT_ENCODING: Final = re.compile(
    r"utf-8|iso8859-\d+|cp\d{3,4}|koi8-[rut]|mac-[a-z]+|gb18030|"
    r"big5hkscs|euc_jp|iso2022_jp|hz|johab|ptcp154|kz1048|mac_[a-z]+"
)
_SEVEN_BIT: Final = ("iso2022_jp", "hz")
_WRONG_SHARE_MAX: Final = 0.01
_BROKEN_MAX: Final = 2
_TELLING_BYTES_MIN: Final = 100


def decode(body: bytes, *, declared: str | None = None) -> str:
    """Return the characters of a page; bytes that fit no reading become U+FFFD.

    Args:
        body: The page as it came, decompressed.
        declared: The charset of the HTTP header, if it had one.

    """
    labels = list(_labels(body, declared))
    text = as_utf8(body)
    if text is not None and not (b"\x1b" in body and set(labels) & set(_SEVEN_BIT)):
        return text
    return next((text for text in _readings(body, labels) if text is not None), None) or _detected(body)


def _readings(body: bytes, labels: Iterable[str]) -> Iterator[str | None]:
    """Yield readings in the order in which they are believed; None for those that most of the bytes contradict."""
    if not body.startswith(tuple(mark for mark, _ in _BOMS)) and not _looks_like_utf16(body):
        yield _mostly_utf8(body)
    yield from (_read(body, encoding) for encoding in labels)
    yield _read(body, "utf-8")


def as_utf8(body: bytes) -> str | None:
    """Return what `decode` gives for valid UTF-8 that holds no escape codes; None for all else."""
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
    inside = [
        label.decode("ascii") for label in (*_META.findall(_COMMENT.sub(b"", head))[:_METAS_MAX], *_XML.findall(head))
    ]
    for label in (declared, *inside):
        name = _encoding(label)
        if name:
            yield name


def _encoding(label: str | None) -> str | None:
    """Python's name for a label, where it is an encoding of text; `zlib_codec` and its like are none."""
    plain = (label or "").strip("\"' ").lower()
    try:
        name = codecs.lookup(_ALIASES.get(plain, plain)).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if _TEXT_ENCODING.fullmatch(name) else None


def _read(body: bytes, encoding: str) -> str | None:
    """Read by a label, unless too much of the page is not in that encoding."""
    text = body.decode(encoding, errors="replace")
    wrong = text.count("\ufffd")
    return text if wrong <= max(_BROKEN_MAX, _WRONG_SHARE_MAX * _odd_bytes(body)) else None


def _odd_bytes(body: bytes) -> int:
    return len(body) - len(body.translate(None, bytes(range(128, 256))))


def _mostly_utf8(body: bytes) -> str | None:
    """Read UTF-8 with a few broken bytes: cut, or joined from two sources. Only many good bytes can beat a label."""
    odd = _odd_bytes(body)
    text = body.decode("utf-8", errors="replace") if odd >= _TELLING_BYTES_MIN else "\ufffd"
    return text if text.count("\ufffd") <= _WRONG_SHARE_MAX * odd else None


def _detected(body: bytes) -> str:
    telling = _PLAIN_RUN.sub(rb"\1 ", body) or body
    best = charset_normalizer.from_bytes(telling[:_DETECT_BYTES]).best()
    name = _encoding(best.encoding) if best else None
    return body.decode(name or "cp1252", errors="replace")
