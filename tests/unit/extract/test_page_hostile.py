"""Page: what strangers may send. Any bytes end in content or in a `DatelineError`, in bounded time."""

import random
import re
import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from services.extract.page import PageContent, read_page
from services.kit.errors import DatelineError, Rejected

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://courier.example/local/page.html"
SENTENCE = "The old bridge over the harbour was opened to traffic on Friday evening. "
SEED = 20240308
MUTATIONS_PER_PAGE = 60
TOKENS = (
    b"<", b">", b"</", b"<!--", b"-->", b"<script>", b"</script>", b"<svg><math>", b"<table><tr>", b"<template>",
    b"\x00", b"\xff\xfe", b"&#x0;", b"&#27;", b"&#xD800;", b"&amp;" * 50, b"{", b'"', b"\\u0000", b"<title>",
    b"<p>" * 50, b"<![CDATA[", b"<?php", b"\xed\xa0\x80", b"<frameset>", b"<plaintext>", b"<meta charset=utf-7>",
    b"<base href='::'>",
)  # fmt: skip


def _strings(page: PageContent) -> list[str]:
    values = vars(page).values()
    return [
        text for value in values for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
    ]


def _outcome(body: bytes, charset: str | None = None) -> tuple[str, list[str]]:
    """Return the code of the refusal, or `read`, and the strings of the content."""
    try:
        return "read", _strings(read_page(body, url=URL, charset=charset))
    except DatelineError as refused:
        return refused.code, []


def _is_plain(text: str) -> bool:
    controls = [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    return not controls and not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)


def test_every_string_is_plain_text() -> None:
    """Markup, escape codes, direction marks and heaps of accents are gone from every field, and the text is whole."""
    page = read_page((PAGES / "hostile.html").read_bytes(), url=URL)
    assert all(map(_is_plain, _strings(page)))
    assert page.title is not None
    assert len(page.title) < 100
    assert "\n" not in page.title
    assert page.title.startswith("Red alert")
    assert page.authors == ["Eva Brandt"]
    assert page.publisher_name == "Bad Site bold"
    assert (page.canonical, page.images, page.updated_at, page.published_at) == (None, [], None, None)
    assert "drawn words" not in page.text
    assert "nothing but an empty tank and a cat" in page.text
    assert "<script>alert(4)</script> stood on the wall" in page.text


@pytest.mark.parametrize("depth", [200, 255, 256, 257, 1000, 1900])
def test_deep_text_is_read(depth: int) -> None:
    """Text nested deeper than the 256 elements that libxml2 follows by default is not lost."""
    page = read_page(
        f"<html><body>{'<div>' * depth}<p>{SENTENCE * 5}</p>{'</div>' * depth}</body></html>".encode(), url=URL
    )
    assert page.text.startswith(SENTENCE.strip())


@pytest.mark.parametrize("tag", ["div", "b", "font", "table", "section"])
def test_deeper_text_is_refused_in_time(tag: str) -> None:
    """At a depth of 100,000 the text cannot be had, and that is said at once."""
    started = time.monotonic()
    with pytest.raises(Rejected, match=r"page\.too_deep"):
        read_page(f"<html><body>{f'<{tag}>' * 100_000}<p>{SENTENCE * 5}".encode(), url=URL)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td colspan=9007199254740991>" + SENTENCE * 5 + "</td></tr></table>",
        f"<p>{SENTENCE * 5}</p><img alt='" + "x" * 200_000 + "'>",
        f"<p>{SENTENCE * 5}</p>" + "<p class='" + "a " * 100_000 + "'>y</p>",
        f"<p>{SENTENCE * 5}</p><!-- never closed " + "x" * 100_000,
        f'<script type="application/ld+json">{"[" * 100_000}</script><p>{SENTENCE * 5}</p>',
        f"<p>{SENTENCE * 5}</p>" + "<p>short</p>" * 2_000,
        f"<p>{SENTENCE * 5}</p>" + "2021-02-13 " * 20_000,
        f"<title>{'A | ' * 20_000}</title><meta name=author content='{'A and ' * 900}'><p>{SENTENCE * 5}</p>",
    ],
)
def test_pages_that_hang_others_are_read_in_time(body: str) -> None:
    """Monstrous attributes, comments, tables and lists of short paragraphs cost seconds at most, and no text."""
    started = time.monotonic()
    page = read_page(f"<html><body>{body}</body></html>".encode(), url=URL)
    assert SENTENCE.strip() in page.text
    assert time.monotonic() - started < 5


def _mutated(source: bytes, random_: random.Random) -> bytes:
    body = bytearray(source)
    for _ in range(random_.randint(1, 12)):
        at = random_.randrange(len(body) + 1)
        match random_.randrange(5):
            case 0:
                body[at:at] = random_.choice(TOKENS)
            case 1:
                del body[at : at + random_.randrange(200)]
            case 2:
                body[at : at + 1] = random_.randbytes(1)
            case 3:
                body[at:at] = body[at : at + random_.randrange(400)] * random_.randint(1, 20)
            case _:
                del body[at:]
                body += random_.randbytes(3)
    return bytes(body)


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.html")))
def test_no_bytes_break_the_reading(name: str) -> None:
    """Every mutation of a page is read or refused with a code, and its strings can be written down."""
    random_ = random.Random(f"{SEED}{name}")
    source = (PAGES / name).read_bytes()
    for _ in range(MUTATIONS_PER_PAGE):
        body = _mutated(source, random_)
        code, strings = _outcome(body, random_.choice([None, "utf-16", "shift_jis", "latin-1"]))
        assert code == "read" or code.startswith("page.")
        assert all(map(_is_plain, strings))
        "".join(strings).encode("utf-8")


def test_random_bytes_are_refused_or_read() -> None:
    """Noise behind a beginning of HTML is no reason to fail otherwise."""
    random_ = random.Random(SEED)
    for begin, end in pairwise([b"<html>", b"<p>", b"<!doctype html><body>", b""]):
        for size in (1, 100, 20_000):
            code, _ = _outcome(begin + random_.randbytes(size) + end)
            assert code == "read" or code.startswith("page.")
