"""The packaged gazetteer: places by name, found in a text in one pass.

`data/gazetteer.tsv.gz` is made by `build_gazetteer`; its columns are id, kind, name, country, subdivision, lat, lon,
population, names. Here a text goes in and hits come out; which of them are places, and which place, `region` decides.
"""

import gzip
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, Final, NamedTuple, TypeAlias

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]  # a C extension without stubs

from services.tag.folding import fold
from services.tag.places.spots import Spot, Use

_ACRONYM_MAX_CHARS: Final = 4
_NAME_MIN_CHARS: Final = 2
_GENITIVE_MIN_CHARS: Final = 5
_LATIN_NAME_MIN_CHARS: Final = 3
_LENGTHS: Final = 64
"""A value of the automaton holds the number of a name and its length, which is below this."""
_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
_UNSPACED_FROM: Final = "\u0e00"
_MARKS_FROM: Final = "\u0300"
_ARTICLES: Final = frozenset({"al", "el", "the", "as", "ad", "an", "ar", "at", "az"})
_WORD: Final = re.compile(r"[^\W_]+")
_CAPITALISED: Final = re.compile(r"[A-Z\u00c0-\u00de\u0100-\u024f](?<![^\W_].)[^\W_]*")
"""A word that an English name may begin with, or a part of one."""
_BEYOND_LATIN: Final = re.compile("[\u0300-\u1fff\u2c00-\U0010ffff]")
"""Marks that combine, and scripts other than the Latin one."""
_CAPITALLESS_FROM: Final = 0x0590
"""From here on, scripts have no capitals (the few that do are not news scripts)."""


class Hit(NamedTuple):
    """A stretch of a text that spells a name, and what the name may mean."""

    start: int
    end: int
    uses: tuple[Use, ...]


Span: TypeAlias = tuple[int, int, tuple[Use, ...]]
"""A hit before it is known whether the writing and the language allow it."""


class Gazetteer:
    """Places by name. Immutable once loaded; reading it is safe from many threads."""

    def __init__(self, rows: Iterable[str]) -> None:
        uses: dict[str, list[Use]] = {}
        self.countries: dict[str, Spot] = {}
        for row in rows:
            spot, names = _parse(row)
            if spot.kind == "country" and spot.country:
                self.countries[spot.country] = spot
            for name, use in _uses(spot, names):
                _learn(uses.setdefault(name, []), use)
        spots = (use.spot for known in uses.values() for use in known if use.spot.kind in {"city", "capital"})
        self.numbered = {spot.geonames_id: spot for spot in spots if spot.geonames_id}
        """Cities by GeoNames id."""
        self._uses = [tuple(known) for known in uses.values()]
        named = zip(uses, self._uses, strict=True)
        self._latin = {name: known for name, known in named if name.isascii() or not _BEYOND_LATIN.search(name)}
        """What the names mean that a text in Latin letters may hold: sooner asked than the automaton."""
        self._longer = _lengths(self._latin)
        self._behind_articles = frozenset().union(*(self._longer.get(word, ()) for word in _ARTICLES))
        self._automaton: Any = ahocorasick.Automaton(ahocorasick.STORE_INTS)
        for number, name in enumerate(uses):
            self._automaton.add_word(name, number * _LENGTHS + len(name))
        self._automaton.make_automaton()

    @classmethod
    def load(cls) -> "Gazetteer":
        """Load the packaged gazetteer (about a second)."""
        packed = (files("services.tag") / "data" / "gazetteer.tsv.gz").read_bytes()
        with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8", newline="\n") as rows:
            return cls(rows)

    def find(self, text: str, language: str | None = None) -> list[Hit]:
        """Find the names in a text, leftmost and longest, none overlapping another."""
        language = language or "en"
        hits: list[Hit] = []
        folded = fold(text)
        if language == "en" and (folded.isascii() or not _BEYOND_LATIN.search(folded)):
            spans: Iterable[Span] = self._spans_of_words(text, folded)
        else:
            spans = self._spans(folded, genitive=language == "de")
        for start, end, known in spans:
            if hits and start < hits[-1].end:
                continue
            uses = _fitting(known, text[start:end], language)
            if uses and (text[end : end + 1] != "s" or any(_takes_genitive(use) for use in uses)):
                hits.append(Hit(start, end, uses))
        return hits

    def _spans_of_words(self, text: str, folded: str) -> Iterator[Span]:
        """Yield names that begin with a capitalised word, longest first: for English, in half the time of `_spans`."""
        get, longer, behind_articles = self._latin.get, self._longer, self._behind_articles
        for match in _CAPITALISED.finditer(text):
            start, end = match.span()
            word = folded[start:end]
            if word in behind_articles and start and text[start - 1] in "- ":
                before = folded.rfind(" ", 0, start - 1) + 1
                if folded[before : start - 1] in _ARTICLES:
                    yield from self._spans_of_several(folded, before, start - 1)
            if word in longer:
                yield from self._spans_of_several(folded, start, end)
            if folded[end : end + 1] == "." and (known := get(folded[start : end + 1])):
                yield start, end + 1, known
            if known := get(word):
                yield start, end, known

    def _spans_of_several(self, folded: str, start: int, end: int) -> Iterator[Span]:
        """Yield the names of several words that begin with the word from `start` to `end`, longest first."""
        second = _WORD.search(folded, end)
        for length in self._longer[folded[start:end]].get(second.group(), ()) if second else ():
            name = folded[start : start + length]
            last = start + len(name)  # sooner where the text ends
            if (known := self._latin.get(name)) and not (folded[last : last + 1].isalnum() and name[-1].isalnum()):
                yield start, last, known

    def _spans(self, folded: str, *, genitive: bool) -> list[Span]:
        folded = f"{folded}  "  # the blanks stand behind the last name, and as [-1] before the first
        found = []
        for last, value in self._automaton.iter(folded):
            behind = folded[last + 1]
            if behind.isalnum() and behind < _UNSPACED_FROM and not genitive:
                continue
            number, length = divmod(value, _LENGTHS)
            start, end = last + 1 - length, last + 1
            if not (folded[start - 1].isalnum() or behind.isalnum()):
                if behind < _MARKS_FROM or not unicodedata.combining(behind):
                    found.append((start, end, self._uses[number]))
            elif (folded[start] >= _UNSPACED_FROM and _stands_alone(folded, start)) or (
                genitive and behind == "s" and not (folded[start - 1].isalnum() or folded[end + 1].isalnum())
            ):
                found.append((start, end, self._uses[number]))
        return sorted(found, key=lambda span: (span[0], -span[1]))


