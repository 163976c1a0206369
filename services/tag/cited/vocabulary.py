"""Wide word lists from general knowledge: occupations, bodies, firms, documents, capitals, first names. English.

`nouns` sorts them into kinds; nothing here decides anything.
"""

from typing import Final

from services.tag.words import words

OCCUPATIONS: Final = words(
    "ally foe protege girlfriend boyfriend fiance fiancee stepson stepdaughter in-law mother-in-law father-in-law "
    "brother-in-law son-in-law daughter-in-law roommate flatmate housemate classmate teammate fullback rookie vet "
    "pontiff monarch churchman churchwoman clergywoman star superstar newcomer lumberjack trawlerman cabbie "
    "signalman sherpa barista dj bursar bailiff culprit warlord vicar friar abbot exile expatriate expat oligarch "
    "accused acquaintance schoolmate schoolfriend godfather godmother godson widow widower niece nephew cousin "
    "businessman businesswoman businessperson patriarch whip anchorperson layperson mum mom dad accountant "
    "actuary adjutant administrator admirer adoptee adversary advocate agronomist alderwoman almsgiver amputee "
    "anaesthetist anchor anchorman anchorwoman angler animator announcer anthropologist apprentice arbiter "
    "archaeologist archer archivist artisan assailant assassin assemblyman assemblywoman assistant astronaut "
    "astronomer attache attaché attendant attorney auctioneer auditor aviator babysitter backbencher baker "
    "ballerina banker barber baritone barmaid barman baron baroness barrister batsman beekeeper bellboy "
    "beneficiary biologist biker blacksmith blogger boatswain bodyguard boilermaker bookkeeper bookseller "
    "botanist bowler boxer breeder bricklayer bride bridegroom butcher butler buyer bystander cadet cameraman "
    "camerawoman candidate cardiologist caregiver carpenter cartoonist cashier celebrity cellist centenarian "
    "challenger champion chancellor chaplain chef chemist chieftain choreographer chronicler citizen civilian "
    "claimant cleaner clergyman climatologist climber co-author co-chair co-owner co-pilot cobbler collector "
    "comedian complainant composer comptroller computer-scientist concierge conductor congressman congresswoman "
    "conscript conservationist contestant contributor controller convict co-worker copywriter counsellor "
    "counselor countess courier cowboy craftsman creator creditor cricketer criminologist critic curator cyclist "
    "dairyman dancer daughter-in-law deacon dealer debtor defector demographer dentist dermatologist deserter "
    "designer deputy-governor dictator dietitian diner diver docker dockworker donor doorman draughtsman "
    "dressmaker drummer duchess duke ecologist educator eighth-grader electrician embryologist emeritus emir "
    "emissary emperor empress endocrinologist entertainer enthusiast entomologist entrepreneur epidemiologist "
    "ethicist ethnographer evacuee examiner ex-minister ex-president ex-wife ex-husband explorer eyewitness "
    "farmhand farmworker fiancé fiancée figure-skater filmmaker financier firewoman fisher fisherwoman fishmonger "
    "florist folklorist footballer forager forecaster foreigner foreman forester freelancer fugitive futurist "
    "gardener geneticist geochemist geographer geologist geophysicist glaciologist goalkeeper goalscorer "
    "godfather godmother golfer grandchild granddaughter grandson grandma grandpa graduate grocer groundskeeper "
    "guerrilla guitarist gymnast gynaecologist gynecologist hacker hairdresser handyman harpist hawker headmaster "
    "headmistress headteacher heir heiress herdsman herdswoman hiker historian holidaymaker homemaker homeowner "
    "horseman horsewoman hotelier househusband housekeeper housewife husband hydrologist illustrator imam "
    "immigrant immunologist industrialist infantryman influencer inmate innkeeper inspector-general instructor "
    "insurgent intellectual interpreter interviewer interviewee inventor investigator jailer janitor jeweller "
    "jeweler jihadist jockey joiner judoka juror jurist kayaker kindergartner knight labourer laborer landowner "
    "latecomer laureate lawman layman leaseholder librarian lieutenant-governor lifeguard limnologist lineman "
    "linguist litigant lobbyist locksmith lodger logger longshoreman lorry-driver machinist maestro magistrate "
    "magnate maid major-general mariner marksman martyr mason masseur mathematician matriarch mayoress "
    "meteorologist metallurgist microbiologist midfielder midwife militant militiaman millionaire billionaire "
    "minister-president missionary moderator mogul monarch motorcyclist motorist mountaineer mourner mufti mullah "
    "musicologist nanny naturalist navigator neighbor-woman neurologist neurosurgeon newcomer newlywed newsagent "
    "newsreader nobleman nominee non-resident notary novelist nutritionist obstetrician occupant oceanographer "
    "octogenarian officeholder oncologist onlooker operative ophthalmologist opponent optician orderly organiser "
    "organizer orphan orthodontist outsider oysterman paediatrician pediatrician painter palaeontologist "
    "paleontologist panellist panelist paratrooper parishioner parliamentarian partisan pathologist patient "
    "patriarch patron paymaster peacekeeper peasant pedestrian penitent percussionist performer perpetrator "
    "petitioner petroleum-engineer pharmacist philanthropist philosopher photographer photojournalist physicist "
    "physiotherapist pianist pilgrim pioneer planter plaintiff plasterer playwright plumber policeman policewoman "
    "policymaker pollster porter portraitist postman postmaster potter practitioner preacher predecessor "
    "presenter pretender priestess primate printer proctor professor programmer proprietor prosecutor-general "
    "protagonist protester protestor proprietress psychiatrist psychologist publicist punter purser qualifier "
    "quarterback quartermaster rabbi racer radiologist rafter railwayman rancher ranger rapper rapporteur realtor "
    "rebel-leader receptionist recipient recruit recruiter referee reformer regional-head registrar reservist "
    "respondent rescuer restaurateur retiree returnee reveller revolutionary rider rival roofer rower runner-up "
    "sacristan sailor salesman saleswoman salesperson samurai saxophonist schoolboy schoolgirl schoolmaster "
    "schoolteacher screenwriter sculptor seafarer seaman seamstress seismologist sentry septuagenarian serviceman "
    "servicewoman settler sexagenarian nonagenarian shareholder sharpshooter shepherd shepherdess sheriff "
    "shipmate shipowner shipwright shopper sibling signatory singer-songwriter sister-in-law skater skier "
    "smallholder sniper social-worker sociologist solicitor soloist songwriter soprano spearfisher spectator "
    "spouse sprinter stallholder stakeholder statesman stateswoman statistician stepfather stepmother steward "
    "stewardess stonemason storekeeper stranger striker strategist stockbroker stuntman subcontractor-worker "
    "subscriber successor sultan supervisor supporter surveyor sweeper swimmer sympathiser tailor tattooist "
    "taxi-driver taxman taxpayer teen tenor theologian theorist therapist tiler toddler toolmaker tourist "
    "townsman toxicologist tradesman traitor trainee translator traveller treasurer trombonist trooper trucker "
    "trumpeter trustee tutor twin tycoon tyrant undertaker underwriter unionist upholsterer urbanist urologist "
    "usher vaccinologist valet veteran veterinarian viceroy vicar-general vice-chair vice-chairman "
    "vice-chancellor vice-minister vice-premier videographer villain vintner violinist virologist visitor vlogger "
    "volcanologist waiter waitress walker watchman watchmaker weaver webmaster welder whistleblower widow "
    "winemaker winner witness-protected wordsmith workman wrestler xenophobe yachtsman yachtswoman youngster "
    "youth zoologist zookeeper technologist counterpart colleague ex-colleague pensioner academic newsman "
    "newswoman frenchman frenchwoman englishman englishwoman irishman irishwoman dutchman dutchwoman welshman "
    "scotsman dissident frontrunner front-runner skipper helmsman boatman ferryman oarsman captain pit-boss "
    "quarryman driller rigger roughneck crane-operator stevedore lighthouse-keeper gunner tankman artilleryman "
    "medic nurse matron paramedic prelate mla mna mep mlc"
)
AUTHORS: Final = words("author writer researcher signatory")

