"""A speaker's phrase taken apart: article, owner, noun, what follows it, apposition. English."""

import re
from dataclasses import dataclass
from typing import Final

from services.tag.cited.given_names import GIVEN
from services.tag.cited.nouns import BODIES, ORGANISATIONS, kind_of, singular
from services.tag.cited.phrases import DETERMINERS, ROLES
from services.tag.cited.vocabulary import ADHERENTS
from services.tag.folding import fold
from services.tag.places.nations import country_of
from services.tag.words import words

PREPOSITIONS_OF_NOUNS: Final = words(
    "of for at in from by on with to who close familiar about into near outside inside within among over against after "
    "between"
)
_TOKEN: Final = re.compile(r"\"\w[\w'-]*\"|(?:[A-Z]\.)+(?:-[a-z]+)?(?!\w)|[\w.'&/-]*\w[.']?|[^\w\s]")
_ASIDE: Final = re.compile(r"\s*\([^)]*\)")
_CLAUSE: Final = re.compile(
    r",? (?:who|whose|whom|which|of which|that|speaking|citing|quoting"
    r"|(?:also |better |widely )?known (?:as|by|for))\b.*"
    r"|(?<=\w),? (?:and )?(?:carried|seen|obtained|reviewed|given|shown|sent|shared|provided|released|aired|broadcast"
    r"|viewed|based|quoted|interviewed|cited|leaked|made (?:public|available)(?! on [A-Z][a-z]+day)"
    r"|posted(?! (?:in|to) [A-Z])|accessed|consulted|(?:reached|contacted|surveyed|polled)(?= by (?:the )?[A-Z])"
    r"|published in (?:full|part)"
    r"|published(?: (?:on )?[A-Z][a-z]+day)?(?= by [^,]+ (?:newspaper|daily|agency|website|magazine|channel|portal)$))"
    r" (?:by|to|with|in|on|from|out) .*"
    r"|(?<!ed) (?:by|over the) (?:tele)?phone$"
    r"|, (?:now|currently) [a-z].*|, or (?:the )?[A-Z]{2,}\b.*|, (?:led|headed|chaired|founded|run|backed|owned) by .*"
    r"|(?<=[a-z](?:or|er))(?<!letter)(?<!order)(?<!answer)(?<!offer)"
    r" to (?:\d+|several|all|some|many|two|three|four|five|six|ten|dozens) .*"
    r"|(?<=[a-z]) (?:it|he|she|they) [a-z]+.*|(?<=[a-z]) not [a-z]+.*"
)
_CALLED: Final = re.compile(
    r"\b(?:surnamed|called|(?:name|identified)(?: himself| herself)?(?: only| simply)? as|identified only by)"
    r" (?P<name>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3})"
    r"|\bgave only (?:her|his|their) (?:first |given |last |family )?name,? (?:as )?(?P<given>[A-Z][\w'-]*)"
)
_SELF: Final = re.compile(r" (?:himself|herself|itself|themselves)\b")
_STOPPED: Final = re.compile(r"(?<=[a-z]{4})(?:\.| there)$")
"""What may stand behind a phrase and is no part of it: the stop of its sentence, and `there`."""
_AGE: Final = re.compile(r"^(?:aged )?\d{1,3}(?:, |$)")
_ARTICLES: Final = words("a an the")
_PARTICIPLES: Final = words("read sent held made broadcast led built sold drawn kept shown known run put")
"""Verbs that tell of the noun before them, and end like no other participle: `a statement read out on air`."""
_POINTERS: Final = words("the this that these those")
_OWNERS: Final = words("its his her their our my")
_DROPPED: Final = words("same own latter very")
_NEVER_OWNERS: Final = words("children women people men workers nurses teachers writers farmers lloyd mcdonald moody")
_QUANTITIES: Final = words(
    "several many most some one two three four five six all dozens hundreds thousands number group handful pair couple "
    "majority few any each half none scores another both"
)
_BEHIND: Final = words("abroad overseas there here present alike nearby elsewhere concerned involved")
"""Small words that may stand behind the noun that they tell of."""
_ON_DAY: Final = re.compile(
    r"(?<=[a-z])(?<!ed)(?<!public)(?: (?:late|early))? on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: [a-z]+)?$"
)
_JOINS: Final = words("and or")
_INSIDE_NAMES: Final = words("of for and the de del la al & on")
_FEMALE: Final = words(
    "mrs. ms. mrs ms mother sister daughter wife aunt woman girl grandmother widow queen princess nun niece"
)
_NO_MEN: Final = words("human german roman norman ottoman oman talisman layman")
_MALE: Final = words("mr. mr father brother son husband uncle man boy grandfather king prince monk priest imam nephew")


