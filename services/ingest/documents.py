"""Fetching and reading the documents of a feed: its own, the sitemaps of an index, and older pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from services.ingest.answers import refusal
from services.ingest.feeds import needs_isolation, read_feed
from services.ingest.items import PIECE_BYTES, Item, Reading
from services.ingest.sitemap import due_children
from services.ingest.tools import Tools
from services.ingest.visits import Visit
from services.kit.errors import DatelineError, DependencyDown, FetchFailed, Rejected, WorkFailed
from services.kit.http.answer import Fetched

ACCEPT: Final = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_PARSE_CODES: Final = {"work.deadline": "feed.parse_deadline", "work.died": "feed.parse_died"}
_AGAIN: Final = frozenset({"fetch.truncated", "fetch.protocol"})
"""Failures of a connection rather than of a site: worth one more try at once."""


@dataclass(frozen=True)
class Documents:
    """Gets documents for one poll."""

    tools: Tools
    visit: Visit

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
            raise Rejected(_PARSE_CODES.get(problem.code, "feed.unparsable"), problem.message) from None
        self.visit.check()
        return await self._with_children(reading, known, now) if reading.parsed.children else reading

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
        fetched = await self.tools.fetcher.get(url, body_max_bytes=most, headers=conditions, gate=self.visit)
        self.visit.check()
        return fetched

    async def _with_children(self, reading: Reading, known: bytes, now: datetime) -> Reading:
        """Add the items of the sitemaps that an index says have changed. One that cannot be had is due again."""
        due, pieces = due_children(reading.parsed.children, known)
        items: list[Item] = []
        begin = len(pieces) - PIECE_BYTES * len(due)  # the digests of the chosen ones stand at the end, in their order
        had = pieces[:begin]
        for place, child in enumerate(due):
            if page := await self.page(child.url, now):
                items.extend(page.parsed.items)
                had += pieces[begin + PIECE_BYTES * place :][:PIECE_BYTES]
        parsed = replace(reading.parsed, items=tuple(items), children=())
        return replace(reading, parsed=parsed, pieces=had, whole=False)
