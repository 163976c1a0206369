# ruff: noqa: RUF001 - names stand in their own scripts
"""Names of months, days, parts of the day and zones, as news feeds of many languages write them. Data only.

All names stand folded: lower case, without accents (see `folded`). A month stands with all its spellings in all
languages on one line, a day of the week too, Monday first.
"""

import re
import unicodedata
from typing import Final

_PLAIN: Final = str.maketrans("\u2212\u2010\u2011\u2019\u02bc", "---''")


def folded(text: str) -> str:
    """Return text in lower case, without accents and direction marks, with the digits of any script as 0 to 9."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else one
        for one in spread
        if unicodedata.category(one) not in {"Mn", "Cf"}
    )
    return unicodedata.normalize("NFC", kept).translate(_PLAIN)


def _numbered(*lines: str) -> dict[str, int]:
    return {
        name.replace("_", " "): number for number, line in enumerate(lines, start=1) for name in folded(line).split()
    }


MONTHS: Final = _numbered(
    "jan january januar jaenner jänner janvier janv enero ene janeiro gennaio gen januari ianuarie ian january "
    "január "
    "ocak oca styczeń stycznia sty leden ledna led tammikuu tammikuuta tammi январь января янв січень січня січ "
    "ιανουάριος ιανουαρίου ιαν يناير كانون_الثاني جانفي ژانویه ינואר בינואר ינו",
    "feb february februar feber fév fev févr février febrero fevereiro febbraio februari februarie február febr "
    "şubat şub luty lutego lut únor února úno helmikuu helmikuuta helmi февраль февраля фев февр лютий лютого лют "
    "φεβρουάριος φεβρουαρίου φεβ فبراير شباط فيفري فوریه פברואר בפברואר פבר",
    "mar march mär märz maerz mars marzo março maart mrt maret marts martie március márc mart marzec marca březen "
    "března bře maaliskuu maaliskuuta maalis март марта мар березень березня бер μάρτιος μαρτίου μαρ مارس آذار "
    "מרץ במרץ מרס",
    "apr april avril avr abril abr aprile aprilie április ápr nisan nis kwiecień kwietnia kwi duben dubna dub "
    "huhtikuu "
    "huhtikuuta huhti апрель апреля апр квітень квітня квіт απρίλιος απριλίου απρ أبريل نيسان إبريل أفريل آوریل "
    "אפריל באפריל אפר",
    "may mai mayo maio maggio mag mei maj maja május máj mayıs květen května kvě toukokuu toukokuuta touko май мая "
    "травень травня трав μάιος μαΐου μαι مايو أيار ماي مه מאי במאי",
    "jun june juni juin junio junho giugno giu iunie iun június jún haziran haz czerwiec czerwca cze červen "
    "června čvn "
    "kesäkuu kesäkuuta kesä июнь июня июн червень червня черв ιούνιος ιουνίου ιουν يونيو حزيران جوان ژوئن "
    "יוני ביוני",
    "jul july juli juillet juil julio julho luglio lug iulie iul július júl temmuz tem lipiec lipca lip červenec "
    "července čvc heinäkuu heinäkuuta heinä июль июля июл липень липня лип ιούλιος ιουλίου ιουλ يوليو تموز "
    "جويلية ژوئیه יולי ביולי",
    "aug august août aoû agosto ago augustus agu agustus agt augusti augusztus ağustos ağu sierpień sierpnia "
    "sie srpen "
    "srpna srp elokuu elokuuta elo август августа авг серпень серпня серп αύγουστος αυγούστου αυγ أغسطس آب أوت "
    "اوت אוגוסט באוגוסט אוג",
    "sep sept september septembre septiembre setiembre setembro set settembre septembrie szeptember szept eylül eyl "
    "wrzesień września wrz září zář syyskuu syyskuuta syys сентябрь сентября сен сент вересень вересня вер "
    "σεπτέμβριος σεπτεμβρίου σεπ σεπτ سبتمبر أيلول سپتامبر ספטמבר בספטמבר ספט",
    "oct october okt oktober octobre octubre outubro out ottobre ott octombrie október ekim eki październik "
    "października paź říjen října říj lokakuu lokakuuta loka октябрь октября окт жовтень жовтня жовт οκτώβριος "
    "οκτωβρίου οκτ أكتوبر تشرين_الأول اکتبر אוקטובר באוקטובר אוק",
    "nov november novembre noviembre novembro noiembrie noi nopember kasım kas listopad listopada listopadu lis "
    "marraskuu marraskuuta marras ноябрь ноября ноя нояб листопад листопада лист νοέμβριος νοεμβρίου νοε νοεμ نوفمبر "
    "تشرين_الثاني نوامبر נובמבר בנובמבר נוב",
    "dec december dez dezember déc décembre dic diciembre dezembro dicembre des desember desember decembrie dece "
    "aralık ara grudzień grudnia gru prosinec prosince pro joulukuu joulukuuta joulu декабрь декабря дек грудень "
    "грудня груд δεκέμβριος δεκεμβρίου δεκ ديسمبر كانون_الأول دسامبر דצמבר בדצמבר דצמ",
)

AMBIGUOUS_MONTHS: Final = frozenset("listopad listopada lis lip srp".split())  # noqa: SIM905 - as the lines above
"""Croatian has these names for the month before; read as Polish and Czech have them."""

OTHER_MONTHS: Final = frozenset(
    folded(
        "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند "
        "محرم صفر رجب شعبان رمضان شوال ربيع جمادى تشرי חשוון כסלו טבת שבט אדר ניסן אייר סיוון תמוז אב אלול"
    ).split()
)
"""Months of other calendars: such a date is recognised and not converted."""

ERAS: Final = frozenset(
    folded("bc bce be b.e ah a.h هـ ه.ش هجري พ.ศ พศ 令和 平成 昭和 民國 民国 reiwa heisei showa").split()
)

WEEKDAYS: Final = _numbered(
    "mon monday montag mo lundi lun lunes segunda segunda-feira seg lunedì maandag ma poniedziałek pon pn "
    "понедельник "
    "пн понеділок pazartesi pzt الاثنين الإثنين دوشنبه שני 星期一 周一 週一 月曜日 월요일 δευτέρα δευ måndag mån "
    "mandag man "
    "maanantai maanantaina pondělí po hétfő sen luni senin thứ_hai",
    "tue tues tuesday dienstag di mardi martes terça terça-feira ter martedì dinsdag wtorek wt вторник вт "
    "вівторок salı "
    "sal الثلاثاء سه‌شنبه שלישי 星期二 周二 週二 火曜日 화요일 τρίτη τρι tisdag tis tirsdag tir tirs tiistai "
    "tiistaina ti úterý út kedd "
    "marți selasa sel thứ_ba",
    "wed weds wednesday mittwoch mi mercredi mer miércoles mié quarta quarta-feira qua mercoledì woensdag wo "
    "środa śr "
    "среда ср середа çarşamba çar الأربعاء چهارشنبه רביעי 星期三 周三 週三 水曜日 수요일 τετάρτη τετ onsdag ons "
    "keskiviikko keskiviikkona ke středa st szerda sze miercuri rabu rab thứ_tư",
    "thu thur thurs thursday donnerstag do jeudi jeu jueves jue quinta quinta-feira qui giovedì gio donderdag "
    "czwartek "
    "czw четверг чт четвер perşembe per الخميس پنجشنبه חמישי 星期四 周四 週四 木曜日 목요일 πέμπτη πεμ torsdag "
    "tor tors "
    "torstai torstaina čtvrtek čt csütörtök cs joi kamis kam thứ_năm",
    "fri friday freitag fr vendredi ven viernes vie sexta sexta-feira sex venerdì vrijdag vr piątek pt пятница пт "
    "п'ятниця cuma cum الجمعة جمعه שישי 星期五 周五 週五 金曜日 금요일 παρασκευή παρ fredag fre perjantai "
    "perjantaina pe pátek pá péntek "
    "vineri vin jumat jum thứ_sáu",
    "sat saturday samstag sonnabend sa samedi sam sábado sáb sabato zaterdag za sobota sob суббота сб субота "
    "cumartesi "
    "cmt السبت شنبه שבת 星期六 周六 週六 土曜日 토요일 σάββατο σαβ lördag lör lørdag lør lauantai lauantaina so "
    "szombat szo sâmbătă sabtu "
    "thứ_bảy",
    "sun sunday sonntag so dimanche dim domingo dom domenica zondag zo niedziela niedz nd ndz воскресенье вс "
    "неділя нд pazar "
    "paz الأحد یکشنبه ראשון 星期日 星期天 周日 週日 日曜日 일요일 κυριακή κυρ söndag sön søndag søn sunnuntai "
    "sunnuntaina su neděle ne "
    "vasárnap duminică dum minggu min chủ_nhật",
)

MORNING: Final = tuple(
    folded("上午 午前 오전 a.m. a.m am ص sa дп öö ق.ظ fm ap ap. dop. de. π.μ. π.μ πμ לפנה״צ").split()
)
"""Names of the first half of the day, before or behind a clock."""
AFTERNOON: Final = tuple(
    folded("下午 午後 오후 p.m. p.m pm م ch пп ös ب.ظ em ip ip. odp. du. μ.μ. μ.μ μμ אחה״צ").split()
)

VAGUE_WEEKDAYS: Final = frozenset("so st ma po do di sa".split())  # noqa: SIM905 - as the lines above
"""Short names that mean different days in different languages: they prove no mistake."""

FILLERS: Final = frozenset(
    folded(
        "am um den der dem at on of the le la les l a à de del da do das dia día el il alle alla ore o ora las às "
        "as to "
        "kl klo klokken uhr h hs uur om o'clock dne dnia v w ve g godz r god года год г р року о в ob ngày năm "
        "lúc nam "
        "ngay luc gio giờ pukul pkl jam wib och och den og ja di pada saat tanggal στις στισ τις tarih saat في يوم "
        "الساعة عام ساعت روز ביום יום בשעה st nd rd th er ai i e y în la ora yom t ma the mar to la"
    ).split()
)

RELATIVE: Final = re.compile(
    folded(
        r"\b(?:ago|yesterday|today|now|just|vor|gestern|heute|il y a|hier|aujourd|hace|ayer|hoy|fa|ieri|oggi|há|ontem|"
        r"hoje|geleden|gisteren|vandaag|temu|wczoraj|dziś|назад|вчера|сегодня|тому|вчора|сьогодні|önce|dün|bugün|منذ|قبل|"
        r"أمس|اليوم|پیش|دیروز|πριν|χθες|σήμερα|sedan|igår|idag|siden|i går|sitten|eilen|tänään|před|včera|dnes|ezelőtt|"
        r"tegnap|ma|acum|astăzi|lalu|kemarin|trước|hôm qua)\b|לפני|אתמול|היום|前|昨天|昨日|今天|刚刚|전|어제|방금"
    )
)

# Minutes from UTC.
ZONES: Final = {
    name: 15 * quarters
    for quarters, names in {
        0: "z ut tu utc gmt wet cut zulu", 4: "west cet met mez wat bst+1", 8: "cest mest mesz eet sast cat",
        12: "eest msk мск trt eat idt", 14: "irst", 16: "msd samt", 18: "aft", 20: "pkt uzt yekt", 23: "npt",
        28: "ict wib krat novt", 32: "sgt hkt awst wita myt pht", 36: "jst kst wit", 38: "acst", 40: "aest chst vlat",
        42: "acdt", 44: "aedt", 48: "nzst", 52: "nzdt", -10: "ndt", -12: "brt art", -14: "nst", -16: "edt clt",
        -20: "est cdt", -24: "mdt", -28: "mst pdt", -32: "pst akdt", -36: "akst", -40: "hst",
    }.items()
    for name in names.split()
}  # fmt: skip

AMBIGUOUS_ZONES: Final = frozenset(
    # India, Israel, Ireland; Britain, Bangladesh; China, Cuba, America; Arabia, the Atlantic; the Gulf, Georgia; ...
    "ist bst cst ast gst adt sst amt ect act bot bt lst pyt wst cist cot et ct mt".split()  # noqa: SIM905 - as the lines above
)
