"""Bucket: a store that speaks S3. The one place that meets `obstore`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.kit.errors import DependencyDown, Rejected, SettingsError
from services.kit.settings import ArchiveSettings

if TYPE_CHECKING:
    from obstore.store import S3Config  # exists for type checkers only

SCHEME: Final = "s3://"
PART_BYTES: Final = 8 * 1024 * 1024
PARTS_AT_ONCE: Final = 2
READ_BYTES: Final = 1024 * 1024
CONNECT_S: Final = 5.0
REQUEST_S: Final = 60.0
RETRIES: Final = 2
RETRY_S: Final = 20.0
_ADDRESS: Final = re.compile(r"s3://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]*)(?P<prefix>(?:/[^?#]*)?)")


class Bucket:
    """The files below one prefix of a bucket."""

    def __init__(self, url: str, settings: ArchiveSettings) -> None:
        """Take `s3://bucket/prefix`; nothing is asked of the store yet.

        Raises:
            SettingsError: the address names no bucket, or its endpoint would be asked without TLS.

        """
        _check_endpoint(settings)
        address = _ADDRESS.fullmatch(url)
        if address is None:  # and it is not shown: some write keys into such addresses
            raise SettingsError("settings.invalid", "an archive in a bucket is s3://bucket/prefix")
        self._store = S3Store(
            address["bucket"],
            prefix=address["prefix"].strip("/") or None,
            config=_config(settings),
            client_options={
                "allow_http": settings.archive_s3_plain_http,
                "connect_timeout": timedelta(seconds=CONNECT_S),
                "timeout": timedelta(seconds=REQUEST_S),
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_S)},
        )

    async def upload(self, path: Path, name: str) -> None:
        """Store a file under a name; it is there as a whole or not at all.

        Raises:
            DependencyDown: `archive.bucket_unavailable`, whatever the cause: it may be mended while files wait.

        """
        try:
            await obstore.put_async(self._store, name, path, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
        except (BaseError, OSError, ValueError) as error:
            raise DependencyDown("archive.bucket_unavailable", _first_line(error)) from None

    def names(self) -> list[str]:
        """Return the names of all files, in order.

        Raises:
            DependencyDown: `archive.bucket_unavailable`.

        """
        with _translated():
            return sorted(one["path"] for page in obstore.list(self._store) for one in page)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes, piece by piece.

        Raises:
            DependencyDown: `archive.bucket_unavailable`.
            Rejected: `archive.unreadable`: there is no such file.

        """
        with _translated():
            for piece in obstore.get(self._store, name).stream(READ_BYTES):
                yield bytes(piece)


def _check_endpoint(settings: ArchiveSettings) -> None:
    scheme = settings.archive_s3_endpoint.partition("://")[0].lower()
    if scheme not in {"", "http", "https"}:
        raise SettingsError("settings.invalid", "DATELINE_ARCHIVE_S3_ENDPOINT: an address that begins with https://")
    if scheme == "http" and not settings.archive_s3_plain_http:
        raise SettingsError(
            "settings.invalid",
            "DATELINE_ARCHIVE_S3_ENDPOINT is http://: others can read along; DATELINE_ARCHIVE_S3_PLAIN_HTTP=true "
            "says that this is meant",
        )


def _config(settings: ArchiveSettings) -> "S3Config":
    """Return what the store is told; the rest it takes from AWS's own variables or from the machine."""
    config: S3Config = {"region": settings.archive_s3_region}
    if settings.archive_s3_endpoint:
        config["endpoint"] = settings.archive_s3_endpoint
    if settings.archive_s3_key_id:
        config["access_key_id"] = settings.archive_s3_key_id
        config["secret_access_key"] = settings.archive_s3_secret.get_secret_value()
    return config


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Rejected("archive.unreadable", _first_line(error)) from None
    except (BaseError, OSError, ValueError) as error:
        raise DependencyDown("archive.bucket_unavailable", _first_line(error)) from None


def _first_line(error: Exception) -> str:
    """Return what a store says, without the pages of debugging that come behind it."""
    return str(error).strip().split("\n", maxsplit=1)[0][:200]
