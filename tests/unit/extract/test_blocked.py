# ruff: noqa: E501 - a page stands on one line
"""Blocked: what a site gives to those whom it does not let in, told from articles about such things."""

import pickle
import time

import pytest

from services.extract import blocked, notices
from services.extract.blocked import Block, Blocked, of_answer, of_headers
from services.extract.page import read_page
from services.kit.errors import Rejected

URL = "https://courier.example/local/bridge-opens-again.html"
SENTENCE = "The old bridge over the harbour was opened to traffic on Friday evening, the city said. "
WIDGET = "<div class='g-recaptcha' data-sitekey='x'></div>"
LOGIN_FORM = "<form><input name=user><input type='password' name=p><button>Go</button></form>"


def page(title: str, body: str, head: str = "") -> bytes:
    """Write a page."""
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def told(html: bytes) -> str | None:
    """Return the kind of block that a page is, None for an article."""
    try:
        read_page(html, url=URL)
    except Blocked as error:
        return error.block.kind
    return None


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (401, {"www-authenticate": "Basic"}, b"", "login"),
        (402, {}, b"", "paywall"),
        (407, {}, b"", "login"),
        (429, {}, b"", "rate_limit"),
        (451, {}, b"", "geo"),
        (403, {"cf-mitigated": "challenge"}, b"", "bot_challenge"),
        (503, {"cf-mitigated": "challenge"}, b"", "bot_challenge"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "bot_challenge"),
        (405, {"x-amzn-waf-action": "captcha"}, b"", "bot_challenge"),
        (403, {"x-datadome": "protected"}, b"", "bot_challenge"),
        (403, {"x-sucuri-block": "GEO01"}, b"", "bot_challenge"),
        (429, {"x-vercel-mitigated": "challenge"}, b"", "bot_challenge"),
        (403, {"server": "ddos-guard"}, b"", "bot_challenge"),
        (403, {"retry-after": "60"}, b"", "rate_limit"),
        (403, {}, page("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>"), "bot_challenge"),
        (503, {}, page("Just a moment...", "<p>Checking.</p>"), "bot_challenge"),
        (403, {}, page("Access Denied", "<h1>Access Denied</h1>You don't have permission. Reference #18.2f"), "bot_challenge"),
        (403, {}, page("ERROR: The request could not be satisfied", "<h1>403 ERROR</h1>"), "bot_challenge"),
        (403, {}, page("Zugriff verweigert", "<p>Bitte warten</p>"), "bot_challenge"),
        (403, {}, page("Доступ ограничен", "<p>IP</p>"), "bot_challenge"),
        (403, {}, page("Too Many Requests", "<p>Later.</p>"), "rate_limit"),
        (403, {}, page("Sorry", "<p>This content is not available in your country.</p>"), "geo"),
        (403, {}, page("Welcome", LOGIN_FORM), "login"),
        (403, {}, page("Nope", WIDGET), "bot_challenge"),
        (403, {}, b"", None),
        (403, {}, page("Forbidden", "<p>nginx</p>"), None),
        (404, {"x-datadome": "protected"}, page("Just a moment...", ""), None),
        (410, {}, page("Access denied", ""), None),
        (503, {"x-iinfo": "9-1", "x-datadome": "protected", "server": "ddos-guard"}, page("Error", ""), None),
        (401, {"x-iinfo": "9-1"}, b"", "login"),
        (500, {}, page("Internal error", "<p>Something broke.</p>"), None),
        (503, {"retry-after": "30"}, page("Back soon", "<p>We are down for maintenance.</p>"), None),
        (502, {"server": "cloudflare"}, b"bad gateway", None),
    ],
)  # fmt: skip
def test_refusals_are_told_by_status_headers_and_body(
    status: int, headers: dict[str, str], body: bytes, kind: str | None
) -> None:
    """An answer that is no page has the one kind that its status, its headers or its words give away, or none."""
    block = of_answer(status, headers, body)
    assert (block.kind if block else None) == kind


def test_headers_that_guards_send_with_every_answer_are_no_refusal() -> None:
    """Some products name themselves on each page that they let through."""
    assert of_headers(200, {"x-datadome": "protected", "server": "ddos-guard", "x-iinfo": "9-1"}) is None
    assert of_headers(200, {"cf-mitigated": "challenge"}) == Block("bot_challenge", "header cf-mitigated")


LET_THROUGH = page(
    "The diary",
    "<h1>The diary</h1>" + "<p>He wrote that the ferry had left before the storm, and that nobody was missed.</p>" * 40,
    '<script src="/_Incapsula_Resource?x=1"></script>',
)


def test_the_script_of_a_guard_on_a_page_that_it_lets_through_is_no_challenge() -> None:
    """Such a script is put into every page of a site; only where it stands alone is it all that there is."""
    assert told(LET_THROUGH) is None


