"""Reread: the record of a page out of an archive, ours or another's; runs in a worker process.

Of a page of ours everything that made its record is known, so it is the same record, byte by byte, as long as the
extractor is the same. Of another's page the bytes, the address and the time are known, and nothing else is made up.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.v1 import Archived, Article
from services.extract import circumstances, page, tdm
from services.extract.blocked import Blocked, of_headers
from services.extract.circumstances import Circumstances, http_of
from services.extract.page import PageContent
from services.extract.reading import GONE, OK, arrived
from services.extract.record import article_from
from services.extract.state import Settled
from services.kit.archive import warc
from services.kit.archive.capture import FEED, PAGE, Document
from services.kit.errors import DatelineError, FetchFailed, Rejected
from services.kit.http import Fetched
from services.kit.urls import absolute

BODY_MAX_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A response of a file, with the metadata record that stands before it, if there is one.

    `now` stands in `extracted_at` where a record is not the one that was published.
    """

    file: str
    offset: int
    response: bytes
    metadata: bytes | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it: a record as JSON, or a failure as JSON with its code; neither for a feed."""

    article: str | None = None
    failure: str | None = None
    code: str = ""


def reread(found: Found) -> Reread:
    """Return the record of a response, or what is wrong with it."""
    url = ""
    try:
        document = warc.document(found.response, body_max_bytes=BODY_MAX_BYTES)
        url = document.url
        about = _about(found.metadata, document)
        if about and about.head.get("content-type") == FEED:
            return Reread()
        article = _ours(found, document, about.data) if about else _theirs(found, document)
    except DatelineError as error:
        return failed(found, error, url)
    return Reread(article=article.model_dump_json())


def failed(found: Found, error: DatelineError, url: str = "") -> Reread:
    """Return a failure as one line of JSON."""
    said = {"file": found.file, "offset": found.offset, "url": url, "code": error.code, "message": error.message}
    return Reread(failure=json.dumps(said), code=error.code)


def _about(metadata: bytes | None, document: Document) -> warc.Block | None:
    """Return what we kept beside a response: not what stands there of another, or by another."""
    about = warc.block(metadata) if metadata else None
    ours = about and about.head.get("content-type") in {PAGE, FEED}
    return about if about and ours and about.head.get("warc-refers-to") == document.record_id else None


def _ours(found: Found, document: Document, kept: bytes) -> Article:
    if document.stated_digest != document.digest:
        raise Rejected("archive.digest_differs", f"{document.stated_digest} was written, {document.digest} is there")
    was = Circumstances.of_json(kept)
    outcome = was.outcome
    settled = Settled(outcome.revision, outcome.event, "", tuple(outcome.discovered_via))
    same = outcome.extracted_at is not None and outcome.extractor == circumstances.EXTRACTOR
    article = _article(found, document, was, outcome.extracted_at if same else found.now)
    return settled.applied_to(article) if settled.discovered_via else article


def _article(found: Found, document: Document, was: Circumstances, extracted_at: datetime | None) -> Article:
    fetched = was.fetched(document.body)
    content = arrived(fetched, _read(fetched), redirected=was.redirected)
    by_header, by_robots = tdm.from_headers(fetched.headers, url=fetched.url)
    return article_from(
        content,
        requested_url=was.entry.url,
        final_url=fetched.url,
        trace_id=was.entry.trace_id,
        entry=was.entry,
        http=http_of(fetched),
        robots=was.robots,
        stated=(by_header, was.site_stated, by_robots),
        archive=Archived(file=found.file, offset=found.offset, digest=document.digest),
        fetched_at=was.fetched_at,
        extracted_at=extracted_at,
    )


def _theirs(found: Found, document: Document) -> Article:
    url = absolute(document.url, document.url)
    if url is None:
        raise Rejected("archive.no_http", "the record names no http(s) address")
    fetched = Fetched(url, url, document.status, _short(document.headers), document.body, (), 0)
    content = _read(fetched)
    by_header, by_robots = tdm.from_headers(fetched.headers, url=url)
    return article_from(
        content,
        requested_url=url,
        final_url=url,
        trace_id=hashlib.sha256(f"{document.record_id}\n{url}\n{document.digest}".encode()).hexdigest()[:32],
        http=http_of(fetched),
        stated=(by_header, by_robots),
        archive=Archived(file=found.file, offset=found.offset, digest=document.digest),
        fetched_at=document.at,
        extracted_at=found.now,
    )


def _read(fetched: Fetched) -> PageContent:
    """Return what a page says.

    Raises:
        Blocked: its headers say that it is none.
        FetchFailed: its status does.
        Rejected: it is no article.

    """
    if block := of_headers(fetched.status, fetched.headers):
        raise Blocked(block)
    if fetched.status != OK:
        code = "page.gone" if fetched.status in GONE else "page.refused"
        raise FetchFailed(code, f"HTTP status {fetched.status}")
    return page.read_page(fetched.body, url=fetched.url, content_type=fetched.content_type, charset=fetched.charset)


def warm() -> None:
    """Load now what the first page of a worker process would wait for; with this module, all that it imports."""
    page.warm()


def _short(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers without those about the packing, which is undone."""
    return {name: value for name, value in headers.items() if name not in {"content-encoding", "transfer-encoding"}}
