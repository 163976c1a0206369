"""Settings of ingest."""

from typing import ClassVar

from pydantic import Field

from services.ingest.schedule import Limits
from services.kit.settings import ArchiveSettings, DatabaseSettings, HttpSettings, KafkaSettings, ProcessSettings


class IngestSettings(ProcessSettings, KafkaSettings, DatabaseSettings, HttpSettings, ArchiveSettings):
    """Everything that ingest can be told."""

    section: ClassVar[str] = "INGEST_"

    ingest_interval_s: float = Field(
        300.0,
        gt=0,
        description="Mean time between two polls of a feed, over all feeds: the budget of requests. Feeds that publish "
        "more are polled more often, at the cost of the others.",
    )
    ingest_interval_least_s: float = Field(
        60.0, gt=0, description="No feed is polled more often than this; the mean, if that is shorter."
    )
    ingest_interval_most_s: float = Field(
        3600.0, gt=0, description="No feed that answers is polled less often than this; the mean, if that is longer."
    )
    ingest_jitter: float = Field(
        0.1, ge=0, lt=1, description="Share of its wait by which a poll comes earlier or later, half a minute at most."
    )
    ingest_host_gap_s: float = Field(
        1.0, ge=0, description="Least time between the end of a request to a host and the beginning of the next."
    )
    ingest_concurrency: int = Field(100, ge=1, le=1000, description="Feeds polled at once, each on a host of its own.")
    ingest_lease_s: float = Field(
        10.0, ge=1, le=300, description="Time after which the hosts of a process that has died are polled by others."
    )
    ingest_backlog: int = Field(
        100, ge=0, description="Newest items that are published when a feed is seen for the first time."
    )
    ingest_reemit: bool = Field(
        default=False,
        description="At start, publish again what has no outcome yet. On where the broker forgets records at its end.",
    )
    ingest_parse_workers: int = Field(2, ge=1, le=64, description="Processes that parse large or suspect feeds.")
    ingest_parse_deadline_s: float = Field(10.0, gt=0, description="A parse that takes longer is killed.")
    ingest_body_max_bytes: int = Field(
        5 * 1024 * 1024, gt=0, description="Largest feed that is read, after decompression."
    )

    @property
    def limits(self) -> Limits:
        """How often feeds are polled."""
        return Limits(
            self.ingest_interval_s,
            min(self.ingest_interval_least_s, self.ingest_interval_s),
            max(self.ingest_interval_most_s, self.ingest_interval_s),
            self.ingest_jitter,
        )
