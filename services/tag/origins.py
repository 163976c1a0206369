"""Whose story it is: the signs by which a story says that it is another outlet's, the plainest first.

A byline that is an organisation, a dateline `PARIS (AFP) -`, a credit at the end, the address of the original. What a
text only mentions is no sign.
"""

import re
from collections.abc import Iterator
from typing import Final

from schemas.v1.tagged import OutletEvidence
from services.tag.directory import Directory, Entry
from services.tag.folding import even, fold
from services.tag.story import Story
from services.tag.words import words

HEAD_LINES: Final = 8
HEAD_LINE_MAX_CHARS: Final = 90
HEAD_MAX_CHARS: Final = 600
TAIL_LINES: Final = 6
SHORT_LINE_MAX_CHARS: Final = 100
NAME_MAX_CHARS: Final = 80
PHRASE_MAX_WORDS: Final = 6

_BY: Final = re.compile(
    r"(?:by|von|par|por|di|door|af|av|oleh|autor|written by|story by|\u043e\u0442|\u0628\u0642\u0644\u0645)[ :]+",
    re.IGNORECASE,
)
_NAME_BREAK: Final = re.compile(r"\s*(?:[,|/;&()\[\]\u00b7\u2022\u2014]|\band\b|\bwith\b|\bfor\b|\bvia\b| - )\s*")
_AGENCIES_BREAK: Final = re.compile(r"\s*(?:[=/,+&|\u3001\uff1d\uff0f]|\band\b|\bund\b|\bet\b|\by\b| - )\s*")
_WIRE: Final = re.compile(
    r"(?:[^\n()/]{0,80}?)(?:\(([^()\n]{2,40})\)|/([^/\n]{2,30})/)[ .]*(?:-{1,2}|\u2014|:|(?<=[/.])(?= |$))"
)
_WIRE_BARE: Final = re.compile(r"[A-Z]{3}[A-Za-z0-9 ,.'-]{0,60}\(([A-Z][^()\n]{1,39})\) (?=[A-Z])")
_WIRE_ALONE: Final = re.compile(r"[^\n()]{0,80}\(([^()\n]{2,40})\)\s*(?:-{1,2}|\u2014)?\s*$")
_WIRE_BRACKETS: Final = re.compile(
    r"\s*[\[(\u3010\uff08\uff3b\u3014]([^\[\]()\u3010\u3011\uff08\uff09\n]{2,40})[\])\u3011\uff09\uff3d\u3015]"
)
_WIRE_BEHIND: Final = re.compile(r"[^\n()\u2014]{2,60} (?:\u2014|--?) ([^.\u2014\n]{2,30})(?:\.(?= |$)|,? \u2014)")
_WIRE_CHINESE: Final = re.compile(
    r"\s*(\u65b0\u534e\u793e|\u65b0\u83ef\u793e|\u4e2d\u65b0\u793e|\u4e2d\u592e\u793e)[^\s\u3002]{0,20}[\u7535\u96fb]"
)
_CREDIT: Final = re.compile(
    r"\W*(?:(?:news )?sources?|credits?|copyright|\u00a9|\(c\)|quelle|fuente|fonte|bron|kilde|k\u00e4lla|sumber|kaynak"
    r"|\u0438\u0441\u0442\u043e\u0447\u043d\u0438\u043a|\u0627\u0644\u0645\u0635\u062f\u0631|\u6765\u6e90|\u4f86\u6e90|\u51fa\u5178)"
    r"\s?[ :\uff1a]+(?:(?:copyright|\u00a9|\(c\))? ?(?:19|20)\d\d,? )?(?:by )?(?P<name>[^\n.;]{2,80})",
    re.IGNORECASE,
)
_REPUBLISHED: Final = re.compile(
    r"(?:(?:originally|first) (?:published|appeared|posted|ran)|republished|reprinted|reproduced)"
    r" (?:by|on|in|at|from|with (?:the )?permission (?:from|of))? ?(?P<name>(?:the )?[A-Z][^\n.;,]{1,60})",
    re.IGNORECASE,
)
_REPUBLISHED_WORDS: Final = ("ublished", "ppeared", "osted", "ran", "eprinted", "eproduced")
_CONTRIBUTED: Final = re.compile(
    r"(?:^|[.(\u2014] ?)(?P<name>(?:the )?[A-Z][^\n.;,()]{1,40}?) (?:also )?contributed (?:to|reporting)\b",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    r"\W*(?:with|avec|mit|con|com|met)\b (?:(?:additional )?(?:inputs?|files|reporting|agency|agencies|information"
    r"|material|informations?|informaci[o\u00f3]n|informa\u00e7\u00f5es|informazioni)"
    r" (?:from|by|of|de|von|da|der|di|del|van) )?(?P<name>[^\n.;()]{2,40})\W*$",
    re.IGNORECASE,
)
_REUTERS_SIGNATURE: Final = re.compile(
    r"\((?:additional )?(?:reporting|writing) by [^()]+; ?editing by ", re.IGNORECASE
)
"""How Reuters, and hardly anybody else, names those who worked on a story."""
_TAIL_MARK: Final = re.compile(r"(?:^|[ .\u2014-])\((?P<name>[^()\n]{2,40})\)\.?\s*$")
_PICTURE: Final = re.compile(r"photo|foto|image|getty|picture|bild|video", re.IGNORECASE)
_TAIL_BARE: Final = re.compile(r"\W*(?P<name>[^\n()]{2,40}?)\W*$")

