"""Which revision of an article a page is, and who found it: decided without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.v1 import DiscoveredVia
from services.extract.state import DISCOVERERS_MAX, Known, Settled, merge, settle
from tests.fakes.articles import SEEN, article


def via(feed_id: str = "f1", guid: str | None = "g1", *, hours: int = 0) -> DiscoveredVia:
    """Return a discoverer that saw the article so many hours after the others."""
    seen_at = SEEN + timedelta(hours=hours)
    return DiscoveredVia(feed_id=feed_id, feed_url="https://f.example/", channel="rss", guid=guid, seen_at=seen_at)


KNOWN = Known(revision=3, content_hash="h3", discovered_via=(via(),))


def test_the_first_sight_is_revision_1() -> None:
    """An article that nobody knows is new."""
    assert settle(None, "h", via()) == Settled(1, "new", "new", (via(),))


def test_an_equal_hash_is_the_same_revision() -> None:
    """Nothing changed, so nothing is counted up, and the record says of itself what it said before."""
    assert settle(KNOWN, "h3", via()) == Settled(3, "update", "unchanged", (via(),))
    assert settle(replace(KNOWN, revision=1), "h3", via()).event == "new"


def test_another_hash_is_the_next_revision() -> None:
    """Other words are an update."""
    assert settle(KNOWN, "h4", via()) == Settled(4, "update", "update", (via(),))


def test_known_words_through_another_feed_are_a_discovery() -> None:
    """Another discoverer is worth remembering, and is no revision."""
    settled = settle(KNOWN, "h3", via("f2"))
    assert (settled.revision, settled.change) == (3, "discovered")
    assert settled.discovered_via == (via(), via("f2"))


def test_other_words_through_another_feed_are_both() -> None:
    """An update that another feed brings adds that feed."""
    settled = settle(KNOWN, "h4", via("f2"))
    assert (settled.revision, settled.change) == (4, "update")
    assert settled.discovered_via == (via(), via("f2"))


def test_settling_twice_changes_nothing() -> None:
    """A repeat after a crash finds what the first time left."""
    first = settle(None, "h", via("f2"))
    known = Known(first.revision, "h", first.discovered_via)
    assert settle(known, "h", via("f2")) == replace(first, change="unchanged")


@pytest.mark.parametrize("later", [via(hours=5), via(hours=-5)], ids=["later", "earlier"])
def test_an_item_that_is_listed_is_not_listed_again(later: DiscoveredVia) -> None:
    """The same item of the same feed counts once, and as it was seen first."""
    assert merge((via("f0"), via()), later) == (via("f0"), via())


def test_discoverers_stay_in_the_order_in_which_they_came() -> None:
    """Who found it first stands first, whatever its clock said."""
    assert merge((via("f1"),), via("f0", hours=-5)) == (via("f1"), via("f0", hours=-5))


def test_two_items_of_one_feed_are_two_discoverers() -> None:
    """A feed that lists an article twice under different ids is told as it is."""
    assert len(merge((via(guid="g1"),), via(guid="g2"))) == 2


def test_discoverers_are_bounded() -> None:
    """An article that the whole world links to keeps the first of its discoverers, and is then unchanged."""
    many = tuple(via(f"f{number}") for number in range(DISCOVERERS_MAX))
    assert merge(many, via("one more")) == many
    assert settle(Known(1, "h", many), "h", via("one more")).change == "unchanged"


def test_a_settled_article_carries_all_discoverers_and_the_earliest_sight() -> None:
    """The record says what was settled, and nothing else of it changes."""
    one = article(1)
    applied = Settled(2, "update", "update", (via("f1"), via("f2", hours=-3))).applied_to(one)
    assert (applied.revision, applied.event) == (2, "update")
    assert applied.feed_seen_at == SEEN - timedelta(hours=3)
    assert [found.feed_id for found in applied.discovered_via] == ["f1", "f2"]
    assert (
        applied.model_copy(
            update={name: getattr(one, name) for name in ("revision", "event", "feed_seen_at", "discovered_via")}
        )
        == one
    )
