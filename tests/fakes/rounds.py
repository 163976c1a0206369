"""Rounds of polls: hostile feeds beside a healthy one, with all that was logged and how late the healthy one came."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from services.ingest.app import ingest
from services.ingest.memory import Feed
from services.ingest.subscriptions import add_feed, feed_id_of, list_feeds
from services.kit.log import configured
from services.kit.run import Process
from tests.fakes.connections import Connections
from tests.fakes.feeds import rss, stories
from tests.fakes.hostile_server import sized
from tests.fakes.newsdesk import Newsdesk, opened
from tests.fakes.process import process
from tests.fakes.site import Request, Site, parsed

HEALTHY = "127.0.3.1"
FRESH = 3
"""New items of the healthy feed in each round."""
ROUND_MAX_S = 120.0
LATE_MAX_S = 1.0
SECRETS = ("quick brown fox", "hunter2", "MARKER", "forged")
"""Words that stand in bodies, headers and credentials of the tests, and never in a log."""
_STEP_S = 0.01

Answers = Mapping[str, list[bytes]]


class Scripted:
    """A server that writes the given bytes: for each path one answer after the other, the last one again and again."""

    def __init__(self, answers: Answers, host: str) -> None:
        self.requests: list[Request] = []
        self._answers = answers
        self._connections = Connections(self._serve, host)

    async def __aenter__(self) -> Self:
        await self._connections.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connections.__aexit__()

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return self._connections.url

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._connections.port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = parsed(await reader.readuntil(b"\r\n\r\n"))
        before = sum(one.path == request.path for one in self.requests)
        self.requests.append(request)
        answers = self._answers.get(request.path, [sized(b"", status=404)])
        writer.write(answers[min(before, len(answers) - 1)])


@dataclass(frozen=True)
class Round:
    """What one round of polls came to."""

    lines: list[dict[str, Any]]
    """The log, parsed."""
    feeds: Mapping[str, Feed]
    """The subscriptions after it, by id."""
    now: datetime
    fresh: int
    """New items of the healthy feed that arrived."""
    began: float
    waited: list[tuple[float, float]]
    """For how long this process had had to wait for a processor, at times while the round went on."""

    def ends(self, url: str) -> list[dict[str, Any]]:
        """Return the terminal events of a feed's polls."""
        wanted = feed_id_of(url)
        return [line for line in self.lines if _is_end(line) and line["feed_id"] == wanted]

    def end(self, url: str) -> str:
        """Return how the only poll of a feed ended: with its error code, or without one the name of its event."""
        (line,) = self.ends(url)
        return str(line.get("error_code", line["event.action"]))

    def seconds(self, url: str) -> float:
        """Return how long after the beginning a feed's last poll ended, without what we waited for a processor."""
        ended = _epoch(self.ends(url)[-1])
        return ended - self.began - max((waited for at, waited in self.waited if at <= ended), default=0.0)

    def wait_s(self, url: str) -> float:
        """Return how long after this round a feed is polled next."""
        return (self.feeds[feed_id_of(url)].next_poll_at - self.now).total_seconds()


@dataclass
class Rounds:
    """A newsdesk with a healthy feed, polled round by round."""

    desk: Newsdesk
    site: Site
    _published: int = 0
    _usual_s: float = 0.0

    @property
    def healthy(self) -> str:
        """The address of the healthy feed."""
        return f"{self.site.url}/feed"

    async def add(self, urls: Iterable[str]) -> None:
        """Subscribe to feeds, all due at the next round."""
        for url in urls:
            await add_feed(self.desk.database, url, now=self.desk.now)

    async def polled(self, *, until: Callable[[], bool] | None = None) -> Round:
        """Poll all feeds once, or until something is the case, after the healthy one got something new."""
        self._published += FRESH
        self.site.serve("/feed", rss(stories(self._published)), content_type="application/rss+xml")
        desk = self.desk
        active = [feed for feed in await list_feeds(desk.database) if feed.active]
        desk.now = max(desk.now + timedelta(seconds=1), *(feed.next_poll_at for feed in active))
        goal, arrived = _polls(desk) + len(active), len(desk.entries())
        out, began = io.StringIO(), time.time()
        with configured("ingest", "debug", out):
            waited = await self._run(until or (lambda: _polls(desk) >= goal))
        lines = read_log(out.getvalue())
        feeds = {feed.feed_id: feed for feed in await list_feeds(desk.database)}
        titles = [entry.title for entry in desk.entries()[arrived:] if entry.feed.url == self.healthy]
        assert len(titles) == len(set(titles))
        return Round(lines, feeds, desk.now, len(titles), began, waited)

    def judge(self, one: Round) -> None:
        """Check what must hold for the healthy feed beside any other: one end, all its items, and no delay."""
        assert one.end(self.healthy) == "feed.polled"
        assert one.fresh == FRESH
        assert one.seconds(self.healthy) - self._usual_s < LATE_MAX_S

    async def settle(self) -> None:
        """Poll the healthy feed alone: what it takes then is what later rounds are measured by."""
        await self.add([self.healthy])
        alone = await self.polled()
        self.judge(alone)
        self._usual_s = alone.seconds(self.healthy)

    async def _run(self, done: Callable[[], bool]) -> list[tuple[float, float]]:
        life, first_s = process(), waited_s()
        waited: list[tuple[float, float]] = []
        running = asyncio.create_task(ingest(self.desk.tools(life), life))
        try:
            async with asyncio.timeout(ROUND_MAX_S):
                while not running.done() and not done():
                    await asyncio.sleep(_STEP_S)
                    waited.append((time.time(), waited_s() - first_s))
        finally:
            await _ended(running, life)
        return waited


async def _ended(running: "asyncio.Task[None]", life: Process) -> None:
    life.stopping.set()
    await running


@asynccontextmanager
async def rounds(database: str, **settings: str) -> AsyncIterator[Rounds]:
    """Give a newsdesk whose healthy feed has been polled once."""
    async with opened(database, **{"INGEST_CONCURRENCY": "200", **settings}) as desk, Site(HEALTHY) as site:
        one = Rounds(desk, site)
        await one.settle()
        yield one


def read_log(text: str) -> list[dict[str, Any]]:
    """Parse a log, of which each line must be one event of ours and hold none of the `SECRETS`."""
    lines = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
    assert all(line["service.name"] == "ingest" for line in lines)
    assert text.isprintable() or not any(code < " " for code in text if code != "\n")
    assert [word for word in SECRETS if word in text] == []
    return lines


def waited_s() -> float:
    """Return for how long this thread could have run and had no processor; 0 where the system does not tell."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


def _polls(desk: Newsdesk) -> int:
    return sum(count for name, count in desk.counts.items() if name.startswith("feed."))


def _is_end(line: Mapping[str, Any]) -> bool:
    return bool(line.get("terminal")) and str(line["event.action"]).startswith("feed.")


def _epoch(line: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(str(line["@timestamp"])).timestamp()
