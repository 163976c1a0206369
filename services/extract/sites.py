"""Sites: what a site's own files say of its pages, asked for when they are needed and remembered for a day.

A site is scheme, host and port, as robots.txt has it (RFC 9309). Nothing is remembered beyond this process.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from services.extract import robots, tdm
from services.extract.events import SiteRead, SiteUnreadable
from services.extract.politeness import Politeness
from services.kit.errors import FetchFailed, FetchRefused
from services.kit.http import Fetched
from services.kit.log import emit
from services.kit.urls import Target, parse

Origin = tuple[str, str, int]

KEPT_S: Final = 24 * 3600.0
STALE_S: Final = 30 * 24 * 3600.0
"""How old the last good copy of a robots.txt may be while no newer one can be had."""
FAILURE_KEPT_S: Final = 45.0
"""A site that does not answer is not asked again for each of its pages; but for those that come again in a minute."""
MISSING_KEPT_S: Final = 3600.0
"""The same for a tdmrep.json, which holds no page up."""
SITES_MAX: Final = 10_000
RULES_CHARS_MAX: Final = 64 * 1024 * 1024
"""What is remembered of all sites together; those that were not asked about for the longest time go first."""
ROBOTS_BYTES_MAX: Final = 2 * 1024 * 1024
"""More than of a robots.txt counts: some sites answer any address with a long page. Beyond, it is no answer at all."""
LONG_CHARS: Final = 64 * 1024
"""A longer one is read and asked aside, so that nothing else waits for it: that can take a second."""
TDM_TIMEOUT_S: Final = 5.0
FOUND: Final = range(200, 300)
MISSING: Final = range(300, 500)


@dataclass(frozen=True, slots=True)
class _Failure:
    code: str
    message: str
    retryable: bool
    at: float


@dataclass(slots=True)
class Site:
    """What is known of one site."""

    origin: str
    rules: str = ""
    delay_s: float = 0.0
    """The least time between two requests that the site asks for."""
    tdm_rules: tuple[tdm.Rule, ...] = ()
    read_at: float | None = None
    """When robots.txt was answered last; None before the first time."""
    failed: _Failure | None = None
    """Why robots.txt could not be had, until it can."""
    tdm_due_at: float = -math.inf
    counted: int = 0
    """Its size as it stands in the sum over all sites."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while files of the site are asked for; others who need them wait."""

    @property
    def size(self) -> int:
        """Roughly the memory that it takes, in characters."""
        return len(self.rules) + sum(len(rule.location) + len(rule.stated.policy or "") for rule in self.tdm_rules)

    async def allows(self, url: str) -> bool:
        """Say whether robots.txt lets us ask for `url`."""
        if len(self.rules) > LONG_CHARS:
            return await asyncio.to_thread(robots.allows, self.rules, url)
        return robots.allows(self.rules, url)

    def stated(self, url: str) -> tdm.Stated:
        """Return what tdmrep.json says of `url`."""
        return tdm.for_path(self.tdm_rules, parse(url).path)


