"""Pages out of an archive, one at a time."""

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.v1 import Article
from services.extract.circumstances import Circumstances, Outcome
from services.extract.reread import Found, reread
from services.extract.tdm import Stated
from services.kit.archive import warc
from services.kit.archive.capture import FEED
from services.kit.archive.frames import frames
from services.kit.http import Fetched
from tests.fakes.archives import capture
from tests.fakes.articles import SEEN, entry
from tests.fakes.desk import page

URL = "https://outlet.example/ferries"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
HEADERS = {"content-type": "text/html; charset=utf-8"}


def kept(outcome: Outcome, body: bytes | None = None) -> Found:
    """Return a page of ours as it stands in a file."""
    fetched = Fetched(URL, URL, 200, HEADERS, page().encode() if body is None else body, (), 5)
    was = Circumstances.of(entry(URL), fetched, robots="allowed", site_stated=Stated(), fetched_at=SEEN)
    return of_file(warc.packed(was.capture(fetched.body, outcome)).data)


def of_file(data: bytes) -> Found:
    """Return the last response of a file, with the metadata that stands before it."""
    *before, response = frames([data])
    metadata = before[-1].raw if before and before[-1].kind == "metadata" else None
    return Found("f.warc.gz", response.offset, response.raw or b"", metadata, NOW)


def foreign(body: bytes, *, status: str = "200 OK", kind: str = "response", url: str = URL, **headers: str) -> Found:
    """Return a record as others write it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    answer = StatusAndHeaders(status, [("Content-Type", "text/html"), *named], protocol="HTTP/1.1")
    head = {"WARC-Date": "2026-03-05T12:00:00Z"}
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=answer, warc_headers_dict=head
        )
    )
    return of_file(out.getvalue())


def code(found: Found) -> str:
    """Return the code of the failure that a page gives."""
    result = reread(found)
    assert result.article is None
    assert result.failure is not None
    failure: dict[str, Any] = json.loads(result.failure)
    assert failure["code"] == result.code
    assert (failure["file"], failure["offset"]) == (found.file, found.offset)
    return result.code


def article(found: Found) -> Article:
    """Return the record that a page gives."""
    result = reread(found)
    assert result.article is not None, result.failure
    return Article.model_validate_json(result.article)


def test_the_same_extractor_gives_the_same_time() -> None:
    """A record that nothing could have changed says when it was first made."""
    assert article(kept(Outcome(extracted_at=SEEN))).extracted_at == SEEN


@pytest.mark.parametrize(
    "outcome", [Outcome(extractor="dateline/0", extracted_at=SEEN), Outcome(failure="page.no_text")]
)
def test_another_extractor_says_when_it_read(outcome: Outcome) -> None:
    """A record that may be another one, and one that is the first of its page, say when they were made."""
    found = article(kept(outcome))
    assert (found.extracted_at, found.fetched_at) == (NOW, SEEN)


def test_a_page_whose_bytes_are_not_those_that_were_kept_is_a_failure() -> None:
    """A body that does not have its digest is told, and no record is made of it."""
    found = kept(Outcome(extracted_at=SEEN))
    changed = found.response.replace(b"ferries", b"fairies")
    assert code(Found(found.file, found.offset, changed, found.metadata, NOW)) == "archive.digest_differs"


def test_circumstances_that_are_none_are_a_failure() -> None:
    """What stands beside a page is checked like everything that comes from outside."""
    found = kept(Outcome(extracted_at=SEEN))
    assert found.metadata is not None
    broken = re.sub(rb'"entry":\{"schema', b'"entry":[{"schem', found.metadata)
    assert code(Found(found.file, found.offset, found.response, broken, NOW)) == "archive.circumstances_invalid"


def test_metadata_of_another_page_is_not_this_one_s() -> None:
    """A page keeps to what refers to it: with another page's metadata before it, it is a page without."""
    one, other = kept(Outcome(extracted_at=SEEN)), kept(Outcome(extracted_at=SEEN))
    found = article(Found(one.file, one.offset, one.response, other.metadata, NOW))
    assert (found.discovered_via, found.extracted_at) == ([], NOW)


