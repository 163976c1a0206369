"""What ingest remembers between polls: a feed's state and the items it has shown. Values only; `state` keeps them."""

from dataclasses import dataclass
from datetime import datetime

from schemas.v1 import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A subscription and what its polls have come to."""

    feed_id: str
    url: str
    host: str
    title: str | None
    """As the operator calls it, else as it calls itself."""
    active: bool
    off_reason: str | None
    """Why it is not active: `removed` by the operator, `gone` by its site."""
    added_at: datetime
    next_poll_at: datetime
    claimed_by: str | None
    """The process that polls it, as long as that keeps `claimed_until` in the future."""
    claimed_until: datetime | None
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    """Failures since the last success."""
    gone: int
    """Answers 410 since the last other answer."""
    last_error: str | None
    error_logged_at: datetime | None
    errors_unlogged: int
    last_polled_at: datetime | None
    last_success_at: datetime | None
    polls: int
    entries: int
    """Entries published, repeats after a crash not counted."""
    items: int
    """Items met, published or not."""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is remembered of an item."""

    item_key: str
    link_key: str | None
    content_hash: str
    changes: int
    """How often it was seen with other content than before."""
    published: bool
    """Whether an entry was ever published for it."""
    title: str | None
    published_raw: str | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """An item as it is to be remembered, with its entry if one is published."""

    item: KnownItem
    entry: Entry | None
