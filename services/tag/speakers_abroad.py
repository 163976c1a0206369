"""What a phrase without a name says about a speaker, in French, German and Spanish: `le ministère`, `ein Angler`."""

import re
from typing import Final

from services.tag.folding import fold
from services.tag.speakers import Speaker
from services.tag.words import words

_KINDS: Final = {
    "official_body": words(
        "ministere prefecture conseil direction office gouvernement mairie police gendarmerie tribunal "
        "parquet commission "
        "departement region commune autorites parlement armee senat ambassade presidence "
        "stadt gemeinde regierung polizei gericht kommission landkreis verwaltung staatskanzlei behorde behorden rat "
        "landtag bundestag staatsanwaltschaft feuerwehr kanton "
        "ministerio gobierno policia ayuntamiento fiscalia alcaldia ejercito congreso senado comision autoridades"
    ),
    "document": words(
        "etude rapport note enquete communique message lettre document sondage "
        "studie bericht berechnungen schreiben mitteilung umfrage schriftwechsel gutachten brief "
        "estudio informe comunicado carta encuesta documento"
    ),
    "organisation": words(
        "federation cooperative entreprise societe banque association syndicat universite bibliotheque parti "
        "club groupe "
        "compagnie hopital fondation reederei verband verein unternehmen firma betreiber gewerkschaft "
        "universitat partei "
        "bank konzern hersteller stiftung krankenhaus empresa sindicato asociacion universidad banco partido compania"
    ),
    "anonymous": words("source sources quelle quellen kreise fuente fuentes"),
}
_GERMAN_TAILS: Final = re.compile(r".+(?:ministerium|amt|behorde|polizei|gericht|verwaltung|regierung|ministeriums)$")
_GERMAN_COMPOUND: Final = re.compile(r".+(bewohner|verband|agentur|studie|bericht)$")
_COMPOUND_KINDS: Final = {
    "bewohner": "group",
    "verband": "organisation",
    "agentur": "organisation",
    "studie": "document",
    "bericht": "document",
}
_AGENT: Final = re.compile(
    r".{2,}(?:eur|eurs|euse|euses|trice|trices|iste|istes|ier|iers|iere|ieres|ien|iens|ienne|oise|ois|ants?|ents"
    r"|er|erin|ern|ler|lerin|innen|ent|enten|ist|isten|in|or|ora|oras|ores|ista|istas|ero|era|eros)$"
)
_PEOPLE: Final = words(
    "maire maires agent agents cadre habitants habitante porte-parole ministre ministres medecin "
    "medecins temoin temoins "
    "avocat avocate avocats juge elus president presidente policiers pecheurs riverains parents personnes astronomes "
    "personen fachleute leute zeugen anwohner nachbarn bewohner beamte beamter experten kollegin kollegen anwalt arzt "
    "portavoz alcalde alcaldesa presidenta ministro ministra vecinos testigos expertos medicos abogado juez fiscal"
)
_NO_AGENTS: Final = words(
    "premier premiere dernier derniere quartier papier dossier chantier panier hiver mer jour valeur couleur chaleur "
    "hauteur secteur moteur ordinateur cahier février bien rien lien ancien besoin matin fin vin cent sommer winter "
    "fenster wasser wetter zimmer fehler ordner keller teller september oktober november dezember in ein kein sein "
    "mein termin magazin benzin berlin wein moment dokument parlament prozent argument element president faktor motor "
    "sector motor color valor dolor error enero febrero dinero numero era manera primera frontera calor amor"
)
_KEEPS_NAME: Final = re.compile(
    r"anonym|ungenannt|nicht genannt|autoris|donner son nom|vertraut|proche du dossier|anonimato"
)
_ARTICLE: Final = re.compile(
    r"^(?:(?:le|la|les|un|une|des|der|die|das|dem|den|ein|eine|einer|einem|einen|el|los|las|una|unos|unas|plusieurs)\s+"
    r"|l')",
    re.IGNORECASE,
)


def read_common(phrase: str, language: str, behind: str) -> Speaker | None:
    """Read an evened phrase without a name; null where its noun cannot speak. `behind` is what follows it."""
    shown = " ".join(phrase.split())
    bare = _ARTICLE.sub("", shown, count=1)
    head = _head(bare, language)
    definite = shown[:2].lower() in {"le", "la", "l'", "el", "de", "di", "da", "lo"}
    if head is None:
        return None
    if _KEEPS_NAME.search(fold(phrase) + fold(behind)) and fold(head) not in _KINDS["document"]:
        return Speaker("anonymous", bare, head=fold(head), definite=definite, abroad=True)
    kind = _kind(fold(head), language)
    return Speaker(kind, bare, head=fold(head), definite=definite, abroad=True) if kind else None


def _head(bare: str, language: str) -> str | None:
    """Give the noun: the first word, in German the first with a capital."""
    parts = bare.split()
    if language == "de":
        nouns = [word for number, word in enumerate(parts) if word[:1].isupper() and (number or not _adjective(parts))]
        return nouns[0] if nouns else None
    known = bool(parts) and (parts[0][:1].islower() or fold(parts[0]) in _KINDS["official_body"])
    return parts[0] if known else None


def _adjective(parts: list[str]) -> bool:
    """Tell whether a phrase opens with a capital adjective: `Ältere Dorfbewohner`."""
    return len(parts) > 1 and parts[0].endswith(("e", "er", "en")) and parts[1][:1].isupper()


def _kind(head: str, language: str) -> str | None:
    for kind, nouns in _KINDS.items():
        if head in nouns:
            return kind
    if language == "de" and _GERMAN_TAILS.match(head):
        return "official_body"
    if language == "de" and (compound := _GERMAN_COMPOUND.match(head)):
        return _COMPOUND_KINDS[compound.group(1)]
    if head in _PEOPLE or (_AGENT.match(head) and head not in _NO_AGENTS):
        return "group" if head.endswith(("s", "innen", "leute")) or head in {"personen", "anwohner"} else "person"
    return None
