"""Scripted pages: an article that only a script would show is found in what the script holds."""

import json
import time

import pytest

from services.extract import scripted
from services.extract.page import read_page

PARAGRAPHS = [
    "The ferry between Holm and Skerry will sail again from Monday, the port office said on Thursday.",
    "It had been in dock since March, when a winter storm bent its rudder and tore off two of the ramps.",
    "Islanders had gone by fishing boat since then, and paid for it. The repair took five months longer than planned.",
    "A second ferry is to follow next year. The council has put aside money for it, but no yard has been named so far.",
]
BODY = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
HEAD = "<title>Ferry sails again</title><meta property='og:title' content='Ferry sails again'>"
FLIGHT = '5:["$","main",null,{"state":' + json.dumps({"title": "Ferry", "bodyHtml": BODY}) + "}]"
URL = "https://skerry.example/ferry"

HELD = {
    "a string of JSON": f"<script type='application/json'>{json.dumps({'a': [1, 2], 'content': BODY})}</script>",
    "a string of JSON within another": f"<script>self.rows.push([1,{json.dumps(FLIGHT)}])</script>",
    "a variable": f"<script>window.STATE = {{id: 7, body: {json.dumps(BODY)}}};</script>",
    "plain prose": f"<script>var page = {json.dumps({'text': chr(10).join(PARAGRAPHS)})};</script>",
}


def page(inside: str) -> bytes:
    """Write a page with nothing but this."""
    return f"<!doctype html><html><head>{HEAD}</head><body><div id='root'></div>{inside}</body></html>".encode()


@pytest.mark.parametrize("held", HELD.values(), ids=HELD.keys())
def test_an_article_that_a_script_holds_is_read(held: str) -> None:
    """The article is read wherever in a script it is, paragraph by paragraph, and the record says how."""
    content = read_page(page(held), url=URL)
    assert content.text.splitlines() == PARAGRAPHS
    assert content.method == "scripted"


def test_what_a_page_shows_counts_more_than_what_a_script_holds() -> None:
    """A page with a text of its own is read as it is."""
    other = json.dumps({"next": BODY.replace("ferry", "bridge") * 3})
    content = read_page(
        page(f"<article><h1>Ferry sails again</h1>{BODY}</article><script>x({other})</script>"), url=URL
    )
    assert content.text.splitlines() == PARAGRAPHS
    assert content.method != "scripted"


@pytest.mark.parametrize(
    "held",
    [
        "{'a': 'short'}",
        json.dumps({"code": "function f(a) { return a[0].b(); } " * 40}),
        json.dumps({"names": ", ".join(f"Name {n}" for n in range(200))}),
        json.dumps({"template": f"<div>{{{{ title }}}}</div>{BODY}"}),
        '"' * 1001,
        '{"a":"' + "\\" * 999,
    ],
    ids=["short", "code", "list", "template", "quotes", "open"],
)
def test_what_is_no_prose_is_no_article(held: str) -> None:
    """Code, lists, templates with blanks and broken strings are no article."""
    assert not scripted.article(f"<script>{held}</script>")


def test_the_longest_prose_is_the_article() -> None:
    """Of several strings of prose, the longest is the article."""
    held = json.dumps({"related": BODY[: len(BODY) * 3 // 4], "body": BODY})
    assert scripted.article(f"<script>{held}</script>") == BODY


def test_half_characters_are_left_out() -> None:
    """A string that was cut within a character does not break the page."""
    held = json.dumps({"body": BODY + "<p>End \ud83d</p>"})
    assert scripted.article(f"<script>{held}</script>").endswith("<p>End </p>")


def test_a_box_without_scripts_may_begin_what_another_ends() -> None:
    """What stands between two `<noscript>` that open and close a box is no part of them."""
    article = f"<article><h1>Ferry sails again</h1>{BODY}</article>"
    inside = f"<noscript><div></noscript>{article}<noscript></div></noscript>"
    assert read_page(page(inside), url=URL).text.splitlines() == PARAGRAPHS


def test_a_template_of_prose_is_shown() -> None:
    """An article in a template is read; a template with blanks is not."""
    template = f"<div itemprop='articleBody'><script type='text/template'>{BODY}</script></div>"
    assert read_page(page(template), url=URL).text.splitlines() == PARAGRAPHS
    assert "{{" not in scripted.shown("<script type='text/x-template'><p>{{ name }}</p></script>")


@pytest.mark.parametrize("piece", ["<noscript>", "<script>", "<script", ':"', '("\\"', "<script type=text/template>"])
def test_time_grows_with_length_only(piece: str) -> None:
    """A page of a million characters, made to be looked at again and again, is looked at once."""
    source = "<script>" + piece * (1_000_000 // len(piece))
    started = time.process_time()
    scripted.article(scripted.shown(source))
    assert time.process_time() - started < 2
