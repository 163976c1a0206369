"""What a poll means: each item once, changes told, floods held back."""

from dataclasses import replace
from datetime import timedelta

from services.ingest.decide import CHANGES_MAX, Decision, content_hash, decide, ids, unrecognised
from services.ingest.identity import identify
from services.ingest.items import Item
from services.ingest.memory import Feed, KnownItem
from tests.fakes.feeds import NOW, feed, item, parsed


class Reader:
    """A feed's memory as `state` would keep it, over any number of polls."""

    def __init__(self, *, backlog: int = 100) -> None:
        self.known: dict[str, KnownItem] = {}
        self.feed: Feed = feed()
        self.backlog = backlog

    def poll(self, *items: Item) -> Decision:
        """Decide over a document and remember the decision."""
        document = parsed(*items)
        decision = decide(self.known, document, identify(items), self.feed, backlog=self.backlog, now=NOW)
        for one in (*decision.publish, *decision.remember):
            before = self.known.get(one.item.item_key)
            published = one.entry is not None or (before is not None and before.published)
            self.known[one.item.item_key] = replace(one.item, published=published)
        self.feed = replace(self.feed, items=len(self.known))
        return decision


def links(decision: Decision) -> list[str]:
    """Return the addresses of what is published."""
    return [one.entry.url for one in decision.publish if one.entry]


def pages(count: int) -> list[Item]:
    """Return so many items, newest first."""
    return [
        item(
            f"https://wire.example/{n}", guid=str(n), title=f"Story {n}", published_at=NOW - timedelta(hours=count - n)
        )
        for n in range(count, 0, -1)
    ]


def test_each_item_is_published_once_and_oldest_first() -> None:
    """Ten polls of the same document publish its items once, in the order in which they came about."""
    reader = Reader()
    first = reader.poll(*pages(3))
    assert links(first) == [f"https://wire.example/{n}" for n in (1, 2, 3)]
    assert (first.new, first.changed) == (3, 0)
    for _ in range(9):
        again = reader.poll(*pages(3))
        assert (again.publish, again.remember) == ([], [])
        assert len(again.seen) == 3


def test_an_item_listed_ten_times_is_published_once() -> None:
    """Repeats within a document count once, at their first place."""
    decision = Reader().poll(*[item("https://wire.example/1", guid="1", title=f"Take {n}") for n in range(10)])
    assert [one.entry.title for one in decision.publish if one.entry] == ["Take 0"]


def test_a_changed_item_is_published_as_changed() -> None:
    """Other words under the same id are a change, with ids of their own."""
    reader = Reader()
    (before,) = reader.poll(item("https://wire.example/1", guid="1", title="Ferry closed")).publish
    (after,) = reader.poll(item("https://wire.example/1", guid="1", title="Ferry open")).publish
    assert before.entry
    assert after.entry
    assert (before.entry.event, after.entry.event) == ("new", "changed")
    assert before.entry.trace_id != after.entry.trace_id
    assert before.item.item_key == after.item.item_key


def test_ids_are_the_same_in_every_process() -> None:
    """Case 39: ids come from feed, item and content alone, so that a repeat is known for one."""
    (one,) = Reader().poll(*pages(1)).publish
    (other,) = Reader().poll(*pages(1)).publish
    assert one.entry == other.entry
    assert ids("f", "k", "h") == ids("f", "k", "h")
    assert ids("f", "k", "h") != ids("g", "k", "h")
    assert [len(part) for part in ids("f", "k", "h")] == [32, 32]


def test_what_means_nothing_is_no_change() -> None:
    """Case 21: ids, tracking, white space, signatures and relative dates may change from poll to poll."""
    before = item(
        "https://wire.example/1?utm_source=a", guid="1", title="T", summary="a b", published_raw="1 minute ago"
    )
    after = item(
        "http://m.wire.example/1/?utm_source=b", guid="2", title="T", summary="a\n  b", published_raw="2 minutes ago"
    )
    assert content_hash(before) == content_hash(after)
    for change in ({"title": "U"}, {"summary": "c"}, {"authors": ("A",)}, {"updated_at": NOW}, {"published_at": NOW}):
        assert content_hash(replace(before, **change)) != content_hash(before)


def test_an_id_that_changes_with_each_poll_repeats_nothing() -> None:
    """Case 21: an item with a new id each time, or its headline in the id, is found again by its link."""
    reader = Reader()
    assert reader.poll(item("https://wire.example/1", guid="session-0", title="T")).new == 1
    for n in range(1, 5):
        again = reader.poll(item("https://wire.example/1", guid=f"session-{n}", title="T"))
        assert (again.publish, again.remember) == ([], [])
    edited = reader.poll(item("https://wire.example/1", guid="headline", title="U", published_raw="today"))
    assert edited.new == 1, "another title and another date: another story on the same page"


def test_headline_in_the_id_is_a_change_and_no_second_item() -> None:
    """Case 21: where the headline is the id, an edited headline on the same page and date is a change."""
    reader = Reader()
    reader.poll(item("https://wire.example/1", guid="Ferry closed", title="Ferry closed", published_raw="5 March"))
    after = reader.poll(item("https://wire.example/1", guid="Ferry open", title="Ferry open", published_raw="5 March"))
    assert (after.new, after.changed) == (0, 1)


