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
from collections.abc import Iterator
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
_MET_MASK: Final = (1 << 21) - 1
_START_MASK: Final = (1 << _START_BITS) - 1
_KEY_MIN_CHARS: Final = 3
_ACRONYM_MAX_CHARS: Final = 4
_ABBREVIATED: Final = {"saint": "st", "st.": "st", "mount": "mt", "mt.": "mt", "fort": "ft", "ft.": "ft"}
_SHORT: Final = frozenset(_ABBREVIATED.values())
_SPELLED_OUT: Final = (b"Saint ", b"St. ", b"Mount ", b"Mt. ", b"Fort ", b"Ft. ")
_LINK: Final = r"(?:of|on|the|de|la|le|du|del|upon|and|in|am|an|der|sur)"
_CAPITALISED: Final = r"(?:(?:St|Mt|Ft)\.(?= [A-Z])|[A-Z\u00c0-\u00de](?:\w|(?<=\w\w)-(?=[A-Z])|'(?!s\b))*)"
_RUN: Final = re.compile(rf"\b{_CAPITALISED}(?: (?:{_LINK} ){{0,2}}{_CAPITALISED})*")
_NO_TOWNS: Final = words(
    "The He She It They We I In On At But And A An This That There These Those His Her Their Our My Its As For If When "
    "While After Before With By From To Of You Your So Not No Yes What Who Where Why How Mr Mrs Ms Dr Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December"
)
"""Words that are capitalised at the begin of a sentence and name nothing alone."""


_EVERYWHERE: Final[frozenset[str]] = frozenset()


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
    """A stretch of a text that spells the name of a town."""

    start: int
    end: int
    key: str


class Towns:
    """Towns by name. Immutable once loaded."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines
        index = array("Q")
        self._met = bytearray(_MET_MASK + 1)
        opening = set()
        start = 0
        for row in io.BytesIO(lines):
            first = row.index(b"\t") + 1
            name = row[first : row.index(b"\t", first)]
            total = _checksum(name)
            index.append(total << _START_BITS | start)
            self._met[total & _MET_MASK] = 1
            if b" " in name:
                opening.add(_checksum(name[: name.index(b" ")]))
            start += len(row)
        self._index = array("Q", sorted(index))
        self._opening = frozenset(opening)
        self.named = lru_cache(maxsize=20_000)(self._named)
        self.uses = lru_cache(maxsize=20_000)(self._uses)
        self._opens = lru_cache(maxsize=20_000)(self._may_open)

    @classmethod
    def load(cls) -> "Towns":
        """Load the packaged towns."""
        return cls(gzip.decompress((files("services.tag") / "data" / "towns.tsv.gz").read_bytes()))

    def _named(self, name: str) -> tuple[Spot, ...]:
        """Give the towns of a key, at most the largest `MEANINGS_MAX`."""
        checksum = crc32(name.encode())
        if not self._met[checksum & _MET_MASK]:  # most words are no town: sooner known so than by the index
            return ()
        total = checksum << _START_BITS
        number = bisect_left(self._index, total)
        found = []
        while number < len(self._index) and self._index[number] >> _START_BITS == total >> _START_BITS:
            spelled, spot = self._read(self._index[number] & _START_MASK)
            if key(spelled) == name:
                found.append(spot)
            number += 1
        return tuple(sorted(found, key=lambda spot: (-spot.population, spot.geonames_id))[:MEANINGS_MAX])

    def _uses(self, name: str) -> tuple[Use, ...]:
        """Give the towns of a key as meanings."""
        return tuple(Use(spot, _EVERYWHERE, adjective=False, acronym=False) for spot in self.named(name))

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
            run = match.group()
            if " " in run:
                yield from self._of_run(match.start(), run)
            elif not _too_short(run) and run not in _NO_TOWNS and self.named(name := key(run)):
                yield Written(match.start(), match.end(), name)

    def _of_run(self, start: int, run: str) -> Iterator[Written]:
        spelled = run.split(" ")
        number = 0
        while number < len(spelled):
            taken = 1
            word = spelled[number]
            if word[0].isupper():
                for count in range(min(WORDS_MAX, len(spelled) - number) if self._opens(word) else 1, 0, -1):
                    name = " ".join(spelled[number : number + count])
                    if (count > 1 or not (name in _NO_TOWNS or _too_short(name))) and self.named(whole := key(name)):
                        yield Written(start, start + len(name), whole)
                        taken = count
                        break
            start += sum(map(len, spelled[number : number + taken])) + taken
            number += taken

    def _may_open(self, word: str) -> bool:
        """Tell whether names of several words may begin with a word."""
        return _ABBREVIATED.get(low := word.lower(), low) in _SHORT or crc32(key(word).encode()) in self._opening
