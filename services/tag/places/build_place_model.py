"""Fit the place model: `python -m services.tag.places.build_place_model CORPORA [--check]`, when its features change.

Needs `lightgbm`, `numpy`, `scipy` and `scikit-learn`, which nothing needs when Dateline runs, and a folder with the
corpora `places/*.jsonl.gz` (texts with the places that people marked). Writes `data/place_model.json`; with `--check`
fits to every second document instead, and prints how well the others are read, both ways round.

Each layer is fitted to what the layer below gives for documents that it never saw.
"""

import argparse
import gzip
import importlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from services.tag.directory import Directory
from services.tag.outlet import tag_outlet
from services.tag.places.atlas import Atlas
from services.tag.places.gazetteer import Gazetteer
from services.tag.places.homes import Home, Homes
from services.tag.places.place_features import Evidence, candidates, km, meanings, mention_numbers, words_said
from services.tag.places.place_judge import Belief, Choice, chosen, country_rows, is_excluded
from services.tag.places.place_model import FEATURES, PlaceModel, read_model
from services.tag.places.place_names import Mention, Name
from services.tag.places.region import read_names, tag_regions
from services.tag.places.spots import Spot, Use
from services.tag.places.towns import Towns
from services.tag.story import Story

# By name, because nothing else needs them and they come without types.
lightgbm: Any = importlib.import_module("lightgbm")
numpy: Any = importlib.import_module("numpy")
sparse: Any = importlib.import_module("scipy.sparse")
linear_model: Any = importlib.import_module("sklearn.linear_model")

OUT: Final = Path(__file__).parents[1] / "data" / "place_model.json"
SETS: Final = ("geowebnews", "lgl", "tr-news", "geovirus")
FOLDS: Final = 4
DOCUMENTS_MIN: Final = 8
"""A word must be met in this many documents to get a weight."""
NEAR_KM: Final = 161
WORD_KINDS: Final = ("before", "after", "next", "shape", "ends", "opens")
GROWS: Final = frozenset(
    {"log_people", "same_state", "same_country", "country_share", "home_country", "near", "near_gap", "state_near"}
    | {"people_gap", "enclosed", "in_domain", "home_state", "siblings", "home_gap", "support_gap"}
)
"""More of these never makes a meaning less likely."""
COUNTS: Final = frozenset(
    {"best", "weight", "any", "believed", "noun", "called", "home_country", "lead", "log_people", "names"}
)
"""More of these never makes a country less likely."""
COMMON: Final = {
    "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "meaning": {
        "objective": "lambdarank", "num_leaves": 12, "min_data_in_leaf": 15, "lambda_l2": 3, "feature_fraction": 0.7,
        "lambdarank_truncation_level": 40,
        "monotone_constraints": [int(name in GROWS) for name in FEATURES["meaning"]],
    },
    "mention": {
        "objective": "binary", "num_leaves": 12, "min_data_in_leaf": 30, "lambda_l2": 5, "feature_fraction": 0.5,
        "bagging_fraction": 0.8, "bagging_freq": 1,
    },
    "country": {
        "objective": "binary", "monotone_constraints": [int(name in COUNTS) for name in FEATURES["country"]],
        "num_leaves": 6, "min_data_in_leaf": 25, "lambda_l2": 5, "feature_fraction": 0.5,
        "bagging_fraction": 0.8, "bagging_freq": 1,
    },
}  # fmt: skip
TREES: Final = {"meaning": 30, "mention": 50, "country": 40}
RATES: Final = {"meaning": 0.16, "mention": 0.14, "country": 0.1}
SEEDS: Final = {"meaning": (1,), "mention": (1, 2), "country": (1, 2, 3, 4, 5)}
"""Each layer is the mean of fits that differ in these: with so few documents, a single one is a matter of luck."""
NOTHING: Final[Mapping[str, Any]] = {
    "features": {name: list(listed) for name, listed in FEATURES.items()},
    "words": {kind: {} for kind in WORD_KINDS},
    **{name: [] for name in FEATURES},
}


@dataclass
class Document:
    """A document of a corpus, its names as the model sees them, and what people marked."""

    corpus: str
    number: int
    story: Story
    home: Home
    gold: list[dict[str, Any]]
    names: list[Name]
    evidence: Evidence
    uses: list[Sequence[Use]]
    rows: list[list[list[float]]]
    right: list[int | None]
    beliefs: list[Belief] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)

    def marked(self, mention: Mention) -> dict[str, Any] | None:
        """Give what people marked at a mention."""
        at = (gold for gold in self.gold if gold["start"] < mention.end and mention.start < gold["end"])
        return next(at, None)

    @property
    def countries(self) -> frozenset[str]:
        """The countries of what people marked."""
        return frozenset(gold["country"] for gold in self.gold if gold["country"])


