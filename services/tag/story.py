"""What the taggers read: the part of an article that speaks about its outlet, date, region and sources."""

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.v1 import Article
from schemas.v1.article import Byline, DiscoveredVia, Publisher, Url


class Story(BaseModel):
    """A subset of `Article` by the same names. Only `text` is a must, so that any row with a text can be tagged."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)

    text: str
    title: str | None = None
    url: Url | None = None
    publisher: Publisher | None = None
    byline: Byline | None = None
    dateline: Byline | None = None
    authors: list[str] = []
    section: str | None = None
    keywords: list[str] = []
    language: str | None = None
    published_at: AwareDatetime | None = None
    published_precision: str = "unknown"
    published_origin: str = "none"
    feed_published_at: AwareDatetime | None = None
    feed_seen_at: AwareDatetime | None = None
    discovered_via: list[DiscoveredVia] = []
    outlet_domain: str | None = None
    """For rows that know where they were published and no more; an article has `url` and `publisher`."""

    @classmethod
    def of(cls, article: Article) -> Self:
        """Take what the taggers read out of an article."""
        return cls.model_validate(article, from_attributes=True)
