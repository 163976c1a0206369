"""Connections to checked addresses, for httpcore2 (the engine of httpx2).

The check sits between resolving and connecting: the name is resolved once, all its addresses are judged, and the
connection goes to one of those that were judged. A second look-up, which could answer otherwise, does not happen.
"""

import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore2

from services.kit.errors import FetchFailed, FetchRefused
from services.kit.http.guard import Address, Network, in_networks, port_refusal, refusal
from services.kit.http.resolve import Resolver

ATTEMPTS_MAX = 4
"""Addresses of one host that are tried."""
READ_MAX_BYTES = 16 * 1024
"""What is taken from a connection at once, as much as TLS gives: it is parsed in one go while all others wait."""


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections, to allowed addresses and ports only."""

    def __init__(
        self, resolver: Resolver, allowed: Sequence[Network], *, wire: httpcore2.AsyncNetworkBackend | None = None
    ) -> None:
        self._resolver = resolver
        self._allowed = allowed
        self._wire = wire or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to one of the addresses of `host`, of which all must be allowed.

        Raises:
            FetchRefused: `fetch.address_refused`, `fetch.url_refused` for the port.
            FetchFailed: `fetch.dns`, `fetch.dns_timeout`, `fetch.connect`.

        """
        problem = ""
        for address in (await self._addresses(host, port))[:ATTEMPTS_MAX]:
            try:
                stream = await self._wire.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
                problem = f"{address} port {port}: {_told(error)}"
            else:
                return _PlainStream(stream)
        raise FetchFailed("fetch.connect", problem, retryable=True)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        if reason := port_refusal(port, inside=True):
            raise FetchRefused("fetch.url_refused", reason)
        addresses = await self._resolver.addresses(host)
        for address in addresses:
            if reason := refusal(address, self._allowed):
                raise FetchRefused("fetch.address_refused", f"{host} is {address}: {reason}")
            if reason := port_refusal(port, inside=in_networks(address, self._allowed)):
                raise FetchRefused("fetch.url_refused", reason)
        return addresses


class _PlainStream(httpcore2.AsyncNetworkStream):
    """A connection before TLS. Tells failures of the handshake from failures of the connection."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore2's signature
        return await self._stream.read(min(max_bytes, READ_MAX_BYTES), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore2's signature
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore2's signature
        return self._stream.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's signature
    ) -> httpcore2.AsyncNetworkStream:
        secured: httpcore2.AsyncNetworkStream | None = None
        try:
            secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            raise FetchFailed(
                "fetch.tls", _told(error), retryable=not isinstance(_cause(error), ssl.SSLError)
            ) from None
        finally:
            if secured is None:  # a cancelled handshake would leave the socket open
                await self._stream.aclose()
        return secured


def _cause(error: BaseException) -> BaseException:
    """Return what was first in the chain of causes."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _told(error: BaseException) -> str:
    if isinstance(error, httpcore2.TimeoutException):
        return "no answer in time"
    first = _cause(error)
    return str(first)[:200] or type(first).__name__
