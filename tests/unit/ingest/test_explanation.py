"""Why a feed is polled when it is, in plain words."""

from datetime import timedelta

import pytest

from services.ingest.explanation import explained, span
from services.ingest.memory import Feed
from services.ingest.observation import observed
from services.ingest.rhythm import Rhythm
from services.ingest.schedule import Limits
from tests.fakes.feeds import NOW, feed

LIMITS = Limits(mean_s=300, least_s=60, most_s=3600, jitter=0.1)


def said(one: Feed) -> dict[str, str]:
    """Return what is said of a feed, by subject."""
    return dict(explained(one, NOW, LIMITS))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3725, "1 h 2 min"), (90_000, "1 d 1 h"), (-30, "30 s")],
)
def test_a_length_of_time_has_two_units_at_most(seconds: float, words: str) -> None:
    """Nobody needs the seconds of a day."""
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("rhythm", "worth a request"),
        ("least", "shortest wait allowed, 1 min"),
        ("most", "longest wait allowed, 1 h"),
        ("cache_control", "Cache-Control"),
        ("retry_after", "Retry-After"),
        ("gap", "missed"),
        ("fetch.dns", "failed with fetch.dns, twice"),
        (None, "not been polled yet"),
    ],
)
def test_each_reason_has_its_words(reason: str | None, words: str) -> None:
    """The next poll and why then come first."""
    one = feed(next_poll_at=NOW + timedelta(seconds=250), reason=reason, failures=2)
    told = explained(one, NOW, LIMITS)
    assert told[0] == ("next poll", "2026-03-05 12:04:10 UTC, in 4 min 10 s")
    assert told[1][0] == "why"
    assert words in told[1][1].replace("2 times in a row", "twice")


def test_a_feed_that_ended_says_why() -> None:
    """A feed that is not polled any more has no next poll, and a way back."""
    assert said(feed(active=False, off_reason="gone"))["next poll"].startswith("never: its site said 3 times")
    assert "feeds add" in said(feed(active=False, off_reason="removed"))["next poll"]


def test_what_was_learned_and_what_is_odd_is_told() -> None:
    """Rhythm, silence, distrust, moves and proposals each have a line, and only when there is something to say."""
    hourly = [NOW.timestamp() - 3600 * n for n in range(1, 40)]
    learned = observed(Rhythm.initial(), hourly, since=None, until=NOW.timestamp())
    one = feed(
        rhythm=learned.packed(),
        silent_since=NOW,
        distrusted="etag last_modified",
        distrusted_at=NOW,
        moved_to="https://new.example/feed",
        moved_since=NOW,
        moved_polls=2,
        proposed=["https://wire.example/rss"],
    )
    told = said(one)
    assert "items" in told["rhythm"]
    assert told["silent"].endswith("2026-03-05 12:00:00 UTC")
    assert told["conditions"].startswith("its etag and last_modified lied")
    assert "https://new.example/feed" in told["moving"]
    assert told["instead"].endswith("https://wire.example/rss")
    assert set(said(feed())) == {"next poll", "why", "budget"}
