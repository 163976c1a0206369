"""Headline: which of a page's titles is the article's."""

from services.extract.headline import Titles, settle

BRIDGE = "Bridge over the harbour reopens"


def _settle(
    stated: str | None = None,
    shared: tuple[str, ...] = (),
    window: str | None = None,
    headings: tuple[str, ...] = (),
    sections: tuple[str, ...] = (),
) -> str | None:
    titles = Titles(stated=stated, shared=list(shared), window=window, headings=list(headings))
    return settle(titles, sites=["The Courier", "courier.example"], sections=sections)


def test_the_stated_headline_comes_first() -> None:
    """JSON-LD beats the shared title, that the window's, and that the headings; nothing is nothing."""
    assert _settle(BRIDGE, ("Traffic rolls again",), "Window", ("Heading",)) == BRIDGE
    assert _settle(None, ("Traffic rolls again",), "Window", ("Heading",)) == "Traffic rolls again"
    assert _settle(None, (), "Window", ("Heading",)) == "Window"
    assert _settle(None, (), None, ("Heading",)) == "Heading"
    assert _settle() is None


def test_a_headline_for_search_engines_gives_way() -> None:
    """A stated headline that is only the window's title loses against what heading and shared title agree on."""
    searched = "Harbour bridge: reopening, times, traffic"
    assert _settle(searched, (BRIDGE,), f"{searched} | The Courier", (BRIDGE,)) == BRIDGE
    assert _settle(searched, (BRIDGE,), f"{searched} | The Courier", (searched,)) == searched
    assert _settle(searched, (BRIDGE,), BRIDGE, (BRIDGE,)) == searched


def test_kickers_go_where_the_page_leaves_them_out() -> None:
    """A kicker is cut off if the shared title lacks it, or if two titles have different ones; otherwise it stays."""
    assert _settle(f"Works: {BRIDGE}", (BRIDGE,)) == BRIDGE
    assert _settle(None, (f"Works: {BRIDGE}",), None, (f"News from town - {BRIDGE}",)) == BRIDGE
    assert _settle(f"Works: {BRIDGE}", (f"Works: {BRIDGE}",)) == f"Works: {BRIDGE}"
    assert _settle(None, ("All the works: bridge over it reopens",), None, ("The works: bridge over it reopens",)) == (
        "All the works: bridge over it reopens"
    )


def test_site_and_section_behind_the_title_go() -> None:
    """The site's name or host is cut off with any bar, and the section before it, if the page says that it is one."""
    assert _settle(None, (f"{BRIDGE} \uff5c The Courier",)) == BRIDGE
    assert _settle(None, (f"{BRIDGE} | courier.example",)) == BRIDGE
    assert _settle(None, (f"{BRIDGE}-Local\u3163The Courier",), sections=("Local",)) == BRIDGE
    assert _settle(None, (f"{BRIDGE}-Local",), sections=("Local",)) == f"{BRIDGE}-Local"
