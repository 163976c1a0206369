# ruff: noqa: RUF001 - sentences in many scripts
"""Charset: the order of what is believed, class by class: valid UTF-8, byte order mark, header, meta, detection."""

import codecs

import pytest

from services.extract.charset import decode

GERMAN = "Größere Brücken über die Spree müssen für drei Wochen gesperrt werden, sagte die Bürgermeisterin."
POLISH = "Most nad rzeką zostanie zamknięty na trzy tygodnie, powiedziała w piątek burmistrzyni miasta, żałując."
RUSSIAN = "Мост через реку будет закрыт на три недели, сообщила в пятницу мэр города журналистам."
UKRAINIAN = "Міст через річку буде закрито на три тижні, повідомила у вівторок міська голова."
GREEK = "Η γέφυρα πάνω από το ποτάμι θα μείνει κλειστή για τρεις εβδομάδες, είπε η δήμαρχος."
TURKISH = "Nehrin üzerindeki köprü üç hafta boyunca kapalı kalacak, dedi belediye başkanı cuma günü."
HEBREW = "הגשר מעל הנהר ייסגר לשלושה שבועות, אמרה ראשת העיר ביום שישי."
ARABIC = "سيغلق الجسر فوق النهر لمدة ثلاثة أسابيع، قالت رئيسة البلدية يوم الجمعة."
LITHUANIAN = "Tiltas per upę bus uždarytas tris savaites, penktadienį pranešė miesto merė žurnalistams."
THAI = "สะพานข้ามแม่น้ำจะปิดเป็นเวลาสามสัปดาห์ นายกเทศมนตรีกล่าวเมื่อวันศุกร์"
SIMPLIFIED = "市长周五表示,这座横跨河流的大桥将关闭三个星期,以便进行维修工作。"
TRADITIONAL = "市長週五表示,這座橫跨河流的大橋將關閉三個星期,以便進行維修工作。"
JAPANESE = "港の橋は九か月ぶりに再び開通したと市役所が金曜日に発表した。"
KOREAN = "시장은 금요일에 강을 가로지르는 다리가 삼 주 동안 폐쇄될 것이라고 말했다."
ALL = (
    GERMAN, POLISH, RUSSIAN, UKRAINIAN, GREEK, TURKISH, HEBREW, ARABIC, LITHUANIAN, THAI, SIMPLIFIED, TRADITIONAL,
    JAPANESE, KOREAN,
)  # fmt: skip

LABELS = [
    (GERMAN, "cp1252", "windows-1252"),
    (GERMAN, "latin-1", "iso-8859-1"),
    (GERMAN, "iso8859-15", "ISO-8859-15"),
    (GERMAN, "mac-roman", "macintosh"),
    (GERMAN, "mac-roman", "x-mac-roman"),
    (GERMAN, "cp1252", "x-cp1252"),
    (POLISH, "cp1250", "windows-1250"),
    (POLISH, "iso8859-2", "iso-8859-2"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (RUSSIAN, "koi8-r", "KOI8-R"),
    (RUSSIAN, "iso8859-5", "iso-8859-5"),
    (RUSSIAN, "cp866", "ibm866"),
    (RUSSIAN, "mac-cyrillic", "x-mac-cyrillic"),
    (UKRAINIAN, "koi8-u", "koi8-u"),
    (GREEK, "cp1253", "windows-1253"),
    (GREEK, "iso8859-7", "iso-8859-7"),
    (TURKISH, "cp1254", "windows-1254"),
    (TURKISH, "iso8859-9", "iso-8859-9"),
    (HEBREW, "cp1255", "windows-1255"),
    (HEBREW, "iso8859-8", "iso-8859-8"),
    (HEBREW, "iso8859-8", "iso-8859-8-i"),
    (ARABIC, "cp1256", "windows-1256"),
    (ARABIC, "iso8859-6", "iso-8859-6"),
    (LITHUANIAN, "cp1257", "windows-1257"),
    (LITHUANIAN, "iso8859-13", "iso-8859-13"),
    (THAI, "cp874", "tis-620"),
    (THAI, "cp874", "windows-874"),
    (SIMPLIFIED, "gb18030", "gb18030"),
    (SIMPLIFIED, "gbk", "gb2312"),
    (SIMPLIFIED, "gbk", "x-gbk"),
    (TRADITIONAL, "big5", "big5"),
    (TRADITIONAL, "big5hkscs", "big5-hkscs"),
    (JAPANESE, "cp932", "shift_jis"),
    (JAPANESE, "cp932", "x-sjis"),
    (JAPANESE, "cp932", "windows-31j"),
    (JAPANESE, "euc_jp", "x-euc-jp"),
    (KOREAN, "cp949", "euc-kr"),
    (KOREAN, "cp949", "ks_c_5601-1987"),
    (KOREAN, "cp949", "windows-949"),
]


def page(text: str, meta: str = "") -> str:
    """Write a page with markup before and after its text."""
    return f"<html><head>{meta}<title>Bridge</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("text", "encoding", "label"), LABELS)
def test_every_label_of_the_web_is_understood(text: str, encoding: str, label: str) -> None:
    """In the header or in either kind of meta element, a label that fits the bytes is believed."""
    assert decode(page(text).encode(encoding), declared=label) == page(text)
    for meta in (f'<meta charset="{label}">', f"<meta http-equiv=Content-Type content='text/html; charset={label}'>"):
        assert decode(page(text, meta).encode(encoding)) == page(text, meta)


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "gb2312", "shift_jis", "utf-16", "no-such-charset"])
def test_valid_utf8_beats_header_and_meta(text: str, label: str) -> None:
    """No label of any kind spoils bytes that are valid UTF-8."""
    written = page(text, f'<meta charset="{label}">')
    assert decode(written.encode(), declared=label) == written


