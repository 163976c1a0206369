"""What an answer teaches about its feed: rhythm and next poll, validators, whether it moved or fell silent. Pure.

An answer is a document or 304; what a document's items come to is for `decide`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.ingest import moves, patience, rhythm, trust
from services.ingest.answers import validators
from services.ingest.events import (
    FeedMoved,
    FeedMoveDisputed,
    FeedRecovered,
    FeedResumed,
    FeedRetired,
    FeedSilent,
    FeedValidatorDropped,
)
from services.ingest.hints import hints
from services.ingest.items import ParsedFeed
from services.ingest.leases import shard_of
from services.ingest.memory import Feed
from services.ingest.moves import Move
from services.ingest.observation import observed
from services.ingest.rhythm import Rhythm
from services.ingest.schedule import Limits, after_answer, fraction_of
from services.ingest.trust import Conditions, Trust, Validators, Verdict
from services.kit.events import Event
from services.kit.http.answer import Fetched
from services.kit.urls import host_of, redacted, registrable_domain


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of a poll."""

    now: datetime
    """When its answer came."""
    duration_ms: int
    limits: Limits
    price: float
    """Of waiting; see `budget`."""
    sent: Conditions
    held_by: bool | None = None
    """Whether the subscription that has the address the feed moved to is active; None if there is none."""


@dataclass(frozen=True, slots=True)
class News:
    """What an answer brought; nothing at all for 304 and for the body of last time."""

    parsed: ParsedFeed | None = None
    published: tuple[datetime | None, ...] = ()
    """When the new items were published."""
    overlap: bool | None = None
    """Whether items were listed that were known; None where that cannot be told."""


def trust_of(feed: Feed) -> Trust:
    """Return what is known of a feed's validators."""
    return Trust(
        feed.unconditional_at, feed.unchanged, feed.unchanged_at, feed.on_trial, feed.distrusted, feed.distrusted_at
    )


def expected_items(feed: Feed, now: datetime) -> float:
    """Return how many items a feed's rhythm lets expect since its last one; 0 where it is not known."""
    if feed.rhythm is None:
        return 0.0
    learned = Rhythm.unpacked(feed.rhythm)
    return learned.quiet * rhythm.batch(learned) + rhythm.expected(learned, learned.until, now.timestamp())


def answered(feed: Feed, fetched: Fetched, asked: Asked, news: News) -> tuple[Feed, tuple[Event, ...]]:
    """Return a feed's state after an answer, and what to tell about it."""
    after = _counted(feed, asked)
    after = _planned(feed, after, fetched, asked, news)
    after, doubted = _judged(feed, after, fetched, asked, news)
    after, moved = _moved(after, fetched, asked, news)
    after, heard = _heard(after, asked, news)
    return after, (*_recovery(feed), *doubted, *moved, *heard)


def _counted(feed: Feed, asked: Asked) -> Feed:
    return replace(
        feed,
        failures=0,
        gone=0,
        last_error=None,
        error_logged_at=None,
        errors_unlogged=0,
        proposed=[],
        last_polled_at=asked.now,
        last_success_at=asked.now,
        polls=feed.polls + 1,
    )


def _planned(before: Feed, after: Feed, fetched: Fetched, asked: Asked, news: News) -> Feed:
    """Learn from what was new, and plan the next poll."""
    parsed = news.parsed
    hinted = hints(
        fetched.headers, asked.now, ttl_s=parsed.ttl_s if parsed else None, sy_s=parsed.sy_s if parsed else None
    )
    now = asked.now.timestamp()
    learned = _learned(before, asked, news, hinted.prior_s)
    limits = asked.limits
    plan = after_answer(
        asked.now,
        limits,
        wanted_s=patience.wait_s(learned, now, asked.price, least_s=limits.least_s / 2, most_s=limits.most_s * 2),
        fraction=fraction_of(after.feed_id, asked.now),
        hint=(hinted.floor_s, hinted.reasons[0]) if hinted.floor_s else None,
        retry_after_s=fetched.retry_after_s(asked.now),
    )
    return replace(
        after,
        next_poll_at=plan.at,
        interval_s=plan.wait_s,
        reason=plan.reason,
        rate=patience.weight(learned),
        rhythm=learned.packed(),
    )


def _learned(feed: Feed, asked: Asked, news: News, prior_s: float | None) -> Rhythm:
    known = Rhythm.unpacked(feed.rhythm) if feed.rhythm else Rhythm.initial(prior_s)
    now = asked.now.timestamp()
    since = feed.last_success_at.timestamp() if feed.rhythm and feed.last_success_at else None
    return observed(known, [_moment(when, now) for when in news.published], since=since, until=now)


def _moment(when: datetime | None, now: float) -> float:
    return min(when.timestamp(), now) if when else now


