"""Countries by name and by adjective, in English: `Russia`, `Russia's`, `Iranian`."""

from functools import cache
from importlib.resources import files


@cache
def nations() -> dict[str, str]:
    """Load the words for countries: name or adjective -> ISO 3166-1 code."""
    words: dict[str, str] = {}
    for line in (files("services.tag") / "data" / "nations.tsv").read_text(encoding="utf-8").splitlines():
        code, names, adjectives = line.split("\t")
        words |= {word: code for word in (*names.split("|"), *adjectives.split("|")) if word}
    return words


@cache
def _adjectives() -> frozenset[str]:
    lines = (files("services.tag") / "data" / "nations.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.split("\t")[2].split("|") if word)


def is_adjective(word: str) -> bool:
    """Tell whether a word says of what country something is: `Iranian`; not `Iran`."""
    return word in _adjectives()


def country_of(word: str) -> str | None:
    """Give the country that a word names: `Iran`, `Iranian`, `Iran's`."""
    return nations().get(word.removesuffix("'s").removesuffix("'"))
