"""TDM: whether a rights holder reserves text and data mining, by the signals there are for it. Pure.

The TDM Reservation Protocol (W3C community group) has three places: the page's `<meta>` overrules the HTTP header, and
that the site's `/.well-known/tdmrep.json`. Where all are silent, `noai` among the directives for robots counts. What is
found is recorded; nothing is refused for it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.extract.robots import TOKEN
from services.kit.errors import FetchRefused
from services.kit.urls import absolute, parse

PATH: Final = "/.well-known/tdmrep.json"
FILE_BYTES_MAX: Final = 256 * 1024
_RULES_MAX: Final = 1000
_LOCATION_CHARS_MAX: Final = 500
_POLICY_CHARS_MAX: Final = 500
_NO_AI: Final = "noai"


@dataclass(frozen=True, slots=True)
class Stated:
    """What one place says: reserved, not reserved, or nothing; and the address of the policy that goes with it."""

    reservation: bool | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a site says of the paths that match a pattern, in which `*` is anything and a last `$` is the end."""

    location: str
    stated: Stated


def settled(places: Iterable[Stated]) -> Stated:
    """Return the first of these that says something."""
    return next((one for one in places if one.reservation is not None), Stated())


def from_values(reservation: str | None, policy: str | None, *, base: str) -> Stated:
    """Return what two values of a header or a page say; one that is neither 0 nor 1 says nothing.

    A header that came twice is `0, 1` here: who says both reserves.
    """
    said = {part.strip() for part in (reservation or "").split(",")}
    if not said & {"0", "1"}:
        return Stated()
    return Stated("1" in said, _policy(policy, base))


def from_headers(headers: Mapping[str, str], *, url: str) -> tuple[Stated, Stated]:
    """Return what the headers (by lower-case name) of the answer at `url` say: by the protocol, and by `noai`."""
    stated = from_values(headers.get("tdm-reservation"), headers.get("tdm-policy"), base=url)
    return stated, from_robots([headers.get("x-robots-tag", "")])


def from_robots(values: Iterable[str]) -> Stated:
    """Return what directives for robots say; those for another robot by name do not count.

    `noimageai` alone is about images, and those are not taken.
    """
    return Stated(True if any(word == _NO_AI for value in values for word in _directives(value)) else None)


def rules_of(body: bytes, *, url: str) -> tuple[Rule, ...]:
    """Return the rules of the tdmrep.json at `url`, in their order; those that make no sense are left out."""
    try:
        document = json.loads(body[:FILE_BYTES_MAX])
    except (ValueError, RecursionError):
        return ()
    rows = document if isinstance(document, list) else [document]
    return tuple(rule for row in rows[:_RULES_MAX] if (rule := _rule(row, url)))


def for_path(rules: Iterable[Rule], path: str) -> Stated:
    """Return what the first rule that matches says of a path, query included."""
    return next((rule.stated for rule in rules if matches(rule.location, path)), Stated())


def matches(pattern: str, path: str) -> bool:
    """Say whether a path begins with a pattern, in which `*` is anything and a last `$` is the end of the path."""
    whole = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return not whole or path == first
    at = len(first)
    last = rest.pop() if whole else ""
    for part in rest:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(last) and len(path) - len(last) >= at


def _rule(row: object, url: str) -> Rule | None:
    if not isinstance(row, dict):
        return None
    location, policy = row.get("location"), row.get("tdm-policy")
    stated = from_values(str(row.get("tdm-reservation"))[:10], policy if isinstance(policy, str) else None, base=url)
    if stated.reservation is None or not isinstance(location, str) or not 0 < len(location) <= _LOCATION_CHARS_MAX:
        return None
    pattern = _pattern(location)
    return Rule(pattern, stated) if pattern else None


def _pattern(location: str) -> str | None:
    """Return a location with its escapes written as those of requests are."""
    try:
        return parse("http://site.invalid/" + location.strip().removeprefix("/").replace(" ", "%20")).path
    except FetchRefused:
        return None


def _policy(value: str | None, base: str) -> str | None:
    text = (value or "").strip()
    return absolute(base, text) if text and len(text) <= _POLICY_CHARS_MAX else None


def _directives(value: str) -> Iterator[str]:
    """Yield the directives of `noai, dateline: noindex, otherbot: nofollow` that are for us or everybody."""
    for part in value.split(","):
        name, colon, directive = part.partition(":")
        if not colon:
            yield part.strip().lower()
        elif re.fullmatch(TOKEN, name.strip(), re.IGNORECASE):
            yield directive.strip().lower()
