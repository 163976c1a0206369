"""Identity: which article, and which content."""

import pytest

from services.extract.identity import article_id, canonical_of, content_hash


def test_one_address_one_id() -> None:
    """Two writings of one address give one id of 32 hex digits; another address gives another."""
    first = article_id("HTTPS://Courier.example:443/a/b?utm_source=rss#top")
    assert first == article_id("https://courier.example/a/b")
    assert first != article_id("https://courier.example/a/c")
    assert len(first) == 32


def test_spaces_make_no_new_content() -> None:
    """The hash is blind to spaces and line breaks, and to nothing else."""
    assert content_hash("A title", "one two\nthree") == content_hash(" A  title", "one  two three\n")
    assert content_hash("A title", "one two") != content_hash("A title", "one two!")
    assert content_hash("a", "b c") != content_hash("a b", "c")
    assert content_hash(None, "b") == content_hash("", "b")


@pytest.mark.parametrize(
    ("declared", "wanted"),
    [
        (None, "https://courier.example/a/b"),
        ("https://www.courier.example/a/b-long", "https://www.courier.example/a/b-long"),
        ("/a/b-long", "https://courier.example/a/b-long"),
        ("https://agency.example/story/17", "https://agency.example/story/17"),
        ("https://courier.example/", "https://courier.example/a/b"),
        ("https://agency.example/", "https://courier.example/a/b"),
        ("javascript:alert(1)", "https://courier.example/a/b"),
        ("http://[broken", "https://courier.example/a/b"),
    ],
)
def test_the_declared_address_counts_when_it_can_be_meant(declared: str | None, wanted: str) -> None:
    """A canonical address counts unless it is a site's root or no address; else the final one does."""
    assert canonical_of("https://feeds.example/1", "https://courier.example/a/b?utm_medium=feed", declared) == wanted


def test_a_root_may_call_itself_root() -> None:
    """A page at its site's root keeps the root, and takes no other site's."""
    assert canonical_of("https://courier.example", "https://courier.example/", "https://courier.example/") == (
        canonical_of("https://courier.example", "https://courier.example/", "https://other.example/")
    )
