"""Which addresses and ports we connect to, decided without a network."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

import httpcore2
import pytest

from services.kit.errors import FetchFailed, FetchRefused
from services.kit.http.connect import GuardedBackend
from services.kit.http.guard import SERVICE_PORTS, Network, port_refusal, refusal
from services.kit.http.resolve import Lookup, Resolver, system_lookup

PRIVATE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1"),
    *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *(
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
    ),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:db8::1", "2002:7f00:1::"),
    *("2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
]
PUBLIC = [
    *(
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
    ),
    *("172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"),
    *("223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860::8888"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    """No address of this machine, this network, the cloud around it, or nobody is connected to."""
    assert refusal(ip_address(address), ()) is not None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address: str) -> None:
    """The rest of the net, up to the edges of what is refused, can be reached."""
    assert refusal(ip_address(address), ()) is None


@pytest.mark.parametrize("address", ["127.0.0.5", "::ffff:127.0.0.5"])
def test_allowed_network(address: str) -> None:
    """An allowed network is open in all spellings, and no other is."""
    allowed = (ip_network("127.0.0.4/30"), ip_network("fd00::/8"))
    assert refusal(ip_address(address), allowed) is None
    assert refusal(ip_address("127.0.0.1"), allowed) is not None
    assert refusal(ip_address("fd12::1"), allowed) is None
    assert refusal(ip_address("::1"), allowed) is not None


@pytest.mark.parametrize("port", [80, 443, 8080, 8443, 1024, 8000, 65535])
def test_web_ports(port: int) -> None:
    """The web's ports and those that anybody may take are open."""
    assert port_refusal(port, inside=False) is None


@pytest.mark.parametrize("port", [1, 21, 22, 25, 81, 110, 143, 445, 587, 1023])
def test_system_ports(port: int) -> None:
    """Ports of the system's services are closed, in allowed networks too."""
    assert port_refusal(port, inside=False)
    assert port_refusal(port, inside=True)


@pytest.mark.parametrize("port", [2375, 3306, 5432, 6379, 9092, 9200, 11211, 27017])
def test_service_ports(port: int) -> None:
    """Ports where databases and brokers listen are open in allowed networks only."""
    assert port_refusal(port, inside=False)
    assert port_refusal(port, inside=True) is None


def test_web_ports_are_no_service_ports() -> None:
    """The two usual alternative ports of the web are not on the list of other services' ports."""
    assert not SERVICE_PORTS & {80, 443, 8000, 8080, 8081, 8443, 8888, 3000}


class Wire(httpcore2.AsyncNetworkBackend):
    """Notes what it is asked to connect to, and connects to nothing but addresses in `answering`."""

    def __init__(self, answering: Iterable[str] = ()) -> None:
        self.asked: list[tuple[str, int]] = []
        self._answering = set(answering)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *_limits: object,
        **_options: object,
    ) -> httpcore2.AsyncNetworkStream:
        """Note the call."""
        self.asked.append((host, port))
        if host not in self._answering:
            raise httpcore2.ConnectError("nobody there")
        return httpcore2.AsyncMockStream([])


def guarded(wire: Wire, lookup: Lookup, allowed: tuple[Network, ...] = (), timeout_s: float = 1.0) -> GuardedBackend:
    """Return the guard over a wire that goes nowhere."""
    return GuardedBackend(Resolver(lookup, timeout_s=timeout_s), allowed, wire=wire)


async def test_connects_to_the_checked_address() -> None:
    """The connection goes to an address, not to a name that could be looked up again."""
    wire = Wire(["8.8.8.8"])
    await guarded(wire, lambda _: ["8.8.8.8"]).connect_tcp("dns.example", 443)
    assert wire.asked == [("8.8.8.8", 443)]


async def test_rebinding() -> None:
    """A name that answers public first and private next is looked up once for each connection, and then refused."""
    answers = [["8.8.8.8"], ["127.0.0.1"]]
    asked: list[str] = []

    def lookup(host: str) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    wire = Wire(["8.8.8.8", "127.0.0.1"])
    backend = guarded(wire, lookup)
    await backend.connect_tcp("rebind.example", 80)
    assert (asked, wire.asked) == (["rebind.example"], [("8.8.8.8", 80)])
    with pytest.raises(FetchRefused, match=r"fetch\.address_refused"):
        await backend.connect_tcp("rebind.example", 80)
    assert (len(asked), len(wire.asked)) == (2, 1)


