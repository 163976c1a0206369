"""What one phrase tells about a speaker, and whom later phrases mean."""

import pytest

from schemas.v1.tagged import Outlet, OutletTag, SourcesTag
from services.tag.cited.sources import tag_sources
from services.tag.cited.speakers import read_speaker
from services.tag.outlet import Directory
from services.tag.story import Story


@pytest.fixture(scope="module")
def directory() -> Directory:
    """Return the packaged directory of outlets."""
    return Directory.load()


def sources_of(text: str, directory: Directory, **said: OutletTag) -> SourcesTag:
    """Tag a text with nothing else known."""
    return tag_sources(Story(text=text), directory, said.get("outlet", OutletTag()))


@pytest.mark.parametrize(
    ("phrase", "kind", "name"),
    [
        ("the Orvenian energy group Nordvolt", "organisation", "Nordvolt"),
        ("Deputy Rail Minister for Freight Jonas Verhoeven", "person", "Jonas Verhoeven"),
        ("Superintendent of Police (North) Asha Pillarisetti", "person", "Asha Pillarisetti"),
        ("Navy spokesperson Commander Ruth Adeyinka", "person", "Ruth Adeyinka"),
        ("The head of the port authority's legal office, Selim Karakoyun,", "person", "Selim Karakoyun"),
        ("The dredging company, Baltic Deeps,", "organisation", "Baltic Deeps"),
        ("one of them, Marisol Etxeberria,", "person", "Marisol Etxeberria"),
        ("A baker surnamed Quan", "person", "Quan"),
        ("Poland's Office for Rail Transport", "official_body", "Office for Rail Transport"),
        ("Slovenia's transport ministry", "official_body", "transport ministry"),
        ("the local newspaper Kystbladet", "outlet", "Kystbladet"),
        ("the Telegram channel Nochnoy Reis", "social_media", "Nochnoy Reis"),
        ("Bernie Sanders", "person", "Bernie Sanders"),
        ("Fiji Airways", "organisation", "Fiji Airways"),
        ("a widely shared post on X", "social_media", None),
        ("documents it had seen", "document", None),
        ("a Western diplomat based in Riga", "anonymous", None),
        ("two customs officers", "anonymous", None),
        ("people familiar with the talks", "anonymous", None),
        ("Several of the passengers", "group", None),
        ("police", "official_body", None),
        ("The rebel Lomani Front", "organisation", "Lomani Front"),
        ("The Oslo-based Institute for Fjord Studies, a think tank,", "organisation", "Institute for Fjord Studies"),
        ("The operator, elvkraft,", "organisation", "elvkraft"),
        ("Ferries for Everyone, an advocacy group,", "organisation", "Ferries for Everyone"),
        ("The Harbour Pilots Guild, known as HPG,", "organisation", "Harbour Pilots Guild"),
        ("a survey by the pollster Vox Nordeste", "document", None),
        ("a tally by AFP", "document", None),
        ("data compiled by Bloomberg", "document", None),
        ("Thai PBS", "outlet", "Thai PBS"),
        ("BBC Radio Fjordshire", "outlet", "BBC Radio Fjordshire"),
        ("Reuters North", "outlet", "Reuters North"),
        ("Reuters regional news", "news_agency", "Reuters"),
        ("Reuters's Nordic service", "news_agency", "Reuters"),
        ("the Voice of Fjordland", "outlet", "Voice of Fjordland"),
        ("Fjord.media", "outlet", "Fjord.media"),
        ("the trade union magazine Fjordbladet 3F", "outlet", "Fjordbladet 3F"),
        ("The Nation newspaper", "outlet", "Nation"),
        ("the Patriot daily", "outlet", "Patriot"),
        ("the Geneva daily", "outlet", None),
        ("the Fjord news website", "outlet", "Fjord"),
        ("the Fjord News website", "outlet", "Fjord News"),
        ("the server Fjord.cz", "outlet", "Fjord.cz"),
        ("the daily Novi val", "outlet", "Novi val"),
        ("the Vik Broadcasting System", "outlet", "Vik Broadcasting System"),
        ("Producer Orvenia Salmon", "organisation", "Orvenia Salmon"),
        ("the provincial health division", "official_body", None),
        ("Energy and Mines Minister Rosa Soto", "person", "Rosa Soto"),
        ("a former head of the works, now living in Vik", "anonymous", None),
        ("the referee's own notebook", "document", None),
        ("The UN agency", "official_body", None),
        ("The Oslo newspaper", "outlet", None),
        ("the press service of the harbour courts", "organisation", None),
        ("the health department of La Rioja", "official_body", "health department of La Rioja"),
        ("the Folha do Vale", "outlet", "Folha do Vale"),
        ("Two local elected officials", "anonymous", None),
        ("Dock workers present at the rally", "group", None),
        ("the guard", "anonymous", None),
        ("Commuter Park Ji-eun", "person", "Park Ji-eun"),
        ('Mayor Rui "Bento" Salgado', "person", 'Rui "Bento" Salgado'),
        ("the Bank of Namibia", "official_body", "Bank of Namibia"),
        ("Moody's", "organisation", "Moody's"),
        ("RKB, the state broadcaster,", "outlet", "RKB"),
        ("His party, the People's Union,", "organisation", "People's Union"),
        ("Ferraz herself", "person", "Ferraz"),
        ("the UN mission", "official_body", None),
        ("Attorneys for the company", "anonymous", None),
        ("Farm unions", "group", None),
        ("the Kenyan Human Rights Commission", "official_body", "Kenyan Human Rights Commission"),
        ("The manufacturer, Brazil's Aerovale,", "organisation", "Aerovale"),
        ("The Harbour Forum for Social Rights, an NGO,", "organisation", "Harbour Forum for Social Rights"),
        ("Dockers Without Borders", "organisation", "Dockers Without Borders"),
        ("Lawyers for Social Justice", "organisation", "Lawyers for Social Justice"),
        ("Lomani Cricket", "organisation", "Lomani Cricket"),
        ("the Statistical Committee", "official_body", "Statistical Committee"),
        ("A student near Vik station", "anonymous", None),
        ("the oil major", "organisation", None),
    ],
)
def test_a_phrase_tells_kind_and_name(directory: Directory, phrase: str, kind: str, name: str | None) -> None:
    """Kind and name are read from nouns and capitals, titles and what they belong to aside."""
    speaker = read_speaker(phrase, directory)
    assert (speaker.kind, speaker.name) == (kind, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cebu Northern canceled two flights. The airline said tickets were good.", "Cebu Northern"),
        ("A spokesman for Norrcell said no. The company said why.", "Norrcell"),
        ("Parents told Termez TV that lessons ended late. The channel said why.", "Termez TV"),
        ("The head of the city, Sergey Kotov, went there. The mayor said it was cold.", "Sergey Kotov"),
        ("The reader is a herder named Dorjpal. He says it is late.", "Dorjpal"),
        ("The Supreme Court sat. The High Court had erred. The apex court said why.", "Supreme Court"),
    ],
)
def test_a_phrase_means_somebody_named_who_did_not_speak(directory: Directory, text: str, name: str) -> None:
    """A description or a pronoun goes to whom the sentence before names, where nobody who spoke is meant."""
    tag = sources_of(text, directory)
    assert next(source.name for source in tag.sources if source.id == tag.attributions[-1].source_id) == name


