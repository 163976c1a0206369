"""The outlets' pages: one template each, filled with escaped text."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from services.local.newsroom import dates
from services.local.newsroom.outlets import Language, Outlet
from services.local.newsroom.programme import Publication

FOLDER: Final = Path(__file__).with_name("templates")
BY: Final[Mapping[Language, str]] = {"en": "By ", "fr": "Par ", "de": "Von "}
UPDATED: Final[Mapping[Language, str]] = {"en": "Updated", "fr": "Mis à jour", "de": "Aktualisiert"}
RELATED_MAX: Final = 4


def article(publication: Publication, *, base: str, related: Sequence[Publication]) -> bytes:
    """Write the page of an article, UTF-8, with links to its neighbours."""
    outlet, story = publication.outlet, publication.story
    published, updated = outlet.local(publication.published_at), outlet.local(publication.at)
    texts = {
        "title": publication.title,
        "summary": story.summary,
        "section": story.section,
        "outlet": outlet.name,
        "language": outlet.language,
        "canonical": base + publication.path,
        "published": published.isoformat(timespec="seconds"),
        "updated": updated.isoformat(timespec="seconds"),
        "shown_date": dates.show(outlet.shown_date, published, outlet.language),
        "doubled_date": _doubled(published),
        "byline": _byline(publication),
        "authors": ", ".join(story.authors),
        "credit": story.credit,
        "year": str(published.year),
    }
    blocks = {
        "body": _body(publication),
        "related": _links(related[:RELATED_MAX], base),
        "linked_data": _linked_data(publication, base),
        "updated_note": _updated_note(publication, updated),
    }
    return _template(outlet.id).substitute({name: escape(text) for name, text in texts.items()} | blocks).encode()


def home(outlet: Outlet, newest: Sequence[Publication], *, base: str) -> bytes:
    """Write an outlet's front page, UTF-8."""
    text = Template("""<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><title>$name</title>
<link rel="alternate" type="application/xml" href="$feed"></head>
<body><h1>$name</h1><ul>$links</ul></body></html>
""")
    texts = {"language": outlet.language, "name": outlet.name, "feed": base + outlet.feed_path}
    links = {"links": _links(newest, base)}
    return text.substitute({name: escape(value) for name, value in texts.items()} | links).encode()


@cache
def _template(outlet_id: str) -> Template:
    return Template((FOLDER / f"{outlet_id}.html").read_text(encoding="utf-8"))


def _doubled(published: datetime) -> str:
    """Write a date line with the day in it twice, as a careless content system puts it out."""
    return dates.show("{day} {month} {day}, {year}", published, "en")


def _byline(publication: Publication) -> str:
    """Who wrote it; for a story taken over, the outlet it was taken from."""
    story = publication.story
    names = (story.origin,) if story.origin else story.authors
    return BY[story.language] + ", ".join(names) if names else ""


def _body(publication: Publication) -> str:
    first, *others = publication.paragraphs
    story = publication.story
    place = dates.fill(story.dateline, publication.outlet.local(publication.published_at), story.language)
    lead = f"{place} \N{EM DASH} {first}" if place else first
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in (lead, *others))


def _links(publications: Sequence[Publication], base: str) -> str:
    return "\n".join(
        f'<li><a href="{escape(base + other.path)}">{escape(other.title, quote=False)}</a></li>'
        for other in publications
    )


def _updated_note(publication: Publication, updated: datetime) -> str:
    if publication.at == publication.published_at:
        return ""
    language = publication.story.language
    text = f"{UPDATED[language]}: {dates.show(publication.outlet.shown_date, updated, language)}"
    return f'<span class="updated">{escape(text)}</span>'


def _linked_data(publication: Publication, base: str) -> str:
    """JSON-LD of the article, safe inside a script element."""
    outlet, story = publication.outlet, publication.story
    document = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": publication.title,
        "description": story.summary,
        "articleSection": story.section,
        "inLanguage": story.language,
        "datePublished": outlet.local(publication.published_at).isoformat(timespec="seconds"),
        "dateModified": outlet.local(publication.at).isoformat(timespec="seconds"),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": f"{base}/"},
        "mainEntityOfPage": base + publication.path,
    }
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")
