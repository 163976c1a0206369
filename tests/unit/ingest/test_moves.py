"""When a feed gets another address."""

from datetime import timedelta

import pytest

from services.ingest.moves import Move, after_poll, disputed, permanent_target
from services.kit.http.answer import Redirect
from tests.fakes.feeds import NOW

OLD = "https://old.example/feed"
NEW = "https://new.example/feed"
OTHER = "https://other.example/feed"


@pytest.mark.parametrize(
    ("hops", "expected"),
    [
        ([], None),
        ([(301, NEW)], NEW),
        ([(308, NEW)], NEW),
        ([(301, OTHER), (308, NEW)], NEW),
        ([(301, NEW), (302, OTHER)], NEW),
        ([(301, NEW), (303, OTHER), (301, OLD)], NEW),
        ([(302, NEW)], None),
        ([(303, NEW)], None),
        ([(307, NEW)], None),
        ([(302, OTHER), (301, NEW)], None),
        ([(300, NEW)], None),
        ([(301, "http://old.example/feed")], None),
        ([(301, NEW), (301, "http://new.example/feed")], NEW),
        ([(301, "https://OLD.example:443/feed")], None),
        ([(301, NEW), (301, OLD)], None),
    ],
)
def test_only_the_permanent_beginning_of_a_chain_counts(hops: list[tuple[int, str]], expected: str | None) -> None:
    """The target is where 301 and 308 lead before the first other hop, never from https to http, never to itself."""
    assert permanent_target([Redirect(status, url) for status, url in hops], OLD) == expected


def test_http_to_https_is_a_move_like_any_other() -> None:
    """A change of scheme is a target, and is adopted no sooner than another one."""
    target = permanent_target([Redirect(301, OLD)], "http://old.example/feed")
    assert target == OLD
    assert after_poll(None, target, now=NOW, overlap=True, parsed=True) == (Move(OLD, NOW, 1, overlapped=True), False)


def watched(*polls: tuple[float, str | None, bool | None, bool]) -> tuple[Move | None, list[bool]]:
    """Watch polls, each given by hour, target, overlap and whether it was a feed; returns the end, and adoptions."""
    move: Move | None = None
    adoptions = []
    for hour, target, overlap, parsed in polls:
        move, adopted = after_poll(move, target, now=NOW + timedelta(hours=hour), overlap=overlap, parsed=parsed)
        adoptions.append(adopted)
    return move, adoptions


def test_a_redirect_that_holds_is_adopted_once() -> None:
    """After a day and three polls at the same target, with the feed's own items, the target is adopted."""
    move, adoptions = watched((0, NEW, True, True), (23, NEW, True, True), (24, NEW, True, True))
    assert adoptions == [False, False, True]
    assert move is None


@pytest.mark.parametrize("hours", [(0, 25), (0, 1, 2, 3, 4, 23.9)])
def test_neither_time_nor_polls_alone_are_enough(hours: tuple[float, ...]) -> None:
    """Two polls in more than a day do not adopt, nor do many polls in less."""
    move, adoptions = watched(*((hour, NEW, True, True) for hour in hours))
    assert not any(adoptions)
    assert move is not None


@pytest.mark.parametrize(
    "between",
    [(12, None, True, True), (12, OTHER, True, True), (12, NEW, None, False)],
    ids=["no redirect", "another target", "no feed there"],
)
def test_an_interruption_starts_over(between: tuple[float, str | None, bool | None, bool]) -> None:
    """A poll without the redirect, with another target, or without a feed there makes the day begin anew."""
    polls = [(0.0, NEW, True, True), (6.0, NEW, True, True), between, (24.0, NEW, True, True), (30.0, NEW, True, True)]
    move, adoptions = watched(*polls)
    assert not any(adoptions)
    assert move == Move(NEW, NOW + timedelta(hours=24), 2, overlapped=True)


def test_a_page_that_took_the_place_of_the_feed_is_never_adopted() -> None:
    """Items of a parked domain are known from its second poll on; the first one decides, and a person is asked."""
    first = (0.0, NEW, False, True)
    move, adoptions = watched(first, *((hour, NEW, True, True) for hour in range(1, 100)))
    assert not any(adoptions)
    assert move is not None
    assert disputed(move, NOW + timedelta(hours=99))
    assert not disputed(Move(NEW, NOW, 1, overlapped=False), NOW)


def test_polls_without_changes_count_as_seen() -> None:
    """Answers 304 hold the move and leave the overlap to the first document."""
    move, adoptions = watched((0, NEW, None, True), (10, NEW, None, True), (25, NEW, None, True))
    assert not any(adoptions)
    assert move == Move(NEW, NOW, 3, None)
    assert after_poll(move, NEW, now=NOW + timedelta(hours=26), overlap=True, parsed=True) == (None, True)
    _, adoptions = watched((0, NEW, True, True), (10, NEW, None, True), (25, NEW, None, True))
    assert adoptions[-1]