ADHERENTS: Final = words(
    "democrat republican socialist liberal conservative communist nationalist islamist federalist royalist "
    "loyalist monarchist populist centrist leftist rightist tory labourite moderate hardliner reformist incumbent "
    "independent radical green pole dane swede finn turk kurd scot arab serb croat czech slovak briton spaniard "
    "native local national teenager texan catalan basque breton londoner berliner muscovite neapolitan venetian "
    "tibetan uyghur pashtun zulu yorker parisienne glaswegian liverpudlian mancunian sicilian frenchman muslim "
    "christian catholic protestant hindu sikh buddhist lutheran anglican mormon quaker marxist maoist trotskyist "
    "labourite unionist separatist eurosceptic"
)
"""Who is told by a creed or a people; nouns only behind an article, with nothing behind them."""

STATE_BODIES: Final = words(
    "customs mission body district borough county governorship governorate presidium politburo chancellery "
    "chancery palace "
    "constabulary gendarmerie carabinieri guardia taskforce mayoralty magistracy magistrature duma knesset "
    "bundestag majlis rada sejm verkhovna cortes loya storting riksdag folketing althing oireachtas dail dáil "
    "shura administration town-hall customs-house sub-prefecture voivodeship oblast okrug raion "
    "akimat hokimiyat khokimiyat procuracy procuratura securities exchequer registry observatory garrison "
    "battalion regiment airforce consulate-general high-commission quango praesidium police-force junta regime "
    "leadership state-department whitehall élysée elysee downing quirinal quirinale judicature arbitration "
    "appeals electoral iaea unhcr unicef unesco undp ocha unrwa iom imf osce wto wmo itu opec opcw asean ecowas "
    "comesa caricom mercosur oas igad sadc interpol europol frontex nasa noaa usgs fema tsa faa fcc sec dhs nhs "
    "ofcom ofgem ofsted mi5 mi6 gru fsb svr isi dgse bnd irgc idf"
)
STATE_WORDS: Final = words(
    "customs border security intelligence police prison prisons penitentiary weather meteorological fire "
    "migration immigration tax revenue postal geological seismological forest forestry park parks ambulance "
    "health emergency emergencies rescue federal state secret statistical statistics civil marshals fiscal "
    "investigative sanitary phytosanitary veterinary bailiff consular diplomatic protection competition "
    "anti-corruption corruption "
    "antimonopoly meteorology hydrological hydrometeorological geophysical seismology fisheries wildlife "
    "transportation election elections electoral "
    "probation prosecution correctional courts enforcement public central reserve"
)
"""Before `service`, `institute`, `board` or `centre` they tell of the state."""
STATE_NOUNS_BY_WORD: Final = words(
    "service services institute board centre center trust force forces brigade bank hall committee"
)
CIVIC_WORDS: Final = words(
    "refugee refugees relief rights churches muslim muslims jewish islamic christian women's students' student "
    "workers worker teachers journalists lawyers farmers bar medical doctors traders fishermen business chamber "
    "tribal elders olympic cricket football"
)
"""In the name of a council or a commission they tell of a body that is not the state's."""

