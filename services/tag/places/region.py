"""Where the news happens: places in the text, their countries and subdivisions, and which of them the article is about.

Three steps: gazetteer and towns find names, a judge drops those that are something else here and picks one place for
each of the others, and what is left is weighed. For English the judge is a model (`place_judge`), for other languages
rules (`place_rules`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from schemas.v1.tagged import Country, Place, RegionsTag, Subdivision
from services.tag.folding import even
from services.tag.places import place_rules
from services.tag.places.atlas import Atlas
from services.tag.places.gazetteer import Hit
from services.tag.places.homes import NOWHERE, Home
from services.tag.places.place_features import Evidence
from services.tag.places.place_judge import BELIEVED, COUNTED, country_rows, judge
from services.tag.places.place_names import Mention, Name, joined, names_of, read_mentions
from services.tag.places.spots import Spot
from services.tag.story import Story

VERSION: Final = "3"
HEAD_SHARE: Final = 0.2
HEAD_WEIGHT: Final = 2.0
PRIMARY_SHARE: Final = 0.6
"""A country is primary from this share of the top score on."""
PRIMARY_MAX: Final = 3
PLACES_MAX: Final = 1000
"""No article names more; a text made to stall us may."""
SAMPLE_CHARS: Final = 400
_BEYOND_LATIN: Final = re.compile("[\u0250-\U0010ffff]")
FOREIGN_SHARE: Final = 0.3


class Found(NamedTuple):
    """A place in title or text. `start` and `end` are characters of the field."""

    start: int
    end: int
    spot: Spot
    in_title: bool


def tag_regions(story: Story, atlas: Atlas, home: Home = NOWHERE) -> RegionsTag:
    """Find the places of a story. `home` is where its outlet is at home, which settles names in doubt."""
    if is_english(story):
        found, countries = _judged(story, atlas, home)
    else:
        found = _ruled(story, atlas, home)
        countries = {place.spot.country for place in found}
    head_end = len(story.text) * HEAD_SHARE
    weighed = [(at.spot, HEAD_WEIGHT if at.in_title or at.start < head_end else 1.0) for at in found]
    return RegionsTag(
        countries=_countries([(spot, weight) for spot, weight in weighed if spot.country in countries]),
        subdivisions=_subdivisions(weighed),
        places=[_place(story.text, at) for at in found if not at.in_title][:PLACES_MAX],
    )


def is_english(story: Story) -> bool:
    """Tell whether a story is in English, as far as is known: said so, or not said and in Latin letters."""
    if story.language is not None:
        return story.language == "en" or story.language.startswith("en-")
    sample = story.text[:SAMPLE_CHARS]
    return sum(map(str.isalpha, _BEYOND_LATIN.findall(sample))) <= FOREIGN_SHARE * len(sample)


def read_names(story: Story, atlas: Atlas) -> list[Name]:
    """Give the names in title and text, each with its mentions; a title that the text repeats counts once."""
    title = story.title or ""
    if story.text.startswith(title):
        title = ""
    return names_of([*_read(title, atlas, in_title=True), *_read(story.text, atlas, in_title=False)])


def _read(text: str, atlas: Atlas, *, in_title: bool) -> Iterable[tuple[Hit, Mention]]:
    plain = even(text)
    return read_mentions(plain, joined(atlas.gazetteer.find(plain), plain, atlas.towns), in_title=in_title)


def _judged(story: Story, atlas: Atlas, home: Home) -> tuple[list[Found], set[str | None]]:
    """Give the places by the model, and the countries that they are enough for."""
    names = read_names(story, atlas)
    beliefs = judge(names, Evidence(names, home), atlas.model)
    rows = country_rows(beliefs, home, len(story.text))
    counted: set[str | None] = {country for country, row in rows.items() if atlas.model.country(row) > COUNTED}
    found = [
        Found(belief.mention.start, belief.mention.end, belief.use.spot, belief.mention.in_title)
        for belief in beliefs
        if belief.probability > BELIEVED
    ]
    return found, counted


def _ruled(story: Story, atlas: Atlas, home: Home) -> list[Found]:
    """Give the places by rules."""
    fields = [(story.text, False), (story.title or "", True)]
    read = [place_rules.read_mentions(text, atlas.gazetteer.find(text, story.language)) for text, _ in fields]
    country = None if home.guessed else home.country
    small = place_rules.lower_words(story.text)
    choice = place_rules.Choice([m for mentions in read for m in mentions], country, small, story.language)
    return [
        Found(mention.hit.start, mention.hit.end, spot, in_title)
        for (_, in_title), mentions in zip(fields, read, strict=True)
        for mention in mentions
        if place_rules.believed(mention, spot := choice.spot(mention), choice)
    ]


def _place(text: str, at: Found) -> Place:
    spot = at.spot
    return Place(
        start=at.start,
        end=at.end,
        text=text[at.start : at.end],
        name=spot.name,
        geonames_id=spot.geonames_id,
        lat=spot.lat,
        lon=spot.lon,
        country=spot.country,
        subdivision=spot.subdivision,
    )


def _shares(weighed: Iterable[tuple[str | None, float]]) -> list[tuple[str, float]]:
    """Add the weights up for each code; relative to the top, highest first."""
    sums: Counter[str] = Counter()
    for code, weight in weighed:
        if code:
            sums[code] += weight  # type: ignore[assignment]  # a Counter may count in halves
    top = max(sums.values(), default=1)
    return [(code, round(total / top, 3)) for code, total in sorted(sums.items(), key=lambda item: (-item[1], item[0]))]


def _countries(weighed: Sequence[tuple[Spot, float]]) -> list[Country]:
    shares = _shares((spot.country, weight) for spot, weight in weighed)
    return [
        Country(
            code=code,
            salience="primary" if score >= PRIMARY_SHARE and rank < PRIMARY_MAX else "mentioned",
            score=score,
        )
        for rank, (code, score) in enumerate(shares)
    ]


def _subdivisions(weighed: Sequence[tuple[Spot, float]]) -> list[Subdivision]:
    return [Subdivision(code=c, score=score) for c, score in _shares((spot.subdivision, w) for spot, w in weighed)]