def test_a_phrase_is_told_by_the_words_that_brought_somebody_in(directory: Directory) -> None:
    """Whoever did not speak at first is mentioned by the fullest words for them."""
    tag = sources_of("It met two sources in the government. The sources said it was late.", directory)
    assert [source.mention for source in tag.sources] == ["two sources in the government"]


@pytest.mark.parametrize(
    ("phrase", "kind", "name"),
    [
        ("Insurer Meridian Hull", "organisation", "Meridian Hull"),
        ("the Ministry of Land, Fish and Water Works", "official_body", "Ministry of Land, Fish and Water Works"),
        ("The Unite union", "organisation", "Unite"),
        ("the Danish company", "organisation", None),
        ("the public company Roads of Hill", "organisation", "Roads of Hill"),
        ("The flower auction Royal Florhal", "organisation", "Royal Florhal"),
        ("Deputy Director-General Musa Bello", "person", "Musa Bello"),
        ("Hill County Clerk Ramona Pruitt", "person", "Ramona Pruitt"),
        ("Counsel for the petitioners, Zohra Baig,", "person", "Zohra Baig"),
        ("A trader, Mrs Kemi Balo,", "person", "Kemi Balo"),
        ("A spokesman for Marsa Al Noor", "anonymous", None),
    ],
)
def test_a_name_is_read_by_what_stands_around_it(
    directory: Directory, phrase: str, kind: str, name: str | None
) -> None:
    """Trades, fields, offices and a noun behind the name tell whose name it is."""
    speaker = read_speaker(phrase, directory)
    assert (speaker.kind, speaker.name) == (kind, name)


