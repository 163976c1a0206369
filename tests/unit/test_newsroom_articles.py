"""The newsroom's stories and what is made of them: real prose with true tags, published by a fixed programme."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import escape
from xml.etree import ElementTree as ET

import pytest
from babel import Locale

from services.local.newsroom import dates, feeds, pages, stories
from services.local.newsroom.outlets import OUTLETS, Language, Outlet
from services.local.newsroom.programme import Programme, Publication
from services.local.newsroom.stories import Story

START = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
STORIES = stories.load()
BASE = "http://127.0.7.1:8900"
KINDS = {
    "person",
    "organisation",
    "news_agency",
    "outlet",
    "official_body",
    "document",
    "social_media",
    "anonymous",
    "group",
}
every_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
every_outlet = pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)


def published(count: int, *, first: int = 12, copies: int = 1) -> list[Publication]:
    """Return the first publications of a programme."""
    programme = Programme(stories=STORIES, start=START, first=first, every_s=5, copies=copies)
    return [programme.publication(position) for position in range(count)]


def text_of(story: Story) -> str:
    """Return all that a reader sees of a story, in one string."""
    return " ".join((story.title, story.dateline, *story.paragraphs))


def words(story: Story) -> list[str]:
    """Return the words of a story's body."""
    return [word for paragraph in story.paragraphs for word in paragraph.split()]


def test_there_is_enough_to_read() -> None:
    """At least forty stories from six outlets in three languages."""
    assert len(STORIES) >= 40
    assert {story.outlet for story in STORIES} == {outlet.id for outlet in OUTLETS}
    assert len(OUTLETS) == 6
    assert {story.language for story in STORIES} == {"en", "fr", "de"}


def test_the_stories_cite_all_kinds_of_sources() -> None:
    """Every kind of source that a record can hold occurs, those without a name more than once."""
    found = Counter(source.kind for story in STORIES for source in story.sources)
    assert set(found) == KINDS
    assert found["anonymous"] >= 10
    assert found["official_body"] >= 15


@every_story
def test_a_story_has_the_length_of_news(story: Story) -> None:
    """A story has 120 to 400 words in at least five paragraphs, and its outlet's language."""
    assert 120 <= len(words(story)) <= 400
    assert len(story.paragraphs) >= 5
    assert story.language == {outlet.id: outlet.language for outlet in OUTLETS}[story.outlet]


@every_story
def test_the_tags_of_a_story_are_found_in_its_text(story: Story) -> None:
    """Mentions of sources stand in the text word for word, places but for case, and countries are ISO codes."""
    text = text_of(story)
    for source in story.sources:
        assert source.mention in text
        assert source.kind in KINDS
        assert all(cited in text for cited in source.cites)
    assert all(place.casefold() in text.casefold() for place in story.places)
    assert story.primary
    assert not set(story.primary) & set(story.mentioned)
    assert set(story.primary + story.mentioned) <= set(Locale("en").territories)


@every_story
def test_all_placeholders_of_a_story_are_filled(story: Story) -> None:
    """No bracket of a placeholder reaches the reader."""
    for text in (*story.paragraphs, story.title, story.summary, story.dateline):
        assert "[[" not in dates.fill(text, START, story.language)


def test_no_two_stories_share_a_passage() -> None:
    """No run of eight words occurs in two stories."""
    seen: dict[tuple[str, ...], str] = {}
    for story in STORIES:
        body = words(story)
        for run in zip(*(body[shift:] for shift in range(8)), strict=False):
            assert seen.setdefault(run, story.slug) == story.slug


def test_one_story_has_the_shape_of_the_worked_example() -> None:
    """A republished story leads from its outlet over an agency to a source without a name, under a doubled date."""
    story = next(story for story in STORIES if len(story.chain) == 3)
    assert story.chain[0] == story.origin
    assert [source.kind for source in story.sources if source.mention in story.chain[1:]] == [
        "news_agency",
        "anonymous",
    ]
    item = next(item for item in published(len(STORIES)) if item.story is story)
    page = pages.article(item, base=BASE, related=()).decode()
    assert f"By {story.origin}" in page
    assert "5 March 5, 2026" in page


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("[[weekday]]", "en", "Thursday"),
        ("[[weekday -1]]", "fr", "mercredi"),
        ("am [[date +30]]", "de", "am 4. April"),
        ("[[date_us -5]] [[year -70]]", "en", "February 28 2025"),
        ("en [[month 120]]", "fr", "en juillet"),
        ("nothing [here]", "en", "nothing [here]"),
    ],
)
def test_placeholders_count_days_from_the_publication(text: str, language: Language, shown: str) -> None:
    """A placeholder becomes a date in words, so many days away."""
    assert dates.fill(text, START, language) == shown


@pytest.mark.parametrize(
    "broken",
    [
        "colour: red\n\nText",
        "outlet: nowhere\nlanguage: en\n\nText",
        "outlet: harwick\nlanguage: en\ntitle: One\ntitle: Two\nsection: x\nsummary: x\n\nText",
        "outlet: harwick\nlanguage: en\ntitle: One\nsection: x\nsummary: x\nsource: person\n\nText",
    ],
)
def test_a_broken_file_is_named(broken: str) -> None:
    """A file that is not understood is an error with its name."""
    with pytest.raises(ValueError, match="broken"):
        stories.parse("broken", broken)


def test_the_programme_follows_from_its_start() -> None:
    """The same start gives the same publications, and a first batch that lies before it."""
    one, other = published(150), published(150)
    assert one == other
    assert all(item.at <= START for item in one[:12])
    assert [item.at for item in one[12:]] == [START + timedelta(seconds=5 * (number + 1)) for number in range(138)]