STRANGER_MAX_WORDS: Final = 6
_ARTICLES: Final = words("the le la les l der die das el los las il o")
_JOINING: Final = words("of the and de du des la le der die das von del di da for")
_OUTLET_WORDS: Final = words(
    "news press times agency ledger post herald gazette bulletin courier tribune chronicle observer examiner inquirer "
    "telegraph mirror dispatch sentinel journal newswire wire weekly radio television tv today standard guardian "
    "independent register globe advertiser echo argus zeitung bote anzeiger nachrichten tageblatt kurier rundschau "
    "presseagentur agentur matin soir quotidien depeche presse echos journal figaro monde diario periodico noticias "
    "prensa mundo pais gazette gazzetta corriere giornale dagblad posten"
)
_SURNAMES: Final = words("post herald journal wire radio today standard guardian echo presse monde register")
"""Words of outlets that people are called, too: alone behind a first name they say nothing."""
_NO_OUTLET: Final = words(
    "staff team board desk editors editor newsroom redaktion redaction writers writer reporters university college "
    "author authors company committee"
)

Sign = tuple[Entry, OutletEvidence]


def signs(story: Story, directory: Directory) -> Iterator[Sign]:
    """Yield the outlets that the story says it is from, the plainest sign first."""
    if story.byline and (entry := _named_in(story.byline.text, directory)):
        yield entry, _proof("byline", story.byline.text)
    for author in story.authors:
        if entry := _named_in(author, directory):
            yield entry, _proof("authors", author)
    if story.dateline and (entry := _wire(even(story.dateline.text), directory)):
        yield entry, _proof("dateline", story.dateline.text)
    yield from _signs_in_text(story, directory)


def strangers(story: Story) -> Iterator[tuple[str, OutletEvidence]]:
    """Yield the names in bylines that no directory knows and that are plainly those of outlets."""
    if story.byline and (name := _stranger(story.byline.text)):
        yield name, _proof("byline", story.byline.text)
    for author in story.authors:
        if name := _stranger(author):
            yield name, _proof("authors", author)
    for start, line in _first_lines(even(story.text)):
        short = len(line) <= HEAD_LINE_MAX_CHARS and start <= HEAD_MAX_CHARS
        if short and _BY.match(line) and (name := _stranger(line)):
            yield name, _quoted(story.text, start, line)


def _stranger(byline: str) -> str | None:
    """Find a name like an outlet's in a byline: one of its words says so, or it begins with `The`."""
    for part in _NAME_BREAK.split(_BY.sub("", even(byline).strip(), count=1)):
        parts = part.split()
        if not 1 < len(parts) <= STRANGER_MAX_WORDS or not all(
            word[:1].isupper() or word in _JOINING for word in parts
        ):
            continue
        low = [fold(word) for word in parts]
        if low[-1] in _NO_OUTLET:
            continue
        led = low[0] in _ARTICLES
        told = low[-1] in _OUTLET_WORDS or (led and not _OUTLET_WORDS.isdisjoint(low))
        if low[0] == "the" or (told and (led or len(parts) > 2 or low[-1] not in _SURNAMES)):  # noqa: PLR2004 - a name
            return part
    return None


def _signs_in_text(story: Story, directory: Directory) -> Iterator[Sign]:
    text = even(story.text)
    for start, line in _first_lines(text):
        entry = _wire(line, directory)
        if entry is None and len(line) <= HEAD_LINE_MAX_CHARS and start <= HEAD_MAX_CHARS:
            entry = _named_in(line, directory) if _BY.match(line) else directory.named(line)
        if entry:
            yield entry, _quoted(story.text, start, line)
    written = bool(story.authors or story.byline)
    for start, line in _last_lines(text):
        entry = _credited(line, directory) or (None if written else _helped(line, directory))
        if entry:
            yield entry, _quoted(story.text, start, line)


