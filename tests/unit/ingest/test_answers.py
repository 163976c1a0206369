"""What an answer to a poll means before it is parsed."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from services.ingest.answers import blocked, refusal, validators
from services.kit.http.answer import Fetched
from tests.fakes.feeds import NOW

CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


def answer(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Fetched:
    """Return an answer; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched("https://w.example/f", "https://w.example/f", status, named, body, (), 5)


@pytest.mark.parametrize(
    ("fetched", "code"),
    [
        (answer(200), None),
        (answer(304, b"a body all the same"), None),
        (answer(401), "fetch.unauthorised"),
        (answer(403), "fetch.forbidden"),
        (answer(404), "fetch.not_found"),
        (answer(410), "fetch.gone"),
        (answer(418), "fetch.status"),
        (answer(429), "fetch.rate_limited"),
        (answer(451), "fetch.legal"),
        (answer(500), "fetch.server_error"),
        (answer(599), "fetch.server_error"),
        (answer(999), "fetch.server_error"),
        (answer(300), "fetch.status"),
        (answer(200, CHALLENGE), "fetch.blocked"),
        (answer(403, CHALLENGE), "fetch.blocked"),
        (answer(403, b"", cf_mitigated="challenge"), "fetch.blocked"),
    ],
)
def test_each_status_has_a_code(fetched: Fetched, code: str | None) -> None:
    """Case 13: every kind of refusal has its own code, and a bot challenge is one under any status."""
    problem = refusal(fetched, conditional=True)
    assert (problem.code if problem else None) == code


def test_a_feed_that_speaks_of_captchas_is_no_challenge() -> None:
    """The words of a challenge inside a feed do not make it one."""
    assert not blocked(answer(200, b"<rss><channel><title>Just a moment: g-recaptcha</title></channel></rss>"))
    quoted = b"<title>Access denied to journalists</title><description><![CDATA[<html>x</html>]]></description>"
    assert not blocked(answer(200, b"<?xml version='1.0'?>\n<!-- ours -->\n<rss><channel>" + quoted))
    assert blocked(answer(200, b"<html><head>" + quoted))


def test_validators_are_kept_only_if_they_can_do_no_harm() -> None:
    """Case 14: an entity tag of 10 kB and a date to come are dropped; what is sent back is verbatim."""
    past = format_datetime(NOW - timedelta(days=1), usegmt=True)
    future = format_datetime(NOW + timedelta(days=30), usegmt=True)
    assert validators(answer(etag='W/"a"', last_modified=past), NOW) == ('W/"a"', past)
    assert validators(answer(etag="x" * 10_000, last_modified=future), NOW) == (None, None)
    assert validators(answer(last_modified="some day"), NOW) == (None, None)


def test_304_to_a_request_without_conditions_is_a_fault() -> None:
    """A server that says 304 without being asked for a change has no answer for us."""
    problem = refusal(answer(304), conditional=False)
    assert problem is not None
    assert problem.code == "fetch.protocol"
