"""Blocks: a page cut into runs of text, and the model that tells which belong to the article."""

from selectolax.lexbor import LexborHTMLParser

from services.extract import blocks
from services.extract.block_features import FEATURES, Stated, vectors
from services.extract.block_model import names, packaged

SENTENCE = "The old bridge over the harbour was opened to traffic on Friday evening, said the harbour master."
PAGE = (
    "<body><div class='siteMenu'><a href='/a'>Home</a> <a href='/b'>Weather</a></div>"
    f"<article><h1>Bridge opened</h1><p>{SENTENCE * 2}</p><p>{SENTENCE * 3}</p><ul><li>{SENTENCE}</li></ul></article>"
    "<div class='related-links'><a href='/c'>Read more: another bridge</a></div></body>"
)


def _cut(html: str) -> list[blocks.Block]:
    return blocks.cut(LexborHTMLParser(html))


def test_a_block_ends_where_an_element_stands_apart() -> None:
    """Paragraphs, items and text between them are blocks of their own; elements inside a line cut nothing."""
    found = _cut("<body>one <b>two</b><p>three <i>four</i></p>five<ul><li>six<li>seven</ul></body>")
    assert [block.text for block in found] == ["one two", "three four", "five", "six", "seven"]


def test_one_break_is_a_line_and_two_are_a_block() -> None:
    """A single line break separates lines of a block; two in a row end it."""
    assert [block.text for block in _cut("<p>one<br>two<br><br>three</p>")] == ["one\ntwo", "three"]


def test_links_are_counted() -> None:
    """A block knows how many of its characters lead elsewhere."""
    (block,) = _cut("<p>see <a href='/x'>there</a></p>")
    assert (block.chars, block.link_chars) == (9, 5)


def test_what_is_declared_invisible_is_marked() -> None:
    """Hidden elements hide what is inside them."""
    found = _cut("<div style='display: none'><p>a</p></div><div hidden>b</div><p>c</p>")
    assert [block.frame.hidden for block in found] == [True, True, False]


def test_frames_add_up() -> None:
    """The body's frame holds all characters of the page."""
    found = _cut(PAGE)
    frame = found[0].frame
    while frame.parent is not None:
        frame = frame.parent
    assert frame.chars == sum(block.chars for block in found)
    assert frame.blocks == len(found)


def test_each_block_has_every_feature() -> None:
    """There is one value for each name, in any page, also one of a single block."""
    for html in (PAGE, "<p>x</p>", "text"):
        assert {len(row) for row in vectors(_cut(html), Stated(title="x"))} == {len(FEATURES)}


def test_a_link_among_links_is_a_menu() -> None:
    """Links side by side are a menu; a link alone in a paragraph beside others, or in their list, is not."""
    menu = "<div><ul><li><a href='/a'>Home</a><li><a href='/b'>Weather</a></ul></div>"
    article = f"<article><p>{SENTENCE}</p><p><a href='/c'>The timetable</a></p><p>{SENTENCE}</p></article>"
    found = _cut(menu + article)
    assert [block.text for block in found if block.in_menu] == ["Home", "Weather"]
    assert len(vectors(found, Stated())) == len(found) - 2


def test_scripts_and_forms_to_fill_in_are_passed_over() -> None:
    """What never holds an article gives no block, and the tree stays whole; a form around a page is no such form."""
    inner = (
        "<script>var a</script><nav>Menu</nav><form><p>Your mail</p><script>" + "x" * 500 + "</script></form><p>one</p>"
    )
    tree = LexborHTMLParser(inner)
    before = tree.html
    assert [block.text for block in blocks.cut(tree)] == ["one"]
    assert tree.html == before
    assert [block.text for block in _cut(f"<form><p>{SENTENCE * 5}</p></form>")] == [SENTENCE * 5]
    blocks.prune(tree)
    assert tree.body is not None
    assert tree.body.text() == "one"


def test_naming_is_split_into_words() -> None:
    """Humps, dashes and digits separate words."""
    assert names("siteMenu article__body-2 x") == ["article", "body", "menu", "site"]


def test_the_model_tells_the_article_from_links() -> None:
    """Paragraphs of the article are likely, menus and links to other articles are not."""
    found = _cut(PAGE)
    likely = dict(zip([block.text for block in found], packaged().probabilities(found, Stated()), strict=True))
    assert likely[SENTENCE * 2] > 0.5
    assert likely[SENTENCE * 3] > 0.5
    assert likely["Home Weather"] < 0.5
    assert likely["Read more: another bridge"] < 0.5


def test_the_model_remembers_no_page() -> None:
    """The same page gives the same numbers after other pages."""
    first = packaged().probabilities(_cut(PAGE), Stated())
    for i in range(50):
        packaged().probabilities(_cut(PAGE.replace("related", f"teaser-{i}")), Stated())
    assert packaged().probabilities(_cut(PAGE), Stated()) == first