FIRMS: Final = words(
    "lender insurer reinsurer refiner brewer distiller chipmaker carmaker automaker drugmaker drugstore "
    "steelmaker planemaker aircraft-maker shipbuilder homebuilder housebuilder shipyard toymaker phonemaker "
    "wind-farm steelworks smelter sawmill brewery distillery bakery dairy supermarket grocery pharmacy bookmaker "
    "casino hotel restaurant pawnbroker fintech neobank hedge-fund investor-group brokerage wholesaler retailer "
    "distributor exporter importer franchise franchisee subsidiary affiliate multinational corporation enterprise "
    "venture agribusiness agro-holding agroholding holding trust telco telecoms cellco internet-provider cableco "
    "shipper shipowner charterer haulier haulage logistics start-up unicorn airline budget-airline airframer "
    "lessor leasing rail-operator railroad bus-line cruise-line taxi-firm marketplace e-tailer studio publisher "
    "printworks outfitter fashion-house goldminer colliery quarry oilfield-services utility grid grid-operator "
    "waterworks water-company power-company energy-giant vineyard winery plantation cooperative co-operative "
    "credit-union building-society bourse exchange stock-exchange clearing-house auction-house law-firm lawfirm "
    "consultancy think-tank thinktank foundation academy conservatory orchestra theatre theater museum gallery "
    "zoo aquarium library cathedral mosque monastery convent parish synod patriarchate archdiocese seminary "
    "madrasa kibbutz clinic hospice hospital sanatorium laboratory lab maternity nursery kindergarten lyceum "
    "gymnasium polytechnic faculty campus squad fanclub fraternity sorority guild confederation umbrella union "
    "trade-union syndicate cartel mafia insurgency guerrillas separatists militants rebels' paramilitary caucus "
    "bloc opposition secretariat non-profit nonprofit not-for-profit contractor-group developer "
    "landlord-association conglomerate management secretariate trustees aid-group rights-group advocacy-group ngo "
    "charity food-bank panel short-seller hauler powerhouse heavyweight behemoth titan juggernaut "
)
FIRM_OR_PERSON: Final = words(
    "contractor subcontractor miner trader shipper grower exporter importer publisher investor owner organiser "
    "organizer planter creditor auditor auctioneer shipowner landlord jeweller distributor wholesaler promoter "
    "pollster monitor forecaster"
)
"""Nouns that name a firm as well as a person: a firm, where the name behind them is no person's."""
COMMERCIAL: Final = words(
    "company firm business enterprise bank lender insurer carrier airline operator manufacturer maker utility "
    "giant refiner brewer miner retailer wholesaler distributor supplier producer contractor trader developer "
    "builder exporter importer provider corporation conglomerate group chain brand startup start-up lessor "
    "shipbuilder shipper owner publisher chipmaker carmaker automaker drugmaker steelmaker planemaker "
    "multinational brokerage broker exchange bourse fund telco subsidiary platform concern grocer smelter "
    "shipyard refinery plant short-seller railway railroad supermarket hotel casino studio consultancy fintech haulier "
    "hauler reinsurer powerhouse heavyweight behemoth titan juggernaut distiller steelworks marketplace franchise "
    "homebuilder housebuilder conglomerate holding bookmaker wireless-carrier e-tailer cement-maker winery brewery "
    "distillery dairy bakery outfitter label aircraft-maker toymaker phonemaker agribusiness neobank"
)
"""What a firm may be called when it is spoken of again."""
UN_BODIES: Final = frozenset(
    {
        "world health organization",
        "world health organisation",
        "world food programme",
        "world food program",
        "world meteorological organization",
        "world meteorological organisation",
        "world intellectual property organization",
        "international labour organization",
        "international labour organisation",
        "international organization for migration",
        "international organisation for migration",
        "international atomic energy agency",
        "international maritime organization",
        "international maritime organisation",
        "international civil aviation organization",
        "international telecommunication union",
        "food and agriculture organization",
        "food and agriculture organisation",
        "office for the coordination of humanitarian affairs",
    }
) | words("who wfp unicef unhcr unesco undp unfpa unep unrwa ocha fao ilo iom iaea imo icao itu wmo wipo unaids unodc")
"""Bodies of the United Nations, which `the UN agency` means."""
CIVIC: Final = words(
    "group organisation organization union association party charity ngo club body federation league movement "
    "foundation fund alliance campaign committee society institution institute institutes university college "
    "school hospital clinic church diocese network coalition watchdog militia faction front chamber confederation "
    "lobby nonprofit non-profit think-tank team outfit cooperative co-operative guild syndicate council "
    "guerrillas trust panel bloc"
)
RULING: Final = words(
    "body federation association confederation league union society committee organisation organization council board "
    "commission foundation network alliance coalition campaign charity institute fund group"
)
"""Nouns of bodies with members: one may stand for another of them in its own sentence."""
STATE: Final = words(
    "body authority agency regulator watchdog office institution department ministry service commission "
    "directorate inspectorate bureau administration institute council board court tribunal municipality "
    "prosecution fund force prosecutors ombudsman embassy mission centre center secretariat supervisor"
)

