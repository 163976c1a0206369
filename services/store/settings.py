"""Settings of store."""

from typing import ClassVar

from pydantic import Field

from services.kit.settings import DatabaseSettings, KafkaSettings, ProcessSettings


class StoreSettings(ProcessSettings, KafkaSettings, DatabaseSettings):
    """What store can be told."""

    section: ClassVar[str] = "STORE_"

    store_concurrency: int = Field(16, ge=1, le=1000, description="Records in work at the same time.")
