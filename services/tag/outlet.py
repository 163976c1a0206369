"""Who published the page, and whose story it is when that is another outlet (wire copy, "By Press TV").

The directory of outlets knows domains and names. An outlet that it does not know keeps the name that the page gives,
without an id or a country. An origin is named only with words of the story that say so.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Final, NamedTuple, Self
from urllib.parse import urlsplit

from schemas.v1.tagged import Outlet, OutletEvidence, OutletTag
from services.kit.errors import FetchRefused
from services.kit.urls import registrable_domain
from services.tag.folding import even, fold
from services.tag.story import Story
from services.tag.words import words

VERSION: Final = "1"
HEAD_LINES: Final = 8
HEAD_LINE_MAX_CHARS: Final = 90
HEAD_MAX_CHARS: Final = 600
TAIL_LINES: Final = 6
NAME_MAX_CHARS: Final = 80

_BY: Final = re.compile(r"(?:by|von|par|por|di|door|written by|story by)[ :]+", re.IGNORECASE)
_NAME_BREAK: Final = re.compile(r"\s*(?:[,|/;&()\[\]\u00b7\u2022\u2014]|\band\b|\bwith\b|\bfor\b|\bvia\b| - )\s*")
_WIRE: Final = re.compile(
    r"(?:[^\n()/]{0,80}?)(?:\(([^()\n]{2,40})\)|/([^/\n]{2,30})/)[ .]*(?:-{1,2}|\u2014|:|(?<=[/.])(?= |$))"
)
_WIRE_ALONE: Final = re.compile(r"[^\n()]{0,80}\(([^()\n]{2,40})\)\s*(?:-{1,2}|\u2014)?\s*$")
_CREDIT: Final = re.compile(
    r"\W*(?:(?:news )?sources?|credits?|copyright|\u00a9|\(c\))[ :]+(?:(?:copyright|\u00a9|\(c\))? ?(?:19|20)\d\d,? )?"
    r"(?:by )?(?P<name>[^\n.;]{2,80})",
    re.IGNORECASE,
)
_REPUBLISHED: Final = re.compile(
    r"(?:(?:was|is|has been)? ?(?:originally|first) (?:published|appeared|posted)|republished from|reprinted from)"
    r" (?:by|on|in|at|from|with permission from)? ?(?P<name>(?:the )?[A-Z][^\n.;,]{1,60})",
    re.IGNORECASE,
)
_REUTERS_SIGNATURE: Final = re.compile(
    r"\((?:additional )?(?:reporting|writing) by [^()]+; ?editing by ", re.IGNORECASE
)
"""How Reuters, and hardly anybody else, names those who worked on a story."""
_TAIL_MARK: Final = re.compile(r"(?:^|[ .\u2014-])\((?P<name>[^()\n]{2,40})\)\.?\s*$")
_FEED_TITLE_TAIL: Final = re.compile(r"\s+(?:[-|\u2014\u00bb:\u2022>]+|rss\b|feed\b).*$", re.IGNORECASE)
_DESCRIBING: Final = re.compile(
    r"\s+(?:news agency|newspaper|news channel|news network|tv channel|television|magazine|website|news site|staff"
    r"|daily|broadcaster|news)$"
)
_SOLD_DOMAINS: Final = frozenset(
    {"AI", "AM", "CC", "CO", "EU", "FM", "GG", "IO", "LA", "LY", "ME", "SU", "TO", "TV", "WS"}
)
"""Country domains that are sold to everybody; they say nothing about a home."""


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


class Entry(NamedTuple):
    """One outlet of the directory."""

    id: str
    name: str
    domain: str | None
    country: str | None
    kind: str


class Directory:
    """Outlets by domain and by name. Immutable once loaded."""

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self._by_id: dict[str, Entry] = {}
        self._by_domain: dict[str, Entry] = {}
        self._by_name: dict[str, Entry] = {}
        for row in rows:
            domains = [domain for domain in row["domains"].split("|") if domain]
            entry = Entry(row["id"], row["name"], domains[0] if domains else None, row["country"] or None, row["kind"])
            self._by_id[entry.id] = entry
            self._by_domain |= dict.fromkeys(domains, entry)
            for name in (row["name"], *row["aliases"].split("|")):
                if name:
                    self._by_name.setdefault(_key(name), entry)

    @classmethod
    def load(cls) -> Self:
        """Load the packaged directory."""
        with (files("services.tag") / "data" / "outlets.csv").open(encoding="utf-8") as lines:
            return cls(csv.DictReader(lines))

    def entry(self, outlet_id: str) -> Entry | None:
        """Give the outlet of an id."""
        return self._by_id.get(outlet_id)

    def at(self, host: str) -> Entry | None:
        """Find the outlet of a host name: the host itself or a domain that it lies under."""
        labels = host.lower().rstrip(".").split(".")
        for start in range(len(labels) - 1):
            if entry := self._by_domain.get(".".join(labels[start:])):
                return entry
        return None

    def named(self, name: str) -> Entry | None:
        """Find an outlet by a name as text gives it: with or without `the` and `news agency`."""
        key = _key(name)
        entry = self._by_name.get(key)
        if entry is None and (bare := _DESCRIBING.sub("", key)) != key:
            entry = self._by_name.get(bare)
        return entry


def _key(name: str) -> str:
    return " ".join(fold(name).strip(" .,:;'\"").removeprefix("the ").split())


def outlet_of(entry: Entry) -> Outlet:
    """Give the record of a directory entry."""
    return Outlet(id=entry.id, name=entry.name, domain=entry.domain, country=entry.country, kind=entry.kind)


def tag_outlet(story: Story, directory: Directory) -> OutletTag:
    """Name the outlet of the page, and the outlet whose story it is where that is another one."""
    host, evidence = _host(story, directory)
    for entry, proof in _origins(story, directory):
        if host is None or entry.id != host.id:
            return OutletTag(host=host, origin=outlet_of(entry), evidence=[*evidence, proof])
    own = {_key(name) for name in (host.name if host else None, story.publisher and story.publisher.name) if name}
    for name, proof in _strangers(story):
        if not any(_key(name).startswith(known) for known in own):
            return OutletTag(host=host, origin=Outlet(name=name), evidence=[*evidence, proof])
    return OutletTag(host=host, evidence=evidence)


def home_of(outlet: Outlet | None) -> str | None:
    """Give the country that an outlet most likely writes about: its own, else that of its domain. For weighing only."""
    if outlet is None:
        return None
    if outlet.country:
        return outlet.country
    last = (outlet.domain or "").rpartition(".")[2].upper()
    if len(last) != 2 or last in _SOLD_DOMAINS:  # noqa: PLR2004 - country domains have two letters
        return None
    return "GB" if last == "UK" else last


def _host(story: Story, directory: Directory) -> tuple[Outlet | None, list[OutletEvidence]]:
    address = _host_name(story)
    if address and (entry := directory.at(address)):
        return outlet_of(entry), [OutletEvidence(role="host", field="domain", text=address)]
    domain = _domain(address) if address else None
    name, field = _page_name(story)
    if name is None:
        if not domain:
            return None, []
        return Outlet(name=domain, domain=domain), [OutletEvidence(role="host", field="domain", text=domain)]
    proof = [OutletEvidence(role="host", field=field, text=name)]
    if address is None and (entry := directory.named(name)):
        return outlet_of(entry), proof
    return Outlet(name=name, domain=domain), proof


def _domain(host: str) -> str | None:
    try:
        return registrable_domain(host)
    except FetchRefused:
        return None


def _host_name(story: Story) -> str | None:
    if story.url:
        for address in (story.url.canonical, story.url.final):
            try:
                host = urlsplit(address).hostname
            except ValueError:
                continue
            if host:
                return host
    if story.publisher and story.publisher.domain:
        return story.publisher.domain
    return story.outlet_domain


def _page_name(story: Story) -> tuple[str | None, str]:
    if story.publisher and story.publisher.name and story.publisher.name.strip():
        return story.publisher.name.strip(), "publisher"
    for way in story.discovered_via:
        if way.feed_title and (name := _FEED_TITLE_TAIL.sub("", way.feed_title.strip()).strip()):
            return name, "feed"
    return None, ""


def _origins(story: Story, directory: Directory) -> Iterator[tuple[Entry, OutletEvidence]]:
    """Yield the outlets that the story says it is from, the plainest sign first."""
    if story.byline and (entry := _named_in(story.byline.text, directory)):
        yield entry, _proof("byline", story.byline.text)
    for author in story.authors:
        if entry := _named_in(author, directory):
            yield entry, _proof("authors", author)
    if story.dateline and (entry := _wire(even(story.dateline.text), directory)):
        yield entry, _proof("dateline", story.dateline.text)
    yield from _origins_in_text(story.text, directory)


def _strangers(story: Story) -> Iterator[tuple[str, OutletEvidence]]:
    """Yield the names in bylines that no directory knows and that are plainly those of outlets."""
    if story.byline and (name := _stranger(story.byline.text)):
        yield name, _proof("byline", story.byline.text)
    for author in story.authors:
        if name := _stranger(author):
            yield name, _proof("authors", author)
    for start, line in list(_lines(story.text))[:HEAD_LINES]:
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


def _origins_in_text(text: str, directory: Directory) -> Iterator[tuple[Entry, OutletEvidence]]:
    lines = list(_lines(text))
    for start, line in lines[:HEAD_LINES]:
        entry = _wire(line, directory)
        if entry is None and len(line) <= HEAD_LINE_MAX_CHARS and start <= HEAD_MAX_CHARS:
            entry = _named_in(line, directory) if _BY.match(line) else directory.named(line)
        if entry:
            yield entry, _quoted(text, start, line)
    for start, line in lines[-TAIL_LINES:]:
        if entry := _credited(line, directory):
            yield entry, _quoted(text, start, line)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, evened and stripped, with their places in the text."""
    for match in re.finditer(r"[^\n]+", even(text)):
        line = match.group()
        if stripped := line.strip():
            yield match.start() + len(line) - len(line.lstrip()), stripped


