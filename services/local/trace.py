"""One article's way through topics and log files, with the time of each step."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from schemas.topics import TOPICS
from services.kit.kafka.messages import Received
from services.kit.kafka.scan import scan
from services.kit.settings import KafkaSettings
from services.local.show import inert

ID_FIELDS = ("trace_id", "article_id", "entry_id")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the article."""

    at: datetime
    where: str
    what: str


async def on_topics(environ: Mapping[str, str], wanted: str) -> tuple[list[Step], set[str]]:
    """Find the records of a trace, article or entry on all topics; returns them, and the traces that they belong to.

    Raises:
        DependencyDown: no broker answers.

    """
    settings = KafkaSettings.load(environ)
    traces = {one.trace_id async for one in scan(settings, TOPICS) if _is_about(one, wanted)}
    # a second reading: an entry does not know the article that it became, only its trace leads there
    steps = [_step(one) async for one in scan(settings, TOPICS) if one.trace_id in traces]
    return steps, traces


def in_logs(files: Iterable[Path], traces: set[str]) -> list[Step]:
    """Find the log lines of some traces."""
    return [step for file in files for step in _of_log(file, traces)]


def table(steps: Iterable[Step]) -> Table:
    """Return the steps in the order of their times, each with the time since the first."""
    shown = Table("at (UTC)", "after", "where", "what", box=None)
    ordered = sorted(steps, key=lambda step: step.at)
    for step in ordered:
        after = (step.at - ordered[0].at).total_seconds()
        shown.add_row(f"{step.at:%Y-%m-%d %H:%M:%S.%f}"[:-3], f"+{after:.3f} s", inert(step.where), inert(step.what))
    return shown


def _is_about(record: Received, wanted: str) -> bool:
    if record.trace_id == wanted or record.key == wanted.encode():
        return True
    if wanted.encode() not in (record.value or b""):
        return False  # parsing each record of each topic would take minutes
    try:
        value = json.loads(record.value or b"")
    except ValueError:
        return False
    return isinstance(value, dict) and any(value.get(name) == wanted for name in ID_FIELDS)


def _step(record: Received) -> Step:
    at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    said = {name: record.header(name) for name in ("ce_type", "ce_id", "dlq-code", "retry-code", "retry-not-before")}
    what = ", ".join(f"{name} {value}" for name, value in said.items() if value)
    return Step(at, f"{record.partition} @{record.offset}", f"record: {what}")


def _of_log(file: Path, traces: set[str]) -> Iterator[Step]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for text in lines:
            if not any(trace in text for trace in traces):
                continue
            try:
                line = json.loads(text)
            except ValueError:
                continue  # cut off by a kill
            if line.get("trace.id") in traces:
                at = datetime.fromisoformat(str(line["@timestamp"]))
                took = f" in {line['duration_ms']} ms" if "duration_ms" in line else ""
                yield Step(at, f"log of {line['service.name']}", f"{line['event.action']}{took}")
