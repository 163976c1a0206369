"""What a request got: a value that answers the questions its readers have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

VALIDATOR_MAX_CHARS: Final = 512
RETRY_AFTER_MAX_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Redirect:
    """One step of the way: the status that sent us on, and to where."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, of any status. Whether it is a good one is for the caller to say."""

    requested: str
    url: str
    """Where the answer came from, after all redirects."""
    status: int
    headers: Mapping[str, str]
    """By lower-case name; those that came several times are joined with a comma."""
    body: bytes
    """Unpacked. Of an answer that is no success, the beginning at most."""
    redirects: tuple[Redirect, ...]
    elapsed_ms: int

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return HTTPStatus(200) <= self.status < HTTPStatus(300)

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing changed since the validators that were sent."""
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def etag(self) -> str | None:
        """The entity tag, to be sent back next time; None when it is missing or unreasonably long."""
        return self._validator("etag")

    @property
    def last_modified(self) -> str | None:
        """The Last-Modified header as it came, to be sent back next time."""
        return self._validator("last-modified")

    @property
    def content_type(self) -> str | None:
        """The media type, lower case, without parameters."""
        kind = re.split("[;,]", self.headers.get("content-type", ""))[0].strip().lower()
        return kind if kind and len(kind) <= VALIDATOR_MAX_CHARS else None

    @property
    def charset(self) -> str | None:
        """The character set of the Content-Type header, lower case. It may be wrong or unknown to Python."""
        found = re.search(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", self.headers.get("content-type", ""), re.IGNORECASE)
        return found[1].lower() if found else None

    def retry_after_s(self, now: datetime) -> float | None:
        """Return how long the server asks us to wait, between 0 and a day; None when it does not say so clearly."""
        value = self.headers.get("retry-after", "").strip()
        if re.fullmatch("[0-9]+", value):
            return min(float(value[:10]), RETRY_AFTER_MAX_S)
        when = _http_date(value)
        return None if when is None else min(max((when - now).total_seconds(), 0.0), RETRY_AFTER_MAX_S)

    def _validator(self, name: str) -> str | None:
        value = self.headers.get(name, "").strip()
        return value if value and len(value) <= VALIDATOR_MAX_CHARS else None


def _http_date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
