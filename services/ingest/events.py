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
    reason: str


@dataclass(frozen=True, kw_only=True)
class FeedMoved(Event):
    """A feed's address has led to another one for good, with the same items; from now on that one is polled."""

    action = "feed.moved"
    feed_id: str
    url: str
    target: str
    since: str


@dataclass(frozen=True, kw_only=True)
class FeedMoveDisputed(Event):
    """A feed's address leads to another one for good, whose items are others; it is polled there, but look at it."""

    action = "feed.move_disputed"
    level = "warning"
    feed_id: str
    url: str
    target: str
    since: str


@dataclass(frozen=True, kw_only=True)
class FeedProposed(Event):
    """A feed has failed for long, and its site announces others that can be read; adding one is up to you."""

    action = "feed.proposed"
    level = "warning"
    feed_id: str
    url: str
    proposed: list[str]


@dataclass(frozen=True, kw_only=True)
class FeedGapSuspected(Event):
    """Nothing that a feed lists was there at the last poll, so that items may have come and gone in between.

    It is polled twice as often from now on; `recovered` counts items found on older pages and in the news sitemap.
    """

    action = "feed.gap_suspected"
    level = "warning"
    feed_id: str
    url: str
    items: int
    pages: int
    recovered: int
    closed: bool


@dataclass(frozen=True, kw_only=True)
class FeedSilent(Event):
    """A feed answers but has had nothing new for far longer than it usually has."""

    action = "feed.silent"
    level = "warning"
    feed_id: str
    url: str
    last_item_at: str
    usually: str


@dataclass(frozen=True, kw_only=True)
class FeedResumed(Event):
    """A feed that was silent has something new."""

    action = "feed.resumed"
    feed_id: str
    url: str
    silent_since: str


@dataclass(frozen=True, kw_only=True)
class FeedValidatorDropped(Event):
    """A server said by this validator that nothing had changed when something had; it is not used for a month."""

    action = "feed.validator_dropped"
    level = "warning"
    feed_id: str
    url: str
    validators: list[str]


@dataclass(frozen=True, kw_only=True)
class FeedTimesCorrected(Event):
    """A feed dates all its items wrong by the same time; published times are corrected and flagged from now on."""

    action = "feed.times_corrected"
    level = "warning"
    feed_id: str
    url: str
    offset_s: int


@dataclass(frozen=True, kw_only=True)
class NetworkLost(Event):
    """Many sites stopped answering at once: it is our network, and no feed is blamed."""

    action = "network.lost"
    level = "error"
    outcome = "failure"
    hosts: int
    feeds: int


@dataclass(frozen=True, kw_only=True)
class NetworkRestored(Event):
    """Sites answer again."""

    action = "network.restored"
    outcome = "success"
    lost_for_s: float


@dataclass(frozen=True, kw_only=True)
class ShardsChanged(Event):
    """Hosts were taken over from, or left to, other ingesters."""

    action = "shards.changed"
    gained: int
    lost: int
    shards: int
    feeds: int


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
