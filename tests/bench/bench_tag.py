"""Articles a second: all four taggers on articles of 600 words, against trafilatura reading a page of the same text."""
# ruff: noqa: T201 - what a bench prints is its result

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape
from pathlib import Path

import trafilatura

from services.local.newsroom import dates, stories
from services.tag.story import Story
from services.tag.tagger import Tagger

ROOT = Path(__file__).parents[2]
WORDS = 600
ROUNDS = 3
SENT_AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
LOAD = """
import time
from pathlib import Path
started = time.process_time()
from services.tag.tagger import Tagger
imported = time.process_time()
Tagger.load()
loaded = time.process_time()
# not ru_maxrss, which a process inherits from the one that started it
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(imported - started, loaded - imported, int(status["VmHWM"].split()[0]) / 1024)
"""


def articles() -> list[Story]:
    """Return articles of about 600 words, made of the newsroom's stories of one language."""
    found = []
    for language in ("en", "fr", "de"):
        told = [one for one in stories.load() if one.language == language]
        filled = [[dates.fill(text, SENT_AT, language) for text in one.paragraphs] for one in told]
        for number, story in enumerate(told):
            paragraphs: list[str] = []
            for more in filled[number:] + filled[:number]:
                paragraphs += more
                if sum(len(one.split()) for one in paragraphs) >= WORDS:
                    break
            found.append(Story(text="\n".join(paragraphs), title=story.title, language=language, published_at=SENT_AT))
    return found


def page_of(story: Story) -> str:
    """Return a plain page with the article's text."""
    body = "".join(f"<p>{escape(one)}</p>" for one in story.text.split("\n"))
    title = escape(story.title or "")
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


def median_s(work: Callable[[], object]) -> float:
    """Return the processor seconds of the median round."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times)


def test_tagger() -> None:
    """Every article is tagged, and speed, load time and memory are told."""
    told = articles()
    pages = [page_of(one) for one in told]
    tagger = Tagger.load()
    tags = [tagger.tag(one) for one in told]
    assert all(one.sources is not None and one.regions is not None for one in tags)
    ours = median_s(lambda: [tagger.tag(one) for one in told])
    theirs = median_s(lambda: [trafilatura.bare_extraction(one, with_metadata=True) for one in pages])
    words = sum(len(one.text.split()) for one in told) / len(told)
    print(f"\ntag: {len(told)} articles, {words:.0f} words each, median of {ROUNDS} rounds")
    print(f"{'':26}{'articles/s':>12}{'ms each':>10}")
    for name, took in (("dateline, four taggers", ours), ("trafilatura, same text", theirs)):
        print(f"{name:26}{len(told) / took:12.1f}{1000 * took / len(told):10.2f}")
    print(f"{'ratio':26}{theirs / ours:11.2f}x")


def tag_all(tagger: Tagger, told: list[Story]) -> None:
    """Tag articles."""
    for one in told:
        tagger.tag(one)


def read_all(pages: list[str]) -> None:
    """Let trafilatura read pages."""
    for one in pages:
        trafilatura.bare_extraction(one, with_metadata=True)


def test_three_taggers() -> None:
    """Outlet, date and region of the articles of each language, without the cited sources."""
    tagger = Tagger.load(frozenset({"outlet", "date", "region"}))
    print(f"\n{'outlet, date and region':26}{'articles':>10}{'ms each':>10}{'trafilatura ms':>16}{'ratio':>9}")
    for language in ("en", "fr", "de"):
        told = [one for one in articles() if one.language == language]
        pages = [page_of(one) for one in told]
        assert all(tagger.tag(one).regions is not None for one in told)
        ours, theirs = median_s(partial(tag_all, tagger, told)), median_s(partial(read_all, pages))
        each = 1000 / len(told)
        print(f"{language:26}{len(told):10}{ours * each:10.2f}{theirs * each:16.2f}{theirs / ours:8.2f}x")


def test_load() -> None:
    """A process of its own tells what loading costs."""
    told = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    imported, loaded, rss_mib = map(float, told.stdout.split())
    print(f"\nload: imports {imported:.2f} s, data {loaded:.2f} s (processor time), at most {rss_mib:.0f} MiB")
