"""Politeness: how extract asks a site for something, be it a page or a file about the site.

One request to a host at a time and a gap apart, none to a domain that asked for time, and a second try only for trouble
that may pass. What would take too long to wait for here goes back to where records wait without holding others up.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Protocol, Self

from services.extract.events import DomainClosed, PageRetried
from services.kit.clock import Clock, utc_now
from services.kit.errors import FetchFailed
from services.kit.http import Fetched
from services.kit.http.fetch import REDIRECTS_MAX, Gate
from services.kit.http.pace import Pace
from services.kit.log import emit
from services.kit.urls import host_of, redacted, registrable_domain

PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
TOO_MANY_REQUESTS: Final = 429
TOO_MANY_WAIT_S: Final = 60.0
"""For a domain that says that we ask too often, and not when to come again."""
SENDER_CLOSED_MAX_S: Final = 300.0
"""How long a domain is left alone at most because it led to one that asked for it."""
PATIENCE_S: Final = 10.0
"""What one record may wait here for a closed domain; the records behind it wait, too."""
RETRY_FIRST_S: Final = 1.0
RETRY_LONGEST_S: Final = 10.0


class Fetches(Protocol):
    """Who sends the requests: `Fetcher`."""

    async def get(self, url: str, *, body_max_bytes: int, timeout_s: float, gate: Gate) -> Fetched:
        """Fetch `url`, asking `gate` before each request that this takes."""
        ...


@dataclass(frozen=True, slots=True)
class Politeness:
    """Asks for URLs as politely as their sites can expect."""

    fetcher: Fetches
    pace: Pace
    timeout_s: float = 30.0
    """For one attempt with all its redirects; what the host's own gap makes them wait comes on top."""
    attempts: int = 3
    retry_first_s: float = RETRY_FIRST_S
    clock: Clock = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def get(
        self,
        url: str,
        *,
        body_max_bytes: int,
        gap_s: float = 0.0,
        attempts: int | None = None,
        timeout_s: float | None = None,
    ) -> Fetched:
        """Ask for `url`, again while its trouble may pass. `gap_s` is what the host asks for beyond our own gap.

        The answer may have any status, also one of trouble that did not pass, but for 429.

        Raises:
            FetchFailed: `page.rate_limited`: the domain wants no requests for longer than we wait here; else as
                `Fetcher.get`.

        """
        wait_s = self.retry_first_s
        tries = self.attempts if attempts is None else attempts
        for attempt in range(1, tries + 1):
            await self.until_open(host_of(url))
            try:
                fetched = await self._once(url, body_max_bytes, gap_s, timeout_s or self.timeout_s)
            except FetchFailed as error:
                if not error.retryable or attempt == tries:
                    raise
                code = error.code
            else:
                if fetched.status not in PASSING:
                    return fetched
                closed_s = self.pace.closed_s(host_of(url))
                if closed_s > (0 if attempt == tries else PATIENCE_S):
                    raise rate_limited(host_of(url), closed_s)
                if attempt == tries:
                    return fetched
                code = "page.refused"
            emit(PageRetried(url=redacted(url), error_code=code, attempt=attempt, wait_s=wait_s))
            await self.sleep(wait_s)
            wait_s = min(wait_s * 3, RETRY_LONGEST_S)
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, url: str, body_max_bytes: int, gap_s: float, timeout_s: float) -> Fetched:
        async with _Turns(self, host_of(url), gap_s) as turns:
            fetched = await self.fetcher.get(
                url, body_max_bytes=body_max_bytes, timeout_s=timeout_s + REDIRECTS_MAX * gap_s, gate=turns
            )
            self._note(fetched)
            return fetched

    async def until_open(self, host: str) -> None:
        """Wait until the domain of a host may be asked.

        Raises:
            FetchFailed: `page.rate_limited`: that takes too long.

        """
        give_up_at = self.monotonic() + PATIENCE_S
        while (closed_s := self.pace.closed_s(host)) > 0:
            if self.monotonic() + closed_s > give_up_at:
                raise rate_limited(host, closed_s)
            await self.sleep(closed_s)

    def _note(self, fetched: Fetched) -> None:
        """Remember what an answer asks of us: of the domain that gave it, and for a while of those that sent us there.

        Not for as long: who leads to an overrun site, or is made to, is not overrun.
        """
        default_s = TOO_MANY_WAIT_S if fetched.status == TOO_MANY_REQUESTS else 0.0
        asked_s = fetched.retry_after_s(self.clock()) or default_s
        if asked_s > 0:
            for url in (fetched.requested, *(step.url for step in fetched.redirects)):
                self.pace.close(host_of(url), min(asked_s, SENDER_CLOSED_MAX_S))
            self.pace.close(host_of(fetched.url), asked_s)
            emit(DomainClosed(domain=registrable_domain(fetched.url), status=fetched.status, wait_s=round(asked_s, 1)))


class _Turns:
    """The turns of one attempt, one after the other: at the host that is asked, then where redirects lead.

    The first one is waited for before the fetch begins, because a fetch has a deadline and a queue has none.
    """

    def __init__(self, politeness: Politeness, host: str, gap_s: float) -> None:
        self._politeness = politeness
        self._host = host
        self._gap_s = gap_s
        self._held = AsyncExitStack()
        self._ready = False

    async def __aenter__(self) -> Self:
        try:
            await self.enter(self._host)
        except BaseException:
            await self._held.aclose()
            raise
        self._ready = True
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._held.aclose()

    async def enter(self, host: str) -> None:
        """Give up the turn that was held, and wait for one at this host."""
        if self._ready:
            self._ready = False
            return
        await self._held.aclose()
        await self._held.enter_async_context(self._politeness.pace.turn(host, gap_s=self._gap_at(host)))
        await self._politeness.until_open(host)  # it may have closed while we waited for our turn

    def permit(self, host: str) -> None:
        """Note that the request is sent now, unless the domain closed since the turn began."""
        closed_s = self._politeness.pace.closed_s(host)
        if closed_s > 0:
            raise rate_limited(host, closed_s)
        self._politeness.pace.began(host, gap_s=self._gap_at(host))

    def _gap_at(self, host: str) -> float:
        return self._gap_s if host == self._host else 0.0


def rate_limited(host: str, closed_s: float) -> FetchFailed:
    """Return the error of a request that is not made, because the host's domain asked for time."""
    message = f"{registrable_domain(host)} wants no requests for another {closed_s:.0f} s"
    return FetchFailed("page.rate_limited", message, retryable=True)
