"""Whole polls of feeds that lead inside, by address, name or certificate (cases 10 to 12), beside a healthy one."""

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from services.kit.http import Fetcher
from services.kit.settings import HttpSettings
from tests.fakes.certificates import available, certificate, client_context, server_context
from tests.fakes.connections import Connections
from tests.fakes.feeds import Story, rss, stories
from tests.fakes.hostile_server import HostileServer, head, sized
from tests.fakes.rounds import Rounds, Scripted, rounds
from tests.fakes.site import Site

OUTSIDE = "127.0.1.0/24,127.0.3.0/24"
"""What stands for the world here; all else is inside, first of all 127.0.0.1."""
DNS_TIMEOUT_S = 0.5
INSIDE = {
    "loopback": "http://127.0.0.1:{port}/ok",
    "localhost": "http://localhost:{port}/ok",
    "decimal": "http://2130706433:{port}/",
    "hexadecimal": "http://0x7f000001:{port}/",
    "octal": "http://0177.0.0.1:{port}/",
    "short": "http://127.1:{port}/",
    "zero": "http://0:{port}/",
    "ipv6": "http://[::1]:{port}/",
    "ipv4-mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "nat64": "http://[64:ff9b::7f00:1]:{port}/",
    "6to4": "http://[2002:7f00:1::]/",
    "site-local": "http://[fec0::1]/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "cloud": "http://100.100.100.200/",
    "protocol": "http://192.0.0.8/",
    "multicast": "http://224.0.0.1/",
    "multicast-6": "http://[ff02::1]/",
}


async def nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing: a canary only counts who comes."""


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """End what a test has entered."""
    async with AsyncExitStack() as entered:
        yield entered


async def test_case_10_no_spelling_of_an_inner_address_leads_inside(database: str, stack: AsyncExitStack) -> None:
    """Case 10: as a feed's address and as its redirect it is refused by name; as a link it is text, never followed."""
    desk = await stack.enter_async_context(rounds(database, HTTP_ALLOWED_NETWORKS=OUTSIDE))
    canary = await stack.enter_async_context(Connections(nothing))
    inside = {name: url.format(port=canary.port) for name, url in INSIDE.items()}
    outside = [await stack.enter_async_context(HostileServer(f"127.0.1.{n}")) for n in range(1, len(inside) + 1)]
    redirected = [f"{server.url}/redirect/to?url={url}" for server, url in zip(outside, inside.values(), strict=True)]
    linking = await stack.enter_async_context(Site("127.0.1.250"))
    links = linking.serve("/feed", rss(Story(url, name, name) for name, url in inside.items()))
    await desk.add([*inside.values(), *redirected, links])
    one = await desk.polled()
    desk.judge(one)
    assert {name: one.end(url) for name, url in inside.items()} == dict.fromkeys(inside, "fetch.address_refused")
    assert Counter(map(one.end, redirected)) == {"fetch.address_refused": len(inside)}
    assert [len(server.requests) for server in outside] == [1] * len(outside)
    assert one.end(links) == "feed.polled"
    assert {entry.url for entry in desk.desk.entries()} >= {inside["loopback"], inside["metadata"]}
    assert canary.accepted == 0


class Names:
    """A name server: for each host one answer after the other, the last again and again; an error is raised.

    A host without an answer keeps its asker waiting until `released`.
    """

    def __init__(self, answers: Mapping[str, list[list[str] | OSError]]) -> None:
        self.asked: Counter[str] = Counter()
        self.released = threading.Event()
        self._answers = answers

    def __call__(self, host: str) -> list[str]:
        """Look up a host."""
        self.asked[host] += 1
        answers = self._answers.get(host)
        if answers is None:
            self.released.wait()
            return ["127.0.1.1"]
        answer = answers[min(self.asked[host], len(answers)) - 1]
        if isinstance(answer, OSError):
            raise answer
        return answer


def naming(desk: Rounds, names: Names, *, trusted: ssl.SSLContext | None = None) -> None:
    """Have the desk ask this name server, and wait for a connection no longer than for a name."""
    settings = HttpSettings.load({"DATELINE_HTTP_ALLOWED_NETWORKS": OUTSIDE})
    desk.desk.fetcher = Fetcher(
        settings, lookup=names, ssl_context=trusted, dns_timeout_s=DNS_TIMEOUT_S, connect_timeout_s=DNS_TIMEOUT_S
    )


