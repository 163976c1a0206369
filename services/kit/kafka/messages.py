"""What goes over a topic: bytes with headers, and where they stood.

Headers follow CloudEvents 1.0 (Kafka binary mode) and W3C Trace Context, so that any reader can route and trace records
without reading the value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple, TypeVar

from pydantic import ValidationError

from schemas.topics import Topic
from schemas.v1 import SCHEMA_VERSION, Record
from services.kit.errors import Undecodable, UnitFailed

R = TypeVar("R", bound=Record)
Headers = tuple[tuple[str, bytes], ...]

TRACEPARENT: Final = "traceparent"
HEADROOM_BYTES: Final = 64 * 1024
"""Room for key and headers beside the largest value, so that the failure of a large record can be sent."""
EVENT_ID: Final = "ce_id"
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Partition(NamedTuple):
    """One partition of a topic."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.number}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to send. Records of equal key keep their order."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A record with its receipt: where it stood, which is what gets committed."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp_ms: int = 0
    named: Mapping[str, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", dict(self.headers))

    def header(self, name: str) -> str | None:
        """Return the text of a header; the last one counts where it is repeated."""
        value = self.named.get(name)
        return None if value is None else value.decode("utf-8", "replace")

    @property
    def trace_id(self) -> str:
        """The trace that the record belongs to; its position stands in where the sender gave none."""
        wellformed = _TRACEPARENT.fullmatch(self.header(TRACEPARENT) or "")
        return wellformed["trace"] if wellformed else f"{self.partition}-{self.offset}"


def refuse_oversize(message: Outgoing, max_bytes: int) -> None:
    """Refuse a record whose value is too large.

    Raises:
        UnitFailed: `record.too_large`.

    """
    size = len(message.value or b"")
    if size > max_bytes:
        raise UnitFailed("record.too_large", f"{size} bytes, the most is {max_bytes}")


def outgoing(
    topic: Topic,
    prefix: str,
    *,
    key: str,
    record: Record,
    event_id: str,
    source: str,
    trace_id: str,
    now: datetime,
) -> Outgoing:
    """Wrap a record for its topic. `event_id` is the same for a repeat of the same event, so that readers can tell."""
    headers = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        EVENT_ID: event_id,
        "ce_source": f"dateline/{source}",
        "ce_type": topic.event_type,
        "ce_time": now.isoformat().replace("+00:00", "Z"),
        "ce_subject": key,
        "ce_dataschema": f"urn:dateline:{topic.suffix}:{SCHEMA_VERSION}",
        "ce_partitionkey": key,
        TRACEPARENT: f"00-{trace_id}-{sha256(event_id.encode()).hexdigest()[:16]}-01",
    }
    return Outgoing(
        topic=topic.name(prefix),
        key=key.encode(),
        value=record.model_dump_json().encode(),
        headers=tuple((name, text.encode()) for name, text in headers.items()),
    )


def decode(received: Received, model: type[R]) -> R:
    """Read the value of a record.

    Raises:
        Undecodable: it is empty, no JSON, no such record, or of a major version that this code does not know.

    """
    if not received.value:
        raise Undecodable("record.empty", "the record has no value")
    try:
        record = model.model_validate_json(received.value)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"]) or "value"
        raise Undecodable("record.invalid", f"{where}: {problem['msg']}"[:200]) from None
    major = str(getattr(record, "schema_version", SCHEMA_VERSION)).partition(".")[0]
    if major != SCHEMA_VERSION.partition(".")[0]:
        raise Undecodable("record.unknown_version", f"schema_version {major}.x; this code reads {SCHEMA_VERSION}")
    return record
