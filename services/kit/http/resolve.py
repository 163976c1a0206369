"""From host names to addresses, with a deadline that a slow name server cannot stretch.

`loop.getaddrinfo` shares one thread pool with everything else, so that a few slow names stall them all. Here each
look-up has a thread of its own, of which there are so many at once and no more, and none keeps the process from ending.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from services.kit.errors import FetchFailed
from services.kit.http.guard import Address

Lookup = Callable[[str], list[str]]
"""Blocking: the addresses of a host, most preferred first. Raises OSError."""

LOOKUPS_MAX: Final = 32


def system_lookup(host: str) -> list[str]:
    """Ask the operating system, which also knows all the unusual spellings of IPv4 addresses."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Resolver:
    """Looks up hosts. One for each `Fetcher`."""

    def __init__(self, lookup: Lookup, *, timeout_s: float, lookups_max: int = LOOKUPS_MAX) -> None:
        self._lookup = lookup
        self._timeout_s = timeout_s
        self._slots = asyncio.Semaphore(lookups_max)
        self._running: dict[str, asyncio.Future[list[str]]] = {}

    async def addresses(self, host: str) -> list[Address]:
        """Return all addresses of `host`, at least one, in the order of preference.

        Raises:
            FetchFailed: `fetch.dns`: no such host, or the name server has trouble; `fetch.dns_timeout`.

        """
        with suppress(ValueError):
            return [ip_address(host)]
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await self._shared(host)
        except TimeoutError:
            raise FetchFailed("fetch.dns_timeout", f"{host} not resolved in time", retryable=True) from None
        except (OSError, UnicodeError) as error:
            raise FetchFailed("fetch.dns", f"{host}: {error}", retryable=_passes(error)) from None
        if not found:
            raise FetchFailed("fetch.dns", f"{host} has no address", retryable=True)
        return [ip_address(address) for address in found]

    async def _shared(self, host: str) -> list[str]:
        """Wait for the look-up that runs for `host`, or start one: a slow host takes one thread, not one a feed."""
        if host not in self._running:
            await self._slots.acquire()
            if host in self._running:  # somebody else waited for a slot too
                self._slots.release()
            else:
                self._start(host)
        return await asyncio.shield(self._running[host])

    def _finish(self, host: str) -> None:
        del self._running[host]
        self._slots.release()

    def _start(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        answer = self._running[host] = loop.create_future()
        answer.add_done_callback(lambda _: self._finish(host))

        def look_up() -> None:
            try:
                found: list[str] | Exception = self._lookup(host)
            except Exception as error:  # noqa: BLE001 - it goes to whoever waits
                found = error
            with suppress(RuntimeError):  # a loop that was closed meanwhile waits for no answer
                loop.call_soon_threadsafe(_settle, answer, found)

        try:
            threading.Thread(target=look_up, name=f"dns {host}", daemon=True).start()
        except RuntimeError as error:
            _settle(answer, OSError(f"no thread for it: {error}"))


def _settle(answer: asyncio.Future[list[str]], found: list[str] | Exception) -> None:
    if isinstance(found, Exception):
        answer.set_exception(found)
        answer.exception()  # seen, also when nobody waits any more
    else:
        answer.set_result(found)


def _passes(error: Exception) -> bool:
    """Say whether the trouble may pass: an unknown name does not come to be while we wait."""
    return not isinstance(error, UnicodeError) and getattr(error, "errno", None) not in {
        socket.EAI_NONAME,
        socket.EAI_NODATA,
    }
