"""Fetching from servers that break the rules: each ends in the outcome with its name, and never in anything worse."""

import asyncio
import random
import ssl
import time
import tracemalloc
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from services.kit.errors import FetchFailed, FetchRefused
from services.kit.http import Fetched, Fetcher, Redirect
from services.kit.settings import HttpSettings
from tests.fakes.certificates import available, certificate, client_context, server_context
from tests.fakes.connections import Connections
from tests.fakes.hostile_server import PLAIN, TOO_MUCH, HostileServer, bomb, sized
from tests.fakes.site import Site, etag_of

LOOPBACK = HttpSettings(http_allowed_networks=(ip_network("127.0.0.0/8"),))
CAP = 5 * 1024 * 1024


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    """Serve what breaks the rules."""
    async with HostileServer() as running:
        yield running


@pytest.fixture(scope="module")
def fetcher() -> Fetcher:
    """Give a fetcher that may reach the server."""
    return Fetcher(LOOPBACK)


async def get(fetcher: Fetcher, url: str, *, timeout_s: float = 5.0, **headers: str) -> Fetched:
    """Fetch `url` with the usual cap."""
    return await fetcher.get(url, body_max_bytes=CAP, timeout_s=timeout_s, headers=headers)


async def failure(fetcher: Fetcher, url: str, *, timeout_s: float = 5.0) -> FetchFailed:
    """Return the error that fetching `url` ends in."""
    with pytest.raises(FetchFailed) as caught:
        await get(fetcher, url, timeout_s=timeout_s)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    return caught.value


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ok", PLAIN),
        ("/gzip/ok", PLAIN),
        ("/gzip/multi", PLAIN + PLAIN),
        ("/gzip/garbage-after", PLAIN),
        ("/gzip/nested", bomb(TOO_MUCH)),
        ("/gzip/empty", b""),
        ("/encoding/identity", PLAIN),
        ("/length/none", PLAIN),
        ("/length/shorter-than-body", PLAIN[:9]),
        ("/chunked/ok", b"abc"),
        ("/redirect/chain?left=5", PLAIN),
        ("/redirect/endless-body", PLAIN),
    ],
)
async def test_whole_bodies(server: HostileServer, fetcher: Fetcher, path: str, body: bytes) -> None:
    """What can be read is read whole."""
    fetched = await get(fetcher, server.url + path)
    assert (fetched.status, fetched.body) == (200, body)


@pytest.mark.parametrize(
    ("path", "code", "retryable"),
    [
        ("/gzip/bomb", "fetch.too_large", False),
        ("/gzip/nested-and-said", "fetch.encoding_refused", False),
        ("/gzip/truncated", "fetch.truncated", True),
        ("/gzip/no-trailer", "fetch.truncated", True),
        ("/gzip/wrong-checksum", "fetch.encoding_error", False),
        ("/gzip/mislabelled", "fetch.encoding_error", False),
        ("/gzip/many", "fetch.encoding_error", False),
        ("/encoding/br", "fetch.encoding_refused", False),
        ("/encoding/zstd", "fetch.encoding_refused", False),
        ("/length/longer-than-body", "fetch.truncated", True),
        ("/length/two", "fetch.protocol", True),
        ("/chunked/bad", "fetch.protocol", True),
        ("/chunked/cut", "fetch.truncated", True),
        ("/reset/body", "fetch.truncated", True),
        ("/reset/header", "fetch.protocol", True),
        ("/endless/body", "fetch.too_large", False),
        ("/endless/chunks", "fetch.protocol", False),
        ("/header/huge", "fetch.protocol", True),
        ("/header/many", "fetch.protocol", False),
        ("/header/carriage-return", "fetch.protocol", True),
        ("/header/zero", "fetch.protocol", True),
        ("/garbage", "fetch.protocol", True),
        ("/silence", "fetch.protocol", True),
        ("/switching", "fetch.protocol", True),
    ],
)
async def test_failures(server: HostileServer, fetcher: Fetcher, path: str, code: str, *, retryable: bool) -> None:
    """What cannot be read fails under its own code, and says truthfully whether another try may help."""
    error = await failure(fetcher, server.url + path)
    assert (error.code, error.retryable) == (code, retryable)


@pytest.mark.alone
@pytest.mark.parametrize("path", ["/drip/body", "/drip/header", "/endless/informational"])
async def test_deadline(server: HostileServer, fetcher: Fetcher, path: str) -> None:
    """A server that always sends a little more is left at the deadline, its connection closed, the next unharmed."""
    started = time.monotonic()
    error = await failure(fetcher, server.url + path, timeout_s=0.3)
    assert (error.code, error.retryable) == ("fetch.deadline", True)
    assert 0.25 < time.monotonic() - started < 1.0
    assert (await get(fetcher, server.url + "/ok")).body == PLAIN
    async with asyncio.timeout(2):
        while server.open:  # noqa: ASYNC110 - the server notices when it next writes
            await asyncio.sleep(0.01)


