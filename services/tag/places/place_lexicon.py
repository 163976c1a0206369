"""Words around the names of places, which tell a place from what is only spelled like one. English."""

from functools import cache
from importlib.resources import files
from typing import Final

from services.tag.words import words

SURELY_LOCATIVE: Final = words("in at from near outside around across throughout within inside")
NEVER: Final = words(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday first metro free english gulf hickory"
)
FITS_BEFORE: Final = words(
    "In At From Near Outside Around Across To Of The And But For By With On Greater Northern Southern Eastern Western "
    "North South East West Central Downtown Upper Lower Inner Outer New Old Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday January February March April May June July August September October November December University "
    "City Republic State Province Kingdom When While As If After Before Since Both Former Although Though "
    "How Why Where What Is Are Does Did Will Can"
)
OUTLET_WORDS: Final = words(
    "Times Post Tribune Herald Globe Journal Chronicle Gazette Examiner Inquirer Observer Sun Star Mirror Telegraph "
    "Daily Review Reporter Dispatch Sentinel Courier Mail"
)
OUTLET_OPENINGS: Final = ("Agence ", "Press Trust of ", "Radio Free ", "Times of ", "Voice of ")
"""What stands before the place in the name of an outlet."""
UNIVERSITIES_OF: Final = ("University of ", "university of ", "Universities of ", "universities of ")
OUTLET_ENDINGS: Final = words("Agency Association Service Corporation Radio Television")
"""The last words of outlets that are called by a place: `Russian Information Agency`, `Kuwait News Agency`."""
OUTLET_MIDDLES: Final = words("Information News Press Broadcasting Public State")
CALLED_BY_NATION: Final = words(
    "encephalitis flu influenza measles goose geese Goose Geese duck ducks swan swans frog frogs toad toads ladybird "
    "hornet knotweed elm restaurant restaurants takeaway takeaways steakhouse bistro food cuisine cooking dishes "
    "recipe recipes coffee fries toast pancakes pastry pastries salad dressing curry pub pubs immersion lessons song "
    "songs dance dances dancing roulette"
)
"""What is called by a nation and found everywhere: kinds of animals and plants, diseases, food, music, lessons."""
SPEAKING: Final = words(
    "speak speaks spoke spoken speaking learn learns learned learning study studies studied studying teach teaches "
    "taught teaching fluent understand understands in into"
)
"""What stands before the name of a language: `speaks Spanish`, `in Spanish`."""
BEHIND_LANGUAGE: Final = words("as at before after but for from to with when while which so that is was are") | {""}
"""What stands behind the name of a language, where the noun of an adjective would."""
ENDS_CLAUSE: Final = frozenset(".;:!?)\"'")
FITS_AFTER: Final = words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September "
    "October November December City County Police University State Airport Defense Defence Army Air Civil Ministry "
    "Government Parliament Street Road River Valley International National"
)


def _listed(name: str) -> frozenset[str]:
    lines = (files("services.tag") / "data" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def weak_names() -> frozenset[str]:
    """Load the names of places that are more often something else."""
    return _listed("weak_names.txt")


@cache
def given_names() -> frozenset[str]:
    """Load the given names, folded."""
    return _listed("given_names.txt")


@cache
def is_weak(name: str) -> bool:
    """Tell whether a name, folded, is more often something else than a place."""
    return name in weak_names() or (" " in name and all(word in weak_names() for word in name.split(" ")))


_DIRECTIONS: Final = words(
    "north south east west northern southern eastern western central northeast northwest southeast southwest far the "
    "north-east north-west south-east south-west northeastern northwestern southeastern southwestern upper lower coast "
    "coastal region valley middle inner outer midland midlands"
)


TITLES: Final = words(
    "Mr Mrs Ms Miss Dr Prof Sir Dame Rev Sen Rep Gov Gen Col Lt Sgt Capt Maj Cpl Cmdr Adm Pres Supt Hon"
)
"""Words before surnames; without their dots."""
NAMES_OF_PEOPLE: Final = words("chad jordan georgia israel")
"""Countries that people are called."""


@cache
def is_direction(name: str) -> bool:
    """Tell whether a name, folded, is only a part of some country: `Central`, `the Northern`, `West Coast`."""
    return all(word in _DIRECTIONS for word in name.split(" "))
