"""One poll of one feed: ask, read, decide, publish, remember. Ends in exactly one terminal event.

Entries are published and acknowledged before they are remembered, so that a crash in between repeats some of them,
with the same ids, and loses none.
"""

import asyncio
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from schemas.topics import ENTRIES
from schemas.v1 import Entry
from services.ingest import moves, rediscovery, state, trust
from services.ingest.answered import Asked, expected_items, trust_of, watched_move
from services.ingest.answers import digest, refusal
from services.ingest.documents import ACCEPT, Documents
from services.ingest.events import (
    EntryRepublished,
    FeedClaimLost,
    FeedProposed,
    NetworkLost,
    NetworkRestored,
)
from services.ingest.intake import Intake, taken_in
from services.ingest.leases import LeaseLost
from services.ingest.memory import Feed, PollResult, Remembered
from services.ingest.outcome import Outcome, Sent, crashed, entry_failed, failed, polled, unchanged
from services.ingest.reach import UNREACHED, Change
from services.ingest.tools import Tools
from services.ingest.trust import Conditions, Validators
from services.ingest.visits import Visit
from services.kit.archive.capture import FEED, Capture
from services.kit.errors import DependencyDown, FetchFailed, Rejected, ServiceFailed, SettingsError, UnitFailed
from services.kit.events import Event
from services.kit.http.answer import Fetched
from services.kit.kafka.messages import outgoing
from services.kit.log import emit, unit
from services.kit.urls import redacted, registrable_domain

SOURCE: Final = "ingest"


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll ended: its terminal event, and what it left to remember, if that was remembered."""

    event: Event
    result: PollResult | None


class Poll:
    """A poll of a feed that `state.begin` gave, under the token that its shard had then."""

    def __init__(self, feed: Feed, token: int, tools: Tools) -> None:
        self.feed = feed
        self.tools = tools
        visit = Visit(feed, tools.leases, tools.timetable, tools.clock, host_gap_s=tools.settings.ingest_host_gap_s)
        self.documents = Documents(tools, visit, feed.domain)
        self._token = token
        self._started = time.monotonic()
        self._revoked = False

    async def run(self) -> Polled:
        """Poll, remember the result, and log it.

        Raises:
            DependencyDown: the process is to stop during an outage; nothing was remembered.

        """
        with unit(trace_of(self.feed)):
            try:
                return await self._concluded()
            except LeaseLost:
                return self._lost()
            except asyncio.CancelledError:
                if not self._revoked:
                    raise
                return self._lost()
            finally:
                self.documents.visit.leave()

    def revoke(self) -> None:
        """Note that the poll is cancelled because its lease is lost."""
        self._revoked = True

    def asked(self, sent: Conditions | None = None, *, held_by: bool | None = None) -> Asked:
        """Return the circumstances as they are now."""
        tools, now = self.tools, self.tools.clock()
        limits, price = tools.settings.limits, tools.budget.price(now.timestamp())
        return Asked(now, self._duration_ms, limits, price, sent or Conditions({}, canary=False), held_by)

    @property
    def _duration_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)

    async def _concluded(self) -> Polled:
        """Poll, remember, tell. An error of ours must not take other feeds with it."""
        try:
            outcome = await _attempt(self)
            return await self._remembered(outcome)
        except (DependencyDown, ServiceFailed, SettingsError, LeaseLost):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told and costs this poll
            frames = "".join(traceback.format_exception(error, limit=-20))[-4000:]
            return await self._remembered(crashed(self.feed, error, self.asked(), frames=frames))

    async def _remembered(self, outcome: Outcome) -> Polled:
        """Remember how the poll ended, and tell it; nothing of it counts if the feed is another process's."""
        result = PollResult(
            before=self.feed,
            after=outcome.after,
            token=self._token,
            items=outcome.items,
            seen=outcome.seen,
            whole=outcome.whole,
            blocked=tuple(self.documents.blocked),
            pardoned=outcome.pardoned,
        )
        if not await self.tools.ledger.save(result):
            return self._lost()
        for trace_id, end in outcome.ends:
            _tell(end, self.tools, trace_id)
        for note in outcome.notes:
            emit(note)
        _tell(outcome.event, self.tools)
        return Polled(outcome.event, result)

    def _lost(self) -> Polled:
        """End without a trace: another process has the feed."""
        event = FeedClaimLost(feed_id=self.feed.feed_id, url=redacted(self.feed.url), duration_ms=self._duration_ms)
        _tell(event, self.tools)
        return Polled(event, None)


async def republish(entry: Entry, tools: Tools) -> None:
    """Publish a remembered entry again, unchanged, and log how that ended.

    Raises:
        DependencyDown: the process is to stop during an outage.

    """
    end: Event
    try:
        await _send(entry, tools)
    except UnitFailed as problem:
        end = entry_failed(entry, problem)
    else:
        end = EntryRepublished(entry_id=entry.entry_id, feed_id=entry.feed.feed_id, url=redacted(entry.url))
    _tell(end, tools, entry.trace_id)


def trace_of(feed: Feed) -> str:
    """Return the trace id of a poll that has begun."""
    begun = feed.asked_at.isoformat() if feed.asked_at else ""
    return digest(f"poll\n{feed.feed_id}\n{begun}".encode())[:32]