PAPERS: Final = words(
    "opinion "
    "presentation slides slide papers paperwork blog blogpost handout brochure booklet pamphlet guideline "
    "guidelines guidance briefing brief essay op-ed column thesis dissertation manuscript diary journal-entry "
    "correspondence missive epistle fax cablegram telegram dispatch wire-report amendment statute directive "
    "regulation injunction summons subpoena writ deposition testimony disclosure prospectus statement ledger "
    "invoice invoices contract treaty agreement accord memorandum communication letter-writer transcript footage "
    "photograph photographs screenshot screenshots recordings videos documentary podcast tables spreadsheet "
    "spreadsheets dataset bulletin balance-sheet accounts logbook timetable roadmap blueprint white-paper "
    "whitepaper green-paper questionnaire barometer outlook projection projections review evaluation appraisal "
    "inquiry paper obituary press-release factsheet fact-sheet infographic calendar notification reply submission "
    "filing files documents emails e-mail e-mails mails indictment charge-sheet verdict autopsy post-mortem "
    "certificate"
)

LINES_OF_BUSINESS: Final = words(
    "rubber chemicals chemical beverages tobacco aluminium aluminum copper lithium uranium diamonds minerals "
    "metals plastics packaging aerospace aviation automotive electronics semiconductors semiconductor robotics "
    "biotech biosciences therapeutics laboratories diagnostics healthcare software digital entertainment pictures "
    "studios games interactive realty properties hotels resorts stores markets trading exports imports "
    "commodities securities investments assets financial finance savings mutual equity ventures enterprises "
    "solutions consulting worldwide global express maritime ports terminals transit transport transportation "
    "pipelines drilling exploration renewables solar hydro utilities networks wireless mobile cellular satellite "
    "dynamics instruments machinery brewing breweries distillers farms dairies seeds fertilizers fertilisers "
    "timber lumber resources materials products brands electronics appliances cars trucks tyres tires cruises "
    "ferries tankers bancorp bancshares rugby athletics football soccer cricket hockey tennis swimming boxing cycling "
    "gymnastics aquatics sailing rowing basketball volleyball handball netball baseball softball badminton golf skiing "
    "skating wrestling judo archery weightlifting triathlon motorsport esports"
)
"""In a name they tell of an organisation; alone they tell nothing."""

