"""How a tagged record looks on a terminal: one line, nothing in it but text. Pure."""

from rich.text import Text

from schemas.v1 import TaggedArticle

CONTROL = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)))
TITLE_MAX_CHARS = 72
COUNTRIES_MAX = 4
ARROW = " \N{LEFTWARDS ARROW} "


def plain(text: str) -> str:
    """Return text that cannot steer a terminal: no control characters, no changes of direction."""
    return " ".join(text.split()).translate(CONTROL)


def inert(text: str) -> Text:
    """Return text for a table or a title: plain, and never read as markup."""
    return Text(plain(text))


def line(tagged: TaggedArticle) -> Text:
    """Return outlet, date, countries, title and chain of a record in one line."""
    shown = Text(no_wrap=True, overflow="ellipsis")
    shown.append(f"{_day(tagged)}  ", style="dim")
    shown.append(outlets(tagged), style="bold")
    shown.append(f"  {' '.join(countries(tagged)) or '--'}  ", style="cyan")
    shown.append(_short(plain(tagged.title or "") or "(no title)"))
    if chain := chain_of(tagged):
        shown.append(f"\n            {chain}", style="green")
    return shown


def outlets(tagged: TaggedArticle) -> str:
    """Return who published it, and whose story it is where that is another."""
    outlet = tagged.tags.outlet
    host = outlet.host.name if outlet and outlet.host else tagged.publisher.domain or "unknown outlet"
    origin = outlet.origin.name if outlet and outlet.origin else None
    return plain(f"{host}{ARROW}{origin}" if origin else host)


def countries(tagged: TaggedArticle) -> list[str]:
    """Return the codes of the first few countries."""
    regions = tagged.tags.regions
    return [plain(country.code) for country in regions.countries[:COUNTRIES_MAX]] if regions else []


def chain_of(tagged: TaggedArticle) -> str:
    """Return the way the main claim came, else the sources that are cited."""
    sources = tagged.tags.sources
    if sources is None:
        return ""
    if len(sources.chain) > 1:
        return "chain: " + plain(ARROW.join(link.name for link in sources.chain))
    cited = [plain(source.name or source.mention) for source in sources.sources[:4]]
    return f"cites: {'; '.join(cited)}" if cited else ""


def _day(tagged: TaggedArticle) -> str:
    date = tagged.tags.date
    published = date.published_at if date else tagged.published_at
    return published.date().isoformat() if published else "no date   "


def _short(title: str) -> str:
    return title if len(title) <= TITLE_MAX_CHARS else title[: TITLE_MAX_CHARS - 1] + "\N{HORIZONTAL ELLIPSIS}"
