"""Blocked: whether an answer is what a site gives to those whom it does not let in, and what for. Pure.

The kinds: `rate_limit` (too many requests), `bot_challenge` (prove that you are a person), `geo` (not in your country,
or for legal reasons not at all), `login`, `paywall`, and `consent` (agree to cookies first).

Precision comes first. Headers and statuses that say it are believed. On a page that came with status 200, words alone
never decide: they are looked at only where there is hardly any text beside them, since an article may be about any of
these things. Marks are those of products and standards; none is of a site.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from services.extract import notices
from services.extract.charset import decode
from services.kit.errors import Rejected

LITTLE_WORDS: Final = 150
"""A text longer than this is an article, whatever else stands on its page."""
_NOTICE_WORDS: Final = 80
_STUB_WORDS: Final = 15
_SENTENCE_WORDS: Final = 8
_NOTHING_WORDS: Final = 40
_EVIDENCE_CHARS_MAX: Final = 80
_CONSENT_MIN: Final = 4
_CONSENT_KINDS_MIN: Final = 3
_CONSENT_SHARE_MIN: Final = 0.08
_BY_STATUS: Final = {
    HTTPStatus.UNAUTHORIZED: "login",
    HTTPStatus.PAYMENT_REQUIRED: "paywall",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "login",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "geo",
}
_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
# Headers of products that guard sites, which they send with a refusal only, at any status.
_HEADERS: Final = {
    "cf-mitigated": re.compile("challenge|block"),
    "x-amzn-waf-action": re.compile("challenge|captcha"),
    "x-vercel-mitigated": re.compile("challenge|deny"),
    "x-sucuri-block": re.compile("."),
}
# Headers that they send with other answers, too; they tell where the status is one of refusal and of no trouble behind.
_REFUSALS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_ACCEPTABLE,
)
_HEADERS_OF_REFUSALS: Final = {
    "x-datadome": re.compile("."),
    "x-dd-b": re.compile("."),
    "x-iinfo": re.compile("."),
    "server": re.compile("ddos-guard"),
}
# What stands on a challenge and nowhere else.
_CHALLENGE: Final = re.compile(
    r"_cf_chl_opt|challenge-platform/h/[a-z]/orchestrate|cf-browser-verification|id=[\"']?px-captcha|"
    r"<iframe[^<>]{0,500}_Incapsula_Resource|sucuri_cloudproxy_js|captcha-delivery|[?&]bm-verify=|"
    r"AwsWafIntegration\.(?:checkForceRefresh|forceRefreshToken)|window\.gokuProps|ddg-captcha|sec-if-cpt-container",
)
# What also stands beside comments and forms, and on pages that are let through.
_CAPTCHA: Final = re.compile(
    r"g-recaptcha|h-captcha|hcaptcha|cf-turnstile|recaptcha/api|friendly-challenge|smart-captcha|geetest_|awsWafCookie|"
    r"/_Incapsula_Resource"
)
_RELOADED: Final = re.compile(
    r"<meta[^<>]{0,200}http-equiv\s*=\s*[\"']?refresh[\"']?[^<>]{0,200}content\s*=\s*[\"']?\s*\d{1,3}\s*;?\s*[\"'/>]",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(r"<input[^<>]{0,500}type\s*=\s*[\"']?password", re.IGNORECASE)
_TITLE: Final = re.compile(r"<(?:title|h1)\b[^<>]{0,500}>([^<]{1,500})", re.IGNORECASE)
_UNSEEN: Final = re.compile(
    r"<(script|style|noscript|template|svg)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|<[^<>]{0,5000}>",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps us from an article, and what shows it."""

    kind: str
    evidence: str


class Blocked(Rejected):
    """A site does not let us see an article. Codes: `page.blocked`, `page.paywalled`, `page.rate_limited`."""

    def __init__(self, block: Block) -> None:
        code = {"paywall": "page.paywalled", "rate_limit": "page.rate_limited"}.get(block.kind, "page.blocked")
        super().__init__(code, f"{block.kind}: {block.evidence}", retryable=block.kind == "rate_limit")
        self.block = block

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.block,))


def of_answer(status: int, headers: Mapping[str, str], body: bytes, charset: str | None = None) -> Block | None:
    """Return what an answer that is no page was refused for; None where it does not say, and for what is gone.

    Args:
        status: Of HTTP; not 200.
        headers: By lower-case name.
        body: The beginning of it will do.
        charset: Of the HTTP header.

    """
    block = of_headers(status, headers)
    if block or status in _GONE:
        return block
    if status in _BY_STATUS:
        return Block(_BY_STATUS[HTTPStatus(status)], f"status {status}")
    source = decode(body, declared=charset)
    titles = [" ".join(title.split()) for title in _TITLE.findall(source)]
    return _challenge(source, titles) or _said(titles, _visible(source)) or _login(source, titles)