async def test_bomb_takes_no_memory(server: HostileServer, fetcher: Fetcher) -> None:
    """A bomb is left as soon as it passes the cap: it costs a little more memory than the cap."""
    bomb(TOO_MUCH)
    tracemalloc.start()
    try:
        await failure(fetcher, server.url + "/gzip/bomb")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * CAP


@pytest.mark.parametrize("path", ["/gzip/bomb-in-error", "/endless/error-body", "/encoding/br-in-error"])
async def test_error_bodies_hide_no_status(server: HostileServer, fetcher: Fetcher, path: str) -> None:
    """The status of an answer that is no success arrives, whatever its body is."""
    fetched = await get(fetcher, server.url + path)
    assert fetched.status in {404, 500, 503}
    assert not fetched.ok
    assert len(fetched.body) <= 64 * 1024


async def test_line_feed_in_header(server: HostileServer, fetcher: Fetcher) -> None:
    """A header cannot smuggle a second line into what we log of it."""
    fetched = await get(fetcher, server.url + "/header/line-feed")
    assert fetched.headers["x"] == "a"
    assert all(value.isprintable() for value in fetched.headers.values())


async def test_non_ascii_header(server: HostileServer, fetcher: Fetcher) -> None:
    """A header that is not ASCII is read as Latin-1, and is no reason to fail."""
    assert (await get(fetcher, server.url + "/header/non-ascii")).headers["x-title"] == "café"


async def test_long_etag(server: HostileServer, fetcher: Fetcher) -> None:
    """An entity tag of 10 kB is not kept, the body is."""
    fetched = await get(fetcher, server.url + "/header/etag-long")
    assert (fetched.etag, fetched.body) == (None, PLAIN)


async def test_not_modified_with_body(server: HostileServer, fetcher: Fetcher) -> None:
    """A 304 has no body, even if one was sent."""
    fetched = await get(fetcher, server.url + "/not-modified/with-body")
    assert fetched.not_modified
    assert fetched.body == b""


async def test_binary_comes_as_bytes(server: HostileServer, fetcher: Fetcher) -> None:
    """What is called a page and is none arrives unchanged, for the caller to look at its first bytes."""
    fetched = await get(fetcher, server.url + "/binary")
    assert fetched.content_type == "text/html"
    assert fetched.body.startswith(b"%PDF")


async def test_cookies_are_forgotten(server: HostileServer, fetcher: Fetcher) -> None:
    """A cookie that was set is not sent back."""
    await get(fetcher, server.url + "/cookie/set")
    await get(fetcher, server.url + "/ok")
    assert "cookie" not in server.requests[-1].headers


@pytest.mark.parametrize(
    ("path", "requests"), [("/redirect/loop", 1), ("/redirect/ping", 2), ("/redirect/chain?left=6", 6)]
)
async def test_redirect_limit(server: HostileServer, fetcher: Fetcher, path: str, requests: int) -> None:
    """A loop is seen when it closes, and a sixth redirect is not followed."""
    error = await failure(fetcher, server.url + path)
    assert (error.code, error.retryable) == ("fetch.redirect_limit", False)
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    "target",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.com/",
            "gopher://example.com/",
            "data:text/html,x",
            "javascript:alert(1)",
        ),
        *("http://me:pw@127.0.0.1/", "//me@127.0.0.1/", "http://127.0.0.1:25/", "http://[broken"),
    ],
)
async def test_redirect_to_refused(server: HostileServer, fetcher: Fetcher, target: str) -> None:
    """A redirect to another scheme, with a user in it, or to another service's port, is not followed."""
    error = await failure(fetcher, f"{server.url}/redirect/to?url={target}")
    assert isinstance(error, FetchRefused)
    assert error.code == "fetch.url_refused"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "target",
    [
        *(
            "http://127.0.0.1:{port}/ok",
            "http://localhost:{port}/ok",
            "http://2130706433:{port}/",
            "http://0x7f000001:{port}/",
        ),
        *("http://127.1:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://0:{port}/"),
        *("http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/", "http://[2002:7f00:1::]/"),
        *(
            "http://[64:ff9b::7f00:1]:{port}/",
            "http://[fec0::1]/",
            "http://192.0.0.8/",
            "http://224.0.0.1/",
            "http://[ff02::1]/",
        ),
    ],
)
async def test_canary(server: HostileServer, target: str) -> None:
    """An address inside is refused before any connection, asked for directly or by redirect from an allowed one."""
    fetcher = Fetcher(HttpSettings(http_allowed_networks=(ip_network("127.0.0.2/32"),)))
    async with HostileServer("127.0.0.2") as allowed:
        inside = target.format(port=server.port)
        direct = await failure(fetcher, inside)
        redirected = await failure(fetcher, f"{allowed.url}/redirect/to?url={inside}")
        assert len(allowed.requests) == 1
    assert {direct.code, redirected.code} == {"fetch.address_refused"}
    assert not direct.retryable
    assert server.requests == []


