"""The net that labels pieces as source, cue and content, for fitting: a small BERT with three extra embeddings.

Everything here is a function of the net's parameters. `source_graph` writes the same computation for
running. Needs `torch`, which nothing needs when Dateline runs.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from services.tag.cited.labels import LABELS, LAYERS
from services.tag.cited.pieces import CASINGS, QUOTINGS, Numbers
from services.tag.cited.source_graph import EPSILON, HEADS, WIDTH

# By name, because nothing else needs it.
torch: Any = importlib.import_module("torch")
functional: Any = importlib.import_module("torch.nn.functional")

OUTPUTS: Final = len(LAYERS) * len(LABELS)
DROPOUT: Final = 0.1
_FILLED: Final = -1e4
"""Added to the scores of padding, which attention then passes over."""


Tensor: TypeAlias = Any
"""A tensor of torch, which comes without types."""


@dataclass(frozen=True, slots=True)
class Net:
    """Tensors by name, and what comes between the two wide matrices of a layer: `gelu`, or `relu`, which is cheaper."""

    tensors: dict[str, Tensor]
    activation: str = "gelu"

    @property
    def depth(self) -> int:
        """Count the layers."""
        return sum(name.endswith(".qkv.weight") for name in self.tensors)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of equal length, padded: one row a window. `length` counts the pieces of each."""

    ids: Numbers
    casing: Numbers
    quoting: Numbers
    length: Numbers


def from_minilm(weights: Mapping[str, Tensor], depth: int) -> Net:
    """Take the first `depth` layers of MiniLM; what it does not have starts at zero, the last layer at random."""
    part = {name.removeprefix("bert."): tensor for name, tensor in weights.items()}
    tensors = {
        "word": part["embeddings.word_embeddings.weight"],
        "place": part["embeddings.position_embeddings.weight"] + part["embeddings.token_type_embeddings.weight"][0],
        "casing": torch.zeros(CASINGS, WIDTH),
        "quoting": torch.zeros(QUOTINGS, WIDTH),
        "norm.weight": part["embeddings.LayerNorm.weight"],
        "norm.bias": part["embeddings.LayerNorm.bias"],
        "head.weight": torch.empty(OUTPUTS, WIDTH).uniform_(-(WIDTH**-0.5), WIDTH**-0.5),
        "head.bias": torch.zeros(OUTPUTS),
    }
    for number in range(depth):
        tensors |= _layer(part, f"encoder.layer.{number}.", f"{number}.")
    return Net({name: tensor.clone().float() for name, tensor in tensors.items()})


def _layer(part: Mapping[str, Tensor], theirs: str, ours: str) -> dict[str, Tensor]:
    """Rename the tensors of one layer, and put query, key and value into one."""
    names = {
        "attention.output.dense": "out",
        "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "widen",
        "output.dense": "narrow",
        "output.LayerNorm": "norm2",
    }
    layer: dict[str, Tensor] = {}
    for kind in ("weight", "bias"):
        layer |= {f"{ours}{name}.{kind}": part[f"{theirs}{long}.{kind}"] for long, name in names.items()}
        asked = [part[f"{theirs}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
        layer[f"{ours}qkv.{kind}"] = torch.cat(asked)
    return layer


def smaller(net: Net, depth: int, wide: int) -> Net:
    """Take the first layers of a net, of each the `wide` strongest of the numbers between its two wide matrices.

    A number is as strong as the length of what makes it, times the length of what it makes. For fitting further.
    """
    tensors = {
        name: tensor.detach().clone()
        for name, tensor in net.tensors.items()
        if not name[0].isdigit() or int(name.partition(".")[0]) < depth
    }
    for number in range(depth):
        widen, narrow = tensors[f"{number}.widen.weight"], tensors[f"{number}.narrow.weight"]
        kept = (widen.norm(dim=1) * narrow.norm(dim=0)).topk(wide).indices.sort().values
        tensors[f"{number}.widen.weight"] = widen[kept].clone()
        tensors[f"{number}.widen.bias"] = tensors[f"{number}.widen.bias"][kept].clone()
        tensors[f"{number}.narrow.weight"] = narrow[:, kept].clone()
    return Net(tensors, "relu")


def run(net: Net, batch: Batch, noise: np.random.Generator | None = None) -> Tensor:
    """Compute the scores of a batch: windows, pieces, outputs. With `noise`, parts are dropped as fitting wants it."""
    longest = batch.ids.shape[1]
    x = functional.embedding(_tensor(batch.ids), net.tensors["word"]) + net.tensors["place"][:longest]
    x = x + functional.embedding(_tensor(batch.casing), net.tensors["casing"])
    x = x + functional.embedding(_tensor(batch.quoting), net.tensors["quoting"])
    with torch.autocast("cpu", torch.bfloat16):
        x = _dropped(_normed(net, "norm", x.bfloat16()), noise)
        mask = _mask(batch.length, longest)
        for number in range(net.depth):
            x = _normed(net, f"{number}.norm1", x + _dropped(_attended(net, number, x, mask), noise))
            wide = getattr(functional, net.activation)(_linear(net, f"{number}.widen", x))
            x = _normed(net, f"{number}.norm2", x + _dropped(_linear(net, f"{number}.narrow", wide), noise))
        return _linear(net, "head", _dropped(x, noise)).float()


def _attended(net: Net, number: int, x: Tensor, mask: Tensor) -> Tensor:
    count, length, _ = x.shape
    heads = _linear(net, f"{number}.qkv", x).view(count, length, 3, HEADS, WIDTH // HEADS)
    query, key, value = heads.permute(2, 0, 3, 1, 4)
    seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return _linear(net, f"{number}.out", seen.permute(0, 2, 1, 3).reshape(count, length, WIDTH))


def _mask(length: Numbers, longest: int) -> Tensor:
    """Give what is added to attention, so that padding is passed over."""
    padding = np.arange(longest)[None, :] >= length[:, None]
    return (torch.from_numpy(padding) * _FILLED).bfloat16()[:, None, None, :].expand(-1, 1, longest, -1)


def _linear(net: Net, name: str, x: Tensor) -> Tensor:
    return functional.linear(x, net.tensors[f"{name}.weight"], net.tensors[f"{name}.bias"])


def _normed(net: Net, name: str, x: Tensor) -> Tensor:
    weight, bias = (net.tensors[f"{name}.{kind}"].to(x.dtype) for kind in ("weight", "bias"))
    return functional.layer_norm(x, (WIDTH,), weight, bias, EPSILON)


def _dropped(x: Tensor, noise: np.random.Generator | None) -> Tensor:
    """Drop a part at random. Its own dice, as those of torch take a third of a step's time on a processor."""
    if noise is None:
        return x
    limit = int(256 * DROPOUT)
    dice = np.frombuffer(noise.bytes(x.numel()), dtype=np.uint8).reshape(x.shape)
    return x * torch.from_numpy(dice >= limit).to(x.dtype).mul_(256 / (256 - limit))


def _tensor(numbers: Numbers) -> Tensor:
    return torch.from_numpy(numbers.astype(np.int64))
