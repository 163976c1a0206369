# ruff: noqa: RUF001 - sentences in many scripts
"""Language: many languages, and texts that are none, too short, or two."""

import pytest

from services.extract import language

SENTENCES = {
    "en": "The bridge over the river will stay closed for three weeks, the mayor said on Friday.",
    "de": "Die Brücke über den Fluss bleibt drei Wochen lang gesperrt, sagte die Bürgermeisterin am Freitag.",
    "fr": "Le pont sur la rivière restera fermé pendant trois semaines, a déclaré la maire vendredi.",
    "es": "El puente sobre el río permanecerá cerrado durante tres semanas, dijo la alcaldesa el viernes.",
    "it": "Il ponte sul fiume resterà chiuso per tre settimane, ha detto venerdì la sindaca.",
    "pt": "A ponte sobre o rio ficará fechada durante três semanas, disse a presidente da câmara na sexta-feira.",
    "nl": "De brug over de rivier blijft drie weken dicht, zei de burgemeester op vrijdag.",
    "sv": "Bron över floden kommer att vara stängd i tre veckor, sade borgmästaren i fredags.",
    "fi": "Joen ylittävä silta pysyy suljettuna kolme viikkoa, pormestari sanoi perjantaina.",
    "pl": "Most nad rzeką pozostanie zamknięty przez trzy tygodnie, powiedziała w piątek burmistrzyni.",
    "cs": "Most přes řeku zůstane tři týdny uzavřený, řekla v pátek starostka města.",
    "hu": "A folyó feletti híd három hétig zárva marad, mondta pénteken a polgármester.",
    "ro": "Podul peste râu va rămâne închis timp de trei săptămâni, a declarat vineri primarul.",
    "tr": "Nehrin üzerindeki köprü üç hafta boyunca kapalı kalacak, dedi belediye başkanı cuma günü.",
    "ru": "Мост через реку будет закрыт на три недели, сообщила в пятницу мэр города.",
    "uk": "Міст через річку буде закрито на три тижні, повідомила в пʼятницю міська голова.",
    "bg": "Мостът над реката ще бъде затворен за три седмици, каза кметът в петък.",
    "el": "Η γέφυρα πάνω από το ποτάμι θα μείνει κλειστή για τρεις εβδομάδες, είπε η δήμαρχος.",
    "he": "הגשר מעל הנהר ייסגר לשלושה שבועות, אמרה ראשת העיר ביום שישי.",
    "ar": "سيبقى الجسر فوق النهر مغلقا لمدة ثلاثة أسابيع، قالت رئيسة البلدية يوم الجمعة.",
    "fa": "پل روی رودخانه سه هفته بسته می‌ماند، شهردار روز جمعه این را گفت.",
    "hi": "नदी पर बना पुल तीन सप्ताह तक बंद रहेगा, महापौर ने शुक्रवार को कहा।",
    "bn": "নদীর উপর সেতুটি তিন সপ্তাহ বন্ধ থাকবে, শুক্রবার মেয়র বলেছেন।",
    "th": "สะพานข้ามแม่น้ำจะปิดเป็นเวลาสามสัปดาห์ นายกเทศมนตรีกล่าวเมื่อวันศุกร์",
    "vi": "Cây cầu bắc qua sông sẽ đóng cửa trong ba tuần, thị trưởng cho biết hôm thứ sáu.",
    "id": "Jembatan di atas sungai akan ditutup selama tiga minggu, kata wali kota pada hari Jumat.",
    "zh": "市长周五表示，这座横跨河流的大桥将关闭三个星期，以便进行维修工作。",
    "ja": "川にかかる橋は三週間閉鎖されると、市長が金曜日に発表しました。",
    "ko": "시장은 금요일에 강을 가로지르는 다리가 삼 주 동안 폐쇄될 것이라고 말했다.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_one_sentence_is_enough(code: str) -> None:
    """The right language, and surely so, from a sentence and from an article of such sentences."""
    for text in (SENTENCES[code], "\n".join([SENTENCES[code]] * 30)):
        found = language.detect(text)
        assert found is not None
        assert found.code == code
        assert language.SURE < found.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t ", "OK", "Berlin", "a1 " * 6, "12.03.2026 15:30", "1 234 567,89 €" * 20, "!!! ??? ... --- ***" * 10,
        "🚢🌊⚓" * 50,
    ],
)  # fmt: skip
def test_what_holds_hardly_a_letter_has_no_language(text: str) -> None:
    """Numbers, signs, pictures and single names say nothing, and nothing is guessed."""
    assert language.detect(text) is None


@pytest.mark.parametrize(
    ("main", "other"), [("en", "de"), ("de", "en"), ("fr", "ar"), ("ru", "en"), ("zh", "en"), ("tr", "de")]
)
def test_a_quotation_does_not_change_the_language(main: str, other: str) -> None:
    """A text with a sentence of another language in it is in the language of the rest."""
    found = language.detect("\n".join([SENTENCES[main]] * 3 + [SENTENCES[other]]))
    assert found is not None
    assert found.code == main


def test_a_mixed_text_is_less_sure_than_a_pure_one() -> None:
    """Half and half lowers the confidence."""
    pure = language.detect(SENTENCES["en"] * 2)
    mixed = language.detect(SENTENCES["en"] + " " + SENTENCES["nl"] + " " + SENTENCES["id"] + " " + SENTENCES["fi"])
    assert pure is not None
    assert mixed is None or mixed.confidence < pure.confidence


def test_the_same_text_gives_the_same_answer_between_others() -> None:
    """No text leaves anything behind for the next one."""
    before = [language.detect(text) for text in SENTENCES.values()]
    assert [language.detect(text) for text in reversed(SENTENCES.values())][::-1] == before
