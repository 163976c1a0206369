"""Text: the body, by the first reading that is good enough."""

from selectolax.lexbor import LexborHTMLParser

from services.extract import text
from services.extract.block_features import Stated

SENTENCE = "The old bridge over the harbour was opened to traffic on Friday evening, said the harbour master. "


def _read(html: str, stated_body: str = "") -> text.Reading:
    return text.read(LexborHTMLParser(html), stated=Stated(body=stated_body))


def test_paragraphs_are_lines() -> None:
    """Paragraphs are separated by a line feed, and nothing else breaks a line."""
    reading = _read(
        f"<html><body><article><p>{SENTENCE}\n{SENTENCE}</p><p>Second. {SENTENCE * 2}</p></article></body></html>"
    )
    assert len(reading.text.split("\n")) == 2
    assert reading.method == "blocks"


def test_what_is_no_text_is_not_read() -> None:
    """Scripts, styles, navigation, boxes and footers do not get into the body."""
    chaff = "<script>var a</script><style>p{}</style><nav><p>Menu</p></nav><aside>Box</aside><footer>Foot</footer>"
    reading = _read(f"<html><body>{chaff}<article><p>{SENTENCE * 4}</p>{chaff}</article></body></html>")
    assert reading.text == (SENTENCE * 4).strip()


def test_the_stated_body_stands_in_where_the_page_holds_little() -> None:
    """A page that a script fills is read from its structured data, without markup."""
    reading = _read(
        "<html><body><div><p>Loading</p></div></body></html>",
        stated_body=f"<p>{SENTENCE * 3}</p>\n\nThe end &amp; more.",
    )
    assert reading.method == "article_body"
    assert reading.text.split("\n")[-1] == "The end & more."


def test_a_page_without_text_gives_none() -> None:
    """Nothing readable gives an empty text and no error."""
    assert _read("<html><body><script>render()</script></body></html>").text == ""


def test_a_page_does_not_remember_the_one_before() -> None:
    """The same page gives the same text a second time, and after others with the same sentences."""
    page = f"<html><body><article><p>{SENTENCE * 3}</p><p>Only here. {SENTENCE}</p></article></body></html>"
    first = _read(page)
    for _ in range(5):
        _read(f"<html><body><article><p>{SENTENCE * 3}</p></article></body></html>")
    assert _read(page) == first
