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