def _judged(before: Feed, after: Feed, fetched: Fetched, asked: Asked, news: News) -> tuple[Feed, tuple[Event, ...]]:
    """Take the validators of an answer, as far as they can be trusted."""
    etag, last_modified = validators(fetched, asked.now)
    verdict = _verdict(before, Validators(etag, last_modified), fetched, asked, news)
    kept = fetched.not_modified or verdict.keep_stored  # 304 need not repeat the validators
    judged = verdict.trust
    after = replace(
        after,
        etag=(None if verdict.keep_stored else etag) or (before.etag if kept else None),
        last_modified=(None if verdict.keep_stored else last_modified) or (before.last_modified if kept else None),
        unconditional_at=judged.unconditional_at,
        unchanged=judged.unchanged,
        unchanged_at=judged.unchanged_at,
        on_trial=judged.on_trial,
        distrusted=judged.distrusted,
        distrusted_at=judged.distrusted_at,
    )
    if not verdict.lying:
        return after, ()
    return after, (FeedValidatorDropped(feed_id=after.feed_id, url=redacted(after.url), validators=[*verdict.lying]),)


def _verdict(before: Feed, given: Validators, fetched: Fetched, asked: Asked, news: News) -> Verdict:
    if fetched.not_modified:
        return trust.after_not_modified(trust_of(before), asked.sent, asked.now)
    return trust.after_document(
        trust_of(before),
        asked.sent,
        asked.now,
        stored=Validators(before.etag, before.last_modified),
        given=given,
        published=news.published if before.items else (),
    )


def _moved(feed: Feed, fetched: Fetched, asked: Asked, news: News) -> tuple[Feed, tuple[Event, ...]]:
    """Follow a permanent redirect for good once it has proved itself."""
    watched = watched_move(feed)
    target = moves.permanent_target(fetched.redirects, feed.url)
    move, adopt = moves.after_poll(watched, target, now=asked.now, overlap=news.overlap, parsed=True)
    after = replace(
        feed,
        moved_to=move.target if move else None,
        moved_since=move.since if move else None,
        moved_polls=move.polls if move else 0,
        moved_overlap=move.overlapped if move else None,
    )
    if adopt and watched and asked.held_by:
        return replace(after, active=False, off_reason="duplicate"), (
            FeedRetired(feed_id=feed.feed_id, url=redacted(feed.url), reason="duplicate"),
        )
    if adopt and watched and asked.held_by is None:
        return _at(after, watched.target), (
            FeedMoved(
                feed_id=feed.feed_id,
                url=redacted(feed.url),
                target=redacted(watched.target),
                since=watched.since.isoformat(timespec="seconds"),
            ),
        )
    return after, _dispute(feed, watched, move, asked.now)


def watched_move(feed: Feed) -> Move | None:
    """Return the permanent redirect of a feed that is being watched."""
    if feed.moved_to is None or feed.moved_since is None:
        return None
    return Move(feed.moved_to, feed.moved_since, feed.moved_polls, feed.moved_overlap)


def _at(feed: Feed, url: str) -> Feed:
    domain = registrable_domain(url)
    return replace(feed, url=url, host=host_of(url), domain=domain, shard=shard_of(domain))


def _dispute(feed: Feed, before: Move | None, move: Move | None, now: datetime) -> tuple[Event, ...]:
    """Tell of a redirect to other items, once: at the poll at which it has held for long enough."""
    if move is None or not moves.disputed(move, now) or (before and moves.disputed(before, feed.last_polled_at or now)):
        return ()
    return (
        FeedMoveDisputed(
            feed_id=feed.feed_id,
            url=redacted(feed.url),
            target=redacted(move.target),
            since=move.since.isoformat(timespec="seconds"),
        ),
    )


def _heard(feed: Feed, asked: Asked, news: News) -> tuple[Feed, tuple[Event, ...]]:
    """Notice a feed's silence and its end."""
    if news.published:
        after = replace(feed, last_item_at=_latest(news.published, asked.now), silent_since=None)
        if feed.silent_since is None:
            return after, ()
        since = feed.silent_since.isoformat(timespec="seconds")
        return after, (FeedResumed(feed_id=feed.feed_id, url=redacted(feed.url), silent_since=since),)
    if feed.silent_since or feed.last_item_at is None or feed.rhythm is None:
        return feed, ()
    learned = Rhythm.unpacked(feed.rhythm)
    if not rhythm.silent(learned, asked.now.timestamp()):
        return feed, ()
    told = FeedSilent(
        feed_id=feed.feed_id,
        url=redacted(feed.url),
        last_item_at=feed.last_item_at.isoformat(timespec="seconds"),
        usually=rhythm.described(learned, asked.now.timestamp()),
    )
    return replace(feed, silent_since=asked.now), (told,)


def _latest(published: Sequence[datetime | None], now: datetime) -> datetime:
    return min(max((when for when in published if when), default=now), now)


def _recovery(feed: Feed) -> tuple[Event, ...]:
    if not feed.failures:
        return ()
    return (
        FeedRecovered(
            feed_id=feed.feed_id, url=redacted(feed.url), failures=feed.failures, last_error=feed.last_error or ""
        ),
    )
