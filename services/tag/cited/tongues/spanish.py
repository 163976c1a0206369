"""Spanish: `ha señalado`, `según`, `informó la agencia EFE`."""

import re
from typing import Final

from services.tag.cited.tongues.tongue import Nouns, Tongue, forms, keys, phrases

SPANISH: Final = Tongue(
    says=forms(
        "dijo dijeron dice dicen declaró declararon declara afirmó afirmaron afirma afirman anunció anunciaron anuncia "
        "aseguró aseguraron asegura aseguran explicó explicaron explica explican informó informaron informa informan "
        "indicó indicaron indica indican señaló señalaron señala señalan agregó agregaron agrega añadió añadieron "
        "añade confirmó confirmaron confirma confirman negó negaron niega niegan reportó reportaron reporta reportan "
        "relató relataron relata relatan recordó recordaron recuerda recuerdan lamentó lamentaron lamenta lamentan "
        "denunció denunciaron denuncia denuncian advirtió advirtieron advierte advierten escribió escribieron escribe "
        "sostuvo sostuvieron sostiene sostienen expresó expresaron expresa manifestó manifestaron manifiesta comentó "
        "comentaron comenta comentan contó contaron cuenta cuentan publicó publicaron publica reveló revelaron revela "
        "precisó precisaron precisa subrayó subrayaron subraya destacó destacaron destaca reconoció reconocieron "
        "reconoce admitió admitieron admite respondió respondieron responde concluyó concluye detalló detallaron "
        "detalla apuntó apuntaron apunta insistió insistieron insiste remarcó reiteró reiteraron reitera alertó "
        "alertaron alerta consideró considera opinó opina pronosticó pronostica vaticinó difundió recogió acusó"
    ),
    said=forms(
        "dicho declarado afirmado anunciado asegurado explicado informado indicado señalado agregado añadido "
        "confirmado negado reportado relatado recordado lamentado denunciado advertido escrito sostenido expresado "
        "manifestado comentado contado publicado revelado precisado subrayado destacado reconocido admitido respondido "
        "concluido detallado apuntado insistido reiterado alertado considerado"
    ),
    auxiliaries=forms("ha han había habían"),
    transitive=forms(
        "denunció denunciaron denuncia denuncian negó negaron niega niegan publica destaca acusó cuenta publicó"
    ),
    impersonal=keys("se"),
    weak=forms(
        "publica publicó cuenta cuentan contó destaca recuerda recuerdan revela recogió difundió reconoce considera "
        "manifiesta acusó"
    ),
    that=keys("que"),
    how=keys("como según"),
    determiners=keys(
        "el la los las un una unos unas al varios varias algunos algunas dos tres cuatro su sus este esta estos estas "
        "otro otra otros otras"
    ),
    binding=keys("de del"),
    loosely=keys("en a al con por"),
    stops=keys(
        "cerca que quien quienes cual donde cuando como si pero y e o u ni pues en a ante bajo con contra desde "
        "durante "
        "entre hacia hasta para por según sin sobre tras es son era eran fue fueron ha han había habían está están "
        "será serán no ya más muy se le les lo me nos también así ayer hoy mañana lunes martes miércoles jueves "
        "viernes sábado domingo él ella ellos ellas yo usted esto eso quien luego después antes además sin embargo "
        "citado citada citados citadas aunque mientras porque sino publicado publicada difundido difundida consultado "
        "obtenido emitido"
    ),
    between=keys(
        "ayer hoy lunes martes miércoles jueves viernes sábado domingo este esta el la noche mañana tarde también ya "
        "además luego después se lo le les hoy enero febrero marzo abril mayo junio julio agosto septiembre octubre "
        "noviembre diciembre asimismo posteriormente mismo por su parte"
    ),
    pronouns=forms("él ella ellos ellas"),
    by=phrases(
        "según|de acuerdo con|de acuerdo a|conforme a|a juicio de|en palabras de|en opinión de|a decir de|"
        "según datos de|según informes de|según informaciones de"
    ),
    by_opening=keys("para"),
    citing=phrases("citando a|que cita a|que citó a|citando|que cita|con base en|en base a"),
    cited_by=phrases("citado por|citada por|citados por|citadas por|consultado por|consultada por|consultadas por"),
    told=keys("a al"),
    relatives=keys("que quien"),
    many=forms("ellos ellas"),
    joins=keys("y e pero mas"),
    contrasts=keys("pero mientras aunque"),
    keeps_name=re.compile(r"anonim|no ser identificad|no revelar su|identidad reservada|cercan[oa]s? a "),
    honours=keys("Sr. Sra. Dr. Dra. don doña"),
    nouns=Nouns(
        person="portavoz vocero vocera alcalde alcaldesa presidente presidenta ministro ministra abogado abogada juez "
        "jueza fiscal vecino vecina canciller secretario secretaria jefe jefa general coronel rey reina papa obispo "
        "médico médica testigo experto experta diputado diputada senador senadora gobernador gobernadora exministro "
        "exministra expresidente expresidenta vicepresidente vicepresidenta mandatario mandataria líder analista "
        "economista embajador embajadora primer ministra habitante madre padre candidato candidata delegado delegada "
        "capitán comandante premier titular pescador agricultor directivo directiva gestor gestora empresario "
        "empresaria técnico entrenador seleccionador consejero consejera procurador procuradora intendente edil "
        "mandataria hijo hija hermano hermana",
        group="vecinos testigos expertos médicos sindicatos habitantes abogados analistas residentes familiares "
        "trabajadores manifestantes opositores oposición bomberos diputados senadores fiscales jueces alcaldes "
        "funcionarios activistas economistas científicos investigadores diplomáticos empresarios víctimas",
        official_body="ministerio gobierno policía ayuntamiento fiscalía alcaldía ejército congreso senado comisión "
        "autoridades presidencia cancillería embajada tribunal corte juzgado municipio municipalidad secretaría "
        "guardia-civil guardia armada fuerzas kremlin pentágono parlamento casa prefectura gobernación intendencia "
        "moncloa contraloría procuraduría defensoría aduana marina consejería",
        document="estudio informe comunicado carta encuesta documento documentos informes sondeo reporte texto datos "
        "cifras boletín auditoría borrador",
        organisation="empresa sindicato asociación universidad banco partido compañía organización federación "
        "fundación "
        "ong instituto hospital club grupo movimiento central confederación cooperativa consorcio unión cámara colegio "
        "centro observatorio",
        news_agency="agencia agencias",
        outlet="diario periódico cadena radio televisión canal revista semanario portal emisora televisora medio",
        anonymous="fuente fuentes",
        official="funcionario funcionaria diplomático diplomática oficial responsable",
        social_media="cuenta usuario usuaria usuarios",
    ),
    agents=re.compile(r".{2,}(?:ora?s?|oras|ores|istas?|eros?|eras?|antes?|ologos?|ologas?|ogos?|anos?|adores)$"),
    no_agents=keys(
        "sector motor color valor dolor error enero febrero dinero numero número era manera primera frontera calor "
        "amor ahora hora horas durante antes mayor menor anterior interior exterior vapor verano año años mano manos "
        "carretera bandera madera cartera autora primero tercero mejor peor favor lista pista vista entrevista "
        "importante restante instante diálogo catálogo humanos ciudadano labor temor rumor humor sabor olor motores "
        "valores errores señora obra terreno"
    ),
)
