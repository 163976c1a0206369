"""Agencies and outlets in a phrase: those of the directory, and those that the phrase calls so. English."""

import re
from typing import Final

from services.tag.cited.nouns import kind_of
from services.tag.cited.phrase_parts import Parts
from services.tag.cited.speaker import Speaker
from services.tag.cited.vocabulary import CAPITALS
from services.tag.folding import fold
from services.tag.outlet import Directory
from services.tag.places.nations import country_of, is_adjective
from services.tag.words import words

BEFORE_NAME_MAX_WORDS: Final = 6
_NAME_MAX_WORDS: Final = 4
_MEDIA_TAIL: Final = re.compile(
    r"\s+(?:business |financial |economic |sports )?(?P<kind>news agency|news service|agency|newswire|wire service"
    r"|newspaper|daily|weekly|magazine|website"
    r"|news site|news outlet|outlet|channel|tv channel|television channel|television|tv|radio|radio station|broadcaster"
    r"|network|portal|news portal|tabloid|paper|station)$"
)
_ON_AIR: Final = re.compile(
    r"^(?:Radio|R\u00e1dio|Televisi(?:\u00f3n|on)|TV|T\u00e9l\u00e9|Tele|Channel|Canal|Kanal|Kanali)(?: [\w.'-]+){1,3}$"
    r"|^[A-Z][\w.'-]*(?: [\w.'-]+){0,3}[ -](?:FM|AM|TV|TV\d|PBS|BC|Radio|Television|TV News|News|Newspaper|Online"
    r"|Gazette|Herald|Tribune|Chronicle|Telegraph|Times|Gleaner|Examiner|Inquirer|Enquirer|Courier|Bulletin"
    r"|Dispatch|Newsroom)$"
    r"|^(?:[A-Z][\w.'-]* ){1,2}(?:Radio|TV|Television|FM|News) [A-Z][\w.'-]*(?: [A-Z\d][\w.'-]*)?$"
    r"|^[A-Z][\w.' -]*\bBroadcasting (?:System|Corporation|Service|Company|Network)$"
    r"|^(?:Democratic |New |Free )?Voice of [A-Z][\w' ]*$"
    r"|^L'[A-Z]\w+(?: d[eu] [A-Z]\w+)?$"
    r"|^[A-Za-z]\w+\.(?:media|news|press|info|online|today|[a-z]{2})$"
    r"|\b(?:Folha|Jornal|Di\u00e1rio|Diario|Correio|Correo|Peri\u00f3dico|Gazeta|Gazzetta|Giornale|Corriere"
    r"|Zeitung|Tageblatt|Rundschau|Nachrichten|Noticias|Prensa|Dnevnik|Vijesti|Gazetesi|Akhbar)\b"
    r"|\b(?:Daily|Sunday|Evening|Morning) (?:Post|Mail|Mirror|Star|Sun|Standard|Express|Observer|Nation|Monitor"
    r"|Record)$"
    r"|^[A-Z][a-z]{3,} 24$"
    r"|^(?:\w+(?:TV|FM)\d*|TV\d+)$|^\w{3,}(?:news|News|NEWS|press24|tv)$"
)
"""Names that only broadcasters and papers have."""
_AGENCY_KINDS: Final = frozenset({"news agency", "agency", "newswire", "wire service", "news service"})
_AGENCY_NAME: Final = re.compile(r"\b(?:news|press|telegraph|information) (?:agency|service)\b")
_SMALL_NEWS: Final = re.compile(r" (?:news|online)(?= (?:website|channel|newspaper|portal)$)")
"""What is no part of the name before it: `the Mayak news website`, not `the Eagle News website`."""
_STORY: Final = re.compile(r" (?:news )?(?:report|story|article|dispatch|investigation)$")
_PART: Final = re.compile(r" (?:[a-z]+ ){0,2}(?:news|bulletin|newsroom|programme|program|edition|correspondent)$")
"""What stands behind an outlet's name for a part of it: `Rai regional news`."""
_PARTS: Final = words("service bureau desk edition newsroom programme program news bulletin website channel")
"""Parts that an outlet has: `Deutsche Welle's Macedonian service`."""
_SECTIONS: Final = words(
    "north south east west central world business sport sports persian arabic english russian international europe "
    "africa asia america regional local live online"
)
_MEDIA_NOUNS: Final = words(
    "newspaper daily weekly magazine website channel broadcaster portal tabloid paper radio television tv newswire "
    "server"
)
"""Small nouns that call the name behind them an outlet."""
_PRESS_CITIES: Final = words(
    "geneva zurich milan turin barcelona istanbul izmir mumbai kolkata chennai karachi lahore peshawar lagos sydney "
    "melbourne toronto montreal vancouver hamburg munich frankfurt shanghai osaka chicago boston medellin guayaquil "
    "guadalajara monterrey casablanca dubai haifa lviv odesa kharkiv yekaterinburg gdansk krakow brno split "
    "thessaloniki porto seville valencia marseille lyon lille antwerp rotterdam gothenburg bergen almaty johannesburg "
    "durban mombasa kumasi douala goma lubumbashi cebu davao surabaya"
)
"""Cities by which others tell whose paper it is: `the Geneva daily`; capitals are known anyhow."""
_FIELD: Final = re.compile(
    r"(?:(?:ing|tion|sion|ment|ity|ics|al|ance|ence|ency|ary|port|roads?|space|water|food|land|sports?|tax|drug|border"
    r"|health|energy|bank|trade|standards|medicines)$|^(?:anti|counter|non)-)",
    re.IGNORECASE,
)
"""What an agency of the state is for, and no agency for news is called: `the Roads Agency`."""
_OFFICE_OF: Final = re.compile(r"\b(?:press|information|news) (?:service|agency) of\b")
_SOCIAL: Final = re.compile(
    r"\b(?:telegram|facebook|youtube|whatsapp|twitter|instagram|x) (?:channel|page|account|group)\b"
)
_PAPERS: Final = words(
    "Sun Star Mail Mirror Standard Observer Monitor Record Independent Advertiser Guardian Echo Argus"
)
"""Behind a place they make the name of its paper."""
_DESCRIBES: Final = ("'s", "-language", "-based", "-run", "-owned", "-linked", "-backed", "-funded", "-controlled")
_NO_BODIES: Final = frozenset({None, "person", "people"})
"""Kinds that the words of a paper's name may be of: `the Patriot daily`, not `the Army daily`."""
_FOLK: Final = frozenset({"person", "people", "anonymous"})
_KNOWN_KINDS: Final = frozenset({"organisation", "official_body", "news_agency"})