async def test_case_11_names_that_turn_inside_are_refused(database: str, stack: AsyncExitStack) -> None:
    """Case 11: each connection is resolved once and goes where was looked; an inner address among many refuses all."""
    desk = await stack.enter_async_context(rounds(database))
    body = rss(stories(2, base="https://other.example"))
    server = await stack.enter_async_context(
        Scripted({"/feed": [sized(body)], "/cut": [head(Content_Length=9) + b"MARKER"]}, "127.0.1.1")
    )
    port = server.port
    canary = await stack.enter_async_context(Connections(nothing, port=port))
    answers: dict[str, list[list[str] | OSError]] = {
        "rebinding.test": [["127.0.1.1"], ["127.0.0.1"]],
        "breaking.test": [["127.0.1.1"], ["127.0.0.1"]],
        "mixed.test": [["127.0.1.1", "127.0.0.1"]],
        "unknown.test": [socket.gaierror(socket.EAI_NONAME, "no such name")],
        "empty.test": [[]],
    }
    names = Names(answers)
    naming(desk, names)
    urls = {host: f"http://{host}:{port}/{'cut' if host == 'breaking.test' else 'feed'}" for host in answers}
    await desk.add(urls.values())
    expected = {"breaking.test": "fetch.address_refused", "mixed.test": "fetch.address_refused"}
    expected |= {"unknown.test": "fetch.dns", "empty.test": "fetch.dns"}
    for first in ("feed.polled", "fetch.address_refused"):
        one = await desk.polled()
        desk.judge(one)
        assert {host: one.end(url) for host, url in urls.items()} == {"rebinding.test": first, **expected}
    assert Counter(request.headers["host"] for request in server.requests) == {
        f"rebinding.test:{port}": 1,
        f"breaking.test:{port}": 1,
    }
    assert names.asked == {"rebinding.test": 2, "breaking.test": 3, **dict.fromkeys(list(answers)[2:], 2)}
    assert canary.accepted == 0


async def test_case_11_slow_names_delay_only_their_own_feeds(database: str, stack: AsyncExitStack) -> None:
    """Case 11: names that are not resolved in time fail by name, while other names are resolved beside them."""
    desk = await stack.enter_async_context(rounds(database))
    server = await stack.enter_async_context(Scripted({"/feed": [sized(rss(stories(2)))]}, "127.0.1.1"))
    names = Names({"quick.test": [["127.0.1.1"]]})
    stack.callback(names.released.set)
    naming(desk, names)
    slow = [f"http://slow{n}.test/feed" for n in range(20)]
    quick = f"http://quick.test:{server.port}/feed"
    await desk.add([*slow, quick])
    one = await desk.polled()
    desk.judge(one)
    assert Counter(map(one.end, slow)) == {"fetch.dns_timeout": len(slow)}
    assert one.end(quick) == "feed.polled"
    assert one.seconds(quick) < min(map(one.seconds, slow))
    assert len(server.requests) == 1


async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer any request with a feed."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(sized(rss(stories(2))))


async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Leave a handshake where it is."""
    await reader.read()


def outdated(pem: Path) -> ssl.SSLContext:
    """Return the context of a server that speaks TLS 1.0 and nothing newer."""
    context = server_context(pem)
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.skipif(not available(), reason="no openssl program to make certificates with")
async def test_case_12_tls_that_proves_nothing_ends_the_poll(
    database: str, stack: AsyncExitStack, tmp_path: Path
) -> None:
    """Case 12: no flaw of a certificate or a handshake is passed over, none tried without TLS, none delays others."""
    desk = await stack.enter_async_context(rounds(database))
    hosts = ("sound", "self-signed", "other-host", "expired", "old-protocol")
    pems = {
        name: certificate(
            tmp_path, host="elsewhere.test" if name == "other-host" else f"{name}.test", expired=name == "expired"
        )
        for name in hosts
    }
    bundle = tmp_path / "bundle"
    bundle.write_bytes(b"".join(pem.read_bytes() for name, pem in pems.items() if name != "self-signed"))
    contexts = {name: outdated(pem) if name == "old-protocol" else server_context(pem) for name, pem in pems.items()}
    servers = {
        name: await stack.enter_async_context(Connections(reply, f"127.0.1.{n}", tls=context))
        for n, (name, context) in enumerate(contexts.items(), start=1)
    }
    servers["stall"] = await stack.enter_async_context(Connections(stall, "127.0.1.8"))
    servers["plain"] = await stack.enter_async_context(Connections(reply, "127.0.1.9"))
    places = dict(zip(servers, (*range(1, 6), 8, 9), strict=True))
    naming(
        desk, Names({f"{name}.test": [[f"127.0.1.{n}"]] for name, n in places.items()}), trusted=client_context(bundle)
    )
    urls = {name: f"https://{name}.test:{server.port}/feed" for name, server in servers.items()}
    await desk.add(urls.values())
    one = await desk.polled()
    desk.judge(one)
    assert {name: one.end(url) for name, url in urls.items()} == {
        **dict.fromkeys(urls, "fetch.tls"),
        "sound": "feed.polled",
    }
    # a connection counts as accepted once its handshake is done
    accepted = {name: server.accepted for name, server in servers.items()}
    assert accepted == {**dict.fromkeys(servers, 0), "sound": 1, "stall": 1, "plain": 1}
