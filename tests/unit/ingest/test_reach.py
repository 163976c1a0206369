"""When many hosts fail at once, it is our outage."""

import random
from dataclasses import dataclass, field

import pytest

from services.ingest.reach import UNREACHED, Change, Reach

DEAD_S = 30.0
"""How long a request takes that is not answered."""


@dataclass
class World:
    """Feeds, one for each host, that are polled in turn; a failed feed is charged as the poller would."""

    hosts: int
    interval_s: float = 300.0
    broken: frozenset[int] = frozenset()
    """Hosts that have always failed."""
    reach: Reach = field(default_factory=Reach)
    failures: dict[int, int] = field(default_factory=dict)
    changes: list[tuple[float, Change]] = field(default_factory=list)

    def run(self, begin_s: float, end_s: float, *, outage: tuple[float, float] = (0, 0), chance: float = 0) -> None:
        """Poll all feeds, with an outage of ours from and to a time, and failures of single hosts by chance."""
        dice = random.Random(round(chance * 1e6) + self.hosts)
        step_s = self.interval_s / self.hosts
        results = []
        for tick in range(int(begin_s / step_s), int(end_s / step_s)):
            at, host = tick * step_s, tick % self.hosts
            ours = outage[0] <= at < outage[1]
            failed = ours or host in self.broken or dice.random() < chance
            results.append((at + DEAD_S * failed, host, failed))
        for at, host, failed in sorted(results):
            self._note(at, host, failed=failed)

    def _note(self, at: float, host: int, *, failed: bool) -> None:
        before = self.failures.get(host, 7 if host in self.broken else 0)
        code = "fetch.connect" if failed else None
        change = self.reach.noted(f"h{host}.example", f"f{host}", code=code, healthy_before=before == 0, at=at)
        if not failed:
            self.failures[host] = 0
        elif change or not self.reach.down:
            self.failures[host] = before + 1
        if change:
            self.changes.append((at, change))
            for feed_id in change.charged:
                self.failures[int(feed_id[1:])] -= 1

    @property
    def began_and_ended(self) -> list[bool]:
        """What happened, in order."""
        return [change.began for _, change in self.changes]


@pytest.mark.parametrize("hosts", [25, 50, 200, 2000])
def test_an_outage_is_seen_within_two_minutes_and_charged_to_nobody(hosts: int) -> None:
    """It begins within two minutes, though each failure takes half a minute to show, and leaves no feed a failure."""
    world = World(hosts)
    world.run(0, 7200, outage=(3600, 5400))
    assert world.began_and_ended == [True, False]
    assert 3600 < world.changes[0][0] <= 3600 + 120
    assert 5400 <= world.changes[1][0] <= 5400 + 120
    assert world.changes[0][1].since >= 3600
    assert set(world.failures.values()) == {0}
    assert not world.reach.down


@pytest.mark.parametrize("hosts", [3, 4, 6, 10])
def test_a_few_hosts_are_enough_within_one_round(hosts: int) -> None:
    """With few hosts every one of them has to fail, so the outage is known after a round and over at a success."""
    world = World(hosts)
    world.run(0, 7200, outage=(3600, 5400))
    assert world.began_and_ended == [True, False]
    assert world.changes[0][0] <= 3600 + 300 + DEAD_S
    assert set(world.failures.values()) == {0}


@pytest.mark.parametrize("hosts", [1, 2])
def test_one_or_two_hosts_never_make_an_outage(hosts: int) -> None:
    """An installation with so few hosts cannot tell theirs from ours."""
    world = World(hosts)
    world.run(0, 7200, outage=(3600, 5400))
    assert not world.changes


@pytest.mark.parametrize(("hosts", "chance"), [(3, 0.002), (4, 0.005), (6, 0.02), (10, 0.05), (50, 0.05), (500, 0.1)])
def test_failures_that_have_nothing_to_do_with_each_other_are_no_outage(hosts: int, chance: float) -> None:
    """In ten days of sporadic failures no outage is seen."""
    world = World(hosts)
    world.run(0, min(10 * 86_400, 60_000 * 300 / hosts), chance=chance)
    assert not world.changes


def test_an_outage_is_seen_among_sporadic_failures() -> None:
    """Failures here and there, before and during an outage, neither hide it nor split it."""
    world = World(50)
    world.run(0, 14_400, outage=(7200, 9000), chance=0.03)
    assert world.began_and_ended == [True, False]
    assert 7200 < world.changes[0][0] <= 7200 + 120


def test_hosts_that_were_dead_before_do_not_count() -> None:
    """With nine hosts in ten long dead there is no outage, and one of the others is seen all the same."""
    world = World(100, broken=frozenset(range(10, 100)))
    world.run(0, 36_000)
    assert not world.changes
    world.run(36_000, 40_000, outage=(37_000, 38_800))
    assert world.began_and_ended == [True, False]


def test_a_list_of_dead_addresses_is_no_outage() -> None:
    """Feeds that never answered are not healthy, however many of them fail at once."""
    reach = Reach()
    for n in range(100):
        assert reach.noted(f"h{n}", f"f{n}", code="fetch.dns", healthy_before=False, at=n) is None
    assert not reach.down


