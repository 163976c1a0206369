"""What ingest remembers between polls: a feed's state and the items it has shown. Values only; `state` keeps them."""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.v1 import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A subscription and what its polls have come to."""

    feed_id: str
    url: str
    host: str
    domain: str
    """Registrable domain of the host."""
    shard: int
    title: str | None = None
    """As the operator calls it, else as it calls itself."""
    site_url: str | None = None
    active: bool = True
    off_reason: str | None = None
    """Why it is not active: `removed` by the operator, `gone` by its site, `duplicate` of another that it moved to."""
    added_at: datetime

    next_poll_at: datetime
    interval_s: float | None = None
    """The wait that led to `next_poll_at`; None before the first poll."""
    reason: str | None = None
    """Why that wait; see `schedule.Plan`."""
    asked_at: datetime | None = None
    """When the last poll began, whether or not it was lived through."""
    rate: float = 0.0
    """Items a second that are expected now; what the budget weighs."""
    rhythm: bytes | None = None
    """`rhythm.Rhythm`, packed."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    pieces: bytes = b""
    """Digests of the items of the last document; see `feeds.read_feed`."""
    parsed_at: datetime | None = None
    """When a document was last parsed as a whole."""
    unconditional_at: datetime | None = None
    """When an answer was last got without conditions."""
    unchanged: int = 0
    """Answers 304 since then."""
    unchanged_at: datetime | None = None
    on_trial: bool = False
    """Whether the stored validators are known to be outdated; see `trust`."""
    distrusted: str = ""
    """Validators that have lied, separated by blanks."""
    distrusted_at: datetime | None = None

    failures: int = 0
    """Failures since the last success."""
    gone: int = 0
    """Answers 410 since the last other answer."""
    last_error: str | None = None
    error_logged_at: datetime | None = None
    errors_unlogged: int = 0
    proposed: list[str] = field(default_factory=list)
    """Feeds that the site of a dead one announces."""

    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_item_at: datetime | None = None
    """When an item was last published or, if the feed does not say, found."""
    silent_since: datetime | None = None
    """When it was told that the feed is silent beyond its rhythm."""
    moved_to: str | None = None
    """Where the feed's address permanently leads, before that is adopted."""
    moved_since: datetime | None = None
    moved_polls: int = 0
    moved_overlap: bool | None = None
    """Whether the other place listed items that were known."""
    strangers: int = 0
    """Documents in a row without any item that was known."""
    time_offset: bytes | None = None
    """What is known of a constant error of its times, packed; see `offset`."""

    polls: int = 0
    entries: int = 0
    """Entries published, repeats after a crash not counted."""
    items: int = 0
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


@dataclass(frozen=True, slots=True)
class Blocked:
    """A registrable domain that is to be left alone for a while."""

    domain: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll leaves to remember. It is refused if the shard's token is no longer the one it was begun under."""

    before: Feed
    after: Feed
    token: int
    items: tuple[Remembered, ...] = ()
    seen: tuple[str, ...] = ()
    """Keys of items that were in the document, so that they are not forgotten."""
    whole: bool = False
    """Whether all items of the document were looked at: what was not in it may be forgotten in time."""
    blocked: tuple[Blocked, ...] = ()
    pardoned: tuple[str, ...] = ()
    """Other feeds whose last failure was ours."""
