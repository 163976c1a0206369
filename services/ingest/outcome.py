"""What a poll comes to: the feed's next state, and what to say of it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from schemas.v1 import Entry
from services.ingest.answers import digest, validators
from services.ingest.decide import CHANGES_MAX, Decision
from services.ingest.events import (
    EntryFailed,
    EntryPublished,
    FeedBacklogTruncated,
    FeedItemMuted,
    FeedPollCrashed,
    FeedPolled,
    FeedPollFailed,
    FeedRecovered,
    FeedRetired,
    FeedStillFailing,
    FeedUnchanged,
)
from services.ingest.items import ParsedFeed
from services.ingest.memory import Feed, Remembered
from services.ingest.schedule import GONE_MAX, Rhythm, after_failure, after_success, fraction_of, worth_a_line
from services.kit.errors import UnitFailed
from services.kit.events import Event
from services.kit.http.answer import Fetched
from services.kit.urls import redacted


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of a poll: when its answer came, how long it took, how often to poll."""

    now: datetime
    duration_ms: int
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to remember of a poll, and what to log once it is remembered."""

    after: Feed
    event: Event
    """The terminal event."""
    items: tuple[Remembered, ...] = ()
    seen: tuple[str, ...] = ()
    notes: tuple[Event, ...] = ()
    ends: tuple[tuple[str, Event], ...] = ()
    """How each entry ended, with its trace id."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the entries of a poll."""

    published: tuple[Remembered, ...] = ()
    failed: tuple[tuple[Remembered, UnitFailed], ...] = ()


def unchanged(feed: Feed, fetched: Fetched, asked: Asked) -> Outcome:
    """Conclude a poll that was answered with 304 or with the body of last time."""
    event = FeedUnchanged(
        feed_id=feed.feed_id, url=redacted(feed.url), status=fetched.status, duration_ms=asked.duration_ms
    )
    return Outcome(_answered(feed, fetched, asked, feed.body_hash), event, notes=_recovery(feed))


def polled(
    feed: Feed, fetched: Fetched, parsed: ParsedFeed, *, decision: Decision, sent: Sent, asked: Asked
) -> Outcome:
    """Conclude a poll whose entries are sent."""
    items = (*sent.published, *(_unpublished(one) for one, _ in sent.failed), *decision.remember)
    after = replace(
        _answered(feed, fetched, asked, digest(fetched.body)),
        title=feed.title or parsed.title,
        entries=feed.entries + len(sent.published),
        items=feed.items + sum(one.item.changes == 0 for one in items),
    )
    news = decision.new or decision.changed or decision.without_link or not feed.items
    event = FeedPolled(
        feed_id=feed.feed_id,
        url=redacted(feed.url),
        status=fetched.status,
        channel=parsed.channel,
        items=len(parsed.items),
        new=decision.new,
        changed=decision.changed,
        without_link=decision.without_link or None,
        broken_items=parsed.broken_items or None,
        flags=list(parsed.flags) or None,
        duration_ms=asked.duration_ms,
    )
    return Outcome(
        after,
        event if news else unchanged(feed, fetched, asked).event,
        items=items,
        seen=tuple(decision.seen),
        notes=(*_recovery(feed), *_oddities(feed, decision)),
        ends=(
            *map(_published, sent.published),
            *((_entry(one).trace_id, entry_failed(_entry(one), problem)) for one, problem in sent.failed),
        ),
    )


