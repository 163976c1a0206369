"""Claims: the times that a page states for machines."""

import json

from selectolax.lexbor import LexborHTMLParser

from services.extract import claims, head, jsonld


def _read(inside_head: str = "", body: str = "", **ld: str) -> claims.Claims:
    block = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **ld})}</script>'
    read = head.read(LexborHTMLParser(f"<html><head>{inside_head}{block}</head><body>{body}</body></html>"))
    graph = jsonld.nodes(read.blocks)
    return claims.read(read, jsonld.article(graph, addresses=frozenset()) or {}, graph)


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def test_the_article_s_own_markup_is_firm() -> None:
    """JSON-LD and `article:published_time` are firm while they agree on the day; general elements never are."""
    time = "2024-03-08T21:00:00+01:00"
    assert _read(datePublished=time).firm
    assert _read(_meta("article:published_time", time), datePublished="2024-03-08").firm
    assert not _read(_meta("article:published_time", "2024-03-10"), datePublished=time).firm
    general = _read(_meta("date", time))
    assert general.published is not None
    assert not general.firm


def test_microdata_of_one_day_count() -> None:
    """Marked elements of one day state it; those of several articles state nothing."""
    item = '<span itemprop="datePublished" content="{}">x</span>'
    one = _read(body=item.format("2024-03-08T21:00:00Z") * 2)
    two = _read(body=item.format("2024-03-08") + item.format("2024-03-09"))
    assert one.published is not None
    assert two.published is None


def test_a_date_in_the_title_is_stated() -> None:
    """A part of the window's title that is a date and nothing else counts; one within a headline does not."""
    assert _read("<title>Bridge reopens | The Courier | 08.03.2024</title>").published is not None
    assert _read("<title>What happened on 08.03.2024 | The Courier</title>").published is None


def test_all_times_are_kept_as_witnesses() -> None:
    """The offset of the page's clock shows in any of its times."""
    said = _read(body='<time datetime="2024-03-08T15:00:00-05:00">x</time>', datePublished="2024-03-08T20:00:00Z")
    assert [moment.at.isoformat() for moment in said.others] == [
        "2024-03-08T20:00:00+00:00",
        "2024-03-08T15:00:00-05:00",
    ]
