"""Claims: the times that a page states for machines, in JSON-LD, `<meta>` and microdata. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.extract import jsonld, times
from services.extract.head import Head
from services.extract.jsonld import Node

_ARTICLE_META: Final = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "publish-date", "publish_date", "publication_date", "published_at", "published-date", "pubdate",
    "article.published", "citation_publication_date", "cxenseparse:recs:publishtime", "rnews:datepublished",
    "article:post_date", "article_date_original", "originalpublicationdate", "og:article:published_time",
)  # fmt: skip
_OTHER_META: Final = (
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "citation_date", "displaydate", "date", "datecreated", "created", "issued", "last-published",
)  # fmt: skip
_UPDATED_META: Final = (
    "article:modified_time", "og:updated_time", "datemodified", "article:updated", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "revised", "modified",
)  # fmt: skip
_TITLE_PARTS: Final = re.compile(r"\s[|\u2013\u2014-]\s")
_WEB_PAGES: Final = frozenset({"WebPage", "ItemPage", "CollectionPage", "AboutPage"})


@dataclass(frozen=True)
class Claims:
    """What a page states of its times.

    Attributes:
        published: None where no markup for machines says it.
        firm: Whether an article's own markup says it, and no other contradicts.
        updated: The latest change.
        others: All further times of the page; they show which offset its clock has.

    """

    published: times.Moment | None = None
    firm: bool = False
    updated: times.Moment | None = None
    others: tuple[times.Moment, ...] = ()


def read(head: Head, node: Node, graph: list[Node]) -> Claims:
    """Collect the claims: the article's JSON-LD counts most, then `<meta>`, then other nodes, microdata, the title.

    A time without an offset takes the one that the page gives with another time.

    Args:
        head: The page's own description.
        node: The JSON-LD node of the article; empty where there is none.
        graph: All nodes of the page.

    """
    own = _moments((jsonld.first(node.get("datePublished")), *head.values(_ARTICLE_META)))
    weak = _moments((jsonld.first(node.get("dateCreated")), *head.values(_OTHER_META)))
    weak.extend(_moments(_of_web_pages(graph)))
    weak.extend(_of_elements(head))
    weak.extend(_of_title(head))
    updated = _moments(
        (jsonld.first(node.get("dateModified")), *head.values(_UPDATED_META), *_marked(head, "modif", "updat"))
    )
    shown = _moments(timed.value for timed in head.times)
    everything = (*own, *weak, *updated, *shown)
    zone = next((moment.at.tzinfo for moment in everything if moment.zoned), None)
    published = _finest([*own, *weak])
    return Claims(
        published=published.with_hint(zone) if published else None,
        firm=bool(own) and len({moment.at.date() for moment in own}) == 1,
        updated=updated[0].with_hint(zone) if updated else None,
        others=everything,
    )


def _moments(raws: Iterable[str | None]) -> list[times.Moment]:
    return [moment for raw in raws if raw and (moment := times.parse(raw))]


def _finest(moments: list[times.Moment]) -> times.Moment | None:
    """Return the first; a finer one of the same day is preferred to a day alone."""
    if not moments:
        return None
    first = moments[0]
    finer = (moment for moment in moments if moment.at.date() == first.at.date() and moment.precision != "day")
    return next(finer, first) if first.precision == "day" else first


def _of_web_pages(graph: list[Node]) -> Iterator[str | None]:
    return (jsonld.first(page.get("datePublished")) for page in graph if _WEB_PAGES.intersection(jsonld.types(page)))


def _of_elements(head: Head) -> list[times.Moment]:
    """Return the times of microdata, if all are of one day: those of several articles say nothing."""
    found = [
        moment
        for timed in head.times
        if "datepublished" in timed.role.split()[:1] and (moment := times.parse(timed.value) or times.parse(timed.text))
    ]
    return found if len({moment.at.date() for moment in found}) == 1 else []


def _of_title(head: Head) -> Iterator[times.Moment]:
    """Yield the dates that make up a whole part of a title: `Bridge reopens | The Courier | 8 March 2024`."""
    for raw in (head.title, head.meta_first("og:title")):
        for part in _TITLE_PARTS.split(" ".join((raw or "").split())):
            found = times.find(part, day_first=True)
            if len(found) == 1 and found[0].start == 0 and found[0].end == len(part):
                yield found[0].moment


def _marked(head: Head, *words: str) -> Iterator[str]:
    """Values of the `<time>` elements whose role has one of these words."""
    return (timed.value or timed.text for timed in head.times if any(word in timed.role for word in words))
