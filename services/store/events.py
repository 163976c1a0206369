"""Log events of store."""

from dataclasses import dataclass

from services.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticleStored(Event):
    """A tagged article is in the database."""

    action = "article.stored"
    terminal = True
    outcome = "success"
    article_id: str
    revision: int
    age_s: float | None
    """Seconds from the first sight in a feed to the row in the database."""


@dataclass(frozen=True, kw_only=True)
class FailureStored(Event):
    """A failure of an earlier stage is in the database."""

    action = "failure.stored"
    terminal = True
    outcome = "success"
    stage: str
    code: str