COMPANIES: Final = words(
    "google microsoft apple amazon facebook meta alphabet netflix tesla intel nvidia ibm oracle samsung huawei "
    "xiaomi sony toyota honda nissan mazda hyundai kia ford volkswagen bmw mercedes audi porsche renault peugeot "
    "stellantis fiat volvo scania boeing airbus embraer bombardier rolls-royce siemens bosch philips ericsson "
    "nokia shell exxonmobil chevron bp totalenergies eni repsol equinor gazprom rosneft lukoil novatek transneft "
    "sinopec petrochina cnooc pemex petrobras pdvsa ecopetrol aramco adnoc sonatrach eskom transnet sasol "
    "glencore vale codelco rusal norilsk arcelormittal tata reliance adani infosys wipro flipkart alibaba tencent "
    "baidu bytedance didi uber lyft airbnb walmart carrefour tesco lidl aldi ikea nestle nestlé unilever danone "
    "heineken diageo pfizer moderna astrazeneca novartis roche bayer sanofi gsk novavax hsbc barclays santander "
    "bbva citigroup jpmorgan ubs nordea sberbank vtb maersk msc cosco evergreen fedex dhl ups ryanair easyjet "
    "lufthansa qantas emirates etihad aeroflot finnair iberia safaricom mtn vodafone telefonica orange verizon "
    "huaneng foxconn tsmc tepco openai spacex twitter tiktok telegram greenpeace oxfam amnesty hamas hezbollah "
    "fatah isis daesh taliban boko farc frelimo renamo swapo likud fidesz"
)
"""Firms and movements that a lone name means."""