def documents(corpora: Path, atlas: Atlas) -> Iterator[Document]:
    """Yield the documents of the corpora."""
    directory = Directory.load()
    for corpus in SETS:
        with gzip.open(corpora / "places" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as rows:
            for number, row in enumerate(map(json.loads, rows)):
                story = Story(text=row["text"], title=row["title"], outlet_domain=row["outlet_domain"] or None)
                host = tag_outlet(story, directory).host
                home = atlas.home(host, directory)
                names = read_names(story, atlas)
                evidence = Evidence(names, home)
                uses = [candidates(name, evidence) for name in names]
                numbers = [meanings(name, meant, evidence) for name, meant in zip(names, uses, strict=True)]
                found = Document(corpus, number, story, home, row["mentions"], names, evidence, uses, numbers, [])
                found.right = [_right(name, meant, found) for name, meant in zip(names, uses, strict=True)]
                yield found


def _right(name: Name, uses: Sequence[Use], document: Document) -> int | None:
    """Give the number of the meaning that people marked, the nearest of those in the right country."""
    at = (document.marked(mention) for mention in name.mentions if not mention.in_title)
    gold = next((marked for marked in at if marked and marked["lat"] is not None), None)
    if gold is None:
        return None
    there = Spot(None, "feature", "", gold["country"], None, gold["lat"], gold["lon"], 0)
    fits = [
        (km(use.spot, there), number)
        for number, use in enumerate(uses)
        if use.spot.country == gold["country"]
        and (km(use.spot, there) <= NEAR_KM or use.spot.kind in {"country", "subdivision", "feature"})
    ]
    return min(fits)[1] if fits else None


class Fit:
    """The layers of the model, fitted to some documents."""

    def __init__(self, part: Sequence[Document]) -> None:
        self.data: dict[str, Any] = dict(NOTHING)
        self._crossed(part, self._fit_meaning, self._choose)
        self._crossed(part, self._fit_words, self._say)
        self.data["mention"] = self._mention_trees(part)
        self._cross_believed(part)
        self.data["country"] = self._country_trees(part)

    @property
    def model(self) -> PlaceModel:
        """The model as it is packaged."""
        return read_model(self.data)

    def _crossed(
        self,
        part: Sequence[Document],
        fit: Callable[[Sequence[Document]], None],
        use: Callable[[Sequence[Document]], None],
    ) -> None:
        """Fit to all but a fold and use it on the fold, then fit to all."""
        for number in range(FOLDS):
            fit([each for each in part if fold(each) != number])
            use([each for each in part if fold(each) == number])
        fit(part)

    def _fit_meaning(self, part: Sequence[Document]) -> None:
        table, wanted, groups = [], [], []
        for each in part:
            for rows, right in zip(each.rows, each.right, strict=True):
                if right is not None and len(rows) > 1:
                    table += rows
                    wanted += [int(number == right) for number in range(len(rows))]
                    groups.append(len(rows))
        data = lightgbm.Dataset(numpy.array(table), wanted, group=groups)
        self.data["meaning"] = trees("meaning", data)

    def _choose(self, part: Sequence[Document]) -> None:
        model = self.model
        for each in part:
            each.choices = [chosen(*pair, model) for pair in zip(each.uses, each.rows, strict=True)]

    def _fit_words(self, part: Sequence[Document]) -> None:
        met: Counter[tuple[str, str]] = Counter()
        for each in part:
            met.update({said for _, mention, _ in judged(each) for said in words_said(mention)})
        known = sorted(said for said, count in met.items() if count >= DOCUMENTS_MIN and said[1])
        number = {said: i for i, said in enumerate(known)}
        rows: list[int] = []
        columns: list[int] = []
        wanted: list[bool] = []
        for each in part:
            for _, mention, marked in judged(each):
                found = [number[said] for said in words_said(mention) if said in number]
                rows += [len(wanted)] * len(found)
                columns += found
                wanted.append(marked)
        matrix = sparse.csr_matrix((numpy.ones(len(rows)), (rows, columns)), shape=(len(wanted), len(known)))
        model = linear_model.LogisticRegression(C=0.3, max_iter=300, solver="liblinear", random_state=1)
        weights = numpy.round(model.fit(matrix, wanted).coef_[0], 2)
        listed: dict[str, dict[str, float]] = {kind: {} for kind in WORD_KINDS}
        for (kind, word), weight in zip(known, weights, strict=True):
            if weight:
                listed[kind][word] = float(weight)
        self.data["words"] = listed

    def _say(self, part: Sequence[Document]) -> None:
        model = self.model
        for each in part:
            each.beliefs = []
            for name, choice in zip(each.names, each.choices, strict=True):
                said = [
                    Belief(name, mention, choice.use, choice.lead, model.said(mention)) for mention in name.mentions
                ]
                each.beliefs += said  # the sum of the words stands where the probability will

    def _mention_trees(self, part: Sequence[Document]) -> list[object]:
        table, wanted = [], []
        for each in part:
            row_of = {id(name): choice for name, choice in zip(each.names, each.choices, strict=True)}
            for belief in each.beliefs:
                if not belief.mention.in_title:
                    choice = row_of[id(belief.name)]
                    shared = each.evidence.of_name(belief.name)
                    scores = choice.score, choice.lead
                    table.append(mention_numbers(belief.mention, choice.row, scores, shared, belief.probability))
                    wanted.append(int(each.marked(belief.mention) is not None))
        return trees("mention", lightgbm.Dataset(numpy.array(table), wanted))

    def _cross_believed(self, part: Sequence[Document]) -> None:
        """Give each document what a model of the other folds believes; words are taken as they are."""
        saved = [(each, each.beliefs) for each in part]
        for number in range(FOLDS):
            rest = [each for each in part if fold(each) != number]
            model = read_model({**self.data, "mention": self._mention_trees(rest)})
            for each, said in saved:
                if fold(each) == number:
                    each.beliefs = list(self._believed(each, said, model))

    @staticmethod
    def _believed(each: Document, said: Sequence[Belief], model: PlaceModel) -> Iterator[Belief]:
        choice_of = {id(name): choice for name, choice in zip(each.names, each.choices, strict=True)}
        for belief in said:
            choice, shared = choice_of[id(belief.name)], each.evidence.of_name(belief.name)
            scores = choice.score, choice.lead
            row = mention_numbers(belief.mention, choice.row, scores, shared, belief.probability)
            excluded = is_excluded(belief.name, belief.mention, choice.row)
            yield belief._replace(probability=0.0 if excluded else model.mention(row))

    @staticmethod
    def _country_trees(part: Sequence[Document]) -> list[object]:
        table, wanted = [], []
        for each in part:
            for country, row in country_rows(each.beliefs, each.home, len(each.story.text)).items():
                table.append(row)
                wanted.append(int(country in each.countries))
        return trees("country", lightgbm.Dataset(numpy.array(table), wanted))


def fold(document: Document) -> int:
    """Give the fold of a document; neighbours in a corpus are in different ones, also within every second."""
    return document.number // 2 % FOLDS


def judged(document: Document) -> Iterator[tuple[Name, Mention, bool]]:
    """Yield the mentions in the text, and whether people marked them."""
    for name in document.names:
        for mention in name.mentions:
            if not mention.in_title:
                yield name, mention, document.marked(mention) is not None


def trees(layer: str, data: Any) -> list[object]:  # noqa: ANN401 - a data set; lightgbm comes without types
    """Fit the trees of a layer, as the packaged file holds them: those of each seed by turns."""
    seeds = SEEDS[layer]
    settings = {**COMMON, **PARAMETERS[layer], "learning_rate": RATES[layer]}
    fits = [lightgbm.train({**settings, "seed": seed}, data, TREES[layer]).dump_model()["tree_info"] for seed in seeds]
    return [_plain_tree(tree["tree_structure"], 1 / len(seeds)) for turn in zip(*fits, strict=True) for tree in turn]


def _plain_tree(node: dict[str, Any], share: float) -> object:
    if "leaf_value" in node:
        return round(share * node["leaf_value"], 4)
    low, high = _plain_tree(node["left_child"], share), _plain_tree(node["right_child"], share)
    return [node["split_feature"], float(f"{node['threshold']:.6g}"), low, high]


def check(everything: Sequence[Document], atlas: Atlas) -> None:
    """Print, for each corpus and half, F1 of countries and of places within reach, by a model of the other halves."""
    for part in (0, 1):
        model = Fit([each for each in everything if each.number % 2 != part]).model
        counts: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
        for each in everything:
            if each.number % 2 == part:
                for i, count in enumerate(_counts(each, replace(atlas, model=model))):
                    counts[each.corpus][i] += count
        for corpus, (right, said, wanted, near, places, marked) in counts.items():
            countries, spots = 2 * right / (said + wanted), 2 * near / (places + marked)
            print(f"part {part} {corpus:<10} doc_cc {countries:.3f} geo161 {spots:.3f}")


def _counts(each: Document, atlas: Atlas) -> tuple[int, int, int, int, int, int]:
    tag = tag_regions(each.story, atlas, each.home)
    codes = {country.code for country in tag.countries}
    located = [gold for gold in each.gold if gold["lat"] is not None]
    near, taken, without = 0, set(), 0
    for place in tag.places:
        at = (gold for gold in each.gold if gold["start"] < place.end and place.start < gold["end"])
        marked = next((gold for gold in at if gold["start"] not in taken), None)
        if marked is None:
            continue
        taken.add(marked["start"])
        if marked["lat"] is None:
            without += 1
            continue
        here = Spot(None, "", "", None, None, place.lat, place.lon, 0)
        near += km(here, Spot(None, "", "", None, None, marked["lat"], marked["lon"], 0)) <= NEAR_KM
    right = len(codes & each.countries)
    return right, len(codes), len(each.countries), near, len(tag.places) - without, len(located)


def main() -> None:
    """Read the corpora, fit, write or check."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument("--check", action="store_true")
    given = arguments.parse_args()
    gazetteer, towns = Gazetteer.load(), Towns.load()
    atlas = Atlas(gazetteer, towns, Homes(gazetteer, towns), read_model(NOTHING))
    everything = list(documents(given.corpora, atlas))
    if given.check:
        check(everything, atlas)
        return
    packed = json.dumps(Fit(everything).data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    OUT.write_text(f"{packed}\n", encoding="utf-8")
    print(json.dumps({"documents": len(everything), "bytes": len(packed)}))


if __name__ == "__main__":
    main()
