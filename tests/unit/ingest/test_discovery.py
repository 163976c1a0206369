"""Feeds that pages and robots.txt files name."""

import time

import pytest

from services.ingest.discovery import FEEDS_MAX, PAGE_MAX_BYTES, feeds_in, sitemaps_in

URL = "https://news.example/section/page.html"
HEAD = '<!DOCTYPE html><html><head><link rel="stylesheet" href="/a.css">{}</head><body>{}</body></html>'


def found(head: str = "", body: str = "") -> list[str]:
    """Return what a page with this head and body names, without the site's own address."""
    return [one.removeprefix("https://news.example") for one in feeds_in(HEAD.format(head, body).encode(), URL)]


def announced(href: str, kind: str = "application/rss+xml") -> str:
    """Write an announcement."""
    return f'<link rel="alternate" type="{kind}" title="x" href="{href}">'


def test_announced_feeds_come_in_their_order() -> None:
    """Every usual type counts, relative addresses are made absolute, repeats are dropped."""
    head = "".join(
        [
            announced("/feed/"),
            announced("atom.xml", "application/atom+xml"),
            announced("https://json.example/feed.json", "application/feed+json; charset=utf-8"),
            announced("/FEED?x=1&amp;y=2", "Application/RSS+XML"),
            announced("/feed/"),
            '<link rel="feed" href="/f.xml">',
        ]
    )
    assert found(head) == ["/feed/", "/section/atom.xml", "https://json.example/feed.json", "/FEED?x=1&y=2", "/f.xml"]


@pytest.mark.parametrize(
    "link",
    [
        announced("/amp", "text/html"),
        announced("/wp-json/oembed?url=x", "application/json+oembed"),
        announced("/wp-json/wp/v2/posts/1", "application/json"),
        announced("javascript:alert(1)"),
        announced("file:///etc/passwd"),
        announced("https://user:secret@news.example/feed"),
        announced(""),
        '<link rel="alternate" hreflang="de" href="/de">',
        '<link rel="next" type="application/rss+xml" href="/feed">',
    ],
)
def test_what_is_no_feed_is_not_named(link: str) -> None:
    """Other forms of a page, and addresses that are none of the web, are passed over."""
    assert [one for one in found(link) if one != "/section/page.html"] == []


def test_links_that_look_like_feeds_come_after() -> None:
    """Links in the page count where their address looks like a feed's; those of comments come last of all."""
    head = announced("/comments/feed/") + announced("/feed/")
    body = "".join(
        f'<a href="{href}">x</a>'
        for href in (
            "/rss",
            "/about/feedback",
            "/world.rss",
            "/index.xml",
            "/sitemap.xml",
            "/feed.json",
            "/atom/",
            "/x.jpg",
        )
    )
    assert found(head, body) == [
        "/feed/",
        "/rss",
        "/world.rss",
        "/index.xml",
        "/feed.json",
        "/atom/",
        "/comments/feed/",
    ]


def test_a_base_address_counts() -> None:
    """Relative addresses go by the page's base element."""
    assert found('<base href="/other/">' + announced("feed")) == ["/other/feed"]


def test_there_is_an_end_to_feeds() -> None:
    """A page that names thousands of feeds gets its first ones heard."""
    assert found("".join(announced(f"/feed/{n}") for n in range(3000))) == [f"/feed/{n}" for n in range(FEEDS_MAX)]


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 4096,
    "nested": b"<div>" * 400_000,
    "unclosed": b"<link rel=alternate " * 100_000,
    "attributes": b"<a " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">",
    "long names": (b"<a " + b"a" * 3990 + b">") * 250,
    "long blanks": (b"<a a" + b" " * 3990 + b">") * 250,
    "comments": b"<!--" * 250_000,
    "scripts": b"<script " * 120_000,
    "ampersands": b"&" * 2_000_000,
    "nul": b"\x00" * 100_000,
    "entities": b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;',
    "links": b"<a href=/feed>" * 100_000,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("charset", [None, "utf-8", "no-such", "utf-16"])
def test_hostile_pages_do_no_harm(page: bytes, charset: str | None) -> None:
    """Whatever a page holds, the answer comes, and soon."""
    began = time.perf_counter()
    assert set(feeds_in(page, URL, charset)) <= {"https://news.example/feed"}
    assert time.perf_counter() - began < 5


def test_only_the_beginning_of_a_page_is_looked_at() -> None:
    """What stands beyond a megabyte is not read."""
    assert found(body="x" * PAGE_MAX_BYTES + '<a href="/feed">x</a>') == []


def test_charsets_count() -> None:
    """Addresses beyond ASCII are read as the header says, else as UTF-8."""
    page = HEAD.format(announced("/лента/feed"), "")
    assert feeds_in(page.encode("windows-1251"), URL, "windows-1251") == ("https://news.example/лента/feed",)
    assert feeds_in(page.encode(), URL) == ("https://news.example/лента/feed",)


def test_robots_txt_names_sitemaps() -> None:
    """Sitemap lines count wherever they stand, in any case; only whole addresses of the web do."""
    text = (
        "User-agent: *\nDisallow: /x\nSitemap: https://n.example/sitemap.xml\r\n"
        "  sitemap :https://n.example/news.xml # fresh\nSITEMAP: /relative.xml\nSitemap: ftp://n.example/a\n"
        "Sitemap: https://n.example/sitemap.xml\n#Sitemap: https://n.example/comment.xml\n"
    )
    assert sitemaps_in(text) == ("https://n.example/sitemap.xml", "https://n.example/news.xml")
    assert sitemaps_in("") == ()
    assert len(sitemaps_in("\n".join(f"Sitemap: https://n.example/{n}" for n in range(999)))) == FEEDS_MAX
