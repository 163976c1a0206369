"""Names as a text gives them: full names for surnames, words for abbreviations, and which names are of one bearer."""

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from typing import Final

from services.tag.cited.nouns import is_person, kind_of
from services.tag.cited.phrases import NO_NAMES
from services.tag.folding import fold
from services.tag.words import Words, words

RUN_MAX_WORDS: Final = 8
NAMES_KEPT: Final = 4096
"""So many names are remembered with their initials: the same few hundred speak all day."""
NAMES_MAX: Final = 20
_NOUN_MAX_CHARS: Final = 30
_NOUN_BEFORE: Final = re.compile(r"(?<![\w-])(?P<noun>[a-z][a-z-]+) \Z")
_ROLE_BEFORE: Final = re.compile(
    r"(?:\b(?:[Tt]he|by|and|her|his|[Aa]n?|with)|,) (?P<role>(?:[A-Z]?[a-z-]+ )?(?P<noun>[a-z-]+)) \Z"
)
_NOUN_BEHIND: Final = re.compile(
    r",(?: \d{1,3},)? (?:an?|the) (?:[a-z-]+ ){0,3}?(?P<noun>[a-z-]+)(?=[,.]| (?:of|from|in|at|with|who)\b)"
)
_PARTICLES: Final = words("al bin ibn de da di del della der den van von la le el dos ben")
_NAME_PREFIX: Final = re.compile(r"^(?:al|el|ad|as|at|an|ar|az)-")
_SHORT: Final = re.compile(r"\((?P<short>[A-Z][A-Za-z.&-]{1,9})\)")
_LONG_BEFORE: Final = re.compile(r"(?:[A-Z][\w'&.-]*)(?: (?:(?:of|for|and|the|on|de) ){0,2}[A-Z][\w'&.-]*){0,9} ?\Z")
_KNOWN_HINTS: Final = (" known as ", " known by ", ", or ")
_KNOWN_AS: Final = re.compile(
    r"(?P<long>[A-Z][\w'&.-]*(?: (?:(?:of|for|and|the|on|de) ){0,2}[A-Z][\w'&.-]*){1,9}),"
    r" (?:or|(?:also |better |widely )?known (?:as|by its initials|by the acronym)) (?:the )?"
    r"(?P<short>[A-Z][A-Za-z.&-]{1,9})\b"
)
_LONG_MAX_CHARS: Final = 120
_SMALL: Final = words("of for and the on de in")
_INITIALS_MIN: Final = 3


class Naming:
    """The names of one text: one walk over its words, then look-ups."""

    def __init__(self, text: Words) -> None:
        runs = _runs(text)
        self._full: dict[str, tuple[int, str]] = {}
        for start, run in runs:
            name = " ".join(run)
            for word in fold(name).split():
                self._full.setdefault(bare(word), (start, name))
        self._long = dict(_abbreviations(text.text))
        self._text = text.text
        self._runs = runs

    def full(self, surname: str, before: int) -> str | None:
        """Give the first longer name that ends in a surname, or holds it, and stands before a place."""
        found = self._full.get(bare(fold(surname)))
        return found[1] if found and found[0] < before else None

    def is_surname(self, word: str) -> bool:
        """Tell whether a word ends a longer name of a person, as far as its first word tells."""
        found = self._full.get(bare(fold(word)))
        names = fold(found[1]).split() if found else []
        return len(names) > 1 and bare(names[-1]) == bare(fold(word)) and kind_of(names[-1]) is None

    def titled(self, role: str, before: int) -> str | None:
        """Give the words from a role to the end of the name behind it, where that stands before a place."""
        return next((name for start, name in reversed(self._titled.get(role, [])) if start < before), None)

    @cached_property
    def _titled(self) -> dict[str, list[tuple[int, str]]]:
        """Names with what stands before them as a role, by role; few texts are asked for it."""
        titled: dict[str, list[tuple[int, str]]] = {}
        for start, run in self._runs:
            for place, word in enumerate(run[:-2]):
                titled.setdefault(word.lower(), []).append((start, " ".join(run[place:])))
            for role in _roles_beside(self._text, start, " ".join(run)):
                titled.setdefault(role, []).append((start, f"{role} {' '.join(run)}"))
        return titled

    def role_beside(self, name: str, before: int) -> str | None:
        """Give the small words for a person that stand before a name: `the former judge NAME`."""
        start = self._text.find(name, 0, before)
        match = _ROLE_BEFORE.search(self._text[max(0, start - _NOUN_MAX_CHARS) : start]) if start > 0 else None
        return match["role"] if match and is_person(match["noun"]) else None

    def noun_before(self, name: str, before: int) -> str | None:
        """Give the small noun that stands before a name somewhere before a place: `the pollster NAME`."""
        start = self._text.find(f" {name}", 0, before)
        match = _NOUN_BEFORE.search(self._text[max(0, start + 1 - _NOUN_MAX_CHARS) : start + 1]) if start > 0 else None
        return match["noun"] if match else None

    def before(self, place: int) -> list[tuple[int, str]]:
        """Give the last names before a place with where they start, the nearest first."""
        last = bisect_left(self._runs, (place,))
        return [(start, " ".join(run)) for start, run in reversed(self._runs[max(0, last - NAMES_MAX) : last])]

    def spelled_out(self, short: str) -> str | None:
        """Give what an abbreviation stands for, where the text tells: `BPBD`."""
        return self._long.get(short) or self._initialled.get(short)

    @cached_property
    def _initialled(self) -> dict[str, str]:
        """Names of bodies by their initials; few texts are asked for them."""
        found: dict[str, str] = {}
        for _, run in self._runs:
            for first in range(len(run) - _INITIALS_MIN + 1):
                for last in range(first + _INITIALS_MIN, len(run) + 1):
                    name = " ".join(run[first:last])
                    found.setdefault(initials_of(name).upper(), name)
        return found


