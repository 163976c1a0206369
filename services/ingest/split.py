"""A well-formed feed, cut into its items, so that only new and changed ones are read. Pure.

feedparser takes some 0.4 ms for an item; telling that an item is known takes a hundredth of that. The document is cut
as bytes: what is left after known items are taken out is what the publisher wrote, with every declaration, language
and base address around it. lxml says whether the document is well-formed and where its items are; wherever the bytes
could be read in another way than lxml reads them, the answer is None, and the document is to be read whole.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, TypeAlias

from lxml import etree

from services.ingest.encoding import Labelled
from services.ingest.identity import link_key
from services.ingest.items import ITEMS_MAX, PIECE_BYTES
from services.kit.errors import FetchRefused

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no public name for it

Spans: TypeAlias = tuple[tuple[int, int], ...]

DEPTH_MAX: Final = 10_000
"""Elements within elements. Beyond 256 lxml declines and the document is read whole; nobody means so many."""
LIGHT_ELEMENTS_MAX: Final = 1_000
LIGHT_ATTRIBUTES_MAX: Final = 1_000
LIGHT_NAMESPACES_MAX: Final = 200
LIGHT_RUN_MAX_CHARS: Final = 200

_TAG: Final = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)[A-Za-z_][^<>]*?(/?)>", re.DOTALL)
_AROUND: Final = re.compile(rb"<(?:\?xml|(?:[\w.-]+:)?(?:rss|RDF|feed|channel)\b)[^<]*")
_ROOTS: Final = {"rss": b"item", "RDF": b"item", "feed": b"entry"}
_PROLOG_BYTES: Final = 4096
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RDF_VERSIONS: Final = {"http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"}
_NAMESPACE: Final = re.compile(rb"""\sxmlns:([^\s=:"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_ONE_BYTE: Final = re.compile(rb"(?:us-ascii|iso-8859-\d\d?|windows-125\d|koi8-[ru])", re.IGNORECASE)
"""Encodings in which every byte below 128 is the character of ASCII."""
_ELEMENTS: Final = etree.XPath("count(//*)")
_ATTRIBUTES: Final = etree.XPath("count(//@*)")
_OF_ADDRESSES: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+")
_IN_ADDRESSES: Final = bytes(ord("a") if one in _OF_ADDRESSES else ord(" ") for one in range(256))
_RUN: Final = b"a" * LIGHT_RUN_MAX_CHARS
_MARKS: Final = {name: re.compile(rb"<%b(?=[ \t\r\n>])|</%b>" % (name, name)) for name in (b"item", b"entry")}
_GOES_ON: Final = frozenset(bytes([one]) for one in _OF_ADDRESSES | set(b"~%"))
"""What follows a shorter address within a longer one."""
_TELLING: Final = ("{*}guid", "{*}id", "{*}link", "{*}origLink")
_HREFS: Final = ("href", "url", "uri")


@dataclass(frozen=True, slots=True)
class Split:
    """A document and where its items are."""

    body: bytes
    spans: Spans
    """Begin and end of each item, in the document's order."""
    digests: tuple[bytes, ...]
    """Of the first `ITEMS_MAX` items: what each says and where it says it."""
    elements: Mapping[int, Element]
    """Of all of these, or of the new ones only; by place."""

    def part(self, places: Collection[int]) -> bytes:
        """Return the document without any items but these."""
        cuts: list[bytes] = []
        begin = 0
        for place, (start, end) in enumerate(self.spans):
            if place not in places:
                cuts.append(self.body[begin:start])
                begin = end
        return b"".join([*cuts, self.body[begin:]])

    def apart(self, places: Collection[int]) -> bool:
        """Tell whether these items can be identified without looking at the others, as far as is known here.

        They cannot if one shares an id or a link with another item, or has neither.
        """
        if not any(map(self._named_elsewhere, places)):
            return True
        if len(self.elements) < len(self.digests):
            return False
        return separate([_told(self.elements[place]) for place in range(len(self.digests))], places)

    def _named_elsewhere(self, place: int) -> bool:
        """Tell whether an item's ids and links might stand in the rest of the document: quick, and sure if not."""
        start, end = self.spans[place]
        needles = [_needle(words) for words in _told(self.elements[place])]
        return not needles or any(
            _stands(needle, self.body, 0, start) or _stands(needle, self.body, end, len(self.body))
            for needle in needles
        )


def tree(body: bytes, *, encoding: str | None = None, recover: bool = False) -> Element:
    """Parse XML: no entity is put in, nothing is loaded, and libxml2's own limits stand.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed, or beyond the limits.

    """
    parser = etree.XMLParser(
        encoding=encoding,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
    )
    return etree.fromstring(body, parser)


def split(labelled: Labelled, url: str) -> Split | None:
    """Cut a feed that came from `url`; None for one that is to be read whole."""
    frame = _frame(labelled)
    if frame is None:
        return None
    elements = frame.items()
    spans = _spans(labelled.body, frame.name)
    if len(spans) != len(elements) or not all(map(len, elements)) or not _consistent(labelled.body, spans, frame):
        return None
    return Split(labelled.body, spans, _digests(labelled.body, spans, url), dict(enumerate(elements[:ITEMS_MAX])))


def glance(labelled: Labelled, url: str, known: Collection[bytes]) -> Split | None:
    """Cut a feed of which some items are known by their digests; None where that takes a full look.

    Known items were well-formed, whole and in their place when they were met, within the same surroundings. So lxml
    looks at what is left without them, which is most of the time a tenth of the document.
    """
    body = labelled.body
    spans = _spans(body, b"item") or _spans(body, b"entry")
    if not 0 < len(spans) <= ITEMS_MAX:
        return None
    digests = _digests(body, spans, url)
    new = [place for place, digest in enumerate(digests) if digest not in known]
    if len(new) == len(digests):
        return None
    left = Split(body, spans, (), {}).part(new)
    frame = _frame(labelled._replace(body=left))
    # known items were consistent with each other and with this shell when the document was read that they are known of
    if frame is None or (left.find(b"xmlns:", spans[0][0]) >= 0 and not _consistent(body, spans, frame)):
        return None
    elements = frame.items()
    if len(elements) != len(new) or not all(map(len, elements)):
        return None
    return Split(body, spans, digests, dict(zip(new, elements, strict=True)))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the items of a feed."""

    root: Element
    channel: Element
    """The element that the items are in."""
    name: bytes
    """Of an item's element."""

    def items(self) -> tuple[Element, ...]:
        return tuple(self.channel.iterchildren("{*}" + self.name.decode()))


def _frame(labelled: Labelled) -> _Frame | None:
    """Return the frame of a well-formed feed."""
    root = well_formed(labelled)
    if root is None:
        return None
    kind = etree.QName(root).localname
    name = _ROOTS.get(kind)
    if name is None or (kind == "RDF" and root.nsmap.get(None) not in _RDF_VERSIONS):
        return None
    channel = root if kind != "rss" else root.find("{*}channel")
    return None if channel is None else _Frame(root, channel, name)


def _digests(body: bytes, spans: Spans, url: str) -> tuple[bytes, ...]:
    """Return the digests of a document's first items, each within its surroundings, which are hashed once."""
    around = blake2b(_surroundings(body, spans, url), digest_size=PIECE_BYTES)
    digests: list[bytes] = []
    for start, end in spans[:ITEMS_MAX]:
        hashed = around.copy()
        hashed.update(body[start:end])
        digests.append(hashed.digest())
    return tuple(digests)


def _surroundings(body: bytes, spans: Spans, url: str) -> bytes:
    """Return what stands outside the items and still decides how they are read: addresses, names, language, authors."""
    outside = b"\n".join((body[: spans[0][0]], body[spans[-1][1] :])) if spans else body
    first, last = outside.find(b"author"), outside.rfind(b"author")
    return b"\n".join(
        (url.partition("?")[0].encode("utf-8", "replace"), *_AROUND.findall(outside), outside[first:last])
    )


def well_formed(labelled: Labelled) -> Element | None:
    """Return the root of a document that lxml and feedparser surely read the same, character by character."""
    body = labelled.body
    if b"<!DOCTYPE" in body[:_PROLOG_BYTES]:
        return None
    encoding = "utf-8"
    if not labelled.utf8:
        declared = _DECLARED.match(body)
        if declared is None or not _ONE_BYTE.fullmatch(declared[1]):
            return None
        encoding = declared[1].decode()
    try:
        root = tree(body, encoding=encoding)
    except (etree.XMLSyntaxError, LookupError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def light(labelled: Labelled) -> bool:
    """Tell whether feedparser is sure to be done with a document of bounded size in a moment.

    It takes up to 50 us for an element, walks all namespaces for some of them, and looks for an address in names of
    authors, which takes the square of the length of what could be one.
    """
    root = well_formed(labelled)
    if root is None or labelled.body.count(b"xmlns") > LIGHT_NAMESPACES_MAX:
        return False
    if _ELEMENTS(root) > LIGHT_ELEMENTS_MAX or _ATTRIBUTES(root) > LIGHT_ATTRIBUTES_MAX:
        return False
    words = etree.tostring(root, method="text", encoding="utf-8")
    return _RUN not in words.translate(_IN_ADDRESSES)


def too_deep(body: bytes) -> bool:
    """Tell whether an item nests its elements deeper than `DEPTH_MAX`. Linear in the length of the document."""
    if body.count(b"<") < DEPTH_MAX:
        return False
    depth = 0
    for tag in _TAG.finditer(body):
        if tag[1] is None:
            continue
        if tag[0].startswith((b"<item", b"<entry")):
            depth = 0  # what earlier items have left open, as HTML does, is no nesting
        depth = max(0, depth - 1) if tag[1] else depth + (not tag[2])
        if depth > DEPTH_MAX:
            return True
    return False


def separate(told: Sequence[set[str]], places: Collection[int]) -> bool:
    """Tell whether the items at `places` can be identified alone; `told` holds each item's ids and links."""
    if not all(told[place] for place in places):
        return False
    alike: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, words in enumerate(told):
        for one in words:
            alike[_roughly(one)].append((place, one))
    return not any(
        len(holders) > 1 and not holders.isdisjoint(places)
        for group in alike.values()
        if len({place for place, _ in group}) > 1
        for holders in _holders(group)
    )


def _holders(group: list[tuple[int, str]]) -> Iterable[set[int]]:
    """Sort items by the keys that they would have."""
    found: dict[str, set[int]] = defaultdict(set)
    for place, words in group:
        found[_key(words)].add(place)
    return found.values()


def _spans(body: bytes, name: bytes) -> Spans:
    """Where items begin and end, by the look of the bytes; empty if that is not one end for each begin."""
    marks = [match.span() for match in _MARKS[name].finditer(body)]
    begins, ends = marks[::2], marks[1::2]
    closing = [body.startswith(b"</", start) for start, _ in marks]
    if len(begins) != len(ends) or any(closing[::2]) or not all(closing[1::2]):
        return ()
    return tuple((begin[0], end[1]) for begin, end in zip(begins, ends, strict=True))


def _consistent(body: bytes, spans: Spans, frame: _Frame) -> bool:
    """Tell whether prefixes mean the same everywhere: feedparser forgets none of those that it has met."""
    if not spans or body.find(b"xmlns:", spans[0][0]) < 0:
        return True
    meant = {
        prefix.encode(): uri.encode() for prefix, uri in (frame.root.nsmap | frame.channel.nsmap).items() if prefix
    }
    for prefix, double, single in _NAMESPACE.findall(body, spans[0][0]):
        if meant.setdefault(prefix, double or single) != (double or single):
            return False
    return len(set(meant.values())) == len(meant)


def _told(item: Element) -> set[str]:
    return {words for found in _words(item) if (words := " ".join(found.split()))}


def _words(item: Element) -> Iterator[str]:
    """Ids and links of an item, as they stand there."""
    yield str(item.get(f"{_RDF}about") or "")
    yield str(item.get("href") or "")
    for child in item.iterchildren(*_TELLING):
        yield child.text or ""
        if child.get("rel", "alternate").lower() == "alternate":
            yield from (str(child.get(name) or "") for name in _HREFS)


def _needle(words: str) -> bytes:
    """Return what every usual spelling of an id or a link has in it: of a link, path and query as far as they count."""
    _, slash, rest = words.partition("://")[2].partition("/")
    path, _, query = rest.partition("#")[0].partition("?")
    if not slash or not (path or query):
        return words.encode("utf-8", "replace")
    telling = query and "&" not in query and _key(words).endswith(query)
    return (f"/{path}?{query}" if telling else f"/{path}").rstrip("/").encode("utf-8", "replace")


def _stands(needle: bytes, body: bytes, start: int, end: int) -> bool:
    """Tell whether words stand there as such, and not as the beginning of longer ones."""
    found = body.find(needle, start, end)
    while found >= 0:
        beyond = found + len(needle)
        beyond += body[beyond : beyond + 1] == b"/"
        if body[beyond : beyond + 1] not in _GOES_ON:
            return True
        found = body.find(needle, beyond, end)
    return False


def _roughly(words: str) -> str:
    """Return what two spellings of one link have in common, and what most different links have not."""
    return words.partition("://")[2].partition("?")[0].partition("#")[0].rstrip("/").lower() or words


def _key(words: str) -> str:
    try:
        return link_key(words)
    except FetchRefused:
        return words