def of_headers(status: int, headers: Mapping[str, str]) -> Block | None:
    """Return what the headers alone say."""
    told = _HEADERS | _HEADERS_OF_REFUSALS if status in _REFUSALS else _HEADERS
    for name, value in told.items():
        if status not in _GONE and value.search(headers.get(name, "").lower()):
            return Block("bot_challenge", f"header {name}")
    if status == HTTPStatus.FORBIDDEN and headers.get("retry-after", "").strip():
        return Block("rate_limit", f"status {status} with header retry-after")
    return None


def of_page(source: str, *, titles: Sequence[str], text: str, free: bool | None) -> Block | None:
    """Return what stands on a page in an article's place.

    Args:
        source: The page's markup.
        titles: What it has as titles: of the window and visible ones.
        text: What was read as its article.
        free: What it states of access.

    """
    if notices.exceeds(text, LITTLE_WORDS):
        return None
    block = _challenge(source, titles)
    if block is None and not notices.exceeds(text, _NOTICE_WORDS):
        block = _said(titles, text) or _login(source, titles)
    return block or _consent(titles, text) or _walled(titles, text, free=free)


def is_teaser(text: str) -> bool:
    """Return whether a short text ends in what is said to those who have not paid."""
    if notices.exceeds(text, LITTLE_WORDS):
        return False
    return any(notices.in_line("paywall", line) for line in text.split("\n")[-3:])


def _challenge(source: str, titles: Sequence[str]) -> Block | None:
    mark = _CHALLENGE.search(source)
    if mark:
        return _block("bot_challenge", mark[0])
    title = notices.in_title("bot_challenge", titles)
    captcha, reloaded = _CAPTCHA.search(source), _RELOADED.search(source)
    if not (title or captcha or reloaded):
        return None
    seen = notices.size(_visible(source))  # last, because it takes longest
    if title and seen <= LITTLE_WORDS:
        return _block("bot_challenge", f"title {title}")
    mark = captcha if seen <= _NOTHING_WORDS else None
    mark = mark or (reloaded if seen <= _STUB_WORDS else None)
    return _block("bot_challenge", mark[0]) if mark else None


def _said(titles: Sequence[str], text: str) -> Block | None:
    """Return what titles and a few words say."""
    if notices.size(text) > _NOTICE_WORDS:
        return None
    title = notices.in_title("rate_limit", titles)
    if title:
        return _block("rate_limit", f"title {title}")
    shown = (*titles, text) if notices.size(text) <= _NOTHING_WORDS else titles
    said = next((said for line in shown if (said := notices.in_line("geo", line))), None)
    return _block("geo", said) if said else None


def _login(source: str, titles: Sequence[str]) -> Block | None:
    """Return whether a page is a form that asks who we are. Many pages have such a form beside all else."""
    field = _PASSWORD.search(source)
    if not field:
        return None
    title = notices.in_title("login", titles)
    seen_max = LITTLE_WORDS if title else _NOTHING_WORDS
    if notices.exceeds(_visible(source), seen_max):
        return None
    return _block("login", f"password field, title {title}" if title else "password field")


def _consent(titles: Sequence[str], text: str) -> Block | None:
    whole = "\n".join((*titles, text))
    told, words = notices.consenting(whole), notices.size(whole)
    if len(set(told)) >= _CONSENT_KINDS_MIN and len(told) >= max(_CONSENT_MIN, _CONSENT_SHARE_MIN * words):
        return _block("consent", f"{len(told)} of {words} words are about consent")
    return None


def _walled(titles: Sequence[str], text: str, *, free: bool | None) -> Block | None:
    """Return whether no sentence is left of a text without its titles and the lines about paying."""
    lines = [(line, notices.in_line("paywall", line)) for line in text.split("\n")]
    left = [notices.size(line) for line, said in lines if not said and line not in titles]
    said = next((said for _, said in lines if said), "access is not free" if free is False else None)
    has_words = max(left, default=0) >= _SENTENCE_WORDS or sum(left) > _NOTHING_WORDS
    return _block("paywall", said) if said and not has_words else None


def _visible(source: str) -> str:
    """Return the words of a page that is not parsed."""
    return " ".join(_UNSEEN.sub(" ", source).split())


def _block(kind: str, evidence: str) -> Block:
    return Block(kind, " ".join(evidence.split())[:_EVIDENCE_CHARS_MAX])
