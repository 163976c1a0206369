"""Site names: which words name a site, so that nothing that is learnt from pages does. Nothing at run time needs it.

A rule that holds for one site is worth nothing on the next, and a model that was fitted to pages of a site may take the
site's name for a sign. So fitting leaves out the names of the sites that it knows of: those in its corpora, in a
directory of outlets, and of the platforms that most pages link to.
"""

from collections.abc import Iterable
from typing import Final

from services.kit.urls import registrable_domain

_LETTERS_MIN: Final = 3
"""Shorter names (`aa`, `un`, `be`) are words and abbreviations everywhere."""
PLATFORMS: Final = frozenset({
    "amazon", "apple", "bluesky", "dailymotion", "disqus", "ebay", "facebook", "flickr", "flipboard", "getty",
    "github", "google", "googlenews", "googleplus", "instagram", "linkedin", "mastodon", "microsoft", "netflix",
    "outbrain", "pinterest", "reddit", "shutterstock", "snapchat", "soundcloud", "spotify", "taboola", "telegram",
    "tiktok", "tripadvisor", "tumblr", "twitter", "unsplash", "vimeo", "whatsapp", "wikipedia", "wordpress", "xing",
    "yahoo", "youtube",
})  # fmt: skip
"""Sites whose names stand on the pages of others."""
ORDINARY: Final = frozenset({
    # parts of pages, and what style sheets and editors call them (`rte` is a rich text editor,
    # `kicker` the line over a headline)
    "anchor", "app", "archive", "bold", "byline", "deadline", "dialog", "extra", "geo", "index", "info", "kicker",
    "left", "mail", "map", "medium", "news", "newsletter", "online", "open", "people", "politics", "press", "profil",
    "radio", "reporter", "reset", "root", "rss", "rte", "science", "scroll", "space", "sport", "sports", "standard",
    "state", "success", "time", "times", "today", "web", "week",
    # words of everyday that also are a site's name: English, French and Spanish (`nos` is "our"), Italian, German
    "express", "football", "golf", "her", "house", "inc", "kit", "local", "motor", "nation", "nos", "observer", "one",
    "out", "post", "sec", "star", "sun", "which", "who",
    "blick", "bund", "familie", "freitag", "haus", "heute", "mit", "nachrichten", "selbst", "vergleich", "zona",
    # months: April in Spanish, of March in Polish
    "abril", "marca",
    # places
    "berlin", "brandenburg", "europa", "stuttgart",
})  # fmt: skip
"""Names of sites that are also such common words that a page which holds one does not mean the site."""


def names_of(hosts: Iterable[str]) -> frozenset[str]:
    """Return the words that name sites: what hosts are called below their suffix, and the platforms.

    `courier` for `www.courier.example`; a name with hyphens or digits as it is. Not those that are `ORDINARY`.

    Raises:
        FetchRefused: `fetch.url_refused`: something is no host.

    """
    called = {registrable_domain(host).partition(".")[0].lower() for host in hosts}
    return frozenset({name for name in called if len(name) >= _LETTERS_MIN} - ORDINARY) | PLATFORMS
