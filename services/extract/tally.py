"""Tally: what came of pages, counted for the log, and whether an outlet's pages stop giving what they gave. Pure."""

import statistics
from collections import Counter, deque
from collections.abc import Mapping
from typing import Final

from services.extract.baseline import Baselines, Outlet
from services.extract.events import ArticlePublished, OutletLayoutChanged, PagesSummarised
from services.extract.page import SHORT_WORDS, PageContent
from services.kit.errors import DatelineError
from services.kit.events import Event
from services.kit.urls import owner_of

_WORDS_KEPT: Final = 10_000
_OUTLETS_MAX: Final = 10_000
_SLOWEST: Final = 5
_TIMED: Final = frozenset({"second", "minute"})


class Tally:
    """Counts since the last summary, and the outlets' baselines."""

    def __init__(self) -> None:
        self._baselines = Baselines()
        self._unsaved: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        self._ends: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._pages = 0
        self._words: deque[int] = deque(maxlen=_WORDS_KEPT)
        self._fetches: dict[str, tuple[int, int]] = {}

    def read(self, url: str, content: PageContent) -> Event | None:
        """Take note of a page that was read; returns an event if its outlet has changed.

        Args:
            url: Where the page stood.
            content: What it says itself, without its feed.

        """
        has = fields(content)
        self._pages += 1
        self._filled.update(name for name, filled in has.items() if filled)
        self._words.append(content.word_count)
        return self._meet(url, has, content.word_count if content.word_count >= SHORT_WORDS else None)

    def unread(self, url: str) -> Event | None:
        """Take note of a page that came and gave no article; returns an event if its outlet has changed."""
        return self._meet(url, {"text": False}, None)

    def ended(self, end: Event | DatelineError) -> None:
        """Take note of how the work for an entry ended: with its terminal event, or an error."""
        if isinstance(end, DatelineError):
            self._ends[end.code] += 1
        elif isinstance(end, ArticlePublished):
            self._ends[end.change] += 1
            self._fetched(end.url, end.fetch_ms)

    def _fetched(self, url: str, took_ms: int) -> None:
        domain = owner_of(url)
        if domain in self._fetches or len(self._fetches) < _OUTLETS_MAX:
            count, total_ms = self._fetches.get(domain, (0, 0))
            self._fetches[domain] = (count + 1, total_ms + took_ms)

    def _meet(self, url: str, has: Mapping[str, bool], words: int | None) -> Event | None:
        domain = owner_of(url)
        changes = self._baselines.meet(domain, has, words)
        self._unsaved.add(domain)
        if not changes:
            return None
        return OutletLayoutChanged(
            domain=domain,
            before={change.what: change.before for change in changes},
            after={change.what: change.after for change in changes},
            pages=max(change.pages for change in changes),
            learnt=max(change.learnt for change in changes),
        )

    def summary(self, window_s: float) -> Event | None:
        """Return what was counted, and count anew; None if nothing was."""
        if not self._ends and not self._pages:
            return None
        means = {domain: total_ms // count for domain, (count, total_ms) in self._fetches.items()}
        found = PagesSummarised(
            window_s=window_s,
            ended=dict(sorted(self._ends.items())),
            pages=self._pages,
            filled={name: round(count / self._pages, 2) for name, count in sorted(self._filled.items())},
            words_p50=round(statistics.median(self._words)) if self._words else None,
            slowest_ms=dict(sorted(means.items(), key=lambda one: (-one[1], one[0]))[:_SLOWEST]),
        )
        self._begin()
        return found

    def remember(self, domain: str, learnt: Mapping[str, list[float]]) -> None:
        """Take over what was learnt of an outlet before this process began."""
        self._baselines.add(domain, Outlet.remembered(learnt))

    def unsaved(self) -> dict[str, dict[str, list[float]]]:
        """Return what was learnt of the outlets that were met since the last call, in the order of their names."""
        met, self._unsaved = sorted(self._unsaved), set()
        return {domain: self._baselines[domain].learnt() for domain in met if domain in self._baselines}


def fields(content: PageContent) -> dict[str, bool]:
    """Return what a page has of what an outlet's pages are expected to have.

    `full` is whether its text is none of the short ones, `sure` whether it was read from blocks without doubt.
    """
    return {
        "text": True,
        "full": content.word_count >= SHORT_WORDS,
        "title": content.title is not None,
        "authors": bool(content.authors),
        "date": content.published_at is not None,
        "time": content.published_precision in _TIMED,
        "image": bool(content.images),
        "section": content.section is not None,
        "sure": content.method == "blocks",
    }
