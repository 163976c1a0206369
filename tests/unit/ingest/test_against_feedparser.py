"""Our reading of well-formed feeds, field by field against feedparser's own.

feedparser is asked as anybody would ask it, but for its repair of HTML (next to last line). Our reading differs on
purpose, and only so:

| field      | difference, and why                                                                              |
|------------|--------------------------------------------------------------------------------------------------|
| all text   | controls and lone surrogates are gone, ends trimmed: they are no text, and JSON refuses them     |
| title      | one line, HTML brought to its words: a title is shown as text, never rendered                    |
| link, href | absolute against the feed's address: feedparser is not told where the body came from             |
| authors    | names once each, else the e-mail address: a list of people, not of elements                      |
| authors    | Atom: those of the source, else of the feed (RFC 4287, 4.2.1)                                    |
| summary    | None where it repeats the content: feedparser copies the content where there is no summary       |
| content    | the longest of several: a feed may give a plain and a rich one                                   |
| enclosures | `media:content` counts as one, each address once: it shows the article, whatever names it        |
| published  | RSS: `dc:date` where there is no `pubDate`: RSS has one date; feedparser files it as `updated`   |
| markup     | neither cleaned nor its links resolved: we vouch for no HTML, and pass on what the feed says     |
"""

import io
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from re import sub
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from services.ingest.feeds import parse_feed
from services.ingest.items import Item, ParsedFeed
from tests.fakes.feeds import NOW, rss, stories

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://gazette.example/feed"
BODIES = {
    path.name: path.read_bytes()
    for path in sorted(FEEDS.glob("*.xml"))
    if path.name != "malformed.xml" and "sitemap" not in path.name
} | {"generated": rss(stories(20))}
AS_GIVEN = {"sanitize_html": False, "resolve_relative_uris": False}
PAIRS = {
    name: (parse_feed(body, URL, None, NOW), feedparser.parse(io.BytesIO(body), **AS_GIVEN))
    for name, body in BODIES.items()
}

Theirs = Any
Field = Callable[[Theirs, Theirs], object]


def moment(parts: Any) -> datetime | None:
    """Return feedparser's time as a moment."""
    return datetime.fromtimestamp(timegm(parts), UTC) if parts else None


def title(entry: Theirs, _: Theirs) -> object:
    """Return the title, HTML brought to its words."""
    words = entry.get("title") or ""
    markup = entry.get("title_detail", {}).get("type") in {"text/html", "application/xhtml+xml"}
    return " ".join((unescape(sub(r"<[^>]+>", "", words)) if markup else words).split()) or None


def link(entry: Theirs, _: Theirs) -> object:
    """Return the link, absolute."""
    return urljoin(URL, entry["link"]) if entry.get("link") else None


def authors(entry: Theirs, parsed: Theirs) -> object:
    """Return the authors' names; in Atom, inherited where there are none."""
    places = [entry]
    if parsed.version.startswith("atom"):
        places += [entry["source"]] if "source" in entry else [parsed.feed]
    people: list[Theirs] = next((place["authors"] for place in places if any(place.get("authors", []))), [])
    return tuple(dict.fromkeys(one.get("name") or one["email"] for one in people if one))


def summary(entry: Theirs, _: Theirs) -> object:
    """Return the summary unless it is the content once more."""
    copied = any(one.value == entry.get("summary") for one in entry.get("content", []))
    return None if copied else entry.get("summary") or None


def content(entry: Theirs, _: Theirs) -> object:
    """Return the longest content."""
    return max((one.value for one in entry.get("content", [])), key=len, default=None)


def enclosures(entry: Theirs, _: Theirs) -> object:
    """Return addresses of what is enclosed or shown."""
    shown = [one["url"] for one in entry.get("media_content", [])]
    return [urljoin(URL, one) for one in [*(one.href for one in entry.get("enclosures", [])), *shown]]


def published(entry: Theirs, parsed: Theirs) -> object:
    """Return when it was published; in RSS, by `dc:date` if need be."""
    if not parsed.version.startswith("atom") and not dict.get(entry, "published"):
        return moment(dict.get(entry, "updated_parsed"))
    return moment(dict.get(entry, "published_parsed"))


def updated(entry: Theirs, parsed: Theirs) -> object:
    """Return when it was changed, unless that is its one date."""
    if not parsed.version.startswith("atom") and not dict.get(entry, "published"):
        return None
    return moment(dict.get(entry, "updated_parsed"))


FIELDS: dict[str, tuple[Callable[[Item], object], Field]] = {
    "title": (lambda item: item.title, title),
    "link": (lambda item: item.url, link),
    "id": (lambda item: item.guid, lambda entry, _: entry.get("id")),
    "authors": (lambda item: item.authors, authors),
    "published": (lambda item: item.published_at, published),
    "updated": (lambda item: item.updated_at, updated),
    "summary": (lambda item: item.summary, summary),
    "content": (lambda item: item.content, content),
    "enclosures": (lambda item: [one.url for one in item.enclosures], enclosures),
    "categories": (
        lambda item: item.categories,
        lambda entry, _: tuple(tag.label or tag.term for tag in entry.get("tags", [])),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_what_feedparser_reads(name: str, field: str) -> None:
    """Each field of each item of a well-formed feed is feedparser's, but for the differences listed above."""
    ours, theirs = PAIRS[name]
    of_ours, of_theirs = FIELDS[field]
    assert [of_ours(item) for item in ours.items] == [of_theirs(entry, theirs) for entry in theirs.entries]


@pytest.mark.parametrize("name", PAIRS)
def test_a_head_is_what_feedparser_reads(name: str) -> None:
    """Format, title, language, site and generator of a well-formed feed are feedparser's."""
    ours, theirs = PAIRS[name]
    head = theirs.feed
    assert ours.format == theirs.version
    assert ours.title == head.get("title")
    assert ours.language == head.get("language")
    assert ours.site_url == (urljoin(URL, head.link) if "link" in head else None)
    assert ours.generator == head.get("generator")


def test_fixtures_cover_the_formats() -> None:
    """The comparison is made on every format that feedparser is trusted with."""
    formats = {ours.format for ours, _ in PAIRS.values()}
    assert formats == {"rss091u", "rss092", "rss20", "rss10", "atom03", "atom10"}


def test_heads_tell_what_polling_needs() -> None:
    """Hubs, older pages, the feed's own address and its update period are read in RSS, RDF, Atom and JSON Feed."""
    feeds: dict[str, ParsedFeed] = {name: ours for name, (ours, _) in PAIRS.items()}
    modules, inherited = feeds["rss20_modules.xml"], feeds["atom10_inherited.xml"]
    assert modules.sy_s == 1800.0
    assert feeds["rdf10_modules.xml"].sy_s == 7200.0
    assert modules.hubs == ("https://hub.moorland.example/",)
    assert modules.older == ("https://moorland.example/feed/?paged=2",)
    assert inherited.older == ("https://vallee.example/archive/2026-02.atom",)
    assert inherited.self_url == "https://vallee.example/feed.atom"
    diary = parse_feed((FEEDS / "feed10.json").read_bytes(), URL, None, NOW)
    assert diary.hubs == ("https://hub.copse.example/",)
    assert diary.older == ("https://copse.example/feed.json?page=2",)
    assert diary.self_url == "https://copse.example/feed.json"
    assert [item.authors for item in diary.items] == [("Wren Alder",), ("Guest Rowan",)]