@dataclass(frozen=True, slots=True)
class Parts:
    """A phrase taken apart; tokens keep their case."""

    plain: str
    """Without what stands in round brackets."""
    shown: str
    """Without article and clause."""
    first: str
    """The first word, small."""
    tokens: list[str]
    """Without article and owner, up to the apposition."""
    noun: list[str]
    """Tokens up to the first preposition."""
    rest: list[str]
    """Tokens from the first preposition on."""
    head: str
    """The noun's last word, small."""
    owner: str | None
    country: str | None
    apposition: str
    called: str | None
    """The name in `a man surnamed NAME`."""

    @property
    def opened(self) -> bool:
        """Tell whether an article or its like stands first."""
        return self.first in DETERMINERS

    @property
    def definite(self) -> bool:
        """Tell whether the phrase may point back: `the source`."""
        return self.first in _POINTERS

    @property
    def named_rest(self) -> list[str]:
        """Give what follows the noun of a body's name and is part of it: `for Kosovo and Metohija`."""
        if not self.rest or self.rest[0] not in {"of", "for", "on"}:
            return []
        end = 0
        while end < len(self.rest) and (self.rest[end][:1].isupper() or self.rest[end] in _INSIDE_NAMES):
            end += 1
        while end and not self.rest[end - 1][:1].isupper():
            end -= 1
        return self.rest[:end]

    @property
    def place(self) -> str | None:
        """Give what stands behind `in`, `at` or `with`: where a source sits."""
        if not self.rest or self.rest[0] not in {"in", "at", "with", "within", "from", "inside", "for", "by", "of"}:
            return None
        tokens = self.rest[1:]
        while tokens and tokens[0].lower() in DETERMINERS:
            tokens = tokens[1:]
        cut = next((n for n, token in enumerate(tokens) if n and token in {"in", "on", "at", "who"}), len(tokens))
        tokens = tokens[:cut]
        body = any(singular(token.lower()) in BODIES | ORGANISATIONS for token in tokens)
        return " ".join(tokens) if body else None

    @property
    def gender(self) -> str | None:
        """Give `f` or `m` where a word tells."""
        low = [token.lower() for token in (*self.noun, self.head, *self.apposition.split()[:3])]
        if any(token in _FEMALE or token.endswith("woman") for token in low):
            return "f"
        return "m" if any(token in _MALE or (token.endswith("man") and token not in _NO_MEN) for token in low) else None

    def is_many(self) -> bool:
        """Tell whether `and` joins several, rather than being part of a body's name."""
        joined = any(token in _JOINS for token in self.noun)
        return joined and not (_is_one_body(self.noun) or _is_one_post(self.noun))


def parts_of(phrase: str) -> Parts:
    """Take an evened phrase apart."""
    plain = _STOPPED.sub("", " ".join(_SELF.sub("", _ASIDE.sub("", phrase)).split()).strip(" ,"))
    called = _CALLED.search(plain)
    core = _ON_DAY.sub("", _CLAUSE.sub("", plain)) or plain
    front, _, apposition = core.partition(", ")
    tokens = _TOKEN.findall(front)
    first = tokens[0].lower() if tokens else ""
    country = next((code for token in tokens[:4] if (code := country_of(token.removesuffix("-based")))), None)
    shown = _shown(core)
    owner = first if first in _OWNERS else None
    tokens = _without_determiners(tokens)
    tokens, owner = _without_owner(tokens, owner)
    if tokens and tokens[0].lower() in _QUANTITIES:
        tokens = [tokens[0].lower(), *tokens[1:]]
    cut = next((n for n in range(1, len(tokens)) if _ends_noun(tokens, n)), len(tokens))
    noun, rest = tokens[:cut], tokens[cut:]
    return Parts(
        plain,
        shown,
        first,
        tokens,
        noun,
        rest,
        _head(noun, rest),
        owner,
        country,
        _AGE.sub("", apposition),
        (called["name"] or called["given"]) if called else None,
    )


