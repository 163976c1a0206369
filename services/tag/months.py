# ruff: noqa: RUF001 - names stand in their own scripts
"""Names of months and days of the week, in many languages and some calendars, folded. Data only."""

from typing import Final

from services.tag.folding import fold

GREGORIAN: Final = "gregorian"
JALALI: Final = "jalali"
HIJRI: Final = "hijri"
ETHIOPIC: Final = "ethiopic"


def _names(*lines: str) -> dict[str, int]:
    return {name: number for number, line in enumerate(lines, start=1) for name in fold(line).split()}


_GREGORIAN: Final = _names(
    "january jan janurary janaury januar jänner janvier janv enero ene janeiro gennaio gen januari ianuarie "
    "ian januára január ocak oca styczeń stycznia leden ledna tammikuu tammikuuta январь января янв січень "
    "січня яну януари ιανουάριος ιανουαρίου يناير كانون_الثاني جانفي ژانویه ינואר בינואר जनवरी জানুয়ারি "
    "มกราคม ม_ค siječanj siječnja јануар sausio janvāris janvārī jaanuar",
    "february feb febr febuary febraury februar feber février fév févr febrero fevereiro fev febbraio "
    "februari februarie februára február şubat şub luty lutego únor února helmikuu helmikuuta февраль февраля "
    "фев февр лютий лютого φεβρουάριος φεβρουαρίου فبراير شباط فيفري فوریه פברואר בפברואר फरवरी फ़रवरी "
    "ফেব্রুয়ারি กุมภาพันธ์ ก_พ veljača veljače фебруар vasario februāris februārī veebruar февруари",
    "march mar mars märz mär mrz marzo março maart mrt maret martie marca marec március márc mart marzec březen "
    "března maaliskuu maaliskuuta март марта березень березня μάρτιος μαρτίου مارس آذار מרץ במרץ मार्च মার্চ "
    "มีนาคม มี_ค ožujak ožujka kovo marts märts",
    "april apr avril avr abril abr aprile aprilie apríla apríl április ápr nisan nis kwiecień kwietnia duben "
    "dubna huhtikuu huhtikuuta апрель апреля апр квітень квітня απρίλιος απριλίου أبريل ابريل نيسان إبريل "
    "أفريل آوریل אפריל באפריל अप्रैल এপ্রিল เมษายน เม_ย travanj travnja април balandžio aprīlis aprīlī aprill",
    "may mai mayo maio maggio mag mei maj mája máj május mayıs květen května toukokuu toukokuuta май мая "
    "травень травня μάιος μαΐου مايو أيار ماي מאי במאי मई মে พฤษภาคม พ_ค svibanj svibnja мај gegužės maijs maijā",
    "june jun juni juin junio junho giugno giu iunie júna jún június haziran haz czerwiec czerwca červen "
    "června kesäkuu kesäkuuta июнь июня июн червень червня ιούνιος ιουνίου يونيو حزيران جوان ژوئن יוני ביוני "
    "जून জুন มิถุนายน มิ_ย lipanj lipnja јун юни birželio jūnijs jūnijā juuni",
    "july jul juli juillet juil julio julho luglio lug iulie júla júl július temmuz tem lipiec lipca červenec "
    "července heinäkuu heinäkuuta июль июля июл липень липня ιούλιος ιουλίου يوليو تموز جويلية ژوئیه יולי "
    "ביולי जुलाई জুলাই กรกฎาคม ก_ค srpanj srpnja јул юли liepos jūlijs jūlijā juuli",
    "august aug août aout agosto ago augustus agustus augusti augusta ağustos ağu augusztus sierpień sierpnia "
    "srpen srpna elokuu elokuuta август августа авг серпень серпня αύγουστος αυγούστου أغسطس اغسطس آب أوت اوت "
    "אוגוסט באוגוסט अगस्त আগস্ট สิงหาคม ส_ค kolovoz kolovoza rugpjūčio augusts augustā",
    "september sep sept septmber setember septembre septiembre setiembre setembro settembre set septembrie "
    "septembra szeptember eylül eyl wrzesień września září syyskuu syyskuuta сентябрь сентября сен сент "
    "вересень вересня σεπτέμβριος σεπτεμβρίου سبتمبر أيلول سپتامبر ספטמבר בספטמבר सितंबर सितम्बर সেপ্টেম্বর "
    "กันยายน ก_ย rujan rujna септембар септември rugsėjo septembris septembrī",
    "october oct oktober okt octobre octubre outubro out ottobre ott octombrie októbra október ekim eki "
    "październik października říjen října lokakuu lokakuuta октябрь октября окт жовтень жовтня οκτώβριος "
    "οκτωβρίου أكتوبر اكتوبر تشرين_الأول اکتبر אוקטובר באוקטובר अक्टूबर অক্টোবর ตุลาคม ต_ค октобар "
    "октомври spalio oktobris oktobrī oktoober",
    "november nov novermber novembre noviembre novembro noiembrie novembra kasım kas listopad listopada "
    "listopadu marraskuu marraskuuta ноябрь ноября ноя нояб листопад листопада νοέμβριος νοεμβρίου نوفمبر "
    "تشرين_الثاني نوامبر נובמבר בנובמבר नवंबर नवम्बर নভেম্বর พฤศจิกายน พ_ย studeni studenoga новембар ноември "
    "lapkričio novembris novembrī",
    "december dec decmber dezember dez décembre déc decembre diciembre dic dezembro dicembre desember des "
    "decembrie decembra aralık ara grudzień grudnia prosinec prosince joulukuu joulukuuta декабрь декабря дек "
    "грудень грудня δεκέμβριος δεκεμβρίου ديسمبر كانون_الأول دسامبر דצמבר בדצמבר दिसंबर दिसम्बर ডিসেম্বর "
    "ธันวาคม ธ_ค prosinac prosinca децембар декември gruodžio decembris decembrī detsember",
)
_JALALI: Final = _names(
    "فروردین farvardin", "اردیبهشت ordibehesht", "خرداد khordad", "تیر tir", "مرداد mordad", "شهریور shahrivar",
    "مهر mehr", "آبان aban", "آذر azar", "دی dey", "بهمن bahman", "اسفند esfand",
)  # fmt: skip
_HIJRI: Final = _names(
    "محرم muharram", "صفر safar", "ربيع_الأول ربيع_الاول", "ربيع_الآخر ربيع_الثاني", "جمادى_الأولى جمادى_الاولى",
    "جمادى_الآخرة جمادى_الثانية", "رجب rajab", "شعبان shaban", "رمضان ramadan ramazan", "شوال shawwal",
    "ذو_القعدة ذي_القعدة",
    "ذو_الحجة ذي_الحجة",
)  # fmt: skip
_ETHIOPIC: Final = _names(
    "መስከረም", "ጥቅምት", "ኅዳር ህዳር", "ታኅሣሥ ታህሳስ", "ጥር", "የካቲት", "መጋቢት", "ሚያዝያ", "ግንቦት", "ሰኔ", "ሐምሌ", "ነሐሴ", "ጳጉሜን",
)  # fmt: skip
MONTHS: Final = {
    **{name: (JALALI, number) for name, number in _JALALI.items()},
    **{name: (HIJRI, number) for name, number in _HIJRI.items()},
    **{name: (ETHIOPIC, number) for name, number in _ETHIOPIC.items()},
    **{name: (GREGORIAN, number) for name, number in _GREGORIAN.items()},
}
"""Calendar and number of a month by its folded name; names of two words, or with a point inside, have `_` there."""
TWO_WORDS: Final = tuple(name for name in MONTHS if "_" in name)

