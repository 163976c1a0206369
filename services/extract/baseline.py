"""Baseline: what an outlet's pages usually give, and when they stop giving it. Pure; for the log alone, never the text.

For each registrable domain it is learnt how often its pages give a text, a title, authors and so on, and how long their
texts are. A CUSUM test for each of these (Page 1954, Lorden 1971) asks at every page whether what comes is likelier
after a loss than by what was learnt: it adds up the logarithm of that ratio, and begins anew at 0 whenever the sum
falls below. Where the sum reaches `ALARM`, the outlet has changed.

What keeps it quiet when nothing has changed:

- By what was learnt, a sum reaches `ALARM` once in exp(`ALARM`) pages at most (Lorden's bound).
- One page adds at most 1, so fewer than `ALARM` odd pages among usual ones are no change.
- Agency copy without authors comes in runs. So each page is expected to be like the one before it as often as was
  learnt: by how often a field is there after it was and after it was not, and by the correlation of lengths.
- Runs may be odder than that. So a sum must also be `TIMES` as high as any that rose before and fell back to 0.
- While a sum is above 0, what comes is kept apart. It is learnt when the sum has fallen back, and begins a new baseline
  when it was an alarm, so that a change is told once.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Counts: TypeAlias = tuple[float, float, float, float]

ALARM: Final = 12.0
ALARM_WORDS: Final = 8.0
"""Lower, since lengths tell less with each page than what is there or not, and stay further below the bound."""
TIMES: Final = 2.5
LEARNT_MIN: Final = 150
"""Pages before a change can be told."""
TRIED_MIN: Final = 30
"""Pages before the test runs, to learn how high its sums rise when nothing has changed."""
REMEMBERED: Final = 512
"""What was learnt counts half at so many pages, so that slow change is followed."""
FADING: Final = 0.8
"""What is then left of the highest sum that fell back."""
WATCHED_MIN: Final = 0.3
"""What fewer pages give is not missed."""
LOST: Final = 0.25
"""After a loss, this part of the usual share is left."""
ALSO: Final = 0.5
"""What is this far on the way to its own alarm is told along with another's."""
HALVED: Final = math.log(2)
OUTLETS_MAX: Final = 4_000
_GAIN_MAX: Final = 1.0
_RUN_PRIOR: Final = 0.3
"""How often two pages without follow each other, before it is known; it weighs as much as so many pages:"""
_PRIOR_PAGES: Final = 4
_RUN_MAX: Final = 0.8
_SPREAD_MIN: Final = 0.3
_ODD_MAX: Final = 3.0
"""A text odder than this many standard deviations counts as this odd."""
_NONE: Final[Counts] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """What an outlet's pages stopped to give.

    `what` is the name of a field, or `words`; `before` and `after` are shares of pages that have it, or the typical
    number of words; `pages` is how many show the change, `learnt` how many were before.
    """

    what: str
    before: float
    after: float
    pages: int
    learnt: int


@dataclass(slots=True)
class Evidence:
    """The sum of one test, and what was learnt and kept apart meanwhile, as counts whose meaning the test knows."""

    seen: Counts = _NONE
    apart: Counts = _NONE
    sum: float = 0.0
    highest: float = 0.0
    """Of the sum, since it was 0."""
    passed: float = 0.0
    """The highest sum that fell back to 0."""

    def add(self, ratio: float) -> None:
        """Add one page's logarithm."""
        self.sum = max(0.0, self.sum + min(_GAIN_MAX, ratio))
        self.highest = max(self.highest, self.sum)

    def settle(self, enough: float, learnt: float) -> bool:
        """Tell, after a page, whether there is enough for an alarm; `learnt` is how many pages were.

        Where too few were, what looks like a change is what is usual; where more than enough were, old ones count less.
        """
        if self.sum < max(enough, TIMES * self.passed):
            if learnt > REMEMBERED:
                self.fade()
            return False
        if learnt < LEARNT_MIN:
            self.learn()
            return False
        return True

    def keep(self, counts: Counts) -> None:
        """Keep a page apart, or learn it with what was kept apart if the sum fell back."""
        self.apart = _plus(self.apart, counts)
        if self.sum == 0.0:
            self.learn()

    def learn(self) -> None:
        """Take what was kept apart for usual."""
        self.seen, self.apart = _plus(self.seen, self.apart), _NONE
        self.passed = max(self.passed, self.highest)
        self.sum = self.highest = 0.0

    def fade(self) -> None:
        """Let what was learnt count half."""
        a, b, c, d = self.seen
        self.seen, self.passed = (a / 2, b / 2, c / 2, d / 2), FADING * self.passed

    def begin_anew(self) -> None:
        """Take what was kept apart for all that is known."""
        self.seen, self.apart, self.sum, self.highest = self.apart, _NONE, 0.0, 0.0


