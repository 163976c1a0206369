"""Which item is which: the failures of real feeds, each with its answer."""

import pytest

from services.ingest.identity import KEY_MAX_CHARS, identify, link_key, page_key
from services.ingest.items import Item
from tests.fakes.feeds import item

PAGE = "https://wire.example/2026/ferry"


def key(one: Item) -> str | None:
    """Return the key of an item that stands alone in its feed."""
    (identity,) = identify([one])
    return identity.item_key if identity else None


@pytest.mark.parametrize(
    "other",
    [
        item("http://wire.example/2026/ferry"),
        item(PAGE + "?utm_source=rss&utm_medium=feed"),
        item(PAGE + "#comments"),
        item("https://WIRE.example:443/2026/ferry"),
        item("https://www.wire.example/2026/ferry/"),
        item("https://elsewhere.example/x", guid=PAGE),
        item("https://elsewhere.example/x", guid="http://wire.example/2026/ferry?fbclid=1"),
    ],
    ids=["http", "tracking", "fragment", "spelling", "www and slash", "guid is link", "guid is old link"],
)
def test_spellings_of_an_address_are_one_item(other: Item) -> None:
    """An item keeps its key over a move to https, tracking parameters, and an id that is an address."""
    assert key(other) == key(item(PAGE)) == link_key(PAGE)


@pytest.mark.parametrize(
    "other",
    [
        item("https://wire.example/2026/bridge"),
        item(PAGE, guid="5"),
        item(PAGE + "?id=2"),
        item("https://b.example/2026/ferry"),
    ],
    ids=["path", "guid", "query", "host"],
)
def test_different_items_have_different_keys(other: Item) -> None:
    """Another path, id, query or host is another item."""
    assert key(other) != key(item(PAGE))


def test_an_id_outlives_link_and_title() -> None:
    """Case 21: an id that is the item's own is its key whatever else changes; blanks in it do not count."""
    before = item(PAGE, guid=" 17 \n", title="Ferry closed")
    after = item(PAGE + "-open", guid="17", title="Ferry open")
    assert key(before) == key(after) == "guid:17"


def test_an_id_that_several_items_share_is_passed_over() -> None:
    """Case 21: with the same guid on all items the links tell them apart."""
    found = identify([item(f"https://wire.example/{n}", guid="feed") for n in range(3)])
    assert [one.item_key for one in found if one] == [f"url:wire.example/{n}" for n in range(3)]


def test_an_item_listed_again_and_again_has_one_key() -> None:
    """The same item ten times is the same key ten times, and it keeps its second key."""
    found = identify([item(PAGE, guid="17")] * 10)
    assert {(one.item_key, one.link_key) for one in found if one} == {("guid:17", page_key(PAGE))}


def test_a_link_that_items_share_is_no_second_key() -> None:
    """Items with ids of their own that all link to one page are not found again by that page."""
    found = identify([item(PAGE, guid=str(n)) for n in range(3)])
    assert [(one.item_key, one.link_key) for one in found if one] == [(f"guid:{n}", None) for n in range(3)]


@pytest.mark.parametrize(
    "other",
    [
        "https://m.wire.example/2026/Ferry",
        "https://wire.example/amp/2026/ferry",
        "https://wire.example/2026/ferry.amp",
        "https://wire.example/2026/ferry?amp=1",
        "https://go.example/r?x=1&url=https%3A%2F%2Fwire.example%2F2026%2Fferry",
    ],
)
def test_a_page_has_one_key_on_all_sites(other: str) -> None:
    """The second key is the same for mobile and AMP editions, for another host, and through a redirector."""
    assert page_key(other) == page_key(PAGE) == "page:/2026/ferry"


@pytest.mark.parametrize(
    ("url", "second"),
    [
        (PAGE + "-2847561.html", "number:2847561"),
        (PAGE + "/2847561-open", "number:2847561"),
        (PAGE + "-20260305", "page:/2026/ferry-20260305"),
        (PAGE + "-1234", "page:/2026/ferry-1234"),
        ("https://wire.example/2847561/ferry", "page:/2847561/ferry"),
        ("https://wire.example/a?id=2847561", "page:/a?id=2847561"),
        ("https://wire.example/ep.mp3?token=1", "page:/ep.mp3"),
    ],
)
def test_the_second_key_is_the_number_of_the_article_or_its_page(url: str, second: str) -> None:
    """A long number in the last segment of a path outlives the words around it; a day is no such number."""
    (identity,) = identify([item(url)])
    assert identity
    assert identity.link_key == second


def test_anchors_tell_ids_apart_and_counters_do_not() -> None:
    """An id that is an address keeps an anchor, but no counter of revisions."""
    assert key(item(PAGE, guid=PAGE + "#post-7")) != key(item(PAGE, guid=PAGE + "#post-8"))
    assert key(item(PAGE, guid=PAGE + "#0")) == key(item(PAGE, guid=PAGE + "#1"))


def test_without_id_and_link_the_words_are_the_key() -> None:
    """Case 21: an item without id and link is known by what it says; one that says nothing has no key."""
    assert key(item(None, title="A")) == key(item(None, title="A"))
    assert key(item(None, title="A")) != key(item(None, title="B"))
    assert key(item(None)) is None
    assert key(item(None, guid="  ")) is None


def test_keys_have_a_bounded_length() -> None:
    """A long id or address becomes a short key, and different ones stay different."""
    long = [item(None, guid="g" * 2000 + str(n)) for n in range(2)] + [
        item(f"{PAGE}?q={'x' * 1900}{n}") for n in range(2)
    ]
    keys = {key(one) or "" for one in long}
    assert len(keys) == 4
    assert max(map(len, keys)) <= KEY_MAX_CHARS
