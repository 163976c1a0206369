"""Robots: what a site's robots.txt lets us ask for (RFC 9309). Pure.

The only module that knows protego. It is given those groups of the file that are about us, and no other: a file with
many groups costs it time and memory by their product, and it would take a group for `Date` as one for `Dateline`.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from protego import Protego

TOKEN: Final = "Dateline"  # noqa: S105 - our product token in the User-Agent, no secret
PATH: Final = "/robots.txt"
READ_BYTES: Final = 500 * 1024
"""What of a file counts; RFC 9309 asks for this much."""
DELAY_MAX_S: Final = 30.0
"""A longer Crawl-delay is cut to this: a site that wants less than two requests a minute refuses by other means."""

_AGENT: Final = re.compile(r"user[- ]?agent\s*(?::|\s)\s*(.*)", re.IGNORECASE)
_RULE: Final = re.compile(r"(?:allow|dis+al+[ao]w|diasllow|crawl[- ]delay)\s*(?::|\s)", re.IGNORECASE)
_NAME: Final = re.compile(r"\**([a-zA-Z_-]*)")


def read(body: bytes) -> str:
    """Return the lines of a robots.txt that are about us or everybody, in one form; whatever the bytes are."""
    return "\n".join(_lines(_decoded(body[:READ_BYTES])))


def allows(rules: str, url: str) -> bool:
    """Say whether these rules, as `read` returned them, let us ask for `url`."""
    return not rules or _parsed(rules).can_fetch(url, TOKEN)


def delay_s(rules: str) -> float:
    """Return the least time between two requests that these rules ask for, in seconds; at most `DELAY_MAX_S`."""
    asked = _parsed(rules).crawl_delay(TOKEN) if rules else None
    return min(asked or 0.0, DELAY_MAX_S)


def _decoded(body: bytes) -> str:
    """Return the characters. The format is UTF-8; of what is not, the rules are ASCII all the same."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of the groups that name us or everybody; a group is agents first, then rules."""
    agents: list[str] = []
    naming = False
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if agent := _AGENT.match(line):
            if not naming:
                agents = []
            naming = True
            if (name := _named(agent[1])) and name not in agents:
                agents.append(name)
        elif _RULE.match(line):
            if naming:
                yield from (f"User-agent: {name}" for name in agents)
            naming = False
            if agents:
                yield line
    if naming:
        yield from (f"User-agent: {name}" for name in agents)


def _named(value: str) -> str | None:
    """Return whom a group is for, if it is for us: our token, whatever stands behind it, or everybody."""
    match = _NAME.match(value)
    name = match[1] if match else ""
    if name.lower() == TOKEN.lower():
        return TOKEN
    return "*" if value.startswith("*") and not name else None


@lru_cache(maxsize=32)
def _parsed(rules: str) -> Protego:
    """Return the rules, ready to be asked: parsing them takes longer than asking, and questions come in bursts."""
    return Protego.parse(rules)