CHALLENGES = {
    "cloudflare": page("Just a moment...", "<noscript>Enable JavaScript</noscript>", "<script>window._cf_chl_opt={}</script>"),
    "reloaded": page("", "<p>Loading</p>", '<meta http-equiv="refresh" content="5">'),
    "akamai": page("", "", "<meta http-equiv=\"refresh\" content=\"5; URL='/local/x?bm-verify=AAQ'\">"),
    "incapsula": page("", '<iframe id="main-iframe" src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe>'),
    "incapsula script": page("", "", '<script src="/_Incapsula_Resource?x=1"></script>'),
    "perimeter": page("Access to this page has been denied", "<div id='px-captcha'></div><p>Press &amp; Hold</p>"),
    "datadome": page("courier.example", "<p>Please enable JS</p><script>var dd={'host':'geo.captcha-delivery'}</script>"),
    "imperva": page("Pardon Our Interruption", "<h1>Pardon Our Interruption...</h1><p>As you were browsing something made us think you were a bot.</p>"),
    "robot": page("Courier - Are you a robot?", "<p>Please make sure your browser supports JavaScript.</p>"),
    "waf": page("Human Verification", "<div id='captcha-container'></div><script>window.gokuProps={}</script>"),
    "captcha": page("courier", f"<p>One more step</p>{WIDGET}"),
    "turnstile": page("courier", "<p>Please show that you are a person.</p><div class='cf-turnstile'></div>"),
    "cloudflare block": page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>You are unable to access</p>"),
    "de": page("Einen Moment, bitte...", "<p>Ihr Browser wird geprüft.</p>"),
    "fr": page("Un instant…", "<p>Vérification.</p>"),
    "es": page("Acceso denegado", "<p>No tiene permiso.</p>"),
    "it": page("Accesso negato", "<p>Non hai il permesso.</p>"),
    "pt": page("Só um momento...", "<p>Aguarde.</p>"),
    "nl": page("Een ogenblik geduld...", "<p>Wacht.</p>"),
    "ru": page("Доступ запрещён", "<p>Подождите.</p>"),
    "ar": page("لحظة واحدة...", "<p>انتظر</p>"),
    "zh": page("请稍候…", "<p>正在检查</p>"),
    "ja": page("しばらくお待ちください...", "<p>確認しています</p>"),
    "ko": page("잠시만 기다려 주세요...", "<p>확인 중</p>"),
    "pl": page("Odmowa dostępu", "<p>Brak uprawnień.</p>"),
    "tr": page("Bir dakika lütfen...", "<p>Kontrol ediliyor.</p>"),
}  # fmt: skip
WALLS = {
    "geo": page("Courier", "<h1>Courier</h1><p>We are sorry, this article is not available in your region.</p>"),
    "geo 451": page("451", "<h1>451: Unavailable due to legal reasons</h1><p>We recognise you are from Europe.</p>"),
    "geo de": page("Courier", "<p>Dieser Beitrag ist in Ihrem Land leider nicht verfügbar.</p>"),
    "geo ja": page("ニュース", "<p>お住まいの地域ではこのコンテンツをご覧いただくことができません。</p>"),
    "login": page("Log in | Courier", f"<h1>Log in</h1>{LOGIN_FORM}<p>Forgot your password?</p>"),
    "login de": page("Anmelden - Kurier", f"<p>Willkommen zurück bei Ihrem Kurier.</p>{LOGIN_FORM}"),
    "login zh": page("用户登录", f"<p>欢迎</p>{LOGIN_FORM}"),
    "login bare": page("Courier", LOGIN_FORM),
    "paywall": page("The diary | Courier", "<h1>The diary</h1><p>Subscribe to continue reading this story.</p><p>Already a subscriber? Log in.</p>"),
    "paywall de": page("Das Tagebuch", "<h1>Das Tagebuch</h1><p>Jetzt weiterlesen: Dieser Artikel ist exklusiv für Abonnenten.</p>"),
    "paywall fr": page("Le journal", "<h1>Le journal</h1><p>Cet article est réservé aux abonnés.</p>"),
    "paywall es": page("El diario", "<p>Contenido exclusivo para suscriptores.</p>"),
    "paywall pl": page("Dziennik", "<p>Artykuł tylko dla prenumeratorów. Wykup dostęp.</p>"),
    "paywall ko": page("일기", "<p>이 기사는 구독자 전용입니다.</p>"),
    "paywall stated": page("The diary", "<h1>The diary</h1><p>By Ann Reed</p>", '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The diary","isAccessibleForFree":false}</script>'),
    "consent": page("Your privacy", "<h1>We value your privacy</h1><p>We and our partners use cookies and tracking to show personalised advertising. You can consent or reject cookies.</p>"),
    "consent de": page("Einwilligung", "<p>Wir brauchen Ihre Zustimmung: Mit Cookies und Tracking finanzieren wir uns durch Werbung. Mehr in der Datenschutzerklärung.</p>"),
    "rate_limit": page("429 Too Many Requests", "<h1>Too Many Requests</h1><p>Try again later.</p>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHALLENGES)
def test_challenges_are_told(name: str) -> None:
    """A page that asks for proof of a person is no article, whoever made it and in whatever language."""
    assert told(CHALLENGES[name]) == "bot_challenge"


@pytest.mark.parametrize("name", WALLS)
def test_walls_are_told(name: str) -> None:
    """A page of which nothing but the wall is seen has the wall's kind."""
    assert told(WALLS[name]) == name.split(maxsplit=1)[0]


@pytest.mark.parametrize("name", [*CHALLENGES, *WALLS])
def test_an_article_stays_one_whatever_stands_in_it(name: str) -> None:
    """With an article's text beside it, no title, mark, form or sentence makes a page a wall."""
    html = {**CHALLENGES, **WALLS}[name]
    article = "".join(f"<p>{number}. {SENTENCE * 3}</p>" for number in range(5)).encode()
    if b"_cf_chl_opt" not in html:
        assert told(html.replace(b"</body>", b"<article>" + article + b"</article></body>")) is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Access denied: how a town lost its library", SENTENCE * 2),
        ("Are you a robot? How tests for people came about", SENTENCE * 2),
        ("A short report about cookies", "The bakery sold 4,000 cookies on Friday. It sold fewer cookies the week before, the owner said."),
        ("Streaming", "The series is a success in Denmark, and viewers elsewhere wait for it to be shown in their own countries."),
        ("Bank opens", "The branch was opened on Friday evening by the mayor and her deputy, who both spoke of a good day for the town."),
    ],
)  # fmt: skip
def test_short_articles_about_such_things_are_articles(title: str, text: str) -> None:
    """Two sentences are enough, when only a part of the headline or a single word is like a wall's."""
    assert told(page(f"{title} | Courier", f"<article><h1>{title}</h1><p>{text}</p></article>")) is None


