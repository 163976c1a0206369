"""URLs: one spelling, one owner, nothing that we would not ask for."""

from urllib.parse import urljoin

import pytest

from services.kit.errors import FetchRefused
from services.kit.urls import absolute, host_of, join, normalise, owner_of, redacted, registrable_domain

SPELLINGS = [
    ("HTTP://Example.COM", "http://example.com/"),
    ("http://example.com:80/", "http://example.com/"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("https://example.com:80/a", "https://example.com:80/a"),
    ("http://example.com:/a", "http://example.com/a"),
    ("http://example.com./a", "http://example.com/a"),
    ("http://example.com/a#part", "http://example.com/a"),
    ("http://example.com/a?", "http://example.com/a"),
    ("http://example.com?b=1", "http://example.com/?b=1"),
    ("http://example.com/a/./b/../c", "http://example.com/a/c"),
    ("http://example.com/a/..", "http://example.com/"),
    ("http://example.com/../../a", "http://example.com/a"),
    ("http://example.com/a/%2e%2E/b", "http://example.com/b"),
    ("http://example.com/a//b", "http://example.com/a//b"),
    ("http://example.com/%7euser/%c3%a4%2f", "http://example.com/~user/%C3%A4%2F"),
    ("http://example.com/ä", "http://example.com/%C3%A4"),
    ("http://example.com/100%", "http://example.com/100%25"),
    ("http://example.com/a|b", "http://example.com/a%7Cb"),
    ("http://example.com/\ud800", "http://example.com/%3F"),
    ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://XN--bcher-kva.example/", "http://xn--bcher-kva.example/"),
    ("http://[0:0::1]:8080/", "http://[::1]:8080/"),
    ("http://under_score.example/", "http://under_score.example/"),
    ("http://example.com/a?z=1&a=2&z=3", "http://example.com/a?z=1&a=2&z=3"),
    ("http://example.com/a?utm_source=rss&id=4&UTM_Medium=x", "http://example.com/a?id=4"),
    ("http://example.com/a?fbclid=1&gclid=2&mc_cid=3", "http://example.com/a"),
    ("http://example.com/a;jsessionid=1A?PHPSESSID=2&b=3&session_id=4", "http://example.com/a?b=3"),
    ("http://example.com/a;v=2/b?sid=1", "http://example.com/a;v=2/b?sid=1"),
    ("http://example.com/a?utm=1&a=&b", "http://example.com/a?utm=1&a=&b"),
    ("http://example.com/a?&&b=1&", "http://example.com/a?b=1"),
    ("http://example.com/a?q=x+y%20z", "http://example.com/a?q=x+y%20z"),
]
REFUSED = [
    *(
        "",
        "news",
        "/a",
        "//example.com/a",
        "example.com",
        "http:example.com",
        "http:/example.com",
        "http://",
        "http:///a",
    ),
    *("ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:text/html,hi", "javascript:alert(1)"),
    *(
        "mailto:a@example.com",
        "http://me@example.com/",
        "http://me:pw@example.com/",
        "http://good.example\\@bad.example/",
    ),
    *(
        "http://a b/",
        "http://example.com/a b",
        " http://example.com/",
        "http://example.com/\n",
        "http://example.com/\x00",
    ),
    *("http://example.com:0/", "http://example.com:99999/", "http://example.com:x/", "http://example.com:-1/"),
    *(
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://a..b/",
        "http://.example.com/",
        "http://a%2eb/",
    ),
    *("http://exa\\mple.com/", "http://\u2100.example/", "http://\u2024\u2024/", f"http://{'a' * 64}.com/"),
    f"http://{'a.' * 127}com/",
]


@pytest.mark.parametrize(("url", "expected"), SPELLINGS)
def test_normalise(url: str, expected: str) -> None:
    """Spellings of one address become the same, and all that tells pages apart stays."""
    assert normalise(url) == expected


@pytest.mark.parametrize("url", [url for url, _ in SPELLINGS])
def test_normalise_is_stable(url: str) -> None:
    """What is normalised stays as it is when normalised again."""
    assert normalise(normalise(url)) == normalise(url)


@pytest.mark.parametrize("url", REFUSED)
def test_normalise_refuses(url: str) -> None:
    """What is no absolute http(s) URL, or carries a user or blanks, is refused with the code for it."""
    with pytest.raises(FetchRefused) as caught:
        normalise(url)
    assert caught.value.code == "fetch.url_refused"
    assert not caught.value.retryable
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("b", "https://example.com/a/b"),
        ("/b", "https://example.com/b"),
        ("//other.example/b", "https://other.example/b"),
        ("?page=2", "https://example.com/a/?page=2"),
        ("http://other.example/", "http://other.example/"),
        ("\n  http://other.example/a b\n", "http://other.example/a%20b"),
        ("http://other.exam\nple/", "http://other.example/"),
        ("", "https://example.com/a/"),
        ("mailto:me@example.com", None),
        ("javascript:alert(1)", None),
        ("data:,x", None),
        ("ftp://example.com/", None),
        ("http://me@example.com/", None),
        ("http://[broken", None),
        ("http://", None),
    ],
)
def test_absolute(link: str, expected: str | None) -> None:
    """A link becomes absolute as in a browser; what cannot be asked for over HTTP becomes None."""
    assert absolute("https://example.com/a/", link) == expected


