"""The newsroom's stories, page by page through extract, against the tags that their authors wrote down.

The thresholds are what the taggers reach, rounded down: a change that loses some of it is seen.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from schemas.v1 import Entry, Tags
from schemas.v1.entry import FeedInfo
from schemas.v1.tagged import Source
from services.extract.page import read_page
from services.extract.record import article_from
from services.local.newsroom import pages, stories
from services.local.newsroom.programme import Programme, Publication
from services.tag.folding import fold
from services.tag.story import Story
from services.tag.tagger import Tagger

pytestmark = pytest.mark.xdist_group("newsroom tags")  # the stories are read and tagged once for all

START = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
STORIES = stories.load()
BASE = "http://127.0.7.1:8900"
ARTICLES = {"the", "a", "an", "der", "die", "das", "ein", "eine", "einer", "le", "la", "les", "l", "un", "une"}


class Tagged(NamedTuple):
    """A story as its author has it and as the taggers have it."""

    wanted: stories.Story
    tags: Tags


class Score(NamedTuple):
    """Share of what was found that is right, and of what is right that was found."""

    precision: float
    recall: float


def extracted(publication: Publication, related: list[Publication]) -> Story:
    """Take a story the way that a reader's page takes it: feed entry, page, record."""
    story, url = publication.story, BASE + publication.path
    content = read_page(pages.article(publication, base=BASE, related=related), url=url, charset="utf-8")
    entry = Entry(
        entry_id="e",
        trace_id="0" * 32,
        event="new",
        feed=FeedInfo(feed_id="f", url=BASE, title=publication.outlet.name, language=publication.outlet.language),
        channel=publication.outlet.feed,
        url=url,
        title=publication.title,
        authors=list(story.authors),
        published_at=publication.at,
        content_hash="0" * 64,
        seen_at=publication.at + timedelta(minutes=1),
    )
    return Story.of(article_from(content, requested_url=url, final_url=url, trace_id="0" * 32, entry=entry))


@pytest.fixture(scope="module")
def tagged() -> list[Tagged]:
    """Return all stories with their tags."""
    programme = Programme(stories=STORIES, start=START, first=len(STORIES), every_s=5)
    published = [programme.publication(position) for position in range(len(STORIES))]
    tagger = Tagger.load()
    found = []
    for publication in published:
        related = [other for other in published if other.outlet is publication.outlet and other is not publication]
        story = extracted(publication, related)
        found.append(Tagged(publication.story, tagger.tag(story)))
    return found


def score(pairs: Iterable[tuple[int, int, int]]) -> Score:
    """Add up right, found and wanted."""
    right, found, wanted = (sum(column) for column in zip(*pairs, strict=True))
    return Score(right / found, right / wanted)


def countries(tags: Tags, *, primary: bool = False) -> set[str]:
    """Return the codes of the countries, all or those that the story is about."""
    assert tags.regions is not None
    return {c.code for c in tags.regions.countries if c.salience == "primary" or not primary}


def bare(text: str) -> list[str]:
    """Return the words of a phrase without its articles."""
    return [word for word in re.findall(r"\w+", fold(text)) if word not in ARTICLES]


def is_same(source: Source, wanted: stories.Source) -> bool:
    """Tell whether a found source is one that the author names: by name, else by a part of its words."""
    if wanted.name:
        return bare(wanted.name) in (bare(source.name or ""), bare(source.mention))
    found, words = " ".join(bare(source.mention)), " ".join(bare(wanted.mention))
    return bool(found) and (found in words or words in found)


def sources(item: Tagged) -> tuple[int, int, int]:
    """Count the sources of a story that are right, found and wanted."""
    assert item.tags.sources is not None
    left = list(item.wanted.sources)
    for source in item.tags.sources.sources:
        if match := next((wanted for wanted in left if is_same(source, wanted)), None):
            left.remove(match)
    wanted = len(item.wanted.sources)
    return wanted - len(left), len(item.tags.sources.sources), wanted


def test_no_country_is_made_up_and_few_are_missed(tagged: list[Tagged]) -> None:
    """Every country that is found is one that the author names, but for one in fifty."""
    pairs = [(countries(item.tags), {*item.wanted.primary, *item.wanted.mentioned}) for item in tagged]
    reached = score((len(got & wanted), len(got), len(wanted)) for got, wanted in pairs)
    assert reached.precision >= 0.98
    assert reached.recall >= 0.95


def test_the_countries_that_stories_are_about(tagged: list[Tagged]) -> None:
    """Six of seven primary countries are the author's."""
    pairs = [(countries(item.tags, primary=True), set(item.wanted.primary)) for item in tagged]
    reached = score((len(got & wanted), len(got), len(wanted)) for got, wanted in pairs)
    assert min(reached) >= 0.86


@pytest.mark.parametrize(
    ("language", "precision", "recall"), [("en", 0.90, 0.75), ("fr", 0.88, 0.55), ("de", 0.84, 0.58)]
)
def test_the_cited_sources(tagged: list[Tagged], language: str, precision: float, recall: float) -> None:
    """Who is cited is mostly somebody whom the author names; in French and German more are missed."""
    reached = score(sources(item) for item in tagged if item.wanted.language == language)
    assert reached.precision >= precision
    assert reached.recall >= recall


def test_no_dateline_and_no_place_speaks(tagged: list[Tagged]) -> None:
    """The city that a story opens with is no source, nor is any other place of the story."""
    for item in tagged:
        assert item.tags.sources is not None
        places = {fold(place) for place in item.wanted.places}
        names = {fold(source.name or source.mention) for source in item.tags.sources.sources}
        assert not names & places, item.wanted.slug


def test_a_republished_story_names_its_origin(tagged: list[Tagged]) -> None:
    """A byline with an outlet's name gives the origin, unknown to the directory; no other story has one."""
    for item in tagged:
        assert item.tags.outlet is not None
        origin = item.tags.outlet.origin
        assert (origin.name if origin else None) == item.wanted.origin, item.wanted.slug
        if origin:
            assert origin.id is None
            assert any(e.role == "origin" and origin.name in e.text for e in item.tags.outlet.evidence)


def test_the_chain_of_the_republished_story(tagged: list[Tagged]) -> None:
    """Republisher, outlet, agency and unnamed source: each is what it is, and the chain runs through all."""
    item = next(item for item in tagged if item.wanted.slug == "caspian-corridor-talks")
    assert item.tags.outlet is not None
    assert item.tags.outlet.host is not None
    assert item.tags.outlet.host.name == "Passage Bulletin"
    assert item.tags.sources is not None
    assert [bare(link.name) for link in item.tags.sources.chain] == [bare(name) for name in item.wanted.chain]
    unnamed = next(s for s in item.tags.sources.sources if s.id == item.tags.sources.chain[-1].source_id)
    assert unnamed.anonymous
