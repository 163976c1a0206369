"""Messages: headers that any reader can route and trace by, and values that are refused with a reason."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from schemas.topics import ARTICLES, ENTRIES, TAGGED
from schemas.v1 import Article, Entry
from services.kit.errors import Undecodable
from services.kit.kafka.messages import Headers, Partition, Received, decode, outgoing
from tests.fakes.articles import article, entry, trace

NOW = datetime(2026, 3, 5, 12, 0, 7, 250_000, tzinfo=UTC)
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def headers_of(event_id: str = "8f" * 16 + ".1", *, now: datetime = NOW) -> dict[str, str]:
    """Return the headers of an article's record."""
    sent = outgoing(
        ARTICLES,
        "news",
        key="a1",
        record=article(1),
        event_id=event_id,
        source="extract",
        trace_id=trace(7),
        now=now,
    )
    return {name: value.decode() for name, value in sent.headers}


def received(value: bytes | None = b"{}", headers: Headers = ()) -> Received:
    """Return a record as it comes from a broker."""
    return Received(Partition("news.entries", 2), 41, b"k", value, headers)


def said_of(value: bytes | None, model: type[Article | Entry] = Article) -> Undecodable:
    """Return the error that decoding this raises."""
    with pytest.raises(Undecodable) as raised:
        decode(received(value), model)
    return raised.value


def test_a_record_has_the_headers_that_cloudevents_asks_for() -> None:
    """Version, id, source, type, subject, schema and content type stand in the headers of every record."""
    headers = headers_of()
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_id"] == "8f" * 16 + ".1"
    assert headers["ce_source"] == "dateline/extract"
    assert headers["ce_type"] == "dateline.article.v1"
    assert headers["ce_subject"] == headers["ce_partitionkey"] == "a1"
    assert headers["ce_dataschema"] == "urn:dateline:articles:1.0"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("now", [NOW, NOW.replace(microsecond=0)], ids=["fraction", "whole"])
def test_the_time_is_rfc_3339(now: datetime) -> None:
    """The event's time can be read by any reader of RFC 3339, and means the same moment."""
    said = headers_of(now=now)["ce_time"]
    assert RFC3339.fullmatch(said)
    assert datetime.fromisoformat(said) == now


@pytest.mark.parametrize(
    "event_id",
    ["8f" * 16 + ".1", "8f" * 16 + ".12.tagged", "ab", "a1.1", "guid:Ümläut", "0" * 40],
    ids=["article", "tagged", "short", "dotted", "foreign", "zeros"],
)
def test_a_traceparent_is_well_formed_whatever_the_event_is_called(event_id: str) -> None:
    """Trace and span ids are lower-case hex and not all zero, as W3C Trace Context asks."""
    assert TRACEPARENT.fullmatch(headers_of(event_id)["traceparent"])


def test_a_repeat_of_an_event_has_equal_headers_but_for_the_time() -> None:
    """Readers can drop a repeat by its id, and a trace does not fork."""
    first, second = headers_of(), headers_of(now=NOW.replace(hour=13))
    assert {name for name in first if first[name] != second[name]} == {"ce_time"}


def test_key_topic_and_value_are_those_of_the_record() -> None:
    """What is sent can be decoded to an equal record by its receiver."""
    sent = outgoing(TAGGED, "eu", key="ä1", record=article(1), event_id="x", source="tag", trace_id=trace(1), now=NOW)
    assert (sent.topic, sent.key) == ("eu.tagged", "ä1".encode())
    assert decode(received(sent.value), Article) == article(1)


def test_the_trace_of_a_record_is_the_one_that_was_sent() -> None:
    """One id follows an article through all records."""
    sent = outgoing(
        ENTRIES,
        "news",
        key="k",
        record=entry("https://x.example/"),
        event_id="e",
        source="s",
        trace_id=trace(9),
        now=NOW,
    )
    assert received(sent.value, sent.headers).trace_id == trace(9)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"00-abc-0000000000000001-01",
        b"00-" + b"1" * 32,
        b"00-" + b"\x00" * 32 + b"-" + b"1" * 16 + b"-01",
        b"00-" + b"zz" * 16 + b"-" + b"1" * 16 + b"-01",
        b"00-" + b"0" * 32 + b"-" + b"1" * 16 + b"-01",
    ],
    ids=["empty", "nonsense", "no text", "short", "two parts", "NUL", "no hex", "all zero"],
)
def test_without_a_usable_traceparent_the_position_stands_in(value: bytes) -> None:
    """A record from anybody has a trace id that logs and databases can hold, and that finds the record again."""
    assert received(headers=(("traceparent", value),)).trace_id == "news.entries-2-41"


def test_without_any_traceparent_the_position_stands_in() -> None:
    """A producer that knows nothing of traces is welcome."""
    assert received().trace_id == "news.entries-2-41"


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ((), None),
        ((("h", b"a"),), "a"),
        ((("h", b"a"), ("h", b"b")), "b"),
        ((("h", b"\xff"),), "\N{REPLACEMENT CHARACTER}"),
    ],
    ids=["none", "one", "the last counts", "no UTF-8"],
)
def test_a_header_is_text_or_nothing(headers: Headers, text: str | None) -> None:
    """Reading a header never fails, whatever somebody put there."""
    assert received(headers=headers).header("h") == text


@pytest.mark.parametrize("value", [None, b""])
def test_a_record_without_value_is_empty(value: bytes | None) -> None:
    """A tombstone is no article."""
    assert said_of(value).code == "record.empty"


@pytest.mark.parametrize("value", [b"{not json", b"[]", b"null", b"\xff", b"{}", b'"text"', b"[" * 100_000], ids=str)
def test_a_value_that_is_no_such_record_is_invalid(value: bytes) -> None:
    """Whatever bytes come, they end as one short reason that counts for the brake."""
    error = said_of(value)
    assert error.code == "record.invalid"
    assert 0 < len(error.message) <= 200
    assert error.suspicious
    assert not error.retryable


def test_the_reason_names_the_field_and_not_its_value() -> None:
    """The log learns what is wrong, and nothing of what strangers wrote."""
    value = article(1).model_dump_json().replace('"revision":1', '"revision":"secret words"').encode()
    assert "revision" in said_of(value).message
    assert "secret" not in said_of(value).message


@pytest.mark.parametrize("version", ["2.0", "0.9", "11.0", "", "one"])
def test_an_unknown_major_version_is_refused(version: str) -> None:
    """Code that does not know a major version does not guess what its fields mean."""
    value = article(1, schema_version=version).model_dump_json().encode()
    assert said_of(value).code == "record.unknown_version"


def test_a_newer_minor_version_with_unknown_fields_is_read() -> None:
    """A newer producer breaks no reader."""
    value = article(1, schema_version="1.9").model_dump_json().replace("{", '{"mood":"calm",', 1).encode()
    assert decode(received(value), Article) == article(1, schema_version="1.9")


def names(sequence: Sequence[tuple[str, bytes]]) -> list[str]:
    """Return the names of headers."""
    return [name for name, _ in sequence]


def test_no_header_stands_twice() -> None:
    """Readers that take the first and readers that take the last see the same."""
    sent = outgoing(ARTICLES, "news", key="k", record=article(1), event_id="e", source="s", trace_id=trace(1), now=NOW)
    assert len(set(names(sent.headers))) == len(sent.headers)
