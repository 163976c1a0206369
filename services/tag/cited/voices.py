"""Which common nouns can speak: people and bodies of people can, `tariffs` and `their doors` cannot. English."""

import re
from typing import Final

from services.tag.cited.phrases import ROLES
from services.tag.words import words

_PEOPLE: Final = words(
    "many some most others several few one public majority family crowd team group another families authorities "
    "companies groups unions firms banks parties teams couples neighbours neighbors parents relatives friends fans "
    "locals citizens troops forces agencies organisations organizations charities countries nations governments media "
    "outlets newspapers courts councils ministries hospitals schools universities doctors nurses soldiers rebels "
    "militants villagers pupils children civilians survivors islamists monks nuns victims suspects guards hosts staff "
    "girls boys kids ministers mps colleagues allies partners clients users patients pilots artists monitors shops"
)
_AGENTS: Final = re.compile(r".{3,}(?:ers|ors|ists|ants|(?<!m)ents|ians|men|women|ees|eers)$")
_THINGS: Final = words(
    "papers numbers orders matters offers waters powers towers letters computers containers borders quarters trailers "
    "chapters centers carriers corners covers drawers dinners dangers answers layers markers meters monsters orders "
    "posters printers routers rivers servers shelters shoulders showers stickers suppers timers tigers trackers "
    "wonders flowers fingers filters feathers doors floors errors colors factors tractors sectors motors mirrors "
    "rumors vectors flavors reactors sensors corridors plants grants warrants pants elephants restaurants variants "
    "events contents accidents incidents talents accents cents percents tents rents currents continents ingredients "
    "committees guarantees fees trees degrees knees bees coffees employers' antidepressants descents patents "
    "containers elevators generators processors drivers' cancers characters manners chambers timbers numbers tankers "
    "boosters fires tires wires acres sores shores stores scores wars cars stars bars years ears tears gears"
)
SURNAMES: Final = words(
    "rogers rodgers sanders saunders peters myers meyers powers summers bowers chambers withers masters anders sellers "
    "walters winters waters rivers akers ayers byers childers landers flowers jeffers vickers connors clements stivers"
)
"""Surnames that look like plurals of people; at the start of a sentence they are names."""
_SAYING: Final = words(
    "said says say told tell tells announced added confirmed denied explained reported stated warned"
)
NOBODY: Final = words("one ones thing things")


def is_agent(noun: str) -> bool:
    """Tell whether a small noun names people or a body of people: `shopkeepers`, `unions`."""
    if noun in ROLES or noun in _PEOPLE:
        return True
    return bool(_AGENTS.match(noun)) and noun not in _THINGS


def can_say(noun: str, cue: str, *, definite: bool) -> bool:
    """Tell whether a group may have said it: people always, `the railway` only where the verb is one of speech."""
    if noun in NOBODY:
        return False
    singular = not noun.endswith("s") or noun.endswith("ss")
    spoken = definite and singular and not _SAYING.isdisjoint(cue.lower().split())
    return is_agent(noun) or (singular and is_agent(f"{noun}s")) or spoken
