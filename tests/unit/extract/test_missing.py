# ruff: noqa: E501, RUF001 - titles in many languages, as sites write them
"""Missing: pages that say with status 200 that there is none, told from pages about missing things."""

import pytest

from services.extract import missing
from services.extract.page import read_page
from services.kit.errors import Rejected

URL = "https://courier.example/local/bridge-opens-again-today"
SENTENCE = "The old bridge over the harbour was opened to traffic on Friday evening, the city said. "
TITLES = (
    "Page not found", "404 - Page Not Found | Courier", "Error 404", "404 Not Found", "Oops! The page doesn't exist",
    "This page is no longer available", "Sorry, we can't find that page", "Article not found - Courier",
    "Seite nicht gefunden | Kurier", "Fehler 404", "Die Seite existiert nicht mehr", "Page introuvable", "Erreur 404",
    "Cette page n'existe plus", "Página no encontrada", "La página que buscas no existe", "Pagina non trovata",
    "Página não encontrada", "Erro 404", "Pagina niet gevonden", "Deze pagina bestaat niet", "Страница не найдена",
    "Ошибка 404", "الصفحة غير موجودة", "页面不存在", "找不到网页", "ページが見つかりません", "お探しのページは見つかりませんでした",
    "페이지를 찾을 수 없습니다", "Nie znaleziono strony", "Strona nie istnieje", "Sayfa bulunamadı",
    "Aradığınız sayfa bulunamadı", "404",
)  # fmt: skip


def page(title: str, text: str, heading: str = "Courier") -> bytes:
    """Write a page."""
    return f"<html><head><title>{title}</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>".encode()


@pytest.mark.parametrize("title", TITLES)
def test_titles_that_say_so_are_believed(title: str) -> None:
    """In the window's title or on the page, in any language: hardly any text and such a title are a missing page."""
    for html in (page(title, "Go to the front page."), page("Courier", "Go to the front page.", heading=title)):
        with pytest.raises(Rejected) as caught:
            read_page(html, url=URL)
        assert (caught.value.code, caught.value.retryable) == ("page.soft_404", False)


@pytest.mark.parametrize("title", TITLES)
def test_an_article_below_such_a_title_stays_one(title: str) -> None:
    """A text is an article, whatever its title says."""
    assert read_page(page(title, SENTENCE * 8, heading=title), url=URL).word_count > 100


@pytest.mark.parametrize(
    "title",
    ["Page not found: inside the archive that lost its letters", "Peugeot 404 turns sixty", "Missing boy was found", "Body not found after search of the lake"],
)  # fmt: skip
def test_headlines_about_missing_things_are_headlines(title: str) -> None:
    """Two sentences are enough for an article whose headline only holds such words."""
    assert read_page(page(f"{title} | Courier", SENTENCE * 2, heading=title), url=URL).title


@pytest.mark.parametrize(
    ("requested", "final", "elsewhere"),
    [
        ("https://a.example/2026/03/05/the-bridge-opens-again", "https://a.example/", True),
        ("https://a.example/2026/03/05/the-bridge-opens-again", "https://www.a.example", True),
        ("http://a.example/local/the-bridge-opens-again", "https://a.example/local/", True),
        ("https://a.example/local/story-1234567.html", "https://a.example/local", True),
        ("https://a.example/local/the-bridge-opens-again/amp", "https://a.example/local/the-bridge-opens-again", False),
        ("https://a.example/local/1234567/amp", "https://a.example/local/1234567", False),
        ("https://a.example/local/the-bridge-opens-again", "https://a.example/local/the-bridge-opens-again/", False),
        ("https://a.example/1234567", "https://a.example/local/the-bridge-opens-again-1234567", False),
        ("https://a.example/local/the-bridge-opens-again", "https://a.example/sport/", False),
        ("https://a.example/local/the-bridge-opens-again", "https://b.example/", False),
        ("https://a.example/local/the-bridge-opens-again", "https://event.a.example/", False),
        ("https://a.example/local/the-bridge-opens-again", "https://a.example/?p=12", False),
        ("https://a.example/en/", "https://a.example/", False),
        ("https://a.example/go/bridge", "https://a.example/", False),
        ("https://a.example/", "https://a.example/", False),
        ("https://a.example/2026/03/05/the-bridge-opens-again", "https://a.example/2026/03/05", True),
    ],
)
def test_a_redirect_to_a_page_above_is_told_from_others(requested: str, final: str, *, elsewhere: bool) -> None:
    """Only from an article's address to a section or the front page of the same host, and not to a better address."""
    assert (missing.by_address(requested, final, None) is not None) == elsewhere


def test_a_page_that_declares_an_address_of_its_own_is_an_article() -> None:
    """Some sites show an article at the address of its section; its canonical link tells."""
    asked, came = "https://a.example/local/the-bridge-opens-again", "https://a.example/local/"
    assert missing.by_address(asked, came, came) is not None
    assert missing.by_address(asked, came, "https://a.example/local/bridge-opens") is None
