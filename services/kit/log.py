"""Logging: one JSON object a line on standard output, each with event name, service and trace id.

`emit` writes an `Event`; `unit` says which unit of work the lines within belong to. Lines go through a bounded queue to
a thread, so that a blocked output never blocks the event loop: what does not fit is dropped and counted.
"""

import logging
import queue
import re
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final, TextIO

import structlog
from prometheus_client import Counter

from services.kit.events import Event, Level, LibraryWarned, LogDropped

TRACE: Final = "trace.id"
VALUE_MAX_CHARS: Final = 500
LONG_FIELDS: Final = {"traceback": 4000}
LINE_MAX_BYTES: Final = 8192
QUEUE_LINES: Final = 10_000
REPEAT_S: Final = 10.0
"""A library that says the same again and again is heard once in this time."""
JSON: Final = structlog.processors.JSONRenderer(ensure_ascii=False)
_USERINFO = re.compile(r"(://)[^/\s@]+@")
_SECRET = re.compile(r"(?i)\b((?:[\w-]*(?:password|token|secret|signature|apikey|api_key))=)[^&\s]+")
_EVENTS = Counter("dateline_events", "Log events by name.", ["action"])


def new_trace_id() -> str:
    """Return a random trace id: 32 hex digits."""
    return secrets.token_hex(16)


def emit(event: Event) -> None:
    """Write one event to the log and count it for `/metrics`."""
    _EVENTS.labels(event.action).inc()
    logger = structlog.get_logger()
    fields = {"message": event.message(), "event.outcome": event.outcome, **event.payload()}
    if event.terminal:
        fields["terminal"] = True
    getattr(logger, event.level)(event.action, **fields)


@contextmanager
def unit(trace_id: str) -> Iterator[None]:
    """All lines within belong to the unit of work with this trace id."""
    with structlog.contextvars.bound_contextvars(**{TRACE: trace_id}):
        yield


@contextmanager
def configured(service: str, level: Level, out: TextIO | None = None) -> Iterator[None]:
    """Set logging up for a process, and flush what is queued at the end."""
    out = out or sys.stdout
    writer = _Writer(out)
    pretty = out.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _cleaned,
            *([structlog.dev.ConsoleRenderer()] if pretty else [_Shape(service), JSON]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=writer.logger,
        cache_logger_on_first_use=False,
    )
    handler = _LibraryHandler(logging.WARNING)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    writer.start()
    try:
        with structlog.contextvars.bound_contextvars(**{TRACE: new_trace_id()}):
            yield
    finally:
        logging.getLogger().removeHandler(handler)
        writer.close()
        structlog.reset_defaults()


def quiet() -> None:
    """For commands of people: only our errors are shown, on standard error, and nothing that libraries log."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("error"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger().addHandler(logging.NullHandler())


class _Shape:
    """Brings a line into its final form: names, order, lengths, nothing secret."""

    def __init__(self, service: str) -> None:
        self._static = {
            "service.name": service,
            "service.version": version("dateline"),
            "host.name": socket.gethostname(),
        }

    def __call__(self, _logger: object, _method: str, line: MutableMapping[str, object]) -> dict[str, object]:
        shaped: dict[str, object] = {
            "@timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "log.level": line.pop("level"),
            "event.action": line.pop("event"),
            TRACE: line.pop(TRACE, ""),
            **self._static,
        }
        shaped.update(line)
        if len(repr(shaped)) > LINE_MAX_BYTES:
            shaped = {name: str(value)[:200] for name, value in shaped.items()}
        return shaped


def _cleaned(_logger: object, _method: str, line: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Mask secrets and bound lengths, whoever reads the line."""
    for name, value in line.items():
        line[name] = _clean(name, value)
    return line


def _clean(name: str, value: object) -> object:
    if isinstance(value, str):
        masked = _SECRET.sub(r"\1***", _USERINFO.sub(r"\1***@", value))
        return masked.encode("utf-8", "replace").decode("utf-8")[: LONG_FIELDS.get(name, VALUE_MAX_CHARS)]
    if isinstance(value, dict):
        return {key: _clean(key, inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(name, inner) for inner in value]
    return value


class _Writer:
    """A bounded queue of lines and the thread that writes them."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lines: queue.Queue[str | None] = queue.Queue(QUEUE_LINES)
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def logger(self, *_args: object) -> "_QueueLogger":
        return _QueueLogger(self)

    def put(self, line: str) -> None:
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._dropped += 1
            return
        if self._dropped and self._lines.qsize() < QUEUE_LINES // 2:
            dropped, self._dropped = self._dropped, 0
            emit(LogDropped(dropped_count=dropped))

    def close(self) -> None:
        """Give the thread a moment to write what is queued; a blocked output does not keep the process alive."""
        try:
            self._lines.put(None, timeout=1)
        except queue.Full:
            return
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._out.write(line + "\n")
                if self._lines.empty():
                    self._out.flush()
            except (OSError, ValueError):
                return  # the output is closed: there is nobody left to tell


class _QueueLogger:
    """What structlog hands its finished lines to."""

    def __init__(self, writer: _Writer) -> None:
        self._write = writer.put

    def msg(self, line: str) -> None:
        self._write(line)

    debug = info = warning = error = critical = msg


class _LibraryHandler(logging.Handler):
    """Turns what libraries log into events of ours, so that every line has the same form; repeats are counted."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        key = (record.name, str(record.msg)[:VALUE_MAX_CHARS])
        said_at, suppressed = self._said.get(key, (-REPEAT_S, 0))
        if now - said_at < REPEAT_S:
            self._said[key] = (said_at, suppressed + 1)
            return
        if len(self._said) > QUEUE_LINES:
            self._said.clear()
        self._said[key] = (now, 0)
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = str(record.msg)  # a library's slip in a format must not become our error
        emit(LibraryWarned(logger=record.name, text=text, suppressed_count=suppressed or None))
