"""Who published the page, and whose story it is when that is another outlet (wire copy, "By Press TV").

The directory of outlets knows domains and names. An outlet that it does not know keeps the name that the page gives,
without an id or a country. An origin is named only with words of the story that say so, or with the address that the
page calls the original.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from schemas.v1.tagged import Outlet, OutletEvidence, OutletTag
from services.kit.errors import FetchRefused
from services.kit.urls import registrable_domain
from services.tag.directory import Directory, Entry, home_of, name_key, outlet_of
from services.tag.origins import signs, strangers
from services.tag.story import Story

__all__ = ["VERSION", "Directory", "Entry", "home_of", "outlet_of", "tag_outlet"]

VERSION: Final = "2"
_FEED_TITLE_TAIL: Final = re.compile(r"\s+(?:[-|\u2014\u00bb:\u2022>]+|rss\b|feed\b).*$", re.IGNORECASE)
_CACHES: Final = frozenset({
    "ampproject.org", "archive.org", "archive.ph", "archive.today", "feedburner.com", "google.com",
    "googleusercontent.com", "translate.goog",
})  # fmt: skip
"""Domains that show the pages of others as they are."""


def tag_outlet(story: Story, directory: Directory) -> OutletTag:
    """Name the outlet of the page, and the outlet whose story it is where that is another one."""
    address, original = _addresses(story)
    host, evidence = _host(story, address, directory)
    for entry, proof in signs(story, directory):
        if host is None or entry.id != host.id:
            return OutletTag(host=host, origin=outlet_of(entry), evidence=[*evidence, proof])
    first = directory.at(original) if original else None
    if first and original and (host is None or first.id != host.id):
        proof = OutletEvidence(role="origin", field="canonical", text=original)
        return OutletTag(host=host, origin=outlet_of(first), evidence=[*evidence, proof])
    own = {name_key(name) for name in (host.name if host else None, story.publisher and story.publisher.name) if name}
    for name, proof in strangers(story):
        if not any(name_key(name).startswith(known) for known in own):
            return OutletTag(host=host, origin=Outlet(name=name), evidence=[*evidence, proof])
    return OutletTag(host=host, evidence=evidence)


def _host(story: Story, address: str | None, directory: Directory) -> tuple[Outlet | None, list[OutletEvidence]]:
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


def _addresses(story: Story) -> tuple[str | None, str | None]:
    """Give the host name of the page, and that of the page it calls its original where that is somebody else's."""
    if story.url:
        shown, original = _host_in(story.url.final), _host_in(story.url.canonical)
        own = shown and original and _domain(shown) == _domain(original)
        if not shown or own or (original and _domain(shown) in _CACHES):
            shown, original = original or shown, None
        if shown:
            return shown, original
    if story.publisher and story.publisher.domain:
        return story.publisher.domain, None
    return story.outlet_domain, None


def _host_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _domain(host: str) -> str | None:
    try:
        return registrable_domain(host)
    except FetchRefused:
        return None


def _page_name(story: Story) -> tuple[str | None, str]:
    if story.publisher and story.publisher.name and story.publisher.name.strip():
        return story.publisher.name.strip(), "publisher"
    for way in story.discovered_via:
        if way.feed_title and (name := _FEED_TITLE_TAIL.sub("", way.feed_title.strip()).strip()):
            return name, "feed"
    return None, ""