async def _attempt(under_way: Poll) -> Outcome:
    feed, documents = under_way.feed, under_way.documents
    sent = _conditions(under_way)
    try:
        fetched = await documents.fetched(feed.url, {"Accept": ACCEPT, **sent.headers})
    except FetchFailed as problem:
        return await _failed(under_way, problem)
    if refused := refusal(fetched, conditional=bool(sent.headers)):
        return await _failed(under_way, refused, fetched)
    _note(under_way, None)
    held_by = await _holder_of_target(under_way, fetched)
    if fetched.not_modified or digest(fetched.body) == feed.body_hash:
        return unchanged(feed, fetched, under_way.asked(sent, held_by=held_by))
    await _keep(under_way, fetched)
    try:
        reading = await documents.read(fetched, _known_pieces(under_way), under_way.tools.clock())
    except Rejected as problem:
        return await _failed(under_way, problem, fetched)
    intake = await taken_in(feed, reading, documents, under_way.tools.clock())
    sent_entries = await _publish(intake, under_way)
    return polled(feed, fetched, intake, sent=sent_entries, asked=under_way.asked(sent, held_by=held_by))


async def _keep(under_way: Poll, fetched: Fetched) -> None:
    """Keep a document in the archive, if there is one."""
    tools = under_way.tools
    archive = tools.archive
    if archive is None:
        return
    about = {"feed_id": under_way.feed.feed_id, "requested": fetched.requested, "trace_id": trace_of(under_way.feed)}
    capture = Capture(
        fetched.url, fetched.status, fetched.headers, fetched.body, tools.clock(), json.dumps(about), FEED
    )
    await tools.outages.ride_out(lambda: archive.keep(capture))


def _conditions(under_way: Poll) -> Conditions:
    feed, now = under_way.feed, under_way.tools.clock()
    stored = Validators(feed.etag, feed.last_modified)
    return trust.conditions(stored, trust_of(feed), now, expected_items=expected_items(feed, now))


def _known_pieces(under_way: Poll) -> bytes:
    """Return the pieces that need not be parsed; none once a day, so that items that are listed are not forgotten."""
    feed = under_way.feed
    fresh = feed.parsed_at is not None and under_way.tools.clock() - feed.parsed_at < state.TOUCH
    return feed.pieces if fresh or feed.parsed_at is None else b""


async def _holder_of_target(under_way: Poll, fetched: Fetched) -> bool | None:
    """Tell whether another subscription has the address that the feed is about to move to, and is active."""
    watched = watched_move(under_way.feed)
    if watched is None or moves.permanent_target(fetched.redirects, under_way.feed.url) != watched.target:
        return None
    tools = under_way.tools
    return await tools.outages.ride_out(lambda: state.holder(tools.database, watched.target))


async def _failed(under_way: Poll, problem: UnitFailed, fetched: Fetched | None = None) -> Outcome:
    """Conclude a failed poll: settle whose failure it is, and ask the site if its feed is elsewhere by now."""
    feed, tools = under_way.feed, under_way.tools
    change = _note(under_way, problem.code)
    ours = problem.code == "fetch.host_busy" or (tools.reach.down and problem.code in UNREACHED)
    outcome = failed(feed, problem, under_way.asked(), fetched, ours=ours)
    if change and change.began:
        pardoned = tuple(charged for charged in change.charged if charged != feed.feed_id)
        outcome = replace(outcome, pardoned=pardoned)
    if rediscovery.worth_looking(problem.code, outcome.after.failures):
        return await _with_proposals(under_way, outcome)
    return outcome


async def _with_proposals(under_way: Poll, outcome: Outcome) -> Outcome:
    feed = under_way.feed
    proposed = await rediscovery.proposals(feed, under_way.documents, under_way.tools.clock())
    after = replace(outcome.after, proposed=list(proposed))
    if not proposed or list(proposed) == feed.proposed:
        return replace(outcome, after=after)
    note = FeedProposed(feed_id=feed.feed_id, url=redacted(feed.url), proposed=[redacted(url) for url in proposed])
    return replace(outcome, after=after, notes=(*outcome.notes, note))


def _note(under_way: Poll, code: str | None) -> Change | None:
    """Have the result of a request judged next to those of other hosts, and tell what that changes."""
    feed = under_way.feed
    change = under_way.tools.reach.noted(
        feed.domain,
        feed.feed_id,
        code=code,
        healthy_before=feed.failures == 0 and feed.last_success_at is not None,
        at=time.monotonic(),
    )
    if change and change.began:
        emit(NetworkLost(hosts=change.hosts, feeds=len(change.charged)))
    elif change:
        emit(NetworkRestored(lost_for_s=round(time.monotonic() - change.since, 1)))
    return change


async def _publish(intake: Intake, under_way: Poll) -> Sent:
    """Send entries one after the other, which keeps their order; each is acknowledged before the next."""
    published: list[Remembered] = []
    refused: list[tuple[Remembered, UnitFailed]] = []
    for one in intake.decision.publish:
        assert one.entry is not None, "only items with an entry are sent"
        try:
            await _send(one.entry, under_way.tools, under_way.documents.visit.check)
        except UnitFailed as problem:
            refused.append((one, problem))
        else:
            published.append(one)
    return Sent(tuple(published), tuple(refused))


async def _send(entry: Entry, tools: Tools, check: Callable[[], None] = lambda: None) -> None:
    """Publish an entry; `check` raises what is to end that, also after a wait for the broker."""
    message = outgoing(
        ENTRIES,
        tools.settings.kafka_topic_prefix,
        key=registrable_domain(entry.url),
        record=entry,
        event_id=entry.entry_id,
        source=SOURCE,
        trace_id=entry.trace_id,
        now=tools.clock(),
    )

    async def attempt() -> None:
        check()
        await tools.producer.send(message)

    await tools.outages.ride_out(attempt)


def _tell(event: Event, tools: Tools, trace_id: str | None = None) -> None:
    """Log and count a terminal event."""
    tools.counts[event.action] += 1
    if trace_id is None:
        emit(event)
        return
    with unit(trace_id):
        emit(event)
