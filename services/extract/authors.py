"""Authors: who wrote the article, from what the page says in several places. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from services.extract import jsonld, names
from services.extract.characters import folded
from services.extract.head import Head
from services.extract.jsonld import Node

_META: Final = (
    "author", "article:author_name", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator",
    "citation_author", "cxenseparse:author", "article:author", "twitter:creator_name", "og:article:author",
)  # fmt: skip
_BYLINES_READ: Final = 5


def settle(head: Head, node: Node, graph: list[Node], *, sites: Iterable[str | None]) -> list[str]:
    """Return the first source that names somebody else than the site: JSON-LD, `<meta>`, visible bylines.

    Where none does, the first that names the site, and at last a byline that does not look like names. Beside somebody
    else the site's own name is left out.
    """
    own = {folded(site) for site in sites} - {""}
    of_site: list[str] = []
    for people in _sources(head, node, graph):
        others = [name for name in people if folded(name) not in own]
        if others:
            return others
        of_site = of_site or people
    return of_site or names.people(head.bylines[:1])


def _sources(head: Head, node: Node, graph: list[Node]) -> Iterator[list[str]]:
    yield _structured(node, graph)
    yield names.people(head.values(_META))
    yield from map(names.byline, head.bylines[:_BYLINES_READ])


def _structured(node: Node, graph: list[Node]) -> list[str]:
    value = node.get("author") or node.get("creator")
    found: list[str] = []
    for part in value if isinstance(value, list) else [value]:
        author = jsonld.resolved(part, graph)
        kinds = jsonld.types(author) if isinstance(author, dict) else []
        given = _given(author)
        found.extend(names.organisations(given) if _is_organisation(kinds) else names.people(given))
    return names.distinct(found)


def _given(author: object) -> list[str]:
    """Return the names of an author: those it is given as a whole, else its two halves together."""
    if isinstance(author, dict) and not author.get("name"):
        halves = [half for key in ("givenName", "familyName") if isinstance(half := author.get(key), str)]
        if halves:
            return [" ".join(halves)]
    return list(jsonld.strings(author))


def _is_organisation(kinds: list[str]) -> bool:
    return any(kind.endswith("Organization") for kind in kinds)
