"""Feeds for tests, built from stories: what a publisher would serve, and what a poll of it gives."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from services.ingest.items import Item, ParsedFeed
from services.ingest.leases import shard_of
from services.ingest.memory import Feed

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """One item of a feed. Without a guid or link, that element is left out."""

    link: str | None
    title: str = "A story"
    guid: str | None = None
    published: datetime | None = NOW
    text: str = "Something happened."


def stories(count: int, *, base: str = "https://wire.example") -> list[Story]:
    """Return so many different stories, newest first."""
    return [Story(f"{base}/{n}", f"Story {n}", f"story-{n}") for n in range(count, 0, -1)]


def rss(items: Iterable[Story], *, title: str = "Wire") -> bytes:
    """Write an RSS 2.0 feed."""
    body = "\n".join(map(_item, items))
    return (
        f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>{title}</title>\n{body}\n</channel></rss>'.encode()
    )


def _item(story: Story) -> str:
    parts = {
        "title": story.title,
        "link": story.link,
        "pubDate": format_datetime(story.published) if story.published else None,
        "description": story.text,
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items() if value is not None)
    guid = "" if story.guid is None else f'<guid isPermaLink="false">{escape(story.guid)}</guid>'
    return f"<item>{guid}{inner}</item>"


def item(url: str | None, **fields: object) -> Item:
    """Return a parsed item."""
    return replace(Item(guid=None, url=url), **fields)  # type: ignore[arg-type] # names and types are the test's own


def parsed(*items: Item) -> ParsedFeed:
    """Return a parsed feed."""
    return ParsedFeed(
        channel="rss", format="rss20", title="Wire", site_url=None, language=None, ttl_s=None, items=tuple(items)
    )


def feed(**fields: object) -> Feed:
    """Return a subscription that has not been polled yet."""
    fresh = Feed(
        feed_id="f00d",
        url="https://wire.example/feed",
        host="wire.example",
        domain="wire.example",
        shard=shard_of("wire.example"),
        added_at=NOW,
        next_poll_at=NOW,
    )
    return replace(fresh, **fields)  # type: ignore[arg-type] # names and types are the test's own
