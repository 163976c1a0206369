"""What the place model stands on: towns, homes of outlets, evidence of a document, and the model's file."""

import json
from importlib.resources import files

import pytest

from schemas.v1.tagged import Outlet, RegionsTag
from services.tag.directory import Directory
from services.tag.folding import _EVEN, _FOLD, even, fold
from services.tag.places.atlas import Atlas
from services.tag.places.homes import NOWHERE, Home
from services.tag.places.place_model import compiled, read_model
from services.tag.places.region import is_english, tag_regions
from services.tag.places.towns import key
from services.tag.story import Story
from services.tag.tagger import Tagger

PARIS_TEXAS = 4717560


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the packaged atlas, loaded once."""
    return Atlas.load()


def tagged(text: str, atlas: Atlas, home: Home = NOWHERE) -> RegionsTag:
    """Tag a text."""
    return tag_regions(Story(text=text), atlas, home)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("A fire in Whitestown.", ["whitestown"]),
        ("Henderson County and Elbow Lake agree.", ["henderson county", "elbow lake"]),
        ("He is from Mt. Pleasant.", ["mt pleasant"]),
        ("He is from Mount Pleasant's centre.", ["mt pleasant"]),
        ("Sen. Westrom, R-Elbow Lake, spoke.", ["elbow lake"]),
        ("whitestown in small letters", []),
        ("The EU and NATO", []),
    ],
)
def test_towns_are_found_by_their_longest_name(atlas: Atlas, text: str, keys: list[str]) -> None:
    """Small towns and counties are found in runs of capitalised words, however `Mount` is spelled."""
    found = [town for town in atlas.towns.find(text) if key(text[town.start : town.end]) in keys]
    assert [key(text[town.start : town.end]) for town in found] == keys
    assert all(town.uses for town in found)
    assert all(text[town.start : town.end][0].isupper() for town in found)


def test_a_town_is_found_by_its_number(atlas: Atlas) -> None:
    """GeoNames ids lead to towns; one that no town has leads nowhere."""
    town = atlas.towns.numbered(4671545)
    assert town is not None
    assert (town.name, town.subdivision, town.kind) == ("Athens", "US-TX", "town")
    assert atlas.towns.numbered(4671545 + 1) is None
    assert atlas.towns.numbered(1) is None
    assert atlas.towns.numbered(10**9) is None


def test_a_county_lies_where_its_people_live(atlas: Atlas) -> None:
    """A county has the mean place of its towns."""
    (county,) = [spot for spot in atlas.towns.named("henderson county") if spot.subdivision == "US-TX"]
    assert county.kind == "county"
    assert county.lat == pytest.approx(32.2, abs=0.2)
    assert county.lon == pytest.approx(-95.9, abs=0.3)


@pytest.mark.parametrize(
    ("domain", "country", "place"),
    [
        ("theparisnews.com", "US", "Paris"),
        ("richmond.com", "US", "Richmond"),
        ("thisisoxfordshire.co.uk", None, "Oxfordshire"),
        ("dallasnews.com", "US", "Dallas"),
        ("kansascity.com", "US", "Kansas City"),
        ("news.com", "US", None),
        ("standard.example", None, None),
    ],
)
def test_a_domain_tells_a_home(atlas: Atlas, domain: str, country: str | None, place: str | None) -> None:
    """A place in a domain, with only words of newspapers around it, is where the outlet may be."""
    home = atlas.homes.at(None, domain, None)
    assert home.country == country
    assert all(place and place in spot.name for spot in home.spots)
    assert bool(home.spots) is bool(place)


def test_the_country_of_a_bare_domain_is_only_guessed(atlas: Atlas) -> None:
    """`.com` is a guess at a country, a directory's country is none."""
    assert atlas.homes.at(None, "example.com", None).guessed
    assert not atlas.homes.at("IN", "example.com", None).guessed
    assert atlas.home(None, Directory([])) == NOWHERE


def test_the_directory_tells_an_outlets_town(atlas: Atlas) -> None:
    """The home in the directory goes before the letters of a domain."""
    row = {"id": "x", "name": "X", "domains": "dallas.example", "country": "US", "kind": "newspaper", "aliases": ""}
    directory = Directory([{**row, "home": str(PARIS_TEXAS)}])
    home = atlas.home(Outlet(id="x", name="X", domain="dallas.example", country="US"), directory)
    assert [spot.subdivision for spot in home.spots] == ["US-TX"]