@pytest.mark.parametrize(
    ("phrase", "role", "affiliation"),
    [
        ("Ilse Brandauer, a spokeswoman for Alpine Freight & Power", "spokeswoman", "Alpine Freight & Power"),
        ("Coast Guard spokesperson Tomo Ishibashi", "Coast Guard spokesperson", "Coast Guard"),
        ("Lin Haoran, chief engineer of the tunnel", "chief engineer", None),
        ("the High Envoy for Lakes, Petra Nwosu,", "High Envoy for Lakes", None),
        ("Dr Omar Sabbagh, head of surgery at the Palm Hospital,", "head of surgery", "Palm Hospital"),
        (
            "Ivo Brandt, head of the county water department,",
            "head of the county water department",
            "county water department",
        ),
        ("Ivo Brandt, leader of a volunteer rescue team,", "leader", "volunteer rescue team"),
        ("Ana Ferraz, an analyst at the brokerage Vila Nova", "analyst", "Vila Nova"),
        ("NFA deputy commissioner Ana Ferraz", "NFA deputy commissioner", "NFA"),
        ("NFA president Ana Ferraz", "NFA president", "NFA"),
        ("Attorney General Rosa Poma", "Attorney General", None),
        ("Analyst Femke Bos of ING", "Analyst", "ING"),
        ("Hill State police spokesperson Ana Ferraz", "Hill State police spokesperson", "Hill State police"),
        ("NFA's zonal chairman, Alhaji Musa Danladi,", "zonal chairman", "NFA"),
        ("A crane driver, who gave only her family name, Vu,", "crane driver", None),
        ("Otto Lindqvist, a 71-year-old fisherman", "fisherman", None),
    ],
)
def test_a_phrase_tells_role_and_affiliation(
    directory: Directory, phrase: str, role: str, affiliation: str | None
) -> None:
    """A role keeps its field, and whoever it is for becomes the affiliation."""
    speaker = read_speaker(phrase, directory)
    assert (speaker.role, speaker.affiliation) == (role, affiliation)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("A customs official said the port was shut. The officer added that it would open.", (0, 1)),
        ("The mayor of Vik, Liv Aune, said it rained. The councillor said it stopped.", (0, 1)),
        ("Reuters reported a strike on Monday. The agency said it was over.", (0, 1)),
        ("The daily Kystbladet reported a leak. The newspaper said it was small.", (0, 1)),
        ("A survey showed that rents rose. The document said why.", (0, 1)),
        ("Baltic Motors said it was sorry. The company added that nobody was hurt.", (0, 1)),
        ("Residents said the well was dry. They said it smelled.", (0, 1)),
        ("The National Fuel Agency (NFA) said it was safe. NFA said so again.", (0, 1)),
        ("Azmi Jikan said it was late. Azmi said it was cold.", (0, 1)),
        ("Two pilots said the strip was short. One of them said it was wet.", (0, 1)),
        ("Two pilots said the strip was short. The third said it was wet.", (0, 1)),
        ("Ana Ferraz, who chairs the dockers' union, said no. Ivo Brandt said yes. The union leader said why.", (0, 2)),
        ("A rights group said it was unlawful. Habeas Watch said four men were held.", (0, 1)),
        ("A war monitor said 12 people died. The Lomani Observatory, a group of doctors, said where.", (0, 1)),
        ("National Fuel Agency staff left. The NFA said it was late. The National Fuel Agency said why.", (0, 1)),
        ("The army said it was calm. The military added that roads were open.", (0, 1)),
        ("Internal e-mails said it was late. The e-mails said why.", (0, 1)),
        ("A survey said rents rose. The poll said by how much.", (0, 1)),
        ("Prime Minister Ana Ferraz said no. Ivo Brandt said yes. The head of government said why.", (0, 2)),
        ("The Fjord Rugby Union fined a coach, the federation said. The union said why.", (0, 1)),
        ("Harbour Watch said no. The Oslo-based watchdog said why.", (0, 1)),
        ("Le Rivage reports a leak. The French daily says it was small.", (0, 1)),
        ("Vardafer welcomed the plan. The industry lobby said it came late.", (0, 1)),
        ("Huonne Aquaculture said no to AFP. It said so twice.", (0, 1)),
        ("The guerrilla group Lomani Front said yes. The Aid League said no. The insurgents said why.", (0, 2)),
        ("Vila Bank said yes. The Malta Union of Bank Clerks said no. The bank said why.", (0, 2)),
        ("The Food Inspection Body said no. The inspectors said why.", (0, 1)),
        ("An expert opinion said it broke. The opinion also said why.", (0, 1)),
        ("One of the pilots said it was wet. He said it was cold.", (0, 1)),
        ("A draft audit said money was lost. The draft said how much.", (0, 1)),
        ("A resident said it burned. The resident, Musa Bello, said it was late.", (0, 1)),
        ("Prime Minister Sanae Mori said no. Japan's premier said why.", (0, 1)),
        ("A spokesman for Norrcell said no. Ivo Brandt said yes. The spokesman said why.", (0, 2)),
        ("The Monaco Integrity Unit said so. The Monaco-based unit said why.", (0, 1)),
        ("Some sources said no. The same source said so again.", (0, 1)),
        ("UNICEF said schools were shut. The UN agency said why.", (0, 1)),
        ("NATO said it was ready. The alliance said why.", (0, 1)),
        ("The European Commission said no. The bloc's executive said why.", (0, 1)),
        ("The weather bureau said it would rain. The forecaster said how long.", (0, 1)),
        ("The militant group Lomani Front said it was them. The rebels said why.", (0, 1)),
        ("Two died, a police officer said. Inspector Ana Ferraz said where.", (0, 1)),
        ("His lawyer said no. The lawyer, Ivo Brandt, said why.", (0, 1)),
        ("Nordbank said it was sorry. Norway's biggest lender said why.", (0, 1)),
    ],
)
def test_a_later_phrase_means_the_one_from_before(directory: Directory, text: str, same: tuple[int, int]) -> None:
    """Nouns of the same kind, general nouns, pronouns and abbreviations go back to one source."""
    attributions = sources_of(text, directory).attributions
    assert attributions[same[0]].source_id == attributions[same[1]].source_id == "s1"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Ivo Brandt said it was late.\nAna Ferraz, an engineer, was less sure. Steel was dear, she argued.",
            "Ana Ferraz",
        ),
        (
            "Ivo Brandt said it was late.\nBaltic Deeps raised its forecast in May. It said steel was cheap.",
            "Baltic Deeps",
        ),
        ("Ivo Brandt said it was late.\nBaltic Deeps cut 40 jobs. Its spokeswoman said steel was dear.", None),
        ("The Bank of Namibia raised its rate on Monday, it said.", "Bank of Namibia"),
    ],
)
def test_a_pronoun_means_whom_the_sentence_before_is_about(directory: Directory, text: str, name: str | None) -> None:
    """Who did something right before is meant, rather than whoever spoke last."""
    tag = sources_of(text, directory)
    last = {source.id: source for source in tag.sources}[tag.attributions[-1].source_id]
    assert last.name == name
    assert name or last.affiliation == "Baltic Deeps"


