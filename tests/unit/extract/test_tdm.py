"""TDM: reservations of text and data mining, wherever they are said."""

import json

import pytest

from services.extract import tdm
from services.extract.tdm import Stated

URL = "https://outlet.example/.well-known/tdmrep.json"
POLICY = "https://outlet.example/policy.json"


def file(*rows: object) -> tuple[tdm.Rule, ...]:
    """Return the rules of a tdmrep.json with these rows."""
    return tdm.rules_of(json.dumps(list(rows)).encode(), url=URL)


def row(location: str, reservation: object = 1, **more: object) -> dict[str, object]:
    """Return a row of the file."""
    return {"location": location, "tdm-reservation": reservation, **more}


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/", "/a", True),
        ("/a/", "/a/b", True),
        ("/a/", "/a", False),
        ("/A", "/a", False),
        ("/a*.jpg", "/a/b/c.jpg?x=1", True),
        ("/a*.jpg$", "/a/b.jpg", True),
        ("/a*.jpg$", "/a/b.jpg?x=1", False),
        ("/a*b$", "/ab", True),
        ("/ab*b$", "/ab", False),
        ("/a*/then", "/a/x/y/then/z", True),
        ("*/b", "/a/b", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/a**b", "/axb", True),
        ("/*", "/", True),
    ],
)
def test_patterns_match_as_in_robots_txt(pattern: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a column
    """A pattern is a beginning; a star is anything, and a dollar at the end is the end."""
    assert tdm.matches(pattern, path) is expected


def test_the_first_rule_that_matches_counts() -> None:
    """The order of the file is the order of the rules; a path that none matches is not spoken of."""
    rules = file(row("/free/", 0), row("/", 1, **{"tdm-policy": "/policy.json"}))
    assert tdm.for_path(rules, "/free/a") == Stated(reservation=False)
    assert tdm.for_path(rules, "/a") == Stated(reservation=True, policy=POLICY)
    assert tdm.for_path(file(row("/b/")), "/a") == Stated()


def test_escapes_are_written_as_in_requests() -> None:
    """A pattern matches however it spells a letter or a blank."""
    rules = file(row("/caf\u00e9 au lait/"))
    assert tdm.for_path(rules, "/caf%C3%A9%20au%20lait/1").reservation
    assert tdm.for_path(file(row("/%61/")), "/a/").reservation


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>not found</html>",
        b"null",
        b"17",
        b'"text"',
        b"[" * 100_000,
        b'[{"location": "/", "tdm-reservation": ' + b"9" * 10_000 + b"}]",
        b'[{"location": "/", "tdm-reservation": {}}, {"location": 3, "tdm-reservation": 1}, [], null]',
        b'[{"location": "", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 2}, {"tdm-reservation": 1}]',
        b'[{"location": "/' + b"a" * 100_000 + b'", "tdm-reservation": 1}]',
        b'[{"location": "/\\u0000", "tdm-reservation": 1}]',
        b'{"a":' * 50_000,
    ],
)
def test_a_file_that_makes_no_sense_says_nothing(body: bytes) -> None:
    """Rows that are no rules are left out, and a document that is none has no rows."""
    assert tdm.rules_of(body, url=URL) == ()


def test_a_long_file_is_cut() -> None:
    """No site makes us keep more than a thousand rules."""
    assert len(file(*(row(f"/{number}") for number in range(5000)))) == 1000


def test_a_policy_is_an_address_or_nothing() -> None:
    """A relative address is made absolute; scripts and essays are dropped, and the reservation stays."""
    for said, kept in (("/policy.json", POLICY), ("javascript:alert(1)", None), ("x" * 1000, None), (7, None)):
        (rule,) = file(row("/", 1, **{"tdm-policy": said}))
        assert rule.stated == Stated(reservation=True, policy=kept)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), (" 0 ", False), ("0, 1", True), ("2", None), ("yes", None), ("", None), (None, None)],
)
def test_a_value_is_zero_or_one(value: str | None, expected: bool | None) -> None:  # noqa: FBT001 - a column
    """What is neither says nothing; who says both reserves."""
    assert tdm.from_values(value, None, base=URL).reservation is expected


def test_headers_speak_by_two_names() -> None:
    """The protocol's headers and the directives for robots are read from one answer."""
    headers = {"tdm-reservation": "0", "tdm-policy": "/policy.json", "x-robots-tag": "noindex, noai"}
    assert tdm.from_headers(headers, url=URL) == (Stated(reservation=False, policy=POLICY), Stated(reservation=True))
    assert tdm.from_headers({}, url=URL) == (Stated(), Stated())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("noai", True),
        ("NOAI, noimageai", True),
        ("dateline: noai", True),
        ("otherbot: noai", None),
        ("noimageai", None),
        ("max-snippet:20, noarchive", None),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noai", True),
    ],
)
def test_noai_is_a_reservation(value: str, expected: bool | None) -> None:  # noqa: FBT001 - a column
    """It counts when it is for everybody or for us; a word about images alone is none about text."""
    assert tdm.from_robots([value]).reservation is expected


def test_the_first_place_that_speaks_is_believed() -> None:
    """A place that says nothing leaves the word, and the policy, to the next."""
    free, reserved = Stated(reservation=False), Stated(reservation=True, policy=POLICY)
    assert tdm.settled([Stated(), free, reserved]) == free
    assert tdm.settled([Stated(policy=POLICY), reserved]) == reserved
    assert tdm.settled([]) == Stated()
