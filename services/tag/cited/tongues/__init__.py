"""Languages as data: what the engine of `said_abroad` and `speakers_abroad` must know to read cited sources."""

from collections.abc import Mapping
from typing import Final

from services.tag.cited.tongues.arabic import ARABIC
from services.tag.cited.tongues.french import FRENCH
from services.tag.cited.tongues.german import GERMAN
from services.tag.cited.tongues.russian import RUSSIAN
from services.tag.cited.tongues.spanish import SPANISH
from services.tag.cited.tongues.tongue import Tongue

TONGUES: Final[Mapping[str, Tongue]] = {"ar": ARABIC, "de": GERMAN, "es": SPANISH, "fr": FRENCH, "ru": RUSSIAN}
"""By ISO 639-1 code."""
