"""Metadata: what a page says of itself, settled from its JSON-LD, then `<meta>`, then microdata and visible elements.

The order is by how often each is right: structured data is written by the site's own system for machines, visible
elements are read by their looks. `htmldate` searches only where all of them are silent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from services.extract import authors, headline, jsonld, robots, tdm, times
from services.extract.characters import line, unmarked
from services.extract.head import Head
from services.extract.jsonld import Node
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
_PUBLISHED_META: Final = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "publish-date", "publish_date", "publication_date", "published_at", "published-date", "pubdate",
    "article.published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date",
    "dcterms.date", "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "rnews:datepublished",
    "article:post_date", "article_date_original", "originalpublicationdate", "og:article:published_time", "displaydate",
    "date", "datecreated", "created", "issued", "last-published",
)  # fmt: skip
_UPDATED_META: Final = (
    "article:modified_time", "og:updated_time", "datemodified", "article:updated", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "revised", "modified",
)  # fmt: skip
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
_SHOWN_ROLES: Final = ("datepublished", "pubdate", "publish", "entry-date", "posted")
_WEB_PAGES: Final = frozenset({"WebPage", "ItemPage", "CollectionPage", "AboutPage"})
_SUMMARY_CHARS_MAX: Final = 2_000
_BYLINE_CHARS_MAX: Final = 120
_KEYWORDS_MAX: Final = 30
_IMAGES_MAX: Final = 10


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a page says of itself. Times keep the page's offset; addresses are absolute; unknown is None."""

    title: str | None
    authors: list[str]
    published: times.Moment | None
    shown: times.Moment | None
    updated: times.Moment | None
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
    publisher = _publisher(head, node, graph)
    sites = (publisher, head.meta_first("og:site_name"), jsonld.first(_site(graph)), *_hosts(url))
    section = unmarked(jsonld.first(node.get("articleSection")) or head.meta_first(*_SECTION_META), max_chars=100)
    zone = _zone(head, node)
    published = _moment(_structured_times(head, node, graph))
    shown = _moment(_roles(head, *_SHOWN_ROLES)) or _moment(_roles(head, ""))
    updated = _moment(
        (jsonld.first(node.get("dateModified")), *_values(head, _UPDATED_META), *_roles(head, "modif", "updat"))
    )
    return Metadata(
        title=headline.settle(_titles(head, node), sites=sites, sections=(section, *_values(head, _SECTION_META))),
        authors=authors.settle(head, node, graph, sites=sites),
        published=published.with_hint(zone) if published else None,
        shown=shown.with_hint(zone) if shown else None,
        updated=updated.with_hint(zone) if updated else None,
        summary=unmarked(
            jsonld.first(node.get("description")) or head.meta_first(*_SUMMARY_META), max_chars=_SUMMARY_CHARS_MAX
        ),
        section=section,
        keywords=_keywords(head, node),
        images=_images(head, node, url),
        language=_language(
            jsonld.first(node.get("inLanguage")) or head.language or head.meta_first("og:locale", "content-language")
        ),
        publisher=publisher,
        canonical=canonical,
        access_free=_free(node.get("isAccessibleForFree"), head.meta_first("article:content_tier")),
        tdm_stated=tdm.from_values(head.meta_first("tdm-reservation"), head.meta_first("tdm-policy"), base=url),
        tdm_by_robots=tdm.from_robots(_values(head, ("robots", robots.TOKEN.lower()))),
        body=_body(node),
        byline=next((text for raw in head.bylines if (text := line(raw)) and len(text) <= _BYLINE_CHARS_MAX), None),
        datelines=[text for raw in head.datelines if (text := line(raw))],
    )


def _titles(head: Head, node: Node) -> headline.Titles:
    name = jsonld.first(node.get("name"))
    return headline.Titles(
        stated=jsonld.first(node.get("headline")),
        shared=[*_values(head, _TITLE_META), *([name] if name else [])],
        window=head.title,
        headings=head.headings,
    )


def _hosts(url: str) -> tuple[str, ...]:
    """Return the names that an address gives a site: `courier.example` and `courier`."""
    domain = registrable_domain(url)
    return (domain, domain.split(".", maxsplit=1)[0]) if domain else ()


def _structured_times(head: Head, node: Node, graph: list[Node]) -> Iterator[str | None]:
    yield jsonld.first(node.get("datePublished"))
    yield jsonld.first(node.get("dateCreated"))
    yield from _values(head, _PUBLISHED_META)
    yield from (
        jsonld.first(page.get("datePublished")) for page in graph if _WEB_PAGES.intersection(jsonld.types(page))
    )


def _moment(raws: Iterable[str | None]) -> times.Moment | None:
    """Return the first that can be read; a finer one of the same day is preferred to a day alone."""
    moments = [moment for raw in raws if (moment := times.parse(raw))]
    if not moments:
        return None
    same_day = (moment for moment in moments if moment.at.date() == moments[0].at.date() and moment.precision != "day")
    return next(same_day, moments[0]) if moments[0].precision == "day" else moments[0]


def _values(head: Head, wanted: Iterable[str]) -> Iterator[str]:
    return (value for name in wanted for value in head.meta.get(name, ()))


def _roles(head: Head, *words: str) -> Iterator[str]:
    """Values of the `<time>` elements whose role has one of these words; those of updates only when asked for."""
    for timed in head.times:
        update = any(word in timed.role for word in ("modif", "updat"))
        if any(word in timed.role for word in words) and (not update or "updat" in words):
            yield timed.value or timed.text


def _zone(head: Head, node: Node) -> tzinfo | None:
    """Return the offset that the page itself uses in another of its times, for one that has none."""
    raws = (
        jsonld.first(node.get("datePublished")),
        jsonld.first(node.get("dateModified")),
        *_values(head, _PUBLISHED_META),
        *_values(head, _UPDATED_META),
        *(timed.value for timed in head.times),
    )
    moments = (times.parse(raw) for raw in raws if raw)
    return next((moment.at.tzinfo for moment in moments if moment and moment.zoned), None)


def _publisher(head: Head, node: Node, graph: list[Node]) -> str | None:
    named = jsonld.resolved(node.get("publisher"), graph)
    value = next(
        (text for text in (jsonld.first(named), head.meta_first(*_SITE_META), jsonld.first(_site(graph))) if text), None
    )
    text = unmarked(value, max_chars=200)
    return None if text and text.startswith(("http://", "https://")) else text


def _site(graph: list[Node]) -> object:
    return next((node for node in graph if "WebSite" in jsonld.types(node) and node.get("name")), None)


def _keywords(head: Head, node: Node) -> list[str]:
    raws = list(jsonld.strings(node.get("keywords"))) or list(_values(head, _KEYWORD_META))
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
    raws.extend(_values(head, ("og:image", "og:image:url", "twitter:image", "twitter:image:src")))
    return list(dict.fromkeys(link for raw in raws if (link := _address(url, raw))))[:_IMAGES_MAX]


def _address(base: str, link: str | None) -> str | None:
    return absolute(base, link.strip()) if link and link.strip() else None


def _language(raw: str | None) -> str | None:
    code = (raw or "").strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None  # noqa: PLR2004 - ISO 639-1


def _free(value: object, tier: str | None) -> bool | None:
    said = {"true": True, "false": False}.get(str(value).strip().lower().rsplit("/", 1)[-1])
    return said if said is not None else {"free": True, "locked": False}.get((tier or "").strip().lower())


def _body(node: Node) -> str | None:
    value = node.get("articleBody")
    return value if isinstance(value, str) else None
