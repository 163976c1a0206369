"""Baseline: a change of an outlet is told soon and once, and hardly ever where there is none."""

import random
import statistics

import pytest

from services.extract.baseline import ALARM, LEARNT_MIN, Baselines, Change, Outlet
from tests.fakes import outlets

STEADY = outlets.Outlet(
    agency=0.1, persistence=0.5, authors=0.95, agency_authors=0.5, date=0.99, time=0.95, image=0.9, section=0.9,
    sure=0.95, text=0.98, words_log=6.0, spread=0.4, run=0.2, ticker=0.0,
)  # fmt: skip
PAGES_A_YEAR = 50 * 365
Page = tuple[dict[str, bool], int | None]


def met(pages: list[Page], outlet: Outlet) -> list[tuple[int, Change]]:
    """Let an outlet meet pages; returns its changes with the number of the page that told them."""
    return [(number, change) for number, one in enumerate(pages, 1) for change in outlet.meet(*one)]


def learnt(seed: int, like: outlets.Outlet = STEADY, count: int = 300) -> Outlet:
    """Return the baseline of an outlet after so many pages, none of which was a change."""
    outlet = Outlet()
    assert met(list(outlets.pages(like, random.Random(seed), count)), outlet) == []
    return outlet


def test_outlets_that_do_not_change_are_quiet() -> None:
    """Over 200 outlets of all kinds with 500 pages each there is less than one alarm in an outlet's year."""
    chance = random.Random(7)
    alarms = [
        change
        for _ in range(200)
        for change in met(list(outlets.pages(outlets.invented(chance), chance, 500)), Outlet())
    ]
    assert len(alarms) / (200 * 500) * PAGES_A_YEAR < 1


@pytest.mark.parametrize(
    ("lost", "what"), [("authors", "authors"), ("date", "date"), ("words", "words"), ("text", "text")]
)
def test_a_loss_is_told_soon(lost: str, what: str) -> None:
    """Pages that lose authors, date, half their words, or fail, are told of after about 20."""
    took = []
    for seed in range(40):
        found = met(list(outlets.pages(STEADY, random.Random(seed + 1000), 200, lost=lost)), learnt(seed))
        took.append(next((number for number, change in found if change.what == what), 200))
    assert statistics.median(took) <= 20
    assert sorted(took)[35] <= 45


def test_a_change_says_what_it_is() -> None:
    """It tells what was given before, what is now, and from how many pages that is known."""
    found = met(list(outlets.pages(STEADY, random.Random(5), 60, lost="date")), learnt(4))
    (date,) = [change for _, change in found if change.what == "date"]
    assert date.before > 0.95
    assert date.after < 0.2
    assert ALARM <= date.pages <= 25
    assert date.learnt > LEARNT_MIN


def test_a_redesign_is_told_once() -> None:
    """What is lost at the same time is told together, and what the new pages give is usual from then on."""
    page: list[Page] = [({"text": True, "authors": True, "date": True, "image": True}, 400)]
    bare: list[Page] = [({"text": True, "authors": False, "date": False, "image": True}, 400)]
    outlet = Outlet()
    assert met(page * 300, outlet) == []
    found = met(bare * 600, outlet)
    assert {change.what for _, change in found} == {"authors", "date"}
    assert len({number for number, _ in found}) == 1


def test_a_run_of_short_news_is_no_change() -> None:
    """Eleven odd pages in a row raise no alarm, and once such a run has passed, nor does one that is twice as long."""
    usual: list[Page] = [({"text": True, "full": True, "authors": True, "date": True}, 400)] * 200
    short: list[Page] = [({"text": True, "full": False, "authors": False, "date": True}, None)] * 11
    assert met([*usual, *short, *usual, *short, *short, *usual], Outlet()) == []


def test_little_knowledge_makes_no_alarm() -> None:
    """An outlet that is hardly known cannot have changed."""
    pages: list[Page] = [({"text": True, "authors": number < 60}, 400 if number < 60 else 60) for number in range(120)]
    assert met(pages, Outlet()) == []


def test_what_was_seldom_given_is_not_missed() -> None:
    """A field that every fifth page has may end without a word."""
    outlet = Outlet()
    pages: list[Page] = [({"section": number % 5 == 0}, 400) for number in range(500)]
    assert met([*pages, *[({"section": False}, 400)] * 300], outlet) == []


def test_what_was_learnt_can_be_kept() -> None:
    """A baseline made from what another had learnt is as quick as that one."""
    outlet = learnt(1)
    again = Outlet.remembered(outlet.learnt())
    assert again.learnt() == outlet.learnt()
    lossy = list(outlets.pages(STEADY, random.Random(2), 60, lost="date"))
    told = next(number for number, change in met(lossy, again) if change.what == "date")
    assert told <= 20


def test_the_outlet_met_longest_ago_is_forgotten() -> None:
    """However many outlets there are, so many are remembered."""
    baselines = Baselines(outlets_max=2)
    for domain in ("a.example", "b.example", "a.example", "c.example"):
        baselines.meet(domain, {"text": True}, 100)
    assert [domain in baselines for domain in ("a.example", "b.example", "c.example")] == [True, False, True]
