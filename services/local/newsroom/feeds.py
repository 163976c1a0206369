"""The outlets' feeds: RSS 2.0, Atom and JSON Feed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from services.local.newsroom.outlets import FeedKind, Outlet
from services.local.newsroom.programme import Publication

MEDIA_TYPES: Final[Mapping[FeedKind, str]] = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


@dataclass(frozen=True)
class Feed:
    """What a feed shows: an outlet, its address without a slash at the end, and its newest publications first."""

    outlet: Outlet
    base: str
    items: Sequence[Publication]

    @property
    def url(self) -> str:
        """Address of the feed itself."""
        return self.base + self.outlet.feed_path

    @property
    def updated(self) -> datetime:
        """When the newest item came out; a feed that is served has one."""
        return self.outlet.local(max(item.at for item in self.items))

    def link(self, item: Publication) -> str:
        """Address of an item as this feed gives it."""
        tracking = self.outlet.tracking
        return f"{self.base}{item.path}{'?' + tracking if tracking else ''}"


def render(feed: Feed) -> bytes:
    """Write the feed in its outlet's format, UTF-8. The same items give the same bytes."""
    return RENDERERS[feed.outlet.feed](feed).encode()


def _rss(feed: Feed) -> str:
    outlet = feed.outlet
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(outlet.name)}</title>
<link>{escape(feed.base)}/</link>
<atom:link href={quoteattr(feed.url)} rel="self" type="application/rss+xml"/>
<description>{escape(outlet.name)}</description>
<language>{outlet.language}</language>
<lastBuildDate>{format_datetime(feed.updated)}</lastBuildDate>
{"".join(_rss_item(feed, item) for item in feed.items)}</channel>
</rss>
"""


def _rss_item(feed: Feed, item: Publication) -> str:
    creators = "".join(f"<dc:creator>{escape(author)}</dc:creator>\n" for author in item.story.authors)
    return f"""<item>
<title>{escape(item.title)}</title>
<link>{escape(feed.link(item))}</link>
<guid isPermaLink="false">{feed.outlet.id}-{item.number}</guid>
<pubDate>{format_datetime(feed.outlet.local(item.published_at))}</pubDate>
<category>{escape(item.story.section)}</category>
{creators}<description>{escape(_summary(item))}</description>
</item>
"""


def _atom(feed: Feed) -> str:
    outlet = feed.outlet
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">
<id>{escape(feed.base)}/</id>
<title>{escape(outlet.name)}</title>
<link href={quoteattr(feed.url)} rel="self"/>
<link href={quoteattr(feed.base + "/")}/>
<updated>{feed.updated.isoformat(timespec="seconds")}</updated>
<author><name>{escape(outlet.name)}</name></author>
{"".join(_atom_entry(feed, item) for item in feed.items)}</feed>
"""


def _atom_entry(feed: Feed, item: Publication) -> str:
    authors = "".join(f"<author><name>{escape(author)}</name></author>\n" for author in item.story.authors)
    return f"""<entry>
<id>tag:{feed.outlet.id}.invalid,{item.published_at:%Y}:{item.number}</id>
<title>{escape(item.title)}</title>
<link href={quoteattr(feed.link(item))}/>
<published>{feed.outlet.local(item.published_at).isoformat(timespec="seconds")}</published>
<updated>{feed.outlet.local(item.at).isoformat(timespec="seconds")}</updated>
{authors}<category term={quoteattr(item.story.section)}/>
<summary>{escape(_summary(item))}</summary>
</entry>
"""


def _json(feed: Feed) -> str:
    outlet = feed.outlet
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{feed.base}/",
        "feed_url": feed.url,
        "language": outlet.language,
        "items": [_json_item(feed, item) for item in feed.items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _json_item(feed: Feed, item: Publication) -> dict[str, object]:
    return {
        "id": f"{feed.outlet.id}-{item.number}",
        "url": feed.link(item),
        "title": item.title,
        "summary": _summary(item),
        "content_text": _summary(item),
        "date_published": feed.outlet.local(item.published_at).isoformat(timespec="seconds"),
        "date_modified": feed.outlet.local(item.at).isoformat(timespec="seconds"),
        "authors": [{"name": author} for author in item.story.authors],
        "tags": [item.story.section],
    }


def _summary(item: Publication) -> str:
    """Return the story's summary; an update says so, because a reader of feeds sees nothing else of it."""
    return item.story.summary if item.edition == 1 else f"{item.story.summary} ({item.edition})"


RENDERERS: Final[Mapping[FeedKind, Callable[[Feed], str]]] = {"rss": _rss, "atom": _atom, "json": _json}
