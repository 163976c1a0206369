"""Settings of extract."""

from typing import ClassVar

from pydantic import Field

from services.kit.settings import ArchiveSettings, DatabaseSettings, HttpSettings, KafkaSettings, ProcessSettings


class ExtractSettings(ProcessSettings, KafkaSettings, DatabaseSettings, HttpSettings, ArchiveSettings):
    """What extract can be told."""

    section: ClassVar[str] = "EXTRACT_"

    extract_workers: int = Field(2, ge=1, le=64, description="Worker processes that read pages.")
    extract_concurrency: int = Field(32, ge=1, le=1000, description="Articles in work at the same time.")
    extract_deadline_s: float = Field(10.0, gt=0, description="A page that takes longer to read is given up.")
    extract_body_max_bytes: int = Field(3 * 1024 * 1024, gt=0, description="Largest page that is read, decoded.")
    extract_host_gap_s: float = Field(0.5, ge=0, description="Least time between two requests to one host.")
    extract_attempts: int = Field(3, ge=1, le=10, description="Tries for a page whose trouble may pass.")
    extract_robots: bool = Field(
        default=True,
        description="Ask a site's robots.txt before its pages, and keep to it. Off only for sites that are yours.",
    )