def test_a_woman_for_human_rights_is_no_man(directory: Directory) -> None:
    """Only words for men tell of men: `human` does not."""
    assert read_speaker("Human rights lawyer Yaa Dansowaa", directory).gender is None


def test_the_army_is_not_the_rebels(directory: Directory) -> None:
    """A force that rebels have is another than the state's, whichever comes first."""
    tag = sources_of("The army said it was calm. The rebel Lomani Army said it held the hill.", directory)
    assert len(tag.sources) == len({a.source_id for a in tag.attributions}) == 2


def test_a_firm_of_another_country_is_another(directory: Directory) -> None:
    """`the Danish firm` is not the American one that spoke before."""
    text = "Halberd Research said it was late. The U.S.-based company said why. The Danish firm said no."
    tag = sources_of(text, directory)
    first, second, third = (a.source_id for a in tag.attributions)
    assert first == second != third


@pytest.mark.parametrize(
    "text",
    [
        "A judge freed him, the hospital said. The operator, Nordvolt, said it was late.",
        "Two died, a senior police officer said. Inspector Ana Ferraz said where.",
        "Two died, an officer said. The officer, who asked not to be named, said no. Inspector Ana Ferraz said yes.",
        "The defence lawyer Ivo Brandt said no. The prosecutor said why.",
        "Doctors Without Borders said beds were short. The water utility said pipes were dry.",
    ],
)
def test_a_noun_for_another_is_another(directory: Directory, text: str) -> None:
    """A hospital is no firm, a prosecutor no lawyer, and who keeps the name back is nobody named."""
    attributions = sources_of(text, directory).attributions
    assert attributions[0].source_id != attributions[-1].source_id


