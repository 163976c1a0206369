"""A newsroom of our own: six invented outlets that publish real prose, offline and without end.

Everything follows from the start time (`programme`): what is out, which pages exist, what the feeds hold. The server
asks the clock at each request, so that nothing runs in between and a test can turn the clock.
"""

import errno
from collections import deque
from collections.abc import Reversible
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Final, Self

from services.kit.clock import Clock, utc_now
from services.local.newsroom import feeds, pages, stories
from services.local.newsroom.outlets import OUTLETS, Outlet
from services.local.newsroom.programme import Programme, Publication
from services.local.newsroom.site import Reply, listening

FIRST: Final = 12
EVERY_S: Final = 5.0
FEED_ITEMS: Final = 40
OWN_NETWORK: Final = "127.0.7."
"""Each outlet listens on a loopback address of its own here: a polite reader then waits for each one separately."""
HTML: Final = "text/html; charset=utf-8"
ATTEMPTS: Final = 5
NEIGHBOURS: Final = 8
HISTORY: Final = 20_000
"""So many newest publications are kept; older pages are gone, so that it can run for weeks."""
MISSING: Final = Reply(b"not here", "text/plain; charset=utf-8", status=HTTPStatus.NOT_FOUND)


@dataclass(frozen=True)
class Published:
    """One edition that is out. An update has the URL of the edition before it."""

    url: str
    slug: str
    published_at: datetime
    edition: int
    publication: Publication


class Newsroom:
    """A site for each outlet, with a feed each, while the context lasts.

    `first` stories are out at the start, then one more comes out every `every_s` seconds; after the last, follow-ups
    and updates for ever. `copies` tells each story so many times, numbered, for load tests; `feed_items` is how many
    items a feed shows. Without `host` each outlet has a loopback address of its own (Linux); with it they share that
    one and differ in the first part of the path. `start` (UTC) is the time of entering unless given.
    """

    def __init__(
        self,
        *,
        host: str | None = None,
        port: int = 0,
        every_s: float = EVERY_S,
        first: int = FIRST,
        copies: int = 1,
        feed_items: int = FEED_ITEMS,
        start: datetime | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._host, self._port = host, port
        self._every_s, self._first, self._copies = every_s, first, copies
        self._feed_items = feed_items
        self._start = start
        self._clock = clock
        self._servers = AsyncExitStack()
        self._programme: Programme | None = None
        self._seen = 0
        self._bases: dict[str, str] = {}
        self._out: deque[Publication] = deque()
        self._by_outlet = {outlet.id: deque[Publication](maxlen=4 * feed_items + NEIGHBOURS) for outlet in OUTLETS}
        self._by_path: dict[tuple[str, str], Publication] = {}

    async def __aenter__(self) -> Self:
        self._programme = Programme(
            stories=stories.load(),
            start=self._start or self._clock(),
            first=self._first,
            every_s=self._every_s,
            copies=self._copies,
        )
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._open()
                break
            except OSError as error:
                await self._servers.aclose()
                if error.errno == errno.EADDRNOTAVAIL and self._host is None:
                    # Only on Linux do all addresses of 127.0.0.0/8 exist without being set up.
                    self._host = "127.0.0.1"
                elif self._port or attempt == ATTEMPTS:
                    # Else a port that was free on the first address was taken on the next: choose another.
                    raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._servers.aclose()

    @property
    def feeds(self) -> list[str]:
        """Addresses of the outlets' feeds."""
        return [self._bases[outlet.id] + outlet.feed_path for outlet in OUTLETS]

    @property
    def published(self) -> list[Published]:
        """All that is out now (the newest `HISTORY` of it), in order; an oracle for tests."""
        return [
            Published(self._bases[item.outlet.id] + item.path, item.slug, item.published_at, item.edition, item)
            for item in self._out_now()
        ]

    async def _open(self) -> None:
        """Listen, on the outlets' own addresses or on the shared one."""
        if self._host is not None:
            port = await self._servers.enter_async_context(listening(self._host, self._port, self._answer_shared))
            self._bases = {outlet.id: f"http://{self._host}:{port}/{outlet.id}" for outlet in OUTLETS}
            return
        port = self._port
        for number, outlet in enumerate(OUTLETS, 1):
            host = f"{OWN_NETWORK}{number}"
            answer = partial(self._answer, outlet)
            port = await self._servers.enter_async_context(listening(host, port, answer))
            self._bases[outlet.id] = f"http://{host}:{port}"

    def _answer_shared(self, path: str) -> Reply:
        """Answer on the shared address, where the outlet is the path's first part."""
        _, name, *rest = path.split("/", 2)
        found = [outlet for outlet in OUTLETS if outlet.id == name]
        return self._answer(found[0], "/" + "".join(rest)) if found else MISSING

    def _answer(self, outlet: Outlet, path: str) -> Reply:
        """Return an outlet's document at a path, as of now."""
        self._out_now()
        base, own = self._bases[outlet.id], self._by_outlet[outlet.id]
        if path == outlet.feed_path and own:
            feed = feeds.Feed(outlet, base, _newest(own, self._feed_items))
            return Reply(feeds.render(feed), feeds.MEDIA_TYPES[outlet.feed], feed.updated)
        if path == "/":
            return Reply(pages.home(outlet, _newest(own, self._feed_items), base=base), HTML)
        if path == "/robots.txt":
            return Reply(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")
        if (item := self._by_path.get((outlet.id, path))) is None:
            return MISSING
        return Reply(pages.article(item, base=base, related=_others(own, item)), HTML, item.at)

    def _out_now(self) -> deque[Publication]:
        """Take from the programme what has come out since the last question."""
        assert self._programme is not None, "entered"
        out = self._programme.out(self._clock())
        for position in range(max(self._seen, out - HISTORY), out):
            item = self._programme.publication(position)
            self._out.append(item)
            self._by_outlet[item.outlet.id].append(item)
            self._by_path[item.outlet.id, item.path] = item
        self._seen = max(self._seen, out)
        while len(self._out) > HISTORY:
            oldest = self._out.popleft()
            if self._by_path.get((oldest.outlet.id, oldest.path)) is oldest:
                del self._by_path[oldest.outlet.id, oldest.path]
        return self._out


def _others(own: Reversible[Publication], item: Publication) -> list[Publication]:
    """Return the outlet's newest stories beside this one."""
    return [other for other in _newest(own, NEIGHBOURS) if other.path != item.path]


def _newest(own: Reversible[Publication], limit: int) -> list[Publication]:
    """Return the newest edition of each story, newest first."""
    newest: dict[str, Publication] = {}
    for item in reversed(own):
        if len(newest) == limit:
            break
        newest.setdefault(item.path, item)
    return list(newest.values())
