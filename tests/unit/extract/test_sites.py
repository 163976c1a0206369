"""Sites: how often a site's own files are asked for, and what counts while they cannot be had. In virtual time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from services.extract import sites
from services.extract.politeness import Politeness
from services.extract.sites import Sites
from services.kit.errors import FetchFailed, FetchRefused
from services.kit.http import Fetched
from services.kit.http.fetch import Gate
from services.kit.http.pace import Pace
from services.kit.urls import parse
from tests.fakes.virtual import run

PAGE = "https://outlet.example/news/1"
CLOSED = b"User-agent: *\nDisallow: /news/"
HOUR_S = 3600.0


def now() -> float:
    """Return the time of the running loop."""
    return asyncio.get_running_loop().time()


class Web:
    """A web with one robots.txt for all hosts, and no tdmrep.json unless there is one."""

    def __init__(self) -> None:
        self.robots: tuple[int, bytes] | FetchFailed = (200, b"")
        self.tdm: tuple[int, bytes] | FetchFailed = (404, b"")
        self.asked: Counter[str] = Counter()

    async def get(self, url: str, *, body_max_bytes: int, timeout_s: float, gate: Gate) -> Fetched:
        """Answer for either file."""
        assert body_max_bytes
        assert timeout_s
        target = parse(url)
        await gate.enter(target.host)
        gate.permit(target.host)
        self.asked[target.path] += 1
        await asyncio.sleep(0.1)
        said = self.robots if target.path == "/robots.txt" else self.tdm
        if isinstance(said, FetchFailed):
            raise said
        return Fetched(url, url, said[0], {}, said[1], (), 100)


def sited(test: Callable[[Web, Sites], Awaitable[None]], *, robots: bool = True) -> None:
    """Run a test with sites of its own, each file tried once."""

    async def main() -> None:
        web = Web()
        politeness = Politeness(web, Pace(0, monotonic=now), attempts=1, monotonic=now)
        await test(web, Sites(politeness, robots=robots, monotonic=now))

    run(main())


async def allowed(known: Sites, url: str = PAGE) -> bool:
    """Say whether a page may be asked for."""
    return await (await known.of(url)).allows(url)


def test_a_site_is_asked_once_a_day() -> None:
    """However many pages wait for it at once, one request for each file tells, until a day has passed."""

    async def test(web: Web, known: Sites) -> None:
        assert all(await asyncio.gather(*(allowed(known) for _ in range(20))))
        await asyncio.sleep(24 * HOUR_S - 10)
        web.robots = (200, CLOSED)
        assert await allowed(known)
        assert web.asked == {"/robots.txt": 1, "/.well-known/tdmrep.json": 1}
        await asyncio.sleep(10)
        assert not await allowed(known)
        assert web.asked == {"/robots.txt": 2, "/.well-known/tdmrep.json": 2}

    sited(test)


def test_scheme_host_and_port_are_a_site() -> None:
    """What one server says does not count for another."""

    async def test(web: Web, known: Sites) -> None:
        for url in (PAGE, "http://outlet.example/", "https://outlet.example:8443/", "https://www.outlet.example/"):
            await known.of(url)
        assert web.asked["/robots.txt"] == 4

    sited(test)


@pytest.mark.parametrize("status", [204, 301, 304, 400, 401, 403, 404, 410, 451])
def test_no_file_means_no_rules(status: int) -> None:
    """An answer that is neither a file nor a server's trouble allows all."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = (status, b"" if status == 204 else CLOSED)
        assert await allowed(known)

    sited(test)


@pytest.mark.parametrize(
    ("said", "code", "retryable"),
    [
        ((500, b""), "page.robots_unreachable", True),
        ((503, b""), "page.robots_unreachable", True),
        ((599, b""), "page.robots_unreachable", True),
        ((429, b""), "page.rate_limited", True),
        (FetchFailed("fetch.connect", "refused", retryable=True), "fetch.connect", True),
        (FetchFailed("fetch.dns", "no such host"), "fetch.dns", False),
        (FetchFailed("fetch.too_large", "endless"), "fetch.too_large", False),
    ],
)
def test_a_file_that_cannot_be_had_keeps_us_out(
    said: tuple[int, bytes] | FetchFailed,
    code: str,
    retryable: bool,  # noqa: FBT001 - a table's column
) -> None:
    """A site whose rules are unknown is not asked for pages, and the error says whether that may pass."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = said
        with pytest.raises(FetchFailed) as caught:
            await known.of(PAGE)
        assert (caught.value.code, caught.value.retryable) == (code, retryable)

    sited(test)


@pytest.mark.parametrize("code", ["fetch.redirect_limit", "fetch.address_refused", "fetch.url_refused"])
def test_a_file_that_leads_nowhere_is_none(code: str) -> None:
    """Redirects without end, or to where we do not go, leave a site without rules."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = FetchRefused(code, "no")
        assert await allowed(known)

    sited(test)


