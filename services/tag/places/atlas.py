"""All that the region tagger reads places with: gazetteer, towns, homes of outlets, model."""

from dataclasses import dataclass

from schemas.v1.tagged import Outlet
from services.tag.directory import Directory, home_of
from services.tag.places.gazetteer import Gazetteer
from services.tag.places.homes import NOWHERE, Home, Homes
from services.tag.places.place_model import PlaceModel, packaged
from services.tag.places.spots import Spot
from services.tag.places.towns import Towns


@dataclass(frozen=True)
class Atlas:
    """Immutable once loaded; reading it is safe from many threads."""

    gazetteer: Gazetteer
    towns: Towns
    homes: Homes
    model: PlaceModel

    @classmethod
    def load(cls) -> "Atlas":
        """Load the packaged data (one to two seconds)."""
        gazetteer, towns = Gazetteer.load(), Towns.load()
        return cls(gazetteer, towns, Homes(gazetteer, towns), packaged())

    def home(self, host: Outlet | None, directory: Directory) -> Home:
        """Give where an outlet is at home, by what the directory and its domain tell."""
        if host is None:
            return NOWHERE
        entry = directory.entry(host.id) if host.id else None
        place = self._place(entry.home) if entry and entry.home else None
        return self.homes.at(home_of(host), host.domain, place)

    def _place(self, geonames_id: int) -> Spot | None:
        return self.gazetteer.numbered.get(geonames_id) or self.towns.numbered(geonames_id)
