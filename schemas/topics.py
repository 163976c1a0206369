"""The topic table: every topic of Dateline, what is on it, how it is keyed, and how long it is kept."""

from dataclasses import dataclass
from datetime import timedelta

from .v1 import Article, Entry, Record, TaggedArticle


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. Its full name is the deployment's prefix, a dot, and `suffix`."""

    suffix: str
    value: type[Record] | None
    """Model of the value; None where the value is whatever failed, untouched."""
    key: str
    about: str
    event_type: str
    """CloudEvents type of its records (header `ce_type`)."""
    kept: timedelta
    partitions: int = 12
    delay: timedelta | None = None
    """For a delay topic: how long each of its records waits. One delay for all, so the first in is the first due."""

    def name(self, prefix: str) -> str:
        """Full name of the topic in a deployment that uses this prefix."""
        return f"{prefix}.{self.suffix}"


ENTRIES = Topic(
    suffix="entries",
    value=Entry,
    key="registrable domain of the article's address",
    about="New and changed feed items.",
    event_type="dateline.entry.v1",
    kept=timedelta(days=7),
)
ARTICLES = Topic(
    suffix="articles",
    value=Article,
    key="article_id",
    about="Normalised articles, one record for each revision.",
    event_type="dateline.article.v1",
    kept=timedelta(days=30),
)
TAGGED = Topic(
    suffix="tagged",
    value=TaggedArticle,
    key="article_id",
    about="Articles with outlet, date, regions and cited sources.",
    event_type="dateline.tagged.v1",
    kept=timedelta(days=30),
)
FAILURES = Topic(
    suffix="failures",
    value=None,
    key="as the record that failed",
    about="Records that could not be handled: original bytes and headers, the reason in `dlq-*` headers.",
    event_type="dateline.failure.v1",
    kept=timedelta(days=30),
)

EXTRACT_RETRIES = tuple(
    Topic(
        suffix=f"extract.retry.{name}",
        value=Entry,
        key=ENTRIES.key,
        about=f"Entries whose page did not come; each is tried again {about} later.",
        event_type=ENTRIES.event_type,
        kept=timedelta(days=7),
        partitions=3,
        delay=delay,
    )
    for name, about, delay in (
        ("1m", "a minute", timedelta(minutes=1)),
        ("10m", "ten minutes", timedelta(minutes=10)),
        ("1h", "an hour", timedelta(hours=1)),
    )
)

TOPICS = (ENTRIES, *EXTRACT_RETRIES, ARTICLES, TAGGED, FAILURES)