def test_a_form_for_readers_beside_an_article_is_no_wall() -> None:
    """Many pages hold a login dialog with a heading of its own; what is seen of the page is more than that."""
    dialog = f"<div class=dialog><h1>Log in</h1>{LOGIN_FORM}</div>"
    menu = "".join(f"<li><a href='/{number}'>Section of things {number}</a></li>" for number in range(50))
    assert told(page("Bridge", f"{dialog}<ul>{menu}</ul><article><h1>Bridge</h1><p>{SENTENCE}</p></article>")) is None


def test_a_teaser_is_an_article_with_a_flag() -> None:
    """A sentence before the wall is worth having; the flag says that there is more."""
    html = page(
        "The diary", f"<article><h1>The diary</h1><p>{SENTENCE}</p><p>Subscribe to continue reading.</p></article>"
    )
    content = read_page(html, url=URL)
    assert SENTENCE.strip() in content.text
    assert "paywall" in content.flags
    assert "paywall" not in read_page(page("The diary", f"<p>{SENTENCE * 20}</p>"), url=URL).flags


def test_a_block_survives_its_way_out_of_a_worker() -> None:
    """Kind and evidence come back as they were, and code and retry follow from the kind."""
    assert issubclass(Blocked, Rejected)
    for kind, code, retryable in (
        ("paywall", "page.paywalled", False),
        ("rate_limit", "page.rate_limited", True),
        ("geo", "page.blocked", False),
        ("consent", "page.blocked", False),
    ):
        back = pickle.loads(pickle.dumps(Blocked(Block(kind, "why"))))
        assert isinstance(back, Blocked)
        assert (back.block, back.code, back.retryable, back.suspicious) == (Block(kind, "why"), code, retryable, False)


def test_evidence_is_short() -> None:
    """What is quoted of a page goes into the log, so it is one short line."""
    html = page("Just a moment...", "", f"<script>_cf_chl_opt</script><title>{'x' * 5000}\n</title>")
    with pytest.raises(Blocked) as caught:
        read_page(html, url=URL)
    assert len(caught.value.message) < 120
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "noise",
    ["<" * 60_000, "<script>" * 8_000, "<!--" * 16_000, "<meta " * 10_000, "<input " * 9_000, "<title " * 9_000],
)
def test_hostile_answers_are_judged_in_time(noise: str) -> None:
    """A refusal's body is bounded, and no pattern takes long for any of it."""
    started = time.monotonic()
    of_answer(403, {}, noise.encode())
    assert time.monotonic() - started < 1


def test_notices_are_counted_in_any_script() -> None:
    """Words are words, and scripts without spaces count two signs as one."""
    assert notices.size("Two words") == 2
    assert notices.size("港の橋は再び開通した") == 5
    assert blocked.is_teaser("Mehr davon.\nJetzt weiterlesen") is True
