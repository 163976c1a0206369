"""Charset: valid UTF-8, then labels, then a guess."""

import pytest

from services.extract.charset import decode

GREEK = "Όλη η γέφυρα άνοιξε ξανά μετά από εννέα μήνες και δύο καταιγίδες στο λιμάνι της πόλης."
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy nad řekou u starého mlýna za městem."
JAPANESE = "港の橋は九か月ぶりに再び開通したと市役所が金曜日に発表した。"


def test_valid_utf8_beats_every_label() -> None:
    """A header and a meta element that both say Latin-1 do not spoil UTF-8."""
    page = f'<meta charset="iso-8859-1"><p>{GREEK}</p>'
    assert decode(page.encode(), declared="windows-1252") == page


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (CZECH, "cp1250", "windows-1250"),
        (GREEK, "iso8859-7", "ISO-8859-7"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "cp932", "Shift_JIS"),
        ("“Quoted” € that is no Latin-1", "cp1252", "iso-8859-1"),
    ],
)
def test_labels_are_believed_when_they_fit(text: str, encoding: str, label: str) -> None:
    """The header's label decides for bytes that are not UTF-8, and so does the page's own."""
    assert decode(text.encode(encoding), declared=label) == text
    page = f'<meta http-equiv="content-type" content="text/html; charset={label}"><p>{text}</p>'
    assert decode(page.encode(encoding)) == page


def test_a_label_that_cannot_be_true_is_passed_over() -> None:
    """The header says UTF-8, the bytes are not, and the meta element knows better."""
    page = f'<meta charset="windows-1253"><p>{GREEK * 3}</p>'
    assert decode(page.encode("cp1253"), declared="utf-8") == page


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_and_wide_characters_are_seen(encoding: str) -> None:
    """A byte order mark decides, and UTF-16 is known without one."""
    page = f"<html><head><title>Bridge</title></head><body><p>{CZECH}</p></body></html>"
    assert decode(page.encode(encoding), declared="iso-8859-1") == page


def test_seven_bit_japanese_is_not_taken_for_ascii() -> None:
    """ISO-2022-JP is valid UTF-8 by its bytes; its label and escapes tell."""
    page = f'<meta charset="iso-2022-jp"><p>{JAPANESE}</p>'
    assert decode(page.encode("iso2022_jp")) == page


def test_without_a_label_the_bytes_are_weighed() -> None:
    """A page without any label is still read."""
    assert "žluťoučký" in decode((f"<p>{CZECH}</p>" * 10).encode("cp1250"))


def test_a_broken_byte_costs_one_character() -> None:
    """UTF-8 that was cut in the middle stays UTF-8."""
    page = (GREEK * 20).encode() + b"\xce"
    assert decode(page, declared=None).startswith(GREEK)


@pytest.mark.parametrize("label", ["utf-7", "idna", "zlib_codec", "unicode_escape", "no-such", "\x00", "hex"])
def test_labels_that_name_no_text_encoding_are_ignored(label: str) -> None:
    """A label cannot switch on a codec that is no character encoding."""
    assert decode("caf\xe9 +ADw-".encode("latin-1"), declared=label).endswith("+ADw-")
