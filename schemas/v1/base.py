"""What all records share: open objects, frozen in memory, plain text, times with an offset."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Final = "1.0"
"""Major and minor version of the records. Readers refuse an unknown major version and ignore an unknown minor one."""


class Record(BaseModel):
    """Base of every object on a topic. Unknown fields are ignored, so that a newer producer breaks no reader."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


class Span(Record):
    """A quotation from an article: ``text`` is exactly what stands from ``start`` to ``end`` of the article's text."""

    start: int = Field(ge=0, description="Offset of the first character, counted in Unicode code points.")
    end: int = Field(ge=0, description="Offset behind the last character, counted in Unicode code points.")
    text: str