async def test_default_settings_reach_nothing_inside(server: HostileServer) -> None:
    """Without a setting to the contrary, loopback is refused, and no connection is made."""
    error = await failure(Fetcher(HttpSettings()), server.url + "/ok")
    assert error.code == "fetch.address_refused"
    assert server.requests == []


async def test_nobody_listens(fetcher: Fetcher) -> None:
    """A port where nobody listens may be open tomorrow."""
    async with HostileServer() as gone:
        url = gone.url + "/ok"
    error = await failure(fetcher, url)
    assert (error.code, error.retryable) == ("fetch.connect", True)


async def test_unknown_host(fetcher: Fetcher) -> None:
    """A name below `.invalid` does not exist."""
    assert (await failure(fetcher, "http://nowhere.invalid/")).code == "fetch.dns"


@pytest.mark.parametrize("url", ["", "news", "http://a b/", "http://me@127.0.0.1/", "http://127.0.0.1/" + "a" * 9000])
async def test_refused_urls(fetcher: Fetcher, url: str) -> None:
    """What is no URL of ours is refused without a request."""
    assert (await failure(fetcher, url)).code == "fetch.url_refused"


def descriptors() -> int:
    """Count the open file descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_cancelled_requests_leave_nothing(server: HostileServer, fetcher: Fetcher) -> None:
    """Case 3: after 10,000 requests cancelled anywhere on their way, requests work and no descriptor is left."""
    paths = ["/ok", "/gzip/ok", "/drip/body", "/drip/header", "/redirect/chain?left=3"]
    chance = random.Random(1)
    await get(fetcher, server.url + "/ok")
    before = descriptors()
    for _ in range(200):
        tasks = [asyncio.create_task(get(fetcher, server.url + chance.choice(paths))) for _ in range(50)]
        for task in tasks:
            await asyncio.sleep(chance.random() * 0.001)
            chance.choice(tasks).cancel()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (await get(fetcher, server.url + "/ok")).body == PLAIN
    async with asyncio.timeout(3):
        while server.open:  # noqa: ASYNC110 - the server notices when it next writes
            await asyncio.sleep(0.01)
    assert descriptors() <= before + 2


async def test_what_we_send(fetcher: Fetcher) -> None:
    """We say who we are, ask for what we can read, and let the caller choose only the rest."""
    async with Site() as site:
        url = site.serve("/feed.xml", b"<rss/>", content_type="application/rss+xml")
        theirs = {"Accept": "application/rss+xml", "accept-encoding": "br", "Host": "other.example", "X-Y": "z\r\nA: b"}
        await fetcher.get(url, body_max_bytes=CAP, headers=theirs)
    sent = dict(site.requests[0].headers)
    assert sent.pop("user-agent").startswith("Dateline/")
    assert sent == {
        "host": site.url.removeprefix("http://"),
        "accept": "application/rss+xml",
        "accept-encoding": "gzip",
        "connection": "close",
    }


async def test_contact_in_user_agent() -> None:
    """Site owners find out from the User-Agent whom to write to."""
    fetcher = Fetcher(HttpSettings(http_allowed_networks=(ip_network("127.0.0.1"),), http_contact="ops@news.example"))
    async with Site() as site:
        await fetcher.get(site.serve("/"), body_max_bytes=CAP)
    assert site.requests[0].headers["user-agent"].endswith(" (+ops@news.example)")


async def test_what_came_back(fetcher: Fetcher) -> None:
    """An answer tells its address, type, validators and way."""
    async with Site() as site:
        final = site.serve("/b", "hé".encode("latin-1"), content_type="Text/HTML; Charset=ISO-8859-1", etag='"1"')
        asked = site.redirect("/a", "b", status=308)
        fetched = await get(fetcher, asked + "#top")
    assert (fetched.requested, fetched.url, fetched.redirects) == (asked + "#top", final, (Redirect(308, final),))
    assert (fetched.status, fetched.ok, fetched.etag) == (200, True, '"1"')
    assert (fetched.content_type, fetched.charset, fetched.body) == ("text/html", "iso-8859-1", b"h\xe9")
    assert fetched.elapsed_ms >= 0


async def test_conditional_request(fetcher: Fetcher) -> None:
    """With the validator of last time, an unchanged page answers 304 without a body."""
    async with Site() as site:
        url = site.serve("/a", b"news", etag=etag_of(b"news"))
        first = await get(fetcher, url)
        second = await fetcher.get(url, body_max_bytes=CAP, headers={"If-None-Match": first.etag or ""})
    assert (first.status, first.body) == (200, b"news")
    assert (second.status, second.body, second.etag) == (304, b"", first.etag)


async def test_validators_stay_with_their_server(fetcher: Fetcher) -> None:
    """Conditional headers follow a redirect within a server, and not to another one."""
    async with Site() as site, Site("127.0.0.2") as other:
        site.redirect("/within", "/away")
        site.redirect("/away", other.serve("/a", b"news", etag='"1"'))
        headers = {"If-None-Match": '"1"', "If-Modified-Since": "x", "Accept": "text/html"}
        fetched = await fetcher.get(site.url + "/within", body_max_bytes=CAP, headers=headers)
    assert fetched.body == b"news"
    assert [request.headers.get("if-none-match") for request in site.requests] == ['"1"', '"1"']
    assert other.requests[0].headers.get("if-none-match") is None
    assert other.requests[0].headers.get("if-modified-since") is None
    assert other.requests[0].headers["accept"] == "text/html"


async def test_ipv6() -> None:
    """Hosts may be IPv6 addresses, with their brackets in the Host header."""
    fetcher = Fetcher(HttpSettings(http_allowed_networks=(ip_network("::1"),)))
    try:
        async with Site("::1") as site:
            fetched = await get(fetcher, site.serve("/a", b"six"))
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    assert fetched.body == b"six"
    assert site.requests[0].headers["host"] == site.url.removeprefix("http://")


async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer any request."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(sized(PLAIN))


needs_openssl = pytest.mark.skipif(not available(), reason="no openssl program to make certificates with")


@needs_openssl
async def test_tls_works(tmp_path: Path) -> None:
    """A page is read over TLS from a server whose certificate we trust."""
    pem = certificate(tmp_path)
    fetcher = Fetcher(LOOPBACK, ssl_context=client_context(pem), lookup=lambda _: ["127.0.0.1"])
    async with Connections(reply, tls=server_context(pem)) as server:
        assert (await get(fetcher, f"https://localhost:{server.port}/")).body == PLAIN


@needs_openssl
@pytest.mark.parametrize("flaw", ["self-signed", "other host", "expired", "old protocol"])
async def test_tls_flaws(tmp_path: Path, flaw: str) -> None:
    """A certificate that proves nothing, or a protocol that protects nothing, ends the request."""
    pem = certificate(tmp_path, host="elsewhere" if flaw == "other host" else "localhost", expired=flaw == "expired")
    context = server_context(pem)
    if flaw == "old protocol":
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.warns(DeprecationWarning, match="TLSv1 "):
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    trusted = None if flaw in {"self-signed", "old protocol"} else client_context(pem)
    fetcher = Fetcher(LOOPBACK, ssl_context=trusted, lookup=lambda _: ["127.0.0.1"])
    async with Connections(reply, tls=context) as server:
        error = await failure(fetcher, f"https://localhost:{server.port}/")
    assert error.code == "fetch.tls"
    assert not error.retryable or flaw == "old protocol"  # which may look like a connection that was cut


async def test_tls_with_plain_server(fetcher: Fetcher) -> None:
    """A server that does not speak TLS is not spoken to without it."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(sized(b"speak plain", status=400))

    async with Connections(plain) as server:
        assert (await failure(fetcher, f"https://127.0.0.1:{server.port}/")).code == "fetch.tls"


async def test_tls_stall() -> None:
    """A handshake that does not go on is given up before the deadline of the whole request."""

    async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with Connections(stall) as server:
        error = await failure(Fetcher(LOOPBACK, connect_timeout_s=0.2), f"https://127.0.0.1:{server.port}/")
        assert (error.code, error.retryable) == ("fetch.tls", True)
        async with asyncio.timeout(2):
            while server.open:  # noqa: ASYNC110 - until the server sees the end
                await asyncio.sleep(0.01)


def test_no_verification_is_never_switched_off() -> None:
    """No source file can ask for unverified TLS."""
    for path in Path("services").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("verify=False", "CERT_NONE", "check_hostname = False")), path
