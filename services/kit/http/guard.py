"""Which addresses and ports we connect to: the wall between what feeds and pages say and our own network.

The table is our own because `ipaddress.is_global` of the Pythons we run on calls 6to4, NAT64 and multicast addresses
global that lead back to this machine (bpo-113171 and others). What no rule allows is refused.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

REFUSED_IPV4: Final = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier's or cloud's own"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud's own"),
        ("169.254.0.0/16", "link-local or cloud metadata"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
GLOBAL_IPV6: Final = IPv6Network("2000::/3")
REFUSED_IPV6: Final = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("2001::/23", "protocol assignments or Teredo"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
)
NAT64: Final = IPv6Network("64:ff9b::/96")

WEB_PORTS: Final = frozenset({80, 443})
LEAST_FREE_PORT: Final = 1024
# Where services other than web servers listen; an answer of theirs is no page, and a request may be a command to them.
# fmt: off
SERVICE_PORTS: Final = frozenset({
    1080, 1099, 1433, 1434, 1521, 1723, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 2483, 2484, 3128, 3260, 3306, 3389,
    3690, 4369, 5000, 5060, 5061, 5222, 5269, 5432, 5433, 5555, 5601, 5671, 5672, 5900, 5901, 5984, 5985, 5986, 6000,
    6001, 6379, 6380, 6443, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697, 7000, 7001, 7199, 7474,
    7687, 8086, 8125, 8500, 8600, 8983, 9042, 9092, 9093, 9094, 9160, 9200, 9300, 9418, 10080, 10250, 10255, 11211,
    11434, 15672, 16379, 26379, 27017, 27018, 27019, 28015, 28017, 50000, 50070,
})
# fmt: on


def refusal(address: Address, allowed: Sequence[Network]) -> str | None:
    """Return why we do not connect to `address`; None when we do. Networks in `allowed` are never refused."""
    plain = _plain(address)
    if in_networks(plain, allowed):
        return None
    if isinstance(plain, IPv4Address):
        return _listed(plain, REFUSED_IPV4)
    if plain in NAT64:
        reason = _listed(IPv4Address(int(plain) & 0xFFFFFFFF), REFUSED_IPV4)
        return reason and f"NAT64 of {reason}"
    if plain not in GLOBAL_IPV6:
        return "not global"
    return _listed(plain, REFUSED_IPV6)


def port_refusal(port: int, *, inside: bool) -> str | None:
    """Return why we do not connect to `port`; None when we do.

    `inside` says that the address is in an allowed network, where any port from 1024 on is somebody's choice.
    """
    if port in WEB_PORTS:
        return None
    if port < LEAST_FREE_PORT:
        return f"port {port} is no web server's"
    if port in SERVICE_PORTS and not inside:
        return f"port {port} is another service's"
    return None


def in_networks(address: Address, networks: Sequence[Network]) -> bool:
    """Say whether `address`, or the IPv4 address mapped in it, is in one of `networks`."""
    plain = _plain(address)
    return any(plain in network for network in networks if network.version == plain.version)


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _listed(address: Address, table: Sequence[tuple[Network, str]]) -> str | None:
    return next((reason for network, reason in table if address in network), None)