@pytest.mark.parametrize(("mark", "encoding"), [
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
])  # fmt: skip
@pytest.mark.parametrize("text", ALL)
def test_a_byte_order_mark_beats_header_and_meta(mark: bytes, encoding: str, text: str) -> None:
    """What the first bytes say counts more than two labels, and is no part of the text."""
    written = page(text, '<meta charset="koi8-r">')
    assert decode(mark + written.encode(encoding), declared="windows-1251") == written


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen(text: str, encoding: str) -> None:
    """Markup in two bytes a sign is told by its zeros, whatever the labels say."""
    written = page(text, '<meta charset="utf-8">' + "<meta name=a content=b>" * 10)
    assert decode(written.encode(encoding), declared="utf-8") == written


def test_the_header_beats_the_meta_element() -> None:
    """Where both could be, the server is believed, as browsers do."""
    written = page(RUSSIAN, '<meta charset="koi8-r">')
    assert decode(written.encode("cp1251"), declared="windows-1251") == written


@pytest.mark.parametrize("declared", ["utf-8", "euc-jp", "x-unknown", "", None, "utf-16", "utf-7"])
def test_a_header_that_cannot_be_is_passed_over(declared: str | None) -> None:
    """A label that the bytes contradict, or that names nothing, leaves the word to the meta element."""
    written = page(RUSSIAN * 3, '<meta charset="windows-1251">')
    assert decode(written.encode("cp1251"), declared=declared) == written


def test_of_two_meta_elements_the_first_that_can_be_counts() -> None:
    """A template's `utf-8` before the page's own label does not hide it; of two that can be, the first counts."""
    written = page(RUSSIAN * 3, '<meta charset="utf-8"><meta charset="windows-1251"><meta charset="koi8-r">')
    assert decode(written.encode("cp1251")) == written


def test_labels_in_comments_and_other_elements_are_none() -> None:
    """What is commented out is not said."""
    written = page(RUSSIAN, '<!-- <meta charset="koi8-r"> --><meta charset="windows-1251">')
    assert decode(written.encode("cp1251")) == written


@pytest.mark.parametrize("bytes_before", [0, 900, 1_024, 3_000, 15_000])
def test_a_late_meta_element_still_counts(bytes_before: int) -> None:
    """The standard looks at 1,024 bytes; pages with much before their label are read all the same."""
    written = page(RUSSIAN, "<script>" + "x" * bytes_before + '</script><meta charset="windows-1251">')
    assert decode(written.encode("cp1251")) == written


def test_a_label_in_the_text_is_no_label() -> None:
    """Beyond 16 kB, where articles about charsets begin, nothing is a label; the bytes are weighed."""
    written = page(RUSSIAN * 20, "<script>" + "x" * 17_000 + "</script>") + '<meta charset="koi8-r">'
    assert RUSSIAN in decode(written.encode("cp1251"))


def test_the_declaration_of_xml_counts() -> None:
    """XHTML may say its encoding in its first line."""
    written = f'<?xml version="1.0" encoding="windows-1251"?>{page(RUSSIAN)}'
    assert decode(written.encode("cp1251")) == written


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "gb18030", None])
def test_a_broken_byte_in_much_utf8_does_not_give_the_label_its_way(label: str | None) -> None:
    """UTF-8 that was cut somewhere stays UTF-8: one sign is lost, not all of them."""
    broken = page(RUSSIAN * 5).encode().replace("мэр".encode(), b"\xd0\xbc\xff\xd1\x80", 1)
    text = decode(broken, declared=label)
    assert text.count(RUSSIAN) == 4
    assert text.count("\ufffd") == 1


def test_two_odd_bytes_do_not_beat_a_label() -> None:
    """Short Latin-1 with hardly an accent is read by its label."""
    assert decode("<p>café à la crème</p>".encode("latin-1"), declared="iso-8859-1") == "<p>café à la crème</p>"


@pytest.mark.parametrize(("text", "encoding"), [
    (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (GREEK, "cp1253"), (SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5"),
    (JAPANESE, "cp932"), (KOREAN, "cp949"), (ARABIC, "cp1256"), (GERMAN, "cp1252"),
])  # fmt: skip
def test_without_labels_the_bytes_are_weighed(text: str, encoding: str) -> None:
    """A page that says nothing is read by what its bytes are like."""
    assert text in decode(page(text * 5).encode(encoding))


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xff" * 500, b"\xfe\xff\x00", bytes(range(256)) * 9]
)
@pytest.mark.parametrize("label", ["utf-8", "utf-16", "iso-2022-jp", "big5", None])
def test_any_bytes_are_read_as_something(body: bytes, label: str | None) -> None:
    """No bytes and no label make it fail, and what comes out can be written as UTF-8."""
    decode(body, declared=label).encode("utf-8")
