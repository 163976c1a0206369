"""What the worker processes of tag run: taggers are loaded once for each process and set of tags."""

from functools import cache

from schemas.v1 import Tags
from services.tag.story import Story
from services.tag.tagger import ALL, Tagger


@cache
def _loaded(only: frozenset[str]) -> Tagger:
    return Tagger.load(only=only)


def warm() -> None:
    """Load all taggers, so that the first article does not wait for it."""
    _loaded(ALL)


def tags_of(story: Story) -> Tags:
    """Tag a story with all taggers."""
    return _loaded(ALL).tag(story)
