"""A text as words and marks of one language, with elided and joined words taken apart: `l'AFP`, `a-t-il`, `وقال`."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from services.tag.cited.tongues.tongue import Tongue, form_of, key_of
from services.tag.words import Quote, Words

_POINT: Final = "\u0610-\u061a\u0640\u064b-\u065f\u0670"
_PRONOUN: Final = r"(?:t-)?(?:il|elle|ils|elles|on)\b"
_LETTER: Final = rf"[\w{_POINT}]"
_TOKEN: Final = re.compile(
    rf"-(?:t-)?(?=(?:il|elle|ils|elles|on)\b)"
    rf"|\b(?-i:M|MM|Dr|Prof|Sr|Sra|Dra|St)\.(?= [^\W\d_])|\b(?-i:[A-ZÀ-ÞА-Я])\.(?= ?(?-i:[A-ZÀ-ÞА-Я]))"
    rf"|\b(?:[dlmtsnjc]|(?:jus|lors|puis|quel)?qu|aujourd)'"
    rf"|{_LETTER}+(?:(?:&|'|\.(?=\w)|-(?!{_PRONOUN})){_LETTER}+)*|[^\w\s]|\n",
    re.IGNORECASE,
)
NAME_MAX_CHARS: Final = 50
SENTENCE_END: Final = frozenset(".!?\n\u061f\u06d4\u2026")
COMMAS: Final = frozenset(",\u060c")
_NO_NAME: Final = re.compile(r"[.!?,;:\u060c\n]")


class Tokens:
    """Words and marks with their places in a text. `keys` are folded, `forms` are verbs as they are looked up."""

    def __init__(self, text: Words, tongue: Tongue) -> None:
        self.text = text
        self.tongue = tongue
        self.words: list[str] = []
        self.keys: list[str] = []
        self.forms: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _TOKEN.finditer(text.text):
            word, start = match.group(), match.start()
            key = key_of(word)
            if tongue.joined and key[:1] in tongue.joined and len(key) > 2 and tongue.opens_phrase(key[1:]):  # noqa: PLR2004
                word, key, start = word[1:], key[1:], start + 1
            self.words.append(word)
            self.keys.append(key)
            self.forms.append(form_of(word))
            self.starts.append(start)
            self.ends.append(match.end())

        self._is_word = [word[0].isalnum() for word in self.words]
        self._ends_sentence = [word in SENTENCE_END for word in self.words]
        self._quotes = [text.quote_at(start) for start in self.starts] if text.quotes else None
        self._surnames: frozenset[str] | None = None
        self._counts: Counter[str] | None = None

    def is_surname(self, place: int) -> bool:
        """Tell whether a word stands behind a first name somewhere, and behind no article. For lone German capitals."""
        if self._surnames is None:
            tongue, numbers = self.tongue, range(1, len(self))
            behind = {self.words[n] for n in numbers if self.is_capital(n) and self._may_lead(n - 1)}
            nouns = {self.words[n] for n in numbers if self.keys[n - 1] in tongue.determiners}
            self._surnames = frozenset(behind - nouns)
        return self.words[place] in self._surnames

    def _may_lead(self, place: int) -> bool:
        """Tell whether a word may be a first name, or a particle of a surname."""
        if self.keys[place] in {"von", "van", "de", "al"}:
            return True
        known = self.keys[place] in self.tongue.determiners or self.keys[place] in self.tongue.stops
        return self.is_capital(place) and not known and self.tongue.nouns.kind(self.keys[place]) is None

    def is_repeated(self, place: int) -> bool:
        """Tell whether a word stands in the text more than once. For lone names in scripts without capitals."""
        if self._counts is None:
            self._counts = Counter(self.keys)
        return self._counts[self.keys[place]] > 1

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Give the characters of the words from `first` up to `end`."""
        return self.starts[first], self.ends[end - 1]

    def is_word(self, place: int) -> bool:
        """Tell whether there is a word, and no mark, at a place."""
        return 0 <= place < len(self._is_word) and self._is_word[place]

    def is_capital(self, place: int) -> bool:
        """Tell whether a word begins with a capital; never in a script without them."""
        return 0 <= place < len(self._is_word) and self.words[place][0].isupper()

    def ends_sentence(self, place: int) -> bool:
        """Tell whether a sentence ends at a place."""
        return not 0 <= place < len(self._is_word) or self._ends_sentence[place]

    def is_comma(self, place: int) -> bool:
        """Tell whether there is a comma."""
        return 0 <= place < len(self.words) and self.words[place] in COMMAS

    def quote(self, place: int) -> Quote | None:
        """Give the quotation that a word lies in."""
        return self._quotes[place] if self._quotes and place < len(self._quotes) else None

    def behind(self, place: int, offset: int) -> int:
        """Give the first word from `place` on that starts at a character offset or behind it."""
        while place < len(self.words) and self.starts[place] < offset:
            place += 1
        return place

    def name_in_quotes(self, place: int) -> int:
        """Give the end of a short quotation that opens here and may be a name; 0 where there is none."""
        quote = self.quote(place) if self.words[place] == '"' else None
        if quote is None or quote.start != self.starts[place] or not quote.closed:
            return 0
        inner = self.text.text[quote.start + 1 : min(quote.end - 1, quote.start + NAME_MAX_CHARS)].strip()
        if quote.end - quote.start > NAME_MAX_CHARS or not inner or inner[0].islower() or _NO_NAME.search(inner):
            return 0
        return self.behind(place, quote.end)

    def phrase_at(self, place: int, known: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
        """Give the end of the known phrase that starts here; `place` itself where there is none.

        `*` is any pronoun; `+` is no word, and says that the next one is written with a preposition.
        """
        for way in known.get(self.keys[place], ()):
            parts = tuple(part for part in way if part != "+")
            there = range(place, min(len(self), place + len(parts)))
            if len(there) == len(parts) and all(map(self._fits, there, parts)):
                return place + len(parts)
        return place

    def _fits(self, place: int, part: str) -> bool:
        return self.keys[place] == part or (part == "*" and self.forms[place] in self.tongue.pronouns)
