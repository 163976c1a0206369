"""Fit the block model: `python -m services.extract.build_block_model CORPORA OUTLETS`, when its features change.

Needs `lightgbm`, `numpy`, `scipy` and `scikit-learn`, which nothing needs when Dateline runs, a folder with the corpora
`news` (pages with their text) and `extract` (pages with segments to keep and to drop), and the directory of outlets
(CSV with a column `domains`). Writes `data/block_model.json`: weights of words that were met on many sites and name
none, and decision trees. Sites are never split between fitting and checking, so nothing that holds for one site pays.
"""

import csv
import gzip
import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from services.extract import block_labels, blocks, head, metadata, text
from services.extract.block_features import FEATURES, Stated, vectors
from services.extract.block_labels import Label
from services.extract.block_model import KINDS, lineage, spoken
from services.extract.site_names import names_of
from services.extract.source import read as read_source

# By name, because nothing else needs them and they come without types.
lightgbm: Any = importlib.import_module("lightgbm")
numpy: Any = importlib.import_module("numpy")
sparse: Any = importlib.import_module("scipy.sparse")
linear_model: Any = importlib.import_module("sklearn.linear_model")

OUT: Final = Path(__file__).parent / "data" / "block_model.json"
SITES_MIN: Final = 12
"""A word must be met on this many sites to get a weight."""
FOLDS: Final = 4
TREES: Final = 40
TEACHER_DOUBTED: Final = 0.6
"""A label of the teacher that the fitted model denies by this much is turned round, at less weight."""
TURNED_WEIGHT: Final = 0.3
PARAMETERS: Final = {
    "objective": "binary", "learning_rate": 0.2, "num_leaves": 16, "min_data_in_leaf": 40, "max_bin": 63,
    "lambda_l2": 5, "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.5, "seed": 1, "verbose": -1,
    "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A page of a corpus: its site, its blocks as the model sees them (none in menus), and their labels."""

    site: str
    rows: list[list[float]]
    words: list[list[tuple[str, str]]]
    labels: list[Label]


def samples(corpora: Path, corpus: str) -> Iterator[Sample]:
    """Yield the pages of a corpus."""
    for i, row in enumerate(json.loads((corpora / corpus / "pages.json").read_text(encoding="utf-8"))):
        source, _ = read_source(gzip.decompress((corpora / corpus / row["html"]).read_bytes()), None, None)
        url = row["url"] or f"https://{corpus}-{i}.example/"
        tree = LexborHTMLParser(source)
        said = metadata.settle(head.read(tree), url=url)
        stated = Stated(said.title or "", said.summary or "", said.body or "")
        cut = blocks.cut(tree)
        texts = [block.text for block in cut]
        if "text" in row:
            labels = block_labels.by_whole_text(texts, row["text"])
        else:
            blocks.prune(tree)
            readings = text.peer(source, fast=False), text.peer(tree.html or "", fast=True)
            labels = block_labels.by_segments(texts, row["with"], row["without"], readings)
        judged = [i for i, block in enumerate(cut) if not block.in_menu]
        words = [[*lineage(cut[i].frame), *_said(cut[i].text)] for i in judged]
        site = (urlsplit(url).hostname or url).removeprefix("www.")
        yield Sample(site, vectors(cut, stated), words, [labels[i] for i in judged])


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a block with their kind."""
    kind, first, words = spoken(text)
    if first:
        yield kind, first
    yield from (("word", word) for word in sorted(words))


class Fit:
    """All blocks of all pages as one table, and what is fitted to them."""

    def __init__(self, pages: Sequence[Sample], *, naming: frozenset[str] = frozenset()) -> None:
        sites: dict[str, int] = {}
        self.pages = pages
        self.site = numpy.array([sites.setdefault(page.site, len(sites)) for page in pages for _ in page.rows])
        self.values = numpy.array([row for page in pages for row in page.rows], dtype=float)
        labels = [label for page in pages for label in page.labels]
        self.kept = numpy.array([label.kept for label in labels], dtype=float)
        self.by_person = numpy.array([label.by_person for label in labels])
        sizes = self.values[:, FEATURES.index("chars")]
        self.weight = numpy.array([label.weight for label in labels]) * numpy.clip(numpy.log10(sizes + 1), 0.5, 3)
        self.vocabulary = self._common_words(naming)
        self.counts = self._counts()

    def fold(self, number: int, folds: int) -> Any:  # noqa: ANN401 - an array; numpy comes without types here
        """Return which blocks are those of a fold; a site is in one fold only."""
        return (self.site * 7919 % 10_007) % folds == number

    def word_weights(self, part: Any) -> Any:  # noqa: ANN401 - arrays
        """Fit the weights of words to a part of the blocks, rounded as the packaged file has them."""
        model = linear_model.LogisticRegression(C=0.3, max_iter=300, solver="liblinear", random_state=1)
        model.fit(self.counts[part], self.kept[part], sample_weight=self.weight[part])
        return numpy.round(model.coef_[0], 2)

    def with_words(self, part: Any) -> tuple[Any, Any]:  # noqa: ANN401 - arrays
        """Return the table with the sums of word weights, and the weights.

        Blocks of the part get their sums from weights fitted to its other sites; all others from all of the part.
        """
        weights = self.word_weights(part)
        sums = self.counts @ weights
        for number in range(2):
            half = part & self.fold(number, 2)
            sums[half] = self.counts[half] @ self.word_weights(part & ~half)
        return numpy.c_[self.values, sums.round(2)], weights

    def trees(self, table: Any, part: Any) -> Any:  # noqa: ANN401 - arrays and a booster
        """Fit the trees to a part of the blocks."""
        data = lightgbm.Dataset(table[part], self.kept[part], weight=self.weight[part])
        return lightgbm.train(PARAMETERS, data, TREES)

    def unseen(self) -> Any:  # noqa: ANN401 - an array
        """Return for each block its probability by a model that never saw its site."""
        found = numpy.zeros(len(self.kept))
        for number in range(FOLDS):
            test = self.fold(number, FOLDS)
            table, _ = self.with_words(~test)
            found[test] = self.trees(table, ~test).predict(table[test])
        return found

    def correct_teacher(self) -> int:
        """Turn round the labels of the teacher that models of other sites deny; returns how many."""
        found = self.unseen()
        wrong = ~self.by_person & (abs(found - self.kept) > TEACHER_DOUBTED)
        self.kept[wrong] = found[wrong] > 0.5  # noqa: PLR2004 - more likely than not
        self.weight[wrong] *= TURNED_WEIGHT
        return int(wrong.sum())

    def _common_words(self, naming: frozenset[str]) -> dict[tuple[str, str], int]:
        """Return the words that get a weight, with their numbers; none of those that name a site."""
        sites: dict[tuple[str, str], set[str]] = defaultdict(set)
        for page in self.pages:
            for words in page.words:
                for word in words:
                    sites[word].add(page.site)
        common = sorted(word for word, met in sites.items() if len(met) >= SITES_MIN and word[1] not in naming)
        return {word: i for i, word in enumerate(common)}

    def _counts(self) -> Any:  # noqa: ANN401 - a matrix
        rows, columns = [], []
        for i, words in enumerate(words for page in self.pages for words in page.words):
            known = [self.vocabulary[word] for word in words if word in self.vocabulary]
            rows += [i] * len(known)
            columns += known
        shape = (len(self.kept), len(self.vocabulary))
        return sparse.csr_matrix((numpy.ones(len(rows)), (rows, columns)), shape=shape)


def exported(fit: Fit, table_of: Callable[[Any], tuple[Any, Any]], part: Any) -> dict[str, object]:  # noqa: ANN401 - an array
    """Return the model fitted to a part of the blocks, as the packaged file holds it."""
    table, weights = table_of(part)
    weighed = {word: float(weights[i]) for word, i in fit.vocabulary.items()}
    booster = fit.trees(table, part).dump_model()
    words = {kind: {word: value for (k, word), value in weighed.items() if k == kind and value} for kind in KINDS}
    return {
        "features": [*FEATURES, "words"],
        "words": words,
        "trees": [_plain_tree(tree["tree_structure"]) for tree in booster["tree_info"]],
    }


def _plain_tree(node: dict[str, Any]) -> object:
    if "leaf_value" in node:
        return round(node["leaf_value"], 4)
    low, high = _plain_tree(node["left_child"]), _plain_tree(node["right_child"])
    return [node["split_feature"], node["threshold"], low, high]


def names(pages: Sequence[Sample], outlets: Path) -> frozenset[str]:
    """Return the words that name a site of the corpora or of the directory."""
    with outlets.open(encoding="utf-8", newline="") as rows:
        listed = [domain for row in csv.DictReader(rows) for domain in row["domains"].split("|") if domain]
    return names_of([*listed, *(page.site for page in pages if ":" not in page.site)])


def main() -> None:
    """Read the corpora, fit, write."""
    corpora, outlets = map(Path, sys.argv[1:3])
    pages = [page for corpus in ("news", "extract") for page in samples(corpora, corpus)]
    fit = Fit(pages, naming=names(pages, outlets))
    turned = fit.correct_teacher()
    whole = numpy.ones(len(fit.kept), dtype=bool)
    model = exported(fit, fit.with_words, whole)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(model, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{len(pages)} pages, {len(fit.kept)} blocks, {turned} labels turned, {OUT.stat().st_size} bytes\n"
    )


if __name__ == "__main__":
    main()
