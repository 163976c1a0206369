"""One text, two easier readings of it, both exactly as long: offsets into a reading are offsets into the text.

`even` makes blanks, quotation marks and dashes of all kinds plain. `fold` also takes away capitals and accents, one
character for one; a letter whose plain form is longer or shorter (a combining mark, `ß`) stays as it is.
"""

import re
import sys
import unicodedata
from typing import Final

_BLANKS: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_SINGLE_QUOTES: Final = "\u2018\u2019\u201b\u02bc\u02bb\u02bf\u02be\u2032`\u00b4"
_DOUBLE_QUOTES: Final = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
_DASHES: Final = "\u2010\u2011\u2012\u2212"
_LONG_DASHES: Final = "\u2013\u2014\u2015"
_BREAKS: Final = "\r\u000b\u000c\u0085\u2028\u2029"
ASCII_END: Final = 128
_LAST_LETTER: Final = 0x2FFF
"""Scripts that have capitals or accents lie below; above it a table of one entry a character would only cost memory."""


def _even_table() -> dict[int, str]:
    table = dict.fromkeys(map(ord, _BLANKS), " ")
    table |= dict.fromkeys(map(ord, _SINGLE_QUOTES), "'")
    table |= dict.fromkeys(map(ord, _DOUBLE_QUOTES), '"')
    table |= dict.fromkeys(map(ord, _DASHES), "-")
    table |= dict.fromkeys(map(ord, _LONG_DASHES), "\u2014")
    table |= dict.fromkeys(map(ord, _BREAKS), "\n")
    return table


def _plain_letter(char: str) -> str:
    """Give the letter without capital and accent, or the letter itself where that would change the length."""
    lowered = char.lower()
    base = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    for candidate in (base, lowered):
        if len(candidate) == 1:
            return candidate
    return char


def _fold_table() -> dict[int, str]:
    table = {}
    for code in range(min(_LAST_LETTER, sys.maxunicode)):
        char = chr(code)
        if char.isalpha() and (plain := _plain_letter(char)) != char:
            table[code] = plain
    return table | _even_table()


_EVEN: Final = _even_table()
_FOLD: Final = _fold_table()
_TO_EVEN: Final = tuple((chr(code), plain) for code, plain in _EVEN.items() if chr(code) != plain)
_ASCII_TO_EVEN: Final = tuple((char, plain) for char, plain in _TO_EVEN if char.isascii())
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")
_SHORT_CHARS: Final = 32
"""Up to this length a table is sooner read than a search made for each of its characters."""
FEW_LETTERS: Final = 16
"""So many different letters are replaced one by one sooner than with a table, which asks for each of a long text."""


def even(text: str) -> str:
    """Give the text with plain blanks, straight quotation marks and two kinds of dashes; as long as the text."""
    for char, plain in _ASCII_TO_EVEN if text.isascii() else _TO_EVEN:  # none leads to another of them
        if char in text:  # far sooner known than a table has read the text
            text = text.replace(char, plain)
    return text


def fold(text: str) -> str:
    """Give the text evened, without capitals and accents; as long as the text."""
    if len(text) <= _SHORT_CHARS and not text.isascii():
        return text.translate(_FOLD).lower()
    plain = even(text)
    if plain.isascii():
        return plain.lower()
    letters = set(_BEYOND_ASCII.findall(plain))
    if len(letters) > FEW_LETTERS:
        return plain.translate(_FOLD).lower()
    for letter in letters:
        plain = plain.replace(letter, _FOLD.get(ord(letter), letter))
    return plain.lower()
