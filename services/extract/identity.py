"""Identity: which article a page is, and whether it says something new. Pure."""

import hashlib
from typing import Final
from urllib.parse import urlsplit

from services.kit.urls import absolute, normalise, registrable_domain

_ID_HEX_DIGITS: Final = 32


def article_id(canonical_url: str) -> str:
    """Return the id of the article at an address: 32 hex digits, the same for every writing, http or https."""
    return hashlib.sha256(normalise(canonical_url).partition("://")[2].encode()).hexdigest()[:_ID_HEX_DIGITS]


def content_hash(title: str | None, text: str) -> str:
    """Return the SHA-256 (hex) over title and text; spaces and line breaks make no difference."""
    words = " ".join((title or "").split()), " ".join(text.split())
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def canonical_of(requested: str, final: str, declared: str | None) -> str:
    """Return the address that names the article, normalised.

    What the page declares counts where it can be meant: an http(s) address that is no site's root, unless the page
    stands at a root itself. One on another site is what a republished page calls itself, and stays. Else it is the
    address where redirects ended.
    """
    link = absolute(final or requested, declared) if declared else None
    if link and (_is_deep(link) or (not _is_deep(final) and registrable_domain(link) == registrable_domain(final))):
        return normalise(link)
    return normalise(final or requested)


def _is_deep(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)
