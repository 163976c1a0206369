"""The gold articles say where their words are, and their sources and chains hold together."""

from typing import Any

import pytest

from tests.fakes import gold
from tests.fakes.gold import GoldArticle

KINDS = {"person", "organisation", "news_agency", "outlet", "official_body", "document", "social_media"}
KINDS |= {"anonymous", "group"}
MENTIONS = {"name", "surname", "pronoun", "description", "anonymous"}
TEXT = "The minister said he was tired. Then he said it again, and again he said it."


@pytest.fixture(params=gold.names())
def articles(request: pytest.FixtureRequest) -> list[GoldArticle]:
    """Return the articles of each file in turn."""
    return gold.load(request.param)


def entry(snippet: str, **said: str | None) -> dict[str, Any]:
    """Return an article that attributes something to `he` and `said`, where nothing else is told."""
    words = {"in": snippet, "source": "he", "cue": "said", "content": None, "who": None, "via": None}
    return {
        "id": "x01",
        "region": "",
        "title": "",
        "outlet": {"host": None, "origin": None},
        "text": TEXT,
        "sources": [],
        "attributions": [{**words, "stance": "attitude", "mention": "pronoun", **said}],
        "chain": [],
    }


def test_articles_have_ids_of_their_own_and_attributions(articles: list[GoldArticle]) -> None:
    """No two articles of a file share an id, and each has an attribution, a title and a text."""
    assert len({article.id for article in articles}) == len(articles) > 0
    assert all(article.attributions and article.title and article.text for article in articles)


def test_spans_give_back_their_text(articles: list[GoldArticle]) -> None:
    """Every span is where the text says what it says, and no source overlaps its own cue."""
    for article in articles:
        for said in article.attributions:
            for span in filter(None, (said.source, said.cue, said.content)):
                assert article.text[span.start : span.end] == span.text
            assert said.source.end <= said.cue.start or said.cue.end <= said.source.start


def test_no_attribution_stands_twice(articles: list[GoldArticle]) -> None:
    """The same source words with the same cue words are one attribution, but for what was said."""
    for article in articles:
        spans = [(said.source, said.cue, said.content) for said in article.attributions]
        assert len(set(spans)) == len(spans)


def test_ids_are_of_listed_sources(articles: list[GoldArticle]) -> None:
    """Whoever speaks, relays or is relied on is listed, once, and nobody relays himself."""
    for article in articles:
        known = {source.id for source in article.sources}
        assert len(known) == len(article.sources)
        used = {who for said in article.attributions for who in (said.who, said.via) if who}
        assert used | {other for source in article.sources for other in source.cites} <= known
        assert all(said.who != said.via or said.who is None for said in article.attributions)
        assert all(source.id not in source.cites for source in article.sources)


def test_only_assertions_and_relays_make_sources(articles: list[GoldArticle]) -> None:
    """Every listed source asserts or relays something, and every assertion has its source."""
    for article in articles:
        asserted = [said for said in article.attributions if said.stance == "assertion"]
        assert all(said.stance in {"assertion", "attitude"} for said in article.attributions)
        assert all(said.who for said in asserted)
        assert {source.id for source in article.sources} == {i for said in asserted for i in (said.who, said.via) if i}


def test_relays_cite_whom_they_relay(articles: list[GoldArticle]) -> None:
    """What comes through somebody is by a source that he cites."""
    for article in articles:
        cites = {source.id: source.cites for source in article.sources}
        assert all(said.who in cites[said.via] for said in article.attributions if said.via and said.who)


def test_sources_are_told_in_the_words_of_the_text(articles: list[GoldArticle]) -> None:
    """Mentions stand in the text, kinds and mentions are known ones, and only anonymous sources are anonymous."""
    for article in articles:
        for source in article.sources:
            assert source.mention.lower() in article.text.lower()
            assert source.name == source.mention or source.name is None or source.name in article.text
            assert source.kind in KINDS
            assert source.anonymous == (source.kind == "anonymous")
            assert source.name is None or not source.anonymous
        assert {said.mention for said in article.attributions} <= MENTIONS


def test_chains_are_made_of_sources_and_outlets(articles: list[GoldArticle]) -> None:
    """Each link of a chain is a source or the teller, none stands twice, and the teller comes first."""
    for article in articles:
        sources = {source.name or source.mention for source in article.sources}
        teller = article.origin or article.host
        assert set(article.chain) <= sources | {teller}
        assert len(set(article.chain)) == len(article.chain)
        assert not article.chain or teller is None or article.chain[0] == teller


def test_the_words_are_the_nearest_whole_words() -> None:
    """`he` is not found within `The`, the cue is the one beside the source, the content any near the snippet."""
    (said,) = gold.article(entry("The minister said he was tired", content="said it")).attributions
    assert (said.source.start, said.cue.start) == (TEXT.index("he was"), TEXT.index("said he"))
    assert said.content is not None
    assert said.content.start == TEXT.index("said it")


@pytest.mark.parametrize(
    "wrong",
    [
        entry("said it"),
        entry("nowhere"),
        entry("The minister said"),
        entry("he was tired"),
        entry("he was tired", content="sleep", cue="was"),
        entry("he was tired", source=""),
    ],
)
def test_words_in_doubt_name_their_article(wrong: dict[str, Any]) -> None:
    """A snippet that occurs twice or never, and words that are not there, are errors with the article's id."""
    with pytest.raises(ValueError, match=r"^x01: "):
        gold.article(wrong)
