"""Shards of hosts, held by leases, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from services.ingest import state
from services.ingest.leases import SHARDS, Leases
from services.ingest.memory import PollResult
from services.ingest.subscriptions import add_feed, list_feeds
from services.kit.db import Database, migrate
from services.kit.settings import DatabaseSettings
from tests.fakes.feeds import NOW

LEASE_S = 60.0


@dataclass
class Dial:
    """A clock that a test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return what it is set to."""
        return self.now


@pytest.fixture
async def ingest(database: str) -> AsyncIterator[Database]:
    """Give a database with the poller's tables."""
    async with AsyncExitStack() as stack:
        settings = DatabaseSettings.load({"DATELINE_DATABASE_URL": database})
        opened = await stack.enter_async_context(Database.connect(settings))
        await migrate(opened, schema="ingest", folder=state.MIGRATIONS)
        yield opened


async def expire(database: Database, owner: str) -> None:
    """Have the leases and the membership of a process run out, as if it had died a while ago."""
    await database.execute("UPDATE ingest.shards SET expires_at = now() WHERE owner = $1", owner)
    await database.execute("UPDATE ingest.members SET expires_at = now() - interval '1 s' WHERE owner = $1", owner)


def held(*members: Leases) -> list[int]:
    """Return all shards that these hold, sorted, those held twice twice."""
    return sorted(shard for member in members for shard in member.tokens)


async def test_one_process_holds_everything(ingest: Database) -> None:
    """The first process takes all shards, and keeps them with the next beats."""
    leases = Leases(ingest, "a", lease_s=LEASE_S)
    await leases.beat()
    assert await leases.beat() == frozenset()
    assert held(leases) == list(range(SHARDS))
    assert all(leases.holds(shard) for shard in range(SHARDS))


async def test_processes_share_evenly_as_they_come_and_go(ingest: Database) -> None:
    """Three processes hold a third each, two a half each, and at no time two of them the same shard."""
    members = [Leases(ingest, name, lease_s=LEASE_S) for name in "abc"]
    for _ in range(4):
        for member in members:
            await member.beat()
            await member.give_back(set(member.leaving))
            assert len(set(held(*members))) == len(held(*members))
    assert sorted(len(member.tokens) for member in members) == [20, 22, 22]
    await members[0].leave()
    for member in members[1:] * 2:
        await member.beat()
    assert held(*members[1:]) == list(range(SHARDS))
    assert max(len(member.tokens) for member in members[1:]) == SHARDS // 2


async def test_what_a_dead_process_held_is_taken_over_with_higher_tokens(ingest: Database) -> None:
    """When a lease has run out the next beat of another takes the shard, and the token rises."""
    dead, heir = Leases(ingest, "dead", lease_s=LEASE_S), Leases(ingest, "heir", lease_s=LEASE_S)
    await dead.beat()
    await heir.beat()
    assert held(heir) == []
    await expire(ingest, "dead")
    await heir.beat()
    assert len(held(heir)) == SHARDS
    assert all(heir.tokens[shard] > token for shard, token in dead.tokens.items())


async def test_a_process_that_slept_learns_that_it_has_lost(ingest: Database) -> None:
    """Its own clock tells it before it asks; its next beat tells it which; it may come back as a member."""
    dial = Dial()
    sleeper, heir = Leases(ingest, "sleeper", lease_s=LEASE_S, clock=dial), Leases(ingest, "heir", lease_s=LEASE_S)
    await sleeper.beat()
    dial.now += LEASE_S * 0.89
    assert sleeper.holds(1)
    dial.now += LEASE_S * 0.02
    assert not sleeper.holds(1), "before the database lets others have it"
    await expire(ingest, "sleeper")
    await heir.beat()
    assert len(await sleeper.beat()) == SHARDS
    assert not sleeper.tokens
    await heir.beat()
    await heir.give_back(set(heir.leaving))
    await sleeper.beat()
    assert len(held(sleeper)) == SHARDS // 2


