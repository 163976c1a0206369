"""Places: where files of an archive are, and their bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.kit.archive.bucket import SCHEME, Bucket
from services.kit.errors import Rejected
from services.kit.settings import ArchiveSettings

CHUNK_BYTES: Final = 1024 * 1024
ENDINGS: Final = (".warc.gz", ".warc")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `name` is its place below what was asked for; `chunks` opens it and yields its bytes."""

    name: str
    chunks: Callable[[], Iterator[bytes]]


def sources(place: str, settings: ArchiveSettings) -> list[Source]:
    """Return the WARC files at a place: a file, a folder with all below it, or `s3://bucket/prefix`.

    Raises:
        Rejected: `archive.unreadable`: there is nothing, or no WARC file.
        DependencyDown: the bucket does not answer.
        SettingsError: the bucket's address or endpoint is not allowed.

    """
    found = _in_bucket(place, settings) if place.startswith(SCHEME) else _on_disk(Path(place))
    if not found:
        raise Rejected("archive.unreadable", f"{place}: there is no file that ends in {' or '.join(ENDINGS)}")
    return found


def chunks_of(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, piece by piece.

    Raises:
        Rejected: `archive.unreadable`.

    """
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise Rejected("archive.unreadable", f"{path}: {error.strerror}") from None


def _in_bucket(place: str, settings: ArchiveSettings) -> list[Source]:
    """Take a prefix, or the name of one file."""
    if place.endswith(ENDINGS):
        parent, _, name = place.rpartition("/")
        bucket, names = Bucket(parent, settings), [name]
    else:
        bucket = Bucket(place, settings)
        names = [name for name in bucket.names() if name.endswith(ENDINGS)]
    return [Source(name, lambda name=name: bucket.chunks(name)) for name in names]  # type: ignore[misc] # a loop's value


def _on_disk(path: Path) -> list[Source]:
    if path.is_dir():
        paths = sorted(one for one in path.rglob("*") if one.name.endswith(ENDINGS) and one.is_file())
        return [Source(one.relative_to(path).as_posix(), lambda one=one: chunks_of(one)) for one in paths]  # type: ignore[misc] # as above
    if not path.exists():
        raise Rejected("archive.unreadable", f"{path}: there is no such file or folder")
    return [Source(path.name, lambda: chunks_of(path))]
