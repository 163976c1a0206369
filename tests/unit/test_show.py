"""What the terminal shows: text, and nothing that could steer it, whatever outlets and sources call themselves."""

import io
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.console import Console

from schemas.v1 import (
    ChainLink,
    Country,
    DateTag,
    Outlet,
    OutletTag,
    RegionsTag,
    Source,
    SourcesTag,
    TaggedArticle,
    Tags,
)
from schemas.v1.article import Publisher
from services.local.show import TITLE_MAX_CHARS, chain_of, line, outlets, plain
from tests.fakes.articles import tagged

HOSTILE = {
    "escape": "\x1b[31mred\x1b[0m",
    "title of the window": "\x1b]0;owned\x07",
    "one-byte escape": "\x9b31m",
    "bell and backspace": "\x07\x08\x08\x7f",
    "new line": "one\r\n2026-03-05  The Forger  XX  A line of its own",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive",
    "bidi overrides": "\u202egnp.exe\u202c \u2066isolated\u2069 \u200f\u061c",
    "NUL": "a\x00b",
}


def hostile(text: str) -> TaggedArticle:
    """Return a record that says this text wherever a stranger has a say."""
    source = Source(id="s1", name=text, mention=text, kind="person")
    return tagged(
        1,
        Tags(
            outlet=OutletTag(host=Outlet(name=text), origin=Outlet(name=text)),
            regions=RegionsTag(countries=[Country(code=text, salience="primary", score=1.0)]),
            sources=SourcesTag(sources=[source], chain=[ChainLink(name=text), ChainLink(name=text)]),
        ),
        title=text,
    )


def printed(one: TaggedArticle) -> str:
    """Return what reaches a terminal without colours."""
    console = Console(file=io.StringIO(), force_terminal=False, width=10_000)
    console.print(line(one))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_in_a_record_can_steer_the_terminal(text: str) -> None:
    """No control character and no change of direction reaches the output, and the record takes its two lines."""
    out = printed(hostile(text))
    assert out.count("\n") == 2
    bad = [one for one in out if unicodedata.category(one) in ("Cc", "Zl", "Zp") and one != "\n"]
    assert not bad
    assert not [one for one in out if unicodedata.bidirectional(one) in ("LRE", "RLE", "LRO", "RLO", "PDF")]
    assert not [one for one in out if unicodedata.bidirectional(one) in ("LRI", "RLI", "FSI", "PDI")]


@pytest.mark.parametrize("text", ["[red]alarm[/red]", "[/]", "[link=file:///etc/passwd]x[/link]", ":bomb:"])
def test_markup_is_shown_as_it_stands(text: str) -> None:
    """Square brackets are words like others: they colour nothing, link nowhere and break nothing."""
    out = printed(hostile(text))
    assert out.count(text) == 6
    shown = line(hostile(text))
    assert {str(span.style) for span in shown.spans} == {"dim", "bold", "cyan", "green"}


def test_a_long_title_is_cut() -> None:
    """A title takes its share of the line, with a sign that there was more."""
    shown = line(tagged(1, title="word " * 100)).plain
    assert shown.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert len(shown) <= len(line(tagged(1, title="")).plain) + TITLE_MAX_CHARS


def test_a_title_that_just_fits_is_whole() -> None:
    """Nothing is cut that has room."""
    title = "x" * TITLE_MAX_CHARS
    assert line(tagged(1, title=title)).plain.endswith(title)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1b", "\n"])
def test_an_empty_title_is_said_to_be_missing(text: str) -> None:
    """A line without any title would look like a mistake of ours."""
    assert "(no title)" in line(tagged(1, title=text)).plain


def test_a_record_about_which_nothing_is_known_is_shown() -> None:
    """Null tags are no error."""
    shown = line(tagged(1, title=None)).plain
    assert shown == "no date     unknown outlet  --  (no title)"


def test_the_line_reads_as_the_readme_shows_it() -> None:
    """Day of the page's own zone, outlet and origin, countries, title, chain."""
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC).astimezone(timezone(timedelta(hours=2)))
    tags = Tags(
        outlet=OutletTag(host=Outlet(name="Baltic Ledger"), origin=Outlet(name="Press Agency North")),
        date=DateTag(published_at=at, precision="second", origin="page"),
        regions=RegionsTag(countries=[Country(code=code, salience="primary", score=1) for code in ("FI", "EE")]),
        sources=SourcesTag(chain=[ChainLink(name="Press Agency North"), ChainLink(name="a harbour official")]),
    )
    first, second = line(tagged(1, tags, title="Ferry line resumes")).plain.split("\n")
    assert first == "2026-11-22  Baltic Ledger ← Press Agency North  FI EE  Ferry line resumes"
    assert second.strip() == "chain: Press Agency North ← a harbour official"


def test_without_a_chain_the_cited_sources_are_named() -> None:
    """An unnamed source is shown by its mention."""
    sources = [
        Source(id="s1", name="Liis Tamm", mention="Tamm", kind="person"),
        Source(id="s2", name=None, mention="an official", kind="anonymous", anonymous=True),
    ]
    assert chain_of(tagged(1, Tags(sources=SourcesTag(sources=sources)))) == "cites: Liis Tamm; an official"


def test_an_unknown_outlet_goes_by_its_domain() -> None:
    """The address says who published it where the directory does not."""
    assert outlets(tagged(1, publisher=Publisher(domain="outlet.example"))) == "outlet.example"


def test_plain_keeps_words_of_all_scripts() -> None:
    """Joiners, accents and right-to-left letters are text, and stay."""
    text = "Žürich \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 北京 👩\u200d🚒"
    assert plain(text) == text
