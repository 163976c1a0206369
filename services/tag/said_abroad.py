"""Where a text says that somebody says something, in French, German and Spanish: a few verbs, `according to`, names.

Only speakers with a name are found; what is said is the sentence around them.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.tag.said import Said
from services.tag.words import Words, words

_UPPER: Final = r"(?:[A-Z]\.(?= )|(?:al-)?[^\W\d_a-zß-öø-ÿ][\w'-]*)"
_NAME: Final = rf"{_UPPER}(?: (?:(?:de|du|des|von|van|del|la|le|bin|al|der|den|di|da) )?{_UPPER}){{0,4}}"
_OPENERS: Final = words(
    "Il Elle Ils Elles On Nous Vous Je Tu Ce Cela Qui Er Sie Es Wir Ihr Ich Das Dies Man Wer Él Ella Ellos Ellas Yo "
    "Usted Esto Eso Quien Le La Les Un Une Der Die Ein Eine El Los Las Una Unos"
)


def _grammar(verbs: str, by: str, article: str) -> tuple[re.Pattern[str], ...]:
    """Build a language from its verb forms, its words for `according to`, and its articles before a name."""
    name = rf"(?P<name>{_NAME})"
    return (
        re.compile(rf"(?<![\w'-]){name},? (?P<cue>{verbs})\b"),
        re.compile(rf"[,\"] ?(?P<cue>{verbs}) (?:{article})?{name}"),
        re.compile(rf"\b(?P<cue>{by}) (?:{article})?{name}"),
    )


_GRAMMARS: Final = {
    "fr": _grammar(
        r"(?:a|avait) (?:déclaré|dit|affirmé|annoncé|indiqué|expliqué|assuré|ajouté|estimé|précisé|souligné|rapporté"
        r"|confirmé|démenti)|déclare|affirme|annonce|indique|explique|assure|estime|rapporte",
        r"[Ss]elon|[Dd]'après",
        r"le |la |les |l'|l'agence |le président |la ministre |le ministre |M\. |Mme ",
    ),
    "de": _grammar(
        r"sagte|sagt|erklärte|erklärt|teilte|berichtete|berichtet|betonte|kündigte|schrieb|meldete|meldet|bestätigte"
        r"|warnte|forderte",
        r"[Ll]aut|[Nn]ach Angaben (?:von|der|des)",
        r"der |die |das |dem |den |Herr |Frau |Präsident |Minister |Ministerin |Agentur |Nachrichtenagentur ",
    ),
    "es": _grammar(
        r"dijo|declaró|afirmó|anunció|aseguró|explicó|informó|indicó|señaló|agregó|añadió|confirmó|negó"
        r"|ha (?:dicho|declarado|afirmado|anunciado|asegurado|informado)",
        r"[Ss]egún|[Dd]e acuerdo con",
        r"el |la |los |las |la agencia |el presidente |la ministra |el ministro ",
    ),
}
LANGUAGES: Final = frozenset(_GRAMMARS)


def find_said_abroad(text: Words, language: str) -> Iterator[Said]:
    """Yield the attributions of a text in one of `LANGUAGES`, in the order of the text."""
    found: dict[tuple[int, int], Said] = {}
    for pattern in _GRAMMARS[language]:
        for match in pattern.finditer(text.text):
            if match["name"].split()[0] in _OPENERS or text.quote_at(match.start("cue")):
                continue
            source = match.span("name")
            if not any(start < source[1] and source[0] < end for start, end in found):
                found[source] = Said(source, match.span("cue"), _content(text, match), "assertion")
    yield from (found[place] for place in sorted(found))


def _content(text: Words, match: re.Match[str]) -> tuple[int, int] | None:
    """Give the quotation right before or behind; null where there is none."""
    before = text.quote_ending_before(match.start())
    if before is None and match.group()[0] in {",", '"'}:
        before = text.quote_ending_before(match.start() + 1) or text.quote_at(match.start())
    if before:
        return before.start, before.end
    after = text.quote_from(match.end(), 40)
    return (after.start, after.end) if after else None
