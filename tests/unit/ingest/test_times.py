"""Times as feeds write them: right, or None with a reason."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.times import Reading, read
from tests.fakes.feeds import NOW

CORPUS = Path(__file__).parents[2] / "data" / "times" / "times.tsv"
CORPUS_NOW = "2026-11-22T15:00:00Z"


@dataclass(frozen=True)
class Case:
    """A string, and what it means."""

    raw: str
    now: datetime
    expected: datetime | None
    flags: frozenset[str]

    def read(self) -> Reading:
        """Read it as a poll at that time would."""
        return read(self.raw, now=self.now)


def corpus() -> list[Case]:
    """Return the cases of our own corpus."""
    rows = [line.split("\t") for line in CORPUS.read_text("utf-8").splitlines() if not line.startswith("# ")]
    return [
        Case(
            raw,
            datetime.fromisoformat(now or CORPUS_NOW),
            None if expected == "null" else datetime.fromisoformat(expected),
            frozenset(flags.split()),
        )
        for raw, now, expected, flags, _ in rows
    ]


@pytest.mark.parametrize("case", corpus(), ids=lambda case: case.raw)
def test_the_corpus_is_read_right(case: Case) -> None:
    """Each case of the corpus gives its moment or none, with exactly its flags."""
    reading = case.read()
    assert (reading.at, frozenset(reading.flags)) == (case.expected, case.flags)


def test_the_corpus_is_large_and_nothing_in_it_is_wrong_in_silence() -> None:
    """Of 220 cases and more, 99 in 100 are right, and none is wrong without a flag."""
    cases = corpus()
    wrong = [case for case in cases if case.read().at != case.expected]
    assert len(cases) >= 220
    assert len(wrong) <= len(cases) / 100
    assert not [case for case in wrong if not case.read().flags]


@pytest.mark.parametrize("case", [case for case in corpus() if case.expected is None], ids=lambda case: case.raw)
def test_what_is_no_time_has_a_reason(case: Case) -> None:
    """Case 22: impossible, distant and unreadable times are None with a reason."""
    assert case.read().flags


@pytest.mark.parametrize(
    ("raw", "precision"),
    [
        ("2026-03-01T10:00:00Z", "second"),
        ("2026-03-01T10:00Z", "minute"),
        ("2026-03-01", "day"),
        ("1772359200", "second"),
        ("1 March 2026, 2 pm GMT", "minute"),
        ("yesterday", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_reading_says_how_precise_it_is(raw: str, precision: str) -> None:
    """The precision is what the feed wrote, not what a moment can hold."""
    assert read(raw, now=NOW).precision == precision


@pytest.mark.parametrize(
    "raw",
    [
        "-0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z",
        "31 Feb 2024 10:00:00 GMT", "9" * 5000, "1" * 12, "2026-03-08T12:00:00Z", "12/02/21",
        "Fri, 12 Feb 2021 10:00:00 BST", "2021-02-12T10:00:00Z" + " " * 300 + "x", "\x00", "(" * 99, "12:" * 33,
        "1 " * 50, "٣" * 90,
    ],
)  # fmt: skip
def test_no_other_parser_makes_sense_of_nonsense(raw: str) -> None:
    """What is known to be no time stays none, whatever another parser says."""
    for fallback in (None, datetime(2024, 7, 31, tzinfo=UTC)):
        reading = read(raw, now=NOW, fallback=fallback)
        assert reading.at is None
        assert reading.flags or not raw.strip("\x00")


def test_a_fallback_counts_only_for_unknown_forms() -> None:
    """Another parser's reading is taken, with a flag, if the form is unknown here and its year stands in the words."""
    at = datetime(2021, 2, 12, 10, 0, tzinfo=UTC)
    assert read("a dozenth of Feb 2021", now=NOW, fallback=at) == Reading(at, ("foreign",), "minute")
    assert read("a dozenth of Feb", now=NOW, fallback=at).at is None
    assert read("32 Feb 2021 10:00:00 GMT", now=NOW, fallback=at).at is None


def test_no_words_need_no_reason() -> None:
    """A missing time is None without a flag."""
    for raw in (None, "", "  "):
        assert read(raw, now=NOW) == Reading(None)
        assert read(raw, now=NOW).flags == ()
