"""Failure records: the original untouched, the reason in headers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.kit.errors import DatelineError, FetchFailed, Rejected
from services.kit.kafka.delays import Delay, postponed
from services.kit.kafka.failures import MESSAGE_MAX_BYTES, failure, reason_only
from services.kit.kafka.messages import Headers, Outgoing, Partition, Received

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ORIGINAL: Headers = (("ce_id", b"1"), ("traceparent", b"00-x"), ("odd", b"\x00\xff"), ("odd", b"again"))


def received(**said: Any) -> Received:
    """Return a record that will fail."""
    fields: dict[str, Any] = {"key": b"k\xff", "value": b"\x00\xff{", "headers": ORIGINAL, "timestamp_ms": 1_234}
    return Received(Partition("news.entries", 3), 17, **{**fields, **said})


def failed(one: Received, error: DatelineError | None = None) -> Outgoing:
    """Return the failure record of a record."""
    return failure(
        one,
        error or Rejected("page.no_text", "nothing here"),
        topic="news.failures",
        stage="extract",
        group="dateline.extract",
        version="0.1.0",
        now=NOW,
    )


def reasons(message: Outgoing) -> dict[str, str]:
    """Return the headers that say what happened."""
    return {name: value.decode() for name, value in message.headers if name.startswith("dlq-")}


def test_key_value_and_headers_of_the_original_are_untouched() -> None:
    """What failed can be replayed byte for byte, repeated and odd headers included."""
    message = failed(received())
    assert (message.topic, message.key, message.value) == ("news.failures", b"k\xff", b"\x00\xff{")
    assert message.headers[: len(ORIGINAL)] == ORIGINAL


def test_a_record_without_key_or_value_stays_so() -> None:
    """Nothing is not an empty something."""
    message = failed(received(key=None, value=None, headers=()))
    assert (message.key, message.value) == (None, None)


def test_the_headers_say_where_when_and_why() -> None:
    """Each question that somebody has about a failure is answered by one header."""
    assert reasons(failed(received(), FetchFailed("fetch.dns", "no such host", retryable=True))) == {
        "dlq-original-topic": "news.entries",
        "dlq-original-partition": "3",
        "dlq-original-offset": "17",
        "dlq-original-timestamp": "1234",
        "dlq-consumer-group": "dateline.extract",
        "dlq-stage": "extract",
        "dlq-attempts": "1",
        "dlq-failed-at": "2026-03-05T12:00:00+00:00",
        "dlq-first-failed-at": "2026-03-05T12:00:00+00:00",
        "dlq-code": "fetch.dns",
        "dlq-retryable": "true",
        "dlq-message": "no such host",
        "dlq-service-version": "0.1.0",
    }


def test_a_record_that_waited_on_delay_topics_tells_where_it_stood_first() -> None:
    """Attempts are counted over all waits, and what the waits added to the headers is gone."""
    delay = Delay("news.retry.1m", timedelta(minutes=1))
    first = postponed(received(), delay, code="page.refused", now=NOW - timedelta(minutes=2))
    waited = Received(Partition(delay.topic, 0), 99, first.key, first.value, first.headers)
    message = failed(waited)
    told = reasons(message)
    assert (told["dlq-original-topic"], told["dlq-original-offset"]) == ("news.entries", "17")
    assert (told["dlq-attempts"], told["dlq-first-failed-at"]) == ("2", "2026-03-05T11:58:00+00:00")
    assert message.headers[: len(ORIGINAL)] == ORIGINAL
    assert len(message.headers) == len(ORIGINAL) + len(told)


def test_reasons_of_an_earlier_failure_are_replaced() -> None:
    """A record that was replayed and fails again tells of its last failure only, and its headers do not grow."""
    first = failed(received())
    again = received(headers=(*first.headers, ("dlq-note", b"by hand")))
    second = failed(again, Rejected("page.not_html", "a PDF"))
    assert reasons(second) == {**reasons(first), "dlq-code": "page.not_html", "dlq-message": "a PDF"}
    assert len(second.headers) == len(first.headers)


@pytest.mark.parametrize("text", ["x" * 100_000, "ü" * 100_000], ids=["ascii", "umlauts"])
def test_a_long_message_is_cut(text: str) -> None:
    """An error that quotes a whole page makes no record that is too large for the broker."""
    message = failed(received(), Rejected("page.no_text", text))
    value = dict(message.headers)["dlq-message"]
    assert len(value) <= MESSAGE_MAX_BYTES
    assert value.decode("utf-8", "ignore").strip("xü") == ""


def test_a_cut_message_is_still_utf_8() -> None:
    """Readers in stricter languages than ours can decode the header as well."""
    message = failed(received(), Rejected("page.no_text", "x" + "ü" * 1000))
    assert set(dict(message.headers)["dlq-message"].decode()) == {"x", "ü"}


def test_a_message_with_a_lone_surrogate_is_a_failure_record_all_the_same() -> None:
    """Text that cannot be encoded costs the message a character, not the stream its consumer."""
    message = failed(received(), Rejected("page.no_text", "bad \udc80 byte"))
    assert "bad" in reasons(message)["dlq-message"]


def test_a_failure_that_is_still_too_large_is_cut_down_to_its_reason() -> None:
    """Without its value and the sender's headers, a failure still says why, where from, and what was left out."""
    foreign = (("huge", b"x" * 100_000), ("traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"))
    original = Received(Partition("news.entries", 1), 5, b"k", b"v" * 10, foreign)
    message = failure(original, Rejected("x.y"), topic="f", stage="s", group="g", version="1", now=NOW)
    small = reason_only(message)
    said = dict(small.headers)
    assert (small.key, small.value) == (b"k", b"")
    assert "huge" not in said
    assert said["dlq-code"] == b"x.y"
    assert said["dlq-value-left-out"] == b"10"
    assert said["dlq-headers-left-out"] == b"1"
    assert said["traceparent"] == foreign[1][1]