async def test_a_process_that_slept_alone_goes_on(ingest: Database) -> None:
    """A lease that ran out and that nobody took is renewed under the same token."""
    dial = Dial()
    leases = Leases(ingest, "a", lease_s=LEASE_S, clock=dial)
    await leases.beat()
    before = dict(leases.tokens)
    await expire(ingest, "a")
    dial.now += 10 * LEASE_S
    assert not leases.holds(1)
    assert await leases.beat() == frozenset()
    assert leases.tokens == before
    assert leases.holds(1)


async def test_a_write_under_an_old_token_is_refused_whole(ingest: Database) -> None:
    """Case 39: of polls that end together, those of a lost shard leave no trace, and the others are remembered."""
    for host in ("one.example", "two.example", "three.example"):
        await add_feed(ingest, f"https://{host}/feed", now=NOW)
    leases = Leases(ingest, "a", lease_s=LEASE_S)
    await leases.beat()
    begun = await state.begin(
        ingest, [feed.feed_id for feed in await list_feeds(ingest)], leases.tokens, now=NOW, interval_s=300
    )
    feeds = [feed for feed, _ in begun]
    assert len(feeds) == 3
    lost = feeds[0]
    await ingest.execute("UPDATE ingest.shards SET token = token + 1 WHERE shard = $1", lost.shard)
    results = [
        PollResult(before=feed, after=replace(feed, title="remembered"), token=leases.tokens[feed.shard])
        for feed in feeds
    ]
    assert await state.save(ingest, results, now=NOW) == [feed.shard != lost.shard for feed in feeds]
    titles = {feed.feed_id: feed.title for feed in await list_feeds(ingest)}
    assert titles == {feed.feed_id: None if feed.shard == lost.shard else "remembered" for feed in feeds}
    again = await state.begin(ingest, [feed.feed_id for feed in feeds], leases.tokens, now=NOW, interval_s=300)
    assert lost.feed_id not in {feed.feed_id for feed, _ in again}


async def test_a_poll_that_was_begun_is_not_due_again_for_an_interval(ingest: Database) -> None:
    """A feed whose poller dies in the middle is asked again an interval after it was asked, by whomever."""
    await add_feed(ingest, "https://one.example/feed", now=NOW)
    leases = Leases(ingest, "a", lease_s=LEASE_S)
    await leases.beat()
    (feed,) = await list_feeds(ingest)
    await state.begin(ingest, [feed.feed_id], leases.tokens, now=NOW, interval_s=300)
    (due,) = await state.feeds_of(ingest, [feed.shard])
    assert (due.next_poll_at - NOW).total_seconds() == 300
    assert due.asked_at == NOW


async def test_a_poll_that_was_overtaken_is_refused(ingest: Database) -> None:
    """What an earlier poll leaves is not written over what a later one of the same process has begun."""
    await add_feed(ingest, "https://one.example/feed", now=NOW)
    leases = Leases(ingest, "a", lease_s=LEASE_S)
    await leases.beat()
    (feed,) = await list_feeds(ingest)
    begun = [
        (await state.begin(ingest, [feed.feed_id], leases.tokens, now=now, interval_s=300))[0]
        for now in (NOW, NOW + timedelta(seconds=300))
    ]
    results = [PollResult(before=one, after=replace(one, polls=5), token=token) for one, token in begun]
    assert await state.save(ingest, results, now=NOW) == [False, True]


async def test_beats_after_an_outage_do_not_wait_for_each_other(ingest: Database) -> None:
    """When all memberships have run out, as after an outage of the database, all come back at once."""
    members = [Leases(ingest, name, lease_s=LEASE_S) for name in "abcd"]
    for _ in range(10):
        await ingest.execute("UPDATE ingest.members SET expires_at = now() - interval '1 s'")
        await asyncio.gather(*(member.beat() for member in members))