def _plus(a: Counts, b: Counts) -> Counts:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])


@dataclass(slots=True)
class Fill:
    """How often pages have something. Counts: pages after one that has it, those of them that do; so after one without.

    `had` is whether the last page had it.
    """

    evidence: Evidence = field(default_factory=Evidence)
    had: bool = True

    @property
    def learnt(self) -> float:
        """Pages that were learnt."""
        return self.evidence.seen[0] + self.evidence.seen[2]

    @property
    def share(self) -> float:
        """Share of pages that had it; a little less than counted, so that little knowledge makes no alarm."""
        return (self.evidence.seen[1] + self.evidence.seen[3] + 0.5) / (self.learnt + 1.5)

    def meet(self, *, has: bool) -> bool:
        """Take note of a page; tells whether this is a loss."""
        one = self.evidence
        if self.learnt >= TRIED_MIN and self.share >= WATCHED_MIN:
            one.add(self._ratio(has=has))
        one.keep((1, has, 0, 0) if self.had else (0, 0, 1, has))
        self.had = has
        return one.settle(ALARM, self.learnt)

    def _ratio(self, *, has: bool) -> float:
        """Return the logarithm of how much likelier this page is after a loss."""
        share, seen = self.share, self.evidence.seen
        pages, with_it = seen[:2] if self.had else seen[2:]
        prior = share if self.had else 1 - max(1 - share, _RUN_PRIOR)
        usual = (with_it + _PRIOR_PAGES * prior) / (pages + _PRIOR_PAGES)
        lost = LOST * share
        return math.log(lost / usual) if has else math.log((1 - lost) / (1 - usual))

    def changed(self, what: str) -> Change:
        """Return the change, and begin anew with the pages that show it."""
        after_with, with_twice, after_without, with_again = self.evidence.apart
        pages = after_with + after_without
        after = (with_twice + with_again) / max(pages, 1)
        found = Change(what, round(self.share, 2), round(after, 2), round(pages), round(self.learnt))
        self.evidence.begin_anew()
        return found


