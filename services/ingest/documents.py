"""Fetching and reading the documents of a feed: its own, the sitemaps of an index, and older pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from services.ingest.answers import refusal
from services.ingest.feeds import needs_isolation, read_feed
from services.ingest.items import PIECE_BYTES, Item, Reading
from services.ingest.memory import Blocked
from services.ingest.sitemap import due_children
from services.ingest.tools import Tools
from services.ingest.visits import Visit
from services.kit.errors import DatelineError, DependencyDown, FetchFailed, Rejected, WorkFailed
from services.kit.http.answer import Fetched
from services.kit.urls import host_of, registrable_domain

ACCEPT: Final = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_PARSE_CODES: Final = {"work.deadline": "feed.parse_deadline", "work.died": "feed.parse_died"}
LIMITING: Final = frozenset({429, 503})
"""Answers that speak for a whole site rather than for one of its pages."""
_AGAIN: Final = frozenset({"fetch.truncated", "fetch.protocol"})
"""Failures of a connection rather than of a site: worth one more try at once."""


@dataclass(frozen=True)
class Documents:
    """Gets documents for one poll, and remembers which domains asked to be left alone."""

    tools: Tools
    visit: Visit
    domain: str
    """Registrable domain of the feed."""
    blocked: list[Blocked] = field(default_factory=list)

    async def fetched(self, url: str, conditions: Mapping[str, str], *, max_bytes: int | None = None) -> Fetched:
        """Ask for a document; once more if the connection broke.

        Raises:
            FetchFailed: no usable answer.
            LeaseLost: the feed is another process's.

        """
        try:
            return await self._asked(url, conditions, max_bytes)
        except FetchFailed as problem:
            if problem.code not in _AGAIN or not problem.retryable:
                raise
            return await self._asked(url, conditions, max_bytes)

    async def read(self, fetched: Fetched, known: bytes, now: datetime) -> Reading:
        """Read a document, where it may take long in a process that can be killed.

        Raises:
            Rejected: it is none, or could not be read.
            LeaseLost: the feed is another process's.

        """
        label = fetched.headers.get("content-type")
        try:
            if needs_isolation(fetched.body):
                read = partial(read_feed, known=known)
                reading = await self.tools.pool.run(read, fetched.body, fetched.url, label, now)
            else:
                reading = read_feed(fetched.body, fetched.url, label, now, known=known)
        except WorkFailed as problem:
            raise Rejected(_PARSE_CODES.get(problem.code, "feed.unexpected"), problem.message) from None
        self.visit.check()
        return reading

    async def page(self, url: str, now: datetime) -> Reading | None:
        """Fetch and read one more document; None if there is none to be had."""
        try:
            fetched = await self.fetched(url, {"Accept": ACCEPT})
            return None if refusal(fetched, conditional=False) else await self.read(fetched, b"", now)
        except DependencyDown:
            raise
        except DatelineError:
            return None

    async def _asked(self, url: str, conditions: Mapping[str, str], max_bytes: int | None) -> Fetched:
        most = max_bytes or self.tools.settings.ingest_body_max_bytes
        try:
            fetched = await self.tools.fetcher.get(url, body_max_bytes=most, headers=conditions, gate=self.visit)
        finally:
            self.visit.leave()
        self._heed(fetched)
        self.visit.check()
        return fetched

    def _heed(self, fetched: Fetched) -> None:
        """Leave a host alone that asks for it, and its whole domain if it is overrun."""
        tools, now = self.tools, self.tools.clock()
        wait_s = fetched.retry_after_s(now)
        if fetched.status in LIMITING:
            wait_s = tools.settings.limits.mean_s if wait_s is None else wait_s
            block = Blocked(registrable_domain(fetched.url), now + timedelta(seconds=wait_s))
            self.blocked.append(block)
            tools.timetable.block(block.domain, block.until.timestamp())
        elif wait_s:
            tools.timetable.rest(host_of(fetched.url), now.timestamp() + wait_s)

    async def with_children(self, reading: Reading, known: bytes, now: datetime) -> Reading:
        """Return an index of sitemaps with the items of those that it says have changed.

        Only the site's own, and no further index. One that cannot be had is due again.
        """
        due, pieces = due_children([child for child in reading.parsed.children if self._own(child.url)], known)
        items: list[Item] = []
        begin = len(pieces) - PIECE_BYTES * len(due)  # the digests of the chosen ones stand at the end, in their order
        had = pieces[:begin]
        for place, child in enumerate(due):
            if page := await self.page(child.url, now):
                items.extend(page.parsed.items)
                had += pieces[begin + PIECE_BYTES * place :][:PIECE_BYTES]
        parsed = replace(reading.parsed, items=tuple(items), children=())
        return replace(reading, parsed=parsed, pieces=had, whole=False)

    def _own(self, url: str) -> bool:
        """Tell whether an address that a document names is the feed's own site's: nobody else's is asked for it."""
        return registrable_domain(url) == self.domain
