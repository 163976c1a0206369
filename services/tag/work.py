"""What the worker processes of tag run: taggers are loaded once for each process."""

from functools import cache

from schemas.v1 import Tags
from services.tag.story import Story
from services.tag.tagger import ALL, SourcesBy, Tagger


@cache
def _loaded(sources_by: SourcesBy) -> Tagger:
    return Tagger.load(ALL, sources_by)


def warm(sources_by: SourcesBy) -> None:
    """Load all taggers, so that the first article does not wait for it."""
    _loaded(sources_by)


def tags_of(story: Story, sources_by: SourcesBy) -> Tags:
    """Tag a story with all taggers."""
    return _loaded(sources_by).tag(story)
