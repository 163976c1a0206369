"""Which feeds may be asked now."""

import random
from collections import defaultdict

from services.ingest.timetable import Place, Timetable, Turn

NOW = 1_800_000_000.0
GAP_S = 2.0


def place(host: str, *, domain: str = "", shard: int = 0) -> Place:
    """Return where a host stands."""
    return Place(host, domain or host, shard)


def ids(turns: list[Turn]) -> list[str]:
    """Return the feeds of these turns."""
    return [turn.feed_id for turn in turns]


def table(*feeds: tuple[str, str, float]) -> Timetable:
    """Return a timetable of feeds: id, host, seconds until due."""
    made = Timetable(host_gap_s=GAP_S)
    for feed_id, host, due_s in feeds:
        made.put(feed_id, place(host), NOW + due_s)
    return made


def test_what_is_due_for_longest_comes_first() -> None:
    """Feeds are given out in the order of their times, as many as are asked for, none before its time."""
    made = table(("a", "x", -1), ("b", "y", -3), ("c", "z", -2), ("d", "w", 5))
    assert ids(made.take(NOW, 2)) == ["b", "c"]
    assert ids(made.take(NOW, 9)) == ["a"]
    assert ids(made.take(NOW, 9)) == []
    assert made.next_at() == NOW + 5


def test_a_host_is_asked_for_one_feed_at_a_time_and_rests_in_between() -> None:
    """The second feed of a host is given out a gap after the first has ended, and another host's meanwhile."""
    made = table(("a", "x", -2), ("b", "x", -1), ("c", "y", -1))
    assert ids(made.take(NOW, 9)) == ["a", "c"]
    assert ids(made.take(NOW + 60, 9)) == []
    made.done("a", "x", NOW + 60)
    assert ids(made.take(NOW + 60 + GAP_S - 0.01, 9)) == []
    assert ids(made.take(NOW + 60 + GAP_S, 9)) == ["b"]


def test_a_crowded_host_holds_up_nobody() -> None:
    """Case 15: five hundred feeds of one host that are long due do not stand in the way of others."""
    made = table(*((f"slow-{n}", "slow", -1000 - n) for n in range(500)), *((f"f{n}", f"h{n}", -1) for n in range(50)))
    assert sorted(ids(made.take(NOW, 100))) == sorted(["slow-499", *(f"f{n}" for n in range(50))])


def test_a_blocked_domain_rests_with_all_its_hosts() -> None:
    """No host of a domain is asked before its time, and no earlier block ends a later one."""
    made = Timetable(host_gap_s=0)
    made.put("a", place("one.example", domain="example"), NOW)
    made.put("b", place("two.example", domain="example"), NOW)
    made.put("c", place("other", domain="other"), NOW)
    made.block("example", NOW + 50)
    made.block("example", NOW + 10)
    assert ids(made.take(NOW, 9)) == ["c"]
    assert ids(made.take(NOW + 49, 9)) == []
    assert sorted(ids(made.take(NOW + 50, 9))) == ["a", "b"]


def test_a_feed_can_be_moved_and_dropped() -> None:
    """A new time or host counts instead of the old one; a dropped feed is never given out."""
    made = table(("a", "x", -1), ("b", "y", -1), ("c", "z", -1))
    made.put("a", place("x"), NOW + 10)
    made.put("b", place("v"), NOW + 20)
    made.drop("c")
    made.drop("unknown")
    assert ids(made.take(NOW + 9, 9)) == []
    assert ids(made.take(NOW + 30, 9)) == ["a", "b"]
    assert len(made) == 2


def test_a_shard_can_be_dropped() -> None:
    """All feeds of a shard go, and only these."""
    made = Timetable(host_gap_s=0)
    for number in range(6):
        made.put(f"f{number}", place(f"h{number}", shard=number % 2), NOW)
    assert sorted(made.drop_shard(1)) == ["f1", "f3", "f5"]
    assert sorted(ids(made.take(NOW, 9))) == ["f0", "f2", "f4"]


def test_a_visitor_has_a_host_to_itself() -> None:
    """A host that is asked on the way is free of polls, and one that is being polled or rests takes no visitor."""
    made = table(("a", "x", 0))
    assert made.occupy("x", "x", NOW)
    assert ids(made.take(NOW, 9)) == []
    made.vacate("x", NOW + 1)
    assert not made.occupy("x", "x", NOW + 1 + GAP_S / 2)
    assert ids(made.take(NOW + 1 + GAP_S, 9)) == ["a"]
    assert not made.occupy("x", "x", NOW + 99)
    assert made.occupy("elsewhere", "elsewhere", NOW)
    assert not made.occupy("elsewhere", "elsewhere", NOW)


def test_hosts_without_feeds_are_forgotten() -> None:
    """Visits to ever new hosts do not fill the memory."""
    made = table(("a", "x", 0))
    for number in range(10_000):
        assert made.occupy(f"h{number}", "h", NOW + number)
        made.vacate(f"h{number}", NOW + number)
    assert len(made._hosts) < 3000


def test_no_request_breaks_a_gap_a_block_or_a_host_that_is_busy() -> None:
    """Property: over random feeds, durations, blocks, moves and visits every request keeps all three rules."""
    for seed in range(20):
        chance = random.Random(seed)
        made = Timetable(host_gap_s=GAP_S)
        hosts = [(f"h{n}", f"d{n % 5}") for n in range(12)]
        domains = dict(hosts)
        busy: dict[str, tuple[str, float]] = {}
        free_at: dict[str, float] = defaultdict(lambda: -1.0)
        blocked: dict[str, float] = defaultdict(lambda: -1.0)
        homes: dict[str, tuple[str, str]] = {}
        now, asked = 0.0, 0
        for number in range(60):
            host, domain = homes[f"f{number}"] = chance.choice(hosts)
            made.put(f"f{number}", place(host, domain=domain), chance.uniform(0, 30))
        for _ in range(1500):
            now += chance.expovariate(4)
            for host, (feed, ends) in list(busy.items()):
                if ends <= now:
                    del busy[host]
                    free_at[host] = now + GAP_S
                    made.done(feed, host, now)
                    if feed != "visitor":
                        made.put(feed, place(host, domain=homes[feed][1]), now + chance.uniform(0, 20))
            if chance.random() < 0.02:
                domain = f"d{chance.randrange(5)}"
                blocked[domain] = max(blocked[domain], now + chance.uniform(0, 15))
                made.block(domain, blocked[domain])
            visited = chance.choice(hosts)[0]
            if chance.random() < 0.05 and made.occupy(visited, domains[visited], now):
                assert visited not in busy
                assert now >= free_at[visited]
                assert now >= blocked[domains[visited]]
                busy[visited] = ("visitor", now + chance.uniform(0, 5))
            for feed, _ in made.take(now, chance.randint(1, 5)):
                host, domain = homes[feed]
                assert host not in busy
                assert now >= free_at[host]
                assert now >= blocked[domain]
                busy[host] = (feed, now + chance.expovariate(1))
                asked += 1
        assert asked > 500
