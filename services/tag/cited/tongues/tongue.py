"""The shape of a language: words that say, words that point at a speaker, words that end a phrase, nouns that speak."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.tag.folding import fold

_POINTS: Final = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_GREEK: Final = "\u0370"
"""Latin letters lie before it."""
HEAD_MIN_CHARS: Final = 3
"""No stem of a noun is shorter."""


def key_of(word: str) -> str:
    """Give what two spellings of a word have in common: no capitals, accents or vowel points."""
    return _POINTS.sub("", fold(word))


def form_of(word: str) -> str:
    """Give a verb's form as it is looked up: accents tell `anunció` from `anuncio`, in Latin letters."""
    return word.lower() if word[:1] < _GREEK else key_of(word)


def forms(text: str) -> frozenset[str]:
    """Make a set of the forms of a literal."""
    return frozenset(map(form_of, text.split()))


def keys(text: str) -> frozenset[str]:
    """Make a set of the folded words of a literal."""
    return frozenset(map(key_of, text.split()))


def phrases(text: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Read phrases, parted by `|`, as tuples of folded words by their first word, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in text.split("|"):
        parts = tuple(map(key_of, phrase.split()))
        found.setdefault(parts[0], []).append(parts)
    return {first: tuple(sorted(ways, key=len, reverse=True)) for first, ways in found.items()}


class Nouns:
    """Nouns that can speak, by kind. `stem*` is a beginning, as in `minist*`, and `*tail` the end of a compound."""

    def __init__(self, **kinds: str) -> None:
        self._whole: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        self._tails: dict[str, str] = {}
        for kind, nouns in kinds.items():
            for noun in map(key_of, nouns.split()):
                if noun.endswith("*"):
                    self._stems[noun[:-1]] = kind
                elif noun.startswith("*"):
                    self._tails[noun[1:]] = kind
                else:
                    self._whole[noun] = kind
        self._longest = max(map(len, (*self._stems, *self._tails)), default=0)

    def kind(self, key: str) -> str | None:
        """Give the kind of speaker that a folded noun is; null where it is not known to speak."""
        if kind := self._whole.get(key):
            return kind
        for length in range(min(len(key), self._longest), HEAD_MIN_CHARS - 1, -1):
            if kind := self._stems.get(key[:length]):
                return kind
            if len(key) > length and (kind := self._tails.get(key[-length:])):
                return kind
        return None


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. Words are folded, phrases go by their first word; verbs and pronouns are forms, with accents."""

    says: frozenset[str]
    """Forms that say by themselves."""
    nouns: Nouns
    that: frozenset[str]
    determiners: frozenset[str]
    binding: frozenset[str]
    """Prepositions inside a phrase: `le chef de la police`."""
    stops: frozenset[str]
    """Words that no phrase without a capital holds: prepositions, conjunctions, auxiliaries, adverbs."""
    between: frozenset[str]
    """Words between a subject and its verb: days, adverbs, reflexives."""
    pronouns: frozenset[str]
    by: Mapping[str, tuple[tuple[str, ...], ...]]
    """`according to`, before its speaker."""
    citing: Mapping[str, tuple[tuple[str, ...], ...]]
    how: frozenset[str]
    """`as` in `as the ministry said`."""
    loosely: frozenset[str] = frozenset()
    """Prepositions that bind behind an unnamed source or an apposition only: `une source au ministère`."""
    said: frozenset[str] = frozenset()
    """Forms that say behind an auxiliary."""
    auxiliaries: frozenset[str] = frozenset()
    parted: Mapping[str, str] = field(default_factory=dict)
    """Verbs with a part that closes their clause: `teilte ... mit`."""
    transitive: frozenset[str] = frozenset()
    """Verbs whose noun behind is an object, and no speaker."""
    impersonal: frozenset[str] = frozenset()
    """Words before a verb that then has no subject: `se informó`."""
    weak: frozenset[str] = frozenset()
    """Verbs that say only where `that` or a quotation follows, or behind a quotation: `lance`, `cuenta`."""
    by_opening: frozenset[str] = frozenset()
    """`for`, which gives a speaker where a sentence opens with it and a person."""
    by_document: frozenset[str] = frozenset()
    """`after`, which gives a speaker where a document follows: `nach einer Studie`."""
    by_behind: frozenset[str] = frozenset()
    """Words that give a speaker behind what is said only: `..., so der Minister`."""
    after: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """`according to`, behind its speaker: `der Polizei zufolge`."""
    cited_by: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    relaying: Mapping[str, str] = field(default_factory=dict)
    """Verbs whose subject relays what stands behind a word: `نقلت ... عن`."""
    told: frozenset[str] = frozenset()
    """Words before somebody who is told: `à l'AFP`."""
    many: frozenset[str] = frozenset()
    """Those of the pronouns that mean several people; German `sie` means one or several."""
    labels: frozenset[str] = frozenset()
    """Nouns that are no part of the name behind them: `Gewerkschaft Verdi`."""
    relatives: frozenset[str] = frozenset()
    """Words that open a clause about a noun without a comma: `un funcionario que pidió no ser citado dijo`."""
    genitives: frozenset[str] = frozenset()
    """Articles that bind a noun to the one before."""
    inside: frozenset[str] = frozenset()
    """Prepositions before a body that is said in: `сообщили в полиции`."""
    joins: frozenset[str] = frozenset()
    """Words that a clause may open with: `and`, `but`."""
    contrasts: frozenset[str] = frozenset()
    """Words that end what is said behind a comma: `but`."""
    inverts_freely: bool = True
    """False where a verb stands before its subject only behind a comma, a quotation, or `as`."""
    capital_nouns: bool = False
    caseless: bool = False
    fields: frozenset[str] = frozenset()
    """What somebody may be an expert in, where a preposition otherwise ends a phrase."""
    adjective: re.Pattern[str] = re.compile(r"(?!)")
    """Endings of an adjective that opens a body's name with its only capital: `Счётная палата`."""
    joined: str = ""
    """Letters that are written together with the word behind: `and`, `so`."""
    article: str = ""
    """A definite article that is written together with its noun."""
    to: str = ""
    """A preposition that is written together with its noun: `according to`, `told`."""
    agents: re.Pattern[str] | None = None
    """Endings of nouns for people."""
    no_agents: frozenset[str] = frozenset()
    plural: re.Pattern[str] = re.compile(r".+s$")
    keeps_name: re.Pattern[str] = re.compile(r"(?!)")
    """Says that a speaker keeps their name back."""
    honours: frozenset[str] = frozenset()

    def opens_phrase(self, key: str) -> bool:
        """Tell whether a word is one that a joined letter may stand before."""
        return (
            key in self.says  # in a script that joins words, a form is a key
            or key in self.that
            or key in self.stops
            or key in self.between
            or key in self.relaying
            or key in self.by
            or key in self.citing
        )