def test_a_local_papers_town_is_the_one_at_home(atlas: Atlas) -> None:
    """`Paris` in a paper of Paris, Texas, is not the capital of France."""
    text = (
        "Paris council to vote on budget. The Paris City Council will vote on Monday, said the mayor of Paris. "
        "Lamar County commissioners agreed. A man from Blossom was hurt in a crash near Paris."
    )
    spot = atlas.gazetteer.numbered[PARIS_TEXAS]
    tag = tagged(text, atlas, Home("US", (spot,), "theparisnews"))
    assert [country.code for country in tag.countries] == ["US"]
    assert {place.geonames_id for place in tag.places if place.text == "Paris"} == {PARIS_TEXAS}


def test_counties_of_a_state_speak_for_it(atlas: Atlas) -> None:
    """Places that the document names together settle which of many each is."""
    text = "The sheriffs of Henderson County and Anderson County met in Athens, Texas, on Monday."
    found = {place.text: place.subdivision for place in tagged(text, atlas).places}
    assert found["Athens"] == "US-TX"
    assert found["Henderson County"] == "US-TX"


@pytest.mark.parametrize(
    "text",
    [
        "It costs US$ 300 and Mr. Houston paid.",
        "She reads the Chicago Tribune, he the Dublin Herald.",
        "People in the West Coast bar sang.",
        "Georgia Smith smiled.",
        "He told the Voice of America and Agence France-Presse.",
        "The Russian Information Agency and the Times of India reported it.",
        "The Mexican restaurants closed, and a Canadian goose slept on the porch of the Irish pub.",
        "Japanese encephalitis and Spanish flu are diseases.",
        "She speaks Portuguese but wrote it in Spanish.",
        "The barn stands in the far South West.",
    ],
)
def test_what_is_surely_no_place_is_left_out(atlas: Atlas, text: str) -> None:
    """Currencies, outlets, people, diseases, languages, and parts of a country that is not spoken of are no places."""
    assert tagged(text, atlas).places == []


def test_adjectives_of_acts_are_no_languages(atlas: Atlas) -> None:
    """What a government does, and land that is a nation's, still tell the country."""
    text = (
        "The Spanish government sent food to Lisbon. Troops stood in French territory, and Mexican food exports rose."
    )
    assert {place.country for place in tagged(text, atlas).places} >= {"ES", "FR"}


def test_a_list_of_states_encloses_nothing(atlas: Atlas) -> None:
    """In a list of states the next one does not hold the one before, so Georgia is a state among others."""
    text = "Cases were found in Arkansas, California, Colorado, Georgia, Idaho, Illinois, Indiana and Kentucky."
    tag = tagged(text, atlas)
    assert {country.code for country in tag.countries} == {"US"}
    assert "US-GA" in {place.subdivision for place in tag.places}


def test_a_university_of_a_state_is_no_countrys(atlas: Atlas) -> None:
    """The University of Georgia lies in a state; Georgia alone may be the country."""
    found = tagged("Researchers from the University of Georgia and from Georgia met in Tbilisi.", atlas).places
    assert [place.country for place in found if place.text == "Georgia"] == ["US", "GE"]


def test_parts_of_the_world_are_found(atlas: Atlas) -> None:
    """A continent is no town of the same name, and the Middle East more than a direction; neither has a country."""
    tag = tagged("The company sells more in Asia and across the Middle East than in Brazil.", atlas)
    assert {(place.name, place.country) for place in tag.places} >= {("Asia", None), ("Middle East", None)}
    assert {country.code for country in tag.countries} == {"BR"}


def test_a_direction_holds_no_place(atlas: Atlas) -> None:
    """`Cornwall in South West England` lies in England, not in some province called South."""
    text = "A fire broke out in a caravan park in Cornwall in South West England. Cornwall Fire Brigade was called."
    assert {country.code for country in tagged(text, atlas).countries} == {"GB"}