def test_a_feed_is_passed_over() -> None:
    """The documents of feeds are in the archive for others."""
    result = reread(of_file(warc.packed(capture(about_type=FEED, body=b"<rss/>")).data))
    assert (result.article, result.failure) == (None, None)


def test_a_page_that_others_kept_is_an_article() -> None:
    """Of a record of others the page, its address and the time are known; nothing else is made up."""
    found = article(foreign(page().encode(), ETag='"v1"'))
    assert (found.title, found.url.final, found.fetched_at, found.extracted_at) == (
        "Ferries sail again",
        URL,
        datetime(2026, 3, 5, 12, tzinfo=UTC),
        NOW,
    )
    assert found.http is not None
    assert (found.http.etag, found.http.bytes) == ('"v1"', len(page().encode()))
    assert (found.discovered_via, found.access.robots, len(found.trace_id)) == ([], None, 32)
    assert found == article(foreign(page().encode(), ETag='"v1"')).model_copy(update={"trace_id": found.trace_id})


def chunked(body: bytes, size: int = 100) -> bytes:
    """Return a body as it goes over the wire in chunks."""
    chunks = (body[begin : begin + size] for begin in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(page().encode()), {"Content_Encoding": "gzip"}),
        (chunked(page().encode()), {"Transfer_Encoding": "chunked"}),
        (chunked(gzip.compress(page().encode())), {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}),
        (page().encode(), {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}),
    ],
    ids=["gzip", "chunked", "both", "said and not done, as in Common Crawl"],
)
def test_what_others_kept_packed_is_unpacked(body: bytes, headers: dict[str, str]) -> None:
    """Chunks and gzip are undone, and so is the claim of them."""
    found = article(foreign(body, **headers))
    assert found.http is not None
    assert (found.title, found.http.bytes) == ("Ferries sail again", len(page().encode()))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (foreign(b"%PDF-1.7", Content_Type="application/pdf"), "page.not_html"),
        (foreign(page().encode(), status="404 Not Found"), "page.gone"),
        (foreign(page().encode(), status="500 Oops"), "page.refused"),
        (foreign(page().encode(), status="200 OK", cf_mitigated="challenge"), "page.blocked"),
        (foreign(page().encode(), status="abc"), "archive.no_http"),
        (foreign(page().encode(), url="ftp://outlet.example/"), "archive.no_http"),
        (foreign(page().encode(), Content_Encoding="br"), "archive.encoding_refused"),
        (foreign(gzip.compress(bytes(30 << 20)), Content_Encoding="gzip"), "archive.too_large"),
        (foreign(gzip.compress(page().encode())[:-20], Content_Encoding="gzip"), "archive.record_invalid"),
        (Found("f", 7, b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", None, NOW), "archive.record_invalid"),
        (Found("f", 7, b"WARC/1.0\r\n", None, NOW), "archive.no_http"),
        (Found("f", 7, b"", None, NOW), "archive.record_invalid"),
    ],
    ids=[
        "PDF",
        "404",
        "500",
        "blocked",
        "no status",
        "no http",
        "brotli",
        "bomb",
        "gzip that breaks off",
        "no length",
        "no type",
        "nothing",
    ],
)
def test_what_is_no_page_is_a_failure_with_a_reason(found: Found, expected: str) -> None:
    """Whatever stands in a file of others, it costs its own record."""
    assert code(found) == expected


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-03-05T12:00:00+02:00", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("20260305120000", None),
        ("", None),
    ],
)
def test_a_time_of_capture_is_utc_or_unknown(said: str, at: datetime | None) -> None:
    """Whatever others write as the time of a capture, its page is read; a time is UTC, and none is made up."""
    found = foreign(page().encode())
    dated = replace(found, response=found.response.replace(b"2026-03-05T12:00:00Z", said.encode()))
    article = Article.model_validate_json(reread(dated).article or "")
    assert article.fetched_at == at


def test_a_response_without_http_is_a_failure() -> None:
    """A record that calls itself a response and holds something else is told as such."""
    raw = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: 5\r\n\r\nhello"
    assert code(Found("f", 0, raw, None, NOW)) == "archive.no_http"
