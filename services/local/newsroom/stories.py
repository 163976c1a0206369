"""The newsroom's stories: text files of our own writing, each with the tags that a good tagger gives it.

A file is a head of `name: value` lines, an empty line, and paragraphs separated by empty lines. A `source` line is
`kind | name or - | words that stand for it in the text | who it cites`, and may be repeated.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from services.local.newsroom.outlets import OUTLETS, Language

FOLDER: Final = Path(__file__).with_name("articles")
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
NONE: Final = "-"
TAGS: Final = ("primary", "mentioned", "places", "source", "chain")
NAMES: Final = frozenset(
    ["outlet", "language", "title", "section", "summary", "author", "dateline", "credit", "origin", *TAGS]
)


@dataclass(frozen=True)
class Source:
    """A source that a story cites: one without a name has None; `cites` are the mentions of its own sources."""

    kind: str
    name: str | None
    mention: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """One story as its author wrote it, with placeholders for dates.

    `countries` are ISO 3166-1 codes, those the story is about in `primary`. `origin` is the outlet whose story it is,
    where that is not the one that publishes it. `chain` leads from the first outlet to the first source.
    """

    slug: str
    outlet: str
    language: Language
    title: str
    section: str
    summary: str
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]
    primary: tuple[str, ...]
    mentioned: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    chain: tuple[str, ...] = ()
    dateline: str = ""
    credit: str = ""
    origin: str | None = None


def load(folder: Path = FOLDER) -> tuple[Story, ...]:
    """Read all stories, the outlets taking turns.

    Raises:
        ValueError: a file is not as described above; the message names it.

    """
    by_outlet: dict[str, list[Story]] = defaultdict(list)
    for path in sorted(folder.glob("*.txt")):
        story = parse(path.stem, path.read_text(encoding="utf-8"))
        by_outlet[story.outlet].append(story)
    longest = max(map(len, by_outlet.values()))
    turns = [by_outlet[outlet.id][turn : turn + 1] for turn in range(longest) for outlet in OUTLETS]
    return tuple(story for turn in turns for story in turn)


def parse(slug: str, text: str) -> Story:
    """Read one story.

    Raises:
        ValueError: a line is not understood, or something is missing.

    """
    head, _, body = text.partition("\n\n")
    values = _head(slug, head)
    language = values.one("language")
    if language not in LANGUAGES or values.one("outlet") not in {outlet.id for outlet in OUTLETS}:
        raise ValueError(f"{slug}: unknown language or outlet")
    return Story(
        slug=slug,
        outlet=values.one("outlet"),
        language=language,
        title=values.one("title"),
        section=values.one("section"),
        summary=values.one("summary"),
        authors=values.many("author"),
        paragraphs=tuple(" ".join(part.split()) for part in body.strip().split("\n\n")),
        primary=values.listed("primary"),
        mentioned=values.listed("mentioned"),
        places=values.listed("places"),
        sources=tuple(_source(slug, line) for line in values.many("source")),
        chain=values.listed("chain", separator=">"),
        dateline=values.one("dateline", ""),
        credit=values.one("credit", ""),
        origin=values.one("origin", "") or None,
    )


class _Head:
    """The head of a file: every name with its values, in order."""

    def __init__(self, slug: str, values: Mapping[str, Sequence[str]]) -> None:
        self._slug = slug
        self._values = values

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(self._values.get(name, ()))

    def one(self, name: str, default: str | None = None) -> str:
        found = self.many(name) or (() if default is None else (default,))
        if len(found) != 1:
            raise ValueError(f"{self._slug}: {len(found)} lines `{name}`")
        return found[0]

    def listed(self, name: str, *, separator: str = ",") -> tuple[str, ...]:
        return tuple(part.strip() for part in self.one(name, "").split(separator) if part.strip())


def _head(slug: str, head: str) -> _Head:
    values: dict[str, list[str]] = defaultdict(list)
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name not in NAMES:
            raise ValueError(f"{slug}: line not understood: {line}")
        values[name].append(value.strip())
    return _Head(slug, values)


def _source(slug: str, line: str) -> Source:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) not in (3, 4):
        raise ValueError(f"{slug}: source not understood: {line}")
    kind, name, mention, *cites = parts
    cited = tuple(part.strip() for part in cites[0].split(";")) if cites else ()
    return Source(kind, None if name == NONE else name, mention, cited)
