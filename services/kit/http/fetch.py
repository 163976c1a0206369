"""One GET over the web, with everything that may go wrong turned into an error of ours.

HTTP/1.1 only, one connection for each request: hosts are many and visited rarely, so that keeping connections saves
little, and a connection that is never shared cannot be wedged by a cancelled request or answer the next one with what
was left over from the last. No proxies, no cookies, no credentials.
"""

import asyncio
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Final, Protocol, Self

import httpcore2

from services.kit.errors import FetchFailed, FetchRefused
from services.kit.http.answer import Fetched, Redirect
from services.kit.http.body import Body
from services.kit.http.connect import GuardedBackend
from services.kit.http.resolve import Lookup, Resolver, system_lookup
from services.kit.settings import HttpSettings
from services.kit.urls import Target, join, parse

REDIRECTS_MAX: Final = 5
REDIRECTING: Final = frozenset({301, 302, 303, 307, 308})
HEADERS_MAX: Final = 300
CHUNKS_MAX: Final = 50_000
CHUNKS_AT_ONCE: Final = 500
"""Chunks that are read before others get their turn: a server may send a body byte by byte, each a chunk of its own."""
URL_MAX_CHARS: Final = 8192
OTHER_BODY_MAX_BYTES: Final = 64 * 1024
"""Of an answer that is no success, this much of the body is kept, and what is wrong with the rest does not matter."""
CONNECT_TIMEOUT_S: Final = 10.0
DNS_TIMEOUT_S: Final = 5.0
CONDITIONAL: Final = frozenset({"if-none-match", "if-modified-since"})
OURS: Final = frozenset({"host", "user-agent", "accept-encoding", "connection"})


class Gate(Protocol):
    """Lets requests pass, one after the other."""

    async def enter(self, host: str) -> None:
        """Wait until a host may be asked. Called before the connection is opened; what it raises ends the fetch."""

    def permit(self, host: str) -> None:
        """Raise what is to end the fetch after all. Called when the request is about to be sent."""


