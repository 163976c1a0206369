"""OPML 1.0 and 2.0: lists of feeds in and out. Pure.

The reader takes no document type and so no entities; what is wrong is told with the line where it stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from services.kit.errors import FetchRefused, Rejected
from services.kit.urls import parse

MAX_BYTES: Final = 10 * 1024 * 1024
DEPTH_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in a list."""

    url: str
    title: str | None = None
    site_url: str | None = None
    folders: tuple[str, ...] = ()
    """Titles of the outlines around it, outermost first."""


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """A list that was read."""

    subscriptions: tuple[Subscription, ...]
    problems: tuple[str, ...]
    """Outlines that were passed over, each as a sentence that begins with its line."""

    def __iter__(self) -> Iterator[Subscription]:
        return iter(self.subscriptions)

    def __len__(self) -> int:
        return len(self.subscriptions)


def read(document: bytes) -> SubscriptionList:
    """Read a list. A feed that stands in it twice comes back once. An outline without `xmlUrl` is a folder.

    Raises:
        Rejected: `opml.invalid`, with the line: no well-formed XML, no OPML, or a document type.

    """
    if len(document) > MAX_BYTES:
        raise Rejected("opml.invalid", f"larger than {MAX_BYTES // 1024 // 1024} MiB")
    reader = _Reader()
    try:
        reader.parser.Parse(document, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        raise Rejected("opml.invalid", f"line {error.lineno}: {expat.ErrorString(error.code)}") from None
    if not reader.is_opml:
        raise Rejected("opml.invalid", "line 1: no OPML")
    return SubscriptionList(tuple(reader.found.values()), tuple(reader.problems))


def write(subscriptions: Iterable[Subscription], *, title: str, now: datetime) -> str:
    """Write a list as OPML 2.0, flat; folders go into the `category` attribute."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{escape(title)}</title><dateCreated>{format_datetime(now)}</dateCreated></head>",
        "  <body>",
        *(f"    {_outline(subscription)}" for subscription in subscriptions),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def _outline(subscription: Subscription) -> str:
    name = subscription.title or subscription.url
    attributes = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": subscription.url,
        "htmlUrl": subscription.site_url,
        "category": "/" + "/".join(subscription.folders) if subscription.folders else None,
    }
    return f"<outline {' '.join(f'{key}={quoteattr(value)}' for key, value in attributes.items() if value)}/>"


@dataclass(slots=True)
class _Reader:
    """What the XML parser calls."""

    parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)
    found: dict[str, Subscription] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    folders: list[str | None] = field(default_factory=list)
    is_opml: bool = False
    depth: int = 0

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def doctype(self, *_: object) -> None:
        raise Rejected("opml.invalid", f"line {self.line}: a document type, which OPML has not")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Rejected("opml.invalid", f"line {self.line}: nested deeper than {DEPTH_MAX}")
        if self.depth == 1:
            if name.lower() != "opml":
                raise Rejected("opml.invalid", f"line {self.line}: the document is <{name[:40]}>, not <opml>")
            self.is_opml = True
        if name.lower() == "outline":
            self.outline({key.lower(): value.strip() for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self.depth -= 1
        if name.lower() == "outline":
            self.folders.pop()

    def outline(self, attributes: Mapping[str, str]) -> None:
        title = " ".join((attributes.get("title") or attributes.get("text") or "").split()) or None
        url = attributes.get("xmlurl", "")
        self.folders.append(None if url else title)
        if not url:
            return
        try:
            parse(url)
        except FetchRefused as refused:
            self.problems.append(f"line {self.line}: {url[:100]!r} is no feed address: {refused.message}")
            return
        folders = tuple(folder for folder in self.folders if folder) or _categories(attributes)
        self.found.setdefault(url, Subscription(url, title, attributes.get("htmlurl") or None, folders))


def _categories(attributes: Mapping[str, str]) -> tuple[str, ...]:
    """Folders as `write` leaves them: the first path of the category attribute."""
    first = attributes.get("category", "").split(",")[0]
    return tuple(part for part in first.split("/") if part) if first.startswith("/") else ()
