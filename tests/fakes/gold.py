"""Gold articles: who said what through whom, with the character spans of `tests/data/attribution/`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "attribution"


@dataclass(frozen=True)
class GoldSpan:
    """Characters `start` to `end` of the article's text, and what they say."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class GoldSource:
    """Somebody or something that is cited, with the fields of the `sources` tag."""

    id: str
    name: str | None
    mention: str
    kind: str
    role: str | None
    affiliation: str | None
    country: str | None
    anonymous: bool
    cites: tuple[str, ...]


@dataclass(frozen=True)
class GoldAttribution:
    """One place where the text says that somebody said something; `who` and `via` are ids of sources."""

    source: GoldSpan
    cue: GoldSpan
    content: GoldSpan | None
    who: str | None
    via: str | None
    stance: str
    mention: str


@dataclass(frozen=True)
class GoldArticle:
    """An article and what a careful reader finds in it; `host` and `origin` are names of outlets."""

    id: str
    region: str
    title: str
    text: str
    host: str | None
    origin: str | None
    sources: tuple[GoldSource, ...]
    attributions: tuple[GoldAttribution, ...]
    chain: tuple[str, ...]


def names() -> list[str]:
    """Return the names of all gold files, as `load` takes them."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> list[GoldArticle]:
    """Return the articles of a file, such as `dev_a`; errors as of `article`."""
    articles = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return [article(entry) for entry in articles]


def article(entry: dict[str, Any]) -> GoldArticle:
    """Return an article of a file with its spans found; raise ValueError, with its id, on words not found."""
    try:
        attributions = tuple(_attribution(entry["text"], said) for said in entry["attributions"])
    except ValueError as error:
        msg = f"{entry['id']}: {error}"
        raise ValueError(msg) from error
    return GoldArticle(
        id=entry["id"],
        region=entry["region"],
        title=entry["title"],
        text=entry["text"],
        host=entry["outlet"]["host"],
        origin=entry["outlet"]["origin"],
        sources=tuple(GoldSource(**{**source, "cites": tuple(source["cites"])}) for source in entry["sources"]),
        attributions=attributions,
        chain=tuple(entry["chain"]),
    )


def _attribution(text: str, said: dict[str, Any]) -> GoldAttribution:
    snippet = _snippet(text, said["in"])
    source = _first(_words(text, said["source"], snippet), said["source"], said["in"])
    cue = _nearest(_words(text, said["cue"], snippet), source, said["cue"])
    content = said["content"]
    return GoldAttribution(
        source=source,
        cue=cue,
        content=None if content is None else _nearest(_anywhere(text, content), snippet, content),
        who=said["who"],
        via=said["via"],
        stance=said["stance"],
        mention=said["mention"],
    )


def _snippet(text: str, snippet: str) -> GoldSpan:
    found = list(_anywhere(text, snippet))
    if len(found) != 1:
        msg = f"the snippet occurs {len(found)} times: {snippet!r}"
        raise ValueError(msg)
    return found[0]


def _words(text: str, words: str, within: GoldSpan) -> Iterator[GoldSpan]:
    """Yield where the words stand in a span as whole words, so that `he` is not found in `the`."""
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", words) else ""
    for match in re.compile(before + re.escape(words) + after).finditer(text, within.start, within.end):
        yield GoldSpan(*match.span(), match.group())


def _anywhere(text: str, words: str) -> Iterator[GoldSpan]:
    start = text.find(words) if words else -1
    while start >= 0:
        yield GoldSpan(start, start + len(words), words)
        start = text.find(words, start + 1)


def _first(found: Iterator[GoldSpan], words: str, snippet: str) -> GoldSpan:
    span = next(found, None)
    if span is None:
        msg = f"{words!r} does not stand in {snippet!r}"
        raise ValueError(msg)
    return span


def _nearest(found: Iterator[GoldSpan], to: GoldSpan, words: str) -> GoldSpan:
    span = min(found, key=lambda span: max(span.start - to.end, to.start - span.end, 0), default=None)
    if span is None:
        msg = f"{words!r} was not found near {to.text!r}"
        raise ValueError(msg)
    return span
