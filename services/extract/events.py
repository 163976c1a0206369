"""Log events of extract."""

from dataclasses import dataclass

from services.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(Event):
    """An article was fetched, read and published."""

    action = "article.published"
    terminal = True
    outcome = "success"
    article_id: str
    revision: int
    change: str
    url: str
    method: str
    words: int
    fetch_ms: int
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class PageRetried(Event):
    """A page did not come; the trouble may pass, so it is asked for again."""

    action = "page.retried"
    url: str
    error_code: str
    attempt: int
    wait_s: float