@pytest.mark.parametrize("base", ["https://example.com/a/", "http://else.example/b?c"])
@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/a/b.html",
        "http://example.com/a/../b",
        "https://example.com/?p=1&q=%20",
        "https://example.com//a//",
        "http://198.51.100.7/a",
    ],
)
def test_plain_links_are_joined_as_any_other(base: str, link: str) -> None:
    """Links that are taken as absolute without joining come out as joining would have them."""
    assert absolute(base, link) == urljoin(base, link)


@pytest.mark.parametrize("link", ["https://a..example/b", "http://.example/", f"https://{'a' * 64}.example/"])
def test_plain_links_to_no_host_are_refused(link: str) -> None:
    """A link that looks plain and names a host that cannot be is refused."""
    assert absolute("https://example.com/a/", link) is None


def test_join_says_why() -> None:
    """The strict form of `absolute` names the reason."""
    with pytest.raises(FetchRefused, match="scheme is 'file'"):
        join("https://example.com/", "file:///etc/passwd")


@pytest.mark.parametrize(
    ("url_or_host", "expected"),
    [
        ("www.example.com", "example.com"),
        ("https://News.Example.co.uk:8080/a?b", "example.co.uk"),
        ("example.com.", "example.com"),
        ("somebody.github.io", "somebody.github.io"),
        ("www.somebody.github.io", "somebody.github.io"),
        ("github.io", "github.io"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("localhost:8080", "localhost"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://[::1]:8080/", "::1"),
        ("[::1]:8080", "::1"),
        ("::1", "::1"),
        ("www.bücher.de", "xn--bcher-kva.de"),
    ],
)
def test_registrable_domain(url_or_host: str, expected: str) -> None:
    """The part that was registered is found by the public suffix list; addresses and short names stay."""
    assert registrable_domain(url_or_host) == expected


def test_host_of() -> None:
    """The host comes without port and in one spelling."""
    assert host_of("https://WWW.Example.com:8443/a") == "www.example.com"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:secret@example.com/a#b", "https://example.com/a"),
        ("https://example.com/a?id=4&token=secret&flag", "https://example.com/a?id=4&token=...&flag"),
        ("https://example.com/a\nlevel=error\x1b[31m", "https://example.com/alevel=error[31m"),
        ("http://[broken", "(unreadable URL)"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://example.com/ä\u202e", "https://example.com/\\xe4\\u202e"),
    ],
)
def test_redacted(url: str, expected: str) -> None:
    """A log shows neither users nor secrets nor control characters."""
    assert redacted(url) == expected


def test_redacted_is_short() -> None:
    """A log line does not grow with the URL."""
    assert len(redacted("https://example.com/" + "a" * 100_000)) == 300


@pytest.mark.parametrize(
    ("url", "owner"), [("https://www.example.co.uk/a", "example.co.uk"), ("no URL", "no URL"), ("x" * 999, "x" * 300)]
)
def test_what_is_counted_has_an_owner(url: str, owner: str) -> None:
    """Whatever stands where a URL should be is counted under something, and under nothing long."""
    assert owner_of(url) == owner
