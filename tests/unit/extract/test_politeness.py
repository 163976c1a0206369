"""Politeness: what no site ever sees, over thousands of random schedules in virtual time."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from services.extract.politeness import PATIENCE_S, Politeness
from services.kit.errors import FetchFailed
from services.kit.http import Fetched, Redirect
from services.kit.http.fetch import Gate
from services.kit.http.pace import Pace
from services.kit.urls import host_of, registrable_domain
from tests.fakes.virtual import run

SCHEDULES = 2000
AT_ONCE = 100
HOSTS = ("www.one.example", "feeds.one.example", "two.example", "www.three.co.uk", "three.co.uk", "127.0.0.1")
START = datetime(2026, 3, 5, tzinfo=UTC)
TICK_S = 1e-6


def now() -> float:
    """Return the time of the running loop."""
    return asyncio.get_running_loop().time()


def clock() -> datetime:
    """Return the same as a date."""
    return START + timedelta(seconds=now())


@dataclass
class Web:
    """Hosts that answer as chance has it, and know what they must never see."""

    chance: random.Random
    gap_s: float
    delays_s: Mapping[str, float]
    sent: dict[str, tuple[float, bool]] = field(default_factory=dict)
    """When the last request to a host was sent, and whether it kept the host's own gap."""
    busy: set[str] = field(default_factory=set)
    closed_until: dict[str, float] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    async def get(self, url: str, *, body_max_bytes: int, timeout_s: float, gate: Gate) -> Fetched:
        """Answer a request as `Fetcher` does, redirects and all."""
        assert body_max_bytes
        assert timeout_s
        first, steps = host_of(url), [url]
        while True:
            host = host_of(steps[-1])
            await gate.enter(host)
            await self._connected(gate, host, own_gap=host == first)
            if len(steps) == 4 or self.chance.random() > 0.2:
                break
            steps.append(f"http://{self.chance.choice(HOSTS)}/hop")
        if self.chance.random() < 0.1:
            raise FetchFailed("fetch.connect", "cut", retryable=self.chance.random() < 0.5)
        return self._answer(steps)

    async def _connected(self, gate: Gate, host: str, *, own_gap: bool) -> None:
        """Look at a connection and the request on it as they come, and take some time for both."""
        if host in self.busy:
            self.wrong.append("two at once")
        self._check_open(host)
        self.busy.add(host)
        try:
            await asyncio.sleep(self.chance.choice([0, 0, 0.1, 2]))
            gate.permit(host)
            self._check_open(host)
            self._check_gap(host, own_gap=own_gap)
            self.requests["sent"] += 1
            await asyncio.sleep(self.chance.choice([0, 0.01, 0.3, 5]))
        finally:  # who cancels a request closes its connection
            self.busy.remove(host)

    def _check_open(self, host: str) -> None:
        if now() < self.closed_until.get(registrable_domain(host), 0.0) - TICK_S:
            self.wrong.append("inside a Retry-After window")

    def _check_gap(self, host: str, *, own_gap: bool) -> None:
        at, kept = self.sent.get(host, (-1e9, False))
        gap_s = max(self.gap_s, self.delays_s[host]) if own_gap or kept else self.gap_s
        if now() - at < gap_s - TICK_S:
            self.wrong.append(f"{now() - at} s after the last, not {gap_s}")
        self.sent[host] = (now(), own_gap)

    def _answer(self, steps: list[str]) -> Fetched:
        status = self.chance.choices([200, 404, 429, 500, 503], [8, 1, 2, 1, 2])[0]
        headers, until = self._retry_after(status)
        for step in steps:
            domain = registrable_domain(step)
            self.closed_until[domain] = max(until, self.closed_until.get(domain, 0.0))
        redirects = tuple(Redirect(302, step) for step in steps[1:])
        return Fetched(steps[0], steps[-1], status, headers, b"", redirects, 1)

    def _retry_after(self, status: int) -> tuple[dict[str, str], float]:
        """Return a header, or none, in one form or the other, and until when it closes the domain."""
        wait_s = self.chance.choice([0, 1, 3, 8, 30, 600])
        if self.chance.random() > (0.7 if status in (429, 503) else 0.1):
            return {}, 0.0
        if self.chance.random() < 0.5:
            return {"retry-after": str(wait_s)}, now() + wait_s
        at = (clock() + timedelta(seconds=wait_s)).replace(microsecond=0)
        return {"retry-after": format_datetime(at, usegmt=True)}, (at - START).total_seconds()