def test_a_country_needs_more_than_a_place(atlas: Atlas) -> None:
    """All countries have a place, but not each place makes its country one of the story's."""
    tag = tagged("Jakarta: Indonesia's parliament met. Indonesian members ate at a Mexican restaurant.", atlas)
    assert tag.countries[0].code == "ID"
    assert {country.code for country in tag.countries} <= {place.country for place in tag.places}


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("en", "x", True),
        ("en-GB", "x", True),
        ("fr", "In Paris", False),
        (None, "In Paris", True),
        (None, "\u0627\u0644\u0639\u0631\u0627\u0642", False),
        (None, "", True),
    ],
)
def test_only_english_goes_to_the_model(language: str | None, text: str, *, english: bool) -> None:
    """A story goes to the model when it is said to be English, or not said and in Latin letters."""
    assert is_english(Story(text=text, language=language)) is english


def test_english_names_are_found_word_by_word_as_in_one_pass(atlas: Atlas) -> None:
    """The quick way through an English text finds what the pass over all letters finds."""
    text = (
        "In Guinea-Bissau, the U.S. and al-Tanf (near Syria's border): Rio de Janeiro, St. Louis, Mo., New York City."
    )
    folded = fold(text)
    by_word = {span[:2] for span in atlas.gazetteer._spans_of_words(text, folded)}
    in_one_pass = {span[:2] for span in atlas.gazetteer._spans(folded, genitive=False)}
    found = {(hit.start, hit.end) for hit in atlas.gazetteer.find(text)}
    assert found <= by_word & in_one_pass
    assert len(found) >= 7


@pytest.mark.parametrize("name", ["Kansas City", "Washington D.C.", "Port-au-Prince", "New York"])
def test_a_name_is_found_wherever_the_text_ends(atlas: Atlas, name: str) -> None:
    """A hit lies within its text and spells the name, also where nothing or another letter follows."""
    for tail in ("", ".", "\n", " and on"):
        text = f"in {name}{tail}"
        ends = {hit.end for hit in atlas.gazetteer.find(text)}
        assert max(ends) <= len(text)
        assert 3 + len(name) in ends
    assert 3 + len(name) not in {hit.end for hit in atlas.gazetteer.find(f"in {name}x")} or not name[-1].isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "\u201cQuoted\u201d \u2014 it\u2019s \u00a330\u00a0m\u2026",
        "\u0130stanbul \u00c9T\u00c9 \u039c\u03cc\u03c3\u03c7\u03b1 \u041c\u043e\u0441\u043a\u0432\u0430",
        "a\tb\u0085c\u2028d`e",
        "".join(map(chr, range(0x20, 0x250))),
    ],
)
def test_the_quick_ways_of_folding_change_nothing(text: str) -> None:
    """Evening and folding give what their tables give, and keep each character's place."""
    assert even(text) == text.translate(_EVEN)
    assert fold(text) == text.translate(_FOLD)
    assert len(fold(text)) == len(text)


def test_trees_add_up() -> None:
    """A row goes left where it is not above the threshold."""
    score = compiled([(0, 1.0, 2.0, (1, 5.0, 3.0, 4.0)), 0.5], 2)
    assert [score(1.0, 9.0), score(2.0, 5.0), score(2.0, 6.0)] == [2.5, 3.5, 4.5]


def test_a_model_of_other_features_is_refused() -> None:
    """A model file that was fitted to other features is no model, and the packaged one is small."""
    packed = (files("services.tag") / "data" / "place_model.json").read_text(encoding="utf-8")
    data = json.loads(packed)
    assert len(packed) < 200_000
    read_model(data)
    data["features"]["meaning"] = data["features"]["meaning"][::-1]
    with pytest.raises(RuntimeError, match="build_place_model"):
        read_model(data)


def test_the_tagger_knows_where_an_outlet_is() -> None:
    """A row with an outlet's domain is read by its home: `Athens` in a paper of a `.gr` domain is in Greece."""
    text = "Police in Athens said a man was hurt. Athens residents protested."
    tags = Tagger.load(frozenset({"region"})).tag(Story(text=text, outlet_domain="ekathimerini.example.gr"))
    assert tags.regions is not None
    assert {place.country for place in tags.regions.places} == {"GR"}