def read_masthead(parts: Parts, directory: Directory) -> Speaker | None:
    """Read an agency or an outlet: one of the directory, or one that the phrase calls so."""
    if parts.rest and kind_of(parts.head) == "document" and parts.head.islower() and parts.noun[-1:] != ["paper"]:
        return None
    if parts.rest and parts.opened and parts.head.islower() and kind_of(parts.head) in _FOLK:
        return None
    whole = " ".join(parts.tokens)
    return _read_social(parts, whole) or _read_outlet(parts, whole, directory)


def _read_social(parts: Parts, whole: str) -> Speaker | None:
    """Read `the Telegram channel NAME`."""
    match = _SOCIAL.search(whole.lower())
    if match is None:
        return None
    name = whole[match.end() :].strip() or whole[: match.start()].strip()
    name = name if name[:1].isupper() else ""
    role = match.group().replace("telegram", "Telegram").replace("facebook", "Facebook")
    return Speaker("social_media", parts.shown, name or None, role, head=match.group().split()[-1])


def _read_outlet(parts: Parts, whole: str, directory: Directory) -> Speaker | None:
    whole = _without_part(parts, _SMALL_NEWS.sub("", whole), directory)
    tail = _MEDIA_TAIL.search(whole.lower())
    if tail and (_is_listed(whole, directory) or _is_in_name(whole, tail, directory)):
        tail = None
    tokens, noun = _without_description((whole[: tail.start()] if tail else whole).split(), directory)
    name = " ".join(tokens)
    if _is_listed(name, directory) and (entry := directory.named(name)):
        kind = entry.kind if entry.kind in _KNOWN_KINDS else "outlet"
        country = entry.country or parts.country
        return Speaker(kind, parts.shown, entry.name, country=country, outlet=entry, head=parts.head)
    if noun or _is_edition(tokens, directory):
        return Speaker("outlet", parts.shown, name, country=parts.country, head=noun or parts.head)
    if _AGENCY_NAME.search(whole.lower()) and name[:1].isupper() and not _OFFICE_OF.search(whole):
        own = name if not country_of(name) else whole[whole.index(name) :]
        return Speaker("news_agency", parts.shown, own, country=parts.country, head=parts.head)
    if name.endswith(" Agency") and len(tokens) == 2 and not _FIELD.search(tokens[0]):  # noqa: PLR2004
        return Speaker("news_agency", parts.shown, name, country=parts.country, head=parts.head)
    if tail and _is_called(parts, name, tail["kind"]):
        kind = "news_agency" if tail["kind"] in _AGENCY_KINDS else "outlet"
    else:
        kind = "outlet" if _is_on_air(name) else ""
    return Speaker(kind, parts.shown, name, country=parts.country, head=parts.head) if kind else None


