"""What an answer to a poll means, before it is parsed. Pure."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from services.kit.errors import FetchFailed
from services.kit.http.answer import Fetched

_CODES: Final = {
    HTTPStatus.UNAUTHORIZED: "fetch.unauthorised",
    HTTPStatus.FORBIDDEN: "fetch.forbidden",
    HTTPStatus.NOT_FOUND: "fetch.not_found",
    HTTPStatus.GONE: "fetch.gone",
    HTTPStatus.TOO_MANY_REQUESTS: "fetch.rate_limited",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "fetch.legal",
}
# Words of the pages that bot walls show instead of what was asked for.
_CHALLENGE: Final = re.compile(
    rb"<title>\s*(?:just a moment|attention required|access denied|security check|are you a robot|pardon our)"
    rb"|cf-chl-|/cdn-cgi/challenge-platform|g-recaptcha|h-captcha|captcha-delivery|_incapsula_",
    re.IGNORECASE,
)
_FEED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.{0,500}?\?>\s*|<!--.{0,5000}?-->\s*){0,20}"
    rb"<(?:rss|feed|channel|urlset|sitemapindex|(?:\w{1,20}:)?rdf|\w{1,20}:feed)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED_BYTES: Final = 64 * 1024


def refusal(fetched: Fetched, *, conditional: bool) -> FetchFailed | None:
    """Return what is wrong with an answer; None for one whose body can be read as a feed, or that says 304.

    `conditional` tells whether the request was: one that was not cannot be answered with 304.

    Codes: `fetch.unauthorised`, `fetch.forbidden`, `fetch.blocked`, `fetch.not_found`, `fetch.gone`,
    `fetch.rate_limited`, `fetch.legal`, `fetch.server_error`, `fetch.status`.
    """
    if fetched.not_modified:
        return None if conditional else FetchFailed("fetch.protocol", "304 to a request without conditions")
    said = f"HTTP {fetched.status}"
    if blocked(fetched):
        return FetchFailed("fetch.blocked", f"{said} with a bot challenge", retryable=True)
    if fetched.ok:
        return None
    if code := _CODES.get(HTTPStatus(fetched.status)) if fetched.status in set(HTTPStatus) else None:
        return FetchFailed(code, said, retryable=True)
    server = fetched.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return FetchFailed("fetch.server_error" if server else "fetch.status", said, retryable=True)


def blocked(fetched: Fetched) -> bool:
    """Tell whether the answer is a challenge for browsers, whatever its status says."""
    if "cf-mitigated" in fetched.headers:
        return True
    beginning = fetched.body[:_SNIFFED_BYTES]
    return _FEED.match(beginning) is None and b"<html" in beginning.lower() and _CHALLENGE.search(beginning) is not None


def validators(fetched: Fetched, now: datetime) -> tuple[str | None, str | None]:
    """Return entity tag and Last-Modified, each only if it can be sent back without harm."""
    modified = fetched.last_modified
    return fetched.etag, modified if modified and not _in_future(modified, now) else None


def digest(body: bytes) -> str:
    """Return the hash by which an equal body is known."""
    return sha256(body).hexdigest()


def _in_future(http_date: str, now: datetime) -> bool:
    """Tell of a time to come: a server that is sent one back may answer 304 until then, whatever it has."""
    try:
        return parsedate_to_datetime(http_date).astimezone(now.tzinfo) > now + timedelta(hours=1)
    except (ValueError, TypeError, IndexError, OverflowError):
        return True
