"""`Entry`: one new or changed item of a feed, with all that the feed said about it."""

from pydantic import AwareDatetime, Field

from .base import SCHEMA_VERSION, Record


class FeedInfo(Record):
    """The feed that an entry came from, as it describes itself."""

    feed_id: str = Field(description="Stable id of the subscription, made from the feed's address.")
    url: str = Field(description="Address that was polled.")
    title: str | None = None
    site_url: str | None = Field(None, description="The web site that the feed says it belongs to.")
    language: str | None = Field(None, description="BCP 47 tag as the feed gives it.")


class Enclosure(Record):
    """A file attached to an entry."""

    url: str
    media_type: str | None = None
    length_bytes: int | None = None


class Entry(Record):
    """One new or changed feed item. Key on the topic: the registrable domain of `url`."""

    schema_version: str = SCHEMA_VERSION
    entry_id: str = Field(description="Made from feed, item and content hash: the same item gives the same id.")
    trace_id: str = Field(description="32 hex digits that follow this entry through topics and logs.")
    event: str = Field(description="`new` or `changed`; more values may come.")
    feed: FeedInfo
    channel: str = Field(description="How it was found: `rss`, `atom`, `json_feed`, `sitemap`; more values may come.")
    guid: str | None = Field(None, description="The item's own id, verbatim.")
    url: str = Field(description="Absolute http(s) address of the article.")
    title: str | None = None
    summary: str | None = Field(None, description="As the feed gives it; may hold markup.")
    content: str | None = Field(None, description="As the feed gives it; may hold markup.")
    authors: list[str] = []
    categories: list[str] = []
    enclosures: list[Enclosure] = []
    language: str | None = None
    published_at: AwareDatetime | None = Field(None, description="UTC. Null when the feed gives none or nonsense.")
    published_raw: str | None = Field(None, description="The feed's own words for `published_at`.")
    published_precision: str = Field("unknown", description="`second`, `minute`, `day` or `unknown`.")
    updated_at: AwareDatetime | None = Field(None, description="UTC.")
    updated_raw: str | None = None
    flags: list[str] = Field(
        [],
        description="What was odd about it: `published_no_zone` (taken as UTC), `published_future`, "
        "`published_ambiguous_zone`, `published_unreadable`, `offset_corrected` (the feed's times are all wrong by the "
        "same), and the like for `updated`; open list.",
    )
    content_hash: str = Field(description="SHA-256 over what the feed said of the item.")
    seen_at: AwareDatetime = Field(description="When the poll that found it was answered; UTC.")
