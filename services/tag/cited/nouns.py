"""What a common noun names: people, bodies, companies, media, documents. English.

`kind_of` gives the kind of source that somebody named by this noun is; the nouns that may stand for others of their
kind (`the company` for an airline) are `GENERAL`.
"""

from functools import lru_cache
from typing import Final

from services.tag.cited.phrases import ROLES
from services.tag.cited.vocabulary import (
    CIVIC,
    COMMERCIAL,
    FIRMS,
    LINES_OF_BUSINESS,
    OCCUPATIONS,
    PAPERS,
    STATE,
    STATE_BODIES,
)
from services.tag.cited.voices import is_agent
from services.tag.words import words

BODY_KINDS: Final = frozenset({"official_body", "organisation", "outlet", "news_agency"})
"""Kinds of a source that has a name of its own and is no person."""
MEDIA_KINDS: Final = frozenset({"outlet", "news_agency", "social_media"})
NOUNS_KEPT: Final = 8192
"""So many words are remembered with their singular."""
DOCUMENTS: Final = PAPERS | words(
    "report study survey poll statement data figures document analysis letter article story memo email filing "
    "transcript lawsuit complaint indictment record estimate review book paper release editorial ad video "
    "footage claims allegations rumours rumors suggestions indications accounts findings results message "
    "communique communiqué text note notice bulletin circular file minutes ruling verdict judgment audit "
    "census statistics publication resolution decree order charter affidavit petition warrant dossier "
    "newsletter log recording tape clip cable declaration readout manifesto draft count tally assessment "
    "forecast advisory leaflet request images imagery"
)
POSTS: Final = words("post tweet thread hashtag reel livestream")
PLATFORMS: Final = words("x twitter facebook telegram whatsapp instagram tiktok youtube weibo vk viber truth bluesky")
SOCIAL: Final = words("page account user blogger")
SOURCES: Final = words("source insider interlocutor informant circles")
BODIES: Final = STATE_BODIES | words(
    "ministry department court commission parliament government senate congress army police military navy "
    "agency authority council embassy bureau administration kremlin pentagon cabinet assembly office state "
    "house treasury judiciary municipality un nato eu fbi cia nsa irs fda cdc epa gchq mossad regulator "
    "watchdog tribunal inspectorate prosecutors prosecution consulate presidency coastguard guard directorate "
    "institute command secretariat ombudsman governorate prefecture legislature junta staff commissariat "
    "chancellery"
)
ORGANISATIONS: Final = (
    FIRMS
    | LINES_OF_BUSINESS
    | words(
        "party university centre center committee association group inc corp company bank fund foundation union "
        "campaign service board organization organisation society federation league alliance movement network "
        "forces force front brigade college school hospital club team initiative project coalition times post "
        "news press international action watch research partners capital ltd llc co corp airline airlines airways "
        "motor motors church systems holdings industries minera mines mining cell cells energy technologies labs "
        "foods media services shipping railways railway lines line operator carrier firm manufacturer maker "
        "utility retailer supplier developer charity ngo lobby plant factory refinery producer brand startup "
        "consortium cooperative conglomerate giant builder broker exchange power telecom electric petroleum oil "
        "gas steel cement textiles pharma pharmaceuticals insurance logistics syndicate chamber congregation "
        "diocese militia faction programme program crescent cross gmbh ag plc sa spa bhd oyj asa ab bv nv pty tbk "
        "port airport jsc ojsc pjsc ooo contracting construction engineering"
    )
)
_LOOSE: Final = LINES_OF_BUSINESS | words(
    "power oil gas energy times post news press action watch line lines cross services"
)
"""Nouns that make an organisation only as the head of a phrase, or in its name, never in a person's name."""
AGENCIES: Final = words("newswire wire")
MEDIA: Final = words(
    "newspaper channel broadcaster magazine daily weekly website outlet paper station portal tv television "
    "radio tabloid site gazette weekly fortnightly journal biweekly broadsheet podcast tv-channel telecaster "
    "news-site"
)
OFFICIALS: Final = words(
    "official diplomat aide adviser advisor insider source spokesman spokeswoman spokesperson negotiator "
    "investigator envoy bureaucrat interlocutor informant delegate executive staffer officer inspector "
    "whistleblower agent"
)
"""Who speaks from an inside position: several of them without a name are anonymous, and no mere group."""
COMMON_FOLK: Final = words(
    "resident villager witness farmer protester student migrant survivor neighbour neighbor voter traveller "
    "traveler passenger shopkeeper woman man child person parent relative friend analyst expert fan customer "
    "local"
)
"""People told by what they have in common, even where they are counted."""
PROPER: Final = words(
    "kremlin pentagon senate congress un nato eu fbi cia nsa irs fda cdc epa gchq mossad house treasury duma knesset "
    "bundestag majlis rada sejm storting riksdag folketing althing oireachtas whitehall élysée elysee quirinale iaea "
    "unhcr unicef unesco undp ocha unrwa iom imf osce wto wmo itu opec opcw asean ecowas comesa caricom mercosur oas "
    "igad sadc interpol europol frontex nasa noaa usgs fema tsa faa fcc sec dhs nhs ofcom ofgem ofsted mi5 mi6 gru fsb "
    "svr isi dgse bnd irgc idf"
)
"""Bodies of which there is one: the word is the name."""
_PEOPLE: Final = OCCUPATIONS | words(
    "person man woman boy girl priest villager warden diplomat mother father brother sister son daughter wife "
    "husband uncle aunt cousin friend colleague neighbour neighbor relative survivor victim suspect witness "
    "passenger skipper captain fisherman farmer herder trader monk nun imam rabbi bishop pastor cleric sheikh "
    "elder chief principal teacher nurse doctor physician surgeon medic scientist researcher academic "
    "lecturer student pupil guard guide aide clerk judge prosecutor lawyer councillor councilor mayor "
    "alderman pilot sailor soldier sergeant colonel general major lieutenant admiral constable detective "
    "inspector engineer mechanic technician architect official minister premier chancellor king queen prince "
    "princess president vice-president governor senator deputy ambassador consul envoy delegate head boss "
    "leader chair chairman chairwoman chairperson director manager member spokesman spokeswoman spokesperson "
    "source insider analyst expert economist journalist reporter editor correspondent columnist author writer "
    "poet actor actress singer musician artist coach athlete player captain trainer referee voter resident "
    "shopkeeper owner landlord tenant migrant refugee activist campaigner volunteer worker employee staffer "
    "miner driver nephew niece grandmother grandfather widow widower child teenager pensioner religious "
    "cardinal archbishop founder co-founder ceo regent wali ombudsman dean rector provost superintendent "
    "undersecretary secretary commissioner treasurer coordinator planner specialist consultant botanist "
    "hunter guest vendor cook baker boatman coroner firefighter paramedic interlocutor informant politician "
    "lawmaker legislator mp agent officer executive representative commander employee servant caretaker "
    "custodian merchant smuggler gunman rebel fighter hostage prisoner detainee defendant"
)
_MAKERS: Final = words("lawmaker policymaker filmmaker peacemaker troublemaker playmaker matchmaker moviemaker")
_COLLECTIVES: Final = words("couple trio duo quartet family crowd clan household")
_NO_PEOPLE: Final = OCCUPATIONS | words(
    "newspaper paper letter broadcaster regulator operator carrier supplier producer maker manufacturer "
    "developer retailer number order river matter centre center minister's quarter border career weather "
    "power tower offer former permanent recent current ancient urgent transparent excellent eminent prominent relevant "
    "significant important brilliant independent different consistent"
)
_PLURALS: Final = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "spokespeople": "spokesperson",
    "children": "child",
    "wives": "wife",
    "media": "media",
    "police": "police",
    "data": "data",
    "staff": "staff",
    "news": "news",
}
_ALWAYS_PLURAL: Final = words(
    "figures claims allegations findings results minutes statistics accounts forces prosecutors"
)
GENERAL: Final = {
    "person": words("official officer politician person man woman speaker head chief leader commander boss"),
    "anonymous": SOURCES | words("official officer person man woman"),
    "organisation": COMMERCIAL | CIVIC,
    "official_body": STATE,
    "document": words("document text paper papers documents publication file study message note page dossier"),
}
"""Nouns that may point back to anybody of a kind, whatever noun was used before."""


