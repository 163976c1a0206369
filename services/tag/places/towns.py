"""Small towns and counties by name: two hundred thousand places that must not cost the memory of as many objects.

The packaged file stays one stretch of bytes, a line a place, sorted by id; an index of checksums finds the lines of a
name. Its columns are id, name as written, name to show (empty where it is the same), kind, country, subdivision, lat,
lon, population. `build_towns` makes it.
"""

import gzip
import io
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from zlib import crc32

from services.tag.folding import fold
from services.tag.places.spots import Spot, Use
from services.tag.words import words

WORDS_MAX: Final = 4
MEANINGS_MAX: Final = 40
_START_BITS: Final = 32
_MARKS_MASK: Final = (1 << 21) - 1
_NAMES: Final = 1
_OPENS: Final = 2
"""Marks at the checksum of a word: it may be the name of a town, or the first word of one."""
_START_MASK: Final = (1 << _START_BITS) - 1
_KEY_MIN_CHARS: Final = 3
_ACRONYM_MAX_CHARS: Final = 4
_ABBREVIATED: Final = {"saint": "st", "st.": "st", "mount": "mt", "mt.": "mt", "fort": "ft", "ft.": "ft"}
_SHORT: Final = frozenset(_ABBREVIATED.values())
_SPELLED_OUT: Final = (b"Saint ", b"St. ", b"Mount ", b"Mt. ", b"Fort ", b"Ft. ")
_LINK: Final = r"(?:of|on|the|de|la|le|du|del|upon|and|in|am|an|der|sur)"
_CAPITAL: Final = r"[A-Z\u00c0-\u00de]"
_REST: Final = r"(?:(?<=[SMF])t\.(?= [A-Z])|\w*(?:(?:(?<=\w\w)-(?=[A-Z])|'(?!s\b))\w*)*)"
_RUN: Final = re.compile(rf"{_CAPITAL}(?<!\w.){_REST}(?: (?:{_LINK} ){{0,2}}{_CAPITAL}{_REST})*")
_NO_TOWNS: Final = words(
    "The He She It They We I In On At But And A An This That There These Those His Her Their Our My Its As For If When "
    "While After Before With By From To Of You Your So Not No Yes What Who Where Why How Mr Mrs Ms Dr Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December"
)
"""Words that are capitalised at the begin of a sentence and name nothing alone."""


_EVERYWHERE: Final[frozenset[str]] = frozenset()
_NOTHING: Final[tuple[Use, ...]] = ()


def key(name: str) -> str:
    """Give a name as the towns are sorted by: folded, `Mount` and `Mt.` alike."""
    folded = name.lower() if name.isascii() else fold(name)
    first, blank, rest = folded.partition(" ")
    return f"{_ABBREVIATED[first]} {rest}" if blank and first in _ABBREVIATED else folded


def _checksum(name: bytes) -> int:
    """Give the checksum of the key of a name; most names are so plain that bytes will do."""
    if name.isascii() and not name.startswith(_SPELLED_OUT):
        return crc32(name.lower())
    return crc32(key(name.decode("utf-8")).encode())


def _too_short(name: str) -> bool:
    """Tell whether a name is so short that it is rather an abbreviation."""
    return len(name) < _KEY_MIN_CHARS or (len(name) <= _ACRONYM_MAX_CHARS and name.isupper())


class Written(NamedTuple):
    """A stretch of a text that spells the name of a town, and what the name may mean."""

    start: int
    end: int
    uses: tuple[Use, ...]


