"""`Article`: the normalised record of one revision of one article."""

from pydantic import AwareDatetime, Field

from .base import SCHEMA_VERSION, Record


class Url(Record):
    """The addresses of an article."""

    requested: str = Field(description="What the feed linked to.")
    final: str = Field(description="Where redirects ended.")
    canonical: str = Field(description="What the page calls itself, normalised; else `final`, normalised.")


class Publisher(Record):
    """Who publishes the page, in the page's own words."""

    name: str | None = None
    domain: str | None = Field(None, description="Registrable domain of the page's address.")


class DiscoveredVia(Record):
    """One way in which the article was found. An article found through two feeds has two."""

    feed_id: str
    feed_url: str
    feed_title: str | None = None
    entry_id: str | None = None
    guid: str | None = None
    channel: str
    seen_at: AwareDatetime


class Access(Record):
    """What a reader or a machine may do with the page."""

    free: bool | None = Field(None, description="False behind a paywall; null when unknown.")
    robots: str | None = Field(None, description="`allowed` or `disallowed` by robots.txt; null when not asked.")
    tdm_reservation: bool | None = Field(None, description="Text and data mining reserved by the rights holder.")
    licence: str | None = None


class Http(Record):
    """The answer that the page came in."""

    status: int
    etag: str | None = None
    last_modified: str | None = None
    bytes: int = Field(description="Size of the decoded body.")


class Extractor(Record):
    """The code that made the record."""

    name: str
    version: str
    method: str = Field(description="Which reading of the page gave the text; open list.")


class Archived(Record):
    """Where the page's bytes are kept."""

    file: str
    offset: int
    digest: str = Field(description="`sha256:` and hex digits of the body.")


class Quality(Record):
    """What to be careful about."""

    flags: list[str] = Field(default=[], description="Open list, for example `short`, `no_date`, `feed_title`.")
    scores: dict[str, float] = Field(
        default={},
        description="Between 0 and 1; open list. `text`: is the text the article and nothing else; `date`: is"
        " `published_at` right; `metadata`: how much of what a record can say it says.",
    )


class Byline(Record):
    """A line of the page that was taken out of the text: its words, and nothing read into them."""

    text: str
    origin: str = Field(description="`page` for visible text, `meta` for metadata.")


class Article(Record):
    """One revision of one article. Key on the topic: `article_id`."""

    schema_version: str = SCHEMA_VERSION
    article_id: str = Field(description="Made from `url.canonical`: the same address gives the same id.")
    revision: int = Field(ge=1, description="1, 2, ... for each different content seen at that address.")
    event: str = Field(description="`new`, `update`, `correction` or `retraction`; more values may come.")
    content_hash: str = Field(description="SHA-256 over title and text.")
    trace_id: str = Field(description="32 hex digits: the entry that led to this record.")
    url: Url
    title: str | None = None
    text: str = Field(description="Plain text; paragraphs are separated by a line feed.")
    summary: str | None = None
    authors: list[str] = []
    section: str | None = None
    keywords: list[str] = []
    images: list[str] = []
    language: str | None = Field(None, description="ISO 639-1, lower case.")
    language_confidence: float | None = None
    word_count: int = 0
    published_at: AwareDatetime | None = Field(None, description="With the page's own offset: its local day counts.")
    published_precision: str = Field("unknown", description="`second`, `minute`, `day` or `unknown`.")
    published_origin: str = Field("none", description="`page`, `feed`, `url`, `text` or `none`.")
    updated_at: AwareDatetime | None = None
    feed_published_at: AwareDatetime | None = Field(
        None, description="What the feed said, whatever was settled on; UTC."
    )
    feed_seen_at: AwareDatetime | None = Field(None, description="When the first feed showed it; UTC.")
    fetched_at: AwareDatetime | None = None
    extracted_at: AwareDatetime | None = None
    publisher: Publisher = Publisher()
    byline: Byline | None = None
    dateline: Byline | None = None
    discovered_via: list[DiscoveredVia] = []
    access: Access = Access()
    http: Http | None = None
    extractor: Extractor | None = None
    archive: Archived | None = None
    quality: Quality = Quality()
