"""`TaggedArticle`: an article with its tags. Every tag quotes the text that proves it."""

import datetime as dt

from pydantic import AwareDatetime, Field

from .article import Article
from .base import Record, Span


class Outlet(Record):
    """A publisher of news."""

    id: str | None = Field(None, description="Stable id in Dateline's outlet directory; null for one not in it.")
    name: str
    domain: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2.")
    kind: str | None = Field(None, description="`news_agency`, `newspaper`, `broadcaster`, ...; open list.")


class OutletEvidence(Record):
    """Why an outlet was named. Offsets only where `field` is `text`."""

    role: str = Field(description="`host` or `origin`: which of the two this proves.")
    field: str = Field(description="`text`, `byline`, `publisher`, `domain`, ...; open list.")
    text: str
    start: int | None = None
    end: int | None = None


class OutletTag(Record):
    """Who published the page, and whose story it is where that is another outlet."""

    host: Outlet | None = None
    origin: Outlet | None = None
    evidence: list[OutletEvidence] = []


class DateEvidence(Record):
    """One thing that speaks for a publication date. Offsets only where `field` is `text`."""

    field: str = Field(description="`page`, `feed`, `url`, `text`; open list.")
    text: str
    date: dt.date
    start: int | None = None
    end: int | None = None


class DateConflict(Record):
    """Something that speaks for another date than the one settled on."""

    field: str
    text: str
    date: dt.date


class DateExpression(Span):
    """A relative date in the text, and the day it means, or the days."""

    date: dt.date
    until: dt.date | None = Field(None, description="Last day of a stretch that begins on `date`; null for one day.")


class DateTag(Record):
    """When the article was published."""

    published_at: AwareDatetime | None = None
    precision: str = Field("unknown", description="`second`, `minute`, `day` or `unknown`.")
    origin: str = Field("none", description="`page`, `feed`, `url`, `text` or `none`.")
    evidence: list[DateEvidence] = []
    conflicts: list[DateConflict] = []
    expressions: list[DateExpression] = []


class Country(Record):
    """A country that the article is about or mentions."""

    code: str = Field(description="ISO 3166-1 alpha-2.")
    salience: str = Field(description="`primary` or `mentioned`.")
    score: float = Field(description="Between 0 and 1; the list is sorted by it.")


class Subdivision(Record):
    """A part of a country."""

    code: str = Field(description="ISO 3166-2.")
    score: float


class Place(Span):
    """A place named in the text."""

    name: str
    geonames_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    country: str | None = None
    subdivision: str | None = None


class RegionsTag(Record):
    """Where the news happens."""

    countries: list[Country] = []
    subdivisions: list[Subdivision] = []
    places: list[Place] = []


class Source(Record):
    """Somebody or something that the article cites. Sources form a graph through `cites`."""

    id: str = Field(description="Unique in this article: `s1`, `s2`, ...")
    name: str | None = Field(None, description="Null for an unnamed source.")
    mention: str = Field(description="The words of the fullest mention.")
    kind: str = Field(
        description="`person`, `organisation`, `news_agency`, `outlet`, `official_body`, `document`, `social_media`, "
        "`anonymous` or `group`; more values may come."
    )
    role: str | None = None
    affiliation: str | None = None
    country: str | None = None
    anonymous: bool = False
    cites: list[str] = Field(default=[], description="Ids of the sources that this source itself relies on.")


class Attribution(Record):
    """One place where the text says that somebody said something."""

    source_id: str = Field(
        description="Id of one of `sources`; `u1`, `u2`, ... for a speaker who is no cited source: the holder of an "
        "attitude, a pronoun that nobody is found for."
    )
    via: str | None = Field(None, description="Id of the source that relayed it: Y in `Y, citing X, said`.")
    source: Span
    cue: Span
    content: Span | None = None
    stance: str = Field("assertion", description="`assertion` or `attitude`; only assertions make a cited source.")
    confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="How probable it is that source and cue are marked right; null where rules alone found it.",
    )


class ChainLink(Record):
    """One step of the way that the main claim came, from the origin outlet outward."""

    name: str
    source_id: str | None = None
    outlet_id: str | None = None


class SourcesTag(Record):
    """Who said it, and through whom it came."""

    sources: list[Source] = []
    attributions: list[Attribution] = []
    chain: list[ChainLink] = []


class Tags(Record):
    """All tags of an article. A tag that was not asked for is null."""

    outlet: OutletTag | None = None
    date: DateTag | None = None
    regions: RegionsTag | None = None
    sources: SourcesTag | None = None
    taggers: dict[str, str] = Field(default={}, description="Version of each tagger that ran.")


class TaggedArticle(Article):
    """An article with its tags, complete in itself. Key on the topic: `article_id`."""

    tags: Tags
    tagged_at: AwareDatetime