@lru_cache(maxsize=NOUNS_KEPT)
def singular(noun: str) -> str:
    """Give the singular of a small noun: `officials` -> `official`."""
    if noun in _PLURALS or noun in _ALWAYS_PLURAL:
        return _PLURALS.get(noun, noun)
    if noun.endswith(("men", "women")) and len(noun) > len("women"):
        return f"{noun[:-2]}an"
    if noun.endswith("wives"):
        return f"{noun[:-3]}fe"
    if noun.endswith("ies") and len(noun) > len("dies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "ches", "shes", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def is_plural(noun: str) -> bool:
    """Tell whether a small noun names several."""
    return noun in {"people", "men", "women", "children"} or (
        noun not in _PLURALS and noun not in _ALWAYS_PLURAL and singular(noun) != noun
    )


def is_person(noun: str) -> bool:
    """Tell whether a small noun, in the singular, names somebody: `warden`, `priest`."""
    if noun in _PEOPLE:
        return True
    if noun in _NO_PEOPLE or noun in DOCUMENTS or noun in BODIES or noun in MEDIA or noun in ORGANISATIONS:
        return False
    if noun.endswith(("-year-old", "sman", "swoman", "person")):
        return True
    last = noun.rpartition("-")[2]
    return last in _PEOPLE or (noun in ROLES and not is_plural(noun)) or is_agent(f"{noun}s")


def kind_of(noun: str, *, alone: bool = True) -> str | None:
    """Give the kind of whom a small noun names; `people` for several persons, null for what cannot speak.

    `alone` is False for a word of a name, where `power` or `times` tell of an organisation.
    """
    one = singular(noun)
    if noun in _COLLECTIVES or one in _COLLECTIVES:
        return "people"
    if one.endswith("maker") and one not in OCCUPATIONS and one not in _MAKERS:
        return "organisation"
    for kind, nouns in _KINDS:
        if noun in nouns or one in nouns:
            return None if kind == "organisation" and alone and one in _LOOSE else kind
    if is_person(one):
        return "people" if is_plural(noun) else "person"
    return None


_KINDS: Final = (
    ("document", DOCUMENTS),
    ("social_media", POSTS),
    ("anonymous", SOURCES),
    ("outlet", MEDIA),
    ("news_agency", AGENCIES),
    ("official_body", BODIES),
    ("organisation", ORGANISATIONS),
)
