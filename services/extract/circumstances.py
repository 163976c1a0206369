"""Circumstances: all that makes a page's record besides its bytes, as it is kept beside them in the archive. Pure."""

from datetime import datetime
from typing import Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from schemas.v1 import DiscoveredVia, Entry, Http
from services.extract.page import EXTRACTOR_NAME, EXTRACTOR_VERSION
from services.extract.state import Settled
from services.extract.tdm import Stated
from services.kit.archive.capture import PAGE, Capture
from services.kit.errors import Rejected
from services.kit.http import Fetched

EXTRACTOR: Final = f"{EXTRACTOR_NAME}/{EXTRACTOR_VERSION}"


class Outcome(BaseModel):
    """What became of a page: an article with its revision, or a failure.

    `extracted_at` is that of the article, which another reading by the same extractor keeps: it is the same record.
    """

    model_config = ConfigDict(frozen=True)

    extractor: str = EXTRACTOR
    extracted_at: AwareDatetime | None = None
    revision: int = 1
    event: str = "new"
    discovered_via: list[DiscoveredVia] = []
    failure: str | None = None


class Circumstances(BaseModel):
    """How a page was come by. Fields are only ever added, and optional ones."""

    model_config = ConfigDict(frozen=True)

    entry: Entry
    requested: str
    url: str
    redirected: bool
    status: int
    headers: dict[str, str]
    robots: str | None
    site_stated: Stated
    fetched_at: AwareDatetime
    outcome: Outcome = Outcome()

    @classmethod
    def of(
        cls, entry: Entry, fetched: Fetched, *, robots: str | None, site_stated: Stated, fetched_at: datetime
    ) -> Self:
        """Return how a page was come by."""
        return cls(
            entry=entry,
            requested=fetched.requested,
            url=fetched.url,
            redirected=bool(fetched.redirects),
            status=fetched.status,
            headers=dict(fetched.headers),
            robots=robots,
            site_stated=site_stated,
            fetched_at=fetched_at,
        )

    def capture(self, body: bytes, outcome: Outcome) -> Capture:
        """Return a page as the archive takes it."""
        about = self.model_copy(update={"outcome": outcome}).model_dump_json()
        return Capture(self.url, self.status, self.headers, body, self.fetched_at, about, PAGE)

    def fetched(self, body: bytes) -> Fetched:
        """Return the answer as it came, but for the way there."""
        return Fetched(self.requested, self.url, self.status, self.headers, body, (), 0)

    @classmethod
    def of_json(cls, text: bytes) -> Self:
        """Return what was kept.

        Raises:
            Rejected: `archive.circumstances_invalid`.

        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, problem["loc"]))
            raise Rejected("archive.circumstances_invalid", f"{where}: {problem['msg']}") from None


def http_of(fetched: Fetched) -> Http:
    """Return what a record says of its answer."""
    return Http(status=fetched.status, etag=fetched.etag, last_modified=fetched.last_modified, bytes=len(fetched.body))


def published(settled: Settled, extracted_at: datetime | None) -> Outcome:
    """Return the outcome of a page that became an article."""
    return Outcome(
        extracted_at=extracted_at,
        revision=settled.revision,
        event=settled.event,
        discovered_via=list(settled.discovered_via),
    )
