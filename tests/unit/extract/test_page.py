"""Page: from bytes to what they say."""

import os
import pickle
from pathlib import Path

import pytest

from services.extract.page import PageContent, read_page, warm
from services.kit.errors import Rejected

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://courier.example/local/page.html"


def _read(name: str, url: str = URL) -> PageContent:
    return read_page((PAGES / name).read_bytes(), url=url)


def test_a_well_described_page_is_read_from_its_description() -> None:
    """Everything that the structured data say is in the content, with references resolved and the offset kept."""
    page = _read("structured.html")
    assert page.title == "Harbour bridge reopens after nine months & two storms"
    assert page.authors == ["Mara Ellingsen", "Smith and Sons News"]
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2024-03-08T23:40:05+05:30"
    assert (page.published_precision, page.published_origin) == ("second", "page")
    assert page.updated_at is not None
    assert (page.section, page.keywords) == ("Local", ["bridge", "harbour"])
    assert page.images[0] == "https://courier.example/img/large.jpg"
    assert page.canonical == "https://courier.example/local/harbour-bridge-reopens"
    assert (page.publisher_name, page.access_free, page.tdm_stated.reservation) == ("The Tidewater Courier", True, True)
    assert (page.language, page.flags, page.method) == ("en", [], "blocks")
    assert page.summary == "The bridge over the harbour is open again."
    assert page.text.count("\n") == 3
    assert "rhubarb" not in page.text


def test_lines_above_the_body_are_kept_apart() -> None:
    """A republished page without metadata gives byline, date line and a body that begins with its first sentence."""
    page = _read("relay.html")
    assert page.title == "Ministers of four lake states agree on water shares: Lakeside Wire"
    assert (page.byline, page.dateline) == ("By Northern Press", "7 May 7, 2022")
    assert page.text.startswith("The four states around the great lake")
    assert page.text.endswith("The new one does.")
    assert "Older treaties\n" in page.text
    assert not [word for word in ("cookies", "Share on", "newsletter", "Copyright", "Most read") if word in page.text]
    assert page.publisher_name == "Upland Digest"
    assert page.published_at is not None
    assert (page.published_at.date().isoformat(), page.published_precision) == ("2022-05-07", "day")


def test_the_day_in_the_address_is_used_and_named() -> None:
    """Where only the address holds a date, the origin says so."""
    page = _read("form.html", url="https://courier.example/2021/2/13/pear.html")
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2021-02-13T00:00:00+00:00"
    assert (page.published_precision, page.published_origin) == ("day", "url")


def test_meta_elements_are_enough() -> None:
    """OpenGraph and plain meta give the same fields where there is no JSON-LD."""
    page = _read("meta.html")
    assert page.title == "Stadtrat beschließt neuen Radweg am Fluss"
    assert page.authors == ["Jutta Habermeyer", "Anton Löscher"]
    assert page.byline == "Von Jutta Habermeyer und Anton Löscher"
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2023-06-14T07:05:00+02:00"
    assert (page.language, page.section, page.keywords) == ("de", "Lokales", ["Radweg", "Stadtrat"])
    assert page.text.startswith("Der Stadtrat hat am Dienstagabend")


def test_a_time_without_a_zone_is_marked() -> None:
    """The hour is kept, read as UTC, and the flag warns of it."""
    page = _read("naive.html")
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2021-11-30T23:15:00+00:00"
    assert "no_zone" in page.flags


def test_unknown_is_null() -> None:
    """A page that names no date, author or publisher gets none."""
    page = _read("form.html")
    assert (page.published_at, page.published_precision, page.published_origin) == (None, "unknown", "none")
    assert (page.authors, page.publisher_name, page.summary, page.access_free) == ([], None, None, None)
    assert page.flags == ["no_date"]


def test_a_form_around_the_whole_page_is_no_form() -> None:
    """The text of a page that stands in one form is read; a search form is not."""
    text = _read("form.html").text
    assert text.count("\n") == 2
    assert "archive" not in text


def test_words_keep_their_joiners() -> None:
    """Persian text comes out letter for letter, zero-width non-joiners included."""
    page = _read("persian.html")
    assert "می\u200cشوند." in page.text
    assert page.title is not None
    assert page.title.count("\u200c") == 2
    assert page.language == "fa"


def test_a_teaser_is_marked() -> None:
    """Behind a paywall there is little text, and the record says both."""
    page = _read("stub.html")
    assert page.access_free is False
    assert {"short", "paywall"} <= set(page.flags)


def test_the_same_bytes_give_the_same_content() -> None:
    """Between other pages, again and again, a page gives what it gave at first, and survives pickling."""
    names = sorted(path.name for path in PAGES.glob("*.html") if path.name != "empty.html")
    first = {name: _read(name) for name in names}
    for name in names * 3:
        assert _read(name) == first[name]
    assert pickle.loads(pickle.dumps(first)) == first


def test_warming_up_needs_nothing() -> None:
    """A worker process can warm up before its first page."""
    warm()


def test_the_worked_example() -> None:
    """The seed page gives its headline, byline, date lines and a body without what stands around it."""
    corpora = os.environ.get("DATELINE_CORPORA")
    if not corpora:
        pytest.skip("DATELINE_CORPORA names no folder of outside sets")
    folder = Path(corpora) / "seed"
    page = read_page((folder / "article.html").read_bytes(), url="http://127.0.0.1:8999/2021/02/13/western-intel.html")
    wanted = [
        " ".join(part.split()) for part in (folder / "article.txt").read_text("utf-8").split("\n") if part.strip()
    ]
    assert (page.byline, page.dateline) == ("By Press TV", "13 February 13, 2021")
    assert page.title == "Western intel, Daesh chiefs meet to coordinate future plans: Sputnik"
    above = (page.title, page.byline, page.dateline, "13 Feb 2021")
    assert page.text.split("\n") == [line for line in wanted if line not in above]


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"", None, "page.no_text"),
        (b" \n\t ", None, "page.no_text"),
        ((PAGES / "empty.html").read_bytes(), "text/html", "page.no_text"),
        (b"<html><body><p>\xe2\x80\x8b</p></body></html>", None, "page.no_text"),
        (b"%PDF-1.7 <html>", "text/html", "page.not_html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None, "page.not_html"),
        (bytes(range(256)) * 200, "text/html", "page.not_html"),
        (b"\x00" * 10_000, "text/html", "page.not_html"),
        (b'{"level": "error"}', "application/json", "page.not_html"),
        (b"plain words only", "text/html", "page.not_html"),
        (b'<?xml version="1.0"?><rss><channel><title>x</title></channel></rss>', "text/html", "page.not_html"),
        (b"<p>one paragraph in a picture's clothes</p>", "image/png", "page.not_html"),
        (b"<html><body>" + b"<div>" * 100_000 + b"<p>" + b"deep words " * 50, None, "page.too_deep"),
        (b"<p>" + b"x" * (21 * 1024 * 1024), None, "page.too_large"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(body: bytes, content_type: str | None, code: str) -> None:
    """Each kind of unusable body has a code of its own, and none ends in silence."""
    with pytest.raises(Rejected) as refused:
        read_page(body, url=URL, content_type=content_type)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "content_type", ["text/html; charset=utf-8", "application/xhtml+xml", "text/plain", "image/png", None]
)
def test_a_wrong_type_does_not_hide_a_page(content_type: str | None) -> None:
    """A document that says it is HTML is read, whatever the header calls it."""
    assert read_page((PAGES / "structured.html").read_bytes(), url=URL, content_type=content_type).word_count > 100