_WEEKDAYS: Final = _names(
    "monday mon montag lundi lunes lunedi segunda-feira segunda maandag mandag maanantai poniedzialek "
    "понедельник понеділок pazartesi الاثنين الإثنين دوشنبه",
    "tuesday tue tues dienstag mardi martes martedi terca-feira terca dinsdag tirsdag tisdag tiistai "
    "wtorek вторник вівторок sali الثلاثاء",
    "wednesday wed mittwoch mercredi miercoles mercoledi quarta-feira quarta woensdag onsdag keskiviikko "
    "sroda среда середа carsamba الأربعاء",
    "thursday thu thur thurs donnerstag jeudi jueves giovedi quinta-feira quinta donderdag torsdag "
    "torstai czwartek четверг четвер persembe الخميس",
    "friday fri freitag vendredi viernes venerdi sexta-feira sexta vrijdag fredag perjantai piatek "
    "пятница п'ятниця cuma الجمعة جمعه",
    "saturday sat samstag sonnabend samedi sabado sabato zaterdag lordag lauantai sobota суббота субота "
    "cumartesi السبت شنبه",
    "sunday sun sonntag dimanche domingo domenica zondag sondag sunnuntai niedziela воскресенье неділя pazar الأحد",
)
WEEKDAYS: Final = {name: number - 1 for name, number in _WEEKDAYS.items()}
"""Number of a day of the week, Monday being 0, by its folded name."""
