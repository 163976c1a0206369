"""Capture: one answer of the web as it is kept, and what a reader gets back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PAGE: Final = "application/vnd.dateline.page+json"
FEED: Final = "application/vnd.dateline.feed+json"
"""Media types of `about`, by which a reader knows whose capture it is."""


@dataclass(frozen=True, slots=True)
class Capture:
    """An answer to keep.

    Attributes:
        url: Where it came from, after redirects.
        headers: By lower-case name.
        body: Decoded, as it was read.
        at: When it came; UTC.
        about: What the service has to know besides, to do its work again; any text.
        about_type: Media type of `about`.

    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    about: str
    about_type: str


@dataclass(frozen=True, slots=True)
class Document:
    """An answer as a WARC file holds it, ours or another's.

    Attributes:
        record_id: The record's own name in its file; empty where it has none.
        headers: By lower-case name; those that came several times are joined with a comma.
        body: Without transfer and content encoding.
        at: When it was captured; None where the file does not say.
        digest: `sha256:` and hex digits of `body`.
        stated_digest: What the file says of the payload, in whatever algorithm.

    """

    record_id: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime | None
    digest: str
    stated_digest: str | None