def _named_in(byline: str, directory: Directory) -> Entry | None:
    """Find the outlet in a byline: `By Press TV`, `By Jane Doe, Associated Press`."""
    named = _BY.sub("", even(byline).strip(), count=1)
    for part in (named, *_NAME_BREAK.split(named)):
        if 1 < len(part) <= NAME_MAX_CHARS and (entry := directory.named(part)):
            return entry
    return None


def _wire(line: str, directory: Directory) -> Entry | None:
    """Find the agency of a wire dateline: `PARIS, Feb 13 (Reuters) -`, `MOSCOW, February 13. /TASS/.`."""
    match = _WIRE.match(line) or _WIRE_ALONE.match(line)
    name = next((group for group in match.groups() if group), None) if match else None
    return directory.named(name) if name else None


def _credited(line: str, directory: Directory) -> Entry | None:
    """Find the outlet of a credit line: `Source: Xinhua`, `first appeared on ProPublica`, a closing `(AFP)`."""
    for match in (_CREDIT.match(line), _REPUBLISHED.search(line), _TAIL_MARK.search(line)):
        if match and (entry := _longest_named(match.group("name"), directory)):
            return entry
    return directory.named("Reuters") if _REUTERS_SIGNATURE.search(line) else None


def _longest_named(phrase: str, directory: Directory) -> Entry | None:
    """Find the outlet that a phrase begins with."""
    parts = phrase.split()
    for size in range(min(len(parts), 6), 0, -1):
        if entry := directory.named(" ".join(parts[:size])):
            return entry
    return None


def _proof(field: str, text: str) -> OutletEvidence:
    return OutletEvidence(role="origin", field=field, text=text)


def _quoted(text: str, start: int, line: str) -> OutletEvidence:
    end = start + len(line)
    return OutletEvidence(role="origin", field="text", text=text[start:end], start=start, end=end)