CAPITALS: Final = words(
    "kigali tehran moscow washington beijing brussels london paris berlin rome madrid lisbon ankara baghdad "
    "damascus beirut riyadh doha muscat sanaa kuwait manama kabul islamabad delhi dhaka colombo kathmandu thimphu "
    "bangkok hanoi phnom vientiane naypyidaw jakarta manila canberra wellington suva tokyo seoul pyongyang taipei "
    "ulaanbaatar astana tashkent bishkek dushanbe ashgabat baku yerevan tbilisi kyiv kiev minsk chisinau "
    "bucharest sofia athens tirana skopje belgrade podgorica pristina sarajevo zagreb ljubljana budapest vienna "
    "prague bratislava warsaw vilnius riga tallinn helsinki stockholm oslo copenhagen reykjavik dublin bern berne "
    "valletta nicosia cairo khartoum juba tripoli tunis algiers rabat nouakchott dakar bamako niamey ouagadougou "
    "abuja accra lome cotonou freetown monrovia conakry bissau banjul yaounde libreville malabo kinshasa "
    "brazzaville bangui luanda windhoek pretoria gaborone harare lusaka lilongwe maputo antananarivo nairobi "
    "kampala dodoma bujumbura mogadishu djibouti asmara ottawa havana kingston managua bogota bogotá caracas "
    "quito lima brasilia brasília asuncion asunción montevideo santiago"
)
"""A capital that speaks is a government."""

CAUSES: Final = words(
    "rights justice peace change freedom democracy life choice equality climate animals truth liberty reform future "
    "action law transparency dignity integrity unity tomorrow all development progress accountability"
)
"""What a body named by its members stands up for."""

OFFICES_BY_INITIALS: Final = words("dc sp ssp cm ig igp dig dg dsp sdpo pm dm sdm bdo ppro dpo ceo cfo coo vp mp mla")
"""Offices that papers name by initials: `the SP`, a superintendent of police."""

REBELS: Final = words("rebel rebels insurgent separatist guerrilla ethnic militant breakaway liberation armed")
"""Before the name of a force they tell that it is not the state's."""

_ALIKE: Final = (
    "lawyer attorney advocate solicitor barrister counsel defender",
    "doctor physician surgeon medic paramedic medical",
    "spokesman spokeswoman spokesperson",
    "chairman chairwoman chairperson chair",
    "lawmaker legislator parliamentarian mp congressman congresswoman",
    "judge magistrate justice",
    "priest cleric clergyman pastor bishop imam mufti rabbi preacher prelate archbishop cardinal ayatollah mullah",
    "journalist reporter correspondent newsman",
    "professor academic scholar scientist researcher",
    "envoy ambassador diplomat",
    "boss ceo executive",
    "teacher educator schoolteacher headteacher principal",
    "farmer grower herder smallholder planter",
    "policeman policewoman officer constable inspector superintendent",
    "soldier serviceman trooper conscript",
    "premier pm prime",
    "businessman businesswoman entrepreneur founder tycoon magnate",
    "activist campaigner",
    "councillor councilor alderman",
    "captain skipper",
    "report study survey paper research analysis findings audit review assessment",
    "survey poll study barometer questionnaire",
    "tally count toll figures",
    "letter memo note message email e-mail missive memorandum",
    "statement communique communiqué declaration release bulletin readout",
    "filing papers documents indictment lawsuit complaint petition affidavit",
    "ruling verdict judgment decision",
    "video clip footage recording film",
    "presentation slides slide",
    "post tweet thread",
    "bank lender",
    "airline carrier",
    "regulator watchdog",
    "police force constabulary",
    "army military troops forces",
    "monitor observatory watchdog",
    "tutor teacher lecturer instructor",
    "pontiff pope",
    "monarch king queen",
    "merchant trader dealer seller vendor",
)
ALIKE: Final = {
    word: frozenset().union(*(words(line) for line in _ALIKE if word in words(line))) - {word}
    for word in frozenset().union(*map(words, _ALIKE))
} | {"officer": words("policeman policewoman constable inspector superintendent captain colonel lieutenant sergeant")}
"""Nouns that often stand for each other when somebody is spoken of again."""
