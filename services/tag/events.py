"""Log events of tag."""

from dataclasses import dataclass

from services.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticleTagged(Event):
    """An article got its outlet, date, regions and cited sources."""

    action = "article.tagged"
    terminal = True
    outcome = "success"
    article_id: str
    revision: int
    host: str | None
    origin: str | None
    countries: list[str]
    sources: int
    duration_ms: int
