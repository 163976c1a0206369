"""What a poll comes to: the feed's next state, and what to say of it. Pure."""

from dataclasses import dataclass, replace

from schemas.v1 import Entry
from services.ingest import offset
from services.ingest.answered import Asked, News, answered
from services.ingest.answers import digest
from services.ingest.decide import CHANGES_MAX
from services.ingest.events import (
    EntryFailed,
    EntryPublished,
    FeedBacklogTruncated,
    FeedGapSuspected,
    FeedItemMuted,
    FeedPollCrashed,
    FeedPolled,
    FeedPollFailed,
    FeedRetired,
    FeedStillFailing,
    FeedTimesCorrected,
    FeedUnchanged,
)
from services.ingest.intake import Intake
from services.ingest.memory import Feed, Remembered
from services.ingest.schedule import GONE_MAX, Plan, after_failure, after_gap, fraction_of, put_off, worth_a_line
from services.kit.errors import UnitFailed
from services.kit.events import Event
from services.kit.http.answer import Fetched
from services.kit.urls import redacted


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
    whole: bool = False
    """Whether all items of the document were looked at."""
    pardoned: tuple[str, ...] = ()
    """Other feeds whose last failure was ours."""


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
    after, notes = answered(feed, fetched, asked, News(overlap=None if fetched.not_modified else True))
    return Outcome(after, event, notes=notes)


def polled(feed: Feed, fetched: Fetched, intake: Intake, *, sent: Sent, asked: Asked) -> Outcome:
    """Conclude a poll whose entries are sent."""
    reading, decision = intake.reading, intake.decision
    parsed = reading.parsed
    items = (*sent.published, *(_unpublished(one) for one, _ in sent.failed), *decision.remember)
    after, notes = answered(feed, fetched, asked, News(parsed, intake.published, intake.overlap))
    time_offset = offset.observed(feed.time_offset, intake.sightings, since=feed.last_success_at, until=asked.now)
    after = replace(
        after,
        time_offset=time_offset,
        title=feed.title or parsed.title,
        site_url=parsed.site_url or feed.site_url,
        # an index that has more to read is asked, and read, again as if it were new
        body_hash=None if intake.unfinished else digest(fetched.body),
        etag=None if intake.unfinished else after.etag,
        last_modified=None if intake.unfinished else after.last_modified,
        pieces=reading.pieces,
        parsed_at=asked.now if reading.whole else feed.parsed_at,
        strangers=feed.strangers + 1 if intake.overlap is False else 0,
        entries=feed.entries + len(sent.published),
        items=feed.items + sum(one.item.changes == 0 for one in items),
    )
    if intake.gap:
        after = _with_plan(after, after_gap(asked.now, _plan(after), asked.limits, interval_s=feed.interval_s))
    event = FeedPolled(
        feed_id=feed.feed_id,
        url=redacted(feed.url),
        status=fetched.status,
        channel=parsed.channel,
        items=len(decision.seen) + reading.unchanged,
        new=decision.new,
        changed=decision.changed,
        without_link=decision.without_link or None,
        broken_items=parsed.broken_items or None,
        flags=sorted(parsed.flags) or None,
        duration_ms=asked.duration_ms,
    )
    failures = ((_entry(one).trace_id, entry_failed(_entry(one), problem)) for one, problem in sent.failed)
    return Outcome(
        after,
        event,
        items=items,
        seen=tuple(decision.seen),
        whole=reading.whole,
        notes=(*notes, *_corrected(feed, after), *_oddities(feed, intake)),
        ends=(*(_published(one) for one in sent.published), *failures),
    )


def failed(
    feed: Feed, problem: UnitFailed, asked: Asked, fetched: Fetched | None = None, *, ours: bool = False
) -> Outcome:
    """Conclude a poll without a usable answer. What the feed was before stays, so that nothing is published twice.

    With `ours`, it was us who could not ask: that is charged to no feed.
    """
    gone = 0 if problem.code != "fetch.gone" else feed.gone + 1
    failures = feed.failures if ours else feed.failures + 1
    told = not ours and worth_a_line(
        problem.code, last_code=feed.last_error, logged_at=feed.error_logged_at, now=asked.now
    )
    after = replace(
        feed,
        gone=gone,
        failures=failures,
        last_error=feed.last_error if ours else problem.code,
        error_logged_at=asked.now if told else feed.error_logged_at,
        errors_unlogged=0 if told else feed.errors_unlogged + (not ours),
        last_polled_at=asked.now,
        polls=feed.polls + 1,
        active=gone < GONE_MAX,
        off_reason="gone" if gone >= GONE_MAX else feed.off_reason,
    )
    after = _with_plan(after, _plan_after_failure(feed, problem, asked, fetched, ours=ours))
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
    retired = (FeedRetired(feed_id=feed.feed_id, url=redacted(feed.url), reason="gone"),) if gone >= GONE_MAX else ()
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


def _plan_after_failure(
    before: Feed, problem: UnitFailed, asked: Asked, fetched: Fetched | None, *, ours: bool
) -> Plan:
    fraction = fraction_of(before.feed_id, asked.now)
    if ours:
        reason = "host_busy" if problem.code == "fetch.host_busy" else "offline"
        return put_off(asked.now, asked.limits, reason=reason, fraction=fraction)
    return after_failure(
        asked.now,
        asked.limits,
        code=problem.code,
        failures=before.failures + 1,
        last_code=before.last_error,
        fraction=fraction,
        retry_after_s=fetched.retry_after_s(asked.now) if fetched else None,
    )


def _plan(feed: Feed) -> Plan:
    return Plan(feed.next_poll_at, feed.interval_s or 0.0, feed.reason or "")


def _with_plan(feed: Feed, plan: Plan) -> Feed:
    return replace(feed, next_poll_at=plan.at, interval_s=plan.wait_s, reason=plan.reason)


def _corrected(before: Feed, after: Feed) -> tuple[Event, ...]:
    """Tell of a constant error of the feed's times when it is learned, or learned anew."""
    error_s = offset.correction_s(after.time_offset)
    if error_s is None or error_s == offset.correction_s(before.time_offset):
        return ()
    return (FeedTimesCorrected(feed_id=after.feed_id, url=redacted(after.url), offset_s=error_s),)


def _oddities(feed: Feed, intake: Intake) -> tuple[Event, ...]:
    decision, gap = intake.decision, intake.gap
    notes: list[Event] = [
        FeedItemMuted(feed_id=feed.feed_id, item=_told(key), changes=CHANGES_MAX) for key in decision.muted
    ]
    if decision.truncated:
        notes.append(
            FeedBacklogTruncated(
                feed_id=feed.feed_id,
                url=redacted(feed.url),
                published=len(decision.publish),
                dropped=decision.truncated,
            )
        )
    if gap:
        notes.append(
            FeedGapSuspected(
                feed_id=feed.feed_id,
                url=redacted(feed.url),
                items=len(intake.reading.parsed.items),
                pages=gap.pages,
                recovered=gap.recovered,
                closed=gap.closed,
            )
        )
    return tuple(notes)


def _told(item_key: str) -> str:
    """Return a key as a log may show it: without the query, in which secrets stand."""
    return item_key.partition("?")[0][:200]


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