@pytest.mark.parametrize("seconds", [-100_000, -661, -660, -1, 0, 0.1, 0.3, 1, 7, 86_400])
def test_what_is_out_is_what_has_come_out(seconds: float) -> None:
    """At any moment the count of publications ends before the first one of the future."""
    programme = Programme(stories=STORIES, start=START, first=12, every_s=0.1)
    now = START + timedelta(seconds=seconds)
    out = programme.out(now)
    assert programme.publication(out).at > now
    assert out == 0 or programme.publication(out - 1).at <= now


def test_the_first_batch_comes_from_all_outlets() -> None:
    """A reader who polls at the start finds every feed filled."""
    assert Counter(item.outlet.id for item in published(12)) == Counter({outlet.id: 2 for outlet in OUTLETS})


def test_after_the_last_story_it_goes_on_with_updates_and_follow_ups() -> None:
    """Later rounds bring new addresses and changed text at old ones, and never the same text again."""
    rounds = published(4 * len(STORIES))
    first = {item.path: item for item in rounds[: len(STORIES)]}
    later = rounds[len(STORIES) :]
    updates = [item for item in later if item.path in first]
    follow_ups = [item for item in later if item.path not in first]
    assert min(len(updates), len(follow_ups)) >= len(STORIES)
    assert len({item.path for item in follow_ups}) == len(follow_ups)
    assert all(item.published_at == first[item.path].published_at < item.at for item in updates)
    assert len({(item.title, item.paragraphs) for item in rounds}) == len(rounds)


def test_copies_make_as_many_distinct_articles_as_a_load_test_needs() -> None:
    """A thousand articles have a thousand addresses and texts."""
    items = published(1000, copies=25, first=1000)
    assert len({(item.outlet.id, item.path) for item in items}) == 1000
    assert len({item.paragraphs for item in items}) == 1000
    assert all(item.at <= START for item in items)


@every_outlet
def test_a_page_shows_its_story_and_the_outlets_furniture(outlet: Outlet) -> None:
    """A page has all paragraphs, its canonical address, a visible date, and links to its neighbours."""
    own = [item for item in published(len(STORIES)) if item.outlet is outlet]
    item = own[0]
    page = pages.article(item, base=BASE, related=own[1:]).decode()
    for paragraph in item.paragraphs:
        assert escape(paragraph, quote=False) in page
    assert f'<link rel="canonical" href="{BASE}{item.path}">' in page
    assert dates.show(outlet.shown_date, outlet.local(item.published_at), outlet.language) in page
    assert BASE + own[1].path in page
    assert "$" not in re.sub(r"\$\d", "", page)


@every_outlet
def test_an_updated_page_says_so(outlet: Outlet) -> None:
    """An update carries a note for the reader; a first edition does not."""
    rounds = [item for item in published(3 * len(STORIES)) if item.outlet is outlet]
    update = next(item for item in rounds if item.at != item.published_at)
    assert 'class="updated"' in pages.article(update, base=BASE, related=()).decode()
    assert 'class="updated"' not in pages.article(rounds[0], base=BASE, related=()).decode()


@pytest.mark.parametrize(
    ("outlet_id", "pattern"),
    [
        ("harwick", r'"datePublished": "([^"]+)"'),
        ("meridian", r'<meta property="article:published_time" content="([^"]+)">'),
        ("verneau", r'<time itemprop="datePublished" datetime="([^"]+)">'),
        ("lagune", r'<time datetime="([^"]+)">'),
        ("lindfurt", r'<meta name="date" content="([^"]+)">'),
    ],
)
def test_structured_dates_keep_the_outlets_offset(outlet_id: str, pattern: str) -> None:
    """Each kind of markup gives the moment of publication on the outlet's own clock."""
    item = next(item for item in published(len(STORIES)) if item.outlet.id == outlet_id)
    found = re.search(pattern, pages.article(item, base=BASE, related=()).decode())
    assert found is not None
    moment = datetime.fromisoformat(found[1])
    assert moment == item.published_at
    assert moment.utcoffset() == timedelta(hours=item.outlet.utc_offset_h)


def test_one_outlet_has_no_structured_date() -> None:
    """The republisher's pages leave a reader nothing but the text to find the date in."""
    item = next(item for item in published(len(STORIES)) if item.outlet.id == "passage")
    page = pages.article(item, base=BASE, related=()).decode()
    assert "2026-03" not in page
    assert "<time" not in page
    assert "ld+json" not in page


def test_text_cannot_break_out_of_a_page() -> None:
    """Angle brackets and quotes in a title are text in every template."""
    bad = '</script><b a="'
    for outlet in OUTLETS:
        item = next(item for item in published(len(STORIES)) if item.outlet is outlet)
        hostile = Publication(**{**vars(item), "title": bad})
        assert bad not in pages.article(hostile, base=BASE, related=[hostile]).decode()


@every_outlet
def test_a_feed_is_well_formed_and_newest_first(outlet: Outlet) -> None:
    """Every feed parses, holds its items in order, and the same items give the same bytes."""
    own = [item for item in published(len(STORIES)) if item.outlet is outlet][::-1]
    feed = feeds.Feed(outlet, BASE, own)
    body = feeds.render(feed)
    assert body == feeds.render(feeds.Feed(outlet, BASE, list(own)))
    assert titles(outlet, body) == [item.title for item in own]
    assert feed.updated == own[0].at


def titles(outlet: Outlet, body: bytes) -> list[str | None]:
    """Return the titles of a feed's items."""
    if outlet.feed == "json":
        return [item["title"] for item in json.loads(body)["items"]]
    path = {"rss": "channel/item/title", "atom": "{*}entry/{*}title"}[outlet.feed]
    return [title.text for title in ET.fromstring(body).findall(path)]