def failed(feed: Feed, problem: UnitFailed, asked: Asked, fetched: Fetched | None = None) -> Outcome:
    """Conclude a poll without a usable feed. `fetched` is the answer, where there was one."""
    failures = feed.failures + 1
    gone = feed.gone + 1 if problem.code == "fetch.gone" else 0
    told = worth_a_line(problem.code, last_code=feed.last_error, logged_at=feed.error_logged_at, now=asked.now)
    after = replace(
        feed,
        next_poll_at=after_failure(
            asked.now,
            asked.rhythm,
            code=problem.code,
            failures=failures,
            fraction=fraction_of(feed.feed_id, asked.now),
            retry_after_s=fetched.retry_after_s(asked.now) if fetched else None,
        ),
        failures=failures,
        gone=gone,
        last_error=problem.code,
        error_logged_at=asked.now if told else feed.error_logged_at,
        errors_unlogged=0 if told else feed.errors_unlogged + 1,
        last_polled_at=asked.now,
        polls=feed.polls + 1,
        active=feed.active and gone < GONE_MAX,
        off_reason="gone" if gone >= GONE_MAX else feed.off_reason,
    )
    kind = FeedPollFailed if told else FeedStillFailing
    event = kind(
        feed_id=feed.feed_id,
        url=redacted(feed.url),
        error_code=problem.code,
        error_message=problem.message[:200],
        failures=failures,
        next_poll_at=after.next_poll_at.isoformat(timespec="seconds"),
        status=fetched.status if fetched else None,
        suppressed_count=feed.errors_unlogged or None if told else None,
        duration_ms=asked.duration_ms,
    )
    retired = (FeedRetired(feed_id=feed.feed_id, url=redacted(feed.url)),) if gone >= GONE_MAX else ()
    return Outcome(after, event, notes=retired)


def crashed(feed: Feed, error: Exception, asked: Asked, *, frames: str) -> Outcome:
    """Conclude a poll that met an error of ours; each one is told."""
    problem = UnitFailed("feed.unexpected", f"{type(error).__name__}: {error}"[:200])
    outcome = failed(feed, problem, asked)
    event = FeedPollCrashed(
        feed_id=feed.feed_id,
        url=redacted(feed.url),
        error_code=problem.code,
        error_message=problem.message,
        failures=outcome.after.failures,
        next_poll_at=outcome.after.next_poll_at.isoformat(timespec="seconds"),
        duration_ms=asked.duration_ms,
        traceback=frames,
    )
    return replace(outcome, event=event)


def entry_failed(entry: Entry, problem: UnitFailed) -> EntryFailed:
    """Return the end of an entry that cannot be published."""
    return EntryFailed(
        entry_id=entry.entry_id,
        feed_id=entry.feed.feed_id,
        url=redacted(entry.url),
        error_code=problem.code,
        error_message=problem.message[:200],
    )


def _answered(feed: Feed, fetched: Fetched, asked: Asked, body_hash: str | None) -> Feed:
    """Return the state of a feed that answered. An answer 304 need not repeat the validators, so the old ones stay."""
    etag, last_modified = validators(fetched, asked.now)
    kept = fetched.not_modified
    return replace(
        feed,
        next_poll_at=after_success(
            asked.now,
            asked.rhythm,
            fraction=fraction_of(feed.feed_id, asked.now),
            retry_after_s=fetched.retry_after_s(asked.now),
        ),
        etag=etag or (feed.etag if kept else None),
        last_modified=last_modified or (feed.last_modified if kept else None),
        body_hash=body_hash,
        failures=0,
        gone=0,
        last_error=None,
        error_logged_at=None,
        errors_unlogged=0,
        last_polled_at=asked.now,
        last_success_at=asked.now,
        polls=feed.polls + 1,
    )


def _recovery(feed: Feed) -> tuple[Event, ...]:
    if not feed.failures:
        return ()
    return (
        FeedRecovered(
            feed_id=feed.feed_id, url=redacted(feed.url), failures=feed.failures, last_error=feed.last_error or ""
        ),
    )


def _oddities(feed: Feed, decision: Decision) -> tuple[Event, ...]:
    muted = [FeedItemMuted(feed_id=feed.feed_id, item=key[:200], changes=CHANGES_MAX) for key in decision.muted]
    if not decision.truncated:
        return tuple(muted)
    cut = FeedBacklogTruncated(
        feed_id=feed.feed_id, url=redacted(feed.url), published=len(decision.publish), dropped=decision.truncated
    )
    return (cut, *muted)


def _unpublished(remembered: Remembered) -> Remembered:
    return Remembered(replace(remembered.item, published=False), None)


def _published(remembered: Remembered) -> tuple[str, Event]:
    entry = _entry(remembered)
    return entry.trace_id, EntryPublished(
        entry_id=entry.entry_id, feed_id=entry.feed.feed_id, url=redacted(entry.url), kind=entry.event
    )


def _entry(remembered: Remembered) -> Entry:
    assert remembered.entry is not None, "only items with an entry are sent"
    return remembered.entry
