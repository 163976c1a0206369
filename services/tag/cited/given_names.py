"""First names by which people are mostly women or men, of many languages, small and without accents."""

from typing import Final

from services.tag.words import words

WOMEN: Final = words(
    "abigail adriana agnes agnieszka aigul aileen ainura aisha aiman alejandra alexandra alice alicia aline alma amal "
    "amanda amel amelia amina amira amy ana anastasia andrea andreea angela angelica anita anja anke ann anna anne "
    "annette annika antonia aparna arwa asha astrid asma audrey aya ayesha ayse barbara beatrice beatriz begum "
    "belinda bianca birgit bridget brigitte camila camille carla carmen carol carolina caroline catherine cecilia "
    "celine chantal charlotte chiara chidinma chika christina christine claire clara claudia cristina cynthia dana "
    "daniela danielle daria deborah deniz denise diana diane dilnoza dina dolores dora doris dorothy ekaterina elaine "
    "elena eleni elif elisabeth elise eliza elizabeth ella ellen elsa emilia emily emma erica esther eunice eva "
    "evelyn farida farzana fatema fatima fatma fatou fatoumata fiona florence frances francesca gabriela galina "
    "gloria grace greta gulnara habiba hadija hala halima hanan hanna hannah heather heidi helen helena helene hilde "
    "huda ida inga ingrid ioana irena irene irina isabel isabella ivana ivone jacqueline jana jane janet jasmina "
    "jelena jennifer jessica joan joanna josefina josee joyce juana judith julia juliana julie june kamala karen "
    "karin katarina kate katerina katharina katherine kathleen kavita khadija kim kristin lakshmi lara larisa latifa "
    "laura layla leila lena leticia lidia lilian liliana linda lisa liv lotta louise lucia lucy ludmila luisa lydia "
    "lyudmila madina magdalena maja malgorzata manon marcela margaret margarita maria mariam mariana marie marina "
    "marlene marta martha mary maryam matilda maya meera mei melanie mercy meryem michelle mila milena mina miriam "
    "mona monica monika myriam nabila nadia najla nancy naomi natalia natalie natasha nazanin neha nicole nina nino "
    "noor nora nour noura olena olga olivia paula patricia paulina pauline petra philippa pilar pooja priscilla priya "
    "rachel rana rania rebecca regina rekha renata rita roberta rokeya rosa rosario rose rosmery roxana ruth sabina "
    "sabine salma samira sandra sara sarah shabnam shanti sharon sheila shirin silvia simone sirin sofia sonia sophia "
    "sophie stella stephanie sunita susan susana suzanne svetlana sylvia sylvie tamar tamara tanja tanya tatiana "
    "teresa theresa tina ulrike ursula valentina valeria vanessa vera veronica veronika victoria viktoria violeta "
    "virginia vivian wanjiru wendy xenia yasmin yelena yevgenia yoko yolanda yuliya yvonne zahra zainab zeynep zoe "
    "zsuzsanna"
)
MEN: Final = words(
    "abdallah abdel abdelhakim abdul abdullah abdulrahman abebe adam adel adnan adrian ahmad ahmed akira alan alberto "
    "aleksandar aleksandr alessandro alexander alexei alfred ali amadou amin amir anatoly anders andrei andrew "
    "andrzej angus anil antoine anton antonio antony arif arjun armando arnold arthur arturo ashok atanas azmi bakary "
    "bashir benjamin bernard bilal bjorn bogdan boris brian bruno carlos charles chris christopher claude claudio "
    "colin craig dag damian daniel daniyar dario david denis derek diego dieter dimitri dmitri dmitry donald douglas "
    "dragan duncan edgar eduardo edward elvis emeka emmanuel enrique eric erik ernesto ethan etienne eugene evgeny "
    "farid faisal felipe felix ferdinand fernando francesco francis francisco frank franz fred gabriel george gerald "
    "gerard gianni giorgi giorgio giovanni giuseppe goran graham greg gregory guillermo gunnar gustavo hakan hamid "
    "hans harold harry hasan hassan hatem hector heinrich henrik henry hermann hiroshi hugo hussein ian ibrahim idris "
    "ignacio igor ilham ilya imran isaac ismail ivan jack jacob jacques jakob jamal james jan jason javier jean "
    "jerome jesus jim joao joe joel johan john johannes jonas jonathan jorge jose joseph joshua juan julian julio "
    "junichi jurgen kalin kamal karim karl kazem keith kemal kenji kenneth kevin khaled khalid klaus kofi konstantin "
    "kwabena kwame lars laszlo lee leonid leopold liam lorenzo louis lucas luigi luis lukas mahmoud malik mamadou "
    "manfred manoj manuel marcel marco marcos marek mario mark markus martin massimo matthew maurice max maxim mehmet "
    "michael michel miguel mihai mikael mikhail milan mirko mohamed mohammad mohammed mohsen moses muhammad murat "
    "mustafa nabil narendra nasser nathan nelson nicholas nicolas nikola nikolai nikos norbert oleg olivier omar "
    "osama oscar oskar otto pablo paolo pascal patrick paul pavel pedro peter petr philip philippe pierre prosper "
    "qasim rafael rafiq rahul raj rajesh ralph ramon ramesh rashid raul raymond reza ricardo richard robert roberto "
    "rodrigo roger roland roman ronald ruben rudolf ruslan ryan sadiq saeed said salem salim salvador samir samuel "
    "sandeep sanjay scott sean sebastian selim serge sergei sergey sergio shafiqul simon somchai somsak stanislav "
    "stefan stephen steven stuart suleiman sunil suresh sven taras tariq thabo thomas thorsten timothy todor tom "
    "tomas tony toshiro tunde vadim valery vasily vijay viktor victor vincent vinod vitaly vladimir volodymyr walter "
    "wang werner william wojciech wolfgang wouter yahya yasser yerlan yevgeny yuri yusuf yves zoltan"
)
GIVEN: Final = WOMEN | MEN
_EITHER: Final = words("kim andrea camille simone joan noor lee jan jean chris claude")
"""Names of women here, and of men or families there."""
ONLY_WOMEN: Final = WOMEN - MEN - _EITHER
ONLY_MEN: Final = MEN - WOMEN - _EITHER
