"""Metadata: what a page says of itself, settled from its JSON-LD, then `<meta>`, then microdata and visible elements.

The order is by how often each is right: structured data is written by the site's own system for machines, visible
elements are read by their looks. The titles, authors and times are settled in `headline`, `authors`, `claims`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.extract import authors, claims, headline, jsonld, robots, site_title, tdm
from services.extract.characters import line, unmarked
from services.extract.claims import Claims
from services.extract.head import Head
from services.extract.jsonld import Node
from services.kit.errors import FetchRefused
from services.kit.urls import absolute, registrable_domain

_TITLE_META: Final = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "title",
)
_SUMMARY_META: Final = ("og:description", "description", "twitter:description", "dc.description")
_SECTION_META: Final = ("article:section", "og:section", "parsely-section", "sailthru.section", "section", "category")
_KEYWORD_META: Final = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "og:tag")
_SITE_META: Final = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
    "copyright",
)
_SUMMARY_CHARS_MAX: Final = 2_000
_BYLINE_CHARS_MAX: Final = 120
_AMERICAN_ENDS: Final = (".com", ".us", ".gov", ".org", ".edu")
_KEYWORDS_MAX: Final = 30
_IMAGES_MAX: Final = 10


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a page says of itself. Times keep the page's offset; addresses are absolute; unknown is None."""

    title: str | None
    authors: list[str]
    claims: Claims
    month_first: bool
    summary: str | None
    section: str | None
    keywords: list[str]
    images: list[str]
    language: str | None
    publisher: str | None
    canonical: str | None
    access_free: bool | None
    tdm_stated: tdm.Stated
    tdm_by_robots: tdm.Stated
    body: str | None
    byline: str | None
    datelines: list[str]


def settle(head: Head, *, url: str) -> Metadata:
    """Decide what the page says, field by field.

    Args:
        head: The page's description as `head.read` collected it.
        url: Address of the page; links are resolved against it.

    """
    graph = jsonld.nodes(head.blocks)
    canonical = _address(url, head.links.get("canonical")) or _address(url, head.meta_first("og:url"))
    node = jsonld.article(graph, addresses=jsonld.bare_addresses(url, canonical)) or {}
    stated = _called(head, node, graph)
    sites = (*stated[:1], head.meta_first("og:site_name"), jsonld.first(_site(graph)), *_hosts(url))
    section = unmarked(jsonld.first(node.get("articleSection")) or head.meta_first(*_SECTION_META), max_chars=100)
    title = headline.settle(_titles(head, node), sites=sites, sections=(section, *head.values(_SECTION_META)))
    return Metadata(
        title=title,
        authors=authors.settle(head, node, graph, sites=sites),
        claims=claims.read(head, node, graph),
        month_first=_month_first(
            (head.language, head.meta_first("og:locale"), head.meta_first("content-language")), url
        ),
        summary=unmarked(
            jsonld.first(node.get("description")) or head.meta_first(*_SUMMARY_META), max_chars=_SUMMARY_CHARS_MAX
        ),
        section=section,
        keywords=_keywords(head, node),
        images=_images(head, node, url),
        language=_language(
            jsonld.first(node.get("inLanguage")) or head.language or head.meta_first("og:locale", "content-language")
        ),
        publisher=site_title.settle(stated, window=head.title, title=title, url=canonical or url),
        canonical=canonical,
        access_free=_free(node.get("isAccessibleForFree"), head.meta_first("article:content_tier")),
        tdm_stated=tdm.from_values(head.meta_first("tdm-reservation"), head.meta_first("tdm-policy"), base=url),
        tdm_by_robots=tdm.from_robots(head.values(("robots", robots.TOKEN.lower()))),
        body=_body(node),
        byline=next((text for raw in head.bylines if (text := line(raw)) and len(text) <= _BYLINE_CHARS_MAX), None),
        datelines=[text for raw in head.datelines if (text := line(raw))],
    )


def _titles(head: Head, node: Node) -> headline.Titles:
    name = jsonld.first(node.get("name"))
    return headline.Titles(
        stated=jsonld.first(node.get("headline")),
        shared=[*head.values(_TITLE_META), *([name] if name else [])],
        window=head.title,
        headings=head.headings,
    )


def _hosts(url: str) -> tuple[str, ...]:
    """Return the names that an address gives a site: `courier.example` and `courier`."""
    try:
        domain = registrable_domain(url)
    except FetchRefused:
        return ()
    return (domain, domain.split(".", maxsplit=1)[0]) if domain else ()


def _called(head: Head, node: Node, graph: list[Node]) -> list[str]:
    """Return what a page calls its publisher or its site, what counts most first."""
    named = jsonld.resolved(node.get("publisher"), graph)
    raws = (jsonld.first(named), *head.values(_SITE_META), jsonld.first(_site(graph)))
    return [text for raw in raws if (text := unmarked(raw, max_chars=200))]


def _site(graph: list[Node]) -> object:
    return next((node for node in graph if "WebSite" in jsonld.types(node) and node.get("name")), None)


def _keywords(head: Head, node: Node) -> list[str]:
    raws = list(jsonld.strings(node.get("keywords"))) or list(head.values(_KEYWORD_META))
    found: dict[str, str] = {}
    for raw in raws:
        for part in raw.split(";" if ";" in raw else ","):
            word = unmarked(part, max_chars=100)
            if word:
                found.setdefault(word.casefold(), word)
    return list(found.values())[:_KEYWORDS_MAX]


def _images(head: Head, node: Node, url: str) -> list[str]:
    value = node.get("image")
    raws: list[str] = []
    for part in value if isinstance(value, list) else [value]:
        address = part.get("url") or part.get("contentUrl") if isinstance(part, dict) else part
        raws.extend(jsonld.strings(address))
    raws.extend(head.values(("og:image", "og:image:url", "twitter:image", "twitter:image:src")))
    return list(dict.fromkeys(link for raw in dict.fromkeys(raws) if (link := _address(url, raw))))[:_IMAGES_MAX]


def _address(base: str, link: str | None) -> str | None:
    return absolute(base, link.strip()) if link and link.strip() else None


def _language(raw: str | None) -> str | None:
    code = (raw or "").strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None  # noqa: PLR2004 - ISO 639-1


def _month_first(languages: Iterable[str | None], url: str) -> bool:
    """Whether a page writes the month before the day: in the English of the United States only."""
    said = [raw.strip().replace("_", "-").lower() for raw in languages if raw]
    regional = [name for name in said if "-" in name]
    if regional:
        return regional[0] == "en-us"
    return said[:1] in ([], ["en"]) and any(name.endswith(_AMERICAN_ENDS) for name in _hosts(url)[:1])


def _free(value: object, tier: str | None) -> bool | None:
    said = {"true": True, "false": False}.get(str(value).strip().lower().rsplit("/", 1)[-1])
    return said if said is not None else {"free": True, "locked": False}.get((tier or "").strip().lower())


def _body(node: Node) -> str | None:
    value = node.get("articleBody")
    return value if isinstance(value, str) else None
