"""The typed catalogue of log events: one class is one kind of line.

An event's class names it (`action`), sets its level, says whether it ends a unit of work (`terminal`), and declares its
fields; the first line of its docstring is the message that people read. mypy refuses a misspelt event or field. Each
service adds its own in its `events` module; `docs/events.md` is generated from all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

Level = Literal["debug", "info", "warning", "error", "critical"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events."""

    action: ClassVar[str]
    level: ClassVar[Level] = "info"
    terminal: ClassVar[bool] = False
    outcome: ClassVar[Literal["success", "failure", "unknown"]] = "unknown"

    @classmethod
    def message(cls) -> str:
        """Return one sentence for people."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]

    def payload(self) -> dict[str, object]:
        """Return the fields that are set, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def catalogue() -> Iterator[type[Event]]:
    """Yield all kinds of events of the modules imported so far, in the order of their names."""

    def below(kind: type[Event]) -> Iterator[type[Event]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    return iter(sorted((kind for kind in below(Event) if "action" in vars(kind)), key=lambda kind: kind.action))


@dataclass(frozen=True, kw_only=True)
class ServiceStarted(Event):
    """The process has read its settings and starts."""

    action = "service.started"
    settings: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class ServiceReady(Event):
    """All dependencies answered; work begins."""

    action = "service.ready"
    ready_after_ms: int


@dataclass(frozen=True, kw_only=True)
class ServiceDraining(Event):
    """A stop was asked for: no new work, what is in flight is finished."""

    action = "service.draining"
    signal: str
    deadline_s: float


@dataclass(frozen=True, kw_only=True)
class ServiceStopped(Event):
    """The process ends."""

    action = "service.stopped"
    exit_code: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ServiceCrashed(Event):
    """Something that nobody foresaw ended the process; its supervisor starts it again."""

    action = "service.crashed"
    level = "critical"
    outcome = "failure"
    error_type: str
    error_message: str
    traceback: str


@dataclass(frozen=True, kw_only=True)
class DependencyLost(Event):
    """A database or broker does not answer; work waits in place and goes on when it does."""

    action = "dependency.lost"
    level = "warning"
    outcome = "failure"
    dependency: str
    error_message: str


@dataclass(frozen=True, kw_only=True)
class DependencyRestored(Event):
    """A database or broker answers again; work goes on."""

    action = "dependency.restored"
    dependency: str
    lost_for_s: float


@dataclass(frozen=True, kw_only=True)
class PartitionsAssigned(Event):
    """The group gave this consumer partitions."""

    action = "kafka.assigned"
    partitions: list[str]


@dataclass(frozen=True, kw_only=True)
class PartitionsRevoked(Event):
    """The group took partitions away from this consumer; finished work was committed first."""

    action = "kafka.revoked"
    partitions: list[str]
    abandoned: int


@dataclass(frozen=True, kw_only=True)
class RecordFailed(Event):
    """A record cannot be handled; it is on the failures topic with its reason and can be replayed."""

    action = "record.failed"
    level = "warning"
    terminal = True
    outcome = "failure"
    topic: str
    partition: int
    offset: int
    error_code: str
    error_message: str
    error_stage: str
    retryable: bool
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class RecordPostponed(Event):
    """A record met trouble that may pass; it waits on a delay topic and is tried again."""

    action = "record.postponed"
    outcome = "failure"
    topic: str
    partition: int
    offset: int
    error_code: str
    error_message: str
    attempt: int
    delay_topic: str
    wait_s: float


@dataclass(frozen=True, kw_only=True)
class BrakeEngaged(Event):
    """Too many records failed in a suspicious way; the service stops rather than divert the stream."""

    action = "brake.engaged"
    level = "error"
    outcome = "failure"
    consecutive: int
    share: float


@dataclass(frozen=True, kw_only=True)
class ConsumerStuck(Event):
    """No record was polled or finished for too long; the process ends so that it is started afresh."""

    action = "consumer.stuck"
    level = "error"
    outcome = "failure"
    idle_s: float
    lag: int


@dataclass(frozen=True, kw_only=True)
class WorkerKilled(Event):
    """A worker process passed its deadline or died; its task failed and a new worker takes its place."""

    action = "worker.killed"
    level = "warning"
    outcome = "failure"
    task: str
    error_code: str
    pid: int


@dataclass(frozen=True, kw_only=True)
class WorkerRecycled(Event):
    """A worker process was replaced after its share of tasks or memory."""

    action = "worker.recycled"
    level = "debug"
    tasks: int
    rss_mib: int


@dataclass(frozen=True, kw_only=True)
class LoopLagged(Event):
    """The event loop did not turn for a while: something blocked it."""

    action = "loop.lagged"
    level = "warning"
    lag_ms: int


@dataclass(frozen=True, kw_only=True)
class WindowSummarised(Event):
    """What happened since the last summary, counted."""

    action = "window.summarised"
    window_s: float
    counts: dict[str, int]
    gauges: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class LogDropped(Event):
    """Log lines were dropped because the output was blocked."""

    action = "log.dropped"
    level = "warning"
    dropped_count: int


@dataclass(frozen=True, kw_only=True)
class LibraryWarned(Event):
    """A library logged something at warning level or above."""

    action = "library.warned"
    level = "warning"
    logger: str
    text: str
    suppressed_count: int | None = None


@dataclass(frozen=True, kw_only=True)
class MigrationApplied(Event):
    """The database was brought one version forward."""

    action = "database.migrated"
    schema: str
    version: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ArchiveFileOpened(Event):
    """A file of the archive was begun."""

    action = "archive.opened"
    file: str


@dataclass(frozen=True, kw_only=True)
class ArchiveFileClosed(Event):
    """A file of the archive is complete."""

    action = "archive.closed"
    file: str
    captures: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class ArchiveFileUploaded(Event):
    """A file of the archive is in the bucket, and no longer here."""

    action = "archive.uploaded"
    file: str
    bytes: int
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class ArchiveUploadFailed(Event):
    """The bucket does not take files; they wait here and are sent when it does."""

    action = "archive.upload_failed"
    level = "warning"
    outcome = "failure"
    file: str
    error_message: str
    waiting_bytes: int


@dataclass(frozen=True, kw_only=True)
class ArchiveFileTorn(Event):
    """A file of the archive ends in the middle of a record: its writer died. No article points at that record."""

    action = "archive.torn"
    level = "warning"
    file: str
    error_message: str
