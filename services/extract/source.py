"""Source: from the bytes of an answer to the characters of a page, if it is one. Pure."""

import re
from codecs import BOM_UTF8
from typing import Final

from services.extract import depth
from services.extract.characters import uncontrolled
from services.extract.charset import as_utf8, decode
from services.kit.errors import Rejected

_BODY_BYTES_MAX: Final = 20 * 1024 * 1024
_HTML_TYPES: Final = (
    "text/html",
    "application/xhtml",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/octet-stream",
)
_LOOKS_LIKE_HTML: Final = re.compile(
    r"(?i)<(?:!doctype\s+html|html|head|body|article|div|p|meta|title|h1|span|table|main|section)\b"
)
_LOOKS_LIKE_FEED: Final = re.compile(
    r"(?is)^[^\w<]{0,20}+(?:<\?xml[^>]*+>\s*+)?+(?><!--.*?-->\s*)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex|svg)\b"
)
_SNIFFED_CHARS: Final = 20_000
_SNIFFED_BYTES: Final = 1024
_CONTROL_SHARE_MAX: Final = 0.05
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\x0c"))
_MAGIC: Final = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"wOF",
    b"\x7fELF",
)


def read(html: bytes, content_type: str | None, charset: str | None) -> tuple[str, str | bytes]:
    """Return a page's characters, and what to parse: the bytes where they will do, to save time.

    Args and errors as of `page.read_page`.
    """
    if len(html) > _BODY_BYTES_MAX:
        raise Rejected("page.too_large", f"{len(html)} bytes are more than {_BODY_BYTES_MAX}")
    if not html.strip():
        raise Rejected("page.no_text", "the body is empty")
    if html.startswith(_MAGIC):
        raise Rejected("page.not_html", "the bytes are of another format")
    plain = len(html.translate(None, _CONTROLS)) == len(html) and not html.startswith(BOM_UTF8)
    utf8 = as_utf8(html) if plain else None
    source = decode(html, declared=charset) if utf8 is None else utf8
    begin = source[:_SNIFFED_CHARS]
    if not _LOOKS_LIKE_HTML.search(begin) and not _LOOKS_LIKE_HTML.search(source):
        raise Rejected("page.not_html", "there is no HTML in it")
    typed = (content_type or "text/html").split(";")[0].strip().lower()
    if _LOOKS_LIKE_FEED.match(begin) or (not typed.startswith(_HTML_TYPES) and "<html" not in begin.lower()):
        raise Rejected("page.not_html", f"a document of type {typed[:60]}")
    controls = sum(map(begin[:_SNIFFED_BYTES].count, map(chr, _CONTROLS)))
    if controls > _CONTROL_SHARE_MAX * len(begin[:_SNIFFED_BYTES]):
        raise Rejected("page.not_html", "the bytes are no text")
    cut = depth.shallow(source if plain else uncontrolled(source), encoded=None if utf8 is None else html)
    return cut, html if cut is utf8 else cut