def test_an_item_that_never_stops_changing_is_muted() -> None:
    """Case 21: a feed that prints the time into an item is followed for 24 changes and then no more, said once."""
    reader = Reader()
    published, muted = 0, 0
    for n in range(CHANGES_MAX + 20):
        decision = reader.poll(item("https://wire.example/1", guid="1", title=f"It is {n} o'clock"))
        published += len(decision.publish)
        muted += len(decision.muted)
    assert (published, muted) == (1 + CHANGES_MAX, 1)


def test_the_first_sight_of_a_feed_is_cut_to_its_newest() -> None:
    """Case 23: of a long list only the newest are published, by date wherever they stand; the others never are."""
    reader = Reader(backlog=5)
    document = pages(400)
    first = reader.poll(*reversed(document))
    assert sorted(links(first)) == sorted(f"https://wire.example/{n}" for n in range(396, 401))
    assert (first.truncated, len(first.remember)) == (395, 395)
    assert reader.poll(*document).publish == []
    later = reader.poll(item("https://wire.example/401", guid="401", title="New"), *document)
    assert links(later) == ["https://wire.example/401"]


def test_without_dates_the_first_of_the_list_are_the_newest() -> None:
    """Case 23: a list without dates is taken to begin with its newest item."""
    reader = Reader(backlog=2)
    first = reader.poll(*[item(f"https://wire.example/{n}") for n in range(5)])
    assert links(first) == ["https://wire.example/1", "https://wire.example/0"]


def test_a_known_feed_may_bring_many_at_once() -> None:
    """The cut is for the first sight only: what is new later is published, however much it is."""
    reader = Reader(backlog=2)
    reader.poll(item("https://wire.example/0"))
    assert reader.poll(*pages(50)).new == 50


def test_an_item_without_link_is_remembered_and_not_published() -> None:
    """Case 21: what links nowhere is counted at first sight only, and published once it has a link."""
    reader = Reader()
    for expected in (1, 0, 0):
        decision = reader.poll(item(None, guid="1", title="T"))
        assert (decision.publish, decision.without_link) == ([], expected)
    linked = reader.poll(item("https://wire.example/1", guid="1", title="T"))
    assert (linked.new, linked.changed) == (1, 0)


def test_an_empty_document_means_nothing() -> None:
    """Case 21: an empty feed publishes nothing and forgets nothing."""
    reader = Reader()
    reader.poll(*pages(2))
    empty = reader.poll()
    assert (empty.publish, empty.remember, empty.seen) == ([], [], [])
    assert reader.poll(*pages(2)).publish == []


def test_the_overlap_counts_what_was_known() -> None:
    """Items that are known, changed ones too, are overlap; new ones are not; repeats count once."""
    reader = Reader()
    assert reader.poll(*pages(3)).overlap == 0
    edited = [replace(one, title="Edited") for one in pages(3)]
    assert reader.poll(*pages(5)[:2], *edited, edited[0]).overlap == 3
    assert reader.poll(item("https://wire.example/9", guid="9", title="Story 9")).overlap == 0


def test_a_document_without_overlap_is_worth_a_wider_look() -> None:
    """Only where nothing of it was known, though the feed is, and nothing was left out as unchanged."""
    reader = Reader()
    assert not unrecognised(reader.poll(*pages(3)), feed())
    known = feed(items=3)
    assert not unrecognised(reader.poll(*pages(4)), known)
    other = reader.poll(item("https://wire.example/other", guid="other", title="Other"))
    assert unrecognised(other, known)
    assert not unrecognised(other, known, unchanged=2)
    assert not unrecognised(reader.poll(), known)


def test_a_learned_offset_is_taken_off_the_times_and_changes_nothing_else() -> None:
    """Entries get the right times and the feed's own words; learning the offset is no change of an item."""
    one = item(
        "https://wire.example/1",
        guid="1",
        title="T",
        published_at=NOW,
        published_raw="now",
        updated_at=NOW,
        updated_raw="now",
    )
    told = [
        decide({}, parsed(one), identify([one]), feed(), backlog=1, now=NOW, time_offset_s=offset).publish[0]
        for offset in (None, 7200)
    ]
    assert told[0].entry
    assert told[1].entry
    assert told[0].item == told[1].item
    assert (told[0].entry.published_at, told[1].entry.published_at) == (NOW, NOW - timedelta(hours=2))
    assert told[1].entry.updated_at == NOW - timedelta(hours=2)
    assert told[1].entry.published_raw == "now"
    assert told[0].entry.entry_id == told[1].entry.entry_id


def test_a_page_of_ever_other_stories_is_never_muted() -> None:
    """Case 21: a live page is followed for as long as it says something else each time."""
    reader = Reader()
    titles = ["Polls open", "Turnout is high", "First results", "Record in the north", "Minister concedes"]
    published = 0
    for n in range(CHANGES_MAX + 20):
        raw = f"2026-03-0{1 + n // 24}T{n % 24:02d}:00:00Z"
        at = NOW - timedelta(hours=100 - n)
        story = item("https://wire.example/live", guid="1", title=titles[n % 5], published_raw=raw, published_at=at)
        published += len(reader.poll(story).publish)
    assert published == CHANGES_MAX + 20
