"""Filter: rows in, answers out, in order."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from schemas.v1 import Article
from services.extract import filter as page_filter
from services.extract.filter import answer, fields_of_page

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://courier.example/2021/02/13/page.html"


def _row(key: object, name: str = "relay.html", **more: object) -> str:
    body = base64.b64encode((PAGES / name).read_bytes()).decode()
    return json.dumps({"id": key, "url": URL, "html_base64": body, **more})


def test_an_answer_holds_what_a_page_alone_can_give() -> None:
    """The fields are those of the record, and those that only a feed or a fetch could fill are left out."""
    fields = json.loads(answer(_row("a")))
    assert fields["id"] == "a"
    assert fields["byline"] == {"text": "By Northern Press", "origin": "page"}
    assert set(fields) - {"id"} < set(Article.model_fields)
    assert not {"trace_id", "revision", "fetched_at", "discovered_via"} & set(fields)


def test_one_page_can_be_read_without_rows() -> None:
    """A file's bytes are enough, and its address gives the id."""
    body = (PAGES / "relay.html").read_bytes()
    fields = fields_of_page(body, url=URL)
    assert fields["publisher"] == {"name": "Upland Digest", "domain": "courier.example"}
    assert fields["article_id"] == fields_of_page(body, url=f" {URL}?utm_source=x ")["article_id"]


@pytest.mark.parametrize("url", [None, "pages/stub.html", "hard::stub", "ftp://courier.example/stub"])
def test_without_an_address_nothing_is_made_of_one(url: str | None) -> None:
    """A page from nowhere has text and title; id, address and domain are left out, and a flag says why."""
    fields = fields_of_page((PAGES / "stub.html").read_bytes(), url=url)
    assert fields["title"] == "What the minister wrote in her diary"
    assert not {"article_id", "url"} & set(fields)
    assert fields["publisher"] == {"name": None, "domain": None}
    assert "no_url" in fields["quality"]["flags"]  # type: ignore[index] # JSON of a known shape


def test_a_page_may_know_its_own_address() -> None:
    """Where no address is given, the declared one is taken."""
    fields = fields_of_page((PAGES / "meta.html").read_bytes(), url=None)
    assert fields["url"] == dict.fromkeys(("requested", "final", "canonical"), "https://talbote.example/lokales/radweg")


def test_what_is_wrong_with_a_row_is_its_answer() -> None:
    """Broken rows, broken base64 and pages without text each give a failure with a code."""
    rows = ("{", "[]", '{"id": 1}', _row(1, html_base64="***"), _row(1, "empty.html"))
    codes = [json.loads(answer(line))["failure"]["code"] for line in rows]
    assert codes == ["row.invalid"] * 4 + ["page.no_text"]
    assert json.loads(answer(_row(7, "empty.html")))["id"] == 7


async def test_answers_come_in_the_order_of_the_rows() -> None:
    """Several pages are read at once, blank lines are skipped, and the answers stand in the order of the rows."""
    names = ["relay.html", "empty.html", "persian.html", "form.html"] * 5
    written: list[str] = []
    await page_filter.run(
        [*(_row(n, name) for n, name in enumerate(names)), "\n"], written.append, workers=2, deadline_s=30
    )
    answers = [json.loads(line) for line in written]
    assert [fields["id"] for fields in answers] == list(range(20))
    assert ["failure" in fields for fields in answers] == [name == "empty.html" for name in names]


async def test_an_answer_does_not_wait_for_the_next_row() -> None:
    """Whoever sends one row and waits gets its answer before sending more."""
    answered = asyncio.Event()

    async def rows() -> AsyncIterator[str]:
        yield _row("first")
        await asyncio.wait_for(answered.wait(), timeout=30)
        yield _row("second")

    written: list[str] = []

    def write(line: str) -> None:
        written.append(line)
        answered.set()

    await page_filter.run(rows(), write, workers=1, deadline_s=30)
    assert [json.loads(line)["id"] for line in written] == ["first", "second"]


async def test_rows_are_not_read_far_ahead() -> None:
    """A long input is held by the place of the answers, not piled up in memory."""
    taken = 0
    written = 0
    furthest = 0

    def rows() -> Iterator[str]:
        nonlocal taken, furthest
        for n in range(60):
            taken += 1
            furthest = max(furthest, taken - written)
            yield _row(n, "stub.html")

    def write(_line: str) -> None:
        nonlocal written
        written += 1

    await page_filter.run(rows(), write, workers=1, deadline_s=30)
    assert written == 60
    assert furthest <= 8


async def test_a_page_that_takes_too_long_fails_alone() -> None:
    """Past the deadline a page is given up with a code, and those around it are answered."""
    heavy = "<html><body>" + "<div><p>word after word</p></div>" * 400_000
    slow = json.dumps({"id": "slow", "url": URL, "html_base64": base64.b64encode(heavy.encode()).decode()})
    written: list[str] = []
    await page_filter.run([_row("a"), slow, _row("b")], written.append, workers=1, deadline_s=1)
    first, failed, last = map(json.loads, written)
    assert (first["id"], failed["id"], last["id"]) == ("a", "slow", "b")
    assert failed["failure"]["code"] == "page.parse_deadline"
    assert "failure" not in first
    assert "failure" not in last