@pytest.mark.parametrize("addresses", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "::1"]])
async def test_mixed_answers(addresses: list[str]) -> None:
    """A name with one private address among public ones is refused before any connection."""
    wire = Wire(["8.8.8.8"])
    with pytest.raises(FetchRefused, match=r"fetch\.address_refused"):
        await guarded(wire, lambda _: addresses).connect_tcp("mixed.example", 80)
    assert wire.asked == []


@pytest.mark.parametrize("port", [25, 6379])
async def test_refused_port(port: int) -> None:
    """A public host on another service's port is refused before any connection."""
    wire = Wire(["8.8.8.8"])
    with pytest.raises(FetchRefused, match=r"fetch\.url_refused"):
        await guarded(wire, lambda _: ["8.8.8.8"]).connect_tcp("public.example", port)
    assert wire.asked == []


async def test_next_address() -> None:
    """When the first address does not answer, the next is tried."""
    wire = Wire(["8.8.4.4"])
    await guarded(wire, lambda _: ["8.8.8.8", "8.8.4.4"]).connect_tcp("two.example", 80)
    assert wire.asked == [("8.8.8.8", 80), ("8.8.4.4", 80)]


async def test_no_address_answers() -> None:
    """When none answers, a few were tried and the error may pass."""
    wire = Wire()
    with pytest.raises(FetchFailed) as caught:
        await guarded(wire, lambda _: [f"8.8.8.{n}" for n in range(50)]).connect_tcp("dead.example", 80)
    assert (caught.value.code, caught.value.retryable, len(wire.asked)) == ("fetch.connect", True, 4)


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), False),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), True),
        (UnicodeError("label too long"), False),
    ],
)
async def test_unknown_name(error: Exception, retryable: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A name that does not exist stays that way; a name server in trouble recovers."""

    def lookup(_: str) -> list[str]:
        raise error

    with pytest.raises(FetchFailed) as caught:
        await guarded(Wire(), lookup).connect_tcp("gone.example", 80)
    assert (caught.value.code, caught.value.retryable) == ("fetch.dns", retryable)


@pytest.mark.alone
async def test_slow_name_server() -> None:
    """A name server that hangs fails its own look-ups in time and delays nobody else's."""
    hang = threading.Event()

    def lookup(host: str) -> list[str]:
        if host == "slow.example":
            hang.wait(10)
        return ["8.8.8.8"]

    backend = guarded(Wire(["8.8.8.8"]), lookup, timeout_s=0.5)
    stuck = [asyncio.create_task(backend.connect_tcp("slow.example", 80)) for _ in range(200)]
    await asyncio.sleep(0)
    started = time.monotonic()
    await backend.connect_tcp("fast.example", 80)
    assert time.monotonic() - started < 0.4
    outcomes = await asyncio.gather(*stuck, return_exceptions=True)
    threads = [thread for thread in threading.enumerate() if thread.name == "dns slow.example"]
    hang.set()
    assert {getattr(outcome, "code", None) for outcome in outcomes} == {"fetch.dns_timeout"}
    assert len(threads) == 1
    threads[0].join()


async def test_many_slow_names() -> None:
    """Threads for look-ups are limited; who gets none in time fails in time, and slots come back."""
    hang = threading.Event()

    def lookup(host: str) -> list[str]:
        if host.startswith("slow"):
            hang.wait(10)
        return ["8.8.8.8"]

    resolver = Resolver(lookup, timeout_s=0.1, lookups_max=3)
    outcomes = await asyncio.gather(*(resolver.addresses(f"slow{n}.example") for n in range(9)), return_exceptions=True)
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("dns slow")]
    assert {getattr(outcome, "code", None) for outcome in outcomes} == {"fetch.dns_timeout"}
    assert len(threads) == 3
    hang.set()
    for thread in threads:
        thread.join()
    assert await resolver.addresses("fast.example") == [ip_address("8.8.8.8")]


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "0"])
async def test_other_spellings(host: str) -> None:
    """The system's own look-up sees through all spellings of this machine's address."""
    wire = Wire()
    with pytest.raises(FetchRefused, match=r"fetch\.address_refused"):
        await guarded(wire, system_lookup).connect_tcp(host, 80)
    assert wire.asked == []
