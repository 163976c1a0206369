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


@dataclass(frozen=True, kw_only=True)
class DomainClosed(Event):
    """A site asked for time; no request goes to its domain before it is over."""

    action = "domain.closed"
    level = "warning"
    domain: str
    status: int
    wait_s: float


@dataclass(frozen=True, kw_only=True)
class SiteRead(Event):
    """A site's robots.txt was read; it counts for a day."""

    action = "site.read"
    site: str
    rules: int
    delay_s: float


@dataclass(frozen=True, kw_only=True)
class SiteUnreadable(Event):
    """A site's robots.txt cannot be had; its last copy counts where there is one, else its pages wait."""

    action = "site.unreadable"
    level = "warning"
    outcome = "failure"
    site: str
    error_code: str
    error_message: str
    stale: bool