def _runs(text: Words) -> list[tuple[int, list[str]]]:
    """Give the runs of two and more words with capitals, each with the place where it starts."""
    runs = []
    run: list[str] = []
    start = 0
    for place, word in enumerate((*text.spelled, "\n")):
        if not run and not word[0].isupper():
            continue
        if run and run[-1][0] == '"' and run[-1] == f'"{word}"':
            continue
        if word[:1].isupper() and word.lower() not in NO_NAMES and len(run) < RUN_MAX_WORDS:
            start = start if run else text.starts[place]
            run.append(word.removesuffix("'s"))
            if word.endswith("'s"):
                runs.append((start, run))
                run = []
        elif run and word in _PARTICLES and len(run) < RUN_MAX_WORDS:
            run.append(word)
        elif run and word == '"' and (nick := _nickname(text, place)):
            run.append(nick)
        elif run and word == '"' and run[-1].startswith('"') and text.spelled[place - 2] == '"':
            continue
        elif run:
            runs.append((start, run))
            run = []
    trimmed = [(start, _without_particles(run)) for start, run in runs]
    return [(start, run) for start, run in trimmed if len(run) > 1]


def _nickname(text: Words, place: int) -> str | None:
    """Give the nickname in quotation marks that starts inside a name: `Joao "Zeze" Nunes`."""
    inside = text.spelled[place + 1 : place + 4]
    if len(inside) < 3 or inside[1] != '"':  # noqa: PLR2004 - nickname, mark and name
        return None
    return f'"{inside[0]}"' if inside[0][:1].isupper() and inside[2][:1].isupper() else None


def _roles_beside(text: str, start: int, name: str) -> list[str]:
    """Give the small nouns for people beside a name: `the blogger NAME`, `NAME, a nurse`."""
    found = [match["noun"] for match in [_NOUN_BEFORE.search(text[max(0, start - _NOUN_MAX_CHARS) : start])] if match]
    if match := _NOUN_BEHIND.match(text, start + len(name)):
        found.append(match["noun"])
    return [noun for noun in found if is_person(noun)]


def _without_particles(run: list[str]) -> list[str]:
    while run and run[-1] in _PARTICLES:
        run = run[:-1]
    return run


def _abbreviations(text: str) -> list[tuple[str, str]]:
    """Give the abbreviations that stand in round brackets behind what they stand for."""
    found = []
    for match in _SHORT.finditer(text):
        long = _LONG_BEFORE.search(text[max(0, match.start() - _LONG_MAX_CHARS) : match.start()])
        if long and " " in long.group().strip():
            found.append((match["short"], long.group().strip().removeprefix("The ")))
    if any(hint in text for hint in _KNOWN_HINTS):
        found += [(match["short"], match["long"]) for match in _KNOWN_AS.finditer(text)]
    return found


def bare(surname: str) -> str:
    """Give a folded surname without the article that Arabic names have."""
    return _NAME_PREFIX.sub("", surname.strip('"'))


def same_person(first: str, second: str) -> bool:
    """Tell whether two names are of one person: one has all words of the other, in order."""
    a, b = ([bare(word) for word in fold(name).split()] for name in (first, second))
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return short[0] in long
    left = iter(long)
    if all(word in left for word in short):
        return True
    return short[-1] == long[-1] and short[0][0] == long[0][0] and "." in short[0] + long[0]


def same_surname(first: str, second: str) -> bool:
    """Tell whether two names end in the same word."""
    one, other = fold(first).split(), fold(second).split()
    return bool(one and other) and bare(one[-1]) == bare(other[-1])


def same_body(first: str, second: str) -> bool:
    """Tell whether two names are of one body: equal, the beginning of the other, or its initials."""
    a, b = (fold(name).removeprefix("the ") for name in (first, second))
    if a == b or f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} "):
        return True
    for short, long in ((first, second), (second, first)):
        if (
            short.isupper()
            and len(short) >= _INITIALS_MIN
            and fold(short) in {initials_of(long), all_initials_of(long)}
        ):
            return True
    return False


@lru_cache(maxsize=NAMES_KEPT)
def initials_of(name: str) -> str:
    """Give the small initials of a name without its small words; of one word, the word: `nfa`."""
    parts = [word for word in name.removeprefix("The ").split() if word not in _SMALL]
    return "".join(word[0] for word in parts).lower() if len(parts) > 1 else fold(name)


@lru_cache(maxsize=NAMES_KEPT)
def all_initials_of(name: str) -> str:
    """Give the small initials of a name with those of its small words: `bok`, of the Bank of Korea."""
    return "".join(word[0] for word in name.removeprefix("The ").split()).lower()


def is_short_for(short: str, role: str) -> bool:
    """Tell whether an abbreviation stands for a role, or in it: `DC`, for `Deputy Commissioner`; `MLA`."""
    return initials_of(role).endswith(short.lower()) or short in role.split()
