"""The log events of ingest."""

from dataclasses import dataclass

from services.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class FeedPolled(Event):
    """A feed was polled and had something to say."""

    action = "feed.polled"
    terminal = True
    outcome = "success"
    feed_id: str
    url: str
    status: int
    channel: str
    items: int
    new: int
    changed: int
    without_link: int | None = None
    broken_items: int | None = None
    flags: list[str] | None = None
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class FeedUnchanged(Event):
    """A feed was polled and had nothing new; counted in the summary."""

    action = "feed.unchanged"
    level = "debug"
    terminal = True
    outcome = "success"
    feed_id: str
    url: str
    status: int
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class FeedPollFailed(Event):
    """A feed could not be polled; it is tried again at the time given."""

    action = "feed.poll_failed"
    terminal = True
    outcome = "failure"
    feed_id: str
    url: str
    error_code: str
    error_message: str
    failures: int
    next_poll_at: str
    status: int | None = None
    suppressed_count: int | None = None
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class FeedStillFailing(FeedPollFailed):
    """A feed failed again for the same reason; counted in the summary and told once an hour."""

    action = "feed.still_failing"
    level = "debug"


@dataclass(frozen=True, kw_only=True)
class FeedPollCrashed(FeedPollFailed):
    """A poll met an error that nobody foresaw; the feed is tried again later, the others are not affected."""

    action = "feed.poll_crashed"
    level = "error"
    traceback: str


@dataclass(frozen=True, kw_only=True)
class FeedClaimLost(Event):
    """Another process took this feed over while it was polled; its entries are repeats and nothing was remembered."""

    action = "feed.claim_lost"
    level = "warning"
    terminal = True
    outcome = "failure"
    feed_id: str
    url: str
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class FeedRecovered(Event):
    """A feed that had failed answers again."""

    action = "feed.recovered"
    outcome = "success"
    feed_id: str
    url: str
    failures: int
    last_error: str


@dataclass(frozen=True, kw_only=True)
class FeedRetired(Event):
    """A feed is gone for good, its site says, and is not polled any more; adding it again polls it again."""

    action = "feed.retired"
    level = "warning"
    outcome = "failure"
    feed_id: str
    url: str


@dataclass(frozen=True, kw_only=True)
class FeedBacklogTruncated(Event):
    """A feed seen for the first time has more items than are published; the oldest are left out."""

    action = "feed.backlog_truncated"
    feed_id: str
    url: str
    published: int
    dropped: int


@dataclass(frozen=True, kw_only=True)
class FeedItemMuted(Event):
    """An item has changed so often that its changes are not published any more."""

    action = "feed.item_muted"
    level = "warning"
    feed_id: str
    item: str
    changes: int


@dataclass(frozen=True, kw_only=True)
class EntryPublished(Event):
    """A new or changed item is on the entries topic."""

    action = "entry.published"
    terminal = True
    outcome = "success"
    entry_id: str
    feed_id: str
    url: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class EntryRepublished(Event):
    """An entry without an outcome was published again at the start, because the broker may have lost it."""

    action = "entry.republished"
    terminal = True
    outcome = "success"
    entry_id: str
    feed_id: str
    url: str


@dataclass(frozen=True, kw_only=True)
class EntryFailed(Event):
    """An item cannot be published; it is remembered and not tried again until it changes."""

    action = "entry.failed"
    level = "warning"
    terminal = True
    outcome = "failure"
    entry_id: str
    feed_id: str
    url: str
    error_code: str
    error_message: str
