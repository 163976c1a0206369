"""The command line as a person and a pipe use it."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.site import Site

ROOT = Path(__file__).parents[2]
PAGE = """<!doctype html><html lang="en"><head><title>Ferries sail again</title>
<meta property="article:published_time" content="2026-03-05T09:30:00+02:00"></head><body><article>
<h1>Ferries sail again</h1><p>The ferries between Tallinn and Helsinki sail again after four days of strike, the port's
spokeswoman Liis Tamm said on Thursday.</p><p>The first ship left at noon with six hundred passengers on board, and the
second followed an hour later, in calm weather and with most of its cabins taken.</p></article></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Port News</title><link>{base}/</link>
<item><title>Ferries sail again</title><link>{base}/1</link><guid>1</guid>
<pubDate>Thu, 05 Mar 2026 09:30:00 +0200</pubDate></item></channel></rss>"""


def dateline(
    *arguments: str, stdin: str = "", cwd: Path | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    environ |= {f"DATELINE_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(
        command, input=stdin, cwd=cwd or ROOT, env=environ, text=True, capture_output=True, timeout=60, check=False
    )


def rows(text: str) -> list[dict[str, object]]:
    """Return the JSON objects of an output, a line each."""
    return [json.loads(line) for line in text.splitlines()]


def page_row(number: int, html: str = PAGE) -> str:
    """Return an input row of the extract filter."""
    html_base64 = base64.b64encode(html.encode()).decode()
    return json.dumps({"id": f"p{number}", "url": f"https://port.example/{number}", "html_base64": html_base64})


def test_extract_is_a_filter() -> None:
    """Pages in, records out, in the same order, with their ids; a row that fails says why, and the exit status is 0."""
    lines = [page_row(1), "{broken", page_row(2, "no page at all"), page_row(3)]
    done = dateline("extract", "--jsonl", stdin="\n".join(lines))
    first, broken, rejected, last = rows(done.stdout)
    assert done.returncode == 0
    assert (first["id"], first["title"], last["id"]) == ("p1", "Ferries sail again", "p3")
    assert first["published_at"] == "2026-03-05T09:30:00+02:00"
    assert broken["id"] is None
    assert "failure" in broken
    assert (rejected["id"], rejected["failure"]["code"]) == ("p2", "page.not_html")  # type: ignore[index] # an object


def test_tag_is_a_filter_for_the_chosen_tags() -> None:
    """Articles in, tags out; only `text` is required, and only the chosen tags are there."""
    text = "Ferries sail again, the port's spokeswoman Liis Tamm said on Thursday."
    lines = [json.dumps({"id": 1, "text": text}), json.dumps({"id": 2, "title": "no text"}), "[]"]
    done = dateline("tag", "--jsonl", "--only", "sources", stdin="\n".join(lines))
    first, refused, unreadable = rows(done.stdout)
    assert done.returncode == 0
    assert first["id"] == 1
    assert set(first) == {"id", "sources", "taggers"}
    assert "Liis Tamm" in json.dumps(first["sources"])
    assert refused["id"] == 2
    assert "text" in refused["failure"]["message"]  # type: ignore[index] # an object
    assert "failure" in unreadable


def test_what_extract_prints_tag_can_read(tmp_path: Path) -> None:
    """The record of one page is a file that `tag` takes."""
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    record = tmp_path / "article.json"
    record.write_text(dateline("extract", str(page), "--url", "https://port.example/1").stdout, encoding="utf-8")
    done = dateline("tag", str(record))
    tags = json.loads(done.stdout)
    assert tags["date"]["published_at"] == "2026-03-05T09:30:00+02:00"
    assert "Liis Tamm" in done.stdout


async def test_a_page_is_fetched_by_its_address_only_where_that_is_allowed() -> None:
    """An address of this machine is refused, unless the settings allow its network."""
    async with Site() as site:
        url = site.serve("/1", PAGE)
        refused = await asyncio.to_thread(dateline, "extract", url)
        assert not site.requests
        allowed = await asyncio.to_thread(dateline, "extract", url, HTTP_ALLOWED_NETWORKS="127.0.0.0/8")
    assert refused.returncode == 1
    assert "fetch.address_refused" in refused.stderr
    assert json.loads(allowed.stdout)["title"] == "Ferries sail again"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["extract", "/nowhere/page.html"], "/nowhere/page.html"),
        (["tag", "/nowhere/article.json"], "/nowhere/article.json"),
        (["tag", "--only", "outlet,weather", "x"], "weather"),
        (["feeds", "import", "/nowhere/feeds.opml"], "/nowhere/feeds.opml"),
        (["feeds", "check", "ftp://outlet.example/feed"], "fetch.url_refused"),
    ],
)
def test_what_is_wrong_is_one_line(arguments: list[str], said: str) -> None:
    """A wrong argument ends in one readable line on standard error and a status that is not zero."""
    done = dateline(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_a_wrong_setting_is_one_line_and_exit_code_two() -> None:
    """A wrong setting is told the same way by commands as by services."""
    for command in (["ingest"], ["extract"], ["tag"], ["store"], ["tail"], ["feeds", "list"]):
        done = dateline(*command, NONSENSE="1", KAFKA_BOOTSTRAP="127.0.0.1:9")
        assert done.returncode == 2, command
        assert "DATELINE_NONSENSE" in done.stderr
        assert done.stderr.count("\n") == 1


def test_without_anything_running_the_way_to_start_is_told(tmp_path: Path) -> None:
    """Commands that need a broker or a database say how to start them, when nothing says where they are."""
    for command in (["tail"], ["feeds", "list"], ["failures", "list"], ["topics", "plan"], ["trace", "x"]):
        done = dateline(*command, cwd=tmp_path)
        assert done.returncode == 2
        assert "start `dateline up`" in done.stderr
        assert done.stderr.count("\n") == 1


def test_servers_that_do_not_answer_are_told_in_one_line(tmp_path: Path) -> None:
    """When broker or database do not answer, commands that need one say so."""
    for command, where in ((["tail"], "KAFKA_BOOTSTRAP"), (["feeds", "list"], "DATABASE_URL")):
        nobody = {"KAFKA_BOOTSTRAP": "127.0.0.1:9", "DATABASE_URL": "postgresql://u@127.0.0.1:9/d"}[where]
        done = dateline(*command, cwd=tmp_path, **{where: nobody})
        assert done.returncode == 1
        assert "unavailable" in done.stderr
        assert done.stderr.count("\n") == 1


def test_feeds_are_added_listed_exported_imported_and_removed(database: str, tmp_path: Path) -> None:
    """The list of feeds goes out as OPML and comes in again; what is removed is not polled any more."""

    def feeds(*arguments: str) -> str:
        done = dateline("feeds", *arguments, DATABASE_URL=database)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "2 new" in feeds("add", "https://a.example/feed", "https://b.example/feed?x=1&y=2")
    assert "1 known" in feeds("add", "https://a.example/feed")
    opml = tmp_path / "feeds.opml"
    opml.write_text(feeds("export"), encoding="utf-8")
    assert "1 removed" in feeds("remove", "https://a.example/feed")
    assert "a.example" not in feeds("export")
    assert "2 known" in feeds("import", str(opml))
    assert "https://a.example/feed" in feeds("export")
    assert "https://b.example/feed?x=1" in feeds("list")


async def test_feeds_check_shows_what_a_feed_holds() -> None:
    """A feed is fetched once, and its items are shown, without a database."""
    async with Site() as site:
        url = site.serve("/feed.xml", FEED.format(base=site.url), content_type="application/rss+xml")
        done = await asyncio.to_thread(dateline, "feeds", "check", url, HTTP_ALLOWED_NETWORKS="127.0.0.0/8")
    assert done.returncode == 0, done.stderr
    assert "Port News" in done.stdout
    assert "Ferries sail again" in done.stdout
    assert "2026-03-05 07:30" in done.stdout


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`dateline ... | head` ends quietly."""
    lines = "\n".join(json.dumps({"id": n, "text": "x"}) for n in range(5000))
    command = f"{sys.executable} -m services.cli tag --jsonl --only date | head -n 1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], input=lines, cwd=ROOT, text=True, capture_output=True, timeout=60, check=False
    )
    assert json.loads(done.stdout)["id"] == 0
    assert "Traceback" not in done.stderr