async def one_schedule(seed: int) -> Web:
    """Ask hosts for pages at random times, as many records at once would."""
    chance = random.Random(seed)
    web = Web(chance, chance.choice([0, 0.5, 2]), {host: chance.choice([0, 0, 7, 30]) for host in HOSTS})
    pace = Pace(web.gap_s, monotonic=now)
    politeness = Politeness(web, pace, attempts=chance.randint(1, 3), clock=clock, monotonic=now)

    async def record() -> None:
        await asyncio.sleep(chance.choice([0, 0, 1, 20, 100]))
        host = chance.choice(HOSTS)
        started = now()
        try:
            await politeness.get(f"http://{host}/page", body_max_bytes=1, gap_s=web.delays_s[host])
        except FetchFailed as error:
            web.requests[error.code] += 1
            if error.code == "page.rate_limited" and now() - started > 1e4:
                web.wrong.append("waited for hours")

    tasks = [asyncio.create_task(record()) for _ in range(chance.randint(2, 10))]
    if chance.random() < 0.3:
        asyncio.get_running_loop().call_later(chance.uniform(0, 30), tasks[0].cancel)
    await asyncio.gather(*tasks, return_exceptions=True)
    return web


def test_no_site_is_ever_annoyed() -> None:
    """No request goes into a Retry-After window, none comes below a host's gap, and never two at once to one host."""

    async def main() -> Counter[str]:
        seen: Counter[str] = Counter()
        for first in range(0, SCHEDULES, AT_ONCE):
            webs = await asyncio.gather(*(one_schedule(seed) for seed in range(first, first + AT_ONCE)))
            for seed, web in enumerate(webs, first):
                assert not web.wrong, (seed, web.wrong)
                seen += web.requests
        return seen

    seen = run(main())
    assert seen["sent"] > 5 * SCHEDULES
    assert seen["page.rate_limited"] > SCHEDULES, "the schedules do meet closed domains"


def answering(*answers: tuple[int, str | None]) -> tuple[Web, list[float]]:
    """Return a web that gives these answers in turn, and when each request came."""
    web = Web(random.Random(0), 0.0, dict.fromkeys(HOSTS, 0.0))
    left, asked = list(answers), []

    async def get(url: str, *, body_max_bytes: int, timeout_s: float, gate: Gate) -> Fetched:
        assert body_max_bytes
        assert timeout_s
        await gate.enter(host_of(url))
        gate.permit(host_of(url))
        asked.append(now())
        status, retry_after = left.pop(0)
        return Fetched(url, url, status, {"retry-after": retry_after} if retry_after else {}, b"", (), 1)

    web.get = get  # type: ignore[method-assign] # the answers are the point here, and not chance
    return web, asked


@pytest.mark.parametrize(
    ("answers", "offsets", "outcome"),
    [
        ([(429, "5"), (200, None)], [0, 5], 200),
        ([(503, "5"), (503, "5"), (200, None)], [0, 5, 10], 200),
        ([(503, None), (503, None), (200, None)], [0, 1, 4], 200),
        ([(503, None)] * 3, [0, 1, 4], 503),
        ([(429, "600")], [0], "page.rate_limited"),
        ([(429, None)], [0], "page.rate_limited"),
        ([(503, "999999999")], [0], "page.rate_limited"),
        ([(429, "abc")], [0], "page.rate_limited"),
        ([(404, "600")], [0], 404),
    ],
)
def test_what_a_site_asks_for_is_kept(
    answers: list[tuple[int, str | None]], offsets: list[float], outcome: int | str
) -> None:
    """A short wish is waited for, a long one gives the record back at once, and trouble without one is tried again."""

    async def main() -> None:
        web, asked = answering(*answers)
        start = now()
        politeness = Politeness(web, Pace(0, monotonic=now), clock=clock, monotonic=now)
        getting = politeness.get("http://two.example/a", body_max_bytes=1)
        (result,) = await asyncio.gather(getting, return_exceptions=True)
        assert outcome == (result.status if isinstance(result, Fetched) else getattr(result, "code", result))
        assert getattr(result, "retryable", True)
        assert [at - start for at in asked] == offsets

    run(main())


def test_a_domain_that_stays_closed_costs_no_requests() -> None:
    """Records that come again while the domain is closed are given back without a request; then they get through."""

    async def main() -> None:
        web, asked = answering((429, "3600"), (200, None))
        politeness = Politeness(web, Pace(0, monotonic=now), clock=clock, monotonic=now)
        for wait_s in (60, 600, 3600):
            with pytest.raises(FetchFailed, match=r"page\.rate_limited"):
                await politeness.get("http://www.one.example/a", body_max_bytes=1)
            await asyncio.sleep(wait_s)
        assert (await politeness.get("http://feeds.one.example/a", body_max_bytes=1)).status == 200
        assert len(asked) == 2

    run(main())


def test_nobody_waits_here_longer_than_the_patience() -> None:
    """A domain that closes again and again gives the record back."""

    async def main() -> None:
        web, _ = answering()
        pace = Pace(0, monotonic=now)
        politeness = Politeness(web, pace, clock=clock, monotonic=now)

        async def closing() -> None:
            while True:
                pace.close("two.example", 4)
                await asyncio.sleep(3)

        task = asyncio.create_task(closing())
        await asyncio.sleep(0)
        started = now()
        with pytest.raises(FetchFailed, match=r"page\.rate_limited"):
            await politeness.get("http://two.example/a", body_max_bytes=1)
        assert now() - started <= PATIENCE_S
        task.cancel()

    run(main())
