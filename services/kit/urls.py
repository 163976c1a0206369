"""URLs: what may be asked for, what two spellings have in common, who owns a host. Pure functions."""

import re
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from services.kit.errors import FetchRefused

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
TRACKING_PREFIXES: Final = ("utm_", "pk_", "mtm_", "at_custom", "__hs", "hsa_")
# Names that tell the site who shared the link and never which page it is.
TRACKING_NAMES: Final = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ymclid twclid ttclid li_fat_id igshid igsh "  # noqa: SIM905 - a list fills the screen
    "mc_cid mc_eid _ga _gl _hsenc _hsmi mkt_tok oly_anon_id oly_enc_id vero_id vero_conv ref_src ref_url xtor "
    "at_medium at_campaign at_link_origin guccounter guce_referrer guce_referrer_sig ocid ncid cmpid "
    "smid smtyp wt_mc wt_zmc spm __twitter_impression s_kwcid ito ns_campaign ns_mchannel ns_source ns_linkname "
    # and names of sessions: who asks, and never for what
    "phpsessid jsessionid aspsessionid asp.net_sessionid cfid cftoken sessionid session_id".split()
)
LOGGED_PARAMETERS: Final = frozenset({"id", "p", "page", "format", "feed"})
"""Query parameters whose values may stand in a log: they name a page and are no secrets."""
LOGGED_MAX_CHARS: Final = 300

_UNRESERVED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_IN_PATH: Final = frozenset((_UNRESERVED + "!$&'()*+,;=:@/").encode())
_IN_QUERY: Final = _IN_PATH | {ord("?")}
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})?|[^%]")
_BLANK_OR_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")
_PATH_SESSION: Final = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"https?://[a-z0-9.-]+/[\w./-]*(?:\?[\w.=&%-]+)?", re.ASCII)
"""Links that are absolute as they stand, which most are: joining would change nothing."""
_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
HOST_MAX_CHARS: Final = 253


class Target(NamedTuple):
    """Where a request goes."""

    scheme: str
    host: str
    """Lower case, IDNA; an IPv6 address without its brackets."""
    port: int
    path: str
    """Path and query, as the request line has it."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two requests share when they talk to the same server."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: the scheme's own port is left out."""
        name = _bracketed(self.host)
        return name if self.port == DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def normalise(url: str) -> str:
    """Return the one spelling of `url`, by which two links are known to be the same page.

    Raises:
        FetchRefused: `fetch.url_refused`: no absolute http(s) URL, or one with userinfo, blanks or control characters.

    """
    target = parse(url)
    path, _, query = target.path.partition("?")
    path = _PATH_SESSION.sub("", path)
    kept = "&".join(part for part in query.split("&") if part and not _tracks(part))
    return str(target._replace(path=f"{path}?{kept}" if kept else path))


