"""One poll of one feed: ask, read, decide, publish, remember. Ends in exactly one terminal event.

Entries are published and acknowledged before they are remembered, so that a crash in between repeats some of them,
with the same ids, and loses none.
"""

import secrets
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, Protocol, TypeVar

from schemas.topics import ENTRIES
from schemas.v1 import Entry
from services.ingest import state
from services.ingest.answers import conditions, digest, refusal
from services.ingest.decide import decide
from services.ingest.events import EntryRepublished, FeedClaimLost
from services.ingest.feeds import needs_isolation, parse_feed
from services.ingest.identity import identify
from services.ingest.items import ParsedFeed
from services.ingest.memory import Feed, Remembered
from services.ingest.outcome import Asked, Outcome, Sent, crashed, entry_failed, failed, polled, unchanged
from services.ingest.schedule import Rhythm
from services.ingest.settings import IngestSettings
from services.kit.clock import Clock
from services.kit.db import Database
from services.kit.errors import DatelineError, FetchFailed, Rejected, UnitFailed, WorkFailed
from services.kit.events import Event
from services.kit.http.answer import Fetched
from services.kit.kafka.messages import outgoing
from services.kit.kafka.ports import Producer
from services.kit.log import emit, unit
from services.kit.outage import Outages
from services.kit.urls import redacted, registrable_domain

T = TypeVar("T")

SOURCE: Final = "ingest"
_PARSE_CODES: Final = {"work.deadline": "feed.parse_deadline", "work.died": "feed.parse_died"}


class Fetches(Protocol):
    """What a poll needs of `services.kit.http.fetch.Fetcher`."""

    async def get(self, url: str, *, body_max_bytes: int, headers: Mapping[str, str] | None = None) -> Fetched:
        """Fetch a URL."""


class Isolates(Protocol):
    """What a poll needs of `services.kit.pool.WorkerPool`."""

    async def run(self, function: Callable[..., T], /, *args: object) -> T:
        """Call a function in a process that can be killed."""


@dataclass(frozen=True)
class Tools:
    """What polls work with."""

    fetcher: Fetches
    pool: Isolates
    producer: Producer
    database: Database
    outages: Outages
    settings: IngestSettings
    clock: Clock
    counts: Counter[str]
    """What the summary prints: each terminal event by its name, also those that are not logged one by one."""
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    """Name of this process on its claims."""


async def poll(feed: Feed, tools: Tools) -> Event:
    """Poll a claimed feed, remember the result, and log it. Returns the terminal event.

    Raises:
        DependencyDown: the process is to stop during an outage; nothing was remembered, and the poll will be repeated.

    """
    asking = _Asking(tools, time.monotonic())
    with unit(trace_of(feed, tools.clock())):
        try:
            outcome = await _attempt(feed, tools, asking)
            saved = await _save(feed, outcome, tools)
        except DatelineError:
            raise
        except Exception as error:  # noqa: BLE001 - a feed that trips over a bug of ours must not take others with it
            frames = "".join(traceback.format_exception(error, limit=-20))[-4000:]
            outcome = crashed(feed, error, asking.done(), frames=frames)
            saved = await _save(feed, outcome, tools)
        event = outcome.event if saved else _lost(feed, asking.done())
        for trace_id, end in outcome.ends if saved else ():
            _tell(end, tools, trace_id)
        for note in outcome.notes if saved else ():
            emit(note)
        _tell(event, tools)
        return event


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


def trace_of(feed: Feed, asked_at: datetime) -> str:
    """Return the trace id of a poll."""
    return digest(f"poll\n{feed.feed_id}\n{asked_at.isoformat()}".encode())[:32]


@dataclass(frozen=True)
class _Asking:
    """A poll under way."""

    tools: Tools
    started: float

    def done(self) -> Asked:
        """Return the circumstances as they are now."""
        settings = self.tools.settings
        rhythm = Rhythm(settings.ingest_interval_s, settings.ingest_jitter)
        return Asked(self.tools.clock(), round((time.monotonic() - self.started) * 1000), rhythm)


async def _attempt(feed: Feed, tools: Tools, asking: _Asking) -> Outcome:
    try:
        fetched = await tools.fetcher.get(
            feed.url, body_max_bytes=tools.settings.ingest_body_max_bytes, headers=conditions(feed)
        )
    except FetchFailed as problem:
        return failed(feed, problem, asking.done())
    if refused := refusal(fetched):
        return failed(feed, refused, asking.done(), fetched)
    if fetched.not_modified or digest(fetched.body) == feed.body_hash:
        return unchanged(feed, fetched, asking.done())
    now = tools.clock()
    try:
        parsed = await _parsed(fetched, tools, now)
    except (Rejected, WorkFailed) as problem:
        return failed(feed, _named(problem), asking.done(), fetched)
    return await _taken_in(feed, fetched, parsed, tools, asking)


async def _taken_in(feed: Feed, fetched: Fetched, parsed: ParsedFeed, tools: Tools, asking: _Asking) -> Outcome:
    identities = identify(parsed.items)
    known = await tools.outages.ride_out(partial(state.known_items, tools.database, feed.feed_id, identities))
    backlog = tools.settings.ingest_backlog
    decision = decide(known, parsed, identities, feed, backlog=backlog, now=tools.clock())
    sent = await _publish(decision.publish, tools)
    return polled(feed, fetched, parsed, decision=decision, sent=sent, asked=asking.done())


async def _parsed(fetched: Fetched, tools: Tools, now: datetime) -> ParsedFeed:
    label = fetched.headers.get("content-type")
    if needs_isolation(fetched.body):
        return await tools.pool.run(parse_feed, fetched.body, fetched.url, label, now)
    return parse_feed(fetched.body, fetched.url, label, now)


def _named(problem: UnitFailed) -> UnitFailed:
    """Name what befell a worker process by what it means for the feed."""
    if isinstance(problem, WorkFailed):
        return Rejected(_PARSE_CODES.get(problem.code, "feed.unparsable"), problem.message)
    return problem


async def _publish(remembered: Sequence[Remembered], tools: Tools) -> Sent:
    """Send entries one after the other, which keeps their order; each is acknowledged before the next."""
    published: list[Remembered] = []
    refused: list[tuple[Remembered, UnitFailed]] = []
    for one in remembered:
        assert one.entry is not None, "only items with an entry are sent"
        try:
            await _send(one.entry, tools)
        except UnitFailed as problem:
            refused.append((one, problem))
        else:
            published.append(one)
    return Sent(tuple(published), tuple(refused))


async def _send(entry: Entry, tools: Tools) -> None:
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
    await tools.outages.ride_out(lambda: tools.producer.send(message))


async def _save(feed: Feed, outcome: Outcome, tools: Tools) -> bool:
    save = partial(state.save_poll, items=outcome.items, seen=outcome.seen, now=tools.clock())
    return await tools.outages.ride_out(lambda: save(tools.database, feed, outcome.after))


def _lost(feed: Feed, asked: Asked) -> Event:
    return FeedClaimLost(feed_id=feed.feed_id, url=redacted(feed.url), duration_ms=asked.duration_ms)


def _tell(event: Event, tools: Tools, trace_id: str | None = None) -> None:
    """Log and count a terminal event."""
    tools.counts[event.action] += 1
    if trace_id is None:
        emit(event)
        return
    with unit(trace_id):
        emit(event)