@pytest.mark.parametrize("code", ["fetch.server_error", "fetch.forbidden", "fetch.too_large", "feed.not_a_feed"])
def test_an_answer_of_any_kind_shows_that_the_host_was_reached(code: str) -> None:
    """Refusals and broken answers of many hosts are no outage, and end one."""
    reach = Reach()
    for n in range(100):
        assert reach.noted(f"h{n}", f"f{n}", code=code, healthy_before=True, at=n) is None
    for n in range(4):
        reach.noted(f"h{n}", f"f{n}", code="fetch.connect", healthy_before=True, at=5000 + n)
    assert reach.down
    found = [reach.noted(f"h{n}", "f", code=code, healthy_before=True, at=5010 + n) for n in range(3)]
    assert found == [None, None, Change(began=False, since=5000, hosts=3)]


@pytest.mark.parametrize("code", ["fetch.url_refused", "feed.unexpected"])
def test_what_was_never_sent_says_nothing(code: str) -> None:
    """Refusals and bugs of ours neither begin an outage nor end one."""
    reach = Reach()
    for n in range(3):
        reach.noted(f"h{n}", f"f{n}", code="fetch.dns", healthy_before=True, at=n)
        assert reach.noted(f"x{n}", f"x{n}", code=code, healthy_before=True, at=n) is None
    assert reach.down
    assert reach.noted("x", "x", code=code, healthy_before=True, at=9) is None
    assert reach.down


def test_failures_of_one_host_count_once() -> None:
    """A host with a hundred feeds that goes down is that host's outage; one reached host among them is enough."""
    reach = Reach()
    for n in range(300):
        host = f"h{n % 2}"
        assert reach.noted(host, f"f{n}", code="fetch.deadline", healthy_before=True, at=n / 10) is None
    reach.noted("h3", "x", code=None, healthy_before=True, at=31)
    assert reach.noted("h4", "y", code="fetch.dns", healthy_before=True, at=32) is None


def test_the_feeds_charged_since_the_first_failure_are_named_once_for_each() -> None:
    """Charges from before the outage stay; those since its first failure come back, also of feeds in trouble."""
    reach = Reach()
    reach.noted("early", "before", code="fetch.dns", healthy_before=True, at=0)
    for n in range(20):
        reach.noted(f"g{n}", f"g{n}", code=None, healthy_before=True, at=1000 + n)
    failing = [("a", "a1", True), ("a", "a2", True), ("old", "old1", False), ("b", "b1", True)]
    failing += [(f"c{n}", f"c{n}", True) for n in range(30)]
    changes = [
        change
        for n, (host, feed_id, healthy) in enumerate(failing)
        if (change := reach.noted(host, feed_id, code="fetch.dns", healthy_before=healthy, at=1100 + n))
    ]
    assert len(changes) == 1
    assert changes[0].since == 1100
    assert changes[0].charged == tuple(feed_id for _, feed_id, _ in failing[: len(changes[0].charged)])
    assert "old1" in changes[0].charged


def test_one_host_in_ten_may_be_reached_in_an_outage() -> None:
    """A host next door that answers throughout neither hides the outage nor ends it."""
    reach = Reach()
    changes = []
    for n in range(400):
        near, ours = n % 20 == 5, n >= 60
        host, code = (f"near{n % 3}", None) if near else (f"h{n % 60}", "fetch.dns" if ours else None)
        change = reach.noted(host, f"f{n}", code=code, healthy_before=True, at=n)
        changes += [change] if change else []
    assert [change.began for change in changes] == [True]
    assert reach.down


def test_feeds_in_trouble_do_not_delay_the_end() -> None:
    """While sites answer again, failures of feeds that failed before the outage count for nothing; others do."""
    for healthy, ended in ((False, True), (True, False)):
        reach = Reach()
        for n in range(40):
            reach.noted(f"h{n}", f"f{n}", code="fetch.dns" if n >= 20 else None, healthy_before=True, at=n)
        assert reach.down
        for n in range(10):
            reach.noted(f"h{n}", f"f{n}", code=None, healthy_before=True, at=50 + n)
            reach.noted(f"x{n}", f"x{n}", code="fetch.dns", healthy_before=healthy, at=50.5 + n)
        assert reach.down is not ended


def test_each_outage_names_its_own_charges() -> None:
    """A second outage neither hides behind the first nor names feeds of it."""
    world = World(50)
    world.run(0, 7200, outage=(3600, 4200))
    world.run(7200, 14_400, outage=(7500, 8100))
    assert world.began_and_ended == [True, False, True, False]
    first, second = world.changes[0][1], world.changes[2][1]
    assert len(first.charged) == first.hosts
    assert len(second.charged) == second.hosts
    assert set(world.failures.values()) == {0}


def test_memory_stays_small() -> None:
    """A million hosts and failures leave a few thousand short records."""
    reach = Reach()
    for n in range(100_000):
        reach.noted(f"h{n}", f"f{n}", code="fetch.dns" if n % 2 else None, healthy_before=True, at=n / 100)
    assert len(reach._hosts) <= 64
    assert len(reach._charges) <= 4_096


def test_the_codes_are_those_of_the_network() -> None:
    """A status, a size or a wrong document can be nobody's outage but the site's."""
    assert "fetch.dns" in UNREACHED
    assert all(code.startswith("fetch.") for code in UNREACHED)
    assert not UNREACHED & {"fetch.server_error", "fetch.rate_limited", "fetch.too_large", "fetch.redirect_limit"}