def parse(url: str) -> Target:
    """Return where a request for `url` goes: as `normalise`, with all query parameters.

    Raises:
        FetchRefused: as `normalise`.

    """
    if _BLANK_OR_CONTROL.search(url):
        raise FetchRefused("fetch.url_refused", "whitespace or control character in the URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchRefused("fetch.url_refused", f"no URL: {_short(error)}") from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise FetchRefused("fetch.url_refused", f"scheme is {scheme[:20]!r}, neither http nor https")
    if "@" in parts.netloc:
        raise FetchRefused("fetch.url_refused", "userinfo in the URL")
    if port == 0:
        raise FetchRefused("fetch.url_refused", "port 0")
    host = _host(parts.hostname or "") if "[" not in parts.netloc else _ipv6(parts.hostname or "")
    path = _without_dots(_escaped(parts.path, _IN_PATH)) or "/"
    query = f"?{_escaped(parts.query, _IN_QUERY)}" if parts.query else ""
    return Target(scheme, host, port or DEFAULT_PORTS[scheme], path + query)


def absolute(base: str, link: str) -> str | None:
    """Return `link` as found in the document at `base`, made absolute; None for what is no http(s) URL."""
    try:
        return join(base, link)
    except FetchRefused:
        return None


def join(base: str, link: str) -> str:
    """Return `link` as found in the document at `base`, made absolute.

    Blanks around and line breaks within are dropped and inner blanks escaped, as browsers do.

    Raises:
        FetchRefused: as `normalise`.

    """
    if _ABSOLUTE.fullmatch(link):
        parse(link)
        return link
    cleaned = re.sub(r"[\t\r\n]", "", link.strip()).replace(" ", "%20")
    try:
        joined = urljoin(base, cleaned)
    except ValueError as error:
        raise FetchRefused("fetch.url_refused", f"no URL: {_short(error)}") from None
    parse(joined)
    return joined


def host_of(url: str) -> str:
    """Return the host of an absolute http(s) URL, as `normalise` spells it.

    Raises:
        FetchRefused: as `normalise`.

    """
    return parse(url).host


def registrable_domain(url_or_host: str) -> str:
    """Return the part of a host's name that was registered, for example `example.co.uk`.

    Private suffixes count (`somebody.github.io` is registrable). IP addresses, single-label hosts and public suffixes
    come back as they are; the port does not.

    Raises:
        FetchRefused: `fetch.url_refused`: no http(s) URL and no host.

    """
    host = host_of(url_or_host if "://" in url_or_host else f"http://{_bracketed(url_or_host)}")
    if ":" in host or host.rpartition(".")[2].isdigit():
        return host
    return _suffixes().privatesuffix(host) or host


def load_suffixes() -> None:
    """Read the list of public suffixes now, which takes 50 ms, instead of with the first host."""
    _suffixes()


def owner_of(url: str) -> str:
    """Return the registrable domain of a URL, to count by; of what is no URL, its beginning. Never raises."""
    try:
        return registrable_domain(url)
    except FetchRefused:
        return url[:LOGGED_MAX_CHARS]


def redacted(url: str) -> str:
    """Return `url` as a log may show it: no userinfo, no fragment, no query values but harmless ones. Never raises."""
    try:
        parts = urlsplit(re.sub(r"[\x00-\x20\x7f-\x9f]", "", url))
    except ValueError:
        return "(unreadable URL)"
    query = "&".join(_redacted_parameter(part) for part in parts.query.split("&") if part)
    host = parts.netloc.rpartition("@")[2]
    text = f"{parts.scheme}://{host}{parts.path}" if host else f"{parts.scheme}:{parts.path}"
    text = (text + "?" + query if query else text).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= LOGGED_MAX_CHARS else text[: LOGGED_MAX_CHARS - 3] + "..."


def _host(host: str) -> str:
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchRefused("fetch.url_refused", f"no host name: {_short(error)}") from None
    name = name.lower().removesuffix(".")
    if len(name) > HOST_MAX_CHARS or not all(map(_LABEL.fullmatch, name.split("."))):
        raise FetchRefused("fetch.url_refused", f"no host name: {_short(name)!r}")
    return name


def _ipv6(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError as error:
        raise FetchRefused("fetch.url_refused", f"no address: {_short(error)}") from None
    if not isinstance(address, IPv6Address) or address.scope_id is not None:
        raise FetchRefused("fetch.url_refused", "address in brackets is not IPv6, or has a zone")
    return str(address)


def _bracketed(host: str) -> str:
    return f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host


def _escaped(text: str, allowed: frozenset[int]) -> str:
    """Percent-encode what must be, decode what need not be, and write the rest in upper case."""
    if _PLAIN.fullmatch(text):
        return text

    def one(match: re.Match[bytes]) -> bytes:
        code = int(match[1], 16) if match[1] else match[0][0]
        if match[1]:
            return bytes([code]) if chr(code) in _UNRESERVED else b"%%%02X" % code
        return bytes([code]) if code in allowed else b"%%%02X" % code

    return _ESCAPE.sub(one, text.encode("utf-8", "replace")).decode("ascii")


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` segments (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    segments: list[str] = []
    parts = path.split("/")[1:]
    for segment in parts:
        if segment == "..":
            segments[-1:] = []
        elif segment != ".":
            segments.append(segment)
    if parts[-1] in {".", ".."}:
        segments.append("")
    return "/" + "/".join(segments)


def _tracks(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


def _redacted_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    return parameter if not equals or name in LOGGED_PARAMETERS else f"{name}=..."


def _short(value: object) -> str:
    return str(value)[:80]


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
