"""What is known of a feed, in plain words: when it is polled next and why. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.ingest import offset, rhythm
from services.ingest.answered import watched_move
from services.ingest.memory import Feed
from services.ingest.rhythm import Rhythm
from services.ingest.schedule import GONE_MAX, Limits

Said = tuple[str, str]
"""What it is about, and what there is to say."""

_REASONS: Final[Mapping[str, str]] = {
    "rhythm": "what it has published so far lets us expect enough by then to be worth a request",
    "least": "it publishes so much that the shortest wait allowed, {least}, decides",
    "most": "it publishes so seldom that the longest wait allowed, {most}, decides",
    "cache_control": "its server says by Cache-Control that the answer stays the same until then",
    "expires": "its server says by Expires that the answer stays the same until then",
    "gap": "items were probably missed between the last two polls, so the wait was halved",
    "retry_after": "its server asked by Retry-After to be left alone until then",
    "host_busy": "it leads to a host that other feeds were asking, or that wants to be left alone",
    "offline": "no site could be reached: that is our network, and it is tried again at the usual pace",
}
_OFF: Final[Mapping[str, str]] = {
    "removed": "it was removed by an operator; `feeds add` takes it up again",
    "gone": f"its site said {GONE_MAX} times in a row that it is gone for good; `feeds add` takes it up again",
    "duplicate": "it moved to an address that is polled as a feed of its own",
}


def explained(feed: Feed, now: datetime, limits: Limits) -> list[Said]:
    """Return what there is to say of a feed, the next poll first. `limits` are the poller's, as it is set up now."""
    return [*_next(feed, now, limits), *_past(feed, now), *_oddities(feed)]


def span(seconds: float) -> str:
    """Return a length of time in words, in the two largest units."""
    left, words = round(abs(seconds)), []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if left >= size:
            words.append(f"{left // size} {name}")
            left %= size
    return " ".join(words[:2]) or "0 s"


def _next(feed: Feed, now: datetime, limits: Limits) -> Iterator[Said]:
    if not feed.active:
        yield "next poll", f"never: {_OFF.get(feed.off_reason or '', feed.off_reason or 'it was ended')}"
        return
    wait_s = (feed.next_poll_at - now).total_seconds()
    yield "next poll", f"{_at(feed.next_poll_at)}, {f'in {span(wait_s)}' if wait_s > 0 else 'due now'}"
    yield "why", _why(feed, limits)
    if feed.rhythm:
        yield "rhythm", rhythm.described(Rhythm.unpacked(feed.rhythm), now.timestamp())
    yield "budget", f"one request per feed every {span(limits.mean_s)} on average, more for those that publish more"


def _why(feed: Feed, limits: Limits) -> str:
    if feed.reason is None:
        return "it has not been polled yet"
    if known := _REASONS.get(feed.reason):
        return known.format(least=span(limits.least_s), most=span(limits.most_s))
    tries = "once" if feed.failures == 1 else f"{feed.failures} times in a row"
    return f"the last poll failed with {feed.reason}, {tries}; the wait doubles each time, up to a day"


def _past(feed: Feed, now: datetime) -> Iterator[Said]:
    if feed.last_polled_at:
        yield "last poll", f"{_ago(feed.last_polled_at, now)}; {feed.polls} polls, {feed.entries} entries so far"
    if feed.failures and feed.last_success_at:
        yield "last success", _ago(feed.last_success_at, now)
    if feed.last_item_at:
        yield "last item", _ago(feed.last_item_at, now)


def _oddities(feed: Feed) -> Iterator[Said]:
    if feed.silent_since:
        yield "silent", f"beyond its own rhythm since {_at(feed.silent_since)}"
    if feed.distrusted and feed.distrusted_at:
        until = _at(feed.distrusted_at + timedelta(days=30))
        yield "conditions", f"its {feed.distrusted.replace(' ', ' and ')} lied and is not sent before {until}"
    if move := watched_move(feed):
        seen = f"since {_at(move.since)}, seen {move.polls} times"
        yield "moving", f"permanently redirected to {move.target} {seen}; adopted after a day with the same items"
    if error_s := offset.correction_s(feed.time_offset):
        way = "ahead of" if error_s > 0 else "behind"
        yield "times", f"all its times are {span(error_s)} {way} the truth, and corrected"
    if feed.proposed:
        yield "instead", f"its site announces {', '.join(feed.proposed)}"


def _at(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _ago(when: datetime, now: datetime) -> str:
    return f"{_at(when)}, {span((now - when).total_seconds())} ago"
