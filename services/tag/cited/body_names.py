"""Names of bodies that how they are put tells: by fields, members, trade, or a noun behind the name. English. Pure."""

import re
from typing import Final

from services.tag.cited.firms import is_description, own_words
from services.tag.cited.given_names import GIVEN
from services.tag.cited.nouns import BODY_KINDS, is_plural, kind_of, singular
from services.tag.cited.phrase_parts import Parts, parts_of
from services.tag.cited.speaker import Speaker
from services.tag.cited.titles import is_namelike, title_of
from services.tag.cited.vocabulary import CAPITALS, CAUSES, FIRM_OR_PERSON, FIRMS
from services.tag.folding import fold
from services.tag.places.nations import country_of, is_adjective
from services.tag.words import words

_TRADES: Final = words("producer operator manufacturer carrier") | {
    noun for noun in FIRMS | FIRM_OR_PERSON if noun.endswith(("er", "or"))
}
_FIELDS: Final = re.compile(
    r"(?:[Tt]he )?(?P<name>(?:[A-Z][\w'-]*\w )?(?:Ministry|Department|Directorate|Commission|Secretariat|Office|Bureau"
    r"|Agency) (?:of|for) [A-Z][\w' -]*(?:, [A-Z][\w'-]*(?: [A-Z][\w'-]*)*)+,? and [A-Z][\w' -]*)\Z"
)
_LIST: Final = re.compile(
    r"(?:[Tt]he )?(?P<name>[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,3}(?:, [A-Z][\w'-]*(?: [A-Z][\w'-]*)?){1,4},? (?:and|&)"
    r" (?:[A-Z][\w'-]* ){1,3}(?P<noun>[A-Z][a-z]+))\Z"
)
_LEAGUES: Final = words("eu un nato")
_NAMED_BEFORE: Final = words("union company group movement charity airline consortium corporation foundation startup")
_SOCIETY_WORDS_MIN: Final = 2
_BOUND: Final = words("without against united for beyond under")


def of_fields(parts: Parts) -> Speaker | None:
    """Read a body of several fields: `the Ministry of Agriculture, Fisheries and Water Resources`."""
    listed = _LIST.match(parts.plain) if parts.apposition else None
    if listed and (kind := kind_of(listed["noun"].lower())) in {"official_body", "organisation"}:
        return Speaker(kind, parts.shown, listed["name"], country=parts.country, head=listed["noun"].lower())
    fields = _FIELDS.match(parts.plain) if parts.apposition and " and " in parts.apposition else None
    return (
        Speaker("official_body", parts.shown, fields["name"], country=parts.country, head=parts.head)
        if fields
        else None
    )


def of_trade(parts: Parts) -> Speaker | None:
    """Read a firm behind the noun for its trade, with a sentence's capital: `Insurer Meridian Hull`."""
    trade, *name = parts.noun if len(parts.noun) > 1 else ["", ""]
    if parts.opened or trade.lower() not in _TRADES or not trade[:1].isupper():
        return None
    if not all(map(is_namelike, name)) or fold(name[0]) in GIVEN or title_of(parts.noun):
        return None
    full = " ".join([*name, *parts.named_rest])
    return Speaker("organisation", parts.shown, full, country=parts.country, head=trade.lower())


def called_by_noun(parts: Parts) -> Speaker | None:
    """Read a body by the name before its noun: `the Unite union`; not `the Danish firm`, `the London bank`."""
    name = parts.noun[:-1]
    if parts.first != "the" or parts.rest or parts.apposition or parts.head not in _NAMED_BEFORE or not name:
        return None
    if not parts.noun[-1].islower() or name[0].lower() in _LEAGUES:
        return None
    placed = any(
        is_adjective(part) or country_of(part) or fold(part) in CAPITALS for word in name for part in word.split("-")
    )
    if placed or not all(word[:1].isupper() for word in name) or any(map(is_description, name)):
        return None
    return Speaker("organisation", parts.shown, " ".join(name), head=parts.head)


def explained(parts: Parts) -> Speaker | None:
    """Read a name of several that an apposition tells to be a body: `The Emergency Lawyers, a group of volunteers`."""
    kind = explained_kind(parts)
    if kind not in BODY_KINDS or not is_plural(parts.head) or not parts.noun[-1][:1].isupper():
        return None
    name = " ".join([*own_words(parts.noun), *parts.named_rest])
    return Speaker(kind, parts.shown, name, country=parts.country, head=parts.head)


def society(parts: Parts) -> Speaker | None:
    """Read a body that is named by its members: `Reporters Without Borders`, `Lawyers for Human Rights`."""
    named = [token for token in parts.tokens if token[:1].isupper()]
    if parts.opened or len(named) < _SOCIETY_WORDS_MIN or parts.tokens[0] != named[0]:
        return None
    bound = parts.tokens[1].lower()
    cause = bound in {"for", "of", "against"} and parts.tokens[-1].lower() in CAUSES
    if not is_plural(named[0].lower()) or not (cause or (bound in _BOUND and parts.tokens[1] == named[1])):
        return None
    return Speaker("organisation", parts.shown, " ".join(parts.tokens), head=singular(named[0].lower()))


def explained_kind(parts: Parts) -> str | None:
    """Give the kind of the noun in an apposition: `a group of doctors`, `a think tank`."""
    inner = parts_of(parts.apposition) if parts.apposition[:2] in {"a ", "an"} else None
    if inner is None or not inner.noun:
        return None
    return kind_of(inner.noun[-1].lower()) or kind_of(inner.head)