def _lengths(names: Iterable[str]) -> dict[str, dict[str, tuple[int, ...]]]:
    """Give the lengths of names of several words, longest first, by their first word and their second."""
    lengths: dict[str, dict[str, tuple[int, ...]]] = {}
    for name in sorted((name for name in names if not name.isalnum()), key=len, reverse=True):
        parts = _WORD.findall(name)
        if len(parts) > 1 and name.removesuffix(".")[-1].isalnum():
            seconds = lengths.setdefault(parts[0], {})
            known = seconds.get(parts[1], ())
            if len(name) not in known:
                seconds[parts[1]] = (*known, len(name))
    return lengths


def _parse(row: str) -> tuple[Spot, list[str]]:
    number, kind, name, country, subdivision, lat, lon, population, names = row.rstrip("\n").split("\t")
    spot = Spot(
        int(number) if number else None,
        kind,
        name,
        country or None,
        subdivision or None,
        float(lat) if lat else None,
        float(lon) if lon else None,
        int(population),
    )
    return spot, names.split("|")


def _learn(known: list[Use], use: Use) -> None:
    """Add a meaning, or the languages of one that is known already."""
    for place, other in enumerate(known):
        if other.spot is use.spot and other.adjective == use.adjective:
            both = other.languages | use.languages if other.languages and use.languages else frozenset()
            known[place] = other._replace(languages=both, accented=other.accented or use.accented)
            return
    known.append(use)


_EVERYWHERE: Final[frozenset[str]] = frozenset()


def _uses(spot: Spot, names: list[str]) -> Iterator[tuple[str, Use]]:
    sets = {"": _EVERYWHERE, "~": _EVERYWHERE}
    for name in names:
        tag, _, bare = name.rpartition(":")
        folded = fold(bare)
        latin = bool(bare) and ord(bare[0]) < _CAPITALLESS_FROM
        acronym = bare.replace(".", "").isupper() and len(bare) <= _ACRONYM_MAX_CHARS and latin
        if _NAME_MIN_CHARS <= len(folded) < _LENGTHS and (acronym or not latin or len(folded) >= _LATIN_NAME_MIN_CHARS):
            adjective = tag.startswith("~")
            languages = sets.setdefault(tag, frozenset(tag.removeprefix("~").split(",")))
            yield folded, Use(spot, languages, adjective, acronym, accented=folded != bare.lower())


def _fitting(uses: tuple[Use, ...], written: str, language: str) -> tuple[Use, ...]:
    """Keep the meanings that the writing and the language allow: in German, `Länder` are not the town of Lander."""
    accented = language != "en" and ord(written[0]) < _CAPITALLESS_FROM and fold(written) != written.lower()
    capitals, capitalised = written.isupper(), _capitalised(written)
    fits = []
    for use in uses:
        if use.languages and language not in use.languages and ("*" not in use.languages or language == "en"):
            continue
        if accented and use.spot.kind == "city" and not use.accented:
            continue
        if capitals if use.acronym else capitalised or (use.adjective and use.languages):
            fits.append(use)
    return tuple(fits)


def _takes_genitive(use: Use) -> bool:
    """Tell whether a German genitive may be of this place: `Leipzigs`, `Ungarns`."""
    return not use.adjective and not use.acronym and len(use.spot.name) >= _GENITIVE_MIN_CHARS


def _capitalised(written: str) -> bool:
    if ord(written[0]) >= _CAPITALLESS_FROM or written[0].isupper():
        return True
    head, dash, rest = written.partition("-" if "-" in written[:4] else " ")
    return bool(dash) and head in _ARTICLES and rest[:1].isupper()


def _stands_alone(text: str, start: int) -> bool:
    """Tell whether a stretch amid letters is a word, as in scripts that put no blanks between words."""
    if "\uac00" <= text[start] <= "\ud7a3":  # Korean puts its particles behind the name
        return not text[start - 1].isalnum()
    return unicodedata.name(text[start], "").startswith(_UNSPACED)
