"""Robots: what a robots.txt lets us ask for."""

import os
import time

import pytest

from services.extract import robots

PAGE = "https://outlet.example/news/2026/ferries.html?id=7"


def allowed(text: str, url: str = PAGE) -> bool:
    """Say whether a robots.txt lets us ask for a page."""
    return robots.allows(robots.read(text.encode()), url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /sport/", True),
        ("User-agent: *\nDisallow: /news/\nAllow: /news/2026/", True),
        ("User-agent: *\nAllow: /\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /*.html", False),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: *\nDisallow: /*?id=", False),
        ("User-agent: *\nDisallow: /%6Eews/", False),
        ("user-agent:*\r\nDISALLOW:/news", False),
        ("\n\nUser-agent: * # everybody\n\nDisallow: /news # not now\n", False),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: dateline\nDisallow: /", False),
        ("User-agent: DateLine/1.0 (+https://x.example)\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nDisallow: /sport/", True),
        ("User-agent: Dateline\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: Dateline\nDisallow:", True),
        ("User-agent: otherbot\nUser-agent: Dateline\nDisallow: /news/", False),
        ("User-agent: otherbot\nUser-agent: Dateline\nDisallow: /sport/\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Dateline\nDisallow: /sport/\n\nUser-agent: Dateline\nDisallow: /news/", False),
        ("User-agent: Dateline\nSitemap: https://outlet.example/map.xml\nDisallow: /news/", False),
        (
            "User-agent: Date\nDisallow: /\n\nUser-agent: line\nDisallow: /\nUser-agent: Dateline-Images\nDisallow: /",
            True,
        ),
        ("Disallow: /", True),
        ("User-agent:\nDisallow: /", True),
        ("<!DOCTYPE html><html><body><p>User-agent: none of this is a rule</p></body></html>", True),
        ("User-agent: *\nDisalow: /news/", False),
    ],
)
def test_the_rules_of_rfc_9309_count(text: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """The longest match wins, our own group replaces that for everybody, and names of others are not ours."""
    assert allowed(text) is expected


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /news/",
        "User-agent: *\nDisallow: /news/".encode("utf-16"),
        b"# Caf\xe9\nUser-agent: *\nDisallow: /news/\nDisallow: /caf\xe9/",
        b"User-agent: *\rDisallow: /news/\r",
    ],
)
def test_marks_charsets_and_line_ends_hide_no_rule(body: bytes) -> None:
    """Whatever stands before and between the rules, they are found."""
    assert not robots.allows(robots.read(body), PAGE)


def test_the_file_itself_is_always_allowed() -> None:
    """No rule can keep us from asking for the rules."""
    assert allowed("User-agent: *\nDisallow: /", "https://outlet.example/robots.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nCrawl-delay: 5", 5.0),
        ("User-agent: *\nCrawl-delay: 0.5\nDisallow: /x", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", 30.0),
        ("User-agent: *\nCrawl-delay: 5\n\nUser-agent: Dateline\nCrawl-delay: 2", 2.0),
        ("User-agent: otherbot\nCrawl-delay: 5", 0.0),
        ("User-agent: *\nCrawl-delay: -5", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
    ],
)
def test_the_crawl_delay_is_ours_and_has_a_limit(text: str, expected: float) -> None:
    """The delay for us, else for everybody, counts up to half a minute; nonsense does not."""
    assert robots.delay_s(robots.read(text.encode())) == expected


def test_only_what_is_about_us_is_kept() -> None:
    """The groups of others take no memory."""
    others = "".join(f"User-agent: bot{number}\nDisallow: /{number}\n\n" for number in range(1000))
    assert robots.read(f"{others}User-agent: *\nDisallow: /x\n{others}".encode()) == "User-agent: *\nDisallow: /x"


def test_what_stands_behind_500_kib_does_not_count() -> None:
    """A file is read as far as the RFC asks for, and no further."""
    comment = b"# long\n" * (robots.READ_BYTES // 7)
    assert not robots.allows(robots.read(b"User-agent: *\nDisallow: /\n" + comment), PAGE)
    assert robots.allows(robots.read(comment + b"filler\n" * 2 + b"User-agent: *\nDisallow: /\n"), PAGE)


@pytest.mark.parametrize(
    "body",
    [
        bytes(robots.READ_BYTES),
        os.urandom(robots.READ_BYTES),
        b"User-agent: *\n" + b"Disallow: /*a*\n" * 40_000,
        b"".join(b"User-agent: a%d\n" % number for number in range(16_000)) + b"Disallow: /x\n" * 16_000,
        b"User-agent: *\nDisallow: /" + b"a*" * 250_000,
        b"User-agent: *\nDisallow: /" + b"$" * 250_000,
        b"user agent" + b" " * 500_000,
    ],
    ids=["zeros", "noise", "wildcards", "agents by rules", "one pattern", "dollars", "blanks"],
)
def test_a_hostile_file_costs_little(body: bytes) -> None:
    """Half a megabyte of anything is read and asked in a moment, and nothing is raised."""
    started = time.monotonic()
    rules = robots.read(body)
    robots.allows(rules, PAGE)
    robots.delay_s(rules)
    assert time.monotonic() - started < 5