@dataclass(slots=True)
class Length:
    """How long texts are. Counts: pages; sum of logarithms of words; of their squares; of products with the one before.

    `last` is the logarithm of the last page's.
    """

    evidence: Evidence = field(default_factory=Evidence)
    last: float | None = None

    @property
    def learnt(self) -> float:
        """Pages that were learnt."""
        return self.evidence.seen[0]

    @property
    def mean(self) -> float:
        """Mean logarithm of words."""
        return self.evidence.seen[1] / max(self.learnt, 1)

    def meet(self, words: int) -> bool:
        """Take note of a page with so many words; tells whether texts are half as long now."""
        one, size = self.evidence, math.log(words + 1)
        last = size if self.last is None else self.last
        if self.learnt >= TRIED_MIN:
            one.add(self._ratio(size, last))
        one.keep((1, size, size * size, size * last))
        self.last = size
        return one.settle(ALARM_WORDS, self.learnt)

    def _ratio(self, size: float, last: float) -> float:
        """Return the logarithm of how much likelier this length is when all are halved, given the one before."""
        count, total, squares, products = self.evidence.seen
        mean = total / count
        variance = max(squares / count - mean * mean, _SPREAD_MIN**2)
        run = min(max((products / count - mean * mean) / variance, 0.0), _RUN_MAX)
        spread = variance * (1 - run * run)
        loss = HALVED * (1 - run)
        odd_max = _ODD_MAX * math.sqrt(spread)
        odd = min(max(mean - size - run * (mean - last), -odd_max), odd_max)
        return loss / spread * (odd - loss / 2)

    def changed(self) -> Change:
        """Return the change, and begin anew with the pages that show it."""
        pages, total, _, _ = self.evidence.apart
        before, after = round(math.exp(self.mean) - 1), round(math.exp(total / max(pages, 1)) - 1)
        found = Change("words", before, after, round(pages), round(self.learnt))
        self.evidence.begin_anew()
        return found


@dataclass(slots=True)
class Outlet:
    """The baseline of one outlet."""

    fills: dict[str, Fill] = field(default_factory=dict)
    length: Length = field(default_factory=Length)

    def meet(self, fields: Mapping[str, bool], words: int | None) -> list[Change]:
        """Take note of a page; returns what has changed, mostly nothing."""
        alarmed = False
        for name, has in fields.items():
            fill = self.fills.get(name)
            if fill is None:
                fill = self.fills[name] = Fill()
            alarmed |= fill.meet(has=has)
        if words is not None:
            alarmed |= self.length.meet(words)
        return self._changes() if alarmed else []

    def _changes(self) -> list[Change]:
        found = [fill.changed(name) for name, fill in self.fills.items() if fill.evidence.sum >= ALSO * ALARM]
        return [*found, self.length.changed()] if self.length.evidence.sum >= ALSO * ALARM_WORDS else found

    def learnt(self) -> dict[str, list[float]]:
        """Return what was learnt, for `remembered`; what is kept apart is not in it."""
        tests = {name: fill.evidence for name, fill in self.fills.items()} | {"words": self.length.evidence}
        return {name: [round(number, 2) for number in (*one.seen, one.passed)] for name, one in tests.items()}

    @classmethod
    def remembered(cls, learnt: Mapping[str, Sequence[float]]) -> "Outlet":
        """Return the baseline that knows what was learnt."""
        tests = {name: Evidence(seen=(a, b, c, d), passed=passed) for name, (a, b, c, d, passed) in learnt.items()}
        length = Length(tests.pop("words", Evidence()))
        return cls({name: Fill(evidence) for name, evidence in tests.items()}, length)


class Baselines:
    """The baselines of the outlets that were met last, by registrable domain; about 3 kB each."""

    def __init__(self, outlets_max: int = OUTLETS_MAX) -> None:
        self._outlets: OrderedDict[str, Outlet] = OrderedDict()
        self._outlets_max = outlets_max

    def __contains__(self, domain: str) -> bool:
        """Tell whether an outlet is known."""
        return domain in self._outlets

    def __getitem__(self, domain: str) -> Outlet:
        """Return an outlet that is known."""
        return self._outlets[domain]

    def add(self, domain: str, outlet: Outlet) -> None:
        """Make an outlet known; if they are too many, the one that was met longest ago is forgotten."""
        self._outlets[domain] = outlet
        if len(self._outlets) > self._outlets_max:
            self._outlets.popitem(last=False)

    def meet(self, domain: str, fields: Mapping[str, bool], words: int | None) -> list[Change]:
        """Take note of a page of an outlet: which fields it has, and how many words, if that is to be counted."""
        if domain not in self._outlets:
            self.add(domain, Outlet())
        self._outlets.move_to_end(domain)
        return self._outlets[domain].meet(fields, words)
