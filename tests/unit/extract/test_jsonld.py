"""JSON-LD: the article in the graph."""

import json

import pytest

from services.extract import jsonld


def _article(*blocks: object, addresses: frozenset[str] = frozenset()) -> jsonld.Node | None:
    texts = [block if isinstance(block, str) else json.dumps(block) for block in blocks]
    return jsonld.article(jsonld.nodes(texts), addresses=addresses)


@pytest.mark.parametrize(
    "kind", ["NewsArticle", "ReportageNewsArticle", "BlogPosting", "https://schema.org/Article", ["Thing", "Article"]]
)
def test_every_article_type_counts(kind: object) -> None:
    """All types of schema.org that are articles are found, in a list and with a namespace too."""
    assert _article({"@type": kind, "headline": "x"}) is not None


def test_an_article_deep_in_the_graph_is_found() -> None:
    """The article may stand under `@graph`, `mainEntity` or in a list."""
    found = _article([{"@type": "WebPage", "mainEntity": {"@graph": [{"@type": "NewsArticle", "headline": "deep"}]}}])
    assert found is not None
    assert found["headline"] == "deep"


def test_articles_of_lists_are_others() -> None:
    """What a list of links or a mention names is not this page's article."""
    assert _article({"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "other"}]}) is None


def test_the_article_with_the_page_s_address_wins() -> None:
    """Of two articles the one that names the page is taken, though the other is fuller."""
    mine = {"@type": "Article", "headline": "mine", "url": "https://a.example/x?utm=1"}
    other = {
        "@type": "Article",
        "headline": "other",
        "datePublished": "2020-01-01",
        "author": "N",
        "url": "https://a.example/y",
    }
    found = _article([other, mine], addresses=jsonld.bare_addresses("http://a.example/x/"))
    assert found is not None
    assert found["headline"] == "mine"


@pytest.mark.parametrize(
    "block",
    [
        '<!-- {"@type": "Article", "headline": "x"} -->',
        '{"@type": "Article", "headline": "x",}',
        '{"@type": "Article", "headline": "x"};',
        '{"@type": "Thing"} {"@type": "Article", "headline": "x"}',
        '{"@type": "Article", "headline": "x", "text": "a\nb"}',
        '//<![CDATA[\n{"@type": "Article", "headline": "x"}\n//]]>',
    ],
)
def test_sloppy_blocks_are_read(block: str) -> None:
    """Comments, trailing commas, raw line breaks and several objects in one block are forgiven."""
    found = _article(block)
    assert found is not None
    assert found["headline"] == "x"


@pytest.mark.parametrize(
    "block", ["", "{", "[" * 100_000, '{"a":' * 100_000, "NaN", '"x"', "null", '{"@type": {"@type": 1}}']
)
def test_broken_blocks_give_nothing(block: str) -> None:
    """A block that is no JSON, or nested beyond sense, is as if it were not there."""
    assert _article(block) is None


def test_a_broken_block_does_not_hide_the_next() -> None:
    """Each block stands for itself."""
    assert _article('{"@type": ', {"@type": "Article"}) is not None
