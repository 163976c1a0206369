"""Logging: one JSON object a line, always with event, service and trace id, never with a secret."""

import io
import json
import logging
import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest

from services.kit import log
from services.kit.events import Event, Level, ServiceStarted, catalogue


@dataclass(frozen=True, kw_only=True)
class Said(Event):
    """Something was said."""

    action: ClassVar[str] = "test.said"
    text: str
    count: int | None = None


def lines(*events: Event, trace: str | None = None, level: Level = "info") -> list[dict[str, object]]:
    """Log events and return the lines that came out."""
    out = io.StringIO()
    with log.configured("test", level, out):
        for event in events:
            if trace:
                with log.unit(trace):
                    log.emit(event)
            else:
                log.emit(event)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_event_service_and_trace() -> None:
    """Every line says what happened, where, and in which unit of work."""
    (line,) = lines(Said(text="x"), trace="t" * 32)
    assert line["event.action"] == "test.said"
    assert line["service.name"] == "test"
    assert line["trace.id"] == "t" * 32
    assert line["message"] == "Something was said."
    assert str(line["@timestamp"]).endswith("Z")
    assert "count" not in line


def test_lines_outside_a_unit_carry_the_trace_of_the_run() -> None:
    """A line of the service itself has a trace id too: one for the whole run."""
    first, second = lines(Said(text="x"), Said(text="y"))
    assert first["trace.id"] == second["trace.id"]
    assert len(str(first["trace.id"])) == 32


@pytest.mark.parametrize("text", ['{"log.level":"error"}\n{"x":1}', "\x1b[31m", "\N{RIGHT-TO-LEFT OVERRIDE}", "\udcff"])
def test_hostile_text_stays_one_line_and_one_value(text: str) -> None:
    """What looks like a log line, a colour code or half a character stays inside its value."""
    (line,) = lines(Said(text=text))
    assert line["log.level"] == "info"
    assert "x" not in line


@pytest.mark.parametrize(
    "text",
    ["https://user:canary@host/x", "https://host/?api_key=canary&a=1", "access_token=canary", "my_password=canary"],
)
def test_secrets_are_masked(text: str) -> None:
    """User info and values named like secrets do not reach the log."""
    (line,) = lines(Said(text=f"asked {text} twice"))
    assert "canary" not in str(line)


def test_long_values_are_cut() -> None:
    """A value of any length gives a line of bounded length."""
    (line,) = lines(Said(text="x" * 1_000_000))
    assert len(json.dumps(line)) < log.LINE_MAX_BYTES


def test_a_structure_that_is_too_long_is_cut_and_stays_json() -> None:
    """Also a large structure gives one bounded line."""
    (line,) = lines(ServiceStarted(settings={f"name{n}": "x" * 400 for n in range(200)}))
    assert len(json.dumps(line)) < log.LINE_MAX_BYTES


def test_what_libraries_log_has_the_same_form() -> None:
    """A library's warning is an event of ours; what is below a warning is not logged."""
    out = io.StringIO()
    with log.configured("test", "info", out):
        logging.getLogger("some.library").warning("odd %s", "thing")
        logging.getLogger("some.library").info("chatter")
    (line,) = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (line["event.action"], line["logger"], line["text"]) == ("library.warned", "some.library", "odd thing")


def test_a_blocked_output_blocks_nobody() -> None:
    """When nobody reads the output, logging goes on, and afterwards the log says how much was dropped."""
    gate = threading.Event()

    class Blocked(io.StringIO):
        def write(self, text: str) -> int:
            gate.wait(10)
            return super().write(text)

    out = Blocked()
    with log.configured("test", "info", out):
        for n in range(log.QUEUE_LINES + 500):
            log.emit(Said(text=str(n)))
        gate.set()
        while out.getvalue().count("\n") < log.QUEUE_LINES // 2:
            threading.Event().wait(0.01)
        log.emit(Said(text="after"))
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    dropped = [line["dropped_count"] for line in found if line["event.action"] == "log.dropped"]
    assert dropped
    assert int(str(dropped[0])) >= 400


def test_every_event_has_a_name_of_its_own_and_a_sentence() -> None:
    """Names in the catalogue are unique, `noun.verb`, and each has a message."""
    names = [kind.action for kind in catalogue()]
    assert len(names) == len(set(names))
    assert all("." in name and name == name.lower() for name in names)
    assert all(kind.message().endswith(".") for kind in catalogue())
