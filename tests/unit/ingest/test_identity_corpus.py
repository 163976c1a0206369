"""Identity over successive polls: the failure classes of real feeds, each with its answer.

A class of `tests/data/identity` is a list of polls. Each item says which story it truly is; each poll says which
stories are to come out as new and which as changed. That is demanded of whole documents, and of documents of which only
the new and changed items are handed over.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.ingest import times
from services.ingest.decide import Decision, decide, unrecognised
from services.ingest.identity import identify
from services.ingest.items import Item
from services.ingest.memory import Feed, KnownItem
from tests.fakes.feeds import feed, item, parsed

CORPUS = sorted((Path(__file__).parents[2] / "data" / "identity").glob("*.json"))
NOW = datetime.fromisoformat("2026-11-22T15:00:00Z")


@dataclass
class Reader:
    """A feed's memory as the database keeps it: of a document's items, it gives those that share a key."""

    partial: bool
    feed: Feed = field(default_factory=feed)
    rows: dict[str, KnownItem] = field(default_factory=dict)
    shown: set[Item] = field(default_factory=set)

    def poll(self, items: Sequence[Item]) -> Decision:
        """Decide over a document, and remember the decision."""
        handed = self._handed(items) if self.partial else list(items)
        self.shown = set(items)
        decision = self._decided(handed, unchanged=len(items) - len(handed))
        for one in (*decision.publish, *decision.remember):
            before = self.rows.get(one.item.item_key)
            published = one.entry is not None or (before is not None and before.published)
            self.rows[one.item.item_key] = replace(one.item, published=published)
        self.feed = replace(self.feed, items=len(self.rows))
        return decision

    def _decided(self, handed: Sequence[Item], *, unchanged: int) -> Decision:
        identities = identify(handed)
        item_keys = {identity.item_key for identity in identities if identity}
        link_keys = {identity.link_key for identity in identities if identity and identity.link_key}
        known = {key: row for key, row in self.rows.items() if key in item_keys or row.link_key in link_keys}
        decision = decide(known, parsed(*handed), identities, self.feed, backlog=100, now=NOW)
        if unrecognised(decision, self.feed, unchanged=unchanged):
            return decide(self.rows, parsed(*handed), identities, self.feed, backlog=100, now=NOW)
        return decision

    def _handed(self, items: Sequence[Item]) -> list[Item]:
        """Return what is new or changed; all, where that shares an id or a link with others."""
        fresh = [one for one in items if one not in self.shown]
        guids = [one.guid for one in items]
        links = [identity.address if identity else None for one in items for identity in identify([one])]
        for one, guid, link in zip(items, guids, links, strict=True):
            if one in fresh and ((guid and guids.count(guid) > 1) or (link and links.count(link) > 1)):
                return list(items)
        return fresh


def read(given: dict[str, Any]) -> Item:
    """Return an item of the corpus as a parser would give it."""
    reading = times.read(given.get("published"), now=NOW)
    return item(
        given["url"],
        guid=given["guid"],
        title=given["title"],
        summary=given.get("summary"),
        published_raw=given.get("published"),
        published_at=reading.at,
    )


@pytest.mark.parametrize("partial", [False, True], ids=["whole", "partial"])
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_no_item_is_merged_and_none_is_new_again(path: Path, partial: bool) -> None:  # noqa: FBT001 - a parameter
    """Each poll publishes exactly the stories that are new, and as changed exactly those that have changed."""
    reader = Reader(partial)
    for number, poll in enumerate(json.loads(path.read_text("utf-8"))["polls"]):
        items = [read(given) for given in poll["items"]]
        stories = {
            (one.guid, one.url, one.title): given["story"] for one, given in zip(items, poll["items"], strict=True)
        }
        entries = [one.entry for one in reader.poll(items).publish if one.entry]
        told = {
            event: sorted(stories[one.guid, one.url or None, one.title] for one in entries if one.event == event)
            for event in ("new", "changed")
        }
        assert told == {"new": sorted(poll["new"]), "changed": sorted(poll["changed"])}, f"poll {number}"


def test_the_corpus_covers_many_classes() -> None:
    """There are at least 18 classes, and each has items that are known at a later poll."""
    assert len(CORPUS) >= 18
    assert all(len(json.loads(path.read_text("utf-8"))["polls"]) >= 2 for path in CORPUS)
