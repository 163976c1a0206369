"""All taggers behind one door: a story goes in, its tags come out. Pure once loaded."""

from typing import Final, Literal, Self, TypeAlias

from schemas.v1.tagged import Tags
from services.kit.errors import ServiceFailed
from services.kit.urls import load_suffixes
from services.tag import date, outlet
from services.tag.cited import sources
from services.tag.cited.marks import Marker
from services.tag.outlet import Directory
from services.tag.places import region
from services.tag.places.atlas import Atlas
from services.tag.story import Story

ALL: Final = frozenset({"outlet", "date", "region", "sources"})
_READ_ORIGIN: Final = frozenset({"outlet", "sources"})
READ_CHARS: Final = 200_000
"""How much of a text is read: thirty thousand words, more than articles have. A longer one may be made to stall us."""
VERSIONS: Final = {
    "outlet": outlet.VERSION,
    "date": date.VERSION,
    "region": region.VERSION,
    "sources": sources.VERSION,
}


SourcesBy: TypeAlias = Literal["model", "rules"]
"""What finds the cited sources of English stories."""


class Tagger:
    """The taggers that were asked for, with the data that they need. Without a marker, rules find the sources."""

    def __init__(
        self, atlas: Atlas | None, directory: Directory, only: frozenset[str] = ALL, marker: Marker | None = None
    ) -> None:
        if unknown := only - ALL:
            raise ValueError(f"no such tagger: {', '.join(sorted(unknown))}")
        if "region" in only and atlas is None:
            raise ValueError("the region tagger needs an atlas")
        self._atlas = atlas
        self._directory = directory
        self.only = only
        self._marker = marker
        self.versions = {name: version for name, version in VERSIONS.items() if name in only}
        if "sources" in only and marker is None:
            self.versions["sources"] += ".rules"

    @classmethod
    def load(cls, only: frozenset[str] = ALL, sources_by: SourcesBy = "model") -> Self:
        """Load the packaged data that these taggers need; the atlas takes one to two seconds, the model half of one."""
        load_suffixes()
        atlas = Atlas.load() if "region" in only else None
        return cls(atlas, Directory.load(), only, _marker() if "sources" in only and sources_by == "model" else None)

    def tag(self, story: Story) -> Tags:
        """Tag a story by its first `READ_CHARS`. The same one gives the same tags; one not asked for is null."""
        if len(story.text) > READ_CHARS:
            story = story.model_copy(update={"text": story.text[:READ_CHARS]})
        signed = story if self.only & _READ_ORIGIN else story.model_copy(update={"text": ""})  # no text names the host
        found = outlet.tag_outlet(signed, self._directory)
        settled = date.tag_date(story) if "date" in self.only else None
        regions = None
        if "region" in self.only and self._atlas:
            home = self._atlas.home(found.host, self._directory)
            regions = region.tag_regions(story, self._atlas, home)
        cited = sources.tag_sources(story, self._directory, found, self._marker) if "sources" in self.only else None
        return Tags(
            outlet=found if "outlet" in self.only else None,
            date=settled,
            regions=regions,
            sources=cited,
            taggers=self.versions,
        )


def _marker() -> Marker:
    """Load the model of cited sources. Its libraries are loaded only where it is asked for: they take 60 MB."""
    try:
        from services.tag.cited.source_model import packaged  # noqa: PLC0415 - see above
    except ImportError as error:
        raise ServiceFailed(
            "tag.model_missing", f"{error}: install the part `tag` of the package, or set DATELINE_TAG_SOURCES=rules"
        ) from None
    return packaged()
