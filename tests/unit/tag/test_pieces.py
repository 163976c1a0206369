"""Pieces of a text: offsets, casing, quotations, windows."""

from importlib.resources import files

import pytest
from tokenizers import Tokenizer

from services.tag.cited.pieces import IN_QUOTE, OPENS_PARAGRAPH, Pieces, cut, windows
from services.tag.cited.source_model import VOCABULARY, tokenizer_of


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Return the packaged tokenizer."""
    return tokenizer_of((files("services.tag") / "data" / VOCABULARY).read_text(encoding="utf-8"))


def shown(text: str, pieces: Pieces) -> list[str]:
    """Give the words of each piece."""
    return [text[start:end] for start, end in zip(pieces.starts, pieces.ends, strict=True)]


TEXTS = [
    "Officials said on Monday.",
    "\u201cNo,\u201d said \u00c9lodie Cr\u00e8vec\u0153ur\u00a0\u2014 twice.\r\nThen she left.",
    "\U0001f1fa\U0001f1e6 \U0001f468\u200d\U0001f469\u200d\U0001f467 says \u201chi\u201d \U0001f600\ufe0f",
    "\u0642\u0627\u0644 \u0645\u0635\u062f\u0631 \u0644\u0648\u0643\u0627\u0644\u0629",
    "\u5171\u540c\u793e\u306f\u3001\u653f\u5e9c\u7b4b\u304c\u8ff0\u3079\u305f\u3068\u5831\u3058\u305f\u3002",
    "e\u0301te\u0301 \ufb01ne \u00df \u0130stanbul \x00\x07\ufffd\ud7ff",
    "a" * 5000,
    "",
    "\n\n \u2028 \n",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_pieces_lie_in_the_text_one_behind_the_other(text: str, tokenizer: Tokenizer) -> None:
    """The pieces of any text, in any script, are ranges of it in its order."""
    pieces = cut(text, tokenizer)
    assert all(0 <= start <= end <= len(text) for start, end in zip(pieces.starts, pieces.ends, strict=True))
    assert all(end <= start for end, start in zip(pieces.ends, pieces.starts[1:], strict=False))
    assert len(pieces.ids) == len(pieces.casing) == len(pieces.quoting) == len(pieces)


def test_no_more_pieces_are_cut_than_wanted(tokenizer: Tokenizer) -> None:
    """A long text gives its first pieces, and what lies far behind them is not even looked at."""
    text = "He said. " * 1000
    most, whole = cut(text, tokenizer, 100), cut(text, tokenizer)
    assert (len(most), most.starts, most.ends) == (100, whole.starts[:100], whole.ends[:100])
    assert most.paragraphs == {0}
    assert len(most.text) < 1000
    assert len(cut("He said.", tokenizer, 100)) == 3


def test_capitals_are_told_apart(tokenizer: Tokenizer) -> None:
    """Small, capital, first capital and digits have different kinds of casing."""
    kinds = cut("said NATO Berlin 2021 ,", tokenizer).casing
    assert len(set(kinds.tolist())) == 5


def test_a_quotation_is_marked_within_its_paragraph(tokenizer: Tokenizer) -> None:
    """What stands between two marks is quoted; a mark left open ends with its paragraph."""
    text = 'He said "so it is" aloud. "No\nmore of it'
    pieces = cut(text, tokenizer)
    quoted = [
        word
        for word, flags in zip(shown(text, pieces), pieces.quoting, strict=True)
        if flags & IN_QUOTE and word != '"'
    ]
    assert quoted == ["so", "it", "is", "No"]
    opens = [word for word, flags in zip(shown(text, pieces), pieces.quoting, strict=True) if flags & OPENS_PARAGRAPH]
    assert opens == ["He", "more"]


@pytest.mark.parametrize("longest", [5, 17, 190])
@pytest.mark.parametrize("text", [*TEXTS, 'One. Two! Three? "Four." Five\n' * 60], ids=range(len(TEXTS) + 1))
def test_windows_cover_each_piece_once(text: str, longest: int, tokenizer: Tokenizer) -> None:
    """Windows follow one another without gap, none is empty, and none is longer than allowed."""
    pieces = cut(text, tokenizer)
    found = list(windows(pieces, longest))
    assert [place for start, end in found for place in range(start, end)] == list(range(len(pieces)))
    assert all(0 < end - start <= longest for start, end in found)


def test_a_window_ends_with_a_paragraph_sooner_than_with_a_sentence(tokenizer: Tokenizer) -> None:
    """A paragraph's end in its second half ends a window, else a sentence's, else it is full."""
    words = "one two three four five six. Seven eight nine\nTen eleven twelve thirteen. Fourteen"
    pieces = cut(words, tokenizer)
    first = [shown(words, pieces)[start] for start, _ in windows(pieces, 11)]
    assert first[1] == "Ten"
    plain = words.replace("\n", " ")
    pieces = cut(plain, tokenizer)
    assert [shown(plain, pieces)[start] for start, _ in windows(pieces, 11)][1] == "Seven"
