"""Language: which one, and how sure."""

import socket
from typing import Never

import pytest

from services.extract import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The old bridge over the harbour was opened to traffic on Friday evening.", "en"),
        ("Der Stadtrat hat am Dienstagabend beschlossen, den Radweg zu verlängern.", "de"),
        ("شهرداری گفت که کتابخانه‌های شهر از ماه آینده تا ساعت ده شب باز می‌مانند.", "fa"),
        ("港の橋は九か月ぶりに再び開通したと市役所が金曜日に発表した。", "ja"),
    ],
)
def test_languages_are_told(text: str, code: str) -> None:
    """A sentence is enough to tell its language."""
    found = language.detect(text)
    assert found is not None
    assert found.code == code
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize("text", ["", "OK", "12 345 678", "\n\n"])
def test_too_little_says_nothing(text: str) -> None:
    """A few letters are no evidence."""
    assert language.detect(text) is None


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is in the wheel: detection opens no connection."""

    def refuse(*_arguments: object, **_options: object) -> Never:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    language.warm()
    assert language.detect("The old bridge over the harbour was opened to traffic.") is not None