def _ends_noun(tokens: list[str], place: int) -> bool:
    """Tell whether what follows the noun begins here: a preposition, or `published by` behind a noun."""
    token = tokens[place]
    if token in PREPOSITIONS_OF_NOUNS:
        return True
    done = (token in _PARTICIPLES or (token.islower() and token.endswith(("ed", "ing", "en")))) and place + 1 < len(
        tokens
    )
    before = tokens[place - 1]
    return (
        done and before.islower() and before not in ADHERENTS and kind_of(before) is not None and kind_of(token) is None
    )


def _shown(core: str) -> str:
    first, _, rest = core.partition(" ")
    while rest and (first.lower() in _ARTICLES or first.lower() in _OWNERS or first.lower() in _DROPPED):
        core = rest
        first, _, rest = core.partition(" ")
    return core


def _without_determiners(tokens: list[str]) -> list[str]:
    if len(tokens) > 1 and tokens[0].lower() in _ARTICLES:
        tokens = tokens[1:]
    while len(tokens) > 1 and (
        (
            tokens[0].lower() in DETERMINERS
            and (tokens[0].islower() or tokens[1].islower() or tokens[0].lower() in _OWNERS)
        )
        or tokens[0] in _DROPPED
    ):
        if tokens[0].lower() in _QUANTITIES and tokens[1] == "of":
            break
        tokens = tokens[1:]
    return tokens


def _without_owner(tokens: list[str], owner: str | None) -> tuple[list[str], str | None]:
    """Part `the UN coordinator's` from `spokeswoman`."""
    places = [
        n
        for n, token in enumerate(tokens[:-1])
        if token.endswith("'s") and token[:-2].lower() not in _NEVER_OWNERS and n < len(tokens) - 1
    ]
    before = next((n for n, token in enumerate(tokens) if n and token in PREPOSITIONS_OF_NOUNS), len(tokens))
    places = [n for n in places if n < before]
    if not places:
        return tokens, owner
    last = places[-1]
    return tokens[last + 1 :], " ".join(tokens[: last + 1])[:-2]


def _head(noun: list[str], rest: list[str]) -> str:
    if not noun:
        return ""
    if noun[-1].lower() in _QUANTITIES and rest[:1] == ["of"]:
        inner = rest[1:]
        cut = next((n for n, token in enumerate(inner) if n and token in PREPOSITIONS_OF_NOUNS), len(inner))
        return inner[cut - 1].lower() if inner else noun[-1].lower()
    last = noun[-1]
    if (pair := "-".join(noun[-2:]).lower()) in {"think-tank", "short-seller"}:
        return pair
    if len(noun) > 1 and last in _BEHIND:
        last = noun[-2]
    if len(noun) > 1 and last.islower() and last.endswith("ed") and rest:
        last = noun[-2]
    return last.lower().removesuffix("'s").removesuffix("'")


def _is_one_body(tokens: list[str]) -> bool:
    """Tell whether `and` is part of a body's name: `Water Resources and Energy Directorate`."""
    return tokens[-1].lower() in ORGANISATIONS | BODIES and all(
        token[:1].isupper() or token in {"and", "of", "for", "the"} for token in tokens
    )


def _is_one_post(tokens: list[str]) -> bool:
    """Tell whether `and` joins the fields of a post: `Energy and Mines Minister Rosa Soto`."""
    place = tokens.index("and") if "and" in tokens else 0
    post = next((n for n, word in enumerate(tokens) if word.lower() in ROLES), 0)
    fields = 0 < place < post < len(tokens) - 1 and fold(tokens[0]) not in GIVEN
    return fields and all(token[:1].isupper() or token in {"and", "of", "the"} for token in tokens)