def test_she_is_not_the_man_who_spoke_last(directory: Directory) -> None:
    """Titles tell whom `she` cannot mean."""
    tag = sources_of("Mrs. Ana Ferraz said it was late. Mr. Ivo Brandt said no. She said it was.", directory)
    assert [a.source_id for a in tag.attributions] == ["s1", "s2", "s1"]


def test_a_company_gets_the_name_that_comes_later(directory: Directory) -> None:
    """`the company` of a first sentence is the company that the next one names."""
    tag = sources_of("Trams will stop, the company said. Borsod Lines said it was the frost.", directory)
    assert [(s.kind, s.name) for s in tag.sources] == [("organisation", "Borsod Lines")]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ferraz told the daily Kystbladet that it was late. She added that it was cold.",
        "In an interview with the daily Kystbladet, Ana Ferraz said it was late.",
        "Ana Ferraz said in a statement carried by the daily Kystbladet that it was late.",
        'The daily Kystbladet quoted Ana Ferraz as saying that it was late. "It is cold," she added.',
        "Ana Ferraz was quoted by the daily Kystbladet as saying that it was late.",
    ],
)
def test_an_outlet_that_carries_a_talk_relays_it(directory: Directory, text: str) -> None:
    """Telling, interviews, statements carried and quoting all make relays, for what is added, too."""
    tag = sources_of(text, directory)
    names = {source.id: source.name for source in tag.sources}
    hers = [a for a in tag.attributions if names[a.source_id] == "Ana Ferraz"]
    assert hers
    assert {names[a.via or ""] for a in hers if a.via} == {"Kystbladet"}
    assert all(a.via for a in hers)


def test_the_teller_is_no_relay(directory: Directory) -> None:
    """Who told the outlet that tells the story told it directly, whether or not the directory knows it."""
    outlet = OutletTag(host=Outlet(name="Kystbladet"))
    tag = sources_of("Ana Ferraz told the daily Kystbladet that it was late.", directory, outlet=outlet)
    assert [a.via for a in tag.attributions] == [None]
    assert [link.name for link in tag.chain] == ["Kystbladet", "Ana Ferraz"]
