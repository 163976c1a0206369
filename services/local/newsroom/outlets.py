"""The outlets of the newsroom: invented, each with an address, a language, a clock and habits of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Literal

Language = Literal["en", "fr", "de"]
FeedKind = Literal["rss", "atom", "json"]


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """One outlet.

    `path` is the pattern of its articles' paths, filled with `day` (a local datetime), `slug`, `number` and `section`.
    `shown_date` is what a reader sees, in the codes of `dates.show`. `tracking` is appended to the links in its feed.
    """

    id: str
    name: str
    language: Language
    country: str
    utc_offset_h: int
    feed: FeedKind
    feed_path: str
    path: str
    shown_date: str
    tracking: str = ""

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the outlet's own clock."""
        return moment.astimezone(timezone(timedelta(hours=self.utc_offset_h)))


OUTLETS: Final = (
    Outlet(
        id="harwick",
        name="The Harwick Tide",
        language="en",
        country="GB",
        utc_offset_h=0,
        feed="rss",
        feed_path="/feed.xml",
        path="/news/{day:%Y/%m/%d}/{slug}",
        shown_date="{day} {month} {year}, {hour}:{minute} GMT",
    ),
    Outlet(
        id="meridian",
        name="Meridian Ledger",
        language="en",
        country="US",
        utc_offset_h=-5,
        feed="json",
        feed_path="/feed.json",
        path="/{day:%Y/%m}/{slug}-{number}.html",
        shown_date="{month} {day}, {year} {hour}:{minute} EST",
    ),
    Outlet(
        id="passage",
        name="Passage Bulletin",
        language="en",
        country="AE",
        utc_offset_h=4,
        feed="rss",
        feed_path="/rss/world.xml",
        path="/en/news/{number}/{slug}.html",
        shown_date="{day} {short_month} {year}",
        tracking="utm_source=rss&utm_medium=feed",
    ),
    Outlet(
        id="verneau",
        name="La Gazette du Verneau",
        language="fr",
        country="FR",
        utc_offset_h=1,
        feed="atom",
        feed_path="/atom.xml",
        path="/{section}/{slug}",
        shown_date="Publié le {day} {month} {year} à {hour}h{minute}",
    ),
    Outlet(
        id="lagune",
        name="Lagune Matin",
        language="fr",
        country="CI",
        utc_offset_h=0,
        feed="rss",
        feed_path="/flux.xml",
        path="/actualite/{day:%Y-%m-%d}-{slug}/",
        shown_date="{weekday} {day} {month} {year}",
    ),
    Outlet(
        id="lindfurt",
        name="Lindfurter Bote",
        language="de",
        country="DE",
        utc_offset_h=1,
        feed="atom",
        feed_path="/feed/atom",
        path="/{section}/{slug}-artikel{number}.html",
        shown_date="{day:02}.{month_number:02}.{year}, {hour}:{minute} Uhr",
    ),
)
