"""Settings of ingest."""

from typing import ClassVar

from pydantic import Field

from services.kit.settings import DatabaseSettings, HttpSettings, KafkaSettings, ProcessSettings


class IngestSettings(ProcessSettings, KafkaSettings, DatabaseSettings, HttpSettings):
    """Everything that ingest can be told."""

    section: ClassVar[str] = "INGEST_"

    ingest_interval_s: float = Field(300.0, gt=0, description="Time between two polls of a feed that answers.")
    ingest_jitter: float = Field(
        0.1, ge=0, lt=1, description="Share of the interval by which a poll comes earlier or later."
    )
    ingest_host_gap_s: float = Field(1.0, ge=0, description="Least time between two polls of one host.")
    ingest_concurrency: int = Field(20, ge=1, le=1000, description="Feeds polled at once, each on a host of its own.")
    ingest_backlog: int = Field(
        100, ge=0, description="Newest items that are published when a feed is seen for the first time."
    )
    ingest_reemit: bool = Field(
        default=False,
        description="At start, publish again what has no outcome yet. On where the broker forgets records at its end.",
    )
    ingest_parse_workers: int = Field(1, ge=1, le=64, description="Processes that parse large or suspect feeds.")
    ingest_parse_deadline_s: float = Field(10.0, gt=0, description="A parse that takes longer is killed.")
    ingest_body_max_bytes: int = Field(
        5 * 1024 * 1024, gt=0, description="Largest feed that is read, after decompression."
    )