def _is_on_air(name: str) -> bool:
    """Tell whether only media have such a name: `Radio X`, `Khabar 24`; or a place and a paper's noun: `Lima Star`."""
    place, _, noun = name.rpartition(" ")
    paper = noun in _PAPERS and (country_of(place) is not None or _is_city(fold(place)))
    return paper or bool(_ON_AIR.search(name))


def _without_part(parts: Parts, whole: str, directory: Directory) -> str:
    """Leave only the outlet of what is part of it: `a Reuters report`, `Deutsche Welle's Macedonian service`."""
    if parts.owner and parts.head in _PARTS and _is_listed(parts.owner, directory):
        return parts.owner
    for pattern in (_STORY, _PART):
        if (part := pattern.search(whole)) and _is_listed(whole[: part.start()], directory):
            return whole[: part.start()]
    return whole


def _without_description(tokens: list[str], directory: Directory) -> tuple[list[str], str | None]:
    """Drop what only describes before a name, and give the noun that called it an outlet, if one stood there."""
    noun = None
    for _ in range(BEFORE_NAME_MAX_WORDS):
        if _is_listed(" ".join(tokens), directory) or not _describes_media(tokens) or _is_foreign(tokens, directory):
            break
        first, *tokens = tokens
        named = tokens[0][0].isupper() or "." in tokens[0]
        named = named and not any(token[0].islower() and kind_of(token) for token in tokens[:-1])
        noun = first if first in _MEDIA_NOUNS and named and len(tokens) <= _NAME_MAX_WORDS else None
    return tokens, noun


def _is_called(parts: Parts, name: str, kind: str) -> bool:
    """Tell whether a name stands before a noun for media, of this kind, that calls it so: `the Mayak radio`."""
    if not (name[:1].isupper() or "." in name) or country_of(name) or name.endswith(_DESCRIBES):
        return False
    if (_is_city(fold(name)) and parts.head.islower()) or (kind == "agency" and " " in name):
        return False
    noun = kind_of(name.lower().replace(".", ""))
    return noun in _NO_BODIES or _is_with_article(parts, name, kind)


def _is_city(name: str) -> bool:
    return name in CAPITALS or name in _PRESS_CITIES or name.endswith(" city")


def _is_with_article(parts: Parts, name: str, kind: str) -> bool:
    """Tell whether a noun is a paper's name by its article: `The Nation newspaper`, not `the UN agency`."""
    return kind not in _AGENCY_KINDS and f"The {name}" in parts.plain


def _is_edition(tokens: list[str], directory: Directory) -> bool:
    """Tell whether a name is a listed outlet's with where or for whom it is: `CBC North`, `Sputnik Armenia`."""
    known = len(tokens) > 1 and directory.named(tokens[0]) is not None
    return known and all(token.lower() in _SECTIONS or country_of(token) for token in tokens[1:])


def _is_listed(name: str, directory: Directory) -> bool:
    """Tell whether a name, rather than a small word, is in the directory."""
    proper = name != name.lower() or "." in name
    return proper and directory.named(name) is not None


def _is_in_name(whole: str, tail: re.Match[str], directory: Directory) -> bool:
    """Tell whether the noun behind a name is part of it: `Citizen TV`, `Steppe Agency`; not in `Tasnim News Agency`."""
    listed = _is_listed(whole[: tail.start()], directory) and tail["kind"] not in {"tv", "radio", "daily"}
    return whole[tail.start("kind") :][:1].isupper() and not listed


def _is_foreign(tokens: list[str], directory: Directory) -> bool:
    """Tell whether a country is part of a name, as the outlet named without it is of another: `Thai PBS`."""
    entry = directory.named(" ".join(tokens[1:])) if is_adjective(tokens[0]) else None
    return entry is not None and entry.country is not None and entry.country != country_of(tokens[0])


def _describes_media(tokens: list[str]) -> bool:
    """Tell whether a word before the name of an outlet only describes it: `the Bishkek-based`, `Arabic-language`."""
    if len(tokens) < 2:  # noqa: PLR2004 - a word and a name
        return False
    first = tokens[0]
    if first in {"of", "for", "at"}:
        return False
    return is_adjective(first) or first.islower() or first.endswith(_DESCRIBES)