def _first_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first lines of an evened text that hold something, stripped, with their places."""
    start, left = 0, HEAD_LINES
    while left and start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if stripped := text[start:end].strip():
            yield text.index(stripped, start), stripped
            left -= 1
        start = end + 1


def _last_lines(text: str) -> list[tuple[int, str]]:
    """Give the last lines of an evened text that hold something, stripped, with their places."""
    found: list[tuple[int, str]] = []
    end = len(text)
    while len(found) < TAIL_LINES and end > 0:
        start = text.rfind("\n", 0, end) + 1
        if stripped := text[start:end].strip():
            found.append((text.index(stripped, start), stripped))
        end = start - 1
    return found[::-1]


def _named_in(byline: str, directory: Directory) -> Entry | None:
    """Find the outlet in a byline: `By Press TV`, `By Jane Doe, Associated Press`."""
    whole = even(byline).strip()
    named = _BY.sub("", whole, count=1)
    if named != whole and len(named) <= NAME_MAX_CHARS and (entry := directory.credited(named)):
        return entry
    for part in (named, *_NAME_BREAK.split(named)):
        if 1 < len(part) <= NAME_MAX_CHARS and (entry := directory.named(part)):
            return entry
    return None


def _wire(line: str, directory: Directory) -> Entry | None:
    """Find the agency of a wire dateline: `PARIS, Feb 13 (Reuters) -`, `MOSCOW, February 13. /TASS/.`."""
    for form in (_WIRE, _WIRE_BARE, _WIRE_ALONE, _WIRE_BRACKETS, _WIRE_BEHIND, _WIRE_CHINESE):
        match = form.match(line)
        name = next((group for group in match.groups() if group), None) if match else None
        if name and (entry := _first_named(name, directory)):
            return entry
    return None


def _first_named(names: str, directory: Directory) -> Entry | None:
    """Find the first outlet of those that share a mark: `dpa/AFP`, `Seoul=Yonhap`."""
    for part in (names, *_AGENCIES_BREAK.split(names)):
        if len(part) > 1 and (entry := directory.credited(part) if part.isupper() else directory.named(part)):
            return entry
    if not names.isascii():  # a place and an agency without a blank between them
        return next((entry for start in range(1, len(names) - 1) if (entry := directory.credited(names[start:]))), None)
    return None


def _credited(line: str, directory: Directory) -> Entry | None:
    """Find the outlet of a credit line: `Source: Xinhua`, `first appeared on ProPublica`, a closing `(AFP)`."""
    again = _REPUBLISHED.search(line) if any(word in line for word in _REPUBLISHED_WORDS) else None
    for match in (_CREDIT.match(line), again):
        if match and (entry := _longest_named(match.group("name"), directory)):
            return entry
    mark = _TAIL_MARK.search(line) if ")" in line[-3:] else None
    if mark and not _PICTURE.search(line) and (entry := _first_named(mark.group("name"), directory)):
        return entry
    return directory.named("Reuters") if "diting by " in line and _REUTERS_SIGNATURE.search(line) else None


def _helped(line: str, directory: Directory) -> Entry | None:
    """Find the outlet that a story without an author is made from: `AFP contributed to this report`, `with dpa`."""
    if "contributed" in line and (match := _CONTRIBUTED.search(line)):
        return _first_named(match.group("name"), directory)
    if len(line) > SHORT_LINE_MAX_CHARS:
        return None
    match = _WITH.match(line) or _TAIL_BARE.match(line)
    entry = _first_named(match.group("name"), directory) if match else None
    return entry if entry and (entry.kind == "news_agency" or _WITH.match(line)) else None


def _longest_named(phrase: str, directory: Directory) -> Entry | None:
    """Find the outlet that a phrase begins with."""
    whole = phrase.strip()
    parts = whole.split()
    if len(parts) <= PHRASE_MAX_WORDS and (entry := directory.credited(whole)):
        return entry
    for size in range(min(len(parts), PHRASE_MAX_WORDS), 0, -1):
        if entry := directory.named(" ".join(parts[:size])):
            return entry
    return _first_named(whole, directory)


def _proof(field: str, text: str) -> OutletEvidence:
    return OutletEvidence(role="origin", field=field, text=text)


def _quoted(text: str, start: int, line: str) -> OutletEvidence:
    end = start + len(line)
    return OutletEvidence(role="origin", field="text", text=text[start:end], start=start, end=end)
