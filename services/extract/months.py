"""Months: their names and abbreviations, as dates on pages are written, in the languages that are read."""

from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            (
                "january jan januar janvier janv enero ene gennaio gen janeiro januari jänner jänn jän ocak "
                "января янв січня stycznia ledna leden januára ianuarie ιανουαρίου tammikuuta tammikuu січень "
                "януари يناير január siječnja gener jaanuar ינואר בינואר जनवरी জানুয়ারি"
            ),
            (
                "february feb februar février fevrier févr fév febrero febbraio fevereiro fev februari feber "
                "şubat февраля фев лютого lutego února únor februára februarie φεβρουαρίου helmikuuta "
                "helmikuu февруари فبراير február veljače febrer veebruar פברואר בפברואר फरवरी फ़रवरी "
                "ফেব্রুয়ারি"
            ),
            (
                "march mar märz maerz mrz mär mars marzo março marco maart mart марта мар березня marca "
                "března březen martie μαρτίου maaliskuuta maaliskuu maret март مارس március ožujka març mac "
                "märts מרץ במרץ मार्च মার্চ"
            ),
            (
                "april apr avril avr abril abr aprile nisan апреля апр квітня kwietnia dubna duben apríla "
                "aprilie απριλίου huhtikuuta huhtikuu април أبريل ابريل április travnja aprill אפריל באפריל "
                "अप्रैल এপ্রিল"
            ),
            (
                "may mai mayo maggio mag maio mei maj may\u0131s мая травня maja května květen mája μαΐου "
                "toukokuuta toukokuu май مايو május svibnja maig מאי במאי मई মে"
            ),
            (
                "june jun juni juin junio giugno giu junho haziran июня июн червня czerwca června červen júna "
                "iunie ιουνίου kesäkuuta kesäkuu юни يونيو június lipnja juny juuni יוני ביוני जून জুন"
            ),
            (
                "july jul juli juillet juil julio luglio lug julho temmuz июля июл липня lipca července "
                "červenec júla iulie ιουλίου heinäkuuta heinäkuu юли يوليو július srpnja juliol juuli יולי "
                "ביולי जुलाई জুলাই"
            ),
            (
                "august aug août aout agosto ago augustus ağustos августа авг серпня sierpnia srpna srpen "
                "augusta αυγούστου elokuuta elokuu agustus август أغسطس اغسطس augusztus kolovoza augusti "
                "agost ogos avgust אוגוסט באוגוסט अगस्त আগস্ট"
            ),
            (
                "september sep sept septembre septiembre setembro settembre set eylül сентября сен вересня "
                "września září septembra septembrie σεπτεμβρίου syyskuuta syyskuu септември سبتمبر szeptember "
                "rujna septembar ספטמבר בספטמבר सितंबर सितम्बर সেপ্টেম্বর"
            ),
            (
                "october oct oktober okt octobre octubre ottobre ott outubro out ekim октября окт жовтня "
                "października října říjen októbra octombrie οκτωβρίου lokakuuta lokakuu октомври أكتوبر "
                "اكتوبر október oktobar אוקטובר באוקטובר अक्टूबर অক্টোবর"
            ),
            (
                "november nov novembre noviembre novembro kas\u0131m ноября ноя листопада listopadu listopad "
                "novembra noiembrie νοεμβρίου marraskuuta marraskuu ноември نوفمبر studenog studenoga "
                "novembar נובמבר בנובמבר नवंबर नवम्बर নভেম্বর listopada"
            ),
            (
                "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember des "
                "aral\u0131k декабря дек грудня grudnia prosince prosinec decembra decembrie δεκεμβρίου joulukuuta "
                "joulukuu декември ديسمبر prosinca decembar desembre disember detsember דצמבר בדצמבר दिसंबर "
                "दिसम्बर ডিসেম্বর"
            ),
        ),
        start=1,
    )
    for name in names.split()
}
"""Number of a month by its name in lower case. `listopada` is the Polish November, not Croatian."""

JALALI_MONTHS: Final = {
    spelt: number
    for number, name in enumerate(
        ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"), start=1
    )
    for spelt in (name, name.replace("\u06cc", "\u064a"))
}
"""Number of a month of the Iranian calendar by its name, with the Persian or the Arabic letter ye."""
