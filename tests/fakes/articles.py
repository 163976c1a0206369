"""Records for tests, complete with as little as possible said."""

from datetime import UTC, datetime
from typing import Any

from schemas.v1 import Article, DiscoveredVia, Entry, FeedInfo, TaggedArticle, Tags, Url

SEEN = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
FEED = FeedInfo(feed_id="f1", url="https://feeds.example/one.xml", title="Example One")


def trace(number: int) -> str:
    """Return a trace id."""
    return f"{number:032x}"


def entry(url: str, number: int = 1, **said: Any) -> Entry:
    """Return an entry for a page."""
    fields: dict[str, Any] = {
        "entry_id": f"e{number}",
        "trace_id": trace(number),
        "event": "new",
        "feed": FEED,
        "channel": "rss",
        "guid": f"guid-{number}",
        "url": url,
        "content_hash": f"{number:064x}",
        "seen_at": SEEN,
    }
    return Entry(**{**fields, **said})


def article(number: int = 1, **said: Any) -> Article:
    """Return an article."""
    url = f"https://outlet.example/{number}"
    via = DiscoveredVia(feed_id="f1", feed_url=FEED.url, channel="rss", guid=f"guid-{number}", seen_at=SEEN)
    fields: dict[str, Any] = {
        "article_id": f"a{number}",
        "revision": 1,
        "event": "new",
        "content_hash": f"{number:064x}",
        "trace_id": trace(number),
        "url": Url(requested=url, final=url, canonical=url),
        "title": "Ferries sail again",
        "text": "Ferries sail again from Tallinn, the port's spokeswoman Liis Tamm said on Friday.",
        "discovered_via": [via],
        "feed_seen_at": SEEN,
    }
    return Article(**{**fields, **said})


def tagged(number: int = 1, tags: Tags | None = None, **said: Any) -> TaggedArticle:
    """Return a tagged article."""
    at = said.pop("tagged_at", SEEN)
    return TaggedArticle(**article(number, **said).model_dump(), tags=tags or Tags(), tagged_at=at)
