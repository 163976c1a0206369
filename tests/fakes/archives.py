"""Archives for tests: captures, and files that are read back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.kit.archive import warc
from services.kit.archive.capture import Capture, Document
from services.kit.archive.frames import frames
from services.kit.archive.places import chunks_of
from services.kit.settings import ArchiveSettings

AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
BODY_MAX_BYTES = 1_000_000


class Watch:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        """Return the time that the test has set."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


def capture(number: int = 1, **said: Any) -> Capture:
    """Return a capture of a page."""
    fields: dict[str, Any] = {
        "url": f"https://outlet.example/{number}",
        "status": 200,
        "headers": {"content-type": "text/html; charset=utf-8", "etag": f'"v{number}"'},
        "body": f"<html><p>Page {number}: the ferries sail again.</p></html>".encode(),
        "at": AT,
        "about": f'{{"number": {number}}}',
        "about_type": "application/vnd.dateline.test+json",
    }
    return Capture(**{**fields, **said})


def settings(place: str | Path, **said: str) -> ArchiveSettings:
    """Return the settings of an archive."""
    return ArchiveSettings.load({"DATELINE_ARCHIVE": str(place), **said})


def documents(path: Path) -> Iterator[tuple[int, Document]]:
    """Yield the responses of a file, with their places."""
    for frame in frames(chunks_of(path)):
        if frame.kind == "response" and frame.raw is not None:
            yield frame.offset, warc.document(frame.raw, body_max_bytes=BODY_MAX_BYTES)


def files(root: Path) -> list[Path]:
    """Return the files of an archive in a folder, in the order of their names."""
    return sorted(root.rglob("*.warc.gz"))
