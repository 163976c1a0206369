"""Where it happens: names in texts, the place each means, and what the article is about."""

from typing import Any

import pytest

from schemas.v1.tagged import RegionsTag
from services.tag.places.atlas import Atlas
from services.tag.places.homes import Home
from services.tag.places.region import tag_regions
from services.tag.story import Story


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the packaged atlas, loaded once."""
    return Atlas.load()


def regions(text: str, atlas: Atlas, home: str | None = None, **said: Any) -> RegionsTag:
    """Tag a text."""
    return tag_regions(Story(text=text, **said), atlas, Home(home))


def named(tag: RegionsTag) -> list[tuple[str, str | None]]:
    """Return the places as they are written, with their countries."""
    return [(place.text, place.country) for place in tag.places]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Talks in Baghdad between Iraqi and Turkish envoys.", [("Baghdad", "IQ"), ("Iraqi", "IQ"), ("Turkish", "TR")]),
        ("The base at al-Tanf, west of the Euphrates River.", [("al-Tanf", "SY"), ("Euphrates River", None)]),
        ("Floods in Paris, Texas.", [("Paris", "US"), ("Texas", "US")]),
        ("Floods in Paris, France.", [("Paris", "FR"), ("France", "FR")]),
        ("A fire in Jackson, Miss., killed two.", [("Jackson", "US"), ("Miss.", "US")]),
        ("The US and the UK agreed.", [("US", "US"), ("UK", "GB")]),
        ("Kirkuk and Salahuddin in Iraq.", [("Kirkuk", "IQ"), ("Salahuddin", "IQ"), ("Iraq", "IQ")]),
        ("\u0627\u0644\u0639\u0631\u0627\u0642", [("\u0627\u0644\u0639\u0631\u0627\u0642", "IQ")]),
        ("\u5df4\u683c\u8fbe\u53d1\u751f\u7206\u70b8", [("\u5df4\u683c\u8fbe", "IQ")]),
    ],
)
def test_places_are_found(atlas: Atlas, text: str, places: list[tuple[str, str | None]]) -> None:
    """Countries, adjectives, cities, provinces, rivers and native scripts are found and resolved."""
    assert named(regions(text, atlas)) == places


@pytest.mark.parametrize(
    "text",
    [
        "Reading is fun, and a nice mobile is of use.",
        "Jack London wrote it.",
        "Mr. Houston paid.",
        "He told us in march.",
        "The Chicago Tribune wrote about it.",
        "Jordan Peele laughed.",
        "An officer and a policeman from the office.",
        "",
    ],
)
def test_false_friends_are_no_places(atlas: Atlas, text: str) -> None:
    """Words and names of people that are spelled like places give none."""
    assert named(regions(text, atlas)) == []


def test_a_place_carries_ids_and_coordinates(atlas: Atlas) -> None:
    """A city comes with its GeoNames id, ISO 3166-2 and a point nearby."""
    (place,) = regions("Fire in Kirkuk.", atlas).places
    assert (place.geonames_id, place.country, place.subdivision) == (94787, "IQ", "IQ-KI")
    assert place.lat == pytest.approx(35.47, abs=0.1)
    assert place.lon == pytest.approx(44.39, abs=0.1)


def test_the_country_spoken_of_most_is_primary(atlas: Atlas) -> None:
    """Countries are ranked by weight; what is named once in passing is mentioned only."""
    text = (
        "Syria votes. Damascus is calm, Aleppo waits, Syrian papers hope.\n\n"
        + "Nothing else. " * 20
        + "Peru sent word."
    )
    tag = regions(text, atlas, title="Syria votes")
    assert [(c.code, c.salience) for c in tag.countries] == [("SY", "primary"), ("PE", "mentioned")]
    assert tag.countries[0].score == 1.0
    assert 0 < tag.countries[1].score < 0.3


def test_subdivisions_are_scored(atlas: Atlas) -> None:
    """A province or a city in it gives the ISO 3166-2 code."""
    tag = regions("Kirkuk is quiet. Kirkuk sleeps. Diyala too.", atlas)
    assert [s.code for s in tag.subdivisions] == ["IQ-KI", "IQ-DI"]


def test_the_outlets_home_settles_a_name(atlas: Atlas) -> None:
    """`Georgia` in doubt goes to the country where the outlet is."""
    text = "Voters in Georgia and Alabama went to the polls."
    assert named(regions(text, atlas, home="US"))[0] == ("Georgia", "US")
    assert named(regions("Voters in Georgia went to Tbilisi.", atlas))[0] == ("Georgia", "GE")


def test_a_name_of_another_language_needs_that_language(atlas: Atlas) -> None:
    """`Alemania` is Germany in Spanish, and no word of English."""
    assert named(regions("Viaje a Alemania", atlas, language="es")) == [("Alemania", "DE")]
    assert named(regions("The Alemania tour", atlas, language="en")) == []
