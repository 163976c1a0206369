"""What an answer says about itself, however badly it says it."""

import pickle
from datetime import UTC, datetime

import pytest

from services.kit.http import Fetched

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def answer(status: int = 200, **headers: str) -> Fetched:
    """Return an answer; underscores in header names stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched("http://a/", "http://a/", status, named, b"", (), 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("999999999", 86_400.0),
        ("9" * 5000, 86_400.0),
        ("-5", None),
        ("1.5", None),
        ("abc", None),
        ("", None),
        ("\u0665", None),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 13:01:00 +0100", 60.0),
        ("Sunday, 22-Nov-26 12:01:00 GMT", 60.0),
        ("Sun Nov 22 12:01:00 2026", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 22 Nov 9999 11:00:00 GMT", 86_400.0),
        ("Sun, 99 Nov 2026 11:00:00 GMT", None),
        ("Sun, 22 Nov 2026 11:00:00 +9999", None),
    ],
)
def test_retry_after(value: str, expected: float | None) -> None:
    """Both forms of Retry-After are read, within a day; what is unclear says nothing."""
    assert answer(429, retry_after=value).retry_after_s(NOW) == expected


def test_no_retry_after() -> None:
    """Without the header the server asks for nothing."""
    assert answer(429).retry_after_s(NOW) is None


@pytest.mark.parametrize(
    ("value", "kind", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML ; Charset=UTF-8", "text/html", "utf-8"),
        ("text/html; charset='windows-1251'", "text/html", "windows-1251"),
        ('text/html; x=y;charset = "iso-8859-1"', "text/html", "iso-8859-1"),
        ("text/html, text/html; charset=utf-8", "text/html", "utf-8"),
        ("text/html; charset=", "text/html", None),
        ("", None, None),
        (";charset=utf-8", None, "utf-8"),
        ("x" * 1000, None, None),
    ],
)
def test_content_type(value: str, kind: str | None, charset: str | None) -> None:
    """Media type and character set come bare and in lower case."""
    assert (answer(content_type=value).content_type, answer(content_type=value).charset) == (kind, charset)


def test_validators() -> None:
    """Validators come as they are, if they are of a reasonable length."""
    given = answer(304, etag='W/"1"', last_modified="Sun, 22 Nov 2026 11:00:00 GMT")
    assert (given.not_modified, given.etag, given.last_modified) == (True, 'W/"1"', "Sun, 22 Nov 2026 11:00:00 GMT")
    assert answer(etag="e" * 512).etag == "e" * 512
    assert answer(etag="e" * 513, last_modified="l" * 513).etag is None
    assert answer(last_modified="l" * 513).last_modified is None
    assert (answer().etag, answer().last_modified, answer().not_modified) == (None, None, False)


def test_answers_travel() -> None:
    """An answer can be sent to a worker process."""
    given = answer(etag="1")
    assert pickle.loads(pickle.dumps(given)) == given