class Towns:
    """Towns by name. Immutable once loaded."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines
        index = array("Q")
        self._marks = bytearray(_MARKS_MASK + 1)
        for word in (*_ABBREVIATED, *_SHORT):
            self._marks[crc32(word.encode()) & _MARKS_MASK] = _OPENS
        start = 0
        for row in io.BytesIO(lines):
            first = row.index(b"\t") + 1
            name = row[first : row.index(b"\t", first)]
            total = _checksum(name)
            index.append(total << _START_BITS | start)
            self._marks[total & _MARKS_MASK] |= _NAMES
            if b" " in name:
                self._marks[_checksum(name[: name.index(b" ")]) & _MARKS_MASK] |= _OPENS
            start += len(row)
        self._index = array("Q", sorted(index))
        self._known = lru_cache(maxsize=20_000)(self._look_up)
        self._within = lru_cache(maxsize=20_000)(self._read_run)

    @classmethod
    def load(cls) -> "Towns":
        """Load the packaged towns."""
        return cls(gzip.decompress((files("services.tag") / "data" / "towns.tsv.gz").read_bytes()))

    def named(self, name: str) -> tuple[Spot, ...]:
        """Give the towns of a key, at most the largest `MEANINGS_MAX`."""
        return tuple([use.spot for use in self._uses(name)])

    def _uses(self, name: str) -> tuple[Use, ...]:
        """Give the towns of a key as meanings; most words are no town, which is sooner known than by the index."""
        checksum = crc32(name.encode())
        return self._known(name, checksum) if self._marks[checksum & _MARKS_MASK] & _NAMES else _NOTHING

    def _look_up(self, name: str, checksum: int) -> tuple[Use, ...]:
        number = bisect_left(self._index, checksum << _START_BITS)
        found = []
        while number < len(self._index) and (entry := self._index[number]) >> _START_BITS == checksum:
            spelled, spot = self._read(entry & _START_MASK)
            if key(spelled) == name:
                found.append(spot)
            number += 1
        found.sort(key=lambda spot: (-spot.population, spot.geonames_id))
        return tuple([Use(spot, _EVERYWHERE, adjective=False, acronym=False) for spot in found[:MEANINGS_MAX]])

    def _read(self, start: int) -> tuple[str, Spot]:
        """Give the name of a line as written, and the place."""
        line = self._lines[start : self._lines.index(b"\n", start)].decode("utf-8")
        number, spelled, shown, kind, country, subdivision, lat, lon, people = line.split("\t")
        at = float(lat), float(lon)
        return spelled, Spot(int(number), kind, shown or spelled, country, subdivision or None, *at, int(people))

    def numbered(self, geonames_id: int) -> Spot | None:
        """Give the town of a GeoNames id."""
        low, high = 0, len(self._lines)
        while low < high:  # the lines are sorted, their starts are not known: from a place between, go to the next line
            between = (low + high) // 2
            start = self._lines.rfind(b"\n", low, between) + 1 or low
            if int(self._lines[start : self._lines.index(b"\t", start)]) < geonames_id:
                low = self._lines.index(b"\n", start) + 1
            else:
                high = start
        spot = self._read(low)[1] if low < len(self._lines) else None
        return spot if spot and spot.geonames_id == geonames_id else None

    def find(self, plain: str) -> Iterator[Written]:
        """Yield the stretches of an evened text that name a town: of each run of capitalised words the longest."""
        for match in _RUN.finditer(plain):
            if within := self._within(match.group()):
                offset = match.start()
                for start, end, uses in within:
                    yield Written(offset + start, offset + end, uses)

    def _read_run(self, run: str) -> tuple[Written, ...]:
        """Give the names in a run of words, with their places in it."""
        folded = (run.lower() if run.isascii() else fold(run)).split(" ")
        marks = [self._marks[crc32(word.encode()) & _MARKS_MASK] for word in folded]
        if not any(marks):
            return ()
        spelled, found = run.split(" "), []
        number = start = 0
        while number < len(spelled):
            count, uses = 1, _NOTHING
            if marks[number] and spelled[number][0].isupper():
                count, uses = self._longest(spelled[number], folded[number : number + WORDS_MAX], marks[number])
            end = start + sum(map(len, spelled[number : number + count])) + count - 1
            if uses:
                found.append(Written(start, end, uses))
            start = end + 1
            number += count
        return tuple(found)

    def _longest(self, word: str, folded: Sequence[str], marks: int) -> tuple[int, tuple[Use, ...]]:
        """Give how many of some words, of which the first is given as written too, name a town, and which."""
        if marks & _OPENS:
            first = _ABBREVIATED.get(folded[0], folded[0])
            for count in range(len(folded), 1, -1):
                if uses := self._uses(" ".join((first, *folded[1:count]))):
                    return count, uses
        return 1, _NOTHING if word in _NO_TOWNS or _too_short(word) else self._uses(folded[0])
