"""Conditional requests, and servers that cannot be trusted with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from services.ingest.trust import (
    DISTRUST,
    Conditions,
    Trust,
    Validators,
    after_document,
    after_not_modified,
    conditions,
)
from tests.fakes.feeds import NOW

STORED = Validators('W/"one"', "Wed, 04 Mar 2026 10:00:00 GMT")
OTHER = Validators('"two"', "Thu, 05 Mar 2026 10:00:00 GMT")
BOTH = {"If-None-Match": 'W/"one"', "If-Modified-Since": "Wed, 04 Mar 2026 10:00:00 GMT"}
HOUR = timedelta(hours=1)


def test_both_validators_go_back_verbatim() -> None:
    """A feed with two validators is asked with both, as they came; without any, the request has no conditions."""
    assert conditions(STORED, Trust(), NOW, expected_items=0) == Conditions(BOTH, canary=False)
    assert conditions(Validators(None, None), Trust(unchanged=9), NOW, expected_items=9) == Conditions({}, canary=False)


@pytest.mark.parametrize(
    ("trust", "expected_items", "canary"),
    [
        (Trust(NOW - 19 * HOUR, 50), 0, False),
        (Trust(NOW - 20 * HOUR, 50), 0, True),
        (Trust(NOW - 90 * HOUR, 2), 0, False),
        (Trust(None, 3), 0, True),
        (Trust(None, 2), 0, False),
        (Trust(NOW - HOUR, 3), 3, True),
        (Trust(NOW - HOUR, 3), 2.9, False),
        (Trust(NOW - HOUR, 2), 50, False),
        (Trust(NOW - 0.9 * HOUR, 30), 50, False),
        (Trust(NOW - 90 * HOUR, 50, on_trial=True), 50, False),
        (Trust(NOW - 90 * HOUR, 50, distrusted="etag last_modified", distrusted_at=NOW), 50, False),
    ],
)
def test_a_canary_flies_every_day_and_sooner_in_silence(trust: Trust, expected_items: float, *, canary: bool) -> None:
    """After 20 hours, or an hour of silence where items are due, and never before three answers 304."""
    asked = conditions(STORED, trust, NOW, expected_items=expected_items)
    assert asked.canary is canary
    assert not (canary and asked.headers)


@pytest.mark.parametrize("interval", [timedelta(minutes=5), HOUR, 6 * HOUR, 24 * HOUR])
@pytest.mark.parametrize("expected_items", [0, 1000])
def test_three_polls_in_four_stay_cheap(interval: timedelta, expected_items: float) -> None:
    """Whatever the interval and however long the silence, at most every fourth poll of an unchanged feed is full."""
    trust, now, full = Trust(), NOW, 0
    for _ in range(400):
        sent = conditions(STORED, trust, now, expected_items=expected_items)
        if sent.headers:
            verdict = after_not_modified(trust, sent, now)
        else:
            verdict = after_document(trust, sent, now, stored=STORED, given=STORED, published=[])
            full += 1
        trust, now = verdict.trust, now + interval
        assert not verdict.lying
    assert 0 < full <= 100


@pytest.mark.parametrize(
    ("given", "lying"),
    [
        (STORED, ("etag", "last_modified")),
        (Validators(STORED.etag, OTHER.last_modified), ("etag",)),
        (Validators(OTHER.etag, STORED.last_modified), ("last_modified",)),
        (OTHER, ()),
        (Validators(None, None), ()),
    ],
)
def test_a_validator_that_stays_while_items_come_lies(given: Validators, lying: tuple[str, ...]) -> None:
    """The same validator over new items is dropped, the other one is kept; without new items nothing is concluded."""
    sent = Conditions(BOTH, canary=False)
    verdict = after_document(Trust(), sent, NOW, stored=STORED, given=given, published=[NOW])
    assert verdict.lying == lying
    assert verdict.trust.distrusted.split() == list(lying)
    asked = conditions(STORED, verdict.trust, NOW, expected_items=0)
    assert len(asked.headers) == 2 - len(lying)
    assert after_document(Trust(), sent, NOW, stored=STORED, given=given, published=[]).lying == ()


def test_a_lie_is_told_once() -> None:
    """While a validator is distrusted, its further lies are no news."""
    trust = Trust(distrusted="etag", distrusted_at=NOW)
    sent = Conditions({}, canary=False)
    given = Validators(STORED.etag, OTHER.last_modified)
    verdict = after_document(trust, sent, NOW + HOUR, stored=STORED, given=given, published=[NOW])
    assert verdict.lying == ()
    assert verdict.trust.distrusted == "etag"
    assert verdict.trust.distrusted_at == NOW


def test_distrust_ends_after_a_month() -> None:
    """A distrusted validator is sent again after thirty days, and has a clean record from the next answer on."""
    trust = Trust(distrusted="etag last_modified", distrusted_at=NOW)
    assert conditions(STORED, trust, NOW + DISTRUST - HOUR, expected_items=0).headers == {}
    later = NOW + DISTRUST
    sent = conditions(STORED, trust, later, expected_items=0)
    assert sent.headers == BOTH
    assert after_not_modified(trust, sent, later).trust.distrusted == ""


@dataclass
class Site:
    """A feed on a server, polled every half hour with what this module says. New items come every two hours."""

    says_unchanged: Callable[[int, int], bool]
    """Whether the server answers 304 to the validators of one version of the feed when it has another one."""
    backdated: timedelta = timedelta(0)
    dated: bool = True
    trust: Trust = field(default_factory=Trust)
    held: int = 0
    """Version whose validators are stored."""
    seen: int = 0
    lies: list[datetime] = field(default_factory=list)
    full: int = 0

    def run(self, hours: int) -> None:
        """Poll for so long."""
        for half in range(2 * hours):
            self._poll(NOW + half * HOUR / 2, version=half // 4)

    def _poll(self, now: datetime, version: int) -> None:
        stored, given = self._validators(self.held), self._validators(version)
        sent = conditions(stored, self.trust, now, expected_items=version - self.seen)
        if sent.headers and self.says_unchanged(self.held, version):
            verdict = after_not_modified(self.trust, sent, now)
        else:
            times = [NOW + 2 * HOUR * n - self.backdated if self.dated else None for n in range(self.seen, version)]
            verdict = after_document(self.trust, sent, now, stored=stored, given=given, published=times)
            self.seen, self.full = version, self.full + 1
            self.held = self.held if verdict.keep_stored else version
        self.trust = verdict.trust
        self.lies += [now] * bool(verdict.lying)

    @staticmethod
    def _validators(version: int) -> Validators:
        return Validators(f'"{version}"', None)


def test_a_server_that_always_says_unchanged_is_found_out_within_a_day() -> None:
    """A frozen feed is known for one after the next poll that follows its first canary, and is read in full then."""
    site = Site(says_unchanged=lambda *_: True)
    site.run(48)
    assert site.lies
    assert site.lies[0] - NOW <= timedelta(hours=24)
    assert site.seen == 95 // 4


@pytest.mark.parametrize(("backdated", "dated"), [(timedelta(0), True), (timedelta(days=2), True), (HOUR, False)])
def test_an_honest_server_is_never_distrusted(backdated: timedelta, *, dated: bool) -> None:
    """Items that enter a feed long after they are dated, or without a date, cost a trial at most and no trust."""
    site = Site(says_unchanged=lambda held, version: held == version, backdated=backdated, dated=dated)
    site.run(24 * 20)
    assert not site.lies
    assert site.seen == (24 * 20 * 2 - 1) // 4
    changes = 24 * 20 // 2
    assert site.full <= changes + 2 * 20 * 2


def test_a_canary_that_finds_overdue_items_puts_the_old_validators_on_trial() -> None:
    """They are kept and sent once more: 304 convicts them, a document clears them."""
    trust = Trust(NOW - 20 * HOUR, 5, unchanged_at=NOW - HOUR)
    sent = conditions(STORED, trust, NOW, expected_items=0)
    overdue = [NOW - 2 * HOUR]
    verdict = after_document(trust, sent, NOW, stored=STORED, given=OTHER, published=overdue)
    assert verdict.keep_stored
    assert not verdict.lying
    trial = conditions(STORED, verdict.trust, NOW + HOUR, expected_items=9)
    assert trial.headers == BOTH
    assert after_not_modified(verdict.trust, trial, NOW + HOUR).lying == ("etag", "last_modified")
    cleared = after_document(verdict.trust, trial, NOW + HOUR, stored=STORED, given=OTHER, published=[])
    assert cleared.trust == Trust(unconditional_at=NOW)
    assert not cleared.keep_stored


def test_a_canary_that_finds_fresh_items_suspects_nobody() -> None:
    """Items from after the last answer 304, or within a quarter of an hour of it, are what an honest server has."""
    trust = Trust(NOW - 20 * HOUR, 5, unchanged_at=NOW - HOUR)
    for when in (NOW, NOW - HOUR, NOW - 1.2 * HOUR):
        verdict = after_document(trust, Conditions({}, canary=True), NOW, stored=STORED, given=OTHER, published=[when])
        assert not verdict.keep_stored
        assert not verdict.lying
