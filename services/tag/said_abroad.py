"""Where a text says that somebody says something, in French, German and Spanish: a few verbs, `according to`.

Speakers are names, with or without a role before them, and noun phrases of a plain shape. What is said is the
quotation beside them.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.tag.said import Said
from services.tag.words import Words, words

_UPPER: Final = r"(?:[A-Z]\.(?= )|(?:al-)?[^\W\d_a-zß-öø-ÿ][\w'-]*)"
_NAME: Final = rf"{_UPPER}(?: (?:(?:de|du|des|von|van|del|la|le|bin|al|der|den|di|da) )?{_UPPER}){{0,4}}"
_START: Final = r"(?:(?<=[.!?\"] )|(?<=\n)|(?<![\s\S]))"
_ASIDE: Final = r"(?:, [^.;:\n\"]{3,110}?,)?"
_OPENERS: Final = words(
    "Il Elle Ils Elles On Nous Vous Je Tu Ce Cela Qui Er Sie Es Wir Ihr Ich Das Dies Man Wer Él Ella Ellos Ellas Yo "
    "Usted Esto Eso Quien Le La Les Un Une Der Die Ein Eine El Los Las Una Unos Wie Und Aber Mais Et Pero À En Im In Am"
)
_FRENCH_DONE: Final = (
    r"(?:a|ont|avait|avaient) (?:déclaré|dit|affirmé|annoncé|indiqué|expliqué|assuré|ajouté|estimé|précisé|souligné"
    r"|rapporté|confirmé|démenti|raconté|reconnu|fait savoir|rappelé|prévenu|répondu|regretté)"
)
_FRENCH_NOW: Final = (
    r"(?:déclare|affirme|annonce|indique|explique|assure|estime|rapporte|raconte|reconnaît|prévient|rappelle|précise"
    r"|évoque|résume|souligne|confirme|dit|ajoute)(?:nt)?"
)
_GERMAN: Final = (
    r"sagten?|sagt|erklärten?|erklärt|berichteten?|berichtet|betonten?|kündigten?|schrieb|meldeten?|meldet|bestätigten?"
    r"|warnten?|forderten?|lobt|lobte|schildern|schilderten?|verwies|räumte|teilten?"
)
_GERMAN_LAST: Final = (
    r"sagten?|erklärten?|mitteilten?|bekannt ?gab(?:en)?|berichteten?|bestätigten?|meldeten?|feststellten?"
)
_SPANISH: Final = (
    r"dij(?:o|eron)|declaró|afirmó|anunció|aseguró|explicó|informó|indicó|señaló|agregó|añadió|confirmó|negó"
    r"|ha (?:dicho|declarado|afirmado|anunciado|asegurado|informado)"
)
_FRENCH_NOUNS: Final = (
    r"(?:(?:[Ll]e|[Ll]a|[Ll]es|[Uu]ne?|[Dd]es|[Pp]lusieurs) |[Ll]')"
    r"[^\W\d_]+(?: (?!que\b|qui\b|ce\b|en\b|a\b|ont\b)[a-zà-ÿ]+)?"
    r"(?:(?: de la | de l'| du | des | de | d'| aux? )[^\W\d_]+"
    r"(?: (?!que\b|qui\b|en\b|a\b|ont\b|ne\b)[a-zà-ÿ]{4,})?){0,2"
    r"}"
)
_GERMAN_NOUNS: Final = (
    r"(?:(?:[Dd]er|[Dd]ie|[Dd]as|[Dd]em|[Dd]en|[Ee]iner?|[Ee]inem) "
    r"(?:[a-zäöüß]+ ){0,2}|[A-ZÄÖÜ][a-zäöüß]+e ?(?= ?[A-ZÄÖÜ]))?"
    r" ?[A-ZÄÖÜ][\w-]+(?: (?:der|des|von|in|aus|für) (?:der |dem |den )?[A-ZÄÖÜ][\w-]+){0,2}"
)
_SPANISH_NOUNS: Final = (
    r"(?:[Ee]l|[Ll]a|[Ll]os|[Ll]as|[Uu]na?|[Uu]nos|[Uu]nas) [a-zà-ÿ]+(?: (?!que\b|en\b|ha\b)[a-zà-ÿ]+)?"
    r"(?:(?: de la | del | de los | de )[^\W\d_]+){0,2}"
)


def _grammar(verbs: str, by: str, article: str, nouns: str, role: str) -> tuple[re.Pattern[str], ...]:
    """Build a language from its verb forms, its words for `according to`, its articles, nouns and roles.

    The groups `name` and `nouns` are speakers of the two kinds.
    """
    name, common = rf"(?P<name>{_NAME})", rf"(?P<nouns>{nouns})"
    end = r"(?=[.,;:!?\"\n]| (?:qui|que|dans|lors|après|pour|sur|am|in|bei|mit|nach|auf|vor|en|ayer|el)\b)"
    return (
        re.compile(rf"(?<![\w'-])(?:{role})?{name}{_ASIDE} (?P<cue>{verbs})\b"),
        re.compile(rf"(?:[,!?]\"|[,\"!?]) ?(?:se )?(?P<cue>{verbs}) (?:{article})?(?:{role})?{name}"),
        re.compile(rf"\b(?P<cue>{by}) (?:{article})?(?:{role})?{name}(?! ?-)"),
        re.compile(rf"(?:[,!?]\"|[,\"!?]) ?(?P<cue>{verbs}) {common}{end}"),
        re.compile(rf"\b(?P<cue>{by}) {common}"),
        re.compile(rf"{_START}{common}{_ASIDE} (?P<cue>{verbs})\b"),
    )


_GRAMMARS: Final = {
    "fr": _grammar(
        rf"{_FRENCH_DONE}|{_FRENCH_NOW}|(?:souvient|soupire)(?=[ ,])",
        r"[Ss]elon|[Dd]'après",
        r"le |la |les |l'|l'agence |le président |la ministre |le ministre |M\. |Mme ",
        _FRENCH_NOUNS,
        r"(?:[Ll]e |[Ll]a |[Ll]')[a-zà-ÿ]+(?: [a-zà-ÿ]+)?,? ",
    ),
    "de": (
        *_grammar(
            _GERMAN,
            r"[Ll]aut|[Nn]ach Angaben (?:von|der|des)|[Nn]ach(?= einer? )",
            r"der |die |das |dem |den |Herr |Frau |Präsident |Minister |Ministerin |Agentur |Nachrichtenagentur ",
            _GERMAN_NOUNS,
            r"(?:[Dd]er |[Dd]ie |sein |ihr )?[A-ZÄÖÜ][\w-]+(?:in|er|ent|or|ist|ant|eur|ge) (?=[A-ZÄÖÜ][\w-]+ [A-ZÄÖÜ])",
        ),
        re.compile(rf"\b[Ww]ie (?P<nouns>{_GERMAN_NOUNS}) (?:am [^,.\n]{{3,30}} )?(?P<cue>{_GERMAN_LAST})\b"),
    ),
    "es": _grammar(
        _SPANISH,
        r"[Ss]egún|[Dd]e acuerdo con",
        r"el |la |los |las |la agencia |el presidente |la ministra |el ministro ",
        _SPANISH_NOUNS,
        r"(?:[Ee]l |[Ll]a )[a-zà-ÿ]+ ",
    ),
}
LANGUAGES: Final = frozenset(_GRAMMARS)


def find_said_abroad(text: Words, language: str) -> Iterator[Said]:
    """Yield the attributions of a text in one of `LANGUAGES`, in the order of the text."""
    found: dict[tuple[int, int], Said] = {}
    for pattern in _GRAMMARS[language]:
        named = "name" in pattern.groupindex
        for match in pattern.finditer(text.text):
            source = match.span("name" if named else "nouns")
            if text.quote_at(match.start("cue")) or text.quote_at(source[0]):
                continue
            if named and (match["name"].split()[0] in _OPENERS or _is_aside_of_place(text, source[0])):
                continue
            sure = named and not (language == "de" and _may_be_noun(text, match["name"]))
            if not any(start < source[1] and source[0] < end for start, end in found):
                found[source] = Said(source, match.span("cue"), _content(text, match), "assertion", named=sure)
    yield from (found[place] for place in sorted(found))


def _may_be_noun(text: Words, name: str) -> bool:
    """Tell whether a single German word may be a noun, as all of them are capital: no first name stands before it."""
    return " " not in name and not re.search(rf"[A-ZÄÖÜ]\w+ (?:[A-Z]\w+-)?{re.escape(name)}\b", text.text)


def _is_aside_of_place(text: Words, start: int) -> bool:
    """Tell whether a name stands behind a preposition of place, and so does not speak: `à Tarbes, assure`."""
    word = text.text[max(0, start - 12) : start].rpartition("\n")[2].split()
    return bool(word) and word[-1].lower() in _PLACING and text.text[start - 1] == " "


_PLACING: Final = words(
    "à en de du des aus in bei nach vor seit von zu am im zur a desde près au chez entre und et y ou oder mit"
)


def _content(text: Words, match: re.Match[str]) -> tuple[int, int] | None:
    """Give the quotation right before or behind; null where there is none."""
    before = text.quote_ending_before(match.start())
    if before is None and match.group()[0] in {",", '"', "!", "?"}:
        before = text.quote_ending_before(match.start() + 1) or text.quote_at(match.start())
    if before:
        return before.start, before.end
    after = text.quote_from(match.end(), 40)
    return (after.start, after.end) if after else None
