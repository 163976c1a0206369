"""Settings of tag."""

from typing import ClassVar, Literal

from pydantic import Field

from services.kit.settings import KafkaSettings, ProcessSettings


class TagSettings(ProcessSettings, KafkaSettings):
    """What tag can be told."""

    section: ClassVar[str] = "TAG_"

    tag_workers: int = Field(1, ge=1, le=64, description="Worker processes that tag.")
    tag_concurrency: int = Field(16, ge=1, le=1000, description="Articles in work at the same time.")
    tag_deadline_s: float = Field(10.0, gt=0, description="An article that takes longer to tag is given up.")
    tag_sources: Literal["model", "rules"] = Field(
        "model",
        description="What finds the cited sources of English articles. `rules` find fewer, at twenty times the speed "
        "and a third of the memory; other languages are always read by rules.",
    )