def test_a_site_in_trouble_is_not_asked_for_each_page() -> None:
    """For a while, one failure answers for all pages; then the site is asked again, and lets us in."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = (500, b"")
        results = await asyncio.gather(*(known.of(PAGE) for _ in range(20)), return_exceptions=True)
        assert all(isinstance(one, FetchFailed) for one in results)
        assert web.asked == {"/robots.txt": 1}
        web.robots = (200, b"")
        await asyncio.sleep(60)
        assert await allowed(known)

    sited(test)


def test_the_last_good_copy_counts_for_a_month() -> None:
    """While no newer one can be had, the old rules stand; after thirty days nothing is known any more."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = (200, CLOSED)
        assert not await allowed(known)
        web.robots = FetchFailed("fetch.connect", "refused", retryable=True)
        for _ in range(29):
            await asyncio.sleep(24 * HOUR_S)
            assert not await allowed(known)
            assert await allowed(known, "https://outlet.example/sport/1")
        await asyncio.sleep(24 * HOUR_S)
        with pytest.raises(FetchFailed, match=r"fetch\.connect"):
            await known.of(PAGE)
        assert web.asked["/robots.txt"] == 31

    sited(test)


def test_a_reservation_is_known_for_a_day_and_its_absence_hurts_nobody() -> None:
    """A tdmrep.json that cannot be had is asked for again after an hour; one that was read, after a day."""

    async def test(web: Web, known: Sites) -> None:
        web.tdm = FetchFailed("fetch.deadline", "slow", retryable=True)
        assert (await known.of(PAGE)).stated(PAGE).reservation is None
        web.tdm = (200, b'[{"location": "/news/", "tdm-reservation": 1}]')
        await asyncio.sleep(HOUR_S - 1)
        assert (await known.of(PAGE)).stated(PAGE).reservation is None
        await asyncio.sleep(2)
        site = await known.of(PAGE)
        assert (site.stated(PAGE).reservation, site.stated("https://outlet.example/x").reservation) == (True, None)
        await asyncio.sleep(23 * HOUR_S - 10)
        await known.of(PAGE)
        assert web.asked["/.well-known/tdmrep.json"] == 2

    sited(test)


def test_a_file_that_robots_txt_forbids_is_not_asked_for() -> None:
    """The rules hold for every request of ours."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = (200, b"User-agent: *\nDisallow: /")
        await known.of(PAGE)
        assert web.asked == {"/robots.txt": 1}

    sited(test)


def test_without_robots_all_is_allowed_and_reservations_are_still_read() -> None:
    """The setting is about robots.txt alone."""

    async def test(web: Web, known: Sites) -> None:
        web.robots = (200, CLOSED)
        assert await allowed(known)
        assert web.asked == {"/.well-known/tdmrep.json": 1}

    sited(test, robots=False)


def test_memory_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many sites, and of much text, those that were not asked about for the longest time are forgotten."""
    monkeypatch.setattr(sites, "SITES_MAX", 5)
    monkeypatch.setattr(sites, "RULES_CHARS_MAX", 10_000)

    async def test(web: Web, known: Sites) -> None:
        for number in range(20):
            await known.of(f"https://h{number}.example/")
        assert [origin[1] for origin in known._sites] == [f"h{number}.example" for number in range(15, 20)]
        web.robots = (200, b"User-agent: *\nDisallow: /" + b"x" * 3900)
        for number in range(20, 24):
            await known.of(f"https://h{number}.example/")
        assert [origin[1] for origin in known._sites] == ["h22.example", "h23.example"]
        assert known._chars == sum(site.size for site in known._sites.values())

    sited(test)