class Sites:
    """The sites that were met lately."""

    def __init__(
        self, politeness: Politeness, *, robots: bool = True, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._politeness = politeness
        self._robots = robots
        self._monotonic = monotonic
        self._sites: OrderedDict[Origin, Site] = OrderedDict()
        self._chars = 0

    async def of(self, url: str) -> Site:
        """Return the site of `url` with its rules for us. Without robots.txt, all is allowed.

        Raises:
            FetchFailed: robots.txt cannot be had, and no copy of it is left: `page.robots_unreachable`,
                `page.rate_limited`, or as `Fetcher.get`.

        """
        target = parse(url)
        site = self._sites.get(target.origin)
        if site is None:
            site = self._sites[target.origin] = Site(f"{target.scheme}://{target.authority}")
        self._sites.move_to_end(target.origin)
        if self._due(site):
            async with site.lock:
                await self._refresh(site, target)
        return site

    def _due(self, site: Site) -> bool:
        return self._robots_due(site) or self._monotonic() >= site.tdm_due_at

    def _robots_due(self, site: Site) -> bool:
        return self._robots and (site.read_at is None or self._monotonic() - site.read_at >= KEPT_S)

    async def _refresh(self, site: Site, target: Target) -> None:
        """Ask for what is due, unless whoever held the lock before has done so."""
        try:
            if self._robots_due(site):
                await self._read_robots(site)
            if self._monotonic() >= site.tdm_due_at:
                await self._read_tdm(site)
        finally:
            if self._sites.get(target.origin) is site:
                self._chars += site.size - site.counted
                site.counted = site.size
                self._evict()

    async def _read_robots(self, site: Site) -> None:
        """Ask for robots.txt, and fall back on the last good copy.

        Raises:
            FetchFailed: there is none.

        """
        usable = site.read_at is not None and self._monotonic() - site.read_at < STALE_S
        if site.failed is None or self._monotonic() - site.failed.at >= FAILURE_KEPT_S:
            try:
                body = await self._robots_of(site)
            except FetchFailed as error:
                if error.code == "page.rate_limited" and not usable:
                    raise  # which passes when the domain opens again
                site.failed = _Failure(error.code, error.message, error.retryable, self._monotonic())
                emit(SiteUnreadable(site=site.origin, error_code=error.code, error_message=error.message, stale=usable))
            else:
                site.rules, site.delay_s = await asyncio.to_thread(_rules_of, body or b"")
                site.read_at, site.failed = self._monotonic(), None
                if body is not None:
                    emit(SiteRead(site=site.origin, rules=len(site.rules.splitlines()), delay_s=site.delay_s))
        if site.failed and not usable:
            raise FetchFailed(site.failed.code, site.failed.message, retryable=site.failed.retryable)

    async def _robots_of(self, site: Site) -> bytes | None:
        """Return the body of robots.txt, empty where there is none; None where we do not go to read it."""
        try:
            fetched = await self._politeness.get(site.origin + robots.PATH, body_max_bytes=ROBOTS_BYTES_MAX)
        except FetchRefused:
            return None  # redirected without end or to where nobody may; if that is the site, its pages say so
        except FetchFailed as error:
            message = f"{robots.PATH}: {error.message}"
            raise FetchFailed(error.code, message[:200], retryable=error.retryable) from None
        if fetched.status in FOUND:
            return fetched.body
        if fetched.status in MISSING:
            return b""
        raise FetchFailed("page.robots_unreachable", f"{robots.PATH}: HTTP status {fetched.status}", retryable=True)

    async def _read_tdm(self, site: Site) -> None:
        """Ask for tdmrep.json. That it cannot be had is no trouble of any page's."""
        url = site.origin + tdm.PATH
        site.tdm_due_at = self._monotonic() + MISSING_KEPT_S
        if not await site.allows(url):
            site.tdm_rules, site.tdm_due_at = (), self._monotonic() + KEPT_S
            return
        try:
            fetched = await self._politeness.get(
                url, body_max_bytes=tdm.FILE_BYTES_MAX, gap_s=site.delay_s, attempts=1, timeout_s=TDM_TIMEOUT_S
            )
        except FetchFailed:
            return
        if fetched.status in FOUND or fetched.status in MISSING:
            site.tdm_rules = _tdm_rules(fetched)
            site.tdm_due_at = self._monotonic() + KEPT_S

    def _evict(self) -> None:
        while len(self._sites) > SITES_MAX or (self._chars > RULES_CHARS_MAX and len(self._sites) > 1):
            _, site = self._sites.popitem(last=False)
            self._chars -= site.counted


def _rules_of(body: bytes) -> tuple[str, float]:
    rules = robots.read(body)
    return rules, robots.delay_s(rules)


def _tdm_rules(fetched: Fetched) -> tuple[tdm.Rule, ...]:
    return tdm.rules_of(fetched.body, url=fetched.url) if fetched.ok else ()
