"""When a feed has moved for good. Pure.

A permanent redirect is believed after it has held for a while and shows the same items. Until then, and for all other
redirects, the old address is asked and the redirect followed, so that nothing is lost by waiting. A change of scheme
or of `www` follows the same rule: a certificate that works today may not work tomorrow, and waiting costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from services.kit.errors import FetchRefused
from services.kit.http.answer import Redirect
from services.kit.urls import parse

HELD_LEAST: Final = timedelta(hours=24)
POLLS_LEAST: Final = 3
PERMANENT: Final = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect that is being watched."""

    target: str
    since: datetime
    polls: int
    """Polls that ended at the target and got a feed or 304 there."""
    overlapped: bool | None
    """Whether the first document there had items of the feed; None before there was one to compare."""


def permanent_target(redirects: Sequence[Redirect], url: str) -> str | None:
    """Return where `url` has moved: as far as the redirects are permanent from the start on; None for nowhere.

    A step from https to http ends it: it may be followed, but never be made the address of a feed.
    """
    at = url
    for hop in redirects:
        if hop.status not in PERMANENT or _gives_up_tls(at, hop.url):
            break
        at = hop.url
    return None if _same(at, url) else at


def after_poll(
    move: Move | None, target: str | None, *, now: datetime, overlap: bool | None, parsed: bool
) -> tuple[Move | None, bool]:
    """Return what to watch from now on, and whether to adopt the target as the feed's address now.

    `target` is that of this poll. `parsed` tells whether its answer was a feed or 304; with anything else, or with
    another target, the watch starts over. `overlap` tells whether the document lists items known before this poll;
    None where that cannot be told: 304, an empty document, a feed of which nothing was known.

    The first document decides: from the second one on, the items of any page that took the feed's place are known.
    """
    if target is None or not parsed:
        return None, False
    if move is None or move.target != target:
        return Move(target, now, 1, overlap), False
    seen = replace(move, polls=move.polls + 1, overlapped=overlap if move.overlapped is None else move.overlapped)
    if _held(seen, now) and seen.overlapped:
        return None, True
    return seen, False


def disputed(move: Move, now: datetime) -> bool:
    """Tell of a redirect that has held for long enough, and whose items are not those of the feed: for a person."""
    return _held(move, now) and move.overlapped is False


def _held(move: Move, now: datetime) -> bool:
    return move.polls >= POLLS_LEAST and now - move.since >= HELD_LEAST


def _gives_up_tls(before: str, after: str) -> bool:
    return before.lower().startswith("https:") and not after.lower().startswith("https:")


def _same(one: str, other: str) -> bool:
    try:
        return parse(one) == parse(other)
    except FetchRefused:
        return one == other
