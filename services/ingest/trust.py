"""Conditional requests that can be trusted. Pure.

A server that answers 304 although it has news freezes a feed in silence. So every so often a request goes without
conditions (a canary), and a validator that is found lying is not sent again for a month. Found lying is

- a validator that came again, the same, with items that were not there before;
- the validators that get 304 although what they stand for is known to be outdated. When a canary brings items that
  look older than the last answer 304, the old validators are kept for one more poll, the trial: an honest server
  answers it with 200. Dates of items alone are no proof, since items often enter a feed long after they are dated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

CANARY_AFTER: Final = timedelta(hours=20)
CANARY_AFTER_IN_SILENCE: Final = timedelta(hours=1)
SILENCE_ITEMS: Final = 3.0
"""A feed that lacks this many items, by its own rhythm, is asked without conditions sooner."""
UNCHANGED_LEAST: Final = 3
"""So many answers 304 lie between two canaries, so that three polls in four stay cheap at any interval."""
DISTRUST: Final = timedelta(days=30)
OLDER: Final = timedelta(minutes=15)

ETAG: Final = "etag"
LAST_MODIFIED: Final = "last_modified"
_HEADERS: Final = {ETAG: "If-None-Match", LAST_MODIFIED: "If-Modified-Since"}


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a feed's validators."""

    unconditional_at: datetime | None = None
    """The last answer to a request without conditions."""
    unchanged: int = 0
    """Answers 304 since then."""
    unchanged_at: datetime | None = None
    """The last of them."""
    on_trial: bool = False
    """Whether the stored validators are known to be outdated, and are sent to see what the server says."""
    distrusted: str = ""
    """Names of the validators that lied, `etag` and `last_modified`, with a blank between them."""
    distrusted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer gives to ask again with."""

    etag: str | None
    last_modified: str | None

    def named(self) -> dict[str, str]:
        """Return those that there are, by name."""
        both = {ETAG: self.etag, LAST_MODIFIED: self.last_modified}
        return {name: value for name, value in both.items() if value}


@dataclass(frozen=True, slots=True)
class Conditions:
    """How to ask."""

    headers: Mapping[str, str]
    """To be sent; empty for a request without conditions."""
    canary: bool
    """Whether conditions were left out on purpose."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer comes to."""

    trust: Trust
    lying: tuple[str, ...] = ()
    """Validators that were found lying by this answer: `etag`, `last_modified`. Worth an event."""
    keep_stored: bool = False
    """Keep the stored validators instead of those that this answer gave: they are on trial."""


def conditions(stored: Validators, trust: Trust, now: datetime, *, expected_items: float) -> Conditions:
    """Return how to ask a feed. Validators go verbatim.

    `expected_items` is how many items the feed's rhythm lets expect since the last new one; 0 where it is not known.
    """
    believed = {name: value for name, value in stored.named().items() if name not in _distrusted(trust, now)}
    if believed and not trust.on_trial and _canary_due(trust, now, expected_items):
        return Conditions({}, canary=True)
    return Conditions({_HEADERS[name]: value for name, value in believed.items()}, canary=False)


def after_not_modified(trust: Trust, sent: Conditions, now: datetime) -> Verdict:
    """Judge an answer 304."""
    trust = _reprieved(trust, now)
    counted = replace(trust, unchanged=trust.unchanged + 1, unchanged_at=now, on_trial=False)
    if trust.on_trial and sent.headers:
        lying = tuple(name for name, header in _HEADERS.items() if header in sent.headers)
        return Verdict(_without(counted, lying, now), lying)
    return Verdict(counted)


def after_document(
    trust: Trust,
    sent: Conditions,
    now: datetime,
    *,
    stored: Validators,
    given: Validators,
    published: Sequence[datetime | None],
) -> Verdict:
    """Judge an answer with a document.

    `stored` are the validators from before, `given` those of this answer; `published` has the time of publication of
    each item that was not known before, None for one without: empty for a document without news.
    """
    trust = _reprieved(trust, now)
    unchanged_at = trust.unchanged_at
    trust = replace(trust, on_trial=False)
    if not sent.headers:
        trust = replace(trust, unconditional_at=now, unchanged=0, unchanged_at=None)
    if not published:
        return Verdict(trust)
    before, after = stored.named(), given.named()
    lying = tuple(
        name for name in _HEADERS if name in before and before[name] == after.get(name) and name not in trust.distrusted
    )
    if lying:
        return Verdict(_without(trust, lying, now), lying)
    if sent.canary and after and unchanged_at and _overdue(published, unchanged_at):
        return Verdict(replace(trust, on_trial=True), keep_stored=True)
    return Verdict(trust)


def _canary_due(trust: Trust, now: datetime, expected_items: float) -> bool:
    wait = CANARY_AFTER_IN_SILENCE if expected_items >= SILENCE_ITEMS else CANARY_AFTER
    rested = trust.unconditional_at is None or now - trust.unconditional_at >= wait
    return rested and trust.unchanged >= UNCHANGED_LEAST


def _overdue(published: Sequence[datetime | None], unchanged_at: datetime) -> bool:
    """Tell whether an item may have been there when the server said that there was nothing new."""
    return any(when is None or when < unchanged_at - OLDER for when in published)


def _distrusted(trust: Trust, now: datetime) -> frozenset[str]:
    served = trust.distrusted_at is not None and now - trust.distrusted_at >= DISTRUST
    return frozenset() if served else frozenset(trust.distrusted.split())


def _reprieved(trust: Trust, now: datetime) -> Trust:
    """Forget a distrust that is over: the validators are tried again."""
    return trust if _distrusted(trust, now) else replace(trust, distrusted="", distrusted_at=None)


def _without(trust: Trust, lying: Sequence[str], now: datetime) -> Trust:
    names = frozenset(trust.distrusted.split()) | frozenset(lying)
    return replace(trust, distrusted=" ".join(name for name in _HEADERS if name in names), distrusted_at=now)
