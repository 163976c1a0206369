"""What a feed asks for, and how far it is believed."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from services.ingest.hints import Hints, _freshness, hints, sy_s
from tests.fakes.feeds import NOW


def http_date(after_s: float) -> str:
    """Return an HTTP-date so long after now."""
    return format_datetime(NOW + timedelta(seconds=after_s), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'Public, Max-Age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "250"}, 350),
        ({"cache-control": "max-age=600", "age": "9999"}, 0),
        ({"cache-control": "max-age=600", "age": "old"}, 600),
        ({"cache-control": "max-age=600, max-age=900"}, 600),
        ({"cache-control": "max-age=999999999999999999"}, 86_400),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age"}, 0),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "s-maxage=900, max-age=60"}, 60),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": 'no-cache="Set-Cookie, X", max-age=600'}, 600),
        ({"expires": http_date(900)}, 900),
        ({"expires": http_date(900), "date": http_date(600)}, 300),
        ({"expires": http_date(900), "date": "never"}, 900),
        ({"expires": http_date(-900)}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": "Thu, 99 Foo 99999 99:99:99 GMT"}, 0),
        ({"expires": http_date(400 * 86_400)}, 86_400),
        ({"expires": http_date(900), "cache-control": "max-age=60"}, 60),
        ({"expires": http_date(900), "cache-control": "public"}, 900),
    ],
)
def test_freshness_is_read_as_a_cache_would(headers: dict[str, str], expected_s: float | None) -> None:
    """Age counts, Cache-Control goes before Expires, nonsense is stale, and nothing is fresh for more than a day."""
    found = _freshness(headers, NOW)
    assert (found[0] if found else None) == expected_s


@pytest.mark.parametrize(
    ("period", "frequency", "expected_s"),
    [
        (None, None, None),
        ("hourly", None, 3_600),
        ("hourly", "4", 900),
        (" Daily ", "24", 3_600),
        (None, "2", 43_200),
        ("weekly", "1", 604_800),
        ("always", "1", None),
        ("hourly", "0", None),
        ("hourly", "-2", None),
        ("hourly", "٤", None),
    ],
)
def test_update_periods_become_intervals(period: str | None, frequency: str | None, expected_s: float | None) -> None:
    """Period and frequency give an interval, each with its default; nonsense gives none."""
    assert sy_s(period, frequency) == expected_s


@pytest.mark.parametrize(
    ("headers", "ttl_s", "given_sy_s", "expected"),
    [
        ({}, None, None, Hints(0, None, ())),
        ({"cache-control": "max-age=600"}, None, None, Hints(600, None, ("cache_control",))),
        ({"cache-control": "no-cache"}, None, None, Hints(0, None, ())),
        ({"cache-control": "max-age=80000"}, 300, None, Hints(3_600, 300, ("cache_control", "ttl"))),
        ({"expires": http_date(60)}, 3_600, 900, Hints(60, 900, ("expires", "sy"))),
        ({}, 86_400, None, Hints(0, 3_600, ("ttl",))),
        ({}, 0, 86_400, Hints(0, 3_600, ("sy",))),
    ],
)
def test_hints_count_for_an_hour_at_most(
    headers: dict[str, str], ttl_s: float | None, given_sy_s: float | None, expected: Hints
) -> None:
    """Freshness is a floor, ttl and sy: only a beginning; neither goes beyond an hour, and each has its reason."""
    assert hints(headers, NOW, ttl_s=ttl_s, sy_s=given_sy_s) == expected
