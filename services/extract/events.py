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
class PageBlocked(Event):
    """A site does not show us a page; where its feed has words of it, these are published."""

    action = "page.blocked"
    outcome = "failure"
    url: str
    status: int
    error_code: str
    block: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class PagesSummarised(Event):
    """What came of pages since the last summary: ends, what read pages have, typical words, the slowest outlets."""

    action = "extract.summarised"
    window_s: float
    ended: dict[str, int]
    pages: int
    filled: dict[str, float]
    words_p50: int | None
    slowest_ms: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class OutletLayoutChanged(Event):
    """An outlet's pages stopped giving what they gave: its layout has changed, or our reading of it fails."""

    action = "outlet.layout_changed"
    level = "warning"
    domain: str
    before: dict[str, float]
    after: dict[str, float]
    pages: int
    learnt: int


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
