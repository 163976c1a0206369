"""French: `a déclaré`, `selon`, `rapporte l'AFP, citant une source`."""

import re
from typing import Final

from services.tag.cited.tongues.tongue import Nouns, Tongue, forms, keys, phrases

FRENCH: Final = Tongue(
    inverts_freely=False,
    says=forms(
        "déclare déclarent affirme affirment annonce annoncent indique indiquent explique expliquent assure assurent "
        "estime estiment rapporte rapportent raconte racontent reconnaît reconnaissent prévient préviennent rappelle "
        "rappellent précise précisent résume souligne soulignent confirme confirment dit disent ajoute ajoutent "
        "déplore déplorent confie confient témoigne témoignent lance lancent écrit écrivent note notent constate "
        "constatent regrette regrettent dénonce dénoncent soutient soutiennent insiste insistent répond répondent "
        "poursuit poursuivent conclut concluent martèle avertit avertissent signale signalent révèle révèlent "
        "relate relatent dément démentent nie nient admet admettent commente commentent analyse décrit décrivent "
        "prédit juge jugent considère considèrent soupire souvient évoque évoquent "
        "déclara affirma dit-il ajouta répondit expliqua déclarait affirmait expliquait assurait indiquait"
    ),
    said=forms(
        "déclaré dit affirmé annoncé indiqué expliqué assuré ajouté estimé précisé souligné rapporté confirmé démenti "
        "raconté reconnu rappelé prévenu répondu regretté déploré confié témoigné lancé écrit noté constaté dénoncé "
        "soutenu insisté poursuivi conclu martelé averti signalé révélé relaté nié admis commenté jugé prédit averti"
    ),
    auxiliaries=forms("a ont avait avaient ai"),
    transitive=forms("dénonce dénoncent dément démentent nie nient décrit décrivent analyse juge évoque évoquent"),
    weak=forms("lance lancent lancé écrit écrivent ajouté décrit décrivent note notent juge jugent analyse poursuit"),
    that=keys("que qu' comment pourquoi si"),
    how=keys("comme ainsi"),
    determiners=keys(
        "le la les l' un une des plusieurs deux trois quatre certains certaines son sa ses leur leurs ce cet cette ces "
        "quelques d'autres nombreux d'"
    ),
    binding=keys("de du des d' aux au à"),
    loosely=keys("au à dans chez près pour en"),
    stops=keys(
        "que qu' qui dont où quand lorsque si comme mais et ou or ni car donc puis dans sur sous vers chez par pour "
        "contre avec sans entre depuis pendant avant après dès en lors selon d'après à est sont était étaient a ont "
        "avait avaient sera seront fait font va vont peut doit doivent ne n' pas plus très se s' y aussi ainsi alors "
        "ici là hier mardi mercredi jeudi vendredi samedi dimanche lundi il elle ils elles on nous vous je tu ce cela "
        "ça qui quoi lui eux désormais toutefois cependant pourtant notamment également même été tout tous jusqu' "
        "lorsqu' puisqu' quelqu' aujourd' cité citée publié publiée publiés publiées consulté consultée obtenu diffusé "
        "diffusée rendu rendue transmis "
        "cités citées citant"
    ),
    between=keys(
        "hier mardi mercredi jeudi vendredi samedi dimanche lundi matin soir midi aujourd' hui également aussi encore "
        "toutefois cependant ensuite notamment ainsi l' le se s' m' nous lui leur déjà même pour sa part de son côté "
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre ce cette semaine"
    ),
    pronouns=forms("il elle ils elles lui eux"),
    by=phrases("selon|d' après|d' aprés|de l' avis de|aux yeux de|de l' aveu de|à en croire"),
    by_opening=keys("pour"),
    citing=phrases("citant|en citant|qui cite|se référant à|sur la foi de"),
    cited_by=phrases("cité par|citée par|cités par|citées par|interrogé par|interrogée par"),
    told=keys("à au aux a"),
    relatives=keys("qui"),
    many=forms("ils elles eux"),
    joins=keys("et mais or car puis"),
    contrasts=keys("mais tandis alors"),
    keeps_name=re.compile(
        r"anonym|sous couvert|non autoris|pas autoris|donner son nom|proches? du dossier|proches? des negociations"
    ),
    honours=keys("M. MM. Mme Mmes Mlle Me Dr"),
    nouns=Nouns(
        person="porte-parole ministre maire président présidente médecin témoin avocat avocate juge élu élue "
        "chef cheffe "
        "député députée sénateur sénatrice préfet préfète patron patronne secrétaire responsable-presse cadre guide "
        "habitant habitante pêcheur agent agente vice-président vice-présidente colonel général capitaine roi reine "
        "pape évêque cardinal spécialiste expert experte riverain riveraine mère père ex-ministre candidat candidate "
        "élève collègue dirigeant dirigeante entraîneur sélectionneur propriétaire bénévole ancienne-ministre vicaire "
        "capitaine milliardaire octogénaire représentant représentante adjoint adjointe",
        group="témoins habitants riverains parents personnes experts élus médecins avocats maires juges astronomes "
        "policiers pêcheurs autorités-locales spécialistes proches observateurs opposants opposition syndicats "
        "dirigeants responsables députés sénateurs cadres agents voisins secouristes analystes diplomates",
        official_body="ministère préfecture conseil direction office gouvernement mairie police gendarmerie tribunal "
        "parquet commission département région commune autorités parlement armée sénat ambassade présidence cour "
        "élysée matignon kremlin chancellerie assemblée douane douanes pompiers secours marine justice municipalité "
        "exécutif diplomatie défense agence-régionale quai-d'orsay pentagone",
        document="étude rapport note enquête communiqué message lettre document documents sondage rapports "
        "études texte "
        "projet-de-loi bilan bulletin audit chiffres données statistiques estimations",
        organisation="fédération coopérative entreprise société banque association syndicat université bibliothèque "
        "parti club groupe compagnie hôpital ong organisation institut fondation mouvement centre observatoire "
        "collectif constructeur opérateur exploitant union confédération",
        news_agency="agence agences",
        outlet="quotidien journal hebdomadaire magazine chaîne radio télévision site média mensuel revue",
        anonymous="source sources",
        official="responsable diplomate fonctionnaire officier militaire haut-fonctionnaire",
        social_media="compte internaute internautes",
    ),
    agents=re.compile(
        r".{2,}(?:eurs?|euses?|trices?|istes?|iers?|ieres?|iens?|iennes?|ologues?|oise|ois|ants?|antes?|omes?)$"
    ),
    no_agents=keys(
        "premier première dernier dernière quartier papier dossier chantier panier hiver mer jour valeur couleur "
        "chaleur hauteur secteur moteur ordinateur cahier anciens ancienne anciennes février bien rien lien ancien "
        "besoin matin vin cent instant "
        "avant pendant devant maintenant cependant pourtant liste piste mois bois fois trois courant montant restant "
        "important suivant quotidien métier entier intérieur extérieur supérieur inférieur tiers courrier calendrier "
        "logiciens symptômes hommes sommes atome autant volontiers soutien moyen terrier gibier sentier fleur sueur "
        "peur erreur terreur lueur vapeur largeur longueur profondeur rigueur vigueur faveur ascenseur affiche"
    ),
)