class Fetcher:
    """Fetches URLs. Safe for any number of requests at once; limiting them, also for each host, is for the caller."""

    def __init__(
        self,
        settings: HttpSettings,
        *,
        lookup: Lookup = system_lookup,
        ssl_context: ssl.SSLContext | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        dns_timeout_s: float = DNS_TIMEOUT_S,
    ) -> None:
        resolver = Resolver(lookup, timeout_s=dns_timeout_s)
        self._backend = GuardedBackend(resolver, settings.http_allowed_networks)
        self._ssl_context = ssl_context or _ssl_context()
        self._connect_timeout_s = connect_timeout_s
        self._timeout_s = settings.http_timeout_s
        self._agent = f"Dateline/{_version()} (+{settings.http_contact})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing stays open between requests."""

    async def get(
        self,
        url: str,
        *,
        body_max_bytes: int,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        gate: Gate | None = None,
    ) -> Fetched:
        """Fetch `url`, following up to five redirects.

        `headers` are sent besides our own; conditional ones only as long as redirects stay with the same server.
        `timeout_s` is a hard limit on everything together; without it, the setting `http_timeout_s` is. `gate` is
        asked before each request, those of redirects too; the time for which it makes wait does not count.

        Raises:
            FetchRefused: we do not ask: `fetch.url_refused`, `fetch.address_refused`, `fetch.redirect_limit`.
            FetchFailed: no usable answer: `fetch.dns`, `fetch.dns_timeout`, `fetch.connect`, `fetch.tls`,
                `fetch.protocol`, `fetch.deadline`, `fetch.truncated`, `fetch.too_large`, `fetch.encoding_refused`,
                `fetch.encoding_error`.

        """
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        started = time.monotonic()
        try:
            async with asyncio.timeout(limit_s) as deadline:
                patient = _Patient(gate, deadline) if gate else None
                target, answer, redirects = await self._follow(url, headers or {}, body_max_bytes, patient)
        except TimeoutError:
            raise FetchFailed("fetch.deadline", f"not done after {limit_s:g} s", retryable=True) from None
        elapsed_ms = round((time.monotonic() - started) * 1000)
        return Fetched(url, str(target), answer.status, answer.headers, answer.body, redirects, elapsed_ms)

    async def _follow(
        self, url: str, headers: Mapping[str, str], body_max_bytes: int, gate: Gate | None
    ) -> tuple[Target, "_Answer", tuple[Redirect, ...]]:
        target = _checked(url)
        redirects: list[Redirect] = []
        seen = {target}
        while True:
            answer = await self._ask(target, headers, body_max_bytes, gate)
            if answer.location is None:
                return target, answer, tuple(redirects)
            following = _checked(join(str(target), answer.location))
            if len(redirects) == REDIRECTS_MAX or following in seen:
                raise FetchRefused("fetch.redirect_limit", f"after {len(redirects) + 1} redirects")
            if (following.scheme, following.host) not in {(target.scheme, target.host), ("https", target.host)}:
                headers = {name: value for name, value in headers.items() if name.lower() not in CONDITIONAL}
            redirects.append(Redirect(answer.status, str(following)))
            target = following
            seen.add(target)

    async def _ask(
        self, target: Target, headers: Mapping[str, str], body_max_bytes: int, gate: Gate | None
    ) -> "_Answer":
        url = httpcore2.URL(
            scheme=target.scheme, host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        extensions: dict[str, object] = {"timeout": {"connect": self._connect_timeout_s}}
        if gate is not None:
            await gate.enter(target.host)
            extensions["trace"] = partial(_before_sending, gate, target.host)
        async with httpcore2.AsyncHTTPConnection(
            url.origin, ssl_context=self._ssl_context, network_backend=self._backend
        ) as connection:
            with _translated(in_body=False):
                request = httpcore2.Request("GET", url, headers=self._headers(target, headers), extensions=extensions)
                response = await connection.handle_async_request(request)
            names = _by_name(response.headers)
            location = _location(response)
            if location is not None:
                return _Answer(response.status, names, b"", location)
            return _Answer(response.status, names, await _body(response, names, body_max_bytes), None)

    def _headers(self, target: Target, extra: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        ours = {"Host": target.authority, "User-Agent": self._agent, "Accept": "*/*"}
        asked = {name: value for name, value in extra.items() if name.lower() not in OURS and _sendable(value)}
        if "accept" in map(str.lower, asked):
            del ours["Accept"]
        both = {**ours, **asked, "Accept-Encoding": "gzip", "Connection": "close"}
        return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in both.items()]


class _Patient:
    """A gate that stops the clock of a fetch while it makes wait."""

    def __init__(self, gate: Gate, deadline: asyncio.Timeout) -> None:
        self._gate = gate
        self._deadline = deadline

    async def enter(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        left_s = (self._deadline.when() or loop.time()) - loop.time()
        self._deadline.reschedule(None)
        try:
            await self._gate.enter(host)
        finally:
            self._deadline.reschedule(loop.time() + left_s)

    def permit(self, host: str) -> None:
        self._gate.permit(host)


async def _before_sending(gate: Gate, host: str, step: str, _: object) -> None:
    """Ask for leave at the last moment: since the connection was asked for, seconds may have passed."""
    if step == "http11.send_request_headers.started":
        gate.permit(host)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer to one request, before redirects are followed. `location` is set if it is one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    location: str | None


async def _body(response: httpcore2.Response, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """Read the body. Of an answer that is no success, take what can be had."""
    success = 200 <= response.status < 300  # noqa: PLR2004 - the class of success
    encoding = headers.get("content-encoding", "")
    if success:
        return await _filled(response, Body(encoding, max_bytes=max_bytes))
    try:
        body = Body(encoding, max_bytes=min(max_bytes, OTHER_BODY_MAX_BYTES))
    except FetchFailed:
        return b""
    try:
        return await _filled(response, body)
    except FetchFailed:
        return body.so_far


async def _filled(response: httpcore2.Response, body: Body) -> bytes:
    count = 0
    with _translated(in_body=True):
        async with aclosing(response.aiter_stream()) as chunks:
            async for chunk in chunks:
                body.feed(chunk)
                count += 1
                if count == CHUNKS_MAX:
                    raise FetchFailed("fetch.protocol", f"body in more than {CHUNKS_MAX} chunks")
                if not count % CHUNKS_AT_ONCE:
                    await asyncio.sleep(0)
    return body.finish()


def _location(response: httpcore2.Response) -> str | None:
    if response.status not in REDIRECTING:
        return None
    values = [value for name, value in response.headers if name.lower() == b"location"]
    return values[0].decode("utf-8", "replace") if values else None


def _by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    if len(headers) > HEADERS_MAX:
        raise FetchFailed("fetch.protocol", f"{len(headers)} headers")
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


@contextmanager
def _translated(*, in_body: bool) -> Iterator[None]:
    """Turn httpcore2's errors into ours."""
    try:
        yield
    except httpcore2.RemoteProtocolError as error:
        cut = in_body and "peer closed connection" in str(error)
        raise FetchFailed("fetch.truncated" if cut else "fetch.protocol", str(error)[:200], retryable=True) from None
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise FetchFailed("fetch.protocol", str(error)[:200]) from None
    except (httpcore2.NetworkError, httpcore2.TimeoutException):
        code = "fetch.truncated" if in_body else "fetch.protocol"
        raise FetchFailed(code, "connection was cut", retryable=True) from None
    except ssl.SSLError as error:
        raise FetchFailed("fetch.tls", str(error)[:200], retryable=True) from None


def _checked(url: str) -> Target:
    if len(url) > URL_MAX_CHARS:
        raise FetchRefused("fetch.url_refused", f"{len(url)} characters long")
    return parse(url)


def _sendable(value: str) -> bool:
    """Say whether `value` can stand in a header: validators come from outside, and a bad one is not sent."""
    return value.isprintable() and all(ord(character) < 256 for character in value)  # noqa: PLR2004 - Latin-1


def _ssl_context() -> ssl.SSLContext:
    context = httpcore2.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _version() -> str:
    try:
        return version("dateline")
    except PackageNotFoundError:
        return "0"
