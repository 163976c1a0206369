"""German: `sagte`, `teilte ... mit`, `nach Angaben der Polizei`, `Augenzeugen zufolge`."""

import re
from typing import Final

from services.tag.cited.tongues.tongue import Nouns, Tongue, forms, keys, phrases

GERMAN: Final = Tongue(
    says=forms(
        "sagte sagten sagt sagen erklärte erklärten erklärt berichtete berichteten berichtet berichten betonte "
        "betonten "
        "betont meldete meldeten meldet schrieb schrieben schreibt schreiben bestätigte bestätigten bestätigt "
        "warnte warnten warnt warnen forderte forderten fordert fordern erzählte erzählten erzählt erzählen schilderte "
        "schilderten schildert schildern kritisierte kritisierten kritisiert mitteilte mitteilten mitteilt lobt lobte "
        "feststellte feststellten ergänzte ergänzten ergänzt erläuterte erläuterten erläutert äußerte äußerten meinte "
        "meinten meint behauptete behaupteten behauptet versicherte versicherten versichert verkündete verkündeten "
        "versprach versprachen dementierte dementierten dementiert bestritt bestritten beklagte beklagten beklagt "
        "unterstrich unterstrichen hob verwies verwiesen antwortete antworteten entgegnete erinnerte prognostizierte "
        "prognostiziert kommentierte twitterte sprach teilte teilten kündigte kündigten fügte fügten räumte räumten "
        "wies wiesen ankündigte ankündigten angab angaben einräumte hinzufügte rechnet nannte nannten anerkannte "
        "anerkannten bekanntgab bekanntgaben gab gaben"
    ),
    said=forms(
        "gesagt erklärt berichtet betont gemeldet geschrieben bestätigt gewarnt gefordert erzählt geschildert "
        "kritisiert "
        "mitgeteilt ergänzt erläutert geäußert behauptet versichert verkündet dementiert bestritten beklagt "
        "angekündigt "
        "eingeräumt zurückgewiesen hinzugefügt"
    ),
    auxiliaries=forms("hat haben hatte hatten habe hätten"),
    parted={
        "teilte": "mit", "teilten": "mit", "kündigte": "an", "kündigten": "an", "fügte": "hinzu", "fügten": "hinzu",
        "räumte": "ein", "räumten": "ein", "gab": "bekannt", "gaben": "bekannt", "hob": "hervor", "wies": "zurück",
        "wiesen": "zurück",
    },
    transitive=forms(
        "kritisierte kritisierten kritisiert lobte lobt forderte forderten fordert bestritt nannte nannten"
    ),
    weak=forms("hob verwies verwiesen erinnerte rechnet nannte nannten sprach"),
    that=keys("dass daß ob wie"),
    how=keys("wie"),
    determiners=keys(
        "der die das dem den des ein eine einer einem einen eines mehrere zwei drei vier viele einige sein seine ihr "
        "ihre seiner ihrer diese dieser dieses beide zahlreiche deren dessen"
    ),
    binding=keys("von vom"),
    loosely=keys("in im aus für bei beim am an zu zur zum"),
    genitives=keys("der des eines einer"),
    stops=keys(
        "dass daß und oder aber denn sondern ob wenn als weil obwohl während nachdem bevor in im an am auf bei beim "
        "mit "
        "nach vor von zu zum zur aus für über unter gegen ohne um durch seit bis wegen trotz laut zufolge gegenüber "
        "ist sind war waren wird werden wurde wurden hat haben hatte hatten habe sei seien kann können soll sollen "
        "will wollen muss müssen nicht kein keine sich so auch noch nur schon bereits dann hier dort heute gestern "
        "morgen jetzt zudem außerdem allerdings jedoch weiter er sie es wir ihr ich man wer was der-die welche welcher "
        "wie wo montag dienstag mittwoch donnerstag freitag samstag sonntag hieß heißt demnach derweil"
    ),
    between=keys(
        "am im montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag montagabend dienstagabend "
        "mittwochabend donnerstagabend freitagabend samstagabend sonntagabend abend morgen mittag nachmittag vormittag "
        "heute gestern zudem außerdem allerdings jedoch auch weiter dazu sich bereits zuvor später dann nun erneut "
        "schließlich indes hingegen derweil januar februar märz april mai juni juli august september oktober november "
        "dezember wiederum danach bekannt ausdrücklich hat haben hatte"
    ),
    pronouns=forms("er sie ihm ihnen"),
    by=phrases(
        "laut|nach angaben|nach angaben von|nach angaben vom|nach worten|nach den worten|nach den worten von|"
        "nach einschätzung|nach einschätzung von|nach ansicht|nach ansicht von|nach auffassung|nach auffassung von|"
        "nach darstellung|nach darstellung von|nach informationen|nach informationen von|nach aussage|"
        "nach aussage von|nach meinung|nach meinung von|nach erkenntnissen|nach aussagen|nach aussagen von|"
        "nach berichten|nach berichten von|hieß es aus|heißt es aus|hieß es in|heißt es in|hieß es bei|heißt es im|"
        "hieß es im|hieß es beim|hieß es von|gemäß"
    ),
    by_document=keys("nach"),
    many=forms("ihnen"),
    labels=keys("firma konzern betreiber betreiberin hersteller gewerkschaft unternehmen reederei"),
    by_behind=keys("so"),
    after=phrases("zufolge|hieß es|heißt es"),
    citing=phrases(
        "unter berufung auf|unter verweis auf|mit verweis auf|mit bezug auf|unter bezug auf|mit berufung auf|"
        "berief sich auf|beruft sich auf|die sich auf"
    ),
    cited_by=phrases("zitiert von"),
    told=keys("der dem den gegenüber"),
    joins=keys("und aber denn doch"),
    contrasts=keys("aber doch während"),
    keeps_name=re.compile(r"anonym|ungenannt|nicht genannt|nicht namentlich|namentlich nicht|vertraut"),
    honours=keys("Dr. Prof. Herr Frau"),
    capital_nouns=True,
    nouns=Nouns(
        person="*minister *ministerin präsident* *präsident *präsidentin kanzler* *kanzler *kanzlerin sprecher "
        "sprecherin *sprecher *sprecherin anwalt anwältin *anwalt *anwältin arzt ärztin *arzt *chef *chefin chef "
        "chefin "
        "vorsitzende* *vorsitzende *vorsitzender bürgermeister* *meister *meisterin abgeordnete* landrat landrätin "
        "kollegin kollege richter richterin könig königin papst bischof general oberst *rat-herr bewohnerin "
        "beauftragte *beauftragte *beauftragter angehörige reisende leiter leiterin *leiter *leiterin zeuge zeugin "
        "*zeuge *zeugin mutter vater experte expertin *experte *expertin nachbar nachbarin wirt bauer bäuerin",
        group="bewohner *bewohner anwohner anwohnerinnen personen fachleute leute *leute zeugen *zeugen nachbarn "
        "experten *experten kollegen ärzte anwälte *anwälte wissenschaftler forscher beamten mitarbeiter kritiker "
        "gewerkschafter analysten beobachter behördenvertreter helfer rettungskräfte opposition gewerkschaften "
        "verbände umweltschützer fischer landwirte aktivisten vertreter diplomaten",
        official_body="stadt gemeinde regierung *regierung polizei *polizei gericht *gericht kommission *kommission "
        "landkreis verwaltung *verwaltung *kanzlei behörde* *behörde *behörden rat *stadtrat landtag bundestag "
        "*staatsanwaltschaft staatsanwaltschaft feuerwehr kanton ministerium *ministerium *ministeriums *amt amt "
        "parlament *parlament armee militär bundeswehr marine botschaft kreml senat zoll präsidium *präsidium "
        "*gerichtshof weiße pentagon gendarmerie *senat *rat *wache",
        document="studie bericht *bericht *studie berechnungen schreiben mitteilung *mitteilung umfrage *umfrage "
        "schriftwechsel gutachten brief *bericht-s dokument dokumente papier protokoll erklärung *auswertung "
        "statistik zahlen daten berichten medienberichten entwurf *entwurf *berichts *gutachten *protokoll *berichten "
        "angaben *angaben",
        organisation="reederei verband *verband *verbands verein unternehmen firma betreiber betreiberin gewerkschaft "
        "*gewerkschaft universität *universität hochschule partei bank konzern hersteller stiftung *stiftung "
        "krankenhaus klinik *bund bundesverband organisation *organisation institut *institut *verein *bank "
        "*gesellschaft gesellschaft *partei *club klub rote genossenschaft *genossenschaft kammer *kammer *werke",
        news_agency="agentur nachrichtenagentur *nachrichtenagentur",
        outlet="zeitung *zeitung magazin *magazin sender *sender blatt portal wochenzeitung tageszeitung "
        "nachrichtenmagazin rundfunk fernsehen radio spiegel",
        anonymous="quelle quellen *quelle *quellen *kreise *kreisen kreise kreisen insider",
        official="beamter beamtin diplomat diplomatin offizier regierungsvertreter militärvertreter *vertreter "
        "*vertreterin funktionär *beamter *beamtin *diplomat *offizier",
        social_media="konto nutzer",
    ),
    agents=re.compile(r".{3,}(?:erin|ern|ler|lerin|innen|ent|enten|ist|isten|istin|eur|eurin|oge|ogin|ogen|er)$"),
    no_agents=keys(
        "sommer winter fenster wasser wetter zimmer fehler ordner keller teller september oktober november dezember "
        "moment dokument parlament prozent argument element faktor motor sektor ander aber oder immer wieder lager "
        "messer feuer steuer mauer dauer theater orchester computer server kilometer meter liter finger hunger ärger "
        "kinder bilder länder häuser dörfer bücher männer güter körper muster cluster opfer kosten patent talent "
        "kontinent event instrument präsent segment zentner polster ufer wunder eltern gestern zimmern wintern tunnel"
    ),
    plural=re.compile(r".+(?:innen|leute|ern|en)$"),
)  # fmt: skip
